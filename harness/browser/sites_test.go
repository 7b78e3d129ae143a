package browser

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// namedSite is a site that can be renamed.
type namedSite struct {
	*httptest.Server
	name, former atomic.Value
}

func newNamedSite(t *testing.T, name, appURL string) *namedSite {
	t.Helper()
	s := &namedSite{}
	s.name.Store(name)
	s.former.Store("")
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		html(fmt.Sprintf(`<title>%s</title><iframe id="app" src="%s/?of=%s"></iframe>`, q.Host, appURL, name))(w, q)
	}))
	t.Cleanup(func() { s.CloseClientConnections(); s.Close() })
	return s
}

func (s *namedSite) PublicOrigin() string { return "https://" + s.name.Load().(string) }
func (s *namedSite) LocalOrigin() string  { return s.URL }
func (s *namedSite) IsSite(name string) bool {
	return name == s.name.Load() || name == s.former.Load()
}

// seen is what an app's page sees of where it is.
type seen struct {
	Ancestor, Of string
	Secure       bool
}

// TestLead: hosts are found by their public names, several at once, while the browser
// runs; a page of an app at a loopback address loads in them; and no other name leads
// anywhere.
func TestLead(t *testing.T) {
	t.Parallel()
	r := newRig(t, pages{"/": html("app")}, ContextOptions{})
	b := r.page.browser
	one, two := newNamedSite(t, "one.atlassian.net", r.appURL), newNamedSite(t, "two.atlassian.net", r.appURL)
	endOne, err := b.Lead(one)
	if err != nil {
		t.Fatal(err)
	}
	endTwo, err := b.Lead(two)
	if err != nil {
		t.Fatal(err)
	}
	defer endTwo()
	look := func(origin, of string) {
		t.Helper()
		if err := r.page.Goto(r.ctx, origin+"/"); err != nil {
			t.Fatal(err)
		}
		if err := r.page.Loaded(r.ctx, patience, true); err != nil {
			t.Fatal(err)
		}
		got := eval[seen](r, `({Ancestor: location.ancestorOrigins[0], Of: new URLSearchParams(location.search).get('of'), Secure: isSecureContext})`)
		want := seen{Ancestor: origin, Of: of, Secure: true}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("at %s (-want +got):\n%s", origin, diff)
		}
		if title := evalHost[string](r, `document.title`); "https://"+title != origin {
			t.Errorf("the Host header at %s is %s", origin, title)
		}
	}
	look("https://one.atlassian.net", "one.atlassian.net")
	look("https://two.atlassian.net", "two.atlassian.net")
	one.former.Store("one.atlassian.net")
	one.name.Store("renamed.atlassian.net")
	look("https://renamed.atlassian.net", "one.atlassian.net")
	look("https://one.atlassian.net", "one.atlassian.net")

	endOne()
	endOne()
	for _, nobody := range []string{
		"https://one.atlassian.net/", "https://nobody.atlassian.net/", "https://atlassian.net/",
		"http://two.atlassian.net/", "https://two.atlassian.net:8443/", "https://example.com/",
	} {
		if err := r.page.Goto(r.ctx, nobody); err == nil {
			t.Errorf("%s leads somewhere", nobody)
		}
	}
	look("https://two.atlassian.net", "two.atlassian.net")
}

// TestLeadRefuses: what cannot work is told at once.
func TestLeadRefuses(t *testing.T) {
	t.Parallel()
	b := theBrowser(t)
	first := newNamedSite(t, "taken.atlassian.net", "http://localhost")
	end, err := b.Lead(first)
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ name, want string }{
		{"taken.atlassian.net", "taken.atlassian.net is another host already"},
		{"acme.example", `"https://acme.example" is none of *.atlassian.net`},
		{"atlassian.net", `"https://atlassian.net" is none of`},
		{"acme.atlassian.net:8443", "is none of"},
	} {
		if _, err := b.Lead(newNamedSite(t, tt.name, "http://localhost")); !errors.Is(err, ErrNoSite) || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: error %v, want %s", tt.name, err, tt.want)
		}
	}
	end()
	again, err := b.Lead(newNamedSite(t, "taken.atlassian.net", "http://localhost"))
	if err != nil {
		t.Fatalf("the name is still taken: %v", err)
	}
	again()
}
