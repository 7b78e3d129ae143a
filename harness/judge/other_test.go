package judge_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/standin-dev/standin/harness/judge"
	"github.com/standin-dev/standin/harness/timeline"
)

// TestRefererOrSomethingElse: a token in the Referer is blamed only when it can be what
// the back end goes by.
func TestRefererOrSomethingElse(t *testing.T) {
	t.Parallel()
	const opaque = "5f2b8c0a9d3e4f60"
	missing, referer, lost := []string{judge.NoToken.ID}, []string{judge.RefererOnly.ID}, []string{judge.RefererOnly.ID, judge.LostWithReferer.ID}
	for _, tt := range []struct {
		name  string
		send  func(s *scene, page string)
		must  []string
		cause string // of the first finding; a part
		goes  bool   // by the Referer, as standin itself has seen
	}{
		{"nothing else", func(s *scene, page string) {
			s.send(timeline.Exchange{URL: "/api/items", Header: header("Referer", page)})
		}, referer, "The iframe's URL carries ?jwt=", true},
		{"headers of others", func(s *scene, page string) {
			s.send(timeline.Exchange{URL: "/api/items", Header: header("Referer", page, "X-Csrf-Token", opaque, "Traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
				"X-Request-Id", opaque, "X-Requested-With", "XMLHttpRequest", "X-View", "list", "Cookie", "_ga=GA1.1.2; XSRF-TOKEN="+opaque)})
		}, referer, "", true},
		{"parameters that are no keys", func(s *scene, page string) {
			s.send(timeline.Exchange{URL: "/api/items?project=" + opaque + "&token=short", Header: header("Referer", page)})
		}, referer, "", true},
		{"a header of its own", func(s *scene, page string) {
			s.send(timeline.Exchange{URL: "/api/items", Header: header("Referer", page, "X-Session", opaque)})
		}, missing, `It came with "header:X-Session", of which standin knows nothing`, false},
		{"a ticket", func(s *scene, page string) {
			s.send(timeline.Exchange{URL: "/api/items?ticket=" + opaque, Header: header("Referer", page)})
		}, missing, `It came with "query:ticket"`, false},
		{"a cookie", func(s *scene, page string) {
			s.send(timeline.Exchange{URL: "/api/items", Header: header("Referer", page, "Cookie", "connect.sid=s%3A1")})
		}, missing, "It came with the cookie connect.sid", false},
		{"a cookie, and refused as the Referer goes", func(s *scene, page string) {
			s.send(timeline.Exchange{URL: "/api/items", Header: header("Referer", page, "Cookie", "theme2=dark")})
			s.send(timeline.Exchange{URL: "/api/items", Header: header("Referer", origin+"/app/items", "Cookie", "theme2=dark"), Status: 401})
		}, lost, "", true},
		{"a cookie, and taken as the Referer goes", func(s *scene, page string) {
			s.send(timeline.Exchange{URL: "/api/items", Header: header("Referer", page, "Cookie", "sid=1")})
			s.send(timeline.Exchange{URL: "/api/items", Header: header("Referer", origin+"/app/items", "Cookie", "sid=1")})
		}, missing, "", false},
		{"nothing else, and refused as the Referer goes", func(s *scene, page string) {
			s.send(timeline.Exchange{URL: "/api/items", Header: header("Referer", page)})
			s.send(timeline.Exchange{URL: "/api/items", Header: header("Referer", origin+"/app/items"), Status: 401})
		}, lost, "", false},
		{"nothing else, and taken as the Referer goes", func(s *scene, page string) {
			s.send(timeline.Exchange{URL: "/api/items", Header: header("Referer", page)})
			s.send(timeline.Exchange{URL: "/api/items", Header: header("Referer", origin+"/app/items")})
		}, missing, "", false},
	} {
		s := opened(t)
		if tt.goes {
			s.goesByReferer("/api/items")
		}
		tt.send(s, s.in.Exchanges[0].URL)
		got := s.judge()
		if diff := cmp.Diff(tt.must, broken(got, judge.Must)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
		if !strings.Contains(got.Findings[0].Cause, tt.cause) {
			t.Errorf("%s: the cause is %q, want %q", tt.name, got.Findings[0].Cause, tt.cause)
		}
	}
}

// TestMessagesHaveTheirInstant: what is said over a socket is judged when it is said, and
// told so.
func TestMessagesHaveTheirInstant(t *testing.T) {
	t.Parallel()
	s := opened(t)
	x := s.socket(s.context(), 0, 5*time.Minute, 16*time.Minute)
	f := s.only()
	want := judge.Finding{
		Rule: judge.Expired, Exchange: 2, At: x.Frames[2].At,
		Message:  "A message to /live carried a context token that had expired 1m before.",
		Expected: "a token with life left, from AP.context.getToken() at the time of the request",
		Actual:   "a context token, 16m old, expired in message, expired for 1m; the answer was 101",
	}
	f.Carrier, f.Cause, f.CauseAt, f.Remedy = judge.Carrier{}, "", time.Time{}, ""
	if diff := cmp.Diff(want, f); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if got := judge.Proofs(x, x.Frames[0].At); got != 2 {
		t.Errorf("%d messages prove something after the first, want 2", got)
	}
}
