package apptest

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/standin-dev/standin/harness"
)

// TestMatching: a scenario may only be left out when go test would not run it.
func TestMatching(t *testing.T) {
	t.Parallel()
	all := []harness.Scenario{{ID: "nav/push"}, {ID: "nav/hash"}, {ID: "expiry/idle"}}
	for _, tc := range []struct {
		pattern, test string
		want          []string
	}{
		{"", "TestApp", []string{"nav/push", "nav/hash", "expiry/idle"}},
		{"TestApp", "TestApp", []string{"nav/push", "nav/hash", "expiry/idle"}},
		{"TestApp/nav", "TestApp", []string{"nav/push", "nav/hash"}},
		{"TestApp/nav/push", "TestApp", []string{"nav/push"}},
		{"TestApp/./h$", "TestApp", []string{"nav/push", "nav/hash"}},
		{"TestApp/a/nav", "TestApp/a", []string{"nav/push", "nav/hash"}},
		{"TestApp/nav|TestOther", "TestApp", []string{"nav/push", "nav/hash", "expiry/idle"}},
		{"TestApp/nope", "TestApp", nil},
		{"TestApp/*", "TestApp", []string{"nav/push", "nav/hash", "expiry/idle"}}, // no regular expression
	} {
		var got []string
		for _, s := range matching(tc.pattern, tc.test, all) {
			got = append(got, s.ID)
		}
		if diff := cmp.Diff(tc.want, got); diff != "" {
			t.Errorf("%q in %s (-want +got):\n%s", tc.pattern, tc.test, diff)
		}
	}
}
