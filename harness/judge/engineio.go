package judge

import (
	"slices"

	"github.com/standin-dev/standin/fakehost/token"
	"github.com/standin-dev/standin/harness/timeline"
)

// Engine.IO, on which Socket.IO stands, opens a connection by a request without a
// credential, and says who it is in the first packet: the body of a POST while it polls,
// or a message of its WebSocket (socket.io documentation, "The Engine.IO protocol" and
// "The Socket.IO protocol", version 4). Every other request of the connection has its
// sid alone.

// isEngine tells a request of Engine.IO's.
func isEngine(x *timeline.Exchange) bool {
	u, err := timeline.ParseURL(x.URL)
	return err == nil && u.Query().Has("EIO") && u.Query().Has("transport")
}

// saysWho tells whether a request has a token in what is said over it.
func saysWho(x *timeline.Exchange) bool {
	return len(token.Find(string(x.Body))) > 0 ||
		slices.ContainsFunc(x.Frames, func(m timeline.Frame) bool { return proof(&m) })
}

// connecting tells whether a request without a token belongs to a connection of
// Engine.IO's, where such connections say who asks by a packet. One that ends too soon
// does not come to it, nor one for which the host gave no token.
func (c *court) connecting(x *timeline.Exchange) bool {
	return isEngine(x) && (c.index.engines[pathOf(x.URL)] || c.withheld(x.At))
}
