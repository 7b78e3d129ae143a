package browser

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/standin-dev/standin/fixtures/requests"
	"github.com/standin-dev/standin/harness/timeline"
)

// TestCaptureApart: contexts that are at work at once in one browser each have their
// own requests and no others, those of shared and service workers included.
func TestCaptureApart(t *testing.T) {
	t.Parallel()
	const contexts = 3
	kinds := []string{"frame", "frame-blank", "frame-sandboxed", "tab", "worker", "worker-blob", "worker-shared", "service-worker", "web-socket", "beacon", "preflight", "leaving-removed-beacon", "leaving-removed-keepalive"}
	var rigs []*rig
	var apps []*requests.App
	for range contexts {
		app := requests.New()
		apps = append(apps, app)
		rigs = append(rigs, newCapture(t, theBrowser(t), app))
	}
	var wg sync.WaitGroup
	for i, r := range rigs {
		wg.Go(func() {
			for _, name := range kinds {
				r.capture(t, apps[i], name)
			}
		})
	}
	wg.Wait()
	for i, r := range rigs {
		if told := differences(apps[i].Log(), r.exchanges(), ""); len(told) > 0 {
			t.Errorf("context %d:\n%s", i, strings.Join(told, "\n"))
		}
		for _, x := range r.page.Exchanges() {
			if !x.HostPage && !strings.Contains(x.URL, ":"+appPort(r)+"/") {
				t.Errorf("context %d has a stranger's exchange: %s", i, lines([]timeline.Exchange{x}))
			}
		}
	}
}

// TestStrays: what a context sends as it is closed is none of the next one's. Three times,
// each with ten requests, show that; ten are for a soak, in which a rare order may come up.
func TestStrays(t *testing.T) {
	t.Parallel()
	b, times := theBrowser(t), 3
	if soaks() {
		times = 10
	}
	for range times {
		app := requests.New()
		first := newCapture(t, b, app)
		first.do(`addEventListener('pagehide', () => { for (let i = 0; i < 5; i++) { navigator.sendBeacon('/r/stray/' + i); fetch('/r/stray/k' + i, {keepalive: true, method: 'POST'}) } }); 0`)
		first.close()
		next := newRigIn(t, b, pages{"/": html("")}, ContextOptions{})
		next.show("/")
		for _, x := range next.page.Exchanges() {
			if strings.Contains(x.URL, "/stray/") {
				t.Fatalf("the next context has %s", lines([]timeline.Exchange{x}))
			}
		}
		next.close()
	}
}

// TestFromCache: an answer from a cache is told as such, and one that the server
// was asked for is not.
func TestFromCache(t *testing.T) {
	t.Parallel()
	r := newCapture(t, theBrowser(t), requests.New())
	r.do(`(async () => { for (let i = 0; i < 3; i++) { await fetch('/r/c/fresh?cache=60').then(text); await fetch('/r/c/etag?etag=1').then(text) } })()`)
	r.settle()
	var got []string
	for _, x := range r.page.Exchanges() {
		if strings.Contains(x.URL, "/r/c/") {
			got = append(got, fmt.Sprintf("%s %v", x.URL[strings.Index(x.URL, "/r/c/")+5:], x.FromCache))
		}
	}
	want := "fresh?cache=60 false, etag?etag=1 false, fresh?cache=60 true, etag?etag=1 false, fresh?cache=60 true, etag?etag=1 false"
	if s := strings.Join(got, ", "); s != want {
		t.Errorf("told: %s\nwant: %s", s, want)
	}
}

// TestWhoSent: each exchange names the extension within which it was sent, and the
// script and line that sent it.
func TestWhoSent(t *testing.T) {
	t.Parallel()
	r := newRig(t, pages{
		"/": html(`<script src="/app.js"></script><img src="/parsed.png"><iframe src="/nested"></iframe>`),
		"/app.js": text("text/javascript", "\n\nfunction load() { fetch('/from-app') }\nload();\nnew Worker('/worker.js');\nlet made = document.createElement('iframe');\n"+
			"setTimeout(function later() {\n  new WebSocket(location.origin.replace('http', 'ws') + '/socket') }, 1)"),
		"/worker.js": text("text/javascript", "\nfetch('/from-worker').then(function next() {\n fetch('/from-worker-later') })"),
		"/nested":    html(`<script>fetch('/from-nested')</script>`),
		"/socket":    acceptWebSocket,
	}, ContextOptions{})
	r.hostName = `{"extension_id":"ext-1","options":{}}`
	r.show("/")
	r.do(`self.name = '{"extension_id":"forged"}'; fetch('/after').then(r => r.text())`)
	for path, initiator := range map[string]string{
		"/": "127.0.0.1:", "/app.js": ":1", "/parsed.png": ":1", "/from-app": "app.js:3 load", "/worker.js": ":1", "/from-worker": "worker.js:2",
		"/from-worker-later": "worker.js:3 next", "/nested": ":1", "/from-nested": "nested:1", "/socket": "app.js:8 later", "/after": "",
	} {
		r.await("the request for "+path, func(x timeline.Exchange) bool { return strings.HasSuffix(x.URL, path) && x.Status != 0 })
		r.settle()
		x := r.one("GET", path)
		if x.Extension != "ext-1" {
			t.Errorf("%s is of extension %q", path, x.Extension)
		}
		if !strings.Contains(x.Initiator, initiator) {
			t.Errorf("%s was sent by %q, want %q", path, x.Initiator, initiator)
		}
		if x.At.IsZero() || x.Real.IsZero() || x.Answered.IsZero() || x.Answer == nil {
			t.Errorf("%s: at %v, really %v, answered %v with %v", path, x.At, x.Real, x.Answered, x.Answer)
		}
	}
	if x := r.page.Exchanges()[0]; x.Extension != "" {
		t.Errorf("the host's page is of extension %q", x.Extension)
	}
}

// TestCookieHeader: what a jar sends, and what it does not.
func TestCookieHeader(t *testing.T) {
	t.Parallel()
	const top = "http://127.0.0.1:8000/page"
	jar := jarOf(
		"kept|localhost|/|secure|http://127.0.0.1|true", "below|localhost|/a|secure|http://127.0.0.1|true", "plain|localhost|/",
		"other-top|localhost|/|secure|http://elsewhere.example|true", "no-ancestor|localhost|/|secure|http://127.0.0.1|false",
		"host|127.0.0.1|/", "host-kept|127.0.0.1|/|secure|http://127.0.0.1|false", "domain|.example.com|/|secure|http://127.0.0.1|true",
	)
	for _, tt := range []struct{ url, top, want string }{
		{"http://localhost:3000/", top, "kept"}, {"http://localhost:3000/a/b?c", top, "kept below"}, {"http://localhost:3000/ab", top, "kept"},
		{"http://127.0.0.1:3000/", top, "host host-kept"}, {"http://localhost:3000/", "http://localhost:3000/", "plain"},
		{"https://sub.example.com/", top, "domain"}, {"http://sub.example.com/", top, ""}, {"https://example.com.net/", top, ""}, {"https://badexample.com/", top, ""},
		{"ws://localhost:3000", top, "kept"}, {"http://[::", top, ""},
	} {
		var names []string
		for _, cookie := range strings.Split(cookieHeader(jar, tt.url, tt.top, CookiesBlocked), "; ") {
			name, _, _ := strings.Cut(cookie, "=")
			names = append(names, name)
		}
		if got := strings.Join(names, " "); got != tt.want {
			t.Errorf("%s from %s gets %q, want %q", tt.url, tt.top, got, tt.want)
		}
	}
}
