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
	Play: anHour(clock.Sleep),
}

var sleepTimersPaused = harness.Scenario{
	ID:    "time/sleep-timers-paused",
	Title: "The laptop sleeps for an hour, timers are paused with it, and the person acts two seconds after it wakes.",
	About: "On many systems timers keep what was left of them when the machine slept. The person clicks before any but the " +
		"short ones is due, so a token that only a timer of minutes renews is an hour old. A timer that looks at the token every " +
		"second has its turn, and so has what a click puts off for a moment.",
	Bugs: []string{"sleep-missed-refresh", "static-token"},
	Play: anHour(clock.SleepPaused),
}

var backgroundThrottle = harness.Scenario{
	ID:    "time/background-throttle",
	Title: "The person works in another tab for an hour, where timers run once a minute; then he comes back and uses the app.",
	About: "Browsers throttle the timers of hidden tabs. A timer that renews the token just in time is late by up to a minute.",
	Bugs:  []string{"background-throttle", "static-token"},
	Play:  anHour(clock.Hidden),
}

var freezeThaw = harness.Scenario{
	ID:    "time/freeze-thaw",
	Title: "The browser freezes the tab for an hour; then the person comes back and uses the app.",
	About: "A frozen tab runs nothing. When it is resumed, timers that are overdue fire once, if the person is not faster.",
	Bugs:  []string{"background-throttle", "static-token"},
	Play:  anHour(clock.Frozen),
}

// leaving is how long it takes a person to shut the laptop or to turn elsewhere. An app
// may take no second click within it: controls are throttled against double clicks.
const leaving = 5 * time.Second

// waking is how long it takes a person to click in the app once the laptop is open again.
const waking = 2 * time.Second

// anHour is an hour of some kind in which nobody looks at the app.
func anHour(kind clock.Kind) func(context.Context, *harness.Stage) error {
	return func(ctx context.Context, s *harness.Stage) error {
		if err := s.Open(ctx); err != nil {
			return err
		}
		if err := s.Touch(ctx); err != nil {
			return err
		}
		if err := s.Wait(ctx, leaving); err != nil {
			return err
		}
		if err := s.Advance(ctx, time.Hour, kind); err != nil {
			return err
		}
		if kind == clock.SleepPaused {
			if err := s.Wait(ctx, waking); err != nil {
				return err
			}
		}
		return s.Act(ctx)
	}
}
