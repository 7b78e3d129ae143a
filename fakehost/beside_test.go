package fakehost_test

import (
	"errors"
	"net/http"
	"testing"
	"time"

	"github.com/standin-dev/standin/fakehost"
	"github.com/standin-dev/standin/fakehost/clock"
)

// TestBeside installs one app on three hosts at once. The app asks the key server
// of the first alone.
func TestBeside(t *testing.T) {
	t.Parallel()
	one, app, first := installed(t, &fakehost.Server{})
	two := startHost(t, &fakehost.Server{Beside: one})
	wiki := startHost(t, &fakehost.Server{Beside: two, Product: fakehost.Confluence, Site: "127.0.0.1"})
	hosts := []*fakehost.Server{one, two, wiki}
	tenants := []*fakehost.Tenant{first}
	for _, host := range hosts[1:] {
		tenant, err := host.Install(testContext(t), app.descriptor(t), fakehost.InstallOptions{})
		if err != nil {
			t.Fatal(err)
		}
		tenants = append(tenants, tenant)
	}
	one.Time().Advance(16*time.Minute, clock.Sleep)
	for i, host := range hosts {
		tenant := tenants[i]
		wantEqual(t, "base URL", tenant.BaseURL, host.BaseURL())
		body := app.lifecycleCalls()[2*i].Body
		wantEqual(t, "told base URL and client key", []any{body["baseUrl"], body["clientKey"]}, []any{host.BaseURL(), tenant.ClientKey})
		_, _, e := openPage(t, pageOf(t, host, app, "items"))
		moved := one.Translator().Outbound(e.contextJWT())
		if !moved.Verified || moved.Virtual.Claims.Issuer != tenant.ClientKey || moved.Sent == moved.Original {
			t.Errorf("host %d: the token is not translatable by the first: %+v", i, moved)
		}
		// A secret is good at its own site alone.
		for j, other := range hosts {
			path := map[bool]string{true: "/rest/api/space", false: "/rest/api/3/project"}[other == wiki]
			raw := sign(t, tenant.SharedSecret, backendClaims("GET", path, ""))
			want := map[bool]int{true: 200, false: 401}[i == j]
			if a := ask(t, "GET", other.BaseURL()+path, "", "Authorization", "JWT "+raw); a.status != want {
				t.Errorf("the secret of host %d at host %d: status %d, want %d", i, j, a.status, want)
			}
			wantEqual(t, "site", lastEntry(one).Site, other.Origin())
		}
	}
	wantEqual(t, "marks", []int{one.Mark(), two.Mark()}, []int{wiki.Mark(), wiki.Mark()})
	wantEqual(t, "secrets", []string{two.Secret(), wiki.Secret()}, []string{one.Secret(), one.Secret()})
	// What happens to one site is not the others' business. The test's app knows one
	// secret at a time, so here it believes everything.
	app.respond = func(http.ResponseWriter, *http.Request) {}
	if err := two.Uninstall(testContext(t)); err != nil {
		t.Fatal(err)
	}
	wantEqual(t, "page of the first", ask(t, "GET", pageOf(t, one, app, "items"), "").status, 200)
	wantEqual(t, "page of the second", ask(t, "GET", two.BaseURL()+"/plugins/servlet/ac/"+fakeKey+"/items", "").status, 404)
}

// TestBesideWithItsOwnTime: time goes by at one site alone, and what is written down there
// and the tokens that are known are that one's, while one key server serves both.
func TestBesideWithItsOwnTime(t *testing.T) {
	t.Parallel()
	one, app, _ := installed(t, &fakehost.Server{})
	two := startHost(t, &fakehost.Server{Beside: one, OwnTime: true, Clock: clock.New(clock.Options{Start: one.Time().Now()})})
	tenant, err := two.Install(testContext(t), app.descriptor(t), fakehost.InstallOptions{})
	if err != nil {
		t.Fatal(err)
	}
	before := one.Time().Now()
	two.Time().Advance(16*time.Minute, clock.Sleep)
	if passed := one.Time().Now().Sub(before); passed > time.Minute {
		t.Errorf("%s passed at the first site", passed)
	}
	_, _, e := openPage(t, pageOf(t, two, app, "items"))
	if moved := two.Translator().Outbound(e.contextJWT()); !moved.Verified || moved.Virtual.Claims.Issuer != tenant.ClientKey {
		t.Errorf("its own translator does not know its token: %+v", moved)
	}
	if known := one.Translator().Look(e.contextJWT()); known.Verified {
		t.Errorf("the first site's translator knows it: %+v", known)
	}
	if two.Mark() == 0 || one.Mark() == two.Mark() {
		t.Errorf("journals of %d and %d entries", one.Mark(), two.Mark())
	}
}

func TestBesideWrongly(t *testing.T) {
	t.Parallel()
	self := &fakehost.Server{}
	self.Beside = self
	if err := self.Start(); err == nil {
		t.Error("a host stands beside itself")
	}
	if err := (&fakehost.Server{Beside: &fakehost.Server{}}).Start(); !errors.Is(err, fakehost.ErrNotStarted) {
		t.Errorf("beside a host that is not started = %v", err)
	}
	one := startHost(t, &fakehost.Server{})
	if err := (&fakehost.Server{Beside: one, Clock: clock.New(clock.Options{})}).Start(); err == nil {
		t.Error("a host with two clocks started")
	}
}
