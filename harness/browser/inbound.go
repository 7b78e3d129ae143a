package browser

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/chromedp/cdproto/fetch"

	"github.com/standin-dev/standin/harness/timeline"
)

// readable is the longest body that Inbound is shown: tokens come in small ones.
const readable = 256 << 10

// readLimit bounds the wait for a body.
const readLimit = 5 * time.Second

// showInbound lets Inbound see an answer, with its body where that is worth
// reading, before the page does. It tells whether it has taken over: the answer
// then goes on by itself.
func (b *Browser) showInbound(s *session, id fetch.RequestID, c *Context, x *timeline.Exchange) bool {
	if c.opts.Inbound == nil {
		return false
	}
	c.mu.Lock()
	seen, worth := *x, worthReading(x)
	c.wire.moved(x, func(p *progress) { p.reading = worth })
	c.mu.Unlock()
	if !worth {
		c.opts.Inbound(seen, nil)
		return false
	}
	go func() {
		ctx, cancel := context.WithTimeout(context.Background(), readLimit)
		defer cancel()
		var body []byte
		if r, err := call(ctx, s, fetch.GetResponseBody, fetch.GetResponseBodyParams{RequestID: id}); err == nil {
			body = r.Body
		}
		c.opts.Inbound(seen, body)
		c.mu.Lock()
		c.wire.moved(x, func(p *progress) { p.reading = false })
		c.mu.Unlock()
		send(s, fetch.ContinueResponse, fetch.ContinueResponseParams{RequestID: id})
	}()
	return true
}

// worthReading tells answers of text whose length is known, and small. Any other
// may be a stream, of which there is no end to wait for.
func worthReading(x *timeline.Exchange) bool {
	n, err := strconv.Atoi(x.Answer.Get("Content-Length"))
	if err != nil || n == 0 || n > readable || x.HostPage || x.Method == http.MethodHead || isRedirect(x) {
		return false
	}
	kind := mediaType(x.Answer)
	return kind == "application/json" || strings.HasSuffix(kind, "+json") || kind == "text/html" || kind == "text/plain"
}
