package fakehost_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/standin-dev/standin/fakehost"
	"github.com/standin-dev/standin/fakehost/descriptor"
)

// contextNames are all variables that a descriptor may ask for (connect-protocol
// 6.3, and the service desk's).
var contextNames = map[fakehost.Product][]string{
	fakehost.Jira: {
		"issue.id", "issue.key", "issuetype.id", "project.id", "project.key", "version.id", "component.id", "profileUser.accountId",
		"dashboardItem.id", "dashboardItem.key", "dashboardItem.viewType", "dashboard.id", "postFunction.id", "postFunction.config",
		"board.id", "board.type", "board.screen", "sprint.id", "sprint.state",
		"servicedesk.serviceDeskId", "servicedesk.requestTypeId", "servicedesk.requestId",
	},
	fakehost.Confluence: {
		"content.id", "content.version", "content.type", "content.plugin", "space.id", "space.key", "page.id", "page.version", "page.type",
		"macro.id", "macro.hash", "macro.body", "macro.truncated", "macro.localId", "macro.fragmentLocalId", "output.type", "editor.version",
		"user.isExternalCollaborator", "profileUser.accountId",
	},
}

// typeCase is a module of a type, with members beside its key, name and URL.
type typeCase struct {
	product    fakehost.Product
	kind, more string
	// member is where the URL stands; "" is url.
	member string
}

func typeCases() map[string]typeCase {
	cases := map[string]typeCase{
		"webPanels of an issue":        {fakehost.Jira, "webPanels", `"location": "atl.jira.view.issue.right.context"`, ""},
		"webPanels of a board":         {fakehost.Jira, "webPanels", `"location": "jira.agile.board.configuration"`, ""},
		"webPanels of a project":       {fakehost.Jira, "webPanels", `"location": "atl.jira.proj.config.sidebar"`, ""},
		"webPanels of a page":          {fakehost.Confluence, "webPanels", `"location": "atl.general"`, ""},
		"webPanels of content":         {fakehost.Confluence, "webPanels", `"location": "system.content.metadata"`, ""},
		"webItems of an issue":         {fakehost.Jira, "webItems", `"location": "jira.issue.tools", "target": {"type": "dialog"}`, ""},
		"webItems of a board":          {fakehost.Jira, "webItems", `"location": "jira.agile.board.tools", "target": {"type": "inlinedialog"}`, ""},
		"webItems of content":          {fakehost.Confluence, "webItems", `"location": "system.content.action", "target": {"type": "dialog"}`, ""},
		"profilePages":                 {fakehost.Confluence, "profilePages", "", ""},
		"serviceDeskPortalHeaders":     {fakehost.Jira, "serviceDeskPortalHeaders", `"pages": ["view_request", "profile"]`, ""},
		"serviceDeskPortalSubHeaders":  {fakehost.Jira, "serviceDeskPortalSubHeaders", `"pages": ["create_request"]`, ""},
		"confluenceThemes":             {fakehost.Confluence, "confluenceThemes", "", "routes.spaceview.url"},
		"jiraWorkflowPostFunctions":    {fakehost.Jira, "jiraWorkflowPostFunctions", "", "view.url"},
		"jiraWorkflowConditions":       {fakehost.Jira, "jiraWorkflowConditions", "", "create.url"},
		"jiraWorkflowValidators":       {fakehost.Jira, "jiraWorkflowValidators", "", "edit.url"},
		"jiraIssueContents":            {fakehost.Jira, "jiraIssueContents", "", "target.url"},
		"jiraIssueContexts":            {fakehost.Jira, "jiraIssueContexts", "", "target.url"},
		"jiraIssueGlances":             {fakehost.Jira, "jiraIssueGlances", "", "target.url"},
		"generalPages":                 {fakehost.Jira, "generalPages", "", ""},
		"generalPages of Confluence":   {fakehost.Confluence, "generalPages", "", ""},
		"serviceDeskPortalHeaders all": {fakehost.Jira, "serviceDeskPortalHeaders", "", ""},

		"serviceDeskPortalProfileActions":     {fakehost.Jira, "serviceDeskPortalProfileActions", `"target": {"type": "dialog"}`, ""},
		"serviceDeskPortalRequestViewActions": {fakehost.Jira, "serviceDeskPortalRequestViewActions", `"target": {"type": "DIALOG"}`, ""},
		"serviceDeskPortalUserMenuActions":    {fakehost.Jira, "serviceDeskPortalUserMenuActions", `"target": {"type": "dialog"}`, ""},
		"serviceDeskOrganizationActions":      {fakehost.Jira, "serviceDeskOrganizationActions", `"target": {"type": "inlinedialog"}`, ""},
		"automationActions":                   {fakehost.Jira, "automationActions", "", "configForm.url"},
		"publishConditions":                   {fakehost.Confluence, "publishConditions", "", "dialog.url"},
		"staticContentMacros":                 {fakehost.Confluence, "staticContentMacros", "", "editor.url"},
		"jiraBackgroundScripts of dashboards": {fakehost.Jira, "jiraBackgroundScripts", `"location": {"type": "dashboard"}`, ""},
	}
	for _, kind := range descriptor.IframeTypes() {
		if _, done := cases[kind]; done || kind == "webPanels" || kind == "webItems" {
			continue
		}
		product := fakehost.Jira
		if slices.Contains([]string{"dynamicContentMacros", "spaceToolsTabs", "contentBylineItems", "customContent"}, kind) {
			product = fakehost.Confluence
		}
		cases[kind] = typeCase{product, kind, "", ""}
	}
	return cases
}

// module is the module as it stands in a descriptor. Its URL asks for nothing, so
// that its context is that of the place.
func (c typeCase) module() string {
	member := `"url": "/shown"`
	if c.member != "" {
		steps := strings.Split(c.member, ".")
		slices.Reverse(steps)
		member = `"/shown"`
		for _, step := range steps {
			member = fmt.Sprintf(`{%q: %s}`, step, member)
		}
		member = member[1 : len(member)-1]
	}
	if c.more != "" {
		member += ", " + c.more
	}
	text := fmt.Sprintf(`{"key": "shown", "name": {"value": "Shown"}, %s}`, member)
	if c.kind != "configurePage" && c.kind != "postInstallPage" {
		text = "[" + text + "]"
	}
	return text
}

// shownAt is where a module appears, and what its context knows there.
type shownAt struct {
	Places  []string
	Opens   string `json:",omitempty"`
	Context map[string]string
}

// TestTypesInPlace has a module of every type that renders an iframe, and looks
// where it appears and what its frame is told. The golden file is the list.
func TestTypesInPlace(t *testing.T) {
	t.Parallel()
	hosts := map[fakehost.Product]*fakehost.Server{}
	for product := range contextNames {
		hosts[product] = startHost(t, &fakehost.Server{Product: product})
	}
	got := map[string]shownAt{}
	for name, c := range typeCases() {
		host := hosts[c.product]
		app := newFakeApp(t, host)
		text := fmt.Sprintf(`{"key": "com.example.type", "name": "Types", "baseUrl": %q, "authentication": {"type": "jwt"},
			"lifecycle": {"installed": "/lifecycle/installed"}, "modules": {%q: %s}}`, app.URL+"/base", c.kind, c.module())
		d, err := descriptor.Parse([]byte(text), app.URL+"/base/atlassian-connect.json")
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if _, err := host.Install(testContext(t), d, fakehost.InstallOptions{}); err != nil {
			t.Fatal(err)
		}
		m, err := d.Module("shown")
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		var at shownAt
		for _, p := range host.Places() {
			if !slices.Contains(p.Modules, "shown") {
				t.Errorf("%s: %s has the modules %v", name, p.Name, p.Modules)
			}
			at.Places = append(at.Places, p.Name+" "+strings.TrimPrefix(p.URL, host.BaseURL()))
		}
		page := openPlace(t, host.PageURL(m))
		var vars any
		switch {
		case len(page.Extensions) == 1 && len(page.Triggers) == 0:
			vars = page.Extensions[0].Options["productContext"]
		case len(page.Triggers) == 1 && len(page.Extensions) == 0:
			at.Opens, vars = page.Triggers[0].Opens, page.Triggers[0].Extension.Options["productContext"]
		default:
			t.Errorf("%s: its page has %d frames and %d buttons", name, len(page.Extensions), len(page.Triggers))
		}
		at.Context = known(t, name, c.product, vars)
		got[name] = at
		// What a URL asks for is filled from the same context.
		asked := strings.Replace(text, "/shown", "/shown?"+allNames(c.product), 1)
		checkFilled(t, host, app, name, asked, at.Context)
	}
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(got); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join("testdata", "types.json")
	if *update {
		if err := os.WriteFile(file, text.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), text.String()); diff != "" {
		t.Errorf("%s (-want +got); run with -update if that is right:\n%s", file, diff)
	}
}

// known are the variables of a frame that have a value; each must be one that is
// documented.
func known(t *testing.T, name string, product fakehost.Product, vars any) map[string]string {
	t.Helper()
	list, _ := vars.(map[string]any)
	have := map[string]string{}
	for key, value := range list {
		if !slices.Contains(contextNames[product], key) {
			t.Errorf("%s: the context knows %s", name, key)
		}
		if text, _ := value.(string); text != "" {
			have[key] = text
		}
	}
	return have
}

func allNames(product fakehost.Product) string {
	var pairs []string
	for _, name := range contextNames[product] {
		pairs = append(pairs, name+"={"+name+"}")
	}
	return strings.Join(pairs, "&")
}

// checkFilled installs the module with a URL that asks for everything, and compares
// what is filled in with the context of the place. A page that a module has to
// itself is shown with all that it asks for, so there nothing may be left out.
func checkFilled(t *testing.T, host *fakehost.Server, app *fakeApp, name, text string, context map[string]string) {
	t.Helper()
	d, err := descriptor.Parse([]byte(text), app.URL+"/base/atlassian-connect.json")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := host.Install(testContext(t), d, fakehost.InstallOptions{}); err != nil {
		t.Fatal(err)
	}
	page := openPlace(t, host.PageURL(d.IframeModules()[0]))
	if len(page.Extensions) == 0 {
		return // it opens by a click, which other tests do
	}
	u, err := url.Parse(page.Extensions[0].URL)
	if err != nil {
		t.Fatal(err)
	}
	for key, value := range context {
		if got := u.Query().Get(key); got != value {
			t.Errorf("%s: the URL has %s=%q, the place %q", name, key, got, value)
		}
	}
}
