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
	// Navigations are the ways in which the frame's URL changed.
	Navigations []timeline.NavigationKind
}

// Navigates tells whether the step caused such a navigation.
func (e Effect) Navigates(kind timeline.NavigationKind) bool {
	return slices.Contains(e.Navigations, kind)
}

func (e Effect) nothing() bool { return e.Requests == 0 && len(e.Navigations) == 0 }

// Observer does a step and tells, once the page is quiet, what it caused.
type Observer func(context.Context, Step) (Effect, error)

// MaxClicks bounds how many controls the explorer tries.
const MaxClicks = 14

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

// Explore tries the controls that the frame shows, one after the other, each
// once, leaving out those that look destructive or lead away. It returns the
// steps that did something, which played from a fresh page do it again, and what
// each did. A control that keeps the page busy for good is the last one: the steps
// before it come with a *browser.BusyError.
func Explore(ctx context.Context, f Frame, observe Observer) ([]Step, []Effect, error) {
	e := &explorer{frame: f, observe: observe, tried: map[string]bool{}, revealedBy: map[string]int{}}
	for len(e.tried) < MaxClicks {
		more, err := e.next(ctx)
		var busy *browser.BusyError
		if errors.As(err, &busy) {
			steps, effects := e.kept()
			return steps, effects, fmt.Errorf("explore the app: %w", err)
		}
		if err != nil {
			return nil, nil, fmt.Errorf("explore the app: %w", err)
		}
		if !more {
			break
		}
	}
	steps, effects := e.kept()
	return steps, effects, nil
}

type explorer struct {
	frame      Frame
	observe    Observer
	tried      map[string]bool
	revealedBy map[string]int // the try after which a control was first seen; -1: at the start
	tries      []try
}

type try struct {
	key    string
	steps  []Step
	effect Effect
}

// next tries the first control that was not tried yet; false: there is none.
func (e *explorer) next(ctx context.Context) (bool, error) {
	controls, err := e.frame.Controls(ctx)
	if errors.Is(err, browser.ErrNoFrame) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	for _, c := range controls {
		if _, seen := e.revealedBy[key(c)]; !seen {
			e.revealedBy[key(c)] = len(e.tries) - 1
		}
	}
	i := slices.IndexFunc(controls, func(c browser.Control) bool {
		return !e.tried[key(c)] && !c.Leaves && !c.Download && !Destructive(c)
	})
	if i < 0 {
		return false, nil
	}
	return true, e.try(ctx, controls[i])
}

// key tells controls apart: by what one reads, for a link that is on every view
// is the same one.
func key(c browser.Control) string {
	if c.Text != "" {
		return c.Text
	}
	return "css=" + c.CSS
}

func (e *explorer) try(ctx context.Context, c browser.Control) error {
	e.tried[key(c)] = true
	t := try{key: key(c), steps: steps(c)}
	for _, s := range t.steps {
		effect, err := e.observe(ctx, s)
		var gone *browser.NotFound
		if errors.As(err, &gone) {
			return nil // it went away as we looked
		}
		if err != nil {
			return err
		}
		t.effect.Requests += effect.Requests
		t.effect.Navigations = append(t.effect.Navigations, effect.Navigations...)
	}
	e.tries = append(e.tries, t)
	return nil
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
			out = append(out, Step{Fill: []Field{{Target: "css=" + f.CSS, Value: value}}})
		}
	}
	target := c.Text
	if !c.Unique || browser.ParseTarget(target).CSS != "" {
		target = "css=" + c.CSS
	}
	return append(out, Step{Click: target})
}

// kept are the tries that did something, and those that revealed their controls.
func (e *explorer) kept() ([]Step, []Effect) {
	keep := make([]bool, len(e.tries))
	for i := len(e.tries) - 1; i >= 0; i-- {
		if !keep[i] && e.tries[i].effect.nothing() {
			continue
		}
		keep[i] = true
		if by := e.revealedBy[e.tries[i].key]; by >= 0 {
			keep[by] = true
		}
	}
	var steps []Step
	var effects []Effect
	for i, t := range e.tries {
		if !keep[i] {
			continue
		}
		for j, s := range t.steps {
			steps = append(steps, s)
			if j < len(t.steps)-1 {
				effects = append(effects, Effect{})
			} else {
				effects = append(effects, t.effect)
			}
		}
	}
	return steps, effects
}
