package browser

import (
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	cdpbrowser "github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/storage"

	"github.com/standin-dev/standin/harness/timeline"
)

// A context costs a tab and two renderers, which is more than most scenarios. It can be used
// again where nothing of what was done in it is left: the tab goes to a blank page of the
// host's origin, which shows blank frames of all origins that had a page there, so that what
// they keep in the host's partition is taken away where it is; cookies, caches, permissions
// and the history are taken away by the browser. What cannot be taken away makes the context
// one that is closed: see [Context.Kept].

// vacateLimit bounds the clearing of a context.
const vacateLimit = 5 * time.Second

// mostOrigins is of how many origins what they keep is taken away.
const mostOrigins = 5

//go:embed vacate.js
var vacateJS string

// lasting are the headers of answers that a browser keeps beyond what can be cleared, or that
// change how it arranges processes and windows.
var lasting = []string{
	"Strict-Transport-Security", "Accept-Ch", "Critical-Ch", "Use-As-Dictionary", "Nel", "Report-To", "Reporting-Endpoints",
	"Www-Authenticate", "Origin-Agent-Cluster", "Cross-Origin-Opener-Policy", "Cross-Origin-Embedder-Policy", "Speculation-Rules",
}

// Of reports whether the context is this browser's.
func (c *Context) Of(b *Browser) bool { return c.browser == b }

// Kept says what of a context cannot be taken away, so that it is none to be used again;
// empty: all can.
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
	if n := len(c.origins()); n > mostOrigins {
		return fmt.Sprintf("%d origins had pages", n)
	}
	return ""
}

// origins are those of the documents that the context had, the host's first. The lock is
// held.
func (c *Context) origins() []string {
	var own, others []string
	for _, x := range c.exchanges {
		u, err := timeline.ParseURL(x.URL)
		if err != nil || x.Type != string(network.ResourceTypeDocument) || x.Status == 0 || u.Scheme != "http" && u.Scheme != "https" {
			continue
		}
		list := &others
		if x.HostPage {
			list = &own
		}
		if origin := u.Scheme + "://" + u.Host; !slices.Contains(*list, origin) {
			*list = append(*list, origin)
		}
	}
	return append(own, slices.DeleteFunc(others, func(o string) bool { return slices.Contains(own, o) })...)
}

// Vacate ends the context's page and takes away all that it has left. When it returns an
// error, the context can only be closed.
func (c *Context) Vacate(ctx context.Context) error {
	if kept := c.Kept(); kept != "" {
		return errors.New(kept)
	}
	ctx, cancel := bound(ctx, vacateLimit, "the page to be gone")
	defer cancel()
	c.mu.Lock()
	origins := c.origins()
	c.life = life{}
	c.blank = "/" + random()
	c.mu.Unlock()
	if len(origins) == 0 {
		return errors.New("it had no page")
	}
	if err := c.printing(ctx); err != nil {
		return err
	}
	if err := c.Goto(ctx, origins[0]+c.blank); err != nil {
		return err
	}
	root := c.browser.conn.root()
	cleared := []func(context.Context) error{
		awaited(begin(root, storage.ClearCookies, storage.ClearCookiesParams{BrowserContextID: c.id})),
		awaited(begin(root, cdpbrowser.ResetPermissions, cdpbrowser.ResetPermissionsParams{BrowserContextID: c.id})),
		awaited(begin(c.page.session, network.ClearBrowserCache, cdp.Empty{})),
		c.dropMemoryCache(c.page),
	}
	if err := c.EvalHost(ctx, c.vacating(origins[1:]), nil); err != nil {
		return err
	}
	cleared = append(cleared, awaited(begin(c.page.session, page.ResetNavigationHistory, cdp.Empty{})))
	for _, done := range cleared {
		if err := done(ctx); err != nil {
			return err
		}
	}
	return c.Await(ctx, vacateLimit, "its frames and workers to be gone", func() (bool, string) {
		c.mu.Lock()
		defer c.mu.Unlock()
		return len(c.frames) == 1, fmt.Sprintf("%d are there", len(c.frames)-1)
	})
}

// dropMemoryCache has a renderer forget the parts of pages that it keeps.
func (c *Context) dropMemoryCache(f *frame) func(context.Context) error {
	yes, no := network.SetCacheDisabledParams{CacheDisabled: true}, network.SetCacheDisabledParams{}
	off := awaited(begin(f.session, network.SetCacheDisabled, yes))
	on := awaited(begin(f.session, network.SetCacheDisabled, no))
	return func(ctx context.Context) error { return errors.Join(off(ctx), on(ctx)) }
}

// vacating is the script that the blank page of the host runs.
func (c *Context) vacating(origins []string) string {
	list, _ := json.Marshal(origins) // strings: never fails
	return fmt.Sprintf(`(async () => {
	const shown = await (%s)(%q);
	for (const origin of %s) await shown(origin);
})()`, function(vacateJS), c.blank, list)
}

// vacated is the blank page; a frame of it clears what is its own, and says so.
func (c *Context) vacated() *Served {
	return &Served{ContentType: "text/html", Header: http.Header{}, Body: fmt.Appendf(nil, `<!doctype html><script>
if (parent !== self) (%s)(%q).then(() => parent.postMessage('clear', '*'), e => parent.postMessage(String(e), '*'));
</script>`, function(vacateJS), c.blank)}
}

// function is a script's one function, without the comment before it.
func function(text string) string { return strings.TrimSpace(withoutComment(text)) }

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

// disownFrames forgets what frames a context had: what they still send is nobody's.
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
