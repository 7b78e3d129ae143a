package harness

import (
	"slices"
	"strings"

	"github.com/standin-dev/standin/fakehost/token"
	"github.com/standin-dev/standin/harness/timeline"
)

// lateTokens are the tokens of a request that no hook sees before they leave: those in
// cookies, which the relay translates, and those in a WebSocket's messages, which nobody
// does.
func lateTokens(x *timeline.Exchange) []string {
	found := token.Find(x.Header.Get("Cookie"))
	for _, m := range x.Frames {
		if m.Sent {
			found = append(found, token.Find(string(m.Data))...)
		}
	}
	return found
}

// noteUntranslated notes, once a run, which tokens reached the back end as the page had
// them, in virtual time. They are judged like the others; what the back end makes of
// their times is another matter.
func (r *run) noteUntranslated(x *timeline.Exchange) {
	cookies := len(token.Find(x.Header.Get("Cookie"))) > 0
	if cookies {
		r.comesBack.Store(true)
	}
	encrypted := strings.HasPrefix(x.URL, "https:") || strings.HasPrefix(x.URL, "wss:")
	note := func(what string) {
		text := "not translated: " + what + "; the back end sees them in the time of the pages, not in its own"
		if !slices.Contains(r.report.Notes, text) {
			r.report.Notes = append(r.report.Notes, text)
		}
	}
	switch {
	case cookies && encrypted:
		note("tokens in cookies of " + originOf(x.URL) + ", for the connection is encrypted")
	case strings.HasPrefix(x.URL, "wss:") && len(token.Find(x.URL+" "+x.Header.Get("Sec-Websocket-Protocol"))) > 0:
		note("tokens in the handshake of WebSockets to " + originOf(x.URL) + ", for the connection is encrypted")
	}
	if slices.ContainsFunc(x.Frames, func(m timeline.Frame) bool { return m.Sent && len(token.Find(string(m.Data))) > 0 }) {
		note("tokens in messages of WebSockets to " + originOf(x.URL))
	}
}

// originOf is scheme and host of an address.
func originOf(raw string) string {
	u, err := timeline.ParseURL(raw)
	if err != nil {
		return raw
	}
	return u.Scheme + "://" + u.Host
}
