package browser

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/chromedp/cdproto/fetch"
	"github.com/chromedp/cdproto/network"

	"github.com/standin-dev/standin/harness/timeline"
)

// readable is the longest body that Inbound is shown: tokens come in small ones. In
// bytes, as they come.
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
	seen, worth := *x, length(x) > 0 && worthReading(x)
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
		c.wake()
		c.mu.Unlock()
		send(s, fetch.ContinueResponse, fetch.ContinueResponseParams{RequestID: id})
	}()
	return true
}

// readLate lets Inbound see the body of an answer that has come to its end and whose
// length nobody knew before: it was sent in chunks, or compressed on its way. To hold
// it until it is whole would hold up what the page makes of its parts. It tells whether
// it has taken over: the answer then ends when it was read.
func readLate(s *session, id network.RequestID, bytes float64) bool {
	late := false
	var x *timeline.Exchange
	withWire(s, func(c *Context) {
		x = c.wire.byNetwork[string(id)]
		late = c.opts.Inbound != nil && x != nil && !x.Ended && x.Status != 0 && length(x) == 0 && bytes <= readable && worthReading(x)
		if late {
			c.wire.moved(x, func(p *progress) { p.reading = true })
		}
	})
	if !late {
		return false
	}
	c := s.frame.context
	go func() {
		ctx, cancel := context.WithTimeout(context.Background(), readLimit)
		defer cancel()
		r, err := call(ctx, s, network.GetResponseBody, network.GetResponseBodyParams{RequestID: id})
		if err == nil {
			c.mu.Lock()
			seen := *x
			c.mu.Unlock()
			seen.Answer = nil // which it was shown before
			c.opts.Inbound(seen, r.Body)
		}
		ended(s, id, "")
	}()
	return true
}

// worthReading tells answers of text that comes whole. Any other may be a stream, of
// which there is no end to wait for.
func worthReading(x *timeline.Exchange) bool {
	if length(x) > readable || x.HostPage || x.Method == http.MethodHead || isRedirect(x) || isEmpty(x) {
		return false
	}
	kind := mediaType(x.Answer)
	return kind == "application/json" || strings.HasSuffix(kind, "+json") || kind == "text/html" || kind == "text/plain"
}
