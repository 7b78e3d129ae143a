package browser

import (
	"mime"
	"net/http"

	"github.com/chromedp/cdproto/network"

	"github.com/standin-dev/standin/harness/timeline"
)

// becomesForeign tells the hop at which a request leaves its page's origin. While
// it is held at the tap Chromium (156) forgets to send the Origin that it has for
// it, and the page is refused the answer; with an address given, even its own, the
// hop begins as a request that has one.
func (c *Context) becomesForeign(x *timeline.Exchange) bool {
	origin := x.Header.Get("Origin")
	if x.RedirectOf == 0 || origin == "" || originOf(x.URL) == origin {
		return false
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	for i := len(c.exchanges) - 1; i >= 0; i-- {
		if before := c.exchanges[i]; before.ID == x.RedirectOf {
			return originOf(before.URL) == origin
		}
	}
	return false
}

func originOf(raw string) string {
	u, err := timeline.ParseURL(raw)
	if err != nil {
		return ""
	}
	return u.Scheme + "://" + u.Host
}

func isRedirect(x *timeline.Exchange) bool {
	return x.Status >= 300 && x.Status < 400 && x.Answer.Get("Location") != ""
}

func isEmpty(x *timeline.Exchange) bool {
	return x.Method == http.MethodHead || x.Status == http.StatusNoContent ||
		x.Status == http.StatusNotModified || x.Answer.Get("Content-Length") == "0"
}

func isStream(x *timeline.Exchange) bool {
	return x.Type == string(network.ResourceTypeEventSource) || mediaType(x.Answer) == "text/event-stream"
}

func mediaType(h http.Header) string {
	t, _, _ := mime.ParseMediaType(h.Get("Content-Type"))
	return t
}
