package scenarios_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/standin-dev/standin/fixtures/apps"
	"github.com/standin-dev/standin/harness"
	"github.com/standin-dev/standin/harness/report"
)

// TestInLanes: scenarios that are played several at a time say what they say one at a time,
// in the same order, and what changes the back end is played when the others are over. An
// app that keeps one tenant is played one scenario at a time, and keeps that one.
func TestInLanes(t *testing.T) {
	t.Parallel()
	for name, most := range map[string]int{"interceptor": 3, "token-once": 3, "one-tenant": 1} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			app, _ := apps.ByName(name)
			list := pick(t, harness.FirstLoad, "nav/push", "expiry/idle-then-act", "time/sleep-timers-late", "ident/user-switch-live", "verify/wrong-key", "install/rotate-secret")
			var running []string
			seen, beside := 0, ""
			r, _ := play(t, app, list, func(c *harness.Config) {
				c.Parallel, c.Journey, c.Probes = 3, usualJourney, harness.ProbesAll
				c.Progress.Begin = func(id string, _, _ int) {
					running = append(running, id)
					seen = max(seen, len(running))
					if len(running) > 1 && (id == "install/rotate-secret" || id == "verify/wrong-key") {
						beside = strings.Join(running, ", ")
					}
				}
				c.Progress.End = func(s report.Scenario) {
					running = slices.DeleteFunc(running, func(id string) bool { return id == s.ID })
				}
			})
			if seen != most || beside != "" {
				t.Errorf("up to %d at a time, want %d; beside others: %q", seen, most, beside)
			}
			if told := slices.ContainsFunc(r.Notes, func(n string) bool { return strings.HasPrefix(n, "parallel: ") }); told != (most == 1) {
				t.Errorf("notes %q", r.Notes)
			}
			var order []string
			for _, s := range r.Scenarios {
				order = append(order, s.ID)
				checkVerdict(t, app, s)
			}
			var want []string
			for _, s := range list {
				want = append(want, s.ID)
			}
			if diff := cmp.Diff(want, order); diff != "" {
				t.Errorf("order (-want +got):\n%s", diff)
			}
		})
	}
}
