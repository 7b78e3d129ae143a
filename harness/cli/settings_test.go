package cli

import (
	"os"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/spf13/cobra"

	"github.com/standin-dev/standin/fakehost"
	"github.com/standin-dev/standin/harness"
	"github.com/standin-dev/standin/harness/browser"
	"github.com/standin-dev/standin/harness/journey"
	"github.com/standin-dev/standin/harness/judge"
)

// settingsOf is the engine's config for a command line.
func settingsOf(t *testing.T, stdin string, args ...string) harness.Config {
	t.Helper()
	f, cmd := &runFlags{}, &cobra.Command{Use: "run"}
	f.define(cmd.Flags())
	cmd.SetIn(strings.NewReader(stdin))
	if err := cmd.ParseFlags(args); err != nil {
		t.Fatal(err)
	}
	cfg, err := f.settings(cmd, cmd.Flags().Args())
	if err != nil {
		t.Fatal(err)
	}
	return cfg
}

func write(t *testing.T, name, text string) {
	t.Helper()
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// TestSettings: flags win over the config, and the config over nothing.
func TestSettings(t *testing.T) {
	t.Chdir(t.TempDir())
	t.Setenv(secretEnv, "from the environment")
	t.Setenv(sessionSecretEnv, "")
	write(t, "other.yaml", "app: http://localhost:2\nproduct: confluence\nmodule: other\norigins: [http://localhost:9]\ncarriers: [\"query:jwt\"]\njourney: [{click: Items}]\n")
	write(t, "all.js", "AP = {}")
	if err := os.Mkdir("stubs", 0o755); err != nil {
		t.Fatal(err)
	}
	secret := fakehost.InstallOptions{SharedSecret: "from the environment"}
	carriers := judge.Policy{Carriers: []judge.CarrierSpec{{Place: "query", Name: "jwt"}}}
	fromOther := harness.Config{App: "http://localhost:2", Product: fakehost.Confluence, Module: "other", Install: secret,
		Origins: []string{"http://localhost:9"}, Policy: carriers, Journey: []journey.Step{{Click: "Items"}}}
	with := func(c harness.Config, change func(*harness.Config)) harness.Config { change(&c); return c }
	tests := []struct {
		name  string
		stdin string
		args  []string
		want  harness.Config
	}{
		{"flags alone", "", []string{"--app", "http://localhost:1"}, harness.Config{App: "http://localhost:1", Install: secret}},
		{"a config", "", []string{"--config", "other.yaml"}, fromOther},
		{"flags over a config", "", []string{"--config", "other.yaml", "--app", "http://localhost:3", "--product", "jira", "--module", "mine"},
			with(fromOther, func(c *harness.Config) { c.App, c.Product, c.Module = "http://localhost:3", fakehost.Jira, "mine" })},
		{"probes by a flag, over a config", "probes: all", []string{"--config", "-", "--app", "http://localhost:1", "--probes", "off"},
			harness.Config{App: "http://localhost:1", Install: secret, Probes: harness.ProbesOff}},
		{"a config from standard input", "module: piped", []string{"--config", "-", "--app", "http://localhost:1"},
			harness.Config{App: "http://localhost:1", Module: "piped", Install: secret}},
		{"a secret for sessions", "", []string{"--app", "http://localhost:1", "--session-secret", "its own"},
			harness.Config{App: "http://localhost:1", Install: secret, SessionSecret: "its own"}},
		{"all else", "", []string{"--app", "http://localhost:1", "--listen", "127.0.0.1:8899", "--install", "skip", "--client-key", "key",
			"--shared-secret", "from a flag", "--all-js", "all.js", "--browser", "/chrome", "--site", "acme.atlassian.net", "--stubs", "stubs", "--timeout", "3s", "--parallel", "7", "--every-tick", "--", "npm", "start", "--fast"},
			harness.Config{App: "http://localhost:1", Listen: "127.0.0.1:8899", Site: "acme.atlassian.net", Stubs: os.DirFS("stubs"), AllJS: []byte("AP = {}"), Browser: browser.Options{Path: "/chrome"},
				Install:   fakehost.InstallOptions{Mode: fakehost.Skip, ClientKey: "key", SharedSecret: "from a flag"},
				LoadLimit: 3 * time.Second, SettleLimit: 3 * time.Second, Parallel: 7, EveryTick: true, Command: []string{"npm", "start", "--fast"}, Egress: true}},
		{"a command with all of the network", "", []string{"--app", "http://localhost:1", "--egress=false", "--", "npm", "start"},
			harness.Config{App: "http://localhost:1", Install: secret, Command: []string{"npm", "start"}}},
	}
	// What is not said goes by the cores of this machine.
	usual := byCores(runtime.NumCPU())
	compare := cmp.Options{cmpopts.EquateEmpty(), cmpopts.IgnoreUnexported(harness.Config{}), cmpopts.IgnoreFields(harness.Config{}, "Started", "Progress")}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if tt.want.Parallel == 0 {
				tt.want.Parallel = usual
			}
			if diff := cmp.Diff(tt.want, settingsOf(t, tt.stdin, tt.args...), compare); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
	t.Run("the config of this folder", func(t *testing.T) {
		write(t, defaultConfig, "app: http://localhost:4\n")
		want := harness.Config{App: "http://localhost:4", Install: secret, Parallel: usual}
		if diff := cmp.Diff(want, settingsOf(t, ""), compare); diff != "" {
			t.Errorf("-want +got:\n%s", diff)
		}
	})
}

// TestSessionSecret: it comes from the environment where no flag says it.
func TestSessionSecret(t *testing.T) {
	t.Chdir(t.TempDir())
	t.Setenv(secretEnv, "")
	t.Setenv(sessionSecretEnv, "from the environment")
	for want, args := range map[string][]string{
		"from the environment": {"--app", "http://localhost:1"},
		"from a flag":          {"--app", "http://localhost:1", "--session-secret", "from a flag"},
	} {
		if got := settingsOf(t, "", args...).SessionSecret; got != want {
			t.Errorf("%v: the secret is %q, want %q", args, got, want)
		}
	}
}
