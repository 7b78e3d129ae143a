package scenarios_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/standin-dev/standin/fakehost"
	"github.com/standin-dev/standin/fixtures/ace"
	"github.com/standin-dev/standin/fixtures/apps"
	"github.com/standin-dev/standin/fixtures/port"
	"github.com/standin-dev/standin/harness"
	"github.com/standin-dev/standin/harness/report"
	"github.com/standin-dev/standin/scenarios"
)

// TestVerifyExpress asks a back end on atlassian-connect-express what it accepts: it
// must be found to look at everything but what the framework is known not to.
func TestVerifyExpress(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()
	dir, err := ace.Prepare(ctx)
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("FORM", string(ace.Sound))
	free, err := port.Free()
	if err != nil {
		t.Fatal(err)
	}
	some, err := harness.Select(scenarios.All(), []string{"verify"})
	if err != nil {
		t.Fatal(err)
	}
	r, err := harness.Run(ctx, harness.Config{App: "http://127.0.0.1:" + free, Command: ace.Command(dir), Dir: dir, Use: shared, Probes: harness.ProbesAll}, some)
	if err != nil {
		t.Fatal(err)
	}
	var broken []string
	for _, s := range r.Scenarios {
		if s.ID == "verify/websocket" && s.Verdict == report.NotApplicable {
			continue // it has none
		}
		if s.Verdict != report.Pass && s.Verdict != report.Warn || s.Judged == 0 {
			t.Errorf("%s: %s, %d questions (%s)", s.ID, s.Verdict, s.Judged, s.Reason)
		}
		for _, f := range s.Findings {
			broken = append(broken, f.Rule)
		}
	}
	slices.Sort(broken)
	want := []string{"backend/api-checks-qsh", "backend/refuses-future", "backend/wants-expiry"}
	if diff := cmp.Diff(want, slices.Compact(broken)); diff != "" {
		t.Errorf("rules that atlassian-connect-express breaks (-want +got):\n%s", diff)
	}
}

// TestProbesAreBounded: what standin asks by itself is what the config allows. By all
// methods, a POST is sent again with each token that it should be refused with; by
// default it is not, and the report says so; and off is off.
func TestProbesAreBounded(t *testing.T) {
	app, _ := apps.ByName("interceptor")
	asked := map[harness.Probes]int{}
	for _, probes := range []harness.Probes{harness.ProbesOff, harness.ProbesSafe, harness.ProbesAll} {
		r, _ := play(t, app, pick(t, "verify/wrong-key"), func(c *harness.Config) { c.Probes = probes })
		s := r.Scenarios[0]
		asked[probes] = s.Judged
		want := report.Pass
		if probes == harness.ProbesOff {
			want = report.NotApplicable
		}
		if s.Verdict != want {
			t.Errorf("probes %s: %s (%s), want %s", probes, s.Verdict, s.Reason, want)
		}
		posted := slices.ContainsFunc(s.Timeline, func(e report.Event) bool { return strings.HasPrefix(e.Text, "POST /api/items again ") })
		told := slices.ContainsFunc(r.Notes, func(n string) bool { return strings.Contains(n, "say probes: all") })
		if posted != (probes == harness.ProbesAll) || told != (probes == harness.ProbesSafe) {
			t.Errorf("probes %s: POST was asked %v, the report tells what was left out %v", probes, posted, told)
		}
	}
	if asked[harness.ProbesOff] != 0 || asked[harness.ProbesSafe] == 0 || asked[harness.ProbesAll] <= asked[harness.ProbesSafe] {
		t.Errorf("questions asked: %v", asked)
	}
}

// lifecycleLog writes down the lifecycle calls that reach a sample, "installed KEY".
type lifecycleLog struct {
	apps.App
	mu    sync.Mutex
	calls []string
	// heard is called with each; nil: nobody is.
	heard func(event string)
	// refuse says which calls the app does not take; nil: it takes all.
	refuse func(calls []string) bool
	// mute has the call that it says so of taken, and not answered; nil: all are.
	mute func(calls []string) bool
}

// logged is a sample whose lifecycle calls are written down.
func logged(t *testing.T, name string) *lifecycleLog {
	t.Helper()
	app, ok := apps.ByName(name)
	if !ok {
		t.Fatalf("there is no sample %s", name)
	}
	l := &lifecycleLog{App: app}
	l.New = func(o apps.Options) http.Handler { return &logging{next: app.New(o), log: l} }
	return l
}

type logging struct {
	next http.Handler
	log  *lifecycleLog
}

func (h *logging) Deleted() int { return h.next.(deleter).Deleted() }

func (h *logging) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	event, ok := strings.CutPrefix(r.URL.Path, "/lifecycle/")
	if !ok {
		h.next.ServeHTTP(w, r)
		return
	}
	body, err := io.ReadAll(r.Body)
	var call struct{ ClientKey string }
	if err != nil || json.Unmarshal(body, &call) != nil {
		http.Error(w, "no lifecycle call", http.StatusBadRequest)
		return
	}
	h.log.mu.Lock()
	h.log.calls = append(h.log.calls, event+" "+call.ClientKey)
	refused := h.log.refuse != nil && h.log.refuse(h.log.calls)
	mute := h.log.mute != nil && h.log.mute(h.log.calls)
	h.log.mu.Unlock()
	if refused {
		http.Error(w, "one site alone", http.StatusConflict)
		return
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	if mute {
		h.next.ServeHTTP(httptest.NewRecorder(), r)
		panic(http.ErrAbortHandler)
	}
	h.next.ServeHTTP(w, r)
	if h.log.heard != nil {
		h.log.heard(event)
	}
}

// bySite are the events of each site, in the order in which the sites came.
func (l *lifecycleLog) bySite() [][]string {
	l.mu.Lock()
	defer l.mu.Unlock()
	var keys []string
	events := map[string][]string{}
	for _, call := range l.calls {
		event, key, _ := strings.Cut(call, " ")
		if !slices.Contains(keys, key) {
			keys = append(keys, key)
		}
		events[key] = append(events[key], event)
	}
	var all [][]string
	for _, key := range keys {
		all = append(all, events[key])
	}
	return all
}

// TestSecondSite: for the question after another tenant the app is installed on a
// second site, and taken off again; one that forgets its first site by it is installed
// there once more; and one that cannot be installed twice is asked with a made-up
// tenant, which the report says.
func TestSecondSite(t *testing.T) {
	visit := []string{"installed", "enabled", "disabled", "uninstalled"}
	for name, test := range map[string]struct {
		sample  string
		change  func(*harness.Config)
		refuse  func([]string) bool
		mute    func([]string) bool
		verdict report.Verdict
		sites   [][]string
		note    string // begins one; empty: there is none
	}{
		"sound": {"interceptor", nil, nil, nil, report.Pass, [][]string{{"installed", "enabled"}, visit}, ""},
		"one that forgets": {"one-tenant", nil, nil, nil, report.Warn, [][]string{{"installed", "enabled", "installed", "enabled"}, visit},
			"the app forgot its first site with the second; it was installed there once more"},
		"one for a single site": {"interceptor", nil, func(calls []string) bool { return len(calls) > 2 }, nil, report.Pass,
			[][]string{{"installed", "enabled"}, {"installed"}}, "asked with a made-up tenant alone, for the app was not installed on a second site: the app answered installed with 409"},
		"one that gets no questions": {"interceptor", func(c *harness.Config) { c.Probes = harness.ProbesOff }, nil, nil, report.NotApplicable,
			[][]string{{"installed", "enabled"}}, ""},
		"one that does not answer": {"interceptor", nil, nil, func(calls []string) bool { return len(calls) == 3 }, report.Pass,
			[][]string{{"installed", "enabled"}, {"installed", "uninstalled"}}, "asked with a made-up tenant alone, for the app was not installed on a second site: the app did not answer installed"},
	} {
		t.Run(name, func(t *testing.T) {
			app := logged(t, test.sample)
			app.refuse, app.mute = test.refuse, test.mute
			r, _ := play(t, app.App, pick(t, "verify/other-tenant"), test.change)
			s := r.Scenarios[0]
			if s.Verdict != test.verdict {
				t.Errorf("%s (%s), want %s", s.Verdict, s.Reason, test.verdict)
			}
			if diff := cmp.Diff(test.sites, app.bySite()); diff != "" {
				t.Errorf("lifecycle calls (-want +got):\n%s", diff)
			}
			if told := strings.Join(s.Notes, "\n"); (test.note == "") != (told == "") || !strings.HasPrefix(told, test.note) {
				t.Errorf("notes %q, want one that begins with %q", s.Notes, test.note)
			}
		})
	}
}

// TestSecondSiteInterrupted: an interruption while the app is installed on the second
// site leaves nothing there.
func TestSecondSiteInterrupted(t *testing.T) {
	app := logged(t, "interceptor")
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	installs := 0
	app.heard = func(event string) {
		if event == "installed" {
			if installs++; installs == 2 {
				cancel()
			}
		}
	}
	var keys string
	server := httptest.NewUnstartedServer(nil)
	server.Config.Handler = app.New(apps.Options{BaseURL: func() string { return server.URL }, KeysURL: func() string { return keys }})
	server.Start()
	t.Cleanup(server.Close)
	r, err := harness.Run(ctx, harness.Config{App: server.URL, Use: shared, Started: func(env map[string]string) error {
		keys = env["CONNECT_KEYS_CDN_URL"]
		return nil
	}}, pick(t, "verify/other-tenant"))
	if err != nil {
		t.Fatal(err)
	}
	want := [][]string{{"installed", "enabled"}, {"installed", "enabled", "disabled", "uninstalled"}}
	if diff := cmp.Diff(want, app.bySite()); diff != "" || !r.Interrupted {
		t.Errorf("interrupted %v; lifecycle calls (-want +got):\n%s", r.Interrupted, diff)
	}
}

// TestForgedLifecycle: lifecycle calls are forged by default, for made-up tenants, and
// what was accepted is taken back; for the site of the run where the app takes no other,
// and that is put right; where nothing can be told, the report says why.
func TestForgedLifecycle(t *testing.T) {
	off := func(c *harness.Config) { c.Probes = harness.ProbesOff }
	second := func(calls []string) bool {
		site := func(call string) string { return call[strings.Index(call, " "):] }
		return site(calls[len(calls)-1]) != site(calls[0])
	}
	for name, test := range map[string]struct {
		sample  string
		change  func(*harness.Config)
		refuse  func([]string) bool
		verdict report.Verdict
		reason  string // begins one
	}{
		"sound":          {"interceptor", nil, nil, report.Pass, ""},
		"lax":            {"install-unsigned", nil, nil, report.Fail, ""},
		"single":         {"one-tenant", nil, nil, report.Pass, ""},
		"its own":        {"interceptor", nil, second, report.Pass, ""},
		"lax to its own": {"install-unsigned", nil, second, report.Fail, ""},
		"off":            {"install-unsigned", off, nil, report.NotApplicable, "the config says that standin sends no requests of its own"},
		"told to": {"install-unsigned", func(c *harness.Config) { c.Install.Mode = fakehost.Unsigned }, nil, report.NotApplicable,
			"standin was told to install without a signature"},
	} {
		t.Run(name, func(t *testing.T) {
			app := logged(t, test.sample)
			app.refuse = test.refuse
			r, _ := play(t, app.App, append(pick(t, "verify/install-unsigned"), pick(t, "boot/first-load")...), test.change)
			s := r.Scenarios[0]
			if after := r.Scenarios[1]; after.Verdict != report.Pass {
				t.Errorf("after it, %s: %s (%s)", after.ID, after.Verdict, after.Reason)
			}
			if s.Verdict != test.verdict || !strings.HasPrefix(s.Reason, test.reason) {
				t.Errorf("%s (%s), want %s", s.Verdict, s.Reason, test.verdict)
			}
			sites := app.bySite()
			for i, events := range sites {
				switch last := events[len(events)-1]; {
				case i == 0 && slices.Contains(events, "uninstalled"):
					t.Errorf("the site of the run got %q", events)
				case i > 0 && test.verdict == report.NotApplicable:
					t.Errorf("another site got %q", events)
				case i == 1 && test.refuse == nil && last != "uninstalled":
					t.Errorf("the made-up tenant was left there: %q", events)
				}
			}
			for _, f := range s.Findings {
				if !strings.HasPrefix(f.Repeat, "curl -i -X POST") {
					t.Errorf("%s is repeated by %q", f.Rule, f.Repeat)
				}
			}
		})
	}
}
