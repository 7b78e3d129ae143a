package harness

import (
	"context"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"
	"sync"

	"github.com/standin-dev/standin/fakehost"
	"github.com/standin-dev/standin/harness/report"
)

// Scenario is one claim about apps: a journey under conditions. What requests
// must satisfy is the same in all of them; the scenario says in which situation.
type Scenario struct {
	// ID is the scenario's address, as "expiry/idle-then-act".
	ID string
	// Title says in one sentence what happens.
	Title string
	// About says in a paragraph what this finds and why it matters.
	About string
	// Bugs names the ways to fail that it is there to find.
	Bugs []string
	// Conditions are how the host is set; zero: it behaves well.
	Conditions fakehost.Conditions
	// Differential has it played twice, the second time with no Referer on any request
	// to the app: what the back end refuses then depended on it.
	Differential bool
	// CookiesBlocked has it played in a browser that neither keeps nor sends third-party
	// cookies: what the back end refuses then and took otherwise rests on one.
	CookiesBlocked bool
	// Alone scenarios change what the back end keeps, as the tenant's secret: no other is
	// played meanwhile (see Config.Parallel).
	Alone bool
	// Fresh has it played in a browser context that was just opened. false: it may be one
	// that was used before and has nothing left of that (docs/performance.md).
	Fresh bool
	// Pageless scenarios open no page: no browser context is made for them.
	Pageless bool
	// Play does it.
	Play func(context.Context, *Stage) error
}

// Progress hears what a run does.
type Progress struct {
	// Say gets lines about what is going on before and between the scenarios.
	Say func(string)
	// Begin is called as a scenario begins, with its place and how many there are.
	Begin func(id string, n, of int)
	// End is called with each result as its scenario ends, by what is known by then.
	End func(report.Scenario)
	// Settled is called with each result once the run is over, in the order of the
	// scenarios: what later ones showed of the back end may have changed it.
	Settled func(report.Scenario)
}

// inTurn calls the same, one at a time.
func (p Progress) inTurn() Progress {
	mu := &sync.Mutex{}
	one := func(call func()) {
		mu.Lock()
		defer mu.Unlock()
		call()
	}
	q := p
	if p.Say != nil {
		q.Say = func(text string) { one(func() { p.Say(text) }) }
	}
	if p.Begin != nil {
		q.Begin = func(id string, n, of int) { one(func() { p.Begin(id, n, of) }) }
	}
	if p.End != nil {
		q.End = func(s report.Scenario) { one(func() { p.End(s) }) }
	}
	if p.Settled != nil {
		q.Settled = func(s report.Scenario) { one(func() { p.Settled(s) }) }
	}
	return q
}

func (p Progress) say(format string, args ...any) {
	if p.Say != nil {
		p.Say(fmt.Sprintf(format, args...))
	}
}

func (p Progress) begin(id string, n, of int) {
	if p.Begin != nil {
		p.Begin(id, n, of)
	}
}

func (p Progress) settled(s report.Scenario) {
	if p.Settled != nil {
		p.Settled(s)
	}
}

func (p Progress) end(s report.Scenario) {
	if p.End != nil {
		p.End(s)
	}
}

// ErrNoScenario is what Select's error is when a pattern matches nothing.
var ErrNoScenario = errors.New("no such scenario")

// Select picks scenarios by patterns: "nav/*" is all of a group, "expiry/**" as
// well, "nav/push" is itself, "nav" is the group. No patterns: all. A pattern
// that matches nothing is an error that names the nearest.
func Select(all []Scenario, patterns []string) ([]Scenario, error) {
	if len(patterns) == 0 {
		return all, nil
	}
	picked := map[string]bool{}
	for _, p := range patterns {
		hit := false
		for _, s := range all {
			if matches(p, s.ID) {
				picked[s.ID], hit = true, true
			}
		}
		if !hit {
			return nil, fmt.Errorf("%w: %q matches none of them; did you mean %s? \"standin list\" shows all", ErrNoScenario, p, nearest(p, all))
		}
	}
	var out []Scenario
	for _, s := range all {
		if picked[s.ID] {
			out = append(out, s)
		}
	}
	return out, nil
}

func matches(pattern, id string) bool {
	if ok, err := path.Match(strings.ReplaceAll(pattern, "**", "*"), id); err == nil && ok {
		return true
	}
	group, _, _ := strings.Cut(id, "/")
	return pattern == group || pattern == "*" || pattern == "**"
}

// nearest is the id that takes the fewest changes to get to.
func nearest(s string, all []Scenario) string {
	ids := make([]string, len(all))
	for i := range all {
		ids[i] = all[i].ID
	}
	return Nearest(s, ids)
}

// Nearest is the word among candidates that takes the fewest changes of letters
// to come to from s; empty: there are none.
func Nearest(s string, candidates []string) string {
	if len(candidates) == 0 {
		return ""
	}
	return slices.MinFunc(candidates, func(a, b string) int { return Distance(s, a) - Distance(s, b) })
}

// Distance is how many changes of letters lead from one word to another: Levenshtein's.
func Distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(a); i++ {
		last := row[0]
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			last, row[j] = row[j], min(row[j]+1, row[j-1]+1, last+cost)
		}
	}
	return row[len(b)]
}
