package egress

import (
	"net"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
)

// Host is the fake host to which calls are led; [fakehost.Server] is one. All are
// asked for at each call, for a site may be renamed.
type Host interface {
	// LocalOrigin is where the host listens, as http://localhost:1234.
	LocalOrigin() string
	// PublicOrigin is the site as apps know it, as https://acme.atlassian.net, or
	// the same as LocalOrigin.
	PublicOrigin() string
	// IsSite tells the site's public name, and those that it had before.
	IsSite(name string) bool
	// KeysURL is where the public keys are, a kid behind it.
	KeysURL() string
	// TokenURL takes what is posted to /oauth2/token of the authorization server.
	TokenURL() string
}

// keyServers are where back ends fetch the key of an install
// (atlassian-connect-express 11.5.3 lib/middleware/verify-installation.js).
var keyServers = []string{"connect-install-keys.atlassian.com", "asap-distribution.us-west-2.prod.atl-asap.net"}

// tokenServers give access tokens that act as a user; the second is of apps of
// before 2020.
var tokenServers = []string{"oauth-2-authorization-server.services.atlassian.com", "auth.atlassian.io"}

// gateway has the REST of all sites, below a prefix.
const gateway = "api.atlassian.com"

var gatewayPrefix = regexp.MustCompile(`^/ex/(?:jira|confluence)/[^/]+`)

// routes are the ways to the fake host, and to the sites of those beside it.
type routes struct {
	mu     sync.RWMutex // guards what follows
	host   Host
	beside []Host
	apps   map[string]string // where apps answer, by their names
}

// name has an app found by its name.
func (r *routes) name(host, local string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.apps == nil {
		r.apps = map[string]string{}
	}
	r.apps[host] = local
}

// app is where the app of a name answers; empty: no app has it.
func (r *routes) app(hostport string) string {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return r.apps[plainHost(hostport)]
}

// replace puts another host in the place of the first.
func (r *routes) replace(h Host) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.host = h
}

// first is the host to which calls go that name no site.
func (r *routes) first() Host {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return r.host
}

// add has the site of one more host found.
func (r *routes) add(h Host) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.beside = append(r.beside, h)
}

// hosts are all there are, the first one first.
func (r *routes) hosts() []Host {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return append([]Host{r.host}, r.beside...)
}

// lead is where a request goes, and whether it goes anywhere.
func (r *routes) lead(u *url.URL) (string, bool) {
	way := r.way(u.Host)
	if way == nil {
		return "", false
	}
	target := way(u.EscapedPath())
	if u.RawQuery != "" {
		target += "?" + u.RawQuery
	}
	return target, true
}

// way turns the paths of a host into URLs of the fake host. It is nil for a host
// that there is none for.
func (r *routes) way(hostport string) func(path string) string {
	name := plainHost(hostport)
	switch {
	case slices.Contains(keyServers, name):
		return func(path string) string { return r.first().KeysURL() + path }
	case slices.Contains(tokenServers, name):
		return func(path string) string {
			if path == "/oauth2/token" {
				return r.first().TokenURL()
			}
			return r.first().LocalOrigin() + path
		}
	case name == gateway:
		return func(path string) string { return r.first().LocalOrigin() + gatewayPrefix.ReplaceAllString(path, "") }
	}
	if local := r.app(hostport); local != "" {
		return func(path string) string { return local + path }
	}
	for _, host := range r.hosts() {
		if name != "" && (host.IsSite(name) || isOwn(host, name)) {
			return func(path string) string { return host.LocalOrigin() + path }
		}
	}
	return nil
}

// isOwn knows a fake host by its address, for clients that ask the proxy for
// loopback in spite of NO_PROXY.
func isOwn(of Host, name string) bool {
	own, err := url.Parse(of.LocalOrigin())
	if err != nil || own.Port() == "" {
		return false
	}
	host, port, err := net.SplitHostPort(name)
	return err == nil && port == own.Port() && (host == "localhost" || host == "127.0.0.1" || host == "::1")
}

// plainHost is a host in lower case, without the dot of a full name and without the
// ports of HTTP and HTTPS.
func plainHost(hostport string) string {
	host, port, err := net.SplitHostPort(hostport)
	if err != nil {
		host, port = hostport, ""
	}
	host = strings.TrimSuffix(strings.ToLower(host), ".")
	if port == "" || port == "80" || port == "443" {
		return host
	}
	return net.JoinHostPort(host, port)
}

func hostOf(origin string) string {
	u, err := url.Parse(origin)
	if err != nil {
		return ""
	}
	return plainHost(u.Host)
}
