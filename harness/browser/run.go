package browser

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/standin-dev/standin/fakehost/clock"
)

const (
	// callsInAStep bounds how many timers may fire in one step of a run-through: an
	// interval of a few milliseconds would otherwise fire a hundred thousand times.
	callsInAStep = 2000
	// stepsInARun bounds the number of steps: a page with a timer each second is run
	// through an hour in this many, several calls of it to a step.
	stepsInARun = 180
	// stepLimit bounds the wait for the page to be quiet within a run-through.
	stepLimit = 5 * time.Second
	// stopsInARun bounds how often a run-through stops within a step: for what a timer
	// has begun, and then, for fresh timers, as often again. A page with a request each
	// second is waited for a thousand times, and then once a step.
	stopsInARun = 1000
	// waitInARun bounds how long a run-through waits within its steps, for slow back ends.
	waitInARun = 30 * time.Second
	// disappointments is how often a page may not get quiet before it is not waited for
	// any more.
	disappointments = 3
)

// runner is a run-through: the clock goes from timer to timer, so that issuer and pages
// agree on the hour whenever one fires, and waits for what each has begun.
type runner struct {
	*Context
	left, least  time.Duration
	stops        int // within steps
	disappointed int
	thin         *thinner      // nil: every turn of a timer is played
	seen         int           // the state when all was quiet
	waited       time.Duration // by the machine's clock
}

// round is what the pages tell when they have done what is due.
type round struct {
	Stirred bool // something was asked of somebody, or came from there
	Late    bool // a page stopped before the clock was where it is to be
	next    time.Duration
}

func (c *Context) runThrough(ctx context.Context, d time.Duration) error {
	r := &runner{Context: c, left: d, least: max(time.Second, d/stepsInARun)}
	c.running(true)
	defer c.running(false)
	now, err := r.round(ctx)
	r.seen, _ = c.state()
	if r.thin = c.thinner(); r.thin != nil {
		defer r.thin.tell()
	}
	for err == nil && (r.left > 0 || now.Late) {
		now, err = r.step(ctx, now)
	}
	return err
}

// step goes to the next timer, or lets the pages that stopped on the way go on.
func (r *runner) step(ctx context.Context, last round) (round, error) {
	by := min(max(last.next, r.least), r.left)
	if last.Late && last.next <= 0 {
		by = 0
	}
	r.left -= by
	if by > 0 {
		r.opts.Clock.Advance(by, clock.Run)
	}
	given := r.beginClocks()
	care := r.care()
	watching := care["turns"]
	had, err := r.inTurns(ctx, care)
	if err != nil {
		return round{}, err
	}
	if err := given(ctx); err != nil {
		return round{}, err
	}
	now, err := r.round(ctx)
	if now.Late {
		r.stops++
	}
	seen, _ := r.state()
	stirred := seen != r.seen || now.Stirred
	waits := stirred && r.disappointed < disappointments
	if err == nil && waits {
		err = r.quiet(ctx)
	}
	if err == nil && watching {
		err = r.thin.learn(ctx, had, stirred, r.left)
	}
	if err != nil || !waits {
		return now, err
	}
	return r.round(ctx)
}

// care is for what a page stops within a step.
func (r *runner) care() map[string]bool {
	patient := r.disappointed < disappointments
	return map[string]bool{
		"stirs":  patient && r.stops < stopsInARun && r.waited < waitInARun,
		"limits": patient && r.stops < 2*stopsInARun && r.waited < 2*waitInARun,
		"turns":  patient && r.thin != nil && r.stops < stopsInARun && r.waited < waitInARun,
	}
}

// quiet waits until what the timers have begun is over. What has no answer is given up,
// and whatever asks for the same.
func (r *runner) quiet(ctx context.Context) error {
	began := clock.System()
	err := r.settle(ctx, stepLimit, -1)
	r.waited += clock.System().Sub(began)
	r.seen, _ = r.state()
	var u *Unsettled
	if !errors.As(err, &u) {
		return err
	}
	r.disappointed++
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, x := range u.InFlight {
		r.wire.givenUp[asked(&x)] = true
	}
	return nil
}

// running begins and ends a run-through; what had no answer in it has another chance then.
func (c *Context) running(is bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	clear(c.wire.givenUp)
}

// round lets the pages do what is due, and asks them what comes next.
func (r *runner) round(ctx context.Context) (round, error) {
	var mu sync.Mutex
	now := round{next: r.left}
	script := r.clockCall("ask", r.offset())
	err := r.inEachWorld(ctx, func(ctx context.Context, f *frame, world string) error {
		var told *struct { // nil where there is no clock
			Stirred, Late bool
			Next          *float64 // ms
		}
		if err := f.evalIn(ctx, script, world, &told); err != nil || told == nil {
			return err
		}
		mu.Lock()
		defer mu.Unlock()
		now.Stirred = now.Stirred || told.Stirred
		now.Late = now.Late || told.Late
		if told.Next != nil {
			now.next = min(now.next, time.Duration(*told.Next*float64(time.Millisecond)))
		}
		return nil
	})
	return now, err
}
