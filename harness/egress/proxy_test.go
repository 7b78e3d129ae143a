package egress_test

import (
	"bufio"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/standin-dev/standin/harness/egress"
)

// direct asks without a proxy, and shares no connections with other tests: closing
// a test server closes the idle ones of the default client.
var direct = &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}

// instant is the virtual time of the calls.
var instant = time.Date(2031, 5, 6, 7, 8, 9, 0, time.UTC)

// fakeHost answers every request with what it was asked.
type fakeHost struct {
	*httptest.Server
	public string
}

func (h fakeHost) LocalOrigin() string  { return h.URL }
func (h fakeHost) PublicOrigin() string { return h.public }
func (h fakeHost) IsSite(n string) bool { return h.public == "https://"+n }
func (h fakeHost) KeysURL() string      { return h.URL + "/keys" }
func (h fakeHost) TokenURL() string     { return h.URL + "/token" }

func echo(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	w.Header().Set("X-Secret", r.Header.Get("X-Standin-Secret"))
	if r.URL.Path == "/gone" {
		w.WriteHeader(http.StatusNotFound)
	}
	fmt.Fprintf(w, "%s %s%s auth=%s body=%s", r.Method, r.Host, r.RequestURI, r.Header.Get("Authorization"), body)
}

func start(t *testing.T, o egress.Options) *egress.Proxy {
	t.Helper()
	if o.Host == nil {
		server := httptest.NewServer(http.HandlerFunc(echo))
		t.Cleanup(server.Close)
		o.Host = fakeHost{server, "https://acme.atlassian.net"}
	}
	o.Now = func() time.Time { return instant }
	p, err := egress.Start(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := p.Close(); err != nil {
			t.Error(err)
		}
	})
	return p
}

// clientOf is a program that was given the proxy's environment.
func clientOf(t *testing.T, p *egress.Proxy) *http.Client {
	t.Helper()
	env := p.Environment()
	proxy, err := url.Parse(env["HTTPS_PROXY"])
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	certificate, err := os.ReadFile(env["STANDIN_CA_FILE"])
	if err != nil || !roots.AppendCertsFromPEM(certificate) {
		t.Fatalf("no certificate: %v", err)
	}
	transport := &http.Transport{Proxy: http.ProxyURL(proxy), TLSClientConfig: &tls.Config{RootCAs: roots}}
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport, Timeout: 20 * time.Second}
}

func ask(t *testing.T, c *http.Client, method, target, body string) (int, string, http.Header) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, target, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "JWT x")
	r.Header.Set("X-Standin-Secret", "stolen")
	answer, err := c.Do(r)
	if err != nil {
		t.Fatalf("%s %s: %v", method, target, err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode, string(text), answer.Header
}

func TestLeads(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(echo))
	t.Cleanup(server.Close)
	p := start(t, egress.Options{Host: fakeHost{server, "https://acme.atlassian.net"}})
	client := clientOf(t, p)
	at := strings.TrimPrefix(server.URL, "http://")
	for _, test := range []struct{ method, url, body, want, host, path string }{
		{"GET", "https://connect-install-keys.atlassian.com/kid-1", "", "/keys/kid-1", "connect-install-keys.atlassian.com", "/kid-1"},
		{"GET", "https://asap-distribution.us-west-2.prod.atl-asap.net/kid-1", "", "/keys/kid-1", "asap-distribution.us-west-2.prod.atl-asap.net", "/kid-1"},
		{"GET", "https://ACME.atlassian.net:443/rest/a%2Fb?x=1&jwt=y", "", "/rest/a%2Fb?x=1&jwt=y", "acme.atlassian.net", "/rest/a%2Fb"},
		{"PUT", "https://acme.atlassian.net/rest", "hello", "/rest", "acme.atlassian.net", "/rest"},
		{"GET", "http://acme.atlassian.net/rest", "", "/rest", "acme.atlassian.net", "/rest"},
		{"POST", "https://oauth-2-authorization-server.services.atlassian.com/oauth2/token", "a=b", "/token", "oauth-2-authorization-server.services.atlassian.com", "/oauth2/token"},
		{"POST", "https://auth.atlassian.io/oauth2/token", "", "/token", "auth.atlassian.io", "/oauth2/token"},
		{"GET", "https://api.atlassian.com/ex/jira/1-2-3/rest/api/3/myself?a=b", "", "/rest/api/3/myself?a=b", "api.atlassian.com", "/ex/jira/1-2-3/rest/api/3/myself"},
		{"GET", "https://api.atlassian.com/ex/confluence/1-2-3/wiki/rest/api/space", "", "/wiki/rest/api/space", "api.atlassian.com", "/ex/confluence/1-2-3/wiki/rest/api/space"},
		{"GET", "https://api.atlassian.com/oauth/token/accessible-resources", "", "/oauth/token/accessible-resources", "api.atlassian.com", "/oauth/token/accessible-resources"},
		{"GET", server.URL + "/rest", "", "/rest", at, "/rest"},
	} {
		before := len(p.Calls())
		status, got, header := ask(t, client, test.method, test.url, test.body)
		want := test.method + " " + at + test.want + " auth=JWT x body=" + test.body
		if status != 200 || got != want {
			t.Errorf("%s %s:\n got %d %s\nwant 200 %s", test.method, test.url, status, got, want)
		}
		if header.Get("X-Secret") != "" {
			t.Errorf("%s: the control endpoints' secret went through", test.url)
		}
		wantCall := []egress.Call{{At: instant, Method: test.method, Host: test.host, Path: test.path, Status: 200}}
		if diff := cmp.Diff(wantCall, p.Calls()[before:]); diff != "" {
			t.Errorf("%s: calls (-want +got):\n%s", test.url, diff)
		}
	}
}

// Some older clients send what is meant for TLS to the proxy as it is.
func TestLeadsAbsoluteHTTPS(t *testing.T) {
	t.Parallel()
	p := start(t, egress.Options{})
	connection, err := net.Dial("tcp", strings.TrimPrefix(p.URL(), "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer connection.Close()
	fmt.Fprint(connection, "GET https://acme.atlassian.net/gone HTTP/1.1\r\nHost: acme.atlassian.net\r\n\r\n")
	answer, err := http.ReadResponse(bufio.NewReader(connection), nil)
	if err != nil || answer.StatusCode != 404 {
		t.Fatalf("answer %v, %v", answer, err)
	}
	want := []egress.Call{{At: instant, Method: "GET", Host: "acme.atlassian.net", Path: "/gone", Status: 404}}
	if diff := cmp.Diff(want, p.Calls()); diff != "" {
		t.Errorf("calls (-want +got):\n%s", diff)
	}
}

func TestRefuses(t *testing.T) {
	t.Parallel()
	p := start(t, egress.Options{})
	client := clientOf(t, p)
	for _, target := range []string{
		"https://example.com/", "https://other.atlassian.net/", "https://acme.atlassian.net.example.com/",
		"https://acme.atlassian.net:8443/", "https://api.segment.io/v1/track?jwt=x", "https://127.0.0.1:1/",
	} {
		_, err := client.Get(target)
		host := strings.TrimSuffix(strings.Split(target, "/")[2], ":443")
		if err == nil || !strings.Contains(err.Error(), "refuses "+host+":") {
			t.Errorf("%s: error %v; want one that names %s", target, err, host)
		}
		last := p.Calls()[len(p.Calls())-1]
		if diff := cmp.Diff(egress.Call{At: instant, Method: "CONNECT", Host: host, Status: 403, Refused: true}, last); diff != "" {
			t.Errorf("%s (-want +got):\n%s", target, diff)
		}
	}
	status, body, _ := ask(t, client, "GET", "http://example.com/x?jwt=secret", "")
	if status != 403 || !strings.Contains(body, "refuses example.com:") || strings.Count(body, "\n") != 1 {
		t.Errorf("plain HTTP: %d %q", status, body)
	}
	times := map[string]int{}
	for _, r := range p.Refused() {
		times[r.Address] = r.Times
	}
	want := map[string]int{
		"example.com": 1, "example.com/x": 1, "other.atlassian.net": 1, "acme.atlassian.net.example.com": 1,
		"acme.atlassian.net:8443": 1, "api.segment.io": 1, "127.0.0.1:1": 1,
	}
	if diff := cmp.Diff(want, times); diff != "" {
		t.Errorf("refused (-want +got):\n%s", diff)
	}
	if notes := p.Notes(); len(notes) > 0 {
		t.Errorf("notes of what was called: %q", notes)
	}
}

// A tunnel to a host that we answer for is no way to another.
func TestRefusesOtherHostInTunnel(t *testing.T) {
	t.Parallel()
	p := start(t, egress.Options{})
	client := clientOf(t, p)
	r, err := http.NewRequestWithContext(t.Context(), "GET", "https://acme.atlassian.net/", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Host = "example.com"
	answer, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != 403 {
		t.Errorf("answer %s", answer.Status)
	}
}

// The proxy connects to nothing but loopback, even if the host that it leads to
// says otherwise. The addresses are of those that no network routes (RFC 5737).
func TestConnectsToLoopbackAlone(t *testing.T) {
	t.Parallel()
	for _, origin := range []string{"http://192.0.2.1:80", "http://[2001:db8::1]:80", "http://0.0.0.0:80"} {
		p := start(t, egress.Options{Host: foreign(origin)})
		status, body, _ := ask(t, clientOf(t, p), "GET", "https://acme.atlassian.net/", "")
		if status != 502 || !strings.Contains(body, egress.ErrNotLoopback.Error()) {
			t.Errorf("%s: %d %s", origin, status, body)
		}
	}
}

type foreign string

func (f foreign) LocalOrigin() string { return string(f) }
func (foreign) PublicOrigin() string  { return "https://acme.atlassian.net" }
func (foreign) IsSite(n string) bool  { return n == "acme.atlassian.net" }
func (f foreign) KeysURL() string     { return string(f) }
func (f foreign) TokenURL() string    { return string(f) }

// The authority is good for what the proxy answers for, and is another each time.
func TestAuthority(t *testing.T) {
	t.Parallel()
	p, other := start(t, egress.Options{}), start(t, egress.Options{})
	client := clientOf(t, other)
	proxy, err := url.Parse(p.URL())
	if err != nil {
		t.Fatal(err)
	}
	client.Transport.(*http.Transport).Proxy = http.ProxyURL(proxy)
	var unknown x509.UnknownAuthorityError
	if _, err := client.Get("https://acme.atlassian.net/"); !errors.As(err, &unknown) {
		t.Errorf("with the certificate of another run: %v", err)
	}
	text, err := os.ReadFile(p.Environment()["STANDIN_CA_FILE"])
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(text), "PRIVATE") || strings.Count(string(text), "BEGIN") != 1 {
		t.Errorf("the file has more than the certificate:\n%s", text)
	}
}

func TestClose(t *testing.T) {
	t.Parallel()
	hanging := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		close(hanging)
		<-r.Context().Done()
	}))
	defer server.Close()
	p := start(t, egress.Options{Host: fakeHost{server, "https://acme.atlassian.net"}})
	client := clientOf(t, p)
	failed := make(chan error)
	go func() {
		_, err := client.Get("https://acme.atlassian.net/")
		failed <- err
	}()
	<-hanging
	for range 2 {
		if err := p.Close(); err != nil {
			t.Error(err)
		}
	}
	if err := <-failed; err == nil {
		t.Error("a request was answered that nobody answered")
	}
	if _, err := os.Stat(p.Dir()); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the folder is still there: %v", err)
	}
	if _, err := net.Dial("tcp", strings.TrimPrefix(p.URL(), "http://")); err == nil {
		t.Error("it still listens")
	}
}

func TestNoPages(t *testing.T) {
	t.Parallel()
	p := start(t, egress.Options{})
	answer, err := direct.Get(p.URL() + "/")
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != 404 || len(p.Calls()) != 0 {
		t.Errorf("%s, calls %v", answer.Status, p.Calls())
	}
}

// Each site leads to its own host; what names no site, to the first.
func TestLeadsToSeveralHosts(t *testing.T) {
	t.Parallel()
	named := func(name string) fakeHost {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, name) }))
		t.Cleanup(server.Close)
		return fakeHost{server, "https://" + name}
	}
	p := start(t, egress.Options{Host: named("one.atlassian.net"), Beside: []egress.Host{named("two.atlassian.net"), named("three.example.com")}})
	client := clientOf(t, p)
	for _, name := range []string{"one.atlassian.net", "two.atlassian.net", "three.example.com"} {
		if status, body, _ := ask(t, client, "GET", "https://"+name+"/x", ""); status != 200 || body != name {
			t.Errorf("%s: %d by %s", name, status, body)
		}
	}
	if status, body, _ := ask(t, client, "GET", "https://connect-install-keys.atlassian.com/kid", ""); status != 200 || body != "one.atlassian.net" {
		t.Errorf("keys: %d by %s", status, body)
	}
}

// An app finds itself by its name, as through the proxy that stands before it in
// production; by one that was learned too late it does not, and is told so.
func TestLeadsToTheAppItself(t *testing.T) {
	t.Parallel()
	app := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, r.Host, " ", r.Header.Get("X-Forwarded-Proto"), " ", r.RequestURI)
	}))
	t.Cleanup(app.Close)
	p := start(t, egress.Options{AppName: "jira.example.com"})
	p.Name("jira.example.com", app.URL)
	client := clientOf(t, p)
	for _, scheme := range []string{"https", "http"} {
		status, body, _ := ask(t, client, "GET", scheme+"://jira.example.com/health?x=1", "")
		if want := "jira.example.com " + scheme + " /health?x=1"; status != 200 || body != want {
			t.Errorf("%d %s; want %s", status, body, want)
		}
	}
	p.Name("late.example.com", app.URL)
	if _, err := client.Get("https://late.example.com/"); err == nil || !strings.Contains(err.Error(), "it is the app's own name") {
		t.Errorf("a name that was learned late: %v", err)
	}
}
