package cli

import (
	"bytes"
	"strings"
	"testing"

	"github.com/standin-dev/standin/harness/report"
)

var passed = report.Scenario{ID: "nav/push", Verdict: report.Pass, VirtualSeconds: 1, RealSeconds: 2, Judged: 3}

// play lets a progress hear what a run with one scenario has to say.
func hear(p *progress) {
	hooks := p.hooks()
	hooks.Say("installing")
	hooks.Begin("nav/push", 2, 11)
	out := &appOutput{p: p}
	_, _ = out.Write([]byte("GET /x\r\nhalf a "))
	_, _ = out.Write([]byte("line\n"))
	hooks.End(passed)
	hooks.Begin("nav/hash", 3, 11)
}

// TestProgressInAFile: a line a scenario, and nothing that a file cannot show.
func TestProgressInAFile(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	hear(&progress{w: &b, width: 80})
	want := strings.Join([]string{"installing", report.Heading(80), "app | GET /x", "app | half a line", report.Line(passed, 80), ""}, "\n")
	if b.String() != want {
		t.Errorf("got:\n%q\nwant:\n%q", b.String(), want)
	}
}

// TestProgressOnATerminal: what runs stands in the last line, and is gone when it
// has ended.
func TestProgressOnATerminal(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	hear(&progress{w: &b, width: 80, terminal: true})
	const running = "running nav/push (2 of 11)…"
	want := "installing\n" + report.Heading(80) + "\n" +
		clearLine + running +
		clearLine + "app | GET /x\n" + running +
		clearLine + "app | half a line\n" + running +
		clearLine + report.Line(passed, 80) + "\n" +
		clearLine + "running nav/hash (3 of 11)…"
	if b.String() != want {
		t.Errorf("got:\n%q\nwant:\n%q", b.String(), want)
	}
}

// TestAppOutputShowsNoToken: what the app logs may hold tokens.
func TestAppOutputShowsNoToken(t *testing.T) {
	t.Parallel()
	const raw = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhIn0.c2lnbmF0dXJlLW9mLTMyLWJ5dGVzLW9yLW1vcmU"
	var b bytes.Buffer
	out := &appOutput{p: &progress{w: &b, width: 80}}
	_, _ = out.Write([]byte("GET /app?jwt=" + raw + "\n"))
	if strings.Contains(b.String(), "c2lnbmF0dXJl") || !strings.Contains(b.String(), "GET /app?jwt=") {
		t.Errorf("it said %q", b.String())
	}
}

func TestWidth(t *testing.T) {
	for value, want := range map[string]int{"": 80, "120": 120, "no": 80, "-3": 80} {
		t.Setenv("COLUMNS", value)
		if got := columns(); got != want {
			t.Errorf("COLUMNS=%q: %d, want %d", value, got, want)
		}
	}
}
