package browser

import (
	"net/http"

	"github.com/chromedp/cdproto/fetch"

	"github.com/standin-dev/standin/harness/timeline"
)

// headers let any page read the answer, as those of the CDN do, and keep caches
// from holding it.
func (s *Served) headers() []*fetch.HeaderEntry {
	return []*fetch.HeaderEntry{
		{Name: "Content-Type", Value: s.ContentType},
		{Name: "Access-Control-Allow-Origin", Value: "*"},
		{Name: "Cache-Control", Value: "no-store"},
	}
}

// fulfil answers in the server's stead. What is answered here never pauses at its
// answer.
func fulfil(s *session, id fetch.RequestID, served *Served) {
	send(s, fetch.FulfillRequest, fetch.FulfillRequestParams{
		RequestID: id, ResponseCode: http.StatusOK, Body: served.Body, ResponseHeaders: served.headers(),
	})
}

// served notes the answer that standin gives itself. Its end is told as that of
// any other.
func (c *Context) served(x *timeline.Exchange, served *Served) {
	c.mu.Lock()
	defer c.mu.Unlock()
	x.Answered, x.Status = c.opts.Clock.Now(), http.StatusOK
	x.Answer = http.Header{}
	for _, h := range served.headers() {
		x.Answer.Set(h.Name, h.Value)
	}
	c.wire.answered(x, true)
	c.touch()
}
