package browser

import (
	"strings"

	"github.com/standin-dev/standin/fakehost/token"
)

// Rewriting is what the relay does to plain HTTP, where the browser's own hooks do not
// reach: it shows no cookies before a request has left, and lets nobody change an answer
// without becoming its sender.
type Rewriting struct {
	// Concerns tells the origins for which it is done, as http://localhost:3000. It
	// must neither wait nor call the context.
	Concerns func(origin string) bool
	// Cookie gives what is to be sent in the place of a token in a cookie.
	Cookie func(raw string) string
	// Answer gives what the page is to get in the place of a token in an answer: in
	// its headers, and in its body where that is text.
	Answer func(raw string) string
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
