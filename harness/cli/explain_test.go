package cli_test

import (
	"strings"
	"testing"

	"github.com/standin-dev/standin/harness"
)

// flat is a text without its line breaks.
func flat(text string) string { return strings.Join(strings.Fields(text), " ") }

// TestExplainRules: every rule can be explained, with all that it has to say.
func TestExplainRules(t *testing.T) {
	t.Parallel()
	for _, r := range harness.Rules() {
		code, stdout, stderr := invoke(t, "", "explain", r.ID)
		if code != 0 || stderr != "" {
			t.Errorf("%s: exit code %d, %q", r.ID, code, stderr)
		}
		for _, want := range []string{r.ID + ", a rule", r.Sentence, r.Why, r.Remedy, r.Source, "severity " + string(r.Severity)} {
			if !strings.Contains(flat(stdout), flat(want)) {
				t.Errorf("%s does not say %q:\n%s", r.ID, want, stdout)
			}
		}
		for _, line := range strings.Split(stdout, "\n") {
			if len([]rune(line)) > 80 && strings.Contains(strings.TrimSpace(line), " ") && !strings.HasPrefix(strings.TrimSpace(line), "http") {
				t.Errorf("%s: a line is wider than 80 columns: %q", r.ID, line)
			}
		}
	}
}

// TestExplainNothing lists all that can be explained.
func TestExplainNothing(t *testing.T) {
	t.Parallel()
	code, stdout, _ := invoke(t, "", "explain")
	if code != 0 {
		t.Errorf("exit code %d", code)
	}
	for _, s := range deps().Scenarios {
		if !strings.Contains(stdout, "  "+s.ID+" ") || !strings.Contains(stdout, s.Title) {
			t.Errorf("it lacks %s:\n%s", s.ID, stdout)
		}
	}
	for _, r := range harness.Rules() {
		if !strings.Contains(stdout, "  "+r.ID+" ") || !strings.Contains(stdout, r.Sentence) {
			t.Errorf("it lacks %s:\n%s", r.ID, stdout)
		}
	}
}
