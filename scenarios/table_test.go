package scenarios_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/standin-dev/standin/fixtures/apps"
	"github.com/standin-dev/standin/harness"
	"github.com/standin-dev/standin/harness/report"
	"github.com/standin-dev/standin/scenarios"
)

// TestTable writes what every scenario says of every sample into the file
// $STANDIN_TABLE, a line each, so that two builds can be compared (make table).
// $STANDIN_ORDER, a number, permutes the scenarios; $STANDIN_SAMPLES, words apart,
// chooses samples.
func TestTable(t *testing.T) {
	path := os.Getenv("STANDIN_TABLE")
	if path == "" {
		t.Skip("takes a quarter of an hour: make table")
	}
	wanted := strings.Fields(os.Getenv("STANDIN_SAMPLES"))
	var lines []string
	var mu sync.Mutex
	t.Run("samples", func(t *testing.T) {
		for _, app := range apps.All() {
			if len(wanted) > 0 && !slices.Contains(wanted, app.Name) {
				continue
			}
			t.Run(app.Name, func(t *testing.T) {
				t.Parallel()
				r, _ := play(t, app, inOrder(t, scenarios.All()), func(c *harness.Config) { c.Probes = harness.ProbesAll })
				mu.Lock()
				defer mu.Unlock()
				lines = append(lines, rows(app.Name, r)...)
			})
		}
	})
	slices.Sort(lines)
	if err := os.WriteFile(path, []byte(strings.Join(lines, "\n")+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
}

// inOrder is the list as $STANDIN_ORDER permutes it.
func inOrder(t *testing.T, list []harness.Scenario) []harness.Scenario {
	t.Helper()
	order := os.Getenv("STANDIN_ORDER")
	if order == "" {
		return list
	}
	seed, err := strconv.ParseUint(order, 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	list = slices.Clone(list)
	rand.New(rand.NewPCG(seed, 0)).Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
	return list
}

// rows are what a report says of a sample: the plan, and each scenario's verdict, counts
// of requests, and rules that were broken.
func rows(sample string, r *report.Report) []string {
	var out []string
	for _, n := range r.Notes {
		if strings.HasPrefix(n, "explored") {
			out = append(out, fmt.Sprintf("%s\t-plan\t%q", sample, n))
		}
	}
	for _, s := range r.Scenarios {
		var rules []string
		for _, f := range s.Findings {
			rules = append(rules, f.Severity+":"+f.Rule)
		}
		slices.Sort(rules)
		out = append(out, fmt.Sprintf("%s\t%s\t%s\t%s\t%d requests\t%d judged", sample, s.ID, s.Verdict, strings.Join(slices.Compact(rules), " "), s.Requests, s.Judged))
	}
	return out
}
