package judge

import (
	"net/http"
	"slices"
	"time"

	"github.com/standin-dev/standin/fakehost/token"
	"github.com/standin-dev/standin/harness/timeline"
)

// proof tells whether a message of a WebSocket proves who asks: one that the page sent,
// with a token in it.
func proof(m *timeline.Frame) bool {
	return m.Sent && m.Text && len(token.Find(string(m.Data))) > 0
}

// Proofs counts the messages of a WebSocket after an instant that prove who asks.
func Proofs(x *timeline.Exchange, after time.Time) int {
	n := 0
	for i := range x.Frames {
		if m := &x.Frames[i]; proof(m) && m.At.After(after) {
			n++
		}
	}
	return n
}

// messages hears what a page proved itself with over a WebSocket, each message at its
// own instant: a socket may be open for hours.
func (c *court) messages(x *timeline.Exchange) {
	for i := range x.Frames {
		if m := &x.Frames[i]; proof(m) {
			c.message(x, m)
		}
	}
}

// message hears one of them, as a request of its own.
func (c *court) message(x *timeline.Exchange, m *timeline.Frame) {
	said := *x
	said.At, said.Method, said.Header, said.Frames = m.At, "A message to", http.Header{}, []timeline.Frame{*m}
	f := &finder{exchange: &said}
	f.messages()
	before := len(c.findings)
	if len(f.found) < 2 || !c.shadowed(&said, f.found, Protected) {
		c.token(&said, f.found[0], Protected)
	}
	for i := before; i < len(c.findings); i++ {
		c.findings[i].At = m.At
	}
}

// withoutMessages are the carriers of a handshake itself.
func withoutMessages(list []Carrier) []Carrier {
	return slices.DeleteFunc(list, func(k Carrier) bool { return k.Spec.Place == "message" })
}

// mayProveLater tells whether a WebSocket without a token may be one that had no
// occasion to prove itself: it was never open; it is of those that do it by a message, and
// may have closed too soon; or nothing was said on it while the host gave no token.
func (c *court) mayProveLater(x *timeline.Exchange) bool {
	if x.Type != "WebSocket" {
		return false
	}
	said := slices.ContainsFunc(x.Frames, func(m timeline.Frame) bool { return m.Sent })
	return x.Status == 0 || x.Status == http.StatusSwitchingProtocols && (c.index.proves[address(x)] || !said && c.withheld(x.At))
}
