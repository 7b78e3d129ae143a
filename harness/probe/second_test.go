package probe_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/standin-dev/standin/fakehost/token"
	"github.com/standin-dev/standin/harness/judge"
	"github.com/standin-dev/standin/harness/probe"
)

const (
	secondKey    = "6f6e652d-7465-4e61-8e74-000000000002"
	secondSecret = "the secret of the second tenant"
	// The second site's address begins as the first's.
	firstSite, secondSite = "http://localhost:1234", "http://localhost:12345"
)

// twoSites is a back end of two tenants. secrets says which secrets may have signed a
// token of a tenant; about says whose data the answer is.
type twoSites struct {
	secrets func(key string) []string
	about   func(key string) string
	// decodes has it look at no signature.
	decodes bool
}

func (s twoSites) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	raw, _ := strings.CutPrefix(r.Header.Get("Authorization"), "JWT ")
	parsed, err := token.Parse(raw)
	if err != nil {
		http.Error(w, "no", http.StatusUnauthorized)
		return
	}
	key := parsed.Claims.Issuer
	fits := s.decodes || slices.ContainsFunc(s.secrets(key), func(secret string) bool {
		_, err := token.Verify(raw, token.Expect{Secret: secret, At: at, Issuer: key, QSH: token.ContextQSH})
		return err == nil
	})
	if !fits {
		http.Error(w, "no", http.StatusUnauthorized)
		return
	}
	about := s.about(key)
	w.Header().Set("Content-Type", "application/json")
	fmt.Fprintf(w, `{"clientKey":%q,"site":%q}`, about, map[string]string{clientKey: firstSite, secondKey: secondSite}[about])
}

func own(key string) []string {
	return map[string][]string{clientKey: {secret}, secondKey: {secondSecret}}[key]
}

func itself(key string) string { return key }

// TestProbeSecond: a back end that keeps two tenants apart is silent, and each way of
// mixing them up breaks its rule.
func TestProbeSecond(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		app  twoSites
		want []*judge.Rule
	}{
		"sound":               {twoSites{own, itself, false}, nil},
		"any secret":          {twoSites{func(string) []string { return []string{secret, secondSecret} }, itself, false}, []*judge.Rule{probe.KnowsTenant}},
		"the newest's secret": {twoSites{func(string) []string { return []string{secondSecret} }, itself, false}, []*judge.Rule{probe.KeepsTenants, probe.KnowsTenant}},
		"the newest alone":    {twoSites{func(key string) []string { return map[string][]string{secondKey: {secondSecret}}[key] }, itself, false}, []*judge.Rule{probe.KeepsTenants}},
		"looks at no key":     {twoSites{own, itself, true}, nil}, // which is no matter of tenants
		"the first's data":    {twoSites{own, func(string) string { return clientKey }, false}, []*judge.Rule{probe.PartsTenants}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var app atomic.Pointer[twoSites]
			app.Store(&twoSites{own, itself, false}) // until the second site comes
			s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { app.Load().ServeHTTP(w, r) }))
			t.Cleanup(s.Close)
			tenant := probe.Tenant{ClientKey: clientKey, Secret: secret, BaseURL: s.URL, Site: firstSite, Now: at}
			a := &probe.Asker{Tenant: func() probe.Tenant { return tenant }}
			t.Cleanup(a.Close)
			e := []probe.Endpoint{endpoint(t, "GET", s.URL+"/api/me")}
			if out, err := a.Probe(t.Context(), probe.OtherTenant, e); err != nil || out.Asked != 1 || len(out.Findings) != 0 {
				t.Fatalf("without a second site: %+v, %v", out, err)
			}
			app.Store(&test.app)
			tenant.Other = &probe.Installation{ClientKey: secondKey, Secret: secondSecret}
			out, err := a.ProbeSecond(t.Context(), e)
			if asked := out.Asked == 1; err != nil || asked == test.app.decodes || len(out.Unasked) != 0 {
				t.Fatalf("%+v, %v", out, err)
			}
			var got []*judge.Rule
			for _, f := range out.Findings {
				got = append(got, f.Rule)
				if f.Curl != "" {
					t.Errorf("what ends with the run has a command line: %s", f.Curl)
				}
			}
			if diff := cmp.Diff(ids(test.want), ids(got)); diff != "" {
				t.Errorf("rules (-want +got):\n%s", diff)
			}
			tenant.Other = nil
			if f, lost := a.Refused(t.Context(), "now", e); lost != slices.Contains(test.want, probe.KeepsTenants) || lost && f.Rule != probe.KeepsTenants {
				t.Errorf("the first site is lost: %v, %+v", lost, f)
			}
		})
	}
}

// TestServes: a further tenant is served where the back end keeps several, and where nothing
// distinguishes a valid token from a missing one, that is not known.
func TestServes(t *testing.T) {
	t.Parallel()
	newest := func(key string) []string { return map[string][]string{secondKey: {secondSecret}}[key] }
	for name, test := range map[string]struct {
		app                   twoSites
		first, second, untold bool
	}{
		"several":    {app: twoSites{own, itself, false}, first: true, second: true},
		"the newest": {app: twoSites{newest, itself, false}, second: true},
		"anybody":    {app: twoSites{own, itself, true}, untold: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var app atomic.Pointer[twoSites]
			app.Store(&twoSites{own, itself, false})
			s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if test.untold {
					return
				}
				app.Load().ServeHTTP(w, r)
			}))
			t.Cleanup(s.Close)
			first := probe.Tenant{ClientKey: clientKey, Secret: secret, BaseURL: s.URL, Site: firstSite, Now: at}
			second := probe.Tenant{ClientKey: secondKey, Secret: secondSecret, BaseURL: s.URL, Site: secondSite, Now: at}
			a := &probe.Asker{Tenant: func() probe.Tenant { return first }}
			t.Cleanup(a.Close)
			e := []probe.Endpoint{endpoint(t, "GET", s.URL+"/api/me")}
			if serves, told := a.Serves(t.Context(), first, e); serves == test.untold || told == test.untold {
				t.Fatalf("before: %v, told %v", serves, told)
			}
			app.Store(&test.app)
			for _, of := range []struct {
				tenant probe.Tenant
				want   bool
			}{{first, test.first}, {second, test.second}} {
				if serves, told := a.Serves(t.Context(), of.tenant, e); serves != of.want || told == test.untold {
					t.Errorf("%s: %v, told %v; want %v", of.tenant.ClientKey, serves, told, of.want)
				}
			}
		})
	}
}

func ids(rules []*judge.Rule) []string {
	var all []string
	for _, r := range rules {
		all = append(all, r.ID)
	}
	return all
}
