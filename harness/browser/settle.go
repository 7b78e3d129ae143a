package browser

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/standin-dev/standin/harness/timeline"
)

const (
	// debounce is how far ahead a one-shot timer of the page counts as work that
	// was put off for a moment.
	debounce = 500
	// overdue is how long the tap may take to see a request that a page has sent.
	// One that a cache of the page's answers never reaches it. As long may the page take
	// to get the headers of an answer that the tap has seen.
	overdue = 2 * time.Second
)

// Unsettled is the error of Settle when its bound passes: what was still going
// on. The scenario may go on all the same; that request hangs.
type Unsettled struct {
	Bound    time.Duration
	InFlight []timeline.Exchange
	Host     int  // bridge calls that the host has not answered
	Timers   bool // the page keeps setting short timers
	// Loading and HostLoading: a page of the app, or the host's, is not all there, or is
	// on its way elsewhere.
	Loading, HostLoading bool

	unsaid bool // the host has not heard yet of all that its page's bridge saw
	stirs  int  // of all pages
}

func (u *Unsettled) Error() string {
	var parts []string
	for _, x := range u.InFlight {
		parts = append(parts, fmt.Sprintf("%s %s has no answer", x.Method, x.URL))
	}
	if u.Host > 0 {
		parts = append(parts, fmt.Sprintf("%d AP call(s) have no answer", u.Host))
	}
	if u.HostLoading {
		parts = append(parts, "the host's page still loads")
	}
	if u.Loading {
		parts = append(parts, "the app's page still loads")
	}
	if u.Timers {
		parts = append(parts, "its timers never end")
	}
	if len(parts) == 0 {
		parts = append(parts, "its document does not answer")
	}
	return fmt.Sprintf("waited %s for the page to be quiet; last seen: %s", u.Bound, strings.Join(parts, "; "))
}

// Settle waits until nothing is going on any more: no request without its
// answer, no AP call without its, no short timer about to fire, and nothing new
// in two looks, each of which lets the pages run all that is due. A request that
// the page sends again and again is a poll, which never ends. A document that had no
// answer for half of the bound when it passes, or that Neglect tells of, is not loaded
// any further.
func (c *Context) Settle(ctx context.Context, limit time.Duration) error {
	return c.settle(ctx, limit, debounce)
}

// settle is Settle, which waits for timers that are due within so many milliseconds;
// below 0, for none: time runs, and each of them has its turn.
func (c *Context) settle(ctx context.Context, limit time.Duration, soon int) error {
	waiting, cancel := bound(ctx, limit, "the page to be quiet")
	defer cancel()
	var last Unsettled
	c.expectRepeats()
	quiet, seen := 0, -1
	for first := true; quiet < 2; first = false {
		if err := c.gone(); err != nil {
			return err
		}
		_, changed := c.state()
		last.InFlight = c.inFlight()
		if len(last.InFlight) > 0 {
			if c.awaitChange(waiting, changed) != nil {
				return c.unsettled(ctx, last, limit)
			}
			quiet = 0
			continue
		}
		calm, err := c.lookUnlessStalled(waiting, soon, first, &last)
		if gone := c.gone(); gone != nil {
			return gone
		}
		if waiting.Err() != nil {
			return c.unsettled(ctx, last, limit)
		}
		var busy *BusyError // which may come to an end after all
		if err != nil && !errors.Is(err, errMoved) && !errors.Is(err, ErrNoFrame) && !errors.As(err, &busy) {
			return err
		}
		now, _ := c.state()
		if calm && now == seen {
			quiet++
		} else {
			quiet = 0
		}
		seen = now
	}
	if !last.unsaid {
		return nil
	}
	err := c.FlushJournal(waiting)
	if err != nil && waiting.Err() != nil {
		return c.unsettled(ctx, last, limit)
	}
	return err
}

// FlushJournal waits until the host has all that its page's bridge saw.
func (c *Context) FlushJournal(ctx context.Context) error {
	err := c.EvalHost(ctx, `globalThis.standinHost ? standinHost.flush() : 0`, nil)
	if gone := c.gone(); gone != nil {
		return gone
	}
	if errors.Is(err, errMoved) {
		return nil // and what it had, it sent as it went
	}
	return err
}

// pageState is what a document or worker tells when it has let run what is due.
type pageState struct {
	Loading bool    // it is not all there, or on its way elsewhere
	Soon    float64 // ms until the last short timer fires, below 0 if there is none
	Stirs   int     // how often it has asked something of somebody, or heard of it
}

// look lets every document and worker run what is due, and tells whether all was calm.
func (c *Context) look(ctx context.Context, soon int, first bool, last *Unsettled) (bool, error) {
	timers, loading, stirs := false, false, 0
	settle := c.clockCall("settle", soon, first)
	seen := func(s *pageState) { // nil where there is no clock
		loading = loading || s != nil && s.Loading
		timers = timers || s != nil && s.Soon >= 0
		if s != nil {
			stirs += s.Stirs
		}
	}
	for _, f := range c.documents() {
		if f.isTab {
			continue
		}
		var s *pageState
		if err := f.eval(ctx, settle, "", &s); err != nil {
			return false, err
		}
		seen(s)
	}
	for _, f := range c.workers() {
		var s *pageState
		if err := f.evalWorker(ctx, settle, &s); err != nil {
			return false, err
		}
		seen(s)
	}
	var host struct {
		Loading         bool
		Pending, Unsaid int
	}
	err := c.EvalHost(ctx, c.hostState(), &host)
	if err == nil { // what was seen is that of the last look that came to its end
		last.Timers, last.Loading = timers, loading
		last.HostLoading, last.Host, last.unsaid = host.Loading, host.Pending, host.Unsaid > 0
	}
	stirred := soon < 0 && stirs != last.stirs // an answer is on its way while another comes
	last.stirs = stirs
	return err == nil && !timers && !loading && !stirred && !host.Loading && host.Pending == 0, err
}

// hostState is a script that lets the host's page run what is due, which may show
// another frame, and then tells how it is.
func (c *Context) hostState() string {
	return fmt.Sprintf(`(async () => {
	const Loading = !!(await (%s));
	const host = globalThis.standinHost;
	return host ? { Loading, Pending: host.pending(), Unsaid: host.unsaid() } : { Loading };
})()`, c.clockCall("rest"))
}

func (c *Context) unsettled(ctx context.Context, last Unsettled, limit time.Duration) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	last.Bound, last.InFlight = limit, c.inFlight()
	if err := c.stop(ctx, c.stalled(limit/2)); err != nil {
		return errors.Join(&last, err)
	}
	return &last
}

// gone is not nil when the browser or the page is.
func (c *Context) gone() error {
	if err := c.browser.conn.failure(); err != nil {
		return c.browser.Err()
	}
	if text := c.Crashed(); text != "" {
		return &CrashError{Text: text}
	}
	return nil
}

// CrashError says that a renderer died.
type CrashError struct{ Text string }

func (e *CrashError) Error() string { return e.Text }

// inFlight are the requests that still matter: sent and unanswered, or with an
// answer whose body is on its way.
func (c *Context) inFlight() []timeline.Exchange {
	c.mu.Lock()
	defer c.mu.Unlock()
	out := slices.DeleteFunc(c.wire.coming(), func(x timeline.Exchange) bool { return c.wire.givenUp[asked(&x)] })
	for _, x := range c.wire.pending() {
		if c.wire.polls[x] || c.wire.givenUp[asked(x)] || x.HostPage && x.Type == "Ping" {
			continue
		}
		if c.wire.idle(x) || c.opts.Neglect != nil && c.opts.Neglect(*x) {
			continue
		}
		out = append(out, *x)
	}
	return out
}

// awaitChange waits until something happens after changed was asked for, or until it is time to look again
// whether an answer is a stream.
func (c *Context) awaitChange(ctx context.Context, changed <-chan struct{}) error {
	again := time.NewTimer(unread / 4) // deadline: whether an answer stands still is a matter of time
	defer again.Stop()
	select {
	case <-changed:
	case <-again.C:
	case <-c.browser.conn.closed:
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	return nil
}

// Await waits until done says that it is so, looking again whenever something
// happened. The error is a *NotSeen when that does not come to be so in time.
func (c *Context) Await(ctx context.Context, limit time.Duration, what string, done func() (bool, string)) error {
	waiting, cancel := bound(ctx, limit, what)
	defer cancel()
	for {
		_, changed := c.state()
		ok, last := done()
		if ok {
			return nil
		}
		if err := c.gone(); err != nil {
			return err
		}
		select {
		case <-changed:
		case <-c.browser.conn.closed:
		case <-waiting.Done():
			if ctx.Err() != nil {
				return context.Cause(ctx)
			}
			return &NotSeen{Limit: limit, What: what, Last: last}
		}
	}
}
