// Package clock is the virtual clock of a fake Atlassian host: it runs with the machine's clock, and jumps when told to.
//
// Three parties live by it. The host mints and verifies tokens by its time, the browser's pages follow it, and what goes to
// the app's back end, which keeps real time, is moved between the two timelines with the help of its history.
package clock

import (
	"math"
	"sync"
	"time"
)

// Kind says what a jump means to the timers of a page. The clock only records it; the page's own clock acts on it.
// The empty kind is recorded as Sleep.
type Kind string

const (
	// Sleep is a laptop that slept: when it wakes, each timer that is overdue fires once.
	Sleep Kind = "sleep"
	// SleepPaused is a laptop whose timers did not count while it slept: they keep what they had left, so the person acts first.
	SleepPaused Kind = "sleep-paused"
	// Run is time that passed with the page awake: every timer that came due fires, in its turn.
	Run Kind = "run"
	// Hidden is time that passed with the tab behind another: timers run, throttled as browsers do it.
	Hidden Kind = "hidden"
	// Frozen is time that passed with the page frozen by the browser: when it is resumed, each timer that is overdue fires once.
	Frozen Kind = "frozen"
	// Step is a clock that was set, ahead or back: timers do not notice.
	Step Kind = "step"
)

// Options are the settings of New.
type Options struct {
	// Start is the virtual instant at which the clock begins. Zero: now, by the real clock.
	// A start more than about 292 years from the real clock is brought to that distance.
	Start time.Time
	// Real reads the real clock. Nil: System. It is called with the clock locked, so it must not use the clock.
	Real func() time.Time
}

// Clock is a virtual clock. Between jumps it runs as fast as the real one. The zero Clock works, and begins at the real time.
// All times that it gives are in UTC and hold no monotonic reading, for the parties that live by it compare wall clocks.
// A Clock is safe for concurrent use and must not be copied.
type Clock struct {
	mu      sync.Mutex
	real    func() time.Time // nil: System
	initial time.Duration    // the offset before the first jump
	jumps   []Jump
}

// Jump is one step that the virtual clock took.
type Jump struct {
	Kind Kind
	By   time.Duration // negative for a step back
	Real time.Time     // when it happened, on the real clock
	From time.Time     // virtual time just before
	To   time.Time     // virtual time from then on
}

// New returns a clock that begins at o.Start.
func New(o Options) *Clock {
	c := &Clock{real: o.Real}
	if !o.Start.IsZero() {
		c.initial = max(o.Start.Sub(c.readReal()), -math.MaxInt64)
	}
	return c
}

// System reads the machine's clock. No other code here does, so that nothing escapes the virtual clock by accident.
func System() time.Time {
	return time.Now().Round(0).UTC()
}

// Now is the virtual time.
func (c *Clock) Now() time.Time {
	_, virtual := c.Read()
	return virtual
}

// Read gives the real and the virtual time of one and the same instant, with no jump between the two.
func (c *Clock) Read() (real, virtual time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	real = c.readReal()
	return real, real.Add(c.offset())
}

// Offset is how far virtual time is ahead of real time; negative when it is behind.
func (c *Clock) Offset() time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.offset()
}

// Advance moves virtual time by d, which may be negative, and returns the jump that it recorded.
// A jump that would take the offset past what a time.Duration holds (about 292 years) is cut short there.
func (c *Clock) Advance(d time.Duration, kind Kind) Jump {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.jump(d, kind)
}

// SetOffset moves virtual time to d ahead of real time, wherever it was before; 0 is real time again. It returns the jump that
// it recorded, also where the clock stood there already. A jump longer than a time.Duration holds is cut short.
func (c *Clock) SetOffset(d time.Duration, kind Kind) Jump {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.jump(d+fit(d, -c.offset()), kind)
}

// jump moves virtual time. The caller holds c.mu.
func (c *Clock) jump(d time.Duration, kind Kind) Jump {
	if kind == "" {
		kind = Sleep
	}
	before := c.offset()
	d = fit(before, d)
	real := c.readReal()
	jump := Jump{Kind: kind, By: d, Real: real, From: real.Add(before), To: real.Add(before + d)}
	c.jumps = append(c.jumps, jump)
	return jump
}

// History lists the jumps so far, oldest first. The caller may change the slice.
func (c *Clock) History() []Jump {
	c.mu.Lock()
	defer c.mu.Unlock()
	return append([]Jump(nil), c.jumps...)
}

// offset is the present distance between the clocks. The caller holds c.mu.
func (c *Clock) offset() time.Duration {
	return c.offsetAfter(len(c.jumps))
}

// offsetAfter is the offset once the first n jumps have been made. The caller holds c.mu.
func (c *Clock) offsetAfter(n int) time.Duration {
	if n == 0 {
		return c.initial
	}
	jump := c.jumps[n-1]
	return jump.To.Sub(jump.Real)
}

// readReal reads the real clock, in the form that all times here have. The caller of a shared clock holds c.mu.
func (c *Clock) readReal() time.Time {
	if c.real == nil {
		return System()
	}
	return c.real().Round(0).UTC()
}

// fit cuts d so that neither base+d nor its opposite overflows.
func fit(base, d time.Duration) time.Duration {
	switch {
	case d > 0 && base > math.MaxInt64-d:
		return math.MaxInt64 - base
	case d < 0 && base < -math.MaxInt64-d:
		return -math.MaxInt64 - base
	}
	return d
}
