package harness

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/standin-dev/standin/harness/probe"
	"github.com/standin-dev/standin/harness/report"
)

// TestMarked: one line of a finding's story is marked, also where its question was put
// before, to compare with.
func TestMarked(t *testing.T) {
	t.Parallel()
	e := probe.Endpoint{Method: "GET", URL: "http://localhost:1/api/items"}
	lines := []report.Event{
		{Text: "GET /api/items again with a valid token → 200"},
		{Text: "GET /api/items again without a token → 200"},
		{Text: "GET /api/others again without a token → 200"},
		{Text: "GET /api/items again without a token → 200"},
		{Text: "GET /api/items again with a valid token → 200"},
	}
	want := []report.Event{lines[0], lines[1], lines[3], lines[4]}
	want[2].Mark = true
	got := marked(lines, probe.Finding{Endpoint: e, Attempt: probe.Attempt{Name: "without a token"}})
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("story (-want +got):\n%s", diff)
	}
}
