package judge

import (
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"time"

	"github.com/standin-dev/standin/fakehost/token"
	"github.com/standin-dev/standin/harness/timeline"
)

// refused judges a request whose token is right, and that was answered with an error all
// the same. It reports whether it had something to find. What the refusal is about is
// told by evidence: what the answer says, what the same address answers to others, where
// else the same token was taken, what went before.
func (c *court) refused(x *timeline.Exchange, k Carrier) bool {
	if x.Staged || x.Status < 400 || x.Status == http.StatusNotFound {
		return false
	}
	if c.mayRefuse(k) {
		return c.refusedAnonymous(x, k)
	}
	if c.in.Unchecked[k.Value] {
		if refusal(x) {
			c.unexplained = append(c.unexplained, x.ID)
		}
		return refusal(x)
	}
	if f := c.blockedCookie(x); f != nil {
		c.found(*f)
		return true
	}
	if f := c.keepsSecret(x, k); f != nil {
		c.found(*f)
		return true
	}
	rule := c.weighRefusal(x, k)
	if rule == nil {
		c.note(fmt.Sprintf("%s answered %d to a valid token, which is no fault of the token's as far as was seen%s", name(x), x.Status, c.saysOf(x)))
		return false
	}
	c.refusal(x, k, rule)
	return true
}

// refusedAnonymous judges what an app answers where it may well turn a right token away:
// 403 and a page of any kind are its right then; 401, which says that the token is not
// known, is a slip.
func (c *court) refusedAnonymous(x *timeline.Exchange, k Carrier) bool {
	if x.Type == "Document" || x.Status == http.StatusForbidden || !refusal(x) {
		return false
	}
	c.refusal(x, k, ErrorOnValid)
	return true
}

// refusal finds that a valid token was refused.
func (c *court) refusal(x *timeline.Exchange, k Carrier, rule *Rule) {
	state := "whose token is valid and unexpired"
	if k.Known == nil || k.Known.Virtual == nil {
		state = "which carried a credential of the app's own"
	}
	f := Finding{
		Rule: rule, Exchange: x.ID, Carrier: k,
		Message:  fmt.Sprintf("The back end answered %d to %s, %s.", x.Status, name(x), state),
		Expected: "an answer other than a refusal",
		Actual:   fmt.Sprintf("%d to a %s in %s with %s left%s", x.Status, KindOf(k), k.Spec, c.left(x, k), c.saysOf(x)),
		Cause:    c.whyRefused(x, k),
	}
	if says := Words(x.Excerpt); k.Known != nil && k.Known.Virtual != nil && k.Known.Virtual.Claims.QSH == token.ContextQSH && ofQSH.MatchString(says) {
		f.Remedy = "Accept context tokens on routes that the page calls: addon.checkValidToken() in atlassian-connect-express, @ContextJwt in Spring Boot. A context token's qsh is \"context-qsh\", not the hash of the URL."
	}
	c.found(f)
}

// whyRefused says what is known of a refusal's cause; that it is not known is said too.
func (c *court) whyRefused(x *timeline.Exchange, k Carrier) string {
	if skewed := c.skewed(); skewed != "" {
		return skewed
	}
	if elsewhere := c.sameElsewhere(x, k); elsewhere != "" {
		return elsewhere
	}
	switch s := c.standing(x); {
	case s.ValidTaken != 0 && s.ValidRefused != 0:
		return fmt.Sprintf("The same address took a valid token at another time, by %d; why not here, standin cannot see.", s.ValidTaken)
	case s.WithoutRefused != 0 && s.WithoutRefused != x.Status:
		return fmt.Sprintf("Without a token it answers %d, so it tells the two apart; why it refuses this one, standin cannot see.", s.WithoutRefused)
	case s.WithoutRefused != 0:
		return fmt.Sprintf("Without any token it answers %d as well; why it refuses this one, standin cannot see.", s.WithoutRefused)
	}
	return "Why, standin cannot see."
}

// skewed says by how much the clocks of host and back end differ on purpose; empty: they
// do not.
func (c *court) skewed() string {
	switch ahead := c.in.HostAhead; {
	case ahead > 0:
		return fmt.Sprintf("In this scenario tokens are made by a clock that is %s ahead of the back end's, so that their iat is in its future.", timeline.Span(ahead))
	case ahead < 0:
		return fmt.Sprintf("In this scenario tokens are made by a clock that is %s behind the back end's, so that they seem older than they are.", timeline.Span(-ahead))
	}
	return ""
}

// The words by which an error says what it is about.
var (
	ofToken      = regexp.MustCompile(`(?i)\b(jwt|token|qsh|signature|issuer|iss|audience|query hash|authentication data|credentials?|bearer)\b`)
	ofQSH        = regexp.MustCompile(`(?i)\bqsh\b|query (string )?hash|context-qsh`)
	ofForgery    = regexp.MustCompile(`(?i)csrf|xsrf|forgery|antiforgery`)
	ofSession    = regexp.MustCompile(`(?i)\b(log ?in|logged ?(in|out)|sign(ed)?[- ]?in|session|cookies?)\b`)
	ofPermission = regexp.MustCompile(`(?i)permission|forbidden|not allowed|not permitted|access denied|no access|\badmin|\brole\b|licen[cs]e|\bplan\b|upgrade|scope|not authori[sz]ed to|owner`)
)

// saysOf is what an answer says of itself, for a sentence; empty: nothing that was read.
func (c *court) saysOf(x *timeline.Exchange) string {
	if Words(x.Excerpt) == "" {
		return ""
	}
	return "; the answer was " + c.answer(x)
}

// weighRefusal is the rule that a refusal of a valid token breaks; nil: it is about
// something else than the token, such as a permission, what was entered, or a service
// that fails.
func (c *court) weighRefusal(x *timeline.Exchange, k Carrier) *Rule {
	says, s := Words(x.Excerpt), c.standing(x)
	forgery := ofForgery.MatchString(says)
	token := ofToken.MatchString(says) && !forgery
	elsewhere := c.sameElsewhere(x, k) != "" || c.tokenTakenElsewhere(x) || s.ValidTaken != 0
	apart := s.WithoutRefused != 0 && s.WithoutRefused != x.Status // it answers no token otherwise
	switch {
	case x.Status == http.StatusUnauthorized:
		if !token && elsewhere && (forgery || ofSession.MatchString(says) || ofPermission.MatchString(says)) {
			return nil
		}
		return RefusedValid
	case x.Status == http.StatusForbidden:
		if !token && (forgery || apart || elsewhere || ofPermission.MatchString(says)) {
			return nil
		}
		return RefusedValid
	case x.Status == http.StatusBadRequest, x.Status == http.StatusInternalServerError:
		if !token && (forgery || apart || elsewhere) {
			return nil
		}
		return ErrorOnValid
	}
	return nil
}

// mayRefuse reports whether an app may well turn away a token that is right: that of an
// anonymous user, or where its licence has run out.
func (c *court) mayRefuse(k Carrier) bool {
	return c.in.App.Unlicensed || k.Known != nil && k.Known.Virtual != nil && c.claimsHost(k) && k.Known.Virtual.Claims.Subject == ""
}

// keepsSecret finds that a back end goes on with the shared secret from before a
// rotation: it took valid tokens of this kind before, and after the rotation none that
// is signed with the new secret.
func (c *court) keepsSecret(x *timeline.Exchange, k Carrier) *Finding {
	rotated := lastBefore(c.index.rotations, x.At)
	if rotated == nil || k.Known == nil || k.Known.Virtual == nil || !k.Known.Verified || k.Known.Outdated || !c.claimsHost(k) {
		return nil
	}
	s := c.standing(x)
	if !s.OldSecret && (s.ValidTaken == 0 || c.takenSince(rotated)) {
		return nil
	}
	f := &Finding{
		Rule: TakesRotation, Exchange: x.ID, Carrier: k,
		Message:  fmt.Sprintf("After the app was installed again with another shared secret, %s answered %d to a token that is signed with it.", name(x), x.Status),
		Expected: "the answer from before, for the app acknowledged the secret",
		Actual:   fmt.Sprintf("%d to a token signed with the new secret, %s old%s", x.Status, timeline.Span(x.At.Sub(k.Known.Virtual.Claims.IssuedAt)), c.saysOf(x)),
		Cause:    "Before the rotation it took such tokens, and since then it has taken none: something in the back end goes on with the secret that it knew.",
		CauseAt:  rotated.At,
		Remedy:   "Read the tenant's secret where installed stores it, for each request, or drop what is kept in memory (in every process) when installed comes.",
	}
	if s.OldSecret {
		f.Cause = "Asked again by standin with a token that is signed with the secret from before, it took it: the back end goes on with the old secret."
	}
	return f
}

// takenSince reports whether the back end took a token that is signed with the tenant's
// current secret, since it was rotated.
func (c *court) takenSince(rotated *timeline.Event) bool {
	for i := range c.in.Exchanges {
		x := &c.in.Exchanges[i]
		class := c.classes[i]
		if x.At.Before(rotated.At) || x.Staged || !taken(x) || class != Protected && class != LaterDocument && class != FirstDocument {
			continue
		}
		for _, known := range x.Tokens {
			if known.Verified && !known.Outdated && known.Virtual != nil && !known.Virtual.Claims.IssuedAt.Before(rotated.At.Add(-time.Second)) {
				return true
			}
		}
	}
	return false
}

// note keeps what is worth a word and breaks no rule, once.
func (c *court) note(text string) {
	if !slices.Contains(c.notes, text) {
		c.notes = append(c.notes, text)
	}
}
