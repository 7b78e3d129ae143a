package fakehost_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/standin-dev/standin/fakehost"
)

// keptModules are modules of an app that have the product keep something.
const keptModules = `,
	"jiraWorkflowPostFunctions": [{"key": "function", "name": {"value": "Function"}, "view": {"url": "/view?c={postFunction.config}"}, "create": {"url": "/create"}, "edit": {"url": "/edit?c={postFunction.config}"}}],
	"jiraWorkflowConditions": [{"key": "condition", "name": {"value": "Condition"}, "edit": {"url": "/condition?c={condition.config}"}}],
	"jiraDashboardItems": [{"key": "item", "name": {"value": "Item"}, "url": "/item", "configurable": true}],
	"contentBylineItems": [{"key": "byline", "name": {"value": "Byline"}, "url": "/byline", "contentPropertyKey": "by"}],
	"customContent": [{"key": "note", "name": {"value": "Note"}, "uiSupport": {"contentViewComponent": {"moduleKey": "items"}, "contentEditComponent": {"moduleKey": "static"}}},
		{"key": "silent", "name": {"value": "Silent"}}]`

func keptHost(t *testing.T, s *fakehost.Server) (*fakehost.Server, *fakeApp) {
	t.Helper()
	startHost(t, s)
	app := newFakeApp(t, s)
	app.extra = keptModules
	if _, err := s.Install(testContext(t), app.descriptor(t), fakehost.InstallOptions{}); err != nil {
		t.Fatal(err)
	}
	return s, app
}

// TestSaveMacro posts what the page posts when an app saves a macro, and opens the
// page again.
func TestSaveMacro(t *testing.T) {
	t.Parallel()
	host, app, _ := placeHost(t, &fakehost.Server{Product: fakehost.Confluence})
	const id = "6d3f1f6a-0000-4000-8000-000000000001"
	long := strings.Repeat("é", 200)
	save := func(key, body string) answer {
		return askAsPage(t, host, "POST", host.Origin()+"/_standin/macro",
			fmt.Sprintf(`{"addonKey": "com.example.fake", "key": %q, "content": "65537", "macro": %q, %s}`, key, id, body))
	}
	shown := func(macro string) extension {
		for _, e := range openPlace(t, host.BaseURL()+"/spaces/DEMO/pages/65537?standin.macros="+macro+":2").Extensions {
			return e
		}
		t.Fatal("there is no macro on the page")
		return extension{}
	}
	for _, tt := range []struct {
		key, body string
		status    int
		// query is what the macro's URL has then: names with their values.
		query url.Values
	}{
		{"map", `"params": {"city": "Oslo"}`, 200, url.Values{"city": {"Oslo"}, "none": {""}}},
		{"map", `"params": {"unset": "set"}`, 200, url.Values{"city": {""}, "none": {"set"}}},
		{"map", `"params": {"content.id": "1", "macro.id": "2", "ac.x": "3"}`, 200, url.Values{"in": {"65537"}, "id": {id}}},
		{"quote", `"params": {}, "body": "short"`, 200, url.Values{"body": {"short"}}},
		{"quote", `"params": {"x": "y"}`, 200, url.Values{"body": {"short"}}},
		{"quote", `"params": {}, "body": "` + long + `"`, 200, url.Values{"body": {long[:256]}}},
		{"none", `"params": {}`, 404, nil},
		{"act", `"params": {}`, 404, nil},
		{"map", `"params": []`, 400, nil},
	} {
		mark := host.Mark()
		if a := save(tt.key, tt.body); a.status != tt.status {
			t.Errorf("save %s of %s: status %d, want %d: %s", tt.body, tt.key, a.status, tt.status, a.body)
			continue
		}
		if tt.status != 200 {
			if host.Mark() != mark {
				t.Errorf("save %s of %s was noted: %v", tt.body, tt.key, host.Journal()[mark:])
			}
			continue
		}
		entry := host.Journal()[mark]
		wantEqual(t, "kind of the entry", entry.Kind, fakehost.KindSaved)
		u, err := url.Parse(plainURL(app, shown(tt.key)))
		if err != nil {
			t.Fatal(err)
		}
		for name, want := range tt.query {
			if got := u.Query()[name]; !slices.Equal(got, want) {
				t.Errorf("after %s: %s is %q, want %q", tt.body, name, got, want)
			}
		}
	}
	// The second macro of the page has its own content.
	page := openPlace(t, host.BaseURL()+"/spaces/DEMO/pages/65537?standin.macros=map:2")
	if second := plainURL(app, page.Extensions[1]); !strings.Contains(second, "city=S%C3%A3o") {
		t.Errorf("the second macro is at %s", second)
	}
	// Nobody else may save.
	if a := ask(t, "POST", host.Origin()+"/_standin/macro", `{}`); a.status != http.StatusForbidden {
		t.Errorf("without the secret: status %d", a.status)
	}
}

// TestWorkflowPages opens the views of workflow functions, and saves one.
func TestWorkflowPages(t *testing.T) {
	t.Parallel()
	host, app := keptHost(t, &fakehost.Server{})
	page := func(key, query string) string {
		return host.BaseURL() + "/plugins/servlet/ac/com.example.fake/" + key + query
	}
	save := func(body string) answer { return askAsPage(t, host, "POST", host.Origin()+"/_standin/workflow", body) }
	for _, tt := range []struct{ key, query, url, button, tabs string }{
		{"function", "", "/view?c=", "", "View Add Edit"},
		{"function", "?standin.view=create", "/create", "Add", "View Add Edit"},
		{"function", "?standin.view=edit", "/edit?c=", "Update", "View Add Edit"},
		{"condition", "?standin.view=edit", "/condition?c=", "Update", "Edit"},
	} {
		shown := openPlace(t, page(tt.key, tt.query))
		if got := plainURL(app, shown.Extensions[0]); got != tt.url {
			t.Errorf("%s%s is at %s, want %s", tt.key, tt.query, got, tt.url)
		}
		if has := strings.Contains(shown.body, `id="standin-workflow">`+tt.button+`</button>`); has != (tt.button != "") {
			t.Errorf("%s%s: has a button %q: %v", tt.key, tt.query, tt.button, has)
		}
		for name := range strings.FieldsSeq(tt.tabs) {
			if !strings.Contains(shown.body, ">"+name+"</a>") {
				t.Errorf("%s%s has no tab %s", tt.key, tt.query, name)
			}
		}
	}
	if a := ask(t, "GET", page("condition", "?standin.view=create"), ""); a.status != http.StatusNotFound {
		t.Errorf("a view that there is not: status %d", a.status)
	}
	for body, status := range map[string]int{
		`{"addonKey": "com.example.fake", "key": "function", "config": "{\"a\": 1}"}`: 200,
		`{"addonKey": "com.example.fake", "key": "items", "config": ""}`:              404,
		`{"addonKey": "com.other", "key": "function", "config": ""}`:                  404,
		`{`: 400,
	} {
		if a := save(body); a.status != status {
			t.Errorf("save %s: status %d, want %d: %s", body, a.status, status, a.body)
		}
	}
	if got := plainURL(app, openPlace(t, page("function", "?standin.view=edit")).Extensions[0]); got != "/edit?c=%7B%22a%22%3A%201%7D" {
		t.Errorf("after it was saved, the editor is at %s", got)
	}
}

// TestCreateIssue makes issues by REST; what is wrong is refused field by field.
func TestCreateIssue(t *testing.T) {
	t.Parallel()
	host, _, _ := installed(t, &fakehost.Server{})
	for _, tt := range []struct {
		body   string
		status int
		path   []any
		want   any
	}{
		{`{"fields": {"project": {"key": "DEMO"}, "issuetype": {"name": "Bug"}, "summary": "A", "labels": ["x"]}}`, 201, []any{"key"}, "DEMO-4"},
		{`{"fields": {"project": {"id": "10000"}, "issuetype": {"id": "10002"}, "summary": "B"}}`, 201, []any{"id"}, "10005"},
		{`{"fields": {"project": {"id": 10000}, "issuetype": {"id": 10002}, "summary": "C"}}`, 201, []any{"key"}, "DEMO-6"},
		{`{"fields": {"project": {"key": "NONE"}, "issuetype": {"name": "Bug"}, "summary": "A"}}`, 400, []any{"errors", "project"}, "valid project is required"},
		{`{"fields": {"project": {"key": "DEMO"}, "issuetype": "Bug", "summary": "A"}}`, 400, []any{"errors", "issuetype"}, "valid issue type is required"},
		{`{"fields": {"project": {"key": "DEMO"}, "issuetype": {"name": "Bug"}}}`, 400, []any{"errors", "summary"}, "You must specify a summary of the issue."},
		{`no JSON`, 400, []any{"errorMessages", 1}, nil},
	} {
		a := askAsPage(t, host, "POST", host.BaseURL()+"/rest/api/3/issue", tt.body)
		var body any
		if err := json.Unmarshal([]byte(a.body), &body); err != nil {
			t.Fatalf("%s: %v", a.body, err)
		}
		if got := at(body, tt.path...); a.status != tt.status || got != tt.want {
			t.Errorf("%s: status %d, %v is %v; want %d and %v\n%s", tt.body, a.status, tt.path, got, tt.status, tt.want, a.body)
		}
	}
	var issue any
	if err := json.Unmarshal([]byte(askAsPage(t, host, "GET", host.BaseURL()+"/rest/api/3/issue/10004", "").body), &issue); err != nil {
		t.Fatal(err)
	}
	got := []any{at(issue, "fields", "summary"), at(issue, "fields", "issuetype", "name"), at(issue, "fields", "labels", 0), at(issue, "fields", "project", "key")}
	wantEqual(t, "the issue", got, []any{"A", "Bug", "x", "DEMO"})
	var search any
	if err := json.Unmarshal([]byte(askAsPage(t, host, "GET", host.BaseURL()+"/rest/api/3/search", "").body), &search); err != nil {
		t.Fatal(err)
	}
	wantEqual(t, "issues in all", at(search, "total"), any(6.0))
}

// TestCreateContent makes custom content by REST and opens the page that edits it.
func TestCreateContent(t *testing.T) {
	t.Parallel()
	host, app := keptHost(t, &fakehost.Server{Product: fakehost.Confluence})
	const kind = "ac:com.example.fake:note"
	for _, tt := range []struct {
		call, body string
		status     int
		path       []any
		want       any
	}{
		{"POST /rest/api/content", `{"type": "` + kind + `", "title": "One", "body": {"raw": {"value": "x"}}}`, 200, []any{"id"}, "66537"},
		{"GET /rest/api/content/66537", "", 200, []any{"body", "raw", "value"}, "x"},
		{"PUT /rest/api/content/66537", `{"type": "` + kind + `", "title": "Two", "version": {"number": 2}}`, 200, []any{"title"}, "Two"},
		{"PUT /rest/api/content/66537", `{"type": "` + kind + `", "title": "Two", "version": {"number": 2}}`, 409, []any{"message"}, "the next version of content 66537 is 3, not 2"},
		{"PUT /rest/api/content/65537", `{"type": "page", "title": "Two", "version": {"number": 2}}`, 404, []any{"statusCode"}, 404.0},
		{"POST /rest/api/content", `{"title": "One"}`, 400, []any{"message"}, "content has a type"},
		{"POST /rest/api/content", `{"type": "page", "title": " "}`, 400, []any{"message"}, "content has a title"},
		{"PUT /rest/api/content/66537", `{`, 400, []any{"statusCode"}, 400.0},
		{"POST /rest/api/content", `{"type": "page", "title": "Page"}`, 200, []any{"_links", "webui"}, "/spaces/DEMO/pages/66538"},
		{"POST /rest/api/content/66537/property", `{"key": "k", "value": 1}`, 200, []any{"key"}, "k"},
	} {
		method, path, _ := strings.Cut(tt.call, " ")
		a := askAsPage(t, host, method, host.BaseURL()+path, tt.body)
		var body any
		if err := json.Unmarshal([]byte(a.body), &body); err != nil {
			t.Fatalf("%s: %v", a.body, err)
		}
		if got := at(body, tt.path...); a.status != tt.status || got != tt.want {
			t.Errorf("%s %s: status %d, %v is %v; want %d and %v\n%s", tt.call, tt.body, a.status, tt.path, got, tt.status, tt.want, a.body)
		}
	}

	edit := host.BaseURL() + "/spaces/DEMO/custom-content/com.example.fake/note/edit"
	places := host.Places()
	i := slices.IndexFunc(places, func(p fakehost.Place) bool { return p.Name == "Edit Note" })
	if i < 0 || places[i].URL != edit {
		t.Errorf("no place leads to the edit page: %v", places)
	}
	page := openPlace(t, edit+"?contentId=66537")
	if !strings.Contains(page.body, `value="Two"`) || !strings.Contains(plainURL(app, page.Extensions[0]), "/static") {
		t.Errorf("the edit page:\n%s", page.body)
	}
	for _, missing := range []string{"/custom-content/com.example.fake/silent/edit", "/custom-content/com.other/note/edit", "%20/custom-content/com.example.fake/note/edit"} {
		if a := ask(t, "GET", host.BaseURL()+"/spaces/DEMO"+missing, ""); a.status != http.StatusNotFound {
			t.Errorf("%s: status %d", missing, a.status)
		}
	}
}

// TestConfigurable says who sees the button Configure of a dashboard item.
func TestConfigurable(t *testing.T) {
	t.Parallel()
	host, _ := keptHost(t, &fakehost.Server{})
	has := func() bool {
		return strings.Contains(openPlace(t, host.BaseURL()+"/secure/Dashboard.jspa").body, ">Configure</button>")
	}
	if !has() {
		t.Error("who is logged in cannot configure the item")
	}
	if err := host.SwitchUser("anonymous"); err != nil {
		t.Fatal(err)
	}
	if has() {
		t.Error("nobody can configure the item")
	}
}

// TestTheme dresses the pages, by the setting and by the control endpoint.
func TestTheme(t *testing.T) {
	t.Parallel()
	if err := (&fakehost.Server{Theme: "pink"}).Start(); err == nil || !strings.Contains(err.Error(), `theme "pink" is unknown`) {
		t.Errorf("Start with a theme that there is not: %v", err)
	}
	host, app, _ := installed(t, &fakehost.Server{Theme: fakehost.ThemeDark})
	const dark, light = `data-color-mode="dark"`, `data-color-mode="light"`
	if body := ask(t, "GET", pageOf(t, host, app, "items"), "").body; !strings.Contains(body, dark) {
		t.Error("the page is not dark")
	}
	for body, status := range map[string]int{`{"theme": "pink"}`: 400, `{"colour": "dark"}`: 400, `{"theme": "light"}`: 200} {
		if a := askAsPage(t, host, "POST", host.Origin()+"/_standin/theme", body); a.status != status {
			t.Errorf("%s: status %d, want %d", body, a.status, status)
		}
	}
	if body := ask(t, "GET", pageOf(t, host, app, "items"), "").body; !strings.Contains(body, light) {
		t.Error("the page is not light")
	}
	wantEqual(t, "the theme", askAsPage(t, host, "GET", host.Origin()+"/_standin/theme", "").body, `{"theme":"light"}`)
	if err := host.SetTheme(fakehost.ThemeNone); err != nil || host.CurrentTheme() != "" {
		t.Errorf("no theme: %v, %q", err, host.CurrentTheme())
	}
	if body := ask(t, "GET", pageOf(t, host, app, "items"), "").body; strings.Contains(body, "<html lang=\"en\" data-theme") {
		t.Error("the page still has a theme")
	}
}
