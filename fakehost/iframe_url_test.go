package fakehost_test

import (
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/standin-dev/standin/fakehost"
	"github.com/standin-dev/standin/fakehost/clock"
	"github.com/standin-dev/standin/fakehost/token"
)

// split takes the token, which must be last, off an iframe's URL.
func split(t *testing.T, address string) (unsigned, raw string) {
	t.Helper()
	address, _, _ = strings.Cut(address, "#")
	unsigned, raw, found := strings.Cut(address, "&jwt=")
	if !found || strings.Contains(raw, "&") {
		t.Fatalf("the iframe URL does not end in its jwt: %s", address)
	}
	return unsigned, raw
}

func TestIframeURLOrder(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name    string
		product fakehost.Product
		module  string
		want    string // APP and SITE stand for the two origins
	}{
		{"jira", fakehost.Jira, "items", "APP/base/items?xdm_e=SITE&xdm_c=channel-com.example.fake__items&cp=" +
			"&xdm_deprecated_addon_key_do_not_use=com.example.fake&lic=active&cv=1001.0.0-SNAPSHOT"},
		{"confluence", fakehost.Confluence, "items", "APP/base/items?xdm_e=SITE&xdm_c=channel-com.example.fake__items&cp=%2Fwiki" +
			"&xdm_deprecated_addon_key_do_not_use=com.example.fake&lic=active&cv=1000.0.0-000000000000"},
		{"variables", fakehost.Jira, "asks", "APP/base/issue/DEMO-1?project=DEMO&tab=&gone=&xdm_e=SITE&xdm_c=channel-com.example.fake__asks&cp=" +
			"&xdm_deprecated_addon_key_do_not_use=com.example.fake&lic=active&cv=1001.0.0-SNAPSHOT"},
		{"query and fragment", fakehost.Jira, "hash", "APP/base/spa?x=1&xdm_e=SITE&xdm_c=channel-com.example.fake__hash&cp=" +
			"&xdm_deprecated_addon_key_do_not_use=com.example.fake&lic=active&cv=1001.0.0-SNAPSHOT"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			host, app, tenant := installed(t, &fakehost.Server{Product: tt.product})
			_, _, e := openPage(t, pageOf(t, host, app, tt.module))
			unsigned, raw := split(t, e.URL)
			plain := strings.NewReplacer(app.URL, "APP", url.QueryEscape(host.Origin()), "SITE").Replace(unsigned)
			wantEqual(t, "unsigned URL", plain, tt.want)

			u, err := url.Parse(e.URL)
			if err != nil {
				t.Fatal(err)
			}
			got, err := token.Verify(raw, token.Expect{Secret: tenant.SharedSecret, Issuer: tenant.ClientKey,
				At: host.Time().Now(), QSH: queryHash("GET", strings.TrimPrefix(u.EscapedPath(), "/base"), u.RawQuery)})
			if err != nil {
				t.Fatalf("the token: %v", err)
			}
			if payload := got.Payload; len(payload["context"].(map[string]any)) != 0 || payload["aud"] != nil {
				t.Errorf("the token has context %v and aud %v, want {} and none", payload["context"], payload["aud"])
			}
			if !strings.HasPrefix(got.Claims.Subject, "712020:") {
				t.Errorf("the token's sub is %q", got.Claims.Subject)
			}
		})
	}
}

func TestIframeURLKeepsFragment(t *testing.T) {
	t.Parallel()
	host, app, _ := installed(t, &fakehost.Server{})
	_, _, e := openPage(t, pageOf(t, host, app, "hash"))
	if !strings.HasSuffix(e.URL, "#/start") || strings.Contains(e.URL, "#/start?") {
		t.Errorf("the fragment is not where it was: %s", e.URL)
	}
}

func TestIframeURLCacheable(t *testing.T) {
	t.Parallel()
	host, app, _ := installed(t, &fakehost.Server{})
	_, _, e := openPage(t, pageOf(t, host, app, "static"))
	wantEqual(t, "URL", e.URL, app.URL+"/base/static?mode=a")
	if e.contextJWT() == "" {
		t.Error("a cacheable module has no context token to ask for")
	}
}

func TestIframeURLTakesContextFromQuery(t *testing.T) {
	t.Parallel()
	host, app, _ := installed(t, &fakehost.Server{})
	_, _, e := openPage(t, pageOf(t, host, app, "asks")+"?issue.key=DEMO-7&ac.tab=a%20%26b&no.such=x")
	if want := app.URL + "/base/issue/DEMO-7?project=DEMO&tab=a%20%26b&gone=&xdm_e="; !strings.HasPrefix(e.URL, want) {
		t.Errorf("URL is %s, want it to begin with %s", e.URL, want)
	}
}

func TestMacroChannelIsUnique(t *testing.T) {
	t.Parallel()
	host := startHost(t, &fakehost.Server{Product: fakehost.Confluence})
	app := newFakeApp(t, host)
	app.extra = `, "dynamicContentMacros": [{"key": "macro", "name": {"value": "Macro"}, "url": "/macro?id={macro.id}"}]`
	if _, err := host.Install(testContext(t), app.descriptor(t), fakehost.InstallOptions{}); err != nil {
		t.Fatal(err)
	}
	channels := map[string]bool{}
	for range 2 {
		_, _, e := openPage(t, pageOf(t, host, app, "macro"))
		u, err := url.Parse(e.URL)
		if err != nil {
			t.Fatal(err)
		}
		channel := u.Query().Get("xdm_c")
		if !regexp.MustCompile(`^channel-com\.example\.fake__macro\d{19}$`).MatchString(channel) {
			t.Errorf("channel is %q", channel)
		}
		channels[channel] = true
	}
	if len(channels) != 2 {
		t.Error("two macros have the same channel")
	}
}

// TestTokensAreVirtual moves the host a day ahead: what it mints then carries
// virtual times, and the translator gives the back end the same life in real
// ones.
func TestTokensAreVirtual(t *testing.T) {
	t.Parallel()
	host, app, tenant := installed(t, &fakehost.Server{IframeTTL: 3 * time.Minute})
	host.Time().Advance(24*time.Hour, clock.Sleep)
	_, _, e := openPage(t, pageOf(t, host, app, "items"))
	_, iframe := split(t, e.URL)
	for _, tt := range []struct {
		raw  string
		kind token.Kind
		ttl  time.Duration
	}{{iframe, token.Iframe, 3 * time.Minute}, {e.contextJWT(), token.Context, 15 * time.Minute}} {
		minted, err := token.Verify(tt.raw, token.Expect{Secret: tenant.SharedSecret, At: host.Time().Now()})
		if err != nil {
			t.Fatalf("%s token: %v", tt.kind, err)
		}
		wantEqual(t, "life of "+string(tt.kind), minted.Claims.ExpiresAt.Sub(minted.Claims.IssuedAt), tt.ttl)
		if ahead := minted.Claims.IssuedAt.Sub(clock.System()); ahead < 23*time.Hour {
			t.Errorf("%s token was minted %s ahead of real time, want about 24h", tt.kind, ahead)
		}
		out := host.Translator().Outbound(tt.raw)
		wantEqual(t, "kind", out.Kind, tt.kind)
		sent, err := token.Verify(out.Sent, token.Expect{Secret: tenant.SharedSecret, At: clock.System()})
		if err != nil {
			t.Fatalf("translated %s token: %v", tt.kind, err)
		}
		if off := clock.System().Sub(sent.Claims.IssuedAt); off < 0 || off > time.Minute {
			t.Errorf("translated %s token is %s old, want it new", tt.kind, off)
		}
	}
}
