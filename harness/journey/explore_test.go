package journey_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/standin-dev/standin/harness/browser"
	"github.com/standin-dev/standin/harness/journey"
	"github.com/standin-dev/standin/harness/timeline"
)

// app is a made-up app behind a fake frame: views of controls, and what a click
// on each causes.
type app struct {
	frame
	view    string
	views   map[string][]browser.Control
	leadsTo map[string]string // click → view
	causes  map[string]journey.Effect
	loads   int // how often it was loaded anew
}

func (a *app) explore(t *testing.T) ([]journey.Step, []journey.Effect) {
	t.Helper()
	found := a.find(t)
	return found.Steps, found.Effects
}

func (a *app) find(t *testing.T) journey.Found {
	t.Helper()
	a.shows = func() []browser.Control { return a.views[a.view] }
	found, err := journey.Explore(t.Context(), a, a.observe, a.reload)
	if err != nil {
		t.Fatal(err)
	}
	if len(found.Steps) != len(found.Effects) {
		t.Fatalf("%d steps and %d effects", len(found.Steps), len(found.Effects))
	}
	return found
}

func (a *app) reload(context.Context) error {
	a.loads++
	a.view = ""
	return nil
}

// observe does a step and tells what the app is said to do then.
func (a *app) observe(ctx context.Context, s journey.Step) (journey.Effect, error) {
	if err := s.Do(ctx, a); err != nil {
		return journey.Effect{}, err
	}
	if view, ok := a.leadsTo[s.Click]; ok {
		a.view = view
	}
	return a.causes[s.Click], nil
}

func clicks(steps []journey.Step) []string {
	var out []string
	for _, s := range steps {
		if s.Click != "" {
			out = append(out, s.Click)
		}
	}
	return out
}

var (
	call = journey.Effect{Requests: 1}
	push = journey.Effect{Navigations: []timeline.NavigationKind{timeline.Push}}
)

func TestExploreKeepsWhatDoesSomething(t *testing.T) {
	t.Parallel()
	a := &app{
		views:  map[string][]browser.Control{"": {button("Load"), button("Nothing"), button("Route")}},
		causes: map[string]journey.Effect{"Load": call, "Route": push},
	}
	steps, effects := a.explore(t)
	if diff := cmp.Diff([]journey.Step{{Click: "Load"}, {Click: "Route"}}, steps); diff != "" {
		t.Errorf("steps (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]journey.Effect{call, push}, effects); diff != "" {
		t.Errorf("effects (-want +got):\n%s", diff)
	}
	if !effects[1].Navigates(timeline.Push) || effects[1].Navigates(timeline.Hash) || effects[0].Navigates(timeline.Push) {
		t.Error("effects do not tell how they navigate")
	}
	if want := []string{`click "Load"`, `click "Nothing"`, `click "Route"`}; !slices.Equal(a.done, want) {
		t.Errorf("did %q, want each once: %q", a.done, want)
	}
}

// TestExploreKeepsWhatReveals: a menu that does nothing itself is kept when what
// it opens does something.
func TestExploreKeepsWhatReveals(t *testing.T) {
	t.Parallel()
	menu := []browser.Control{button("Menu"), button("Idle")}
	a := &app{
		views: map[string][]browser.Control{
			"": menu, "open": append(menu, button("More"), button("Vain")), "more": append(menu, button("Load")),
		},
		leadsTo: map[string]string{"Menu": "open", "More": "more"},
		causes:  map[string]journey.Effect{"Load": call},
	}
	steps, _ := a.explore(t)
	if diff := cmp.Diff([]string{"Menu", "More", "Load"}, clicks(steps)); diff != "" {
		t.Errorf("clicks (-want +got):\n%s", diff)
	}
}

func TestExploreLeavesOut(t *testing.T) {
	t.Parallel()
	leaves, download, hidden := button("Docs"), button("Export"), button("×")
	leaves.Leaves, download.Download, hidden.Action = true, true, "× btnDeleteAll"
	a := &app{
		views:  map[string][]browser.Control{"": {leaves, download, hidden, button("Delete"), button("Load")}},
		causes: map[string]journey.Effect{"Docs": call, "Export": call, "×": call, "Delete": call, "Load": call},
	}
	steps, _ := a.explore(t)
	if diff := cmp.Diff([]string{"Load"}, clicks(steps)); diff != "" {
		t.Errorf("clicks (-want +got):\n%s", diff)
	}
	if want := []string{`click "Load"`}; !slices.Equal(a.done, want) {
		t.Errorf("touched %q, want %q", a.done, want)
	}
}

func TestExploreFillsForms(t *testing.T) {
	t.Parallel()
	save := withFields(t, button("Save"), "text", "number", "email", "url", "date", "select-one", "textarea")
	a := &app{views: map[string][]browser.Control{"": {save}}, causes: map[string]journey.Effect{"Save": call}}
	steps, effects := a.explore(t)
	fill := func(field, value string) journey.Step {
		return journey.Step{Fill: []journey.Field{{Target: "css=#" + field, Value: value}}}
	}
	want := []journey.Step{fill("text", "standin"), fill("number", "1"), fill("email", "robin@example.com"), fill("url", "https://example.com"),
		fill("date", "2026-01-31"), fill("textarea", "standin"), {Click: "Save"}}
	if diff := cmp.Diff(want, steps); diff != "" {
		t.Errorf("steps (-want +got):\n%s", diff)
	}
	for i, e := range effects {
		if last := i == len(effects)-1; (e.Requests == 1) != last {
			t.Errorf("step %d causes %d requests: the click does, at the end", i+1, e.Requests)
		}
	}
}

// TestExploreNamesControls: by what one reads, unless that is not enough.
func TestExploreNamesControls(t *testing.T) {
	t.Parallel()
	twin, mute, odd := button("Edit"), button(""), button("css=x")
	twin.Unique, twin.CSS = false, "#first"
	mute.Unique, mute.CSS = false, "#icon"
	odd.CSS = "#odd"
	second := twin
	second.CSS = "#second"
	a := &app{
		views:  map[string][]browser.Control{"": {button("Plain"), twin, second, mute, odd}},
		causes: map[string]journey.Effect{"Plain": call, "css=#first": call, "css=#second": call, "css=#icon": call, "css=#odd": call},
	}
	steps, _ := a.explore(t)
	if diff := cmp.Diff([]string{"Plain", "css=#first", "css=#icon", "css=#odd"}, clicks(steps)); diff != "" {
		t.Errorf("clicks (-want +got):\n%s", diff)
	}
}

// TestExploreEnds: however many controls an app shows, and however they change.
func TestExploreEnds(t *testing.T) {
	t.Parallel()
	for name, click := range map[string]func(string) error{
		"each does something": nil,
		"each goes away":      func(string) error { return fmt.Errorf("click: %w", &browser.NotFound{}) },
	} {
		n := 0
		a := &app{}
		a.click = click
		a.shows = func() []browser.Control {
			n++
			return []browser.Control{button(fmt.Sprintf("Item %d", n))}
		}
		found, err := journey.Explore(t.Context(), a, a.observe, a.reload)
		if err != nil || len(a.done) != journey.MaxClicks || len(found.Steps) != 0 {
			t.Errorf("%s: %d clicks, %d steps, error %v; want %d clicks", name, len(a.done), len(found.Steps), err, journey.MaxClicks)
		}
	}
}

func TestExploreOfFramesThatGo(t *testing.T) {
	t.Parallel()
	a := &app{views: map[string][]browser.Control{"": {button("Close")}}, causes: map[string]journey.Effect{"Close": call}}
	a.click = func(string) error {
		a.gone = fmt.Errorf("controls: %w", browser.ErrNoFrame)
		return nil
	}
	steps, _ := a.explore(t)
	if diff := cmp.Diff([]string{"Close"}, clicks(steps)); diff != "" {
		t.Errorf("clicks before the frame went (-want +got):\n%s", diff)
	}
	broken := errors.New("broken")
	if _, err := journey.Explore(t.Context(), &frame{gone: broken}, a.observe, a.reload); !errors.Is(err, broken) {
		t.Errorf("error %v, want %v", err, broken)
	}
	b := &app{views: map[string][]browser.Control{"": {button("Load")}}}
	b.shows = func() []browser.Control { return b.views[""] }
	b.click = func(string) error { return broken }
	if _, err := journey.Explore(t.Context(), b, b.observe, b.reload); !errors.Is(err, broken) {
		t.Errorf("error %v, want %v", err, broken)
	}
}

// TestExploreBusy: a control that keeps the page busy for good ends it; what was found
// before is kept.
func TestExploreBusy(t *testing.T) {
	a := &app{
		views:  map[string][]browser.Control{"": {button("Load"), button("Loop"), button("More")}},
		causes: map[string]journey.Effect{"Load": call, "More": call},
	}
	a.shows = func() []browser.Control { return a.views[""] }
	a.click = func(what string) error {
		if strings.Contains(what, "Loop") {
			return fmt.Errorf("click: %w", &browser.BusyError{})
		}
		return nil
	}
	found, err := journey.Explore(t.Context(), a, a.observe, a.reload)
	var busy *browser.BusyError
	if !errors.As(err, &busy) {
		t.Errorf("error %v, want that the page is busy", err)
	}
	if diff := cmp.Diff([]string{"Load"}, clicks(found.Steps)); diff != "" || len(found.Effects) != 1 {
		t.Errorf("%d effects; clicks before the page got busy (-want +got):\n%s", len(found.Effects), diff)
	}
}

func TestDestructive(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		"Delete": true, "delete": true, "DELETE ALL": true, "Delete…": true, "btnDeleteAll": true, "delete-all": true, "delete_all": true,
		"deleteItem": true, "onRemove": true, "/items/7/delete": true, "/logout": true, "Log out": true, "Logout": true, "Sign out": true,
		"signOut": true, "Uninstall app": true, "Cancel": true, "Buy now": true, "Löschen": true, "Supprimer": true,

		"dropdown": false, "Dropdown menu": false, "dropDownToggle": true, "Undeleted items": false, "Cleared": false, "Nuclear": false,
		"Payload": false, "payment-status": false, "Removal policy": false, "Buyer": false, "Catalog out": false, "Presets": false,
		"Load": false, "Save": false, "": false, "Items": false, "Dashboard": false,
	} {
		if got := journey.Destructive(browser.Control{Action: text}); got != want {
			t.Errorf("action %q is destructive: %v, want %v", text, got, want)
		}
		if got := journey.Destructive(browser.Control{Text: text}); got != want {
			t.Errorf("text %q is destructive: %v, want %v", text, got, want)
		}
	}
}
