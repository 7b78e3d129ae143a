package fakehost_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/standin-dev/standin/fakehost"
	"github.com/standin-dev/standin/fakehost/clock"
	"github.com/standin-dev/standin/fakehost/token"
)

// control asks a control endpoint, with the secret, and decodes its answer.
func control[T any](t *testing.T, host *fakehost.Server, method, path, body string, status int) T {
	t.Helper()
	a := ask(t, method, host.Origin()+path, body, "X-Standin-Secret", host.Secret())
	var value T
	if err := json.Unmarshal([]byte(a.body), &value); err != nil || a.status != status {
		t.Fatalf("%s %s %s: status %d, want %d; %v: %s", method, path, body, a.status, status, err, a.body)
	}
	return value
}

type (
	usersAnswer struct {
		Users []struct {
			ID, FullName string
			Current      bool
		}
	}
	appsAnswer struct {
		Apps []struct {
			Key, ClientKey, State string
			Actions               []string
		}
	}
	journalAnswer struct {
		Entries []struct {
			Seq                          int
			Kind, Text, URL, Token, Call string
			Args                         json.RawMessage
		}
		Last int
	}
	errorAnswer struct{ Error string }
)

// TestControlIsGuarded tries each endpoint without the secret and by a public name.
func TestControlIsGuarded(t *testing.T) {
	t.Parallel()
	host, _, _ := installed(t, &fakehost.Server{})
	calls := []struct{ method, path, body string }{
		{"GET", "/_standin/journal", ""}, {"GET", "/_standin/user", ""}, {"GET", "/_standin/apps", ""},
		{"GET", "/_standin/conditions", ""}, {"POST", "/_standin/conditions", `{"session":"refused"}`},
		{"GET", "/_standin/site", ""}, {"POST", "/_standin/site", `{"import":true}`}, {"POST", "/_standin/webhook", `{"event":"x"}`},
		{"POST", "/_standin/user", `{"user":"anonymous"}`}, {"POST", "/_standin/apps", `{"do":"uninstall"}`},
	}
	for _, call := range calls {
		for _, headers := range [][]string{nil, {"X-Standin-Secret", "wrong"}, {"X-Standin-Secret", host.Secret(), "Host", "evil.example"}} {
			if a := ask(t, call.method, host.Origin()+call.path, call.body, headers...); a.status != http.StatusForbidden || strings.Contains(a.body, host.Secret()) {
				t.Errorf("%s %s with %q: status %d: %s", call.method, call.path, headers, a.status, a.body)
			}
		}
	}
	if host.CurrentUser().Anonymous || len(host.Places()) == 0 {
		t.Error("a refused request changed something")
	}
}

func TestSwitchUser(t *testing.T) {
	t.Parallel()
	host, app, _ := installed(t, &fakehost.Server{User: fakehost.User{AccountID: "me", FullName: "Me"}})
	users := control[usersAnswer](t, host, "GET", "/_standin/user", "", 200).Users
	wantEqual(t, "users", len(users), 5)
	wantEqual(t, "the first user", users[0].ID, "me")
	for _, name := range []string{users[1].ID, users[2].FullName, "anonymous", "Me"} {
		answer := control[usersAnswer](t, host, "POST", "/_standin/user", fmt.Sprintf(`{"user":%q}`, name), 200)
		var current []string
		for _, u := range answer.Users {
			if u.Current {
				current = append(current, u.ID, u.FullName)
			}
		}
		if len(current) != 2 || !slices.Contains(current, name) {
			t.Fatalf("after the switch to %q it is %q", name, current)
		}
		_, c, e := openPage(t, pageOf(t, host, app, "items"))
		parsed, err := token.Parse(e.contextJWT())
		if err != nil {
			t.Fatal(err)
		}
		if name == "anonymous" {
			wantEqual(t, "sub of nobody", parsed.Claims.Subject, "")
			wantEqual(t, "user of the page", c.User, nil)
			continue
		}
		wantEqual(t, "sub", parsed.Claims.Subject, current[0])
		wantEqual(t, "user of the page", c.User["fullName"], any(current[1]))
	}
	for _, body := range []string{``, `{}`, `{"user":""}`, `{"user":"Nobody I know"}`, `{"user":"Me","x":1}`} {
		if got := control[errorAnswer](t, host, "POST", "/_standin/user", body, 400); !strings.HasPrefix(got.Error, "switch user: ") {
			t.Errorf("%s: %s", body, got.Error)
		}
	}
	wantEqual(t, "user after bad requests", host.CurrentUser().AccountID, "me")
	// Whoever was here is known to the site, as the one who came first.
	for _, id := range []string{"me", users[1].ID} {
		wantEqual(t, "account "+id, askAsPage(t, host, "GET", host.BaseURL()+"/rest/api/3/user?accountId="+id, "").status, 200)
	}
}

// A page that is open gets its next token for whoever is logged in by then.
func TestSwitchUnderALivePage(t *testing.T) {
	t.Parallel()
	host, app, _ := installed(t, &fakehost.Server{})
	items := pageOf(t, host, app, "items")
	openPage(t, items)
	if err := host.SwitchUser("Kim Standin"); err != nil {
		t.Fatal(err)
	}
	var answer struct{ Options map[string]any }
	if err := json.Unmarshal([]byte(askForm(t, items, nil).body), &answer); err != nil {
		t.Fatal(err)
	}
	raw, _ := answer.Options["contextJwt"].(string)
	parsed, err := token.Parse(raw)
	if err != nil {
		t.Fatal(err)
	}
	wantEqual(t, "sub", parsed.Claims.Subject, host.CurrentUser().AccountID)
}

func TestJournalView(t *testing.T) {
	t.Parallel()
	host, app, tenant := installed(t, &fakehost.Server{})
	_, _, e := openPage(t, pageOf(t, host, app, "items"))
	entry, err := json.Marshal(map[string]any{
		"kind": "call", "call": "request.send", "url": "/x?jwt=" + e.contextJWT(), "text": "secret " + tenant.SharedSecret + " and " + host.Secret(),
		"token": e.contextJWT(), "args": []string{e.contextJWT(), tenant.SharedSecret},
	})
	if err != nil {
		t.Fatal(err)
	}
	wantEqual(t, "report", report(t, host, string(entry)).status, 204)
	plain := ask(t, "GET", host.Origin()+"/_standin/journal", "", "X-Standin-Secret", host.Secret())
	signature := e.contextJWT()[strings.LastIndexByte(e.contextJWT(), '.')+1:]
	for what, leak := range map[string]string{"signature": signature, "shared secret": tenant.SharedSecret, "run's secret": host.Secret()} {
		if strings.Contains(plain.body, leak) {
			t.Errorf("the journal shows a %s:\n%s", what, plain.body)
		}
	}
	all := control[journalAnswer](t, host, "GET", "/_standin/journal", "", 200)
	wantEqual(t, "last", all.Last, host.Mark())
	last := all.Entries[len(all.Entries)-1]
	wantEqual(t, "last entry", []any{last.Seq, last.Kind, last.Call, last.Token}, []any{all.Last, "call", "request.send", token.ID(e.contextJWT())})
	var args []string
	if err := json.Unmarshal(last.Args, &args); err != nil || len(args) != 2 || args[0] != token.Redact(e.contextJWT()) || args[1] != "<secret>" {
		t.Errorf("args are %s", last.Args)
	}
	rest := control[journalAnswer](t, host, "GET", fmt.Sprintf("/_standin/journal?after=%d", all.Last-1), "", 200)
	wantEqual(t, "entries after the last but one", len(rest.Entries), 1)
	none := control[journalAnswer](t, host, "GET", "/_standin/journal?after=99999", "", 200)
	if none.Entries == nil || len(none.Entries) != 0 {
		t.Errorf("after all: %+v", none)
	}
	for _, query := range []string{"after=x", "after=-1", "wait=soon", "wait=-1s"} {
		control[errorAnswer](t, host, "GET", "/_standin/journal?"+query, "", 400)
	}
}

// Who waits is answered by the next entry, and at once when the host closes.
func TestJournalWaits(t *testing.T) {
	t.Parallel()
	host := startHost(t, &fakehost.Server{})
	wait := func() <-chan journalAnswer {
		done := make(chan journalAnswer, 1)
		mark := host.Mark()
		go func() {
			request, _ := http.NewRequestWithContext(testContext(t), "GET", fmt.Sprintf("%s/_standin/journal?wait=30s&after=%d", host.Origin(), mark), nil)
			request.Header.Set("X-Standin-Secret", host.Secret())
			var answer journalAnswer
			if response, err := client.Do(request); err == nil {
				defer response.Body.Close()
				_ = json.NewDecoder(response.Body).Decode(&answer)
			}
			done <- answer
		}()
		return done
	}
	waiting := wait()
	control[map[string]any](t, host, "POST", "/_standin/clock", `{"advance":"16m"}`, 200)
	answer := <-waiting
	if len(answer.Entries) != 1 || answer.Entries[0].Kind != "control" || !strings.Contains(answer.Entries[0].Text, "16m") {
		t.Errorf("the answer is %+v", answer)
	}
	waiting = wait()
	started := clock.System()
	if err := host.Close(); err != nil {
		t.Error(err)
	}
	<-waiting
	if took := clock.System().Sub(started); took > 3*time.Second {
		t.Errorf("closing took %s", took)
	}
}

func TestControlApps(t *testing.T) {
	t.Parallel()
	host, app, tenant := installed(t, &fakehost.Server{})
	do := func(action, state string) {
		t.Helper()
		apps := control[appsAnswer](t, host, "POST", "/_standin/apps", fmt.Sprintf(`{"do":%q}`, action), 200).Apps
		if len(apps) != 1 || apps[0].State != state || apps[0].ClientKey != tenant.ClientKey {
			t.Fatalf("after %s: %+v, want %s", action, apps, state)
		}
	}
	events := func() []string {
		var list []string
		for _, call := range app.lifecycleCalls() {
			list = append(list, call.Event)
		}
		return list
	}
	do("disable", "disabled")
	do("enable", "installed")
	do("rotate-secret", "installed")
	rotated, _ := host.Tenant(fakeKey)
	do("uninstall", "uninstalled")
	wantEqual(t, "places", len(host.Places()), 0)
	do("reinstall", "installed")
	back, _ := host.Tenant(fakeKey)
	secrets := map[string]bool{tenant.SharedSecret: true, rotated.SharedSecret: true, back.SharedSecret: true}
	wantEqual(t, "different secrets", len(secrets), 3)
	wantEqual(t, "what the app was told", events(), []string{
		"installed", "enabled", "disabled", "enabled", "installed", "disabled", "uninstalled", "installed", "enabled",
	})
	for body, status := range map[string]int{
		``: 400, `{"do":"explode"}`: 400, `{"do":"reinstall"}`: 409, `{"app":"other","do":"uninstall"}`: 409,
	} {
		control[errorAnswer](t, host, "POST", "/_standin/apps", body, status)
	}
	app.respond = func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "not today", http.StatusTeapot) }
	if got := control[errorAnswer](t, host, "POST", "/_standin/apps", `{"do":"rotate-secret"}`, 502); !strings.Contains(got.Error, "not today") {
		t.Errorf("the app's refusal is told as %s", got.Error)
	}
}

func TestStartPageControls(t *testing.T) {
	t.Parallel()
	host, _, tenant := installed(t, &fakehost.Server{ContextTTL: time.Minute, IframeTTL: time.Hour, ControlSecret: "chosen-beforehand"})
	page := ask(t, "GET", host.Origin()+"/", "")
	for _, want := range []string{
		"Robin Standin", "Kim Standin", "anonymous", `data-advance="14m0s"`, `data-advance="16m0s"`, `data-advance="1h0m0s" data-kind="sleep"`,
		`"secret":"chosen-beforehand"`, "getToken live 1m,", "iframes 1h.", `src="/_standin/start.js"`,
	} {
		if !strings.Contains(page.body, want) {
			t.Errorf("the start page lacks %s:\n%s", want, page.body)
		}
	}
	if strings.Contains(page.body, tenant.SharedSecret) {
		t.Error("the start page shows the shared secret")
	}
	wantEqual(t, "X-Frame-Options", page.header.Get("X-Frame-Options"), "DENY")
	script := ask(t, "GET", host.Origin()+"/_standin/start.js", "")
	wantEqual(t, "script", []any{script.status, script.header.Get("Content-Type")}, []any{200, "text/javascript; charset=utf-8"})
}

func TestControlSecretForm(t *testing.T) {
	t.Parallel()
	for _, secret := range []string{"short", "with blanks in it!", "line\nbreak-in-the-middle", strings.Repeat("x", 201)} {
		host := &fakehost.Server{ControlSecret: secret}
		if err := host.Start(); err == nil || strings.Contains(err.Error(), secret) {
			t.Errorf("Start with the secret %q = %v", secret, err)
		}
		_ = host.Close()
	}
}
