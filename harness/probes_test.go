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
	others := probe.Endpoint{Method: "GET", URL: "http://localhost:1/api/items again"}
	const valid, none = "with a valid token", "without a token"
	ask := func(e probe.Endpoint, attempt string, at float64) question {
		return question{e.Name(), attempt, report.Event{At: at, Actor: probedActor, Text: e.Name() + " again " + attempt}}
	}
	all := []question{ask(e, valid, 1), ask(e, none, 2), ask(others, none, 3), ask(e, none, 4), ask(e, none+" → and more", 5), ask(e, valid, 6)}
	want := []report.Event{all[0].told, all[1].told, all[3].told, all[4].told, all[5].told}
	want[2].Mark = true
	got := marked(all, probe.Finding{Endpoint: e, Attempt: probe.Attempt{Name: none}})
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("story (-want +got):\n%s", diff)
	}
}
