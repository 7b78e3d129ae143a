package browser

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/textproto"
	"strings"

	"github.com/standin-dev/standin/harness/timeline"
)

// longestHead bounds what a handshake may take before its frames begin.
const longestHead = 256 << 10

var errLongHead = errors.New("the handshake has no end")

// protocol is the one header of the page's own that a WebSocket may have, and the
// one that the server's answer must take up.
const protocol = "Sec-Websocket-Protocol"

// handshake passes on the request that opens a WebSocket, with its tokens
// translated, and its answer. The answer names the protocol as the page wrote it,
// for the browser gives up where it does not.
func (r *relay) handshake(target string, browser, server net.Conn, from, to *bufio.Reader) error {
	head, err := readHead(from)
	if err != nil {
		return err
	}
	request, err := http.ReadRequest(bufio.NewReader(bytes.NewReader(head)))
	if err != nil {
		return fmt.Errorf("read a handshake: %w", err)
	}
	x := r.context.opened(target, request)
	o := r.context.outboundSocket(x)
	if _, err := server.Write(rewrite(head, o)); err != nil {
		return err
	}
	sent, ok := o.Headers[protocol]
	if !ok {
		return nil
	}
	answer, err := readHead(to)
	if err != nil {
		return err
	}
	back := Outgoing{Headers: map[string]string{}}
	if response, err := http.ReadResponse(bufio.NewReader(bytes.NewReader(answer)), request); err == nil {
		if chosen := response.Header.Get(protocol); chosen != "" {
			back.Headers[protocol] = untranslated(chosen, sent, request.Header.Get(protocol))
		}
	}
	_, err = browser.Write(rewrite(answer, back))
	return err
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

// readHead reads up to the empty line after the headers.
func readHead(from *bufio.Reader) ([]byte, error) {
	var head []byte
	for {
		line, err := from.ReadSlice('\n')
		head = append(head, line...)
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
		case err != nil:
			if errors.Is(err, io.EOF) {
				err = io.ErrUnexpectedEOF
			}
			return nil, err
		case len(bytes.TrimRight(line, "\r\n")) == 0:
			return head, nil
		}
		if len(head) > longestHead {
			return nil, errLongHead
		}
	}
}

// rewrite changes a head in what is to be changed, and leaves every other byte as
// it is.
func rewrite(head []byte, o Outgoing) []byte {
	if o.URL == "" && len(o.Headers) == 0 {
		return head
	}
	var out bytes.Buffer
	for i, line := range bytes.SplitAfter(head, []byte("\n")) {
		name, _, found := strings.Cut(string(line), ":")
		value, changed := o.Headers[textproto.CanonicalMIMEHeaderKey(name)]
		switch {
		case i == 0 && o.URL != "":
			parts := strings.SplitN(string(line), " ", 3) // method, target, version
			u, err := timeline.ParseURL(o.URL)
			if err != nil || len(parts) != 3 {
				out.Write(line)
				continue
			}
			fmt.Fprintf(&out, "%s %s %s", parts[0], u.RequestURI(), parts[2])
		case i > 0 && found && changed:
			fmt.Fprintf(&out, "%s: %s\r\n", name, value)
		default:
			out.Write(line)
		}
	}
	return out.Bytes()
}
