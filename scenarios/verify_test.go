package scenarios_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/standin-dev/standin/fixtures/ace"
	"github.com/standin-dev/standin/fixtures/apps"
	"github.com/standin-dev/standin/fixtures/port"
	"github.com/standin-dev/standin/harness"
	"github.com/standin-dev/standin/harness/report"
	"github.com/standin-dev/standin/scenarios"
)

// TestVerifyExpress asks a back end on atlassian-connect-express what it accepts: it
// must be found to look at everything but what the framework is known not to.
func TestVerifyExpress(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()
	dir, err := ace.Prepare(ctx)
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("FORM", string(ace.Sound))
	free, err := port.Free()
	if err != nil {
		t.Fatal(err)
	}
	some, err := harness.Select(scenarios.All(), []string{"verify"})
	if err != nil {
		t.Fatal(err)
	}
	r, err := harness.Run(ctx, harness.Config{App: "http://127.0.0.1:" + free, Command: ace.Command(dir), Dir: dir, Use: shared}, some)
	if err != nil {
		t.Fatal(err)
	}
	var broken []string
	for _, s := range r.Scenarios {
		if s.Verdict != report.Pass && s.Verdict != report.Warn || s.Judged == 0 {
			t.Errorf("%s: %s, %d questions (%s)", s.ID, s.Verdict, s.Judged, s.Reason)
		}
		for _, f := range s.Findings {
			broken = append(broken, f.Rule)
		}
	}
	slices.Sort(broken)
	want := []string{"backend/api-checks-qsh", "backend/refuses-future", "backend/wants-expiry"}
	if diff := cmp.Diff(want, slices.Compact(broken)); diff != "" {
		t.Errorf("rules that atlassian-connect-express breaks (-want +got):\n%s", diff)
	}
}

// TestProbesAreBounded: what standin asks by itself is what the config allows. By all
// methods, a POST is sent again with each token that it should be refused with; by
// default it is not, and the report says so; and off is off.
func TestProbesAreBounded(t *testing.T) {
	app, _ := apps.ByName("interceptor")
	asked := map[harness.Probes]int{}
	for _, probes := range []harness.Probes{harness.ProbesOff, harness.ProbesSafe, harness.ProbesAll} {
		r, _ := play(t, app, pick(t, "verify/wrong-key"), func(c *harness.Config) { c.Probes = probes })
		s := r.Scenarios[0]
		asked[probes] = s.Judged
		want := report.Pass
		if probes == harness.ProbesOff {
			want = report.NotApplicable
		}
		if s.Verdict != want {
			t.Errorf("probes %s: %s (%s), want %s", probes, s.Verdict, s.Reason, want)
		}
		posted := slices.ContainsFunc(s.Timeline, func(e report.Event) bool { return strings.HasPrefix(e.Text, "POST /api/items again ") })
		told := slices.ContainsFunc(r.Notes, func(n string) bool { return strings.Contains(n, "say probes: all") })
		if posted != (probes == harness.ProbesAll) || told != (probes == harness.ProbesSafe) {
			t.Errorf("probes %s: POST was asked %v, the report tells what was left out %v", probes, posted, told)
		}
	}
	if asked[harness.ProbesOff] != 0 || asked[harness.ProbesSafe] == 0 || asked[harness.ProbesAll] <= asked[harness.ProbesSafe] {
		t.Errorf("questions asked: %v", asked)
	}
}
