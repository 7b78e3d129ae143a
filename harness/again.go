package harness

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/standin-dev/standin/harness/judge"
	"github.com/standin-dev/standin/harness/timeline"
)

// A scenario in which repetitions were passed over accuses nobody of what was not seen in
// full before: it is played once more, with every repetition. An app may count them.

// accusation is a rule that requests to one address broke.
type accusation struct{ rule, request string }

// accusations are those of a scenario that make it fail.
func (p *played) accusations() []accusation {
	var list []accusation
	for _, f := range p.judged().Findings {
		if f.Rule.Severity != judge.Must {
			continue
		}
		one := accusation{rule: f.Rule.ID}
		for i := range p.in.Exchanges {
			if x := &p.in.Exchanges[i]; x.ID == f.Exchange {
				one.request = hungKey(*x)
			}
		}
		list = append(list, one)
	}
	return list
}

// doubts reports whether a scenario accuses the app of something that was not seen yet with
// every repetition, and may not have been there with them.
func (r *run) doubts(p *played) bool {
	thinned, doubts := p.passedOver() > 0, false
	for _, one := range p.accusations() {
		if !thinned {
			r.believe(one)
		}
		doubts = doubts || !r.believed[one]
	}
	return doubts && thinned
}

func (r *run) believe(one accusation) {
	if r.believed == nil {
		r.believed = map[accusation]bool{}
	}
	r.believed[one] = true
}

// playSlowly plays a scenario with every repetition.
func (r *run) playSlowly(ctx context.Context, sc Scenario) *played {
	r.cfg.Progress.say("%s: once more, with every repetition", sc.ID)
	r.everyTick = true
	defer func() { r.everyTick = false }()
	return r.scenario(ctx, sc)
}

// passedOver counts the repetitions that were passed over in a scenario.
func (p *played) passedOver() int {
	n := 0
	for _, e := range p.in.Events {
		if e.Kind == timeline.PassedOver {
			n += e.Repetition.Times
		}
	}
	return n
}

// notePassedOver tells what was passed over in the whole run, the most frequent first.
func (r *run) notePassedOver() {
	const shown = 3
	times, scenarios, all := map[string]int{}, 0, 0
	for _, p := range r.played {
		if n := p.passedOver(); n > 0 {
			scenarios, all = scenarios+1, all+n
		}
		for _, e := range p.in.Events {
			if e.Kind == timeline.PassedOver {
				times[e.Repetition.What] += e.Repetition.Times
			}
		}
	}
	if all == 0 {
		return
	}
	var list []string
	for _, what := range slices.SortedFunc(maps.Keys(times), func(a, b string) int { return cmp.Or(times[b]-times[a], strings.Compare(a, b)) }) {
		list = append(list, fmt.Sprintf("%d of %s", times[what], what))
	}
	if len(list) > shown {
		list = append(list[:shown], "others")
	}
	r.note(fmt.Sprintf("passed over in %s, as those before had led to the same: %d repetitions (%s); --every-tick plays them all",
		timesIn(scenarios), all, strings.Join(list, ", ")))
}

func timesIn(scenarios int) string {
	if scenarios == 1 {
		return "1 scenario"
	}
	return fmt.Sprintf("%d scenarios", scenarios)
}
