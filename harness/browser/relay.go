package browser

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
	"sync"
)

// relay is where the WebSockets of a context go through, for their handshakes pass
// no tap: a proxy by the name of SOCKS 5 (RFC 1928), which the browser is told to
// use for ws: and wss: and for nothing else. Every connection is to this machine,
// or it is refused.
type relay struct {
	context  *Context
	listener net.Listener
	serving  sync.WaitGroup

	mu    sync.Mutex
	conns map[net.Conn]bool
	ended bool
}

func newRelay(c *Context) (*relay, error) {
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("listen for the WebSockets of a context: %w", err)
	}
	r := &relay{context: c, listener: l, conns: map[net.Conn]bool{}}
	r.serving.Go(r.serve)
	return r, nil
}

// rules are what the browser is told: with no rule of its own, ws: goes where socks
// does. Chromium sends nothing that is loopback through any proxy unless its bypass
// list says so.
func (r *relay) rules() (server, bypass string) {
	here, plain := "socks5://"+r.listener.Addr().String(), "direct://"
	if r.context.opts.Rewriting != nil {
		plain = here
	}
	return "http=" + plain + ";https=direct://;socks=" + here, "<-loopback>"
}

func (r *relay) serve() {
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

// close ends all connections.
func (r *relay) close() {
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
func (r *relay) add(conn net.Conn) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.ended {
		_ = conn.Close()
		return false
	}
	r.conns[conn] = true
	return true
}

func (r *relay) drop(conn net.Conn) {
	r.mu.Lock()
	delete(r.conns, conn)
	r.mu.Unlock()
	_ = conn.Close()
}

// The answers of a SOCKS server that are used here.
const (
	socksGranted    = 0
	socksNotAllowed = 2
	socksRefused    = 5
)

// connect serves one connection of the browser.
func (r *relay) connect(browser net.Conn) {
	from := bufio.NewReaderSize(browser, longestHead)
	target, err := readTarget(from, browser)
	if err != nil {
		return
	}
	if host, _, _ := net.SplitHostPort(target); !loopbackHost(host) {
		r.context.refuseSocket(target)
		answerTarget(browser, socksNotAllowed)
		return
	}
	server, err := new(net.Dialer).DialContext(context.Background(), "tcp", target)
	if err != nil {
		answerTarget(browser, socksRefused)
		return
	}
	if !r.add(server) {
		return
	}
	defer r.drop(server)
	answerTarget(browser, socksGranted)
	to := bufio.NewReader(server)
	if how := r.context.opts.Rewriting; how != nil && !opensWebSocket(from) {
		if how.Concerns("http://" + target) {
			(&passage{how: how, browser: browser, server: server, from: from, to: to}).serve()
			return
		}
		pump(browser, server, from, to)
		return
	}
	if first, err := from.Peek(1); err == nil && first[0] != tlsHandshake {
		if err := r.handshake(target, browser, server, from, to); err != nil {
			return
		}
	}
	pump(browser, server, from, to)
}

// opensWebSocket tells whether a connection begins with a handshake: that of a WebSocket
// without encryption says so, and one with it begins with TLS.
func opensWebSocket(from *bufio.Reader) bool {
	for n := 1; ; n = from.Buffered() + 1 {
		seen, err := from.Peek(n)
		if len(seen) > 0 && seen[0] == tlsHandshake {
			return true
		}
		seen, _ = from.Peek(from.Buffered())
		if end := bytes.Index(seen, []byte("\r\n\r\n")); end >= 0 || err != nil {
			return strings.EqualFold(parseHead(seen).header.Get("Upgrade"), "websocket")
		}
	}
}

// tlsHandshake is the first byte of a connection of wss:, whose handshake nobody
// but the server reads.
const tlsHandshake = 0x16

// pump passes on both ways what comes, until either side ends.
func pump(browser, server net.Conn, from, to *bufio.Reader) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		_, _ = io.Copy(server, from)
		_ = server.Close()
	}()
	_, _ = io.Copy(browser, to)
	_ = browser.Close()
	<-done
}

// readTarget does the browser's part of SOCKS 5 and tells where it wants to go.
func readTarget(from *bufio.Reader, to io.Writer) (string, error) {
	var head [2]byte
	if _, err := io.ReadFull(from, head[:]); err != nil {
		return "", err
	}
	if head[0] != 5 {
		return "", errors.New("this is no SOCKS 5")
	}
	if _, err := io.CopyN(io.Discard, from, int64(head[1])); err != nil { // its ways to say who it is
		return "", err
	}
	if _, err := to.Write([]byte{5, 0}); err != nil { // none is needed
		return "", err
	}
	var request [4]byte
	if _, err := io.ReadFull(from, request[:]); err != nil {
		return "", err
	}
	if request[0] != 5 || request[1] != 1 {
		return "", errors.New("this is no request for a connection")
	}
	host, err := readHost(from, request[3])
	if err != nil {
		return "", err
	}
	var port [2]byte
	if _, err := io.ReadFull(from, port[:]); err != nil {
		return "", err
	}
	return net.JoinHostPort(host, strconv.Itoa(int(binary.BigEndian.Uint16(port[:])))), nil
}

// readHost reads an address of the kind: 1 is IPv4, 4 is IPv6, 3 a name.
func readHost(from *bufio.Reader, kind byte) (string, error) {
	n := 0
	switch kind {
	case 1:
		n = net.IPv4len
	case 4:
		n = net.IPv6len
	case 3:
		length, err := from.ReadByte()
		if err != nil {
			return "", err
		}
		n = int(length)
	default:
		return "", fmt.Errorf("addresses of kind %d are unknown", kind)
	}
	raw := make([]byte, n)
	if _, err := io.ReadFull(from, raw); err != nil {
		return "", err
	}
	if kind == 3 {
		return string(raw), nil
	}
	return net.IP(raw).String(), nil
}

func answerTarget(to io.Writer, code byte) {
	_, _ = to.Write([]byte{5, code, 0, 1, 0, 0, 0, 0, 0, 0})
}
