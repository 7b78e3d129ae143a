package judge

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/standin-dev/standin/fakehost/token"
	"github.com/standin-dev/standin/harness/timeline"
)

// junk are the texts of JavaScript values that are no tokens.
var junk = []string{"undefined", "null", "nan", "true", "false", "", "[object object]", "[object promise]", "{}", "function"}

// token hears the token that the back end reads.
func (c *court) token(x *timeline.Exchange, k Carrier, class Class) {
	breaches := c.breaches(x, k, class)
	for _, f := range breaches {
		c.found(c.forgiven(x, f))
	}
	musts := slices.ContainsFunc(breaches, func(f Finding) bool { return f.Rule.Severity == Must })
	if k.Known != nil && k.Known.Virtual != nil {
		if end := k.Known.Virtual.Claims.ExpiresAt; end.After(c.lastToken) {
			c.lastToken = end
		}
	}
	if !musts && (k.Known != nil || !IsJunk(k.Value)) {
		c.refused(x, k)
	}
}

// valid tells whether a token breaks no must-rule on this request.
func (c *court) valid(x *timeline.Exchange, k Carrier, class Class) bool {
	return !slices.ContainsFunc(c.breaches(x, k, class), func(f Finding) bool { return f.Rule.Severity == Must })
}

// breaches are all rules that a token breaks on a request. What is wrong with its
// shape hides the rest: there is nothing else to read in it.
func (c *court) breaches(x *timeline.Exchange, k Carrier, class Class) []Finding {
	if f := c.shape(x, k); f != nil {
		return []Finding{*f}
	}
	if k.Known == nil || k.Known.Virtual == nil {
		return nil // an opaque value of the app's own: nothing to read in it
	}
	if f := c.scheme(x, k); f != nil {
		return []Finding{*f}
	}
	if c.claimsHost(k) {
		if f := c.origin(x, k); f != nil {
			return []Finding{*f}
		}
	}
	var out []Finding
	for _, check := range []func(*timeline.Exchange, Carrier, Class) *Finding{c.user, c.context, c.qsh, c.expiryOf} {
		if f := check(x, k, class); f != nil {
			out = append(out, *f)
		}
	}
	return out
}

// claimsHost reports whether a token is to be held to what the host makes: one that is
// signed with the tenant's secret and has a qsh or names the tenant as its issuer; or,
// where nothing is signed rightly, one with a qsh where a token is looked for. Whose a
// token is, its signature says: an issuer alone says nothing, for the state of an OAuth
// dance or a third party's JWT may name anybody. Any other is the app's own business, of
// which only its life is judged.
func (c *court) claimsHost(k Carrier) bool {
	claims := k.Known.Virtual.Claims
	if k.Known.Verified || c.in.Unchecked[k.Value] {
		return claims.QSH != "" || claims.Issuer == c.in.App.ClientKey && k.Known.Kind != token.Session
	}
	if k.Known.Kind == token.Session || inOrder(c.order, k.Spec) < 0 && k.Spec.Place != "referer" && k.Spec.Place != "message" && k.Spec.Place != "cookie" && k.Spec.Place != "header" {
		return false
	}
	return claims.QSH != ""
}

// shape hears values that cannot be a token.
func (c *court) shape(x *timeline.Exchange, k Carrier) *Finding {
	if IsJunk(k.Value) {
		cause, at := c.whyJunk(x, k)
		return &Finding{
			Cause: cause, CauseAt: at,
			Rule: LiteralJunk, Exchange: x.ID, Carrier: k,
			Message:  fmt.Sprintf("%s carried %q in the place of a token.", name(x), strings.TrimSpace(k.Spec.Scheme+" "+k.Value)),
			Expected: "a JWT", Actual: fmt.Sprintf("%q in %s", k.Value, k.Spec),
		}
	}
	actual := fmt.Sprintf("%d characters with %d dots", len(k.Value), strings.Count(k.Value, "."))
	switch {
	case k.jwtShaped():
		_, err := token.Parse(k.Value)
		if err == nil {
			return nil
		}
		actual = err.Error()
	case k.Spec.Name != "jwt" && k.Spec.Scheme != "JWT" && (x.Staged || !refusesToken(x.Status)):
		return nil // an opaque credential of the app's own, which its back end takes
	}
	return &Finding{
		Rule: Malformed, Exchange: x.ID, Carrier: k,
		Message:  fmt.Sprintf("%s carried something in %s that is no JWT.", name(x), k.Spec),
		Expected: "three base64url parts joined by dots, the first two JSON objects with claims of the right types",
		Actual:   actual,
	}
}

// IsJunk tells the texts of JavaScript values that are no tokens.
func IsJunk(value string) bool {
	value = strings.ToLower(strings.Trim(value, `"'`))
	return slices.Contains(junk, value) || strings.HasPrefix(value, "[object ") ||
		strings.HasPrefix(value, "function(") || strings.HasPrefix(value, "function ")
}

// scheme hears the word before the token in the Authorization header. Where the
// config says which one the back end reads, that one it must be. Where nobody
// says, it is JWT; another one counts as wrong when the back end refuses it.
func (c *court) scheme(x *timeline.Exchange, k Carrier) *Finding {
	if k.Spec.Place != "header" {
		return nil
	}
	want, said := c.wantedScheme(k.Spec)
	if k.Spec.Scheme == want || !said && (want == "" || !refusal(x)) {
		return nil
	}
	shownScheme := k.Spec.Scheme
	if shownScheme == "" {
		shownScheme = "no scheme"
	}
	return &Finding{
		Rule: WrongScheme, Exchange: x.ID, Carrier: k,
		Message:  fmt.Sprintf("%s sent its token with the scheme %q; %q is expected.", name(x), k.Spec.Scheme, want),
		Expected: fmt.Sprintf("%s: %s", k.Spec.Name, strings.TrimSpace(want+" <token>")),
		Actual:   fmt.Sprintf("%s with %s; the answer was %d", k.Spec.Name, shownScheme, x.Status),
	}
}

func (c *court) wantedScheme(s CarrierSpec) (scheme string, said bool) {
	if i := inOrder(c.in.Policy.Carriers, s); i >= 0 {
		return c.in.Policy.Carriers[i].Scheme, true
	}
	if slices.Contains(c.in.Learned, s) {
		return s.Scheme, true // which the back end took elsewhere
	}
	if s.Name == "Authorization" {
		return "JWT", false
	}
	return "", false
}

// origin hears who made a token that claims to be the host's.
func (c *court) origin(x *timeline.Exchange, k Carrier) *Finding {
	t := k.Known.Virtual
	switch {
	case t.Algorithm != "HS256":
		return &Finding{
			Rule: WrongAlgorithm, Exchange: x.ID, Carrier: k,
			Message:  fmt.Sprintf("%s carried a token with the algorithm %q.", name(x), t.Algorithm),
			Expected: "HS256", Actual: t.Algorithm,
		}
	case t.Claims.Issuer != c.in.App.ClientKey:
		return &Finding{
			Rule: WrongTenant, Exchange: x.ID, Carrier: k,
			Message:  fmt.Sprintf("%s carried a token of another tenant.", name(x)),
			Expected: "iss " + c.in.App.ClientKey, Actual: "iss " + t.Claims.Issuer,
		}
	case !k.Known.Verified && !c.in.Unchecked[k.Value]:
		return &Finding{
			Rule: WrongSignature, Exchange: x.ID, Carrier: k,
			Message:  fmt.Sprintf("%s carried a token whose signature does not verify with the tenant's secret.", name(x)),
			Expected: "a token that the host signed, unchanged", Actual: "claims or signature were changed, or another secret was used",
		}
	case c.outdated(x, k) && !c.justHandedOut(x, k):
		return &Finding{
			Rule: WrongSignature, Exchange: x.ID, Carrier: k,
			Message:  fmt.Sprintf("%s carried a token from before the tenant's secret was rotated.", name(x)),
			Expected: "a token signed with the current secret", Actual: fmt.Sprintf("a %s in %s, signed with an earlier secret; the answer was %s", c.age(x, k), k.Spec, answer(x)),
			Cause: c.birth(k),
		}
	}
	return nil
}

// outdated tells whether a token was signed with a secret that the tenant had no more
// when the request was sent. What rode in a cookie or a message was looked at later, when
// the secret may have been another.
func (c *court) outdated(x *timeline.Exchange, k Carrier) bool {
	return k.Known.Outdated && (len(c.index.rotations) == 0 || lastBefore(c.index.rotations, x.At) != nil)
}

// qsh hears whether a host's token is of the right kind for what it is sent to.
func (c *court) qsh(x *timeline.Exchange, k Carrier, class Class) *Finding {
	have := k.Known.Virtual.Claims.QSH
	if !c.claimsHost(k) || have == "" || k.Spec.Place == "referer" {
		return nil // in the Referer it can be none but the page's own
	}
	if class == Protected {
		if have == token.ContextQSH {
			return nil
		}
		return &Finding{
			Rule: IframeTokenOnAPI, Exchange: x.ID, Carrier: k,
			Message:  fmt.Sprintf("%s reused the token of the iframe's URL.", name(x)),
			Expected: "a context token from AP.context.getToken(), qsh " + token.ContextQSH,
			Actual:   fmt.Sprintf("the iframe's token in %s, %s", k.Spec, c.age(x, k)),
			Cause:    c.birth(k),
		}
	}
	want, err := token.QSH(x.Method, x.URL, c.in.App.BaseURL)
	if err != nil || have == want {
		return nil
	}
	modulePage := slices.Contains(c.in.App.PagePaths, pathOf(x.URL))
	if have == token.ContextQSH && !modulePage {
		return nil // a page of the app's own, for which the host signs nothing
	}
	kind := "the hash of another URL"
	if have == token.ContextQSH {
		kind = token.ContextQSH + ", a context token"
	}
	return &Finding{
		Rule: WrongQSH, Exchange: x.ID, Carrier: k,
		Message:  fmt.Sprintf("%s, a page, was opened with a token whose qsh is %s.", name(x), kind),
		Expected: "qsh " + want[:12] + "…, the hash of this URL", Actual: "qsh " + kind,
	}
}

// expiryOf is expiry, or what it says of the margin.
func (c *court) expiryOf(x *timeline.Exchange, k Carrier, _ Class) *Finding {
	if f := c.expiry(x, k); f != nil {
		return f
	}
	end := k.Known.Virtual.Claims.ExpiresAt
	left := end.Sub(x.At)
	if end.IsZero() || left >= c.in.Margin || c.justHandedOut(x, k) {
		return nil
	}
	return &Finding{
		Rule: Margin, Exchange: x.ID, Carrier: k,
		Message:  fmt.Sprintf("%s was sent with a token that had %s left.", name(x), timeline.Span(left)),
		Expected: "at least " + timeline.Span(c.in.Margin) + " left", Actual: timeline.Span(left) + " left",
		Cause: c.birth(k),
	}
}

// expiry hears whether a token was still alive when it was sent. Whole seconds
// and no leeway, as atlassian-connect-express has it.
func (c *court) expiry(x *timeline.Exchange, k Carrier) *Finding {
	if k.Known == nil || k.Known.Virtual == nil {
		return nil
	}
	end := k.Known.Virtual.Claims.ExpiresAt
	if end.IsZero() || x.At.Unix() < end.Unix() {
		return nil
	}
	cause, at := c.whyNotRenewed(x, k, end)
	return &Finding{
		Rule: Expired, Exchange: x.ID, Carrier: k,
		Message:  fmt.Sprintf("%s carried a %s that had expired %s before.", name(x), KindOf(k), timeline.Span(x.At.Sub(end))),
		Expected: "a token with life left, from AP.context.getToken() at the time of the request",
		Actual:   fmt.Sprintf("a %s in %s, expired for %s; the answer was %s", c.age(x, k), k.Spec, timeline.Span(x.At.Sub(end)), answer(x)),
		Cause:    cause, CauseAt: at,
	}
}

// justHandedOut tells whether the host had just given this very token, so that
// asking again would have given the same one.
func (c *court) justHandedOut(x *timeline.Exchange, k Carrier) bool {
	if k.Known == nil {
		return false
	}
	for _, at := range slices.Backward(c.handed[k.Known.Original]) {
		if !at.After(x.At) {
			return x.At.Sub(at) <= c.in.ContextCache
		}
	}
	return false
}

func (c *court) left(x *timeline.Exchange, k Carrier) string {
	if k.Known == nil || k.Known.Virtual == nil || k.Known.Virtual.Claims.ExpiresAt.IsZero() {
		return "unlimited life"
	}
	return timeline.Span(k.Known.Virtual.Claims.ExpiresAt.Sub(x.At))
}

// KindOf names a token's kind for a sentence.
func KindOf(k Carrier) string {
	switch {
	case k.Known == nil || k.Known.Virtual == nil:
		return "token"
	case k.Known.Kind == token.Iframe || len(k.Known.Virtual.Claims.QSH) == 64:
		return "token of the iframe's URL"
	case k.Known.Virtual.Claims.QSH == token.ContextQSH:
		return "context token"
	default:
		return "session token"
	}
}

// when tells an instant as it stands on the scenario's timeline.
func (c *court) when(t time.Time) string { return timeline.Offset(t.Sub(c.in.Start)) }

func answer(x *timeline.Exchange) string {
	if x.Status == 0 {
		return "none"
	}
	return fmt.Sprint(x.Status)
}
