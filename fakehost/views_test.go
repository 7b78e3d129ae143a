package fakehost_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/standin-dev/standin/fakehost"
	"github.com/standin-dev/standin/fakehost/descriptor"
)

// TestViews has every iframe that modules have, each on a page of its own.
func TestViews(t *testing.T) {
	t.Parallel()
	for product, test := range map[fakehost.Product]struct {
		modules string
		want    map[string][]string
	}{
		fakehost.Confluence: {`,
			"dynamicContentMacros": [{"key": "map", "name": {"value": "Map"}, "url": "/map", "editor": {"url": "/map-editor"}, "propertyPanel": {"url": "/map-panel"}},
				{"key": "pin", "name": {"value": "Pin"}, "url": "/pin"}],
			"staticContentMacros": [{"key": "toc", "name": {"value": "Toc"}, "url": "/storage", "editor": {"url": "/toc-editor"}, "propertyPanel": {"url": "/toc-panel"}}],
			"confluenceThemes": [{"key": "theme", "name": {"value": "Theme"}, "routes": {"spaceview": {"url": "/space"}, "dashboard": {"url": "/dashboard"}}}]`,
			map[string][]string{
				"map": {"", "/map", "editor", "dialog", "property-panel", "/map-panel"}, "pin": {"", "/pin"},
				"toc":   {"", "/toc-editor", "property-panel", "/toc-panel"},
				"theme": {"", "/space", "dashboard", "/dashboard"},
			}},
		fakehost.Jira: {`, "jiraWorkflowPostFunctions": [{"key": "post", "name": {"value": "Post"}, "view": {"url": "/view"}, "create": {"url": "/create"}, "edit": {"url": "/view"}}]`,
			map[string][]string{"post": {"", "/view", "create", "/create"}}},
	} {
		host, app := sceneApp(t, product, test.modules)
		for key, want := range test.want {
			var got []string
			m := app.module(t, key)
			for _, v := range fakehost.Views(m) {
				path := strings.TrimPrefix(host.ViewURL(m, v.Name), host.BaseURL())
				for _, trigger := range openPlace(t, host.BaseURL()+path).Triggers {
					got = append(got, v.Name, trigger.Opens)
				}
				for _, frame := range framesOf(t, host, app, path) {
					got = append(got, v.Name, frame)
				}
			}
			if !slices.Equal(got, want) {
				t.Errorf("%s has %q, want %q", key, got, want)
			}
		}
	}
	if views := fakehost.Views(descriptor.Module{Type: "webhooks", URL: "/x"}); views != nil {
		t.Errorf("a webhook has %v", views)
	}
}
