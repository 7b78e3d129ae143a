package browser

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/standin-dev/standin/harness/timeline"
)

// with answers as next does, with a header more.
func with(name, value string, next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set(name, value)
		next(w, r)
	}
}

// TestShown: what a page shows, and where its code uses the bridge.
func TestShown(t *testing.T) {
	t.Parallel()
	r := newRig(t, pages{
		"/":       html(`<h1>Hello</h1>  <p>there</p><script>addEventListener("load", () => { window.AP && AP.resize() })</script><script src="/app.js"></script>`),
		"/app.js": text("text/javascript", "// nothing here\nfunction go() { return window.AP.context.getToken(); }\n"),
		"/json":   text("application/json", `{"error": "no such module"}`),
		"/empty":  text("text/html", ""),
	}, ContextOptions{})
	for path, want := range map[string]timeline.PageState{
		"/": {Words: "Hello there", ContentType: "text/html", Uses: []timeline.Use{
			{URL: r.appURL + "/", Text: "AP.resize"}, {URL: r.appURL + "/app.js", Line: 2, Text: "AP.context"},
		}},
		"/json":  {Words: `{"error": "no such module"}`, ContentType: "application/json"},
		"/empty": {ContentType: "text/html", Empty: true, Bare: true},
	} {
		r.show(path)
		got, err := r.page.Shown(r.ctx)
		if err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", path, diff)
		}
	}
}

// TestIssues: what a policy forbids, what CORS keeps from the page, and what a script
// throws, each with its particulars.
func TestIssues(t *testing.T) {
	t.Parallel()
	api := httptest.NewServer(with("Access-Control-Allow-Origin", "*", text("application/json", "{}")))
	t.Cleanup(api.Close)
	r := newRig(t, pages{
		"/": with("Content-Security-Policy", "script-src 'self'",
			with("Content-Security-Policy-Report-Only", "img-src 'none'",
				html(`<script src="https://connect-cdn.atl-paas.net/all.js"></script><img src="/x.png"><script>1</script><script src="/app.js"></script>`))),
		"/app.js": text("text/javascript", "fetch("+quote(api.URL)+", { headers: { Authorization: 'JWT x' } }).catch(() => {});\nmissing();\n"),
	}, ContextOptions{})
	r.show("/")
	if err := r.page.Settle(r.ctx, patience); err != nil {
		t.Fatal(err)
	}
	var violations []timeline.Violation
	var refused []timeline.CORSError
	var thrown []timeline.ScriptError
	for _, e := range r.page.Events() {
		switch {
		case e.Violation != nil && e.Violation.Blocked != "data": // the icon of the test's page
			violations = append(violations, *e.Violation)
		case e.CORS != nil:
			refused = append(refused, *e.CORS)
		case e.Script != nil:
			thrown = append(thrown, *e.Script)
		}
	}
	anyOrder := cmpopts.SortSlices(func(a, b timeline.Violation) bool { return a.Directive+a.Blocked < b.Directive+b.Blocked })
	if diff := cmp.Diff([]timeline.Violation{
		{Directive: "img-src", Blocked: r.appURL + "/x.png", ReportOnly: true},
		{Directive: "script-src-elem", Inline: true},
		{Directive: "script-src-elem", Blocked: "https://connect-cdn.atl-paas.net/all.js"},
	}, violations, anyOrder); diff != "" {
		t.Errorf("violations (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]timeline.CORSError{
		{Method: "GET", URL: api.URL + "/", Reason: "HeaderDisallowedByPreflightResponse", Parameter: "authorization"},
	}, refused); diff != "" {
		t.Errorf("refused by CORS (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]timeline.ScriptError{{Message: "ReferenceError: missing is not defined", URL: r.appURL + "/app.js", Line: 2}}, thrown); diff != "" {
		t.Errorf("thrown (-want +got):\n%s", diff)
	}
}
