package browser

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	jsonv2 "github.com/chromedp/cdproto/cdp/jsonv2"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// ErrNoFrame is what the frame's verbs return when the host's page shows no app.
var ErrNoFrame = errors.New("the host's page shows no frame of the app")

// ErrPageless is what the verbs of a page return in a context that has none.
var ErrPageless = errors.New("this context was opened without a page (Pageless)")

// errMoved means that the document went away under a script: it was replaced by
// the next one. Whoever waits, looks again.
var errMoved = errors.New("the document was replaced")

// tab is the frame of the host's page.
func (c *Context) tab() (*frame, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.page == nil {
		return nil, ErrPageless
	}
	return c.page, nil
}

// Goto loads the host's page in the tab. It does not wait for the app's frame.
func (c *Context) Goto(ctx context.Context, url string) error {
	tab, err := c.tab()
	if err != nil {
		return err
	}
	r, err := call(ctx, tab.session, page.Navigate, page.NavigateParams{URL: url})
	if err != nil {
		return fmt.Errorf("open %s: %w", url, err)
	}
	if r.ErrorText != "" {
		return fmt.Errorf("open %s: %s", url, r.ErrorText)
	}
	return nil
}

// Screenshot is a PNG of what the tab shows.
func (c *Context) Screenshot(ctx context.Context) ([]byte, error) {
	tab, err := c.tab()
	if err != nil {
		return nil, err
	}
	r, err := call(ctx, tab.session, page.CaptureScreenshot, page.CaptureScreenshotParams{Format: page.CaptureScreenshotFormatPng})
	return r.Data, err
}

// EvalHost runs a script in the host's page and decodes its value into out,
// which may be nil. A promise is awaited.
func (c *Context) EvalHost(ctx context.Context, script string, out any) error {
	tab, err := c.tab()
	if err != nil {
		return err
	}
	return tab.eval(ctx, script, "", out)
}

// EvalFrame runs a script in the app's frame. A frame that runs a script without end
// does not come to it: a *BusyError.
func (c *Context) EvalFrame(ctx context.Context, script string, out any) error {
	f := c.appFrame()
	if f == nil {
		return ErrNoFrame
	}
	return f.eval(ctx, script, "", out)
}

// appFrame is the frame of the app's module within the host's page: the first that the
// page showed, whatever dialogs lie over it. nil: there is none.
func (c *Context) appFrame() *frame {
	if all := c.appFrames(); len(all) > 0 {
		return all[0]
	}
	return nil
}

// appFrames are the app's frames within the host's page, in the order in which they came.
func (c *Context) appFrames() []*frame {
	return c.ordered(func(f *frame) bool { return f.kind == "iframe" && f.parent == c.page })
}

// tabs are the windows that the app opened and that are there, in their order.
func (c *Context) tabs() []*frame {
	return c.ordered(func(f *frame) bool { return f.kind == "page" && !f.isTab })
}

// ordered are the frames that are such ones, in the order in which they came.
func (c *Context) ordered(is func(*frame) bool) []*frame {
	c.mu.Lock()
	defer c.mu.Unlock()
	var out []*frame
	for _, f := range c.frames {
		if is(f) {
			out = append(out, f)
		}
	}
	slices.SortFunc(out, func(a, b *frame) int { return a.order - b.order })
	return out
}

// documents are all live frames and the tab: everything with a page clock.
func (c *Context) documents() []*frame {
	c.mu.Lock()
	defer c.mu.Unlock()
	var out []*frame
	for _, f := range c.frames {
		if f.hasDocuments() {
			out = append(out, f)
		}
	}
	return out
}

// eval runs a script in one world; "": the frame's main document. It fails with a
// BusyError when the document does not come to it.
func (f *frame) eval(ctx context.Context, script, world string, out any) error {
	return f.evalAs(ctx, script, world, false, out)
}

// evalAs is eval; by a person it counts as what a person does in the page, which
// may then open windows and navigate the tab for some seconds.
func (f *frame) evalAs(ctx context.Context, script, world string, person bool, out any) error {
	yes := true
	var r runtime.EvaluateResult
	err := f.ask(ctx, func(ctx context.Context) (err error) {
		r, err = call(ctx, f.session, runtime.Evaluate, runtime.EvaluateParams{
			Expression: script, UniqueContextID: world, ReturnByValue: &yes, AwaitPromise: &yes, UserGesture: &person,
		})
		return err
	})
	if err != nil {
		if moved(err) {
			return fmt.Errorf("%w: %w", errMoved, err)
		}
		return err
	}
	if d := r.ExceptionDetails; d != nil {
		return scriptError(d)
	}
	if out == nil || r.Result == nil || len(r.Result.Value) == 0 {
		return nil
	}
	return jsonv2.Unmarshal(r.Result.Value, out, chromedp.DefaultUnmarshalOptions)
}

// scriptError says what a script threw.
func scriptError(d *runtime.ExceptionDetails) error {
	text := d.Text
	if d.Exception != nil && d.Exception.Description != "" {
		text = d.Exception.Description
	}
	return fmt.Errorf("script in the page: %s", text)
}

// moved tells the errors of a document that went away from all others.
func moved(err error) bool {
	if errors.Is(err, errSilent) {
		return true
	}
	text := err.Error()
	for _, sign := range []string{
		"Execution context was destroyed", "Cannot find context", "Cannot find default execution context", "Inspected target navigated or closed",
		"Session with given id not found", "uniqueContextId not found", "Promise was collected", "Target closed",
		"Not attached to an active page",
	} {
		if strings.Contains(text, sign) {
			return true
		}
	}
	return false
}

// TimeoutError is the error of a wait with a bound of standin's own.
type TimeoutError struct {
	// Bound is how long standin waited, and What for what.
	Bound time.Duration
	What  string
}

func (e *TimeoutError) Error() string { return fmt.Sprintf("waited %s for %s", e.Bound, e.What) }

// bound gives ctx a deadline of its own and a cause that says what was awaited.
func bound(ctx context.Context, d time.Duration, what string) (context.Context, context.CancelFunc) {
	return context.WithTimeoutCause(ctx, d, &TimeoutError{Bound: d, What: what})
}

// Popups are the ids of the windows that the app opened.
func (c *Context) Popups() map[string]bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return maps.Clone(c.popups)
}
