package egress_test

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/standin-dev/standin/fakehost"
	"github.com/standin-dev/standin/fakehost/clock"
	"github.com/standin-dev/standin/fakehost/descriptor"
	"github.com/standin-dev/standin/fakehost/token"
	"github.com/standin-dev/standin/fixtures/ace"
	"github.com/standin-dev/standin/harness/egress"
)

const accountID = "712020:0b5d1f0e-6f0a-4b52-9a55-3f4b8c5d7e21"

// production is an app of atlassian-connect-express as it runs in production: it
// takes only sites of *.atlassian.net, signed installs, and keys from Atlassian's
// servers by TLS.
func production(t *testing.T, site string) (*fakehost.Server, *egress.Proxy, *ace.Process, error) {
	t.Helper()
	if testing.Short() {
		t.Skip("starts Node, and may install packages")
	}
	host := &fakehost.Server{PublicURL: site, User: fakehost.User{AccountID: accountID}}
	if err := host.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = host.Close() })
	p := start(t, egress.Options{Host: host})
	env := []string{"NODE_ENV=production", "CONNECT_KEYS_CDN_URL="}
	for name, value := range p.Environment() {
		env = append(env, name+"="+value)
	}
	app, err := ace.Start(t.Context(), ace.Options{Env: env})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = app.Close()
		if t.Failed() {
			t.Logf("the app wrote:\n%s", app.Output())
		}
	})
	d, err := descriptor.Fetch(t.Context(), direct, app.URL())
	if err != nil {
		t.Fatal(err)
	}
	_, err = host.Install(t.Context(), d, fakehost.InstallOptions{ClientKey: "client", SharedSecret: "a shared secret", OAuthClientID: "oauth"})
	return host, p, app, err
}

func TestACEInProduction(t *testing.T) {
	t.Parallel()
	host, p, app, err := production(t, "https://standin.atlassian.net")
	if err != nil {
		t.Fatal(err)
	}
	now := clock.System()
	raw, err := token.MintHS256("a shared secret", token.Claims{
		Issuer: "client", Subject: accountID, QSH: token.ContextQSH, IssuedAt: now, ExpiresAt: now.Add(time.Minute),
	})
	if err != nil {
		t.Fatal(err)
	}
	// The app calls its site as itself and, with a token from the authorization
	// server, as the user.
	var said struct {
		Server struct {
			Status int
			Body   struct{ BaseURL string }
		}
		Myself struct {
			Status int
			Body   struct{ AccountID, Self string }
		}
	}
	body := askApp(t, app, "/api/site", raw)
	if err := json.Unmarshal(body, &said); err != nil {
		t.Fatalf("%v: %s", err, body)
	}
	if said.Server.Status != 200 || said.Server.Body.BaseURL != "https://standin.atlassian.net" ||
		said.Myself.Status != 200 || said.Myself.Body.AccountID != accountID ||
		!strings.HasPrefix(said.Myself.Body.Self, "https://standin.atlassian.net/rest/") {
		t.Errorf("the site answered %s", body)
	}
	if err := host.RenameSite(t.Context(), "other.atlassian.net", fakehost.LifecycleOptions{}); err != nil {
		t.Error(err)
	}
	askApp(t, app, "/api/site", raw)
	answer, err := clientOf(t, p).Get("https://standin.atlassian.net/rest/api/3/serverInfo")
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	if answer.StatusCode != 200 {
		t.Errorf("the site by its former name: %s", answer.Status)
	}
	if err := host.Uninstall(t.Context()); err != nil {
		t.Error(err)
	}
	kid := kidOf(t, host)
	const keys, tokens = "GET asap-distribution.us-west-2.prod.atl-asap.net/", "POST oauth-2-authorization-server.services.atlassian.com/oauth2/token"
	want := map[string]int{
		keys + kid: 3, tokens: 1,
		"GET standin.atlassian.net/rest/api/3/serverInfo": 2, "GET standin.atlassian.net/rest/api/3/myself": 1,
		"GET other.atlassian.net/rest/api/3/serverInfo": 1, "GET other.atlassian.net/rest/api/3/myself": 1,
	}
	got := map[string]int{}
	for _, c := range p.Calls() {
		if c.Status != 200 || c.Refused {
			t.Errorf("a call failed: %s", c)
		}
		got[c.Method+" "+c.Host+c.Path]++
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("calls (-want +got):\n%s", diff)
	}
}

// Without the site's public name the same app refuses: it does run in production.
func TestACEInProductionWantsItsSite(t *testing.T) {
	t.Parallel()
	_, _, _, err := production(t, "")
	var refused *fakehost.InstallError
	if !errors.As(err, &refused) || refused.Status != 401 || !strings.Contains(refused.Body, "whitelist") {
		t.Errorf("install: %v; want it refused by the whitelist", err)
	}
}

func askApp(t *testing.T, app *ace.Process, path, raw string) []byte {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), "GET", app.URL()+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "JWT "+raw)
	answer, err := direct.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode != 200 {
		t.Fatalf("%s: %d %s %v", path, answer.StatusCode, body, err)
	}
	return body
}

// kidOf is the id of the key that signed the host's installs.
func kidOf(t *testing.T, host *fakehost.Server) string {
	t.Helper()
	for _, e := range host.Journal() {
		if e.Kind != fakehost.KindLifecycle || e.Token == "" {
			continue
		}
		if parsed, err := token.Parse(e.Token); err == nil && parsed.KeyID != "" {
			return parsed.KeyID
		}
	}
	t.Fatal("no install was signed")
	return ""
}
