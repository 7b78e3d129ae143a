package fakehost_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/standin-dev/standin/fakehost"
	"github.com/standin-dev/standin/fakehost/descriptor"
)

// conditionApp puts an app on a host whose panel and page have these conditions,
// in place of the one before it.
func conditionApp(t *testing.T, s *fakehost.Server, conditions string) *fakeApp {
	t.Helper()
	app := newFakeApp(t, s)
	app.extra = fmt.Sprintf(`, "webPanels": [
		{"key": "panel", "name": {"value": "The panel"}, "url": "/panel", "location": "atl.jira.view.issue.right.context", "conditions": %s}],
		"jiraProjectPages": [{"key": "page", "name": {"value": "The page"}, "url": "/page", "conditions": %[1]s}]`, conditions)
	if _, err := s.Install(testContext(t), app.descriptor(t), fakehost.InstallOptions{}); err != nil {
		t.Fatalf("Install with %s: %v", conditions, err)
	}
	return app
}

// isShown looks for the panel on the issue's page.
func isShown(t *testing.T, host *fakehost.Server) bool {
	t.Helper()
	return slices.ContainsFunc(openPlace(t, host.BaseURL()+"/browse/DEMO-1").Extensions, func(e extension) bool { return e.Key == "panel" })
}

func TestDisplayConditions(t *testing.T) {
	t.Parallel()
	host := startHost(t, &fakehost.Server{})
	const admin, nobody, odd = `{"condition":"user_is_admin"}`, `{"condition":"user_is_admin","invert":true}`, `{"condition":"is_moon_full"}`
	for conditions, want := range map[string]struct{ staff, anonymous bool }{
		`[]`:                             {true, true},
		`[` + admin + `]`:                {true, false},
		`[` + nobody + `]`:               {false, true},
		`[` + admin + `,` + nobody + `]`: {false, false},
		`[{"or":[` + admin + `,` + nobody + `]}]`:                                {true, true},
		`[{"and":[` + admin + `,{"condition":"has_selected_project"}]}]`:         {true, false},
		`[{"type":"OR","conditions":[` + admin + `,` + nobody + `]}]`:            {true, true},
		`[{"type":"and","conditions":[` + admin + `,` + nobody + `]}]`:           {false, false},
		`[{"or":[{"and":[` + admin + `,` + nobody + `]},` + nobody + `]}]`:       {false, true},
		`[{"condition":"user_is_logged_in"}]`:                                    {true, false},
		`[{"condition":"addon_is_licensed"}]`:                                    {true, true},
		`[{"condition":"project_type","params":{"projectType":"software"}}]`:     {true, true},
		`[{"condition":"project_type","params":{"projectType":"service_desk"}}]`: {false, false},
		`[{"condition":"has_voted_for_issue"}]`:                                  {false, false},
		`[{"condition":"servicedesk.is_customer"}]`:                              {false, false},
		// What the host cannot tell hides nothing, inverted or not, but does not
		// stand against what it can tell.
		`[` + odd + `]`: {true, true},
		`[{"condition":"is_moon_full","invert":true}]`:                                    {true, true},
		`[{"condition":"jira_expression","params":{"expression":"issue.summary != ''"}}]`: {true, true},
		`[` + odd + `,` + admin + `]`:                                                     {true, false},
		`[{"or":[` + odd + `,` + admin + `]}]`:                                            {true, true},
		`[{"and":[` + odd + `,` + admin + `]}]`:                                           {true, false},
		// What is no condition is passed over.
		`["user_is_admin", 3, {}]`: {true, true},
	} {
		conditionApp(t, host, conditions)
		mark := host.Mark()
		if err := host.SwitchUser(host.Users()[0].FullName); err != nil {
			t.Fatal(err)
		}
		wantEqual(t, conditions+" for the person", isShown(t, host), want.staff)
		if err := host.SwitchUser("anonymous"); err != nil {
			t.Fatal(err)
		}
		wantEqual(t, conditions+" for nobody", isShown(t, host), want.anonymous)
		noted := slices.ContainsFunc(host.Journal()[mark:], func(e fakehost.Entry) bool {
			return e.Kind == fakehost.KindNotEmulated && e.Module == "panel" && strings.Contains(e.Text, "display condition")
		})
		wantEqual(t, conditions+" noted", noted, strings.Contains(conditions, "moon") || strings.Contains(conditions, "jira_expression"))
	}
}

// TestPropertyConditions stores properties by REST, as an app does, and looks at
// what they show.
func TestPropertyConditions(t *testing.T) {
	t.Parallel()
	host := startHost(t, &fakehost.Server{})
	of := func(name, entity, more string) string {
		return fmt.Sprintf(`[{"condition":%q,"params":{"entity":%q,"propertyKey":"prop"%s}}]`, name, entity, more)
	}
	nested := `{"a":{"on":true,"list":["x","y"],"n":3,"key":"DEMO-1"}}`
	for _, tt := range []struct {
		conditions, path, value string
		want                    bool
	}{
		{of("entity_property_exists", "addon", ""), "", "", false},
		{of("entity_property_exists", "addon", ""), "app", `1`, true},
		{of("addon_property_exists", "", ""), "app", `false`, true},
		{of("entity_property_equal_to", "addon", `,"value":"true"`), "app", `true`, true},
		{of("entity_property_equal_to", "addon", `,"value":true`), "app", `true`, true},
		{of("entity_property_equal_to", "addon", `,"value":"true"`), "app", `false`, false},
		{of("entity_property_equal_to", "addon", `,"value":"null"`), "app", `null`, true},
		{of("entity_property_equal_to", "addon", `,"value":"null"`), "", "", false},
		{of("entity_property_equal_to", "addon", `,"value":"\"yes\""`), "app", `"yes"`, true},
		{of("entity_property_equal_to", "addon", `,"value":"yes"`), "app", `"yes"`, true},
		{of("entity_property_equal_to", "issue", `,"value":"true"`), "issue", `true`, true},
		{of("entity_property_equal_to", "issue", `,"value":"true"`), "project", `true`, false},
		{of("entity_property_equal_to", "project", `,"value":"true"`), "project", `true`, true},
		{of("entity_property_equal_to", "issue", `,"objectName":"a.on","value":"true"`), "issue", nested, true},
		{of("entity_property_equal_to", "issue", `,"objectName":"a.off","value":"true"`), "issue", nested, false},
		{of("entity_property_equal_to", "issue", `,"objectName":"a.on.deeper","value":"true"`), "issue", nested, false},
		{of("entity_property_equal_to", "issue", `,"objectName":"a.n","value":"3"`), "issue", nested, true},
		{of("entity_property_equal_to_context", "issue", `,"objectName":"a.key","contextParameter":"issue.key"`), "issue", nested, true},
		{of("entity_property_contains_any", "issue", `,"objectName":"a.list","value":"[\"y\",\"z\"]"`), "issue", nested, true},
		{of("entity_property_contains_any", "issue", `,"objectName":"a.list","value":"[\"z\"]"`), "issue", nested, false},
		{of("entity_property_contains_all", "issue", `,"objectName":"a.list","value":"[\"x\",\"y\"]"`), "issue", nested, true},
		{of("entity_property_contains_all", "issue", `,"objectName":"a.list","value":"[\"x\",\"z\"]"`), "issue", nested, false},
		{of("entity_property_contains_context", "issue", `,"contextParameter":"project.key"`), "issue", `["DEMO"]`, true},
		// Groups and roles, and things that REST has no properties of, are not told.
		{of("entity_property_contains_any_user_group", "addon", `,"value":"[]"`), "app", `[]`, true},
		{of("entity_property_exists", "issuetype", ""), "", "", true},
	} {
		conditionApp(t, host, tt.conditions)
		path := map[string]string{
			"app": "/rest/atlassian-connect/1/addons/com.example.fake/properties/prop", "issue": "/rest/api/3/issue/DEMO-1/properties/prop",
			"project": "/rest/api/3/project/DEMO/properties/prop",
		}[tt.path]
		if path != "" {
			if a := ask(t, "PUT", host.BaseURL()+path, tt.value, "X-Standin-Secret", host.Secret()); a.status != 201 {
				t.Fatalf("PUT %s: %d: %s", path, a.status, a.body)
			}
		}
		wantEqual(t, tt.conditions+" with "+tt.path+" "+tt.value, isShown(t, host), tt.want)
		if path != "" {
			ask(t, "DELETE", host.BaseURL()+path, "", "X-Standin-Secret", host.Secret())
		}
	}
}

// TestHiddenPage asks for the page of a module that is not shown.
func TestHiddenPage(t *testing.T) {
	t.Parallel()
	const never = `[{"condition":"user_is_admin","invert":true}]`
	module := func(t *testing.T, app *fakeApp) descriptor.Module { return app.module(t, "page") }
	for setting, want := range map[string]int{"": 404, fakehost.HiddenNotFound: 404, fakehost.HiddenShown: 200} {
		host := startHost(t, &fakehost.Server{HiddenPages: setting})
		app := conditionApp(t, host, never)
		page := ask(t, "GET", host.PageURL(module(t, app)), "")
		wantEqual(t, "status with "+setting, page.status, want)
		if want == 404 && !strings.Contains(page.body, "its condition not user_is_admin does not hold") {
			t.Errorf("the page does not say why: %s", page.body)
		}
		if hidden := host.WhyHidden(module(t, app)); (hidden == "its condition not user_is_admin does not hold") != (want == 404) {
			t.Errorf("WhyHidden with %q: %q", setting, hidden)
		}
		for _, p := range host.Places() {
			if slices.Contains(p.Modules, "page") || slices.Contains(p.Modules, "panel") {
				t.Errorf("%s shows %v", p.Name, p.Modules)
			}
		}
		if issue := ask(t, "GET", host.BaseURL()+"/browse/DEMO-1", ""); !strings.Contains(issue.body, "Hidden by their conditions: 1") {
			t.Errorf("the issue does not name what is hidden: %s", issue.body)
		}
	}
	if err := (&fakehost.Server{HiddenPages: "maybe"}).Start(); err == nil || !strings.Contains(err.Error(), `hidden pages "maybe"`) {
		t.Errorf("Start with an odd setting: %v", err)
	}
}
