package probe_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/standin-dev/standin/fakehost/token"
	"github.com/standin-dev/standin/harness/judge"
	"github.com/standin-dev/standin/harness/probe"
	"github.com/standin-dev/standin/harness/timeline"
)

// session is a credential that only the app of these tests can make.
const session = "c2Vzc2lvbi1vZi10aGUtYXBw"

// inSession makes an exchange that carried a session of the app's own.
func inSession(t *testing.T, url, raw string) (timeline.Exchange, judge.Class) {
	t.Helper()
	x, class := seen(t, "GET", url)
	x.Header.Set("Authorization", "Bearer "+raw)
	x.Tokens = nil
	if parsed, err := token.Parse(raw); err == nil {
		x.Tokens = map[string]token.Translation{raw: {Original: raw, Sent: raw, Kind: token.Session, Foreign: true, Virtual: parsed}}
	}
	return x, class
}

// TestSessions: an address that takes the app's own sessions is asked without a token,
// and nothing else. A session that has ended leaves the status to judge by.
func TestSessions(t *testing.T) {
	t.Parallel()
	own, err := token.MintHS256("a secret that nobody here knows", token.Claims{Issuer: "app", IssuedAt: at})
	if err != nil {
		t.Fatal(err)
	}
	const passes, fails, open = "passes", "fails", "cannot be told"
	for name, test := range map[string]struct {
		raw string
		// ended says that the session is over, and nobody what a stranger is answered.
		ended  bool
		nobody int
		want   string
	}{
		"a text that means nothing":          {session, false, 401, passes},
		"a token of a secret of its own":     {own, false, 401, passes},
		"open to anybody":                    {session, false, 200, fails},
		"ended, and refused":                 {session, true, 401, passes},
		"ended, and refused in another way":  {session, true, 403, passes},
		"ended, and answered":                {session, true, 200, open},
		"ended, and sent to another address": {own, true, 302, open},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var forged atomic.Int32
			s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				raw, carried := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
				switch {
				case carried && raw != test.raw:
					forged.Add(1)
				case carried && test.ended:
					w.WriteHeader(http.StatusUnauthorized)
				case !carried && test.nobody != http.StatusOK:
					w.WriteHeader(test.nobody)
				default:
					_, _ = w.Write([]byte("data"))
				}
			}))
			t.Cleanup(s.Close)
			x, class := inSession(t, s.URL+"/api/items", test.raw)
			e, ok := probe.From(&x, class, nil)
			if !ok || !e.Session {
				t.Fatalf("the exchange makes no endpoint: %+v", e)
			}
			a := asker(t, s.URL)
			for _, p := range probe.All() {
				if p.ID != probe.None.ID && (p.Concerns(e) || p.Calls != p.Barred(e)) {
					t.Errorf("%s concerns it", p.ID)
				}
				out, err := a.Probe(t.Context(), p, []probe.Endpoint{e})
				got := passes
				switch {
				case len(out.Findings) > 0:
					got = fails
				case out.Asked == 0 && len(out.Unasked) > 0:
					got = open
				}
				want := test.want
				if p.ID != probe.None.ID {
					want = passes
				}
				if err != nil || got != want || (out.Asked > 0) != (p.ID == probe.None.ID && want != open) {
					t.Errorf("%s %s, want %s; %+v, %v", p.ID, got, want, out, err)
				}
			}
			if _, lost := a.Refused(t.Context(), "now", []probe.Endpoint{e}); lost || forged.Load() > 0 {
				t.Errorf("the first site is lost: %v; %d credentials were made up", lost, forged.Load())
			}
		})
	}
}

// TestSessionOfKnownSecret: a session token that was translated on its way is sent as it
// left then, for the back end has its own time.
func TestSessionOfKnownSecret(t *testing.T) {
	t.Parallel()
	written := mint(t, token.Claims{Issuer: "app", IssuedAt: at})
	sent := mint(t, token.Claims{Issuer: "app", IssuedAt: at.Add(-time.Hour)})
	x, class := inSession(t, "http://localhost:1/api/items", written)
	translated := x.Tokens[written]
	translated.Sent, translated.Foreign = sent, false
	x.Tokens[written] = translated
	e, ok := probe.From(&x, class, nil)
	if got := e.Header.Get("Authorization"); !ok || !e.Session || got != "Bearer "+sent || x.Header.Get("Authorization") != "Bearer "+written {
		t.Errorf("%v, %+v", ok, e)
	}
}

// TestNoSessions: what no back end would take for a session makes no endpoint.
func TestNoSessions(t *testing.T) {
	t.Parallel()
	for _, raw := range []string{"undefined", "null", "", "short", "[object Object]"} {
		x, class := inSession(t, "http://localhost:1/api/items", raw)
		if e, ok := probe.From(&x, class, nil); ok {
			t.Errorf("%q makes an endpoint: %s", raw, e.Name())
		}
	}
}
