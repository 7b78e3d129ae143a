package judge_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/standin-dev/standin/fakehost/token"
	"github.com/standin-dev/standin/harness/judge"
	"github.com/standin-dev/standin/harness/timeline"
)

// TestBroken: each request is told with what it broke, those that were joined to an
// earlier one as well.
func TestBroken(t *testing.T) {
	t.Parallel()
	s := opened(t)
	var want []int
	for range 3 {
		want = append(want, s.send(timeline.Exchange{URL: "/api/items"}).ID)
		s.at(s.now + time.Second)
	}
	r := judge.Judge(s.in)
	if len(r.Findings) != 1 || r.Findings[0].Repeats != 2 {
		t.Fatalf("findings: %+v", r.Findings)
	}
	for _, id := range want {
		if diff := cmp.Diff([]string{judge.NoToken.ID}, r.Broken[id]); diff != "" {
			t.Errorf("request %d broke (-want +got):\n%s", id, diff)
		}
	}
	if len(r.Broken) != len(want) {
		t.Errorf("broken: %v", r.Broken)
	}
}

// TestWithheld: nothing is found against a request of which nobody knows what it
// carried.
func TestWithheld(t *testing.T) {
	t.Parallel()
	s := opened(t)
	first, second := s.send(timeline.Exchange{URL: "/api/items"}).ID, s.send(timeline.Exchange{URL: "/api/other"}).ID
	s.in.Withheld = map[int]bool{first: true}
	r := judge.Judge(s.in)
	if len(r.Findings) != 1 || r.Findings[0].Exchange != second || r.Judged != 2 {
		t.Errorf("%d judged: %+v", r.Judged, r.Findings)
	}
}

// TestUnchecked: a signature that nobody can check is neither right nor wrong.
func TestUnchecked(t *testing.T) {
	t.Parallel()
	for status, unexplained := range map[int]bool{200: false, 401: true, 500: true} {
		s := opened(t)
		raw := s.mint(foreign, token.Context, s.hostClaims())
		x := s.call("/api/items", "JWT "+raw)
		x.Status = status
		if r := judge.Judge(s.in); !slices.ContainsFunc(r.Findings, func(f judge.Finding) bool { return f.Rule == judge.WrongSignature }) {
			t.Fatalf("a signature that does not verify is not found: %+v", r.Findings)
		}
		s.in.Unchecked = map[string]bool{raw: true}
		r := judge.Judge(s.in)
		if len(r.Findings) > 0 || slices.Contains(r.Unexplained, x.ID) != unexplained {
			t.Errorf("answered %d: unexplained %v, findings %+v", status, r.Unexplained, r.Findings)
		}
	}
}
