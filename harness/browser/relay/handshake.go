package relay

import (
	"bufio"
	"bytes"
	"fmt"
	"net/http"
	"strings"
)

const (
	// protocol is the one header of the page's own that a WebSocket may have, and the
	// one that the server's answer must take up.
	protocol = "Sec-Websocket-Protocol"
	// extensions is where a browser offers to compress messages.
	extensions = "Sec-Websocket-Extensions"
)

// webSocket passes on the handshake of a WebSocket and what is said on it.
func (l *link) webSocket() {
	open, err := l.handshake()
	if err != nil {
		return
	}
	if !open {
		l.pump(pass, pass)
		return
	}
	how := l.relay.opts.Rewriting
	l.pump(swapMessages(how.Outward), swapMessages(how.Inward))
}

// handshake passes on the request that opens a WebSocket, with its tokens translated,
// and its answer. Where messages are translated, too, compression is not offered to the
// server: it would hide them, and who offers it must do without. It tells whether
// messages follow that are to be translated.
func (l *link) handshake() (open bool, err error) {
	head, err := readHead(l.from)
	if err != nil {
		return false, err
	}
	request, err := http.ReadRequest(bufio.NewReader(bytes.NewReader(head)))
	if err != nil {
		return false, fmt.Errorf("read a handshake: %w", err)
	}
	var c Change
	if told := l.relay.opts.Handshake; told != nil {
		c = told(strings.Replace(l.origin(), "http", "ws", 1)+request.RequestURI, request)
	}
	concerned := l.concerned()
	outward := l.forwarded(rewrite(head, c))
	if concerned {
		outward = withoutHeader(outward, extensions)
	}
	if _, err := l.server.Write(outward); err != nil {
		return false, err
	}
	if _, changed := c.Headers[protocol]; !changed && !concerned {
		return false, nil
	}
	return l.handshakeAnswer(request, c, concerned)
}

// handshakeAnswer passes on the answer to a handshake. It names the protocol as the page
// wrote it, for the browser gives up where it does not.
func (l *link) handshakeAnswer(request *http.Request, sent Change, concerned bool) (open bool, err error) {
	for {
		head, err := readHead(l.to)
		if err != nil {
			return false, err
		}
		a := parseHead(head)
		changed, ours := sent.Headers[protocol]
		if chosen := a.header.Get(protocol); ours && chosen != "" {
			head = rewrite(head, Change{Headers: map[string]string{protocol: untranslated(chosen, changed, request.Header.Get(protocol))}})
		}
		if concerned {
			head = swapHead(head, l.relay.opts.Rewriting.Inward)
		}
		if _, err := l.browser.Write(head); err != nil {
			return false, err
		}
		if status := a.status(); status < 100 || status >= 200 || status == http.StatusSwitchingProtocols {
			return concerned && status == http.StatusSwitchingProtocols, nil
		}
	}
}

// swapHead replaces the tokens of an answer to a handshake, but for the protocol, which
// is the page's own word.
func swapHead(head []byte, by func(string) string) []byte {
	var out bytes.Buffer
	for _, line := range bytes.SplitAfter(head, []byte("\n")) {
		if name, _, _ := strings.Cut(string(line), ":"); !strings.EqualFold(name, protocol) {
			line = []byte(swapTokens(string(line), by))
		}
		out.Write(line)
	}
	return out.Bytes()
}

// untranslated is what the page calls the protocol that the server chose from those
// that were sent.
func untranslated(chosen, sent, written string) string {
	names := strings.Split(written, ",")
	for i, name := range strings.Split(sent, ",") {
		if strings.TrimSpace(name) == strings.TrimSpace(chosen) && i < len(names) {
			return strings.TrimSpace(names[i])
		}
	}
	return chosen
}
