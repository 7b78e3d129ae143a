package browser

import (
	"fmt"
	"net/http"
	"path"
	"strings"

	"github.com/chromedp/cdproto/network"

	"github.com/standin-dev/standin/fakehost/clock"
	"github.com/standin-dev/standin/harness/timeline"
)

// What the tap cannot see, the Network domain of each session adds: when an
// answer is complete, the cookies, the script that asked, WebSockets. Requests
// are joined by the network id, which is the same on all sessions.

// wire is the book-keeping of a context's requests. The context's lock guards it.
type wire struct {
	byFetch   map[string]*timeline.Exchange // by the tap's request id
	byNetwork map[string]*timeline.Exchange // the latest hop of a network id
	network   map[*timeline.Exchange]bool   // its end will be told by the Network domain
	early     map[string]early              // Network events that came before the tap's
	sockets   map[string]*timeline.Exchange // by network id
}

type early struct {
	initiator, cookie string
	ended             bool
}

func newWire() wire {
	return wire{
		byFetch:   map[string]*timeline.Exchange{},
		byNetwork: map[string]*timeline.Exchange{},
		network:   map[*timeline.Exchange]bool{},
		early:     map[string]early{},
		sockets:   map[string]*timeline.Exchange{},
	}
}

func (w *wire) began(x *timeline.Exchange, fetchID, networkID, redirectOf string) {
	w.byFetch[fetchID] = x
	if before := w.byFetch[redirectOf]; redirectOf != "" && before != nil {
		x.RedirectOf = before.ID
		before.Ended = true
	}
	if networkID == "" {
		return
	}
	if before := w.byNetwork[networkID]; before != nil && x.RedirectOf == 0 {
		x.RedirectOf = before.ID
	}
	w.byNetwork[networkID] = x
	if e, ok := w.early[networkID]; ok {
		delete(w.early, networkID)
		x.Initiator = e.initiator
		addCookie(x, e.cookie)
	}
}

// answered notes that the headers are there. A redirect is complete with them,
// and so is what the Network domain will not tell of.
func (w *wire) answered(x *timeline.Exchange, hasNetwork bool) {
	redirect := x.Status >= 300 && x.Status < 400 && x.Answer.Get("Location") != ""
	if redirect || !hasNetwork || x.Type == string(network.ResourceTypeEventSource) {
		x.Ended = true
	}
}

// frameGone ends what a frame left behind: nobody will hear the rest of it.
func (w *wire) frameGone(id string, all []*timeline.Exchange) {
	for _, x := range all {
		if x.Frame == id && x.Status != 0 {
			x.Ended = true
		}
	}
}

func (b *Browser) listenNetwork() {
	c := b.conn
	on(c, network.RequestWillBeSent, func(s *session, e *network.EventRequestWillBeSent) {
		withWire(s, func(c *Context) {
			if x := c.wire.byNetwork[string(e.RequestID)]; x != nil {
				x.Initiator = initiator(e.Initiator)
				return
			}
			got := c.wire.early[string(e.RequestID)]
			got.initiator = initiator(e.Initiator)
			c.wire.early[string(e.RequestID)] = got
		})
	})
	on(c, network.RequestWillBeSentExtraInfo, func(s *session, e *network.EventRequestWillBeSentExtraInfo) {
		cookie := header(e.Headers).Get("Cookie")
		if cookie == "" {
			return
		}
		withWire(s, func(c *Context) {
			if x := c.wire.byNetwork[string(e.RequestID)]; x != nil {
				addCookie(x, cookie)
				return
			}
			got := c.wire.early[string(e.RequestID)]
			got.cookie = cookie
			c.wire.early[string(e.RequestID)] = got
		})
	})
	on(c, network.LoadingFinished, func(s *session, e *network.EventLoadingFinished) {
		ended(s, e.RequestID, "")
	})
	on(c, network.LoadingFailed, func(s *session, e *network.EventLoadingFailed) {
		why := string(e.BlockedReason)
		if e.CorsErrorStatus != nil {
			why = "CORS: " + string(e.CorsErrorStatus.CorsError)
		}
		if why == "" && e.Canceled {
			why = "cancelled by the page"
		}
		if why == "" {
			why = "failed"
		}
		ended(s, e.RequestID, why)
	})
	b.listenSockets()
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
		x := c.wire.byNetwork[string(id)]
		if x == nil {
			return
		}
		x.Ended = true
		if failure != "" && x.Failure == "" && x.Status == 0 {
			x.Failure = failure
		}
		c.touch()
	})
}

func addCookie(x *timeline.Exchange, cookie string) {
	if cookie != "" && x.Header.Get("Cookie") == "" {
		x.Header = x.Header.Clone()
		x.Header.Set("Cookie", cookie)
	}
}

// listenSockets makes an exchange of each WebSocket handshake. The page writes
// no headers there, so they are told only when the handshake is sent.
func (b *Browser) listenSockets() {
	c := b.conn
	on(c, network.WebSocketCreated, func(s *session, e *network.EventWebSocketCreated) {
		withWire(s, func(c *Context) {
			x := &timeline.Exchange{
				At: c.opts.Clock.Now(), Real: clock.System(), Frame: string(s.frame.id),
				HostPage: s.frame.isTab, Type: string(network.ResourceTypeWebSocket), Method: http.MethodGet,
				URL: e.URL, Header: http.Header{}, Initiator: initiator(e.Initiator),
			}
			x.Document = c.documentOf(x.Frame)
			c.add(x)
			c.wire.sockets[string(e.RequestID)] = x
			if c.opts.Outbound != nil {
				// A handshake does not pass the tap, so it cannot be changed; what it
				// carries is looked at all the same.
				c.outbound(x)
			}
		})
	})
	on(c, network.WebSocketWillSendHandshakeRequest, func(s *session, e *network.EventWebSocketWillSendHandshakeRequest) {
		withWire(s, func(c *Context) {
			if x := c.wire.sockets[string(e.RequestID)]; x != nil && e.Request != nil {
				x.Header = header(e.Request.Headers)
				if c.opts.Outbound != nil {
					c.outbound(x)
				}
			}
		})
	})
	on(c, network.WebSocketHandshakeResponseReceived, func(s *session, e *network.EventWebSocketHandshakeResponseReceived) {
		withWire(s, func(c *Context) {
			if x := c.wire.sockets[string(e.RequestID)]; x != nil && e.Response != nil {
				x.Status, x.Answer, x.Answered, x.Ended = int(e.Response.Status), header(e.Response.Headers), c.opts.Clock.Now(), true
				c.touch()
			}
		})
	})
	on(c, network.WebSocketClosed, func(s *session, e *network.EventWebSocketClosed) {
		withWire(s, func(c *Context) {
			if x := c.wire.sockets[string(e.RequestID)]; x != nil {
				x.Ended = true
				if x.Status == 0 && x.Failure == "" {
					x.Failure = "the handshake failed"
				}
				c.touch()
			}
		})
	})
}

// initiator says who asked, as "app.js:12 load", or "" when the browser does not
// tell.
func initiator(i *network.Initiator) string {
	if i == nil {
		return ""
	}
	if i.Stack != nil && len(i.Stack.CallFrames) > 0 {
		f := i.Stack.CallFrames[0]
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

func short(u string) string {
	u, _, _ = strings.Cut(u, "?")
	if name := path.Base(u); name != "." && name != "/" {
		return name
	}
	return u
}
