package fakehost_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/standin-dev/standin/fakehost"
	"github.com/standin-dev/standin/fakehost/clock"
	"github.com/standin-dev/standin/fakehost/token"
)

func TestInstallSigned(t *testing.T) {
	t.Parallel()
	// The virtual clock is a year off: lifecycle tokens must not follow it.
	host := &fakehost.Server{Clock: clock.New(clock.Options{Start: clock.System().AddDate(1, 0, 0)})}
	_, app, tenant := installed(t, host)

	calls := app.lifecycleCalls()
	if len(calls) != 2 || calls[0].Event != "installed" || calls[1].Event != "enabled" {
		t.Fatalf("the app was called %v, want installed, then enabled", calls)
	}
	first, second := calls[0], calls[1]
	if first.Err != nil || second.Err != nil {
		t.Fatalf("the app refuses: %v, %v", first.Err, second.Err)
	}
	wantEqual(t, "algorithm of installed", first.Alg, "RS256")
	wantEqual(t, "algorithm of enabled", second.Alg, "HS256")
	wantEqual(t, "kid of enabled", second.KeyID, "")
	if first.KeyID == "" {
		t.Error("installed has no kid")
	}
	if exp, iat := first.Claims["exp"].(float64), first.Claims["iat"].(float64); exp-iat != 900 {
		t.Errorf("installed lives %v s, want 900", exp-iat)
	}
	if _, has := second.Claims["aud"]; has {
		t.Error("enabled has an aud")
	}

	if tenant.OAuthClientID == "" {
		t.Error("the tenant has no OAuth client id")
	}
	publicKey, _ := first.Body["publicKey"].(string)
	if publicKey == "" {
		t.Error("installed has no publicKey")
	}
	want := map[string]any{
		"key": "com.example.fake", "clientKey": tenant.ClientKey, "sharedSecret": tenant.SharedSecret,
		"oauthClientId": tenant.OAuthClientID,
		"publicKey":     publicKey, "serverVersion": "100000", "pluginsVersion": "1001.0.0-SNAPSHOT",
		"baseUrl": host.BaseURL(), "displayUrl": host.BaseURL(), "displayUrlServicedeskHelpCenter": host.BaseURL(),
		"productType": "jira", "description": "A stand-in for Jira Cloud", "eventType": "installed",
	}
	wantEqual(t, "body of installed", first.Body, want)
	delete(want, "sharedSecret")
	delete(want, "oauthClientId")
	want["eventType"] = "enabled"
	wantEqual(t, "body of enabled", second.Body, want)
	wantEqual(t, "journal", kinds(host.Journal()), []fakehost.EntryKind{fakehost.KindLifecycle, fakehost.KindLifecycle})
	if e := host.Journal()[0]; e.Status != 204 || e.TokenKind != token.Lifecycle || e.Method != "POST" {
		t.Errorf("the entry of installed is %+v", e)
	}
}

func TestInstallConfluence(t *testing.T) {
	t.Parallel()
	host, app, _ := installed(t, &fakehost.Server{Product: fakehost.Confluence})
	body := app.lifecycleCalls()[0].Body
	wantEqual(t, "baseUrl", body["baseUrl"], any(host.Origin()+"/wiki"))
	wantEqual(t, "productType", body["productType"], any("confluence"))
}

func TestInstallUnsigned(t *testing.T) {
	t.Parallel()
	host := startHost(t, &fakehost.Server{})
	app := newFakeApp(t, host)
	if _, err := host.Install(testContext(t), app.descriptor(t), fakehost.InstallOptions{Mode: fakehost.Unsigned}); err != nil {
		t.Fatal(err)
	}
	calls := app.lifecycleCalls()
	wantEqual(t, "algorithms", []string{calls[0].Alg, calls[1].Alg}, []string{"", "HS256"})
}

func TestInstallSkip(t *testing.T) {
	t.Parallel()
	host := startHost(t, &fakehost.Server{})
	app := newFakeApp(t, host)
	for _, o := range []fakehost.InstallOptions{
		{Mode: fakehost.Skip},
		{Mode: fakehost.Skip, ClientKey: "known"},
		{Mode: fakehost.Skip, SharedSecret: "known"},
	} {
		if _, err := host.Install(testContext(t), app.descriptor(t), o); err == nil || !strings.Contains(err.Error(), "give the client key and the shared secret") {
			t.Errorf("Install(%+v) = %v, want a request for what is missing", o, err)
		}
	}
	tenant, err := host.Install(testContext(t), app.descriptor(t),
		fakehost.InstallOptions{Mode: fakehost.Skip, ClientKey: "known", SharedSecret: "known-secret"})
	if err != nil {
		t.Fatal(err)
	}
	wantEqual(t, "client key", tenant.ClientKey, "known")
	_, _, e := openPage(t, pageOf(t, host, app, "items"))
	if _, err := token.Verify(e.contextJWT(), token.Expect{Secret: "known-secret", Issuer: "known"}); err != nil {
		t.Errorf("the page's token: %v", err)
	}
	if err := host.Uninstall(testContext(t)); err != nil {
		t.Error(err)
	}
	if calls := app.lifecycleCalls(); len(calls) != 0 {
		t.Errorf("the app was called: %v", calls)
	}
}

func TestInstallNone(t *testing.T) {
	t.Parallel()
	host := startHost(t, &fakehost.Server{})
	app := newFakeApp(t, host)
	app.auth = "none"
	tenant, err := host.Install(testContext(t), app.descriptor(t), fakehost.InstallOptions{SharedSecret: "not wanted"})
	if err != nil {
		t.Fatal(err)
	}
	wantEqual(t, "secret", tenant.SharedSecret, "")
	if _, has := app.lifecycleCalls()[0].Body["sharedSecret"]; has {
		t.Error("an app of type none was told a secret")
	}
	_, _, e := openPage(t, pageOf(t, host, app, "items"))
	if strings.Contains(e.URL, "jwt=") || !strings.HasSuffix(e.URL, "&cv=1001.0.0-SNAPSHOT") || e.contextJWT() != "" {
		t.Errorf("an app of type none got a token: %s, %q", e.URL, e.contextJWT())
	}
}

func TestInstallErrors(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name    string
		mode    fakehost.InstallMode
		respond http.HandlerFunc
		status  int
		body    string
		want    string // part of the text
	}{
		{"401", fakehost.Signed, func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "who are you", 401) },
			401, "who are you", "the app answered installed with 401: who are you; start the app with CONNECT_KEYS_CDN_URL=http://"},
		{"401 unsigned", fakehost.Unsigned, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(401) },
			401, "", "the app answered installed with 401; the app wants a signed install"},
		{"404", "", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(404) }, 404, "", "check that the app takes POST"},
		{"500", "", func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "no\ndatabase", 500) }, 500, "no database", "the app's own log"},
		{"201", "", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(201) }, 201, "", "200 or 204 only"},
		{"302", "", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/elsewhere", 302) }, 302, "", "does not follow redirects"},
		{"long", "", func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(500)
			_, _ = io.WriteString(w, strings.Repeat("é", 5000))
		}, 500, strings.Repeat("é", 250), "log"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			host := startHost(t, &fakehost.Server{})
			app := newFakeApp(t, host)
			app.respond = tt.respond
			_, err := host.Install(testContext(t), app.descriptor(t), fakehost.InstallOptions{Mode: tt.mode})
			var failure *fakehost.InstallError
			if !errors.As(err, &failure) {
				t.Fatalf("Install = %v, want an InstallError", err)
			}
			wantEqual(t, "event", failure.Event, "installed")
			wantEqual(t, "URL", failure.URL, app.URL+"/base/lifecycle/installed")
			wantEqual(t, "status", failure.Status, tt.status)
			wantEqual(t, "body", failure.Body, tt.body)
			if !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error is %q, want it to say %q", err, tt.want)
			}
			if page := ask(t, "GET", pageOf(t, host, app, "items"), ""); page.status != 404 {
				t.Errorf("the page of an app that was not installed answers %d, want 404", page.status)
			}
		})
	}
}

func TestInstallErrorHidesSecrets(t *testing.T) {
	t.Parallel()
	host := startHost(t, &fakehost.Server{})
	app := newFakeApp(t, host)
	var raw string
	const short = "eyJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJ4In0.c2lnbmF0dXJlLW9mLWEtdG9rZW4"
	app.respond = func(w http.ResponseWriter, r *http.Request) {
		raw = strings.TrimPrefix(r.Header.Get("Authorization"), "JWT ")
		body, _ := io.ReadAll(r.Body)
		w.WriteHeader(400)
		_, _ = io.WriteString(w, "got secret-that-was-given and "+short+" and "+raw+" and "+string(body))
	}
	_, err := host.Install(testContext(t), app.descriptor(t), fakehost.InstallOptions{SharedSecret: "secret-that-was-given"})
	if err == nil {
		t.Fatal("Install succeeded")
	}
	// Of the long token the start of the signature must be gone as well: a
	// text that is cut before its tokens are shows so much.
	signature := raw[strings.LastIndexByte(raw, '.')+1:][:8]
	texts := err.Error()
	for _, e := range host.Journal() {
		texts += "\n" + e.Text + "\n" + e.String()
	}
	for _, hidden := range []string{"secret-that-was-given", "c2lnbmF0dXJl", raw, signature} {
		if strings.Contains(texts, hidden) {
			t.Errorf("the texts show %q:\n%s", hidden, texts)
		}
	}
	if !strings.Contains(texts, "got <cut> and eyJ") {
		t.Errorf("the app's answer is not quoted:\n%s", texts)
	}
}

func TestInstallNotAnswered(t *testing.T) {
	t.Parallel()
	host := startHost(t, &fakehost.Server{})

	app := newFakeApp(t, host)
	d := app.descriptor(t)
	app.Close()
	_, err := host.Install(testContext(t), d, fakehost.InstallOptions{})
	var failure *fakehost.InstallError
	if !errors.As(err, &failure) || failure.Status != 0 || !strings.Contains(err.Error(), "check that the app runs") {
		t.Errorf("with no app there, Install = %v", err)
	}

	slow := newFakeApp(t, host)
	slow.respond = func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		<-r.Context().Done()
	}
	_, err = host.Install(testContext(t), slow.descriptor(t), fakehost.InstallOptions{Timeout: 50 * time.Millisecond})
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("with an app that hangs, Install = %v", err)
	}
}

func TestInstallLeavesNoMachine(t *testing.T) {
	t.Parallel()
	host := startHost(t, &fakehost.Server{})
	app := newFakeApp(t, host)
	for _, base := range []string{"https://app.example.com", "https://192.0.2.1"} {
		app.baseURL = base
		_, err := host.Install(testContext(t), app.descriptor(t), fakehost.InstallOptions{})
		if !errors.Is(err, fakehost.ErrNotLoopback) {
			t.Errorf("with baseUrl %s, Install = %v, want ErrNotLoopback", base, err)
		}
	}
}

func TestInstallAgain(t *testing.T) {
	t.Parallel()
	host, app, first := installed(t, &fakehost.Server{})
	upgrade, err := host.Install(testContext(t), app.descriptor(t), fakehost.InstallOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if upgrade.ClientKey != first.ClientKey || upgrade.SharedSecret != first.SharedSecret {
		t.Error("an upgrade changed client key or secret")
	}
	_, _, before := openPage(t, pageOf(t, host, app, "items"))
	rotated, err := host.Install(testContext(t), app.descriptor(t), fakehost.InstallOptions{SharedSecret: "another-secret"})
	if err != nil {
		t.Fatal(err)
	}
	wantEqual(t, "client key after rotation", rotated.ClientKey, first.ClientKey)
	_, _, after := openPage(t, pageOf(t, host, app, "items"))
	for _, e := range []extension{before, after} {
		if !host.Translator().Outbound(e.contextJWT()).Verified {
			t.Error("a token from before or after a rotation is not translatable")
		}
	}
	if _, err := token.Verify(after.contextJWT(), token.Expect{Secret: "another-secret"}); err != nil {
		t.Errorf("after a rotation: %v", err)
	}
}

func TestUninstall(t *testing.T) {
	t.Parallel()
	host, app, _ := installed(t, &fakehost.Server{})
	if err := host.Uninstall(testContext(t)); err != nil {
		t.Fatal(err)
	}
	calls := app.lifecycleCalls()[2:]
	if len(calls) != 2 || calls[0].Event != "disabled" || calls[1].Event != "uninstalled" {
		t.Fatalf("the app was called %v, want disabled, then uninstalled", calls)
	}
	wantEqual(t, "algorithms", []string{calls[0].Alg, calls[1].Alg}, []string{"HS256", "RS256"})
	for _, call := range calls {
		if call.Err != nil {
			t.Errorf("%s: %v", call.Event, call.Err)
		}
	}
	if page := ask(t, "GET", host.BaseURL()+"/plugins/servlet/ac/com.example.fake/items", ""); page.status != 404 {
		t.Errorf("after the uninstall the page answers %d", page.status)
	}
	if err := host.Uninstall(testContext(t)); err != nil {
		t.Errorf("uninstalling nothing: %v", err)
	}
}

func TestKeysAreOfOneRun(t *testing.T) {
	t.Parallel()
	one, app, _ := installed(t, &fakehost.Server{})
	two := startHost(t, &fakehost.Server{})
	kid := app.lifecycleCalls()[0].KeyID
	key := ask(t, "GET", one.KeysURL()+"/"+kid, "")
	if _, err := jwt.ParseRSAPublicKeyFromPEM([]byte(key.body)); key.status != 200 || err != nil {
		t.Errorf("the key: status %d, %v", key.status, err)
	}
	if other := ask(t, "GET", two.KeysURL()+"/"+kid, ""); other.status != 404 {
		t.Errorf("another host answers %d for the key", other.status)
	}
}
