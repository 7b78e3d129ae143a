package harness

import (
	"context"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/standin-dev/standin/fixtures/apps"
	"github.com/standin-dev/standin/harness/report"
)

// A renderer that dies is nobody's proof: the scenario is a harness-error that says
// so, and the next one plays on a page of its own.
func TestCrashOfTheFrame(t *testing.T) {
	app, _ := apps.ByName("interceptor")
	var keys string
	var server *httptest.Server
	server = httptest.NewServer(app.New(apps.Options{
		BaseURL: func() string { return server.URL }, KeysURL: func() string { return keys },
	}))
	defer server.Close()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	crash := Scenario{ID: "test/crash", Title: "The frame dies.", Play: func(ctx context.Context, s *Stage) error {
		if err := s.Open(ctx); err != nil {
			return err
		}
		if err := s.page.CrashFrame(ctx); err != nil {
			return err
		}
		return s.Act(ctx)
	}}
	r, err := Run(ctx, Config{App: server.URL, Use: shared, Started: func(env map[string]string) error {
		keys = env["CONNECT_KEYS_CDN_URL"]
		return nil
	}}, []Scenario{crash, later(time.Second)})
	if err != nil {
		t.Fatal(err)
	}
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
