package fakehost_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

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
		{c, "GET /rest/api/content", 404, []any{"statusCode"}, 404.0},
		{c, "GET /wiki/rest/api/3/myself", 404, []any{"statusCode"}, 404.0},
	} {
		method, path, _ := strings.Cut(tt.call, " ")
		a := ask(t, method, hosts[tt.product].Origin()+path, "")
		var body any
		if err := json.Unmarshal([]byte(a.body), &body); err != nil {
			t.Errorf("%s: %v: %s", tt.call, err, a.body)
			continue
		}
		if got := at(body, tt.path...); a.status != tt.status || got != tt.want {
			t.Errorf("%s: status %d, %v is %v; want %d and %v\n%s", tt.call, a.status, tt.path, got, tt.status, tt.want, a.body)
		}
	}
}

func TestStubsInJournal(t *testing.T) {
	t.Parallel()
	host := startHost(t, &fakehost.Server{})
	ask(t, "GET", host.BaseURL()+"/rest/api/3/myself", "", "AP-Client-Key", "com.example.fake")
	ask(t, "GET", host.BaseURL()+"/rest/api/3/filter", "")
	ask(t, "GET", host.BaseURL()+"/items", "")
	entries := host.Journal()
	wantEqual(t, "kinds", kinds(entries), []fakehost.EntryKind{fakehost.KindRequest, fakehost.KindNotEmulated, fakehost.KindRequest})
	wantEqual(t, "text", entries[0].Text, "REST call to the product by AP.request of com.example.fake")
	wantEqual(t, "statuses", []int{entries[0].Status, entries[1].Status, entries[2].Status}, []int{200, 404, 404})
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
			a := ask(t, step.method, step.target, step.body)
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
		wantEqual(t, "properties after an uninstall", ask(t, "GET", all, "").body, `{"keys":[]}`)
	}
}
