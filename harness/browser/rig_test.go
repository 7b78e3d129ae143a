package browser

import (
	"bytes"
	"context"
	"fmt"
	"html/template"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/standin-dev/standin/fakehost/clock"
	"github.com/standin-dev/standin/harness/timeline"
)

// patience bounds every wait of the tests, for slow machines: none takes that
// long when all is well.
const patience = 20 * time.Second

// pages are what the app answers, by path.
type pages map[string]http.HandlerFunc

// rig is a host's page at 127.0.0.1 with an app's page from localhost in an
// iframe, which makes the app's frame a process of its own, as in production.
type rig struct {
	t         testing.TB
	ctx       context.Context
	clock     *clock.Clock
	page      *Context
	host, app *httptest.Server
	appURL    string

	requests *gotten
	hostName string // the name of the app's iframe
	closed   bool
}

// gotten are the requests that the app's server got.
type gotten struct {
	mu   sync.Mutex
	seen []received
}

// received is a request as the app's server got it.
type received struct {
	Method, URI string
	Header      http.Header
	Body        string
}

// html answers with a page. What it links as an icon keeps Chromium from asking
// for one.
func html(body string) http.HandlerFunc {
	return text("text/html; charset=utf-8", `<!doctype html><link rel="icon" href="data:,">`+body)
}

func text(contentType, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", contentType)
		w.Header().Set("Cache-Control", "no-store")
		_, _ = io.WriteString(w, body)
	}
}

// newRig starts the servers and opens a context. The app answers what it is not
// given a page for with 200 and the word "ok".
func newRig(t testing.TB, app pages, o ContextOptions) *rig {
	t.Helper()
	return newRigIn(t, theBrowser(t), app, o)
}

func newRigIn(t testing.TB, b *Browser, app pages, o ContextOptions) *rig {
	t.Helper()
	return newRigBy(t, b, httptest.NewServer, app, o)
}

// newRigBy is newRigIn with an app's server that is started otherwise.
func newRigBy(t testing.TB, b *Browser, start func(http.Handler) *httptest.Server, app pages, o ContextOptions) *rig {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	t.Cleanup(cancel)
	if o.Clock == nil {
		o.Clock = clock.New(clock.Options{})
	}
	r := &rig{t: t, ctx: ctx, clock: o.Clock, requests: &gotten{}}
	r.app = start(r.record(app))
	t.Cleanup(func() { r.app.CloseClientConnections(); r.app.Close() })
	r.appURL = strings.Replace(r.app.URL, "127.0.0.1", "localhost", 1)
	r.host = httptest.NewServer(http.HandlerFunc(r.hostPage))
	t.Cleanup(func() { r.host.CloseClientConnections(); r.host.Close() })
	page, err := b.NewContext(ctx, o)
	if err != nil {
		t.Fatal(err)
	}
	r.page = page
	t.Cleanup(r.close)
	return r
}

// close closes the context, once; the servers go with the test.
func (r *rig) close() {
	if r.closed {
		return
	}
	r.closed = true
	if err := r.page.Close(); err != nil {
		r.t.Errorf("close the context: %v", err)
	}
}

// hostPage shows the path of the app that it is asked for in an iframe.
func (r *rig) hostPage(w http.ResponseWriter, q *http.Request) {
	html(fmt.Sprintf(`<title>host</title><iframe id="app" name="%s" width="900" height="700" src="%s%s"></iframe>`,
		template.HTMLEscapeString(r.hostName), r.appURL, q.URL.Query().Get("show")))(w, q)
}

// in is the same rig for a subtest.
func (r *rig) in(t testing.TB) *rig {
	return &rig{t: t, ctx: r.ctx, clock: r.clock, page: r.page, host: r.host, app: r.app, appURL: r.appURL, requests: r.requests}
}

func (r *rig) record(app pages) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		body, _ := io.ReadAll(q.Body)
		q.Body = io.NopCloser(bytes.NewReader(body))
		r.requests.mu.Lock()
		r.requests.seen = append(r.requests.seen, received{q.Method, q.URL.RequestURI(), q.Header.Clone(), string(body)})
		r.requests.mu.Unlock()
		if h := app[q.URL.Path]; h != nil {
			h(w, q)
			return
		}
		text("text/plain", "ok")(w, q)
	})
}

// show opens the app's path in the host's page, and waits until it has loaded.
func (r *rig) show(path string) {
	r.t.Helper()
	r.goTo(path)
	if err := r.page.Loaded(r.ctx, patience, true); err != nil {
		r.t.Fatal(err)
	}
	r.settle()
}

func (r *rig) goTo(path string) {
	r.t.Helper()
	if err := r.page.Goto(r.ctx, r.host.URL+"/?show="+url.QueryEscape(path)); err != nil {
		r.t.Fatal(err)
	}
}

func (r *rig) settle() {
	r.t.Helper()
	if err := r.page.Settle(r.ctx, patience); err != nil {
		r.t.Fatal(err)
	}
}

// eval runs a script in the app's frame and returns its value.
func eval[T any](r *rig, script string) T {
	r.t.Helper()
	var out T
	if err := r.page.EvalFrame(r.ctx, script, &out); err != nil {
		r.t.Fatalf("%s: %v", script, err)
	}
	return out
}

func evalHost[T any](r *rig, script string) T {
	r.t.Helper()
	var out T
	if err := r.page.EvalHost(r.ctx, script, &out); err != nil {
		r.t.Fatalf("%s: %v", script, err)
	}
	return out
}

// do runs a script in the app's frame whose value does not matter.
func (r *rig) do(script string) {
	r.t.Helper()
	eval[any](r, script)
}

// await waits until an exchange is as wanted.
func (r *rig) await(what string, is func(timeline.Exchange) bool) timeline.Exchange {
	r.t.Helper()
	var found timeline.Exchange
	err := r.page.Await(r.ctx, patience, what, func() (bool, string) {
		all := r.page.Exchanges()
		for _, x := range all {
			if is(x) {
				found = x
				return true, ""
			}
		}
		return false, lines(all)
	})
	if err != nil {
		r.t.Fatal(err)
	}
	return found
}

// awaitEvent waits until there is an event as wanted.
func (r *rig) awaitEvent(what string, is func(timeline.Event) bool) timeline.Event {
	r.t.Helper()
	var found timeline.Event
	err := r.page.Await(r.ctx, patience, what, func() (bool, string) {
		all := r.page.Events()
		for _, e := range all {
			if is(e) {
				found = e
				return true, ""
			}
		}
		return false, fmt.Sprintf("%+v", all)
	})
	if err != nil {
		r.t.Fatal(err)
	}
	return found
}

// to finds the exchanges whose path and query are uri.
func (r *rig) to(uri string) []timeline.Exchange {
	var found []timeline.Exchange
	for _, x := range r.page.Exchanges() {
		if u, err := url.Parse(x.URL); err == nil && u.RequestURI() == uri {
			found = append(found, x)
		}
	}
	return found
}

// one is the only exchange of the method and path.
func (r *rig) one(method, uri string) timeline.Exchange {
	r.t.Helper()
	var found []timeline.Exchange
	for _, x := range r.to(uri) {
		if x.Method == method {
			found = append(found, x)
		}
	}
	if len(found) != 1 {
		r.t.Fatalf("%d exchanges are %s %s, want one; there are:\n%s", len(found), method, uri, lines(r.page.Exchanges()))
	}
	return found[0]
}

// server is what the app's server got for the method and path.
func (r *rig) server(method, uri string) received {
	r.t.Helper()
	r.requests.mu.Lock()
	defer r.requests.mu.Unlock()
	for _, got := range r.requests.seen {
		if got.Method == method && got.URI == uri {
			return got
		}
	}
	r.t.Fatalf("the server never got %s %s; it got %+v", method, uri, r.requests.seen)
	return received{}
}

// reached tells whether the app's server got the path at all.
func (r *rig) reached(uri string) bool {
	r.requests.mu.Lock()
	defer r.requests.mu.Unlock()
	for _, got := range r.requests.seen {
		if got.URI == uri {
			return true
		}
	}
	return false
}

// lines shows exchanges to a person who reads a failure.
func lines(all []timeline.Exchange) string {
	var b strings.Builder
	for _, x := range all {
		fmt.Fprintf(&b, "#%d %s %s %s status %d ended %v redirect of %d frame %.6s host %v failure %q initiator %q\n",
			x.ID, x.Type, x.Method, x.URL, x.Status, x.Ended, x.RedirectOf, x.Frame, x.HostPage, x.Failure, x.Initiator)
	}
	return b.String()
}
