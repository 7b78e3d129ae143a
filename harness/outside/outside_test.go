package outside

import (
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const jwt = "eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzI1NiJ9.eyJzdWIiOiI1NTcwNTg6YSIsInFzaCI6ImNvbnRleHQtcXNoIn0.c2lnbmF0dXJlc2lnbmF0dXJlc2lnbmF0dXJl"

// folder has copies: a script, a page and a link that leads out.
func folder(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{"x.js": "1", "lib/a.css": "2", "lib/deep/logo": "\x89PNG\r\n\x1a\n", "lib/index.html": "3"} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink("/etc/passwd", filepath.Join(dir, "lib", "out.txt")); err != nil {
		t.Fatal(err)
	}
	return dir
}

// What cannot be meant is told in one line that says what to write.
func TestBadRules(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	for _, test := range []struct{ address, file, want string }{
		{"https://cdn.example.com/x.js", "missing.js", "there is no file or folder"},
		{"https://cdn.example.com/x.js", "../x.js", "leaves the folder of the config"},
		{"https://cdn.example.com/x.js", "/etc/passwd", "leaves the folder of the config"},
		{"https://cdn.example.com/x.js", "lib", "is a folder: name a file, or end the address in /"},
		{"https://cdn.example.com/x.js", "", "has no file"},
		{"ftp://cdn.example.com/x.js", "x.js", "is no address: write it as https://cdn.example.com/x.js"},
		{"https://", "x.js", "is no address"},
		{"https://user@cdn.example.com/", "x.js", "is no address"},
		{"https://*.example.com/", "x.js", "is no address"},
		{"x.js", "x.js", ""}, // a host that ends so: it cannot be told from one
		{"cdn", "x.js", "is no address"},
		{"http://localhost:3000/x.js", "x.js", "is on this machine"},
		{"127.0.0.1", "x.js", "is on this machine"},
	} {
		err := new(Rules).Copy(test.address, test.file, dir)
		if test.want == "" && err == nil {
			continue
		}
		if err == nil || !strings.Contains(err.Error(), test.want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %s: %v; want %q", test.address, test.file, err, test.want)
		}
	}
	for host, want := range map[string]string{
		"https://cdn.example.com/x.js": "allow takes hosts, not addresses: write cdn.example.com instead of",
		"https://":                     "cdn.example.com; \"https://\" is not one",
		"cdn.example.com/x":            "is not one", "*.example.com": "is not one", "": "is not one", "cdn": "is not one", "a b.example": "is not one",
		"localhost": "is on this machine", "127.0.0.1:80": "is on this machine", "[::1]:3000": "is on this machine",
	} {
		if err := new(Rules).Allow(host); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("allow %q: %v; want %q", host, err, want)
		}
	}
}

func rules(t *testing.T) *Rules {
	t.Helper()
	dir := folder(t)
	r := &Rules{}
	for _, c := range [][2]string{
		{"https://cdn.example.com/x.js", "x.js"}, {"https://cdn.example.com/lib/", "lib"}, {"fonts.example.com", "lib"},
		{"https://api.example.com/v1/", "x.js"}, {"https://q.example.com/?family=Roboto", "lib/a.css"},
	} {
		if err := r.Copy(c[0], c[1], dir); err != nil {
			t.Fatal(err)
		}
	}
	for _, host := range []string{"open.example.com", "Other.example.com:8443"} {
		if err := r.Allow(host); err != nil {
			t.Fatal(err)
		}
	}
	return r
}

func parse(t *testing.T, raw string) *url.URL {
	t.Helper()
	u, err := url.Parse(raw)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

func TestFind(t *testing.T) {
	t.Parallel()
	r := rules(t)
	const js, css = "text/javascript; charset=utf-8", "text/css; charset=utf-8"
	for raw, want := range map[string][2]string{
		"https://cdn.example.com/x.js":              {"1", js},
		"https://cdn.example.com:443/x.js?v=3":      {"1", js},
		"https://CDN.example.com/lib/a.css":         {"2", css},
		"https://cdn.example.com/lib/deep/logo":     {"\x89PNG\r\n\x1a\n", "image/png"},
		"https://cdn.example.com/lib/":              {"3", "text/html; charset=utf-8"},
		"http://fonts.example.com/a.css":            {"2", css},
		"https://api.example.com/v1/items?page=2":   {"1", js},
		"https://q.example.com/?family=Roboto":      {"2", css},
		"https://cdn.example.com/lib/missing.js":    {"", "error"},
		"https://cdn.example.com/lib/..%2fx.js":     {"", "error"},
		"https://cdn.example.com/lib/%2e%2e/x.js":   {"", "error"},
		"https://cdn.example.com/lib/out.txt":       {"", "error"},
		"http://cdn.example.com/x.js":               {},
		"https://cdn.example.com/y.js":              {},
		"https://cdn.example.com.evil.example/x.js": {},
		"https://q.example.com/?family=Lato":        {},
		"https://open.example.com/x.js":             {},
	} {
		file, ok, err := r.Find(parse(t, raw))
		switch {
		case want[1] == "error":
			if !ok || err == nil {
				t.Errorf("%s: %q, %v, %v; want an error", raw, file.Body, ok, err)
			}
		case ok != (want[1] != "") || err != nil || string(file.Body) != want[0] || file.ContentType != want[1]:
			t.Errorf("%s: %q as %q, %v, %v; want %q", raw, file.Body, file.ContentType, ok, err, want)
		}
	}
}

// Nothing that could be a credential goes out.
func TestMayPass(t *testing.T) {
	t.Parallel()
	d := &Door{Rules: rules(t)}
	const open = "https://open.example.com/x.js"
	for _, test := range []struct {
		method, url, header, value string
		passes                     bool
	}{
		{"GET", open, "", "", true},
		{"HEAD", open + "?v=3", "Accept", "*/*", true},
		{"GET", "https://other.example.com:8443/x", "Referer", "http://localhost/?jwt=" + jwt, true}, // it does not go along
		{"GET", "https://other.example.com/x", "", "", false},
		{"GET", "https://cdn.example.com/x.js", "", "", false},
		{"GET", "https://open.example.com.evil.example/x", "", "", false},
		{"GET", "wss://open.example.com/x", "", "", false},
		{"POST", open, "", "", false},
		{"GET", open + "?jwt=" + jwt, "", "", false},
		{"GET", open + "?a=" + url.QueryEscape("http://x/?t="+jwt), "", "", false},
		{"GET", "https://open.example.com/" + jwt + "/x.js", "", "", false},
		{"GET", open + "?access_token=opaque", "", "", false},
		{"GET", "https://me:secret@open.example.com/x.js", "", "", false},
		{"GET", open, "Authorization", "Basic abc", false},
		{"GET", open, "Cookie", "session=1", false},
		{"GET", open, "X-Api-Key", "1", false},
		{"GET", open, "X-Custom", jwt, false},
	} {
		header := http.Header{}
		if test.header != "" {
			header.Set(test.header, test.value)
		}
		if err := d.MayPass(test.method, parse(t, test.url), header); (err == nil) != test.passes {
			t.Errorf("%s %s, %s: %v; want it to pass: %v", test.method, test.url, test.header, err, test.passes)
		}
	}
	if err := (*Door)(nil).MayPass("GET", parse(t, open), nil); err == nil {
		t.Error("a door that is not there is open")
	}
}

type carrier func(*http.Request) (*http.Response, error)

func (c carrier) RoundTrip(r *http.Request) (*http.Response, error) { return c(r) }

// What goes out tells neither who asks nor from where.
func TestGet(t *testing.T) {
	t.Parallel()
	var sent *http.Request
	d := &Door{Rules: rules(t), Transport: carrier(func(r *http.Request) (*http.Response, error) {
		sent = r
		return &http.Response{StatusCode: 302, Header: http.Header{"Location": {"https://elsewhere.example/"}}, Body: http.NoBody}, nil
	})}
	answer, err := d.Get(t.Context(), "GET", parse(t, "https://open.example.com/x.js?v=1#part"), http.Header{
		"Referer": {"http://localhost/?jwt=" + jwt}, "Accept": {"*/*"}, "X-Trace": {"1"}, "Origin": {"http://localhost:3000"},
	})
	if err != nil || answer.StatusCode != 302 {
		t.Fatalf("%v, %v", answer, err)
	}
	want := http.Header{"Accept": {"*/*"}, "Origin": {"http://localhost:3000"}}
	if len(sent.Header) != len(want) || sent.Header.Get("Accept") == "" || sent.Header.Get("Origin") == "" || sent.URL.String() != "https://open.example.com/x.js?v=1" {
		t.Errorf("sent %s %v", sent.URL, sent.Header)
	}
}
