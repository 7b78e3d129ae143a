package browser

import (
	"strconv"
	"time"

	"github.com/chromedp/cdproto/network"

	"github.com/standin-dev/standin/fakehost/clock"
	"github.com/standin-dev/standin/harness/timeline"
)

const (
	// streaming is how long an answer may go on after its headers before it is
	// taken for a stream, which never ends and is nothing to wait for.
	streaming = 400 * time.Millisecond
	// unread is how long an answer whose length is known may stand still before it
	// is taken for one that the page does not read to its end.
	unread = 200 * time.Millisecond
	// stalled is how long an answer may stand still when it cannot be that the page
	// does not read it: its server is slow, or the machine.
	stalled = 5 * time.Second
)

// progress is how far an answer has come.
type progress struct {
	moved   time.Time // when it last came on, by the machine's clock
	reading bool      // the tap reads it before the page does
	handed  bool      // the page has its headers
	bytes   int64     // of its body that came
	shown   bool      // it is the document of its frame
}

// moved notes that an answer has come on.
func (w *wire) moved(x *timeline.Exchange, change func(*progress)) {
	p := w.progress[x]
	p.moved = clock.System()
	change(&p)
	w.progress[x] = p
}

// answered notes that the headers are there.
func (w *wire) answered(x *timeline.Exchange, hasNetwork bool) {
	w.moved(x, func(*progress) {})
	// A redirect is complete with its headers, and so is what has no body, what the
	// Network domain will not tell of, and a stream, which is nothing to wait for.
	if isRedirect(x) || isEmpty(x) || !hasNetwork || isStream(x) {
		x.Ended = true
	}
}

// handed notes that the page has the headers.
func (w *wire) handed(networkID string) {
	if x := w.byNetwork[networkID]; x != nil {
		w.moved(x, func(p *progress) { p.handed = true })
	}
}

// more notes that a part of an answer came whose length is known. One of unknown
// length may be a stream that never ends.
func (w *wire) more(networkID string, bytes int64) {
	if x := w.byNetwork[networkID]; x != nil && length(x) > 0 {
		w.moved(x, func(p *progress) { p.bytes += bytes })
	}
}

// stopped ends the document of a frame that has stopped to load: it is there, or the
// page called window.stop, of which nobody tells as the document's end.
func (w *wire) stopped(frame string) {
	for _, x := range w.pending() {
		if x.Frame == frame && w.progress[x].shown {
			w.end(x, "")
		}
	}
}

// length is that of an answer's body, as its headers tell it; 0: they do not.
func length(x *timeline.Exchange) int64 {
	n, _ := strconv.ParseInt(x.Answer.Get("Content-Length"), 10, 64)
	return n
}

// idle tells whether an answer has not moved for so long that there is no use in
// waiting for its end: it is a stream, or the page does not read it, in which case
// the browser tells of no end. That is learned once, for a page asks for the same again
// and again, and holds until it has read one to its end.
func (w *wire) idle(x *timeline.Exchange) bool {
	if x.Status == 0 || w.progress[x].reading {
		return false
	}
	stood, bound := clock.System().Sub(w.progress[x].moved), w.patience(x)
	if bound <= streaming && stood > bound {
		w.unread[asked(x)] = true
	}
	return stood > bound || bound <= streaming && w.unread[asked(x)]
}

// patience is how long an answer may stand still.
func (w *wire) patience(x *timeline.Exchange) time.Duration {
	p, known := w.progress[x], length(x)
	switch {
	case w.readByBrowser(x), 0 < p.bytes && p.bytes < known:
		return stalled
	case !p.handed && w.told[x] != nil:
		return overdue
	case known > 0:
		return unread
	default:
		return streaming
	}
}

// readByBrowser tells what the browser reads to its end, whatever the page does.
// What comes by XMLHttpRequest with no length may be a stream.
func (w *wire) readByBrowser(x *timeline.Exchange) bool {
	switch network.ResourceType(x.Type) {
	case network.ResourceTypeDocument, network.ResourceTypeScript, network.ResourceTypeStylesheet:
		return true
	case network.ResourceTypeXHR:
		n := w.told[x] // the tap calls fetch XHR, too
		return length(x) > 0 && n != nil && network.ResourceType(n.kind) == network.ResourceTypeXHR
	}
	return false
}
