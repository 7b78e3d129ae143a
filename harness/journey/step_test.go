package journey_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"

	"github.com/standin-dev/standin/harness/journey"
)

func read(text string) ([]journey.Step, error) {
	var out struct {
		Journey []journey.Step `yaml:"journey"`
	}
	err := yaml.Unmarshal([]byte(text), &out)
	return out.Journey, err
}

func TestStepsOfAConfig(t *testing.T) {
	t.Parallel()
	got, err := read(`
journey:
  - click: "Items"
  - click: css=#save
  - click: 7
  - fill: {"css=#title": "hello", Count: 3, Note: ""}
  - submit: "css=form"
  - navigate: /app/items?x=1
  - wait: {request: "/api/*"}
  - wait: {text: "Saved: 100%"}
`)
	if err != nil {
		t.Fatal(err)
	}
	want := []journey.Step{
		{Click: "Items"},
		{Click: "css=#save"},
		{Click: "7"},
		{Fill: []journey.Field{{Target: "css=#title", Value: "hello"}, {Target: "Count", Value: "3"}, {Target: "Note"}}},
		{Submit: "css=form"},
		{Navigate: "/app/items?x=1"},
		{WaitRequest: "/api/*"},
		{WaitText: "Saved: 100%"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("steps (-want +got):\n%s", diff)
	}
}

func TestStepsThatAreNone(t *testing.T) {
	t.Parallel()
	const forms = "a step is one of click:"
	for _, tt := range []struct{ step, want string }{
		{"click", "line 2: " + forms},
		{"[click, x]", "line 2: " + forms},
		{"{}", "line 2: " + forms},
		{"{click: a, fill: {b: c}}", "line 2: " + forms},
		{"klick: a", `line 2: a step cannot be "klick"; ` + forms},
		{"Click: a", `line 2: a step cannot be "Click"; ` + forms},
		{"click:", "line 2: click takes a text"},
		{"click: ~", "line 2: click takes a text"},
		{`click: ""`, "line 2: click takes a text"},
		{"click: [a]", "line 2: click takes a text"},
		{"submit: {css: form}", "line 2: submit takes a text"},
		{"navigate:", "line 2: navigate takes a text"},
		{"fill: title", `line 2: fill takes fields and values, as {"css=#title": "hello"}`},
		{"fill: {}", `line 2: fill takes fields and values, as {"css=#title": "hello"}`},
		{"fill: {title: [a, b]}", `line 2: fill takes fields and values, as {"css=#title": "hello"}`},
		{"fill: {title: }", `line 2: fill takes fields and values, as {"css=#title": "hello"}`},
		{"wait: 3s", `line 2: wait takes {request: "/path"} or {text: "words"}`},
		{"wait: {}", `line 2: wait takes {request: "/path"} or {text: "words"}`},
		{"wait: {seconds: 3}", `line 2: wait takes {request: "/path"} or {text: "words"}`},
		{"wait: {request: /a, text: b}", `line 2: wait takes {request: "/path"} or {text: "words"}`},
		{"wait: {request: [a]}", "line 2: request takes a text"},
		{"wait: {text: }", "line 2: text takes a text"},
		{"wait: {request: api}", `line 2: request: pattern "api": it matches paths, so it begins with / (or **)`},
	} {
		_, err := read("journey:\n  - " + tt.step + "\n")
		if err == nil || !strings.HasPrefix(err.Error(), tt.want) {
			t.Errorf("%s: error %v\nwant %s…", tt.step, err, tt.want)
		}
	}
}

// TestYAMLReadsBack: what the explorer writes for a config is what it found.
func TestYAMLReadsBack(t *testing.T) {
	t.Parallel()
	steps := []journey.Step{
		{Click: `Say "hello": #1, 100% – ünïcode 🚀`},
		{Click: "css=#a > b:nth-of-type(2)"},
		{Fill: []journey.Field{{Target: "css=#title", Value: "line\nbreak\tand \\"}, {Target: "other"}}},
		{Submit: "css=form"}, {Navigate: "?x={y}"}, {WaitRequest: "/api/**"}, {WaitText: "~"},
	}
	text := journey.YAML(steps)
	got, err := read(text)
	if err != nil {
		t.Fatalf("%v in\n%s", err, text)
	}
	if diff := cmp.Diff(steps, got); diff != "" {
		t.Errorf("(-written +read):\n%s\nfrom\n%s", diff, text)
	}
}

func TestDo(t *testing.T) {
	t.Parallel()
	f := &frame{}
	for _, s := range []journey.Step{
		{Click: "Items"}, {Click: "css=#save"},
		{Fill: []journey.Field{{Target: "Title", Value: "hello"}, {Target: "css=#b", Value: "x"}}},
		{Submit: "css=form"}, {Navigate: "/b"}, {WaitRequest: "/api/*"}, {WaitText: "Saved"},
	} {
		if err := s.Do(t.Context(), f); err != nil {
			t.Errorf("%s: %v", s, err)
		}
	}
	want := []string{`click "Items"`, "click css=#save", `fill "Title" with hello`, "fill css=#b with x", "submit css=form", "navigate /b",
		"await a request to /api/*: true false", "await the text Saved"}
	if diff := cmp.Diff(want, f.done); diff != "" {
		t.Errorf("deeds (-want +got):\n%s", diff)
	}
}

func TestDoFails(t *testing.T) {
	t.Parallel()
	broken := errors.New("broken")
	f := &frame{click: func(string) error { return broken }, fill: func(string) error { return broken }}
	for _, s := range []journey.Step{{Click: "a"}, {Fill: []journey.Field{{Target: "a"}, {Target: "b"}}}} {
		if err := s.Do(context.Background(), f); !errors.Is(err, broken) {
			t.Errorf("%s: error %v, want %v", s, err, broken)
		}
	}
	if len(f.done) != 2 {
		t.Errorf("went on after an error: %q", f.done)
	}
	if err := (journey.Step{}).Do(t.Context(), f); err == nil {
		t.Error("an empty step is done")
	}
	if err := (journey.Step{WaitRequest: "api"}).Do(t.Context(), f); err == nil {
		t.Error("a bad pattern is awaited")
	}
}
