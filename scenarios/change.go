package scenarios

import (
	"context"
	"time"

	"github.com/standin-dev/standin/fakehost"
	"github.com/standin-dev/standin/fakehost/clock"
	"github.com/standin-dev/standin/harness"
)

var userSwitchReload = harness.Scenario{
	ID:    "ident/user-switch-reload",
	Title: "Another person logs in on the same browser and opens the app.",
	About: "What an app keeps beyond its page (storage, a cookie, a cached page) is still there for the next person. A token " +
		"among it lets that person act as the one before.",
	Bugs: []string{"user-switch", "cached-token", "shared-storage"},
	Play: func(ctx context.Context, s *harness.Stage) error {
		if err := openAndUse(ctx, s); err != nil {
			return err
		}
		if err := s.Advance(ctx, aMoment, clock.Run); err != nil {
			return err
		}
		if err := s.SomebodyElse(); err != nil {
			return err
		}
		return openAndUse(ctx, s)
	},
}

var userSwitchLive = harness.Scenario{
	ID:    "ident/user-switch-live",
	Title: "Another person logs in in another tab; a quarter of an hour later the open page is used again.",
	About: "The open page gets its next token for the new person. For as long as a token lives an app that keeps one cannot " +
		"know; one that renews a session of its own without asking the bridge stays the old person for ever.",
	Bugs: []string{"user-switch"},
	Play: func(ctx context.Context, s *harness.Stage) error {
		if err := openAndUse(ctx, s); err != nil {
			return err
		}
		if err := s.SomebodyElse(); err != nil {
			return err
		}
		if err := s.Advance(ctx, lifetime+time.Minute, clock.Run); err != nil {
			return err
		}
		return s.Touch(ctx)
	},
}

var anonymous = harness.Scenario{
	ID:    "ident/anonymous",
	Title: "A person who is not logged in opens the app on a public site, and uses it.",
	About: "The tokens have no sub then. A back end may turn nobody away, with 403; it must not break.",
	Bugs:  []string{"anonymous"},
	Play: func(ctx context.Context, s *harness.Stage) error {
		if err := s.Nobody(); err != nil {
			return err
		}
		if err := s.OpenIfLetIn(ctx); err != nil {
			return err
		}
		return useOrSilent(ctx, s, "to nobody the app shows nothing that asks its back end.")
	},
}

var licenceInactive = harness.Scenario{
	ID:    "ident/license-inactive",
	Title: "The app's licence has run out; a person opens the app and uses it.",
	About: "The page is opened with lic=none, and neither context nor token have a license. An app may show less, or turn " +
		"away with 403; it must not break on what is not there.",
	Bugs:       []string{"license-inactive"},
	Conditions: fakehost.Conditions{Licence: fakehost.LicenceLapsed},
	Play: func(ctx context.Context, s *harness.Stage) error {
		if err := s.Shown(); err != nil {
			return err
		}
		if err := s.OpenIfLetIn(ctx); err != nil {
			return err
		}
		return useOrSilent(ctx, s, "without a licence the app shows nothing that asks its back end.")
	},
}

// useOrSilent uses the app. One that does not ask its back end then is not concerned.
func useOrSilent(ctx context.Context, s *harness.Stage, reason string) error {
	if err := s.Use(ctx); err != nil {
		return err
	}
	if s.Silent() {
		return &harness.NotApplicable{Reason: reason}
	}
	return nil
}

var rotateSecret = harness.Scenario{
	ID:    "install/rotate-secret",
	Title: "The app is installed again with another secret; the person loads the page anew and uses the app.",
	About: "A reinstallation, a move of the site or a rotation gives the tenant another shared secret, by another installed " +
		"call. A back end that keeps the old one in memory refuses everybody; a front end that keeps a token beyond its page " +
		"sends what nobody takes any more.",
	Bugs:  []string{"secret-rotation", "400-not-401"},
	Alone: true,
	Play: func(ctx context.Context, s *harness.Stage) error {
		if err := openAndUse(ctx, s); err != nil {
			return err
		}
		if err := s.Advance(ctx, aMoment, clock.Run); err != nil {
			return err
		}
		if err := s.RotateSecret(ctx); err != nil {
			return err
		}
		return openAndUse(ctx, s)
	},
}
