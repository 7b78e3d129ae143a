package browser

import (
	"context"
	"fmt"
	"net/url"
	"time"
)

// AwaitRequest waits until a request whose path matches was answered, one that
// left after the last step began or later.
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

// AwaitText waits until the frame shows a text, looking each time something
// happened and, since a page may show it without any request, at each of its
// frames of animation in between.
func (c *Context) AwaitText(ctx context.Context, limit time.Duration, text string) error {
	waiting, cancel := bound(ctx, limit, fmt.Sprintf("the frame to show %q", text))
	defer cancel()
	for {
		ok, err := c.Shows(waiting, text)
		if err != nil || ok {
			return err
		}
		if err := ignoreMoved(c.EvalFrame(waiting, c.clockCall("frame"), nil)); err != nil {
			return err
		}
	}
}
