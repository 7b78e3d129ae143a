package harness

import (
	"context"
	"errors"
	"slices"

	"github.com/standin-dev/standin/harness/browser"
	"github.com/standin-dev/standin/harness/journey"
)

// A journey that the explorer found says where each of its steps belongs: in the app's
// page, in a dialog over it, in a tab that a link opened. Between its steps standin does
// what a person does without being told: closes the tab, leaves the dialog. A journey that
// the config gives is played as it is written.

// dialog is the name of the app's dialog that is open; "": there is none.
func (s *Stage) dialog(ctx context.Context) string {
	controls, err := s.page.Controls(ctx)
	if err != nil {
		return ""
	}
	for _, c := range controls {
		if c.Layer != "" && c.Layer != browser.TabLayer {
			return c.Layer
		}
	}
	return ""
}

// goOn uses a dialog that was left open as it stands: it may live on a token of the time
// when it was opened. Then it leaves it.
func (s *Stage) goOn(ctx context.Context) error {
	if s.pass == 1 || !s.inLayers() {
		return nil
	}
	layer := s.dialog(ctx)
	if layer == "" {
		return nil
	}
	for i, step := range s.plan.steps {
		if step.Layer != layer {
			continue
		}
		if err := s.step(ctx, i); err != nil {
			return err
		}
	}
	return s.leave(ctx)
}

// leaveFor leaves the open dialog when a step belongs elsewhere.
func (s *Stage) leaveFor(ctx context.Context, step journey.Step) error {
	if !s.inLayers() {
		return nil
	}
	if layer := s.dialog(ctx); layer == "" || layer == step.Layer {
		return nil
	}
	return s.leave(ctx)
}

// inLayers reports whether any step of the journey is played in a dialog.
func (s *Stage) inLayers() bool {
	for _, step := range s.plan.steps {
		if s.plan.explored && step.Layer != "" && step.Layer != browser.TabLayer {
			return true
		}
	}
	return false
}

// leave leaves the open dialog: by the way that the explorer found, or by Escape.
func (s *Stage) leave(ctx context.Context) error {
	for _, step := range s.plan.back {
		var missing *browser.NotFound
		if err := step.Do(ctx, s.page); err != nil && !errors.As(err, &missing) {
			return err
		}
		if err := s.settle(ctx); err != nil {
			return err
		}
	}
	if s.dialog(ctx) == "" {
		return nil
	}
	if err := s.page.LeaveDialog(ctx); err != nil {
		return err
	}
	return s.settle(ctx)
}

// closeTabsFor closes the tabs that links opened when a step belongs elsewhere.
func (s *Stage) closeTabsFor(ctx context.Context, step journey.Step) error {
	if step.Layer == browser.TabLayer {
		return nil
	}
	return s.closeTabs(ctx)
}

// closeTabs closes the tabs that links opened, in a journey that the explorer found.
func (s *Stage) closeTabs(ctx context.Context) error {
	if !s.plan.explored || s.page.Tabs() == 0 {
		return nil
	}
	if err := s.page.CloseTabs(ctx); err != nil {
		return err
	}
	return s.settle(ctx)
}

// openTabs does the steps that open tabs in which the app was not seen to call its back
// end: what a tab shows first must prove itself as well.
func (s *Stage) openTabs(ctx context.Context, calls []int) error {
	for i, e := range s.plan.effects {
		if e.Tabs == 0 || slices.Contains(calls, i) {
			continue
		}
		if _, err := s.calls(ctx, i); err != nil {
			return err
		}
	}
	return s.closeTabs(ctx)
}
