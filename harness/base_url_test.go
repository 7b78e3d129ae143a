package harness

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/standin-dev/standin/fixtures/apps"
	"github.com/standin-dev/standin/harness/probe"
	"github.com/standin-dev/standin/harness/report"
)

// famous is a sound sample whose base URL is built in.
type famous struct {
	*httptest.Server
	keys string

	mu  sync.Mutex
	saw map[string]bool // by which address it was asked
}

const itsName = "https://jira.example.com"

func newFamous(t *testing.T) *famous {
	t.Helper()
	f := &famous{saw: map[string]bool{}}
	sample, _ := apps.ByName("interceptor")
	app := sample.New(apps.Options{BaseURL: func() string { return itsName }, KeysURL: func() string { return f.keys }})
	f.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/atlassian-connect.json" {
			f.mu.Lock()
			f.saw[r.Header.Get("X-Forwarded-Proto")+"://"+r.Host+" "+r.Header.Get("X-Forwarded-Host")] = true
			f.mu.Unlock()
		}
		app.ServeHTTP(w, r)
	}))
	t.Cleanup(func() { f.CloseClientConnections(); f.Close() })
	return f
}

func (f *famous) run(t *testing.T, base string) (*report.Report, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	return Run(ctx, Config{App: f.URL, BaseURL: base, Use: shared, Started: func(env map[string]string) error {
		f.keys = env["CONNECT_KEYS_CDN_URL"]
		return nil
	}}, []Scenario{later(16 * time.Minute), asking(probe.WrongKey)})
}

// An app that is known by another name than the address where it answers is installed,
// shown and asked by its name, which leads to it.
func TestAppWithAName(t *testing.T) {
	f := newFamous(t)
	r, err := f.run(t, "")
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range r.Scenarios {
		if s.Verdict != report.Pass || s.Judged == 0 {
			t.Errorf("%s: %s (%s) %v, %d judged", s.ID, s.Verdict, s.Reason, s.Findings, s.Judged)
		}
	}
	if diff := cmp.Diff(map[string]bool{itsName + " jira.example.com": true}, f.saw); diff != "" {
		t.Errorf("it was asked by (-want +got):\n%s", diff)
	}
	note := func(n string) bool {
		return strings.HasPrefix(n, "baseUrl: the app's descriptor says "+itsName+"; standin takes that for a name of the app at "+f.URL)
	}
	if r.App.BaseURL != itsName || !slices.ContainsFunc(r.Notes, note) {
		t.Errorf("the app is at %s; notes %q", r.App.BaseURL, r.Notes)
	}
	if len(r.Outside) > 0 {
		t.Errorf("kept in: %v", r.Outside)
	}
}

// A name that is not the app's, or is none, is an error before anything is installed.
func TestBadBaseURL(t *testing.T) {
	t.Parallel()
	f := newFamous(t)
	for base, want := range map[string]string{
		"https://other.example.com":   "it says https://jira.example.com, and not https://other.example.com; start the app with",
		"jira.example.com":            `baseUrl: "jira.example.com" is no base URL; write it as https://jira.example.com`,
		"https://x@jira.example.com":  "is no base URL",
		"https://acme.atlassian.net/": "the names below atlassian.net are those of sites",
	} {
		if _, err := f.run(t, base); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v; want %q", base, err, want)
		}
	}
}

// The command line that repeats a question goes to where the app answers.
func TestByLocal(t *testing.T) {
	t.Parallel()
	f := newFamous(t)
	r := &run{cfg: Config{App: f.URL}}
	f.keys = "http://127.0.0.1:1"
	var err error
	if r.desc, err = r.fetchDescriptor(t.Context()); err != nil {
		t.Fatal(err)
	}
	got := r.byLocal("curl -i 'https://jira.example.com/api?x=1'")
	if want := fmt.Sprintf("curl -i -H 'Host: jira.example.com' -H 'X-Forwarded-Proto: https' '%s/api?x=1'", f.URL); got != want {
		t.Errorf("%s; want %s", got, want)
	}
	for target, want := range map[string]string{"jira.example.com:443": f.URL, "JIRA.example.com:443": f.URL, "jira.example.com:80": "", "x.jira.example.com:443": "", "localhost:443": ""} {
		if got := r.named(target); got != want {
			t.Errorf("%s leads to %q, want %q", target, got, want)
		}
	}
}
