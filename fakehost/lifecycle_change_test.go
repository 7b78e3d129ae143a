package fakehost_test

import (
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/golang-jwt/jwt/v5"

	"github.com/standin-dev/standin/fakehost"
	"github.com/standin-dev/standin/fakehost/token"
)

const fakeKey = "com.example.fake"

// events lists the calls that the app got from the n-th on, and fails if it had to
// refuse one.
func (a *fakeApp) events(t *testing.T, n int) []string {
	t.Helper()
	var events []string
	for _, call := range a.lifecycleCalls()[n:] {
		events = append(events, call.Event)
		if call.Err != nil {
			t.Errorf("the app refuses %s: %v", call.Event, call.Err)
		}
	}
	return events
}

func TestUpgrade(t *testing.T) {
	t.Parallel()
	host, app, before := installed(t, &fakehost.Server{})
	next := app.descriptor(t)
	next.Name = "Next"
	after, err := host.Upgrade(testContext(t), next, fakehost.LifecycleOptions{})
	if err != nil {
		t.Fatal(err)
	}
	wantEqual(t, "events", app.events(t, 2), []string{"installed", "enabled"})
	wantEqual(t, "tenant", []string{after.ClientKey, after.SharedSecret, after.OAuthClientID}, []string{before.ClientKey, before.SharedSecret, before.OAuthClientID})
	wantEqual(t, "secret that the app was told", app.secretOf(), before.SharedSecret)
	now, _ := host.Tenant(fakeKey)
	wantEqual(t, "name", now.App.Name, "Next")

	// A disabled app is upgraded and stays disabled.
	if err := host.Disable(testContext(t), fakeKey, fakehost.LifecycleOptions{}); err != nil {
		t.Fatal(err)
	}
	if _, err := host.Upgrade(testContext(t), next, fakehost.LifecycleOptions{}); err != nil {
		t.Fatal(err)
	}
	wantEqual(t, "events of a disabled app", app.events(t, 4), []string{"disabled", "installed"})

	// One that refuses keeps the old version.
	app.respond = func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(503) }
	next = app.descriptor(t)
	next.Name = "Refused"
	_, err = host.Upgrade(testContext(t), next, fakehost.LifecycleOptions{})
	var failure *fakehost.InstallError
	if !errors.As(err, &failure) || failure.Event != "installed" || failure.Status != 503 {
		t.Errorf("Upgrade = %v", err)
	}
	now, _ = host.Tenant(fakeKey)
	wantEqual(t, "name after a refusal", now.App.Name, "Next")
}

func TestRotateSecret(t *testing.T) {
	t.Parallel()
	host, app, before := installed(t, &fakehost.Server{})
	_, _, old := openPage(t, pageOf(t, host, app, "items"))
	after, err := host.RotateSecret(testContext(t), fakeKey, fakehost.LifecycleOptions{})
	if err != nil {
		t.Fatal(err)
	}
	wantEqual(t, "events", app.events(t, 2), []string{"installed"})
	if after.SharedSecret == before.SharedSecret || after.ClientKey != before.ClientKey || after.OAuthClientID != before.OAuthClientID || app.secretOf() != after.SharedSecret {
		t.Errorf("the tenant was %+v and is %+v; the app knows %s", before, after, app.secretOf())
	}
	_, _, fresh := openPage(t, pageOf(t, host, app, "items"))
	if _, err := token.Verify(fresh.contextJWT(), token.Expect{Secret: after.SharedSecret}); err != nil {
		t.Errorf("the page's token: %v", err)
	}
	for _, e := range []extension{old, fresh} {
		if !host.Translator().Outbound(e.contextJWT()).Verified {
			t.Error("a token from before or after the rotation is not translatable")
		}
	}
	if _, err := host.RotateSecret(testContext(t), fakeKey, fakehost.LifecycleOptions{AlsoEnabled: true}); err != nil {
		t.Fatal(err)
	}
	wantEqual(t, "events with enabled", app.events(t, 3), []string{"installed", "enabled"})

	kept, _ := host.Tenant(fakeKey)
	app.respond = func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(500) }
	_, err = host.RotateSecret(testContext(t), fakeKey, fakehost.LifecycleOptions{})
	var failure *fakehost.InstallError
	if !errors.As(err, &failure) {
		t.Errorf("RotateSecret = %v", err)
	}
	now, _ := host.Tenant(fakeKey)
	wantEqual(t, "secret after a refusal", now.SharedSecret, kept.SharedSecret)
}

func TestDisableAndEnable(t *testing.T) {
	t.Parallel()
	host, app, tenant := installed(t, &fakehost.Server{})
	page := pageOf(t, host, app, "items")
	backend := func() int {
		raw := sign(t, tenant.SharedSecret, backendClaims("GET", "/rest/api/3/project", ""))
		return ask(t, "GET", host.BaseURL()+"/rest/api/3/project", "", "Authorization", "JWT "+raw).status
	}
	state := func() string {
		return askAsPage(t, host, "GET", host.BaseURL()+"/rest/atlassian-connect/1/addons/"+fakeKey, "").body
	}
	for range 2 { // the second time it does nothing
		if err := host.Disable(testContext(t), fakeKey, fakehost.LifecycleOptions{}); err != nil {
			t.Fatal(err)
		}
	}
	wantEqual(t, "status of the page and of the back end, disabled", []int{ask(t, "GET", page, "").status, backend()}, []int{404, 401})
	if text := lastEntry(host).Text; !strings.Contains(text, "disabled") {
		t.Errorf("the journal says %s", text)
	}
	if !strings.Contains(state(), "DISABLED") {
		t.Errorf("state is %s", state())
	}
	for range 2 {
		if err := host.Enable(testContext(t), fakeKey, fakehost.LifecycleOptions{}); err != nil {
			t.Fatal(err)
		}
	}
	wantEqual(t, "status of the page and of the back end, enabled", []int{ask(t, "GET", page, "").status, backend()}, []int{200, 200})
	wantEqual(t, "events", app.events(t, 2), []string{"disabled", "enabled"})

	// An app that is uninstalled while it is disabled hears disabled once.
	if err := host.Disable(testContext(t), fakeKey, fakehost.LifecycleOptions{}); err != nil {
		t.Fatal(err)
	}
	if err := host.UninstallApp(testContext(t), fakeKey, fakehost.LifecycleOptions{}); err != nil {
		t.Fatal(err)
	}
	wantEqual(t, "events of the end", app.events(t, 4), []string{"disabled", "uninstalled"})
	if _, here := host.Tenant(fakeKey); here {
		t.Error("the app is still here")
	}
}

func TestUninstallApp(t *testing.T) {
	t.Parallel()
	host, app, _ := installed(t, &fakehost.Server{})
	other := *app.descriptor(t)
	other.Key = "com.example.other"
	if _, err := host.Install(testContext(t), &other, fakehost.InstallOptions{}); err != nil {
		t.Fatal(err)
	}
	if err := host.UninstallApp(testContext(t), other.Key, fakehost.LifecycleOptions{}); err != nil {
		t.Fatal(err)
	}
	calls := app.lifecycleCalls()[4:]
	wantEqual(t, "keys", []any{calls[0].Body["key"], calls[1].Body["key"]}, []any{other.Key, other.Key})
	wantEqual(t, "events", []string{calls[0].Event, calls[1].Event}, []string{"disabled", "uninstalled"})
	wantEqual(t, "status of the other app's page", ask(t, "GET", pageOf(t, host, app, "items"), "").status, 200)
}

// TestChangesOfAbsentApps: errors say by their type what is wrong.
func TestChangesOfAbsentApps(t *testing.T) {
	t.Parallel()
	host := startHost(t, &fakehost.Server{})
	app := newFakeApp(t, host)
	ctx, o := testContext(t), fakehost.LifecycleOptions{}
	upgrade := func() error { _, err := host.Upgrade(ctx, app.descriptor(t), o); return err }
	rotate := func() error { _, err := host.RotateSecret(ctx, fakeKey, o); return err }
	for name, change := range map[string]func() error{
		"upgrade": upgrade, "rotate": rotate,
		"disable":   func() error { return host.Disable(ctx, fakeKey, o) },
		"enable":    func() error { return host.Enable(ctx, fakeKey, o) },
		"uninstall": func() error { return host.UninstallApp(ctx, fakeKey, o) },
	} {
		if err := change(); !errors.Is(err, fakehost.ErrNotInstalled) || !strings.Contains(err.Error(), fakeKey) {
			t.Errorf("%s = %v, want ErrNotInstalled", name, err)
		}
	}
	if _, err := host.Install(ctx, app.descriptor(t), fakehost.InstallOptions{Mode: fakehost.Skip, ClientKey: "k", SharedSecret: "s"}); err != nil {
		t.Fatal(err)
	}
	if err := rotate(); !errors.Is(err, fakehost.ErrNotOurs) {
		t.Errorf("rotating a skipped install = %v, want ErrNotOurs", err)
	}
	for name, change := range map[string]func() error{
		"upgrade": upgrade,
		"disable": func() error { return host.Disable(ctx, fakeKey, o) },
		"import":  func() error { return host.ImportSite(ctx, o) },
	} {
		if err := change(); err != nil {
			t.Errorf("%s of a skipped install = %v", name, err)
		}
	}
	now, _ := host.Tenant(fakeKey)
	wantEqual(t, "tenant", []string{now.ClientKey, now.SharedSecret}, []string{"k", "s"})
	wantEqual(t, "calls", len(app.lifecycleCalls()), 0)
	var unstarted fakehost.Server
	for name, err := range map[string]error{
		"rename": unstarted.RenameSite(ctx, "localhost", o), "import": unstarted.ImportSite(ctx, o), "webhook": unstarted.FireWebhook(ctx, "x", nil),
	} {
		if !errors.Is(err, fakehost.ErrNotStarted) {
			t.Errorf("%s before Start = %v", name, err)
		}
	}
}

// TestUnsignedLater: before signed installs, what came after the first was signed
// with the secret of the install before.
func TestUnsignedLater(t *testing.T) {
	t.Parallel()
	host := startHost(t, &fakehost.Server{})
	app := newFakeApp(t, host)
	type call struct{ event, raw string }
	var calls []call
	app.respond = func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		calls = append(calls, call{r.PathValue("event"), strings.TrimPrefix(r.Header.Get("Authorization"), "JWT ")})
	}
	first, err := host.Install(testContext(t), app.descriptor(t), fakehost.InstallOptions{Mode: fakehost.Unsigned})
	if err != nil {
		t.Fatal(err)
	}
	second, err := host.RotateSecret(testContext(t), fakeKey, fakehost.LifecycleOptions{AlsoEnabled: true})
	if err != nil {
		t.Fatal(err)
	}
	if err := host.Uninstall(testContext(t)); err != nil {
		t.Fatal(err)
	}
	want := []struct{ event, secret string }{
		{"installed", ""}, {"enabled", first.SharedSecret}, {"installed", first.SharedSecret}, {"enabled", second.SharedSecret},
		{"disabled", second.SharedSecret}, {"uninstalled", second.SharedSecret},
	}
	if len(calls) != len(want) {
		t.Fatalf("the app got %d calls, want %d", len(calls), len(want))
	}
	for i, w := range want {
		wantEqual(t, "event", calls[i].event, w.event)
		if w.secret == "" {
			wantEqual(t, "token of "+w.event, calls[i].raw, "")
			continue
		}
		if _, err := jwt.Parse(calls[i].raw, func(*jwt.Token) (any, error) { return []byte(w.secret), nil }, jwt.WithValidMethods([]string{"HS256"})); err != nil {
			t.Errorf("call %d, %s: %v", i, w.event, err)
		}
	}
}

func TestImportSite(t *testing.T) {
	t.Parallel()
	host, app, before := installed(t, &fakehost.Server{})
	if err := host.ImportSite(testContext(t), fakehost.LifecycleOptions{}); err != nil {
		t.Fatal(err)
	}
	wantEqual(t, "events", app.events(t, 2), []string{"installed"})
	after, _ := host.Tenant(fakeKey)
	if after.ClientKey == before.ClientKey || after.SharedSecret == before.SharedSecret || after.OAuthClientID == before.OAuthClientID {
		t.Errorf("the tenant was %+v and is %+v", before, after)
	}
	body := app.lifecycleCalls()[2].Body
	wantEqual(t, "body", []any{body["clientKey"], body["sharedSecret"], body["oauthClientId"], body["eventType"]},
		[]any{after.ClientKey, after.SharedSecret, after.OAuthClientID, "installed"})
	_, _, e := openPage(t, pageOf(t, host, app, "items"))
	if _, err := token.Verify(e.contextJWT(), token.Expect{Secret: after.SharedSecret, Issuer: after.ClientKey}); err != nil {
		t.Errorf("the page's token: %v", err)
	}
	// An app that does not take it is a stranger from then on.
	app.respond = func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(400) }
	var failure *fakehost.InstallError
	if err := host.ImportSite(testContext(t), fakehost.LifecycleOptions{AlsoEnabled: true}); !errors.As(err, &failure) {
		t.Errorf("ImportSite = %v", err)
	}
	if again, _ := host.Tenant(fakeKey); again.ClientKey == after.ClientKey {
		t.Error("the refused import did not happen")
	}
}

func TestRenameSite(t *testing.T) {
	t.Parallel()
	host, app, before := installed(t, &fakehost.Server{Product: fakehost.Confluence, Site: "127.0.0.1"})
	old, keys := host.BaseURL(), host.KeysURL()
	app.keysURL = func() string { return keys } // as an app that was told when it started
	for _, name := range []string{"", "example.com", "127.0.0.1", "127.0.0.2", "a..localhost", "-a.localhost", "localhost:1", "LOCALHOST"} {
		if err := host.RenameSite(testContext(t), name, fakehost.LifecycleOptions{}); err == nil {
			t.Errorf("the site was renamed to %q", name)
		}
	}
	wantEqual(t, "base URL after bad names", host.BaseURL(), old)
	if err := host.RenameSite(testContext(t), "localhost", fakehost.LifecycleOptions{}); err != nil {
		t.Fatal(err)
	}
	wantEqual(t, "events", app.events(t, 2), []string{"installed"})
	wantEqual(t, "base URL", host.BaseURL(), strings.Replace(old, "127.0.0.1", "localhost", 1))
	body := app.lifecycleCalls()[2].Body
	wantEqual(t, "body", []any{body["baseUrl"], body["displayUrl"], body["clientKey"], body["sharedSecret"]},
		[]any{host.BaseURL(), host.BaseURL(), before.ClientKey, before.SharedSecret})
	_, _, e := openPage(t, pageOf(t, host, app, "items"))
	if !strings.Contains(e.URL, "xdm_e="+strings.NewReplacer(":", "%3A", "/", "%2F").Replace(host.Origin())) || e.Options["hostOrigin"] != host.Origin() {
		t.Errorf("the page still speaks of the old site: %s, %v", e.URL, e.Options["hostOrigin"])
	}
	// The back end may use either name for a while; qsh knows paths alone.
	for _, base := range []string{old, host.BaseURL()} {
		raw := sign(t, before.SharedSecret, backendClaims("GET", "/rest/api/space", ""))
		wantEqual(t, "status at "+base, ask(t, "GET", base+"/rest/api/space", "", "Authorization", "JWT "+raw).status, 200)
	}
	if err := host.RenameSite(testContext(t), "other.localhost", fakehost.LifecycleOptions{}); err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(host.Origin(), "http://other.localhost:") {
		t.Errorf("origin is %s", host.Origin())
	}
	if err := host.Close(); err != nil {
		t.Errorf("Close: %v", err)
	}
	if err := host.RenameSite(testContext(t), "localhost", fakehost.LifecycleOptions{}); !errors.Is(err, fakehost.ErrClosed) {
		t.Errorf("renaming a closed host = %v", err)
	}
}

func TestLifecycleInJournal(t *testing.T) {
	t.Parallel()
	host, app, _ := installed(t, &fakehost.Server{})
	keys := host.KeysURL()
	app.keysURL = func() string { return keys }
	ctx, o := testContext(t), fakehost.LifecycleOptions{}
	for _, change := range []func() error{
		func() error { _, err := host.RotateSecret(ctx, fakeKey, o); return err },
		func() error { return host.RenameSite(ctx, "x.localhost", o) },
		func() error { return host.ImportSite(ctx, o) },
		func() error { return host.Disable(ctx, fakeKey, o) },
		func() error { return host.Enable(ctx, fakeKey, o) },
		func() error { return host.Uninstall(ctx) },
	} {
		if err := change(); err != nil {
			t.Fatal(err)
		}
	}
	var texts []string
	for _, e := range host.Journal() {
		texts = append(texts, strings.TrimSuffix(e.Text, " sent to the app"))
		if e.Kind != fakehost.KindLifecycle || e.Status != 204 || e.Method != "POST" || e.URL == "" || e.TokenKind != token.Lifecycle {
			t.Errorf("the entry is %+v", e)
		}
	}
	wantEqual(t, "journal", texts, slices.Concat([]string{"installed", "enabled"},
		[]string{"installed", "installed", "installed", "disabled", "enabled"}, []string{"disabled", "uninstalled"}))
}
