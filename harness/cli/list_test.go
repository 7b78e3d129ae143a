package cli

import (
	"strings"
	"testing"

	"github.com/standin-dev/standin/harness"
)

// TestListOnATerminal: no line is wider than the terminal, and no word is lost.
func TestListOnATerminal(t *testing.T) {
	t.Parallel()
	list := []harness.Scenario{
		{ID: "a/b", Title: "One."},
		{ID: "longer/id", Title: strings.Repeat("words ", 20) + "end."},
	}
	var b strings.Builder
	if err := listWrapped(&b, list, 40); err != nil {
		t.Fatal(err)
	}
	for _, line := range strings.Split(b.String(), "\n") {
		if len(line) > 40 {
			t.Errorf("wider than 40 columns: %q", line)
		}
	}
	if n := strings.Count(b.String(), "words"); n != 20 || !strings.HasPrefix(b.String(), "a/b        One.\nlonger/id  words") {
		t.Errorf("%d of 20 words, in:\n%s", n, b.String())
	}
}
