package harness

import (
	"net/http"
	"slices"
	"testing"

	"github.com/standin-dev/standin/harness/timeline"
)

// Which policies let which host frame a page, by CSP Level 3.
func TestAncestors(t *testing.T) {
	t.Parallel()
	const page, loopback, site = "http://localhost:3000/app?x=1", "http://127.0.0.1:5000", "https://" + productionSite
	for _, test := range []struct {
		policies []string
		host     string
		want     bool
	}{
		{nil, loopback, true},
		{[]string{"default-src 'self'"}, loopback, true},
		{[]string{"default-src 'none'; frame-ancestors https://*.atlassian.net"}, loopback, false},
		{[]string{"default-src 'none'; frame-ancestors https://*.atlassian.net"}, site, true},
		{[]string{"Frame-Ancestors *.Atlassian.NET"}, site, true},
		{[]string{"frame-ancestors http://*.atlassian.net"}, site, true},
		{[]string{"frame-ancestors https://*.atlassian.net/wiki"}, site, true},
		{[]string{"frame-ancestors https://*.atlassian.net:8443"}, site, false},
		{[]string{"frame-ancestors https://*.atlassian.net:*"}, site, true},
		{[]string{"frame-ancestors https://atlassian.net"}, site, false},
		{[]string{"frame-ancestors https://*.atlassian.net"}, "https://atlassian.net", false},
		{[]string{"frame-ancestors https://*.atlassian.net"}, "https://evilatlassian.net", false},
		{[]string{"frame-ancestors"}, loopback, false},
		{[]string{"frame-ancestors 'none'"}, site, false},
		{[]string{"frame-ancestors 'self'"}, site, false},
		{[]string{"frame-ancestors 'self'"}, "http://localhost:3000", true},
		{[]string{"frame-ancestors *"}, loopback, true},
		{[]string{"frame-ancestors https:"}, loopback, false},
		{[]string{"frame-ancestors https: http:"}, loopback, true},
		{[]string{"frame-ancestors http:"}, site, true},
		{[]string{"frame-ancestors http://127.0.0.1"}, loopback, false},
		{[]string{"frame-ancestors http://127.0.0.1:*"}, loopback, true},
		{[]string{"frame-ancestors 127.0.0.1:5000"}, loopback, true},
		{[]string{"frame-ancestors *", "frame-ancestors https://*.atlassian.net"}, loopback, false},
		{[]string{"frame-ancestors *, frame-ancestors 'none'"}, loopback, false},
		{[]string{"frame-ancestors *\nframe-ancestors 'none'"}, loopback, false},
		{[]string{"frame-ancestors *; frame-ancestors 'none'"}, loopback, true},
	} {
		if got := readAncestors(http.Header{"Content-Security-Policy": test.policies}).allow(test.host, page); got != test.want {
			t.Errorf("%q lets %s frame it: %v, want %v", test.policies, test.host, got, test.want)
		}
	}
	if all := readAncestors(http.Header{"Content-Security-Policy-Report-Only": {"frame-ancestors 'none'"}}); all != nil {
		t.Errorf("a policy that only reports counts: %q", all)
	}
}

// What the site is called, for an app whose policy does not take the loopback address.
func TestSiteByPolicy(t *testing.T) {
	t.Parallel()
	for policy, want := range map[string]string{
		"frame-ancestors https://*.atlassian.net https://*.jira-dev.com":    productionSite,
		"frame-ancestors 'self' https://acme.atlassian.net":                 "acme.atlassian.net",
		"frame-ancestors https://acme.atlassian.net *.atlassian.net":        "acme.atlassian.net",
		"frame-ancestors https:":                                            productionSite,
		"frame-ancestors 'self'":                                            "",
		"frame-ancestors https://*.jira-dev.com":                            "",
		"frame-ancestors 'none', frame-ancestors https://*.atlassian.net":   "",
		"frame-ancestors http://127.0.0.1:5000 https://*.atlassian.net":     "",
		"frame-ancestors https://a.acme.atlassian.net":                      "",
		"frame-ancestors https://acme.atlassian.net.evil.example":           "",
		"script-src https://acme.atlassian.net; frame-ancestors *":          "",
		"script-src https://acme.atlassian.net; frame-ancestors http://x.y": "",
	} {
		all := readAncestors(http.Header{"Content-Security-Policy": {policy}})
		if got := all.site("http://127.0.0.1:5000", "http://localhost:3000/app"); got != want {
			t.Errorf("%s: the site is called %q, want %q", policy, got, want)
		}
	}
}

// What an app says as it refuses an install: whether it is about the host's name, and
// which name it would take.
func TestSiteByRefusal(t *testing.T) {
	t.Parallel()
	for said, want := range map[string][]string{
		// atlassian-connect-express 11.5.3
		"Host at http://127.0.0.1:5000 is not authorized to register as the host does not match the registration whitelist (*.atlassian.net).": {productionSite},
		"only acme.atlassian.net may install this": {"acme.atlassian.net", productionSite},
		"Invalid baseUrl":                          {productionSite},
		"unknown domain":                           {productionSite},
		"Unexpected or missing JWT token, failed to verify installation.": nil,
		"clientKey in install payload did not match authenticated client": nil,
		"Signature verification failed":                                   nil,
	} {
		var got []string
		if aboutTheHost.MatchString(said) {
			got = siteNames(said)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%q: %q, want %q", said, got, want)
		}
	}
}

// What a refused page says about its host.
func TestSiteByRefusedPage(t *testing.T) {
	t.Parallel()
	r := tapped(t)
	for _, test := range []struct {
		status     int
		said, want string
	}{
		{403, "Host localhost:5000 is not in the allowlist (*.atlassian.net)", productionSite},
		{401, "this origin is not acme.atlassian.net", "acme.atlassian.net"},
		{403, "write to https://help.atlassian.net", ""},
		{403, "the host is not allowed", ""},
		{500, "Host localhost:5000 is not in the allowlist (*.atlassian.net)", ""},
		{200, "Host localhost:5000 is not in the allowlist (*.atlassian.net)", ""},
	} {
		name, why := r.siteOf(&timeline.Exchange{URL: "http://localhost:3000/app", Status: test.status, Excerpt: test.said})
		if name != test.want || (why == "") != (test.want == "") {
			t.Errorf("%d %s: the site is called %q (%s), want %q", test.status, test.said, name, why, test.want)
		}
	}
}
