package journey_test

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/standin-dev/standin/harness/browser"
)

// frame is a Frame without a browser: it shows what its current view has.
type frame struct {
	done  []string
	click func(target string) error
	fill  func(target string) error
	shows func() []browser.Control
	gone  error // what Controls fails with
}

func (f *frame) Click(_ context.Context, t browser.Target) error {
	f.done = append(f.done, "click "+t.String())
	if f.click != nil {
		return f.click(t.String())
	}
	return nil
}

func (f *frame) Fill(_ context.Context, t browser.Target, value string) error {
	f.done = append(f.done, fmt.Sprintf("fill %s with %s", t, value))
	if f.fill != nil {
		return f.fill(t.String())
	}
	return nil
}

func (f *frame) Submit(_ context.Context, t browser.Target) error {
	f.done = append(f.done, "submit "+t.String())
	return nil
}

func (f *frame) Navigate(_ context.Context, url string) error {
	f.done = append(f.done, "navigate "+url)
	return nil
}

func (f *frame) Controls(context.Context) ([]browser.Control, error) {
	if f.gone != nil {
		return nil, f.gone
	}
	return f.shows(), nil
}

func (f *frame) AwaitRequest(_ context.Context, _ time.Duration, matches func(string) bool, what string) error {
	f.done = append(f.done, fmt.Sprintf("await a request to %s: %v %v", what, matches("/api/a"), matches("/other")))
	return nil
}

func (f *frame) AwaitText(_ context.Context, _ time.Duration, text string) error {
	f.done = append(f.done, "await the text "+text)
	return nil
}

// button is a control that reads like nothing else in its view.
func button(text string) browser.Control {
	return browser.Control{Text: text, CSS: "#" + text, Unique: true, Action: text}
}

// withFields gives a control a form, whose empty fields are of these kinds.
func withFields(t *testing.T, c browser.Control, kinds ...string) browser.Control {
	t.Helper()
	type field struct {
		CSS  string `json:"css"`
		Kind string `json:"kind"`
	}
	var fields []field
	for _, k := range kinds {
		fields = append(fields, field{CSS: "#" + k, Kind: k})
	}
	raw, err := json.Marshal(map[string]any{"fields": fields})
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(raw, &c); err != nil {
		t.Fatal(err)
	}
	return c
}
