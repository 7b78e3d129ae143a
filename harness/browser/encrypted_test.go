package browser

import (
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/standin-dev/standin/fixtures/requests"
	"github.com/standin-dev/standin/harness/timeline"
)

func newEncryptedRig(t testing.TB, app pages, o ContextOptions) *rig {
	t.Helper()
	return newRigBy(t, theBrowser(t), httptest.NewTLSServer, app, o)
}

// TestEncryptedBackEnd: what is translated on http: is on https:, too: tokens of cookies,
// of answers, and of the handshakes and messages of wss:.
func TestEncryptedBackEnd(t *testing.T) {
	t.Parallel()
	r := newEncryptedRig(t, pages{
		"/": html(`<script>` + openSocket + `</script>`), "/socket": acceptWebSocket,
		"/set": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Set-Cookie", "session="+tokenOfWire+"; SameSite=None; Secure; Partitioned; Path=/")
			w.Header().Set("Content-Type", "application/json")
			fmt.Fprintf(w, `{"token":%q}`, tokenOfWire)
		},
	}, ContextOptions{Rewriting: rewriting(), Outbound: swap})
	r.show("/")
	if got := eval[string](r, `fetch('/set').then(a => a.text())`); got != `{"token":"`+tokenOfPage+`"}` {
		t.Errorf("the page got %s", got)
	}
	if got := eval[string](r, `document.cookie`); got != "session="+tokenOfPage {
		t.Errorf("the page reads the cookies %s", got)
	}
	r.do(`fetch('/api?t=token-of-page')`)
	if got := r.server("GET", "/api?t=token-of-wire").Header.Get("Cookie"); got != "session="+tokenOfWire {
		t.Errorf("the server got the cookies %s", got)
	}
	if got := eval[string](r, `openSocket('/socket?t=token-of-page', ['first', 'token-of-page'])`); got != "token-of-page:hello" {
		t.Errorf("the page got %q", got)
	}
	if got := r.server("GET", "/socket?t=token-of-wire").Header; got.Get("Sec-Websocket-Protocol") != "first, token-of-wire" {
		t.Errorf("the server got the handshake %v", got)
	}
	x := r.one("GET", "/socket?t=token-of-page")
	if !strings.HasPrefix(x.URL, "wss://localhost:") || x.Status != 101 || x.Header.Get("Cookie") != "session="+tokenOfPage {
		t.Errorf("the record has %s with %v", lines([]timeline.Exchange{x}), x.Header)
	}
}

// TestNavigationPreloads: what the browser asks for while a service worker starts passes
// no tap, but the relay translates the tokens in its address.
func TestNavigationPreloads(t *testing.T) {
	t.Parallel()
	for name, newRig := range map[string]func(testing.TB, pages, ContextOptions) *rig{"http": newRig, "https": newEncryptedRig} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t, pages{"/": html(""), "/worker.js": text("text/javascript", `addEventListener('install', () => skipWaiting());
				addEventListener('activate', e => e.waitUntil(registration.navigationPreload.enable().then(() => clients.claim())));
				addEventListener('fetch', e => e.respondWith((async () => await e.preloadResponse || fetch(e.request))()))`)},
				ContextOptions{Rewriting: rewriting()})
			r.show("/")
			r.do(`navigator.serviceWorker.register('/worker.js').then(() => navigator.serviceWorker.ready).then(() =>
				navigator.serviceWorker.controller || new Promise(done => navigator.serviceWorker.oncontrollerchange = done)).then(() => 0)`)
			r.do(`new Promise(done => { const f = document.createElement('iframe'); f.onload = () => done(0); f.src = '/view?jwt=` + tokenOfPage + `'; document.body.append(f) })`)
			r.settle()
			if got := r.server("GET", "/view?jwt="+tokenOfWire).Header; got.Get("Service-Worker-Navigation-Preload") != "true" {
				t.Errorf("the server got %v, which is no preload", got)
			}
			if r.reached("/view?jwt=" + tokenOfPage) {
				t.Error("it got one with the token as the page has it")
			}
			r.await("the preload", func(x timeline.Exchange) bool {
				return x.URL == r.appURL+"/view?jwt="+tokenOfPage && x.Header.Get("Service-Worker-Navigation-Preload") != "" && x.Status == 200
			})
		})
	}
}

// TestMessagesAreTranslated: a token that a page says on a WebSocket is in the back end's
// time when it gets there, and the other way round; the record has what the page has.
func TestMessagesAreTranslated(t *testing.T) {
	t.Parallel()
	for name, newRig := range map[string]func(testing.TB, pages, ContextOptions) *rig{"ws": newRig, "wss": newEncryptedRig} {
		t.Run(name, func(t *testing.T) {
			how := rewriting()
			how.HTTP = false // messages are translated all the same
			heard := make(chan string, 10)
			r := newRig(t, pages{"/": html(`<script>` + openSocket + `</script>`), "/socket": func(w http.ResponseWriter, q *http.Request) {
				requests.TalkWebSocket(w, q, func(text string) string { heard <- text; return text })
			}}, ContextOptions{Rewriting: how})
			r.show("/")
			r.do(`openSocket('/socket').then(() => 0)`)
			long := strings.Repeat("a long word ", 400)
			for _, said := range []string{`{"type":"auth","jwt":"` + tokenOfPage + `"}`, "nothing of ours: eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJzb21lYm9keSJ9.bm90LW91cnM", long + tokenOfPage + " " + long, "ü"} {
				got := eval[string](r, fmt.Sprintf(`new Promise(done => { socket.onmessage = e => done(e.data); socket.send(%q) })`, said))
				if want := strings.ReplaceAll(said, tokenOfPage, tokenOfWire); <-heard != want || got != said {
					t.Errorf("of %.80q the server and the page heard something else", said)
				}
			}
			if got := eval[string](r, `new Promise(done => { socket.binaryType = 'arraybuffer'; socket.onmessage = e => done(new TextDecoder().decode(e.data)); socket.send(new TextEncoder().encode('`+tokenOfPage+`')) })`); got != tokenOfPage || <-heard != tokenOfPage {
				t.Errorf("what is binary came as %s", got)
			}
			if got := r.server("GET", "/socket").Header.Get("Sec-Websocket-Extensions"); got != "" {
				t.Errorf("the server was offered %s", got)
			}
			x := r.await("the messages", func(x timeline.Exchange) bool { return x.Type == "WebSocket" && len(x.Frames) >= 11 })
			for _, f := range x.Frames {
				if strings.Contains(string(f.Data), tokenOfWire) {
					t.Errorf("the record has the back end's token: %s", f.Data)
				}
			}
			if last := x.Frames[10]; last.Text || string(last.Data) != tokenOfPage || !strings.Contains(string(x.Frames[1].Data), tokenOfPage) {
				t.Errorf("the record has %s", last.Data)
			}
		})
	}
}

// TestSiteBesideAnEncryptedApp: the host is found at its public name, by HTTPS, while an
// app's back end is reached through the relay; and so is nothing else that is encrypted.
func TestSiteBesideAnEncryptedApp(t *testing.T) {
	t.Parallel()
	how := rewriting()
	r := newEncryptedRig(t, pages{"/": html("app")}, ContextOptions{Rewriting: how})
	how.Concerns = func(origin string) bool { return origin == r.appURL }
	site := newNamedSite(t, "beside.atlassian.net", r.appURL)
	end, err := r.page.browser.Lead(site)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(end)
	if err := r.page.Goto(r.ctx, site.PublicOrigin()+"/"); err != nil {
		t.Fatal(err)
	}
	if err := r.page.Loaded(r.ctx, patience, true); err != nil {
		t.Fatal(err)
	}
	if got := eval[string](r, `location.ancestorOrigins[0]`); got != site.PublicOrigin() {
		t.Errorf("the app is in a page of %s", got)
	}
	other := httptest.NewUnstartedServer(http.NotFoundHandler())
	other.Config.ErrorLog = log.New(io.Discard, "", 0) // it is told that its certificate is not trusted
	other.StartTLS()
	t.Cleanup(other.Close)
	if got := eval[string](r, fmt.Sprintf(`fetch(%q, {mode: 'no-cors'}).then(() => 'answered', e => e.name)`, other.URL)); got != "TypeError" {
		t.Errorf("a back end of somebody else's, whose certificate nobody trusts, %s", got)
	}
}

// TestConnectionsAhead: a connection to another machine that the browser makes ahead of
// requests is refused, and is no WebSocket on the timeline; a WebSocket is.
func TestConnectionsAhead(t *testing.T) {
	t.Parallel()
	r := newEncryptedRig(t, pages{"/": html(`<link rel="preconnect" href="https://ahead.example">`)}, ContextOptions{Rewriting: rewriting()})
	r.show("/")
	r.page.refuseSocket("ahead.example:443") // returns when it has waited for the page's word
	r.do(`new Promise(done => { new WebSocket('wss://socket.example/').onerror = () => done(0) })`)
	x := r.await("the WebSocket", func(x timeline.Exchange) bool { return x.Type == "WebSocket" && x.Blocked })
	for _, other := range r.page.Exchanges() {
		if other.ID != x.ID && other.Type == "WebSocket" || x.URL != "wss://socket.example/" {
			t.Errorf("there is %s", lines([]timeline.Exchange{other}))
		}
	}
}
