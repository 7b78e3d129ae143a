package harness

import (
	"testing"

	"github.com/standin-dev/standin/harness/judge"
	"github.com/standin-dev/standin/harness/report"
)

// TestTeller: who tells of a page that does not work.
func TestTeller(t *testing.T) {
	t.Parallel()
	first, push, probe := Scenario{ID: FirstLoad}, Scenario{ID: "nav/push"}, Scenario{ID: "verify/none", Pageless: true}
	for _, tt := range []struct {
		of   []Scenario
		want string
	}{
		{[]Scenario{push, first, probe}, FirstLoad},
		{[]Scenario{probe, push}, "nav/push"},
		{[]Scenario{probe}, "verify/none"},
		{nil, ""},
	} {
		var a ailing
		if a.choose(tt.of); a.teller != tt.want {
			t.Errorf("of %v it is %q, want %q", tt.of, a.teller, tt.want)
		}
	}
}

// TestPointless: what a broken page makes of the scenarios, and a sound one does not.
func TestPointless(t *testing.T) {
	t.Parallel()
	a := &ailing{teller: FirstLoad, survey: &played{out: report.Scenario{VirtualSeconds: 2}}}
	r := &run{ailing: a}
	if p := r.pointless(report.Scenario{ID: "nav/push"}, Scenario{}); p != nil {
		t.Error("the page works, and a scenario is not played")
	}
	a.Diagnosis = judge.Diagnosis{Broken: true, Reason: "the reason."}
	told := r.pointless(report.Scenario{ID: FirstLoad, Title: "opened"}, Scenario{})
	if told == nil || told.settled != nil || told.out.Title != "opened" || told.out.VirtualSeconds != 2 {
		t.Errorf("%s has not what the survey saw: %+v", FirstLoad, told)
	}
	other := r.pointless(report.Scenario{ID: "nav/push"}, Scenario{})
	if other == nil || other.settled == nil || !other.settled.NotPlayed || other.settled.BecauseOf != FirstLoad || other.settled.Verdict != report.Inconclusive {
		t.Errorf("nav/push: %+v", other)
	}
	if p := r.pointless(report.Scenario{ID: "verify/none"}, Scenario{Pageless: true}); p != nil {
		t.Error("what needs no page is not played")
	}
}

// TestComplete: a page that does not work never passes, and what a click led to is told
// once.
func TestComplete(t *testing.T) {
	t.Parallel()
	framed := []report.Finding{{Rule: judge.Unframeable.ID, Severity: report.Must}}
	broken := judge.Diagnosis{Broken: true, Reason: "the reason."}
	for name, tt := range map[string]struct {
		a    *ailing
		out  report.Scenario
		want report.Scenario
	}{
		"nothing is known": {nil, report.Scenario{Verdict: report.Pass}, report.Scenario{Verdict: report.Pass}},
		"a broken page":    {&ailing{Diagnosis: broken, teller: "a"}, report.Scenario{ID: "a", Verdict: report.Pass}, report.Scenario{Verdict: report.Inconclusive, Reason: "the reason."}},
		"its breach":       {&ailing{Diagnosis: broken, teller: "a"}, report.Scenario{ID: "a", Verdict: report.Fail}, report.Scenario{Verdict: report.Fail}},
		"asked in vain":    {&ailing{Diagnosis: broken, teller: "a"}, report.Scenario{ID: "b", Verdict: report.Inconclusive}, report.Scenario{Verdict: report.Inconclusive, Reason: "not played: the page does not work; see a.", NotPlayed: true}},
		"asked":            {&ailing{Diagnosis: broken, teller: "a"}, report.Scenario{ID: "b", Verdict: report.Pass, Judged: 1}, report.Scenario{Verdict: report.Pass}},
		"a link":           {&ailing{framing: framed, teller: "a"}, report.Scenario{ID: "a", Verdict: report.Pass}, report.Scenario{Verdict: report.Fail, Findings: framed}},
		"after the link":   {&ailing{framing: framed, teller: "a"}, report.Scenario{ID: "b", Verdict: report.Pass}, report.Scenario{Verdict: report.Pass}},
	} {
		got := tt.out
		tt.a.complete(&got)
		if got.Verdict != tt.want.Verdict || got.Reason != tt.want.Reason || got.NotPlayed != tt.want.NotPlayed || len(got.Findings) != len(tt.want.Findings) {
			t.Errorf("%s: %+v, want %+v", name, got, tt.want)
		}
	}
	result := judge.Result{Findings: []judge.Finding{{Rule: judge.Unframeable}, {Rule: judge.NoToken}}}
	(&ailing{framing: framed}).unframed(&result)
	if len(result.Findings) != 1 || result.Findings[0].Rule != judge.NoToken {
		t.Errorf("left are %+v", result.Findings)
	}
}
