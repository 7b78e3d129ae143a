package browser

import (
	"encoding/json"
	"strings"
	"time"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"

	"github.com/standin-dev/standin/harness/timeline"
)

// frameAttached notes whose frame a new one is, nested ones included, which have
// no session of their own: their requests are the context's too.
func (b *Browser) frameAttached(s *session, id, parent string) {
	if s.frame == nil {
		return
	}
	c := s.frame.context
	c.mu.Lock()
	c.wire.named(id, parent, "")
	c.mu.Unlock()
	b.own(id, s.frame.context)
}

// frameNavigated hears that a frame has a new document.
func frameNavigated(s *session, e *page.EventFrameNavigated) {
	if s.frame == nil || e.Frame == nil {
		return
	}
	c := s.frame.context
	c.mu.Lock()
	defer c.mu.Unlock()
	id := string(e.Frame.ID)
	c.wire.documents[id] = e.Frame.URL + e.Frame.URLFragment
	c.wire.named(id, string(e.Frame.ParentID), e.Frame.Name)
	c.wire.left(id, string(e.Frame.LoaderID))
	c.touch()
}

// frameDetached hears that a page threw a frame away. One that only moves to
// another process is detached, too.
func frameDetached(s *session, e *page.EventFrameDetached) {
	if s.frame == nil || e.Reason != page.FrameDetachedReasonRemove {
		return
	}
	c := s.frame.context
	c.mu.Lock()
	defer c.mu.Unlock()
	c.wire.removed(string(e.FrameID))
	c.touch()
}

// frameStopped hears that nothing of a frame's document is to come any more.
func frameStopped(s *session, e *page.EventFrameStoppedLoading) {
	withWire(s, func(c *Context) {
		c.wire.stopped(string(e.FrameID))
		c.touch()
	})
}

// bindingCalled hears what the page clock tells: the navigations.
func bindingCalled(s *session, e *runtime.EventBindingCalled) {
	f := s.frame
	if f == nil || e.Name != f.context.names.binding {
		return
	}
	var m struct {
		Event, Type, API, From, To string
		At                         float64
		Hash, Same, Download       bool
	}
	if json.Unmarshal([]byte(e.Payload), &m) != nil || m.Download {
		return
	}
	f.mu.Lock()
	frame := f.worlds[e.ExecutionContextID].frame
	f.mu.Unlock()
	if frame == "" {
		frame = string(f.id)
	}
	switch m.Event {
	case "intercepted":
		f.context.intercepted(frame, m.Type, m.To)
		return
	case "arrived":
		from, said := f.context.arrived(frame, m.To)
		if said {
			return
		}
		m.From = from
	}
	ev := timeline.Event{
		Kind: timeline.Navigated, Frame: frame, From: m.From, To: m.To,
		At: time.UnixMilli(int64(m.At)).UTC(),
	}
	if at := f.context.requested(frame); m.Event == "arrived" && !at.IsZero() {
		ev.At = at
	}
	ev.Navigation, ev.Text = describe(m.Type, m.API, m.Same, m.Hash)
	if m.Event == "navigate" {
		f.context.leaves(frame, m.To, m.Same)
	}
	if !f.isTab {
		f.context.Note(ev)
	}
}

// leaves notes where a frame goes.
func (c *Context) leaves(frame, to string, same bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.wire.leaving[frame] = !same
	if same {
		c.wire.documents[frame], c.wire.visited[frame] = to, to
	}
}

// arrived notes that a frame has a new document, and tells which one it had and
// whether all is said about that. The one before tells of most navigations, but it
// is not asked when another frame navigates it, and going back may be faster than
// its event.
func (c *Context) arrived(frame, to string) (from string, said bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	from, said = c.wire.visited[frame], c.wire.leaving[frame]
	c.wire.visited[frame] = to
	delete(c.wire.leaving, frame)
	return from, said || from == "" || strings.HasPrefix(from, "about:")
}

// requested is when the frame asked for the document that it shows; zero: nobody
// knows.
func (c *Context) requested(frame string) time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	for i := len(c.exchanges) - 1; i >= 0; i-- {
		if x := c.exchanges[i]; x.Frame == frame && x.Type == string(network.ResourceTypeDocument) {
			return x.At
		}
	}
	return time.Time{}
}

// intercepted corrects what was told last: the page's router kept a navigation to
// another document within this one.
func (c *Context) intercepted(frame, kind, to string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.wire.documents[frame], c.wire.visited[frame] = to, to
	delete(c.wire.leaving, frame)
	for i := len(c.events) - 1; i >= 0; i-- {
		if e := &c.events[i]; e.Kind == timeline.Navigated && e.Frame == frame {
			if e.Navigation == timeline.Document {
				e.Navigation, e.Text = describe(kind, "", true, false)
				e.Text += ", by navigateEvent.intercept"
			}
			return
		}
	}
}

// describe says what kind of navigation the page made, and how.
func describe(kind, api string, same, hash bool) (timeline.NavigationKind, string) {
	switch {
	case kind == "traverse", kind == "back_forward":
		return timeline.Traverse, "back or forward"
	case kind == "reload":
		return timeline.Reload, "reload"
	case !same:
		return timeline.Document, "navigation to a new document"
	case api == "replaceState":
		return timeline.Replace, "history.replaceState"
	case api == "pushState":
		return timeline.Push, "history.pushState"
	case hash:
		return timeline.Hash, "location hash"
	case kind == "replace":
		return timeline.Replace, "same-document replace"
	default:
		return timeline.Push, "same-document push"
	}
}
