package fakehost_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/standin-dev/standin/fakehost"
	"github.com/standin-dev/standin/fakehost/clock"
	"github.com/standin-dev/standin/fakehost/token"
)

// TestLifecycleCall: a call that is spelled out is what the host would send, and each
// forgery is refused by an app that verifies, for its own reason.
func TestLifecycleCall(t *testing.T) {
	t.Parallel()
	host := startHost(t, &fakehost.Server{})
	app := newFakeApp(t, host)
	tenant := fakehost.Tenant{ClientKey: "made-up", SharedSecret: "its secret", App: app.descriptor(t)}
	claims := func(change func(*token.Claims)) fakehost.LifecycleForgery {
		return fakehost.LifecycleForgery{Claims: change}
	}
	for name, test := range map[string]struct {
		forge fakehost.LifecycleForgery
		alg   string
		why   string // empty: the app takes it
	}{
		"right":          {fakehost.LifecycleForgery{}, "RS256", ""},
		"unsigned":       {fakehost.LifecycleForgery{Unsigned: true}, "", ""}, // which the app of these tests leaves to them
		"another key":    {fakehost.LifecycleForgery{OtherKey: true}, "RS256", "signature is invalid"},
		"a secret":       {fakehost.LifecycleForgery{Secret: "its secret"}, "HS256", "signing method HS256 is invalid"},
		"another tenant": {claims(func(c *token.Claims) { c.Issuer = "other" }), "RS256", "invalid issuer"},
		"another app":    {claims(func(c *token.Claims) { c.Audience[0] = "https://other.example.com" }), "RS256", "invalid audience"},
		"expired": {claims(func(c *token.Claims) {
			c.IssuedAt, c.ExpiresAt = clock.System().Add(-2*time.Hour), clock.System().Add(-time.Hour)
		}), "RS256", "token is expired"},
	} {
		for _, event := range []string{"installed", "uninstalled"} {
			call, err := host.LifecycleCall(tenant, event, test.forge)
			if err != nil {
				t.Fatal(err)
			}
			before := len(app.lifecycleCalls())
			ask(t, "POST", call.URL, string(call.Body), "Authorization", call.Header.Get("Authorization"), "Content-Type", call.Header.Get("Content-Type"))
			got := app.lifecycleCalls()[before]
			if (got.Err == nil) != (test.why == "") || got.Err != nil && !strings.Contains(got.Err.Error(), test.why) {
				t.Errorf("%s, %s: the app refuses with %v, want %q", name, event, got.Err, test.why)
			}
			if got.Err == nil {
				wantEqual(t, name+", algorithm", got.Alg, test.alg)
			}
			secret, told := got.Body["sharedSecret"]
			wantEqual(t, name+", body", []any{got.Event, got.Body["clientKey"], got.Body["baseUrl"], secret, told},
				[]any{event, any("made-up"), any(host.BaseURL()), map[bool]any{true: "its secret", false: nil}[event == "installed"], event == "installed"})
		}
	}
	wantEqual(t, "tenants", len(host.Journal()), 0)
}

func TestLifecycleCallWithout(t *testing.T) {
	t.Parallel()
	host := &fakehost.Server{}
	app := newFakeApp(t, host)
	d := *app.descriptor(t)
	if _, err := host.LifecycleCall(fakehost.Tenant{App: &d}, "installed", fakehost.LifecycleForgery{}); !errors.Is(err, fakehost.ErrNotStarted) {
		t.Errorf("of a host that is not started: %v", err)
	}
	startHost(t, host)
	d.Lifecycle.Uninstalled = ""
	if _, err := host.LifecycleCall(fakehost.Tenant{App: &d}, "uninstalled", fakehost.LifecycleForgery{}); err == nil || !strings.Contains(err.Error(), "has no lifecycle.uninstalled") {
		t.Errorf("without an address: %v", err)
	}
}
