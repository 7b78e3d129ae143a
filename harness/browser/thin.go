package browser

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/standin-dev/standin/harness/timeline"
)

// Thinning says what may be passed over of what a page does again and again while time
// runs. Its functions are called from one goroutine at a time, and must not call the
// context.
type Thinning struct {
	// Form is what two requests must have in common for one to be a repetition of the
	// other: what is asked for, with what credential, and what was answered.
	Form func(x timeline.Exchange) string
	// Begin is called as time begins to run, with the requests so far.
	Begin func(before []timeline.Exchange)
	// Ends is the next instant after now at which something ends that the page uses, as a
	// token's life; Ended the next at which something does that it used before time began to
	// run. Zero: there is none.
	Ends, Ended func(now time.Time) time.Time
	// Asked is how often the host was asked for something of which no request tells.
	Asked func() int
}

const (
	// alike is how many turns of a timer must have led to the same before others are passed
	// over; unsettledAlike is that once anything has changed, or has come to its end: what an
	// app does then may come to light at its seventh turn only.
	alike, unsettledAlike = 3, 10
	// rare is how far apart the turns are that are played all the same; dense is that where
	// an end is nearer than nearEnd: an app that renews in time does so there.
	rare, dense, nearEnd = time.Minute, 10 * time.Second, 90 * time.Second
	// lead is how many turns before an end are played.
	lead = 3
)

// turns are those that a timer had in a step of a run-through.
type turns struct {
	timer timerName
	times int
	apart time.Duration // between two of them
}

// timerName names timers of one document or worker that do the same again and again.
type timerName struct {
	frame *frame
	world string
	name  int
}

// effect is what a turn of a timer led to. The zero effect is nothing.
type effect struct {
	form      string
	exchanges []int // the ids of those that it sent
	what      string
	asked     int
}

// habit is what is known of a timer.
type habit struct {
	times  map[string]int // how often a turn has led to an effect of this form
	last   effect
	free   bool // it leads to nothing
	passed int
}

// thinner passes over turns of timers in one run-through.
type thinner struct {
	*Thinning
	of     *Context
	habits map[timerName]*habit
	alike  int
	end    time.Time // the next of what the page uses
	ended  time.Time // the next of what it used before
	from   int       // how many exchanges there were before the step
	asked  int       // how often the host was, before the step
}

// thinner begins to watch the timers; nil: all of their turns are to be played.
func (c *Context) thinner() *thinner {
	if c.opts.Thin == nil {
		return nil
	}
	t := &thinner{Thinning: c.opts.Thin, of: c, habits: map[timerName]*habit{}, alike: alike}
	t.Begin(c.Exchanges())
	now := c.opts.Clock.Now()
	t.end, t.ended = t.Ends(now), t.Ended(now)
	t.begin()
	return t
}

// begin begins a step.
func (t *thinner) begin() {
	t.of.mu.Lock()
	t.from = len(t.of.exchanges)
	t.of.mu.Unlock()
	t.asked = t.Asked()
}

// effect is what came of a step.
func (t *thinner) effect() effect {
	t.of.mu.Lock()
	list := make([]timeline.Exchange, 0, len(t.of.exchanges)-t.from)
	for _, x := range t.of.exchanges[t.from:] {
		list = append(list, *x)
	}
	t.of.mu.Unlock()
	e := effect{asked: t.Asked() - t.asked}
	var forms []string
	for _, x := range list {
		form := t.Form(x)
		if form == "" {
			continue
		}
		forms = append(forms, form)
		e.exchanges = append(e.exchanges, x.ID)
		if what := x.Method + " " + pathOnly(x.URL); !strings.Contains(e.what, what) {
			e.what = strings.TrimPrefix(e.what+", "+what, ", ")
		}
	}
	slices.Sort(forms) // requests of one turn come in any order
	e.form = strings.Join(forms, "\n")
	if e.asked > 0 {
		e.form += fmt.Sprintf("\nasked %d", e.asked)
	}
	return e
}

// pathOnly is an address's path, which is what a person reads.
func pathOnly(raw string) string {
	if u, err := url.Parse(raw); err == nil {
		return u.Path
	}
	return raw
}

// learn takes in what a step led to, and passes over what that makes needless, in the time
// that is left. Nothing is where nothing stirred.
func (t *thinner) learn(ctx context.Context, step []turns, stirred bool, left time.Duration) error {
	defer t.begin()
	e := t.effect()
	if stirred && e.form == "" {
		e.form = "something that sends no request"
	}
	now := t.of.opts.Clock.Now()
	for _, end := range []time.Time{t.end, t.ended} {
		if !end.IsZero() && !now.Before(end) {
			t.startOver()
		}
	}
	t.end, t.ended = t.Ends(now), t.Ended(now)
	var busy []turns
	for _, one := range step {
		if !t.habit(one.timer).free {
			busy = append(busy, one)
		}
	}
	if len(busy) == 0 && e.form != "" { // which of them did it, nobody knows
		for _, one := range step {
			if err := t.free(ctx, one.timer, false); err != nil {
				return err
			}
		}
	}
	for i, one := range busy {
		mine := e
		if i > 0 {
			mine.asked, mine.exchanges = 0, nil // it is counted once
		}
		if err := t.repeat(ctx, one, mine, min(left, t.span(one.apart, now))); err != nil {
			return err
		}
	}
	return nil
}

// startOver forgets what was learned, for it may be otherwise from now on.
func (t *thinner) startOver() {
	t.alike = unsettledAlike
	for _, h := range t.habits {
		clear(h.times)
	}
}

func (t *thinner) habit(name timerName) *habit {
	h := t.habits[name]
	if h == nil {
		h = &habit{times: map[string]int{}}
		t.habits[name] = h
	}
	return h
}

// repeat takes in a turn of one timer, and passes over those of the time to come that would
// lead to the same.
func (t *thinner) repeat(ctx context.Context, one turns, e effect, by time.Duration) error {
	h := t.habit(one.timer)
	known := h.times[e.form]
	if known == 0 && slices.ContainsFunc(slices.Collect(maps.Values(h.times)), func(n int) bool { return n >= t.alike }) {
		t.startOver() // it has changed
	}
	h.times[e.form]++
	h.last = e
	switch {
	case known+1 < t.alike:
		return nil
	case e.form == "":
		return t.free(ctx, one.timer, true)
	case by <= one.apart:
		return nil
	}
	var passed int
	err := one.timer.frame.evalIn(ctx, t.of.clockCall("passOver", one.timer.name, t.of.offset(), by.Milliseconds()), one.timer.world, &passed)
	if errors.Is(err, errMoved) {
		return nil
	}
	h.passed += passed
	return err
}

// span is for how long from now the turns of a timer may be passed over that are so far
// apart.
func (t *thinner) span(apart time.Duration, now time.Time) time.Duration {
	by := rare
	if !t.ended.IsZero() {
		by = min(by, t.ended.Sub(now)-lead*apart)
	}
	if t.end.IsZero() {
		return by
	}
	left := t.end.Sub(now)
	if left <= nearEnd {
		return min(by, dense, left-lead*apart)
	}
	return min(by, left-nearEnd+dense)
}

// free says whether a timer's turns lead to nothing: the page does not stop for those.
func (t *thinner) free(ctx context.Context, name timerName, is bool) error {
	h := t.habit(name)
	if h.free == is {
		return nil
	}
	h.free = is
	clear(h.times)
	err := name.frame.evalIn(ctx, t.of.clockCall("free", name.name, is), name.world, nil)
	if errors.Is(err, errMoved) {
		return nil
	}
	return err
}

// tell puts on the timeline what was passed over.
func (t *thinner) tell() {
	for _, h := range t.habits {
		if h.passed == 0 {
			continue
		}
		what := h.last.what
		if what == "" {
			what = "a timer that sends no request"
		}
		t.of.Note(timeline.Event{
			Kind: timeline.PassedOver, Text: fmt.Sprintf("%d repetitions of %s passed over", h.passed, what),
			Repetition: &timeline.Repetition{Times: h.passed, What: what, Exchanges: h.last.exchanges, Asked: h.last.asked},
		})
	}
}

// inTurns lets time run in each world, and gives the timers that had a turn.
func (r *runner) inTurns(ctx context.Context, care map[string]bool) ([]turns, error) {
	var mu sync.Mutex
	var all []turns
	script := r.clockCall("run", r.offset(), callsInAStep, care)
	err := r.inEachWorld(ctx, func(ctx context.Context, f *frame, world string) error {
		var told [][3]float64 // name, turns, ms between two of them; nil where there is no clock
		if err := f.evalIn(ctx, script, world, &told); err != nil {
			return err
		}
		mu.Lock()
		defer mu.Unlock()
		for _, one := range told {
			all = append(all, turns{timerName{f, world, int(one[0])}, int(one[1]), time.Duration(one[2] * float64(time.Millisecond))})
		}
		return nil
	})
	return all, err
}
