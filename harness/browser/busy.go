package browser

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/standin-dev/standin/fakehost/clock"
)

const (
	// answerLimit bounds the wait for a document to run a script of standin's. It is
	// less than worldLimit, so that who waits for all documents learns which is busy.
	answerLimit = 15 * time.Second
	// busyLimit bounds it for one that was busy when it was last asked.
	busyLimit = time.Second
	// silence is for how long a document must have been waited for in vain to count as
	// busy, when whoever waited had a bound of their own.
	silence = 5 * time.Second
)

// BusyError says that a document runs a script of its own that does not end, and so
// none of standin's.
type BusyError struct {
	// Host says that it is the host's page, not the app's.
	Host bool
	// Bound is how long standin waited.
	Bound time.Duration
}

func (e *BusyError) Error() string {
	whose := "the app's"
	if e.Host {
		whose = "the host's"
	}
	return fmt.Sprintf("%s page did not answer for %s: a script of its own does not end", whose, e.Bound)
}

// ask waits for a document to do something of standin's, within answerLimit.
func (f *frame) ask(ctx context.Context, do func(context.Context) error) error {
	bound := cmp.Or(f.context.opts.patience, answerLimit)
	if f.busy.Load() {
		bound = busyLimit
	}
	busy := &BusyError{Host: f.isTab, Bound: bound}
	since := clock.System()
	asking, cancel := context.WithTimeoutCause(ctx, bound, busy)
	defer cancel()
	err := do(asking)
	late := ctx.Err() != nil && clock.System().Sub(since) >= silence
	switch {
	case err == nil:
		f.busy.Store(false)
	case late:
		f.busy.Store(true)
	case errors.Is(err, busy):
		f.busy.Store(true)
		return busy
	}
	return err
}
