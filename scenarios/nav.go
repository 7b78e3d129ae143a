package scenarios

import (
	"context"

	"github.com/standin-dev/standin/harness"
	"github.com/standin-dev/standin/harness/timeline"
)

var push = harness.Scenario{
	ID:    "nav/push",
	Title: "The app's router changes the URL with history.pushState, then the app calls its back end.",
	About: "The iframe's URL carries ?jwt=, and so does the Referer of its requests, until the router pushes another " +
		"URL. A back end that reads the token there knows nobody from then on.",
	Bugs: []string{"referer-lost-on-push"},
	Play: follow(timeline.Push),
}

var replace = harness.Scenario{
	ID:    "nav/replace",
	Title: "The app changes its URL with history.replaceState, then calls its back end.",
	About: "Many apps clean ?jwt= out of their URL this way, or write a filter into it. The Referer changes with the URL.",
	Bugs:  []string{"referer-lost-on-push"},
	Play:  follow(timeline.Replace),
}

var hash = harness.Scenario{
	ID:    "nav/hash",
	Title: "The app changes its location hash, then calls its back end.",
	About: "The hash never reaches the Referer, so an app with a hash router keeps the token of the iframe's URL there " +
		"for ever: it passes every navigation, and dies when that token does.",
	Bugs: []string{"hash-router-masks"},
	Play: follow(timeline.Hash),
}

// follow opens the app, lets it navigate in a way of its own, and goes on using it.
func follow(kind timeline.NavigationKind) func(context.Context, *harness.Stage) error {
	return func(ctx context.Context, s *harness.Stage) error {
		if err := s.Applies(kind); err != nil {
			return err
		}
		if err := s.Open(ctx); err != nil {
			return err
		}
		if err := s.Follow(ctx, kind); err != nil {
			return err
		}
		return s.Touch(ctx)
	}
}

var refererDifferential = harness.Scenario{
	ID:    "nav/referer-differential",
	Title: "A person uses the app twice, the second time with a browser that sends no Referer.",
	About: "What the back end takes the first time and refuses the second is what it takes from the Referer, whatever it " +
		"looks for there: a token, a session, or just that there is one. No source is needed to see it.",
	Bugs:         []string{"referer-lost-on-push", "referer-lost-by-policy", "referer-lost-on-redirect", "referer-lost-over-4096", "referer-lost-cross-origin-api"},
	Differential: true,
	Play: func(ctx context.Context, s *harness.Stage) error {
		if err := s.Open(ctx); err != nil {
			return err
		}
		return s.Use(ctx)
	},
}

var backForward = harness.Scenario{
	ID:    "nav/back-forward",
	Title: "A person goes on in the app, back, and forward again, and uses it each time.",
	About: "Going back to the first entry brings ?jwt= back into the Referer, which makes a lost token look like a " +
		"whim: it works again after Back. Going forward loses it again.",
	Bugs: []string{"history-back-forward", "referer-lost-on-push"},
	Play: func(ctx context.Context, s *harness.Stage) error {
		kinds := []timeline.NavigationKind{timeline.Push, timeline.Hash}
		if err := s.Applies(kinds...); err != nil {
			return err
		}
		if err := s.Open(ctx); err != nil {
			return err
		}
		if err := s.Follow(ctx, kinds...); err != nil {
			return err
		}
		if err := s.Back(ctx); err != nil {
			return err
		}
		if err := s.Touch(ctx); err != nil {
			return err
		}
		if err := s.Forward(ctx); err != nil {
			return err
		}
		return s.Touch(ctx)
	},
}
