package relay

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"strings"
	"testing"
	"testing/iotest"
)

// Two tokens of the same claims but sub: what the page has, and what the back end has.
const (
	tokenOfPage = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJwYWdlIn0.c2lnbmF0dXJlLW9mLXBhZ2U"
	tokenOfWire = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ3aXJlIn0.c2lnbmF0dXJlLW9mLXdpcmUtd2hpY2gtaXMtbG9uZ2Vy"
)

// rewriting swaps the one for the other on the app's origin.
func rewriting() *Rewriting {
	swapper := func(from, to string) func(string) string {
		return func(raw string) string {
			if raw == from {
				return to
			}
			return raw
		}
	}
	return &Rewriting{
		Concerns: func(origin string) bool { return strings.HasPrefix(origin, "http://localhost:") },
		Outward:  swapper(tokenOfPage, tokenOfWire), Inward: swapper(tokenOfWire, tokenOfPage),
	}
}

// words are what a body may be made of, with what could be taken for the beginning of a
// token among them.
var words = []string{
	tokenOfWire, tokenOfPage, "e", "ey", "eyJ", "eyJ.eyJ", "a.b.c", "plain", "{\"token\":\"" + tokenOfWire + "\"}", "", "\n", "ü", "....",
}

// pieces reads a text in pieces of random lengths.
type pieces struct {
	text string
	rand *rand.Rand
}

func (p *pieces) Read(into []byte) (int, error) {
	if p.text == "" {
		return 0, io.EOF
	}
	n := copy(into, p.text[:min(len(p.text), 1+p.rand.IntN(80))])
	p.text = p.text[n:]
	return n, nil
}

// TestSwapStream: however a body comes in pieces, it leaves as if it had come whole.
func TestSwapStream(t *testing.T) {
	t.Parallel()
	by := rewriting().Inward
	for seed := range uint64(300) {
		r := rand.New(rand.NewPCG(seed, 1))
		var parts []string
		for range r.IntN(30) {
			parts = append(parts, words[r.IntN(len(words))])
		}
		text := strings.Join(parts, " ")
		var got bytes.Buffer
		if err := swapStream(&got, &pieces{text, r}, by); err != nil {
			t.Fatal(err)
		}
		if want := swapTokens(text, by); got.String() != want {
			t.Fatalf("seed %d:\ngot  %q\nwant %q", seed, got.String(), want)
		}
	}
}

// TestSwapStreamFails: what came before an error is passed on, and the error is told.
func TestSwapStreamFails(t *testing.T) {
	t.Parallel()
	var got bytes.Buffer
	err := swapStream(&got, io.MultiReader(strings.NewReader("a "+tokenOfWire+" ey"), iotest.ErrReader(io.ErrUnexpectedEOF)), rewriting().Inward)
	if err != io.ErrUnexpectedEOF || got.String() != "a "+tokenOfPage+" ey" {
		t.Errorf("%v, %q", err, got.String())
	}
}

// FuzzRelayHeads: no head makes the relay panic, and what is rewritten in one can be read
// again.
func FuzzRelayHeads(f *testing.F) {
	f.Add([]byte("GET /a?b HTTP/1.1\r\nHost: x\r\nCookie: a=" + tokenOfPage + "\r\nAccept-Encoding: gzip\r\n\r\n"))
	f.Add([]byte("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Type: text/html\r\nSet-Cookie: a=" + tokenOfWire + "\r\n\r\nhello"))
	f.Add([]byte("HTTP/1.1 200\nTransfer-Encoding: chunked\n\n3\nabc\n0\n\n"))
	f.Add([]byte("\r\n: \r\nContent-Length: -1\r\nConnection\r\n\r\n"))
	p := &passage{how: rewriting()}
	f.Fuzz(func(t *testing.T, raw []byte) {
		head, err := readHead(bufio.NewReaderSize(bytes.NewReader(raw), longestHead))
		if err != nil {
			return
		}
		m := parseHead(head)
		again := parseHead(p.request(head, m))
		if again.first != m.first || len(again.header) != len(m.header) {
			t.Errorf("%q became %q", head, p.request(head, m))
		}
		for _, request := range []bool{true, false} {
			if framed := m.framing(request, m.status()); framed.length < 0 || framed.chunked && framed.length > 0 {
				t.Errorf("%q is framed as %+v", head, framed)
			}
		}
		_ = fmt.Sprint(m.closes(), m.isText(), m.method(), string(withoutLength(head)), http.StatusText(m.status()))
	})
}
