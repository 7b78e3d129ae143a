package browser

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/chromedp/cdproto/network"

	"github.com/standin-dev/standin/fakehost/clock"
	"github.com/standin-dev/standin/fakehost/token"
	"github.com/standin-dev/standin/harness/browser/relay"
	"github.com/standin-dev/standin/harness/timeline"
)

// WebSockets are told of by two: the Network domain of the page or worker that
// opens one, which knows the frame, the script, the answer and what is said there;
// and the relay, which sees the handshake as it leaves and translates its tokens.
// Both know its Sec-WebSocket-Key.

// toldWithin is how long the relay waits for the page's word of a handshake. One of
// which the page never tells is written down all the same.
const toldWithin = time.Second

// keptFrames is how many of the first messages of a WebSocket are kept each way, and
// keptBytes how much of each: some apps say there who they are. Those with a token are
// kept later, too, up to keptProofs.
const (
	keptFrames = 8
	keptProofs = 1000
	keptBytes  = 4 << 10
)

const keyHeader = "Sec-Websocket-Key"

func (b *Browser) listenSockets() {
	c := b.conn
	on(c, network.WebSocketCreated, func(s *session, e *network.EventWebSocketCreated) {
		withWire(s, func(c *Context) {
			x := c.newSocket(e.URL)
			x.Frame, x.HostPage = string(s.frame.id), s.frame.isTab
			x.Initiator, x.Document = initiator(e.Initiator), c.documentOf(x.Frame)
			c.wire.sockets[string(e.RequestID)] = x
			c.lookAt(x)
		})
	})
	on(c, network.WebSocketWillSendHandshakeRequest, func(s *session, e *network.EventWebSocketWillSendHandshakeRequest) {
		withSocket(s, e.RequestID, func(c *Context, x *timeline.Exchange) {
			if e.Request == nil {
				return
			}
			said := header(e.Request.Headers)
			key := said.Get(keyHeader)
			if other := c.wire.keys[key]; other != nil && other != x {
				c.merge(x, other)
			} else if len(x.Header) == 0 {
				x.Header = said
				c.lookAt(x)
			}
			c.wire.keys[key] = x
			c.touch()
		})
	})
	on(c, network.WebSocketHandshakeResponseReceived, func(s *session, e *network.EventWebSocketHandshakeResponseReceived) {
		withSocket(s, e.RequestID, func(c *Context, x *timeline.Exchange) {
			if e.Response != nil {
				x.Status, x.Answer, x.Answered, x.Ended = int(e.Response.Status), header(e.Response.Headers), c.opts.Clock.Now(), true
				c.touch()
			}
		})
	})
	on(c, network.WebSocketFrameSent, func(s *session, e *network.EventWebSocketFrameSent) {
		withSocket(s, e.RequestID, func(c *Context, x *timeline.Exchange) { c.said(x, e.Response, true) })
	})
	on(c, network.WebSocketFrameReceived, func(s *session, e *network.EventWebSocketFrameReceived) {
		withSocket(s, e.RequestID, func(c *Context, x *timeline.Exchange) { c.said(x, e.Response, false) })
	})
	on(c, network.WebSocketClosed, func(s *session, e *network.EventWebSocketClosed) {
		withSocket(s, e.RequestID, func(c *Context, x *timeline.Exchange) {
			x.Ended = true
			if x.Status == 0 && x.Failure == "" {
				x.Failure = "the handshake failed"
			}
			delete(c.wire.sockets, string(e.RequestID))
			delete(c.wire.keys, x.Header.Get(keyHeader))
			c.touch()
		})
	})
}

// listenTransports makes an exchange of each WebTransport. It needs QUIC, which the
// browser is started without: none connects.
func (b *Browser) listenTransports() {
	on(b.conn, network.WebTransportCreated, func(s *session, e *network.EventWebTransportCreated) {
		withWire(s, func(c *Context) {
			x := c.newSocket(e.URL)
			x.Type, x.Method = "WebTransport", http.MethodConnect
			x.Frame, x.HostPage = string(s.frame.id), s.frame.isTab
			x.Initiator, x.Document = initiator(e.Initiator), c.documentOf(x.Frame)
			x.Blocked, x.Ended, x.Failure = true, true, "kept in by standin: the browser is started without QUIC"
			c.lookAt(x)
			c.touch()
		})
	})
}

// withSocket does something to a WebSocket's exchange, with the context's lock held.
func withSocket(s *session, id network.RequestID, do func(*Context, *timeline.Exchange)) {
	withWire(s, func(c *Context) {
		if x := c.wire.sockets[string(id)]; x != nil {
			do(c, x)
		}
	})
}

// newSocket writes a WebSocket down. The lock is held.
func (c *Context) newSocket(url string) *timeline.Exchange {
	x := &timeline.Exchange{
		At: c.opts.Clock.Now(), Real: clock.System(), Type: string(network.ResourceTypeWebSocket),
		Method: http.MethodGet, URL: url, Header: http.Header{},
	}
	c.add(x)
	return x
}

// said keeps the first messages of a WebSocket. The lock is held.
func (c *Context) said(x *timeline.Exchange, f *network.WebSocketFrame, sent bool) {
	kept := 0
	for _, other := range x.Frames {
		if other.Sent == sent {
			kept++
		}
	}
	if f == nil || kept >= keptProofs {
		return
	}
	text, tokens := string(f.PayloadData), []string(nil)
	if sent && f.Opcode == 1 {
		tokens = token.Find(text)
	}
	if kept >= keptFrames && len(tokens) == 0 {
		return
	}
	end := min(len(text), keptBytes)
	for _, raw := range tokens { // half of one would be another
		if at := strings.Index(text, raw); at < end {
			end = max(end, at+len(raw))
		}
	}
	x.Frames = append(x.Frames, timeline.Frame{At: c.opts.Clock.Now(), Sent: sent, Text: f.Opcode == 1, Size: len(text), Data: []byte(text[:end])})
	c.touchFor(x)
}

// opened finds the exchange of a handshake that the relay has read, and gives it its
// headers as they left the browser.
func (c *Context) opened(address string, q *http.Request) *timeline.Exchange {
	key := q.Header.Get(keyHeader)
	ctx, cancel := context.WithTimeout(context.Background(), toldWithin)
	defer cancel()
	for told := false; ; {
		c.mu.Lock()
		x, changed := c.wire.keys[key], c.changed
		if x == nil && told {
			x = c.newSocket(address)
			c.wire.keys[key] = x
		}
		if x != nil {
			x.Header = q.Header.Clone()
			x.Header.Set("Host", q.Host)
			c.mu.Unlock()
			return x
		}
		c.mu.Unlock()
		select {
		case <-changed:
		case <-ctx.Done():
			told = true
		}
	}
}

// merge makes one of what relay and page told of the same handshake, where the page
// was so late that the relay wrote it down. The lock is held.
func (c *Context) merge(x, relays *timeline.Exchange) {
	x.Header, x.Tokens = relays.Header, relays.Tokens
	c.exchanges = slices.DeleteFunc(c.exchanges, func(other *timeline.Exchange) bool { return other == relays })
	c.stepped = min(c.stepped, len(c.exchanges))
	relays.Ended = true
}

// refuseSocket writes down that a WebSocket was kept in: the one that the page tells
// of, or one of its own where it never does. Where requests come to the relay, too, what
// nobody tells of is a connection that the browser makes ahead of them, on which nothing
// is said.
func (c *Context) refuseSocket(target string) {
	ctx, cancel := context.WithTimeout(context.Background(), toldWithin)
	defer cancel()
	for told := false; ; {
		c.mu.Lock()
		x, changed := c.socketTo(target), c.changed
		if x == nil && told {
			if how := c.opts.Rewriting; how != nil && (how.HTTP || how.HTTPS) {
				c.mu.Unlock()
				return
			}
			x = c.newSocket("ws://" + target + "/")
		}
		if x != nil {
			x.Blocked, x.Ended, x.Failure = true, true, keptIn
			c.touch()
			c.mu.Unlock()
			return
		}
		c.mu.Unlock()
		select {
		case <-changed:
		case <-ctx.Done():
			told = true
		}
	}
}

// socketTo is a WebSocket to a place that has no answer yet; nil: there is none. The
// lock is held.
func (c *Context) socketTo(target string) *timeline.Exchange {
	for _, x := range c.wire.pending() {
		if x.Type == string(network.ResourceTypeWebSocket) && x.Status == 0 && hostPort(x.URL) == target {
			return x
		}
	}
	return nil
}

// lookAt has the tokens of a handshake known that the relay does not see, or not
// yet. The lock is held.
func (c *Context) lookAt(x *timeline.Exchange) {
	if c.opts.Outbound != nil {
		c.outbound(x)
	}
}

// handshake says what is to be sent in the stead of a handshake that the relay has read.
func (c *Context) handshake(address string, q *http.Request) relay.Change {
	x := c.opened(address, q)
	if c.opts.Outbound == nil {
		return relay.Change{}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	o := c.outbound(x)
	return relay.Change{URL: o.URL, Headers: o.Headers}
}

// hostPort is where a WebSocket's URL leads to.
func hostPort(raw string) string {
	u, err := timeline.ParseURL(raw)
	if err != nil {
		return ""
	}
	port := u.Port()
	if port == "" {
		port = map[string]string{"ws": "80", "wss": "443"}[u.Scheme]
	}
	return u.Hostname() + ":" + port
}
