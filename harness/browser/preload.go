package browser

import (
	"strings"

	"github.com/chromedp/cdproto/network"

	"github.com/standin-dev/standin/fakehost/clock"
	"github.com/standin-dev/standin/harness/timeline"
)

// A navigation preload is a document that the browser asks for while it starts the
// service worker that is to answer. It passes no tap, only the relay, where requests go
// through it; the worker's session tells of it, and the frame's of the navigation that
// it is for, in either order.

const (
	preloadID     = "preload-" // begins the network ids of navigation preloads
	preloadHeader = "Service-Worker-Navigation-Preload"
)

func isPreload(id network.RequestID) bool { return strings.HasPrefix(string(id), preloadID) }

// preloads writes a navigation preload down. The lock is held.
func (c *Context) preloads(e *network.EventRequestWillBeSent) *timeline.Exchange {
	x := &timeline.Exchange{
		At: c.opts.Clock.Now(), Real: clock.System(), Type: string(network.ResourceTypeDocument),
		Method: e.Request.Method, URL: e.Request.URL, Header: header(e.Request.Headers),
	}
	c.add(x)
	c.wire.byNetwork[string(e.RequestID)] = x
	if n := c.wire.navigations[x.URL]; n != nil {
		c.preloadFor(x, n)
	} else {
		c.wire.preloaded[x.URL] = x
	}
	c.lookAt(x)
	return x
}

// navigates notes a navigation that a service worker may answer. The lock is held.
func (c *Context) navigates(n *news) {
	if x := c.wire.preloaded[n.url]; x != nil {
		delete(c.wire.preloaded, n.url)
		c.preloadFor(x, n)
		return
	}
	c.wire.navigations[n.url] = n
}

// preloadFor joins a navigation preload to its navigation. The lock is held.
func (c *Context) preloadFor(x *timeline.Exchange, n *news) {
	x.Frame, x.Initiator = n.frame, n.initiator
	x.Document = c.documentOf(x.Frame)
	if n.referer != "" {
		x.Header.Set("Referer", n.referer)
	}
}

// preloadAnswered notes the answer to a navigation preload. The lock is held.
func (c *Context) preloadAnswered(id network.RequestID, r *network.Response) {
	x := c.wire.byNetwork[string(id)]
	if x == nil || r == nil {
		return
	}
	x.Status, x.Answer, x.Answered = int(r.Status), header(r.Headers), c.opts.Clock.Now()
	c.wire.answered(x, true)
	c.touchFor(x)
}
