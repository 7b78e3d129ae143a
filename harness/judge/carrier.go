package judge

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/standin-dev/standin/fakehost/token"
	"github.com/standin-dev/standin/harness/timeline"
)

// CarrierSpec says where a back end looks for a token: "header:Authorization
// JWT", "header:X-Connect-Token", "query:jwt", "form:jwt", "cookie:token",
// "referer", "message": the first messages of a WebSocket.
type CarrierSpec struct {
	Place  string // header, query, form, cookie, referer, message
	Name   string // of the header, parameter or cookie; empty for the last two
	Scheme string // the word before the token, for headers; empty: none
}

// ParseCarrier reads one carrier.
func ParseCarrier(s string) (CarrierSpec, error) {
	if s == "referer" || s == "message" {
		return CarrierSpec{Place: s}, nil
	}
	place, rest, ok := strings.Cut(s, ":")
	name, scheme, _ := strings.Cut(rest, " ")
	good := ok && name != "" && slices.Contains([]string{"header", "query", "form", "cookie"}, place)
	if !good || scheme != "" && place != "header" || strings.Contains(scheme, " ") {
		return CarrierSpec{}, fmt.Errorf("carrier %q: say where the token rides, as \"header:Authorization JWT\", \"header:X-Token\", \"query:jwt\", \"form:jwt\", \"cookie:token\", \"message\" or \"referer\"", s)
	}
	if place == "header" {
		name = http.CanonicalHeaderKey(name)
	}
	return CarrierSpec{Place: place, Name: name, Scheme: scheme}, nil
}

func (c CarrierSpec) String() string {
	out := c.Place
	if c.Name != "" {
		out += ":" + c.Name
	}
	if c.Scheme != "" {
		out += " " + c.Scheme
	}
	return out
}

// defaultCarriers is where back ends look when nobody says, and in which order:
// that of atlassian-connect-express, then what home-made ones are known to read.
var defaultCarriers = []CarrierSpec{
	{Place: "query", Name: "jwt"},
	{Place: "form", Name: "jwt"},
	{Place: "header", Name: "Authorization", Scheme: "JWT"},
	{Place: "query", Name: "acpt"},
	{Place: "header", Name: "X-Acpt"},
}

// Carrier is one place in a request where a token rides, or should.
type Carrier struct {
	Spec CarrierSpec
	// Value is what stands there, without the scheme.
	Value string
	// Known is what is known of a JWT-shaped value; nil when it is none.
	Known *token.Translation
}

// jwtShaped tells whether the value is a token as a whole.
func (c Carrier) jwtShaped() bool {
	found := token.Find(c.Value)
	return len(found) == 1 && found[0] == c.Value
}

// FindCarriers lists the tokens that a request carries in itself, in the order in
// which a back end would look for them, and those in its Referer apart. Besides
// the places where one would look, it finds every JWT-shaped value.
func FindCarriers(x *timeline.Exchange, specs []CarrierSpec) (own, referer []Carrier) {
	order := orderOf(specs)
	f := &finder{exchange: x}
	f.query()
	f.referer()
	f.body()
	f.headers()
	f.cookies()
	f.messages()
	for _, c := range f.found {
		if c.Spec.Place == "referer" {
			referer = append(referer, c)
			continue
		}
		if inOrder(order, c.Spec) >= 0 || c.jwtShaped() && !isOAuths(c.Spec) {
			own = append(own, c)
		}
	}
	sortByPlace(own, order)
	return own, referer
}

// oauthNames are the parameters of OAuth 2.0 and OpenID Connect whose values may well be
// JWTs, and that authenticate no request (RFC 6749, sections 4 and 10; OpenID Connect
// Core 1.0, section 3.1.2.1).
var oauthNames = []string{"state", "code", "nonce", "request", "id_token_hint", "login_hint", "client_assertion", "assertion"}

// isOAuths reports whether a parameter belongs to an OAuth dance. What an author lists
// among the carriers counts all the same.
func isOAuths(s CarrierSpec) bool {
	return (s.Place == "query" || s.Place == "form") && slices.Contains(oauthNames, s.Name)
}

// inOrder finds where among the specs a carrier stands, with its own scheme if
// that is listed, else with another one; -1: not.
func inOrder(order []CarrierSpec, c CarrierSpec) int {
	if i := slices.Index(order, c); i >= 0 {
		return i
	}
	return slices.IndexFunc(order, func(s CarrierSpec) bool { return s.Place == c.Place && s.Name == c.Name })
}

// place is when a back end would look at a carrier: in the order of the specs;
// then, if at all, behind another scheme, at places of which nobody spoke, and in
// cookies.
func place(order []CarrierSpec, c CarrierSpec) int {
	switch i := inOrder(order, c); {
	case i >= 0 && order[i] == c:
		return i
	case i >= 0:
		return len(order)
	case c.Place == "cookie":
		return len(order) + 2
	}
	return len(order) + 1
}

// orderOf is where a back end looks, in that order.
func orderOf(specs []CarrierSpec) []CarrierSpec {
	if len(specs) == 0 {
		return defaultCarriers
	}
	return specs
}

// sortByPlace puts carriers into the order in which a back end would look.
func sortByPlace(list []Carrier, order []CarrierSpec) {
	slices.SortStableFunc(list, func(a, b Carrier) int { return place(order, a.Spec) - place(order, b.Spec) })
}
