package browser

import (
	"compress/gzip"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/standin-dev/standin/harness/browser/relay"
)

// Two tokens of the same claims but sub: what the page has, and what the back end has.
const (
	tokenOfPage = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJwYWdlIn0.c2lnbmF0dXJlLW9mLXBhZ2U"
	tokenOfWire = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ3aXJlIn0.c2lnbmF0dXJlLW9mLXdpcmUtd2hpY2gtaXMtbG9uZ2Vy"
)

// rewriting swaps the one for the other on the app's origin.
func rewriting() *relay.Rewriting {
	swapper := func(from, to string) func(string) string {
		return func(raw string) string {
			if raw == from {
				return to
			}
			return raw
		}
	}
	return &relay.Rewriting{
		Concerns: func(origin string) bool {
			return strings.HasPrefix(origin, "http://localhost:") || strings.HasPrefix(origin, "https://localhost:")
		},
		HTTP: true, HTTPS: true,
		Outward: swapper(tokenOfPage, tokenOfWire), Inward: swapper(tokenOfWire, tokenOfPage),
	}
}

// TestCookiesAreTranslated: a token that the back end puts into a cookie is, to the
// page's scripts, one of their own time, and comes back to it as it was given.
func TestCookiesAreTranslated(t *testing.T) {
	t.Parallel()
	r := newRig(t, pages{"/": html(`hello`), "/set": func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Add("Set-Cookie", "session="+tokenOfWire+"; SameSite=None; Secure; Partitioned; Path=/")
		w.Header().Add("Set-Cookie", "theme=dark; SameSite=None; Secure; Partitioned; Path=/")
		w.Header().Set("X-Acpt", tokenOfWire)
	}}, ContextOptions{Rewriting: rewriting()})
	r.show("/")
	if got := eval[string](r, `fetch('/set').then(a => a.headers.get('X-Acpt'))`); got != tokenOfPage {
		t.Errorf("the page reads the header %s", got)
	}
	if got := eval[string](r, `document.cookie`); !strings.Contains(got, "session="+tokenOfPage) {
		t.Errorf("the page reads the cookies %s", got)
	}
	r.do(`fetch('/api', {method: 'POST', body: 'a body'})`)
	r.settle()
	got := r.server("POST", "/api")
	if cookie := got.Header.Get("Cookie"); !strings.Contains(cookie, "session="+tokenOfWire) || !strings.Contains(cookie, "theme=dark") || got.Body != "a body" {
		t.Errorf("the server got the cookies %q and the body %q", cookie, got.Body)
	}
	if x := r.one("POST", "/api"); !strings.Contains(x.Header.Get("Cookie"), tokenOfPage) {
		t.Errorf("the record has the cookies %q", x.Header.Get("Cookie"))
	}
}

// TestAnswersAreTranslated: whatever the framing, what the page gets has its token in
// the place of the back end's, and nothing else is changed.
func TestAnswersAreTranslated(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", readable) // beyond what is held
	flush := func(w http.ResponseWriter) { w.(http.Flusher).Flush() }
	app := pages{
		"/": html(`hello`),
		"/json": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			fmt.Fprintf(w, `{"token":%q}`, tokenOfWire)
		},
		"/html": text("text/html", `<meta name="token" content="`+tokenOfWire+`">`),
		"/chunked": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/plain")
			for _, part := range []string{"a ", tokenOfWire[:30], tokenOfWire[30:60], tokenOfWire[60:], " z"} {
				_, _ = io.WriteString(w, part)
				flush(w)
			}
		},
		"/long": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/plain")
			w.Header().Set("Content-Length", fmt.Sprint(2*len(long)+len(tokenOfWire)+2))
			_, _ = io.WriteString(w, long+" "+tokenOfWire+" "+long)
		},
		"/until-close": func(w http.ResponseWriter, _ *http.Request) {
			conn, buffered, err := w.(http.Hijacker).Hijack()
			if err != nil {
				return
			}
			defer conn.Close()
			fmt.Fprintf(buffered, "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nConnection: close\r\n\r\n<%s>", tokenOfWire)
			_ = buffered.Flush()
		},
		"/picture": text("image/x-test", tokenOfWire),
		"/compressed": func(w http.ResponseWriter, q *http.Request) {
			w.Header().Set("Content-Type", "text/plain")
			if !strings.Contains(q.Header.Get("Accept-Encoding"), "gzip") {
				_, _ = io.WriteString(w, tokenOfWire)
				return
			}
			w.Header().Set("Content-Encoding", "gzip")
			z := gzip.NewWriter(w)
			_, _ = io.WriteString(z, tokenOfWire)
			_ = z.Close()
		},
		"/empty": func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) },
		"/gone":  func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "<"+tokenOfWire+">", http.StatusGone) },
	}
	r := newRig(t, app, ContextOptions{Rewriting: rewriting()})
	r.show("/")
	for path, want := range map[string]string{
		"/json": `{"token":"` + tokenOfPage + `"}`, "/html": `<meta name="token" content="` + tokenOfPage + `">`,
		"/chunked": "a " + tokenOfPage + " z", "/long": long + " " + tokenOfPage + " " + long, "/until-close": "<" + tokenOfPage + ">",
		"/picture": tokenOfWire, "/compressed": tokenOfPage, "/empty": "", "/gone": "<" + tokenOfPage + ">\n",
	} {
		// Twice, for the second may come by the same connection.
		for range 2 {
			if got := eval[string](r, `fetch('`+path+`').then(a => a.text())`); got != want {
				t.Errorf("%s: the page got %d bytes, want %d: %.200s", path, len(got), len(want), got)
			}
		}
	}
}

// TestStreamsAreTranslatedAsTheyCome: an event is not held until the next one.
func TestStreamsAreTranslatedAsTheyCome(t *testing.T) {
	t.Parallel()
	more := make(chan struct{})
	r := newRig(t, pages{"/": html(`hello`), "/events": func(w http.ResponseWriter, q *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		for {
			fmt.Fprintf(w, "data: %s\n\n", tokenOfWire)
			w.(http.Flusher).Flush()
			select {
			case <-more:
			case <-q.Context().Done():
				return
			}
		}
	}}, ContextOptions{Rewriting: rewriting()})
	r.show("/")
	first := eval[string](r, `new Promise(done => { self.source = new EventSource('/events'); source.onmessage = e => done(e.data) })`)
	r.do(`self.next = new Promise(done => { source.onmessage = e => done(e.data) }); 0`)
	more <- struct{}{}
	if second := eval[string](r, `next`); first != tokenOfPage || second != tokenOfPage {
		t.Errorf("the page got %q and %q", first, second)
	}
	r.do(`source.close()`)
}

// TestAServerLearnsThatNobodyWaits: a request that the page gives up is given up by the
// relay, too.
func TestAServerLearnsThatNobodyWaits(t *testing.T) {
	t.Parallel()
	asked, gone := make(chan struct{}), make(chan struct{})
	r := newRig(t, pages{"/": html(`hello`), "/slow": func(_ http.ResponseWriter, q *http.Request) {
		close(asked)
		<-q.Context().Done()
		close(gone)
	}}, ContextOptions{Rewriting: rewriting()})
	r.show("/")
	r.do(`self.stop = new AbortController(); fetch('/slow', {signal: stop.signal}).catch(() => {}); 0`)
	r.awaitClosed(asked, "the request to reach the server")
	r.do(`stop.abort()`)
	r.awaitClosed(gone, "the server to learn that it was given up")
}

// TestOddRequestsPassTheRelay: what Go's own server would refuse is the back end's to
// judge; a body that is sent arrives whole; many at once get their own answers.
func TestOddRequestsPassTheRelay(t *testing.T) {
	t.Parallel()
	echo := func(w http.ResponseWriter, q *http.Request) {
		body, _ := io.ReadAll(q.Body)
		w.Header().Set("Content-Type", "text/plain")
		fmt.Fprintf(w, "%s %s %d", q.Method, q.URL.Query().Get("n"), len(body))
	}
	r := newRig(t, pages{"/": html(`hello`), "/echo": echo}, ContextOptions{Rewriting: rewriting()})
	r.show("/")
	got := eval[[]string](r, `Promise.all(Array.from({length: 40}, (_, n) =>
		fetch('/echo?n=' + n, {method: n % 2 ? 'PUT' : 'POST', body: 'b'.repeat(n * 5000)}).then(a => a.text())))`)
	var want []string
	for n := range 40 {
		method := "POST"
		if n%2 == 1 {
			method = "PUT"
		}
		want = append(want, fmt.Sprintf("%s %d %d", method, n, n*5000))
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("answers (-want +got):\n%s", diff)
	}
	if got := eval[string](r, `fetch('/echo', {method: 'HEAD'}).then(a => a.status + ' ' + a.headers.get('Content-Type'))`); got != "200 text/plain" {
		t.Errorf("HEAD: %s", got)
	}
}

// awaitClosed waits for a channel to close.
func (r *rig) awaitClosed(c <-chan struct{}, what string) {
	r.t.Helper()
	select {
	case <-c:
	case <-r.ctx.Done():
		r.t.Fatalf("waited for %s in vain", what)
	}
}
