package pagetest

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/standin-dev/standin/fakehost"
	"github.com/standin-dev/standin/fakehost/clock"
	"github.com/standin-dev/standin/fakehost/descriptor"
	"github.com/standin-dev/standin/fakehost/token"
	"github.com/standin-dev/standin/harness/browser"
)

// shownIn is the app's page at two tenants. It says to the back end in which site it
// is shown, by the address that it was opened with, and with which token; again when
// its own app's event goes round in its site, and when the outer page tells it to.
const shownIn = `<!doctype html><link rel="icon" href="data:,"><title>app</title><script src="` + library + `"></script>
<script>
const site = new URLSearchParams(location.search).get('xdm_e');
async function report(why) {
  const tokens = await Promise.all([AP.context.getToken(), AP.context.getToken()]);
  for (const token of tokens) {
    await fetch('/report?is=' + why + '&of=' + encodeURIComponent(site), { headers: { Authorization: 'JWT ' + token } });
  }
}
addEventListener('message', ({ data }) => {
  if (data.told === 'report') report('told');
  if (data.told === 'emit' || data.told === 'emitPublic') AP.events[data.told]('again');
});
AP.events.on('again', () => report('event'));
AP.events.onPublic('again', () => report('public event'));
report('load');
</script>`

// site is one of the two, with its tenant.
type site struct {
	host   *fakehost.Server
	tenant *fakehost.Tenant
}

// TestTwoTenantsKeepApart shows one app in two sites that stand in one tab, beside
// each other in an outer page. Each frame gets the tokens of its own tenant, from
// the page and from the content resolver; events stay in their site, and no
// journal tells of the other's.
func TestTwoTenantsKeepApart(t *testing.T) {
	for name, second := range map[string]func(first *fakehost.Server) *fakehost.Server{
		"two hosts with two names": func(first *fakehost.Server) *fakehost.Server {
			return &fakehost.Server{Clock: first.Clock, Site: "127.0.0.1", User: fakehost.User{AccountID: "second-user"}}
		},
		"two hosts of one name and one journal": func(first *fakehost.Server) *fakehost.Server {
			return &fakehost.Server{Beside: first, User: fakehost.User{AccountID: "second-user"}}
		},
	} {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			w := &world{t: t, ctx: ctx, reports: make(chan report, 100)}
			var app *httptest.Server
			app = httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
				if r.URL.Path == "/frame" {
					rw.Header().Set("Content-Type", "text/html; charset=utf-8")
					fmt.Fprint(rw, shownIn)
					return
				}
				w.serve(rw, r, app.URL, modules[fakehost.Jira])
			}))
			t.Cleanup(func() { app.CloseClientConnections(); app.Close() })
			first := &fakehost.Server{Clock: clock.New(clock.Options{}), User: fakehost.User{AccountID: "first-user"}}
			sites := map[string]site{}
			var addresses []string
			for _, host := range []*fakehost.Server{first, second(first)} {
				w.must(host.Start())
				t.Cleanup(func() { w.must(host.Close()) })
				d, err := descriptor.Fetch(ctx, app.Client(), app.URL)
				w.must(err)
				tenant, err := host.Install(ctx, d, fakehost.InstallOptions{})
				w.must(err)
				m, err := tenant.App.Module("page")
				w.must(err)
				sites[host.Origin()] = site{host, tenant}
				addresses = append(addresses, host.PageURL(m))
			}
			w.host = first
			outer := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) {
				fmt.Fprintf(rw, `<!doctype html><link rel="icon" href="data:,"><iframe src="%s"></iframe><iframe src="%s"></iframe>`, addresses[0], addresses[1])
			}))
			t.Cleanup(func() { outer.CloseClientConnections(); outer.Close() })
			var err error
			w.tab, err = shared.NewContext(ctx, browser.ContextOptions{Clock: first.Time(), Serve: w.library})
			w.must(err)
			t.Cleanup(func() { w.must(w.tab.Close()) })

			w.open(outer.URL)
			seen := map[string]string{} // each token, and the site that it was seen in
			w.reported(sites, seen, "load", 2)
			for _, idle := range []time.Duration{31 * time.Second, 16 * time.Minute} {
				w.must(w.tab.Advance(ctx, idle, clock.Sleep))
				inHost[any](w, `[frames[0], frames[1]].forEach((site) => site.frames[0].postMessage({ told: 'report' }, '*'))`)
				w.reported(sites, seen, "told", 2)
			}
			for _, event := range []string{"emit", "emitPublic"} {
				inHost[any](w, `frames[0].frames[0].postMessage({ told: '`+event+`' }, '*')`)
				w.reported(sites, seen, map[string]string{"emit": "event", "emitPublic": "public event"}[event], 1)
			}
			w.must(w.tab.Settle(ctx, patience))
			if len(w.reports) > 0 {
				t.Errorf("an event was heard in the other site, too: %v", <-w.reports)
			}
			if len(seen) != 6 {
				t.Errorf("%d tokens were given, want one for each site and renewal: 6", len(seen))
			}
			journalsKeepApart(t, sites)
		})
	}
}

// reported takes the reports of so many sites, two of each, and holds their tokens
// against the tenants.
func (w *world) reported(sites map[string]site, seen map[string]string, why string, number int) {
	w.t.Helper()
	reporting := map[string]int{}
	for _, r := range w.next(2 * number) {
		reporting[r.of]++
		own, ok := sites[r.of]
		if !ok || r.is != why {
			w.t.Fatalf("%q reported from %q; awaited %q from one of the sites", r.is, r.of, why)
		}
		if before, ok := seen[r.token]; ok && before != r.of {
			w.t.Errorf("%s: one token in %s and in %s", why, before, r.of)
		}
		seen[r.token] = r.of
		for origin, s := range sites {
			parsed, err := token.Verify(r.token, token.Expect{Secret: s.tenant.SharedSecret, Issuer: s.tenant.ClientKey, At: s.host.Time().Now(), QSH: token.ContextQSH})
			if (err == nil) != (origin == r.of) {
				w.t.Errorf("%s: the token that was given in %s, held against the tenant of %s: %v", why, r.of, origin, err)
			}
			if err == nil && parsed.Claims.Subject != s.host.User.AccountID {
				w.t.Errorf("%s: the token in %s is of the user %q", why, r.of, parsed.Claims.Subject)
			}
		}
		if own.tenant.ClientKey == "" {
			w.t.Errorf("%s: the tenant of %s has no client key", why, r.of)
		}
	}
	want := map[string]int{}
	for origin := range reporting {
		want[origin] = 2
	}
	if diff := cmp.Diff(want, reporting); diff != "" || len(reporting) != number {
		w.t.Errorf("%s: %d sites reported, want %d, each twice (-want +got):\n%s", why, len(reporting), number, diff)
	}
}

// journalsKeepApart looks whose tokens were noted in which site.
func journalsKeepApart(t *testing.T, sites map[string]site) {
	t.Helper()
	delivered := map[string]int{}
	for origin, s := range sites {
		for _, e := range s.host.Journal() {
			of, ok := sites[e.Site]
			if !ok || (s.host.Beside == nil && of.host.Beside == nil && e.Site != origin) {
				t.Errorf("the journal of %s tells of %s: %s %s", origin, e.Site, e.Kind, e.Text)
				continue
			}
			if e.Site != origin || e.Kind != fakehost.KindDelivered {
				continue
			}
			parsed, err := token.Parse(e.Token)
			if err != nil || parsed.Claims.Issuer != of.tenant.ClientKey {
				t.Errorf("in %s a token was delivered that is not of its tenant: %v", origin, err)
			}
			if !strings.HasPrefix(e.Extension, "com.example.pages__page__") {
				t.Errorf("in %s a token was delivered to %q", origin, e.Extension)
			}
			delivered[origin]++
		}
	}
	for origin := range sites {
		// Twice at load and after each of two jumps; in one of them twice for each of two events.
		if delivered[origin] < 6 {
			t.Errorf("the journal of %s tells of %d deliveries, want 6 at least", origin, delivered[origin])
		}
	}
}
