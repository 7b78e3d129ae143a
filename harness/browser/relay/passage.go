package relay

import (
	"bufio"
	"errors"
	"io"
	"net"
	"net/http"
	"strconv"
)

// passage is one connection of the browser to an app's back end, over which requests
// go one after the other. Heads and bodies are passed on as they are written, but for
// what is rewritten in them.
type passage struct {
	how *Rewriting
	*link
}

// errDone says that a connection is used up.
var errDone = errors.New("the connection is not used again")

// serve passes requests and answers on until either side ends.
func (p *passage) serve() {
	asked, heard := hear(p.from, p.server), hear(p.to, p.browser)
	for {
		<-asked
		q, err := p.ask()
		if err != nil {
			break
		}
		asked = hear(p.from, p.server)
		<-heard
		if err := p.answer(q); err != nil {
			break
		}
		heard = hear(p.to, p.browser)
	}
	_ = p.server.Close()
	_ = p.browser.Close()
	<-asked
	<-heard
}

// hear waits until one side says something. When it hangs up instead, so do we to the
// other: a server must learn that nobody waits any more, and a browser that nobody is
// there to be asked.
func hear(side *bufio.Reader, other net.Conn) <-chan struct{} {
	heard := make(chan struct{})
	go func() {
		defer close(heard)
		if _, err := side.Peek(1); err != nil {
			_ = other.Close()
		}
	}()
	return heard
}

// ask passes on one request. A server that has heard enough may answer before the body
// is all there, and hang up; its answer counts.
func (p *passage) ask() (message, error) {
	head, err := readHead(p.from)
	if err != nil {
		return message{}, err
	}
	q := parseHead(head)
	if _, err := p.server.Write(p.request(head, q)); err != nil {
		return q, err
	}
	q.cut = p.copyBody(p.server, p.from, q.framing(true, 0)) != nil
	return q, nil
}

// preloadHeader is on navigation preloads: documents that the browser asks for while it
// starts the service worker that is to answer.
const preloadHeader = "Service-Worker-Navigation-Preload"

// request is a request's head with the tokens of its cookies translated, and all those of
// a navigation preload, which passes no tap. Answers are to be read here, so they must
// not be compressed.
func (p *passage) request(head []byte, q message) []byte {
	if q.header.Get(preloadHeader) != "" {
		head = []byte(swapTokens(string(head), p.how.Outward))
		q = parseHead(head)
	}
	o := Change{Headers: map[string]string{}}
	if cookie := q.header.Get("Cookie"); cookie != "" {
		if swapped := swapTokens(cookie, p.how.Outward); swapped != cookie {
			o.Headers["Cookie"] = swapped
		}
	}
	if q.header.Get("Accept-Encoding") != "" {
		o.Headers["Accept-Encoding"] = "identity"
	}
	return p.forwarded(rewrite(head, o))
}

// answer passes on an answer, and those before it that say that one is coming.
func (p *passage) answer(q message) error {
	for {
		head, err := readHead(p.to)
		if err != nil {
			return err
		}
		a := parseHead(head)
		if status := a.status(); status >= 100 && status < 200 && status != http.StatusSwitchingProtocols {
			if _, err := p.browser.Write(head); err != nil {
				return err
			}
			continue
		}
		err = p.answerBody(head, q, a)
		if err == nil && (q.cut || q.closes() || a.closes()) {
			err = errDone
		}
		return err
	}
}

// answerBody passes on a final answer.
func (p *passage) answerBody(head []byte, q, a message) error {
	head = []byte(swapTokens(string(head), p.how.Inward))
	f := a.framing(false, a.status())
	if q.method() == http.MethodHead {
		f = framing{}
	}
	switch {
	case !a.isText() || f.empty():
		if _, err := p.browser.Write(head); err != nil {
			return err
		}
		return p.copyBody(p.browser, p.to, f)
	case f.length > 0 && f.length <= held:
		return p.answerWhole(head, f.length)
	}
	if f.length > 0 {
		// Too long to be held: what is changed in it changes its length.
		head = withoutLength(head)
	}
	if _, err := p.browser.Write(head); err != nil {
		return err
	}
	return p.answerStream(f)
}

// answerWhole passes on a body of known length, which is told anew.
func (p *passage) answerWhole(head []byte, length int64) error {
	body := make([]byte, length)
	if _, err := io.ReadFull(p.to, body); err != nil {
		return err
	}
	swapped := swapTokens(string(body), p.how.Inward)
	head = rewrite(head, Change{Headers: map[string]string{"Content-Length": strconv.Itoa(len(swapped))}})
	_, err := p.browser.Write(append(head, swapped...))
	return err
}

// answerStream passes on a body as it comes.
func (p *passage) answerStream(f framing) error {
	var body io.Reader = p.to
	var out io.WriteCloser = nopCloser{p.browser}
	if f.length > 0 {
		body = io.LimitReader(p.to, f.length)
	}
	if f.chunked {
		body = newChunks(p.to)
	}
	if f.chunked || f.length > 0 {
		out = &chunkWriter{p.browser}
	}
	if err := swapStream(out, body, p.how.Inward); err != nil {
		return err
	}
	if err := out.Close(); err != nil {
		return err
	}
	if !f.chunked && f.length == 0 {
		return errDone // it ended with the connection
	}
	return nil
}

// copyBody passes on a body byte for byte.
func (p *passage) copyBody(to io.Writer, from *bufio.Reader, f framing) error {
	switch {
	case f.chunked:
		return copyChunks(to, from)
	case f.toEnd:
		_, err := io.Copy(to, from)
		if err == nil {
			err = errDone
		}
		return err
	case f.length > 0:
		_, err := io.CopyN(to, from, f.length)
		return err
	}
	return nil
}
