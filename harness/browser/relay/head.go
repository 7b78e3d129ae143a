package relay

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/textproto"
	"strconv"
	"strings"

	"github.com/standin-dev/standin/harness/timeline"
)

// longestHead bounds what a head may take, in bytes.
const longestHead = 256 << 10

var errLongHead = errors.New("the head has no end")

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
func rewrite(head []byte, c Change) []byte {
	if c.URL == "" && len(c.Headers) == 0 {
		return head
	}
	var out bytes.Buffer
	for i, line := range bytes.SplitAfter(head, []byte("\n")) {
		name, _, found := strings.Cut(string(line), ":")
		value, changed := c.Headers[textproto.CanonicalMIMEHeaderKey(name)]
		switch {
		case i == 0 && c.URL != "":
			parts := strings.SplitN(string(line), " ", 3) // method, target, version
			u, err := timeline.ParseURL(c.URL)
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

// message is the head of a request or an answer.
type message struct {
	first  string // its first line
	header http.Header
	cut    bool // its body was not all passed on
}

// parseHead reads a head as far as it can be read: what is odd in it is the server's
// business, or the browser's.
func parseHead(head []byte) message {
	m := message{header: http.Header{}}
	for i, line := range strings.Split(string(head), "\n") {
		line = strings.TrimRight(line, "\r")
		if i == 0 {
			m.first = line
			continue
		}
		if name, value, ok := strings.Cut(line, ":"); ok {
			m.header.Add(textproto.CanonicalMIMEHeaderKey(name), strings.TrimSpace(value))
		}
	}
	return m
}

func (m message) method() string {
	method, _, _ := strings.Cut(m.first, " ")
	return method
}

// status is that of an answer; 0: it cannot be read.
func (m message) status() int {
	_, rest, _ := strings.Cut(m.first, " ")
	word, _, _ := strings.Cut(rest, " ")
	status, err := strconv.Atoi(word)
	if err != nil {
		return 0
	}
	return status
}

// closes reports whether the connection ends with the message.
func (m message) closes() bool {
	word := strings.ToLower(m.header.Get("Connection"))
	return strings.Contains(word, "close") || strings.HasPrefix(m.first, "HTTP/1.0 ") && !strings.Contains(word, "keep-alive")
}

// isText reports whether an answer's body may hold tokens that a page reads.
func (m message) isText() bool {
	if m.header.Get("Content-Encoding") != "" && m.header.Get("Content-Encoding") != "identity" {
		return false
	}
	kind, _, _ := mime.ParseMediaType(m.header.Get("Content-Type"))
	return strings.HasPrefix(kind, "text/") || kind == "application/json" || strings.HasSuffix(kind, "+json") ||
		kind == "application/x-ndjson" || kind == "application/javascript"
}

// withoutLength makes a head one of a body in chunks.
func withoutLength(head []byte) []byte {
	return replaceLine(head, "Content-Length", "Transfer-Encoding: chunked\r\n")
}

// withoutHeader takes a header off a head.
func withoutHeader(head []byte, name string) []byte { return replaceLine(head, name, "") }

// replaceLine puts another line in the place of a header's.
func replaceLine(head []byte, header, by string) []byte {
	var out bytes.Buffer
	for _, line := range bytes.SplitAfter(head, []byte("\n")) {
		if name, _, found := strings.Cut(string(line), ":"); found && strings.EqualFold(name, header) {
			out.WriteString(by)
			continue
		}
		out.Write(line)
	}
	return out.Bytes()
}

// framing says where a body ends (RFC 9112, 6.3). The zero framing is no body.
type framing struct {
	length  int64
	chunked bool
	toEnd   bool // with the connection
}

func (f framing) empty() bool { return f == framing{} }

func (m message) framing(request bool, status int) framing {
	switch {
	case !request && (status == http.StatusNoContent || status == http.StatusNotModified):
		return framing{}
	case strings.Contains(strings.ToLower(m.header.Get("Transfer-Encoding")), "chunked"):
		return framing{chunked: true}
	}
	if n, err := strconv.ParseInt(m.header.Get("Content-Length"), 10, 64); err == nil && n >= 0 {
		return framing{length: n}
	}
	return framing{toEnd: !request}
}
