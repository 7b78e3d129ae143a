package browser

import (
	"cmp"
	"slices"
	"strings"

	"github.com/chromedp/cdproto/network"

	"github.com/standin-dev/standin/harness/timeline"
)

// The Network domain tells what the tap does not: the Set-Cookie headers of an answer,
// and which cookies the browser did not send or did not keep, and why.

// crumbs is what was told of an exchange's cookies.
type crumbs struct {
	told   bool // of its answer
	set    []string
	unsent []timeline.BlockedCookie
	unkept []timeline.BlockedCookie
}

func (w *wire) crumbsOf(x *timeline.Exchange) *crumbs {
	c := w.crumbs[x]
	if c == nil {
		c = &crumbs{}
		w.crumbs[x] = c
	}
	return c
}

// baked takes what the browser tells of an answer's cookies.
func (w *wire) baked(e *network.EventResponseReceivedExtraInfo) {
	last := w.byNetwork[string(e.RequestID)]
	x := cmp.Or(w.hop(last, int(e.StatusCode)), last) // one of a cache's may be 304 here and 200 there
	if x == nil {
		return // a preload's, or a WebSocket's
	}
	c := w.crumbsOf(x)
	c.told = true
	// Several headers of a name are one, line by line.
	if lines := header(e.Headers).Get("Set-Cookie"); lines != "" {
		c.set = strings.Split(lines, "\n")
	}
	c.unkept = unkept(e.BlockedCookies)
	w.crumble(x)
}

// hop is the first of the redirects that lead to x of which nothing was told yet and
// which the status may be of: the tap may have seen the next one by then.
func (w *wire) hop(x *timeline.Exchange, status int) *timeline.Exchange {
	var chain []*timeline.Exchange
	for x != nil {
		chain = append(chain, x)
		x = w.hops[x]
	}
	for _, x := range slices.Backward(chain) {
		if c := w.crumbs[x]; (c == nil || !c.told) && (x.Status == 0 || x.Status == status) {
			return x
		}
	}
	return nil
}

// crumble puts what is known of an exchange's cookies into it. Copies of it are in
// other hands: nothing in it is changed, only replaced.
func (w *wire) crumble(x *timeline.Exchange) {
	c := w.crumbs[x]
	if c == nil {
		return
	}
	x.BlockedCookies = slices.Concat(c.unsent, c.unkept)
	if x.Answer != nil && len(c.set) > 0 {
		x.Answer = x.Answer.Clone()
		x.Answer["Set-Cookie"] = slices.Clone(c.set)
	}
}

// elsewhere are the reasons why a cookie is another address's.
var elsewhere = []network.CookieBlockedReason{
	network.CookieBlockedReasonNotOnPath, network.CookieBlockedReasonDomainMismatch, network.CookieBlockedReasonPortMismatch,
}

// unsent are the cookies that would have gone along.
func unsent(all []*network.AssociatedCookie) []timeline.BlockedCookie {
	var out []timeline.BlockedCookie
	for _, a := range all {
		other := func(r network.CookieBlockedReason) bool { return slices.Contains(elsewhere, r) }
		if len(a.BlockedReasons) == 0 || a.Cookie == nil || slices.ContainsFunc(a.BlockedReasons, other) {
			continue
		}
		out = append(out, timeline.BlockedCookie{
			Name: a.Cookie.Name, Reason: reason(string(a.BlockedReasons[0])), SetCookieLine: setCookieLine(a.Cookie),
		})
	}
	return out
}

// unkept are the cookies that would have been stored.
func unkept(all []*network.BlockedSetCookieWithReason) []timeline.BlockedCookie {
	var out []timeline.BlockedCookie
	for _, b := range all {
		if len(b.BlockedReasons) == 0 {
			continue
		}
		pair, attributes, _ := strings.Cut(b.CookieLine, ";")
		name, _, named := strings.Cut(pair, "=")
		if !named {
			name = "" // a cookie without a name, or none at all
		}
		line := strings.TrimSpace(name) + "=" + cutValue
		if attributes != "" {
			line += ";" + attributes
		}
		out = append(out, timeline.BlockedCookie{
			Name: strings.TrimSpace(name), Reason: reason(string(b.BlockedReasons[0])), SetCookieLine: line, OnSet: true,
		})
	}
	return out
}

// cutValue stands for a cookie's value.
const cutValue = "…"

// reason is why a cookie was blocked. What the browser says of sites that differ in
// their scheme is true of those that differ altogether.
func reason(browsers string) string { return strings.TrimPrefix(browsers, "Schemeful") }

// setCookieLine is a cookie as an answer would set it, without its value.
func setCookieLine(c *network.Cookie) string {
	line := c.Name + "=" + cutValue
	if strings.HasPrefix(c.Domain, ".") {
		line += "; Domain=" + c.Domain[1:]
	}
	if c.Path != "" {
		line += "; Path=" + c.Path
	}
	if c.HTTPOnly {
		line += "; HttpOnly"
	}
	if c.Secure {
		line += "; Secure"
	}
	if c.SameSite != "" {
		line += "; SameSite=" + string(c.SameSite)
	}
	if c.PartitionKey != nil {
		line += "; Partitioned"
	}
	return line
}
