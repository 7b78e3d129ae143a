package relay

import (
	"strings"

	"github.com/standin-dev/standin/fakehost/token"
)

// Rewriting is what the relay does where the browser's own hooks do not reach: it shows
// no cookies before a request has left, lets nobody change an answer without becoming
// its sender, and tells of a WebSocket's messages only once they are on their way.
type Rewriting struct {
	// Concerns tells the origins for which it is done, as http://localhost:3000; those
	// of WebSockets are the same as of requests. It must neither wait nor call the
	// context.
	Concerns func(origin string) bool
	// Outward gives what is to be sent in the place of a token in a cookie, in a
	// WebSocket's text message, or in a navigation preload.
	Outward func(raw string) string
	// Inward gives what the page is to get in the place of a token that the back end
	// sends: in the headers of an answer, in its body where that is text, in a
	// WebSocket's text message.
	Inward func(raw string) string
	// HTTP and HTTPS have requests of these schemes come to the relay. WebSockets do in
	// any case.
	HTTP, HTTPS bool
}

// swapTokens replaces what is shaped like a token. The text itself comes back when
// nothing was changed.
func swapTokens(text string, by func(string) string) string {
	var pairs []string
	for _, raw := range token.Find(text) {
		if other := by(raw); other != raw {
			pairs = append(pairs, raw, other)
		}
	}
	if pairs == nil {
		return text
	}
	return strings.NewReplacer(pairs...).Replace(text)
}
