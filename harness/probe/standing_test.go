package probe_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/standin-dev/standin/fakehost/token"
	"github.com/standin-dev/standin/harness/judge"
	"github.com/standin-dev/standin/harness/probe"
	"github.com/standin-dev/standin/harness/timeline"
)

// goodToken reports whether a request has a good context token in its header.
func goodToken(r *http.Request, key string) bool {
	raw, _ := strings.CutPrefix(r.Header.Get("Authorization"), "JWT ")
	_, err := token.Verify(raw, token.Expect{Secret: key, At: at, Issuer: clientKey, QSH: token.ContextQSH})
	return err == nil
}

// goodReferer reports whether it has one of the page's in its Referer.
func goodReferer(r *http.Request) bool {
	u, err := url.Parse(r.Header.Get("Referer"))
	if err != nil {
		return false
	}
	raw := u.Query().Get("jwt")
	parsed, err := token.Parse(raw)
	return err == nil && len(parsed.Claims.QSH) == 64 && parsed.Claims.Issuer == clientKey
}

// TestStanding: what an address answers to nothing, to the Referer, to a valid token and
// to one of an earlier secret, and what a file is that anybody may have.
func TestStanding(t *testing.T) {
	t.Parallel()
	const earlier = "the secret from before, which some back ends keep"
	file := func(header ...string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			for i := 0; i < len(header); i += 2 {
				w.Header().Set(header[i], header[i+1])
			}
			_, _ = io.WriteString(w, `{"items":"Items"}`)
		}
	}
	guarded := func(good func(*http.Request) bool) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			if !good(r) {
				w.WriteHeader(http.StatusUnauthorized)
				return
			}
			_, _ = io.WriteString(w, "what is a customer's")
		}
	}
	for _, tt := range []struct {
		name   string
		answer http.HandlerFunc
		want   judge.Standing
	}{
		{"wants a token", guarded(func(r *http.Request) bool { return goodToken(r, secret) }), judge.Standing{WithoutRefused: 401, RefererRefused: 401, ValidTaken: 200}},
		{"goes by the Referer", guarded(goodReferer), judge.Standing{WithoutRefused: 401, RefererTaken: 200, ValidRefused: 401}},
		{"takes either", guarded(func(r *http.Request) bool { return goodReferer(r) || goodToken(r, secret) }), judge.Standing{WithoutRefused: 401, RefererTaken: 200, ValidTaken: 200}},
		{"keeps an earlier secret", guarded(func(r *http.Request) bool { return goodToken(r, earlier) }), judge.Standing{WithoutRefused: 401, RefererRefused: 401, ValidRefused: 401, OldSecret: true}},
		{"refuses all", guarded(func(*http.Request) bool { return false }), judge.Standing{WithoutRefused: 401, RefererRefused: 401, ValidRefused: 401}},
		{"sends to a login", func(w http.ResponseWriter, r *http.Request) {
			if !goodToken(r, secret) {
				http.Redirect(w, r, "/login", http.StatusFound)
			}
		}, judge.Standing{WithoutRefused: 302, RefererRefused: 302, ValidTaken: 200}},
		{"has had enough of questions", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusTooManyRequests) }, judge.Standing{}},
		{"has nothing", http.NotFound, judge.Standing{Missing: true}},
		{"file that may be kept", file("Cache-Control", "public, max-age=3600"), judge.Standing{WithoutTaken: 200, ValidTaken: 200, Static: true}},
		{"file with a date", file("Last-Modified", "Mon, 05 Jan 2026 09:00:00 GMT"), judge.Standing{WithoutTaken: 200, ValidTaken: 200, Static: true}},
		{"data without a word on keeping", file(), judge.Standing{WithoutTaken: 200, ValidTaken: 200}},
		{"data that must not be kept", file("Cache-Control", "no-store", "Last-Modified", "Mon, 05 Jan 2026 09:00:00 GMT"), judge.Standing{WithoutTaken: 200, ValidTaken: 200}},
		{"data of one person", file("Cache-Control", "private, max-age=60"), judge.Standing{WithoutTaken: 200, ValidTaken: 200}},
		{"data that varies by who asks", file("Cache-Control", "public, max-age=60", "Vary", "Accept-Encoding, Authorization"), judge.Standing{WithoutTaken: 200, ValidTaken: 200}},
		{"data with a cookie", file("Cache-Control", "public, max-age=60", "Set-Cookie", "sid=1"), judge.Standing{WithoutTaken: 200, ValidTaken: 200}},
		{"an export", file("Cache-Control", "public, max-age=60", "Content-Type", "text/csv"), judge.Standing{WithoutTaken: 200, ValidTaken: 200}},
		{"more with a token than without", func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Cache-Control", "public, max-age=60")
			if goodToken(r, secret) {
				_, _ = io.WriteString(w, "and what is a customer's")
			}
		}, judge.Standing{WithoutTaken: 200, ValidTaken: 200}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			server := httptest.NewServer(tt.answer)
			t.Cleanup(server.Close)
			x := timeline.Exchange{Method: http.MethodGet, URL: server.URL + "/api/items", Type: "Fetch",
				Header: http.Header{"Authorization": {"JWT expired"}, "Cookie": {"sid=1"}, "Accept": {"*/*"}}}
			tt.want.Asked = true
			got, err := asker(t, server.URL).Standing(t.Context(), probe.Look{
				Exchange: &x, Page: server.URL + "/app?lic=active", OldSecret: earlier,
				Claims: token.Claims{Subject: "user", ExpiresAt: at.Add(time.Minute)},
			})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
