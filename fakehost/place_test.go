package fakehost_test

import (
	"encoding/json"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/standin-dev/standin/fakehost"
	"github.com/standin-dev/standin/fakehost/token"
)

// placeModules is an app with a module in every place of a product.
var placeModules = map[fakehost.Product]string{
	fakehost.Jira: `,
		"adminPages": [{"key": "admin", "url": "/admin", "name": {"value": "Admin"}}],
		"configurePage": {"key": "configure", "url": "/configure", "name": {"value": "Configure"}},
		"jiraProjectPages": [{"key": "project", "url": "/project/{project.key}?v={version.id}", "name": {"value": "Project page"}}],
		"jiraProjectAdminTabPanels": [{"key": "settings", "url": "/settings?id={project.id}", "name": {"value": "Settings"}, "location": "projectgroup4"}],
		"jiraIssueContents": [{"key": "content", "name": {"value": "Content"}, "target": {"type": "web_panel",
			"url": "/content/{issue.key}?v={version.id}&in={condition.user_is_logged_in}&ready={condition.project_type(projectType=software)}&odd={condition.is_moon_full}&tab={ac.tab}"}}],
		"jiraIssueGlances": [{"key": "glance", "name": {"value": "Glance"}, "target": {"type": "web_panel", "url": "/glance?issue={issue.id}"}}],
		"jiraIssueTabPanels": [{"key": "tabone", "name": {"value": "One"}, "url": "/one?issue={issue.id}"}, {"key": "tabtwo", "name": {"value": "Two"}, "url": "/two"}],
		"webPanels": [{"key": "right", "name": {"value": "Right"}, "url": "/right?type={issuetype.id}", "location": "atl.jira.view.issue.right.context", "cacheable": true},
			{"key": "config", "name": {"value": "Config"}, "url": "/config", "location": "atl.jira.proj.config.sidebar"}],
		"jiraDashboardItems": [{"key": "itema", "name": {"value": "A"}, "url": "/item?d={dashboard.id}&i={dashboardItem.id}&k={dashboardItem.key}"},
			{"key": "itemb", "name": {"value": "B"}, "url": "/item?d={dashboard.id}&i={dashboardItem.id}&k={dashboardItem.key}"}],
		"jiraProfileTabPanels": [{"key": "me", "name": {"value": "Me"}, "url": "/me"}],
		"webItems": [
			{"key": "add", "name": {"value": "Add"}, "url": "/add?issue={issue.key}", "location": "jira.issue.tools",
				"target": {"type": "dialog", "options": {"width": "70%", "header": {"value": "Add it"}}}},
			{"key": "look", "name": {"value": "Look"}, "url": "/look", "location": "jira.issue.tools", "target": {"type": "inlineDialog"}},
			{"key": "other", "name": {"value": "Other"}, "url": "/other", "location": "operations-top-level", "target": {"type": "dialogmodule", "options": {"key": "ask"}}},
			{"key": "away", "name": {"value": "Away"}, "url": "/away", "location": "jira.issue.tools"}]`,
	fakehost.Confluence: `,
		"dynamicContentMacros": [
			{"key": "map", "name": {"value": "Map"}, "url": "/map?id={macro.id}&hash={macro.hash}&in={content.id}&city={city}&none={unset}&out={output.type}", "bodyType": "none", "width": "300px",
				"parameters": [{"identifier": "city", "defaultValue": "São Paulo & so"}, {"identifier": "unset"}],
				"editor": {"url": "/edit?id={macro.id}", "editTitle": {"value": "Edit the map"}, "width": "80%"}, "propertyPanel": {"url": "/panel?id={macro.id}"}},
			{"key": "quote", "name": {"value": "Quote"}, "url": "/quote?body={macro.body}", "bodyType": "plain-text"}],
		"contentBylineItems": [{"key": "byline", "name": {"value": "Byline"}, "url": "/byline?page={page.id}"}],
		"spaceToolsTabs": [{"key": "tools", "name": {"value": "Tools"}, "url": "/tools?space={space.key}", "location": "contenttools"}],
		"profilePages": [{"key": "profile", "name": {"value": "Profile"}, "url": "/profile"}],
		"webPanels": [{"key": "panel", "name": {"value": "Panel"}, "url": "/webpanel?space={space.key}", "location": "atl.space.sidebar"}],
		"webItems": [{"key": "act", "name": {"value": "Act"}, "url": "/act?page={content.id}", "location": "system.content.action", "target": {"type": "dialog"}}]`,
}

// placeHost is a host with that app.
func placeHost(t *testing.T, s *fakehost.Server) (*fakehost.Server, *fakeApp, *fakehost.Tenant) {
	t.Helper()
	startHost(t, s)
	app := newFakeApp(t, s)
	app.extra = placeModules[fakehost.Jira]
	if s.Product == fakehost.Confluence {
		app.extra = placeModules[fakehost.Confluence]
	}
	tenant, err := s.Install(testContext(t), app.descriptor(t), fakehost.InstallOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return s, app, tenant
}

// shownPage is the config of a page with several modules.
type shownPage struct {
	body        string
	ResolverURL string
	Extensions  []extension
	Triggers    []struct {
		Button, Opens, Panel string
		Now                  bool
		Extension            extension
		Options              map[string]any
	}
	DialogModules map[string]map[string]map[string]any
	Location      map[string]any
}

func openPlace(t *testing.T, target string) shownPage {
	t.Helper()
	page := ask(t, "GET", target, "")
	match := configScript.FindStringSubmatch(page.body)
	if page.status != 200 || match == nil {
		t.Fatalf("GET %s: status %d:\n%s", target, page.status, page.body)
	}
	c := shownPage{body: page.body}
	if err := json.Unmarshal([]byte(match[1]), &c); err != nil {
		t.Fatal(err)
	}
	return c
}

// plainURL is an iframe's URL up to what the host appends, without the app's
// address.
func plainURL(app *fakeApp, e extension) string {
	address := strings.TrimPrefix(e.URL, app.URL+"/base")
	for _, separator := range []string{"?xdm_e=", "&xdm_e="} {
		address, _, _ = strings.Cut(address, separator)
	}
	return address
}

func TestPlaces(t *testing.T) {
	t.Parallel()
	own := func(key string) string { return "/plugins/servlet/ac/com.example.fake/" + key }
	general := []fakehost.Place{
		{Name: "Items", URL: own("items"), Modules: []string{"items"}}, {Name: "Static", URL: own("static"), Modules: []string{"static"}},
		{Name: "Hash", URL: own("hash"), Modules: []string{"hash"}}, {Name: "Asks", URL: own("asks"), Modules: []string{"asks"}},
		{Name: "ask", URL: own("ask"), Modules: []string{"ask"}},
	}
	project := "?project.id=10000&project.key=DEMO"
	for product, more := range map[fakehost.Product][]fakehost.Place{
		fakehost.Jira: {
			{Name: "Admin", URL: own("admin"), Modules: []string{"admin"}}, {Name: "Configure", URL: own("configure"), Modules: []string{"configure"}},
			{Name: "Project page", URL: own("project") + project, Modules: []string{"project"}},
			{Name: "Settings", URL: own("settings") + project, Modules: []string{"settings"}},
			{Name: "Dashboard", URL: "/secure/Dashboard.jspa", Modules: []string{"itema", "itemb"}},
			{Name: "Issue DEMO-1", URL: "/browse/DEMO-1", Modules: []string{"content", "glance", "tabone", "tabtwo", "right", "add", "look", "other"}},
			{Name: "Project settings", URL: "/plugins/servlet/project-config/DEMO/summary", Modules: []string{"config"}},
			{Name: "Profile", URL: "/people/712020:0b5d1f0e-6f0a-4b52-9a55-3f4b8c5d7e21", Modules: []string{"me"}},
		},
		fakehost.Confluence: {
			{Name: "Tools", URL: own("tools") + "?space.id=65536&space.key=DEMO", Modules: []string{"tools"}},
			{Name: "Profile", URL: own("profile"), Modules: []string{"profile"}},
			{Name: "Space DEMO", URL: "/spaces/DEMO", Modules: []string{"panel"}},
			{Name: "Page", URL: "/spaces/DEMO/pages/65537", Modules: []string{"map", "quote", "byline", "act"}},
			{Name: "Page in the editor", URL: "/spaces/DEMO/pages/edit-v2/65537", Modules: []string{"map"}},
		},
	} {
		host, app, _ := placeHost(t, &fakehost.Server{Product: product})
		places := host.Places()
		start := ask(t, "GET", host.BaseURL()+"/", "").body
		for i, p := range places {
			places[i].URL = strings.TrimPrefix(p.URL, host.BaseURL())
			if link := strings.ReplaceAll(strings.TrimPrefix(p.URL, host.Origin()), "&", "&amp;"); !strings.Contains(start, `href="`+link+`"`) {
				t.Errorf("the start page does not lead to %s", link)
			}
			// Each module of the place is really there.
			page := openPlace(t, p.URL)
			for _, key := range p.Modules {
				m := app.module(t, key)
				if !strings.Contains(page.body, m.Name) {
					t.Errorf("%s does not name module %s", p.Name, key)
				}
			}
		}
		want := append(slices.Clone(general), more...)
		wantEqual(t, string(product), places, want)
	}
	if none := new(fakehost.Server).Places(); none != nil {
		t.Errorf("without an app there are places: %v", none)
	}
}

// TestPlaceExtensions opens every shared place, and looks at the URL and the
// context of each extension there, in its options and in its own token alike.
func TestPlaceExtensions(t *testing.T) {
	t.Parallel()
	project := map[string]any{"id": "10000", "key": "DEMO"}
	issue := map[string]any{"project": project, "issue": map[string]any{"id": "10001", "key": "DEMO-1", "issuetype": map[string]any{"id": "10002"}}}
	item := func(id, key string) map[string]any {
		return map[string]any{"dashboard": map[string]any{"id": "10030"}, "dashboardItem": map[string]any{"id": id, "key": key, "viewType": "default"}}
	}
	space := map[string]any{"id": "65536", "key": "DEMO"}
	macro := func(i string) map[string]any {
		id := "6d3f1f6a-" + i + "-4000-8000-000000000001"
		return map[string]any{"space": space, "content": map[string]any{"id": "65537", "type": "page", "version": "1"},
			"macro": map[string]any{"id": id, "hash": id, "outputType": "display"}, "editor": map[string]any{"version": "v2"}}
	}
	type shown struct {
		URL     string
		Context map[string]any
	}
	tests := []struct {
		product fakehost.Product
		path    string
		want    map[string]shown // by the module's key, the second of a key with a 2 behind it
	}{
		{fakehost.Jira, "/browse/DEMO-1?ac.tab=a%20%26%20b", map[string]shown{
			"content": {"/content/DEMO-1?v=&in=true&ready=true&odd=&tab=a%20%26%20b", issue},
			"right":   {"/right?type=10002", issue}, // cacheable: nothing appended
			"tabone":  {"/one?issue=10001", issue},
		}},
		{fakehost.Jira, "/browse/DEMO-1?standin.tab=com.example.fake__tabtwo", map[string]shown{
			"content": {"/content/DEMO-1?v=&in=true&ready=true&odd=&tab=", issue}, "right": {"/right?type=10002", issue}, "tabtwo": {"/two", issue},
		}},
		{fakehost.Jira, "/secure/Dashboard.jspa", map[string]shown{
			"itema": {"/item?d=10030&i=10031&k=itema", item("10031", "itema")},
			"itemb": {"/item?d=10030&i=10032&k=itemb", item("10032", "itemb")},
		}},
		{fakehost.Jira, "/plugins/servlet/project-config/DEMO/summary", map[string]shown{"config": {"/config", map[string]any{"project": project}}}},
		{fakehost.Jira, "/people/712020:0b5d1f0e-6f0a-4b52-9a55-3f4b8c5d7e21", map[string]shown{"me": {"/me", map[string]any{}}}},
		{fakehost.Jira, "/plugins/servlet/ac/com.example.fake/project?project.key=OPS&project.id=7", map[string]shown{
			"project": {"/project/OPS?v=10010", map[string]any{"project": map[string]any{"id": "7", "key": "OPS"}, "version": map[string]any{"id": "10010"}}}}},
		{fakehost.Confluence, "/spaces/DEMO", map[string]shown{"panel": {"/webpanel?space=DEMO", map[string]any{"space": space}}}},
		{fakehost.Confluence, "/spaces/DEMO/pages/65537?standin.macros=map:2,quote", map[string]shown{
			"map": {"/map?id=6d3f1f6a-0000-4000-8000-000000000001&hash=6d3f1f6a-0000-4000-8000-000000000001&in=65537&city=S%C3%A3o%20Paulo%20%26%20so&none=&out=display", macro("0000")},
			"map2": {"/map?id=6d3f1f6a-0001-4000-8000-000000000001&hash=6d3f1f6a-0001-4000-8000-000000000001&in=65537&city=S%C3%A3o%20Paulo%20%26%20so&none=&out=display",
				macro("0001")},
			"quote": {"/quote?body=Body%20of%20Quote", macro("0002")},
		}},
	}
	for _, tt := range tests {
		t.Run(tt.path, func(t *testing.T) {
			t.Parallel()
			host, app, tenant := placeHost(t, &fakehost.Server{Product: tt.product})
			page := openPlace(t, host.BaseURL()+tt.path)
			got, tokens, ids := map[string]shown{}, map[string]bool{}, map[string]bool{}
			for _, e := range page.Extensions {
				key := e.Key
				if _, twice := got[key]; twice {
					key += "2"
				}
				structured := e.Options["structuredContext"].(map[string]any)
				got[key] = shown{plainURL(app, e), structured[string(tt.product)].(map[string]any)}
				parsed, err := token.Verify(e.contextJWT(), token.Expect{Secret: tenant.SharedSecret, Issuer: tenant.ClientKey, At: host.Time().Now(), QSH: token.ContextQSH})
				if err != nil {
					t.Fatalf("context token of %s: %v", key, err)
				}
				wantEqual(t, "context in the token of "+key, parsed.Claims.Context, structured)
				wantEqual(t, "kind known to the translator", host.Translator().Outbound(e.contextJWT()).Kind, token.Context)
				tokens[e.contextJWT()], ids[e.ExtensionID] = true, true
				if !strings.Contains(page.body, `<div id="embedded-`+e.ExtensionID+`" class="ap-iframe-container">`) {
					t.Errorf("there is no container for %s", key)
				}
				if cacheable := app.module(t, e.Key).Cacheable; cacheable == strings.Contains(e.URL, "jwt=") {
					t.Errorf("URL of %s, cacheable %v: %s", key, cacheable, e.URL)
				}
			}
			wantEqual(t, "extensions", got, tt.want)
			wantEqual(t, "different ids", len(ids), len(tt.want))
			// Those who share a context and were made within one second may share
			// a token's text; the contexts of macros and items all differ.
			if tt.product == fakehost.Confluence || strings.Contains(tt.path, "Dashboard") {
				wantEqual(t, "different tokens", len(tokens), len(tt.want))
			}
		})
	}
}

func TestPlaceOfAnonymous(t *testing.T) {
	t.Parallel()
	host, app, _ := placeHost(t, &fakehost.Server{User: fakehost.User{Anonymous: true}})
	page := openPlace(t, host.PageURL(app.module(t, "content")))
	if got := plainURL(app, page.Extensions[0]); !strings.Contains(got, "in=false&ready=true&odd=") {
		t.Errorf("the conditions of nobody: %s", got)
	}
	found := slices.ContainsFunc(host.Journal(), func(e fakehost.Entry) bool {
		return e.Kind == fakehost.KindNotEmulated && e.Module == "content" && strings.Contains(e.Text, "is_moon_full")
	})
	if !found {
		t.Error("the condition that the host does not know is not in the journal")
	}
	openPlace(t, host.Origin()+"/people/unknown")
}

// TestTriggers opens what opens by a click, as host.js does: by the content
// resolver, with the context that the page gave.
func TestTriggers(t *testing.T) {
	t.Parallel()
	type opened struct{ Opens, URL, Context string }
	for _, tt := range []struct {
		product fakehost.Product
		path    string
		want    map[string]opened
	}{
		{fakehost.Jira, "/browse/OPS-7", map[string]opened{
			"glance": {"panel", "/glance?issue=", "OPS-7"}, "add": {"dialog", "/add?issue=OPS-7", "OPS-7"},
			"look": {"inline", "/look", "OPS-7"}, "ask": {"dialog", "/ask", "OPS-7"},
		}},
		{fakehost.Confluence, "/spaces/OPS/pages/99", map[string]opened{
			"byline": {"inline", "/byline?page=99", "99"}, "act": {"dialog", "/act?page=99", "99"}}},
		{fakehost.Confluence, "/pages/editpage.action?pageId=99", map[string]opened{
			"map editor":         {"dialog", "/edit?id=6d3f1f6a-0000-4000-8000-000000000001", "99"},
			"map property-panel": {"inline", "/panel?id=6d3f1f6a-0000-4000-8000-000000000001", "99"}}},
	} {
		t.Run(tt.path, func(t *testing.T) {
			t.Parallel()
			host, app, tenant := placeHost(t, &fakehost.Server{Product: tt.product})
			got := map[string]opened{}
			for _, trigger := range openPlace(t, host.BaseURL()+tt.path).Triggers {
				e := trigger.Extension
				if e.URL != "" || e.contextJWT() != "" || e.ExtensionID != "" {
					t.Errorf("%s has a URL, a token or an id before it opens: %+v", e.Key, e)
				}
				flat, err := json.Marshal(e.Options["productContext"])
				if err != nil {
					t.Fatal(err)
				}
				name, form := e.Key, url.Values{"key": {e.Key}, "product-context": {string(flat)}}
				if view, _ := e.Options["contentClassifier"].(string); view != "" {
					name += " " + view
					form.Set("content-classifier", view)
				}
				fresh := resolved(t, askForm(t, host.BaseURL()+"/plugins/servlet/ac/com.example.fake/"+e.Key, form))
				wantEqual(t, "context of "+name, fresh.Options["productContext"], e.Options["productContext"])
				if _, err := token.Verify(fresh.contextJWT(), token.Expect{Secret: tenant.SharedSecret, At: host.Time().Now()}); err != nil {
					t.Error(err)
				}
				address := plainURL(app, fresh)
				if name == "glance" {
					address = strings.TrimRight(address, "0123456789")
				}
				context := fresh.Options["productContext"].(map[string]any)
				key, _ := context["issue.key"].(string)
				if tt.product == fakehost.Confluence {
					key = context["content.id"].(string)
				}
				got[name] = opened{trigger.Opens, address, key}
			}
			wantEqual(t, "triggers", got, tt.want)
		})
	}
}

func TestTriggerOptions(t *testing.T) {
	t.Parallel()
	host, _, _ := placeHost(t, &fakehost.Server{})
	options := map[string]map[string]any{}
	page := openPlace(t, host.BaseURL()+"/browse/DEMO-1")
	for _, trigger := range page.Triggers {
		options[trigger.Extension.Key] = trigger.Options
	}
	wantEqual(t, "options", options, map[string]map[string]any{
		"glance": nil, "look": nil, "ask": {"chrome": true},
		"add": {"chrome": true, "width": "70%", "header": map[string]any{"value": "Add it"}},
	})
	wantEqual(t, "dialog modules", page.DialogModules, map[string]map[string]map[string]any{
		"com.example.fake": {"add": {"width": "70%", "header": map[string]any{"value": "Add it"}}},
	})
	conf, _, _ := placeHost(t, &fakehost.Server{Product: fakehost.Confluence})
	editor := openPlace(t, conf.BaseURL()+"/pages/editpage.action?pageId=65537")
	wantEqual(t, "the editor's options", editor.Triggers[0].Options,
		map[string]any{"chrome": true, "header": map[string]any{"value": "Edit the map"}, "submitText": "Save", "width": "80%"})
	if width := editor.Triggers[0].Extension.Options["width"]; width != nil {
		t.Errorf("the editor is as wide as the macro: %v", width)
	}
	wantEqual(t, "location", editor.Location, map[string]any{"target": "contentedit", "context": map[string]any{"contentId": "65537"}})
}

func TestPageURLOfEachModule(t *testing.T) {
	t.Parallel()
	for _, product := range []fakehost.Product{fakehost.Jira, fakehost.Confluence} {
		host, app, _ := placeHost(t, &fakehost.Server{Product: product})
		for _, m := range app.descriptor(t).IframeModules() {
			page := openPlace(t, host.PageURL(m))
			alone := len(page.Extensions) == 1 && page.Extensions[0].Key == m.Key && len(page.Triggers) == 0
			clicked := len(page.Extensions) == 0 && len(page.Triggers) == 1 && page.Triggers[0].Now
			if m.Key != "away" && m.Key != "other" && !alone && (!clicked || page.Triggers[0].Extension.Key != m.Key) {
				t.Errorf("the page of %s shows %d extensions and %d triggers", m.Key, len(page.Extensions), len(page.Triggers))
			}
			// The plain page goes on working for every module.
			_, _, e := openPage(t, host.BaseURL()+"/plugins/servlet/ac/com.example.fake/"+m.Key)
			wantEqual(t, "module of the plain page", e.Key, m.Key)
		}
	}
}

func TestMacroPage(t *testing.T) {
	t.Parallel()
	host, app, _ := placeHost(t, &fakehost.Server{Product: fakehost.Confluence})
	for n, want := range map[int]int{0: 0, -3: 0, 1: 1, 20: 20, 1000: 200} {
		wantEqual(t, "macros", len(openPlace(t, host.MacroPageURL("map", n)).Extensions), want)
	}
	wantEqual(t, "unknown macros", len(openPlace(t, host.MacroPageURL("nothing", 3)).Extensions), 0)
	wantEqual(t, "odd numbers", len(openPlace(t, host.BaseURL()+"/spaces/DEMO/pages/65537?standin.macros=map:x,,quote:2,:4").Extensions), 2)
	for view, want := range map[string]string{"editor": "/edit?id=", "property-panel": "/panel?id="} {
		_, _, e := openPage(t, host.BaseURL()+"/plugins/servlet/ac/com.example.fake/map?standin.view="+view+"&city=Rom")
		if !strings.HasPrefix(plainURL(app, e), want) {
			t.Errorf("the %s of the macro is %s", view, e.URL)
		}
	}
	if got := ask(t, "GET", host.BaseURL()+"/plugins/servlet/ac/com.example.fake/quote?standin.view=editor", "").status; got != 404 {
		t.Errorf("the editor of a macro without one: status %d", got)
	}
	if got := askForm(t, host.BaseURL()+"/plugins/servlet/ac/com.example.fake/quote", url.Values{"content-classifier": {"editor"}}); got.status != 404 {
		t.Errorf("the resolver gives the editor of a macro without one: %d", got.status)
	}
}

// TestNavigatorTargets asks for the addresses that AP.navigator.go leads to.
func TestNavigatorTargets(t *testing.T) {
	t.Parallel()
	for product, targets := range map[fakehost.Product]map[string]string{
		fakehost.Jira: {
			"/secure/Dashboard.jspa?selectPageId=10099": "10099", "/browse/DEMO-3": "Demo issue 3", "/browse/DEMO": "Project DEMO",
			"/people/someone": "Account someone", "/plugins/servlet/project-config/DEMO/summary": "Settings of project DEMO",
			"/plugins/servlet/ac/com.example.fake/settings?project.key=DEMO&project.id=10000": "Settings",
			"/plugins/servlet/ac/com.example.fake/items?ac.x=1":                               "Items", "/plugins/servlet/upm": "Manage apps",
		},
		fakehost.Confluence: {
			"/pages/viewpage.action?pageId=5": "Demo page", "/pages/editpage.action?pageId=5": "in the editor", "/spaces/DEMO": "Space DEMO",
			"/spaces/viewspacesummary.action?key=OPS": "Tools of space OPS", "/": "All places", "/people/someone": "Account someone",
			"/spaces/DEMO/pages": "Space DEMO", "/spaces/DEMO/blog": "Space DEMO", "/spaces/DEMO/pages/65537/Demo+page": "Demo page",
		},
	} {
		host, _, _ := placeHost(t, &fakehost.Server{Product: product})
		for path, want := range targets {
			page := ask(t, "GET", host.BaseURL()+path, "", "Accept", "text/html")
			if page.status != 200 || !strings.Contains(page.body, want) {
				t.Errorf("GET %s: status %d, want %q in:\n%s", path, page.status, want, page.body)
			}
		}
	}
	host, _, _ := placeHost(t, &fakehost.Server{Product: fakehost.Confluence})
	for _, path := range []string{"/pages/viewpage.action?pageId=x", "/spaces/a%20b", "/spaces/DEMO/pages/x", "/spaces/viewspacesummary.action?key=%3C"} {
		wantEqual(t, "status of "+path, ask(t, "GET", host.BaseURL()+path, "").status, 404)
	}
}

func TestPlacesAsGoldens(t *testing.T) {
	t.Parallel()
	for product, files := range map[fakehost.Product]map[string]string{
		fakehost.Jira:       {"issue.html": "/browse/DEMO-1", "project.html": "/projects/DEMO", "places.html": "/"},
		fakehost.Confluence: {"content.html": "/spaces/DEMO/pages/65537", "editor.html": "/pages/editpage.action?pageId=65537"},
	} {
		host, app, _ := placeHost(t, &fakehost.Server{Product: product})
		for file, path := range files {
			page := ask(t, "GET", host.BaseURL()+path, "", "Accept", "text/html")
			wantGolden(t, string(product)+"-"+file, page.body, url.QueryEscape(host.Origin()), "SITE-ENCODED", host.Origin(), "SITE", app.URL, "APP")
		}
	}
}
