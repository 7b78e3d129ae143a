package harness

import (
	"context"
	"net/http"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/standin-dev/standin/fakehost/clock"
	"github.com/standin-dev/standin/fixtures/ace"
	"github.com/standin-dev/standin/fixtures/port"
	"github.com/standin-dev/standin/harness/browser"
	"github.com/standin-dev/standin/harness/report"
)

// shared is the one browser of this package's tests.
var shared *browser.Browser

func TestMain(m *testing.M) {
	if how := os.Getenv(asApp); how != "" {
		mortalApp(how)
		return
	}
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

// later opens the app, jumps, and uses it.
func later(d time.Duration) Scenario {
	return Scenario{ID: FirstLoad, Title: "Time passes.", Play: func(ctx context.Context, s *Stage) error {
		if err := s.Open(ctx); err != nil {
			return err
		}
		if err := s.Advance(ctx, d, clock.Sleep); err != nil {
			return err
		}
		return s.Act(ctx)
	}}
}

// playACE runs a scenario on the app of atlassian-connect-express, which standin
// starts by its command, and returns the statuses with which the back end answered
// the page's calls after the jump, or the page itself when it never got there.
func playACE(t *testing.T, form ace.Form, sc Scenario, change func(*Config)) (report.Scenario, []int) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()
	dir, err := ace.Prepare(ctx)
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("FORM", string(form))
	var statuses []int
	play := sc.Play
	sc.Play = func(ctx context.Context, s *Stage) error {
		err := play(ctx, s)
		for _, x := range s.page.Exchanges() {
			if x.ID > s.proveFrom && (isCall(&x) && x.Type != "Document" || !s.loaded && x.Type == "Document") && s.run.ours(x.URL) {
				statuses = append(statuses, x.Status)
			}
		}
		return err
	}
	cfg := Config{App: "http://127.0.0.1:" + freePort(t), Command: ace.Command(dir), Dir: dir, Use: shared}
	if change != nil {
		change(&cfg)
	}
	r, err := Run(ctx, cfg, []Scenario{sc})
	if err != nil {
		t.Fatal(err)
	}
	if f := r.Scenarios[0].Findings; len(statuses) == 0 && len(f) > 0 && f[0].Request != nil {
		statuses = append(statuses, f[0].Request.Status) // of a page that was looked at before, and is not played on
	}
	if len(statuses) == 0 {
		t.Fatalf("the app called its back end not once: %+v", r.Scenarios[0])
	}
	return r.Scenarios[0], statuses
}

func freePort(t *testing.T) string {
	t.Helper()
	free, err := port.Free()
	if err != nil {
		t.Fatal(err)
	}
	return free
}

func accepted(status int) bool {
	return status < 300 || status == http.StatusNotModified
}

func all(statuses []int, is func(int) bool) bool {
	return !slices.ContainsFunc(statuses, func(s int) bool { return !is(s) })
}

// The real back end keeps real time. What reaches it has exactly the life that it
// has on the virtual timeline, whichever way virtual time is off.
func TestACEAcceptsTranslatedTokens(t *testing.T) {
	for _, test := range []struct {
		name  string
		start time.Duration
	}{
		{"virtual time an hour ahead", time.Hour},
		{"virtual time an hour behind", -time.Hour},
	} {
		t.Run(test.name, func(t *testing.T) {
			s, statuses := playACE(t, ace.Sound, later(time.Second), func(c *Config) { c.start = clock.System().Add(test.start) })
			if s.Verdict != report.Pass || !all(statuses, accepted) {
				t.Errorf("verdict %s (%s), answers %v; want pass, and no refusal", s.Verdict, s.Reason, statuses)
			}
		})
	}
}

// Without translation the same back end refuses what is fresh when virtual time is
// behind, and takes what has long expired when it is ahead: atlassian-connect-express
// looks at exp alone.
func TestACEWithoutTranslation(t *testing.T) {
	untranslated := func(c *Config) { c.untranslated = true }
	t.Run("refuses fresh tokens when virtual time is behind", func(t *testing.T) {
		s, statuses := playACE(t, ace.Sound, later(time.Second), func(c *Config) {
			untranslated(c)
			c.start = clock.System().Add(-time.Hour)
		})
		if s.Verdict != report.Fail || s.Findings[0].Rule != "backend/refused-valid" {
			t.Errorf("verdict %s (%s) %v; want the page itself refused", s.Verdict, s.Reason, s.Findings)
		}
		if !all(statuses, func(s int) bool { return s == http.StatusUnauthorized }) {
			t.Errorf("answers %v; want 401s", statuses)
		}
	})
	t.Run("takes expired tokens when virtual time is ahead", func(t *testing.T) {
		s, statuses := playACE(t, ace.Readme, later(time.Hour), untranslated)
		if !all(statuses, accepted) {
			t.Errorf("answers %v; want no refusal: the back end cannot know", statuses)
		}
		if s.Verdict != report.Fail || s.Findings[0].Rule != "token/expired" {
			t.Errorf("verdict %s %v; the judge must know all the same", s.Verdict, s.Findings)
		}
	})
}

// The pattern of the framework's README renders a session token into the page. It
// works until that token expires, and then the framework itself answers 401.
func TestACEReadmeFormExpires(t *testing.T) {
	s, statuses := playACE(t, ace.Readme, later(16*time.Minute), nil)
	if s.Verdict != report.Fail || s.Findings[0].Rule != "token/expired" {
		t.Errorf("verdict %s (%s) %v, want a failure by token/expired", s.Verdict, s.Reason, s.Findings)
	}
	if !all(statuses, func(s int) bool { return s == http.StatusUnauthorized }) {
		t.Errorf("answers %v, want 401s", statuses)
	}
	s, statuses = playACE(t, ace.Readme, later(5*time.Minute), nil)
	if s.Verdict != report.Pass || !all(statuses, accepted) {
		t.Errorf("within its life: verdict %s (%s) %v, answers %v", s.Verdict, s.Reason, s.Findings, statuses)
	}
}
