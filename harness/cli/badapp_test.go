package cli_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/standin-dev/standin/fixtures/port"
)

// freePort is a port of this machine that nobody uses just now.
func freePort(t *testing.T) string {
	t.Helper()
	free, err := port.Free()
	if err != nil {
		t.Fatal(err)
	}
	return free
}

// badApp is an app without tokens; what is wrong with it, a test says.
type badApp struct {
	descriptor string // in place of the right one
	lifecycle  string // in the descriptor, with JWT as its authentication
	page       http.HandlerFunc
}

const page = `"generalPages": [{"key": "main", "name": {"value": "Main"}, "url": "/page"}]`

// serve serves it on a free port until the test ends, and gives its address.
func (a badApp) serve(t *testing.T) string {
	t.Helper()
	mux := http.NewServeMux()
	server := httptest.NewServer(mux)
	t.Cleanup(func() {
		server.CloseClientConnections() // for the page that never answers
		server.Close()
	})
	base := strings.Replace(server.URL, "127.0.0.1", "localhost", 1)
	auth := "none"
	if a.lifecycle != "" {
		auth = "jwt"
	}
	descriptor := fmt.Sprintf(`{"key": "bad", "name": "Bad", "baseUrl": %q, "apiVersion": 1, "authentication": {"type": %q}, %s "modules": {%s}}`,
		base, auth, a.lifecycle, page)
	if a.descriptor != "" {
		descriptor = strings.ReplaceAll(a.descriptor, "BASE", base)
	}
	mux.HandleFunc("/atlassian-connect.json", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, descriptor) })
	mux.HandleFunc("/installed", func(w http.ResponseWriter, _ *http.Request) {
		http.Error(w, "I do not know this key", http.StatusUnauthorized)
	})
	mux.HandleFunc("/api/", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, `{"items": []}`) })
	if a.page != nil {
		mux.HandleFunc("/page", a.page)
	}
	return base
}

// TestBadApps: one clear sentence, the right exit code, and nothing left.
func TestBadApps(t *testing.T) {
	needBrowser(t)
	hello := func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "<!DOCTYPE html><p>Hello</p>") }
	for _, tc := range []struct {
		name string
		app  badApp
		args []string
		code int
		says []string
	}{
		{"not JSON", badApp{descriptor: "<html>hello"}, nil, 2,
			[]string{"standin: descriptor: the answer is not a descriptor: GET BASE/atlassian-connect.json gave \"<html>hello\"", "name the descriptor's own URL"}},
		{"invalid descriptor", badApp{descriptor: `{"key": "bad key", "baseUrl": "BASE", "authentication": {"type": "none"}, "modules": {` + page + `}}`}, nil, 2,
			[]string{"standin: descriptor: BASE/atlassian-connect.json breaks 1 rule(s):\n  key: "}},
		{"no iframe module", badApp{descriptor: `{"key": "bad", "baseUrl": "BASE", "authentication": {"type": "none"}, "modules": {}}`}, nil, 2,
			[]string{"standin: descriptor: the app has no module that renders an iframe: add one"}},
		{"unknown module", badApp{page: hello}, []string{"--module", "nope"}, 2, []string{"standin: ", `"nope"`, "main"}},
		{"install refused", badApp{lifecycle: `"lifecycle": {"installed": "/installed"},`}, nil, 2,
			[]string{"standin: the app answered installed with 401: I do not know this key; let standin start it", "--listen 127.0.0.1:8899", "--install unsigned"}},
		{"unsigned install refused", badApp{lifecycle: `"lifecycle": {"installed": "/installed"},`}, []string{"--install", "unsigned"}, 2,
			[]string{"the app answered installed with 401: I do not know this key", "signed"}},
		{"scenario that matches nothing", badApp{page: hello}, []string{"--scenario", "nav/pussh"}, 2, []string{"did you mean nav/push?"}},
		{"listen elsewhere", badApp{page: hello}, []string{"--listen", "10.0.0.1:80"}, 2, []string{"standin: ", "10.0.0.1:80", "is not loopback", "write it as 127.0.0.1:80"}},
		{"page that never answers", badApp{page: func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }}, []string{"--timeout", "3s"}, 1,
			[]string{"✗ boot/first-load", "page/loads (must)", "GET /page gave no answer as long as standin waited.", "? nav/push", "scenarios were not played, for the reason that boot/first-load gives"}},
		{"page that redirects for ever", badApp{page: func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "/page?again="+r.FormValue("again")+"x", http.StatusFound)
		}}, []string{"--timeout", "10s"}, 1,
			[]string{"✗ boot/first-load", "page/loads (must)", "it redirects for ever"}},
		{"page that says 500", badApp{page: func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "oops", http.StatusInternalServerError) }}, nil, 1,
			[]string{"✗ boot/first-load", "GET /page answered 500 Internal Server Error (text/plain;", "charset=utf-8): “oops”.", "The descriptor says authentication: none"}},
		{"page that proves nothing", badApp{page: hello}, []string{"--scenario", "boot"}, 4,
			[]string{"? boot/first-load", "authentication: none: host and app"}},
		{"page that opens an alert", badApp{page: func(w http.ResponseWriter, _ *http.Request) {
			fmt.Fprint(w, `<!DOCTYPE html><button onclick="alert('now'); fetch('/api/items')">Items</button><script>alert('hello'); confirm('sure?')</script>`)
		}}, []string{"--scenario", "boot", "--verbose"}, 4, []string{"authentication: none: host and app", `the page opened alert("hello"); standin dismissed it`}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			base := tc.app.serve(t)
			s := start(t, append([]string{"run", "--app", base}, tc.args...)...)
			if code := s.code(); code != tc.code {
				t.Errorf("exit code %d, want %d", code, tc.code)
			}
			for _, want := range tc.says {
				if want = strings.ReplaceAll(want, "BASE", base); !strings.Contains(s.stderr.String(), want) {
					t.Errorf("it does not say %q:\n%s", want, s.stderr.String())
				}
			}
		})
	}
}

// TestNoApp: nothing answers, or nothing can be started.
func TestNoApp(t *testing.T) {
	needBrowser(t)
	app := "http://localhost:" + freePort(t)
	taken := badApp{}.serve(t)
	for _, tc := range []struct {
		name string
		args []string
		code int
		says string
	}{
		{"nothing answers", []string{"--app", app}, 2, "standin: descriptor: the app does not answer: "},
		{"not here", []string{"--app", "http://example.test"}, 2, "standin: descriptor: not an address of this machine: http://example.test; run the app on this machine"},
		{"no such command", []string{"--app", app, "--", "no-such-command"}, 2, "standin: the app's command: "},
		{"command that ends", []string{"--app", app, "--", "/bin/sh", "-c", "echo sorry; exit 7"}, 2,
			"standin: the app's command ended before its descriptor answered (exit status 7); it printed:\nsorry"},
		{"address taken", []string{"--app", taken, "--", "/bin/sh", "-c", "exit"}, 2, "answers at " + strings.TrimPrefix(taken, "http://") + " already: stop it"},
		{"no browser", []string{"--app", taken, "--browser", "/nonexistent"}, 3, "no Chromium found: --browser names \"/nonexistent\""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s := start(t, append([]string{"run"}, tc.args...)...)
			if code := s.code(); code != tc.code || !strings.Contains(s.stderr.String(), tc.says) {
				t.Errorf("exit code %d, want %d, and %q; it said\n%s", code, tc.code, tc.says, s.stderr.String())
			}
		})
	}
}
