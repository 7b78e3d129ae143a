package journey_test

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/standin-dev/standin/harness/browser"
	"github.com/standin-dev/standin/harness/journey"
)

// buttons is a view.
func buttons(texts ...string) []browser.Control {
	var out []browser.Control
	for _, text := range texts {
		out = append(out, button(text))
	}
	return out
}

// strictly has the app refuse clicks on what is not in view.
func (a *app) strictly() *app {
	a.shows = func() []browser.Control { return a.views[a.view] }
	a.click = func(what string) error {
		if !slices.ContainsFunc(a.shows(), func(c browser.Control) bool { return what == fmt.Sprintf("%q", c.Text) }) {
			return fmt.Errorf("click: %w", &browser.NotFound{})
		}
		return nil
	}
	return a
}

// TestExploreGoesBack: a control that goes out of view before its turn is tried all the
// same, and the journey leads to it: the first time, and where there is a way back also
// the next times in the same page.
func TestExploreGoesBack(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name  string
		app   *app
		want  []string // the clicks of the journey
		once  bool     // it can be played only once in a page
		loads int
	}{
		{
			name: "by the menu's own entry of the first view, which did nothing at first",
			app: &app{
				views:   map[string][]browser.Control{"": buttons("Home", "Reports", "Load"), "reports": buttons("Home", "Reports")},
				leadsTo: map[string]string{"Home": "", "Reports": "reports"},
				causes:  map[string]journey.Effect{"Reports": call, "Load": call},
			},
			want: []string{"Reports", "Home", "Load"},
		},
		{
			name: "by that entry after another one that stays where it is",
			app: &app{
				views:   map[string][]browser.Control{"": buttons("Help", "Reports", "Home", "Load"), "reports": buttons("Help", "Reports", "Home")},
				leadsTo: map[string]string{"Home": "", "Reports": "reports"},
				causes:  map[string]journey.Effect{"Reports": call, "Load": call},
			},
			want: []string{"Reports", "Home", "Load"},
		},
		{
			name: "at the end, for the next time",
			app: &app{
				views:   map[string][]browser.Control{"": buttons("Home", "Load", "Reports"), "reports": buttons("Home")},
				leadsTo: map[string]string{"Home": "", "Reports": "reports"},
				causes:  map[string]journey.Effect{"Reports": call, "Load": call},
			},
			want: []string{"Load", "Reports", "Home"},
		},
		{
			name: "by a menu that shuts",
			app: &app{
				views:   map[string][]browser.Control{"": buttons("Menu"), "open": buttons("Menu", "One", "Two")},
				leadsTo: map[string]string{"Menu": "open", "One": "", "Two": ""},
				causes:  map[string]journey.Effect{"One": call, "Two": call},
			},
			want: []string{"Menu", "One", "Menu", "Two"},
		},
		{
			name: "over two views",
			app: &app{
				views:   map[string][]browser.Control{"": buttons("List", "Load"), "list": buttons("First", "Home"), "item": buttons("Up", "Star")},
				leadsTo: map[string]string{"List": "list", "First": "item", "Up": "list", "Home": ""},
				causes:  map[string]journey.Effect{"First": call, "Star": call, "Load": call},
			},
			want: []string{"List", "First", "Up", "Home", "Load", "List", "First", "Star", "Up", "Home"},
		},
		{
			name: "by loading the page anew, where nothing else leads back",
			app: &app{
				views:   map[string][]browser.Control{"": buttons("Reports", "Load"), "reports": buttons("Reports")},
				leadsTo: map[string]string{"Reports": "reports"},
				causes:  map[string]journey.Effect{"Reports": call, "Load": call},
			},
			want: []string{"Load", "Reports"}, once: true, loads: 1,
		},
		{
			name: "by loading the page anew and what leads on from there",
			app: &app{
				views:   map[string][]browser.Control{"": buttons("Open"), "open": buttons("Close", "Load"), "closed": nil},
				leadsTo: map[string]string{"Open": "open", "Close": "closed"},
				causes:  map[string]journey.Effect{"Load": call},
			},
			want: []string{"Open", "Load"}, once: true, loads: 1,
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			found := tt.app.strictly().find(t)
			if diff := cmp.Diff(tt.want, clicks(found.Steps)); diff != "" {
				t.Errorf("clicks (-want +got):\n%s", diff)
			}
			if len(found.Untried) > 0 || len(found.Apart) > 0 || tt.app.loads != tt.loads {
				t.Errorf("untried %q, apart %q, loaded anew %d time(s), want %d", found.Untried, found.Apart, tt.app.loads, tt.loads)
			}
			tt.app.plays(t, found.Steps, tt.once)
		})
	}
}

// plays plays a journey in a fresh page, three times unless it can be played only once.
func (a *app) plays(t *testing.T, steps []journey.Step, once bool) {
	t.Helper()
	_ = a.reload(t.Context())
	for round := range 3 {
		for _, s := range steps {
			if _, err := a.observe(t.Context(), s); err != nil && !(once && round > 0) {
				t.Errorf("time %d: %s: %v", round+1, s, err)
			}
		}
	}
}

// TestExploreTellsWhatItLeavesOut: what it could not try, and what is in no one journey
// with the rest.
func TestExploreTellsWhatItLeavesOut(t *testing.T) {
	t.Parallel()
	a := &app{
		views:   map[string][]browser.Control{"": buttons("A", "B"), "a": buttons("A1"), "b": buttons("B1")},
		leadsTo: map[string]string{"A": "a", "B": "b"},
		causes:  map[string]journey.Effect{"A1": call, "B1": call},
	}
	found := a.strictly().find(t)
	if diff := cmp.Diff(journey.Found{
		Steps: []journey.Step{{Click: "A"}, {Click: "A1"}}, Effects: []journey.Effect{{}, call}, Apart: []string{`"B1"`},
	}, found); diff != "" {
		t.Errorf("two views with no way between them (-want +got):\n%s", diff)
	}

	var many []string
	for i := range journey.MaxClicks + 2 {
		many = append(many, fmt.Sprintf("Item %d", i+1))
	}
	b := &app{views: map[string][]browser.Control{"": append(buttons(many...), button("Delete"))}}
	if diff := cmp.Diff([]string{`"Item 15"`, `"Item 16"`}, b.strictly().find(t).Untried); diff != "" {
		t.Errorf("untried of many (-want +got):\n%s", diff)
	}

	c := &app{
		views:   map[string][]browser.Control{"": buttons("Start", "Once"), "later": buttons("Load")},
		leadsTo: map[string]string{"Start": "later"},
		causes:  map[string]journey.Effect{"Load": call},
	}
	c.strictly()
	found, err := journey.Explore(t.Context(), c, c.observe, func(context.Context) error { return nil }) // which keeps its view
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{`"Once"`}, found.Untried); diff != "" {
		t.Errorf("untried, for it never comes back (-want +got):\n%s", diff)
	}
}

// TestExploreUsesAgain: what leads to the view that is open already calls for nothing at
// first, and for something after another one.
func TestExploreUsesAgain(t *testing.T) {
	t.Parallel()
	a := &app{views: map[string][]browser.Control{"": buttons("Items", "Me", "Idle")}}
	at := "Items"
	observe := func(ctx context.Context, s journey.Step) (journey.Effect, error) {
		if s.Click == "Idle" || s.Click == at {
			_, err := a.observe(ctx, s)
			return journey.Effect{}, err
		}
		at = s.Click
		_, err := a.observe(ctx, s)
		return call, err
	}
	a.strictly()
	found, err := journey.Explore(t.Context(), a, observe, a.reload)
	if err != nil {
		t.Fatal(err)
	}
	want := journey.Found{Steps: []journey.Step{{Click: "Me"}, {Click: "Items"}}, Effects: []journey.Effect{call, call}}
	if diff := cmp.Diff(want, found); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if want := []string{`click "Items"`, `click "Me"`, `click "Idle"`, `click "Items"`}; !slices.Equal(a.done, want) {
		t.Errorf("did %q, want %q", a.done, want)
	}
}
