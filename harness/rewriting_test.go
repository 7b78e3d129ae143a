package harness

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/standin-dev/standin/fakehost"
	"github.com/standin-dev/standin/fakehost/clock"
	"github.com/standin-dev/standin/fakehost/token"
	"github.com/standin-dev/standin/harness/report"
)

// sessions is an app whose back end mints tokens of its own, into its page and into a
// cookie. The page reads when its token ends, and asks for a new one in time.
type sessions struct {
	base string

	mu     sync.Mutex
	secret string
	calls  []call
}

// call is what page and back end made of their tokens: the life that the page reads in
// its own, and those that the back end sees in the header and in the cookie.
type call struct{ page, header, cookie time.Duration }

// page keeps its token until a minute before its exp, by its own clock.
const sessionPage = `<!doctype html><link rel="icon" href="data:,"><script src="https://connect-cdn.atl-paas.net/all.js"></script>
<meta name="token" content="%s"><button id="go">Go</button><script>
let token = document.querySelector('meta').content;
const left = () => JSON.parse(atob(token.split('.')[1].replace(/-/g, '+').replace(/_/g, '/'))).exp - Date.now() / 1000;
document.querySelector('button').onclick = async () => {
  if (left() < 60) token = (await (await fetch('/api/token', {headers: {Authorization: 'JWT ' + await AP.context.getToken()}})).json()).token;
  await fetch('/api/call?left=' + Math.round(left()), {headers: {Authorization: 'JWT ' + token}, credentials: 'include'});
};
</script>`

// mint makes a token as most back ends do: where minutes of virtual time pass within a
// second of the back end's, two of one second are the same.
func (s *sessions) mint(t testing.TB) string {
	now := clock.System()
	raw, err := token.MintHS256(s.secret, token.Claims{Issuer: "com.example.sessions", Subject: "712020:0b5d1f0e-6f0a-4b52-9a55-3f4b8c5d7e21", Audience: []string{"tenant-1"}, IssuedAt: now, ExpiresAt: now.Add(15 * time.Minute)})
	if err != nil {
		t.Error(err)
	}
	return raw
}

// life is what a back end sees that lives in real time; a token that it refuses has
// none.
func (s *sessions) life(raw string) (time.Duration, bool) {
	parsed, err := token.Verify(raw, token.Expect{Secret: s.secret, At: clock.System()})
	if err != nil {
		return 0, false
	}
	return parsed.Claims.ExpiresAt.Sub(clock.System()), true
}

func (s *sessions) handler(t testing.TB) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /atlassian-connect.json", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprintf(w, `{"key": "com.example.sessions", "baseUrl": %q, "authentication": {"type": "jwt"}, "lifecycle": {"installed": "/installed"},
			"modules": {"generalPages": [{"key": "main", "url": "/app", "name": {"value": "Sessions"}}]}}`, s.base)
	})
	mux.HandleFunc("POST /installed", func(w http.ResponseWriter, q *http.Request) {
		var body struct{ SharedSecret string }
		if err := json.NewDecoder(q.Body).Decode(&body); err != nil {
			t.Error(err)
		}
		s.secret = body.SharedSecret
	})
	mux.HandleFunc("GET /app", func(w http.ResponseWriter, _ *http.Request) {
		raw := s.mint(t)
		w.Header().Set("Content-Type", "text/html")
		w.Header().Set("Set-Cookie", "session="+raw+"; SameSite=None; Secure; HttpOnly; Partitioned; Path=/")
		w.Header().Set("Cache-Control", "no-store")
		fmt.Fprintf(w, sessionPage, raw)
	})
	mux.HandleFunc("GET /api/", func(w http.ResponseWriter, q *http.Request) {
		header, ok := s.life(q.Header.Get("Authorization")[len("JWT "):])
		if !ok {
			http.Error(w, "no", http.StatusUnauthorized)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Cache-Control", "no-store")
		if q.URL.Path == "/api/token" {
			_ = json.NewEncoder(w).Encode(map[string]string{"token": s.mint(t)})
			return
		}
		c := call{header: header}
		if cookie, err := q.Cookie("session"); err == nil {
			c.cookie, _ = s.life(cookie.Value)
		}
		seconds, _ := strconv.Atoi(q.URL.Query().Get("left"))
		c.page = time.Duration(seconds) * time.Second
		s.mu.Lock()
		s.calls = append(s.calls, c)
		s.mu.Unlock()
		fmt.Fprint(w, "{}")
	})
	return mux
}

// TestPageReadsItsTokensInVirtualTime: hours from real time, a front end that decodes
// the back end's tokens finds the life that they have, as the back end does in the
// header and in the cookie; and an app that goes by it is sound. So it is by HTTPS, with a
// certificate that nobody trusts.
func TestPageReadsItsTokensInVirtualTime(t *testing.T) {
	t.Run("http", func(t *testing.T) { readTokens(t, httptest.NewServer) })
	t.Run("https", func(t *testing.T) { readTokens(t, httptest.NewTLSServer) })
}

func readTokens(t *testing.T, start func(http.Handler) *httptest.Server) {
	app := &sessions{}
	server := start(app.handler(t))
	t.Cleanup(server.Close)
	app.base = server.URL
	about := func(got, want time.Duration) bool { return got > want-8*time.Second && got <= want+time.Second }
	var calls []call
	use := func(s *Stage, want ...time.Duration) error {
		if err := s.Act(t.Context()); err != nil {
			return err
		}
		app.mu.Lock()
		defer app.mu.Unlock()
		if len(app.calls) == 0 {
			return fmt.Errorf("the app did not call")
		}
		calls, app.calls = append(calls, app.calls...), nil
		last := calls[len(calls)-1]
		if !about(last.page, want[0]) || !about(last.header, want[0]) || !about(last.cookie, want[1]) {
			t.Errorf("page, header and cookie show a life of %s, %s, %s; want %s twice, and %s", last.page, last.header, last.cookie, want[0], want[1])
		}
		return nil
	}
	const life = 15 * time.Minute
	away := Scenario{ID: FirstLoad, Title: "Hours go by.", Play: func(ctx context.Context, s *Stage) error {
		if err := s.Open(ctx); err != nil {
			return err
		}
		return s.Advance(ctx, 3*time.Hour, clock.Sleep)
	}}
	across := Scenario{ID: "test/across", Title: "The token is renewed.", Play: func(ctx context.Context, s *Stage) error {
		if err := s.Open(ctx); err != nil {
			return err
		}
		if err := use(s, life, life); err != nil {
			return err
		}
		if err := s.Advance(ctx, 10*time.Minute, clock.Sleep); err != nil {
			return err
		}
		if err := use(s, 5*time.Minute, 5*time.Minute); err != nil {
			return err
		}
		if err := s.Advance(ctx, 6*time.Minute, clock.Sleep); err != nil {
			return err
		}
		return use(s, life, 0) // the cookie has expired
	}}
	r, err := Run(t.Context(), Config{App: server.URL, Use: shared, Install: fakehost.InstallOptions{Mode: fakehost.Unsigned, ClientKey: "tenant-1"}}, []Scenario{away, across})
	if err != nil {
		t.Fatal(err)
	}
	if got := r.Scenarios[1]; got.Verdict != report.Pass {
		var text strings.Builder
		if err := report.Text(&text, r, report.TextOptions{Verbose: true}); err != nil {
			t.Fatal(err)
		}
		t.Errorf("%s (%s), want pass:\n%s", got.Verdict, got.Reason, text.String())
	}
}

// TestClocksThatAreOff: by minutes and by hours, each party goes by its own clock, and
// the back end sees in its own and the host's tokens what it would with such a clock.
func TestClocksThatAreOff(t *testing.T) {
	app := &sessions{}
	server := httptest.NewServer(app.handler(t))
	t.Cleanup(server.Close)
	app.base = server.URL
	var list []Scenario
	for i, c := range []struct {
		person, issuer, backEnd time.Duration
		// left is what the page reads in the token that the back end minted, seen what
		// the back end sees in one of the host's.
		left, seen time.Duration
	}{
		{2 * time.Minute, 0, 0, 13 * time.Minute, 15 * time.Minute},
		{-5 * time.Hour, 0, 0, 5*time.Hour + 15*time.Minute, 15 * time.Minute},
		{0, time.Hour, 0, 15 * time.Minute, time.Hour + 15*time.Minute},
		{0, -10 * time.Minute, 0, 15 * time.Minute, 5 * time.Minute},
		{0, 0, 10 * time.Minute, 25 * time.Minute, 5 * time.Minute},
		{0, 0, -3 * time.Hour, -2*time.Hour - 45*time.Minute, 3*time.Hour + 15*time.Minute},
	} {
		list = append(list, Scenario{
			ID: fmt.Sprintf("test/clock-%d", i), Title: "A clock is off.", Conditions: fakehost.Conditions{ClockAhead: c.issuer},
			Play: func(ctx context.Context, s *Stage) error {
				if err := s.PersonClock(ctx, c.person); err != nil {
					return err
				}
				s.BackEndClock(c.backEnd)
				if err := s.Open(ctx); err != nil {
					return err
				}
				var left float64
				if err := s.page.EvalFrame(ctx, "left()", &left); err != nil {
					return err
				}
				if got := time.Duration(left * float64(time.Second)); got < c.left-8*time.Second || got > c.left+time.Second {
					t.Errorf("%+v: the page reads a life of %s", c, got)
				}
				var raw string
				if err := s.page.EvalFrame(ctx, "AP.context.getToken()", &raw); err != nil {
					return err
				}
				sent, err := token.Parse(s.run.host.Translator().Outbound(raw).Sent)
				if err != nil {
					return err
				}
				if got := sent.Claims.ExpiresAt.Sub(clock.System()); got < c.seen-8*time.Second || got > c.seen+time.Second {
					t.Errorf("%+v: the back end sees a life of %s", c, got)
				}
				return nil
			},
		})
	}
	// The first of them tells standin that the back end mints tokens of its own.
	first := Scenario{ID: FirstLoad, Play: func(ctx context.Context, s *Stage) error { return s.Open(ctx) }}
	r, err := Run(t.Context(), Config{App: server.URL, Use: shared, Install: fakehost.InstallOptions{Mode: fakehost.Unsigned, ClientKey: "tenant-1"}}, append([]Scenario{first}, list...))
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range r.Scenarios {
		if s.Verdict == report.HarnessError {
			t.Errorf("%s: %s", s.ID, s.Reason)
		}
	}
}
