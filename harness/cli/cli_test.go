package cli_test

import (
	"bytes"
	"context"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/standin-dev/standin/fakehost"
	"github.com/standin-dev/standin/harness"
	"github.com/standin-dev/standin/harness/cli"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// deps is a small catalogue of our own, so that the goldens do not change with the
// real one.
func deps() cli.Deps {
	return cli.Deps{
		Scenarios: []harness.Scenario{
			{ID: "boot/first-load", Title: "A person opens the app.", About: "The page loads.", Bugs: []string{"wrong-scheme"}},
			{ID: "nav/push", Title: "The app's router changes the URL, and the app calls its back end.",
				About: strings.Repeat("The Referer loses the token with the URL. ", 4), Bugs: []string{"referer-lost-on-push", "static-token"}},
			{ID: "expiry/short", Title: "The token has little life left.", Bugs: []string{"static-token"},
				Conditions: fakehost.Conditions{FirstTokenAge: 14 * time.Minute, ContextTTL: 15 * time.Minute, IframeTTL: 3 * time.Minute,
					ResolverDelay: time.Second, ResolverStatus: 503, GetToken: fakehost.GetTokenHang}},
		},
		Samples: []cli.Sample{
			{Name: "sound", About: "Does all right.", Demo: true},
			{Name: "token-once", About: "Asks once.", Defect: "It never asks again.", Fails: []string{"expiry/short"}, Demo: true},
			{Name: "other", About: "Does it otherwise.", Defect: "It does it wrong."},
		},
	}
}

// invoke runs a command in this process.
func invoke(t *testing.T, stdin string, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, err bytes.Buffer
	code = cli.Main(t.Context(), args, strings.NewReader(stdin), &out, &err, deps())
	return code, out.String(), err.String()
}

// inEmptyFolder goes where there is no standin.yaml, and where nothing of the
// environment gets in the way.
func inEmptyFolder(t *testing.T) {
	t.Helper()
	t.Chdir(t.TempDir())
	t.Setenv("STANDIN_BROWSER", "")
	t.Setenv("STANDIN_SHARED_SECRET", "")
	t.Setenv("STANDIN_SESSION_SECRET", "")
}

// golden compares with a file of testdata.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v; go test ./harness/cli -update writes it", err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", path, diff)
	}
}

// TestTexts: what one asks for comes on standard output, with exit code 0.
func TestTexts(t *testing.T) {
	for name, args := range map[string][]string{
		"help.txt":             {"--help"},
		"help-run.txt":         {"run", "--help"},
		"help-demo.txt":        {"help", "demo"},
		"help-serve.txt":       {"serve", "--help"},
		"help-judge.txt":       {"judge", "--help"},
		"list.txt":             {"list"},
		"list.json":            {"list", "--json"},
		"explain-scenario.txt": {"explain", "nav/push"},
		"explain-host.txt":     {"explain", "expiry/short"},
		"samples.txt":          {"demo", "--list"},
	} {
		t.Run(name, func(t *testing.T) {
			code, stdout, stderr := invoke(t, "", args...)
			if code != 0 || stderr != "" {
				t.Errorf("exit code %d, standard error %q", code, stderr)
			}
			golden(t, name, stdout)
		})
	}
}

func TestVersion(t *testing.T) {
	t.Parallel()
	code, stdout, stderr := invoke(t, "", "--version")
	if code != 0 || stdout != "standin "+harness.Version+"\n" || stderr != "" {
		t.Errorf("exit code %d, %q, %q", code, stdout, stderr)
	}
}

// TestNothingAsked: help that nobody asked for is no data.
func TestNothingAsked(t *testing.T) {
	t.Parallel()
	code, stdout, stderr := invoke(t, "")
	if code != 2 || stdout != "" || !strings.Contains(stderr, "standin demo") {
		t.Errorf("exit code %d, %q, %q", code, stdout, stderr)
	}
}

// TestInterruptedBeforeAnything: a run that is stopped at once still writes its
// report, and never exits with 0.
func TestInterruptedBeforeAnything(t *testing.T) {
	inEmptyFolder(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var out, err bytes.Buffer
	args := []string{"run", "--app", "http://localhost:1", "--json", "-"}
	code := cli.Main(ctx, args, strings.NewReader(""), &out, &err, deps())
	if code != 4 {
		t.Errorf("exit code %d, want 4; it said %s", code, err.String())
	}
	for _, want := range []string{`"interrupted": true`, `"schema": "standin.report/v1"`, `"http://localhost:1"`} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("the report lacks %s:\n%s", want, out.String())
		}
	}
}
