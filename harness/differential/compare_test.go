package differential

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"
)

// finding is one line that only one of two records has.
type finding struct {
	scene, list string // the list is "step | frame list"
	extra       bool   // ours has it; otherwise the reference has
	line        string
}

func (f finding) String() string {
	sign := "-"
	if f.extra {
		sign = "+"
	}
	return fmt.Sprintf("%s / %s\n\t%s %s", f.scene, f.list, sign, f.line)
}

// collector is a reporter of go-cmp: it takes down the lines that differ and where they are.
type collector struct {
	path     cmp.Path
	findings []finding
}

func (c *collector) PushStep(step cmp.PathStep) { c.path = append(c.path, step) }
func (c *collector) PopStep()                   { c.path = c.path[:len(c.path)-1] }

func (c *collector) Report(result cmp.Result) {
	if result.Equal() {
		return
	}
	var keys []string
	for _, step := range c.path {
		if index, ok := step.(cmp.MapIndex); ok {
			keys = append(keys, index.Key().String())
		}
	}
	at := finding{scene: keys[0]}
	if len(keys) > 1 {
		at.list = keys[1]
	}
	want, got := c.path.Last().Values()
	for _, side := range []struct {
		valid bool
		value func() string
		extra bool
	}{{want.IsValid(), want.String, false}, {got.IsValid(), got.String, true}} {
		if side.valid {
			at.extra, at.line = side.extra, side.value()
			c.findings = append(c.findings, at)
		}
	}
}

// compare gives the lines in which two records differ. A list that only one of them has counts as empty
// in the other.
func compare(want, got map[string]sceneRecord) []finding {
	for name, scene := range want {
		for list := range scene {
			if _, ok := got[name][list]; !ok {
				got[name][list] = []string{}
			}
		}
		for list := range got[name] {
			if _, ok := scene[list]; !ok {
				scene[list] = []string{}
			}
		}
	}
	var c collector
	cmp.Equal(want, got, cmp.Reporter(&c))
	return c.findings
}

// difference is an entry of differences.yaml.
type difference struct {
	// Setups are the set-ups in which it occurs.
	Setups []string
	// Scenes and Lists are patterns with * for anything; "": all.
	Scenes, Lists string
	// Reference and Ours are patterns of lines that only the one side has.
	Reference, Ours []string
	// Reason says why it must be so, or why it does not matter.
	Reason string

	occurs map[string]bool // "set-up: pattern" -> it does
}

func readDifferences(t *testing.T) []*difference {
	t.Helper()
	file, err := os.Open("differences.yaml")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	decoder := yaml.NewDecoder(file)
	decoder.KnownFields(true)
	var list []*difference
	if err := decoder.Decode(&list); err != nil {
		t.Fatal(err)
	}
	for i, d := range list {
		d.occurs = map[string]bool{}
		if d.Reason == "" || len(d.Setups) == 0 || len(d.Reference)+len(d.Ours) == 0 {
			t.Fatalf("differences.yaml, entry %d: it needs setups, a reason, and reference or ours", i+1)
		}
	}
	return list
}

// covers tells whether an entry allows a finding, and notes which of its patterns did.
func (d *difference) covers(setup string, f finding) bool {
	if !slices.Contains(d.Setups, setup) || !like(d.Scenes, f.scene) || !like(d.Lists, f.list) {
		return false
	}
	patterns, sign := d.Reference, "-"
	if f.extra {
		patterns, sign = d.Ours, "+"
	}
	found := false
	for _, pattern := range patterns {
		if like(pattern, f.line) {
			d.occurs[setup+": "+sign+" "+pattern] = true
			found = true
		}
	}
	return found
}

// stale lists the patterns that matched nothing in a set-up that was played.
func (d *difference) stale(played []string) []string {
	var found []string
	for _, setup := range d.Setups {
		if !slices.Contains(played, setup) {
			continue
		}
		for _, pattern := range d.Reference {
			if key := setup + ": - " + pattern; !d.occurs[key] {
				found = append(found, key)
			}
		}
		for _, pattern := range d.Ours {
			if key := setup + ": + " + pattern; !d.occurs[key] {
				found = append(found, key)
			}
		}
	}
	return found
}

// like matches a pattern in which * is any text.
func like(pattern, text string) bool {
	if pattern == "" {
		return true
	}
	parts := strings.Split(pattern, "*")
	first, last := parts[0], parts[len(parts)-1]
	if len(parts) == 1 {
		return text == pattern
	}
	if !strings.HasPrefix(text, first) {
		return false
	}
	text = text[len(first):]
	for _, part := range parts[1 : len(parts)-1] {
		at := strings.Index(text, part)
		if at < 0 {
			return false
		}
		text = text[at+len(part):]
	}
	return strings.HasSuffix(text, last)
}

func TestLike(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		pattern, text string
		want          bool
	}{
		{"", "anything", true}, {"a", "a", true}, {"a", "ab", false}, {"a*", "ab", true}, {"*b", "ab", true},
		{"a*c*e", "abcde", true}, {"a*e*c", "abcde", false}, {"ab*ba", "aba", false}, {"*", "", true}, {"[a]*", "[a] b", true},
	} {
		if got := like(tt.pattern, tt.text); got != tt.want {
			t.Errorf("like(%q, %q) = %v", tt.pattern, tt.text, got)
		}
	}
}

// The comparison must see a change of a field, of the order, of the number, and a frame that fell silent.
func TestCompareSees(t *testing.T) {
	t.Parallel()
	record := func(lines ...string) map[string]sceneRecord {
		return map[string]sceneRecord{"s": {"1 x | page said": lines}}
	}
	for name, tt := range map[string]struct {
		got  map[string]sceneRecord
		want []string
	}{
		"nothing":  {record("a", "b"), nil},
		"a field":  {record("a", "c"), []string{"- b", "+ c"}},
		"order":    {record("b", "a"), []string{"- a", "- b", "+ a", "+ b"}},
		"one more": {record("a", "b", "b"), []string{"+ b"}},
		"silence":  {map[string]sceneRecord{"s": {}}, []string{"- a", "- b"}},
		"a frame":  {map[string]sceneRecord{"s": {"1 x | page said": {"a", "b"}, "1 x | page#2 said": {"c"}}}, []string{"+ c"}},
	} {
		var got []string
		for _, f := range compare(record("a", "b"), tt.got) {
			_, line, _ := strings.Cut(f.String(), "\n\t")
			got = append(got, line)
		}
		slices.Sort(got)
		slices.Sort(tt.want)
		if !slices.Equal(got, tt.want) {
			t.Errorf("%s: found %q, want %q", name, got, tt.want)
		}
	}
}
