package descriptor_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/standin-dev/standin/fakehost/descriptor"
)

// with gives a sound descriptor with some members replaced; the value "" leaves one out.
func with(changes map[string]string) string {
	members := map[string]string{
		"key":            `"app"`,
		"baseUrl":        `"http://localhost:3000"`,
		"authentication": `{"type":"jwt"}`,
		"lifecycle":      `{"installed":"/installed"}`,
	}
	for name, value := range changes {
		members[name] = value
	}
	var list []string
	for name, value := range members {
		if value != "" {
			list = append(list, `"`+name+`":`+value)
		}
	}
	return "{" + strings.Join(list, ",") + "}"
}

func TestParseProblems(t *testing.T) {
	t.Parallel()
	modules := func(text string) map[string]string { return map[string]string{"modules": text} }
	for _, tc := range []struct {
		name, text string
		want       []string // "field: rule", each once
	}{
		{"nothing", "", []string{"the document: must be JSON"}},
		{"a page", "<html>", []string{"the document: must be JSON: line 1: invalid character '<'"}},
		{"cut off", "{\n\"key\":\n", []string{"the document: must be JSON: line 2"}},
		{"a list", "[]", []string{"the document: must be a JSON object"}},
		{"two documents", "{}{}", []string{"the document: must be JSON"}},
		{"empty", "{}", []string{"key: must be there", "baseUrl: must be there", "authentication: must be there"}},
		{"key a number", with(map[string]string{"key": "1"}), []string{"key: must be text", "key: must be there"}},
		{"key too long", with(map[string]string{"key": `"` + strings.Repeat("é", 65) + `"`}), []string{"key: must have 64 characters at most, but has 65"}},
		{"key with a slash", with(map[string]string{"key": `"a/b"`}), []string{"key: must be fit for a URL path"}},
		{"name a list", with(map[string]string{"name": "[]"}), []string{"name: must be text"}},
		{"no baseUrl", with(map[string]string{"baseUrl": ""}), []string{"baseUrl: must be there"}},
		{"baseUrl null", with(map[string]string{"baseUrl": "null"}), []string{"baseUrl: must be there"}},
		{"baseUrl unfilled", with(map[string]string{"baseUrl": `"{{localBaseUrl}}"`}), []string{"baseUrl: must be filled in"}},
		{"baseUrl relative", with(map[string]string{"baseUrl": `"/app"`}), []string{"baseUrl: must be an absolute URL"}},
		{"baseUrl no URL", with(map[string]string{"baseUrl": `"http://%"`}), []string{"baseUrl: must be an absolute URL"}},
		{"baseUrl without a host", with(map[string]string{"baseUrl": `"http://:3000"`}), []string{"baseUrl: must be an absolute URL"}},
		{"baseUrl ftp", with(map[string]string{"baseUrl": `"ftp://localhost"`}), []string{"baseUrl: must be http or https"}},
		{"baseUrl http elsewhere", with(map[string]string{"baseUrl": `"http://example.com"`}), []string{"baseUrl: must be https unless"}},
		{"baseUrl with a query", with(map[string]string{"baseUrl": `"http://localhost?x=1"`}), []string{"baseUrl: must have no query"}},
		{"baseUrl with a user", with(map[string]string{"baseUrl": `"http://u:p@localhost"`}), []string{"baseUrl: must have no user"}},
		{"no authentication", with(map[string]string{"authentication": ""}), []string{"authentication: must be there"}},
		{"authentication text", with(map[string]string{"authentication": `"jwt"`}), []string{"authentication: must be a JSON object"}},
		{"authentication oauth", with(map[string]string{"authentication": `{"type":"oauth"}`}), []string{`authentication.type: must be jwt or none, not "oauth"`}},
		{"authentication Jwt", with(map[string]string{"authentication": `{"type":"Jwt"}`}), []string{"authentication.type: must be jwt or none"}},
		{"jwt without installed", with(map[string]string{"lifecycle": ""}), []string{"lifecycle.installed: must be there"}},
		{"jwt by default, without installed", with(map[string]string{"lifecycle": "{}", "authentication": "{}"}), []string{"lifecycle.installed: must be there"}},
		{"lifecycle absolute", with(map[string]string{"lifecycle": `{"installed":"http://localhost:3000/i","enabled":"//x/y"}`}),
			[]string{"lifecycle.installed: must be relative", "lifecycle.enabled: must be relative"}},
		{"apiMigrations text", with(map[string]string{"apiMigrations": `{"gdpr":"true"}`}), []string{"apiMigrations.gdpr: must be true or false"}},
		{"scopes text", with(map[string]string{"scopes": `"READ"`}), []string{"scopes: must be a list"}},
		{"modules a list", with(modules(`[]`)), []string{"modules: must be a JSON object"}},
		{"a module that is text", with(modules(`{"generalPages":["x"],"webPanels":"y"}`)),
			[]string{"modules.generalPages[0]: must be a JSON object", "modules.webPanels: must be a JSON object"}},
		{"no module key", with(modules(`{"generalPages":[{"url":"/a"}]}`)), []string{"modules.generalPages[0].key: must be there"}},
		{"no module url", with(modules(`{"generalPages":[{"key":"a","url":"/a"},{"key":"b"}]}`)), []string{"modules.generalPages[1].url: must be there"}},
		{"no target url", with(modules(`{"jiraIssueGlances":[{"key":"a"}]}`)), []string{"modules.jiraIssueGlances[0].target.url: must be there"}},
		{"module url absolute", with(modules(`{"configurePage":{"key":"a","url":"https://example.com/a"}}`)), []string{"modules.configurePage.url: must be relative"}},
		{"dialog item absolute", with(modules(`{"webItems":[{"key":"a","url":"https://example.com/a","target":{"type":"inlineDialog"}}]}`)),
			[]string{"modules.webItems[0].url: must be relative"}},
		{"webhook absolute", with(modules(`{"webhooks":[{"url":"https://example.com/a"}]}`)), []string{"modules.webhooks[0].url: must be relative"}},
		{"second url absolute", with(modules(`{"jiraWorkflowConditions":[{"key":"a","view":{"url":"/a"},"edit":{"url":"javascript:x"}}]}`)),
			[]string{"modules.jiraWorkflowConditions[0].edit.url: must be relative"}},
		{"cacheable text", with(modules(`{"generalPages":[{"key":"a","url":"/a","cacheable":"yes"}]}`)), []string{"modules.generalPages[0].cacheable: must be true or false"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			d, err := descriptor.Parse([]byte(tc.text), "http://localhost:3000/atlassian-connect.json")
			var problems *descriptor.Problems
			if d != nil || !errors.As(err, &problems) || !errors.Is(err, descriptor.ErrInvalid) {
				t.Fatalf("Parse() = %+v, %v, want problems", d, err)
			}
			if len(problems.List) != len(tc.want) {
				t.Errorf("%d problems, want %d", len(problems.List), len(tc.want))
			}
			lines := strings.Split(err.Error(), "\n")
			if len(lines) != len(problems.List)+1 || !strings.Contains(lines[0], "http://localhost:3000/atlassian-connect.json") {
				t.Errorf("the text is not one line a problem after one that says where from:\n%v", err)
			}
			for i, want := range tc.want {
				if i+1 < len(lines) && !strings.HasPrefix(lines[i+1], "  "+want) {
					t.Errorf("line %d is %q, want it to begin with %q", i+1, lines[i+1], want)
				}
			}
			for _, p := range problems.List {
				if p.Rule == "" || p.Fix == "" {
					t.Errorf("problem %+v does not say what to do", p)
				}
			}
		})
	}
}

func TestProblemsWithoutOrigin(t *testing.T) {
	t.Parallel()
	_, err := descriptor.Parse([]byte("[]"), "")
	want := "descriptor: the descriptor breaks 1 rule(s):\n  the document: must be a JSON object; write { ... }"
	if err == nil || err.Error() != want {
		t.Errorf("error = %v, want %s", err, want)
	}
}

func TestParseAccepts(t *testing.T) {
	t.Parallel()
	for name, changes := range map[string]map[string]string{
		"the least":                       nil,
		"none in capitals, no lifecycle":  {"authentication": `{"type":"NONE"}`, "lifecycle": ""},
		"nulls":                           {"name": "null", "modules": "null", "scopes": "null", "apiMigrations": `{"gdpr":null}`},
		"https elsewhere":                 {"baseUrl": `"https://example.com/app"`},
		"http on 127.0.0.2":               {"baseUrl": `"http://127.0.0.2:80"`},
		"http on ::1":                     {"baseUrl": `"http://[::1]:3000"`},
		"http on a name below localhost":  {"baseUrl": `"http://app.localhost"`},
		"unknown members":                 {"translations": "{}", "whatever": "[1]"},
		"unknown modules":                 {"modules": `{"newThings":[{"url":"https://example.com"}],"odd":{}}`},
		"a name that is nothing sensible": {"modules": `{"generalPages":[{"key":"a","url":"/a","name":5}]}`},
		"a target that is nothing":        {"modules": `{"webItems":[{"key":"a","url":"/a","target":"page"}]}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d, err := descriptor.Parse([]byte(with(changes)), "")
			if err != nil || len(d.Warnings) > 0 {
				t.Errorf("Parse() = %+v, %v, want neither problems nor warnings", d, err)
			}
		})
	}
}

func TestParseIgnoresAByteOrderMark(t *testing.T) {
	t.Parallel()
	if _, err := descriptor.Parse([]byte("\ufeff "+with(nil)), ""); err != nil {
		t.Error(err)
	}
}

func TestParseLastMemberCounts(t *testing.T) {
	t.Parallel()
	d, err := descriptor.Parse([]byte(`{"key":1,`+with(nil)[1:]), "")
	if err != nil || d.Key != "app" {
		t.Errorf("Parse() = %+v, %v", d, err)
	}
}

func TestWarnings(t *testing.T) {
	t.Parallel()
	const from = "http://localhost:3000/atlassian-connect.json"
	for _, tc := range []struct {
		name, from string
		changes    map[string]string
		want       []string
	}{
		{"the other name", from, map[string]string{"baseUrl": `"http://127.0.0.1:3000"`},
			[]string{"baseUrl: has the origin http://127.0.0.1:3000, but the descriptor came from http://localhost:3000"}},
		{"another port", from, map[string]string{"baseUrl": `"http://localhost:4000"`}, []string{"baseUrl: has the origin"}},
		{"a tunnel", from, map[string]string{"baseUrl": `"https://x.example.com"`}, []string{"baseUrl: has the origin https://x.example.com"}},
		{"the same in other words", "HTTP://LOCALHOST:80/x.json", map[string]string{"baseUrl": `"http://localhost/app"`}, nil},
		{"IPv6", "http://[::1]/x.json", map[string]string{"baseUrl": `"http://[::1]:8080"`}, []string{"baseUrl: has the origin http://[::1]:8080, but the descriptor came from http://[::1]"}},
		{"from a file", "testdata/x.json", map[string]string{"baseUrl": `"http://127.0.0.1:3000"`}, nil},
		{"keys that split", from, map[string]string{"key": `"a__b"`, "modules": `{"generalPages":[{"key":"c__d","url":"/"}]}`},
			[]string{"key: holds __", `modules.generalPages: key "c__d" holds __`}},
		{"a key twice", from, map[string]string{"modules": `{"generalPages":[{"key":"a","url":"/"}],"webPanels":[{"key":"a","url":"/"}]}`},
			[]string{`modules.webPanels: key "a" is that of a module in generalPages too`}},
		{"a key twice, but one is a link", from, map[string]string{"modules": `{"generalPages":[{"key":"a","url":"/"}],"webItems":[{"key":"a","url":"/"}]}`}, nil},
		{"unknown scope and migration", from, map[string]string{"scopes": `["READ","ALL"]`, "apiMigrations": `{"x":true}`},
			[]string{`scopes[1]: "ALL" is no scope`, "apiMigrations.x: is no migration"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			d, err := descriptor.Parse([]byte(with(tc.changes)), tc.from)
			if err != nil {
				t.Fatal(err)
			}
			if len(d.Warnings) != len(tc.want) {
				t.Fatalf("warnings = %v, want %q", d.Warnings, tc.want)
			}
			for i, want := range tc.want {
				if got := d.Warnings[i].String(); !strings.HasPrefix(got, want) {
					t.Errorf("warning = %q, want it to begin with %q", got, want)
				}
			}
		})
	}
}

func FuzzParse(f *testing.F) {
	f.Add(readFile(f, "jira.json"), "http://localhost:3000/atlassian-connect.json")
	f.Add(readFile(f, "confluence.json"), "")
	f.Add([]byte(with(map[string]string{"modules": `{"x":[[]],"":{},"configurePage":[null,{}]}`})), "http://[::1")
	f.Add([]byte(`{"key":"\ud800","baseUrl":"http://localhost:99999999"}`), "http://h")
	f.Fuzz(func(t *testing.T, data []byte, from string) {
		d, err := descriptor.Parse(data, from)
		if err != nil {
			var problems *descriptor.Problems
			if d != nil || !errors.As(err, &problems) || len(problems.List) == 0 {
				t.Fatalf("Parse() = %+v, %v", d, err)
			}
			return
		}
		if d.Key == "" || d.BaseURL == "" || d.Auth != descriptor.AuthJWT && d.Auth != descriptor.AuthNone {
			t.Fatalf("Parse() let pass %+v", d)
		}
		if d.Auth == descriptor.AuthJWT && d.Lifecycle.Installed == "" {
			t.Fatal("Parse() let pass a jwt app that takes no secret")
		}
		for _, m := range d.IframeModules() {
			if m.Key == "" || m.URL == "" || !strings.HasPrefix(d.Resolve(m.URL), strings.TrimRight(d.BaseURL, "/")) || !json.Valid(m.Raw) {
				t.Fatalf("Parse() let pass the module %+v", m)
			}
		}
		again, err := descriptor.Parse(d.Raw, from)
		if err != nil {
			t.Fatalf("Parse(Raw): %v", err)
		}
		if diff := cmp.Diff(d, again); diff != "" {
			t.Fatalf("Parse(Raw) (-first +second):\n%s", diff)
		}
	})
}
