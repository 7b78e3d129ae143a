package judge

import (
	"fmt"
	"net/http"
	"slices"

	"github.com/standin-dev/standin/harness/timeline"
)

// shadowed hears a request with several tokens: does a wrong one win over a right
// one, or an older one over a fresher of the same maker? It tells whether it had
// something to say.
func (c *court) shadowed(x *timeline.Exchange, all []Carrier, class Class) bool {
	first := all[0]
	if first.Known == nil || first.Known.Virtual == nil {
		return false
	}
	for _, other := range all[1:] {
		if other.Known == nil || other.Known.Virtual == nil || other.Value == first.Value || !c.valid(x, other, class) {
			continue
		}
		if c.valid(x, first, class) && !fresher(other, first) {
			continue
		}
		if c.tookBoth(x, first, other) {
			return true
		}
		c.found(Finding{
			Rule: StaleShadowsFresh, Exchange: x.ID, Carrier: first,
			Message:  fmt.Sprintf("%s carried %d tokens, and the back end reads the older one.", name(x), len(all)),
			Expected: "one token, or the fresh one where the back end looks first",
			Actual:   fmt.Sprintf("%s: %s; %s: %s", first.Spec, c.age(x, first), other.Spec, c.age(x, other)),
			Cause:    "Back ends look into " + first.Spec.Place + " before " + other.Spec.Place + ".",
		})
		return true
	}
	return false
}

// tookBoth tells whether the back end took a request with two tokens, and nobody
// says in which order it looks: then the good one may be the one that it read. It
// is told that there are two. Where the first is dead, the other was read for sure.
func (c *court) tookBoth(x *timeline.Exchange, first, other Carrier) bool {
	if len(c.in.Policy.Carriers) > 0 || !taken(x) {
		return false
	}
	c.found(Finding{
		Rule: SeveralTokens, Exchange: x.ID, Carrier: first,
		Message:  fmt.Sprintf("%s carried a worse token beside a good one, and the back end took it.", name(x)),
		Expected: "one token",
		Actual:   fmt.Sprintf("%s: %s; %s: %s; the answer was %d", first.Spec, c.age(x, first), other.Spec, c.age(x, other), x.Status),
		Cause:    c.birth(first),
	})
	if c.expiry(x, first) != nil {
		c.accept(other.Spec)
	}
	return true
}

// queryAndBody hears a request with jwt in its query and in its body, which
// atlassian-connect-express takes for none. It tells whether it had something to
// say: a back end that takes the request is another one.
func (c *court) queryAndBody(x *timeline.Exchange, all []Carrier) bool {
	at := func(place string) int {
		return slices.IndexFunc(all, func(k Carrier) bool { return k.Spec.Place == place && k.Spec.Name == "jwt" && k.jwtShaped() })
	}
	query, form := at("query"), at("form")
	if query < 0 || form < 0 || !refusal(x) {
		return false
	}
	c.found(Finding{
		Rule: QueryAndBody, Exchange: x.ID, Carrier: all[query],
		Message:  fmt.Sprintf("%s carried jwt in its query and in its body, and was answered %d.", name(x), x.Status),
		Expected: "one token in one place",
		Actual:   fmt.Sprintf("query:jwt: %s; form:jwt: %s", c.age(x, all[query]), c.age(x, all[form])),
		Cause:    "atlassian-connect-express takes a request with both for one without a token.",
	})
	return true
}

// cookieOnly hears a request whose only token rides in a cookie of which the
// config does not speak. The token is judged as well: it dies like any other.
func (c *court) cookieOnly(x *timeline.Exchange, k Carrier) {
	c.found(Finding{
		Rule: CookieOnly, Exchange: x.ID, Carrier: k,
		Message:  fmt.Sprintf("%s carried its token only in the cookie %s.", name(x), k.Spec.Name),
		Expected: "a valid token in " + c.whereItShould(),
		Actual:   fmt.Sprintf("a token in the cookie %s and nowhere else; the answer was %s", k.Spec.Name, answer(x)),
		Cause:    "The back end set the cookie, and the browser adds it to every request as long as it takes third-party cookies.",
	})
	if e := c.expiry(x, k); e != nil {
		c.found(*e)
	}
}

// taken tells whether the back end answered as if the request were right.
func taken(x *timeline.Exchange) bool {
	return x.Status >= 200 && x.Status < 300 || x.Status == http.StatusNotModified
}

// fresher tells whether a was made after b, by the same maker: a session of the
// app's own that outlives a context token makes it no older.
func fresher(a, b Carrier) bool {
	x, y := a.Known.Virtual.Claims, b.Known.Virtual.Claims
	return x.Issuer == y.Issuer && x.IssuedAt.After(y.IssuedAt)
}
