package browser

import (
	"slices"
	"strings"
	"time"

	"github.com/chromedp/cdproto/network"

	"github.com/standin-dev/standin/fakehost/clock"
	"github.com/standin-dev/standin/harness/timeline"
)

// wire is the book-keeping of a context's requests: it joins what the tap sees to
// what the sessions' Network domains tell. The two come in any order, for one is
// the browser's process and the other the page's. The context's lock guards it.
type wire struct {
	byFetch   map[string]*timeline.Exchange   // by the tap's request id
	byNetwork map[string]*timeline.Exchange   // the latest hop of a network id
	told      map[*timeline.Exchange]*news    // what the Network domain told of it
	early     map[string]*news                // what it told before the tap saw the request
	progress  map[*timeline.Exchange]progress // of its answer
	sockets   map[string]*timeline.Exchange   // by network id
	keys      map[string]*timeline.Exchange   // the same, by Sec-WebSocket-Key
	documents map[string]string               // the address of each frame's document
	visited   map[string]string               // the same, as its scripts told it last
	leaving   map[string]bool                 // frames that told of a navigation to another document
	// navigations are those that a service worker may answer, by their address, and
	// preloaded the navigation preloads of which the navigation is not told yet.
	navigations map[string]*news
	preloaded   map[string]*timeline.Exchange
	parents     map[string]string           // the frame that a frame or a worker belongs to
	extensions  map[string]string           // of frames, their extension_id
	gone        map[string]bool             // frames that a page threw away
	guessed     map[*timeline.Exchange]bool // requests whose cookies are the jar's, for nobody told them
	open        []*timeline.Exchange        // those that have not ended, and some that have
	sent        map[string]int              // how often each request was sent since Settle began
	polls       map[*timeline.Exchange]bool // requests that Settle does not wait for
	polled      map[string]bool             // what polls ask for
	givenUp     map[string]bool             // what has no answer while time runs
	unread      map[string]bool             // what has answers that stand still
	stoppedFor  map[*timeline.Exchange]bool // documents whose loading standin stopped
	crumbs      map[*timeline.Exchange]*crumbs
	hops        map[*timeline.Exchange]*timeline.Exchange // what each hop was redirected by
}

// news is what the Network domain tells of one request.
type news struct {
	session         *session  // whose page or worker sent it
	since           time.Time // by the machine's clock
	method, url     string
	frame, loader   string // the document that sent it; no loader: a worker
	kind            string // its resource type, finer than the tap's
	initiator       string
	cookies         bool // it was told what cookies went along
	cookie, referer string
	blocked         []timeline.BlockedCookie // what did not go along
	cached          bool                     // a cache of the browser's answers
	ended           bool
	failure         string
}

func newWire() wire {
	return wire{
		byFetch:     map[string]*timeline.Exchange{},
		byNetwork:   map[string]*timeline.Exchange{},
		told:        map[*timeline.Exchange]*news{},
		stoppedFor:  map[*timeline.Exchange]bool{},
		crumbs:      map[*timeline.Exchange]*crumbs{},
		hops:        map[*timeline.Exchange]*timeline.Exchange{},
		early:       map[string]*news{},
		progress:    map[*timeline.Exchange]progress{},
		sockets:     map[string]*timeline.Exchange{},
		keys:        map[string]*timeline.Exchange{},
		documents:   map[string]string{},
		visited:     map[string]string{},
		leaving:     map[string]bool{},
		navigations: map[string]*news{},
		preloaded:   map[string]*timeline.Exchange{},
		gone:        map[string]bool{},
		parents:     map[string]string{},
		extensions:  map[string]string{},
		guessed:     map[*timeline.Exchange]bool{},
		sent:        map[string]int{},
		polls:       map[*timeline.Exchange]bool{},
		polled:      map[string]bool{},
		givenUp:     map[string]bool{},
		unread:      map[string]bool{},
	}
}

// began notes a request that the tap holds.
func (w *wire) began(x *timeline.Exchange, fetchID, networkID, redirectOf string) {
	if before := w.byFetch[redirectOf]; redirectOf != "" && before != nil {
		x.RedirectOf, w.hops[x] = before.ID, before
		before.Ended = true
	}
	w.byFetch[fetchID] = x
	if networkID == "" {
		return
	}
	if before := w.byNetwork[networkID]; before != nil && x.RedirectOf == 0 {
		x.RedirectOf, w.hops[x] = before.ID, before
	}
	w.byNetwork[networkID] = x
	delete(w.navigations, x.URL)
	if n := w.early[networkID]; n != nil {
		delete(w.early, networkID)
		w.told[x] = n
		w.apply(x, n)
	}
}

// repeats is how often the very same request counts as one that a page makes
// once; what comes more often while Settle waits is a poll.
const repeats = 3

// pending are the exchanges that have not ended. What has ended is not looked at
// again, so that a run with many requests does not get slower.
func (w *wire) pending() []*timeline.Exchange {
	w.open = slices.DeleteFunc(w.open, func(x *timeline.Exchange) bool { return x.Ended })
	return w.open
}

// asked names what a request asks for, whatever its parameters.
func asked(x *timeline.Exchange) string {
	address, _, _ := strings.Cut(x.URL, "?")
	return x.Method + " " + address
}

// count tells polls from requests that a page makes once.
func (w *wire) count(x *timeline.Exchange) {
	w.open = append(w.open, x)
	what := x.Method + " " + x.URL
	key := what + " " + string(x.Body)
	if w.sent[key]++; w.sent[key] > repeats {
		w.polls[x], w.polled[what] = true, true
	}
}

// tell takes news of a request, whether the tap saw it already or not. A request
// that a page gives up at once ends before it begins.
func (w *wire) tell(networkID string, change func(*news)) {
	x := w.byNetwork[networkID]
	if n := w.early[networkID]; n != nil || x == nil {
		if n == nil {
			n = &news{}
			w.early[networkID] = n
		}
		change(n)
		return
	}
	n := w.told[x]
	if n == nil {
		n = &news{}
		w.told[x] = n
	}
	change(n)
	w.apply(x, n)
}

// redirected says that news from now on is of the next hop, which the tap may
// have seen already.
func (w *wire) redirected(networkID string) {
	x := w.byNetwork[networkID]
	if x != nil && isRedirect(x) {
		w.early[networkID] = &news{}
	}
}

// gaveUp says that the hop which the last redirect led to was never sent, so that
// its failure is that of the redirect.
func (w *wire) gaveUp(networkID, failure string) {
	if x := w.byNetwork[networkID]; x != nil && isRedirect(x) {
		x.Ended, x.Failure = true, failure
	}
}

func (w *wire) apply(x *timeline.Exchange, n *news) {
	if n.initiator != "" {
		x.Initiator = n.initiator
	}
	if n.kind != "" {
		x.Type = n.kind
	}
	if n.cookies && (w.guessed[x] || n.cookie != "" && x.Header.Get("Cookie") == "") {
		delete(w.guessed, x)
		x.Header = x.Header.Clone()
		x.Header.Del("Cookie")
		if n.cookie != "" {
			x.Header.Set("Cookie", n.cookie)
		}
	}
	if len(n.blocked) > 0 {
		w.crumbsOf(x).unsent = n.blocked
		w.crumble(x)
	}
	x.FromCache = x.FromCache || n.cached
	if n.ended {
		w.end(x, n.failure)
	}
}

// tired is the failure of a document that standin stopped the loading of.
const tired = "standin stopped waiting for it"

// end notes that nothing more will come of a request, and why; "": all came.
func (w *wire) end(x *timeline.Exchange, failure string) {
	x.Ended = true
	if failure == "" {
		delete(w.unread, asked(x))
	}
	if w.stoppedFor[x] && failure != "" {
		failure = tired
	}
	// An answer that came and was not shown, as X-Frame-Options has it, is none.
	if failure != "" && x.Failure == "" && (x.Status == 0 || strings.HasPrefix(failure, blocked)) {
		x.Failure = failure
	}
}

// blocked begins the failure of a request, or an answer, that the browser itself
// would not let through.
const blocked = "blocked by the browser"

// coming are the requests that a page has sent and the tap has not seen yet. The
// page tells of them at once, the tap when the browser's process comes to them.
func (w *wire) coming() []timeline.Exchange {
	var out []timeline.Exchange
	for _, n := range w.early {
		if n.session == nil || n.ended || w.polled[n.method+" "+n.url] || clock.System().Sub(n.since) > overdue {
			continue
		}
		out = append(out, timeline.Exchange{Method: n.method, URL: n.url, Frame: n.frame})
	}
	return out
}

// leftBehind is the failure of a request whose page went away first. An answer may
// come all the same: a beacon outlives its page.
const leftBehind = "the page that sent it was left"

// left ends what the frame's earlier documents sent: once a document is gone,
// nobody tells how its requests end. What began after the new one is not its.
func (w *wire) left(frame, loader string) {
	for _, n := range w.early {
		if n.frame == frame && n.loader != "" && n.loader != loader {
			n.ended, n.failure = true, leftBehind
		}
	}
	document := w.byNetwork[loader]
	if document != nil {
		w.moved(document, func(p *progress) { p.shown = true })
	}
	for _, x := range w.pending() {
		n := w.told[x]
		if x.Ended || x.Frame != frame || n == nil || n.loader == "" || n.loader == loader {
			continue
		}
		if document == nil || x.ID < document.ID || n.kind != string(network.ResourceTypeDocument) {
			w.end(x, leftBehind)
		}
	}
}

// silenced ends what a session can tell no more of. A frame that moves to another
// process takes its new document along; those within it go.
func (w *wire) silenced(s *session, target string) {
	moves := func(n *news, frame string) bool {
		return n.kind == string(network.ResourceTypeDocument) && frame == target
	}
	for _, n := range w.early {
		if n.session == s && !moves(n, n.frame) {
			n.ended, n.failure = true, leftBehind
		}
	}
	for _, x := range w.pending() {
		if n := w.told[x]; !x.Ended && n != nil && n.session == s && !moves(n, x.Frame) {
			w.end(x, leftBehind)
		}
	}
}

// removed ends what a frame was waiting for when the page threw it away.
func (w *wire) removed(frame string) {
	delete(w.documents, frame)
	w.gone[frame] = true
	for _, x := range w.pending() {
		if !x.Ended && x.Frame == frame {
			w.end(x, leftBehind)
		}
	}
}
