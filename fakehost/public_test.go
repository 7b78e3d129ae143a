package fakehost_test

import (
	"errors"
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

// Where browsers are led here by the public name, pages speak of it alone, and who
// asks by it is let in; keys and tokens stay where programs find them. After a rename
// the new name counts, and the old one still answers.
func TestPublicPages(t *testing.T) {
	t.Parallel()
	const old, other = "acme.atlassian.net", "other.atlassian.net"
	host, _, tenant := installed(t, &fakehost.Server{PublicURL: "https://" + old, PublicPages: true})
	module := tenant.App.IframeModules()[0]
	look := func(name string) {
		t.Helper()
		wantEqual(t, "origin", host.Origin(), "https://"+name)
		wantEqual(t, "base URL", host.BaseURL(), "https://"+name)
		page, ok := strings.CutPrefix(host.PageURL(module), host.Origin())
		if !ok {
			t.Fatalf("the page is %s", host.PageURL(module))
		}
		_, _, e := openPage(t, host.LocalOrigin()+page, "Host", name)
		wantEqual(t, "host's origin", e.Options["hostOrigin"], any(host.Origin()))
		if !strings.Contains(e.URL, "xdm_e=https%3A%2F%2F"+name+"&") {
			t.Errorf("the frame's URL is %s", e.URL)
		}
	}
	look(old)
	for what, address := range map[string]string{"keys": host.KeysURL(), "tokens": host.TokenURL(), "local": host.LocalOrigin()} {
		if !strings.HasPrefix(address, "http://localhost:") {
			t.Errorf("%s: %s is not on loopback", what, address)
		}
	}
	const path = "/rest/api/3/myself"
	for _, tt := range []struct {
		headers []string
		status  int
	}{
		{[]string{"Host", old, "Origin", "https://" + old, "Sec-Fetch-Site", "same-origin"}, 200},
		{[]string{"Host", old, "Referer", "https://" + old + "/page"}, 200},
		{[]string{"Host", old, "Origin", "http://" + old, "Sec-Fetch-Site", "same-origin"}, 401},
		{[]string{"Host", old, "Origin", "https://" + other, "Sec-Fetch-Site", "same-site"}, 401},
		{[]string{"Host", other}, 403},
		{[]string{"Host", old + ":8443"}, 403},
		{[]string{"Host", "x." + old}, 403},
	} {
		wantEqual(t, strings.Join(tt.headers, " "), ask(t, "GET", host.LocalOrigin()+path, "", tt.headers...).status, tt.status)
	}
	if err := host.RenameSite(t.Context(), other, fakehost.LifecycleOptions{}); err != nil {
		t.Error(err)
	}
	look(other)
	wantEqual(t, "status by the old name", ask(t, "GET", host.LocalOrigin()+"/", "", "Host", old).status, 200)
	for name, is := range map[string]bool{old: true, other: true, "third.atlassian.net": false, "localhost": false, "": false} {
		wantEqual(t, "site "+name, host.IsSite(name), is)
	}
	if err := (&fakehost.Server{PublicPages: true}).Start(); err == nil || !strings.Contains(err.Error(), "set PublicURL") {
		t.Errorf("without a URL: %v", err)
	}
}

// TestPublish gives a host that is up a public name: apps that are installed then are
// told of it, pages have it, and the key server stays where it was.
func TestPublish(t *testing.T) {
	t.Parallel()
	const site = "https://acme.atlassian.net"
	if err := (&fakehost.Server{}).Publish(site); !errors.Is(err, fakehost.ErrNotStarted) {
		t.Errorf("before Start: %v", err)
	}
	host, app, before := installed(t, &fakehost.Server{Product: fakehost.Confluence})
	keys, local := host.KeysURL(), host.LocalOrigin()
	if err := host.UninstallApp(testContext(t), fakeKey, fakehost.LifecycleOptions{}); err != nil {
		t.Fatal(err)
	}
	for _, bad := range []string{"acme.atlassian.net", "http://acme.atlassian.net", "https://localhost", "https://acme.atlassian.net/wiki"} {
		if err := host.Publish(bad); err == nil {
			t.Errorf("%s is taken for an origin", bad)
		}
	}
	if err := host.Publish(site); err != nil {
		t.Fatal(err)
	}
	if err := host.Publish(site); err == nil || !strings.Contains(err.Error(), "it is "+site+" already") {
		t.Errorf("twice: %v", err)
	}
	after, err := host.Install(testContext(t), app.descriptor(t), fakehost.InstallOptions{})
	if err != nil {
		t.Fatal(err)
	}
	wantEqual(t, "base URL", after.BaseURL, site+"/wiki")
	if after.ClientKey == before.ClientKey || after.SharedSecret == before.SharedSecret {
		t.Error("it is the tenant of before")
	}
	wantEqual(t, "addresses", []string{host.Origin(), host.LocalOrigin(), host.KeysURL()}, []string{site, local, keys})
	if page := pageOf(t, host, app, "items"); !strings.HasPrefix(page, site+"/wiki/") {
		t.Errorf("the page is at %s", page)
	}
}
