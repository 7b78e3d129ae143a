package harness

import (
	"context"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/standin-dev/standin/fakehost/clock"
	"github.com/standin-dev/standin/fixtures/apps"
	"github.com/standin-dev/standin/harness/journey"
	"github.com/standin-dev/standin/harness/report"
)

// shellOf begins every page of playPage: api sends a call with a fresh token, and show puts
// buttons and links below the menu.
const shellOf = `<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,">
<script src="https://connect-cdn.atl-paas.net/all.js"></script>
<nav></nav><main></main>
<script>
	const api = async (path, token) => fetch(path, {headers: {Authorization: "JWT " + await (token || AP.context.getToken())}});
	const button = (text, onclick) => Object.assign(document.createElement("button"), {textContent: text, onclick});
	const menu = (...items) => document.querySelector("nav").replaceChildren(...items);
	const show = (...items) => document.querySelector("main").replaceChildren(...items);
`

// playPage explores an app whose page runs a script, before the back end of a sound sample,
// and plays scenarios on it.
func playPage(t *testing.T, script string, steps []journey.Step, list ...Scenario) *report.Report {
	t.Helper()
	app, _ := apps.ByName("interceptor")
	var keys string
	var server *httptest.Server
	sound := app.New(apps.Options{BaseURL: func() string { return server.URL }, KeysURL: func() string { return keys }})
	server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		if !strings.HasPrefix(q.URL.Path, "/app") {
			sound.ServeHTTP(w, q)
			return
		}
		answer := httptest.NewRecorder()
		sound.ServeHTTP(answer, q)
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("Cache-Control", "no-store")
		w.WriteHeader(answer.Code)
		_, _ = w.Write([]byte(shellOf + script + "</script>"))
	}))
	t.Cleanup(server.Close)
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	r, err := Run(ctx, Config{App: server.URL, Use: shared, Journey: steps, SettleLimit: 3 * time.Second, Started: func(env map[string]string) error {
		keys = env["CONNECT_KEYS_CDN_URL"]
		return nil
	}}, list)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// touching opens the app, touches it so often, and does it again after 16 minutes.
func touching(times int) Scenario {
	return Scenario{ID: "test/touching", Title: "A person touches the app again and again.", Play: func(ctx context.Context, s *Stage) error {
		if err := s.Open(ctx); err != nil {
			return err
		}
		touch := func() error {
			for range times {
				if err := s.Touch(ctx); err != nil {
					return err
				}
			}
			return nil
		}
		if err := touch(); err != nil {
			return err
		}
		if err := s.Advance(ctx, 16*time.Minute, clock.Run); err != nil {
			return err
		}
		return touch()
	}}
}

// acting plays the whole journey before and after 16 minutes.
var acting = Scenario{ID: "test/acting", Title: "A person uses everything twice.", Play: func(ctx context.Context, s *Stage) error {
	if err := s.Open(ctx); err != nil {
		return err
	}
	if err := s.Act(ctx); err != nil {
		return err
	}
	if err := s.Advance(ctx, 16*time.Minute, clock.Run); err != nil {
		return err
	}
	return s.Act(ctx)
}}

// TestExploreLeadsToTheFirstView: what only the first view shows is used as well, in
// whatever way scenarios play the journey, though the menu comes before it in the page
// and leads away from it.
func TestExploreLeadsToTheFirstView(t *testing.T) {
	t.Parallel()
	for name, home := range map[string]string{
		"menu leads back": `menu(button("Home", home), button("Reports", reports)); home();`,
		"back button":     `const nav = () => menu(button("Reports", () => { menu(button("Back", () => { nav(); home(); })); reports(); })); nav(); home();`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := playPage(t, `
				const first = AP.context.getToken();
				const home = () => show(button("Load details", () => api("/api/me", first)));
				const reports = () => { show(); api("/api/reports"); };`+home, nil, acting, touching(2))
			for _, s := range r.Scenarios {
				if s.Verdict != report.Fail || !slices.ContainsFunc(s.Findings, func(f report.Finding) bool { return f.Rule == "token/expired" }) {
					t.Errorf("%s: %s (%s), want fail, for Load details sends the first token for ever; notes %q", s.ID, s.Verdict, s.Reason, r.Notes)
				}
			}
		})
	}
}

// TestExploreNotes: the report names what was seen and not tried, and what is in no
// journey with the rest.
func TestExploreNotes(t *testing.T) {
	t.Parallel()
	r := playPage(t, `
		const load = text => button(text, () => api("/api/me"));
		menu(button("One", () => { menu(); show(load("Load one")); }), button("Two", () => { menu(); show(load("Load two")); }));
		if (!sessionStorage.getItem("seen")) show(load("Once"));
		sessionStorage.setItem("seen", "1");`, nil)
	notes := strings.Join(r.Notes, "\n")
	for _, want := range []string{
		`explored; seen and not tried, for it went out of view and nothing led back to it, or 14 clicks were not enough: "Once";`,
		`explored; it does something, but nothing leads to it from the rest of the journey: "Load two";`,
	} {
		if !strings.Contains(notes, want) {
			t.Errorf("the notes do not say %q:\n%s", want, notes)
		}
	}
}

// lazyViews has two views, each of which asks for its data when it comes up, unless it has
// them for less than a minute. The first one is up at the start.
const lazyViews = `
	const had = {};
	let up = "";
	const view = name => {
		history.pushState(null, "", "/app/" + name);
		if (up === name) return;
		up = name;
		if (performance.now() < had[name] + 60000) return;
		had[name] = performance.now();
		api("/api/" + name);
	};
	menu(button("Items", () => view("items")), button("Me", () => view("me")));
	view("items");`

// refused has one call answered 401, after 16 minutes.
var refused = Scenario{ID: "test/refused", Title: "A call is refused.", Play: func(ctx context.Context, s *Stage) error {
	if err := s.Open(ctx); err != nil {
		return err
	}
	if err := s.Touch(ctx); err != nil {
		return err
	}
	if err := s.Advance(ctx, 16*time.Minute, clock.Run); err != nil {
		return err
	}
	return s.RefuseOnce(ctx, s.Touch)
}}

// TestTouchOfLazyViews: of two views one was up and had its data as the app was explored.
// It has its turn all the same, when the other one is up; so does what the config gives.
func TestTouchOfLazyViews(t *testing.T) {
	t.Parallel()
	list := []Scenario{acting, touching(1), touching(3), refused}
	for name, steps := range map[string][]journey.Step{"explored": nil, "given": {{Click: "Items"}, {Click: "Me"}}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for i, s := range playPage(t, lazyViews, steps, list...).Scenarios {
				if s.Verdict == report.Inconclusive || s.Verdict == report.HarnessError || s.Judged < 2 {
					t.Errorf("scenario %d, %s: %s (%s), %d requests judged; want that the views ask for their data", i+1, s.ID, s.Verdict, s.Reason, s.Judged)
				}
			}
		})
	}
}

// TestTouchStaysInTheDocument: where nothing calls any more, what would load another document
// is left alone, for that would mend what is broken.
func TestTouchStaysInTheDocument(t *testing.T) {
	t.Parallel()
	r := playPage(t, `
		let tired = 0;
		menu(button("Load", () => ++tired < 3 && api("/api/me")), button("Elsewhere", () => location.reload()));`, nil, touching(3))
	for _, e := range r.Scenarios[0].Timeline {
		if strings.Contains(e.Text, "Elsewhere") {
			t.Errorf("a person left the document: %s", e.Text)
		}
	}
}
