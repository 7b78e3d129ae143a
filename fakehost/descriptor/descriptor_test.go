package descriptor_test

import (
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/standin-dev/standin/fakehost/descriptor"
)

func readFile(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func parseFile(t testing.TB, name string) *descriptor.Descriptor {
	t.Helper()
	d, err := descriptor.Parse(readFile(t, name), "")
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestParseJira(t *testing.T) {
	t.Parallel()
	got := parseFile(t, "jira.json")
	want := &descriptor.Descriptor{
		Key:           "com.example.tracker",
		Name:          "Tracker",
		BaseURL:       "http://localhost:3000/app/",
		Auth:          descriptor.AuthJWT,
		Lifecycle:     descriptor.Lifecycle{Installed: "/installed", Enabled: "enabled?x={y}", Uninstalled: "/uninstalled"},
		APIMigrations: map[string]bool{"gdpr": true, "context-qsh": true, "signed-install": false},
		Scopes:        []string{"READ", "write", "ACT_AS_USER"},
		Modules: []descriptor.Module{
			{Type: "webhooks"},
			{Type: "webPanels", Key: "panel", Name: "Panel", URL: "/panel?issue={issue.key}"},
			{Type: "webItems", Key: "link", Name: "Elsewhere"},
			{Type: "webItems", Key: "popup", Name: "Popup", URL: "/popup"},
			{Type: "configurePage", Key: "configure", Name: "Configure", URL: "/configure"},
			{Type: "jiraIssueGlances", Key: "glance", Name: "Glance", URL: "/glance"},
			{Type: "jiraWorkflowPostFunctions", Key: "post", Name: "Post", URL: "/create"},
			{Type: "jiraEntityProperties", Key: "props", Name: "Props"},
			{Type: "generalPages", Key: "items", Name: "Items", URL: "/items", Cacheable: true},
			{Type: "generalPages", Key: "about", Name: "About", URL: "/about?cp={cp}"},
		},
	}
	ignore := cmp.Options{cmpopts.IgnoreFields(descriptor.Descriptor{}, "Raw"), cmpopts.IgnoreFields(descriptor.Module{}, "Raw")}
	if diff := cmp.Diff(want, got, ignore); diff != "" {
		t.Errorf("Parse() (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(strings.TrimSpace(string(readFile(t, "jira.json"))), string(got.Raw)); diff != "" {
		t.Errorf("Raw (-want +got):\n%s", diff)
	}
	if raw := string(got.Modules[8].Raw); !strings.Contains(raw, `"cacheable": true`) {
		t.Errorf("the module's Raw is %s", raw)
	}
}

// keys are the keys of modules, in order.
func keys(modules []descriptor.Module) []string {
	var keys []string
	for _, m := range modules {
		keys = append(keys, m.Key)
	}
	return keys
}

func TestIframeModules(t *testing.T) {
	t.Parallel()
	for name, want := range map[string][]string{
		"jira.json":       {"items", "about", "panel", "popup", "configure", "glance", "post"},
		"confluence.json": {"chart"},
	} {
		if diff := cmp.Diff(want, keys(parseFile(t, name).IframeModules())); diff != "" {
			t.Errorf("%s: IframeModules() (-want +got):\n%s", name, diff)
		}
	}
}

func TestModule(t *testing.T) {
	t.Parallel()
	d := parseFile(t, "jira.json")
	for key, want := range map[string]string{"": "items", "about": "about", "popup": "popup"} {
		if got, err := d.Module(key); err != nil || got.Key != want {
			t.Errorf("Module(%q) = %+v, %v, want %s", key, got, err, want)
		}
	}
	for key, want := range map[string]string{
		"nowhere": `module "nowhere": no such module renders an iframe: choose from items (generalPages), about (generalPages), panel (webPanels)`,
		"props":   `module "props" is one of jiraEntityProperties: no such module`,
		"link":    `module "link" is one of webItems: no such module`,
	} {
		_, err := d.Module(key)
		if !errors.Is(err, descriptor.ErrUnknownModule) || !strings.Contains(err.Error(), want) {
			t.Errorf("Module(%q) error = %v, want one with %q", key, err, want)
		}
	}
	none := &descriptor.Descriptor{Key: "app", Modules: []descriptor.Module{{Type: "webhooks", URL: "/hook"}, {Type: "generalPages", Key: "x"}}}
	for _, key := range []string{"", "x"} {
		if _, err := none.Module(key); !errors.Is(err, descriptor.ErrNoModule) {
			t.Errorf("Module(%q) error = %v, want ErrNoModule", key, err)
		}
	}
}

func TestResolve(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ base, rel, want string }{
		{"http://localhost:3000", "/items", "http://localhost:3000/items"},
		{"http://localhost:3000/", "/items", "http://localhost:3000/items"},
		{"http://localhost:3000/app", "/items?x={y z}", "http://localhost:3000/app/items?x={y z}"},
		{"http://localhost:3000/app/", "items", "http://localhost:3000/app/items"},
		{"http://localhost:3000/app", "?x=1", "http://localhost:3000/app?x=1"},
		{"http://localhost:3000/app/", "", "http://localhost:3000/app/"},
		{"http://localhost:3000", "https://example.com/x", "https://example.com/x"},
		{"http://localhost:3000", "/x:y/z", "http://localhost:3000/x:y/z"},
	} {
		d := &descriptor.Descriptor{BaseURL: tc.base}
		if got := d.Resolve(tc.rel); got != tc.want {
			t.Errorf("Resolve(%q) on %s = %q, want %q", tc.rel, tc.base, got, tc.want)
		}
	}
}
