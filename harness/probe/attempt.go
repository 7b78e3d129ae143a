package probe

import (
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/standin-dev/standin/fakehost/token"
	"github.com/standin-dev/standin/harness/judge"
)

// An Attempt is one way of asking an endpoint again.
type Attempt struct {
	// Name ends the sentence "asked again ...", as "with a token signed with another
	// key".
	Name string
	// Accept says that the back end must accept it; else it must refuse.
	Accept bool
	// Rule is what a wrong answer breaks.
	Rule *judge.Rule
	// url is the address to ask, without a token; empty: the endpoint's.
	url string
	// forged is the token; nil: none is sent.
	forged *forgery
	// loose says that the address is another, or the caller: the answer may differ in
	// more than what changes by itself.
	loose bool
	// anyAnswer says that all that counts is whether the token is refused: other data
	// than before will do.
	anyAnswer bool
	// mustNotShow tells what of another tenant's is in the answer, where that is what
	// counts; nil: the answer is compared with that to a valid token.
	mustNotShow func(Answer) (what string, shown bool)
}

// A Probe is one question to a back end, asked of each endpoint that it concerns.
type Probe struct {
	// ID is the scenario's address, as "verify/expired".
	ID string
	// Title and About are the scenario's.
	Title, About string
	// Bugs names the ways to fail that it is there to find.
	Bugs []string
	// Pages says that it concerns the modules' pages, Sockets that it concerns
	// WebSockets, Calls that it concerns everything else.
	Pages, Sockets, Calls bool
	// Second says that the app should be installed a second time for it, and asked what
	// [Asker.ProbeSecond] asks.
	Second bool
	// Lifecycle is the lifecycle call that is forged, as [Asker.ProbeLifecycle] does it;
	// empty: endpoints are asked.
	Lifecycle string
	// attempts are the ways in which an endpoint is asked again.
	attempts func(Tenant, Endpoint, baseline) []Attempt
}

// Concerns reports whether the probe has something to ask of an endpoint. Of one that
// takes the app's own sessions, only whether it takes anybody can be asked.
func (p Probe) Concerns(e Endpoint) bool { return p.fits(e) && (!e.Session || p.ID == None.ID) }

// Barred reports whether the probe would have something to ask of an endpoint, if what
// it takes were made here.
func (p Probe) Barred(e Endpoint) bool { return p.fits(e) && !p.Concerns(e) }

// fits reports whether the probe is for endpoints of this kind.
func (p Probe) fits(e Endpoint) bool {
	if e.Socket {
		return p.Sockets
	}
	return e.Page && p.Pages || !e.Page && p.Calls
}

// otherSecret signs what the tenant did not.
const otherSecret = "another-secret-that-no-tenant-was-given"

// otherTenant is a site on which the app was never installed.
const otherTenant = "7c1d2b9e-0000-4000-8000-6f6e652d6d6f"

func noToken(Tenant, Endpoint, baseline) []Attempt {
	return []Attempt{{Name: "without a token", Rule: NeedsToken}}
}

func wrongKey(t Tenant, e Endpoint, _ baseline) []Attempt {
	f := t.fresh(e)
	f.secret = otherSecret
	empty := t.fresh(e)
	empty.unsigned = true
	return []Attempt{
		{Name: "with a token signed with another key", Rule: ChecksSignature, forged: f},
		{Name: "with a token whose signature was cut off", Rule: ChecksSignature, forged: empty},
	}
}

func algNone(t Tenant, e Endpoint, _ baseline) []Attempt {
	var all []Attempt
	for _, word := range []string{"none", "None", "NONE"} {
		f := t.fresh(e).under(word)
		f.unsigned = true
		all = append(all, Attempt{Name: fmt.Sprintf("with a token of the algorithm %q and no signature", word), Rule: ChecksAlgorithm, forged: f})
	}
	return all
}

func otherAlgorithm(t Tenant, e Endpoint, _ baseline) []Attempt {
	return []Attempt{{Name: "with a token that says RS256 and is signed with the shared secret", Rule: ChecksAlgorithm, forged: t.fresh(e).under("RS256")}}
}

func expired(t Tenant, e Endpoint, _ baseline) []Attempt {
	ago := func(d time.Duration) *forgery { return t.fresh(e).lives(t.Now.Add(-d-life), t.Now.Add(-d)) }
	return []Attempt{
		{Name: "with a token that expired an hour ago", Rule: ChecksExpiry, forged: ago(time.Hour)},
		{Name: "with a token that expired six minutes ago", Rule: NarrowLeeway, forged: ago(6 * time.Minute)},
	}
}

func noExpiry(t Tenant, e Endpoint, _ baseline) []Attempt {
	return []Attempt{{Name: "with a token without exp", Rule: WantsExpiry, forged: t.fresh(e).has("exp", nil)}}
}

func future(t Tenant, e Endpoint, _ baseline) []Attempt {
	in := func(d time.Duration) *forgery { return t.fresh(e).lives(t.Now.Add(d), t.Now.Add(d+life)) }
	return []Attempt{
		{Name: "with a token made five seconds from now", Accept: true, Rule: ForgivesSkew, forged: in(5 * time.Second)},
		{Name: "with a token made an hour from now", Rule: RefusesFuture, forged: in(time.Hour)},
	}
}

// anotherTenant speaks for a site that is not the tenant: by iss or, in a session
// token, which names the tenant as its audience or in a claim of its own, by that.
func anotherTenant(t Tenant, e Endpoint, _ baseline) []Attempt {
	f := t.fresh(e)
	if !f.names(t.ClientKey, otherTenant) {
		return nil
	}
	return []Attempt{{Name: "with a token of another tenant, signed with this tenant's secret", Rule: KnowsTenant, forged: f, loose: true}}
}

func contextOnPage(t Tenant, e Endpoint, _ baseline) []Attempt {
	return []Attempt{{Name: "with a context token", Rule: PageChecksQSH, forged: t.fresh(e).has("qsh", token.ContextQSH)}}
}

// iframeOnCall brings a page's token to a call. A back end that makes session tokens
// of its own, without qsh, cannot look at qsh there: they are not asked.
func iframeOnCall(t Tenant, e Endpoint, _ baseline) []Attempt {
	if e.Token.Claims.QSH != token.ContextQSH {
		return nil
	}
	hash, err := token.QSH("GET", strings.TrimSuffix(t.BaseURL, "/")+"/some-page?lic=active", t.BaseURL)
	if err != nil {
		return nil
	}
	return []Attempt{{Name: "with the token of a page's URL", Rule: APIChecksQSH, forged: t.fresh(e).has("qsh", hash)}}
}

// tampered changes the address and leaves the token as it was signed.
func tampered(t Tenant, e Endpoint, _ baseline) []Attempt {
	signed := e.bare()
	hash, err := token.QSH(e.Method, signed, t.BaseURL)
	if err != nil {
		return nil
	}
	attempt := func(name, changed string) Attempt {
		return Attempt{Name: name, Rule: NoticesTampering, url: changed, loose: true, forged: t.fresh(e).has("qsh", hash)}
	}
	all := []Attempt{attempt("with a parameter added to its address", withParameter(signed, "standin", "added"))}
	if changed, name := withChange(signed); changed != signed {
		all = append(all, attempt(fmt.Sprintf("with another value of its parameter %s", name), changed))
	}
	return all
}

// hostParameters are those that the product adds by itself. A change of another one
// says more of what the app makes of it.
var hostParameters = []string{"xdm_e", "xdm_c", "cp", "xdm_deprecated_addon_key_do_not_use", "lic", "cv"}

// withChange changes the value of one parameter: the first of the app's own, else
// the licence.
func withChange(raw string) (changed, name string) {
	rest, query, _ := strings.Cut(raw, "?")
	pairs := strings.Split(query, "&")
	at := -1
	for i, pair := range pairs {
		name, _, _ := strings.Cut(pair, "=")
		own := name != ""
		for _, h := range hostParameters {
			own = own && name != h
		}
		if own {
			at = i
			break
		}
		if name == "lic" {
			at = i
		}
	}
	if at < 0 {
		return raw, ""
	}
	name, _, _ = strings.Cut(pairs[at], "=")
	pairs[at] = name + "=standin-changed-this"
	return rest + "?" + strings.Join(pairs, "&"), name
}

func withParameter(raw, name, value string) string {
	sep := "?"
	if strings.Contains(raw, "?") {
		sep = "&"
	}
	return raw + sep + name + "=" + value
}

// oddQueries are written as a browser may write them; each is signed as atlassian-jwt
// 2.0.3 signs it (its tests, and section "qsh" of DOC "Understanding JWT").
var oddQueries = []struct{ what, query string }{
	{"a blank, written %20", "standin=a%20b"},
	{"a blank, written +", "standin=a+b"},
	{"a plus sign", "standin=a%2Bb"},
	{"a comma", "standin=a%2Cb"},
	{"the characters ! ' ( ) * ~", "standin=%21%27%28%29%2A~"},
	{"an ampersand and an equals sign", "standin=a%26b%3Dc"},
	{"an umlaut and an emoji", "standin=%C3%BC%F0%9F%98%80"},
	{"an empty value", "standin="},
	{"a parameter in capitals", "Standin=1&standin=2"},
	{"a parameter that is there twice", "standin=b&standin=a"},
}

func oddEncodings(t Tenant, e Endpoint, _ baseline) []Attempt {
	var all []Attempt
	for _, odd := range oddQueries {
		name, value, _ := strings.Cut(odd.query, "=")
		address := withParameter(e.bare(), name, value)
		hash, err := token.QSH(e.Method, address, t.BaseURL)
		if err != nil {
			continue
		}
		all = append(all, Attempt{Name: "at an address with " + odd.what + ", rightly signed", Accept: true, Rule: HashesRightly,
			url: address, loose: true, forged: t.fresh(e).has("qsh", hash)})
	}
	return all
}

// control asks again as the app did, with a token that is as good.
func control(t Tenant, e Endpoint) Attempt {
	if e.Session {
		return Attempt{Name: "with the session that the app had", Accept: true, forged: &forgery{recorded: true}}
	}
	f := t.fresh(e)
	if e.Page {
		if hash, err := token.QSH(e.Method, e.bare(), t.BaseURL); err == nil {
			f.has("qsh", hash)
		}
	}
	return Attempt{Name: "with a valid token", Accept: true, forged: f}
}

// escape is a token as it stands in a query.
func escape(raw string) string { return url.QueryEscape(raw) }
