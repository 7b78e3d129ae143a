// Package journey is what a person does in an app: steps that a config gives, or
// that an explorer finds by trying the controls of the page.
package journey

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/standin-dev/standin/harness/browser"
	"github.com/standin-dev/standin/harness/judge"
)

// Frame is what steps need of the app's frame. A browser.Context is one.
type Frame interface {
	Click(context.Context, browser.Target) error
	Fill(context.Context, browser.Target, string) error
	Submit(context.Context, browser.Target) error
	Navigate(context.Context, string) error
	Controls(context.Context) ([]browser.Control, error)
	AwaitRequest(ctx context.Context, limit time.Duration, matches func(path string) bool, what string) error
	AwaitText(ctx context.Context, limit time.Duration, text string) error
}

// waitLimit bounds the waits of steps.
const waitLimit = 10 * time.Second

// Step is one thing that a person does. Exactly one of its fields is set, but for Layer.
type Step struct {
	// Click names what to click: visible text, or "css=…".
	Click string
	// Fill is what to write into which fields, in order.
	Fill []Field
	// Submit names a form: text in it, or "css=…".
	Submit string
	// Navigate is a URL to take the frame to, relative to its own.
	Navigate string
	// WaitRequest is a path, with * and **, of which a request must be answered.
	WaitRequest string
	// WaitText is a text that the frame must show.
	WaitText string
	// Layer is where the explorer found what the step uses, as browser.Control has it; a
	// config does not say.
	Layer string
}

// Field is one field to fill.
type Field struct{ Target, Value string }

// Do does the step.
func (s Step) Do(ctx context.Context, f Frame) error {
	switch {
	case s.Click != "":
		return f.Click(ctx, browser.ParseTarget(s.Click))
	case len(s.Fill) > 0:
		for _, field := range s.Fill {
			if err := f.Fill(ctx, browser.ParseTarget(field.Target), field.Value); err != nil {
				return err
			}
		}
		return nil
	case s.Submit != "":
		return f.Submit(ctx, browser.ParseTarget(s.Submit))
	case s.Navigate != "":
		return f.Navigate(ctx, s.Navigate)
	case s.WaitRequest != "":
		p, err := judge.ParsePattern(s.WaitRequest)
		if err != nil {
			return err
		}
		return f.AwaitRequest(ctx, waitLimit, p.Match, s.WaitRequest)
	case s.WaitText != "":
		return f.AwaitText(ctx, waitLimit, s.WaitText)
	}
	return fmt.Errorf("a step of the journey says nothing to do")
}

// Uses reports whether the step clicks on one of these controls, where they are.
func (s Step) Uses(controls []browser.Control) bool {
	t := browser.ParseTarget(s.Click)
	return slices.ContainsFunc(controls, func(c browser.Control) bool {
		if c.Layer != s.Layer {
			return false
		}
		return t.CSS != "" && t.CSS == c.CSS || t.Text != "" && strings.Contains(strings.ToLower(c.Text), strings.ToLower(t.Text))
	})
}

// String is the step as it stands in a config, without the dash.
func (s Step) String() string {
	switch {
	case s.Click != "":
		return "click: " + quote(s.Click)
	case len(s.Fill) > 0:
		parts := make([]string, len(s.Fill))
		for i, f := range s.Fill {
			parts[i] = quote(f.Target) + ": " + quote(f.Value)
		}
		return "fill: {" + strings.Join(parts, ", ") + "}"
	case s.Submit != "":
		return "submit: " + quote(s.Submit)
	case s.Navigate != "":
		return "navigate: " + quote(s.Navigate)
	case s.WaitRequest != "":
		return "wait: {request: " + quote(s.WaitRequest) + "}"
	default:
		return "wait: {text: " + quote(s.WaitText) + "}"
	}
}

func quote(s string) string { return fmt.Sprintf("%q", s) }

const forms = `a step is one of click: "Text or css=…", fill: {"field": "value"}, submit: "css=form", navigate: "/path", wait: {request: "/api/*"}, wait: {text: "Saved"}`

// UnmarshalYAML reads a step, and refuses what is none.
func (s *Step) UnmarshalYAML(n *yaml.Node) error {
	if n.Kind != yaml.MappingNode || len(n.Content) != 2 {
		return fmt.Errorf("line %d: %s", n.Line, forms)
	}
	key, value := n.Content[0].Value, n.Content[1]
	switch key {
	case "click":
		return scalar(value, key, &s.Click)
	case "submit":
		return scalar(value, key, &s.Submit)
	case "navigate":
		return scalar(value, key, &s.Navigate)
	case "fill":
		return s.fill(value)
	case "wait":
		return s.wait(value)
	default:
		return fmt.Errorf("line %d: a step cannot be %q; %s", n.Line, key, forms)
	}
}

func scalar(n *yaml.Node, key string, into *string) error {
	if !isText(n) || n.Value == "" {
		return fmt.Errorf("line %d: %s takes a text", n.Line, key)
	}
	*into = n.Value
	return nil
}

// isText tells whether a node is a text, or a number or the like that can stand
// for one.
func isText(n *yaml.Node) bool { return n.Kind == yaml.ScalarNode && n.Tag != "!!null" }

func (s *Step) fill(n *yaml.Node) error {
	if n.Kind != yaml.MappingNode || len(n.Content) == 0 || !every(n.Content, isText) {
		return fmt.Errorf(`line %d: fill takes fields and values, as {"css=#title": "hello"}`, n.Line)
	}
	for i := 0; i < len(n.Content); i += 2 {
		s.Fill = append(s.Fill, Field{Target: n.Content[i].Value, Value: n.Content[i+1].Value})
	}
	return nil
}

func (s *Step) wait(n *yaml.Node) error {
	if n.Kind == yaml.MappingNode && len(n.Content) == 2 {
		switch n.Content[0].Value {
		case "request":
			return s.waitRequest(n.Content[1])
		case "text":
			return scalar(n.Content[1], "text", &s.WaitText)
		}
	}
	return fmt.Errorf(`line %d: wait takes {request: "/path"} or {text: "words"}`, n.Line)
}

// waitRequest refuses a bad pattern here, not in the middle of a run.
func (s *Step) waitRequest(n *yaml.Node) error {
	if err := scalar(n, "request", &s.WaitRequest); err != nil {
		return err
	}
	if _, err := judge.ParsePattern(s.WaitRequest); err != nil {
		return fmt.Errorf("line %d: request: %w", n.Line, err)
	}
	return nil
}

func every(list []*yaml.Node, is func(*yaml.Node) bool) bool {
	return !slices.ContainsFunc(list, func(n *yaml.Node) bool { return !is(n) })
}

// YAML is a journey as it would stand in a config.
func YAML(steps []Step) string {
	var b strings.Builder
	b.WriteString("journey:\n")
	for _, s := range steps {
		b.WriteString("  - " + s.String() + "\n")
	}
	return b.String()
}
