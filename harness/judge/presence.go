package judge

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/standin-dev/standin/harness/timeline"
)

// withoutToken hears a request that carries no token of its own.
func (c *court) withoutToken(x *timeline.Exchange, referer []Carrier) {
	other := others(x)
	if len(referer) > 0 && !c.refererUnread(x, referer[0]) {
		if len(other) == 0 {
			c.refererOnly(x, referer[0])
			return
		}
		c.maybeReferers = append(c.maybeReferers, x.ID)
	}
	f := Finding{
		Rule: NoToken, Exchange: x.ID,
		Expected: "a valid token in " + c.whereItShould(),
		Actual:   "no token anywhere in the request",
		Message:  fmt.Sprintf("%s carried no token.", name(x)),
	}
	if before := c.lastReferer(x); before != nil {
		f.Rule = LostWithReferer
		f.Message = fmt.Sprintf("%s carried no token: until %s it had been only in the Referer.", name(x), name(before))
		f.Actual = "no token; the Referer was " + shown(x.Header.Get("Referer"))
		f.Cause, f.CauseAt = c.whatTookIt(before, x)
	} else {
		f.Cause, f.CauseAt = c.whyNone(x, other)
	}
	if f.Rule == NoToken && c.withheld(x.At) {
		f.Rule, f.Expected = SentWithout, "no request"
		f.Message = fmt.Sprintf("%s was sent without a token, while the host gave none.", name(x))
	}
	c.found(f)
}

// refererUnread tells whether the back end does not read the Referer: it refused
// a request although the token there was right, or took one that had none.
func (c *court) refererUnread(x *timeline.Exchange, ref Carrier) bool {
	return c.index.takenWithout[address(x)] || refusal(x) && ref.Known != nil && (ref.Known.Verified || c.in.Unchecked[ref.Value]) && c.expiry(x, ref) == nil
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

// lastReferer is the latest earlier request of the same frame whose only token
// was in its Referer; nil: there was none. One that had something else besides counts
// only when the back end misses the token now.
func (c *court) lastReferer(x *timeline.Exchange) *timeline.Exchange {
	ids := c.referers
	if refusal(x) {
		ids = slices.Sorted(slices.Values(slices.Concat(ids, c.maybeReferers)))
	}
	for _, id := range slices.Backward(ids) {
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

// refused hears a request whose token is right, and that was refused all the same.
func (c *court) refused(x *timeline.Exchange, k Carrier) {
	rule := RefusedValid
	if x.Staged {
		return // it was not the back end
	}
	switch {
	case !c.mayRefuse(k):
	case x.Type == "Document" || x.Status == http.StatusForbidden:
		return
	case x.Status == http.StatusUnauthorized:
		rule = ErrorOnValid
	}
	switch x.Status {
	case http.StatusUnauthorized, http.StatusForbidden:
	case http.StatusBadRequest, http.StatusInternalServerError:
		rule = ErrorOnValid
	default:
		return
	}
	if c.in.Unchecked[k.Value] {
		c.unexplained = append(c.unexplained, x.ID)
		return
	}
	state := "whose token is valid and fresh"
	if k.Known == nil || k.Known.Virtual == nil {
		state = "which carried a credential of the app's own"
	}
	c.found(Finding{
		Rule: rule, Exchange: x.ID, Carrier: k,
		Message:  fmt.Sprintf("The back end answered %d to %s, %s.", x.Status, name(x), state),
		Expected: "an answer other than a refusal",
		Actual:   fmt.Sprintf("%d to a %s in %s with %s left", x.Status, KindOf(k), k.Spec, c.left(x, k)),
		Cause:    c.sameElsewhere(x, k),
	})
}

// mayRefuse tells whether an app may well turn away a token that is right: that of nobody,
// or where its licence has run out. To say 403 is its right then, and 401, which says that
// the token is not known, is a slip.
func (c *court) mayRefuse(k Carrier) bool {
	return c.in.App.Unlicensed || k.Known != nil && k.Known.Virtual != nil && c.claimsHost(k) && k.Known.Virtual.Claims.Subject == ""
}
