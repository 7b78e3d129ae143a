package browser

import (
	"time"

	"github.com/chromedp/cdproto/fetch"
	"github.com/chromedp/cdproto/network"
)

// ownedWithin is how long a request of a frame that nobody knows is held: the frame
// is told of by its page, the request by the browser, and either may be first.
const ownedWithin = time.Second

// keptForeign bounds how many frames of closed contexts are remembered.
const keptForeign = 10_000

// orphan is a request that is held until its frame is known.
type orphan struct {
	session *session
	event   *fetch.EventRequestPaused
}

// owner finds the context of a frame, a worker included; nil: it was closed. With
// wait, nobody knows yet. While there is one context, what nobody knows is its.
func (b *Browser) owner(frame string) (c *Context, wait bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if c := b.frames[frame]; c != nil {
		return c, false
	}
	if b.closed[frame] {
		return nil, false
	}
	if len(b.contexts) == 1 {
		for _, c := range b.contexts {
			return c, false
		}
	}
	return nil, len(b.contexts) > 1
}

// hold keeps a request back until its frame is known, and lets it pass by when it
// never is.
func (b *Browser) hold(s *session, e *fetch.EventRequestPaused) {
	frame := string(e.FrameID)
	b.mu.Lock()
	b.orphans[frame] = append(b.orphans[frame], orphan{s, e})
	b.mu.Unlock()
	time.AfterFunc(ownedWithin, func() { // deadline: a frame that nobody tells of
		b.mu.Lock()
		var mine []orphan
		for i, o := range b.orphans[frame] {
			if o.event == e {
				mine = append(mine, o)
				b.orphans[frame] = append(b.orphans[frame][:i:i], b.orphans[frame][i+1:]...)
				break
			}
		}
		b.mu.Unlock()
		for _, o := range mine {
			b.passOrBlock(o.session, o.event)
		}
	})
}

// own notes whose a frame is, and lets go what was held for it.
func (b *Browser) own(frame string, c *Context) {
	b.mu.Lock()
	b.frames[frame] = c
	held := b.orphans[frame]
	delete(b.orphans, frame)
	b.mu.Unlock()
	for _, o := range held {
		b.leave(c, o.session, o.event)
	}
}

// disown forgets a context. Its frames are remembered as nobody's: what they sent as
// they went away is none of the next context's.
func (b *Browser) disown(c *Context) {
	b.mu.Lock()
	defer b.mu.Unlock()
	delete(b.contexts, c.id)
	if len(b.closed) > keptForeign {
		clear(b.closed)
	}
	for frame, of := range b.frames {
		if of == c {
			delete(b.frames, frame)
			b.closed[frame] = true
		}
	}
}

// passOrBlock lets requests that belong to no context reach this machine only.
func (b *Browser) passOrBlock(s *session, e *fetch.EventRequestPaused) {
	if b.here(e.Request.URL) {
		send(s, fetch.ContinueRequest, fetch.ContinueRequestParams{RequestID: e.RequestID})
		return
	}
	send(s, fetch.FailRequest, fetch.FailRequestParams{RequestID: e.RequestID, ErrorReason: network.ErrorReasonBlockedByClient})
}
