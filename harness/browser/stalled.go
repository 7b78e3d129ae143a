package browser

import (
	"context"
	"fmt"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/target"

	"github.com/standin-dev/standin/fakehost/clock"
	"github.com/standin-dev/standin/harness/timeline"
)

// stopLimit bounds the wait for the browser to stop a page's loading.
const stopLimit = 2 * time.Second

// stalled are the documents without an answer that nobody waits for any more, each of a
// frame that is a target of its own: those that Neglect tells of, and, when patience is
// not 0, those that were asked for so long ago. Chromium asks nothing of such a frame
// until its new document is there: no script runs in it for standin, its clock does
// not move, and nobody can click in it.
func (c *Context) stalled(patience time.Duration) []timeline.Exchange {
	c.mu.Lock()
	defer c.mu.Unlock()
	var out []timeline.Exchange
	for _, x := range c.wire.pending() {
		f := c.frames[target.ID(x.Frame)]
		if x.Type != "Document" || x.Status != 0 || f == nil || f.isTab || c.wire.stoppedFor[x] {
			continue
		}
		late := patience > 0 && clock.System().Sub(x.Real) >= patience
		if late || c.opts.Neglect != nil && c.opts.Neglect(*x) {
			out = append(out, *x)
		}
	}
	return out
}

// lookUnlessStalled is a look, unless a document stalls that Neglect tells of. Its
// loading is stopped first, and what was asked of its frame meanwhile has no answer.
func (c *Context) lookUnlessStalled(ctx context.Context, soon int, first bool, last *Unsettled) (view, error) {
	if given := c.stalled(0); len(given) > 0 {
		return view{}, c.stop(ctx, given)
	}
	looking, cancel := context.WithCancel(ctx)
	defer cancel()
	if c.opts.Neglect != nil {
		go c.endWhenStalled(looking, cancel)
	}
	now, err := c.look(looking, soon, first, last)
	if looking.Err() != nil && ctx.Err() == nil {
		return view{}, nil
	}
	return now, err
}

func (c *Context) endWhenStalled(ctx context.Context, end context.CancelFunc) {
	for ctx.Err() == nil {
		_, changed := c.state()
		if len(c.stalled(0)) > 0 {
			end()
		}
		select {
		case <-changed:
		case <-ctx.Done():
		}
	}
}

// stop has the browser stop loading, as a person does who is tired of waiting: the
// frame stays at the document that it has. What else the tab was loading stops as well.
func (c *Context) stop(ctx context.Context, list []timeline.Exchange) error {
	waiting, cancel := bound(ctx, stopLimit, "the browser to stop loading")
	defer cancel()
	for _, x := range list {
		f := c.stopping(x)
		for f != nil && f.kind != "page" {
			f = f.parent
		}
		if f == nil {
			continue
		}
		c.Note(timeline.Event{Kind: timeline.Observed, Frame: x.Frame,
			Text: fmt.Sprintf("standin stops loading %s, which has no answer", x.URL)})
		if _, err := call(waiting, f.session, page.StopLoading, cdp.Empty{}); err != nil && !moved(err) {
			return err
		}
	}
	return nil
}

// stopping notes that an exchange is of a document that is not to be loaded, and gives its frame.
func (c *Context) stopping(x timeline.Exchange) *frame {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, open := range c.wire.pending() {
		if open.ID == x.ID {
			c.wire.stoppedFor[open] = true
		}
	}
	return c.frames[target.ID(x.Frame)]
}
