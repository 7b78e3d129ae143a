package descriptor_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/standin-dev/standin/fakehost/descriptor"
)

// serve starts an app that answers by path; BASE in an answer becomes its base URL.
func serve(t *testing.T, answers map[string]string) *httptest.Server {
	t.Helper()
	var server *httptest.Server
	server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		answer, ok := answers[r.URL.RequestURI()]
		to, redirect := strings.CutPrefix(answer, "-> ")
		switch {
		case !ok:
			http.NotFound(w, r)
		case redirect:
			http.Redirect(w, r, strings.ReplaceAll(to, "BASE", server.URL), http.StatusFound)
		default:
			fmt.Fprint(w, strings.ReplaceAll(answer, "BASE", server.URL))
		}
	}))
	t.Cleanup(server.Close)
	return server
}

var sound = with(map[string]string{"baseUrl": `"BASE"`})

func TestFetch(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name    string
		answers map[string]string
		app     string // after the server's base URL
	}{
		{"base URL", map[string]string{"/atlassian-connect.json": sound}, ""},
		{"base URL with a slash", map[string]string{"/atlassian-connect.json": sound}, "/"},
		{"base URL with a path", map[string]string{"/app/atlassian-connect.json": sound}, "/app/"},
		{"base URL with a query", map[string]string{"/app/atlassian-connect.json": sound}, "/app?x=1#y"},
		{"the descriptor's URL", map[string]string{"/connect.json?env=dev": sound}, "/connect.json?env=dev"},
		{"the descriptor's URL without .json", map[string]string{"/descriptor?env=dev": sound}, "/descriptor?env=dev"},
		{"the front page swallows all paths", map[string]string{"/d/atlassian-connect.json": "<html>", "/d": sound}, "/d"},
		{"redirected", map[string]string{"/atlassian-connect.json": "-> BASE/real", "/real": sound}, ""},
		{"byte order mark", map[string]string{"/atlassian-connect.json": "\ufeff" + sound}, ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			server := serve(t, tc.answers)
			for _, app := range []string{server.URL + tc.app, strings.TrimPrefix(server.URL, "http://") + tc.app, " " + server.URL + tc.app + "\n"} {
				d, err := descriptor.Fetch(t.Context(), server.Client(), app)
				if err != nil || d.BaseURL != server.URL || len(d.Warnings) > 0 {
					t.Errorf("Fetch(%q) = %+v, %v", app, d, err)
				}
			}
		})
	}
}

func TestFetchErrors(t *testing.T) {
	t.Parallel()
	const path = "/atlassian-connect.json"
	for _, tc := range []struct {
		name    string
		answers map[string]string
		want    error
		text    string
	}{
		{"nothing there", nil, descriptor.ErrStatus, path + " answered 404 Not Found"},
		{"a page", map[string]string{path: "<html>\n  <title>Hi</title>", "/": "<html>"}, descriptor.ErrNotJSON, path + ` gave "<html> <title>Hi</title>": line 1`},
		{"empty", map[string]string{path: ""}, descriptor.ErrNotJSON, "gave nothing"},
		{"a list", map[string]string{path: "[]"}, descriptor.ErrNotJSON, "not a JSON object"},
		{"a comma too many", map[string]string{path: "{\n\"key\":\"a\",\n}"}, descriptor.ErrNotJSON, "line 3"},
		{"too large", map[string]string{path: sound + strings.Repeat(" ", 4<<20)}, descriptor.ErrNotJSON, "more than 4 MiB"},
		{"invalid", map[string]string{path: "{}"}, descriptor.ErrInvalid, "\n  key: must be there"},
		{"redirected away", map[string]string{path: "-> http://example.com/x.json"}, descriptor.ErrNotLoopback, "http://example.com"},
		{"redirected in a circle", map[string]string{path: "-> BASE" + path}, descriptor.ErrUnreachable, "more than 5 redirects"},
		{"lives elsewhere", map[string]string{path: with(map[string]string{"baseUrl": `"https://app.example.com"`})}, descriptor.ErrNotLoopback, "baseUrl"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			server := serve(t, tc.answers)
			d, err := descriptor.Fetch(t.Context(), server.Client(), server.URL)
			if d != nil || !errors.Is(err, tc.want) || !strings.Contains(err.Error(), tc.text) || !strings.HasPrefix(err.Error(), "descriptor: ") {
				t.Errorf("Fetch() = %+v, %v, want %v with %q", d, err, tc.want, tc.text)
			}
		})
	}
}

func TestFetchAddresses(t *testing.T) {
	t.Parallel()
	// A client that must not be used: these addresses are refused before anything is sent.
	client := &http.Client{Transport: roundTripper(func(r *http.Request) (*http.Response, error) {
		t.Errorf("a request left for %s", r.URL)
		return nil, errors.New("no")
	})}
	for app, want := range map[string]error{
		"https://example.com":         descriptor.ErrNotLoopback,
		"http://192.168.0.1:3000":     descriptor.ErrNotLoopback,
		"http://0.0.0.0:3000":         descriptor.ErrNotLoopback,
		"http://localhost.example":    descriptor.ErrNotLoopback,
		"http://127.0.0.1.example":    descriptor.ErrNotLoopback,
		"http://localhost@example.de": descriptor.ErrNotLoopback,
		"example.com":                 descriptor.ErrNotLoopback,
		"":                            descriptor.ErrBadURL,
		"/path":                       descriptor.ErrBadURL,
		"ftp://localhost":             descriptor.ErrBadURL,
		"http://[::1":                 descriptor.ErrBadURL,
		"file:///etc/x.json":          descriptor.ErrBadURL,
	} {
		if d, err := descriptor.Fetch(t.Context(), client, app); d != nil || !errors.Is(err, want) {
			t.Errorf("Fetch(%q) = %+v, %v, want %v", app, d, err, want)
		}
	}
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func TestFetchUnreachable(t *testing.T) {
	t.Parallel()
	// Port 1 (tcpmux) is not one that the system hands out: a port that was free a moment ago may be somebody's by now.
	_, err := descriptor.Fetch(t.Context(), nil, "http://127.0.0.1:1")
	if !errors.Is(err, descriptor.ErrUnreachable) || !strings.Contains(err.Error(), "start the app") {
		t.Errorf("Fetch() = %v, want ErrUnreachable and what to do", err)
	}
}

func TestFetchObeysItsContext(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		cancel()
		<-r.Context().Done()
	}))
	t.Cleanup(server.Close)
	if _, err := descriptor.Fetch(ctx, server.Client(), server.URL); !errors.Is(err, context.Canceled) || !errors.Is(err, descriptor.ErrUnreachable) {
		t.Errorf("Fetch() = %v, want it cancelled", err)
	}
}

func TestFetchBrokenAnswer(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "100")
		fmt.Fprint(w, "{")
	}))
	t.Cleanup(server.Close)
	if _, err := descriptor.Fetch(t.Context(), server.Client(), server.URL); !errors.Is(err, descriptor.ErrUnreachable) || !strings.Contains(err.Error(), "broke off") {
		t.Errorf("Fetch() = %v, want an answer that broke off", err)
	}
}

// TestFetchKeepsTheClient: the caller's own rule for redirects holds as well, and the client is not changed.
func TestFetchKeepsTheClient(t *testing.T) {
	t.Parallel()
	server := serve(t, map[string]string{"/atlassian-connect.json": "-> BASE/real", "/real": sound})
	var asked []string
	client := &http.Client{CheckRedirect: func(next *http.Request, _ []*http.Request) error {
		asked = append(asked, next.URL.Path)
		return nil
	}}
	if _, err := descriptor.Fetch(t.Context(), client, server.URL); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"/real"}, asked); diff != "" {
		t.Errorf("redirects that the client was asked about (-want +got):\n%s", diff)
	}
}

// TestFetchWarnsOfTheOtherName: the app says localhost, but was named by its address.
func TestFetchWarnsOfTheOtherName(t *testing.T) {
	t.Parallel()
	var base string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, strings.ReplaceAll(sound, "BASE", base))
	}))
	t.Cleanup(server.Close)
	base = strings.Replace(server.URL, "127.0.0.1", "localhost", 1)
	d, err := descriptor.Fetch(t.Context(), server.Client(), server.URL)
	if err != nil || d.BaseURL != base || len(d.Warnings) != 1 || d.Warnings[0].Field != "baseUrl" {
		t.Errorf("Fetch() = %+v, %v, want the base URL %s and a warning", d, err, base)
	}
}

// A base URL that leads nowhere on this machine is a name of what answers, where that is
// wanted, and requests for it go there.
func TestFetchNamed(t *testing.T) {
	t.Parallel()
	var asked []string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked = append(asked, r.Host+" "+r.Header.Get("X-Forwarded-Proto")+" "+r.URL.Path)
		_, _ = io.WriteString(w, `{"key": "app", "baseUrl": "https://app.example.com", "authentication": {"type": "none"}, "modules": {}}`)
	}))
	t.Cleanup(server.Close)
	d, err := descriptor.FetchNamed(t.Context(), server.Client(), server.URL, "")
	if err != nil {
		t.Fatal(err)
	}
	if d.Local != server.URL || d.Alias() != "https://app.example.com" || len(d.Warnings) > 0 {
		t.Errorf("local %s, alias %s, warnings %v", d.Local, d.Alias(), d.Warnings)
	}
	if d, err = descriptor.FetchNamed(t.Context(), server.Client(), server.URL, "https://app.example.com/"); err != nil || d.Local != server.URL {
		t.Fatalf("%v, %v", d, err)
	}
	if _, err := descriptor.FetchNamed(t.Context(), server.Client(), server.URL, "https://other.example.com"); !errors.Is(err, descriptor.ErrOtherName) {
		t.Errorf("another name: %v", err)
	}
	client := &http.Client{Transport: d.Through(server.Client().Transport)}
	for _, address := range []string{"https://app.example.com/x", server.URL + "/y"} {
		answer, err := client.Get(address)
		if err != nil {
			t.Fatal(err)
		}
		answer.Body.Close()
	}
	here := strings.TrimPrefix(server.URL, "http://")
	want := []string{
		here + "  /atlassian-connect.json", "app.example.com https /atlassian-connect.json", "other.example.com https /atlassian-connect.json",
		"app.example.com https /x", here + "  /y",
	}
	if diff := cmp.Diff(want, asked); diff != "" {
		t.Errorf("asked (-want +got):\n%s", diff)
	}
}
