package fakehost_test

import (
	"strings"
	"testing"

	"github.com/standin-dev/standin/fakehost"
)

// TestScopes calls the product as an app with few scopes: by its back end with a
// JWT, by an access token, and by AP.request.
func TestScopes(t *testing.T) {
	t.Parallel()
	const issue, property = "/rest/api/3/issue/DEMO-1", "/rest/api/3/issue/DEMO-1/properties/x"
	for setting, pagesToo := range map[string]bool{"": false, fakehost.ScopesBackEnd: false, fakehost.ScopesAll: true} {
		host := startHost(t, &fakehost.Server{Scopes: setting})
		d := newFakeApp(t, host).descriptor(t)
		d.Scopes = []string{"READ"}
		tenant, err := host.Install(testContext(t), d, fakehost.InstallOptions{})
		if err != nil {
			t.Fatal(err)
		}
		backend := func(method, path, body string) answer {
			return ask(t, method, host.BaseURL()+path, body, "Authorization", "JWT "+sign(t, tenant.SharedSecret, backendClaims(method, path, "")))
		}
		page := func(method, path, body string) answer {
			return ask(t, method, host.BaseURL()+path, body, "X-Standin-Secret", host.Secret(), "AP-Client-Key", "com.example.fake")
		}
		wantEqual(t, "a read", backend("GET", issue, "").status, 200)
		refused := backend("PUT", property, "1")
		wantEqual(t, "a write", refused.status, 403)
		if !strings.Contains(refused.body, `"errorMessages":["Request not in an authorized API scope: PUT `+property+` needs WRITE`) {
			t.Errorf("the refusal: %s", refused.body)
		}
		if e := lastEntry(host); e.Status != 403 || e.Who != fakehost.WhoBackendJWT || !strings.Contains(e.Text, "the scopes of com.example.fake are READ") {
			t.Errorf("the journal says %s", e)
		}
		wantEqual(t, "what is not emulated", backend("DELETE", "/rest/api/3/nothing", "").status, 403)
		wantEqual(t, "what is its own", backend("PUT", "/rest/atlassian-connect/1/addons/com.example.fake/properties/x", "1").status, 201)
		wantEqual(t, "AP.request", page("PUT", property, "1").status == 403, pagesToo)
		// The person and the product's page need none.
		wantEqual(t, "the page itself", ask(t, "PUT", host.BaseURL()+property, "1", "X-Standin-Secret", host.Secret()).status/100, 2)
	}
	host := startHost(t, &fakehost.Server{Scopes: fakehost.ScopesOff})
	d := newFakeApp(t, host).descriptor(t)
	d.Scopes = nil
	tenant, err := host.Install(testContext(t), d, fakehost.InstallOptions{})
	if err != nil {
		t.Fatal(err)
	}
	a := ask(t, "PUT", host.BaseURL()+property, "1", "Authorization", "JWT "+sign(t, tenant.SharedSecret, backendClaims("PUT", property, "")))
	wantEqual(t, "without checks", a.status, 201)
	if err := (&fakehost.Server{Scopes: "some"}).Start(); err == nil || !strings.Contains(err.Error(), `scopes "some"`) {
		t.Errorf("Start with odd scopes: %v", err)
	}
}

// TestScopesOfAccessToken asks for fewer scopes than the app has.
func TestScopesOfAccessToken(t *testing.T) {
	t.Parallel()
	host, tenant, _ := installedAsUser(t, &fakehost.Server{})
	wider := *tenant.App
	wider.Scopes = []string{"WRITE", "ACT_AS_USER", "READ"}
	tenant, err := host.Upgrade(testContext(t), &wider, fakehost.LifecycleOptions{})
	if err != nil {
		t.Fatal(err)
	}
	for scope, want := range map[string]int{"": 201, "WRITE": 201, "READ": 403} {
		form := oauthForm(t, host, tenant, tenant.SharedSecret, nil)
		form.Del("scope")
		if scope != "" {
			form.Set("scope", scope)
		}
		bearer := "Bearer " + accessToken(t, host, form)
		a := ask(t, "PUT", host.BaseURL()+"/rest/api/3/issue/DEMO-1/properties/of"+scope, "1", "Authorization", bearer)
		wantEqual(t, "a write with the scope "+scope, a.status, want)
		if want == 403 && !strings.Contains(a.body, "was asked for with READ") {
			t.Errorf("the refusal: %s", a.body)
		}
	}
}
