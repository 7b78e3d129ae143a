package fakehost_test

import (
	"encoding/json"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/standin-dev/standin/fakehost"
	"github.com/standin-dev/standin/fakehost/clock"
)

// installedAsUser starts a host with an app that may act as a user. The real time
// that its clock sees is moved by the returned number of seconds.
func installedAsUser(t *testing.T, s *fakehost.Server) (*fakehost.Server, *fakehost.Tenant, *atomic.Int64) {
	t.Helper()
	var ahead atomic.Int64
	s.User.AccountID = "me"
	s.Clock = clock.New(clock.Options{Real: func() time.Time {
		return clock.System().Add(time.Duration(ahead.Load()) * time.Second)
	}})
	startHost(t, s)
	d := newFakeApp(t, s).descriptor(t)
	d.Scopes = []string{"read", "ACT_AS_USER"}
	tenant, err := s.Install(testContext(t), d, fakehost.InstallOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return s, tenant, &ahead
}

func accessToken(t *testing.T, host *fakehost.Server, form url.Values) string {
	t.Helper()
	a := askForm(t, host.TokenURL(), form)
	var answer struct {
		AccessToken string `json:"access_token"`
		ExpiresIn   int    `json:"expires_in"`
		TokenType   string `json:"token_type"`
	}
	if err := json.Unmarshal([]byte(a.body), &answer); err != nil || a.status != 200 || answer.AccessToken == "" {
		t.Fatalf("status %d: %s", a.status, a.body)
	}
	wantEqual(t, "life", answer.ExpiresIn, 900)
	wantEqual(t, "type", answer.TokenType, "Bearer")
	return answer.AccessToken
}

func TestOAuth(t *testing.T) {
	t.Parallel()
	for product, me := range map[fakehost.Product]string{fakehost.Jira: "/rest/api/3/myself", fakehost.Confluence: "/rest/api/user/current"} {
		host, tenant, ahead := installedAsUser(t, &fakehost.Server{Product: product})
		bearer := []string{"Authorization", "Bearer " + accessToken(t, host, oauthForm(t, host, tenant, tenant.SharedSecret, nil))}
		wantEqual(t, "who asks for a token", lastEntry(host).Who, fakehost.WhoBackendOAuth)
		call := func() answer { return ask(t, "GET", host.BaseURL()+me, "", bearer...) }

		a, e := call(), lastEntry(host)
		if a.status != 200 || !strings.Contains(a.body, `"accountId":"me"`) || e.Who != fakehost.WhoBackendOAuth || !strings.Contains(e.Text, "of com.example.fake as user me") {
			t.Errorf("%s: status %d: %s\n%s", product, a.status, a.body, e)
		}
		if err := host.Disable(testContext(t), "com.example.fake", fakehost.LifecycleOptions{}); err != nil {
			t.Fatal(err)
		}
		if a := call(); a.status != 401 || !strings.Contains(a.body, "disabled") {
			t.Errorf("disabled: status %d: %s", a.status, a.body)
		}
		if err := host.Enable(testContext(t), "com.example.fake", fakehost.LifecycleOptions{}); err != nil {
			t.Fatal(err)
		}
		ahead.Store(899)
		wantEqual(t, "status at 899 s", call().status, 200)
		ahead.Store(900)
		if a := call(); a.status != 401 || !strings.Contains(a.body, "the access token expired") {
			t.Errorf("at 900 s: status %d: %s", a.status, a.body)
		}
		ahead.Store(0)
		if err := host.ImportSite(testContext(t), fakehost.LifecycleOptions{}); err != nil {
			t.Fatal(err)
		}
		if a := call(); a.status != 401 || !strings.Contains(a.body, "of an install of com.example.fake that is no more") {
			t.Errorf("after an import: status %d: %s", a.status, a.body)
		}
		// Production answers 400 to the OAuth client of before an import.
		if a := askForm(t, host.TokenURL(), oauthForm(t, host, tenant, tenant.SharedSecret, nil)); a.status != 400 || !strings.Contains(a.body, "no app has the oauthClientId") {
			t.Errorf("old client: status %d: %s", a.status, a.body)
		}
	}
}

func TestOAuthAudiences(t *testing.T) {
	t.Parallel()
	host, tenant, _ := installedAsUser(t, &fakehost.Server{})
	for _, aud := range []string{"https://oauth-2-authorization-server.services.atlassian.com/", "https://auth.atlassian.io", host.Origin(), host.TokenURL(), host.Origin() + "/_standin"} {
		accessToken(t, host, oauthForm(t, host, tenant, tenant.SharedSecret, map[string]any{"aud": aud}))
	}
	accessToken(t, host, oauthForm(t, host, tenant, tenant.SharedSecret, map[string]any{"iat": nil})) // as published clients have it
	form := oauthForm(t, host, tenant, tenant.SharedSecret, map[string]any{"tnt": host.BaseURL() + "/"})
	form.Set("scope", "READ+act_as_user")
	accessToken(t, host, form)
}

func TestOAuthRefusals(t *testing.T) {
	t.Parallel()
	host, tenant, _ := installedAsUser(t, &fakehost.Server{Product: fakehost.Confluence})
	at := func(d time.Duration) int64 { return time.Now().Add(d).Unix() }
	for _, tt := range []struct {
		name    string
		secret  string
		changes map[string]any
		form    map[string]string
		code    string
		reason  string
	}{
		{"signature", "guessed", nil, nil, "invalid_grant", "wrong signature"},
		{"iss", "", map[string]any{"iss": "com.example.fake"}, nil, "invalid_grant", "urn:atlassian:connect:clientid:"},
		{"client", "", map[string]any{"iss": "urn:atlassian:connect:clientid:x"}, nil, "invalid_grant", "no app has the oauthClientId"},
		{"no client", "", map[string]any{"iss": "urn:atlassian:connect:clientid:"}, nil, "invalid_grant", "no app has the oauthClientId"},
		{"user key", "", map[string]any{"sub": "urn:atlassian:connect:userkey:admin"}, nil, "invalid_grant", "user keys are gone"},
		{"user", "", map[string]any{"sub": "urn:atlassian:connect:useraccountid:you"}, nil, "invalid_grant", "knows no user"},
		{"tnt without /wiki", "", map[string]any{"tnt": host.Origin()}, nil, "invalid_grant", "tnt is"},
		{"no tnt", "", map[string]any{"tnt": nil}, nil, "invalid_grant", "tnt is"},
		{"aud", "", map[string]any{"aud": "https://example.com"}, nil, "invalid_grant", "aud is"},
		{"no aud", "", map[string]any{"aud": nil}, nil, "invalid_grant", "aud is"},
		{"expired", "", map[string]any{"exp": at(-time.Minute)}, nil, "invalid_grant", "expired"},
		{"no exp", "", map[string]any{"exp": nil}, nil, "invalid_grant", "needs an exp"},
		{"long life", "", map[string]any{"exp": at(10 * time.Minute)}, nil, "invalid_grant", "60 s is the most"},
		{"grant type", "", nil, map[string]string{"grant_type": "password"}, "unsupported_grant_type", "grant_type is"},
		{"no assertion", "", nil, map[string]string{"assertion": ""}, "invalid_grant", "malformed"},
		{"scope", "", nil, map[string]string{"scope": "READ ADMIN"}, "invalid_scope", "no scope ADMIN"},
	} {
		secret := tt.secret
		if secret == "" {
			secret = tenant.SharedSecret
		}
		form := oauthForm(t, host, tenant, secret, tt.changes)
		for name, value := range tt.form {
			form.Set(name, value)
		}
		a := askForm(t, host.TokenURL(), form)
		e := lastEntry(host)
		if a.status != 400 || !strings.Contains(a.body, `"error":"`+tt.code+`"`) || !strings.Contains(a.body, jsonText(tt.reason)) ||
			e.Status != 400 || e.Who != fakehost.WhoBackendOAuth || !strings.Contains(e.Text, tt.reason) || !strings.Contains(e.Refusal, tt.reason) {
			t.Errorf("%s: status %d: %s\n%s\nwant %s and %q", tt.name, a.status, a.body, e, tt.code, tt.reason)
		}
	}

	// Without the scope nothing helps.
	other, _, plain := installed(t, &fakehost.Server{User: fakehost.User{AccountID: "me"}})
	if a := askForm(t, other.TokenURL(), oauthForm(t, other, plain, plain.SharedSecret, nil)); a.status != 400 || !strings.Contains(a.body, "unauthorized_client") {
		t.Errorf("without ACT_AS_USER: status %d: %s", a.status, a.body)
	}
}
