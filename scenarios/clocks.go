package scenarios

import (
	"context"
	"time"

	"github.com/standin-dev/standin/fakehost"
	"github.com/standin-dev/standin/fakehost/clock"
	"github.com/standin-dev/standin/harness"
)

// slightly is by how much clocks differ that nobody has set wrongly.
const slightly = 30 * time.Second

var clientAhead = harness.Scenario{
	ID:    "time/client-ahead",
	Title: "The clock of the person's machine is two hours ahead; the person uses the app for half an hour.",
	About: "Who compares exp with the machine's clock finds every token expired the moment it comes. He may ask for one " +
		"each time, which is well; he may also ask for ever, or give up.",
	Bugs: []string{"client-clock-wrong"},
	Play: withPersonClock(2 * time.Hour),
}

var clientBehind = harness.Scenario{
	ID:    "time/client-behind",
	Title: "The clock of the person's machine is half a minute behind; the person uses the app for half an hour.",
	About: "Who compares exp with the machine's clock finds a token alive that has ended. Half a minute is within the margin " +
		"that an app should keep; a clock that is hours behind is borne only by those who ask for a token each time.",
	Bugs: []string{"client-clock-wrong", "no-margin"},
	Play: withPersonClock(-slightly),
}

func withPersonClock(ahead time.Duration) func(context.Context, *harness.Stage) error {
	return func(ctx context.Context, s *harness.Stage) error {
		if err := s.PersonClock(ctx, ahead); err != nil {
			return err
		}
		return halfAnHour(ctx, s)
	}
}

var issuerAhead = harness.Scenario{
	ID:         "time/issuer-ahead",
	Title:      "The host's clock is half a minute ahead, so that tokens come from the future; the person uses the app for half an hour.",
	About:      "A back end that takes iat to the second refuses what is fresh. A front end is not concerned, as long as it does not check iat itself.",
	Bugs:       []string{"server-clock-skew"},
	Conditions: fakehost.Conditions{ClockAhead: slightly},
	Play:       halfAnHour,
}

var issuerBehind = harness.Scenario{
	ID:         "time/issuer-behind",
	Title:      "The host's clock is half a minute behind, so that tokens end sooner; the person uses the app for half an hour.",
	About:      "Every token has half a minute less to live than one would count from its receipt.",
	Bugs:       []string{"server-clock-skew", "no-margin"},
	Conditions: fakehost.Conditions{ClockAhead: -slightly},
	Play:       halfAnHour,
}

// halfAnHour is two lifetimes of use, up to the last seconds of a token.
func halfAnHour(ctx context.Context, s *harness.Stage) error {
	if err := s.Open(ctx); err != nil {
		return err
	}
	if err := s.Touch(ctx); err != nil {
		return err
	}
	for range 2 {
		// Just before the token ends by the truth, and just after.
		if left := s.TokenLeft() - 10*time.Second; left > 0 {
			if err := s.Advance(ctx, left, clock.Run); err != nil {
				return err
			}
			if err := s.Touch(ctx); err != nil {
				return err
			}
		}
		if err := s.Advance(ctx, 20*time.Second, clock.Run); err != nil {
			return err
		}
		if err := s.Touch(ctx); err != nil {
			return err
		}
	}
	return nil
}

var clockStepsBack = harness.Scenario{
	ID:    "time/clock-steps-back",
	Title: "The clock of the person's machine was ten minutes ahead, and is set right while the app is open.",
	About: "Who noted when he got his token, and counts its age by the machine's clock, believes it younger than it is.",
	Bugs:  []string{"client-clock-wrong"},
	Play: func(ctx context.Context, s *harness.Stage) error {
		if err := s.PersonClock(ctx, 10*time.Minute); err != nil {
			return err
		}
		if err := s.Open(ctx); err != nil {
			return err
		}
		if err := s.Touch(ctx); err != nil {
			return err
		}
		if err := s.Wait(ctx, leaving); err != nil {
			return err
		}
		if err := s.PersonClock(ctx, 0); err != nil {
			return err
		}
		if err := s.Touch(ctx); err != nil {
			return err
		}
		if err := s.Advance(ctx, lifetime+time.Minute, clock.Run); err != nil {
			return err
		}
		return s.Touch(ctx)
	},
}
