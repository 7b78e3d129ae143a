package browser

import (
	"net/netip"
	"strings"

	"github.com/standin-dev/standin/harness/timeline"
)

// loopback tells whether a URL stays on this machine. What has no host, such as
// data:, blob: and about:, does.
func loopback(raw string) bool {
	u, err := timeline.ParseURL(raw)
	if err != nil {
		return false
	}
	switch u.Scheme {
	case "http", "https", "ws", "wss":
	default:
		return true
	}
	return loopbackHost(u.Hostname())
}

// loopbackHost tells the names and addresses of this machine.
func loopbackHost(host string) bool {
	host = strings.ToLower(host)
	if ip, err := netip.ParseAddr(host); err == nil {
		return ip.IsLoopback()
	}
	return host == "localhost" || strings.HasSuffix(host, ".localhost")
}
