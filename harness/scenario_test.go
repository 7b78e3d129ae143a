package harness

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/standin-dev/standin/harness/report"
)

func catalogue() []Scenario {
	var all []Scenario
	for _, id := range []string{"boot/first-load", "nav/push", "nav/replace", "nav/hash", "expiry/idle-then-act", "expiry/at-margin", "time/sleep-timers-late"} {
		all = append(all, Scenario{ID: id})
	}
	return all
}

func TestSelect(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		patterns string
		want     string
	}{
		{"", "boot/first-load nav/push nav/replace nav/hash expiry/idle-then-act expiry/at-margin time/sleep-timers-late"},
		{"*", "boot/first-load nav/push nav/replace nav/hash expiry/idle-then-act expiry/at-margin time/sleep-timers-late"},
		{"**", "boot/first-load nav/push nav/replace nav/hash expiry/idle-then-act expiry/at-margin time/sleep-timers-late"},
		{"*/*", "boot/first-load nav/push nav/replace nav/hash expiry/idle-then-act expiry/at-margin time/sleep-timers-late"},
		{"nav/push", "nav/push"},
		{"nav", "nav/push nav/replace nav/hash"},
		{"nav/*", "nav/push nav/replace nav/hash"},
		{"nav/**", "nav/push nav/replace nav/hash"},
		{"*/sleep-*", "time/sleep-timers-late"},
		{"**/at-margin", "expiry/at-margin"},
		{"nav/[hp]*", "nav/push nav/hash"},
		{"expiry/at-margin boot nav/push boot/first-load", "boot/first-load nav/push expiry/at-margin"}, // in the catalogue's order, each once
	} {
		picked, err := Select(catalogue(), strings.Fields(tt.patterns))
		if err != nil {
			t.Errorf("%q: %v", tt.patterns, err)
			continue
		}
		var ids []string
		for _, s := range picked {
			ids = append(ids, s.ID)
		}
		if diff := cmp.Diff(strings.Fields(tt.want), ids); diff != "" {
			t.Errorf("%q (-want +got):\n%s", tt.patterns, diff)
		}
	}
}

func TestSelectNothing(t *testing.T) {
	t.Parallel()
	for pattern, near := range map[string]string{
		"nav/psh": "nav/push", "nv/push": "nav/push", "expiry/idle-than-act": "expiry/idle-then-act", "nav/has": "nav/hash",
		"nav/[": "nav/", "na": "nav/", "": "nav/",
	} {
		_, err := Select(catalogue(), []string{"nav/push", pattern})
		if !errors.Is(err, ErrNoScenario) || !strings.Contains(err.Error(), "did you mean "+near) || !strings.Contains(err.Error(), `"standin list"`) {
			t.Errorf("%q: error %v, want one that names %s", pattern, err, near)
		}
	}
	if _, err := Select(nil, []string{"x"}); !errors.Is(err, ErrNoScenario) {
		t.Errorf("of none: error %v", err)
	}
}

func TestNearest(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		word, want string
		of         []string
	}{
		{"klick", "click", []string{"fill", "click", "submit"}},
		{"click", "click", []string{"clicks", "click"}},
		{"", "a", []string{"abc", "a"}},
		{"abc", "", nil},
		{"same", "sane", []string{"sane", "save"}}, // the first of those as near
	} {
		if got := Nearest(tt.word, tt.of); got != tt.want {
			t.Errorf("Nearest(%q, %q) = %q, want %q", tt.word, tt.of, got, tt.want)
		}
	}
	for _, tt := range []struct {
		a, b string
		want int
	}{{"", "", 0}, {"", "abc", 3}, {"abc", "", 3}, {"kitten", "sitting", 3}, {"abc", "abc", 0}, {"abc", "cba", 2}} {
		if got := Distance(tt.a, tt.b); got != tt.want {
			t.Errorf("from %q to %q it is %d, want %d", tt.a, tt.b, got, tt.want)
		}
	}
}

func TestProgress(t *testing.T) {
	t.Parallel()
	var silent Progress // calls nothing
	silent.say("x")
	silent.begin("x", 1, 1)
	silent.end(report.Scenario{})
	var heard []string
	p := Progress{
		Say:   func(s string) { heard = append(heard, s) },
		Begin: func(id string, n, of int) { heard = append(heard, id) },
		End:   func(s report.Scenario) { heard = append(heard, s.ID) },
	}
	p.say("%d of %d", 1, 2)
	p.begin("begins", 1, 2)
	p.end(report.Scenario{ID: "ends"})
	if diff := cmp.Diff([]string{"1 of 2", "begins", "ends"}, heard); diff != "" {
		t.Errorf("heard (-want +got):\n%s", diff)
	}
}
