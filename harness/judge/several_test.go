package judge_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/standin-dev/standin/harness/judge"
	"github.com/standin-dev/standin/harness/timeline"
)

func TestStaleShadowsFreshIsTold(t *testing.T) {
	t.Parallel()
	s := opened(t)
	old := s.context()
	s.jump(16 * time.Minute)
	s.call("/api/items?jwt="+old, "JWT "+s.context()).Status = http.StatusUnauthorized
	f := s.only()
	want := judge.Finding{
		Rule: judge.StaleShadowsFresh, Exchange: 2,
		Message:  "GET /api/items carried 2 tokens, and the back end reads the older one.",
		Expected: "one token, or the fresh one where the back end looks first",
		Actual:   "query:jwt: context token, 16m old, expired; header:Authorization JWT: context token, 0s old",
		Cause:    "Back ends look into query before header.",
	}
	f.Carrier = judge.Carrier{}
	if diff := cmp.Diff(want, f); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestSeveralTokens: the first that the back end reads is the one that counts.
func TestSeveralTokens(t *testing.T) {
	t.Parallel()
	shadows, expired := []string{judge.StaleShadowsFresh.ID}, []string{judge.Expired.ID}
	for _, tt := range []struct {
		name     string
		carriers []string
		send     func(s *scene, old, fresh string)
		must     []string
	}{
		{"fresh one first", nil, func(s *scene, old, fresh string) { s.call("/api?jwt="+fresh, "JWT "+old) }, nil},
		{"fresh one first, as the author says", []string{"header:Authorization JWT", "query:jwt"},
			func(s *scene, old, fresh string) { s.call("/api?jwt="+old, "JWT "+fresh) }, nil},
		{"stale one first, as the author says", []string{"header:Authorization JWT", "query:jwt"},
			func(s *scene, old, fresh string) { s.call("/api?jwt="+fresh, "JWT "+old) }, shadows},
		{"stale cookie first, as the author says", []string{"cookie:jwt", "header:Authorization JWT"}, func(s *scene, old, fresh string) {
			s.send(timeline.Exchange{URL: "/api", Header: header("Cookie", "jwt="+old, "Authorization", "JWT "+fresh)})
		}, shadows},
		{"stale form field before a fresh header", nil, func(s *scene, old, fresh string) {
			s.send(timeline.Exchange{Method: "POST", URL: "/api", Body: []byte("jwt=" + old),
				Header: header("Content-Type", "application/x-www-form-urlencoded", "Authorization", "JWT "+fresh), Status: 401})
		}, shadows},
		{"stale form field before a fresh header, and taken", nil, func(s *scene, old, fresh string) {
			s.send(timeline.Exchange{Method: "POST", URL: "/api", Body: []byte("jwt=" + old),
				Header: header("Content-Type", "application/x-www-form-urlencoded", "Authorization", "JWT "+fresh)})
		}, nil},
		{"both stale", nil, func(s *scene, old, _ string) { s.call("/api?jwt="+old, "JWT "+s.in.Events[1].Raw) }, expired},
		{"two stale before a fresh one", nil, func(s *scene, old, fresh string) {
			s.send(timeline.Exchange{URL: "/api?jwt=" + old, Header: header("Authorization", "JWT "+s.in.Events[1].Raw, "X-Acpt", fresh), Status: 401})
		}, shadows},
		{"stale, then as old, then fresh", nil, func(s *scene, old, fresh string) {
			s.send(timeline.Exchange{URL: "/api?jwt=" + fresh, Header: header("Authorization", "JWT "+s.session(), "X-Acpt", old)})
		}, nil},
		{"fresh ones of two makers before a fresher one", nil, func(s *scene, _, fresh string) {
			session := s.session()
			s.jump(time.Minute)
			s.send(timeline.Exchange{URL: "/api?jwt=" + fresh, Header: header("Authorization", "JWT "+session, "X-Acpt", s.context()), Status: 401})
		}, shadows},
		{"junk first", nil, func(s *scene, _, fresh string) { s.call("/api?jwt=undefined", "JWT "+fresh) }, []string{judge.LiteralJunk.ID}},
		{"stale Referer that the author reads first", []string{"referer", "header:Authorization JWT"}, func(s *scene, old, fresh string) {
			s.send(timeline.Exchange{URL: "/api", Header: header("Referer", s.pageURL(old), "Authorization", "JWT "+fresh)})
		}, shadows},
		{"stale Referer that the author reads last", []string{"header:Authorization JWT", "referer"}, func(s *scene, old, fresh string) {
			s.send(timeline.Exchange{URL: "/api", Header: header("Referer", s.pageURL(old), "Authorization", "JWT "+fresh)})
		}, nil},
		{"expired session behind a credential of another scheme", nil, func(s *scene, old, _ string) {
			s.send(timeline.Exchange{URL: "/api", Header: header("Authorization", "Basic YTpi", "X-Acpt", old)})
		}, expired},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := opened(t)
			s.in.Policy.Carriers = carriers(t, tt.carriers...)
			old := s.context()
			s.jump(16 * time.Minute)
			tt.send(s, old, s.context())
			result := s.judge()
			if diff := cmp.Diff(tt.must, broken(result, judge.Must)); diff != "" {
				t.Errorf("broken rules (-want +got):\n%s%s", diff, told(result.Findings))
			}
		})
	}
}

// TestOrderAndRepeats: musts before shoulds, the more telling first; what breaks
// the same rule on the same address is one finding.
func TestOrderAndRepeats(t *testing.T) {
	t.Parallel()
	s := opened(t)
	raw := s.context()
	s.jump(life - time.Second)
	for range 3 {
		s.call("/api/items?page=1", "JWT "+raw) // margin
	}
	s.send(timeline.Exchange{URL: "/api/users"}) // missing
	s.jump(2 * time.Second)
	s.call("/api/items?page=1", "JWT "+raw) // expired
	s.call("/api/items?page=2", "JWT "+raw)
	s.send(timeline.Exchange{URL: "/api/users"})
	s.send(timeline.Exchange{URL: "/api/users", Method: "POST"})
	s.send(timeline.Exchange{URL: "/api/groups"})

	type line struct {
		Rule     string
		Exchange int
		Repeats  int
	}
	var got []line
	for _, f := range s.judge().Findings {
		got = append(got, line{f.Rule.ID, f.Exchange, f.Repeats})
	}
	want := []line{
		{judge.Expired.ID, 6, 1},
		{judge.NoToken.ID, 5, 1},
		{judge.NoToken.ID, 9, 0},
		{judge.NoToken.ID, 10, 0},
		{judge.Margin.ID, 2, 2},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("findings (-want +got):\n%s", diff)
	}
}

// TestRulesStandInTheirOrder: Findings come in the order of Rules, whatever the
// order of the requests.
func TestRulesStandInTheirOrder(t *testing.T) {
	t.Parallel()
	rank := map[string]int{}
	for i, r := range judge.Rules() {
		rank[r.ID] = i
	}
	s := opened(t)
	for _, authorization := range []string{"JWT abc", "JWT " + s.iframe("/app"), "JWT null", "Bearer " + s.context()} {
		s.call("/api/items", authorization).Status = http.StatusUnauthorized
	}
	found := s.judge().Findings
	if len(found) != 4 {
		t.Fatalf("got %d findings, want 4:%s", len(found), told(found))
	}
	for i := range found[1:] {
		if rank[found[i].Rule.ID] > rank[found[i+1].Rule.ID] {
			t.Errorf("%s stands before %s", found[i].Rule.ID, found[i+1].Rule.ID)
		}
	}
}
