package journey

import (
	"slices"

	"github.com/standin-dev/standin/harness/browser"
)

// view is the controls that a person sees.
type view []browser.Control

// first is the first of the controls that is such a one.
func (v view) first(is func(browser.Control) bool) (browser.Control, bool) {
	if i := slices.IndexFunc(v, is); i >= 0 {
		return v[i], true
	}
	return browser.Control{}, false
}

func (v view) get(k string) (browser.Control, bool) {
	return v.first(func(c browser.Control) bool { return key(c) == k })
}

func (v view) has(k string) bool {
	_, ok := v.get(k)
	return ok
}

// same tells whether two views show the same controls.
func (v view) same(other view) bool {
	return len(v) == len(other) && !slices.ContainsFunc(v, func(c browser.Control) bool { return !other.has(key(c)) })
}

// found puts together what the deeds came to.
func (e *explorer) found() Found {
	var out Found
	route, back, apart := e.route()
	for _, k := range back {
		out.Back = append(out.Back, e.use(k).steps...)
	}
	for _, k := range route {
		steps := e.use(k).steps
		out.Steps = append(out.Steps, steps...)
		out.Effects = append(out.Effects, make([]Effect, len(steps)-1)...)
		out.Effects = append(out.Effects, e.effect(k))
	}
	for _, c := range e.seen {
		if e.untried(c) {
			out.Untried = append(out.Untried, name(c))
		}
		if slices.Contains(apart, key(c)) {
			out.Apart = append(out.Apart, name(c))
		}
	}
	return out
}

// name is a control as a person would point to it.
func name(c browser.Control) string { return browser.ParseTarget(called(c)).String() }

// route is the controls that did something, in the order in which they first did, with
// those between them that lead to them, and back to the first at the end; a way back out
// of a dialog is told by itself, for a person may well leave the dialog open. One that no
// way leads to stands before the others if it can, for it was in view at first; else it is
// apart.
func (e *explorer) route() (route, back, apart []string) {
	for _, k := range e.doers() {
		if way, ok := e.way(e.at(route), k); ok {
			route = append(append(route, way...), k)
		} else if longer, ok := e.ahead(k, route); ok {
			route = longer
		} else {
			apart = append(apart, k)
		}
	}
	if len(route) > 0 {
		back, _ = e.way(e.at(route), route[0])
	}
	if !slices.ContainsFunc(back, e.inDialog) {
		return append(route, back...), nil, apart
	}
	return route, back, apart
}

// inDialog reports whether a control is in a dialog.
func (e *explorer) inDialog(k string) bool {
	c, _ := e.seen.get(k)
	return c.Layer != "" && c.Layer != browser.TabLayer
}

// ahead is a route with a control before all others.
func (e *explorer) ahead(k string, route []string) ([]string, bool) {
	to, ok := e.way(e.start, k)
	if !ok {
		return nil, false
	}
	longer := append(to, k)
	on, ok := e.way(e.at(longer), route[0])
	return slices.Concat(longer, on, route), ok
}

// at is what is in view after a route: what its last control showed that was seen to
// change the view.
func (e *explorer) at(route []string) view {
	for _, k := range slices.Backward(route) {
		for _, d := range slices.Backward(e.deeds) {
			if d.key == k && !d.before.same(d.after) {
				return d.after
			}
		}
	}
	return e.start
}

// doers are the controls that did something, in the order in which they first did.
func (e *explorer) doers() []string {
	var out []string
	for _, d := range e.deeds {
		if !d.effect.nothing() && !slices.Contains(out, d.key) {
			out = append(out, d.key)
		}
	}
	return out
}

// use is the first use of a control.
func (e *explorer) use(k string) deed {
	return e.deeds[slices.IndexFunc(e.deeds, func(d deed) bool { return d.key == k })]
}

// effect is the most that a control was seen to cause.
func (e *explorer) effect(k string) Effect {
	var out Effect
	for _, d := range e.deeds {
		if d.key != k {
			continue
		}
		out.Requests = max(out.Requests, d.effect.Requests)
		out.Tabs, out.Dialogs = max(out.Tabs, d.effect.Tabs), max(out.Dialogs, d.effect.Dialogs)
		for _, kind := range d.effect.Navigations {
			if !out.Navigates(kind) {
				out.Navigations = append(out.Navigations, kind)
			}
		}
	}
	return out
}

// way is the controls that lead from a view to a control, as few as there can be: those
// that were seen to bring the next one into view, or, where that does not do, those after
// which it was in view.
func (e *explorer) way(from view, to string) ([]string, bool) {
	if way, ok := search(from, to, e.revealers); ok {
		return way, true
	}
	return search(from, to, func(k string) []string { return append(e.revealers(k), e.neighbours(k)...) })
}

// search goes back from a control by what leads to each, until one of them is in view.
func search(from view, to string, leaders func(string) []string) ([]string, bool) {
	leadsTo := map[string]string{to: ""}
	for queue := []string{to}; len(queue) > 0; queue = queue[1:] {
		at := queue[0]
		if from.has(at) {
			var way []string
			for ; at != to; at = leadsTo[at] {
				way = append(way, at)
			}
			return way, true
		}
		for _, k := range leaders(at) {
			if _, known := leadsTo[k]; !known {
				leadsTo[k] = at
				queue = append(queue, k)
			}
		}
	}
	return nil, false
}

// revealers are the controls that brought another into view.
func (e *explorer) revealers(of string) []string {
	var out []string
	for _, d := range e.deeds {
		if !d.before.has(of) && d.after.has(of) {
			out = append(out, d.key)
		}
	}
	return out
}

// neighbours are the controls after whose last use another was in view.
func (e *explorer) neighbours(of string) []string {
	last := map[string]bool{}
	var out []string
	for _, d := range slices.Backward(e.deeds) {
		if !last[d.key] && d.after.has(of) {
			out = append(out, d.key)
		}
		last[d.key] = true
	}
	slices.Reverse(out)
	return out
}
