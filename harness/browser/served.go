package browser

import (
	"cmp"
	"maps"
	"net/http"
	"slices"

	"github.com/chromedp/cdproto/fetch"

	"github.com/standin-dev/standin/harness/timeline"
)

// headers let any page read the answer, as those of the CDN do, and keep caches
// from holding it. An answer from outside has its own.
func (s *Served) headers() []*fetch.HeaderEntry {
	if s.Theirs {
		return headerEntries(s.Header)
	}
	out := []*fetch.HeaderEntry{
		{Name: "Content-Type", Value: s.ContentType},
		{Name: "Access-Control-Allow-Origin", Value: cmp.Or(s.Origin, "*")},
		{Name: "Cache-Control", Value: "no-store"},
	}
	if s.Origin != "" {
		out = append(out, &fetch.HeaderEntry{Name: "Access-Control-Allow-Credentials", Value: "true"})
	}
	return append(out, headerEntries(s.Header)...)
}

func headerEntries(h http.Header) []*fetch.HeaderEntry {
	var out []*fetch.HeaderEntry
	for _, name := range slices.Sorted(maps.Keys(h)) {
		for _, value := range h[name] {
			out = append(out, &fetch.HeaderEntry{Name: name, Value: value})
		}
	}
	return out
}

func (s *Served) status() int { return cmp.Or(s.Status, http.StatusOK) }

// fulfil answers in the server's stead. What is answered here never pauses at its
// answer.
func fulfil(s *session, id fetch.RequestID, served *Served) {
	send(s, fetch.FulfillRequest, fetch.FulfillRequestParams{
		RequestID: id, ResponseCode: int64(served.status()), Body: served.Body, ResponseHeaders: served.headers(),
	})
}

// served notes the answer that standin gives itself. Its end is told as that of
// any other.
func (c *Context) served(x *timeline.Exchange, served *Served) {
	c.mu.Lock()
	defer c.mu.Unlock()
	x.Answered, x.Status = c.opts.Clock.Now(), served.status()
	x.Answer = http.Header{}
	for _, h := range served.headers() {
		x.Answer.Set(h.Name, h.Value)
	}
	c.wire.answered(x, true)
	c.touch()
}

// stage notes an answer that standin gave in the app's back end's stead.
func (c *Context) stage(x *timeline.Exchange, served *Served) {
	c.mu.Lock()
	x.Staged = true
	c.mu.Unlock()
	c.served(x, served)
}
