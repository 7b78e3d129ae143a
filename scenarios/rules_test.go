package scenarios_test

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/standin-dev/standin/fixtures/apps"
	"github.com/standin-dev/standin/harness"
	"github.com/standin-dev/standin/harness/judge"
	"github.com/standin-dev/standin/scenarios"
)

var update = flag.Bool("update", false, "write docs/rules.md")

const rulesDoc = "../docs/rules.md"

// rules parts a line of names.
func rules(names string) []string { return strings.Fields(names) }

// TestRulesDoc: docs/rules.md is what the rules, the samples and the scenarios say.
func TestRulesDoc(t *testing.T) {
	t.Parallel()
	want := rulesHead + ruleTable() + defectsHead + defectTable()
	if *update {
		if err := os.WriteFile(rulesDoc, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	got, err := os.ReadFile(rulesDoc)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Errorf("%s is out of date: run go test ./scenarios -run TestRulesDoc -update (-want +got):\n%s", rulesDoc, diff)
	}
}

// TestCatalogue: each defect names rules and samples that there are, those samples
// break one of those rules, and no rule is there for nothing.
func TestCatalogue(t *testing.T) {
	t.Parallel()
	named, slugs := map[string]bool{}, map[string]bool{}
	for _, d := range catalogue65 {
		if slugs[d.slug] {
			t.Errorf("%s is there twice", d.slug)
		}
		slugs[d.slug] = true
		for _, id := range d.rules {
			named[id] = true
			if !slices.ContainsFunc(harness.Rules(), func(r *judge.Rule) bool { return r.ID == id }) {
				t.Errorf("%s: there is no rule %q", d.slug, id)
			}
		}
		for _, name := range d.samples {
			if _, ok := apps.ByName(name); !ok {
				t.Errorf("%s: there is no sample %q", d.slug, name)
			}
			if !slices.ContainsFunc(rulesOf[name], func(id string) bool { return slices.Contains(d.rules, id) }) {
				t.Errorf("%s: the sample %s breaks none of its rules", d.slug, name)
			}
		}
		if len(d.rules) == 0 && d.open == "" {
			t.Errorf("%s: no rule tells of it, and nothing says why", d.slug)
		}
	}
	for _, r := range harness.Rules() {
		if !named[r.ID] {
			t.Errorf("%s tells of no defect", r.ID)
		}
	}
}

const rulesHead = `# Rules

What requests must satisfy, and what shows each rule at work. This page is written by
` + "`go test ./scenarios -run TestRulesDoc -update`" + ` from the rules, the samples and the
scenarios themselves; a test keeps it so. ` + "`standin explain ID`" + ` says more about each: why it
matters, and what to change in the app.

A breach of a *must* fails the scenario, a breach of a *should* is a warning.

`

const defectsHead = `
# Defects

Sixty-five ways in which Connect apps are known to lose, keep or leak their token, with the
rules that tell of each, the scenarios that are there to find it, and the samples that have it.
Rules are judged in every scenario, not only in those that are named.

`

func ruleTable() string {
	var b strings.Builder
	b.WriteString("| rule | what must hold | severity | samples | defects | source |\n|---|---|---|---|---|---|\n")
	for _, r := range harness.Rules() {
		var samples, defects []string
		for _, app := range apps.All() {
			if slices.Contains(rulesOf[app.Name], r.ID) {
				samples = append(samples, code(app.Name))
			}
		}
		for i, d := range catalogue65 {
			if slices.Contains(d.rules, r.ID) {
				defects = append(defects, fmt.Sprint(i+1))
			}
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %s | %s |\n", code(r.ID), r.Sentence, r.Severity,
			strings.Join(samples, ", "), strings.Join(defects, ", "), r.Source)
	}
	return b.String()
}

func defectTable() string {
	var b strings.Builder
	b.WriteString("| # | defect | what goes wrong | rules | scenarios | samples | open |\n|---|---|---|---|---|---|---|\n")
	known := map[string]bool{}
	for i, d := range catalogue65 {
		known[d.slug] = true
		fmt.Fprintf(&b, "| %d | %s | %s | %s | %s | %s | %s |\n", i+1, d.slug, d.what,
			codes(d.rules), codes(findersOf(d.slug)), codes(d.samples), d.open)
	}
	var further []string
	for _, s := range scenarios.All() {
		for _, slug := range s.Bugs {
			if !known[slug] {
				known[slug] = true
				further = append(further, slug)
			}
		}
	}
	slices.Sort(further)
	for _, slug := range further {
		fmt.Fprintf(&b, "| | %s | | | %s | | |\n", slug, codes(findersOf(slug)))
	}
	return b.String()
}

// findersOf are the scenarios that are there to find a defect.
func findersOf(slug string) []string {
	var ids []string
	for _, s := range scenarios.All() {
		if slices.Contains(s.Bugs, slug) {
			ids = append(ids, s.ID)
		}
	}
	return ids
}

func code(name string) string { return "`" + name + "`" }

func codes(names []string) string {
	out := make([]string, len(names))
	for i, n := range names {
		out[i] = code(n)
	}
	return strings.Join(out, ", ")
}
