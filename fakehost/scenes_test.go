package fakehost_test

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/standin-dev/standin/fakehost"
)

// sceneApp installs an app with these modules.
func sceneApp(t *testing.T, product fakehost.Product, modules string) (*fakehost.Server, *fakeApp) {
	t.Helper()
	host := startHost(t, &fakehost.Server{Product: product})
	app := newFakeApp(t, host)
	app.extra = modules
	if _, err := host.Install(testContext(t), app.descriptor(t), fakehost.InstallOptions{}); err != nil {
		t.Fatal(err)
	}
	return host, app
}

// framesOf are the URLs of the frames on a page.
func framesOf(t *testing.T, host *fakehost.Server, app *fakeApp, path string) []string {
	t.Helper()
	var all []string
	for _, e := range openPlace(t, host.BaseURL()+path).Extensions {
		all = append(all, plainURL(app, e))
	}
	return all
}

func TestBoards(t *testing.T) {
	t.Parallel()
	host, app := sceneApp(t, fakehost.Jira, `, "webPanels": [{"key": "board", "name": {"value": "Board panel"}, "location": "jira.agile.board.configuration",
		"url": "/b?id={board.id}&type={board.type}&screen={board.screen}&sprint={sprint.id}&state={sprint.state}&p={project.key}"}]`)
	for path, want := range map[string]string{
		"/secure/RapidBoard.jspa":                            "/b?id=1&type=scrum&screen=WORK&sprint=1&state=active&p=DEMO",
		"/secure/RapidBoard.jspa?rapidView=1&view=planning":  "/b?id=1&type=scrum&screen=PLAN&sprint=&state=&p=DEMO",
		"/secure/RapidBoard.jspa?rapidView=1&view=reporting": "/b?id=1&type=scrum&screen=REPORT&sprint=&state=&p=DEMO",
		"/secure/RapidBoard.jspa?rapidView=7":                "/b?id=7&type=kanban&screen=WORK&sprint=&state=&p=DEMO",
		"/jira/software/c/projects/OPS/boards/1":             "/b?id=1&type=scrum&screen=WORK&sprint=1&state=active&p=OPS",
	} {
		wantEqual(t, path, framesOf(t, host, app, path), []string{want})
	}
	for _, path := range []string{"/secure/RapidBoard.jspa?rapidView=x", "/jira/software/c/projects/o-p-s/boards/1", "/projects/DEMO/organizations/x"} {
		wantEqual(t, path, ask(t, "GET", host.BaseURL()+path, "", "Accept", "text/html").status, 404)
	}
}

// TestWorkflowTransition has a post function with all its frames, a condition
// without one to view it, and a validator that is only viewed.
func TestWorkflowTransition(t *testing.T) {
	t.Parallel()
	host, app := sceneApp(t, fakehost.Jira, `,
		"jiraWorkflowPostFunctions": [{"key": "post", "name": {"value": "Post"}, "triggered": {"url": "/triggered"},
			"view": {"url": "/view?id={postFunction.id}&config={postFunction.config}"}, "create": {"url": "/create"}, "edit": {"url": "/edit?id={postFunction.id}"}}],
		"jiraWorkflowConditions": [{"key": "cond", "name": {"value": "Cond"}, "create": {"url": "/c-create"}}],
		"jiraWorkflowValidators": [{"key": "valid", "name": {"value": "Valid"}, "view": {"url": "/v-view"}}]`)
	const place = "/secure/admin/workflows/ViewWorkflowTransition.jspa"
	wantEqual(t, "frames", framesOf(t, host, app, place), []string{"/view?id=10040&config=", "/c-create", "/v-view"})
	page := ask(t, "GET", host.BaseURL()+place, "").body
	for view, want := range map[string]string{"create": "/create", "edit": "/edit?id=10040"} {
		address := "/plugins/servlet/ac/com.example.fake/post?standin.view=" + view
		if !strings.Contains(page, `href="`+address+`"`) {
			t.Errorf("no link leads to %s", address)
		}
		wantEqual(t, view, framesOf(t, host, app, address), []string{want})
	}
	wantEqual(t, "links", strings.Count(page, "standin.view="), 2)
	for _, address := range []string{"post?standin.view=triggered", "cond?standin.view=edit", "valid?standin.view=create", "items?standin.view=view"} {
		wantEqual(t, address, ask(t, "GET", host.BaseURL()+"/plugins/servlet/ac/com.example.fake/"+address, "").status, 404)
	}
}

// TestPortal opens the pages of the portal, as somebody of the staff and as a
// customer, who sees nothing else of Jira.
func TestPortal(t *testing.T) {
	t.Parallel()
	host, app := sceneApp(t, fakehost.Jira, `,
		"serviceDeskPortalHeaders": [{"key": "head", "name": {"value": "Head"}, "url": "/head?d={servicedesk.serviceDeskId}&t={servicedesk.requestTypeId}&r={servicedesk.requestId}"}],
		"serviceDeskPortalSubHeaders": [{"key": "sub", "name": {"value": "Sub"}, "url": "/sub", "pages": ["view_request", "my_requests"]}],
		"serviceDeskPortalFooters": [{"key": "foot", "name": {"value": "Foot"}, "url": "/foot", "conditions": [{"condition": "servicedesk.is_customer"}]}]`)
	base := "/servicedesk/customer"
	pages := map[string][]string{
		base + "/portals":                {"/head?d=&t=&r="},
		base + "/portal/1":               {"/head?d=1&t=&r="},
		base + "/portal/4/create/12":     {"/head?d=4&t=12&r="},
		base + "/portal/1/DESK-1":        {"/head?d=1&t=10&r=10101", "/sub"},
		base + "/user/requests":          {"/head?d=&t=&r=", "/sub"},
		base + "/user/approvals":         {"/head?d=&t=&r="},
		base + "/user/profile":           {"/head?d=&t=&r="},
		"/projects/DEMO":                 nil,
		"/projects/DEMO/organizations/1": nil,
	}
	for path, want := range pages {
		wantEqual(t, path, framesOf(t, host, app, path), want)
	}
	body := ask(t, "GET", host.BaseURL()+base+"/portal/1/DESK-1", "").body
	title := strings.Index(body, "<h1>")
	if head, sub := strings.Index(body, `part-title">Head`), strings.Index(body, `part-title">Sub`); head < 0 || head > title || sub < title {
		t.Errorf("the header is at %d, the title at %d, the subheader at %d", head, title, sub)
	}
	for _, path := range []string{base + "/portal/x", base + "/portal/1/create/x", base + "/portal/1/request-1"} {
		wantEqual(t, path, ask(t, "GET", host.BaseURL()+path, "", "Accept", "text/html").status, 404)
	}

	if err := host.SwitchUser("Uma Standin, customer"); err != nil {
		t.Fatal(err)
	}
	for path, want := range pages {
		if !strings.HasPrefix(path, base) {
			wantEqual(t, path+" for a customer", ask(t, "GET", host.BaseURL()+path, "").status, 403)
			continue
		}
		wantEqual(t, path+" for a customer", framesOf(t, host, app, path), append(slices.Clone(want), "/foot"))
	}
	items := app.module(t, "items")
	wantEqual(t, "a page of the app for a customer", ask(t, "GET", host.PageURL(items), "").status, 403)
	if reason := host.WhyHidden(items); !strings.Contains(reason, "customers see the portal") {
		t.Errorf("WhyHidden says %q", reason)
	}
}

// TestSpaceOfApps has a theme with three kinds of page, and custom content with a
// URL of its own, and with none.
func TestSpaceOfApps(t *testing.T) {
	t.Parallel()
	host, app := sceneApp(t, fakehost.Confluence, `,
		"confluenceThemes": [{"key": "theme", "name": {"value": "Theme"}, "routes": {"spaceview": {"url": "/space/{space.key}"},
			"contentview": {"url": "/content/{content.id}"}, "dashboard": {"url": "/dashboard"}}}],
		"customContent": [{"key": "note", "name": {"value": "Note"}, "url": "/note?type={content.type}&id={content.id}"},
			{"key": "card", "name": {"value": "Card"}, "uiSupport": {"contentViewComponent": {"moduleKey": "viewer"}}}],
		"profilePages": [{"key": "viewer", "name": {"value": "Viewer"}, "url": "/viewer?type={content.type}&id={content.id}&of={profileUser.accountId}"}]`)
	page := ask(t, "GET", host.BaseURL()+"/spaces/DEMO", "").body
	own := "/wiki/plugins/servlet/ac/com.example.fake/"
	for _, tt := range []struct{ address, want string }{
		{own + "theme?space.id=65536&space.key=DEMO", "/space/DEMO"},
		{own + "theme?standin.view=contentview", "/content/65537"},
		{own + "theme?standin.view=dashboard", "/dashboard"},
		{own + "note?content.type=ac%3Acom.example.fake%3Anote&space.id=65536&space.key=DEMO", "/note?type=ac%3Acom.example.fake%3Anote&id=65537"},
		{own + "viewer?content.id=65537&content.plugin=&content.type=ac%3Acom.example.fake%3Acard&content.version=1&space.id=65536&space.key=DEMO",
			fmt.Sprintf("/viewer?type=ac%%3Acom.example.fake%%3Acard&id=65537&of=%s", strings.ReplaceAll(host.CurrentUser().AccountID, ":", "%3A"))},
	} {
		if link := `href="` + strings.ReplaceAll(tt.address, "&", "&amp;") + `"`; !strings.Contains(page, link) {
			t.Errorf("the space does not lead to %s", tt.address)
		}
		wantEqual(t, tt.address, framesOf(t, host, app, strings.TrimPrefix(tt.address, "/wiki")), []string{tt.want})
	}
}

// TestBackgroundScript is on the page and takes no room there.
func TestBackgroundScript(t *testing.T) {
	t.Parallel()
	host, app := sceneApp(t, fakehost.Jira, `, "jiraBackgroundScripts": [{"key": "back", "name": {"value": "Back"}, "url": "/back?issue={issue.key}"}]`)
	wantEqual(t, "frames", framesOf(t, host, app, "/browse/OPS-3"), []string{"/back?issue=OPS-3"})
	if body := ask(t, "GET", host.BaseURL()+"/browse/OPS-3", "").body; !strings.Contains(body, `<div class="unseen">`) {
		t.Error("the frame takes room on the page")
	}
}

func TestScenesAsGoldens(t *testing.T) {
	t.Parallel()
	host, app := sceneApp(t, fakehost.Jira, `,
		"webItems": [{"key": "tool", "name": {"value": "Tool"}, "url": "/tool?board={board.id}", "location": "jira.agile.board.tools", "target": {"type": "inlinedialog", "options": {"onHover": true}}}],
		"webPanels": [{"key": "never", "name": {"value": "Never"}, "url": "/never", "location": "jira.agile.board.configuration", "conditions": [{"condition": "user_is_admin", "invert": true}]}],
		"jiraWorkflowPostFunctions": [{"key": "post", "name": {"value": "Post"}, "view": {"url": "/view"}, "create": {"url": "/create"}}],
		"serviceDeskPortalHeaders": [{"key": "head", "name": {"value": "Head"}, "url": "/head"}],
		"serviceDeskPortalFooters": [{"key": "foot", "name": {"value": "Foot"}, "url": "/foot"}]`)
	for file, path := range map[string]string{
		"board.html": "/secure/RapidBoard.jspa", "workflow.html": "/secure/admin/workflows/ViewWorkflowTransition.jspa", "request.html": "/servicedesk/customer/portal/1/DESK-1",
		"login.html": "/login",
	} {
		page := ask(t, "GET", host.BaseURL()+path, "", "Accept", "text/html")
		wantGolden(t, "jira-"+file, page.body, url.QueryEscape(host.Origin()), "SITE-ENCODED", host.Origin(), "SITE", app.URL, "APP")
	}
}
