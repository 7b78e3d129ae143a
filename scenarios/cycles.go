package scenarios

import (
	"context"
	"time"

	"github.com/standin-dev/standin/fakehost/clock"
	"github.com/standin-dev/standin/harness"
)

// What a day is made of in expiry/many-cycles: in each cycle the person works for some
// minutes, then the laptop rests for the rest of it.
const (
	day   = 24 * time.Hour
	cycle = 2 * time.Hour
	work  = 5 * time.Minute
)

var manyCycles = harness.Scenario{
	ID:    "expiry/many-cycles",
	Title: "For 24 hours a person works for a few minutes and lets the laptop sleep for nearly two hours.",
	About: "What renews a token once may not renew it a second time: a timer that is not set again, a retry that is used " +
		"up, a promise that is kept. A day has a hundred lifetimes of a token.",
	Bugs: []string{"static-token", "sleep-missed-refresh"},
	Play: func(ctx context.Context, s *harness.Stage) error {
		if err := s.Open(ctx); err != nil {
			return err
		}
		for range day / cycle {
			if err := workAndRest(ctx, s); err != nil {
				return err
			}
		}
		return s.Touch(ctx)
	},
}

// workAndRest is one cycle.
func workAndRest(ctx context.Context, s *harness.Stage) error {
	if err := s.Touch(ctx); err != nil {
		return err
	}
	if err := s.Advance(ctx, work, clock.Run); err != nil {
		return err
	}
	if err := s.Touch(ctx); err != nil {
		return err
	}
	if err := s.Wait(ctx, leaving); err != nil {
		return err
	}
	return s.Advance(ctx, cycle-work, clock.Sleep)
}
