package judge_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/standin-dev/standin/fakehost/token"
	"github.com/standin-dev/standin/harness/judge"
	"github.com/standin-dev/standin/harness/timeline"
)

func TestEachDefectBreaksItsRuleAlone(t *testing.T) {
	t.Parallel()
	for _, tt := range firing {
		t.Run(tt.rule.ID+"/"+tt.defect, func(t *testing.T) {
			t.Parallel()
			s := opened(t)
			if strings.HasPrefix(tt.defect, "page ") || strings.HasPrefix(tt.defect, "cacheable page") {
				s = newScene(t) // it is about the first page itself
			}
			tt.play(s)
			result := s.judge()
			want := map[judge.Severity][]string{judge.Must: nil, judge.Should: nil}
			want[tt.rule.Severity] = append(want[tt.rule.Severity], tt.rule.ID)
			switch tt.rule {
			case judge.SameTokenAgain, judge.RefusalLoop: // they come with what was refused
				want[judge.Must] = append([]string{judge.RefusedValid.ID}, want[judge.Must]...)
				slices.Sort(want[judge.Must])
			}
			got := map[judge.Severity][]string{
				judge.Must: broken(result, judge.Must), judge.Should: broken(result, judge.Should),
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("broken rules (-want +got):\n%s%s", diff, told(result.Findings))
			}
			for _, f := range result.Findings {
				wellTold(t, f)
			}
		})
	}
}

// ofNoRequest tells the findings that no single request made.
func ofNoRequest(f judge.Finding) bool {
	return f.Place != "" || f.Rule == judge.TokenBurst || f.Rule == judge.WaitsForEver || f.Rule == judge.Stranded || f.Rule == judge.TakesRotation || f.Rule == judge.NeedlessCalls
}

// wellTold checks what every finding owes to its reader: sentences, a request,
// and no token.
func wellTold(t *testing.T, f judge.Finding) {
	t.Helper()
	if !strings.HasSuffix(f.Message, ".") || f.Actual == "" || f.Exchange == 0 && !ofNoRequest(f) {
		t.Errorf("%s: not told in full: %+v", f.Rule.ID, f)
	}
	for _, text := range []string{f.Message, f.Expected, f.Actual, f.Cause} {
		if found := token.Find(text); len(found) > 0 {
			t.Errorf("%s: shows a token: %s", f.Rule.ID, token.Redact(text))
		}
		if strings.Contains(text, "%!") {
			t.Errorf("%s: badly formatted: %s", f.Rule.ID, text)
		}
	}
}

// TestLostWithRefererAlone: the rule cannot be broken alone, for the token must
// have been in the Referer before.
func TestLostWithRefererAlone(t *testing.T) {
	t.Parallel()
	s := opened(t)
	s.goesByReferer("/api/items")
	s.send(timeline.Exchange{URL: "/api/items", Header: header("Referer", s.pageURL(s.iframe("/app")))})
	s.send(timeline.Exchange{URL: "/api/items/1", Status: 401, Header: header("Referer", origin+"/items")})
	want := []string{judge.RefererOnly.ID, judge.LostWithReferer.ID}
	if diff := cmp.Diff(want, broken(s.judge(), judge.Must)); diff != "" {
		t.Errorf("broken rules (-want +got):\n%s", diff)
	}
}

func TestEveryRuleHasADefect(t *testing.T) {
	t.Parallel()
	covered := map[string]bool{judge.DependsOnReferer.ID: true} // which two timelines break: see TestDiffer
	for _, tt := range firing {
		covered[tt.rule.ID] = true
	}
	for _, tt := range ofPages {
		covered[tt.rule.ID] = true
	}
	for _, r := range judge.Rules() {
		if !covered[r.ID] {
			t.Errorf("no timeline breaks %s alone: add one to the table", r.ID)
		}
	}
}

func TestRulesAreTold(t *testing.T) {
	t.Parallel()
	id := regexp.MustCompile(`^[a-z]+(-[a-z]+)*/[a-z]+(-[a-z]+)*$`)
	seen := map[string]bool{}
	for _, r := range judge.Rules() {
		if !id.MatchString(r.ID) {
			t.Errorf("%q is no id: it is group/kebab-case", r.ID)
		}
		if seen[r.ID] {
			t.Errorf("%s is there twice", r.ID)
		}
		seen[r.ID] = true
		for what, text := range map[string]string{"sentence": r.Sentence, "why": r.Why, "remedy": r.Remedy} {
			if !strings.HasSuffix(text, ".") && !strings.HasSuffix(text, "].") {
				t.Errorf("%s: its %s is no sentence: %q", r.ID, what, text)
			}
		}
		if r.Source == "" {
			t.Errorf("%s has no source", r.ID)
		}
		if r.Severity != judge.Must && r.Severity != judge.Should {
			t.Errorf("%s has the severity %q", r.ID, r.Severity)
		}
		if judge.RuleByID(r.ID) != r {
			t.Errorf("RuleByID(%q) is another rule", r.ID)
		}
	}
	if judge.RuleByID("token/of-gold") != nil {
		t.Error("RuleByID makes up rules")
	}
	list := judge.Rules()
	list[0] = nil
	if judge.Rules()[0] == nil {
		t.Error("Rules gives away its own list")
	}
}
