package fakehost_test

import (
	"context"
	"encoding/json"
	"flag"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/standin-dev/standin/fakehost"
	"github.com/standin-dev/standin/fakehost/descriptor"
)

var update = flag.Bool("update", false, "write the golden files anew")

// bound is how long a test waits for what should come at once.
const bound = 10 * time.Second

// client shares no connections with other tests: when one of them closes its
// server, httptest closes the idle connections of the default client, and a request
// that is just beginning on one of them fails.
var client = &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}

func testContext(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), bound)
	t.Cleanup(cancel)
	return ctx
}

// startHost starts a host, and closes it when the test ends.
func startHost(t *testing.T, s *fakehost.Server) *fakehost.Server {
	t.Helper()
	if err := s.Start(); err != nil {
		t.Fatalf("Start: %v", err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
	})
	return s
}

// installed starts a host with an app on it.
func installed(t *testing.T, s *fakehost.Server) (*fakehost.Server, *fakeApp, *fakehost.Tenant) {
	t.Helper()
	startHost(t, s)
	app := newFakeApp(t, s)
	tenant, err := s.Install(testContext(t), app.descriptor(t), fakehost.InstallOptions{})
	if err != nil {
		t.Fatalf("Install: %v", err)
	}
	return s, app, tenant
}

// answer is an HTTP response, read.
type answer struct {
	status int
	header http.Header
	body   string
}

// ask sends a request with headers given as alternating names and values.
func ask(t *testing.T, method, target, body string, headers ...string) answer {
	t.Helper()
	request, err := http.NewRequestWithContext(testContext(t), method, target, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(headers); i += 2 {
		if headers[i] == "Host" {
			request.Host = headers[i+1]
			continue
		}
		request.Header.Set(headers[i], headers[i+1])
	}
	response, err := client.Do(request)
	if err != nil {
		t.Fatalf("%s %s: %v", method, target, err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatalf("%s %s: read body: %v", method, target, err)
	}
	return answer{response.StatusCode, response.Header, string(text)}
}

// askForm posts a form.
func askForm(t *testing.T, target string, form url.Values, headers ...string) answer {
	t.Helper()
	return ask(t, "POST", target, form.Encode(), append(headers, "Content-Type", "application/x-www-form-urlencoded")...)
}

// config is the page's config as host.js would read it, as far as tests look.
type config struct {
	Product, ContextPath, Secret, JournalURL, ResolverURL, GetToken string

	ContextCacheMs   int64
	ClockSkewSeconds int
	User             map[string]any
	Extensions       []extension
}

type extension struct {
	AddonKey    string `json:"addon_key"`
	Key         string
	ExtensionID string `json:"extension_id"`
	URL         string
	ModuleType  string
	Options     map[string]any
}

func (e extension) contextJWT() string {
	raw, _ := e.Options["contextJwt"].(string)
	return raw
}

var configScript = regexp.MustCompile(`(?s)<script type="application/json" id="standin-page">(.*?)</script>`)

// openPage gets a module's page and reads its config.
func openPage(t *testing.T, target string, headers ...string) (answer, config, extension) {
	t.Helper()
	page := ask(t, "GET", target, "", headers...)
	if page.status != 200 {
		t.Fatalf("GET %s: status %d: %s", target, page.status, page.body)
	}
	match := configScript.FindStringSubmatch(page.body)
	if match == nil {
		t.Fatalf("the page has no config:\n%s", page.body)
	}
	var c config
	if err := json.Unmarshal([]byte(match[1]), &c); err != nil {
		t.Fatalf("the page's config: %v:\n%s", err, match[1])
	}
	if len(c.Extensions) != 1 {
		t.Fatalf("the page has %d extensions, want 1", len(c.Extensions))
	}
	return page, c, c.Extensions[0]
}

// pageOf is the URL of the page of a module, which must exist.
func pageOf(t *testing.T, s *fakehost.Server, app *fakeApp, key string) string {
	t.Helper()
	return s.PageURL(app.module(t, key))
}

func (a *fakeApp) module(t *testing.T, key string) descriptor.Module {
	t.Helper()
	m, err := a.descriptor(t).Module(key)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// kinds lists the kinds of entries.
func kinds(entries []fakehost.Entry) []fakehost.EntryKind {
	var list []fakehost.EntryKind
	for _, e := range entries {
		list = append(list, e.Kind)
	}
	return list
}

func wantEqual[T any](t *testing.T, what string, got, want T) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s differs (-want +got):\n%s", what, diff)
	}
}
