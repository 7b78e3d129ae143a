package egress_test

import (
	"context"
	"crypto/tls"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/standin-dev/standin/harness/egress"
	"github.com/standin-dev/standin/harness/outside"
)

// elsewhere is a server on this machine that plays one outside, and the transport by
// which every name leads to it.
func elsewhere(t *testing.T, answer http.HandlerFunc) http.RoundTripper {
	t.Helper()
	server := httptest.NewTLSServer(answer)
	t.Cleanup(server.Close)
	transport := &http.Transport{
		TLSClientConfig: &tls.Config{InsecureSkipVerify: true},
		DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, network, server.Listener.Addr().String())
		},
	}
	t.Cleanup(transport.CloseIdleConnections)
	return transport
}

// A back end gets local copies by any method, and by GET what is let through; nothing
// that could be a credential leaves.
func TestOutside(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "rates.json"), []byte(`{"EUR": 1}`), 0o600); err != nil {
		t.Fatal(err)
	}
	rules := &outside.Rules{}
	if err := rules.Copy("https://api.example.com/rates", "rates.json", dir); err != nil {
		t.Fatal(err)
	}
	if err := rules.Allow("open.example.com"); err != nil {
		t.Fatal(err)
	}
	var came []string
	p := start(t, egress.Options{Outside: &outside.Door{Rules: rules, Transport: elsewhere(t, func(w http.ResponseWriter, r *http.Request) {
		came = append(came, r.Method+" "+r.Host+r.RequestURI+" "+r.Header.Get("Authorization")+r.Header.Get("Cookie"))
		if r.URL.Path == "/moved" {
			http.Redirect(w, r, "https://closed.example.com/x", http.StatusFound)
			return
		}
		_, _ = io.WriteString(w, "from outside")
	})}})
	client := clientOf(t, p)
	for _, test := range []struct {
		method, url, auth string
		status            int
		body              string
	}{
		{"GET", "https://api.example.com/rates?on=today", "Bearer x", 200, `{"EUR": 1}`},
		{"POST", "https://api.example.com/rates", "", 200, `{"EUR": 1}`},
		{"GET", "https://api.example.com/other", "", 403, "refuses api.example.com: "},
		{"GET", "https://open.example.com/x?v=1", "", 200, "from outside"},
		{"POST", "https://open.example.com/x", "", 403, "outside lets GETs out alone"},
		{"GET", "https://open.example.com/x", "Bearer x", 403, "its header Authorization carries a credential"},
		{"GET", "https://open.example.com/x?token=1", "", 403, "its address carries a credential"},
	} {
		request, err := http.NewRequestWithContext(t.Context(), test.method, test.url, nil)
		if err != nil {
			t.Fatal(err)
		}
		if test.auth != "" {
			request.Header.Set("Authorization", test.auth)
		}
		answer, err := client.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(answer.Body)
		answer.Body.Close()
		if answer.StatusCode != test.status || !strings.Contains(string(body), test.body) {
			t.Errorf("%s %s: %d %s", test.method, test.url, answer.StatusCode, body)
		}
	}
	// A redirect is a call of its own.
	if _, err := client.Get("https://open.example.com/moved"); err == nil || !strings.Contains(err.Error(), "refuses closed.example.com:") {
		t.Errorf("a redirect to another host: %v", err)
	}
	if diff := cmp.Diff([]string{"GET open.example.com/x?v=1 ", "GET open.example.com/moved "}, came); diff != "" {
		t.Errorf("what left (-want +got):\n%s", diff)
	}
	want := egress.Refusal{Host: "open.example.com", Address: "open.example.com/x", Reason: "outside lets GETs out alone, and this is a POST", Times: 3}
	refused := p.Refused()
	if len(refused) != 3 || cmp.Diff(want, refused[1]) != "" {
		t.Errorf("refused: %+v", refused)
	}
}
