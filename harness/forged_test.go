package harness

import (
	"strings"
	"testing"

	"github.com/standin-dev/standin/fakehost"
	"github.com/standin-dev/standin/fakehost/descriptor"
	"github.com/standin-dev/standin/harness/probe"
)

// TestWhoseLifecycleCallsAreForged: by default those of an app that was started for the
// run; of one that was there before, by probes: all alone.
func TestWhoseLifecycleCallsAreForged(t *testing.T) {
	t.Parallel()
	here := func(map[string]string) error { return nil }
	app := &descriptor.Descriptor{Key: "app", Lifecycle: descriptor.Lifecycle{Installed: "/installed", Uninstalled: "/uninstalled"}}
	mute := &descriptor.Descriptor{Key: "app", Lifecycle: descriptor.Lifecycle{Installed: "/installed"}}
	for name, tt := range map[string]struct {
		cfg   Config
		app   *descriptor.Descriptor
		event string
		want  string // is in the reason; empty: they are
	}{
		"a command's":             {cfg: Config{Command: []string{"node", "app.js"}}},
		"one started by a caller": {cfg: Config{Started: here}},
		"one that runs":           {want: "standin did not start this app; to send them, say probes: all"},
		"one that runs, by all":   {cfg: Config{Probes: ProbesAll}},
		"installed unsigned":      {cfg: Config{Started: here, Install: fakehost.InstallOptions{Mode: fakehost.Unsigned}}, want: "told to install without a signature"},
		"skipped":                 {cfg: Config{Started: here, Install: fakehost.InstallOptions{Mode: fakehost.Skip}}, want: "the install was skipped"},
		"uninstalled":             {cfg: Config{Started: here}, event: probe.Uninstalled},
		"without its uninstalled": {cfg: Config{Started: here}, app: mute, event: probe.Uninstalled, want: "no lifecycle.uninstalled"},
	} {
		r := &run{cfg: tt.cfg, desc: app}
		if tt.app != nil {
			r.desc = tt.app
		}
		if tt.event == "" {
			tt.event = probe.Installed
		}
		got := r.whyNoForgery(tt.event)
		if (got == "") != (tt.want == "") || !strings.Contains(got, tt.want) {
			t.Errorf("%s: %q, want %q", name, got, tt.want)
		}
	}
}
