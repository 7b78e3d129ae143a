package probe

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/standin-dev/standin/fakehost/token"
	"github.com/standin-dev/standin/harness/judge"
	"github.com/standin-dev/standin/harness/timeline"
)

// An Endpoint is a request that the back end accepted with a valid token: the
// pattern of what is asked again.
type Endpoint struct {
	// Method and URL are the request's, the URL with its token in place.
	Method, URL string
	// Header is what the app had written, without the Referer, what a browser adds by
	// itself, and cookies, but for the one that the token rides in.
	Header http.Header
	// Cookies says that the request had cookies that are not sent again.
	Cookies bool
	// Body is the request's body; nil: none.
	Body []byte
	// Page says that it is the module's page, whose address the host signs.
	Page bool
	// Socket says that it is the handshake of a WebSocket. URL begins with http then.
	Socket bool
	// Carrier is where the token rides.
	Carrier judge.CarrierSpec
	// Token is the token, on the virtual timeline; nil in a session.
	Token *token.Token
	// Session says that what it carries is the app's own, which nobody here makes: a
	// session token that the app signs with a secret of its own, or a text that means
	// something to the app alone.
	Session bool
	// tokens are all texts of the request that are tokens: what is asked again
	// carries one of ours in each of their places.
	tokens []string
}

// From makes an endpoint of an exchange. false: the exchange is no pattern, for it
// was not answered, or not with what it asked for, or carried nothing that counts.
func From(x *timeline.Exchange, class judge.Class, carriers []judge.CarrierSpec) (Endpoint, bool) {
	switch class {
	case judge.FirstDocument, judge.LaterDocument, judge.Protected:
	default:
		return Endpoint{}, false
	}
	socket := x.Type == "WebSocket"
	if socket && x.Status != http.StatusSwitchingProtocols || !socket && (x.Status < 200 || x.Status > 399) {
		return Endpoint{}, false
	}
	own, _ := judge.FindCarriers(x, carriers)
	if len(own) == 0 {
		return Endpoint{}, false
	}
	session := class == judge.Protected && !socket && ofSession(own[0])
	if k := own[0].Known; !session && (k == nil || !k.Verified || k.Virtual == nil) {
		return Endpoint{}, false
	}
	if socket && own[0].Spec.Place == "message" {
		return Endpoint{}, false // the handshake proved nothing
	}
	if class == judge.FirstDocument && (own[0].Known.Kind != token.Iframe || own[0].Spec.Place != "query") {
		return Endpoint{}, false
	}
	e := Endpoint{
		Method: x.Method, URL: x.URL, Header: ownHeaders(x.Header), Body: x.Body,
		Page: class == judge.FirstDocument, Socket: socket, Carrier: own[0].Spec, Session: session,
		tokens: slices.Sorted(maps.Keys(x.Tokens)),
	}
	if !session {
		e.Token = own[0].Known.Virtual
	}
	var cookie string
	if cookie, e.Cookies = cookies(x.Header, own[0].Spec); cookie != "" {
		e.Header.Set("Cookie", cookie)
	}
	if socket {
		e.URL = strings.Replace(e.URL, "ws", "http", 1)
		e.Header.Del("Upgrade")
		if offered := x.Header.Get(protocolHeader); offered != "" {
			e.Header.Set(protocolHeader, offered)
		}
	}
	if e.Body != nil && len(e.Body) == 0 {
		e.Body = nil
	}
	if !slices.Contains(e.tokens, own[0].Value) {
		e.tokens = append(e.tokens, own[0].Value)
	}
	if session {
		e.translate(x.Tokens)
	}
	return e, true
}

// translate writes tokens as they left for the back end, in its own time, for nothing
// else is put in their place.
func (e *Endpoint) translate(tokens map[string]token.Translation) {
	for raw, known := range tokens {
		swap := strings.NewReplacer(raw, known.Sent)
		e.URL = swap.Replace(e.URL)
		if len(e.Body) > 0 {
			e.Body = []byte(swap.Replace(string(e.Body)))
		}
		for _, values := range e.Header {
			for i := range values {
				values[i] = swap.Replace(values[i])
			}
		}
		for i := range e.tokens {
			e.tokens[i] = swap.Replace(e.tokens[i])
		}
	}
}

// shortestCredential is from which length a text can be one that nobody guesses.
const shortestCredential = 16

// ofSession reports whether what a request carries is of a session of the app's own.
func ofSession(c judge.Carrier) bool {
	if c.Known != nil {
		return c.Known.Kind == token.Session && !c.Known.Verified
	}
	return len(c.Value) >= shortestCredential && !judge.IsJunk(c.Value) && len(token.Find(c.Value)) == 0
}

// browserHeaders are those that a browser adds by itself, or that tell whence a
// request comes. A cookie could prove who asks in the token's stead, unless it is where
// the token rides.
var browserHeaders = []string{
	"Cookie", "Referer", "Host", "Connection", "Content-Length", "Accept-Encoding", "User-Agent", "Upgrade-Insecure-Requests",
	"Priority", "Dnt", "If-None-Match", "If-Modified-Since", "Range", "Cache-Control", "Pragma",
}

// protocolHeader is the one header of a handshake that a page has a say in.
const protocolHeader = "Sec-Websocket-Protocol"

func ownHeaders(all http.Header) http.Header {
	own := http.Header{}
	for name, values := range all {
		name = http.CanonicalHeaderKey(name)
		if !slices.Contains(browserHeaders, name) && !strings.HasPrefix(name, "Sec-") && !strings.HasPrefix(name, ":") {
			own[name] = slices.Clone(values)
		}
	}
	return own
}

// cookies parts the cookie that the token rides in, if it rides in one, from the others.
func cookies(header http.Header, carrier judge.CarrierSpec) (own string, others bool) {
	for pair := range strings.SplitSeq(strings.Join(header.Values("Cookie"), ";"), ";") {
		pair = strings.TrimSpace(pair)
		name, _, _ := strings.Cut(pair, "=")
		switch {
		case pair == "":
		case carrier.Place == "cookie" && name == carrier.Name && own == "":
			own = pair
		default:
			others = true
		}
	}
	return own, others
}

// Safe reports whether the request changes nothing, as far as its method tells.
func (e Endpoint) Safe() bool { return e.Method == http.MethodGet || e.Method == http.MethodHead }

// Key tells endpoints apart: by method, path and the names of the parameters. What
// differs in values alone is asked once.
func (e Endpoint) Key() string {
	u, err := timeline.ParseURL(e.URL)
	if err != nil {
		return e.word() + " " + e.URL
	}
	return e.word() + " " + u.Host + u.EscapedPath() + "?" + strings.Join(slices.Sorted(maps.Keys(u.Query())), "&") + " in " + e.Carrier.String()
}

// Name is what the endpoint is called in a sentence.
func (e Endpoint) Name() string {
	if u, err := timeline.ParseURL(e.URL); err == nil {
		return e.word() + " " + u.EscapedPath()
	}
	return e.word() + " " + e.URL
}

// word is what kind of request it is: its method, for most.
func (e Endpoint) word() string {
	if e.Socket {
		return "WebSocket"
	}
	return e.Method
}

// bare is the address without the token: what the host signed.
func (e Endpoint) bare() string { return withoutTokens(e.URL, e.tokens) }

// withoutTokens takes the query parameters out whose values are tokens, and leaves
// the rest as it is written.
func withoutTokens(raw string, tokens []string) string {
	rest, query, has := strings.Cut(raw, "?")
	if !has {
		return raw
	}
	var kept []string
	for pair := range strings.SplitSeq(query, "&") {
		_, value, _ := strings.Cut(pair, "=")
		if decoded, err := url.QueryUnescape(value); err == nil {
			value = decoded
		}
		if !slices.Contains(tokens, value) {
			kept = append(kept, pair)
		}
	}
	if len(kept) == 0 {
		return rest
	}
	return rest + "?" + strings.Join(kept, "&")
}
