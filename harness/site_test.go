package harness

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/standin-dev/standin/fakehost"
	"github.com/standin-dev/standin/fixtures/apps"
	"github.com/standin-dev/standin/harness/browser"
	"github.com/standin-dev/standin/harness/judge"
	"github.com/standin-dev/standin/harness/report"
)

// wantsAtlassian stands before everything else in the page of an app: it looks at all
// that tells a page who its host is, and sends what it saw to the back end. A page
// whose host is not a site of atlassian.net goes no further.
const wantsAtlassian = `<script>
const query = new URLSearchParams(location.search);
const options = JSON.parse(window.name || '{}');
const saw = {
	xdm_e: query.get('xdm_e'), hostOrigin: options.options?.hostOrigin, origin: options.origin,
	ancestor: location.ancestorOrigins[0], referrer: document.referrer, secure: String(isSecureContext),
};
fetch('/saw?' + new URLSearchParams(saw));
if (!/^https:\/\/[a-z0-9-]+\.atlassian\.net$/.test(saw.xdm_e || '')) window.stop();
</script>
<script type="module">
AP.getLocation((location) => fetch('/saw?' + new URLSearchParams({ location })));
AP.request('/rest/api/3/serverInfo').then((answer) => fetch('/saw?' + new URLSearchParams({ baseUrl: JSON.parse(answer.body).baseUrl })));
</script>`

// picky is a sound sample that insists on its host's name, and what its page saw.
type picky struct {
	*httptest.Server
	keys string
	saw  chan map[string]string
	// framers is the frame-ancestors of all that it answers; "" is no such policy.
	framers string
}

func newPicky(t *testing.T) *picky {
	p := &picky{saw: make(chan map[string]string, 100)}
	sample, _ := apps.ByName("interceptor")
	app := sample.New(apps.Options{BaseURL: func() string { return p.URL }, KeysURL: func() string { return p.keys }})
	p.Server = httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/saw" {
			saw := map[string]string{}
			for name := range r.URL.Query() {
				saw[name] = r.URL.Query().Get(name)
			}
			p.saw <- saw
			return
		}
		answer := httptest.NewRecorder()
		app.ServeHTTP(answer, r)
		body := bytes.Replace(answer.Body.Bytes(), []byte("<head>"), []byte("<head>"+wantsAtlassian), 1)
		for name, values := range answer.Header() {
			if name != "Content-Length" {
				w.Header()[name] = values
			}
		}
		if p.framers != "" {
			w.Header().Set("Content-Security-Policy", "frame-ancestors "+p.framers)
		}
		w.WriteHeader(answer.Code)
		_, _ = w.Write(body)
	}))
	p.Start()
	t.Cleanup(func() { p.CloseClientConnections(); p.Close() })
	return p
}

// told is all that the page told by now.
func (p *picky) told() map[string]string {
	all := map[string]string{}
	for {
		select {
		case saw := <-p.saw:
			for name, value := range saw {
				all[name] = value
			}
		default:
			return all
		}
	}
}

func (p *picky) run(t *testing.T, change func(*Config), before ...Scenario) *report.Report {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	cfg := Config{App: p.URL, Use: shared, Started: func(env map[string]string) error {
		p.keys = env["CONNECT_KEYS_CDN_URL"]
		return nil
	}}
	saw, err := judge.ParsePattern("/saw")
	if err != nil {
		t.Fatal(err)
	}
	cfg.Policy.Public = []judge.Pattern{saw}
	change(&cfg)
	r, err := Run(ctx, cfg, append(before, later(16*time.Minute)))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// An app that takes no host but one of atlassian.net passes where its site has such a
// name, and sees the same name wherever it looks; by the loopback address it does
// not.
func TestAppThatWantsItsSite(t *testing.T) {
	const origin = "https://picky.atlassian.net"
	p := newPicky(t)
	r := p.run(t, func(c *Config) { c.Site, c.Egress = "picky.atlassian.net", true })
	if s := r.Scenarios[0]; s.Verdict != report.Pass || s.Judged == 0 {
		t.Errorf("verdict %s (%s) %v, %d judged", s.Verdict, s.Reason, s.Findings, s.Judged)
	}
	got := p.told()
	location := got["location"]
	delete(got, "location")
	want := map[string]string{
		"xdm_e": origin, "hostOrigin": origin, "origin": origin, "ancestor": origin, "referrer": "", "secure": "true",
		"baseUrl": origin,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the page saw (-want +got):\n%s", diff)
	}
	if !strings.HasPrefix(location, origin+"/plugins/servlet/ac/standin-sample-interceptor/") {
		t.Errorf("AP.getLocation gives %s", location)
	}
	if r.Host.BaseURL != origin || slices.ContainsFunc(r.Notes, func(n string) bool { return strings.HasPrefix(n, "site:") }) {
		t.Errorf("the site is %s; notes: %q", r.Host.BaseURL, r.Notes)
	}

	r = p.run(t, func(*Config) {})
	if s := r.Scenarios[0]; s.Verdict == report.Pass {
		t.Error("the app takes a host at a loopback address: it checks nothing")
	}
}

// An app whose pages only sites of atlassian.net may frame is played on one, as it is
// in production, and the report says so.
func TestAppThatWantsToBeFramed(t *testing.T) {
	p := newPicky(t)
	p.framers = "https://*.atlassian.net https://*.jira.com"
	r := p.run(t, func(*Config) {})
	if s := r.Scenarios[0]; s.Verdict != report.Pass || s.Judged == 0 {
		t.Errorf("verdict %s (%s) %v, %d judged", s.Verdict, s.Reason, s.Findings, s.Judged)
	}
	if site := p.told()["xdm_e"]; site != r.Host.BaseURL || !strings.HasSuffix(site, ".atlassian.net") {
		t.Errorf("the page's host is %s, the report's %s", site, r.Host.BaseURL)
	}
	want := "lets https://*.atlassian.net, https://*.jira.com frame it (Content-Security-Policy: frame-ancestors)"
	if !slices.ContainsFunc(r.Notes, func(n string) bool { return strings.HasPrefix(n, "site: ") && strings.Contains(n, want) }) {
		t.Errorf("no note says %q: %q", want, r.Notes)
	}
}

// Without a command the browser finds the host by its name all the same, and the
// report says who does not.
func TestSiteWithoutEgress(t *testing.T) {
	p := newPicky(t)
	r := p.run(t, func(c *Config) { c.Site = "picky.atlassian.net" })
	if s := r.Scenarios[0]; s.Verdict != report.Pass {
		t.Errorf("verdict %s (%s) %v", s.Verdict, s.Reason, s.Findings)
	}
	const want = "site: the browser finds the host at picky.atlassian.net; the app's back end, which has no egress proxy, does not"
	if !slices.ContainsFunc(r.Notes, func(n string) bool { return strings.HasPrefix(n, want) }) {
		t.Errorf("no note says so: %q", r.Notes)
	}
}

// A browser that is started anew in the middle is led to the site as well.
func TestSiteInANewBrowser(t *testing.T) {
	p := newPicky(t)
	die := Scenario{ID: "test/die", Title: "The browser dies.", Play: func(_ context.Context, s *Stage) error { return s.run.browser.Close() }}
	r := p.run(t, func(c *Config) { c.Site, c.Use = "picky.atlassian.net", nil }, die)
	if s := r.Scenarios[1]; s.Verdict != report.Pass {
		t.Errorf("verdict %s (%s) %v", s.Verdict, s.Reason, s.Findings)
	}
}

// Two runs in one browser cannot both be one site.
func TestSiteIsTaken(t *testing.T) {
	other := &fakehost.Server{PublicURL: "https://taken.atlassian.net", PublicPages: true}
	if err := other.Start(); err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	end, err := shared.Lead(other)
	if err != nil {
		t.Fatal(err)
	}
	defer end()
	p := newPicky(t)
	_, err = Run(t.Context(), Config{App: p.URL, Use: shared, Site: "taken.atlassian.net"}, nil)
	if !errors.Is(err, browser.ErrNoSite) || !strings.Contains(err.Error(), "taken.atlassian.net is another host already") {
		t.Errorf("error %v", err)
	}
}

// serveSite is what a person sees in a browser of his own: pages by loopback, whatever
// the app is told.
func TestServeSite(t *testing.T) {
	p := newPicky(t)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	var said []string
	cfg := Config{App: p.URL, Site: "picky.atlassian.net", Started: func(env map[string]string) error {
		p.keys = env["CONNECT_KEYS_CDN_URL"]
		return nil
	}}
	cfg.Progress.Say = func(text string) { said = append(said, text) }
	var up Served
	if err := Serve(ctx, cfg, ServeOptions{Ready: func(s Served) { up = s; cancel() }}); err != nil {
		t.Fatal(err)
	}
	local := strings.TrimSuffix(up.URL, "/")
	if !strings.HasPrefix(local, "http://localhost:") {
		t.Errorf("the start page is at %s", up.URL)
	}
	want := "site: the app is told that its site is picky.atlassian.net; neither your browser nor the app's back end, which has no egress proxy, finds the host there: look at " + local
	if !slices.Contains(said, want) {
		t.Errorf("it did not say %q, but %q", want, said)
	}
}
