package fakehost_test

import (
	"errors"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/standin-dev/standin/fakehost"
)

func folder(files map[string]string) fstest.MapFS {
	fsys := fstest.MapFS{}
	for name, text := range files {
		fsys[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return fsys
}

func TestStubFiles(t *testing.T) {
	t.Parallel()
	files := folder(map[string]string{
		"README.md":                                   "# Ours\n",
		".DS_Store":                                   "\x00",
		"_old/GET/x.json":                             "{",
		"GET/rest/api/3/myself.json":                  "\n{\"accountId\": \"file\"}\n",
		"GET/rest/api/3/issue/{key}.json":             `{"key": "any", "body": "of the issue"}`,
		"GET/rest/api/3/issue/DEMO-7.yaml":            "key: DEMO-7\ncreated: 2026-01-05\n7: seven\n",
		"GET/rest/api/3/issue/{key}/{rest...}.yml":    "- 1\n- two\n",
		"GET/rest/api/3/odd%2Fname%7B%25%7D.json":     `"odd"`,
		"POST/rest/api/3/issue.json":                  `{"status": 201, "headers": {"Location": "/x", "X-Count": 3}, "body": {"id": "1"}}`,
		"PUT/rest/api/3/issue/{key}.yaml":             "status: 204\n",
		"DELETE/rest/api/3/issue/{key}.yaml":          "status: 403\nbody:\n  errorMessages: [no]\n",
		"GET/rest/api/3/report.yaml":                  "headers: {Content-Type: text/csv}\nbody: |\n  a,b\n  1,2\n",
		"GET/rest/api/3/text.yaml":                    "body: plain\n",
		"GET/rest/api/3/public.json":                  `{"anonymous": true, "body": []}`,
		"GET/rest/api/3/late.json":                    `{"latency": "40ms", "body": 1}`,
		"GET/secure/thing.json":                       `[]`,
		"GET/rest/atlassian-connect/1/addons/{a}.yml": "a: &x [1]\nb: *x\n",
	})
	host := startHost(t, &fakehost.Server{Stubs: files})
	for _, tt := range []struct {
		call   string
		status int
		body   string
		header string // name: value
	}{
		{"GET /rest/api/3/myself", 200, `{"accountId": "file"}`, "Content-Type: application/json; charset=utf-8"},
		{"HEAD /rest/api/3/myself", 200, "", ""},
		{"GET /rest/api/2/myself", 200, `"displayName":"Robin Standin"`, ""},
		{"GET /rest/api/3/issue/ANY-1?fields=x", 200, `{"key": "any", "body": "of the issue"}`, ""},
		{"GET /rest/api/3/issue/DEMO-7", 200, `{"7":"seven","created":"2026-01-05","key":"DEMO-7"}`, ""},
		{"GET /rest/api/3/issue/DEMO-7/a/b", 200, `[1,"two"]`, ""},
		{"GET /rest/api/3/issue/", 404, "no answer for GET", ""},
		{"GET /rest/api/3/odd%2Fname%7B%25%7D", 200, `"odd"`, ""},
		{"POST /rest/api/3/issue", 201, `{"id": "1"}`, "Location: /x"},
		{"POST /rest/api/3/issue", 201, `{"id": "1"}`, "X-Count: 3"},
		{"PUT /rest/api/3/issue/A", 204, "", ""},
		{"DELETE /rest/api/3/issue/A", 403, `{"errorMessages":["no"]}`, ""},
		{"GET /rest/api/3/report", 200, "a,b\n1,2\n", "Content-Type: text/csv"},
		{"GET /rest/api/3/text", 200, `"plain"`, "Content-Type: application/json; charset=utf-8"},
		{"GET /secure/thing", 200, "[]", ""},
		{"GET /rest/atlassian-connect/1/addons/x", 200, `{"a":[1],"b":[1]}`, ""},
		{"GET /GET/x", 404, "nothing at /GET/x", ""},
	} {
		method, path, _ := strings.Cut(tt.call, " ")
		a := askAsPage(t, host, method, host.BaseURL()+path, "")
		if a.status != tt.status || !strings.Contains(a.body, tt.body) || tt.body == "" && a.body != "" {
			t.Errorf("%s: status %d: %s; want %d and %s", tt.call, a.status, a.body, tt.status, tt.body)
		}
		if name, value, has := strings.Cut(tt.header, ": "); has && a.header.Get(name) != value {
			t.Errorf("%s: %s is %q, want %q", tt.call, name, a.header.Get(name), value)
		}
	}
	wantEqual(t, "status without credentials", ask(t, "GET", host.BaseURL()+"/rest/api/3/report", "").status, 401)
	wantEqual(t, "status of a public one", ask(t, "GET", host.BaseURL()+"/rest/api/3/public", "").status, 200)
	if text := lastEntry(host).Text; !strings.Contains(text, "answered from GET/rest/api/3/public.json") {
		t.Errorf("the journal does not name the file: %s", text)
	}
	started := time.Now()
	wantEqual(t, "late body", askAsPage(t, host, "GET", host.BaseURL()+"/rest/api/3/late", "").body, "1")
	if took := time.Since(started); took < 40*time.Millisecond {
		t.Errorf("the late answer came after %s", took)
	}
}

// TestStubFilesBelowWiki: the paths of files are those below the base URL.
func TestStubFilesBelowWiki(t *testing.T) {
	t.Parallel()
	host, _, tenant := installed(t, &fakehost.Server{Product: fakehost.Confluence, Stubs: folder(map[string]string{"GET/rest/api/content/{id}.json": `{"id":"file"}`})})
	raw := sign(t, tenant.SharedSecret, backendClaims("GET", "/rest/api/content/1", ""))
	wantEqual(t, "body for the back end", ask(t, "GET", host.BaseURL()+"/rest/api/content/1", "", "Authorization", "JWT "+raw).body, `{"id":"file"}`)
	wantEqual(t, "status beside the base URL", askAsPage(t, host, "GET", host.Origin()+"/rest/api/content/1", "").status, 404)
}

func TestStubErrors(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		file, text string
		want       string
	}{
		{"myself.json", "{}", "stub file myself.json: lies in no folder of a method"},
		{"GET/rest/x.txt", "{}", `stub file GET/rest/x.txt: ends in ".txt"`},
		{"GET/rest/x", "{}", `ends in ""`},
		{"GET/.json/x.json", "{}", ""},
		{"GET/rest/a{b}.json", "{}", `"a{b}" is no wildcard`},
		{"GET/rest/{a b}.json", "{}", "is no wildcard"},
		{"GET/{all...}/x.json", "{}", "it must be the last"},
		{"GET/{a}/{a}.json", "{}", "the wildcard {a} is there twice"},
		{"GET/rest/50%.json", "{}", "write %25"},
		{"GET/rest/x.json", "", "stub file GET/rest/x.json: is empty"},
		{"GET/rest/x.json", "{\n  \"a\": 1,\n}", "stub file GET/rest/x.json:3: is not JSON"},
		{"GET/rest/x.json", "\n\n{\"status\": \"current\"}", "stub file GET/rest/x.json:3: status is \"current\": it must be a number from 200 to 599; if all of the file is the body"},
		{"GET/rest/x.json", "{\"status\": 99}", "status is 99"},
		{"GET/rest/x.json", "{\"status\": 200.5}", "status is 200.5"},
		{"GET/rest/x.json", "{\"status\": 200,\n\"body\": 1,\n\"latancy\": \"1s\"}", "GET/rest/x.json:3: the key \"latancy\" is unknown"},
		{"GET/rest/x.json", "{\"status\": 204, \"body\": {}}", "status 204 has no body"},
		{"GET/rest/x.json", "{\"latency\": 5}", "latency is 5"},
		{"GET/rest/x.json", "{\"latency\": \"-5s\"}", "latency is \"-5s\""},
		{"GET/rest/x.json", "{\"anonymous\": 1}", "anonymous is 1"},
		{"GET/rest/x.json", "{\"headers\": []}", "headers is []"},
		{"GET/rest/x.json", "{\"headers\": {\"A B\": \"x\"}}", "no name of a header"},
		{"GET/rest/x.json", "{\"headers\": {\"A\": \"x\\ny\"}}", "control character"},
		{"GET/rest/x.json", "{\"headers\": {\"A\": []}}", "neither a text nor a number"},
		{"GET/rest/x.json", "{\"headers\": {\"content-length\": 5}}", "set by the host itself"},
		{"GET/rest/x.json", "{\"headers\": {\"x\": 5, \"X\": 5}}", "twice"},
		{"GET/rest/x.yaml", "a: 1\nb: [\n", "stub file GET/rest/x.yaml:"},
		{"GET/rest/x.yaml", "a: 1\n\tb: 2\n", "stub file GET/rest/x.yaml:2: is not YAML"},
		{"GET/rest/x.yaml", "status: 200\nbody: 1\nstatus: 201\n", "stub file GET/rest/x.yaml:3: is not YAML: mapping key \"status\" already defined"},
		{"GET/rest/x.yaml", "body: 1\nstatus: soon\n", "stub file GET/rest/x.yaml:2: status is \"soon\""},
		{"GET/rest/x.yaml", "a: 1\n---\nb: 2\n", "stub file GET/rest/x.yaml:2: holds a second document"},
		{"GET/rest/x.yaml", "# nothing\n", "holds nothing but comments"},
		{"GET/rest/x.yaml", "a: .nan\n", "cannot be said in JSON"},
		{"GET/rest/x.yaml", "? [a]\n: b\n", "stub file GET/rest/x.yaml:"},
		{"GET/rest/x.yaml", "a: &a [*a]\n", "contains itself"},
		{"GET/rest/x.yaml", strings.Repeat("[", 5000), "stub file GET/rest/x.yaml:"},
	} {
		err := fakehost.CheckStubs(folder(map[string]string{tt.file: tt.text}))
		if tt.want == "" {
			if err != nil {
				t.Errorf("%s: %v", tt.file, err)
			}
			continue
		}
		var problem *fakehost.StubError
		if !errors.As(err, &problem) || problem.File != tt.file || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s with %.60q: %v\nwant %s", tt.file, tt.text, err, tt.want)
		}
	}
}

// TestStubFolderErrors: all that is wrong is told, and the host does not start.
func TestStubFolderErrors(t *testing.T) {
	t.Parallel()
	files := folder(map[string]string{
		"GET/rest/{a}.json": "1", "GET/rest/{b}.yaml": "1", "GET/rest/c.json": "{", "x.json": "1",
	})
	host := &fakehost.Server{Stubs: files}
	err := host.Start()
	if err == nil {
		t.Fatal("Start succeeded")
	}
	defer host.Close()
	for _, want := range []string{
		"GET/rest/{b}.yaml: answers the same calls as GET/rest/{a}.json", "GET/rest/c.json:1: is not JSON", "x.json: lies in no folder",
	} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("Start = %v\nwant it to say %s", err, want)
		}
	}
	if err := fakehost.CheckStubs(missingFolder{}); err == nil || !strings.Contains(err.Error(), "stub folder: file does not exist") {
		t.Errorf("CheckStubs of no folder = %v", err)
	}
	if err := fakehost.CheckStubs(nil); err != nil {
		t.Errorf("CheckStubs(nil) = %v", err)
	}
}

type missingFolder struct{}

func (missingFolder) Open(name string) (fs.File, error) {
	return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
}

// A folder that is named by mistake may be the whole of somebody's project: what is
// no method is told once, and not walked.
func TestStubFolderOfSomethingElse(t *testing.T) {
	t.Parallel()
	err := fakehost.CheckStubs(folder(map[string]string{"get/rest/x.json": "{}", "get/y.txt": "", "src/a/b.json": "{", "GET/rest/x.json": "{}"}))
	want := "stub file get: is no folder of a method: the folders at the top are GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS\n" +
		"stub file src: is no folder of a method: the folders at the top are GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"
	if err == nil || err.Error() != want {
		t.Errorf("error %v\nwant %s", err, want)
	}
}
