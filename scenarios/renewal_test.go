package scenarios_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/standin-dev/standin/fixtures/apps"
	"github.com/standin-dev/standin/harness"
	"github.com/standin-dev/standin/harness/judge"
	"github.com/standin-dev/standin/harness/report"
)

// TestRenewalAccepted: an app that renews its token when it is refused is told how to
// have that accepted, and where its author accepts it, it is advice.
func TestRenewalAccepted(t *testing.T) {
	t.Parallel()
	app, _ := apps.ByName("renews-on-401")
	for _, tt := range []struct {
		renewal string
		verdict report.Verdict
		rule    string
		says    string
	}{
		{"", report.Fail, "token/expired", "renewal: on-401"},
		{judge.RenewalOnRefusal, report.Warn, "refresh/on-refusal", "as its author says"},
	} {
		r, _ := play(t, app, pick(t, "expiry/idle-then-act"), func(c *harness.Config) { c.Policy.Renewal = tt.renewal })
		if r.Verdict != tt.verdict {
			t.Errorf("renewal %q: %s, want %s", tt.renewal, r.Verdict, tt.verdict)
		}
		if !slices.ContainsFunc(r.Scenarios[0].Findings, func(f report.Finding) bool {
			return f.Rule == tt.rule && strings.Contains(f.Message+f.Remedy, tt.says)
		}) {
			t.Errorf("renewal %q: no finding of %s says %q", tt.renewal, tt.rule, tt.says)
		}
	}
}

// TestStaticsAreLearned: a file that anybody gets is no request without a token, and is
// named with the line that pins it.
func TestStaticsAreLearned(t *testing.T) {
	t.Parallel()
	app, _ := apps.ByName("other-refusals")
	r, _ := play(t, app, pick(t, harness.FirstLoad), nil)
	if r.Verdict != report.Pass {
		t.Errorf("it is %s, want pass", r.Verdict)
	}
	if !slices.ContainsFunc(r.Notes, func(n string) bool { return strings.Contains(n, `public: ["/locales/en.json"]`) }) {
		t.Errorf("no note names the file: %q", r.Notes)
	}
}
