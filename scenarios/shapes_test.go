package scenarios_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/standin-dev/standin/fixtures/apps"
	"github.com/standin-dev/standin/harness"
	"github.com/standin-dev/standin/harness/report"
	"github.com/standin-dev/standin/scenarios"
)

// A truth is what standin should say of a whole app.
type truth struct {
	// play are the scenarios of CI. Nil are whereFormsDiffer; STANDIN_FORMS has all of them played.
	play []string
	// config is a standin.yaml. Empty is none.
	config string
	// rules must be found, not must not; findings of other rules of the kind "should" are let be.
	rules, not []string
	// note is part of a note that the report must have. Empty asks for none.
	note string
	// unsound says that something besides advice is found, or nothing was shown; verdicts has what is expected then.
	unsound  bool
	verdicts map[string]report.Verdict
}

// truths are those of the shapes. What is sound leaves its author with advice at most, whatever else it does: public
// files, cookies that never come back, timers, pages that are replaced.
var truths = map[string]truth{
	"static-shell":   {play: []string{"boot/first-load", "nav/referer-differential"}},
	"jquery":         {play: []string{"expiry/idle-then-act"}},
	"spring-session": {play: []string{"boot/first-load", "expiry/idle-then-act"}},
	"public-locales": {play: []string{"boot/first-load", "nav/referer-differential"}, note: `public: ["/i18n/`},
	"fetched-build":  {play: []string{"boot/first-load", "nav/referer-differential"}, note: `public: ["/build/`},
	"polling":        {play: []string{"expiry/idle-then-act", "time/sleep-timers-late", "fault/gettoken-rejects"}},
	"error-boundary": {play: []string{"fault/one-401", "fault/gettoken-rejects"}, not: []string{"refresh/stranded"}},
}

// TestShapes: apps that are written as apps out there are, and what is true of each.
func TestShapes(t *testing.T) {
	t.Parallel()
	for _, app := range apps.Shapes() {
		want, ok := truths[app.Name]
		if !ok {
			continue
		}
		t.Run(app.Name, func(t *testing.T) {
			t.Parallel()
			checkTruth(t, want, playShape(t, app, want))
		})
	}
}

// playShape plays what CI has the time for, or everything.
func playShape(t *testing.T, app apps.App, want truth) *report.Report {
	t.Helper()
	list := scenarios.All()
	if !everything {
		ids := want.play
		if ids == nil {
			ids = whereFormsDiffer
		}
		list = pick(t, ids...)
	}
	r, _ := play(t, app, list, func(c *harness.Config) {
		if err := c.ParseConfig([]byte(want.config)); err != nil {
			t.Fatal(err)
		}
	})
	return r
}

func checkTruth(t *testing.T, want truth, r *report.Report) {
	t.Helper()
	if !want.unsound {
		checkSound(t, r)
	}
	found := map[string]bool{}
	for _, s := range r.Scenarios {
		if v, ok := want.verdicts[s.ID]; ok && s.Verdict != v {
			t.Errorf("%s: %s (%s), want %s", s.ID, s.Verdict, s.Reason, v)
		}
		for _, f := range s.Findings {
			found[f.Rule] = true
			if slices.Contains(want.not, f.Rule) {
				t.Errorf("%s: %s: %s", s.ID, f.Rule, f.Message)
			}
		}
	}
	for _, rule := range want.rules {
		if !found[rule] {
			t.Errorf("%s is not found", rule)
		}
	}
	if want.note != "" && !slices.ContainsFunc(r.Notes, func(n string) bool { return strings.Contains(n, want.note) }) {
		t.Errorf("no note has %q: %q", want.note, r.Notes)
	}
	logWhenFailed(t, r)
}
