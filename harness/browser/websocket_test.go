package browser

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/standin-dev/standin/fixtures/requests"
	"github.com/standin-dev/standin/harness/timeline"
)

// acceptWebSocket says hello and then what it is told.
func acceptWebSocket(w http.ResponseWriter, q *http.Request) { requests.ServeWebSocket(w, q, false) }

// openSocket opens a WebSocket and tells the protocol that it got and the first
// message.
const openSocket = `const openSocket = (path, protocols) => new Promise((done, fail) => {
	const w = self.socket = new WebSocket(location.origin.replace('http', 'ws') + path, protocols || []);
	w.onmessage = e => done(w.protocol + ':' + e.data); w.onerror = () => fail(new Error('refused')) });`

// TestSocketTokens: the tokens of a handshake are translated wherever they ride, and
// the page sees nothing of it.
func TestSocketTokens(t *testing.T) {
	t.Parallel()
	r := newRig(t, pages{"/": html(`<script>` + openSocket + `</script>`), "/socket": acceptWebSocket, "/set": func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Set-Cookie", "c=token-of-page; SameSite=None; Secure; Partitioned; Path=/")
	}}, ContextOptions{Outbound: swap})
	r.show("/")
	r.do(`fetch('/set')`)
	r.settle()
	if got := eval[string](r, `openSocket('/socket?t=token-of-page&u=1', ['first', 'token-of-page'])`); got != "token-of-page:hello" {
		t.Errorf("the page got %q", got)
	}
	got := r.server("GET", "/socket?t=token-of-wire&u=1")
	for name, want := range map[string]string{
		"Sec-Websocket-Protocol": "first, token-of-wire", "Cookie": "c=token-of-wire", "Origin": r.appURL, "Upgrade": "websocket", "Authorization": "", "Referer": "",
	} {
		if got.Header.Get(name) != want {
			t.Errorf("the server got %s %q, want %q", name, got.Header.Get(name), want)
		}
	}
	x := r.one("GET", "/socket?t=token-of-page&u=1")
	if x.Header.Get("Sec-Websocket-Protocol") != "first, token-of-page" || x.Header.Get("Cookie") != "c=token-of-page" || x.Tokens["page"].Sent != "wire" {
		t.Errorf("the record has %v and tokens %v", x.Header, x.Tokens)
	}
	if x.Status != 101 || x.Frame == "" || x.Document != r.appURL+"/" || x.Initiator == "" {
		t.Errorf("it is %s with document %q", lines([]timeline.Exchange{x}), x.Document)
	}
}

// TestFrames: the first messages are kept, both ways, and long ones cut; later ones if
// the page sent a token in them.
func TestFrames(t *testing.T) {
	t.Parallel()
	const token = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ1In0.c2ln"
	r := newRig(t, pages{"/": html(`<script>` + openSocket + `</script>`), "/socket": acceptWebSocket}, ContextOptions{})
	r.show("/")
	r.do(`openSocket('/socket').then(() => new Promise(done => { let n = 0; socket.onmessage = () => ++n === 15 && done(0);
		socket.send('JWT abc'); socket.send('x'.repeat(5000)); for (let i = 2; i < 12; i++) socket.send('again');
		for (const said of ['` + token + `', 'later', ' '.repeat(` + fmt.Sprint(keptBytes-5) + `) + '` + token + `']) socket.send(said) }))`)
	x := r.await("the messages", func(x timeline.Exchange) bool { return x.Type == "WebSocket" && len(x.Frames) >= 2*keptFrames+2 })
	var sent, got []string
	for _, f := range x.Frames {
		if !f.Text || f.At.IsZero() || f.Size < len(f.Data) {
			t.Errorf("a message: %+v", f)
		}
		to := &got
		if f.Sent {
			to = &sent
		}
		*to = append(*to, fmt.Sprintf("%.7s %d of %d", f.Data, len(f.Data), f.Size))
	}
	again := []string{"again 5 of 5", "again 5 of 5", "again 5 of 5", "again 5 of 5", "again 5 of 5", "again 5 of 5"}
	later := []string{"eyJhbGc 41 of 41", fmt.Sprintf("        %[1]d of %[1]d", keptBytes-5+41)} // a token is not cut in two
	long := fmt.Sprintf("xxxxxxx %d of 5000", keptBytes)
	if diff := cmp.Diff(slices.Concat([]string{"JWT abc 7 of 7", long}, again, later), sent); diff != "" {
		t.Errorf("sent (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(append([]string{"hello 5 of 5", "JWT abc 7 of 7", long}, again[:5]...), got); diff != "" {
		t.Errorf("received (-want +got):\n%s", diff)
	}
}

// TestWebTransport: one that a page opens does not connect, and is told.
func TestWebTransport(t *testing.T) {
	t.Parallel()
	r := newRig(t, pages{"/": html("")}, ContextOptions{})
	r.show("/")
	url := strings.Replace(r.appURL, "http", "https", 1) + "/transport?t=1"
	if got := eval[string](r, `(t => t.ready.then(() => 'connected', () => 'refused'))(new WebTransport(`+quote(url)+`))`); got != "refused" {
		t.Errorf("it is %s", got)
	}
	x := r.await("the WebTransport", func(x timeline.Exchange) bool { return x.Type == "WebTransport" })
	if x.URL != url || x.Method != "CONNECT" || !x.Blocked || !x.Ended || x.Frame == "" {
		t.Errorf("it is told as %s", lines([]timeline.Exchange{x}))
	}
}

// TestManySockets: going through the relay does not bound how many WebSockets a page
// has at a time.
func TestManySockets(t *testing.T) {
	t.Parallel()
	r := newRig(t, pages{"/": html(""), "/socket": acceptWebSocket}, ContextOptions{})
	r.show("/")
	got := eval[int](r, `(async () => {
		const all = [...Array(60).keys()].map(i => new WebSocket(location.origin.replace('http', 'ws') + '/socket?' + i));
		let open = 0;
		await Promise.race([new Promise(done => setTimeout(done, 15000)), Promise.all(all.map(s => new Promise(done => s.onopen = () => { open++; done() })))]);
		for (const s of all) s.close();
		return open })()`)
	if got != 60 {
		t.Errorf("%d of 60 are open", got)
	}
}
