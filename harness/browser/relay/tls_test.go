package relay

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
)

// proxied is a client that goes through a relay and offers HTTP/2. It trusts what is made
// for httptest, which the relay shows, too.
func proxied(t *testing.T, concerns func(origin string) bool) *http.Client {
	t.Helper()
	server := speaking(t, false)
	pool := x509.NewCertPool()
	pool.AddCert(server.Certificate())
	how := rewriting()
	how.Concerns = concerns
	r, err := Listen(Options{
		Rewriting: how, Certificate: &server.TLS.Certificates[0],
		Local: func(string) bool { return true }, Refused: func(string) {},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(r.Close)
	transport := &http.Transport{
		Proxy: http.ProxyURL(&url.URL{Scheme: "socks5", Host: r.Addr()}), ForceAttemptHTTP2: true, TLSClientConfig: &tls.Config{RootCAs: pool},
	}
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport}
}

// speaking is a back end by TLS that speaks HTTP/2, alone or HTTP/1.1 as well, and says
// which it was asked by and with what cookie.
func speaking(t *testing.T, alone bool) *httptest.Server {
	t.Helper()
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		w.Header().Set("Content-Type", "text/plain")
		fmt.Fprintf(w, "%s %s", q.Proto, q.Header.Get("Cookie"))
	}))
	s.Config.ErrorLog = log.New(io.Discard, "", 0)
	s.EnableHTTP2 = true
	s.TLS = &tls.Config{GetConfigForClient: func(hello *tls.ClientHelloInfo) (*tls.Config, error) {
		if alone && !slices.Contains(hello.SupportedProtos, "h2") {
			return nil, errors.New("nothing but HTTP/2 is spoken here")
		}
		return nil, nil
	}}
	s.StartTLS()
	t.Cleanup(s.Close)
	return s
}

// TestEncrypted: TLS is ended for what is concerned and speaks HTTP/1.1; everything else
// passes as it is.
func TestEncrypted(t *testing.T) {
	t.Parallel()
	all, none := func(string) bool { return true }, func(string) bool { return false }
	both, second := speaking(t, false), speaking(t, true)
	for _, tt := range []struct {
		name     string
		server   *httptest.Server
		concerns func(string) bool
		want     string
	}{
		{"concerned", both, all, "HTTP/1.1 a=" + tokenOfPage},
		{"not concerned", both, none, "HTTP/2.0 a=" + tokenOfPage},
		{"HTTP/2 alone", second, all, "HTTP/2.0 a=" + tokenOfPage},
		{"this origin", both, func(origin string) bool { return origin == both.URL }, "HTTP/1.1 a=" + tokenOfPage},
	} {
		t.Run(tt.name, func(t *testing.T) {
			q, err := http.NewRequestWithContext(t.Context(), "GET", tt.server.URL, nil)
			if err != nil {
				t.Fatal(err)
			}
			q.Header.Set("Cookie", "a="+tokenOfPage)
			response, err := proxied(t, tt.concerns).Do(q)
			if err != nil {
				t.Fatal(err)
			}
			defer response.Body.Close()
			body, err := io.ReadAll(response.Body)
			if err != nil || string(body) != tt.want {
				t.Errorf("the back end says %q, want %q (%v)", body, tt.want, err)
			}
		})
	}
}

// TestEncryptedFails: where nobody speaks TLS, or nobody is there, the browser finds out.
func TestEncryptedFails(t *testing.T) {
	t.Parallel()
	plain := httptest.NewServer(http.NotFoundHandler())
	gone := httptest.NewServer(http.NotFoundHandler())
	gone.Close()
	t.Cleanup(plain.Close)
	client := proxied(t, func(string) bool { return true })
	for address, want := range map[string]string{
		plain.URL: "HTTP response to HTTPS client", gone.URL: "refused",
	} {
		response, err := client.Get(strings.Replace(address, "http:", "https:", 1))
		if err == nil {
			response.Body.Close()
		}
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", address, err, want)
		}
	}
}

// TestOrigins: an origin is told as pages write it.
func TestOrigins(t *testing.T) {
	t.Parallel()
	for want, l := range map[string]link{
		"http://localhost:3000": {scheme: "http", target: "localhost:3000"}, "http://localhost": {scheme: "http", target: "localhost:80"},
		"https://localhost": {scheme: "https", target: "localhost:443"}, "https://localhost:80": {scheme: "https", target: "localhost:80"},
		"https://[::1]:3443": {scheme: "https", target: "[::1]:3443"},
	} {
		if got := l.origin(); got != want {
			t.Errorf("%s is told as %s", want, got)
		}
	}
}
