package cli

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/standin-dev/standin/harness/report"
)

func reportOf(verdicts map[string]report.Verdict, order ...string) *report.Report {
	r := &report.Report{}
	for _, id := range order {
		r.Add(report.Scenario{ID: id, Verdict: verdicts[id], Judged: 1})
	}
	return r
}

// TestJudged: the demo notices when standin does not say what it should.
func TestJudged(t *testing.T) {
	t.Parallel()
	sound := Sample{Name: "sound"}
	broken := Sample{Name: "broken", Defect: "It is.", Fails: []string{"b"}}
	shaky := Sample{Name: "shaky", Defect: "It is.", Warns: []string{"b"}}
	for _, tc := range []struct {
		name     string
		sample   Sample
		verdicts map[string]report.Verdict
		want     []string
	}{
		{"sound passes", sound, map[string]report.Verdict{"a": report.Pass, "b": report.NotApplicable}, nil},
		{"sound warns", sound, map[string]report.Verdict{"a": report.Pass, "b": report.Warn}, []string{"b must pass, and was warn"}},
		{"sound proves nothing", sound, map[string]report.Verdict{"a": report.Inconclusive, "b": report.Pass}, []string{"a must pass, and was inconclusive"}},
		{"broken fails where it must", broken, map[string]report.Verdict{"a": report.Pass, "b": report.Fail}, nil},
		{"broken fails elsewhere too", broken, map[string]report.Verdict{"a": report.Fail, "b": report.Fail}, nil},
		{"broken passes", broken, map[string]report.Verdict{"a": report.Pass, "b": report.Pass}, []string{"b must fail, and was pass"}},
		{"shaky warns", shaky, map[string]report.Verdict{"a": report.Pass, "b": report.Warn}, nil},
		{"shaky passes", shaky, map[string]report.Verdict{"a": report.Pass, "b": report.Pass}, []string{"b must warn, and was pass"}},
		{"standin breaks", broken, map[string]report.Verdict{"a": report.HarnessError, "b": report.Fail}, []string{"a broke down"}},
	} {
		got := judged(tc.sample, reportOf(tc.verdicts, "a", "b"))
		if diff := cmp.Diff(tc.want, got.wrong); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tc.name, diff)
		}
	}
	if got := judged(sound, &report.Report{}); len(got.wrong) == 0 {
		t.Error("a sample on which nothing ran is as expected")
	}
	stopped := reportOf(map[string]report.Verdict{"a": report.Pass}, "a")
	stopped.Interrupt()
	if got := judged(sound, stopped); len(got.wrong) == 0 {
		t.Error("a sample that was interrupted is as expected")
	}
}

// TestTelling: the failure that is shown is the one that tells most.
func TestTelling(t *testing.T) {
	t.Parallel()
	finding := func(rule string) []report.Finding { return []report.Finding{{Rule: rule, Severity: report.Must}} }
	r := &report.Report{}
	if telling(r) != nil {
		t.Error("an empty report has something to tell")
	}
	r.Add(report.Scenario{ID: "unclear", Verdict: report.Inconclusive})
	r.Add(report.Scenario{ID: "passes", Verdict: report.Pass})
	if got := telling(r); got == nil || got.ID != "unclear" {
		t.Errorf("telling %v, want unclear", got)
	}
	r.Add(report.Scenario{ID: "expired", Verdict: report.Fail, Findings: finding("token/expired")})
	r.Add(report.Scenario{ID: "lost", Verdict: report.Fail, Findings: finding("token/lost-with-referer")})
	r.Add(report.Scenario{ID: "lost again", Verdict: report.Fail, Findings: finding("token/lost-with-referer")})
	if got := telling(r); got == nil || got.ID != "lost" {
		t.Errorf("telling %v, want lost", got)
	}
}

func TestSummary(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	summary(&b, []trial{
		{sample: Sample{Name: "sound"}, totals: report.Totals{Pass: 11}},
		{sample: Sample{Name: "token-once", Defect: "x", Fails: []string{"a", "b", "did not run"}}, fails: 2, totals: report.Totals{Pass: 5, Fail: 1},
			wrong: []string{"b must fail, and was pass"}},
	})
	want := `
  sample                  expected              standin said
✓ sound                   pass                  11 pass
✗ token-once              2 fail, or more       5 pass, 1 fail
    b must fail, and was pass
`
	if diff := cmp.Diff(want, b.String()); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestPick(t *testing.T) {
	t.Parallel()
	samples := []Sample{{Name: "a", Demo: true}, {Name: "b"}, {Name: "c", Demo: true}}
	for _, tc := range []struct {
		all   bool
		names []string
		want  string
	}{{false, nil, "a c"}, {true, nil, "a b c"}, {false, []string{"c", "b"}, "c b"}} {
		d := &demo{deps: Deps{Samples: samples}, all: tc.all}
		picked, err := d.pick(tc.names)
		var names []string
		for _, s := range picked {
			names = append(names, s.Name)
		}
		if err != nil || strings.Join(names, " ") != tc.want {
			t.Errorf("%v %v: %v (%v), want %s", tc.all, tc.names, names, err, tc.want)
		}
	}
}
