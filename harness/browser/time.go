package browser

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/standin-dev/standin/fakehost/clock"
	"github.com/standin-dev/standin/harness/timeline"
)

// worldLimit bounds the wait for the documents to follow the clock.
const worldLimit = 20 * time.Second

// Advance moves the virtual clock of issuer and pages together, in every document
// and worker, and returns when all of them follow it. With the kinds Run and Hidden
// every timer fires in its turn, and what it starts is given time to end; with the
// kinds of sleep and with Frozen nothing runs until the end of it. Step alone may be
// negative: the machine's clock was set, which no timer notices.
func (c *Context) Advance(ctx context.Context, d time.Duration, kind clock.Kind) error {
	if d <= 0 && kind != clock.Step || d == 0 {
		return fmt.Errorf("advance the clock: %s is not ahead; only a jump of kind %q goes back", d, clock.Step)
	}
	c.Note(timeline.Event{Kind: timeline.Jumped, By: d, Jump: string(kind), Text: jumpText(d, kind)})
	switch kind {
	case clock.Run:
		return c.runThrough(ctx, d)
	case clock.Hidden:
		return c.inTurn(
			func() error { return c.Hide(ctx) },
			func() error { return c.runThrough(ctx, d) },
			func() error { return c.Show(ctx) })
	case clock.Frozen:
		return c.inTurn(
			func() error { return c.Hide(ctx) },
			func() error { return c.Freeze(ctx) },
			func() error { return c.jump(ctx, d, kind, "sleep", false) },
			func() error { return c.Resume(ctx) },
			func() error { return c.Show(ctx) })
	case clock.Step:
		return c.jump(ctx, d, kind, "step")
	default:
		return c.jump(ctx, d, kind, "sleep", kind == clock.SleepPaused)
	}
}

// SetAhead sets how far the clock of the person's machine is ahead of the truth, by
// which issuer and timeline go; negative is behind. As when a machine's clock is set, no
// timer notices. 0 is how a context begins.
func (c *Context) SetAhead(ctx context.Context, ahead time.Duration) error {
	c.mu.Lock()
	c.ahead = ahead
	c.mu.Unlock()
	if err := c.installClocks(ctx); err != nil {
		return err
	}
	return c.eachWorld(ctx, c.clockCall("step", c.offset()))
}

// inTurn does one thing after the other, as far as all goes well.
func (c *Context) inTurn(all ...func() error) error {
	for _, do := range all {
		if err := do(); err != nil {
			return err
		}
	}
	return nil
}

// jump moves the clock at once, and has the realms follow it as the method of the
// page clock says.
func (c *Context) jump(ctx context.Context, d time.Duration, kind clock.Kind, method string, args ...any) error {
	c.opts.Clock.Advance(d, kind)
	if err := c.installClocks(ctx); err != nil {
		return err
	}
	return c.eachWorld(ctx, c.clockCall(method, append([]any{c.offset()}, args...)...))
}

func jumpText(d time.Duration, kind clock.Kind) string {
	switch kind {
	case clock.Sleep:
		return fmt.Sprintf("the machine sleeps for %s; late timers fire once", timeline.Span(d))
	case clock.SleepPaused:
		return fmt.Sprintf("the machine sleeps for %s; timers are paused with it", timeline.Span(d))
	case clock.Hidden:
		return fmt.Sprintf("%s pass with the tab hidden; timers are throttled", timeline.Span(d))
	case clock.Frozen:
		return fmt.Sprintf("%s pass with the page frozen; late timers fire once", timeline.Span(d))
	case clock.Step:
		if d < 0 {
			return fmt.Sprintf("the clock is set back by %s", timeline.Span(-d))
		}
		return fmt.Sprintf("the clock is set ahead by %s", timeline.Span(d))
	default:
		return fmt.Sprintf("%s pass", timeline.Span(d))
	}
}

// installClocks gives documents that are yet to come the clock as it is now.
func (c *Context) installClocks(ctx context.Context) error { return c.beginClocks()(ctx) }

// beginClocks sends what gives documents that are yet to come the clock as it is now.
// What is sent to a target after that, it does after that.
func (c *Context) beginClocks() func(context.Context) error {
	var replies []func(context.Context) error
	for _, f := range c.documents() {
		given := f.beginClock(false)
		replies = append(replies, func(ctx context.Context) error { return f.ask(ctx, given) })
	}
	return func(ctx context.Context) error {
		var failed []error
		for _, given := range replies {
			if err := given(ctx); err != nil && !moved(err) {
				failed = append(failed, err)
			}
		}
		return errors.Join(failed...)
	}
}

func (c *Context) eachWorld(ctx context.Context, script string) error {
	return c.inEachWorld(ctx, func(ctx context.Context, f *frame, world string) error {
		return f.evalIn(ctx, script, world, nil)
	})
}

// inEachWorld does something in every document of every frame and in every worker
// at once. One that went away meanwhile is none.
func (c *Context) inEachWorld(ctx context.Context, do func(context.Context, *frame, string) error) error {
	ctx, cancel := bound(ctx, worldLimit, "every document of the page to follow the clock")
	defer cancel()
	var wg sync.WaitGroup
	var mu sync.Mutex
	var failed []error
	each := func(f *frame, world string) {
		wg.Go(func() {
			if err := do(ctx, f, world); err != nil && !errors.Is(err, errMoved) {
				mu.Lock()
				defer mu.Unlock()
				same := func(other error) bool { return other.Error() == err.Error() }
				if !slices.ContainsFunc(failed, same) {
					failed = append(failed, err)
				}
			}
		})
	}
	for _, f := range c.documents() {
		for _, world := range f.documentWorlds() {
			each(f, world)
		}
	}
	for _, f := range c.workers() {
		each(f, "")
	}
	wg.Wait()
	return errors.Join(failed...)
}
