package harness

import (
	"context"
	"errors"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/standin-dev/standin/fixtures/apps"
	"github.com/standin-dev/standin/harness/egress"
	"github.com/standin-dev/standin/harness/judge"
	"github.com/standin-dev/standin/harness/report"
)

// asApp makes the test binary an app that ends when it is asked to.
const asApp = "STANDIN_TEST_APP"

// mortalApp serves a sound sample on PORT. What is posted to /die ends it with 7, or
// with 0 where how is "quietly".
func mortalApp(how string) {
	base := "http://127.0.0.1:" + os.Getenv("PORT")
	app, _ := apps.ByName("interceptor")
	sound := app.New(apps.Options{BaseURL: func() string { return base }, KeysURL: func() string { return os.Getenv("CONNECT_KEYS_CDN_URL") }})
	println("listening at", base)
	_ = http.ListenAndServe("127.0.0.1:"+os.Getenv("PORT"), http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		if q.URL.Path == "/die" {
			println("fatal: the pool is exhausted")
			if how == "quietly" {
				os.Exit(0)
			}
			os.Exit(7)
		}
		sound.ServeHTTP(w, q)
	}))
}

// dying is a scenario in which the app ends. broken has it send a request without a token
// before.
func dying(broken bool) Scenario {
	return Scenario{ID: "test/dying", Title: "The app dies.", Play: func(ctx context.Context, s *Stage) error {
		if err := s.Open(ctx); err != nil {
			return err
		}
		if broken {
			if err := s.page.EvalFrame(ctx, `fetch("/api/items").then(() => 0)`, nil); err != nil {
				return err
			}
		}
		if err := s.page.EvalFrame(ctx, `fetch("/die", { method: "POST" }).catch(() => 0)`, nil); err != nil {
			return err
		}
		if err := s.Open(ctx); err != nil { // as after a reload
			return err
		}
		return s.Act(ctx)
	}}
}

func runMortal(t *testing.T, shell string, list ...Scenario) *report.Report {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	die, err := judge.ParsePattern("/die")
	if err != nil {
		t.Fatal(err)
	}
	r, err := Run(ctx, Config{
		Policy: judge.Policy{Public: []judge.Pattern{die}},
		App:    "http://127.0.0.1:" + freePort(t), Use: shared,
		Command: []string{"/bin/sh", "-c", strings.ReplaceAll(shell, "THE-APP", os.Args[0])},
	}, list)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// An app that ends in the middle ends the run, which says how, and keeps what it found.
func TestAppThatDies(t *testing.T) {
	seven, zero := 7, 0
	const nothing = ", and nothing answers at "
	for _, test := range []struct {
		name, shell string
		broken      bool
		status      *int
		message     string
		exit        int
	}{
		{"with 7, after a finding", "STANDIN_TEST_APP=1 exec THE-APP", true, &seven, "The app's command ended with exit status 7" + nothing, 1},
		{"with 0, below a shell", "STANDIN_TEST_APP=quietly THE-APP; sleep 0.2", false, &zero, "The app's command ended with exit status 0" + nothing, 4},
		{"in the background", "STANDIN_TEST_APP=1 THE-APP &", false, &zero, "The app stopped answering at ", 4},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := runMortal(t, test.shell, later(time.Second), dying(test.broken), later(time.Second))
			if first := r.Scenarios[0]; first.Verdict != report.Pass {
				t.Fatalf("the first scenario: %s (%s) %v", first.Verdict, first.Reason, first.Findings)
			}
			end := r.AppEnd
			if end == nil || len(r.Scenarios) != 3 {
				t.Fatalf("the report has %d scenarios and the end %+v", len(r.Scenarios), end)
			}
			if !strings.HasPrefix(end.Message, test.message) || end.During != "test/dying" || end.NotPlayed != 1 {
				t.Errorf("the end is %+v", end)
			}
			if diff := cmp.Diff(test.status, end.ExitStatus); diff != "" {
				t.Errorf("exit status (-want +got):\n%s", diff)
			}
			if want := "\nfatal: the pool is exhausted"; !strings.HasSuffix(end.Output, want) {
				t.Errorf("the output is %q", end.Output)
			}
			second, third := r.Scenarios[1], r.Scenarios[2]
			for _, f := range second.Findings {
				if strings.HasPrefix(f.Rule, "page/") {
					t.Errorf("the page is blamed: %s", f.Message)
				}
			}
			if failed := second.Verdict == report.Fail; failed != test.broken || !failed && !strings.HasPrefix(second.Reason, test.message) {
				t.Errorf("the second scenario: %s (%s) %v", second.Verdict, second.Reason, second.Findings)
			}
			if !third.NotPlayed || third.Verdict != report.Inconclusive || r.Interrupted || r.ExitCode() != test.exit {
				t.Errorf("the third scenario: %s (%s); interrupted %v, exit code %d, want %d", third.Verdict, third.Reason, r.Interrupted, r.ExitCode(), test.exit)
			}
		})
	}
}

// exitOf is what a command's end looks like.
func exitOf(t *testing.T, shell string) error {
	t.Helper()
	err := exec.CommandContext(t.Context(), "/bin/sh", "-c", shell).Run()
	return err
}

// What standin itself had refused is named where the output speaks of it, and told as no
// more than a fact where it does not.
func TestAppEnding(t *testing.T) {
	t.Parallel()
	refused := &net.OpError{Op: "dial", Err: errors.New("connection refused")}
	const here, site = "http://localhost:3000", "http://127.0.0.1:4711"
	cdn := []egress.Refusal{{Host: "cdn.example.com", Times: 2}, {Host: "api.example.com", Times: 1}}
	const outside = `outside: {"https://cdn.example.com/": local-copies/}, or let GETs go there, as outside: {allow: [cdn.example.com]}`
	for name, test := range map[string]struct {
		of                     appEnding
		message, cause, remedy string
	}{
		"plain":  {appEnding{started: true, ended: true, state: exitOf(t, "exit 7"), address: here, failure: refused, site: site}, "The app's command ended with exit status 7, and nothing answers at http://localhost:3000 any more.", "", ""},
		"signal": {appEnding{started: true, ended: true, state: exitOf(t, "kill -KILL $$"), address: here, failure: refused}, "ended with the signal killed,", "", ""},
		"command runs on": {appEnding{started: true, address: here, failure: refused},
			"The app stopped answering at http://localhost:3000 (connection refused), though its command runs on.", "", ""},
		"not ours": {appEnding{address: here, failure: refused}, "The app, which standin did not start, stopped answering at http://localhost:3000 (connection refused).", "", ""},
		"host in the output": {appEnding{started: true, ended: true, address: here, failure: refused, refused: cdn, output: "getaddrinfo failed: cdn.example.com"},
			"ended with exit status 0", "Its output names cdn.example.com, which standin's egress proxy had refused it (2 times).", outside},
		"proxy in the output": {appEnding{started: true, ended: true, address: here, failure: refused, refused: cdn, output: "403 standin's egress proxy refuses"},
			"", "which had refused it cdn.example.com, api.example.com.", outside},
		"refused, and silent": {appEnding{started: true, ended: true, address: here, failure: refused, refused: cdn, output: "oops", site: site},
			"", "Why is not known. Before that, standin's egress proxy had refused it cdn.example.com, api.example.com.", "If it ended of that: "},
		"site in the output": {appEnding{started: true, ended: true, address: here, failure: refused, site: site, output: "unknown host 127.0.0.1:4711"},
			"", "Its output names 127.0.0.1:4711, which is the address of the site that standin plays.", "site: acme.atlassian.net"},
		"named site in the output": {appEnding{started: true, ended: true, address: here, failure: refused, site: "https://acme.atlassian.net", named: true, output: "acme.atlassian.net"}, "", "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			got := test.of.tell()
			if !strings.Contains(got.Message, test.message) || !strings.Contains(got.Cause, test.cause) || !strings.Contains(got.Remedy, test.remedy) {
				t.Errorf("it says %+v", got)
			}
			if test.cause == "" && got.Cause+got.Remedy != "" {
				t.Errorf("it makes up a cause: %s %s", got.Cause, got.Remedy)
			}
		})
	}
}

// The last lines are whole.
func TestLastLines(t *testing.T) {
	t.Parallel()
	l := &lastLines{max: 20}
	for range 5 {
		_, _ = l.Write([]byte("a long line\n"))
	}
	if got := l.String(); got != "a long line" {
		t.Errorf("%q", got)
	}
}
