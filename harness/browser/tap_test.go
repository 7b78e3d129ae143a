package browser

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/standin-dev/standin/fakehost/clock"
	"github.com/standin-dev/standin/harness/timeline"
)

// everything is an app whose page sends a request of each kind.
func everything() pages {
	return pages{
		"/": html(`<link rel="stylesheet" href="/style.css"><img src="/image.png">
			<iframe src="/nested"></iframe>
			<form method="post" action="/form" target="sink"><input name="a" value="b"></form>
			<iframe name="sink"></iframe>
			<a id="open" target="_blank" href="/popup">open</a>`),
		"/worker.js": text("text/javascript", `fetch('/from-worker').then(r => r.text()).then(() => postMessage(1))`),
		"/nested":    html(`<script>fetch('/from-nested')</script>`),
		"/popup":     html(`<script>fetch('/from-popup')</script>`),
		"/redirect": func(w http.ResponseWriter, q *http.Request) {
			http.Redirect(w, q, "/redirect-again", http.StatusFound)
		},
		"/redirect-again": func(w http.ResponseWriter, q *http.Request) {
			http.Redirect(w, q, "/redirected", http.StatusTemporaryRedirect)
		},
		"/refused": func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "no", http.StatusUnauthorized) },
		"/empty":   func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) },
		"/cross": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Access-Control-Allow-Origin", "*")
			w.Header().Set("Access-Control-Allow-Headers", "X-Custom")
			w.Header().Set("Access-Control-Allow-Methods", "PUT")
		},
		"/stream": stream,
		"/socket": acceptWebSocket,
	}
}

// stream is an event stream that does not end by itself.
func stream(w http.ResponseWriter, q *http.Request) {
	w.Header().Set("Content-Type", "text/event-stream")
	_, _ = io.WriteString(w, "data: hello\n\n")
	w.(http.Flusher).Flush()
	<-q.Context().Done()
}

// TestEveryRequest: each way in which a page can send a request is on the record
// once, in the name of the frame that sent it, with its answer.
func TestEveryRequest(t *testing.T) {
	t.Parallel()
	r := newRig(t, everything(), ContextOptions{})
	r.show("/")
	app := r.one("GET", "/").Frame
	other := strings.Replace(r.appURL, "localhost", "127.0.0.1", 1)
	frame := func(x timeline.Exchange) string {
		if x.Frame == app {
			return "app"
		}
		return "another"
	}
	tests := []struct {
		name, script, method, uri, kind, frame string
		status                                 int
	}{
		{"the document", "", "GET", "/", "Document", "app", 200},
		{"style sheet", "", "GET", "/style.css", "Stylesheet", "app", 200},
		{"image", "", "GET", "/image.png", "Image", "app", 200},
		{"nested frame", "", "GET", "/nested", "Document", "another", 200},
		{"nested frame's fetch", "", "GET", "/from-nested", "Fetch", "another", 200},
		{"fetch", `fetch('/fetch?q=1')`, "GET", "/fetch?q=1", "Fetch", "app", 200},
		{"refused fetch", `fetch('/refused')`, "GET", "/refused", "Fetch", "app", 401},
		{"empty answer", `fetch('/empty', {method: 'DELETE'})`, "DELETE", "/empty", "Fetch", "app", 204},
		{"XHR", `(x => {x.open('PUT', '/xhr'); x.send('body')})(new XMLHttpRequest())`, "PUT", "/xhr", "XHR", "app", 200},
		{"beacon", `navigator.sendBeacon('/beacon', 'x')`, "POST", "/beacon", "Ping", "app", 200},
		{"keepalive", `fetch('/keepalive', {method: 'POST', keepalive: true})`, "POST", "/keepalive", "Fetch", "app", 200},
		{"event stream", `void new EventSource('/stream')`, "GET", "/stream", "EventSource", "app", 200},
		{"worker script", `void new Worker('/worker.js')`, "GET", "/worker.js", "Script", "app", 200},
		{"worker's fetch", "", "GET", "/from-worker", "Fetch", "app", 200},
		{"form", `document.forms[0].submit()`, "POST", "/form", "Document", "another", 200},
		{"preflight", `void fetch('` + other + `/cross', {method: 'PUT', headers: {'X-Custom': '1'}})`, "OPTIONS", "/cross", "Preflight", "app", 200},
		{"after the preflight", "", "PUT", "/cross", "Fetch", "app", 200},
		{"WebSocket", `void new WebSocket('` + strings.Replace(r.appURL, "http", "ws", 1) + `/socket')`, "GET", "/socket", "WebSocket", "app", 101},
		{"popup", `document.getElementById('open').click()`, "GET", "/popup", "Document", "another", 200},
		{"popup's fetch", "", "GET", "/from-popup", "Fetch", "another", 200},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := r.in(t)
			if tt.script != "" {
				r.do(tt.script + "; 0")
			}
			r.await(tt.method+" "+tt.uri, func(x timeline.Exchange) bool {
				return x.Method == tt.method && strings.HasSuffix(x.URL, tt.uri) && x.Status != 0
			})
			r.settle()
			x := r.one(tt.method, tt.uri)
			if x.Status != tt.status || x.Type != tt.kind || frame(x) != tt.frame || x.HostPage || x.Failure != "" {
				t.Errorf("it is\n%swant status %d, type %s, frame of the %s", lines([]timeline.Exchange{x}), tt.status, tt.kind, tt.frame)
			}
			if x.At.IsZero() || x.Real.IsZero() || x.Answered.Before(x.At) {
				t.Errorf("it left at %v (really %v) and was answered at %v", x.At, x.Real, x.Answered)
			}
			r.server(tt.method, tt.uri)
		})
	}
	if x := r.one("GET", "/fetch?q=1"); x.Document != r.appURL+"/" || x.Initiator != "" && !strings.Contains(x.Initiator, ":") {
		t.Errorf("the fetch's document is %q and its initiator %q", x.Document, x.Initiator)
	}
	if x := r.one("GET", "/from-nested"); x.Document != r.appURL+"/nested" {
		t.Errorf("the nested frame's document is %q", x.Document)
	}
	if !r.page.Popups()[r.one("GET", "/popup").Frame] {
		t.Errorf("the popup is not among %v", r.page.Popups())
	}
	if x := r.page.Exchanges()[0]; !x.HostPage || x.Type != "Document" {
		t.Errorf("the first exchange is not the host's page: %s", lines(r.page.Exchanges()[:1]))
	}
}

// TestRedirect: each hop is an exchange that names the one before.
func TestRedirect(t *testing.T) {
	t.Parallel()
	r := newRig(t, everything(), ContextOptions{})
	r.show("/")
	r.do(`fetch('/redirect', {headers: {Authorization: 'JWT abc'}}).then(r => r.text())`)
	r.settle()
	first, second, third := r.one("GET", "/redirect"), r.one("GET", "/redirect-again"), r.one("GET", "/redirected")
	for _, want := range []struct {
		x                timeline.Exchange
		redirect, status int
	}{{first, 0, 302}, {second, first.ID, 307}, {third, second.ID, 200}} {
		if want.x.RedirectOf != want.redirect || want.x.Status != want.status || !want.x.Ended {
			t.Errorf("want a redirect of %d with status %d: %s", want.redirect, want.status, lines([]timeline.Exchange{want.x}))
		}
		if got := want.x.Header.Get("Authorization"); got != "JWT abc" {
			t.Errorf("%s has Authorization %q", want.x.URL, got)
		}
	}
	r.do(`location.assign('/redirect')`)
	last := r.await("the document that the redirects lead to", func(x timeline.Exchange) bool {
		return x.Type == "Document" && strings.HasSuffix(x.URL, "/redirected") && x.Ended
	})
	r.settle()
	if middle := r.to("/redirect-again"); len(middle) != 2 || last.RedirectOf != middle[1].ID {
		t.Errorf("the document's hops are not joined:\n%s", lines(r.page.Exchanges()))
	}
}

// TestCookies: the tap sees no cookies; they are joined from another source.
func TestCookies(t *testing.T) {
	r := newRig(t, pages{"/set": func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Set-Cookie", "a=b; SameSite=None; Secure; Partitioned")
	}, "/": html("")}, ContextOptions{})
	r.show("/")
	r.do(`fetch('/set').then(() => fetch('/get'))`)
	r.settle()
	if got := r.server("GET", "/get").Header.Get("Cookie"); got != "a=b" {
		t.Fatalf("the server got Cookie %q", got)
	}
	r.await("the cookie", func(x timeline.Exchange) bool {
		return strings.HasSuffix(x.URL, "/get") && x.Header.Get("Cookie") == "a=b"
	})
}

// TestCaches: an answer from a cache is an answer, and nothing hangs on it.
func TestCaches(t *testing.T) {
	t.Parallel()
	r := newRig(t, pages{
		"/": html(""),
		"/etag": func(w http.ResponseWriter, q *http.Request) {
			w.Header().Set("ETag", `"a"`)
			w.Header().Set("Cache-Control", "no-cache")
			if q.Header.Get("If-None-Match") != "" {
				w.WriteHeader(http.StatusNotModified)
				return
			}
			fmt.Fprint(w, "body")
		},
		"/fresh": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Cache-Control", "max-age=1000")
			fmt.Fprint(w, "body")
		},
	}, ContextOptions{})
	r.show("/")
	for range 3 {
		if got := eval[string](r, `Promise.all(['/etag', '/fresh'].map(u => fetch(u).then(r => r.text()))).then(String)`); got != "body,body" {
			t.Fatalf("the page read %q", got)
		}
		r.settle()
	}
	for _, x := range append(r.to("/etag"), r.to("/fresh")...) {
		if x.Status == 0 || !x.Ended {
			t.Errorf("no answer: %s", lines([]timeline.Exchange{x}))
		}
	}
}

// TestContextsApart: two contexts of one browser do not see each other's requests,
// those of nested frames and popups included.
func TestContextsApart(t *testing.T) {
	t.Parallel()
	one, two := newRig(t, everything(), ContextOptions{}), newRig(t, everything(), ContextOptions{})
	one.show("/")
	two.show("/")
	for _, r := range []*rig{one, two} {
		r.do(`document.getElementById('open').click(); new Worker('/worker.js'); 0`)
		for _, path := range []string{"/from-nested", "/from-popup", "/from-worker"} {
			r.await(path, func(x timeline.Exchange) bool { return x.URL == r.appURL+path && x.Status == 200 })
		}
		for _, x := range r.page.Exchanges() {
			if !strings.HasPrefix(x.URL, r.appURL) && !strings.HasPrefix(x.URL, r.host.URL) {
				t.Errorf("a stranger's exchange: %s", lines([]timeline.Exchange{x}))
			}
		}
	}
}

// TestExchangesAreCopies: what the caller gets does not change under its hands.
func TestExchangesAreCopies(t *testing.T) {
	r := newRig(t, pages{"/": html("")}, ContextOptions{Clock: clock.New(clock.Options{})})
	r.show("/")
	r.page.Exchanges()[0].Header.Set("X-Written", "by the caller")
	if got := r.page.Exchanges()[0].Header.Get("X-Written"); got != "" {
		t.Errorf("the record has X-Written %q", got)
	}
}
