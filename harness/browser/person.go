package browser

import (
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/target"

	"github.com/standin-dev/standin/harness/timeline"
)

//go:embed person.js
var personJS string

// Target says what a person points at: a CSS selector, or the text one reads.
type Target struct {
	CSS  string `json:"css,omitempty"`
	Text string `json:"text,omitempty"`
}

// ParseTarget reads "css=#save" as a selector and anything else as visible text.
func ParseTarget(s string) Target {
	if css, ok := strings.CutPrefix(s, "css="); ok {
		return Target{CSS: css}
	}
	return Target{Text: s}
}

func (t Target) String() string {
	if t.CSS != "" {
		return "css=" + t.CSS
	}
	return fmt.Sprintf("%q", t.Text)
}

// NotFound says that the app shows nothing like the target where a person could use
// it, and what it shows.
type NotFound struct {
	Target   Target
	Disabled bool
	// Covered says that it is there, and that a dialog lies over it.
	Covered bool
	Seen    []string
}

func (e *NotFound) Error() string {
	if e.Disabled {
		return fmt.Sprintf("%s is there, but disabled", e.Target)
	}
	if e.Covered {
		return fmt.Sprintf("%s is there, but a dialog lies over it: close the dialog first", e.Target)
	}
	if len(e.Seen) == 0 {
		return fmt.Sprintf("nothing in the frame matches %s, nor is there anything of the kind", e.Target)
	}
	return fmt.Sprintf("nothing in the frame matches %s; there are: %s", e.Target, strings.Join(e.Seen, ", "))
}

// deed is what a deed in the page came to.
type deed struct {
	Found    bool     `json:"found"`
	Disabled bool     `json:"disabled"`
	Seen     []string `json:"seen"`
}

// person looks at the frame of the app's module with a person's eyes; act does something
// in one of its places, which the browser takes for a person's own deed.
func (c *Context) person(ctx context.Context, out any, method string, args ...any) error {
	script, err := personCall(method, args...)
	if err != nil {
		return err
	}
	return c.EvalFrame(ctx, script, out)
}

func (p place) act(ctx context.Context, out any, method string, args ...any) error {
	script, err := personCall(method, args...)
	if err != nil {
		return err
	}
	return p.frame.evalAs(ctx, script, "", true, out)
}

func (p place) look(ctx context.Context, out any, method string, args ...any) error {
	script, err := personCall(method, args...)
	if err != nil {
		return err
	}
	return p.frame.eval(ctx, script, "", out)
}

// personCall is the script of what a person does.
func personCall(method string, args ...any) (string, error) {
	list := make([]string, len(args))
	for i, a := range args {
		raw, err := json.Marshal(a)
		if err != nil {
			return "", err
		}
		list[i] = string(raw)
	}
	return fmt.Sprintf("(%s).%s(%s)", strings.TrimSpace(personJS), method, strings.Join(list, ",")), nil
}

func (c *Context) do(ctx context.Context, t Target, text, method string, args ...any) error {
	// It is on the timeline before what it causes.
	c.Note(timeline.Event{Kind: timeline.Step, Text: text})
	places, err := c.places(ctx)
	if err != nil {
		return fmt.Errorf("%s: %w", text, err)
	}
	s := search{context: c, places: uncovered(places), target: t, method: method, args: args}
	done, err := s.run(ctx)
	if errors.Is(err, errMoved) {
		return nil // it did something: the document is gone
	}
	if err != nil {
		return fmt.Errorf("%s: %w", text, err)
	}
	if done || !s.disabled && c.inProduct(ctx, &s, productBoxes, "") {
		return nil
	}
	missing := &NotFound{Target: t, Disabled: s.disabled, Seen: s.seen}
	missing.Covered = !s.disabled && c.covers(ctx, places, t, method)
	return fmt.Errorf("%s: %w", text, missing)
}

// productBoxes are the parts of the product's page that an app asks a person to
// use: the product's own dialogs, the app's menus, and the buttons around its frames.
const productBoxes = "dialog[open], .standin-menu, .standin-controls, .standin-bar, .aui-dialog2-header, .aui-dialog2-footer, .part > h2, .aui-flag"

// inProduct tries a deed that no place has anything for in parts of the product's page,
// and says whether it was done there. What it finds disabled is told in s.
func (c *Context) inProduct(ctx context.Context, s *search, boxes, how string) bool {
	script, err := personCall(fmt.Sprintf("within(%q).%s", boxes, s.method), s.arguments(how)...)
	if err != nil {
		return false
	}
	var there deed
	tab, err := c.tab()
	if err != nil {
		return false
	}
	err = tab.evalAs(ctx, script, "", true, &there)
	if errors.Is(err, errMoved) {
		return true // it did something: the page is gone
	}
	if err != nil || !there.Found {
		return false
	}
	s.disabled = s.disabled || there.Disabled
	return !there.Disabled
}

// Click clicks on what the target names: the pointer and mouse events that go
// with a click, and the click. What the frame does not have is looked for in the
// product's own dialogs and in the buttons around the frame; so with Fill and Submit. They are synthetic, so the page can tell them by
// isTrusted; in return they need no painting and no scrolling to be on the spot.
func (c *Context) Click(ctx context.Context, t Target) error {
	return c.do(ctx, t, "click "+t.String(), "click")
}

// Fill writes into the field that the target names, by its label, placeholder or
// name.
func (c *Context) Fill(ctx context.Context, t Target, value string) error {
	return c.do(ctx, t, fmt.Sprintf("fill %s with %q", t, value), "fill", value)
}

// Submit submits the form that the target names.
func (c *Context) Submit(ctx context.Context, t Target) error {
	return c.do(ctx, t, "submit "+t.String(), "submit")
}

// Navigate takes the topmost frame to a URL, which may be relative to its own.
func (c *Context) Navigate(ctx context.Context, url string) error {
	c.Note(timeline.Event{Kind: timeline.Step, Text: "navigate the frame to " + url})
	return c.onTop(ctx, "navigate", url)
}

// Back and Forward press the history buttons.
func (c *Context) Back(ctx context.Context) error {
	c.Note(timeline.Event{Kind: timeline.Step, Text: "back"})
	return c.onTop(ctx, "back")
}

// Forward is Back's opposite.
func (c *Context) Forward(ctx context.Context) error {
	c.Note(timeline.Event{Kind: timeline.Step, Text: "forward"})
	return c.onTop(ctx, "forward")
}

// onTop does something in the topmost frame of the host's page.
func (c *Context) onTop(ctx context.Context, method string, args ...any) error {
	places, err := c.places(ctx)
	if err != nil {
		return err
	}
	for _, p := range uncovered(places) {
		if p.layer != TabLayer {
			return ignoreMoved(p.act(ctx, nil, method, args...))
		}
	}
	return ErrNoFrame
}

// Shows reports whether the app shows the text anywhere, be it under a dialog.
func (c *Context) Shows(ctx context.Context, text string) (bool, error) {
	places, err := c.places(ctx)
	if err != nil {
		return false, err
	}
	for _, p := range places {
		var ok bool
		if err := ignoreMoved(p.look(ctx, &ok, "hasText", text)); err != nil || ok {
			return ok, err
		}
	}
	return false, nil
}

// ErrErrorPage is what Loaded returns when the frame shows the browser's own error
// page: the answer could not be shown there.
var ErrErrorPage = errors.New("the frame shows the browser's error page")

// Loaded waits until the frame is there and its document has loaded: with all of
// its pictures, scripts and styles when whole is set, else as far as its own text.
func (c *Context) Loaded(ctx context.Context, limit time.Duration, whole bool) error {
	waiting, cancel := bound(ctx, limit, "the load event of the app's page")
	defer cancel()
	for {
		var address string
		_, changed := c.state()
		err := c.person(waiting, &address, "loaded", whole)
		switch {
		case err == nil && strings.HasPrefix(address, "chrome-error:"):
			return ErrErrorPage
		case err == nil && !strings.HasPrefix(address, "about:"):
			return nil
		case err == nil, errors.Is(err, ErrNoFrame), errors.Is(err, errMoved):
		default:
			return err
		}
		if err := c.awaitChange(waiting, changed); err != nil {
			return err
		}
		if err := c.gone(); err != nil {
			return err
		}
	}
}

// CrashFrame makes the renderer of the app's frame die, for tests of what then
// happens.
func (c *Context) CrashFrame(ctx context.Context) error {
	f := c.appFrame()
	if f == nil {
		return ErrNoFrame
	}
	send(f.session, page.Crash, cdp.Empty{})
	return c.Await(ctx, 10*time.Second, "the renderer to crash", func() (bool, string) {
		return c.Crashed() != "", "a frame that lives: " + string(target.ID(f.id))
	})
}

func ignoreMoved(err error) error {
	if errors.Is(err, errMoved) {
		return nil
	}
	return err
}
