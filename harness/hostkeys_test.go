package harness

import (
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/standin-dev/standin/fakehost"
)

// TestParseConfigHost: what the file says of the host is taken over, and what is set
// already stays.
func TestParseConfigHost(t *testing.T) {
	t.Parallel()
	const text = "hiddenPages: shown\nscopes: all\nredelivery: {times: 5, after: 5m, realTime: true}\n" +
		"lifecycle: {displayUrl: https://jira.example.com, userParams: true, lateDisabled: true, accountId: a, installationId: b, entitlementId: c, entitlementNumber: d, serviceEntitlementNumber: e}\n"
	of := func(c Config) Config {
		return Config{HiddenPages: c.HiddenPages, Scopes: c.Scopes, Redelivery: c.Redelivery, Lifecycle: c.Lifecycle}
	}
	want := Config{HiddenPages: fakehost.HiddenShown, Scopes: fakehost.ScopesAll, Redelivery: fakehost.Redelivery{Times: 5, After: 5 * time.Minute, RealTime: true},
		Lifecycle: fakehost.LifecycleForm{DisplayURL: "https://jira.example.com", UserParams: true, LateDisabled: true, AccountID: "a", InstallationID: "b", EntitlementID: "c", EntitlementNumber: "d", ServiceEntitlementNumber: "e"}}
	var c Config
	if err := c.ParseConfig([]byte(text)); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, of(c), cmpopts.IgnoreUnexported(Config{})); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	mine := Config{HiddenPages: fakehost.HiddenNotFound, Scopes: fakehost.ScopesOff, Redelivery: fakehost.Redelivery{Times: 1}, Lifecycle: fakehost.LifecycleForm{AccountID: "mine"}}
	c = mine
	if err := c.ParseConfig([]byte(text)); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(mine, of(c), cmpopts.IgnoreUnexported(Config{})); diff != "" {
		t.Errorf("over what is set (-want +got):\n%s", diff)
	}
}

// TestHostKeysInDocs: the example of docs/serve.md is a config, of all four keys.
func TestHostKeysInDocs(t *testing.T) {
	t.Parallel()
	doc, err := os.ReadFile("../docs/serve.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(doc), "```yaml\nhiddenPages")
	text, _, found := strings.Cut(rest, "```")
	var c Config
	if err := c.ParseConfig([]byte("hiddenPages" + text)); err != nil || !found {
		t.Fatalf("%v in\n%s", err, text)
	}
	if c.HiddenPages == "" || c.Scopes == "" || c.Redelivery == (fakehost.Redelivery{}) || c.Lifecycle == (fakehost.LifecycleForm{}) {
		t.Errorf("not all keys are there: %+v", c)
	}
}

// TestHostSettings: what the config says of the host reaches it, and what cannot be
// meant is refused before anything starts.
func TestHostSettings(t *testing.T) {
	t.Parallel()
	cfg := Config{
		App: "http://127.0.0.1:1", HiddenPages: fakehost.HiddenShown, Scopes: fakehost.ScopesAll,
		Redelivery: fakehost.Redelivery{Times: 2}, Lifecycle: fakehost.LifecycleForm{AccountID: "somebody"},
	}
	r := &run{cfg: withDefaults(cfg), serving: true}
	defer r.close()
	if err := r.bringUpApp(t.Context()); err == nil {
		t.Fatal("an app that is not there was found") // the host is up by then
	}
	got := Config{App: cfg.App, HiddenPages: r.host.HiddenPages, Scopes: r.host.Scopes, Redelivery: r.host.Redelivery, Lifecycle: r.host.Lifecycle}
	if diff := cmp.Diff(cfg, got, cmpopts.IgnoreUnexported(Config{})); diff != "" {
		t.Errorf("the host's settings (-want +got):\n%s", diff)
	}
	err := Serve(t.Context(), Config{App: cfg.App, Product: fakehost.Confluence, Redelivery: cfg.Redelivery}, ServeOptions{})
	if err == nil || !strings.Contains(err.Error(), "Confluence sends no webhook again") {
		t.Errorf("Redelivery in Confluence: %v", err)
	}
}
