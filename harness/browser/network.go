package browser

import (
	"fmt"
	"path"
	"strings"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"

	"github.com/standin-dev/standin/fakehost/clock"
	"github.com/standin-dev/standin/harness/timeline"
)

// What the tap cannot see, the Network domain of each session adds: when an
// answer is complete, the cookies, the script that asked, WebSockets. Requests
// are joined by the network id, which is the same on all sessions.

func (b *Browser) listenNetwork() {
	c := b.conn
	on(c, network.RequestWillBeSent, requestWillBeSent)
	on(c, network.RequestWillBeSentExtraInfo, func(s *session, e *network.EventRequestWillBeSentExtraInfo) {
		cookie, blocked := header(e.Headers).Get("Cookie"), unsent(e.AssociatedCookies)
		withWire(s, func(c *Context) {
			c.wire.tell(string(e.RequestID), func(n *news) { n.cookies, n.cookie, n.blocked = true, cookie, blocked })
		})
	})
	on(c, network.ResponseReceivedExtraInfo, func(s *session, e *network.EventResponseReceivedExtraInfo) {
		withWire(s, func(c *Context) { c.wire.baked(e) })
	})
	on(c, network.ResponseReceived, func(s *session, e *network.EventResponseReceived) {
		withWire(s, func(c *Context) {
			c.wire.handed(string(e.RequestID))
			c.wake() // whether the page reads on may be known by now
		})
		if fromCache(e.Response) {
			cached(s, e.RequestID)
		}
		if isPreload(e.RequestID) {
			withWire(s, func(c *Context) { c.preloadAnswered(e.RequestID, e.Response) })
		}
	})
	on(c, network.RequestServedFromCache, func(s *session, e *network.EventRequestServedFromCache) { cached(s, e.RequestID) })
	on(c, network.DataReceived, func(s *session, e *network.EventDataReceived) {
		withWire(s, func(c *Context) { c.wire.more(string(e.RequestID), e.DataLength) })
	})
	on(c, network.LoadingFinished, func(s *session, e *network.EventLoadingFinished) {
		if !readLate(s, e.RequestID, e.EncodedDataLength) {
			ended(s, e.RequestID, "")
		}
	})
	on(c, network.LoadingFailed, func(s *session, e *network.EventLoadingFailed) {
		if e.ErrorText == tooManyRedirects {
			withWire(s, func(c *Context) { c.wire.gaveUp(string(e.RequestID), e.ErrorText) })
		}
		corsRefused(s, e)
		ended(s, e.RequestID, failure(e))
	})
	b.listenSockets()
	b.listenTransports()
}

func fromCache(r *network.Response) bool {
	return r != nil && (r.FromDiskCache || r.FromPrefetchCache)
}

func cached(s *session, id network.RequestID) {
	withWire(s, func(c *Context) {
		c.wire.tell(string(id), func(n *news) { n.cached = true })
	})
}

func requestWillBeSent(s *session, e *network.EventRequestWillBeSent) {
	if isPreload(e.RequestID) {
		var x *timeline.Exchange
		withWire(s, func(c *Context) { x = c.preloads(e) })
		if x != nil {
			s.frame.context.readJar(x)
		}
		return
	}
	withWire(s, func(c *Context) {
		id := string(e.RequestID)
		if e.RedirectResponse != nil {
			c.wire.redirected(id)
		}
		c.wire.tell(id, func(n *news) {
			n.session, n.since, n.initiator = s, clock.System(), initiator(e.Initiator)
			n.frame, n.loader = string(e.FrameID), string(e.LoaderID)
			n.method, n.url = e.Request.Method, e.Request.URL
			// The tap calls fetch, XHR and EventSource all XHR.
			if e.Type != network.ResourceTypeOther {
				n.kind = string(e.Type)
			}
			if e.Type == network.ResourceTypeDocument && c.wire.byNetwork[id] == nil {
				n.referer = header(e.Request.Headers).Get("Referer")
				c.navigates(n)
			}
		})
	})
}

// tooManyRedirects is what Chromium says of the twenty-first, which the tap never
// sees.
const tooManyRedirects = "net::ERR_TOO_MANY_REDIRECTS"

// failure is the browser's word for why an answer did not come.
func failure(e *network.EventLoadingFailed) string {
	switch {
	case e.BlockedReason != "":
		return blocked + " (" + string(e.BlockedReason) + ")"
	case e.CorsErrorStatus != nil:
		return "CORS: " + string(e.CorsErrorStatus.CorsError)
	case e.Canceled:
		return "cancelled by the page"
	case e.ErrorText != "":
		return e.ErrorText
	}
	return "failed"
}

func withWire(s *session, do func(*Context)) {
	if s.frame == nil {
		return
	}
	c := s.frame.context
	c.mu.Lock()
	defer c.mu.Unlock()
	do(c)
}

func ended(s *session, id network.RequestID, failure string) {
	withWire(s, func(c *Context) {
		c.wire.tell(string(id), func(n *news) { n.ended, n.failure = true, failure })
		c.touchFor(c.wire.byNetwork[string(id)])
	})
}

// initiator says who asked, as "app.js:12 load", or "" when the browser does not
// tell.
func initiator(i *network.Initiator) string {
	if i == nil {
		return ""
	}
	if f := caller(i.Stack); f != nil {
		where := fmt.Sprintf("%s:%d", short(f.URL), f.LineNumber+1)
		if f.FunctionName != "" {
			where += " " + f.FunctionName
		}
		return where
	}
	if i.URL != "" {
		return fmt.Sprintf("%s:%d", short(i.URL), int(i.LineNumber)+1)
	}
	return ""
}

// caller is the innermost frame of a stack that has an address: the page clock, which
// hears of each request first, has none. nil: no script is known.
func caller(stack *runtime.StackTrace) *runtime.CallFrame {
	if stack == nil || len(stack.CallFrames) == 0 {
		return nil
	}
	for _, f := range stack.CallFrames {
		if f.URL != "" {
			return f
		}
	}
	return stack.CallFrames[0]
}

func short(u string) string {
	u, _, _ = strings.Cut(u, "#")
	u, _, _ = strings.Cut(u, "?")
	if name := path.Base(u); name != "." && name != "/" {
		return name
	}
	return u
}
