package fakehost_test

import (
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/standin-dev/standin/fakehost"
	"github.com/standin-dev/standin/fakehost/token"
)

// unstable are the parts of a page that every run makes anew.
var unstable = []struct {
	part *regexp.Regexp
	name string
}{
	{regexp.MustCompile(`eyJ[\w-]+\.[\w-]+\.[\w-]+`), "TOKEN"},
	{regexp.MustCompile(`(xdm_c=channel-com\.example\.fake__\w+?)\d{19}`), "${1}DIGITS"},
	{regexp.MustCompile(`"secret":"[0-9a-f]{32}"`), `"secret":"SECRET"`},
	{regexp.MustCompile(`(com\.example\.fake__\w+?__)[0-9a-f]{1,8}`), "${1}RANDOM"},
}

// styles are the same on all pages, and are left out of their golden files but for one.
var styles = regexp.MustCompile(`(?s)<style>.*?</style>`)

// withStyles is the golden file that has them.
const withStyles = "jira-start.html"

// wantGolden compares a page with its golden file.
func wantGolden(t *testing.T, file, page string, origins ...string) {
	t.Helper()
	page = strings.NewReplacer(origins...).Replace(page)
	if file != withStyles {
		page = styles.ReplaceAllString(page, "<style>...</style>")
	}
	for _, u := range unstable {
		page = u.part.ReplaceAllString(page, u.name)
	}
	path := filepath.Join("testdata", file)
	if *update {
		if err := os.WriteFile(path, []byte(page), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v: run the test with -update to make it", err)
	}
	if diff := cmp.Diff(string(want), page); diff != "" {
		t.Errorf("%s differs from the page (-want +got); run with -update if that is right:\n%s", path, diff)
	}
}

func TestPagesAsGoldens(t *testing.T) {
	t.Parallel()
	for _, product := range []fakehost.Product{fakehost.Jira, fakehost.Confluence} {
		host, app, _ := installed(t, &fakehost.Server{Product: product})
		origins := []string{
			url.QueryEscape(host.Origin()), "SITE-ENCODED", host.Origin(), "SITE", app.URL, "APP",
		}
		base := host.BaseURL()
		for file, target := range map[string]string{
			"page.html":    pageOf(t, host, app, "items"),
			"start.html":   base + "/",
			"missing.html": base + "/plugins/servlet/ac/com.example.fake/nothing",
		} {
			page := ask(t, "GET", target, "", "Accept", "text/html")
			wantGolden(t, string(product)+"-"+file, page.body, origins...)
			for _, foreign := range []string{`src="http`, `src="//`, `href="http`, "@import"} {
				if strings.Contains(page.body, foreign) {
					t.Errorf("%s loads something from elsewhere: %s", file, foreign)
				}
			}
		}
	}
}

func TestPageMissing(t *testing.T) {
	t.Parallel()
	host, _, _ := installed(t, &fakehost.Server{})
	for path, want := range map[string]string{
		"/plugins/servlet/ac/com.example.fake/nothing": "The app &#34;com.example.fake&#34; has no module &#34;nothing&#34; that shows an iframe.",
		"/plugins/servlet/ac/com.other/items":          "No app with the key &#34;com.other&#34; is installed here.",
		"/plugins/servlet/ac/%3Cb%3E/items":            "No app with the key &#34;&lt;b&gt;&#34; is installed here.",
		"/secure/Nothing.jspa":                         "This stand-in has no page at this address; the product may have one.",
		"/browse/1-x":                                  "There is nothing here by that name",
	} {
		page := ask(t, "GET", host.Origin()+path, "", "Accept", "text/html")
		if page.status != 404 || !strings.Contains(page.body, want) {
			t.Errorf("GET %s: status %d, want 404 and %q in:\n%s", path, page.status, want, page.body)
		}
	}
}

func TestPageConfig(t *testing.T) {
	t.Parallel()
	host, app, _ := installed(t, &fakehost.Server{
		Product: fakehost.Confluence, ContextCache: 5 * time.Second, Site: "127.0.0.1",
		User: fakehost.User{AccountID: "me", FullName: "Me", TimeZone: "Europe/Berlin"},
	})
	host.SetConditions(fakehost.Conditions{GetToken: fakehost.GetTokenHang})
	page, c, e := openPage(t, pageOf(t, host, app, "items"))
	wantEqual(t, "secret", c.Secret, host.Secret())
	c.Secret, c.Extensions = "", nil
	wantEqual(t, "config", c, config{
		Product: "confluence", ContextPath: "/wiki", JournalURL: "/_standin/journal",
		ResolverURL: "/wiki/plugins/servlet/ac/com.example.fake/items", GetToken: "hang",
		ContextCacheMs: 5000, ClockSkewSeconds: 60,
		User: map[string]any{"atlassianAccountId": "me", "accountType": "atlassian", "fullName": "Me", "timeZone": "Europe/Berlin", "locale": "en_US"},
	})
	structured := map[string]any{
		"license": map[string]any{"active": true}, "confluence": map[string]any{}, "url": map[string]any{"displayUrl": host.BaseURL()},
	}
	raw := e.contextJWT()
	delete(e.Options, "contextJwt")
	wantEqual(t, "options", e.Options, map[string]any{
		"globalOptions": map[string]any{}, "hostOrigin": host.Origin(), "autoresize": true, "isFullPage": true,
		"productContext": map[string]any{}, "structuredContext": structured,
		"user":    map[string]any{"timeZone": "Europe/Berlin", "fullName": "Me", "uid": "me", "ukey": "me"},
		"history": map[string]any{"state": ""}, "contextPath": "/wiki", "origin": app.URL,
		"moduleType": "generalPages", "moduleLocation": "system.top.navigation.bar",
		"apiMigrations": map[string]any{"context-qsh": true, "signed-install": true},
		"sandbox": "allow-downloads allow-forms allow-modals allow-popups allow-popups-to-escape-sandbox allow-scripts " +
			"allow-same-origin allow-top-navigation-by-user-activation allow-storage-access-by-user-activation",
	})
	parsed, err := token.Parse(raw)
	if err != nil {
		t.Fatal(err)
	}
	wantEqual(t, "qsh of the context token", parsed.Claims.QSH, token.ContextQSH)
	wantEqual(t, "context of the context token", parsed.Claims.Context, structured)
	wantEqual(t, "sub of the context token", parsed.Claims.Subject, "me")
	if !strings.Contains(page.body, `<div id="embedded-`+e.ExtensionID+`" class="ap-iframe-container">`) {
		t.Error("the page has no container for its extension")
	}
	if policy := page.header.Get("Content-Security-Policy"); !strings.Contains(policy, "frame-src http:") {
		t.Errorf("the page's policy hinders the frame: %q", policy)
	}
}

func TestPageContextByModule(t *testing.T) {
	t.Parallel()
	host := startHost(t, &fakehost.Server{})
	app := newFakeApp(t, host)
	app.extra = `, "jiraIssueContents": [{"key": "panel", "name": {"value": "P"}, "target": {"type": "web_panel", "url": "/panel"}}],
		"webPanels": [{"key": "right", "name": {"value": "R"}, "url": "/r", "location": "atl.jira.view.issue.right.context", "layout": {"width": "10px", "height": "20px"}}],
		"jiraProjectPages": [{"key": "project", "name": {"value": "P"}, "url": "/p"}]`
	if _, err := host.Install(testContext(t), app.descriptor(t), fakehost.InstallOptions{}); err != nil {
		t.Fatal(err)
	}
	project := map[string]any{"id": "10000", "key": "DEMO"}
	issue := map[string]any{"id": "10001", "key": "DEMO-1", "issuetype": map[string]any{"id": "10002"}}
	for key, want := range map[string]map[string]any{
		"items": {}, "project": {"project": project},
		"panel": {"project": project, "issue": issue},
		"right": {"project": project, "issue": issue},
		// Its URL asks for an issue, so it is shown on one.
		"asks": {"project": project, "issue": issue},
	} {
		_, _, e := openPage(t, pageOf(t, host, app, key))
		structured := e.Options["structuredContext"].(map[string]any)
		wantEqual(t, "context of "+key, structured["jira"], any(want))
		if key == "right" {
			wantEqual(t, "size", []any{e.Options["width"], e.Options["height"]}, []any{"10px", "20px"})
		}
	}
}

func TestPageIsSafeFromNames(t *testing.T) {
	t.Parallel()
	host := startHost(t, &fakehost.Server{User: fakehost.User{FullName: "</script><script>alert(1)</script>"}})
	app := newFakeApp(t, host)
	app.name = `<img src=x onerror=alert(2)>`
	if _, err := host.Install(testContext(t), app.descriptor(t), fakehost.InstallOptions{}); err != nil {
		t.Fatal(err)
	}
	page, c, _ := openPage(t, pageOf(t, host, app, "items")+"?ac.x=</script><script>alert(3)</script>")
	start := ask(t, "GET", host.BaseURL()+"/", "")
	for _, bad := range []string{"<script>alert", "<img"} {
		if strings.Contains(page.body+start.body, bad) {
			t.Errorf("a page holds %s as markup", bad)
		}
	}
	wantEqual(t, "name in the config", c.User["fullName"], any("</script><script>alert(1)</script>"))
}

func TestAnonymous(t *testing.T) {
	t.Parallel()
	host, app, _ := installed(t, &fakehost.Server{User: fakehost.User{Anonymous: true}})
	_, c, e := openPage(t, pageOf(t, host, app, "items"))
	if c.User != nil || e.Options["user"] != nil {
		t.Errorf("nobody is logged in, but the page knows %v and %v", c.User, e.Options["user"])
	}
	parsed, err := token.Parse(e.contextJWT())
	if err != nil {
		t.Fatal(err)
	}
	if _, has := parsed.Payload["sub"]; has {
		t.Error("the token of nobody has a sub")
	}
	wantEqual(t, "status of myself", ask(t, "GET", host.BaseURL()+"/rest/api/3/myself", "").status, 401)
}

func TestScripts(t *testing.T) {
	t.Parallel()
	host := startHost(t, &fakehost.Server{AllJS: []byte("/* given */")})
	for path, want := range map[string]string{
		"/_standin/all.js": "/* given */", "/atlassian-connect/all.js": "/* given */", "/_standin/host.js": "standinHost",
	} {
		script := ask(t, "GET", host.Origin()+path, "")
		if script.status != 200 || !strings.Contains(script.body, want) || !strings.HasPrefix(script.header.Get("Content-Type"), "text/javascript") {
			t.Errorf("GET %s: status %d, type %s", path, script.status, script.header.Get("Content-Type"))
		}
	}
	own := &fakehost.Server{}
	if len(own.AllJSSource()) < 1000 {
		t.Error("the built-in all.js is missing")
	}
}
