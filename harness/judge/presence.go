package judge

import (
	"fmt"
	"slices"
	"strings"

	"github.com/standin-dev/standin/harness/timeline"
)

// withoutToken judges a request that carries no token of its own. A token in its Referer
// is one that the browser put there by itself: it counts where the back end was seen to
// go by it.
func (c *court) withoutToken(x *timeline.Exchange, referer []Carrier) {
	if c.withheld(x.At) {
		c.sentWithout(x, "without a token", "no token anywhere in the request; the answer was "+answer(x), Carrier{})
		return
	}
	standing, other := c.standing(x), others(x)
	if standing.Missing {
		return // whoever asks gets the same: there is nothing
	}
	if len(referer) > 0 && (standing.dependsOnReferer() || len(other) == 0 && c.goesByReferer(x, standing)) {
		c.refererOnly(x, referer[0])
		return
	}
	f := Finding{
		Rule: NoToken, Exchange: x.ID,
		Expected: "a valid token in " + c.whereItShould(),
		Actual:   "no token anywhere in the request",
		Message:  fmt.Sprintf("%s carried no token.", name(x)),
		Remedy:   c.remedyWithout(x),
	}
	var before *timeline.Exchange
	if len(referer) == 0 {
		before = c.lastReferer(x, standing)
	}
	switch {
	case before != nil:
		f.Rule, f.Remedy = LostWithReferer, ""
		f.Message = fmt.Sprintf("%s carried no token: until %s it had been only in the Referer.", name(x), name(before))
		f.Actual = "no token; the Referer was " + shown(x.Header.Get("Referer"))
		f.Cause, f.CauseAt = c.whatTookIt(before, x)
	case standing.open() && len(other) == 0 && !refusal(x):
		f.Message = fmt.Sprintf("%s carried no token, and was answered %s.", name(x), answer(x))
		f.Actual = fmt.Sprintf("answered without any token as well, by %d: anybody gets it", standing.WithoutTaken)
		f.Cause, f.CauseAt = c.tooEarly(x)
		f.Remedy = fmt.Sprintf("If it gives out what is a customer's, protect it: refuse requests without a valid token, and send one. If it is meant for anybody, list it in standin.yaml: public: [%q].", pathOf(x.URL))
	default:
		if len(referer) > 0 {
			f.Actual = "no token in the request; " + refererSays(standing)
		}
		f.Cause, f.CauseAt = c.whyNone(x, other)
	}
	c.found(f)
}

// refererSays tells what is known of a token that stands in a Referer and that does not
// count.
func refererSays(s Standing) string {
	switch {
	case s.RefererRefused != 0:
		return fmt.Sprintf("the browser put the page's address into its Referer, by which the back end does not go: it answered %d", s.RefererRefused)
	case s.WithoutTaken != 0:
		return "the browser put the page's address into its Referer, which changes nothing: the back end answers without it as well"
	}
	return "the browser put the page's address into its Referer; whether the back end goes by that was not seen"
}

// goesByReferer reports whether the back end, of whose answers at this address nothing
// else is known, took a request with a token in its Referer alone and was seen to go by
// the Referer elsewhere.
func (c *court) goesByReferer(x *timeline.Exchange, s Standing) bool {
	unknown := s.WithoutTaken == 0 && s.RefererRefused == 0
	return unknown && (taken(x) || s.RefererTaken != 0) && (c.in.Known.ReadsReferer() || c.index.seen.ReadsReferer())
}

func (c *court) whereItShould() string {
	if len(c.in.Policy.Carriers) == 0 && len(c.in.Learned) > 0 {
		return spoken(c.in.Learned) + ", which the back end was seen to take"
	}
	if len(c.in.Policy.Carriers) == 0 {
		return "the header Authorization (scheme JWT), or the query parameter jwt"
	}
	return spoken(c.in.Policy.Carriers)
}

func spoken(list []CarrierSpec) string {
	names := make([]string, len(list))
	for i, s := range list {
		names[i] = s.String()
	}
	return strings.Join(names, " or ")
}

// refererOnly hears a request whose only token rides in the Referer. The token is
// judged as well: it dies like any other.
func (c *court) refererOnly(x *timeline.Exchange, ref Carrier) {
	c.referers = append(c.referers, x.ID)
	c.found(Finding{
		Rule: RefererOnly, Exchange: x.ID, Carrier: ref,
		Message:  fmt.Sprintf("%s carried its token only in the Referer.", name(x)),
		Expected: "a valid token in " + c.whereItShould(),
		Actual:   "a token in the Referer, which is the page's own URL, and nowhere else",
		Cause:    "The iframe's URL carries ?jwt=, and the page has not changed its URL since.",
	})
	if e := c.expiry(x, ref); e != nil {
		c.found(*e)
	}
}

// lastReferer is the latest earlier request of the same frame whose only token was in
// its Referer, where the back end goes by that; nil: there was none. The back end must
// miss the token now: refuse the request, or be known to refuse it without one.
func (c *court) lastReferer(x *timeline.Exchange, s Standing) *timeline.Exchange {
	if !c.reads("referer") && (!refusal(x) && s.WithoutRefused == 0 || s.RefererRefused != 0) {
		return nil
	}
	for _, id := range slices.Backward(c.referers) {
		if before := c.in.exchange(id); before != nil && before.Frame == x.Frame {
			return before
		}
	}
	return nil
}

func carriesJWT(u string) bool { return strings.Contains(u, "jwt=") }

// shown is a URL as one would tell it: without its host, its token cut.
func shown(u string) string {
	if u == "" {
		return "empty"
	}
	if i := strings.Index(u, "://"); i >= 0 {
		if j := strings.IndexByte(u[i+3:], '/'); j >= 0 {
			u = u[i+3+j:]
		}
	}
	path, query, _ := strings.Cut(u, "?")
	if strings.Contains(query, "jwt=") {
		return path + "?…jwt=…"
	}
	if query != "" {
		return path + "?" + query
	}
	return path
}

// age tells a token's kind and age at a request.
func (c *court) age(x *timeline.Exchange, k Carrier) string {
	text := KindOf(k)
	if k.Known == nil || k.Known.Virtual == nil {
		return text // it cannot be read
	}
	claims := k.Known.Virtual.Claims
	if !claims.IssuedAt.IsZero() {
		text += ", " + timeline.Span(x.At.Sub(claims.IssuedAt)) + " old"
	}
	if !claims.ExpiresAt.IsZero() && !x.At.Before(claims.ExpiresAt) {
		text += ", expired"
	}
	return text
}
