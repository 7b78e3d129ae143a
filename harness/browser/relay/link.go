package relay

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"strings"
)

// link is one connection of the browser with the one that goes on to the back end.
// Where TLS is ended both are what is inside.
type link struct {
	relay           *Relay
	target          string // host and port
	named           string // where the back end listens of which that is a name alone; empty: there
	plain           bool   // and that it speaks no TLS
	scheme          string // http or https
	browser, server net.Conn
	from, to        *bufio.Reader
}

// origin is that of the back end, as pages write it.
func (l *link) origin() string {
	port := map[string]string{"http": ":80", "https": ":443"}[l.scheme]
	return l.scheme + "://" + strings.TrimSuffix(l.target, port)
}

// concerned tells whether anything is translated here but handshakes.
func (l *link) concerned() bool {
	how := l.relay.opts.Rewriting
	return how != nil && how.Concerns(l.origin())
}

// forwarded adds to a request's head what a proxy in front of a back end that has a name
// would.
func (l *link) forwarded(head []byte) []byte {
	first, rest, found := bytes.Cut(head, []byte("\n"))
	if l == nil || l.named == "" || !found {
		return head
	}
	for _, name := range []string{"X-Forwarded-Proto", "X-Forwarded-Host"} {
		rest = withoutHeader(rest, name)
	}
	host := strings.TrimPrefix(l.origin(), l.scheme+"://")
	return fmt.Appendf(nil, "%s\nX-Forwarded-Proto: %s\r\nX-Forwarded-Host: %s\r\n%s", first, l.scheme, host, rest)
}

// serve passes on what is said, whatever it is.
func (l *link) serve() {
	switch {
	case opensWebSocket(l.from):
		l.webSocket()
	case l.concerned():
		(&passage{how: l.relay.opts.Rewriting, link: l}).serve()
	default:
		l.pump(pass, pass)
	}
}

// opensWebSocket tells whether a connection begins with a handshake.
func opensWebSocket(from *bufio.Reader) bool {
	for n := 1; ; n = from.Buffered() + 1 {
		_, err := from.Peek(n)
		seen, _ := from.Peek(from.Buffered())
		if end := bytes.Index(seen, []byte("\r\n\r\n")); end >= 0 || err != nil {
			return strings.EqualFold(parseHead(seen).header.Get("Upgrade"), "websocket")
		}
	}
}

// way passes on what comes from one side to the other, until it ends.
type way func(to io.Writer, from *bufio.Reader) error

// pass is the way that changes nothing.
func pass(to io.Writer, from *bufio.Reader) error {
	_, err := io.Copy(to, from)
	return err
}

// pump passes on both ways what comes, until either side ends.
func (l *link) pump(out, in way) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = out(l.server, l.from)
		_ = l.server.Close()
	}()
	_ = in(l.browser, l.to)
	_ = l.browser.Close()
	<-done
}
