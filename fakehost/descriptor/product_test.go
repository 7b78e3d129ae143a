package descriptor_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/standin-dev/standin/fakehost/descriptor"
)

// parsed is a descriptor with these modules.
func parsed(t *testing.T, modules string) *descriptor.Descriptor {
	t.Helper()
	d, err := descriptor.Parse([]byte(fmt.Sprintf(`{"key": "k", "baseUrl": "http://localhost:3000", "authentication": {"type": "none"}, "modules": {%s}}`, modules)), "")
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// Which products an app is for, by its modules.
func TestProducts(t *testing.T) {
	t.Parallel()
	const (
		page  = `"generalPages": [{"key": "p", "url": "/p"}]`
		macro = `"dynamicContentMacros": [{"key": "m", "url": "/m"}]`
		panel = `"jiraIssueContents": [{"key": "c", "target": {"type": "web_panel", "url": "/c"}}]`
	)
	for _, test := range []struct {
		modules string
		want    []string
	}{
		{"", nil},
		{page, nil},
		{macro, []string{"confluence"}},
		{page + "," + macro, []string{"confluence"}},
		{panel, []string{"jira"}},
		{macro + "," + panel, []string{"jira", "confluence"}},
		{`"staticContentMacros": [{"key": "s", "url": "/s"}]`, []string{"confluence"}},
		{`"staticContentMacros": [{"key": "s", "url": "/s", "editor": {"url": "/e"}}]`, []string{"confluence"}},
		{`"blueprints": [{"key": "b", "template": {"url": "/b"}}]`, []string{"confluence"}},
		// What renders an iframe counts before what does not.
		{macro + `, "jiraEntityProperties": [{"key": "e"}]`, []string{"confluence"}},
		{page + `, "jiraEntityProperties": [{"key": "e"}]`, []string{"jira"}},
		{page + `, "confluenceContentProperties": [{"key": "e"}]`, []string{"confluence"}},
		{page + `, "webhooks": [{"event": "page_created", "url": "/w"}]`, []string{"confluence"}},
		{page + `, "webhooks": [{"event": "jira:issue_created", "url": "/w"}, {"event": "comment_created", "url": "/w"}]`, []string{"jira"}},
		// Types of both products, by their locations and the variables of their URLs.
		{`"webPanels": [{"key": "w", "url": "/w", "location": "atl.jira.view.issue.right.context"}]`, []string{"jira"}},
		{`"webItems": [{"key": "w", "url": "/w", "location": "system.content.action", "target": {"type": "dialog"}}]`, []string{"confluence"}},
		{`"generalPages": [{"key": "p", "url": "/p?space={space.key}"}]`, []string{"confluence"}},
		{`"generalPages": [{"key": "p", "url": "/p?issue=${issue.key}&mine={ac.tab}"}]`, []string{"jira"}},
		{`"generalPages": [{"key": "p", "url": "/p?issue={issue.key}&space={space.key}"}]`, nil},
		{`"dialogs": [{"key": "d", "url": "/d?of={content.id}"}]`, []string{"confluence"}},
		{`"serviceDeskPortalRequestCreatePropertyPanels": [{"key": "r", "url": "/r"}]`, []string{"jira"}},
		{`"assetPanels": [{"key": "a", "url": "/a"}]`, []string{"jira"}},
	} {
		if got := parsed(t, test.modules).Products(); !slices.Equal(got, test.want) {
			t.Errorf("%s: %q, want %q", test.modules, got, test.want)
		}
	}
}

// Where the URL of a type's iframe stands, and which actions have one at all.
func TestIframesOfTypes(t *testing.T) {
	t.Parallel()
	for modules, want := range map[string]string{
		`"serviceDeskPortalRequestCreatePropertyPanels": [{"key": "k", "url": "/panel"}]`:                             "/panel",
		`"serviceDeskPortalUserMenuActions": [{"key": "k", "url": "/page"}]`:                                          "",
		`"serviceDeskPortalUserMenuActions": [{"key": "k", "url": "https://example.com"}]`:                            "",
		`"serviceDeskPortalUserMenuActions": [{"key": "k", "url": "/dialog", "target": {"type": "DIALOG"}}]`:          "/dialog",
		`"serviceDeskQueues": [{"key": "k", "name": {"value": "Q"}}]`:                                                 "",
		`"automationActions": [{"key": "k", "configForm": {"url": "/form"}, "webhook": {"url": "/hook"}}]`:            "/form",
		`"automationActions": [{"key": "k", "webhook": {"url": "/hook"}}]`:                                            "",
		`"publishConditions": [{"key": "k", "dialog": {"url": "/dialog"}}]`:                                           "/dialog",
		`"staticContentMacros": [{"key": "k", "url": "/storage"}]`:                                                    "",
		`"staticContentMacros": [{"key": "k", "url": "/storage", "editor": {"url": "/edit"}}]`:                        "/edit",
		`"staticContentMacros": [{"key": "k", "url": "/storage", "propertyPanel": {"url": "/panel"}}]`:                "/panel",
		`"blueprints": [{"key": "k", "template": {"url": "/storage", "blueprintContext": {"url": "/context.json"}}}]`: "",
	} {
		if got := parsed(t, modules).Modules[0]; got.URL != want || got.Iframe() != (want != "") {
			t.Errorf("%s: the iframe shows %q (%v), want %q", modules, got.URL, got.Iframe(), want)
		}
	}
	own := parsed(t, `"dialogs": [{"key": "d", "url": "/d?a={ac.tab}&b={issue.key}&c=${ac.id}"}]`).Modules[0].OwnVariables()
	if !slices.Equal(own, []string{"ac.tab", "ac.id"}) {
		t.Errorf("the app's own variables are %q", own)
	}
}
