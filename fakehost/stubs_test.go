package fakehost_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/standin-dev/standin/fakehost"
)

// at follows a path of keys and indexes into a JSON value.
func at(value any, path ...any) any {
	for _, step := range path {
		switch step := step.(type) {
		case string:
			object, _ := value.(map[string]any)
			value = object[step]
		case int:
			list, _ := value.([]any)
			if step >= len(list) {
				return nil
			}
			value = list[step]
		}
	}
	return value
}

func TestStubs(t *testing.T) {
	t.Parallel()
	hosts := map[fakehost.Product]*fakehost.Server{}
	for _, p := range []fakehost.Product{fakehost.Jira, fakehost.Confluence} {
		hosts[p], _, _ = installed(t, &fakehost.Server{Product: p, User: fakehost.User{AccountID: "me"}})
	}
	const j, c = fakehost.Jira, fakehost.Confluence
	for _, tt := range []struct {
		product fakehost.Product
		call    string
		status  int
		path    []any
		want    any
	}{
		{j, "GET /rest/api/2/myself", 200, []any{"accountId"}, "me"},
		{j, "GET /rest/api/3/user?accountId=me", 200, []any{"displayName"}, "Robin Standin"},
		{j, "GET /rest/api/3/user?accountId=you", 404, []any{"errorMessages", 0}, "user you does not exist on this stand-in"},
		{j, "GET /rest/api/3/serverInfo", 200, []any{"deploymentType"}, "Cloud"},
		{j, "GET /rest/api/3/users/search", 200, []any{0, "accountId"}, "me"},
		{j, "GET /rest/api/3/users/search", 200, []any{1, "accountType"}, "app"},
		{j, "GET /rest/api/3/user/search?query=robin", 200, []any{0, "accountId"}, "me"},
		{j, "GET /rest/api/3/user/search?query=nobody", 200, []any{0}, nil},
		{j, "GET /rest/api/3/status", 200, []any{2, "statusCategory", "key"}, "done"},
		{j, "GET /rest/api/3/status/Done", 200, []any{"id"}, "3"},
		{j, "GET /rest/api/3/status/9", 404, []any{"errorMessages", 0}, "status 9 does not exist on this stand-in"},
		{j, "GET /rest/api/3/priority", 200, []any{1, "name"}, "Medium"},
		{j, "GET /rest/api/3/issuetype", 200, []any{0, "id"}, "10002"},
		{j, "GET /rest/api/3/field", 200, []any{0, "id"}, "summary"},
		{j, "GET /rest/api/3/permissions", 200, []any{"permissions", "BROWSE_PROJECTS", "type"}, "PROJECT"},
		{j, "GET /rest/api/3/mypermissions?permissions=ADMINISTER,BROWSE_PROJECTS", 200, []any{"permissions", "ADMINISTER", "havePermission"}, true},
		{j, "GET /rest/api/3/mypermissions?permissions=FLY", 400, []any{"errorMessages", 0}, "this stand-in knows no permission FLY"},
		{j, "HEAD /rest/api/3/permissions/", 200, nil, nil},
		{j, "GET /rest/api/3/project", 200, []any{0, "key"}, "DEMO"},
		{j, "GET /rest/api/latest/project/10000", 200, []any{"key"}, "DEMO"},
		{j, "GET /rest/api/3/project/search", 200, []any{"values", 0, "id"}, "10000"},
		{j, "GET /rest/api/3/project/NONE", 404, []any{"errorMessages", 0}, "project NONE does not exist on this stand-in"},
		{j, "GET /rest/api/3/issue/DEMO-1", 200, []any{"id"}, "10001"},
		{j, "GET /rest/api/3/issue/10003", 200, []any{"key"}, "DEMO-3"},
		{j, "GET /rest/api/3/search?jql=project=DEMO", 200, []any{"total"}, 3.0},
		{j, "POST /rest/api/3/search/jql", 200, []any{"issues", 2, "key"}, "DEMO-3"},
		{j, "GET /rest/api/3/dashboard", 404, []any{"errorMessages", 0}, "this stand-in has no answer for GET /rest/api/3/dashboard"},
		{j, "DELETE /rest/api/3/issue/DEMO-1", 404, []any{"errorMessages", 0}, "this stand-in has no answer for DELETE /rest/api/3/issue/DEMO-1"},
		{j, "GET /api/of/the/app", 404, []any{"errorMessages", 0}, "this stand-in has no answer for GET /api/of/the/app"},
		{j, "GET /items", 404, []any{"errorMessages", 0}, "the product has nothing at /items"},
		{j, "GET /rest/atlassian-connect/1/addons/com.example.fake", 200, []any{"state"}, "ENABLED"},
		{j, "GET /rest/atlassian-connect/1/addons/com.other/properties", 404, []any{"errorMessages", 0}, "app com.other does not exist on this stand-in"},
		{c, "GET /wiki/rest/api/user/current", 200, []any{"accountId"}, "me"},
		{c, "GET /wiki/rest/api/user?accountId=me", 200, []any{"type"}, "known"},
		{c, "GET /wiki/rest/api/settings/systemInfo", 200, []any{"siteTitle"}, "Stand-in"},
		{c, "GET /wiki/rest/api/content", 200, []any{"results", 0, "id"}, "65537"},
		{c, "GET /wiki/rest/api/content/65537", 200, []any{"space", "key"}, "DEMO"},
		{c, "GET /wiki/rest/api/content/1", 404, []any{"statusCode"}, 404.0},
		{c, "GET /wiki/rest/api/content/search?cql=x", 200, []any{"size"}, 1.0},
		{c, "GET /wiki/rest/api/search?cql=x", 200, []any{"results", 0, "content", "id"}, "65537"},
		{c, "GET /wiki/rest/api/space", 200, []any{"results", 0, "key"}, "DEMO"},
		{c, "GET /wiki/rest/api/space/DEMO", 200, []any{"id"}, "65536"},
		{c, "GET /wiki/api/v2/pages", 200, []any{"results", 0, "spaceId"}, "65536"},
		{c, "GET /wiki/api/v2/pages/65537", 200, []any{"title"}, "Demo page"},
		{c, "GET /wiki/api/v2/spaces", 200, []any{"results", 0, "key"}, "DEMO"},
		{c, "GET /wiki/api/v2/spaces/65536", 200, []any{"key"}, "DEMO"},
		{c, "GET /wiki/rest/api/search/user?cql=x", 200, []any{"results", 0, "user", "accountId"}, "me"},
		{c, "POST /wiki/rest/api/content/65537/permission/check", 200, []any{"hasPermission"}, true},
		{c, "GET /rest/api/content", 404, []any{"statusCode"}, 404.0},
		{c, "GET /wiki/rest/api/3/myself", 404, []any{"statusCode"}, 404.0},
	} {
		method, path, _ := strings.Cut(tt.call, " ")
		a := askAsPage(t, hosts[tt.product], method, hosts[tt.product].Origin()+path, "")
		var body any
		if method == "HEAD" {
			a.body = "null"
		}
		if err := json.Unmarshal([]byte(a.body), &body); err != nil {
			t.Errorf("%s: %v: %s", tt.call, err, a.body)
			continue
		}
		if got := at(body, tt.path...); a.status != tt.status || got != tt.want {
			t.Errorf("%s: status %d, %v is %v; want %d and %v\n%s", tt.call, a.status, tt.path, got, tt.status, tt.want, a.body)
		}
	}
}

// askAsPage asks as the host's own page does.
func askAsPage(t *testing.T, host *fakehost.Server, method, target, body string, headers ...string) answer {
	t.Helper()
	return ask(t, method, target, body, append(headers, "X-Standin-Secret", host.Secret())...)
}

func TestStubsInJournal(t *testing.T) {
	t.Parallel()
	host := startHost(t, &fakehost.Server{})
	askAsPage(t, host, "GET", host.BaseURL()+"/rest/api/3/myself", "", "AP-Client-Key", "com.example.fake")
	askAsPage(t, host, "GET", host.BaseURL()+"/rest/api/3/filter?x=1", "")
	ask(t, "GET", host.BaseURL()+"/items", "")
	entries := host.Journal()
	for i := range entries {
		entries[i].At, entries[i].Real = time.Time{}, time.Time{}
	}
	wantEqual(t, "journal", entries, []fakehost.Entry{
		{Seq: 1, Kind: fakehost.KindRequest, Method: "GET", URL: "/rest/api/3/myself", Status: 200, Who: fakehost.WhoBridge, Site: host.Origin(),
			Text: "REST call to the product by AP.request of com.example.fake"},
		{Seq: 2, Kind: fakehost.KindNotEmulated, Method: "GET", URL: "/rest/api/3/filter?x=1", Status: 404, Who: fakehost.WhoBridge, Site: host.Origin(),
			Text: "this stand-in has no answer for GET /rest/api/3/filter"},
		{Seq: 3, Kind: fakehost.KindRequest, Method: "GET", URL: "/items", Status: 404, Site: host.Origin(), Text: "the product has nothing at /items"},
	})
}

func TestPermissionsCheck(t *testing.T) {
	t.Parallel()
	host := startHost(t, &fakehost.Server{})
	a := askAsPage(t, host, "POST", host.BaseURL()+"/rest/api/latest/permissions/check",
		`{"globalPermissions":["ADMINISTER"],"projectPermissions":[{"permissions":["EDIT_ISSUES"],"issues":[10001]}]}`)
	wantEqual(t, "answer", a.body,
		`{"globalPermissions":["ADMINISTER"],"projectPermissions":[{"permission":"EDIT_ISSUES","projects":[],"issues":[10001]}]}`)
	wantEqual(t, "status of no JSON", askAsPage(t, host, "POST", host.BaseURL()+"/rest/api/3/permissions/check", "{").status, 400)
}

func TestEntityProperties(t *testing.T) {
	t.Parallel()
	host := startHost(t, &fakehost.Server{})
	base := host.BaseURL() + "/rest/api/3/"
	for _, step := range []struct {
		method, path, body string
		status             int
		want               string
	}{
		{"PUT", "issue/DEMO-1/properties/a", `{"n":1}`, 201, "{}"},
		{"GET", "issue/10001/properties/a", "", 200, `"value":{"n":1}`},
		{"GET", "issue/10001/properties", "", 200, `{"keys":[{"key":"a"`},
		{"GET", "issue/DEMO-2/properties", "", 200, `{"keys":[]}`},
		{"GET", "project/DEMO/properties", "", 200, `{"keys":[]}`},
		{"PUT", "project/DEMO/properties/a", `2`, 201, "{}"},
		{"PUT", "project/10000/properties/a", `3`, 200, "{}"},
		{"PUT", "issue/DEMO-1/properties/" + strings.Repeat("k", 256), `1`, 400, "at most 255 characters"},
		{"DELETE", "issue/DEMO-1/properties/a", "", 204, ""},
		{"GET", "issue/DEMO-1/properties/a", "", 404, "entity property a does not exist"},
		{"GET", "issue/DEMO-99/properties", "", 404, "issue DEMO-99 does not exist"},
	} {
		a := askAsPage(t, host, step.method, base+step.path, step.body)
		if a.status != step.status || !strings.Contains(a.body, step.want) {
			t.Errorf("%s %s: status %d: %s; want %d and %s", step.method, step.path, a.status, a.body, step.status, step.want)
		}
	}
}

func TestProperties(t *testing.T) {
	t.Parallel()
	for _, product := range []fakehost.Product{fakehost.Jira, fakehost.Confluence} {
		host, app, _ := installed(t, &fakehost.Server{Product: product})
		all := host.BaseURL() + "/rest/atlassian-connect/1/addons/com.example.fake/properties"
		for _, step := range []struct {
			method, target, body string
			status               int
			want                 string
		}{
			{"GET", all, "", 200, `{"keys":[]}`},
			{"PUT", all + "/b%20c", `{"n":1}`, 201, "property created"},
			{"PUT", all + "/a", `"x"`, 201, "property created"},
			{"PUT", all + "/a", `"y"`, 200, "property updated"},
			{"GET", all + "/a", "", 200, `"value":"y"`},
			{"GET", all, "", 200, fmt.Sprintf(`{"keys":[{"key":"a","self":"%s/a"},{"key":"b c","self":"%s/b%%20c"}]}`, all, all)},
			{"GET", all + "/none", "", 404, "app property none does not exist"},
			{"PUT", all + "/a", `{`, 400, "is JSON"},
			{"PUT", all + "/a", `"` + strings.Repeat("x", 32<<10) + `"`, 400, "at most 32 KB"},
			{"PUT", all + "/" + strings.Repeat("k", 128), `1`, 400, "at most 127 characters"},
			{"DELETE", all + "/a", "", 204, ""},
			{"DELETE", all + "/a", "", 404, "app property a"},
			{"GET", all + "/b%20c", "", 200, `"value":{"n":1}`},
		} {
			a := askAsPage(t, host, step.method, step.target, step.body)
			if a.status != step.status || !strings.Contains(a.body, step.want) {
				t.Errorf("%s %s %.40s: status %d: %s; want %d and %s", step.method, step.target, step.body, a.status, a.body, step.status, step.want)
			}
		}
		// An uninstall forgets them.
		if err := host.Uninstall(testContext(t)); err != nil {
			t.Fatal(err)
		}
		if _, err := host.Install(testContext(t), app.descriptor(t), fakehost.InstallOptions{}); err != nil {
			t.Fatal(err)
		}
		wantEqual(t, "properties after an uninstall", askAsPage(t, host, "GET", all, "").body, `{"keys":[]}`)
	}
}
