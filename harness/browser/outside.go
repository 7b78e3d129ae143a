package browser

import (
	"context"
	"time"

	"github.com/chromedp/cdproto/fetch"
	"github.com/chromedp/cdproto/network"

	"github.com/standin-dev/standin/harness/timeline"
)

// outsideLimit bounds the wait for what is let out of the machine.
const outsideLimit = 30 * time.Second

// outside deals with a request that would leave the machine. The browser itself never
// does: what may be fetched is fetched for it, and a redirect among the answers comes
// here again.
func (c *Context) outside(s *session, id fetch.RequestID, x *timeline.Exchange) {
	if c.opts.Outside == nil {
		c.keepIn(s, id, x, "")
		return
	}
	c.mu.Lock()
	asked := *x
	c.mu.Unlock()
	go func() {
		ctx, cancel := context.WithTimeout(context.Background(), outsideLimit)
		defer cancel()
		served, why := c.opts.Outside(ctx, asked)
		if served == nil {
			c.keepIn(s, id, x, why)
			return
		}
		c.served(x, served)
		fulfil(s, id, served)
	}()
}

func (c *Context) keepIn(s *session, id fetch.RequestID, x *timeline.Exchange, why string) {
	c.block(x, why)
	send(s, fetch.FailRequest, fetch.FailRequestParams{RequestID: id, ErrorReason: network.ErrorReasonBlockedByClient})
}
