package harness

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/standin-dev/standin/fakehost"
	"github.com/standin-dev/standin/harness/report"
)

// severalModules are a general page that calls nothing, a macro that calls twice, its
// editor, which is not there, a dialog that calls three times, one that its app must
// open, and one that is not shown.
const severalModules = `"generalPages": [{"key": "home", "url": "/page?calls=0"}],
	"dynamicContentMacros": [{"key": "chart", "url": "/page?calls=2", "editor": {"url": "/gone"}}],
	"dialogs": [{"key": "pick", "url": "/page?calls=3"}, {"key": "own", "url": "/page?tab={ac.tab}"}],
	"contentBylineItems": [{"key": "by", "url": "/page?calls=9", "conditions": [{"condition": "user_is_admin", "invert": true}]}]`

// several is an app without tokens that has those modules, and more.
func several(t *testing.T, more string) *httptest.Server {
	t.Helper()
	mux := http.NewServeMux()
	server := httptest.NewServer(mux)
	t.Cleanup(func() { server.CloseClientConnections(); server.Close() })
	mux.HandleFunc("/atlassian-connect.json", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprintf(w, `{"key": "several", "baseUrl": %q, "authentication": {"type": "none"}, "modules": {%s%s}}`, server.URL, severalModules, more)
	})
	mux.HandleFunc("/page", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, `<!DOCTYPE html><title>page</title><p>Hello</p><script>for (let n = new URLSearchParams(location.search).get("calls"); n > 0; n--) fetch("/api/items?n=" + n)</script>`)
	})
	mux.HandleFunc("/api/items", func(w http.ResponseWriter, r *http.Request) {
		if r.FormValue("n") == "1" {
			http.Error(w, "no", http.StatusForbidden)
			return
		}
		fmt.Fprint(w, "[]")
	})
	return server
}

// opening opens what is shown, and nothing else.
var opening = Scenario{ID: FirstLoad, Title: "The page is opened.", Play: func(ctx context.Context, s *Stage) error { return s.Open(ctx) }}

// An app of Confluence alone is played as that, on the module that calls most by itself;
// the report says what was seen of the others.
func TestModuleByItsCalls(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	app := several(t, "")
	r, err := Run(ctx, Config{App: app.URL, Use: shared}, []Scenario{opening})
	if err != nil {
		t.Fatal(err)
	}
	if r.Host.Product != "confluence" || !strings.HasSuffix(r.Host.BaseURL, "/wiki") || r.Scenarios[0].Module != "chart" {
		t.Errorf("played on %s of %+v", r.Scenarios[0].Module, r.Host)
	}
	want := []report.Module{
		{Key: "home", Type: "generalPages"},
		{Key: "chart", Type: "dynamicContentMacros", Played: true, Calls: 2, Refused: 1},
		{Key: "chart:editor", Type: "dynamicContentMacros", Failure: "it answered 404"},
		{Key: "pick", Type: "dialogs", Calls: 3, Refused: 1},
		{Key: "own", Type: "dialogs", Skipped: "its URL has {ac.tab}, which the app gives when it opens it"},
		{Key: "by", Type: "contentBylineItems", Skipped: "it is not shown to the person of this run: its condition not user_is_admin does not hold"},
	}
	if diff := cmp.Diff(want, r.Modules); diff != "" {
		t.Errorf("modules (-want +got):\n%s", diff)
	}
	for _, want := range []string{
		"product: Confluence, by the modules of the descriptor",
		"modules: the scenarios were played on chart (dynamicContentMacros), which called its back end most as it was opened: twice.",
	} {
		if !slices.ContainsFunc(r.Notes, func(n string) bool { return strings.HasPrefix(n, want) }) {
			t.Errorf("no note begins %q: %q", want, r.Notes)
		}
	}
}

// Each module is played by itself where all are asked for, and scenarios without a page
// once.
func TestAllModules(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	once := Scenario{ID: "verify/nothing", Title: "Nothing is asked.", Pageless: true, Play: func(context.Context, *Stage) error { return &NotApplicable{Reason: "x"} }}
	app := several(t, `, "jiraIssueContents": [{"key": "issue", "target": {"type": "web_panel", "url": "/page?calls=1"}}]`)
	r, err := Run(ctx, Config{App: app.URL, Use: shared, Module: AllModules}, []Scenario{once, opening})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, s := range r.Scenarios {
		got = append(got, s.Label())
	}
	if want := []string{FirstLoad + " on home", FirstLoad + " on pick", FirstLoad + " on issue", "verify/nothing"}; !slices.Equal(got, want) {
		t.Errorf("played %q, want %q", got, want)
	}
	if r.Host.Product != "jira" {
		t.Errorf("an app of both is played as %s", r.Host.Product)
	}
	for _, want := range []string{"product: Jira; the descriptor has modules of Confluence too: chart, by.", "modules: not played on:\n  chart (dynamicContentMacros): it is a module of Confluence (--product confluence)"} {
		if !slices.ContainsFunc(r.Notes, func(n string) bool { return strings.HasPrefix(n, want) }) {
			t.Errorf("no note begins %q: %q", want, r.Notes)
		}
	}
}

// Which of several is played, by what was seen of them.
func TestMostCalling(t *testing.T) {
	t.Parallel()
	page := func(calls int) report.Module { return report.Module{Type: "generalPages", Calls: calls} }
	dialog := func(calls int) report.Module { return report.Module{Type: "dialogs", Calls: calls} }
	failed, skipped := report.Module{Calls: 5, Failure: "it answered 500"}, report.Module{Skipped: "why"}
	for i, test := range []struct {
		looks []report.Module
		want  int
	}{
		{[]report.Module{page(0), page(0)}, 0},
		{[]report.Module{page(1), page(2), page(2)}, 1},
		{[]report.Module{page(0), dialog(3)}, 1},
		{[]report.Module{page(1), dialog(3)}, 0},
		{[]report.Module{failed, page(0)}, 1},
		{[]report.Module{page(0), failed}, 0},
		{[]report.Module{failed, failed}, 0},
		{[]report.Module{page(0), skipped, page(1)}, 2},
	} {
		if got := mostCalling(test.looks, 0); got != test.want {
			t.Errorf("%d: %d, want %d", i, got, test.want)
		}
	}
}

// What is told of an app with more modules than a run looks at, and with a journey.
func TestToldModules(t *testing.T) {
	t.Parallel()
	looks := []report.Module{
		{Key: "home", Type: "generalPages", Played: true}, {Key: "a", Type: "webPanels", Calls: 3, Refused: 2}, {Key: "b", Type: "webPanels", Calls: 1},
		{Key: "c", Type: "webPanels"}, {Key: "d", Type: "webPanels", Failure: "it answered 401"}, {Key: "e", Type: "webPanels", Skipped: "10 were looked at before it"},
	}
	const rest = ` The others were not played; to play one, --module KEY, or each, --module all:
  a (webPanels): only looked at; it called its back end 3 times, and was refused twice
  b (webPanels): only looked at; it called its back end once
  c (webPanels): only looked at; it called nothing as it was opened
  d (webPanels): only looked at; it did not load: it answered 401
  e (webPanels): not looked at: 10 were looked at before it`
	for _, test := range []struct {
		looked, journey bool
		want            string
	}{
		{true, false, "modules: the scenarios were played on home (generalPages), the first, for none called its back end as it was opened."},
		{true, true, "modules: the scenarios were played on home (generalPages), the first, for the journey is the config's."},
		{false, false, "modules: the scenarios were played on home (generalPages)."},
	} {
		if diff := cmp.Diff(test.want+rest, toldModules(looks, test.looked, test.journey)); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	}
}

// A module is found by its key, a further iframe by its name behind it.
func TestFindModule(t *testing.T) {
	t.Parallel()
	r := tapped(t)
	var err error
	if r.desc, err = parseModules(severalModules); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct{ asked, name, url, want string }{
		{"", "home", "/page?calls=0", ""},
		{"chart", "chart", "/page?calls=2", ""},
		{"chart:editor", "chart:editor", "/gone", ""},
		{AllModules, "home", "/page?calls=0", ""},
		{"chart:panel", "", "", `module chart has no iframe "panel": choose from chart, chart:editor`},
		{"nope", "", "", `module "nope"`},
	} {
		r.cfg.Module = test.asked
		err := r.findModule()
		if (err == nil) != (test.want == "") || err != nil && !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: error %v, want %q", test.asked, err, test.want)
		}
		if err == nil && (r.shows().name() != test.name || r.module.URL != test.url) {
			t.Errorf("%s: %s at %s, want %s at %s", test.asked, r.shows().name(), r.module.URL, test.name, test.url)
		}
	}
	if r.desc, err = parseModules(`"generalPages": [{"key": "first", "url": "/1"}, {"key": "all", "url": "/2"}]`); err != nil {
		t.Fatal(err)
	}
	r.cfg.Module = AllModules
	if err := r.findModule(); err != nil || r.module.Key != "all" || r.playsAll() || !r.asksForModule() {
		t.Errorf("a module that is called all: %s, %v", r.module.Key, err)
	}
}

// Which product the host is, by the modules and by what is asked for. The host keeps its
// address, for the app has been told of it.
func TestProductByDescriptor(t *testing.T) {
	t.Parallel()
	const both = severalModules + `, "jiraIssueContents": [{"key": "issue", "target": {"type": "web_panel", "url": "/issue"}}]`
	var r *run
	for _, test := range []struct {
		modules, module string
		given, want     fakehost.Product
	}{
		{severalModules, "", "", fakehost.Confluence},
		{both, "chart:editor", "", fakehost.Confluence},
		{both, "", "", ""},
		{both, AllModules, "", ""},
		{both, "issue", "", ""},
		{`"generalPages": [{"key": "home", "url": "/1"}]`, "", "", ""},
	} {
		if r == nil || r.host.Product != test.given {
			r = &run{}
			r.cfg.App, r.cfg.Product = "http://localhost:3000", test.given
			if err := r.startHost(""); err != nil {
				t.Fatal(err)
			}
			defer r.host.Close() // again, where the host of another product has its place
		}
		r.cfg.Module, r.cfg.Product = test.module, test.given
		keys := r.host.KeysURL()
		var err error
		if r.desc, err = parseModules(test.modules); err != nil {
			t.Fatal(err)
		}
		if err := r.settleProduct(); err != nil {
			t.Fatal(err)
		}
		if r.cfg.Product != test.want || r.host.Product != test.want || r.host.KeysURL() != keys {
			t.Errorf("%s asked for of %s: the host is %q at %s, want %q at %s", test.module, test.modules, r.host.Product, r.host.KeysURL(), test.want, keys)
		}
		if r.cfg.Product == fakehost.Confluence {
			if err := r.host.Close(); err != nil {
				t.Error(err)
			}
			r = nil
		}
	}
	r.cfg = Config{App: "http://localhost:3000", Redelivery: fakehost.Redelivery{Times: 1}}
	r.desc, _ = parseModules(severalModules)
	if err := r.settleProduct(); err == nil || !strings.Contains(err.Error(), "Confluence sends no webhook again") {
		t.Errorf("what Confluence cannot do: %v", err)
	}
}
