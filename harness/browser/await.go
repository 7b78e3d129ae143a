package browser

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"time"
)

// NotSeen says that something that a step waits for did not come.
type NotSeen struct {
	Limit time.Duration
	// What was waited for, and what was seen Last instead; "": nothing of the kind.
	What, Last string
}

func (e *NotSeen) Error() string {
	text := fmt.Sprintf("waited %s for %s", e.Limit, e.What)
	if e.Last != "" {
		text += "; last seen: " + e.Last
	}
	return text
}

// AwaitRequest waits until a request whose path matches was answered, one that
// left after the last step began or later. The error is a *NotSeen when none was.
func (c *Context) AwaitRequest(ctx context.Context, limit time.Duration, matches func(path string) bool, what string) error {
	return c.Await(ctx, limit, "an answer to "+what, func() (bool, string) {
		c.mu.Lock()
		defer c.mu.Unlock()
		last := "no request at all"
		for _, x := range c.exchanges[c.stepped:] {
			u, err := url.Parse(x.URL)
			if err != nil || x.HostPage {
				continue
			}
			last = x.Method + " " + u.Path
			if matches(u.Path) && (x.Status != 0 || x.Ended) {
				return true, ""
			}
		}
		return false, last
	})
}

// AwaitText waits until the app shows a text, anywhere, looking each time something
// happened and, since a page may show it without any request, at each of the frames of
// animation of its topmost document in between. The error is a *NotSeen when it does not.
func (c *Context) AwaitText(ctx context.Context, limit time.Duration, text string) error {
	what := fmt.Sprintf("the frame to show %q", text)
	waiting, cancel := bound(ctx, limit, what)
	defer cancel()
	for {
		_, changed := c.state()
		ok, err := c.Shows(waiting, text)
		if err == nil && !ok {
			err = c.nextFrame(waiting)
		}
		switch {
		case ok && err == nil:
			return nil
		case ctx.Err() != nil:
			return context.Cause(ctx)
		case waiting.Err() != nil && ctx.Err() == nil && c.gone() == nil:
			return &NotSeen{Limit: limit, What: what}
		case errors.Is(err, ErrNoFrame):
			err = c.awaitChange(waiting, changed) // one document went, and the next is not there yet
		}
		if gone := c.gone(); gone != nil {
			return gone
		}
		if err != nil && waiting.Err() == nil {
			return err
		}
	}
}

// nextFrame waits for the next frame of animation of the topmost document.
func (c *Context) nextFrame(ctx context.Context) error {
	places, err := c.places(ctx)
	if err != nil {
		return err
	}
	return ignoreMoved(places[0].frame.eval(ctx, c.clockCall("frame"), "", nil))
}
