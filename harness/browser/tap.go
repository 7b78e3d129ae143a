package browser

import (
	"context"
	"net/http"
	"slices"

	"github.com/chromedp/cdproto/fetch"
	"github.com/chromedp/cdproto/network"

	"github.com/standin-dev/standin/fakehost/clock"
	"github.com/standin-dev/standin/harness/timeline"
)

// The tap is Fetch on the browser's root session. It alone pauses every request
// of every page, frame, worker and popup, keepalive requests of frames that are
// going away included; what it does not pause are WebSocket handshakes, which go
// through the relay. Each request pauses twice: before it leaves, where its tokens
// are translated, and when its answer's headers are there.

type pausedRequest struct {
	context  *Context
	exchange *timeline.Exchange
}

func (b *Browser) enableFetch(ctx context.Context) error {
	_, err := call(ctx, b.conn.root(), fetch.Enable, fetch.EnableParams{Patterns: []*fetch.RequestPattern{
		{URLPattern: "*", RequestStage: fetch.RequestStageRequest},
		{URLPattern: "*", RequestStage: fetch.RequestStageResponse},
	}})
	return err
}

func (b *Browser) listenTap() {
	on(b.conn, fetch.RequestPaused, func(s *session, e *fetch.EventRequestPaused) {
		if e.ResponseStatusCode != 0 || e.ResponseErrorReason != "" {
			b.answered(s, e)
			return
		}
		b.leaving(s, e)
	})
}

// leaving handles a request before it leaves.
func (b *Browser) leaving(s *session, e *fetch.EventRequestPaused) {
	c, wait := b.owner(string(e.FrameID))
	switch {
	case wait:
		b.hold(s, e)
	case c == nil:
		b.passOrBlock(s, e) // of a context that was closed
	default:
		b.leave(c, s, e)
	}
}

// leave lets a request of a context go.
func (b *Browser) leave(c *Context, s *session, e *fetch.EventRequestPaused) {
	if c.isBlank(e.Request.URL) {
		fulfil(s, e.RequestID, blankPage)
		return
	}
	x := c.begin(e)
	b.mu.Lock()
	b.paused[string(e.RequestID)] = &pausedRequest{context: c, exchange: x}
	b.mu.Unlock()
	if c.opts.Serve != nil {
		if served := c.opts.Serve(e.Request.URL); served != nil {
			b.unpause(e.RequestID)
			c.served(x, served)
			fulfil(s, e.RequestID, served)
			return
		}
	}
	if !c.here(e.Request.URL) {
		b.unpause(e.RequestID)
		c.outside(s, e.RequestID, x)
		return
	}
	params := fetch.ContinueRequestParams{RequestID: e.RequestID}
	if c.opts.Outbound != nil {
		c.mu.Lock()
		out := c.outbound(x)
		apply(&params, x, out)
		c.mu.Unlock()
		if out.Instead != nil {
			b.unpause(e.RequestID)
			c.stage(x, out.Instead)
			fulfil(s, e.RequestID, out.Instead)
			return
		}
	}
	c.mu.Lock()
	untold := c.untold(x, string(e.NetworkID))
	c.mu.Unlock()
	if untold {
		c.readJar(x)
	}
	if params.URL == "" && c.becomesForeign(x) {
		params.URL = e.Request.URL
	}
	send(s, fetch.ContinueRequest, params)
}

// outbound asks what is to be sent in the stead of x. The lock is held.
func (c *Context) outbound(x *timeline.Exchange) Outgoing {
	o := c.opts.Outbound(*x)
	x.Tokens = o.Tokens
	return o
}

// apply turns what is to be changed into the command's parameters. Headers go as
// a whole: those that are not named would be dropped.
func apply(p *fetch.ContinueRequestParams, x *timeline.Exchange, o Outgoing) {
	p.URL = o.URL
	p.PostData = o.Body
	if len(o.Headers) == 0 {
		return
	}
	names := make([]string, 0, len(x.Header))
	for name := range x.Header {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		value := x.Header.Get(name)
		if v, ok := o.Headers[name]; ok {
			value = v
		}
		p.Headers = append(p.Headers, &fetch.HeaderEntry{Name: name, Value: value})
	}
}

// answered handles a request whose answer's headers are there, or that failed.
func (b *Browser) answered(s *session, e *fetch.EventRequestPaused) {
	p := b.unpause(e.RequestID)
	if p != nil {
		p.context.answer(p.exchange, e)
		if p.context.mayHaveCookies(p.exchange) {
			p.context.readJar(p.exchange)
		}
	}
	if e.ResponseErrorReason != "" {
		send(s, fetch.FailRequest, fetch.FailRequestParams{RequestID: e.RequestID, ErrorReason: e.ResponseErrorReason})
		return
	}
	if p != nil && b.showInbound(s, e.RequestID, p.context, p.exchange) {
		return
	}
	send(s, fetch.ContinueResponse, fetch.ContinueResponseParams{RequestID: e.RequestID})
}

// unpause forgets a request that will not pause again, and returns it.
func (b *Browser) unpause(id fetch.RequestID) *pausedRequest {
	b.mu.Lock()
	defer b.mu.Unlock()
	p := b.paused[string(id)]
	delete(b.paused, string(id))
	return p
}

// begin writes a new exchange down.
func (c *Context) begin(e *fetch.EventRequestPaused) *timeline.Exchange {
	x := &timeline.Exchange{
		At: c.opts.Clock.Now(), Real: clock.System(),
		Frame: string(e.FrameID), Type: string(e.ResourceType),
		Method: e.Request.Method, URL: e.Request.URL,
		Header: header(e.Request.Headers), Body: body(e.Request),
	}
	// Chromium (156) names here the cookies that are kept for no page alone, and not the
	// others; the Network domain names all. Sent on as a header, the few would be all.
	x.Header.Del("Cookie")
	c.mu.Lock()
	defer c.mu.Unlock()
	x.HostPage = c.page != nil && x.Frame == string(c.page.id)
	x.Document = c.documentOf(x.Frame)
	if x.Method == http.MethodOptions && x.Header.Get("Access-Control-Request-Method") != "" {
		x.Type = string(network.ResourceTypePreflight) // which the browser files under XHR
	}
	c.add(x)
	c.wire.began(x, string(e.RequestID), string(e.NetworkID), string(e.RedirectedRequestID))
	return x
}

// add numbers an exchange and keeps it. The lock is held.
func (c *Context) add(x *timeline.Exchange) {
	c.lastID++
	x.ID = c.lastID
	c.exchanges = append(c.exchanges, x)
	c.wire.count(x)
	c.touchFor(x)
}

// documentOf is the address of a frame's document, as far as known. The lock is
// held.
func (c *Context) documentOf(frameID string) string { return c.wire.documents[frameID] }

// keptIn is the failure of what would have left the machine.
const keptIn = "kept in by standin: only this machine may be reached"

func (c *Context) block(x *timeline.Exchange, why string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	x.Blocked = true
	x.Failure = keptIn
	if why != "" {
		x.Failure += "; " + why
	}
	x.Ended = true
	c.touch()
}

func (c *Context) answer(x *timeline.Exchange, e *fetch.EventRequestPaused) {
	c.mu.Lock()
	defer c.mu.Unlock()
	x.Answered = c.opts.Clock.Now()
	if e.ResponseErrorReason != "" {
		if x.Failure == "" {
			x.Failure = string(e.ResponseErrorReason)
		}
		x.Ended = true
		c.touchFor(x)
		return
	}
	x.Status = int(e.ResponseStatusCode)
	if x.Failure == leftBehind {
		x.Failure = ""
	}
	x.Answer = http.Header{}
	for _, h := range e.ResponseHeaders {
		x.Answer.Add(h.Name, h.Value)
	}
	c.wire.crumble(x)
	c.wire.answered(x, e.NetworkID != "")
	c.touchFor(x)
}

func header(h network.Headers) http.Header {
	out := http.Header{}
	for name, value := range h {
		if s, ok := value.(string); ok {
			out.Set(name, s)
		}
	}
	return out
}

func body(r *network.Request) []byte {
	var out []byte
	for _, part := range r.PostDataEntries {
		out = append(out, part.Bytes...)
	}
	return out
}
