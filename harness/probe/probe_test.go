package probe_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/standin-dev/standin/fakehost/token"
	"github.com/standin-dev/standin/harness/judge"
	"github.com/standin-dev/standin/harness/probe"
	"github.com/standin-dev/standin/harness/timeline"
)

const (
	clientKey = "6f6e652d-7465-4e61-8e74-000000000001"
	secret    = "the secret of one tenant, and of nobody else"
)

// at is when tokens are made: a back end of these tests has no other time.
var at = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// seen makes an exchange that the back end answered, with a valid token in a header.
func seen(t *testing.T, method, url string) (timeline.Exchange, judge.Class) {
	t.Helper()
	raw := mint(t, token.Claims{Issuer: clientKey, Subject: "user", QSH: token.ContextQSH, IssuedAt: at, ExpiresAt: at.Add(15 * time.Minute)})
	x := timeline.Exchange{ID: 1, Method: method, URL: url, Type: "Fetch", Status: 200,
		Header: http.Header{"Authorization": {"JWT " + raw}, "Accept": {"*/*"}, "Cookie": {"sid=1"}, "Referer": {"http://x/?jwt=" + raw}, "Sec-Fetch-Mode": {"cors"}}}
	x.Tokens = known(t, raw, token.Context)
	return x, judge.Protected
}

func mint(t *testing.T, c token.Claims) string {
	t.Helper()
	raw, err := token.MintHS256(secret, c)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func known(t *testing.T, raw string, kind token.Kind) map[string]token.Translation {
	t.Helper()
	parsed, err := token.Parse(raw)
	if err != nil {
		t.Fatal(err)
	}
	return map[string]token.Translation{raw: {Original: raw, Sent: raw, Kind: kind, Verified: true, Virtual: parsed}}
}

func endpoint(t *testing.T, method, url string) probe.Endpoint {
	t.Helper()
	x, class := seen(t, method, url)
	e, ok := probe.From(&x, class, nil)
	if !ok {
		t.Fatal("the exchange makes no endpoint")
	}
	return e
}

func asker(t *testing.T, base string) *probe.Asker {
	a := &probe.Asker{Tenant: func() probe.Tenant {
		return probe.Tenant{ClientKey: clientKey, Secret: secret, BaseURL: base, Now: at}
	}}
	t.Cleanup(a.Close)
	return a
}

// sound is a back end that verifies by our own package, at the tests' instant.
func sound(w http.ResponseWriter, r *http.Request) {
	raw, _ := strings.CutPrefix(r.Header.Get("Authorization"), "JWT ")
	user := "user"
	parsed, err := token.Verify(raw, token.Expect{Secret: secret, At: at, Issuer: clientKey, QSH: token.ContextQSH, Subject: &user})
	if err == nil && (parsed.Claims.ExpiresAt.IsZero() || parsed.Claims.IssuedAt.After(at.Add(time.Minute))) {
		err = errors.New("no exp, or from the future")
	}
	if err != nil {
		http.Error(w, "no", http.StatusUnauthorized)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	fmt.Fprint(w, `{"items":[1,2]}`)
}

// A back end that verifies is silent under every probe, and is really asked.
func TestSoundBackEnd(t *testing.T) {
	t.Parallel()
	s := httptest.NewServer(http.HandlerFunc(sound))
	t.Cleanup(s.Close)
	e := endpoint(t, "GET", s.URL+"/api/items")
	a := asker(t, s.URL)
	for _, p := range probe.All() {
		out, err := a.Probe(t.Context(), p, []probe.Endpoint{e})
		if err != nil {
			t.Fatal(err)
		}
		want := 1
		if !p.Calls {
			want = 0
		}
		if out.Asked != want || len(out.Findings)+len(out.Open)+len(out.Unasked) != 0 {
			t.Errorf("%s: asked %d, want %d; %+v", p.ID, out.Asked, want, out)
		}
	}
}

// What is asked is what the app asked, and nothing that would prove who asks besides.
func TestWhatIsSent(t *testing.T) {
	t.Parallel()
	var got []http.Header
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		got = append(got, r.Header)
		sound(w, r)
	}))
	t.Cleanup(s.Close)
	if _, err := asker(t, s.URL).Probe(t.Context(), probe.None, []probe.Endpoint{endpoint(t, "GET", s.URL+"/api/items?x=1")}); err != nil {
		t.Fatal(err)
	}
	if len(got) != 3 { // the control, the answer to nobody, and the question itself
		t.Fatalf("%d requests, want 3", len(got))
	}
	for i, h := range got {
		for _, name := range []string{"Cookie", "Referer", "Sec-Fetch-Mode"} {
			if h.Get(name) != "" {
				t.Errorf("request %d carries %s: %s", i, name, h.Get(name))
			}
		}
		if h.Get("Accept") != "*/*" || (h.Get("Authorization") != "") != (i == 0) {
			t.Errorf("request %d has the headers %v", i, h)
		}
	}
}

// An error with status 200 is a refusal; so are another document and a redirect to a
// login.
func TestRefusalsIn200(t *testing.T) {
	t.Parallel()
	for name, refuse := range map[string]http.HandlerFunc{
		"error as data": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			fmt.Fprint(w, `{"error":"unauthorized"}`)
		},
		"login page": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html")
			fmt.Fprint(w, "<form>")
		},
		"redirect": func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/login", http.StatusFound) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				trial := httptest.NewRecorder()
				if sound(trial, r); trial.Code != http.StatusOK {
					refuse(w, r)
					return
				}
				sound(w, r)
			}))
			t.Cleanup(s.Close)
			out, err := asker(t, s.URL).Probe(t.Context(), probe.WrongKey, []probe.Endpoint{endpoint(t, "GET", s.URL+"/api/items")})
			if err != nil || out.Asked != 1 || len(out.Findings) != 0 {
				t.Errorf("%+v, %v", out, err)
			}
		})
	}
}

// An endpoint that answers anybody is told of once, and not asked the rest; one that
// does not answer a valid token again is not asked at all, and said to be so.
func TestOpenAndUnasked(t *testing.T) {
	t.Parallel()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/once" {
			http.Error(w, "gone", http.StatusGone)
			return
		}
		io.WriteString(w, "for all")
	}))
	t.Cleanup(s.Close)
	a := asker(t, s.URL)
	both := []probe.Endpoint{endpoint(t, "GET", s.URL+"/open"), endpoint(t, "GET", s.URL+"/once")}
	out, err := a.Probe(t.Context(), probe.None, both)
	if err != nil || len(out.Findings) != 1 || out.Findings[0].Rule != probe.NeedsToken || len(out.Unasked) != 1 || !strings.Contains(out.Unasked[0], "GET /once: asked again with a valid token it answers 410") {
		t.Errorf("verify/none: %+v, %v", out, err)
	}
	if out, err = a.Probe(t.Context(), probe.Expired, both); err != nil || out.Asked != 0 || !cmp.Equal(out.Open, []string{"GET /open"}) {
		t.Errorf("verify/expired: %+v, %v", out, err)
	}
}

// From takes what was answered with a valid token, and nothing else.
func TestFrom(t *testing.T) {
	t.Parallel()
	for name, spoil := range map[string]func(*timeline.Exchange, *judge.Class){
		"an asset":           func(_ *timeline.Exchange, c *judge.Class) { *c = judge.Asset },
		"no answer":          func(x *timeline.Exchange, _ *judge.Class) { x.Status = 0 },
		"a refusal":          func(x *timeline.Exchange, _ *judge.Class) { x.Status = 401 },
		"no token":           func(x *timeline.Exchange, _ *judge.Class) { x.Header.Del("Authorization") },
		"a foreign token":    func(x *timeline.Exchange, _ *judge.Class) { x.Tokens = nil },
		"a refused socket":   func(x *timeline.Exchange, _ *judge.Class) { x.Type = "WebSocket" },
		"a page by a header": func(_ *timeline.Exchange, c *judge.Class) { *c = judge.FirstDocument },
	} {
		x, class := seen(t, "GET", "http://localhost:1/api/items")
		if _, ok := probe.From(&x, class, nil); !ok {
			t.Fatal("the sound one makes no endpoint")
		}
		spoil(&x, &class)
		if e, ok := probe.From(&x, class, nil); ok {
			t.Errorf("%s makes an endpoint: %s", name, e.Name())
		}
	}
}

// What is not on this machine is not asked.
func TestLoopbackOnly(t *testing.T) {
	t.Parallel()
	out, err := asker(t, "http://192.0.2.1").Probe(t.Context(), probe.None, []probe.Endpoint{endpoint(t, "GET", "http://192.0.2.1/api")})
	if err != nil || len(out.Unasked) != 1 || !strings.Contains(out.Unasked[0], "is not on this machine") {
		t.Errorf("%+v, %v", out, err)
	}
}

// A run that ends in the middle says so and keeps what it had.
func TestInterrupted(t *testing.T) {
	t.Parallel()
	s := httptest.NewServer(http.HandlerFunc(sound))
	t.Cleanup(s.Close)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := asker(t, s.URL).Probe(ctx, probe.None, []probe.Endpoint{endpoint(t, "GET", s.URL+"/api/items")}); !errors.Is(err, context.Canceled) {
		t.Errorf("%v, want context canceled", err)
	}
}
