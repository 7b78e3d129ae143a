package pagetest

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/standin-dev/standin/fakehost"
	"github.com/standin-dev/standin/fakehost/descriptor"
	"github.com/standin-dev/standin/harness/browser"
)

// patience bounds every wait, for slow machines.
const patience = 20 * time.Second

// shared is the one browser of these tests.
var shared *browser.Browser

func TestMain(m *testing.M) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	b, err := browser.Launch(ctx, browser.Options{})
	cancel()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	shared = b
	code := m.Run()
	if err := b.Close(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

// modules are the app's, by product.
var modules = map[fakehost.Product]string{
	fakehost.Jira: `"jiraDashboardItems": [
			{"key": "item", "name": {"value": "Item"}, "url": "/frame?is=item&of={dashboardItem.id}", "configurable": true},
			{"key": "fixed", "name": {"value": "Fixed"}, "url": "/frame?is=fixed&of={dashboardItem.id}"}],
		"jiraWorkflowPostFunctions": [{"key": "function", "name": {"value": "Function"}, "view": {"url": "/frame?is=view&of={postFunction.config}"},
			"create": {"url": "/frame?is=create&of={postFunction.id}"}, "edit": {"url": "/frame?is=edit&of={postFunction.config}"}}],
		"generalPages": [{"key": "page", "url": "/frame?is=page", "name": {"value": "Page"}}],
		"jiraIssueContents": [{"key": "content", "name": {"value": "Content"}, "target": {"type": "web_panel", "url": "/frame?is=content&of={issue.key}"}}],
		"jiraIssueGlances": [{"key": "glance", "name": {"value": "Glance"}, "target": {"type": "web_panel", "url": "/frame?is=glance&of={issue.key}"}}],
		"dialogs": [{"key": "box", "url": "/frame?is=box&of={ac.n}", "options": {"size": "fullscreen", "header": {"value": "Box"}}}],
		"webItems": [
			{"key": "add", "name": {"value": "Add"}, "url": "/frame?is=add&of={issue.key}", "location": "jira.issue.tools", "target": {"type": "dialog"}},
			{"key": "look", "name": {"value": "Look"}, "url": "/frame?is=look&of={issue.key}", "location": "jira.issue.tools", "target": {"type": "inlinedialog"}},
			{"key": "peek", "name": {"value": "Peek"}, "url": "/frame?is=peek&of={issue.key}", "location": "jira.issue.tools",
				"target": {"type": "inlinedialog", "options": {"onHover": true, "offsetX": 40, "offsetY": 25, "width": "200px"}}},
			{"key": "pin", "name": {"value": "Pin"}, "url": "/frame?is=pin&of={issue.key}", "location": "jira.issue.tools",
				"target": {"type": "inlinedialog", "options": {"persistent": true, "closeOthers": false, "onTop": true}}}]`,
	fakehost.Confluence: `"dynamicContentMacros": [{"key": "macro", "name": {"value": "Macro"}, "url": "/frame?is=macro&of={macro.id}&city={city}&body={macro.body}", "bodyType": "plain-text",
		"parameters": [{"identifier": "city", "defaultValue": "Rome"}, {"identifier": "zoom"}],
		"editor": {"url": "/frame?is=editor&of={macro.id}&city={city}"}, "propertyPanel": {"url": "/frame?is=panel&of={macro.id}",
			"controls": [{"type": "custom", "key": "grow", "name": {"value": "Grow"}}, {"type": "custom", "key": "shrink", "name": {"value": "Shrink"}}]}}],
		"customContent": [{"key": "note", "name": {"value": "Note"}, "uiSupport": {"contentViewComponent": {"moduleKey": "shown"}, "contentEditComponent": {"moduleKey": "edited"}}}],
		"generalPages": [{"key": "shown", "name": {"value": "Shown"}, "url": "/frame?is=shown&of={content.id}"},
			{"key": "edited", "name": {"value": "Edited"}, "url": "/frame?is=edited&of={content.plugin}"}]`,
}

// library is where apps get all.js in production.
const library = "https://connect-cdn.atl-paas.net/all.js"

// frame is the page of every module. It tells the back end what it is, by its own
// address, with the token that it was given; and again whenever the app's event
// again goes round. A dialog closes itself when the event leave names it, and a frame
// is clicked when the event click does.
const frame = `<!doctype html><link rel="icon" href="data:,"><title>app</title><script src="` + library + `"></script>
<main class="ac-content"><p>A frame of the app</p><button>Press</button></main>
<script>
const own = new URLSearchParams(location.search);
async function report() {
  const token = await AP.context.getToken();
  await fetch('/report?is=' + own.get('is') + '&of=' + encodeURIComponent(own.get('of')), { headers: { Authorization: 'JWT ' + token } });
}
AP.events.on('again', report);
AP.events.on('click', (is) => { if (own.get('is') === is) document.body.click(); });
AP.events.on('leave', (is) => { if (own.get('is') === is) AP.dialog.close({ by: 'itself' }); });
report();
</script>`

// report is what a frame told the back end.
type report struct{ is, of, token string }

// world is a host with the app on it, and a tab.
type world struct {
	t       testing.TB
	ctx     context.Context
	host    *fakehost.Server
	tenant  *fakehost.Tenant
	tab     *browser.Context
	reports chan report
}

func newWorld(t testing.TB, product fakehost.Product) *world {
	t.Helper()
	return newWorldWith(t, &fakehost.Server{Product: product})
}

// newWorldWith is the same of a host with settings of its own.
func newWorldWith(t testing.TB, host *fakehost.Server) *world {
	t.Helper()
	product := host.Product
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	t.Cleanup(cancel)
	w := &world{t: t, ctx: ctx, host: host, reports: make(chan report, 1000)}
	w.must(w.host.Start())
	t.Cleanup(func() { w.must(w.host.Close()) })
	var app *httptest.Server
	app = httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		w.serve(rw, r, app.URL, modules[product])
	}))
	t.Cleanup(func() { app.CloseClientConnections(); app.Close() })
	d, err := descriptor.Fetch(ctx, app.Client(), app.URL)
	w.must(err)
	w.tenant, err = w.host.Install(ctx, d, fakehost.InstallOptions{})
	w.must(err)
	w.tab, err = shared.NewContext(ctx, browser.ContextOptions{Clock: w.host.Time(), Serve: w.library})
	w.must(err)
	t.Cleanup(func() { w.must(w.tab.Close()) })
	return w
}

func (w *world) library(url string) *browser.Served {
	if url != library {
		return nil
	}
	return &browser.Served{ContentType: "text/javascript", Body: w.host.AllJSSource()}
}

// serve is the app's back end.
func (w *world) serve(rw http.ResponseWriter, r *http.Request, base, modules string) {
	query := r.URL.Query()
	switch r.URL.Path {
	case "/atlassian-connect.json":
		fmt.Fprintf(rw, `{"key": "com.example.pages", "name": "Pages", "baseUrl": %q, "authentication": {"type": "jwt"},
			"lifecycle": {"installed": "/installed"}, "modules": {%s}}`, base, modules)
	case "/installed":
		rw.WriteHeader(http.StatusNoContent)
	case "/frame":
		rw.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprint(rw, frame)
	case "/report":
		w.reports <- report{query.Get("is"), query.Get("of"), strings.TrimPrefix(r.Header.Get("Authorization"), "JWT ")}
	default:
		http.NotFound(rw, r)
	}
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) open(url string) {
	w.t.Helper()
	w.must(w.tab.Goto(w.ctx, url))
}

// next are the next n reports.
func (w *world) next(n int) []report {
	w.t.Helper()
	bound, cancel := context.WithTimeout(w.ctx, patience)
	defer cancel()
	var got []report
	for len(got) < n {
		select {
		case r := <-w.reports:
			got = append(got, r)
		case <-bound.Done():
			w.t.Fatalf("%d of %d frames reported: %v", len(got), n, got)
		}
	}
	return got
}

// inHost runs a script in the host's page.
func inHost[T any](w *world, script string) T {
	w.t.Helper()
	var value T
	w.must(w.tab.EvalHost(w.ctx, script, &value))
	return value
}

// inFrame runs a script in one frame of the app.
func inFrame(w *world, script string) {
	w.t.Helper()
	w.must(w.tab.EvalFrame(w.ctx, script, nil))
}

// fromFrame is the value of a script in the one frame of the app that there is. A
// promise is awaited, with a bound.
func fromFrame[T any](w *world, what, script string) T {
	w.t.Helper()
	bound, cancel := context.WithTimeout(w.ctx, patience)
	defer cancel()
	var value T
	if err := w.tab.EvalFrame(bound, script, &value); err != nil {
		w.t.Fatalf("waited for %s: %v", what, err)
	}
	return value
}

// heard waits until the host's page has handled all that the frame said so far.
func (w *world) heard() {
	w.t.Helper()
	fromFrame[any](w, "the host to hear", `new Promise((done) => AP.user.getLocale(done))`)
}

// saved waits until the host has kept something, and gives its line in the journal.
func (w *world) saved(what string, mark int) string {
	w.t.Helper()
	bound, cancel := context.WithTimeout(w.ctx, patience)
	defer cancel()
	e, err := w.host.Await(bound, what, func(e fakehost.Entry) bool { return e.Seq > mark && e.Kind == fakehost.KindSaved })
	w.must(err)
	return e.Text
}

// until waits until a script in the host's page is true.
func (w *world) until(what, script string) {
	w.t.Helper()
	bound, cancel := context.WithTimeout(w.ctx, patience)
	defer cancel()
	// The page watches itself: the script must be about what stands in it.
	wait := `new Promise((done) => {
		const look = () => { if (` + script + `) { watcher.disconnect(); done(true); } };
		const watcher = new MutationObserver(look);
		watcher.observe(document, { subtree: true, childList: true, attributes: true });
		document.addEventListener('readystatechange', look);
		look();
	})`
	if err := w.tab.EvalHost(bound, wait, nil); err != nil {
		w.t.Fatalf("waited for %s: %v", what, err)
	}
}
