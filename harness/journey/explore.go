package journey

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"

	"github.com/standin-dev/standin/harness/browser"
	"github.com/standin-dev/standin/harness/timeline"
)

// Effect is what a step was seen to cause.
type Effect struct {
	// Requests counts calls to the app: what a page sends on its own behalf, not
	// its scripts and pictures.
	Requests int
	// Tabs counts the documents that came in windows of their own, and Dialogs those
	// that came first in a frame: no calls, either of them.
	Tabs, Dialogs int
	// Navigations are the ways in which the frame's URL changed.
	Navigations []timeline.NavigationKind
}

// Navigates tells whether the step caused such a navigation.
func (e Effect) Navigates(kind timeline.NavigationKind) bool {
	return slices.Contains(e.Navigations, kind)
}

func (e Effect) nothing() bool {
	return e.Requests == 0 && e.Tabs == 0 && e.Dialogs == 0 && len(e.Navigations) == 0
}

// Observer does a step and tells, once the page is quiet, what it caused.
type Observer func(context.Context, Step) (Effect, error)

// MaxClicks bounds how many clicks the explorer makes; loading the page anew counts as
// one.
const MaxClicks = 14

// attempts is how often the explorer tries to go back to a control that went out of
// view, the last time from a page loaded anew.
const attempts = 3

// destructive matches the words of controls that destroy things, end the session
// or cost money: never to be tried unasked. Whole words only, for a dropdown drops
// nothing.
var destructive = regexp.MustCompile(`(?i)(^|[^a-z])(delete|deletes|remove|removes|uninstall|disconnect|unlink|destroy|drop|purge|erase|wipe|revoke|reset|clear|archive|disable|deactivate|terminate|log ?out|sign ?out|cancel|unsubscribe|buy|pay|purchase|checkout|upgrade|invite|transfer|löschen|entfernen|abmelden|supprimer|eliminar|borrar)([^a-z]|$)`)

var camel = regexp.MustCompile(`([a-z])([A-Z])`)

// Destructive tells whether a control looks as if it destroyed something: by its
// text, its names and its address, deleteAll and delete-all alike.
func Destructive(c browser.Control) bool {
	return destructive.MatchString(camel.ReplaceAllString(c.Action+" "+c.Text, "$1 $2"))
}

// Found is what the explorer found.
type Found struct {
	// Steps are those that did something, and those that lead to them. Played from a fresh
	// page in their order they do it again, and where a way back was seen, also a second
	// time in the same page.
	Steps []Step
	// Effects has what each step was seen to cause.
	Effects []Effect
	// Back are the steps that leave the dialog which is open after the others, so that
	// they can be played again. Where there are none, there is no dialog, or no such way.
	Back []Step
	// Untried names what was seen and not tried: it went out of view and nothing brought it
	// back, or there were no clicks left.
	Untried []string
	// Apart names what did something, and is in no step: no way leads to it from the others,
	// nor from it to them.
	Apart []string
}

// Explore tries the controls that the frame shows, one after the other, each once,
// leaving out those that look destructive or lead away. One that goes out of view before
// its turn is gone back to: by the controls that lead to it, or by loading the page anew.
// A control that keeps the page busy for good is the last one: what was found before it
// comes with a *browser.BusyError, as with any other error.
func Explore(ctx context.Context, f Frame, observe Observer, reload func(context.Context) error) (Found, error) {
	e := &explorer{frame: f, observe: observe, reload: reload, tried: map[string]bool{}, sought: map[string]int{}}
	if err := e.explore(ctx); err != nil {
		return e.found(), fmt.Errorf("explore the app: %w", err)
	}
	return e.found(), nil
}

// Offered are the ways to use those of some controls that may be tried unasked, each with
// the fields that are filled for it.
func Offered(controls []browser.Control) [][]Step {
	var out [][]Step
	for _, c := range controls {
		if harmless(c) {
			out = append(out, steps(c))
		}
	}
	return out
}

// harmless reports whether a control may be tried unasked.
func harmless(c browser.Control) bool {
	return !c.Leaves && !c.Download && (c.Closes || !Destructive(c))
}

type explorer struct {
	frame   Frame
	observe Observer
	reload  func(context.Context) error
	start   view            // what was in view at first
	view    view            // what is now
	seen    view            // all that was, in the order in which it was first seen
	deeds   []deed          // what was done, in its order
	tried   map[string]bool // also in vain
	sought  map[string]int  // how often a control was gone back to
	clicks  int
}

// deed is one use of a control, and the views before and after it.
type deed struct {
	key           string
	steps         []Step
	effect        Effect
	before, after view
}

func (e *explorer) explore(ctx context.Context) error {
	if err := e.look(ctx); err != nil {
		return err
	}
	e.start = e.view
	for e.clicks < MaxClicks {
		more, err := e.next(ctx)
		if err != nil || !more {
			return err
		}
	}
	return nil
}

// next tries the first control in view that was not tried yet. Where there is none, it
// uses once more what did nothing when all was new, or goes back to a control that went
// out of view; false: there is nothing left.
func (e *explorer) next(ctx context.Context) (bool, error) {
	if c, ok := e.view.first(e.untried); ok {
		return true, e.do(ctx, c)
	}
	if c, ok := e.view.first(e.idle); ok {
		return true, e.do(ctx, c)
	}
	if c, ok := e.seen.first(e.missed); ok {
		return true, e.goBack(ctx, c)
	}
	return false, nil
}

func (e *explorer) untried(c browser.Control) bool {
	return !e.tried[key(c)] && harmless(c)
}

func (e *explorer) missed(c browser.Control) bool {
	return e.untried(c) && e.sought[key(c)] < attempts
}

// idle tells whether a control was used once, called for nothing, and may have done so
// only because its view was open already: before anything else had called for something.
func (e *explorer) idle(c browser.Control) bool {
	uses, called := 0, false
	for _, d := range e.deeds {
		switch {
		case d.key == key(c) && (called || d.effect.Requests > 0):
			return false
		case d.key == key(c):
			uses++
		case d.effect.Requests > 0:
			called = true
		}
	}
	return uses == 1 && called
}

// look takes in what is in view.
func (e *explorer) look(ctx context.Context) error {
	controls, err := e.frame.Controls(ctx)
	if err != nil && !errors.Is(err, browser.ErrNoFrame) {
		return err
	}
	e.view = controls
	for _, c := range controls {
		if !e.seen.has(key(c)) {
			e.seen = append(e.seen, c)
		}
	}
	return nil
}

// do uses a control.
func (e *explorer) do(ctx context.Context, c browser.Control) error {
	e.clicks++
	e.tried[key(c)] = true
	d := deed{key: key(c), steps: steps(c), before: e.view}
	for _, s := range d.steps {
		effect, err := e.observe(ctx, s)
		var gone *browser.NotFound
		if errors.As(err, &gone) {
			return e.look(ctx) // it went away as we looked
		}
		if err != nil {
			return err
		}
		d.effect.Requests += effect.Requests
		d.effect.Tabs += effect.Tabs
		d.effect.Dialogs += effect.Dialogs
		d.effect.Navigations = append(d.effect.Navigations, effect.Navigations...)
	}
	if err := e.look(ctx); err != nil {
		return err
	}
	d.after = e.view
	e.deeds = append(e.deeds, d)
	return nil
}

// goBack brings a control that was seen and not tried into view again, if it can.
func (e *explorer) goBack(ctx context.Context, c browser.Control) error {
	way, known := e.way(e.view, key(c))
	e.sought[key(c)]++
	if !known || e.sought[key(c)] == attempts {
		e.sought[key(c)] = attempts
		e.clicks++
		if err := e.reload(ctx); err != nil {
			return err
		}
		if err := e.look(ctx); err != nil {
			return err
		}
		way, _ = e.way(e.view, key(c))
	}
	for _, k := range way {
		next, ok := e.view.get(k)
		if !ok || e.clicks >= MaxClicks {
			return nil
		}
		if err := e.do(ctx, next); err != nil {
			return err
		}
	}
	return nil
}

// key tells controls apart: by what one reads, for a link that is on every view
// is the same one, and by where, for a dialog or another tab is no view of the page.
func key(c browser.Control) string {
	if c.Layer != "" {
		return c.Layer + "\x00" + called(c)
	}
	return called(c)
}

// called is what a step calls a control.
func called(c browser.Control) string {
	if c.Text != "" {
		return c.Text
	}
	return "css=" + c.CSS
}

// steps are how to use a control: the empty fields of its form are filled first.
func steps(c browser.Control) []Step {
	var out []Step
	for _, f := range c.Fields {
		value := map[string]string{"number": "1", "email": "robin@example.com", "url": "https://example.com", "date": "2026-01-31"}[f.Kind]
		if value == "" {
			value = "standin"
		}
		if f.Kind != "select-one" {
			out = append(out, Step{Fill: []Field{{Target: "css=" + f.CSS, Value: value}}, Layer: c.Layer})
		}
	}
	target := c.Text
	if !c.Unique && !c.Closes || browser.ParseTarget(target).CSS != "" {
		target = "css=" + c.CSS
	}
	return append(out, Step{Click: target, Layer: c.Layer})
}
