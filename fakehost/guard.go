package fakehost

import (
	"crypto/subtle"
	"net"
	"net/http"
	"strings"

	"github.com/standin-dev/standin/fakehost/token"
)

// secretHeader carries the run's secret to the control endpoints. A page of
// another origin cannot set it without a preflight, which we never grant.
const secretHeader = "X-Standin-Secret"

// guardHost lets through only requests that were meant for a loopback name, or for
// the site's own when browsers are led here by it. Any other public name that was
// made to point here (DNS rebinding) is thereby refused.
func (s *Server) guardHost(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !isLoopbackHost(r.Host) && !s.pagesAt(r.Host) {
			s.record(Entry{Kind: KindRefused, Method: r.Method, URL: r.URL.Path, Status: http.StatusForbidden,
				Text: "request with the Host header " + token.Redact(r.Host) + ", which is not loopback"})
			http.Error(w, "This stand-in answers only requests whose Host header is localhost or a loopback address.", http.StatusForbidden)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// isLoopbackHost reports whether a Host header, with or without a port, names
// this machine's loopback. No name is looked up: localhost and the names below
// it mean loopback by themselves (RFC 6761).
func isLoopbackHost(header string) bool {
	host := header
	if name, _, err := net.SplitHostPort(header); err == nil {
		host = name
	}
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	if host == "localhost" || strings.HasSuffix(host, ".localhost") {
		return true
	}
	ip := net.ParseIP(strings.TrimSuffix(strings.TrimPrefix(host, "["), "]"))
	return ip != nil && ip.IsLoopback()
}

// pagesAt reports whether a Host header is a name under which browsers are led
// here. They come by HTTPS, whose port it does not name.
func (s *Server) pagesAt(header string) bool { return s.pagesArePublic() && s.IsSite(header) }

// needSecret refuses who does not know the run's secret.
func (s *Server) needSecret(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		given := r.Header.Get(secretHeader)
		if subtle.ConstantTimeCompare([]byte(given), []byte(s.secret)) != 1 {
			s.record(Entry{Kind: KindRefused, Method: r.Method, URL: r.URL.Path, Status: http.StatusForbidden,
				Text: "control request without this run's secret"})
			writeError(w, http.StatusForbidden, "this endpoint wants the run's secret in the header "+secretHeader)
			return
		}
		next(w, r)
	}
}
