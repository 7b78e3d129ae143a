package judge

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/standin-dev/standin/harness/timeline"
)

// longestReferer is how long an address may be to go into a Referer whole: beyond
// it, browsers send the origin (MDN browser-compat-data, http/headers/Referer).
const longestReferer = 4096

// whatTookIt finds what took the token out of the Referer between two requests.
func (c *court) whatTookIt(before, x *timeline.Exchange) (string, time.Time) {
	for _, e := range slices.Backward(c.in.Events) {
		if e.At.Before(before.At.Add(-time.Second)) {
			break
		}
		if e.Kind != timeline.Navigated || e.Frame != x.Frame || e.At.After(x.At) {
			continue
		}
		if carriesJWT(e.From) && !carriesJWT(e.To) || e.Navigation == timeline.Document {
			return fmt.Sprintf("%s changed the page's URL from %s to %s, and with it went ?jwt=.", e.Text, shown(e.From), shown(e.To)), e.At
		}
	}
	if cause, at := c.whyNoReferer(x); cause != "" {
		return cause, at
	}
	if ref := x.Header.Get("Referer"); ref == "" {
		return "The browser sent no Referer: a Referrer-Policy of the page, or the kind of request, forbids it.", time.Time{}
	}
	return "The Referer had become " + shown(x.Header.Get("Referer")) + ".", time.Time{}
}

// whyNone finds why a request carried no token, where nothing of its own frame had
// one in its Referer before.
func (c *court) whyNone(x *timeline.Exchange, other []CarrierSpec) (string, time.Time) {
	if cause, at := c.tooEarly(x); cause != "" {
		return cause, at
	}
	own := slices.DeleteFunc(slices.Clone(other), func(s CarrierSpec) bool { return s.Place == "cookie" })
	if len(own) > 0 {
		return fmt.Sprintf("It came with %s, of which standin knows nothing. If that is what the back end goes by, say so in standin.yaml, under carriers.", named(own)), time.Time{}
	}
	if cookies := cookieNames(x); len(cookies) > 0 {
		return fmt.Sprintf("It came with the cookie %s, which a browser that blocks third-party cookies does not send.", strings.Join(cookies, " and ")), time.Time{}
	}
	if x.Type == "Document" {
		return c.whyDocument(x)
	}
	if !refusal(x) {
		return "", time.Time{} // the back end did not miss it
	}
	return c.whyNoReferer(x)
}

// whyDocument says how a frame came to ask for a page without a token.
func (c *court) whyDocument(x *timeline.Exchange) (string, time.Time) {
	if from := c.in.exchange(x.RedirectOf); from != nil {
		return fmt.Sprintf("%s redirected to it, and the token did not come along.", name(from)), from.At
	}
	for _, e := range slices.Backward(c.in.Events) {
		if e.Kind == timeline.Navigated && e.Frame == x.Frame && !e.At.After(x.At.Add(time.Second)) && pathOf(e.To) == pathOf(x.URL) {
			return fmt.Sprintf("%s from %s to an address without a token: a link or form of the page does not add one.", e.Text, shown(e.From)), e.At
		}
	}
	return "", time.Time{}
}

// whyNoReferer says what kept the token of the page's URL out of a request's
// Referer, for a page that had one; empty: nothing that is known of.
func (c *court) whyNoReferer(x *timeline.Exchange) (string, time.Time) {
	page := c.pageOf(x)
	if page == nil {
		return "", time.Time{}
	}
	first := c.firstOf(page)
	referer := x.Header.Get("Referer")
	policy, from := c.policyOf(page)
	switch {
	case !carriesJWT(first.URL):
		return "", time.Time{}
	case first != page && !carriesJWT(page.URL):
		return fmt.Sprintf("%s answered %d and led to %s, and with the redirect went ?jwt=.", name(first), first.Status, shown(page.URL)), first.At
	case policy != "":
		return fmt.Sprintf("The page's Referrer-Policy is %s (%s), so the browser keeps ?jwt= out of the Referer.", policy, from), page.At
	case originOf(x.URL) != originOf(page.URL):
		return fmt.Sprintf("It went to another origin than the page's, %s, where the browser sends the page's origin as Referer and no more.", originOf(x.URL)), time.Time{}
	case len(page.URL) > longestReferer && !carriesJWT(referer):
		return fmt.Sprintf("The page's URL has %d characters; beyond %d the browser sends its origin as Referer and no more.", len(page.URL), longestReferer), page.At
	case strings.HasSuffix(pathOf(referer), ".js"):
		return fmt.Sprintf("A worker sent it: its Referer is the address of its script, %s.", shown(referer)), time.Time{}
	}
	return "", time.Time{}
}

// pageOf is the last document that a request's frame had loaded before it; nil:
// not known.
func (c *court) pageOf(x *timeline.Exchange) *timeline.Exchange {
	for _, page := range slices.Backward(c.index.pages[x.Frame]) {
		if page.ID < x.ID {
			return page
		}
	}
	return nil
}

// firstOf is the first hop of the redirects that led to a document.
func (c *court) firstOf(page *timeline.Exchange) *timeline.Exchange {
	for page.RedirectOf != 0 {
		before := c.in.exchange(page.RedirectOf)
		if before == nil || before.ID >= page.ID {
			return page
		}
		page = before
	}
	return page
}

// policyOf is a page's policy, where it keeps the query of the page out of
// Referers to the same origin, and where it stands; empty: there is none.
func (c *court) policyOf(page *timeline.Exchange) (policy, from string) {
	policy, from = lastWord(page.Answer.Get("Referrer-Policy")), "a header of "+name(page)
	for _, e := range c.in.Events {
		if e.Kind == timeline.Facts && e.Frame == page.Frame && e.Place == "meta referrer" && !e.At.Before(page.At) {
			policy, from = strings.TrimSpace(strings.ToLower(e.Text)), "a meta tag of the page"
		}
	}
	switch policy {
	case "no-referrer", "origin", "strict-origin":
		return policy, from
	}
	return "", ""
}

// lastWord is the policy that counts of a list: the last that browsers know.
func lastWord(list string) string {
	out := ""
	for word := range strings.SplitSeq(list, ",") {
		switch word = strings.ToLower(strings.TrimSpace(word)); word {
		case "no-referrer", "no-referrer-when-downgrade", "origin", "origin-when-cross-origin", "same-origin",
			"strict-origin", "strict-origin-when-cross-origin", "unsafe-url":
			out = word
		}
	}
	return out
}

// tooEarly says so when the request went out before the bridge was up.
func (c *court) tooEarly(x *timeline.Exchange) (string, time.Time) {
	if c.in.Recorded {
		return "", time.Time{} // who knows what the browser had of it
	}
	if e := c.index.bridge; e != nil {
		if e.At.After(x.At) {
			return "It was sent before the bridge to the host was up, so there was no AP to ask.", e.At
		}
		return "", time.Time{}
	}
	if library := c.index.library; library != nil {
		return fmt.Sprintf("all.js did not load (%s), so there was no AP to ask for a token.", outcome(library)), library.At
	}
	if c.in.App.NoToken {
		return "This page's URL carries no token, and the page never loaded all.js.", time.Time{}
	}
	return "The page never loaded all.js, so there was no AP to ask for a token.", time.Time{}
}

// whyJunk says where getToken stood when a request went out with something else.
func (c *court) whyJunk(x *timeline.Exchange, k Carrier) (string, time.Time) {
	var last, next *timeline.Event
	for i, e := range c.in.Events {
		switch {
		case e.Kind != timeline.Delivered || x.Extension != "" && e.Extension != x.Extension:
		case !e.At.After(x.At):
			last = &c.in.Events[i]
		case next == nil:
			next = &c.in.Events[i]
		}
	}
	switch {
	case last != nil:
		return fmt.Sprintf("AP.context.getToken() had answered at %s; %s.", c.when(last.At), madeOf(k)), last.At
	case next != nil:
		return fmt.Sprintf("The first answer of AP.context.getToken() came %s later.", span(next.At.Sub(x.At))), next.At
	}
	if c.in.Recorded {
		return "", time.Time{} // its answers are in no recording
	}
	return "No answer of AP.context.getToken() was seen in this scenario.", time.Time{}
}

// madeOf says what a text in the place of a token shows of how it came there.
func madeOf(k Carrier) string {
	if strings.Contains(strings.ToLower(k.Value), "object promise") {
		return "the request carries the text of a promise, which was not awaited"
	}
	return "the request was made of something else; of what, standin cannot see"
}

// sameElsewhere says where the back end took the very token that it refused here.
func (c *court) sameElsewhere(x *timeline.Exchange, k Carrier) string {
	for _, e := range c.index.taken[k.Value] {
		if e != nil && name(e) != name(x) {
			return fmt.Sprintf("%s took the same token, so it is this route that wants another one.", name(e))
		}
	}
	return ""
}

func outcome(x *timeline.Exchange) string {
	if x.Failure != "" {
		return x.Failure
	}
	return fmt.Sprint(x.Status)
}

func cookieNames(x *timeline.Exchange) []string {
	f := &finder{exchange: x}
	f.cookies()
	var names []string
	for _, k := range f.found {
		names = append(names, k.Spec.Name)
	}
	return names
}

func originOf(raw string) string {
	u, err := timeline.ParseURL(raw)
	if err != nil {
		return ""
	}
	return strings.Replace(u.Scheme, "ws", "http", 1) + "://" + u.Host
}
