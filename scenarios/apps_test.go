package scenarios_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/standin-dev/standin/fixtures/apps"
	"github.com/standin-dev/standin/fixtures/published"
	"github.com/standin-dev/standin/harness"
	"github.com/standin-dev/standin/harness/browser"
	"github.com/standin-dev/standin/harness/report"
	"github.com/standin-dev/standin/scenarios"
)

// shared is the one browser of this package's tests.
var shared *browser.Browser

func TestMain(m *testing.M) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	b, err := browser.Launch(ctx, browser.Options{})
	cancel()
	if err != nil {
		println(err.Error())
		os.Exit(1)
	}
	shared = b
	code := m.Run()
	if err := b.Close(); err != nil {
		println(err.Error())
		code = 1
	}
	os.Exit(code)
}

// play runs scenarios on a sample and returns the report and the sample's handler. Its bound
// is for the whole catalogue beside others.
func play(t *testing.T, app apps.App, list []harness.Scenario, change func(*harness.Config)) (*report.Report, deleter) {
	t.Helper()
	var keys string
	var server *httptest.Server
	handler := app.New(apps.Options{
		BaseURL: func() string { return server.URL },
		KeysURL: func() string { return keys },
	})
	server = httptest.NewServer(handler)
	t.Cleanup(server.Close)
	cfg := harness.Config{
		App: server.URL, Use: shared,
		Started: func(env map[string]string) error {
			keys = env["CONNECT_KEYS_CDN_URL"]
			return nil
		},
	}
	cfg.Policy.SessionLife = app.SessionLife
	if change != nil {
		change(&cfg)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Minute)
	defer cancel()
	r, err := harness.Run(ctx, cfg, list)
	if err != nil {
		t.Fatal(err)
	}
	return r, handler.(deleter)
}

// deleter is what samples offer besides: how often their destructive route was
// called.
type deleter interface{ Deleted() int }

// TestSamples plays the samples: the sound ones pass all of the catalogue, and each broken
// one fails where it must, by a rule that names its defect.
// Two are played at a time, each in browser contexts of its own: for the most part a
// run waits for its page.
func TestSamples(t *testing.T) {
	t.Parallel()
	for _, app := range apps.All() {
		t.Run(app.Name, func(t *testing.T) {
			t.Parallel()
			r, handler := play(t, app, scenariosFor(t, app), func(c *harness.Config) {
				c.Probes = harness.ProbesAll
				if app.Defect != "" && !slices.Contains(slices.Concat(explored, ofThePage), app.Name) {
					c.Journey = shortJourney
				}
			})
			if n := handler.Deleted(); n != 0 {
				t.Errorf("the explorer called the destructive route %d time(s)", n)
			}
			for _, s := range r.Scenarios {
				checkVerdict(t, app, s)
			}
			if app.Defect != "" {
				checkRule(t, app.Name, r)
			}
			if t.Failed() {
				var text strings.Builder
				if err := report.Text(&text, r, report.TextOptions{}); err != nil {
					t.Fatal(err)
				}
				t.Log(text.String())
			}
		})
	}
}

func checkVerdict(t *testing.T, app apps.App, s report.Scenario) {
	t.Helper()
	switch {
	case s.ID == "verify/websocket" && s.Verdict == report.NotApplicable && !strings.HasSuffix(app.Name, "-socket"):
	case s.ID == "cookies/blocked" && s.Verdict == report.NotApplicable: // of those without cookies
	case app.Defect == "" && s.Verdict != report.Pass:
		t.Errorf("%s: %s on a sound app (%s), want pass", s.ID, s.Verdict, s.Reason)
	case slices.Contains(app.Fails, s.ID) && s.Verdict != report.Fail:
		t.Errorf("%s: %s (%s), want fail", s.ID, s.Verdict, s.Reason)
	case slices.Contains(app.Warns, s.ID) && s.Verdict != report.Warn:
		t.Errorf("%s: %s (%s), want warn", s.ID, s.Verdict, s.Reason)
	case slices.Contains(app.Fails, s.ID) || s.BecauseOf == harness.FirstLoad:
	case strings.HasPrefix(s.ID, "verify/") && app.Defect != "" && s.Verdict == report.Inconclusive:
		// Nothing that it sends is accepted, so there is nothing to ask again.
	case app.BackEnd && s.Verdict != report.Pass && !slices.Contains(app.Warns, s.ID) && !(app.Name == "open-api" && s.Verdict == report.NotApplicable):
		t.Errorf("%s: %s (%s), want pass", s.ID, s.Verdict, s.Reason)
	case s.Verdict == report.HarnessError || s.Verdict == report.Inconclusive:
		t.Errorf("%s: %s: %s", s.ID, s.Verdict, s.Reason)
	}
}

// checkRule checks that the sample broke its rules, and no other must-rule.
func checkRule(t *testing.T, name string, r *report.Report) {
	t.Helper()
	want, ok := rulesOf[name]
	if !ok {
		t.Fatalf("no rule is named for the sample %s", name)
	}
	seen := map[string]bool{}
	for _, s := range r.Scenarios {
		for _, f := range s.Findings {
			seen[f.Rule] = true
			if f.Severity == report.Must && !slices.Contains(want, f.Rule) {
				t.Errorf("%s: it broke %s as well: %s", s.ID, f.Rule, f.Message)
			}
		}
	}
	for _, rule := range want {
		if !seen[rule] {
			t.Errorf("it did not break %s", rule)
		}
	}
}

// TestCauses: findings are tied to what led to them, as the browser saw it.
func TestCauses(t *testing.T) {
	t.Parallel()
	first, err := harness.Select(scenarios.All(), []string{"boot/first-load", "nav/push"})
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"referer-redirect": "GET /app answered 302 and led to /app/landed, and with the redirect went ?jwt=.",
		"referer-policy":   "The page's Referrer-Policy is no-referrer (a header of GET /app), so the browser keeps ?jwt= out of the Referer.",
		"referer-only":     "history.pushState changed the page's URL from /app?…jwt=… to /app/items, and with it went ?jwt=.",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			app, _ := apps.ByName(name)
			r, _ := play(t, app, first, nil)
			var causes []string
			for _, s := range r.Scenarios {
				for _, f := range s.Findings {
					causes = append(causes, f.Cause)
				}
			}
			if !slices.Contains(causes, want) {
				t.Errorf("no finding is told to come of %q, but of\n%s", want, strings.Join(causes, "\n"))
			}
		})
	}
}

// TestPublishedBridge plays with Atlassian's own all.js in the app's
// frame: our host cannot tell the difference, nor can the verdicts.
func TestPublishedBridge(t *testing.T) {
	t.Parallel()
	path, err := published.AllJS(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	allJS, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]report.Verdict{"interceptor": report.Pass, "token-once": report.Fail} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			app, _ := apps.ByName(name)
			r, _ := play(t, app, pick(t, harness.FirstLoad, "nav/push", "expiry/idle-then-act"), func(c *harness.Config) { c.AllJS, c.Journey = allJS, usualJourney })
			if r.Verdict != want {
				t.Errorf("the run's verdict is %s, want %s", r.Verdict, want)
			}
			for _, s := range r.Scenarios {
				checkVerdict(t, app, s)
			}
		})
	}
}

// An author who lists the Referer among the carriers is shown the loss alone.
func TestRefererAsCarrier(t *testing.T) {
	t.Parallel()
	for _, app := range apps.All() {
		if app.FailsWithReferer == nil {
			continue
		}
		t.Run(app.Name, func(t *testing.T) {
			t.Parallel()
			r, _ := play(t, app, pick(t, harness.FirstLoad, "nav/push", "nav/replace", "nav/hash", "expiry/idle-then-act"), func(c *harness.Config) {
				if err := c.ParseConfig([]byte(`carriers: [referer]`)); err != nil {
					t.Fatal(err)
				}
			})
			for _, s := range r.Scenarios {
				failed := s.Verdict == report.Fail
				if want := slices.Contains(app.FailsWithReferer, s.ID); failed != want {
					t.Errorf("%s: %s (%s); must it fail: %v", s.ID, s.Verdict, s.Reason, want)
				}
				for _, f := range s.Findings {
					if f.Rule == "carrier/referer-only" {
						t.Errorf("%s: it broke %s", s.ID, f.Rule)
					}
				}
			}
		})
	}
}

// Every rule is there because an app breaks it, and each of them has been seen to.
func TestEveryRuleHasASample(t *testing.T) {
	var broken []string
	broken = append(broken, "refresh/on-refusal") // see TestRenewalAccepted
	for _, rules := range rulesOf {
		broken = append(broken, rules...)
	}
	for _, rule := range harness.Rules() {
		if !slices.Contains(broken, rule.ID) {
			t.Errorf("no sample is named that breaks %s", rule.ID)
		}
	}
}

// Confluence differs in its base URL, its context path and its page's address.
func TestConfluence(t *testing.T) {
	app, _ := apps.ByName("interceptor")
	some, err := harness.Select(scenarios.All(), []string{"boot", "nav/push"})
	if err != nil {
		t.Fatal(err)
	}
	r, _ := play(t, app, some, func(c *harness.Config) { c.Product = "confluence" })
	if r.Verdict != report.Pass || r.Host.Product != "confluence" || !strings.HasSuffix(r.Host.BaseURL, "/wiki") {
		t.Errorf("%s on %+v, want pass on a Confluence below /wiki", r.Verdict, r.Host)
	}
}

// TestLearnedCarriers: what the back end takes is told, where the config says
// nothing, and only there.
func TestLearnedCarriers(t *testing.T) {
	some, err := harness.Select(scenarios.All(), []string{"boot"})
	if err != nil {
		t.Fatal(err)
	}
	const want = `carriers: ["header:Authorization JWT"]`
	app, _ := apps.ByName("interceptor")
	for _, config := range []string{"", "carriers: [preset:atlassian-connect-express]"} {
		r, _ := play(t, app, some, func(c *harness.Config) {
			if err := c.ParseConfig([]byte(config)); err != nil {
				t.Fatal(err)
			}
		})
		told := slices.ContainsFunc(r.Notes, func(n string) bool { return strings.HasSuffix(n, want) })
		if r.Verdict != report.Pass || told != (config == "") {
			t.Errorf("with the config %q: %s, notes %q", config, r.Verdict, r.Notes)
		}
	}
}

// TestFaultsOnAGivenJourney: a journey that waits for what cannot come while something is
// wrong on purpose is played all the same, and waits again after.
func TestFaultsOnAGivenJourney(t *testing.T) {
	t.Parallel()
	app, _ := apps.ByName("interceptor")
	r, _ := play(t, app, pick(t, "fault/one-401", "fault/always-401", "fault/gettoken-rejects"), func(c *harness.Config) {
		journey := "journey:\n  - click: Items\n  - wait: {request: /api/items}\n  - wait: {text: Loaded}"
		if err := c.ParseConfig([]byte(journey)); err != nil {
			t.Fatal(err)
		}
	})
	for _, s := range r.Scenarios {
		if s.Verdict != report.Pass {
			t.Errorf("%s: %s (%s), want pass", s.ID, s.Verdict, s.Reason)
		}
	}
}

// A back end that never answers its API is named, once, and is waited for once: as
// atlassian-connect-express behind a body parser that leaves req.body undefined.
func TestBackEndThatHangs(t *testing.T) {
	t.Parallel()
	app, _ := apps.ByName("interceptor")
	some, err := harness.Select(scenarios.All(), []string{"boot", "expiry/at-margin"})
	if err != nil {
		t.Fatal(err)
	}
	app.New = hanging(t, app.New)
	r, _ := play(t, app, some, func(c *harness.Config) { c.SettleLimit = 2 * time.Second })
	for _, s := range r.Scenarios {
		if s.Verdict != report.Inconclusive {
			t.Errorf("%s: %s (%s), want inconclusive", s.ID, s.Verdict, s.Reason)
		}
	}
	if r.ExitCode() != 4 {
		t.Errorf("exit code %d, want 4", r.ExitCode())
	}
}

// hanging is a sample whose API never answers.
func hanging(t *testing.T, sound func(apps.Options) http.Handler) func(apps.Options) http.Handler {
	return func(o apps.Options) http.Handler {
		return &hangs{next: sound(o), over: t.Context()}
	}
}

type hangs struct {
	next http.Handler
	over context.Context
}

func (h *hangs) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !strings.HasPrefix(r.URL.Path, "/api/") {
		h.next.ServeHTTP(w, r)
		return
	}
	select {
	case <-r.Context().Done():
	case <-h.over.Done():
	}
}

func (h *hangs) Deleted() int { return 0 }
