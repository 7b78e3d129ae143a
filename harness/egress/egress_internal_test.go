package egress

import (
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
)

func TestDialRefusesForeign(t *testing.T) {
	t.Parallel()
	for _, address := range []string{"192.0.2.1:443", "[2001:db8::1]:443", "0.0.0.0:80", "10.0.0.1:1", "169.254.169.254:80"} {
		c, err := dial(t.Context(), "tcp", address)
		if !errors.Is(err, ErrNotLoopback) {
			t.Errorf("%s: %v, want ErrNotLoopback", address, err)
		}
		if err == nil {
			c.Close()
		}
	}
	if _, err := dial(t.Context(), "tcp", "127.0.0.1:1"); errors.Is(err, ErrNotLoopback) {
		t.Errorf("loopback is refused: %v", err)
	}
}

func TestPlainHost(t *testing.T) {
	t.Parallel()
	for given, want := range map[string]string{
		"A.example.com": "a.example.com", "a.example.com.:443": "a.example.com", "a.example.com:80": "a.example.com",
		"a.example.com:8080": "a.example.com:8080", "[::1]:99": "[::1]:99", "": "",
	} {
		if got := plainHost(given); got != want {
			t.Errorf("plainHost(%q) = %q, want %q", given, got, want)
		}
	}
}

// A path that forges a line, or that holds a token, is noted without either.
func TestNotes(t *testing.T) {
	t.Parallel()
	p := &Proxy{}
	for i := range 2 * noteLimit {
		p.calls.add(Call{Method: "GET", Host: "acme.atlassian.net", Path: fmt.Sprintf("/%d", i), Status: 200})
		p.calls.add(Call{Method: "GET", Host: "acme.atlassian.net", Path: "/0", Status: 200})
	}
	notes := p.Notes()
	if len(notes) != noteLimit+1 || notes[0] != "egress: the app's back end called: GET acme.atlassian.net/0 answered 200 (41 times)" {
		t.Errorf("%d notes: %q", len(notes), notes)
	}
	if last := notes[noteLimit]; last != "egress: the app's back end called: 20 further calls" {
		t.Errorf("the last is %q", last)
	}
	for range callLimit {
		p.calls.add(Call{Host: "x"})
	}
	notes = p.Notes()
	if !slices.ContainsFunc(notes, func(n string) bool { return strings.HasSuffix(n, "called 80 times more, of which nothing was kept") }) {
		t.Errorf("nothing tells of what was dropped: %q", notes[len(notes)-1])
	}
	if got := oneLine("a\r\nb\u2028c"); got != "a  b c" {
		t.Errorf("oneLine: %q", got)
	}
}

type fixedHost struct{}

func (fixedHost) LocalOrigin() string  { return "http://localhost:1234" }
func (fixedHost) PublicOrigin() string { return "https://acme.atlassian.net" }
func (fixedHost) IsSite(n string) bool { return n == "acme.atlassian.net" }
func (fixedHost) KeysURL() string      { return "http://localhost:1234/keys" }
func (fixedHost) TokenURL() string     { return "http://localhost:1234/token" }

// Whatever is asked for, it leads to the fake host or nowhere.
func FuzzLead(f *testing.F) {
	for _, seed := range []string{
		"https://acme.atlassian.net/rest?a=b", "http://acme.atlassian.net", "https://a@acme.atlassian.net:443//x", "acme.atlassian.net:443",
		"https://api.atlassian.com/ex/jira/1", "https://api.atlassian.com/ex/jira/1@example.com/", "http://[::1]:1234/", "https://example.com/",
		"https://auth.atlassian.io/oauth2/token", "https://connect-install-keys.atlassian.com", "https:acme.atlassian.net/x",
	} {
		f.Add(seed)
	}
	known := append(append([]string{gateway, "acme.atlassian.net", "localhost:1234", "127.0.0.1:1234", "[::1]:1234"}, keyServers...), tokenServers...)
	f.Fuzz(func(t *testing.T, raw string) {
		u, err := url.Parse(raw)
		if err != nil {
			return
		}
		target, ok := (&routes{host: fixedHost{}}).lead(u)
		if want := slices.Contains(known, plainHost(u.Host)); ok != want {
			t.Fatalf("%q: led %v, want %v", raw, ok, want)
		}
		if !ok {
			return
		}
		led, err := url.Parse(target)
		if err != nil || led.Host != "localhost:1234" || led.Scheme != "http" {
			t.Errorf("%q leads to %q (%v)", raw, target, err)
		}
	})
}
