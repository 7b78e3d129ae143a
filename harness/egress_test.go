package harness

import (
	"context"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/standin-dev/standin/fixtures/ace"
	"github.com/standin-dev/standin/harness/probe"
	"github.com/standin-dev/standin/harness/report"
)

// An app of atlassian-connect-express in production mode takes a site of
// *.atlassian.net and nothing else, and the key of its install from Atlassian's
// server by TLS. It refuses the host at a loopback address, and is installed and runs,
// unmodified, on a site with such a name, in a frame of that site.
func TestACEInProductionByEgress(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()
	dir, err := ace.Prepare(ctx)
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("NODE_ENV", "production")
	t.Setenv("FORM", string(ace.Sound))
	t.Setenv("CONNECT_KEYS_CDN_URL", "http://127.0.0.1:1") // of the caller's shell; it must not win
	t.Setenv("TMPDIR", t.TempDir())
	sc := later(16 * time.Minute)
	play, page := sc.Play, ""
	sc.Play = func(ctx context.Context, s *Stage) error {
		err := play(ctx, s)
		if document := s.firstDocument(); document != nil {
			page = document.URL
		}
		return err
	}
	r, err := Run(ctx, Config{
		App: "http://127.0.0.1:" + freePort(t), Command: ace.Command(dir), Dir: dir, Use: shared,
		Egress: true, KeysByEgress: true, Probes: ProbesAll,
	}, []Scenario{sc, asking(probe.OtherTenant), asking(probe.InstallUnsigned), asking(probe.UninstallUnsigned)})
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range r.Scenarios[1:] {
		if s.Verdict != report.Pass || s.Judged == 0 || len(s.Notes) > 0 {
			t.Errorf("%s: %s (%s), %d questions, notes %q: is the second site one that it takes?", s.ID, s.Verdict, s.Reason, s.Judged, s.Notes)
		}
	}
	if s := r.Scenarios[0]; s.Verdict != report.Pass || s.Judged == 0 {
		t.Errorf("verdict %s (%s) %v, %d judged", s.Verdict, s.Reason, s.Findings, s.Judged)
	}
	site := r.Host.BaseURL
	if !strings.HasPrefix(site, "https://standin-site-") || !strings.HasSuffix(site, ".atlassian.net") {
		t.Errorf("the site is %s", site)
	}
	if !strings.Contains(page, "xdm_e="+url.QueryEscape(site)+"&") {
		t.Errorf("the app's page is %s", page)
	}
	told := slices.ContainsFunc(r.Notes, func(n string) bool {
		return strings.HasPrefix(n, "site: the app refused its install from http://localhost:") && strings.Contains(n, "with 401") && strings.Contains(n, "and took it from "+site)
	})
	if !told {
		t.Errorf("no note tells why: %q", r.Notes)
	}
	fetched := slices.ContainsFunc(r.Notes, func(n string) bool {
		return strings.HasPrefix(n, "egress: the app's back end called: GET asap-distribution.us-west-2.prod.atl-asap.net/") &&
			strings.Contains(n, " answered 200")
	})
	if !fetched {
		t.Errorf("no note tells that the key was fetched by the proxy: %q", r.Notes)
	}
	if left, err := filepath.Glob(filepath.Join(os.TempDir(), "standin-egress-*")); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v %v", left, err)
	}
}

// asking is the scenario of a probe.
func asking(p probe.Probe) Scenario {
	return Scenario{ID: p.ID, Title: p.Title, Play: func(ctx context.Context, s *Stage) error { return s.Verify(ctx, p) }}
}

// Settings that cannot work are told before anything starts.
func TestEgressSettings(t *testing.T) {
	t.Parallel()
	const app = "http://127.0.0.1:1"
	for _, test := range []struct {
		cfg  Config
		want string
	}{
		{Config{App: app, Egress: true}, "egress: an app that runs already"},
		{Config{App: app, Site: "acme.example"}, `site: the browser cannot be led to the site: "https://acme.example" is none of *.atlassian.net`},
		{Config{App: app, KeysByEgress: true}, "keys by egress: there is no egress proxy"},
		{Config{App: app, Site: "localhost", Egress: true, Command: []string{"no such command"}}, `"https://localhost" is none of *.atlassian.net`},
	} {
		test.cfg.Use = shared
		if _, err := Run(t.Context(), test.cfg, nil); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("error %v; want %s", err, test.want)
		}
	}
}

// What the run insists on wins over the caller's environment; the rest does not.
func TestAppEnvironment(t *testing.T) {
	t.Setenv("HTTPS_PROXY", "http://theirs")
	t.Setenv("CONNECT_KEYS_CDN_URL", "http://theirs")
	t.Setenv("AC_OPTS", "theirs")
	env := appEnvironment("http://localhost:3000", map[string]string{
		"HTTPS_PROXY": "http://ours", "CONNECT_KEYS_CDN_URL": "", "AC_OPTS": "ours",
	})
	last := map[string]string{}
	for _, pair := range env {
		name, value, _ := strings.Cut(pair, "=")
		last[name] = value
	}
	if last["HTTPS_PROXY"] != "http://ours" || last["CONNECT_KEYS_CDN_URL"] != "" || last["AC_OPTS"] != "theirs" || last["PORT"] != "3000" {
		t.Errorf("environment: %v", last)
	}
}
