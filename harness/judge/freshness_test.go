package judge_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/standin-dev/standin/fakehost/token"
	"github.com/standin-dev/standin/harness/judge"
	"github.com/standin-dev/standin/harness/timeline"
)

// TestExpiryToTheSecond: a token is dead in the very second of its exp, whatever
// the fraction, as in atlassian-connect-express.
func TestExpiryToTheSecond(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		after time.Duration // since the token was made
		must  []string
	}{
		{life - 2*time.Second, nil},
		{life - time.Second, nil},
		{life - time.Millisecond, nil},
		{life, []string{judge.Expired.ID}},
		{life + time.Nanosecond, []string{judge.Expired.ID}},
		{life + time.Second, []string{judge.Expired.ID}},
		{100 * life, []string{judge.Expired.ID}},
	} {
		s := opened(t) // which ends on a whole second
		raw := s.context()
		s.jump(tt.after)
		s.call("/api/items", "JWT "+raw)
		if diff := cmp.Diff(tt.must, broken(s.judge(), judge.Must)); diff != "" {
			t.Errorf("%s after it was made (-want +got):\n%s", tt.after, diff)
		}
	}
}

func TestMargin(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name           string
		margin, left   time.Duration
		handedOut      time.Duration // how long before the request the host gave the token again; negative: never
		cache          time.Duration
		wantAMarginOff bool
	}{
		{"plenty", 0, time.Minute, -1, 30 * time.Second, false},
		{"just enough", 0, judge.DefaultMargin, -1, 30 * time.Second, false},
		{"a moment short", 0, judge.DefaultMargin - time.Millisecond, -1, 30 * time.Second, true},
		{"nearly dead", 0, time.Second, -1, 30 * time.Second, true},
		{"margin of the config, kept", 5 * time.Second, 6 * time.Second, -1, 30 * time.Second, false},
		{"margin of the config, not kept", time.Minute, 45 * time.Second, -1, 30 * time.Second, true},
		{"handed out this moment", 0, time.Second, 0, 30 * time.Second, false},
		{"handed out within the host's cache", 0, time.Second, 30 * time.Second, 30 * time.Second, false},
		{"handed out before that", 0, time.Second, 31 * time.Second, 30 * time.Second, true},
		{"handed out this moment by a host without a cache", 0, time.Second, 0, 0, false},
		{"handed out before by a host without a cache", 0, time.Second, time.Second, 0, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := opened(t)
			s.in.Margin, s.in.ContextCache = tt.margin, tt.cache
			raw := s.context()
			sent := s.now + life - tt.left
			if tt.handedOut >= 0 {
				s.at(sent - tt.handedOut)
				s.deliver(raw)
			}
			s.at(sent)
			s.call("/api/items", "JWT "+raw)
			result := s.judge()
			if must := broken(result, judge.Must); must != nil {
				t.Fatalf("broken: %v", must)
			}
			if got := len(broken(result, judge.Should)) > 0; got != tt.wantAMarginOff {
				t.Errorf("margin finding: %v, want %v:%s", got, tt.wantAMarginOff, told(result.Findings))
			}
		})
	}
}

// TestMarginOfSessions: the exemption is for what the host hands out; a token of
// another extension's is none.
func TestMarginOfSessions(t *testing.T) {
	t.Parallel()
	s := opened(t)
	raw := s.session()
	s.jump(life - time.Second)
	s.deliver(s.context())
	s.send(timeline.Exchange{URL: "/api/items", Header: header("X-Acpt", raw)})
	if f := s.only(); f.Rule != judge.Margin || !strings.Contains(f.Cause, "The back end made it itself at +00:01.0, for 15m") {
		t.Errorf("got %s, because %q", f.Rule.ID, f.Cause)
	}
}

// TestExpiredIsTold: which token, since when, and what happened meanwhile.
func TestExpiredIsTold(t *testing.T) {
	t.Parallel()
	s := opened(t)
	raw := s.context()
	s.call("/api/items", "JWT "+raw)
	s.at(20 * time.Second)
	s.jump(time.Minute)
	s.at(2 * time.Minute)
	s.jump(20 * time.Minute)
	s.call("/api/items/7", "JWT "+raw).Status = http.StatusUnauthorized
	f := s.only()
	want := judge.Finding{
		Rule: judge.Expired, Exchange: 3,
		Message:  "GET /api/items/7 carried a context token that had expired 6m59s before.",
		Expected: "a token with life left, from AP.context.getToken() at the time of the request",
		Actual:   "a context token, 21m59s old, expired in header:Authorization JWT, expired for 6m59s; the answer was 401",
		Cause:    "AP.context.getToken() gave it at +00:01.0. Then the machine sleeps for 20m, and nothing renewed it before this request.",
		CauseAt:  start.Add(2 * time.Minute),
	}
	f.Carrier = judge.Carrier{}
	if diff := cmp.Diff(want, f); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestBirthIsTold(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		mint func(*scene) string
		want string
	}{
		{"handed out twice", func(s *scene) string {
			raw := s.context()
			s.at(20 * time.Second)
			s.deliver(raw)
			return raw
		}, "AP.context.getToken() gave it at +00:01.0, and last at +00:20.0."},
		{"made at the host, but not handed out by getToken", func(s *scene) string {
			return s.mint(secret, token.Context, s.hostClaims())
		}, "It was made at +00:01.0."},
		{"from the iframe's URL", func(s *scene) string { return s.iframe("/app") }, "It came in the iframe's URL, made at +00:01.0."},
		{"by the back end", func(s *scene) string { return s.session() }, "The back end made it itself at +00:01.0, for 15m."},
		{"by the back end, without iat", func(s *scene) string {
			c := s.sessionClaims()
			c.IssuedAt = time.Time{}
			return s.mint(secret, token.Session, c)
		}, "The back end made it itself."},
	} {
		s := opened(t)
		raw := tt.mint(s)
		s.at(time.Hour)
		s.call("/api/items", "JWT "+raw)
		result := s.judge()
		cause := ""
		for _, f := range result.Findings {
			if f.Rule == judge.Expired {
				cause = f.Cause
			}
		}
		if cause != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, cause, tt.want)
		}
	}
}

// TestTwoSidesOfAFinding: what was expected and what came, in the words of the
// defect.
func TestTwoSidesOfAFinding(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, expected, actual string
		play                   func(*scene)
	}{
		{"no scheme", "Authorization: JWT <token>", "Authorization with no scheme; the answer was 401",
			func(s *scene) { s.call("/api", s.context()).Status = 401 }},
		{"another scheme", "Authorization: JWT <token>", "Authorization with Bearer; the answer was 401",
			func(s *scene) { s.call("/api", "Bearer "+s.context()).Status = 401 }},
		{"somebody for nobody", "sub absent (nobody is logged in)", "sub " + account, func(s *scene) {
			s.in.User = ""
			s.call("/api", "JWT "+s.context())
		}},
		{"nobody for somebody", "sub " + account, "sub absent (nobody is logged in)", func(s *scene) {
			c := s.hostClaims()
			c.Subject = ""
			s.call("/api", "JWT "+s.mint(secret, token.Context, c))
		}},
		{"refused", "an answer other than a refusal", "401 to a context token in header:Authorization JWT with 15m left",
			func(s *scene) { s.call("/api", "JWT "+s.context()).Status = 401 }},
		{"refused, endless", "an answer other than a refusal", "403 to a session token in header:X-Acpt with unlimited life left", func(s *scene) {
			c := s.sessionClaims()
			c.ExpiresAt = time.Time{}
			s.send(timeline.Exchange{URL: "/api", Status: 403, Header: header("X-Acpt", s.mint(secret, token.Session, c))})
		}},
		{"page opened with the token of another", "qsh 469ab61d55c4…, the hash of this URL", "qsh the hash of another URL",
			func(s *scene) { s.document("/app/items?jwt=" + s.iframe("/app")) }},
		{"page that refuses a context token", "an answer other than a refusal", "401 to a context token in query:jwt with 15m left",
			func(s *scene) { s.document("/app/items?jwt=" + s.context()).Status = 401 }},
		{"malformed", "three base64url parts joined by dots, the first two JSON objects with claims of the right types", "3 characters with 0 dots",
			func(s *scene) { s.call("/api", "JWT abc") }},
	} {
		s := opened(t)
		tt.play(s)
		if f := s.only(); f.Expected != tt.expected || f.Actual != tt.actual {
			t.Errorf("%s: expected %q, actual %q", tt.name, f.Expected, f.Actual)
		}
	}
	s := opened(t)
	s.call("/api", "Bearer opaque").Status = 500
	if got, want := s.only().Message, "The back end answered 500 to GET /api, which carried a credential of the app's own."; got != want {
		t.Errorf("message %q, want %q", got, want)
	}
}

// TestAllBreachesOfAToken: not only the first is told.
func TestAllBreachesOfAToken(t *testing.T) {
	t.Parallel()
	s := opened(t)
	s.in.User = "712020:alex"
	raw := s.iframe("/app")
	s.jump(life)
	s.call("/api/items", "JWT "+raw)
	var got []string
	for _, f := range s.judge().Findings {
		got = append(got, f.Rule.ID)
	}
	if diff := cmp.Diff([]string{judge.Expired.ID, judge.WrongUser.ID, judge.IframeTokenOnAPI.ID}, got); diff != "" {
		t.Errorf("rules in order (-want +got):\n%s", diff)
	}
}

func TestFirstCallBeforeTheBridge(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name  string
		set   func(*scene)
		cause string
	}{
		{"bridge comes later", func(s *scene) {
			s.send(timeline.Exchange{URL: "/api/items"})
			s.at(time.Second)
			s.event(timeline.Event{Kind: timeline.Bridge})
		}, "It was sent before the bridge to the host was up, so there was no AP to ask."},
		{"bridge was there", func(s *scene) {
			s.event(timeline.Event{Kind: timeline.Bridge})
			s.at(time.Second)
			s.send(timeline.Exchange{URL: "/api/items"})
		}, ""},
		{"no bridge", func(s *scene) { s.send(timeline.Exchange{URL: "/api/items"}) },
			"The page never loaded all.js, so there was no AP to ask for a token."},
		{"no bridge in a cacheable page", func(s *scene) {
			s.in.App.NoToken = true
			s.send(timeline.Exchange{URL: "/api/items"})
		}, "This page's URL carries no token, and the page never loaded all.js."},
	} {
		s := newScene(t)
		tt.set(s)
		if f := s.only(); f.Rule != judge.NoToken || f.Cause != tt.cause {
			t.Errorf("%s: %s because %q, want %q", tt.name, f.Rule.ID, f.Cause, tt.cause)
		}
	}
}

// TestTokensNobodyKnows: a value that is shaped like a token, but that the tap
// could not see as one, must not break the judge.
func TestTokensNobodyKnows(t *testing.T) {
	t.Parallel()
	s := opened(t)
	x := s.call("/api/items?jwt="+s.iframe("/app"), "JWT "+s.context())
	x.Tokens = nil
	if found := s.judge().Findings; len(found) != 0 {
		t.Errorf("findings on what nobody knows:%s", told(found))
	}
	if got := judge.KindOf(judge.Carrier{}); got != "token" {
		t.Errorf("an unknown token is called %q", got)
	}
}
