package scenarios

import (
	"context"
	"time"

	"github.com/standin-dev/standin/fakehost"
	"github.com/standin-dev/standin/fakehost/clock"
	"github.com/standin-dev/standin/harness"
)

// lifetime is that of every token in production: iframe, context and session.
const lifetime = 15 * time.Minute

var idleThenAct = harness.Scenario{
	ID:    "expiry/idle-then-act",
	Title: "A person uses the app, leaves it open for 16 minutes, and uses it again.",
	About: "Tokens live 15 minutes. The page stays awake, so its timers run. An app that got its token once, or had it " +
		"rendered into its page, sends it for ever.",
	Bugs: []string{"static-token", "hash-router-masks"},
	Play: func(ctx context.Context, s *harness.Stage) error {
		if err := s.Open(ctx); err != nil {
			return err
		}
		if err := s.Act(ctx); err != nil {
			return err
		}
		if err := s.Advance(ctx, lifetime+time.Minute, clock.Run); err != nil {
			return err
		}
		return s.Act(ctx)
	},
}

var activeAcross = harness.Scenario{
	ID:    "expiry/active-across",
	Title: "A person uses the app every five minutes for three lifetimes of a token.",
	About: "Nobody is idle here, so an app that renews its token on use has every chance to. One that renews it once, " +
		"or counts from the wrong moment, fails in the second or third quarter of an hour.",
	Bugs: []string{"static-token", "almost-expired-from-host-cache"},
	Play: func(ctx context.Context, s *harness.Stage) error {
		if err := s.Open(ctx); err != nil {
			return err
		}
		if err := s.Touch(ctx); err != nil {
			return err
		}
		for range 3 * lifetime / (5 * time.Minute) {
			if err := s.Advance(ctx, 5*time.Minute, clock.Run); err != nil {
				return err
			}
			if err := s.Touch(ctx); err != nil {
				return err
			}
		}
		return nil
	},
}

var atMargin = harness.Scenario{
	ID:    "expiry/at-margin",
	Title: "A person uses the app five seconds before its token ends, and one second after.",
	About: "A token that is valid when it is sent may have expired when it is checked: back ends have no leeway. An app " +
		"that caches a token should ask for the next one half a minute early. The token is ten seconds old when the app gets " +
		"it, so that one who counts from its receipt is late for certain.",
	Bugs:       []string{"no-margin", "static-token", "almost-expired-from-host-cache"},
	Conditions: fakehost.Conditions{FirstTokenAge: 10 * time.Second},
	Play: func(ctx context.Context, s *harness.Stage) error {
		if err := s.Open(ctx); err != nil {
			return err
		}
		if err := s.Touch(ctx); err != nil {
			return err
		}
		if left := s.TokenLeft() - 5*time.Second; left > 0 {
			if err := s.Advance(ctx, left, clock.Run); err != nil {
				return err
			}
		}
		if err := s.Touch(ctx); err != nil {
			return err
		}
		if err := s.Advance(ctx, 6*time.Second, clock.Run); err != nil {
			return err
		}
		return s.Touch(ctx)
	},
}

var cachedShortToken = harness.Scenario{
	ID:    "expiry/cached-short-token",
	Title: "The host hands out a token that has only 70 seconds left; the person goes on using the app.",
	About: "The host caches tokens, and its first one is as old as its page: an app may be given one that is nearly used " +
		"up. Who counts 15 minutes from the moment of receipt, and not to the token's exp, sends it when it is dead.",
	Bugs:       []string{"almost-expired-from-host-cache"},
	Conditions: fakehost.Conditions{FirstTokenAge: lifetime - 70*time.Second},
	Play: func(ctx context.Context, s *harness.Stage) error {
		if err := s.Open(ctx); err != nil {
			return err
		}
		if err := s.Touch(ctx); err != nil {
			return err
		}
		if err := s.Advance(ctx, 2*time.Minute, clock.Run); err != nil {
			return err
		}
		return s.Use(ctx)
	},
}
