package fakehost

import (
	"bytes"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

// FuzzStubFile reads any text as a stub file of any name: it is taken or refused
// with the file's name and a line that it has, and what is taken can be sent.
func FuzzStubFile(f *testing.F) {
	for _, seed := range []struct{ name, text string }{
		{"GET/rest/api/3/issue/{key}.json", `{"status": 201, "headers": {"A": "b"}, "body": {"x": [1, null]}, "latency": "1ms"}`},
		{"POST/rest/{all...}.yaml", "status: 200\nbody: &a\n  b: 2026-01-01\n  c: *x\n<<: *a\n"},
		{"GET/a.yml", "- ? {a: b}\n  : !!binary aGk=\n- .inf\n- !!set {a}\n- ~\n"},
		{"GET/%7B.json", "\ufeff[1e400, \"\\ud800\"]"},
		{"GET/x.json", `{"status":200,"status":{}}`},
		{"GET/x.yaml", "body: 'x'\nheaders: {content-type: text/plain}\n"},
		{"PUT/x.yaml", "--- |\n a\n...\n--- b\n"},
	} {
		f.Add(seed.name, []byte(seed.text))
	}
	f.Fuzz(func(t *testing.T, name string, data []byte) {
		r, err := readStub(fstest.MapFS{name: {Data: data}}, name)
		if err != nil {
			var problem *StubError
			if !errors.As(err, &problem) || problem.File != name || problem.Problem == "" {
				t.Fatalf("the error %v does not name the file", err)
			}
			if lines := 1 + bytes.Count(data, []byte("\n")); problem.Line < 0 || problem.Line > lines+1 {
				t.Fatalf("the error names line %d of %d", problem.Line, lines)
			}
			return
		}
		parsed, err := parseStub(name, data)
		if err != nil {
			t.Fatalf("read once, and not again: %v", err)
		}
		a := parsed.reply
		if a.status < 200 || a.status > 599 || parsed.latency < 0 {
			t.Fatalf("status %d, latency %s", a.status, parsed.latency)
		}
		if strings.Contains(a.header.Get("Content-Type"), "json; charset=utf-8") && !json.Valid(a.body) {
			t.Fatalf("the body is no JSON: %q", a.body)
		}
		if _, ok := matchPath(r.path, exampleOf(r.path)); !ok {
			t.Fatalf("%s does not match %q", name, exampleOf(r.path))
		}
		w := httptest.NewRecorder()
		for name, values := range a.header {
			w.Header()[name] = values
		}
		w.WriteHeader(a.status)
	})
}

// exampleOf is a path that a pattern must match.
func exampleOf(path []segment) []string {
	var parts []string
	for _, s := range path {
		switch s.kind {
		case literal:
			parts = append(parts, s.text)
		case wildcard:
			parts = append(parts, "one")
		case tail:
			parts = append(parts, "one", "more")
		}
	}
	return parts
}

// FuzzRESTPath asks for any path in any way. The host must answer each with a
// status of its own, and write down each call once, with who made it.
func FuzzRESTPath(f *testing.F) {
	for _, seed := range []struct{ method, path, header string }{
		{"GET", "/rest/api/3/myself", ""},
		{"GET", "/rest/api/3/issue/DEMO-1/properties/a%2Fb", "JWT eyJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJ4In0.c2ln"},
		{"PUT", "/rest/atlassian-connect/1/addons/x/properties/%00", "Bearer x"},
		{"DELETE", "/rest/../..//api/%zz", "Basic"},
		{"POST", "/rest/api/3/permissions/check?jwt=a.b.c", "JWT"},
		{"HEAD", "/wiki/rest/api/content/{id}?a=b&a=%ff", " "},
		{"PATCH", "/api/" + strings.Repeat("a/", 100), "jwt \x00"},
		{"GET", "/rest/own/%7Bx%7D/%2e%2e", ""},
	} {
		f.Add(seed.method, seed.path, seed.header, true)
		f.Add(seed.method, seed.path, seed.header, false)
	}
	hosts := map[bool]*Server{}
	for _, confluence := range []bool{true, false} {
		host := &Server{Stubs: fstest.MapFS{"GET/rest/own/{name}/{rest...}.json": {Data: []byte("[]")}}}
		if confluence {
			host.Product = Confluence
		}
		if err := host.Start(); err != nil {
			f.Fatal(err)
		}
		f.Cleanup(func() { host.Close() })
		hosts[confluence] = host
	}
	f.Fuzz(func(t *testing.T, method, target, authorization string, confluence bool) {
		host := hosts[confluence]
		u, err := url.ParseRequestURI(target)
		if err != nil || !strings.HasPrefix(target, "/") {
			t.Skip()
		}
		r := &http.Request{
			Method: method, URL: u, RequestURI: target, Host: "localhost", Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
			Header: http.Header{"Authorization": {authorization}}, Body: http.NoBody,
		}
		r = r.WithContext(t.Context())
		before := host.Mark()
		w := httptest.NewRecorder()
		host.serveREST(w, r)
		if w.Code < 200 || w.Code > 499 {
			t.Fatalf("%s %q: status %d: %s", method, target, w.Code, w.Body)
		}
		entries, _ := host.book().from(before)
		if len(entries) != 1 || entries[0].Status != w.Code || entries[0].Method != method {
			t.Fatalf("%s %q: status %d, and the journal says %v", method, target, w.Code, entries)
		}
		if host.looksLikeREST(r) && entries[0].Who == "" {
			t.Fatalf("%s %q: the journal does not say who: %v", method, target, entries)
		}
	})
}

// TestSpecificity: whichever order they come in, the path that says most wins.
func TestSpecificity(t *testing.T) {
	t.Parallel()
	patterns := []string{"/a/{x}/c", "/a/b/{x}", "/a/{rest...}", "/{x}/b/c", "/a/{x}/{y}", "/{rest...}"}
	for _, tt := range []struct{ path, want string }{
		{"/a/b/c", "/a/b/{x}"}, {"/a/x/c", "/a/{x}/c"}, {"/a/x/y", "/a/{x}/{y}"}, {"/a/x/y/z", "/a/{rest...}"},
		{"/x/b/c", "/{x}/b/c"}, {"/x", "/{rest...}"}, {"/a", "/{rest...}"}, {"/a//c", "/a/{rest...}"},
	} {
		for range len(patterns) {
			patterns = append(patterns[1:], patterns[0])
			var list []*route
			for _, pattern := range patterns {
				path, err := parsePath(pattern)
				if err != nil {
					t.Fatal(err)
				}
				list = append(list, &route{method: "GET", path: path, file: pattern})
			}
			found, _ := sortedRoutes(slices.Clone(list)).find("GET", splitPath(tt.path))
			if found == nil || found.file != tt.want {
				t.Errorf("%s is answered by %v, want %s", tt.path, found, tt.want)
			}
		}
	}
}

// TestBuiltInRoutes: no two of them answer the same call.
func TestBuiltInRoutes(t *testing.T) {
	t.Parallel()
	for _, product := range []Product{Jira, Confluence} {
		taken := map[string]bool{}
		for _, r := range builtInRoutes(product) {
			address := r.method + shape(r.path)
			if taken[address] {
				t.Errorf("%s: two stubs answer %s", product, address)
			}
			taken[address] = true
		}
		if len(taken) < 15 {
			t.Errorf("%s has %d stubs", product, len(taken))
		}
	}
}
