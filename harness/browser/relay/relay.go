// Package relay is what stands between one browser context and this machine's back
// ends where the browser's own hooks do not reach: the handshakes and messages of
// WebSockets, the cookies of requests, the answers, navigation preloads. It is a proxy
// by the name of SOCKS 5 (RFC 1928), which the context is told to use. What it does not
// translate it passes on byte for byte.
package relay

import (
	"bufio"
	"cmp"
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"sync"
)

// Options say what a Relay does.
type Options struct {
	// Rewriting says what is translated; nil: handshakes of ws: alone.
	Rewriting *Rewriting
	// Certificate is what the browser is shown in the place of a back end's own, where
	// TLS is ended to translate what it hides; nil: TLS passes as it is.
	Certificate *tls.Certificate
	// Local tells the hosts that may be reached.
	Local func(host string) bool
	// Named gives the origin at which a host and port answers that is the name of a back end
	// of this machine, as http://localhost:3000 for jira.example.com:443; empty: it is none.
	// nil: there are none.
	Named func(target string) string
	// Refused hears of a connection to anywhere else, by host and port. It may wait.
	Refused func(target string)
	// Handshake hears of the handshake of a WebSocket, by its address as the page
	// wrote it, and says what is sent in its place. It may wait.
	Handshake func(address string, q *http.Request) Change
}

// Change is what a head is changed to on its way. Zero fields: as it is.
type Change struct {
	URL     string
	Headers map[string]string // replaces these headers' values
}

// Relay is a proxy that listens on loopback.
type Relay struct {
	opts     Options
	listener net.Listener
	serving  sync.WaitGroup
	shown    *tls.Config            // to the browser; nil: TLS is not ended
	sessions tls.ClientSessionCache // with back ends, of which one can be taken up again

	mu    sync.Mutex
	conns map[net.Conn]bool
	ended bool
}

// Listen starts a relay. It ends with Close.
func Listen(o Options) (*Relay, error) {
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("listen for the connections of a context: %w", err)
	}
	r := &Relay{opts: o, listener: l, conns: map[net.Conn]bool{}, sessions: tls.NewLRUClientSessionCache(0)}
	if o.Certificate != nil {
		r.shown = &tls.Config{Certificates: []tls.Certificate{*o.Certificate}, NextProtos: spoken}
	}
	r.serving.Go(r.serve)
	return r, nil
}

// Addr is where it listens.
func (r *Relay) Addr() string { return r.listener.Addr().String() }

// Rules are what the browser is told, as proxies by scheme and as those that need none:
// with no rule of its own, ws: and wss: go where socks does. Chromium sends nothing
// that is loopback through any proxy unless its bypass list says so. What is direct
// lists further patterns of the browser's for what is not to come here.
func (r *Relay) Rules(direct string) (server, bypass string) {
	here := "socks5://" + r.Addr()
	by := func(relayed bool) string {
		if relayed {
			return here
		}
		return "direct://"
	}
	how := r.opts.Rewriting
	return "http=" + by(how != nil && how.HTTP) + ";https=" + by(how != nil && how.HTTPS) + ";socks=" + here, "<-loopback>;" + direct
}

func (r *Relay) serve() {
	for {
		conn, err := r.listener.Accept()
		if err != nil {
			return // closed
		}
		if !r.add(conn) {
			return
		}
		r.serving.Go(func() {
			defer r.drop(conn)
			r.connect(conn)
		})
	}
}

// Close ends all connections.
func (r *Relay) Close() {
	_ = r.listener.Close()
	r.mu.Lock()
	r.ended = true
	for conn := range r.conns {
		_ = conn.Close()
	}
	r.mu.Unlock()
	r.serving.Wait()
}

// add keeps a connection to be closed with the relay; false: it is closed already.
func (r *Relay) add(conn net.Conn) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.ended {
		_ = conn.Close()
		return false
	}
	r.conns[conn] = true
	return true
}

func (r *Relay) drop(conn net.Conn) {
	r.mu.Lock()
	delete(r.conns, conn)
	r.mu.Unlock()
	_ = conn.Close()
}

// connect serves one connection of the browser.
func (r *Relay) connect(browser net.Conn) {
	from := bufio.NewReaderSize(browser, longestHead)
	target, err := readTarget(from, browser)
	if err != nil {
		return
	}
	at, plain := r.named(target)
	if host, _, _ := net.SplitHostPort(target); at == "" && !r.opts.Local(host) {
		r.opts.Refused(target)
		answerTarget(browser, socksNotAllowed)
		return
	}
	server, err := r.dial(cmp.Or(at, target))
	if err != nil {
		answerTarget(browser, socksRefused)
		return
	}
	defer r.drop(server)
	answerTarget(browser, socksGranted)
	l := &link{relay: r, target: target, named: at, plain: plain, scheme: "http", browser: browser, server: server, from: from, to: bufio.NewReader(server)}
	if first, err := from.Peek(1); err == nil && first[0] == tlsHandshake {
		l.encrypted()
		return
	}
	l.serve()
}

// named is where a name's back end listens, and whether it speaks no TLS; empty: the
// target is no such name.
func (r *Relay) named(target string) (at string, plain bool) {
	if r.opts.Named == nil {
		return "", false
	}
	u, err := url.Parse(r.opts.Named(target))
	if err != nil || u.Host == "" {
		return "", false
	}
	if plain = u.Scheme == "http"; u.Port() != "" {
		return u.Host, plain
	}
	return net.JoinHostPort(u.Hostname(), map[bool]string{true: "80", false: "443"}[plain]), plain
}

// dial connects to a place on this machine.
func (r *Relay) dial(target string) (net.Conn, error) {
	server, err := new(net.Dialer).DialContext(context.Background(), "tcp", target)
	if err != nil {
		return nil, err
	}
	if !r.add(server) {
		return nil, net.ErrClosed
	}
	return server, nil
}
