package judge

import (
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/standin-dev/standin/fakehost/token"
	"github.com/standin-dev/standin/harness/timeline"
)

// leaks hears where tokens got to that is not the app's back end.
func (c *court) leaks() {
	for i := range c.in.Exchanges {
		if c.classes[i] == Foreign {
			c.otherOrigin(&c.in.Exchanges[i])
		}
	}
	for _, e := range c.in.Events {
		switch e.Kind {
		case timeline.Brought:
			c.cacheable(e)
		case timeline.Revealed:
			c.revealed(e)
		case timeline.Kept, timeline.Exposed:
			c.kept(e)
		}
	}
}

// otherOrigin hears a request to another origin: does it bring along a live token
// of this tenant's?
func (c *court) otherOrigin(x *timeline.Exchange) {
	if x.HostPage || !strings.HasPrefix(x.URL, "http") && !strings.HasPrefix(x.URL, "ws") || originOf(x.URL) == c.in.App.HostOrigin {
		return
	}
	for _, k := range anywhere(x) {
		known, ok := c.recognize(k.Value)
		if !ok || !alive(known, x.At) {
			continue
		}
		k.Known = &known
		c.found(Finding{
			Rule: OtherOrigin, Exchange: x.ID, Carrier: k,
			Message:  fmt.Sprintf("%s took a live %s to %s.", x.Method, KindOf(k), originOf(x.URL)),
			Expected: "no token in what leaves for another origin",
			Actual:   fmt.Sprintf("a %s in its %s, with %s left", c.age(x, k), k.Spec, c.left(x, k)),
			Cause:    c.birth(k),
		})
		return
	}
}

// anywhere lists the tokens of a request wherever they stand, also within other
// values, as an address within an address.
func anywhere(x *timeline.Exchange) []Carrier {
	var out []Carrier
	look := func(spec CarrierSpec, text string) {
		for range 3 { // an encoding within an encoding, and no further
			for _, raw := range token.Find(text) {
				out = append(out, Carrier{Spec: spec, Value: raw})
			}
			plain, err := url.QueryUnescape(text)
			if err != nil || plain == text {
				return
			}
			text = plain
		}
	}
	look(CarrierSpec{Place: "URL"}, x.URL)
	for _, name := range slices.Sorted(maps.Keys(x.Header)) {
		spec := CarrierSpec{Place: "header", Name: name}
		if name == "Referer" {
			spec = CarrierSpec{Place: "referer"}
		}
		look(spec, x.Header.Get(name))
	}
	look(CarrierSpec{Place: "body"}, string(x.Body))
	return out
}

// recognize tells what is known of a token: one that is signed with the tenant's secret,
// one that the back end was sent as a credential, or, where nobody can check a signature,
// one of the form that only the host makes. An issuer alone says nothing: the state of an
// OAuth dance may name the tenant, and opens nothing.
func (c *court) recognize(raw string) (token.Translation, bool) {
	if known, ok := c.known[raw]; ok && known.Virtual != nil {
		return known, known.Verified || known.Virtual.Claims.QSH != "" || c.index.credentials[raw]
	}
	t, err := token.Parse(raw)
	if err != nil || t.Claims.Issuer != c.in.App.ClientKey || t.Claims.QSH == "" {
		return token.Translation{}, false
	}
	return token.Translation{Original: raw, Sent: raw, Virtual: t}, true
}

// alive tells whether a token still opens something.
func alive(t token.Translation, at time.Time) bool {
	end := t.Virtual.Claims.ExpiresAt
	return end.IsZero() || at.Before(end)
}

// inHeader tells whether a token came in a header of an answer, as the X-acpt of
// atlassian-connect-express does with every one: that is how it renews a session,
// not what was asked for.
func inHeader(e timeline.Event) bool { return strings.HasPrefix(e.Place, "the header ") }

// cacheable hears an answer that had a token in its body.
func (c *court) cacheable(e timeline.Event) {
	x := c.in.exchange(e.Exchange)
	if x == nil || x.Status >= 400 || inHeader(e) {
		return
	}
	words := cacheControl(x.Answer)
	f := Finding{
		Rule: TokenWithoutNoStore, Exchange: x.ID,
		Message:  fmt.Sprintf("The answer to %s has a token in it and does not forbid to store it.", name(x)),
		Expected: "Cache-Control: no-store",
		Actual:   "Cache-Control: " + orAbsent(x.Answer.Get("Cache-Control")),
	}
	switch {
	case slices.Contains(words, "no-store"):
		return
	case fresh(x, words):
		f.Rule = CacheableToken
		f.Message = fmt.Sprintf("The answer to %s has a token in it and is marked as cacheable.", name(x))
	}
	c.found(f)
}

func orAbsent(text string) string {
	if text == "" {
		return "absent"
	}
	return text
}

func cacheControl(h http.Header) []string {
	var out []string
	for word := range strings.SplitSeq(strings.Join(h.Values("Cache-Control"), ","), ",") {
		out = append(out, strings.ToLower(strings.TrimSpace(word)))
	}
	return out
}

// fresh tells whether a cache may hand out an answer again without asking (RFC
// 9111, section 4.2): its own words, max-age above zero, or Expires in the future.
func fresh(x *timeline.Exchange, words []string) bool {
	if slices.Contains(words, "no-cache") {
		return false
	}
	said := false
	for _, w := range words {
		name, value, _ := strings.Cut(w, "=")
		if name == "max-age" || name == "s-maxage" {
			said = true
			if n, err := strconv.Atoi(strings.Trim(value, `"`)); err == nil && n > 0 {
				return true
			}
		}
		if w == "immutable" {
			return true
		}
	}
	expires, err := http.ParseTime(x.Answer.Get("Expires"))
	date, dateErr := http.ParseTime(x.Answer.Get("Date"))
	return !said && err == nil && dateErr == nil && expires.After(date)
}

// revealed hears an answer that had the tenant's secret in it.
func (c *court) revealed(e timeline.Event) {
	x := c.in.exchange(e.Exchange)
	if x == nil {
		return
	}
	c.found(Finding{
		Rule: SecretShown, Exchange: x.ID,
		Message:  fmt.Sprintf("The answer to %s has the tenant's shared secret in it.", name(x)),
		Expected: "no secret in anything that the browser gets",
		Actual:   "the sharedSecret of the installation, in " + e.Place,
	})
}

// kept hears that a token was found lying about, or in the host's address.
func (c *court) kept(e timeline.Event) {
	known, ok := c.recognize(e.Raw)
	if e.Known != nil && e.Known.Virtual != nil {
		known, ok = *e.Known, true
	}
	if !ok || !alive(known, e.At) {
		return
	}
	k := Carrier{Known: &known}
	f := Finding{
		Rule:     KeptInStorage,
		Message:  fmt.Sprintf("At %s a live %s lay in %s.", c.when(e.At), KindOf(k), e.Place),
		Expected: "no live token there",
		Actual:   fmt.Sprintf("a %s with %s left", KindOf(k), c.lifeAt(k, e.At)),
		Cause:    c.birth(k), CauseAt: e.At, Place: e.Place, Carrier: k,
	}
	switch {
	case e.Kind == timeline.Exposed:
		f.Rule = HostLocation
		f.Message = fmt.Sprintf("At %s a live %s stood in %s.", c.when(e.At), KindOf(k), e.Place)
	case strings.HasPrefix(e.Place, "console"):
		f.Rule = Printed
		f.Message = fmt.Sprintf("At %s a live %s was printed by %s.", c.when(e.At), KindOf(k), e.Place)
	}
	c.found(f)
}

func (c *court) lifeAt(k Carrier, at time.Time) string {
	end := k.Known.Virtual.Claims.ExpiresAt
	if end.IsZero() {
		return "unlimited life"
	}
	return timeline.Span(end.Sub(at))
}
