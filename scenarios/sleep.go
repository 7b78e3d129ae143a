package scenarios

import (
	"context"
	"time"

	"github.com/standin-dev/standin/fakehost/clock"
	"github.com/standin-dev/standin/harness"
)

var sleepTimersLate = harness.Scenario{
	ID:    "time/sleep-timers-late",
	Title: "The laptop sleeps for an hour; on waking, late timers fire once; then the person uses the app.",
	About: "Timers do not run while a machine sleeps. Here they fire late, once each, before anybody does anything, so a " +
		"timer that renews the token has its chance.",
	Bugs: []string{"sleep-missed-refresh", "static-token"},
	Play: sleep(clock.Sleep),
}

var sleepTimersPaused = harness.Scenario{
	ID:    "time/sleep-timers-paused",
	Title: "The laptop sleeps for an hour, timers are paused with it, and the person acts first.",
	About: "On many systems timers keep what was left of them when the machine slept. The person clicks before any of them " +
		"is due, so a token that only a timer renews is an hour old.",
	Bugs: []string{"sleep-missed-refresh", "static-token"},
	Play: sleep(clock.SleepPaused),
}

func sleep(kind clock.Kind) func(context.Context, *harness.Stage) error {
	return func(ctx context.Context, s *harness.Stage) error {
		if err := s.Open(ctx); err != nil {
			return err
		}
		if err := s.Touch(ctx); err != nil {
			return err
		}
		if err := s.Advance(ctx, time.Hour, kind); err != nil {
			return err
		}
		return s.Act(ctx)
	}
}
