package browser

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	cdpbrowser "github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/cdproto/storage"
)

// A context costs a tab and two renderers, which is more than most scenarios. It can be used
// again where nothing of what was done in it is left. Its documents are stopped, so that none
// of them writes anything as it goes; what they keep for the tab alone is taken away in them;
// the tab goes to a blank page of the host's origin, which keeps its renderer; and the
// browser takes away what it keeps of their storage keys, cookies, caches, permissions and
// the history. What cannot be taken away makes the context one that is closed: see
// [Context.Kept].

// vacateLimit bounds the clearing of a context.
const vacateLimit = 5 * time.Second

// lasting are the headers of answers that a browser keeps beyond what can be cleared, or that
// change how it arranges processes and windows.
var lasting = []string{
	"Strict-Transport-Security", "Accept-Ch", "Critical-Ch", "Use-As-Dictionary", "Nel", "Report-To", "Reporting-Endpoints",
	"Www-Authenticate", "Origin-Agent-Cluster", "Cross-Origin-Opener-Policy", "Cross-Origin-Embedder-Policy", "Speculation-Rules",
}

// Of reports whether the context is this browser's.
func (c *Context) Of(b *Browser) bool { return c.browser == b }

// Shares reports whether the app was seen to have a worker that serves several pages, or a
// worklet.
func (c *Context) Shares() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.keeps != ""
}

// Kept says what of a context cannot be taken away, so that it cannot be used again; empty:
// all can.
func (c *Context) Kept() string {
	if c.opts.Pageless || c.opts.bare {
		return "it has no page that standin drives"
	}
	if err := c.gone(); err != nil {
		return err.Error()
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case len(c.popups) > 0:
		return "the app opened a window"
	case c.keeps != "":
		return c.keeps
	}
	for _, f := range c.frames {
		if f.busy.Load() {
			return "a document runs a script without end"
		}
	}
	for _, x := range c.exchanges {
		for _, name := range lasting {
			if _, set := x.Answer[name]; set {
				return "an answer had " + name
			}
		}
		if x.Status == 0 && x.Failure == "" && !x.Ended && x.Type == string(network.ResourceTypeDocument) {
			return "a document has no answer"
		}
	}
	there := map[partition]bool{}
	for _, f := range c.frames {
		if f.hasDocuments() {
			there[partition{originOf(c.wire.documents[string(f.id)]), f.isTab}] = true
		}
	}
	for _, p := range c.partitions() {
		if !there[p] {
			return "a page of " + p.origin + " is gone, and what it kept for the tab is not"
		}
	}
	return ""
}

// partition is where a document keeps what it keeps: that of its origin, as the tab's own
// page or within another.
type partition struct {
	origin string
	tab    bool
}

// partitions are those of the documents that the context had. The lock is held.
func (c *Context) partitions() []partition {
	var all []partition
	for _, x := range c.exchanges {
		if x.Type != string(network.ResourceTypeDocument) || x.Status == 0 || isRedirect(x) {
			continue
		}
		p := partition{originOf(x.URL), x.HostPage}
		if strings.HasPrefix(p.origin, "http") && !slices.Contains(all, p) {
			all = append(all, p)
		}
	}
	return all
}

// forgets is what a document does that is about to go, with the helpers of a console: none of
// its listeners is told that it goes, lest it write or send anything then, and what it keeps
// for the tab is taken away, which no other document can reach.
const forgets = `(() => {
	for (const target of [window, document]) {
		const heard = getEventListeners(target);
		for (const type of ['beforeunload', 'pagehide', 'unload', 'visibilitychange', 'freeze']) {
			for (const one of heard[type] ?? []) target.removeEventListener(type, one.listener, one.useCapture);
			target['on' + type] = null;
		}
	}
	try { sessionStorage.clear(); } catch { /* an origin that may keep nothing */ }
	window.name = '';
})()`

// Vacate ends the context's page and takes away all that it has left. When it returns an
// error, the context can only be closed.
func (c *Context) Vacate(ctx context.Context) error {
	if kept := c.Kept(); kept != "" {
		return errors.New(kept)
	}
	ctx, cancel := bound(ctx, vacateLimit, "the page to be gone")
	defer cancel()
	if err := c.printing(ctx); err != nil {
		return err
	}
	keys, err := c.stopDocuments(ctx)
	if err != nil {
		return err
	}
	c.mu.Lock()
	home := originOf(c.wire.documents[string(c.page.id)])
	c.life, c.blank = life{}, "/"+random()
	c.mu.Unlock()
	if err := c.Goto(ctx, home+c.blank); err != nil {
		return err
	}
	err = c.Await(ctx, vacateLimit, "its frames and workers to be gone", func() (bool, string) {
		c.mu.Lock()
		defer c.mu.Unlock()
		return len(c.frames) == 1 && strings.HasSuffix(c.wire.documents[string(c.page.id)], c.blank), fmt.Sprintf("%d are there", len(c.frames)-1)
	})
	if err != nil {
		return err
	}
	if _, err := call(ctx, c.page.session, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{}); err != nil {
		return err
	}
	// Until a script has run in it, the page is no active one to the browser.
	if err := c.EvalHost(ctx, "0", nil); err != nil {
		return err
	}
	return c.clear(ctx, keys)
}

// stopDocuments has no document run a script of its own any more, takes away what each keeps
// for the tab, and gives the keys under which the browser stores what they keep.
func (c *Context) stopDocuments(ctx context.Context) (keys []string, err error) {
	stop := emulation.SetScriptExecutionDisabledParams{Value: true}
	var stopped []func(context.Context) error
	for _, f := range c.documents() {
		stopped = append(stopped, awaited(begin(f.session, emulation.SetScriptExecutionDisabled, stop)))
		key := begin(f.session, storage.GetStorageKey, storage.GetStorageKeyParams{FrameID: cdp.FrameID(f.id)})
		stopped = append(stopped, func(ctx context.Context) error {
			r, err := key(ctx)
			keys = append(keys, string(r.StorageKey))
			return err
		})
		for _, world := range f.documentWorlds() {
			stopped = append(stopped, f.forgetting(world))
		}
	}
	for _, done := range stopped {
		if err := done(ctx); err != nil {
			return nil, err
		}
	}
	return keys, nil
}

// forgetting has one document do so.
func (f *frame) forgetting(world string) func(context.Context) error {
	yes := true
	evaluated := begin(f.session, runtime.Evaluate, runtime.EvaluateParams{Expression: forgets, UniqueContextID: world, IncludeCommandLineAPI: &yes})
	return func(ctx context.Context) error {
		r, err := evaluated(ctx)
		if err == nil && r.ExceptionDetails != nil {
			err = scriptError(r.ExceptionDetails)
		}
		return err
	}
}

// clear takes away what the browser keeps.
func (c *Context) clear(ctx context.Context, keys []string) error {
	root, tab := c.browser.conn.root(), c.page.session
	off, on := network.SetCacheDisabledParams{CacheDisabled: true}, network.SetCacheDisabledParams{}
	cleared := []func(context.Context) error{
		awaited(begin(root, storage.ClearCookies, storage.ClearCookiesParams{BrowserContextID: c.id})),
		awaited(begin(root, cdpbrowser.ResetPermissions, cdpbrowser.ResetPermissionsParams{BrowserContextID: c.id})),
		awaited(begin(tab, network.ClearBrowserCache, cdp.Empty{})),
		// A renderer forgets the parts of pages that it has in memory when it is to use no cache.
		awaited(begin(tab, network.SetCacheDisabled, off)),
		awaited(begin(tab, network.SetCacheDisabled, on)),
		awaited(begin(tab, page.ResetNavigationHistory, cdp.Empty{})),
	}
	for _, key := range keys {
		cleared = append(cleared, awaited(begin(tab, storage.ClearDataForStorageKey, storage.ClearDataForStorageKeyParams{StorageKey: key, StorageTypes: "all"})))
	}
	for _, done := range cleared {
		if err := done(ctx); err != nil {
			return err
		}
	}
	return nil
}

// blankPage is what the context is vacated to.
var blankPage = &Served{ContentType: "text/html", Body: []byte("<!doctype html>")}

// isBlank reports whether an address is that of the page to which a context is vacated.
func (c *Context) isBlank(raw string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.blank != "" && strings.HasSuffix(raw, c.blank)
}

// Occupy begins again in a context that was vacated: with a timeline that is empty, as one
// that was just opened. The options must be as those that it was opened with, but for what
// they do.
func (c *Context) Occupy(ctx context.Context, o ContextOptions) error {
	if o.Clock == nil || o.Pageless || o.Undriven || !sameWay(c.opts, o) {
		return errors.New("it was opened with other options")
	}
	c.browser.disownFrames(c)
	c.evidence.forget()
	c.mu.Lock()
	tab := c.page
	c.opts, c.ahead, c.life, c.blank = o, 0, life{}, ""
	c.exchanges, c.events, c.lastID, c.stepped = nil, nil, 0, 0
	c.popups, c.wire = map[string]bool{}, newWire()
	c.touch()
	c.mu.Unlock()
	c.browser.own(string(tab.id), c)
	return c.installClocks(ctx)
}

// sameWay reports whether requests go the same way by two options: through the relay, or not.
func sameWay(a, b ContextOptions) bool {
	x, y := a.Rewriting, b.Rewriting
	if x == nil || y == nil {
		return x == y
	}
	return x.HTTP == y.HTTP && x.HTTPS == y.HTTPS
}

// disownFrames forgets what frames a context had: what they still send is in no timeline.
func (b *Browser) disownFrames(c *Context) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for frame, of := range b.frames {
		if of == c {
			delete(b.frames, frame)
			b.closed[frame] = true
		}
	}
	delete(b.closed, string(c.page.id))
}
