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

// NotFound says that the frame shows nothing like the target, and what it shows.
type NotFound struct {
	Target   Target
	Disabled bool
	Seen     []string
}

func (e *NotFound) Error() string {
	if e.Disabled {
		return fmt.Sprintf("%s is there, but disabled", e.Target)
	}
	if len(e.Seen) == 0 {
		return fmt.Sprintf("nothing in the frame matches %s, nor is there anything of the kind", e.Target)
	}
	return fmt.Sprintf("nothing in the frame matches %s; there are: %s", e.Target, strings.Join(e.Seen, ", "))
}

// Control is something that one could click.
type Control struct {
	Text     string `json:"text"`
	CSS      string `json:"css"`
	Unique   bool   `json:"unique"` // no other control reads the same
	Leaves   bool   `json:"leaves"` // a link to another place or another window
	Download bool   `json:"download"`
	Action   string `json:"action"` // everything that its markup says of what it does
	Fields   []struct {
		CSS  string `json:"css"`
		Kind string `json:"kind"`
	} `json:"fields"` // empty fields of the form that it submits
}

// deed is what a deed in the page came to.
type deed struct {
	Found    bool     `json:"found"`
	Disabled bool     `json:"disabled"`
	Seen     []string `json:"seen"`
}

// person looks at the app's frame with a person's eyes; act does something there, which
// the browser takes for a person's own deed.
func (c *Context) person(ctx context.Context, out any, method string, args ...any) error {
	script, err := personCall(method, args...)
	if err != nil {
		return err
	}
	return c.EvalFrame(ctx, script, out)
}

func (c *Context) act(ctx context.Context, out any, method string, args ...any) error {
	script, err := personCall(method, args...)
	if err != nil {
		return err
	}
	f := c.appFrame()
	if f == nil {
		return ErrNoFrame
	}
	return f.evalAs(ctx, script, "", true, out)
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
	var d deed
	err := c.act(ctx, &d, method, append([]any{t}, args...)...)
	if errors.Is(err, errMoved) {
		return nil // it did something: the document is gone
	}
	if err != nil {
		return fmt.Errorf("%s: %w", text, err)
	}
	if !d.Found && c.inProduct(ctx, &d, method, append([]any{t}, args...)...) {
		return nil
	}
	if !d.Found || d.Disabled {
		return fmt.Errorf("%s: %w", text, &NotFound{Target: t, Disabled: d.Disabled, Seen: d.Seen})
	}
	return nil
}

// productBoxes are the parts of the product's page that an app asks a person to
// use: the product's own dialogs, the app's menus, and the buttons around its frames.
const productBoxes = "dialog[open], .standin-menu, .standin-controls, .standin-bar, .aui-dialog2-header, .aui-dialog2-footer, .part > h2, .aui-flag"

// inProduct tries a deed that the frame has nothing for in those parts, and says
// whether it was done there. What it finds disabled is told in d.
func (c *Context) inProduct(ctx context.Context, d *deed, method string, args ...any) bool {
	script, err := personCall(fmt.Sprintf("within(%q).%s", productBoxes, method), args...)
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
	*d = there
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

// Navigate takes the frame to a URL, which may be relative to its own.
func (c *Context) Navigate(ctx context.Context, url string) error {
	c.Note(timeline.Event{Kind: timeline.Step, Text: "navigate the frame to " + url})
	return ignoreMoved(c.act(ctx, nil, "navigate", url))
}

// Back and Forward press the frame's history buttons.
func (c *Context) Back(ctx context.Context) error {
	c.Note(timeline.Event{Kind: timeline.Step, Text: "back"})
	return ignoreMoved(c.act(ctx, nil, "back"))
}

// Forward is Back's opposite.
func (c *Context) Forward(ctx context.Context) error {
	c.Note(timeline.Event{Kind: timeline.Step, Text: "forward"})
	return ignoreMoved(c.act(ctx, nil, "forward"))
}

// Shows tells whether the frame shows the text.
func (c *Context) Shows(ctx context.Context, text string) (bool, error) {
	var ok bool
	err := ignoreMoved(c.person(ctx, &ok, "hasText", text))
	return ok, err
}

// Controls lists what one could click in the frame.
func (c *Context) Controls(ctx context.Context) ([]Control, error) {
	var out []Control
	err := c.person(ctx, &out, "controls")
	return out, err
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
		if err := c.awaitChange(waiting); err != nil {
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
