package browser

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
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
// in two looks, each of which lets the pages run all that is due; in three, where pages
// have spoken to each other meanwhile. A request that
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
	var seen view
	for first := true; seen.calm < calmLooks; first = false {
		if err := c.gone(); err != nil {
			return err
		}
		_, changed := c.state()
		last.InFlight = c.inFlight()
		if len(last.InFlight) > 0 {
			if c.awaitChange(waiting, changed) != nil {
				return c.unsettled(ctx, last, limit)
			}
			seen.calm = 0
			continue
		}
		now, err := c.lookUnlessStalled(waiting, soon, first, &last)
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
		now.activity, _ = c.state()
		seen = now.after(seen, soon < 0)
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

// calmLooks is how many looks in a row must have found all calm.
const calmLooks = 3

// view is what a look found.
type view struct {
	calm     int // 0: it was not; else how many in a row were
	activity int // what had happened by then
	stirs    int // of all pages
	heard    int // of all pages
}

// after is the view with what the look before it found. Where no page has heard of another
// since, the second look is as good as the third: a message would have been quicker than
// the look.
func (v view) after(before view, running bool) view {
	same := v.activity == before.activity && (!running || v.stirs == before.stirs)
	switch {
	case v.calm == 0 || before.calm == 0:
	case same && v.heard == before.heard:
		v.calm = calmLooks
	case same:
		v.calm = before.calm + 1
	}
	return v
}

// pageState is what a document or worker tells when it has let run what is due.
type pageState struct {
	Loading bool    // it is not all there, or on its way elsewhere
	Soon    float64 // ms until the last short timer fires, below 0 if there is none
	Stirs   int     // how often it has asked something of somebody, or heard of it
	Heard   int     // how often it has heard of another page
}

// hostPage is what the host's page tells of itself.
type hostPage struct {
	Loading         bool
	Pending, Unsaid int
	Heard           int
}

// look lets every document and worker run what is due, all at once, and tells whether all
// was calm.
func (c *Context) look(ctx context.Context, soon int, first bool, last *Unsettled) (view, error) {
	timers, loading := false, false
	var now view
	var host hostPage
	var mu sync.Mutex
	var looks sync.WaitGroup
	var failed error
	fails := func(err error) {
		mu.Lock()
		defer mu.Unlock()
		failed = errors.Join(failed, err)
	}
	settle := c.clockCall("settle", soon, first)
	one := func(eval func(out any) error) {
		looks.Go(func() {
			var s *pageState // nil where there is no clock
			if err := eval(&s); err != nil || s == nil {
				fails(err)
				return
			}
			mu.Lock()
			defer mu.Unlock()
			timers, loading = timers || s.Soon >= 0, loading || s.Loading
			now.stirs, now.heard = now.stirs+s.Stirs, now.heard+s.Heard
		})
	}
	for _, f := range c.documents() {
		if !f.isTab {
			one(func(out any) error { return f.eval(ctx, settle, "", out) })
		}
	}
	for _, f := range c.workers() {
		one(func(out any) error { return f.evalWorker(ctx, settle, out) })
	}
	looks.Go(func() { fails(c.EvalHost(ctx, c.hostState(), &host)) })
	if looks.Wait(); failed != nil {
		return now, failed
	}
	// What was seen is that of the last look that came to its end.
	last.Timers, last.Loading = timers, loading
	last.HostLoading, last.Host, last.unsaid = host.Loading, host.Pending, host.Unsaid > 0
	now.heard += host.Heard
	if !timers && !loading && !host.Loading && host.Pending == 0 {
		now.calm = 1
	}
	return now, nil
}

// hostState is a script that lets the host's page run what is due, which may show
// another frame, and then tells how it is.
func (c *Context) hostState() string {
	return fmt.Sprintf(`(async () => {
	const Loading = !!(await (%s));
	const Heard = (%s) || 0;
	const host = globalThis.standinHost;
	return host ? { Loading, Heard, Pending: host.pending(), Unsaid: host.unsaid() } : { Loading, Heard };
})()`, c.clockCall("rest"), c.clockCall("heard"))
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
