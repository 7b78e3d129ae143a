package browser

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/standin-dev/standin/harness/timeline"
)

// cookiePages set cookies of all kinds: in the frame, on a redirect, and in a tab.
func cookiePages() pages {
	set := func(lines ...string) func(http.ResponseWriter) {
		return func(w http.ResponseWriter) {
			for _, line := range lines {
				w.Header().Add("Set-Cookie", line)
			}
		}
	}
	frame := set("lax=secret; Path=/; HttpOnly; SameSite=Lax", "plain=secret", "none=1; Path=/; SameSite=None; Secure",
		"insecure=secret; SameSite=None", "chips=1; Path=/; SameSite=None; Secure; Partitioned")
	hop, tab := set("hop=secret; SameSite=Strict"), set("login=secret; Path=/; HttpOnly; SameSite=Lax", "own=secret; Path=/only", "tab=1; SameSite=None; Secure")
	return pages{
		"/": func(w http.ResponseWriter, q *http.Request) {
			frame(w)
			html(`<a id="a" href="/tab" target="_blank">sign in</a>`)(w, q)
		},
		"/tab": func(w http.ResponseWriter, q *http.Request) { tab(w); html(`signed in`)(w, q) },
		"/hop": func(w http.ResponseWriter, q *http.Request) { hop(w); http.Redirect(w, q, "/end", http.StatusFound) },
	}
}

// TestBlockedCookies: of each request and answer it is known which cookies the browser
// did not send or keep, with its reason and their attributes, and no value; what a hop
// of a redirect sets is that hop's.
func TestBlockedCookies(t *testing.T) {
	t.Parallel()
	r := newRig(t, cookiePages(), ContextOptions{Outbound: func(x timeline.Exchange) Outgoing {
		if x.Header.Get("Authorization") == "" {
			return Outgoing{}
		}
		return Outgoing{Headers: map[string]string{"Authorization": "changed"}}
	}})
	r.show("/")
	r.do(`fetch("/hop").then(a => a.text())`)
	if err := r.page.Click(r.ctx, Target{CSS: "#a"}); err != nil {
		t.Fatal(err)
	}
	r.settle()
	r.do(`fetch("/after", {headers: {Authorization: "as written"}}).then(a => a.text())`)
	r.settle()
	const lax, login = "lax=…; Path=/; HttpOnly; SameSite=Lax", "login=…; Path=/; HttpOnly; SameSite=Lax"
	for path, want := range map[string][]timeline.BlockedCookie{
		"/": {
			{Name: "lax", Reason: "SameSiteLax", SetCookieLine: lax, OnSet: true},
			{Name: "plain", Reason: "SameSiteUnspecifiedTreatedAsLax", SetCookieLine: "plain=…", OnSet: true},
			{Name: "insecure", Reason: "SameSiteNoneInsecure", SetCookieLine: "insecure=…; SameSite=None", OnSet: true},
		},
		"/hop":   {{Name: "hop", Reason: "SameSiteStrict", SetCookieLine: "hop=…; SameSite=Strict", OnSet: true}},
		"/end":   nil,
		"/tab":   nil,
		"/after": {{Name: "login", Reason: "SameSiteLax", SetCookieLine: login}},
	} {
		if diff := cmp.Diff(want, r.one("GET", path).BlockedCookies); diff != "" {
			t.Errorf("%s (-want +got):\n%s", path, diff)
		}
	}
	for path, want := range map[string]int{"/": 5, "/hop": 1, "/end": 0, "/tab": 3} {
		if got := r.one("GET", path).Answer.Values("Set-Cookie"); len(got) != want {
			t.Errorf("%s has the Set-Cookie headers %q, want %d", path, got, want)
		}
	}
	// A request whose token is translated loses no cookie.
	sent, told := r.server("GET", "/after"), r.one("GET", "/after")
	if got := sent.Header.Get("Cookie"); got != told.Header.Get("Cookie") || strings.Count(got, "=1") != 3 || sent.Header.Get("Authorization") != "changed" {
		t.Errorf("the server got the cookies %q and the token %q; the record has %q", got, sent.Header.Get("Authorization"), told.Header.Get("Cookie"))
	}
	if told := fmt.Sprintf("%+v", told.BlockedCookies); strings.Contains(told, "secret") {
		t.Errorf("a value is told: %s", told)
	}
}

// TestCookieModes: each mode is what it says, whatever the browser's own is; cookies that
// are kept apart for a site pass in both.
func TestCookieModes(t *testing.T) {
	t.Parallel()
	blocking, err := Launch(t.Context(), Options{Cookies: CookiesBlocked})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := blocking.Close(); err != nil {
			t.Error(err)
		}
	})
	for _, b := range []*Browser{theBrowser(t), blocking} {
		reach, err := b.MeasureCookies(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if want := (CookieReach{None: b.Cookies() == CookiesSent, Partitioned: true}); reach != want || !reach.Is(b.Cookies()) {
			t.Errorf("%s: %s, want %s", b.Cookies(), reach, want)
		}
	}
	// What a tab of the app's own kept is not the frame's, and the record says so.
	r := newRigIn(t, blocking, cookiePages(), ContextOptions{})
	r.show("/")
	if err := r.page.Click(r.ctx, Target{CSS: "#a"}); err != nil {
		t.Fatal(err)
	}
	r.settle()
	r.do(`fetch("/after").then(a => a.text())`)
	r.settle()
	x := r.one("GET", "/after")
	blocked := slices.ContainsFunc(x.BlockedCookies, func(c timeline.BlockedCookie) bool { return c.Name == "tab" && c.ThirdParty() && !c.OnSet })
	if got := x.Header.Get("Cookie"); got != "chips=1" || !blocked {
		t.Errorf("sent %q; blocked %+v", got, x.BlockedCookies)
	}
}
