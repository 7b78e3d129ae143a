package scenarios_test

import (
	"os"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/standin-dev/standin/fixtures/apps"
	"github.com/standin-dev/standin/harness"
	"github.com/standin-dev/standin/harness/journey"
	"github.com/standin-dev/standin/harness/report"
)

// pollsInCI are those that show each way in which thinning could go wrong: what is passed
// over most, turns that alternate, what an app counts, and what must be seen late.
var pollsInCI = []string{"interval-500ms", "two-of-a-kind", "counts", "seventh"}

// TestPolls: what an app does again and again is passed over, and what is said of the app is
// as true as with every repetition. With STANDIN_SOAK it is compared with that, for all polls
// and on broken apps as well.
func TestPolls(t *testing.T) {
	t.Parallel()
	soak := os.Getenv("STANDIN_SOAK") != ""
	bases := []string{"interceptor"}
	if soak {
		bases = []string{"interceptor", "lazy-cache", "token-once", "renews-on-401", "timer-refresh"}
	}
	for _, base := range bases {
		for _, poll := range apps.Polls() {
			if !soak && !slices.Contains(pollsInCI, poll.Name) {
				continue
			}
			plain, _ := apps.ByName(base)
			app := plain.With(poll)
			t.Run(app.Name, func(t *testing.T) {
				t.Parallel()
				quick := playPoll(t, app, false)
				if fails := quick.Verdict == report.Fail; plain.Defect == "" && fails != (poll.Defect != "") {
					t.Errorf("%s, want fail to be %t (%s)\n%s", quick.Verdict, poll.Defect != "", poll.Defect, told(quick))
				}
				if poll.Defect == "" && plain.Defect == "" && !poll.Counts && quick.PassedOver == 0 && poll.Name != "interval-1min" {
					t.Errorf("nothing was passed over of %d requests", quick.Requests)
				}
				if !soak {
					return
				}
				slow := playPoll(t, app, true)
				if diff := cmp.Diff(said(slow), said(quick)); diff != "" {
					t.Errorf("with every repetition it says otherwise (-with +without):\n%s", diff)
				}
			})
		}
	}
}

// playPoll is an app that is left alone for longer than a token lives.
func playPoll(t *testing.T, app apps.App, everyTick bool) report.Scenario {
	t.Helper()
	r, _ := play(t, app, pick(t, "expiry/idle-then-act"), func(c *harness.Config) {
		c.Journey, c.EveryTick = []journey.Step{{Click: "Items"}}, everyTick
	})
	return scenarioOf(t, r, "expiry/idle-then-act")
}

// said is the verdict and what led to it.
func said(s report.Scenario) []string {
	list := []string{string(s.Verdict)}
	for _, f := range s.Findings {
		one := f.Rule
		if f.Request != nil {
			one += " " + f.Request.Method + " " + whatDiffers.ReplaceAllString(f.Request.URL, "*")
		}
		list = append(list, one)
	}
	slices.Sort(list)
	return list
}
