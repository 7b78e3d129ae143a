package browser

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"time"

	cdpbrowser "github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/target"

	"github.com/standin-dev/standin/fakehost/clock"
	"github.com/standin-dev/standin/fakehost/token"
	"github.com/standin-dev/standin/harness/browser/relay"
	"github.com/standin-dev/standin/harness/timeline"
)

// Served is an answer that standin gives in the stead of a server.
type Served struct {
	// Status is 200 when it is zero.
	Status      int
	ContentType string
	Body        []byte
	// Header has further headers; with Theirs, all of them.
	Header http.Header
	Theirs bool
	// Origin is the one origin whose pages may read the answer, with credentials; empty:
	// any may, without.
	Origin string
}

// Outgoing is what a request is changed to on its way out. Zero fields: as it is.
type Outgoing struct {
	URL     string
	Headers map[string]string // replaces these headers' values
	Body    []byte
	// Instead is the answer that the page gets, while the request stays here; nil: the
	// server's own. It does nothing to a WebSocket's handshake.
	Instead *Served
	// Tokens goes to the exchange's Tokens.
	Tokens map[string]token.Translation
}

// ContextOptions are the settings of a Context.
type ContextOptions struct {
	// Clock is the virtual clock that pages follow and exchanges are stamped by.
	Clock *clock.Clock
	// Serve answers a URL itself, as the bridge library's address at the CDN; nil:
	// nothing is.
	Serve func(url string) *Served
	// Named gives the origin at which the app answers on this machine, for a host and port
	// that are a name of it alone, as http://localhost:3000 for jira.example.com:443; empty:
	// they are none. nil: there are no names. Rewriting must have HTTPS come to the relay.
	Named func(target string) string
	// Outside is asked for each request that would leave the machine: what the page gets in
	// the server's stead, or, where that is nil, why it gets nothing. It may wait. nil:
	// nothing leaves.
	Outside func(ctx context.Context, x timeline.Exchange) (*Served, string)
	// Outbound sees each exchange before it leaves and may change what is sent;
	// nil: everything leaves as it is. It must neither wait nor call the context.
	Outbound func(timeline.Exchange) Outgoing
	// Inbound sees each answer before the page does, with its body when that is a
	// small text of known length. One of unknown length it sees once it is whole: it is
	// called again then, with an exchange without the answer's headers. nil: nobody
	// does. It must not call the context.
	Inbound func(x timeline.Exchange, body []byte)
	// Rewriting says what the context's relay translates where no hook reaches; nil:
	// the handshakes of ws: alone, as Outbound has them.
	Rewriting *relay.Rewriting
	// Neglect tells requests that Settle need not wait for, as they are known never
	// to be answered; nil: there are none. It must not call the context.
	Neglect func(timeline.Exchange) bool

	// Thin says what may be passed over of what a page does again and again while time runs;
	// nil: nothing.
	Thin *Thinning

	// Undriven leaves the pages alone, as a person's own browser would: they have no
	// page clock, and Advance moves the virtual clock alone.
	Undriven bool

	// Pageless asks for no browser context at all: what is told to it is on its
	// timeline, and there is no page to drive.
	Pageless bool

	// bare leaves the page clock out, to measure what it costs.
	bare bool
	// patience is answerLimit, for tests; zero: that.
	patience time.Duration
}

// Context is a browser context: cookies, caches and storage of its own, and one
// tab with the host's page. It keeps the timeline of all that happens there.
type Context struct {
	browser *Browser
	id      cdp.BrowserContextID
	opts    ContextOptions
	names   clockNames
	ready   chan error // the tab is set up
	relay   *relay.Relay

	mu        sync.Mutex
	page      *frame
	frames    map[target.ID]*frame
	attached  int             // how many targets there were
	popups    map[string]bool // the ids of windows that the app opened
	life      life
	ahead     time.Duration // of the person's clock
	exchanges []*timeline.Exchange
	lastID    int
	stepped   int // how many exchanges there were as the person last did something
	events    []timeline.Event
	wire      wire
	activity  int
	changed   chan struct{}
	crashed   string
	keeps     string // what was seen that cannot be taken away; empty: nothing
	blank     string // the path of the page to which it was vacated; empty: it was not
	evidence  evidence
}

// NewContext opens a fresh context with one empty tab, unless it is to be pageless.
func (b *Browser) NewContext(ctx context.Context, o ContextOptions) (*Context, error) {
	if o.Clock == nil {
		o.Clock = clock.New(clock.Options{})
	}
	o.bare = o.bare || o.Undriven
	c := &Context{
		browser: b, opts: o,
		names:   clockNames{clock: "_" + random(), binding: "_" + random(), begin: "_" + random()},
		ready:   make(chan error, 1),
		frames:  map[target.ID]*frame{},
		popups:  map[string]bool{},
		wire:    newWire(),
		changed: make(chan struct{}),
	}
	if o.Pageless {
		return c, nil
	}
	var err error
	if c.relay, err = relay.Listen(relay.Options{
		Rewriting: o.Rewriting, Certificate: &b.sites.certificate, Local: loopbackHost, Named: o.Named, Refused: c.refuseSocket, Handshake: c.handshake,
	}); err != nil {
		return nil, fmt.Errorf("open a browser context: %w", err)
	}
	server, bypass := c.relay.Rules("https://" + sitePattern)
	made, err := call(ctx, b.conn.root(), target.CreateBrowserContext, target.CreateBrowserContextParams{
		ProxyServer: server, ProxyBypassList: bypass,
	})
	if err != nil {
		c.relay.Close()
		return nil, fmt.Errorf("open a browser context: %w", err)
	}
	c.id = made.BrowserContextID
	b.mu.Lock()
	b.contexts[c.id] = c
	b.mu.Unlock()
	if err := c.openTab(ctx); err != nil {
		return nil, fmt.Errorf("open a browser context: %w", joinClose(err, c))
	}
	return c, nil
}

func joinClose(err error, c *Context) error {
	if e := c.Close(); e != nil {
		return fmt.Errorf("%w (and %w)", err, e)
	}
	return err
}

func (c *Context) openTab(ctx context.Context) error {
	yes := true
	root := c.browser.conn.root()
	if _, err := call(ctx, root, cdpbrowser.SetDownloadBehavior, cdpbrowser.SetDownloadBehaviorParams{
		Behavior: cdpbrowser.SetDownloadBehaviorBehaviorDeny, BrowserContextID: c.id, EventsEnabled: &yes,
	}); err != nil {
		return err
	}
	if _, err := call(ctx, root, target.CreateTarget, target.CreateTargetParams{URL: "about:blank", BrowserContextID: c.id}); err != nil {
		return err
	}
	select {
	case err := <-c.ready:
		return err
	case <-c.browser.conn.closed:
		return c.browser.Err()
	case <-ctx.Done():
		return fmt.Errorf("the new tab did not come up: %w", context.Cause(ctx))
	}
}

// Close throws the context away, with everything that it stored.
func (c *Context) Close() error {
	if c.opts.Pageless {
		return nil
	}
	b := c.browser
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	_, err := call(ctx, b.conn.root(), target.DisposeBrowserContext, target.DisposeBrowserContextParams{BrowserContextID: c.id})
	b.disown(c)
	c.relay.Close()
	if b.conn.failure() != nil {
		return nil // it went with the browser
	}
	return err
}

// Exchanges returns copies of the exchanges so far, in the order in which they
// reached the tap.
func (c *Context) Exchanges() []timeline.Exchange {
	c.mu.Lock()
	defer c.mu.Unlock()
	out := make([]timeline.Exchange, len(c.exchanges))
	for i, x := range c.exchanges {
		out[i] = *x
		out[i].Header = x.Header.Clone()
		if x.Extension == "" {
			out[i].Extension = c.extensionOf(x.Frame) // the name came after the request
		}
		out[i].Frames = slices.Clone(x.Frames)
	}
	return out
}

// Events returns what else happened so far.
func (c *Context) Events() []timeline.Event {
	c.mu.Lock()
	defer c.mu.Unlock()
	return append([]timeline.Event(nil), c.events...)
}

// Note puts an event on the timeline; without an instant, it happened now.
func (c *Context) Note(e timeline.Event) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if e.At.IsZero() {
		e.At = c.opts.Clock.Now()
	}
	if e.Kind == timeline.Step {
		c.stepped = len(c.exchanges)
	}
	c.events = append(c.events, e)
	c.touch()
}

// touch tells waiters that something happened. The lock is held.
func (c *Context) touch() {
	c.activity++
	c.wake()
}

// wake has waiters look again, though nothing happened that is a sign of work: an answer
// came on. The lock is held.
func (c *Context) wake() {
	close(c.changed)
	c.changed = make(chan struct{})
}

// touchFor tells waiters that something happened to a request. What a poll does is
// no sign of work. The lock is held.
func (c *Context) touchFor(x *timeline.Exchange) {
	c.touch()
	if c.wire.polls[x] {
		c.activity--
	}
}

// expectRepeats begins to tell polls from requests that a page makes once.
func (c *Context) expectRepeats() {
	c.mu.Lock()
	defer c.mu.Unlock()
	clear(c.wire.sent)
}

// state returns the count of things that happened, and a channel that closes
// with the next one.
func (c *Context) state() (int, <-chan struct{}) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.activity, c.changed
}

// Crashed says which renderer died, in a sentence; empty: none did.
func (c *Context) Crashed() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.crashed
}

func random() string {
	var b [8]byte
	_, _ = rand.Read(b[:]) // never fails, by its documentation
	return hex.EncodeToString(b[:])
}
