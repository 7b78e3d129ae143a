package relay

import (
	"bufio"
	"cmp"
	"context"
	"crypto/tls"
	"net"
)

// tlsHandshake is the first byte of a connection by TLS.
const tlsHandshake = 0x16

// spoken is what is spoken where TLS is ended. HTTP/2 would hide the requests of many
// pages in one connection, and a WebSocket in it has no handshake of its own.
var spoken = []string{"http/1.1"}

// encrypted serves a connection that begins with TLS.
func (l *link) encrypted() {
	l.scheme = "https"
	if !l.concerned() || l.relay.shown == nil {
		l.pump(pass, pass)
		return
	}
	if l.plain {
		// The name has a certificate that we make; its back end needs none.
	} else if err := l.speakTLS(); err != nil {
		l.again()
		return
	}
	if err := l.endTLS(); err != nil {
		return // the browser thought better of it
	}
	l.serve()
}

// again connects anew to a back end that speaks no TLS, or none that we do, and passes
// on what is said: it is for the browser to make sense of it.
func (l *link) again() {
	server, err := l.relay.dial(cmp.Or(l.named, l.target))
	if err != nil {
		return
	}
	defer l.relay.drop(server)
	l.server, l.to = server, bufio.NewReader(server)
	l.pump(pass, pass)
}

// speakTLS has the connection to the back end encrypted. Its certificate is not
// checked: a back end is on this machine, where nobody else can be in its place, and
// signs for itself as a rule.
func (l *link) speakTLS() error {
	host, _, err := net.SplitHostPort(l.target)
	if err != nil {
		return err
	}
	server := tls.Client(l.server, &tls.Config{
		ServerName: host, NextProtos: spoken, InsecureSkipVerify: true, ClientSessionCache: l.relay.sessions,
	})
	if err := server.HandshakeContext(context.Background()); err != nil {
		return err
	}
	l.server, l.to = server, bufio.NewReader(server)
	return nil
}

// endTLS has the browser take us for the back end.
func (l *link) endTLS() error {
	browser := tls.Server(&peeked{l.browser, l.from}, l.relay.shown)
	if err := browser.HandshakeContext(context.Background()); err != nil {
		return err
	}
	l.browser, l.from = browser, bufio.NewReaderSize(browser, longestHead)
	return nil
}

// peeked is a connection of which something is read already.
type peeked struct {
	net.Conn
	from *bufio.Reader
}

func (p *peeked) Read(into []byte) (int, error) { return p.from.Read(into) }
