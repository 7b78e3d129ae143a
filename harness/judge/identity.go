package judge

import (
	"fmt"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"time"

	"github.com/standin-dev/standin/fakehost/token"
	"github.com/standin-dev/standin/harness/timeline"
)

// user hears for whom a token was made: one of the host's, or one that the back
// end signed with the tenant's secret and that names an account of Atlassian's.
func (c *court) user(x *timeline.Exchange, k Carrier, _ Class) *Finding {
	sub, want := k.Known.Virtual.Claims.Subject, c.userAt(x.At)
	login := c.loginBefore(x.At)
	if sub == want || login != nil && c.justHandedOut(x, k) {
		return nil // the host itself may hand out the token of who was there a moment ago
	}
	if login != nil && c.cannotKnow(x, k, login) {
		return nil
	}
	if !c.claimsHost(k) && !((k.Known.Verified || k.Known.Kind == token.Session) && accountID.MatchString(sub)) {
		return nil
	}
	f := &Finding{
		Rule: WrongUser, Exchange: x.ID, Carrier: k,
		Message:  fmt.Sprintf("%s carried a token of another user.", name(x)),
		Expected: "sub " + orNobody(want), Actual: "sub " + orNobody(sub),
	}
	if login != nil && k.Known.Virtual.Claims.IssuedAt.Before(login.At) {
		f.Cause, f.CauseAt = c.birth(k)+" Then "+login.Text+", and the app kept it.", login.At
	}
	return f
}

// cannotKnow tells whether a token is of the person who was there when the page was
// opened, and still lives: a page is not told that somebody else logs in elsewhere, and
// asks again when its token ends. One that has got a token of the other person knows.
func (c *court) cannotKnow(x *timeline.Exchange, k Carrier, login *timeline.Event) bool {
	page, claims := c.pageOf(x), k.Known.Virtual.Claims
	for _, frame := range []string{"", x.Frame} {
		if at, known := c.index.met[met{frame, login.Account}]; known && at.Before(x.At) {
			return false
		}
	}
	return page != nil && page.At.Before(login.At) && claims.IssuedAt.Before(login.At) && claims.Subject == c.userAt(page.At)
}

// met is a person of whom a frame has a token; no frame: any may have, from the host.
type met struct{ frame, person string }

// meets notes of whom a token is.
func (x *index) meets(frame string, t *token.Token, at time.Time) {
	if t == nil {
		return
	}
	k := met{frame, t.Claims.Subject}
	if first, known := x.met[k]; !known || at.Before(first) {
		x.met[k] = at
	}
}

// accountID is the form of Atlassian's account ids: 712020:… for those of today,
// 24 hex digits for those of old, qm:… for customers of a service desk (community.
// developer.atlassian.com thread 58699).
var accountID = regexp.MustCompile(`^(\d{6}:[0-9a-f-]{36}|[0-9a-f]{24}|qm:.+)$`)

// userAt is who was logged in at an instant.
func (c *court) userAt(at time.Time) string {
	if e := c.loginBefore(at); e != nil {
		return e.Account
	}
	return c.in.User
}

// loginBefore is the last change of user before an instant; nil: there was none.
func (c *court) loginBefore(at time.Time) *timeline.Event {
	return lastBefore(c.index.logins, at)
}

func orNobody(sub string) string {
	if sub == "" {
		return "absent (nobody is logged in)"
	}
	return sub
}

// context hears whether a context token is of the frame that sends it, by the
// contexts of the tokens which the host gave to that frame.
func (c *court) context(x *timeline.Exchange, k Carrier, _ Class) *Finding {
	claims := k.Known.Virtual.Claims
	if claims.QSH != token.ContextQSH || len(placeOf(claims.Context)) == 0 {
		return nil
	}
	extension := c.extensionOf(x)
	var own map[string]any
	from := ""
	for _, g := range c.given {
		switch {
		case extension != "" && g.extension == extension:
			if own = g.place; reflect.DeepEqual(own, placeOf(claims.Context)) {
				return nil
			}
		case g.raw == k.Known.Original:
			from = g.extension
		}
	}
	if own == nil {
		return nil // nobody knows what this frame's own would be
	}
	f := &Finding{
		Rule: WrongContext, Exchange: x.ID, Carrier: k,
		Message:  fmt.Sprintf("%s carried a context token of another place.", name(x)),
		Expected: "the context " + told(own), Actual: "the context " + told(placeOf(claims.Context)),
		Cause: c.birth(k),
	}
	if from != "" {
		f.Cause = fmt.Sprintf("AP.context.getToken() gave it to %s, and %s sent it.", from, extension)
	}
	return f
}

// extensionOf is the extension that a request came from: the frame's, as far as
// the browser tells; else the only one that there is. Empty: not known.
func (c *court) extensionOf(x *timeline.Exchange) string {
	if x.Extension != "" {
		return x.Extension
	}
	for _, g := range c.given {
		if g.extension != c.given[0].extension {
			return ""
		}
	}
	if len(c.given) == 0 {
		return ""
	}
	return c.given[0].extension
}

// handing is a token that the host gave to an extension, with the place that its
// context names.
type handing struct {
	raw, extension string
	place          map[string]any
}

// give notes a token that was given, once for each extension.
func (c *court) give(e timeline.Event) {
	if slices.ContainsFunc(c.given, func(g handing) bool { return g.raw == e.Raw && g.extension == e.Extension }) {
		return
	}
	g := handing{raw: e.Raw, extension: e.Extension}
	if t, err := token.Parse(e.Raw); err == nil {
		g.place = placeOf(t.Claims.Context)
	}
	c.given = append(c.given, g)
}

// placeOf is what a context says of the place: without the licence and the site's
// address, which are the same everywhere and may change while a page is open.
func placeOf(context map[string]any) map[string]any {
	out := maps.Clone(context)
	delete(out, "license")
	delete(out, "url")
	return out
}

// told is a context as text, with its keys in order.
func told(context map[string]any) string { return fmt.Sprint(context) }
