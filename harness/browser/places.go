package browser

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/dom"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/cdproto/target"

	"github.com/standin-dev/standin/harness/timeline"
)

// An app may show itself in several places at once: a dialog over its page, several
// panels, a tab that it opened. A person acts on what lies on top.

// place is a document of the app that a person can see.
type place struct {
	frame *frame
	// layer is "" in the host's page, TabLayer in a window of its own, and the name of
	// the dialog in one.
	layer string
	// covered: a dialog lies over it.
	covered bool
}

// TabLayer is the Layer of controls in a window that the app opened.
const TabLayer = "tab"

// places are where the app shows itself, the topmost first: the windows that it opened
// on its own origin, then its frames in the host's page, those in dialogs before the
// others, and covered ones last.
func (c *Context) places(ctx context.Context) ([]place, error) {
	frames := c.appFrames()
	out := c.ownTabs(frames)
	if len(frames) == 1 {
		return append(out, place{frame: frames[0]}), nil // the host need not be asked
	}
	shown, err := c.stacked(ctx, frames)
	if err != nil {
		return nil, err
	}
	if out = append(out, shown...); len(out) == 0 {
		return nil, ErrNoFrame
	}
	return out, nil
}

// ownTabs are the windows that show a document of the frames' own origin, the newest
// first.
func (c *Context) ownTabs(frames []*frame) []place {
	tabs := c.tabs()
	c.mu.Lock()
	defer c.mu.Unlock()
	own := map[string]bool{}
	for _, f := range frames {
		own[originOf(c.wire.documents[string(f.id)])] = true
	}
	delete(own, "")
	var out []place
	for _, f := range slices.Backward(tabs) {
		if own[originOf(c.wire.documents[string(f.id)])] {
			out = append(out, place{frame: f, layer: TabLayer})
		}
	}
	return out
}

// standing is a function in the host's page that says of iframes how they stand there: in
// which dialog, how high, and whether something that lies over them keeps a person away.
const standing = `function (...frames) {
	const height = el => {
		for (let n = el, z = 0; ; n = n.parentElement) {
			if (!n) return z;
			const style = getComputedStyle(n);
			if (style.position !== 'static') z = Math.max(z, parseInt(style.zIndex, 10) || 0);
		}
	};
	const follows = (a, b) => a.compareDocumentPosition(b) & Node.DOCUMENT_POSITION_FOLLOWING ? -1 : 1;
	const dialogs = [...document.querySelectorAll('[aria-modal=true]')];
	const top = dialogs[dialogs.length - 1];
	const order = frames.slice().sort(follows);
	return frames.map(el => {
		const box = el.getBoundingClientRect(), dialog = el.closest('[aria-modal=true]');
		return {
			shown: el.isConnected && box.width > 0 && box.height > 0 && getComputedStyle(el).visibility !== 'hidden',
			layer: dialog ? dialog.getAttribute('aria-label') || 'dialog' : '',
			covered: !!el.closest('[inert]') || !!dialog && dialog !== top,
			height: height(el), place: order.indexOf(el),
		};
	});
}`

// stacked are the frames of the host's page that are shown there, the topmost first. One
// that goes meanwhile is not among them.
func (c *Context) stacked(ctx context.Context, frames []*frame) ([]place, error) {
	tab, err := c.tab()
	if err != nil {
		return nil, err
	}
	var there []*frame
	var owners []*runtime.CallArgument
	for _, f := range frames {
		owner, err := tab.ownerOf(ctx, f)
		if err != nil && ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		if err == nil {
			there, owners = append(there, f), append(owners, &runtime.CallArgument{ObjectID: owner})
		}
	}
	if len(there) == 0 {
		return nil, nil
	}
	yes := true
	r, err := call(ctx, tab.session, runtime.CallFunctionOn, runtime.CallFunctionOnParams{
		FunctionDeclaration: standing, ObjectID: owners[0].ObjectID, Arguments: owners, ReturnByValue: &yes,
	})
	if err != nil {
		if moved(err) {
			return nil, nil // the host's page was replaced
		}
		return nil, err
	}
	if d := r.ExceptionDetails; d != nil {
		return nil, scriptError(d)
	}
	return inOrder(there, r.Result)
}

// inOrder puts frames in the order of what the host's page says of them.
func inOrder(frames []*frame, told *runtime.RemoteObject) ([]place, error) {
	var stands []struct {
		Shown, Covered bool
		Layer          string
		Height, Place  int
	}
	if err := json.Unmarshal(told.Value, &stands); err != nil {
		return nil, fmt.Errorf("how the app's frames stand in the host's page: %w", err)
	}
	var at []int
	for i, s := range stands {
		if s.Shown && i < len(frames) {
			at = append(at, i)
		}
	}
	slices.SortStableFunc(at, func(i, j int) int {
		a, b := stands[i], stands[j]
		switch {
		case a.Covered != b.Covered:
			return order(b.Covered)
		case a.Height != b.Height:
			return b.Height - a.Height
		case a.Height > 0:
			return b.Place - a.Place // the later one lies on the other
		}
		return a.Place - b.Place
	})
	out := make([]place, len(at))
	for n, i := range at {
		out[n] = place{frame: frames[i], layer: stands[i].Layer, covered: stands[i].Covered}
	}
	return out, nil
}

// order is below 0 when the first is to come first.
func order(first bool) int {
	if first {
		return -1
	}
	return 1
}

// ownerOf is the element of the host's page that a frame is in.
func (f *frame) ownerOf(ctx context.Context, of *frame) (runtime.RemoteObjectID, error) {
	owner, err := call(ctx, f.session, dom.GetFrameOwner, dom.GetFrameOwnerParams{FrameID: cdp.FrameID(of.id)})
	if err != nil {
		return "", err
	}
	r, err := call(ctx, f.session, dom.ResolveNode, dom.ResolveNodeParams{BackendNodeID: owner.BackendNodeID})
	if err != nil || r.Object == nil {
		return "", fmt.Errorf("the frame's element: %w", err)
	}
	return r.Object.ObjectID, nil
}

// uncovered are the places that no dialog lies over.
func uncovered(all []place) []place {
	return slices.DeleteFunc(slices.Clone(all), func(p place) bool { return p.covered })
}

// inDialog reports whether a dialog of the app is what lies on top in the host's page.
func inDialog(places []place) bool {
	return slices.ContainsFunc(places, func(p place) bool { return !p.covered && p.layer != "" && p.layer != TabLayer })
}

// closeLimit bounds the wait for windows to close.
const closeLimit = 5 * time.Second

// Tabs counts the windows that the app opened and that are there.
func (c *Context) Tabs() int { return len(c.tabs()) }

// CloseTabs closes the windows that the app opened, as a person does who is done with
// them, and waits until they are gone.
func (c *Context) CloseTabs(ctx context.Context) error {
	tabs := c.tabs()
	if len(tabs) == 0 {
		return nil
	}
	c.Note(timeline.Event{Kind: timeline.Step, Text: "close the tab"})
	for _, f := range tabs {
		if _, err := call(ctx, c.browser.conn.root(), target.CloseTarget, target.CloseTargetParams{TargetID: f.id}); err != nil && len(c.tabs()) > 0 && ctx.Err() != nil {
			return err
		}
	}
	return c.Await(ctx, closeLimit, "the app's windows to close", func() (bool, string) {
		left := c.tabs()
		return !slices.ContainsFunc(left, func(f *frame) bool { return slices.Contains(tabs, f) }), fmt.Sprintf("%d open", len(left))
	})
}

// LeaveDialog presses Escape in the host's page, which closes the dialog on top.
func (c *Context) LeaveDialog(ctx context.Context) error {
	c.Note(timeline.Event{Kind: timeline.Step, Text: "press Escape"})
	return ignoreMoved(c.EvalHost(ctx, `void dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', keyCode: 27, bubbles: true, cancelable: true }))`, nil))
}
