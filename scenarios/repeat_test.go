package scenarios_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/standin-dev/standin/fixtures/apps"
	"github.com/standin-dev/standin/harness"
	"github.com/standin-dev/standin/harness/report"
)

// whatDiffers are the parts of a timeline that no two plays share: ports, tokens, ids,
// and a token's life and the length of a jump to the second.
var whatDiffers = regexp.MustCompile(`(localhost|127\.0\.0\.1):\d+|eyJ[\w.-]+|token [0-9a-f]{12}|[\dhms]+ (left|ago)|^[\dhms]+ pass|=[\w.%-]{12,}`)

// told is a scenario's verdict and timeline, step by step. What happens between two
// things that the person and the clock do has no order of its own.
func told(s report.Scenario) []string {
	out := []string{string(s.Verdict)}
	step := len(out)
	for _, e := range s.Timeline {
		line := e.Actor + " " + whatDiffers.ReplaceAllString(e.Text, "*")
		if e.Actor == "person" || e.Actor == "clock" {
			slices.Sort(out[step:])
			out = append(out, "— "+line)
			step = len(out)
			continue
		}
		out = append(out, line)
	}
	slices.Sort(out[step:])
	return out
}

// TestSameStory: an app that does the same is told of in the same way, each time. What
// came late to one step would stand in the next.
func TestSameStory(t *testing.T) {
	t.Parallel()
	list := pick(t, harness.FirstLoad, "nav/push", "expiry/idle-then-act", "time/background-throttle")
	for _, name := range []string{"interceptor", "token-once"} {
		app, ok := apps.ByName(name)
		if !ok {
			t.Fatal(name)
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			first, _ := play(t, app, list, nil)
			second, _ := play(t, app, list, nil)
			for i, s := range first.Scenarios {
				again := second.Scenarios[i]
				if diff := cmp.Diff(told(s), told(again)); diff != "" || s.ID != again.ID {
					t.Errorf("%s, then %s (-first +second):\n%s", s.ID, again.ID, diff)
				}
				if text := strings.Join(told(s), "\n"); !strings.Contains(text, "— person ") && s.Verdict != report.NotApplicable && s.ID != harness.FirstLoad {
					t.Errorf("%s tells of nothing that a person does:\n%s", s.ID, text)
				}
			}
		})
	}
}
