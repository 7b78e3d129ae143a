package fakehost_test

import (
	"strings"
	"testing"

	"github.com/standin-dev/standin/fakehost"
	"github.com/standin-dev/standin/fakehost/token"
)

// TestLifecycleForm looks at what calls have now and then in production. The app
// checks that the query hash covers the parameters.
func TestLifecycleForm(t *testing.T) {
	t.Parallel()
	host, app, tenant := installed(t, &fakehost.Server{User: fakehost.User{AccountID: "5b10a2844c20165700ede21g"}, Lifecycle: fakehost.LifecycleForm{
		ServiceEntitlementNumber: "SEN-1", EntitlementID: "ent-1", EntitlementNumber: "E-1", InstallationID: "ari:cloud:ecosystem::installation/1",
		AccountID: "5b10a2844c20165700ede21g", DisplayURL: "https://jira.example.com/", UserParams: true,
	}})
	wantEqual(t, "events", app.events(t, 0), []string{"installed", "enabled"})
	for _, call := range app.lifecycleCalls() {
		for member, want := range map[string]string{
			"serviceEntitlementNumber": "SEN-1", "entitlementId": "ent-1", "entitlementNumber": "E-1", "installationId": "ari:cloud:ecosystem::installation/1",
			"accountId": "5b10a2844c20165700ede21g", "displayUrl": "https://jira.example.com", "displayUrlServicedeskHelpCenter": "https://jira.example.com",
			"baseUrl": host.BaseURL(),
		} {
			wantEqual(t, call.Event+": "+member, call.Body[member], any(want))
		}
	}
	if e := host.Journal()[0]; !strings.HasSuffix(e.URL, "/lifecycle/installed?user_id=5b10a2844c20165700ede21g&user_key=5b10a2844c20165700ede21g") {
		t.Errorf("installed went to %s", e.URL)
	}
	e := resolved(t, askForm(t, pageOf(t, host, app, "items"), nil))
	parsed, err := token.Verify(e.contextJWT(), token.Expect{Secret: tenant.SharedSecret, At: host.Time().Now()})
	if err != nil {
		t.Fatal(err)
	}
	wantEqual(t, "url in the context", parsed.Claims.Context["url"], any(map[string]any{"displayUrl": "https://jira.example.com"}))

	if err := host.SwitchUser("anonymous"); err != nil {
		t.Fatal(err)
	}
	if err := host.Disable(testContext(t), fakeKey, fakehost.LifecycleOptions{}); err != nil {
		t.Fatal(err)
	}
	if e := lastEntry(host); !strings.HasSuffix(e.URL, "/lifecycle/disabled") {
		t.Errorf("with nobody there, disabled went to %s", e.URL)
	}
	for _, bad := range []string{"jira.example.com", "ftp://jira.example.com", "https://jira.example.com/wiki", "https://"} {
		err := (&fakehost.Server{Lifecycle: fakehost.LifecycleForm{DisplayURL: bad}}).Start()
		if err == nil || !strings.Contains(err.Error(), "is no origin") {
			t.Errorf("Start with display URL %q: %v", bad, err)
		}
	}
}

// TestLateDisabled uninstalls in the order that AC-2561 tells of.
func TestLateDisabled(t *testing.T) {
	t.Parallel()
	for late, want := range map[bool][]string{false: {"disabled HS256", "uninstalled RS256"}, true: {"uninstalled RS256", "disabled "}} {
		host, app, _ := installed(t, &fakehost.Server{Lifecycle: fakehost.LifecycleForm{LateDisabled: late}})
		for range 2 { // of an app that is enabled, a call without an uninstall is signed
			if err := host.Disable(testContext(t), fakeKey, fakehost.LifecycleOptions{}); err != nil {
				t.Fatal(err)
			}
			if err := host.Enable(testContext(t), fakeKey, fakehost.LifecycleOptions{}); err != nil {
				t.Fatal(err)
			}
		}
		for _, call := range app.lifecycleCalls()[2:] {
			wantEqual(t, "algorithm of "+call.Event, call.Alg, "HS256")
		}
		before := len(app.lifecycleCalls())
		if err := host.UninstallApp(testContext(t), fakeKey, fakehost.LifecycleOptions{}); err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, call := range app.lifecycleCalls()[before:] {
			got = append(got, call.Event+" "+call.Alg)
		}
		wantEqual(t, "calls", got, want)
	}
}

// TestControlSite renames and imports by hand, and fires a webhook.
func TestControlSite(t *testing.T) {
	t.Parallel()
	host := startHost(t, &fakehost.Server{})
	app := newFakeApp(t, host)
	app.extra = hooks
	if _, err := host.Install(testContext(t), app.descriptor(t), fakehost.InstallOptions{}); err != nil {
		t.Fatal(err)
	}
	site := control[map[string]string](t, host, "GET", "/_standin/site", "", 200)
	wantEqual(t, "site", site, map[string]string{"product": "jira", "origin": host.Origin(), "baseUrl": host.BaseURL()})
	site = control[map[string]string](t, host, "POST", "/_standin/site", `{"rename":"127.0.0.1"}`, 200)
	if !strings.HasPrefix(site["baseUrl"], "http://127.0.0.1:") {
		t.Errorf("after the rename: %v", site)
	}
	before, _ := host.Tenant(fakeKey)
	control[map[string]string](t, host, "POST", "/_standin/site", `{"import":true}`, 200)
	after, _ := host.Tenant(fakeKey)
	if before.ClientKey == after.ClientKey {
		t.Error("the import changed nothing")
	}
	wantEqual(t, "events", app.events(t, 2), []string{"installed", "installed"})
	control[map[string]string](t, host, "POST", "/_standin/webhook", `{"event":"jira:issue_created","payload":{"issue":{"key":"DEMO-9"}}}`, 200)
	wantEqual(t, "webhooks", app.events(t, 4), []string{"created", "again"})

	for _, tt := range []struct{ path, body, want string }{
		{"site", `{}`, "one of the two"}, {"site", `{"rename":"a.localhost","import":true}`, "one of the two"}, {"site", `{"rename":"jira.example"}`, "not a name"},
		{"site", `{"rename":"127.0.0.1"}`, "called 127.0.0.1 already"}, {"site", `{"name":"x"}`, "unknown field"},
		{"webhook", `{}`, "no event"}, {"webhook", `{"event":"odd"}`, "no app listens"}, {"webhook", `{"event":"jira:issue_created","payload":[1]}`, "no JSON object"}, {"webhook", `[`, "fire webhook"},
	} {
		got := control[map[string]string](t, host, "POST", "/_standin/"+tt.path, tt.body, 400)
		if !strings.Contains(got["error"], tt.want) {
			t.Errorf("%s %s: %s; want %q", tt.path, tt.body, got["error"], tt.want)
		}
	}
	app.mu.Lock()
	app.calls = nil // the app forgets its secret, and refuses
	app.mu.Unlock()
	got := control[map[string]string](t, host, "POST", "/_standin/webhook", `{"event":"jira:issue_created"}`, 502)
	if !strings.Contains(got["error"], "the app answered webhook jira:issue_created with 401") || strings.Contains(got["error"], after.SharedSecret) {
		t.Errorf("an app that refuses: %s", got["error"])
	}
}
