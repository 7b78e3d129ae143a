package harness

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/standin-dev/standin/harness/browser"
	"github.com/standin-dev/standin/harness/journey"
	"github.com/standin-dev/standin/harness/timeline"
)

// Applies is NotApplicable when nothing in the journey makes the app navigate in
// one of the given ways.
func (s *Stage) Applies(kinds ...timeline.NavigationKind) error {
	if s.navigation(kinds) < 0 && len(s.plan.steps) > 0 {
		return &NotApplicable{Reason: fmt.Sprintf("nothing in the journey makes this app %s.", doing(kinds))}
	}
	return nil
}

// navigation is the first step that navigates in one of the given ways; -1: none.
func (s *Stage) navigation(kinds []timeline.NavigationKind) int {
	return slices.IndexFunc(s.plan.effects, func(e journey.Effect) bool {
		return slices.ContainsFunc(kinds, e.Navigates)
	})
}

// Follow makes the app navigate in one of the given ways, by the first step of
// the journey that does so: the app's own router, not one of ours. The steps
// before it are done only when it is not to be found without them.
func (s *Stage) Follow(ctx context.Context, kinds ...timeline.NavigationKind) error {
	at := s.navigation(kinds)
	if at < 0 {
		return &Inconclusive{Reason: "no journey is known that makes this app " + doing(kinds) + "."}
	}
	s.pass++
	s.prove("the app navigated")
	if s.plan.explored {
		err := s.plan.steps[at].Do(ctx, s.page)
		var missing *browser.NotFound
		if !errors.As(err, &missing) {
			return cmp.Or(err, s.settle(ctx))
		}
	}
	for i := range at + 1 {
		s.prove("the app navigated")
		if err := s.step(ctx, i); err != nil {
			return err
		}
	}
	return nil
}

// doing says a kind of navigation as something that an app does.
func doing(kinds []timeline.NavigationKind) string {
	words := map[timeline.NavigationKind]string{
		timeline.Push: "call history.pushState", timeline.Replace: "call history.replaceState",
		timeline.Hash: "change its location hash", timeline.Document: "load another document",
	}
	var parts []string
	for _, k := range kinds {
		parts = append(parts, words[k])
	}
	return strings.Join(parts, " or ")
}

// Back goes back in the frame's history, Forward forward again.
func (s *Stage) Back(ctx context.Context) error {
	s.prove("going back")
	if err := s.page.Back(ctx); err != nil {
		return err
	}
	return s.settle(ctx)
}

// Forward is Back's opposite.
func (s *Stage) Forward(ctx context.Context) error {
	if err := s.page.Forward(ctx); err != nil {
		return err
	}
	return s.settle(ctx)
}
