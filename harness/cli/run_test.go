package cli_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/standin-dev/standin/fakehost/token"
	"github.com/standin-dev/standin/harness/har"
	"github.com/standin-dev/standin/harness/report"
)

// sampleCommand is a command line that starts a sample app, as a child of a shell,
// as npm does.
func sampleCommand(name string) []string {
	return []string{"--", "/bin/sh", "-c", filepath.Join(bin, "sample") + " -app " + name + "; exit $?"}
}

// TestWholeRun: a command that starts the app, all scenarios, all reports.
func TestWholeRun(t *testing.T) {
	needBrowser(t)
	out := filepath.Join(t.TempDir(), "out")
	s := start(t, append([]string{"run", "--app", "http://localhost:" + freePort(t), "--json", "-", "--out", out}, sampleCommand("interceptor")...)...)
	if code := s.code(); code != 0 {
		t.Errorf("exit code %d, want 0:\n%s", code, s.stderr.String())
	}
	var r report.Report
	if err := json.Unmarshal([]byte(s.stdout.String()), &r); err != nil {
		t.Fatalf("standard output is no report: %v\n%s", err, s.stdout.String())
	}
	if r.Verdict != report.Pass || r.Totals.Pass < 11 || r.App.Key != "standin-sample-interceptor" {
		t.Errorf("verdict %s, totals %+v, app %+v", r.Verdict, r.Totals, r.App)
	}
	for _, want := range []string{"starting /bin/sh", "installing standin-sample-interceptor on a fake Jira at http://127.0.0.1:",
		"✓ nav/push ", "✓ expiry/idle-then-act ", "exit code 0", "wrote " + filepath.Join(out, "report.json")} {
		if !strings.Contains(s.stderr.String(), want) {
			t.Errorf("it does not say %q:\n%s", want, s.stderr.String())
		}
	}
	for _, name := range []string{"report.json", "junit.xml", "report.txt", "requests.har"} {
		if info, err := os.Stat(filepath.Join(out, name)); err != nil || info.Size() == 0 {
			t.Errorf("%s: %v", name, err)
		}
	}
	checkArchive(t, filepath.Join(out, "requests.har"), &r)
}

// checkArchive checks a run's own archive: it has no whole token, and what is judged of
// it is what the run said, as far as requests alone show it.
func checkArchive(t *testing.T, path string, ran *report.Report) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	tokens := token.Find(string(text))
	for _, raw := range tokens {
		if !strings.HasSuffix(raw, "."+har.Cut) {
			t.Fatalf("%s has a whole token", path)
		}
	}
	code, stdout, stderr := invoke(t, "", "judge", path, "--json", "-")
	var judged report.Report
	if err := json.Unmarshal([]byte(stdout), &judged); err != nil || code != 4 || len(tokens) == 0 {
		t.Fatalf("exit code %d, want 4, for what a page shows while it has no token is not in it; %d tokens, %v:\n%s", code, len(tokens), err, stderr)
	}
	of := map[string]report.Scenario{}
	for _, s := range ran.Scenarios {
		of[s.ID] = s
	}
	for _, s := range judged.Scenarios {
		want := of[s.ID]
		if want.Verdict == report.Pass && want.Judged == 0 {
			want.Verdict = report.Inconclusive
		}
		if s.Verdict != want.Verdict || s.Judged != want.Judged || s.Title != want.Title {
			t.Errorf("%s: %s with %d judged, the run said %s with %d", s.ID, s.Verdict, s.Judged, want.Verdict, want.Judged)
		}
	}
	if len(judged.Scenarios) < 11 || judged.App.Key != ran.App.Key || judged.App.BaseURL != ran.App.BaseURL || judged.Host != ran.Host {
		t.Errorf("%d scenarios of %+v on %+v, the run had %+v on %+v", len(judged.Scenarios), judged.App, judged.Host, ran.App, ran.Host)
	}
}

// TestSite: the site's name, from the command line to the report.
func TestSite(t *testing.T) {
	needBrowser(t)
	s := start(t, append([]string{"run", "--app", "http://localhost:" + freePort(t), "--site", "acme.atlassian.net", "--scenario", "boot/*", "--json", "-"},
		sampleCommand("interceptor")...)...)
	if code := s.code(); code != 0 {
		t.Errorf("exit code %d, want 0:\n%s", code, s.stderr.String())
	}
	var r report.Report
	if err := json.Unmarshal([]byte(s.stdout.String()), &r); err != nil {
		t.Fatalf("standard output is no report: %v\n%s", err, s.stdout.String())
	}
	if r.Host.BaseURL != "https://acme.atlassian.net" || strings.Contains(strings.Join(r.Notes, "\n"), "site:") {
		t.Errorf("host %+v, notes %q", r.Host, r.Notes)
	}
}

// TestFailingRun: the failure is told in full, and Confluence is another product.
func TestFailingRun(t *testing.T) {
	needBrowser(t)
	s := start(t, append([]string{"run", "--app", "http://localhost:" + freePort(t), "--product", "confluence", "--scenario", "nav/push",
		"--scenario", "expiry/idle-*", "-v"}, sampleCommand("token-once")...)...)
	if code := s.code(); code != 1 {
		t.Errorf("exit code %d, want 1:\n%s", code, s.stderr.String())
	}
	for _, want := range []string{"a fake Confluence", "/wiki", "✓ nav/push ", "✗ expiry/idle-then-act: fail", "token/expired (must)",
		"▸", "remedy", "exit code 1", "app | listening at", "whole timeline"} {
		if !strings.Contains(s.stderr.String(), want) {
			t.Errorf("it does not say %q:\n%s", want, s.stderr.String())
		}
	}
	if s.stdout.String() != "" {
		t.Errorf("standard output %q", s.stdout.String())
	}
}

// TestInterrupt: on Ctrl-C the report so far is written, and nothing is left.
func TestInterrupt(t *testing.T) {
	needBrowser(t)
	for _, signal := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM} {
		t.Run(signal.String(), func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "report.json")
			s := start(t, append([]string{"run", "--app", "http://localhost:" + freePort(t), "--json", file}, sampleCommand("interceptor")...)...)
			s.says("✓ boot/first-load")
			if err := s.cmd.Process.Signal(signal); err != nil {
				t.Fatal(err)
			}
			if code := s.code(); code != 4 {
				t.Errorf("exit code %d, want 4:\n%s", code, s.stderr.String())
			}
			var r report.Report
			text, err := os.ReadFile(file)
			if err == nil {
				err = json.Unmarshal(text, &r)
			}
			if err != nil || !r.Interrupted || len(r.Scenarios) == 0 || r.Scenarios[0].Verdict != report.Pass {
				t.Errorf("%v; the report so far: %s", err, text)
			}
			if !strings.Contains(s.stderr.String(), "interrupted") {
				t.Errorf("it does not say so:\n%s", s.stderr.String())
			}
		})
	}
}

// TestKilled: nothing is left when standin is killed and can do nothing about it.
func TestKilled(t *testing.T) {
	needBrowser(t)
	s := start(t, append([]string{"run", "--app", "http://localhost:" + freePort(t)}, sampleCommand("interceptor")...)...)
	s.says("✓ boot/first-load")
	if len(s.files()) == 0 || len(s.processes()) < 3 {
		t.Fatalf("this test sees too little to show anything: files %q, processes %q", s.files(), s.processes())
	}
	if err := s.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	if code := s.code(); code != -1 {
		t.Errorf("exit code %d, want none, for it was killed", code)
	}
}

// TestDemoRun: the demo says what it expected of each sample.
func TestDemoRun(t *testing.T) {
	needBrowser(t)
	s := start(t, "demo", "referer-only", "lazy-cache", "--scenario", "nav/push")
	if code := s.code(); code != 0 {
		t.Errorf("exit code %d, want 0:\n%s", code, s.stderr.String())
	}
	for _, want := range []string{"━━ referer-only, 1 of 2", "✗ nav/push: fail", "token/lost-with-referer (must)", "pushState",
		"✓ referer-only", "✓ lazy-cache              pass                  1 pass"} {
		if !strings.Contains(s.stderr.String(), want) {
			t.Errorf("it does not say %q:\n%s", want, s.stderr.String())
		}
	}
}

func TestDoctorRun(t *testing.T) {
	needBrowser(t)
	s := start(t, "doctor")
	if code := s.code(); code != 0 || strings.Count(s.stderr.String(), "✓") != 7 || !strings.Contains(s.stderr.String(), "SameSite=None; Secure blocked") {
		t.Errorf("exit code %d, want 0:\n%s", code, s.stderr.String())
	}
}
