package browser

import (
	"context"
	"fmt"

	"github.com/standin-dev/standin/harness/timeline"
)

// Hide puts another tab in front of this one: its documents are told so, they paint
// no more, and their timers run at most once a second, after five minutes those of
// a chain once a minute. The windows that the app opened are tabs of their own.
func (c *Context) Hide(ctx context.Context) error {
	return c.live(ctx, "hide", "the tab is hidden behind another", func(l *life) { l.hidden = true })
}

// Show is the end of Hide.
func (c *Context) Show(ctx context.Context) error {
	return c.live(ctx, "show", "the tab is shown again", func(l *life) { l.hidden = false })
}

// Freeze stops the timers of the tab's documents and of their dedicated workers, as
// browsers do with tabs that were hidden for long.
func (c *Context) Freeze(ctx context.Context) error {
	return c.live(ctx, "freeze", "the page is frozen", func(l *life) { l.frozen = true })
}

// Resume is the end of Freeze: timers that are overdue fire, once each.
func (c *Context) Resume(ctx context.Context) error {
	return c.live(ctx, "resume", "the page is resumed", func(l *life) { l.frozen = false })
}

// live changes the state of the tab, for the documents that are there and for those
// that come.
func (c *Context) live(ctx context.Context, method, text string, change func(*life)) error {
	c.Note(timeline.Event{Kind: timeline.Observed, Text: text})
	c.mu.Lock()
	change(&c.life)
	c.mu.Unlock()
	if err := c.installClocks(ctx); err != nil {
		return fmt.Errorf("%s: %w", text, err)
	}
	err := c.inEachWorld(ctx, func(ctx context.Context, f *frame, world string) error {
		if !f.livesWithTab() {
			return nil
		}
		return f.evalIn(ctx, c.clockCall(method), world, nil)
	})
	if err != nil {
		return fmt.Errorf("%s: %w", text, err)
	}
	return nil
}

// livesWithTab tells whether a target is hidden and frozen with the tab: its own
// documents and their dedicated workers are, windows that the app opened and
// workers that serve several tabs are not.
func (f *frame) livesWithTab() bool {
	for ; f != nil; f = f.parent {
		switch {
		case f.isTab:
			return true
		case f.kind != "iframe" && f.kind != "worker":
			return false
		}
	}
	return false
}
