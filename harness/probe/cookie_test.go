package probe_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/standin-dev/standin/fakehost/token"
	"github.com/standin-dev/standin/harness/judge"
	"github.com/standin-dev/standin/harness/probe"
)

// inCookie is the endpoint of a request whose token rides in the cookie tok, among
// others.
func inCookie(t *testing.T, url, others string) probe.Endpoint {
	t.Helper()
	raw := mint(t, token.Claims{Issuer: clientKey, Subject: "user", QSH: token.ContextQSH, IssuedAt: at, ExpiresAt: at.Add(15 * time.Minute)})
	x, class := seen(t, "GET", url)
	x.Header = http.Header{"Cookie": {others + "tok=" + raw}}
	x.Tokens = known(t, raw, token.Context)
	e, ok := probe.From(&x, class, []judge.CarrierSpec{{Place: "cookie", Name: "tok"}})
	if !ok {
		t.Fatal("the exchange makes no endpoint")
	}
	return e
}

// TestCookieCarrier: a token that rides in a cookie is asked with in that cookie, and no
// other cookie goes along, for it could prove who asks.
func TestCookieCarrier(t *testing.T) {
	t.Parallel()
	decodes := func(w http.ResponseWriter, r *http.Request) {
		if _, err := token.Parse(strings.TrimPrefix(r.Header.Get("Authorization"), "JWT ")); err != nil {
			w.WriteHeader(http.StatusUnauthorized)
		}
	}
	for name, test := range map[string]struct {
		others  string
		app     http.HandlerFunc
		needs   bool // another cookie
		want    []string
		unasked string
	}{
		"sound":              {"", sound, false, nil, ""},
		"sound, with others": {"sid=1; theme=dark; ", sound, false, nil, ""},
		"decodes":            {"sid=1; ", decodes, false, []string{"backend/checks-signature"}, ""},
		"needs another one":  {"sid=1; ", sound, true, nil, "answers 403, so nothing can be told from its answers; its other cookies were left out, for they could prove who asks"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if _, err := r.Cookie("sid"); err == nil {
					t.Error("another cookie went along")
				} else if test.needs {
					w.WriteHeader(http.StatusForbidden)
					return
				}
				if c, err := r.Cookie("tok"); err == nil {
					r.Header.Set("Authorization", "JWT "+c.Value)
				}
				test.app(w, r)
			}))
			t.Cleanup(s.Close)
			a, e := asker(t, s.URL), []probe.Endpoint{inCookie(t, s.URL+"/api/items", test.others)}
			var got []string
			for _, p := range []probe.Probe{probe.None, probe.WrongKey} {
				out, err := a.Probe(t.Context(), p, e)
				if err != nil || (out.Asked == 1) != (test.unasked == "") || len(out.Unasked) > 0 && !strings.Contains(out.Unasked[0], test.unasked) {
					t.Errorf("%s: %+v, %v", p.ID, out, err)
				}
				for _, f := range out.Findings {
					got = append(got, f.Rule.ID)
					if !strings.Contains(f.Curl, `-H "Cookie: tok=$TOKEN"`) {
						t.Errorf("it is repeated by %s", f.Curl)
					}
				}
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("rules (-want +got):\n%s", diff)
			}
		})
	}
}
