package outside

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/standin-dev/standin/fakehost/token"
)

// answerLimit bounds the wait for an answer from outside.
const answerLimit = 30 * time.Second

// Door is where what the rules let out goes out. It is safe for concurrent use.
type Door struct {
	// Rules are what may go; nil: nothing.
	Rules *Rules
	// Transport carries what is let out; nil: one that takes the caller's proxies. Tests
	// give one of their own.
	Transport http.RoundTripper
}

var theTransport = &http.Transport{Proxy: http.ProxyFromEnvironment, ForceAttemptHTTP2: true, ResponseHeaderTimeout: answerLimit}

// passed are the headers that go out with a request: none of them tells who asks, or from
// which page.
var passed = []string{"Accept", "Accept-Language", "User-Agent", "Origin", "Range", "If-None-Match", "If-Modified-Since"}

// MayPass says why a request may not go out; nil: it may. A request that carries
// anything which could be a credential may not.
func (d *Door) MayPass(method string, u *url.URL, header http.Header) error {
	switch {
	case d == nil || !d.Rules.Allows(u):
		return errors.New("its host is not among those of outside: {allow: [...]}")
	case method != http.MethodGet && method != http.MethodHead:
		return fmt.Errorf("outside lets GETs out alone, and this is a %s", method)
	case u.User != nil || carriesToken(u.RequestURI()):
		return errors.New("its address carries a credential, which never leaves this machine")
	}
	for name, values := range header {
		if secretName(name) || slices.ContainsFunc(values, func(v string) bool { return name != "Referer" && carriesToken(v) }) {
			return fmt.Errorf("its header %s carries a credential, which never leaves this machine", name)
		}
	}
	return nil
}

// carriesToken reports whether a text has a JWT in it, or a parameter that is named as a
// credential.
func carriesToken(text string) bool {
	if plain, err := url.QueryUnescape(text); err == nil && len(token.Find(plain)) > 0 {
		return true
	}
	if len(token.Find(text)) > 0 {
		return true
	}
	_, query, _ := strings.Cut(text, "?")
	values, err := url.ParseQuery(query)
	if err != nil {
		return strings.Contains(query, "jwt=") || strings.Contains(query, "token=")
	}
	for name := range values {
		switch strings.ToLower(name) {
		case "jwt", "token", "access_token", "id_token", "acpt", "auth", "api_key", "apikey", "secret", "password":
			return true
		}
	}
	return false
}

// secretName knows headers by which back ends prove who asks.
func secretName(name string) bool {
	name = strings.ToLower(name)
	if name == "cookie" || strings.HasPrefix(name, "proxy-") && name != "proxy-connection" {
		return true
	}
	return slices.ContainsFunc([]string{"authorization", "token", "secret", "api-key", "apikey", "session", "jwt", "signature"}, func(part string) bool { return strings.Contains(name, part) })
}

// Get asks for what MayPass lets go. Redirects are not followed: each is a request of its
// own. Of the headers, those that tell nothing of who asks go along.
func (d *Door) Get(ctx context.Context, method string, u *url.URL, header http.Header) (*http.Response, error) {
	if err := d.MayPass(method, u, header); err != nil {
		return nil, err
	}
	clean := *u
	clean.Fragment = ""
	request, err := http.NewRequestWithContext(ctx, method, clean.String(), nil)
	if err != nil {
		return nil, err
	}
	for _, name := range passed {
		if value := header.Get(name); value != "" {
			request.Header.Set(name, value)
		}
	}
	transport := d.Transport
	if transport == nil {
		transport = theTransport
	}
	return transport.RoundTrip(request)
}
