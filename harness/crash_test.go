package harness

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/standin-dev/standin/fakehost/clock"
	"github.com/standin-dev/standin/fixtures/apps"
	"github.com/standin-dev/standin/harness/judge"
	"github.com/standin-dev/standin/harness/report"
)

// playSound plays scenarios on a sound sample, whose page at /hang never answers.
func playSound(t *testing.T, list ...Scenario) *report.Report {
	t.Helper()
	return playSoundBy(t, judge.Policy{}, list...)
}

// playSoundBy plays them by what the author says of the app, which answers anybody at
// /anybody.
func playSoundBy(t *testing.T, policy judge.Policy, list ...Scenario) *report.Report {
	t.Helper()
	app, _ := apps.ByName("interceptor")
	var keys string
	var server *httptest.Server
	sound := app.New(apps.Options{
		BaseURL: func() string { return server.URL }, KeysURL: func() string { return keys },
	})
	server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		if q.URL.Path == "/hang" {
			<-q.Context().Done()
			return
		}
		if said, ok := strings.CutPrefix(q.URL.Path, "/echo/"); ok {
			w.Header().Set("Content-Type", "application/json")
			fmt.Fprintf(w, "{%q:1}", said)
			return
		}
		if q.URL.Path == "/anybody" {
			w.Header().Set("Content-Type", "application/json")
			_, _ = io.WriteString(w, "{}")
			return
		}
		sound.ServeHTTP(w, q)
	}))
	t.Cleanup(func() { server.CloseClientConnections(); server.Close() })
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	r, err := Run(ctx, Config{App: server.URL, Use: shared, Policy: policy, SettleLimit: 3 * time.Second, Started: func(env map[string]string) error {
		keys = env["CONNECT_KEYS_CDN_URL"]
		return nil
	}}, list)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// A renderer that dies is nobody's proof: the scenario is a harness-error that says
// so, and the next one plays on a page of its own.
func TestCrashOfTheFrame(t *testing.T) {
	crash := Scenario{ID: "test/crash", Title: "The frame dies.", Play: func(ctx context.Context, s *Stage) error {
		if err := s.Open(ctx); err != nil {
			return err
		}
		if err := s.page.CrashFrame(ctx); err != nil {
			return err
		}
		return s.Act(ctx)
	}}
	r := playSound(t, crash, later(time.Second))
	if s := r.Scenarios[0]; s.Verdict != report.HarnessError || !strings.Contains(s.Reason, "crashed") {
		t.Errorf("%s (%s), want a harness-error that tells of the crash", s.Verdict, s.Reason)
	}
	if s := r.Scenarios[1]; s.Verdict != report.Pass {
		t.Errorf("the next scenario: %s (%s), want pass", s.Verdict, s.Reason)
	}
	if code := r.ExitCode(); code != 3 {
		t.Errorf("exit code %d, want 3", code)
	}
}

// A page that runs a script without end shows nothing, and is the app's own: the
// scenario is inconclusive and says so, and the next one plays.
func TestBusyFrame(t *testing.T) {
	t.Parallel()
	busy := Scenario{ID: "test/busy", Title: "The page gets busy.", Play: func(ctx context.Context, s *Stage) error {
		if err := s.Open(ctx); err != nil {
			return err
		}
		if err := s.page.EvalFrame(ctx, `setTimeout(() => { for (;;); }); 0`, nil); err != nil {
			return err
		}
		return s.Act(ctx)
	}}
	r := playSound(t, busy, later(time.Second))
	if s := r.Scenarios[0]; s.Verdict != report.Inconclusive || !strings.Contains(s.Reason, "the app's page did not answer") {
		t.Errorf("%s (%s), want inconclusive, for the page is busy", s.Verdict, s.Reason)
	}
	if s := r.Scenarios[1]; s.Verdict != report.Pass {
		t.Errorf("the next scenario: %s (%s), want pass", s.Verdict, s.Reason)
	}
}

// A page that is on its way to a document without an answer stays where it is, says so
// and goes on; the second time nobody waits.
func TestDocumentThatHangs(t *testing.T) {
	t.Parallel()
	hang := Scenario{ID: "test/hang", Title: "A document has no answer.", Play: func(ctx context.Context, s *Stage) error {
		if err := s.Open(ctx); err != nil {
			return err
		}
		if err := s.page.Navigate(ctx, "/hang"); err != nil {
			return err
		}
		if err := s.settle(ctx); err != nil {
			return err
		}
		if err := s.Advance(ctx, 16*time.Minute, clock.Sleep); err != nil {
			return err
		}
		return s.Act(ctx)
	}}
	r := playSound(t, hang, hang)
	for i, s := range r.Scenarios {
		told := strings.Contains(strings.Join(s.Notes, " "), "/hang has no answer")
		if s.Verdict != report.Pass || told != (i == 0) {
			t.Errorf("time %d: %s (%s), notes %q; want pass, and a note of what had no answer the first time", i+1, s.Verdict, s.Reason, s.Notes)
		}
		stopped := false
		for _, e := range s.Timeline {
			stopped = stopped || strings.Contains(e.Text, "standin stops loading") && strings.Contains(e.Text, "/hang")
		}
		if !stopped {
			t.Errorf("time %d: the timeline does not say that the loading was stopped", i+1)
		}
	}
}
