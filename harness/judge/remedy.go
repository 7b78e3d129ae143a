package judge

import (
	"net/http"
	"strings"

	"github.com/standin-dev/standin/harness/timeline"
)

// What to change depends on what sent the request: a page that a frame loads has no
// header that a script could set, and neither have a socket or a picture.
const (
	remedyDocument = "A page that the frame loads carries no header of yours. Serve it without a token as a static shell whose calls authenticate, or put a fresh token of AP.context.getToken() into its address or form when the person follows it; ?jwt= on an address of your own is checked as a context token."
	remedyWindow   = "A window of its own has no AP and none of the frame's storage. Ask AP.context.getToken() when the person clicks, and open the address with that token or with a one-time ticket of the back end's; or make the address public if anybody may see it."
	remedySocket   = "A WebSocket has no header that a page could set. Ask AP.context.getToken() each time it connects, and send the token in the address, as a protocol, or in the first message."
	remedyStream   = "EventSource sets no header. Ask AP.context.getToken() each time it connects and put the token into the address, close it before the token's exp, and connect again with a new one."
	remedyBeacon   = "A beacon sets no header, and a page that closes cannot wait for a token. Save earlier, with a token, or use fetch with keepalive and a token that is at hand and unexpired."
	remedyPart     = "A picture, font or script sets no header. Fetch it with a token and show it as a blob, or give it an address with a short-lived ticket of the back end's."
)

// remedyFor is a rule's remedy as it fits what sent a request; empty: it fits as it
// stands. What asks for a token to be put into a header is for calls alone.
func (c *court) remedyFor(rule *Rule, x *timeline.Exchange) string {
	fitting := c.remedyWithout(x)
	if fitting == "" || !strings.Contains(rule.Remedy, askEachTime) {
		return ""
	}
	return strings.Replace(rule.Remedy, askEachTime, fitting, 1)
}

// remedyWithout is what to change for a request without a token, by what sent it; empty:
// the rule's own words fit.
func (c *court) remedyWithout(x *timeline.Exchange) string {
	switch x.Type {
	case "Document":
		if c.in.Popups[x.Frame] {
			return remedyWindow
		}
		return remedyDocument
	case "WebSocket":
		return remedySocket
	case "EventSource":
		return remedyStream
	case "Ping":
		return remedyBeacon
	case "XHR", "Fetch":
		return ""
	}
	if x.Method == http.MethodGet {
		return remedyPart
	}
	return ""
}
