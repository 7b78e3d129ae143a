package fakehost_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/standin-dev/standin/fakehost"
	"github.com/standin-dev/standin/fakehost/token"
)

func TestConditionsCheck(t *testing.T) {
	t.Parallel()
	for want, c := range map[string]fakehost.Conditions{
		"":                   {FirstTokenAge: time.Minute, ResolverStatus: 401, GetToken: "hang", Licence: "lapsed", Session: "redirect"},
		"firstTokenAge":      {FirstTokenAge: -1},
		"resolverDelay":      {ResolverDelay: -time.Second},
		"resolverStatus 42":  {ResolverStatus: 42},
		`getToken "loud"`:    {GetToken: "loud"},
		`licence "expired"`:  {Licence: "expired"},
		`session "finished"`: {Session: "finished"},
	} {
		err := c.Check()
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("Check of %+v: %v, want %q", c, err, want)
		}
	}
}

// TestControlConditions sets and reads them as a test of an app does.
func TestControlConditions(t *testing.T) {
	t.Parallel()
	host, _, _ := installed(t, &fakehost.Server{})
	target := host.Origin() + "/_standin/conditions"
	call := func(method, body string) (int, map[string]any) {
		a := ask(t, method, target, body, "X-Standin-Secret", host.Secret())
		var got map[string]any
		if err := json.Unmarshal([]byte(a.body), &got); err != nil {
			t.Fatalf("%s: %v: %s", method, err, a.body)
		}
		return a.status, got
	}
	_, usual := call("GET", "")
	all := `{"firstTokenAge":"14m","contextTTL":"1m0s","iframeTTL":"3m","resolverDelay":"2s","resolverStatus":503,"getToken":"hang","licence":"lapsed","session":"refused","tracing":"sampled","clockAhead":"-2m"}`
	status, got := call("POST", all)
	wantEqual(t, "status", status, 200)
	wantEqual(t, "what is set", got, map[string]any{"firstTokenAge": "14m", "contextTTL": "1m", "iframeTTL": "3m", "resolverDelay": "2s",
		"resolverStatus": 503.0, "getToken": "hang", "licence": "lapsed", "session": "refused", "tracing": "sampled", "clockAhead": "-2m"})
	wantEqual(t, "conditions", host.Conditions(), fakehost.Conditions{FirstTokenAge: 14 * time.Minute, ContextTTL: time.Minute, IframeTTL: 3 * time.Minute,
		ResolverDelay: 2 * time.Second, ResolverStatus: 503, GetToken: "hang", Licence: "lapsed", Session: "refused", Tracing: "sampled", ClockAhead: -2 * time.Minute})
	for body, want := range map[string]string{
		`{"licence":"gone"}`:        `licence "gone" is unknown`,
		`{"resolverDelay":"soon"}`:  `resolverDelay "soon" is no length`,
		`{"resolverStatus":1}`:      "no final status",
		`{"licens":"lapsed"}`:       "unknown field",
		`nothing`:                   "set conditions",
		`{"firstTokenAge":"-1m"}`:   "negative",
		`{"session":"x","a":[[[[}`:  "set conditions",
		strings.Repeat(" ", 1<<11):  "set conditions",
		`{"getToken":"a\nb\u0000"}`: "getToken",
	} {
		status, got := call("POST", body)
		if text, _ := got["error"].(string); status != 400 || !strings.Contains(text, want) {
			t.Errorf("POST of %q: %d, %v; want 400 and %q", body, status, got, want)
		}
	}
	wantEqual(t, "after mistakes", host.Conditions().Licence, "lapsed")
	_, got = call("POST", "{}")
	wantEqual(t, "as usual again", got, usual)
	if a := ask(t, "POST", target, all); a.status != 403 {
		t.Errorf("without the secret: %d", a.status)
	}
	if !slices.ContainsFunc(host.Journal(), func(e fakehost.Entry) bool {
		return e.Kind == fakehost.KindControl && strings.Contains(e.Text, "licence lapsed") && strings.Contains(e.Text, "session refused")
	}) {
		t.Error("the journal does not say what was set")
	}
}

// gatedModules are an app with a module for those with a licence, and one for all.
const gatedModules = `,
	"adminPages": [{"key": "gated", "url": "/gated", "name": {"value": "Gated"}, "conditions": [{"condition": "addon_is_licensed"}]},
		{"key": "upsell", "url": "/upsell?on={condition.addon_is_licensed}", "name": {"value": "Upsell"}, "conditions": [{"condition": "addon_is_licensed", "invert": true}]}]`

// TestLicenceLapses takes the licence away under a page that is open.
func TestLicenceLapses(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		licence      string
		gated, items bool // whether the content resolver still has a token
	}{
		{"", true, true}, {fakehost.LicenceLapsed, false, true}, {fakehost.LicenceWithheld, false, false},
	} {
		host := startHost(t, &fakehost.Server{})
		app := newFakeApp(t, host)
		app.extra = gatedModules
		if _, err := host.Install(testContext(t), app.descriptor(t), fakehost.InstallOptions{}); err != nil {
			t.Fatal(err)
		}
		gated := host.PageURL(app.module(t, "gated"))
		_, _, open := openPage(t, gated)
		if open.contextJWT() == "" {
			t.Fatal("with a licence there is no token")
		}
		host.SetConditions(fakehost.Conditions{Licence: tt.licence})
		again := resolved(t, askForm(t, gated, nil, "X-Standin-Extension", open.ExtensionID))
		wantEqual(t, tt.licence+": token of the gated module", again.contextJWT() != "", tt.gated)
		items := resolved(t, askForm(t, pageOf(t, host, app, "items"), nil))
		wantEqual(t, tt.licence+": token of the other", items.contextJWT() != "", tt.items)

		licensed := tt.licence == ""
		wantEqual(t, tt.licence+": lic", queryOf(t, items.URL, "lic"), map[bool]string{true: "active", false: "none"}[licensed])
		_, has := items.Options["structuredContext"].(map[string]any)["license"]
		wantEqual(t, tt.licence+": license in the context", has, licensed)
		if items.contextJWT() != "" {
			parsed, err := token.Parse(items.contextJWT())
			if err != nil {
				t.Fatal(err)
			}
			_, has = parsed.Claims.Context["license"]
			wantEqual(t, tt.licence+": license in the token", has, licensed)
		}
		wantEqual(t, tt.licence+": page of the gated module", ask(t, "GET", gated, "").status, map[bool]int{true: 200, false: 404}[licensed])
		wantEqual(t, tt.licence+": page for those without", ask(t, "GET", host.PageURL(app.module(t, "upsell")), "").status, map[bool]int{true: 404, false: 200}[licensed])
		faults := slices.ContainsFunc(host.Journal(), func(e fakehost.Entry) bool {
			return e.Kind == fakehost.KindFault && e.Module == "gated" && e.Extension == open.ExtensionID
		})
		wantEqual(t, tt.licence+": fault in the journal", faults, !licensed)
	}
}

// TestSessionEnds logs the person out under a page that is open.
func TestSessionEnds(t *testing.T) {
	t.Parallel()
	for _, product := range []fakehost.Product{fakehost.Jira, fakehost.Confluence} {
		host, app, _ := installed(t, &fakehost.Server{Product: product})
		target := pageOf(t, host, app, "items")
		for _, tt := range []struct {
			session, kind string
			status        int
			want          string
		}{
			{fakehost.SessionRefused, "application/json", 401, "the session has ended"},
			{fakehost.SessionRedirect, "text/html", 200, "Log in to continue"}, // the client follows
			{fakehost.SessionLoginPage, "text/html", 200, "Log in to continue"},
		} {
			mark := host.Mark()
			host.SetConditions(fakehost.Conditions{Session: tt.session})
			a := askForm(t, target, url.Values{"key": {"items"}})
			if a.status != tt.status || !strings.HasPrefix(a.header.Get("Content-Type"), tt.kind) || !strings.Contains(a.body, tt.want) {
				t.Errorf("%s: %d %s: %s", tt.session, a.status, a.header.Get("Content-Type"), a.body)
			}
			if page := ask(t, "GET", target, ""); !strings.Contains(page.body, "Log in to continue") || strings.Contains(page.body, "embedded-") {
				t.Errorf("%s: the page is %d: %s", tt.session, page.status, page.body)
			}
			wantEqual(t, "AP.request", ask(t, "GET", host.BaseURL()+"/rest/atlassian-connect/1/addons/com.example.fake", "", "X-Standin-Secret", host.Secret()).status, http.StatusUnauthorized)
			faults := 0
			for _, e := range host.Journal()[mark:] {
				if e.Kind == fakehost.KindFault {
					faults++
				}
			}
			wantEqual(t, tt.session+": faults", faults, 2) // the resolver and the page
		}
		host.SetConditions(fakehost.Conditions{})
		if resolved(t, askForm(t, target, nil)).contextJWT() == "" {
			t.Error("after the session there is no token")
		}
	}
}

// TestNobodyHasNoSubject opens every place as nobody: no token has a sub, and
// nothing on the page knows a user.
func TestNobodyHasNoSubject(t *testing.T) {
	t.Parallel()
	for product := range placeModules {
		host, app, _ := placeHost(t, &fakehost.Server{Product: product})
		if err := host.SwitchUser("anonymous"); err != nil {
			t.Fatal(err)
		}
		for _, place := range host.Places() {
			page := openPlace(t, place.URL)
			for _, e := range page.Extensions {
				if _, has := e.Options["user"]; has {
					t.Errorf("%s: the options of %s know a user", place.Name, e.Key)
				}
			}
			if strings.Contains(page.body, "atlassianAccountId") {
				t.Errorf("%s knows a user", place.Name)
			}
		}
		resolved(t, askForm(t, pageOf(t, host, app, "items"), nil))
		minted := 0
		for _, e := range host.Journal() {
			if e.Kind != fakehost.KindMinted {
				continue
			}
			minted++
			parsed, err := token.Parse(e.Token)
			if err != nil {
				t.Fatal(err)
			}
			if sub, has := parsed.Payload["sub"]; has {
				t.Errorf("a token of %s has the subject %v", e.Module, sub)
			}
		}
		if minted < 10 {
			t.Errorf("%d tokens were looked at", minted)
		}
	}
}

// TestCustomer is somebody of the portal: the subject of the tokens has the form
// that such accounts have, and the page says what kind of account it is.
func TestCustomer(t *testing.T) {
	t.Parallel()
	host, app, _ := installed(t, &fakehost.Server{})
	if err := host.SwitchUser("Uma Standin, customer"); err != nil {
		t.Fatal(err)
	}
	e := resolved(t, askForm(t, pageOf(t, host, app, "items"), nil))
	parsed, err := token.Parse(e.contextJWT())
	if err != nil {
		t.Fatal(err)
	}
	parts := strings.Split(parsed.Claims.Subject, ":")
	if len(parts) != 3 || parts[0] != "qm" || len(parts[1]) != 36 || len(parts[2]) != 36 {
		t.Errorf("the subject of a customer is %q", parsed.Claims.Subject)
	}
	wantEqual(t, "account type", host.CurrentUser().AccountType, "customer")
	other := startHost(t, &fakehost.Server{Product: fakehost.Confluence})
	if err := other.SwitchUser("Uma Standin, customer"); err == nil {
		t.Error("Confluence has customers")
	}
}

func queryOf(t *testing.T, address, name string) string {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	return u.Query().Get(name)
}

// TestClockAhead: a host whose clock is off makes tokens of another time; their lives
// are as long as ever.
func TestClockAhead(t *testing.T) {
	t.Parallel()
	for _, ahead := range []time.Duration{45 * time.Second, -3 * time.Minute} {
		host, app, _ := installed(t, &fakehost.Server{})
		host.SetConditions(fakehost.Conditions{ClockAhead: ahead})
		_, _, e := openPage(t, pageOf(t, host, app, "items"))
		_, iframe := split(t, e.URL)
		now := host.Time().Now()
		for name, raw := range map[string]string{"iframe": iframe, "context": e.contextJWT()} {
			parsed, err := token.Parse(raw)
			if err != nil {
				t.Fatal(err)
			}
			if off := parsed.Claims.IssuedAt.Sub(now) - ahead; off < -5*time.Second || off > 0 {
				t.Errorf("the %s token was made at %s, want %s from now", name, parsed.Claims.IssuedAt.Sub(now), ahead)
			}
			wantEqual(t, "life", parsed.Claims.ExpiresAt.Sub(parsed.Claims.IssuedAt), 15*time.Minute)
		}
	}
}
