package browser

import (
	"context"
	"slices"
)

// covers reports whether the target is in a place that a dialog lies over.
func (c *Context) covers(ctx context.Context, places []place, t Target, method string) bool {
	for _, p := range places {
		var has bool
		if p.covered && p.look(ctx, &has, "has", method, t) == nil && has {
			return true
		}
	}
	return false
}

// search looks for what a target names in several places, and does something to it.
type search struct {
	context  *Context
	places   []place // the topmost first
	target   Target
	method   string
	args     []any
	disabled bool // it was found, and cannot be used
	seen     []string
}

// What a control's name has to do with the text that is looked for: it is the text, it
// holds it, or something that holds it is no control at all. "": any of them.
const (
	exactly = "exact"
	partly  = "part"
	inWords = "words"
)

// run does it in the first place that has the target. Where there are several, one that
// reads exactly so comes before one that reads like it, also one in the bars of a dialog.
func (s *search) run(ctx context.Context) (bool, error) {
	dialog := inDialog(s.places)
	if len(s.places) <= 1 && !dialog || s.target.CSS != "" || s.method != "click" {
		return s.everywhere(ctx, "")
	}
	for _, how := range []string{exactly, partly, inWords} {
		done, err := s.everywhere(ctx, how)
		if done || err != nil {
			return done, err
		}
		if how == exactly && dialog && s.context.inProduct(ctx, s, dialogBars, exactly) {
			return true, nil
		}
	}
	return false, nil
}

func (s *search) everywhere(ctx context.Context, how string) (bool, error) {
	for _, p := range s.places {
		var d deed
		if err := p.act(ctx, &d, s.method, s.arguments(how)...); err != nil {
			return false, err
		}
		if d.Found && !d.Disabled {
			return true, nil
		}
		s.saw(d)
	}
	return false, nil
}

func (s *search) saw(d deed) {
	s.disabled = s.disabled || d.Disabled
	for _, name := range d.Seen {
		if !slices.Contains(s.seen, name) {
			s.seen = append(s.seen, name)
		}
	}
}

func (s *search) arguments(how string) []any {
	args := append([]any{s.target}, s.args...)
	if s.method == "click" {
		args = append(args, how)
	}
	return args
}
