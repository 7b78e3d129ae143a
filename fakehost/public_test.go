package fakehost_test

import (
	"strings"
	"testing"

	"github.com/standin-dev/standin/fakehost"
)

// Apps are told the public name; pages and their frames are where the browser is.
func TestPublicURL(t *testing.T) {
	t.Parallel()
	for _, product := range []fakehost.Product{fakehost.Jira, fakehost.Confluence} {
		host, app, tenant := installed(t, &fakehost.Server{Product: product, PublicURL: "https://acme.atlassian.net"})
		path := ""
		if product == fakehost.Confluence {
			path = "/wiki"
		}
		wantEqual(t, "public origin", host.PublicOrigin(), "https://acme.atlassian.net")
		wantEqual(t, "base URL", host.BaseURL(), "https://acme.atlassian.net"+path)
		wantEqual(t, "tenant's base URL", tenant.BaseURL, host.BaseURL())
		for _, call := range app.lifecycleCalls() {
			wantEqual(t, call.Event+" body", call.Body["baseUrl"], any(host.BaseURL()))
		}
		for what, loopback := range map[string]string{
			"origin": host.Origin(), "keys": host.KeysURL(), "tokens": host.TokenURL(), "page": host.PageURL(tenant.App.IframeModules()[0]),
		} {
			if !strings.HasPrefix(loopback, "http://localhost:") {
				t.Errorf("%s: %s is not on loopback", what, loopback)
			}
		}
		self := askAsPage(t, host, "GET", host.Origin()+path+"/rest/atlassian-connect/1/addons/"+tenant.App.Key+"/properties", "",
			"AP-Client-Key", tenant.App.Key)
		wantEqual(t, "status of REST on loopback", self.status, 200)

		if err := host.RenameSite(t.Context(), "other.atlassian.net", fakehost.LifecycleOptions{}); err != nil {
			t.Error(err)
		}
		wantEqual(t, "base URL after the rename", host.BaseURL(), "https://other.atlassian.net"+path)
		calls := app.lifecycleCalls()
		wantEqual(t, "what the app was told of the rename", calls[len(calls)-1].Body["baseUrl"], any(host.BaseURL()))
		for _, name := range []string{"localhost", "other.atlassian.net", "http://x.atlassian.net", "nodots", ""} {
			if err := host.RenameSite(t.Context(), name, fakehost.LifecycleOptions{}); err == nil {
				t.Errorf("renamed to %q", name)
			}
		}
	}
}

func TestPublicURLWrong(t *testing.T) {
	t.Parallel()
	for _, public := range []string{
		"acme.atlassian.net", "http://acme.atlassian.net", "https://acme.atlassian.net/wiki", "https://localhost",
		"https://x.localhost", "https://127.0.0.1", "https://acme.atlassian.net:8443", "https://a@acme.atlassian.net",
	} {
		host := &fakehost.Server{PublicURL: public}
		if err := host.Start(); err == nil {
			t.Errorf("started with %q", public)
			_ = host.Close()
		}
	}
}
