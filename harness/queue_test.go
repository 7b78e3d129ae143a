package harness

import (
	"slices"
	"strings"
	"testing"

	"github.com/standin-dev/standin/fakehost"
	"github.com/standin-dev/standin/fakehost/descriptor"
	"github.com/standin-dev/standin/harness/judge"
	"github.com/standin-dev/standin/harness/probe"
)

// TestArrange: what asks, changes or compares is kept apart, and every scenario keeps its
// place.
func TestArrange(t *testing.T) {
	t.Parallel()
	q := &queue{done: 2}
	together, alone := q.arrange([]Scenario{{ID: "a"}, {ID: "asks", Pageless: true}, {ID: "b"}, {ID: "compares", CookiesBlocked: true}, {ID: "changes", Alone: true}})
	ids := func(list []placed) (out []string, places []int) {
		for _, p := range list {
			out, places = append(out, p.ID), append(places, p.place)
		}
		return out, places
	}
	for _, test := range []struct {
		got    []placed
		want   string
		places []int
	}{{together, "a b", []int{3, 5}}, {alone, "asks compares changes", []int{4, 6, 7}}} {
		if got, places := ids(test.got); strings.Join(got, " ") != test.want || !slices.Equal(places, test.places) {
			t.Errorf("%v at %v, want %s at %v", got, places, test.want, test.places)
		}
	}
}

// TestWhyOneLane: where nothing would tell whether the app takes a second installation, or
// something would be left behind, there is one lane.
func TestWhyOneLane(t *testing.T) {
	t.Parallel()
	here := func(map[string]string) error { return nil }
	known := endpoints{list: []probe.Endpoint{{Method: "GET"}}}
	whole := descriptor.Lifecycle{Installed: "/installed", Uninstalled: "/uninstalled"}
	for name, tt := range map[string]struct {
		cfg    Config
		seen   endpoints
		app    descriptor.Descriptor
		ailing *ailing
		want   string // is in the reason; empty: there may be more
	}{
		"one that was started":       {cfg: Config{Started: here}, seen: known, app: descriptor.Descriptor{Lifecycle: descriptor.Lifecycle{Installed: "/installed"}}},
		"one that runs and forgets":  {seen: known, app: descriptor.Descriptor{Lifecycle: whole}},
		"one that runs and keeps":    {seen: known, app: descriptor.Descriptor{Lifecycle: descriptor.Lifecycle{Installed: "/installed"}}, want: "no lifecycle.uninstalled"},
		"nothing to ask":             {cfg: Config{Started: here}, app: descriptor.Descriptor{Lifecycle: whole}, want: "no request of the app"},
		"not to be asked":            {cfg: Config{Started: here, Probes: ProbesOff}, seen: known, app: descriptor.Descriptor{Lifecycle: whole}, want: "probes: off"},
		"a site with a name":         {cfg: Config{Started: here, Site: "acme.atlassian.net"}, seen: known, app: descriptor.Descriptor{Lifecycle: whole}, want: "a name of its own"},
		"an install that is skipped": {cfg: Config{Started: here, Install: fakehost.InstallOptions{Mode: fakehost.Skip}}, seen: known, app: descriptor.Descriptor{Lifecycle: whole}, want: "skipped"},
		"a page that does not work":  {cfg: Config{Started: here}, seen: known, app: descriptor.Descriptor{Lifecycle: whole}, ailing: &ailing{Diagnosis: judge.Diagnosis{Broken: true}}, want: "does not work"},
	} {
		r := &run{cfg: tt.cfg, desc: &tt.app, endpoints: tt.seen, ailing: tt.ailing}
		if got := r.whyOneLane(); (got == "") != (tt.want == "") || !strings.Contains(got, tt.want) {
			t.Errorf("%s: %q, want %q", name, got, tt.want)
		}
	}
}
