package scenarios_test

import (
	"context"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/standin-dev/standin/fixtures/ace"
	"github.com/standin-dev/standin/fixtures/port"
	"github.com/standin-dev/standin/harness"
	"github.com/standin-dev/standin/harness/report"
	"github.com/standin-dev/standin/scenarios"
)

// everything has the tests of whole apps play the whole catalogue, with every way of asking for a token: some minutes,
// for `make forms`. Without it they play the scenarios in which sound apps differ from each other, which is what the
// judge has been wrong about.
var everything = os.Getenv("STANDIN_FORMS") != ""

// whereFormsDiffer are those scenarios: a token that ends in an open page, a bridge that gives none, and a back end that
// refuses a good one.
var whereFormsDiffer = []string{"expiry/idle-then-act", "fault/one-401", "fault/gettoken-rejects", "fault/gettoken-empty"}

// TestForms: a sound app on the published atlassian-connect-express is told to be one, in each of the forms in which
// such apps are written, and also where getToken's callback looks at nothing: what an app sends while the host gives it
// no token is advice.
func TestForms(t *testing.T) {
	t.Parallel()
	ways := []ace.Way{ace.Unchecked}
	if everything {
		ways = ace.Ways
	}
	for _, form := range ace.Forms {
		for _, way := range ways {
			t.Run(string(form)+"-"+string(way), func(t *testing.T) {
				t.Parallel()
				checkForm(t, form, way, playForm(t, form, way))
			})
		}
	}
}

// playForm has standin start the app by its command.
func playForm(t *testing.T, form ace.Form, way ace.Way) *report.Report {
	t.Helper()
	list := pick(t, whereFormsDiffer...)
	if everything {
		list = scenarios.All()
	}
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	dir, err := ace.Prepare(ctx)
	if err != nil {
		t.Fatal(err)
	}
	free, err := port.Free()
	if err != nil {
		t.Fatal(err)
	}
	command := append([]string{"env", "FORM=" + string(form), "TOKEN=" + string(way)}, ace.Command(dir)...)
	r, err := harness.Run(ctx, harness.Config{App: "http://127.0.0.1:" + free, Command: command, Dir: dir, Use: shared}, list)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// checkForm checks that nothing is worse than a warning, and that what is sent without a token is told as what it is.
func checkForm(t *testing.T, form ace.Form, way ace.Way, r *report.Report) {
	t.Helper()
	checkSound(t, r)
	for _, s := range r.Scenarios {
		if way != ace.Unchecked || !strings.HasPrefix(s.ID, "fault/gettoken-") || s.ID == "fault/gettoken-slow" || s.ID == "fault/gettoken-hangs" {
			continue
		}
		// The form cached cannot read the exp of what is no token, and so sends nothing.
		told := slices.ContainsFunc(s.Findings, func(f report.Finding) bool { return f.Rule == "refresh/sent-without" })
		if told != (form != ace.Cached) {
			t.Errorf("%s: refresh/sent-without is found: %v", s.ID, told)
		}
	}
	if form == ace.Posted {
		if s := scenarioOf(t, r, "fault/one-401"); s.Verdict != report.NotApplicable || !strings.Contains(s.Reason, "pages alone") {
			t.Errorf("fault/one-401: %s (%s), want not-applicable to an app of pages", s.Verdict, s.Reason)
		}
	}
}

// checkSound checks that a report leaves an app's author with nothing to do but what is advice.
func checkSound(t *testing.T, r *report.Report) {
	t.Helper()
	if code := r.ExitCode(); code != 0 {
		t.Errorf("exit code %d, want 0", code)
	}
	for _, s := range r.Scenarios {
		if !slices.Contains([]report.Verdict{report.Pass, report.Warn, report.NotApplicable}, s.Verdict) {
			t.Errorf("%s: %s (%s)", s.ID, s.Verdict, s.Reason)
		}
		for _, f := range s.Findings {
			if f.Severity == report.Must {
				t.Errorf("%s: %s: %s", s.ID, f.Rule, f.Message)
			}
		}
	}
	logWhenFailed(t, r)
}

// logWhenFailed logs the report of a test that failed.
func logWhenFailed(t *testing.T, r *report.Report) {
	t.Helper()
	if !t.Failed() {
		return
	}
	var text strings.Builder
	if err := report.Text(&text, r, report.TextOptions{}); err != nil {
		t.Fatal(err)
	}
	t.Log(text.String())
}

// scenarioOf is a scenario of a report.
func scenarioOf(t *testing.T, r *report.Report, id string) report.Scenario {
	t.Helper()
	i := slices.IndexFunc(r.Scenarios, func(s report.Scenario) bool { return s.ID == id })
	if i < 0 {
		t.Fatalf("%s is not in the report", id)
	}
	return r.Scenarios[i]
}
