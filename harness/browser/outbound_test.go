package browser

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/standin-dev/standin/fakehost/token"
	"github.com/standin-dev/standin/harness/timeline"
)

// swap replaces "page" by "wire" wherever a request carries it.
func swap(x timeline.Exchange) Outgoing {
	if x.HostPage {
		return Outgoing{}
	}
	o := Outgoing{Headers: map[string]string{}, Tokens: map[string]token.Translation{"page": {Original: "page", Sent: "wire"}}}
	change := func(s string) string { return strings.ReplaceAll(s, "token-of-page", "token-of-wire") }
	if changed := change(x.URL); changed != x.URL {
		o.URL = changed
	}
	for name := range x.Header {
		if value := x.Header.Get(name); change(value) != value {
			o.Headers[name] = change(value)
		}
	}
	if changed := change(string(x.Body)); changed != string(x.Body) {
		o.Body = []byte(changed)
	}
	return o
}

// TestOutbound: what is changed on the way out reaches the server, and neither the
// page nor the record sees it.
func TestOutbound(t *testing.T) {
	t.Parallel()
	r := newRig(t, pages{"/": html(""), "/go": func(w http.ResponseWriter, q *http.Request) {
		http.Redirect(w, q, "/gone", http.StatusFound)
	}}, ContextOptions{Outbound: swap})
	const long = 40_000
	r.show("/?jwt=token-of-page")
	if got := r.server("GET", "/?jwt=token-of-wire"); got.Method == "" {
		t.Fatal("the document")
	}
	if got := eval[string](r, `location.search`); got != "?jwt=token-of-page" {
		t.Errorf("the page's location has %q", got)
	}
	url := eval[string](r, `fetch('/api?t=token-of-page', {method: 'POST', body: 'a=token-of-page' + 'x'.repeat(40000),
		headers: {Authorization: 'JWT token-of-page', 'X-Other': 'kept'}}).then(r => r.url)`)
	if !strings.HasSuffix(url, "/api?t=token-of-page") {
		t.Errorf("the page's response.url is %q", url)
	}
	got := r.server("POST", "/api?t=token-of-wire")
	for name, want := range map[string]string{
		"Authorization": "JWT token-of-wire", "X-Other": "kept", "Referer": r.appURL + "/?jwt=token-of-wire",
	} {
		if got.Header.Get(name) != want {
			t.Errorf("the server got %s %q, want %q", name, got.Header.Get(name), want)
		}
	}
	if !strings.HasPrefix(got.Body, "a=token-of-wirexxx") || len(got.Body) != long+len("a=token-of-wire") {
		t.Errorf("the server got %d bytes of body: %.40q", len(got.Body), got.Body)
	}
	x := r.one("POST", "/api?t=token-of-page")
	if x.Header.Get("Authorization") != "JWT token-of-page" || !strings.HasPrefix(string(x.Body), "a=token-of-page") || x.Tokens["page"].Sent != "wire" {
		t.Errorf("the record has Authorization %q, body %.30q, tokens %v", x.Header.Get("Authorization"), x.Body, x.Tokens)
	}

	// Each hop of a redirect is asked for anew, and nothing is swapped twice.
	r.do(`fetch('/go?t=token-of-page', {headers: {Authorization: 'JWT token-of-page'}})`)
	if got := r.server("GET", "/gone").Header.Get("Authorization"); got != "JWT token-of-wire" {
		t.Errorf("after the redirect the server got Authorization %q", got)
	}
}

// TestOutboundLeavesAlone: a request that nobody changes is the browser's own, and
// one of whose headers one is changed keeps the others, the cookies included.
func TestOutboundLeavesAlone(t *testing.T) {
	r := newRig(t, pages{"/": html(""), "/set": func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Set-Cookie", "a=b; SameSite=None; Secure; Partitioned")
	}}, ContextOptions{Outbound: swap})
	r.show("/")
	r.do(`fetch('/set').then(() => fetch('/plain', {method: 'PUT', body: 'as it is'}))
		.then(() => fetch('/changed', {headers: {'X-Token': 'token-of-page', 'X-Kept': 'kept'}}))`)
	plain, changed := r.server("PUT", "/plain"), r.server("GET", "/changed")
	if plain.Body != "as it is" || plain.Header.Get("Cookie") != "a=b" {
		t.Errorf("the server got %+v", plain)
	}
	if h := changed.Header; h.Get("X-Token") != "token-of-wire" || h.Get("X-Kept") != "kept" || h.Get("Cookie") != "a=b" || h.Get("User-Agent") == "" {
		t.Errorf("the server got %v", h)
	}
}

// TestInstead: an answer in the server's stead is what the page gets, across origins and
// with credentials too, and the server hears of nothing; what is not to be answered so
// goes on.
func TestInstead(t *testing.T) {
	t.Parallel()

	r := newRig(t, pages{"/": html(""), "/api": text("text/plain", "of the server")}, ContextOptions{Outbound: func(x timeline.Exchange) Outgoing {
		if x.Type == "Preflight" || !strings.HasSuffix(x.URL, "refuse") {
			return Outgoing{}
		}
		return Outgoing{Instead: &Served{Status: 401, ContentType: "text/plain", Body: []byte("of standin"), Origin: x.Header.Get("Origin")}}
	}})
	other := strings.Replace(r.appURL, "127.0.0.1", "localhost", 1)
	if other == r.appURL {
		other = strings.Replace(r.appURL, "localhost", "127.0.0.1", 1)
	}
	r.show("/")
	for _, tt := range [][2]string{
		{r.appURL + "/api?refuse", "401 of standin"}, {r.appURL + "/api", "200 of the server"}, {other + "/api?refuse", "401 of standin"},
	} {
		got := eval[string](r, fmt.Sprintf(`fetch(%q, {credentials: 'include', method: 'POST', body: 'a'}).then(async (r) => r.status + ' ' + await r.text())`, tt[0]))
		if got != tt[1] {
			t.Errorf("%s: the page got %q, want %q", tt[0], got, tt[1])
		}
	}
	r.settle()
	staged := 0
	for _, x := range r.page.Exchanges() {
		if x.Staged {
			staged++
			if x.Status != 401 || !x.Ended || x.Answered.IsZero() {
				t.Errorf("%s: status %d, ended %v", x.URL, x.Status, x.Ended)
			}
		}
	}
	if staged != 2 || r.reached("/api?refuse") {
		t.Errorf("%d were answered by standin; the server heard of it: %v", staged, r.reached("/api?refuse"))
	}
}

// TestServe: standin answers for the CDN, to pages and workers, and the CDN is
// never asked.
func TestServe(t *testing.T) {
	const cdn = "https://connect-cdn.atl-paas.net/all.js"
	r := newRig(t, pages{
		"/":          html(`<script src="` + cdn + `" crossorigin></script>`),
		"/worker.js": text("text/javascript", `importScripts('`+cdn+`'); postMessage(self.served)`),
	}, ContextOptions{Serve: func(url string) *Served {
		if url == cdn {
			return &Served{ContentType: "text/javascript; charset=utf-8", Body: []byte(`self.served = 'by standin'`)}
		}
		return nil
	}})
	r.show("/")
	if got := eval[string](r, `self.served`); got != "by standin" {
		t.Errorf("the page has %q", got)
	}
	if got := eval[string](r, `new Promise(done => new Worker('/worker.js').onmessage = e => done(e.data))`); got != "by standin" {
		t.Errorf("the worker has %q", got)
	}
	r.settle()
	for _, x := range r.page.Exchanges() {
		if x.URL == cdn && (x.Status != 200 || x.Blocked || x.Failure != "" || x.Answer.Get("Content-Type") == "") {
			t.Errorf("the CDN's answer: %s", lines([]timeline.Exchange{x}))
		}
	}
}

// TestKeptIn: what would leave the machine does not, whoever asks for it, and is on
// the record as kept in.
func TestKeptIn(t *testing.T) {
	t.Parallel()
	r := newRig(t, pages{
		"/":          html(`<a id="away" target="_blank" href="http://popup.example/">away</a>`),
		"/worker.js": text("text/javascript", `fetch('http://worker.example/').catch(() => postMessage('refused'))`),
		"/redirect": func(w http.ResponseWriter, q *http.Request) {
			http.Redirect(w, q, "http://redirect.example/", http.StatusFound)
		},
	}, ContextOptions{})
	r.show("/")
	tests := []struct{ name, script, url string }{
		{"fetch", `fetch('https://fetch.example/', {mode: 'no-cors'}).catch(e => e.name)`, "https://fetch.example/"},
		{"an address", `fetch('http://192.0.2.1/', {mode: 'no-cors'}).catch(e => e.name)`, "http://192.0.2.1/"},
		{"a name that looks like ours", `fetch('http://localhost.example/', {mode: 'no-cors'}).catch(e => e.name)`, "http://localhost.example/"},
		{"image", `new Promise(d => { const i = new Image(); i.onerror = () => d(1); i.src = 'http://image.example/' })`, "http://image.example/"},
		{"beacon", `navigator.sendBeacon('http://beacon.example/')`, "http://beacon.example/"},
		{"redirect", `fetch('/redirect', {mode: 'no-cors'}).catch(e => e.name)`, "http://redirect.example/"},
		{"worker", `new Promise(d => new Worker('/worker.js').onmessage = d).then(() => 1)`, "http://worker.example/"},
		{"popup", `document.getElementById('away').click()`, "http://popup.example/"},
		{"nested frame", `void document.body.appendChild(Object.assign(document.createElement('iframe'), {src: 'http://frame.example/'}))`, "http://frame.example/"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := r.in(t)
			r.do(tt.script + "; 0")
			x := r.await("the request to be kept in", func(x timeline.Exchange) bool { return x.URL == tt.url && x.Blocked })
			if x.Status != 0 || x.Failure == "" || !x.Ended {
				t.Errorf("it is %s", lines([]timeline.Exchange{x}))
			}
			r.settle()
		})
	}
	t.Run("WebSocket", func(t *testing.T) {
		r := r.in(t)
		for _, url := range []string{"ws://socket.example/a?b", "ws://192.0.2.1/", "wss://socket.example/"} {
			if got := eval[string](r, `new Promise(d => new WebSocket('`+url+`').onerror = () => d('refused'))`); got != "refused" {
				t.Error(got)
			}
			x := r.await("the handshake to be kept in", func(x timeline.Exchange) bool { return x.URL == url && x.Blocked })
			if x.Status != 0 || x.Failure != keptIn || !x.Ended {
				t.Errorf("it is %s", lines([]timeline.Exchange{x}))
			}
		}
	})
}

func TestLoopback(t *testing.T) {
	for url, want := range map[string]bool{
		"http://localhost:1/": true, "https://127.0.0.1/": true, "http://127.9.9.9/": true, "ws://[::1]:80/": true,
		"http://app.localhost/": true, "data:text/plain,x": true, "blob:http://localhost/1": true, "about:blank": true,
		"http://LOCALHOST/": true, "http://localhost:3000/100%?x=%": true, "http://localhost.example/": false, "http://127.0.0.1.example/": false,
		"https://example.com/": false, "http://192.0.2.1/": false, "http://10.0.0.1/": false, "wss://example.com": false,
		"http://127.example/": false, "http://user@example.com/": false, "http://127.0.0.1@example.com/": false, "http://%zz/": false,
	} {
		if got := loopback(url); got != want {
			t.Errorf("loopback(%q) = %v, want %v", url, got, want)
		}
	}
}
