package descriptor

import (
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"strings"
)

// baseURL reads and checks the base URL; from is where the descriptor came from.
func (n *node) baseURL(from string) string {
	const field = "baseUrl"
	const fix = "set it to where the app answers, such as http://localhost:3000"
	base := n.text(field)
	if n.get(field) == nil || base == "" {
		n.refuse(field, "must be there", fix)
		return ""
	}
	if strings.Contains(base, "{{") {
		n.refuse(field, fmt.Sprintf("must be filled in, but is %q", base), "serve the descriptor through the app's framework, which fills it")
		return base
	}
	u, err := url.Parse(base)
	switch {
	case err != nil || u.Host == "" || u.Hostname() == "":
		n.refuse(field, fmt.Sprintf("must be an absolute URL, but is %q", base), fix)
	case u.Scheme != "https" && u.Scheme != "http":
		n.refuse(field, fmt.Sprintf("must be http or https, but is %q", base), fix)
	case u.Scheme == "http" && !isLoopback(u.Hostname()):
		// Production demands https always. Here the app runs on this machine, where http is as good.
		n.refuse(field, "must be https unless its host is this machine", fix)
	case u.RawQuery != "" || u.ForceQuery || u.Fragment != "":
		n.refuse(field, "must have no query and no fragment", fix)
	case u.User != nil:
		n.refuse(field, "must have no user or password", fix)
	default:
		n.compareOrigins(u, from)
	}
	return base
}

// compareOrigins warns when the app says that it lives elsewhere than where its descriptor was found. localhost and 127.0.0.1 are
// two origins to a browser, and two sites.
func (n *node) compareOrigins(base *url.URL, from string) {
	found, err := url.Parse(from)
	if err != nil || found.Host == "" {
		return
	}
	if is, was := origin(base), origin(found); is != was {
		n.warn("baseUrl", fmt.Sprintf("has the origin %s, but the descriptor came from %s", is, was),
			"start the app with "+was+" as its base URL, or name "+is+" when you name the app")
	}
}

// origin is scheme, host and port, the default port left out.
func origin(u *url.URL) string {
	scheme, port := strings.ToLower(u.Scheme), u.Port()
	host := strings.ToLower(u.Hostname())
	if scheme == "http" && port == "80" || scheme == "https" && port == "443" {
		port = ""
	}
	switch {
	case port != "":
		host = net.JoinHostPort(host, port)
	case strings.Contains(host, ":"):
		host = "[" + host + "]"
	}
	return scheme + "://" + host
}

// isLoopback reports whether a host name means this machine, without asking a name server.
func isLoopback(host string) bool {
	host = strings.TrimSuffix(strings.ToLower(host), ".")
	if host == "localhost" || strings.HasSuffix(host, ".localhost") {
		return true
	}
	address, err := netip.ParseAddr(host)
	return err == nil && address.Unmap().IsLoopback()
}

// relativeURL reads a member that must be relative to the base URL, and may be absent.
func (n *node) relativeURL(name string) string {
	text := n.text(name)
	if isAbsolute(text) {
		n.refuse(n.at(name), fmt.Sprintf("must be relative to baseUrl, but is %q", text), "write the path alone")
	}
	return text
}

// isAbsolute reports whether a URL, which may hold variables, names a scheme or a host of its own.
func isAbsolute(text string) bool {
	if strings.HasPrefix(text, "//") || strings.HasPrefix(text, `\\`) {
		return true
	}
	colon := strings.IndexByte(text, ':')
	if colon <= 0 {
		return false
	}
	for _, c := range strings.ToLower(text[:colon]) {
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && !strings.ContainsRune("+-.", c) {
			return false
		}
	}
	return true
}
