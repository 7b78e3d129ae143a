package judge

import (
	"cmp"
	"fmt"
	"html"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"github.com/standin-dev/standin/fakehost/token"
	"github.com/standin-dev/standin/harness/timeline"
)

// firstDocument judges the module's page itself.
func (c *court) firstDocument(x *timeline.Exchange) {
	redirected := x.Status >= 300 && x.Status < 400
	switch {
	case c.in.Recorded && leftAlone(x):
	case unframed(x) && c.nested(x): // the page itself is there
	case x.Failure != "":
		c.found(Finding{Rule: PageLoads, Exchange: x.ID, Message: c.way(x) + c.failed(x) + ".", Expected: "a page", Actual: cmp.Or(unframedBy(x), x.Failure)})
	case x.Status == 0:
		c.found(Finding{Rule: PageLoads, Exchange: x.ID,
			Message: fmt.Sprintf("%s gave no answer as long as standin waited.", name(x)), Expected: "a page", Actual: "no answer"})
	case redirected || x.Status < 400:
	case c.pageRefused(x):
	case c.in.App.NoToken && refusesToken(x.Status) && !carriesAny(x):
		c.withheldByDescriptor(x)
	default:
		c.found(Finding{Rule: PageLoads, Exchange: x.ID,
			Message: c.way(x) + " answered " + c.answer(x) + ".", Expected: "a page", Actual: fmt.Sprint(x.Status), Cause: cmp.Or(c.noJWT(), c.skewed())})
	}
}

// withheldByDescriptor finds a page that wants the token which its descriptor has the
// host keep.
func (c *court) withheldByDescriptor(x *timeline.Exchange) {
	rule, why := CacheablePage, "cacheable: true for this module"
	if c.in.App.NoAuth {
		rule, why = NoAuthentication, "authentication: none"
	}
	c.found(Finding{Rule: rule, Exchange: x.ID,
		Message:  fmt.Sprintf("%s answered %s to a request without a token; the descriptor says %s, and so the host sends no jwt there.", name(x), c.answer(x), why),
		Expected: "a page for everybody", Actual: fmt.Sprint(x.Status)})
}

// noJWT says why the page's address had no token; "" where it had one.
func (c *court) noJWT() string {
	switch {
	case c.in.App.NoAuth:
		return "The descriptor says authentication: none, so the host sends no jwt with the page's address."
	case c.in.App.Cacheable:
		return "The descriptor says cacheable: true for this module, so the host sends no jwt with the page's address."
	}
	return ""
}

// leftAlone reports whether a page has no answer because it was not waited for any more,
// or because the recording ended.
func leftAlone(x *timeline.Exchange) bool {
	return x.Status == 0 && (x.Failure == "" || slices.ContainsFunc([]string{"ABORTED", "cancel", "no answer was recorded"},
		func(word string) bool { return strings.Contains(x.Failure, word) }))
}

// pageRefused reports whether a page was denied in spite of the right token in its
// URL, and if so, says so. Any other error is the page's own.
func (c *court) pageRefused(x *timeline.Exchange) bool {
	if c.in.App.NoToken || !refusal(x) {
		return false
	}
	own, _ := FindCarriers(x, c.order)
	if len(own) == 0 || own[0].Known == nil || !c.valid(x, own[0], FirstDocument) {
		return false
	}
	if f := c.keepsSecret(x, own[0]); f != nil {
		c.found(*f)
		return true
	}
	if !refusesToken(x.Status) {
		return false
	}
	return c.refused(x, own[0])
}

// framing finds the documents, after the first and elsewhere, that the browser would not
// show in the app's frame.
func (c *court) framing() {
	ours := map[string]bool{} // frames that showed a page of the app
	chain := map[int]bool{}   // the first document's redirects, wherever they lead
	for i := range c.in.Exchanges {
		x := &c.in.Exchanges[i]
		if x.Type != "Document" || x.HostPage || c.in.Popups[x.Frame] {
			continue
		}
		if c.classes[i] == FirstDocument {
			ours[x.Frame], chain[x.ID] = true, true
			continue
		}
		if !ours[x.Frame] || c.in.Withheld[x.ID] {
			continue
		}
		chain[x.ID] = chain[x.RedirectOf]
		if !unframed(x) {
			continue
		}
		f := Finding{Rule: Unframeable, Exchange: x.ID, Message: c.way(x) + c.failed(x) + ".", Expected: "a page that may be shown in a frame", Actual: cmp.Or(unframedBy(x), x.Failure)}
		if chain[x.ID] {
			f.Rule = PageLoads
		}
		c.found(f)
	}
}

// unframed reports whether the browser would not show an answer.
func unframed(x *timeline.Exchange) bool {
	return strings.Contains(x.Failure, "BlockedByResponse") || strings.HasPrefix(x.Failure, "blocked by the browser")
}

// endless reports whether the browser gave up following redirects.
func endless(x *timeline.Exchange) bool {
	return strings.Contains(x.Failure, "TooManyRedirects") || strings.Contains(x.Failure, "TOO_MANY_REDIRECTS")
}

// nested reports whether a document is of a frame within a page of the same module.
func (c *court) nested(x *timeline.Exchange) bool {
	for i := range c.in.Exchanges {
		if before := &c.in.Exchanges[i]; c.classes[i] == FirstDocument && before.ID < x.ID && before.Frame != x.Frame && before.Extension == x.Extension {
			return x.Extension != ""
		}
	}
	return false
}

// unframedBy is the header by which it would not; empty: it is another failure, or none
// was seen.
func unframedBy(x *timeline.Exchange) string {
	if !unframed(x) {
		return ""
	}
	return framingHeader(x.Answer)
}

// way names a document as the page, or the redirect, that led there: the subject of a
// sentence about it.
func (c *court) way(x *timeline.Exchange) string {
	from := c.in.exchange(x.RedirectOf)
	if from == nil || endless(x) {
		return called(c, x)
	}
	for {
		before := c.in.exchange(from.RedirectOf)
		if before == nil {
			break
		}
		from = before
	}
	return fmt.Sprintf("%s is redirected (%d) to %s, which", called(c, from), from.Status, called(c, x))
}

// called is what a document is called: by its path, and one of another origin by its
// whole address.
func called(c *court, x *timeline.Exchange) string {
	if u, err := timeline.ParseURL(x.URL); err == nil && !c.in.toApp(u) {
		return fmt.Sprintf("%s %s://%s%s", x.Method, u.Scheme, u.Host, u.Path)
	}
	return name(x)
}

// failed says why a document did not come, as the end of a sentence. What its headers
// say is named as they say it, and no cause that was not seen.
func (c *court) failed(x *timeline.Exchange) string {
	word := x.Failure
	switch {
	case endless(x):
		return " did not load: it redirects for ever"
	case strings.Contains(word, "ConnectionRefused"):
		return " did not load: nothing listens at its address"
	case !unframed(x):
		return " did not load: " + word
	}
	if header := framingHeader(x.Answer); header != "" {
		return fmt.Sprintf(" did not load: its header %s forbids to show it in a frame of %s", header, c.framedBy())
	}
	return fmt.Sprintf(" did not load: the browser would not show its answer in a frame (%s), and nothing was seen in it of X-Frame-Options or frame-ancestors", word)
}

func (c *court) framedBy() string {
	if c.in.App.HostOrigin != "" {
		return "the host's page at " + c.in.App.HostOrigin
	}
	return "the host's page"
}

// framingHeader is the header of an answer that says who may show it in a frame, as
// "X-Frame-Options: DENY"; empty: it has none. Browsers leave X-Frame-Options alone where
// the policy has frame-ancestors.
func framingHeader(h http.Header) string {
	var found []string
	for _, value := range h.Values("Content-Security-Policy") {
		for _, policy := range strings.Split(value, ",") {
			if d := directive(policy, "frame-ancestors"); d != "" {
				found = append(found, d)
			}
		}
	}
	if len(found) > 0 {
		return "Content-Security-Policy: " + strings.Join(found, ", ")
	}
	if value := strings.Join(h.Values("X-Frame-Options"), ", "); value != "" {
		return "X-Frame-Options: " + value
	}
	return ""
}

// directive is one of a policy, with its values; empty: the policy has none of that name.
func directive(policy, name string) string {
	for _, d := range strings.Split(policy, ";") {
		if words := strings.Fields(d); len(words) > 0 && strings.EqualFold(words[0], name) {
			return strings.Join(words, " ")
		}
	}
	return ""
}

// answer is an answer as evidence: its status, its content type, and the first words of
// its body.
func (c *court) answer(x *timeline.Exchange) string {
	text := fmt.Sprint(x.Status)
	if word := http.StatusText(x.Status); word != "" {
		text += " " + word
	}
	kind := x.Answer.Get("Content-Type")
	if kind == "" {
		kind = "no Content-Type"
	}
	text += " (" + kind + ")"
	if x.Answer.Get("Content-Length") == "0" {
		return text + " with an empty body"
	}
	if words := Words(x.Excerpt); words != "" {
		text += ": " + quoted(words)
	}
	return text
}

// wordsLimit is how much of a text is quoted, in characters.
const wordsLimit = 120

var (
	notShown = regexp.MustCompile(`(?is)<(script|style|head)\b.*?</(script|style|head)>|<(script|style)\b.*$|<!--.*?-->|<[^>]*>`)
	titled   = regexp.MustCompile(`(?is)<title[^>]*>(.*?)</title>`)
)

// Words are the first of a text or a page that a person would read, with no token in
// them. Of a page without any they are its title.
func Words(body string) string {
	text := strings.Join(strings.Fields(html.UnescapeString(notShown.ReplaceAllString(body, " "))), " ")
	if m := titled.FindStringSubmatch(body); text == "" && m != nil {
		text = strings.Join(strings.Fields(m[1]), " ")
	}
	for _, raw := range token.Find(text) {
		text = strings.ReplaceAll(text, raw, "eyJ…")
	}
	if runes := []rune(text); len(runes) > wordsLimit {
		return string(runes[:wordsLimit-1]) + "…"
	}
	return text
}

func quoted(words string) string { return "“" + words + "”" }
