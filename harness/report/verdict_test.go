package report

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestWorst(t *testing.T) {
	tests := []struct {
		in   []Verdict
		want Verdict
	}{
		{nil, Inconclusive},
		{[]Verdict{Pass}, Pass},
		{[]Verdict{NotApplicable}, NotApplicable},
		{[]Verdict{NotApplicable, Pass}, Pass},
		{[]Verdict{Pass, Warn, NotApplicable}, Warn},
		{[]Verdict{Inconclusive, Warn}, Inconclusive},
		{[]Verdict{HarnessError, Inconclusive}, HarnessError},
		{[]Verdict{HarnessError, Fail, Inconclusive}, Fail},
		{[]Verdict{Pass, "no such word"}, HarnessError},
	}
	for _, tt := range tests {
		if got := Worst(tt.in...); got != tt.want {
			t.Errorf("Worst(%v) = %v, want %v", tt.in, got, tt.want)
		}
		slices.Reverse(tt.in)
		if got := Worst(tt.in...); got != tt.want {
			t.Errorf("Worst(%v) = %v, want %v", tt.in, got, tt.want)
		}
	}
}

func TestExitCode(t *testing.T) {
	tests := []struct {
		name        string
		verdicts    []Verdict
		judged      int
		interrupted bool
		want        int
		outcome     Verdict
	}{
		{name: "empty", want: 4, outcome: Inconclusive},
		{name: "passed", verdicts: []Verdict{Pass, Pass}, judged: 1, want: 0, outcome: Pass},
		{name: "a warning", verdicts: []Verdict{Pass, Warn}, judged: 1, want: 0, outcome: Warn},
		{name: "a warning alone", verdicts: []Verdict{Warn}, judged: 1, want: 0, outcome: Warn},
		{name: "a warning that judged nothing", verdicts: []Verdict{Warn}, want: 4, outcome: Inconclusive},
		{name: "some do not apply", verdicts: []Verdict{Pass, NotApplicable}, judged: 1, want: 0, outcome: Pass},
		{name: "none applies", verdicts: []Verdict{NotApplicable, NotApplicable}, want: 4, outcome: Inconclusive},
		{name: "inconclusive", verdicts: []Verdict{Pass, Inconclusive}, judged: 1, want: 4, outcome: Inconclusive},
		{name: "harness error", verdicts: []Verdict{Pass, Inconclusive, HarnessError}, judged: 1, want: 3, outcome: HarnessError},
		{name: "failed", verdicts: []Verdict{Fail, HarnessError, Inconclusive}, want: 1, outcome: Fail},
		{name: "interrupted", verdicts: []Verdict{Pass}, judged: 1, interrupted: true, want: 4, outcome: Inconclusive},
		{name: "interrupted after a failure", verdicts: []Verdict{Fail}, judged: 1, interrupted: true, want: 1, outcome: Fail},
		{name: "no verdict", verdicts: []Verdict{""}, want: 3, outcome: HarnessError},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var r Report
			for _, v := range tt.verdicts {
				r.Add(Scenario{Verdict: v, Judged: tt.judged})
			}
			if tt.interrupted {
				r.Interrupt()
			}
			if got := r.ExitCode(); got != tt.want {
				t.Errorf("exit code %d, want %d", got, tt.want)
			}
			if len(tt.verdicts) > 0 && r.Verdict != tt.outcome {
				t.Errorf("verdict %q, want %q", r.Verdict, tt.outcome)
			}
			if got := r.Outcome(); got != tt.outcome {
				t.Errorf("outcome %q, want %q", got, tt.outcome)
			}
			if r.Totals.All() != len(tt.verdicts) {
				t.Errorf("totals %+v do not add up to %d", r.Totals, len(tt.verdicts))
			}
		})
	}
}

func TestAddCounts(t *testing.T) {
	var r Report
	for i, v := range Verdicts {
		for range i + 1 {
			r.Add(Scenario{Verdict: v})
		}
	}
	want := Totals{Pass: 1, Warn: 2, Fail: 3, Inconclusive: 4, NotApplicable: 5, HarnessError: 6}
	if diff := cmp.Diff(want, r.Totals); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
