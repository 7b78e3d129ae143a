package judge

import (
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/standin-dev/standin/harness/timeline"
)

// Class is what a request is, as far as proof is concerned.
type Class string

// The classes. Only Protected and LaterDocument must prove who asks.
const (
	Foreign       Class = "foreign"        // not to the app
	Preflight     Class = "preflight"      // a CORS preflight, which cannot carry anything
	Asset         Class = "asset"          // a script, style, font, picture, static page
	Public        Class = "public"         // the config says that it needs no token
	FirstDocument Class = "first-document" // the module's page, or where it redirects to
	LaterDocument Class = "later-document" // a document that the frame navigated to
	Protected     Class = "protected"      // it must prove who asks
)

// Policy is what the app's author says of the app. The zero Policy knows nothing.
type Policy struct {
	// Public paths need no token; Protect paths need one, whatever kind of request
	// it is. Protect wins over Public.
	Public, Protect []Pattern
	// Carriers are where the back end looks for a token, in that order; empty: as
	// atlassian-connect-express does.
	Carriers []CarrierSpec
	// SessionLife is how long a session of the app's own lives, from when it was first
	// sent, that does not say so itself, as a JWT does; zero: nobody knows.
	SessionLife time.Duration
	// Renewal says how the app renews its tokens: [RenewalOnRefusal], or empty: in time.
	Renewal string
}

// classify says what each exchange is, by what asked for it, what it was asked
// for, and what came back.
func classify(in *Input) []Class {
	out := make([]Class, len(in.Exchanges))
	guarded := in.guarded()
	first := map[string]bool{} // frames whose first document was seen
	chain := map[int]bool{}    // exchanges that are the first document or its redirects
	copies := map[string]*timeline.Exchange{}
	for i := range in.Exchanges {
		x := &in.Exchanges[i]
		out[i] = in.classOf(x, first, chain, guarded, copies[x.URL])
		if x.Status >= 200 && x.Status < 300 {
			copies[x.URL] = x
		}
		if out[i] == FirstDocument {
			chain[x.ID] = true
		}
	}
	return out
}

// guarded are the addresses, by method, that the back end was seen to refuse: what
// it guards once, it guards always, also where something else let a request pass.
func (in *Input) guarded() map[string]bool {
	out := map[string]bool{}
	for i := range in.Exchanges {
		x := &in.Exchanges[i]
		if refusesToken(x.Status) && !x.HostPage && !x.Staged {
			out[address(x)] = true
		}
	}
	return out
}

// address is what a request asks for, whatever its query.
func address(x *timeline.Exchange) string { return x.Method + " " + originOf(x.URL) + pathOf(x.URL) }

// refusesToken tells the statuses that say that who asks is not known, or may not.
func refusesToken(status int) bool {
	return status == http.StatusUnauthorized || status == http.StatusForbidden
}

func (in *Input) classOf(x *timeline.Exchange, first map[string]bool, chain map[int]bool, guarded map[string]bool, before *timeline.Exchange) Class {
	u, err := timeline.ParseURL(x.URL)
	if err != nil || x.HostPage || !in.toApp(u) {
		return Foreign
	}
	if x.Type == "Preflight" || x.Method == http.MethodOptions && x.Header.Get("Access-Control-Request-Method") != "" {
		return Preflight
	}
	if x.Type == "Document" && x.Method == http.MethodGet {
		if chain[x.RedirectOf] || !first[x.Frame] && in.inFrame(x) {
			first[x.Frame] = true
			return FirstDocument
		}
	}
	switch {
	case anyMatch(in.Policy.Protect, u.Path):
		if x.Type == "Document" {
			return LaterDocument // whose token has the hash of its URL, unlike a call's
		}
		return Protected
	case anyMatch(in.Policy.Public, u.Path):
		return Public
	}
	if in.logsIn(x) {
		return Public
	}
	if in.Known[address(x)].Static && !guarded[address(x)] {
		return Asset
	}
	return byKind(withContent(x, before), guarded[address(x)])
}

// logsIn reports whether a request is a login in a window of the app's own: a form that
// is sent without any credential, taken, and answered with a new cookie. Who logs in has
// nothing to authenticate with yet.
func (in *Input) logsIn(x *timeline.Exchange) bool {
	return x.Type == "Document" && x.Method == http.MethodPost && in.Popups[x.Frame] && x.Status >= 200 && x.Status < 400 &&
		len(x.Answer["Set-Cookie"]) > 0 && !carriesAny(x)
}

// withContent is x with the answer that says what it brought: its own, or, where
// the browser was told that its copy is still good, the one that made the copy: that
// of the same address before, if there was any.
func withContent(x, before *timeline.Exchange) *timeline.Exchange {
	if x.Status != http.StatusNotModified || before == nil {
		return x
	}
	full := *x
	full.Status, full.Answer = before.Status, before.Answer
	return &full
}

// inFrame tells whether a document is that of an extension's iframe. A popup's
// first document is one that the app opened: it must prove itself.
func (in *Input) inFrame(x *timeline.Exchange) bool { return !in.Popups[x.Frame] }

func (in *Input) toApp(u *url.URL) bool {
	origin := u.Scheme + "://" + u.Host
	switch u.Scheme {
	case "ws":
		origin = "http://" + u.Host
	case "wss":
		origin = "https://" + u.Host
	}
	return slices.Contains(in.App.Origins, origin)
}

// byKind judges by the kind of the request and by what came back, to it or to
// another one for the same address that was refused.
func byKind(x *timeline.Exchange, refused bool) Class {
	switch x.Type {
	case "Document":
		if x.Method != http.MethodGet || refused || carriesAny(x) {
			return LaterDocument
		}
		// A page that anybody gets without a token is a static one: a shell whose
		// calls prove who asks.
		if isData(x) {
			return LaterDocument
		}
		return Asset
	case "XHR", "Fetch":
		if x.Method == http.MethodGet && x.Status >= 200 && x.Status < 300 && isStatic(x) && !refused {
			return Asset
		}
		return Protected
	case "EventSource", "WebSocket", "Ping", "CSPViolationReport":
		if x.Type == "CSPViolationReport" {
			return Asset
		}
		return Protected
	default:
		// Script, Stylesheet, Font, Image, Media, Manifest, Prefetch, Other, …
		if refused || isData(x) {
			return Protected
		}
		return Asset
	}
}

func carriesAny(x *timeline.Exchange) bool {
	own, _ := FindCarriers(x, nil)
	return len(own) > 0
}

func mediaType(x *timeline.Exchange) string {
	t, _, _ := mime.ParseMediaType(x.Answer.Get("Content-Type"))
	return t
}

// isStatic tells the media types of a page's own parts.
func isStatic(x *timeline.Exchange) bool {
	t := mediaType(x)
	for _, p := range []string{"image/", "font/", "audio/", "video/", "text/css", "text/javascript", "application/javascript",
		"application/x-javascript", "application/wasm", "application/font", "application/manifest+json"} {
		if strings.HasPrefix(t, p) {
			return true
		}
	}
	return false
}

// isData tells the media types of what a customer owns: data is protected,
// whatever element asked for it.
func isData(x *timeline.Exchange) bool {
	t := mediaType(x)
	if x.Status < 200 || x.Status >= 300 || strings.HasSuffix(t, "manifest+json") {
		return false
	}
	for _, p := range []string{"application/json", "text/csv", "application/csv", "application/pdf", "application/zip",
		"application/xml", "text/xml", "application/vnd.", "application/x-ndjson", "text/event-stream", "text/tab-separated-values"} {
		if strings.HasPrefix(t, p) {
			return true
		}
	}
	return strings.HasSuffix(t, "+json") || strings.HasPrefix(x.Answer.Get("Content-Disposition"), "attachment")
}
