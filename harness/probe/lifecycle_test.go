package probe_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/standin-dev/standin/fakehost"
	"github.com/standin-dev/standin/fakehost/token"
	"github.com/standin-dev/standin/harness/probe"
)

// An installable back end takes lifecycle calls and keeps what they bring. The tests'
// calls say in the header Kind how they were made, for these tests hold no keys.
type installable struct {
	// takes says whether it takes a call of an event that was made in a way.
	takes func(event, kind string) bool
	// keeps says whether it keeps what an accepted installed of a kind brings; nil: yes.
	keeps func(kind string) bool
	// single has it take nothing for another tenant than the tests'.
	single bool
	// status is what it answers to what it takes; 0: 204.
	status int

	mu      sync.Mutex
	secrets map[string]string
	calls   []string
}

func (b *installable) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if event, ok := strings.CutPrefix(r.URL.Path, "/lifecycle/"); ok {
		b.lifecycle(w, r, event)
		return
	}
	raw, _ := strings.CutPrefix(r.Header.Get("Authorization"), "JWT ")
	parsed, err := token.Parse(raw)
	if err == nil && b.secrets[parsed.Claims.Issuer] == "" {
		err = errors.New("not installed")
	}
	if err == nil {
		_, err = token.Verify(raw, token.Expect{Secret: b.secrets[parsed.Claims.Issuer], At: at, Issuer: parsed.Claims.Issuer, QSH: token.ContextQSH})
	}
	if err != nil {
		http.Error(w, "no", http.StatusUnauthorized)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	fmt.Fprint(w, `{"items":[]}`)
}

func (b *installable) lifecycle(w http.ResponseWriter, r *http.Request, event string) {
	var body struct{ ClientKey, SharedSecret string }
	kind := r.Header.Get("Kind")
	b.calls = append(b.calls, event+" "+kind)
	if json.NewDecoder(r.Body).Decode(&body) != nil || !b.takes(event, kind) || b.single && body.ClientKey != clientKey {
		http.Error(w, "no", http.StatusUnauthorized)
		return
	}
	switch {
	case event == probe.Uninstalled:
		delete(b.secrets, body.ClientKey)
	case b.keeps == nil || b.keeps(kind):
		b.secrets[body.ClientKey] = body.SharedSecret
	}
	if b.status != 0 {
		w.WriteHeader(b.status)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

// kindOf names a forgery.
func kindOf(f fakehost.LifecycleForgery) string {
	c := token.Claims{Issuer: "own", Audience: []string{"own"}, ExpiresAt: at}
	if f.Claims != nil {
		f.Claims(&c)
	}
	switch {
	case f.Unsigned:
		return "unsigned"
	case f.OtherKey:
		return "other key"
	case f.Secret != "":
		return "own secret"
	case c.Issuer != "own":
		return "other tenant"
	case c.Audience[0] != "own":
		return "other app"
	case !c.ExpiresAt.Equal(at):
		return "expired"
	}
	return "right"
}

// callsTo makes the calls of the tests.
func callsTo(base string) probe.Calls {
	return func(who probe.Installation, event string, f fakehost.LifecycleForgery) (fakehost.LifecycleCall, error) {
		body, err := json.Marshal(map[string]string{"clientKey": who.ClientKey, "sharedSecret": who.Secret})
		return fakehost.LifecycleCall{URL: base + "/lifecycle/" + event, Body: body, Header: http.Header{"Kind": {kindOf(f)}}}, err
	}
}

// TestProbeLifecycle: each way of taking what the product did not send breaks its rule,
// and nothing is left behind but where the app does not let go.
func TestProbeLifecycle(t *testing.T) {
	t.Parallel()
	right := func(more ...string) func(string, string) bool {
		return func(event, kind string) bool { return kind == "right" || slices.Contains(more, event+" "+kind) }
	}
	const own = "the app answered the installed of a second tenant with 401, so the calls were sent for its own"
	for name, test := range map[string]struct {
		app   *installable
		event string
		blind bool // no address tells whether a tenant is known
		want  []string
		left  bool
		// unasked and note begin what is told; empty: nothing is.
		unasked, note string
	}{
		"sound":                   {app: &installable{takes: right()}, event: probe.Installed},
		"sound, with 200":         {app: &installable{takes: right(), status: 200}, event: probe.Installed},
		"sound, uninstalled":      {app: &installable{takes: right()}, event: probe.Uninstalled},
		"unsigned":                {app: &installable{takes: right("installed unsigned")}, event: probe.Installed, want: []string{"backend/install-signed"}},
		"unsigned, unproven":      {app: &installable{takes: right("installed unsigned")}, event: probe.Installed, blind: true, want: []string{"backend/install-signed"}},
		"another key":             {app: &installable{takes: right("installed other key")}, event: probe.Installed, want: []string{"backend/install-signed"}},
		"the secret that it sets": {app: &installable{takes: right("installed own secret")}, event: probe.Installed, want: []string{"backend/install-signed"}},
		"another tenant":          {app: &installable{takes: right("installed other tenant")}, event: probe.Installed, want: []string{"backend/install-tenant"}},
		"another app":             {app: &installable{takes: right("installed other app")}, event: probe.Installed, want: []string{"backend/install-audience"}},
		"expired":                 {app: &installable{takes: right("installed expired")}, event: probe.Installed, want: []string{"backend/install-expiry"}},
		"uninstalled unsigned":    {app: &installable{takes: right("uninstalled unsigned")}, event: probe.Uninstalled, want: []string{"backend/uninstall-signed"}},
		"uninstalled, another key": {app: &installable{takes: right("uninstalled other key")}, event: probe.Uninstalled,
			want: []string{"backend/uninstall-signed"}},
		"uninstalled, unproven": {app: &installable{takes: right("uninstalled unsigned")}, event: probe.Uninstalled, blind: true,
			unasked: "uninstalled: no address of the app tells whether it knows a tenant"},
		"accepted and not kept": {app: &installable{takes: right("installed unsigned"), keeps: func(kind string) bool { return kind == "right" }}, event: probe.Installed,
			note: "an installed without a token is answered with 204, and the app does not keep what it brings"},
		"one site alone": {app: &installable{takes: func(string, string) bool { return false }}, event: probe.Installed,
			unasked: "installed: the app answered the installed of a second tenant with 401"},
		"its own alone, sound":       {app: &installable{takes: right(), single: true}, event: probe.Installed, note: own},
		"its own alone, unsigned":    {app: &installable{takes: right("installed unsigned"), single: true}, event: probe.Installed, want: []string{"backend/install-signed"}, note: own},
		"its own alone, another app": {app: &installable{takes: right("installed other app"), single: true}, event: probe.Installed, want: []string{"backend/install-audience"}, note: own},
		"its own alone, not kept": {app: &installable{takes: right("installed unsigned"), single: true, keeps: func(kind string) bool { return kind == "right" }}, event: probe.Installed,
			note: own + ", which was installed again after those that it accepted\nan installed without a token is answered with 204, and the app does not keep what it brings"},
		"its own alone, uninstalled": {app: &installable{takes: right("uninstalled unsigned", "uninstalled other key"), single: true}, event: probe.Uninstalled,
			want: []string{"backend/uninstall-signed"}, note: own},
		"its own alone, uninstalled, sound": {app: &installable{takes: right(), single: true}, event: probe.Uninstalled, note: own},
		"its own alone, uninstalled, unproven": {app: &installable{takes: right("uninstalled unsigned"), single: true}, event: probe.Uninstalled, blind: true, note: own,
			unasked: "uninstalled: no address of the app tells whether it knows a tenant"},
		"never lets go": {app: &installable{takes: func(event, kind string) bool { return event == probe.Installed && kind == "right" }}, event: probe.Installed, left: true,
			note: "the app did not let go of the made-up tenant 7c1d2b9e-0000-4000-8000-000000000001"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test.app.secrets = map[string]string{clientKey: secret}
			s := httptest.NewServer(test.app)
			t.Cleanup(s.Close)
			var endpoints []probe.Endpoint
			if !test.blind {
				endpoints = append(endpoints, endpoint(t, "GET", s.URL+"/api/items"))
			}
			out, err := asker(t, s.URL).ProbeLifecycle(t.Context(), test.event, callsTo(s.URL), endpoints)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, f := range out.Findings {
				got = append(got, f.Rule.ID)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("rules (-want +got):\n%s", diff)
			}
			for _, told := range []struct{ what, got, want string }{
				{"unasked", strings.Join(out.Unasked, "\n"), test.unasked}, {"notes", strings.Join(out.Notes, "\n"), test.note},
			} {
				if (told.got == "") != (told.want == "") || !strings.HasPrefix(told.got, told.want) {
					t.Errorf("%s: %q, want %q", told.what, told.got, told.want)
				}
			}
			if (out.Asked == 0) != (test.unasked != "") {
				t.Errorf("%d questions", out.Asked)
			}
			if left := len(test.app.secrets) != 1; left != test.left || test.app.secrets[clientKey] != secret {
				t.Errorf("the app knows %d tenants after it: %v", len(test.app.secrets), test.app.calls)
			}
		})
	}
}

// TestProbeLifecycleInterrupted: what was accepted is taken back though the run ends.
func TestProbeLifecycleInterrupted(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	app := &installable{secrets: map[string]string{clientKey: secret}}
	app.takes = func(event, kind string) bool {
		if event == probe.Installed && kind == "unsigned" {
			cancel()
		}
		return kind == "right" || kind == "unsigned"
	}
	s := httptest.NewServer(app)
	t.Cleanup(s.Close)
	_, err := asker(t, s.URL).ProbeLifecycle(ctx, probe.Installed, callsTo(s.URL), []probe.Endpoint{endpoint(t, "GET", s.URL+"/api/items")})
	if err == nil || ctx.Err() == nil || len(app.secrets) != 1 {
		t.Errorf("%v; the app knows %d tenants after it: %v", err, len(app.secrets), app.calls)
	}
}
