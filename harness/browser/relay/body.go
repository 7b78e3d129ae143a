package relay

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net/http/httputil"
)

// heldBack is how much of a stream is held back at most while it may be the beginning
// of a token, in bytes. A token that is longer goes by as it is.
const heldBack = 16 << 10

// swapStream passes on a text as it comes, with its tokens replaced. What may be the
// beginning of one waits for the rest.
func swapStream(to io.Writer, from io.Reader, by func(string) string) error {
	buffer := make([]byte, 32<<10)
	var held []byte
	for {
		n, err := from.Read(buffer)
		held = append(held, buffer[:n]...)
		ready := len(held) - tokenTail(held)
		if err != nil || len(held)-ready > heldBack {
			ready = len(held)
		}
		if ready > 0 {
			if _, err := io.WriteString(to, swapTokens(string(held[:ready]), by)); err != nil {
				return err
			}
			held = append(held[:0], held[ready:]...)
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// tokenTail is the length of what stands at the end and could go on as a token.
func tokenTail(text []byte) int {
	i := len(text)
	for i > 0 && tokenByte(text[i-1]) {
		i--
	}
	tail := text[i:]
	// Every token that there is begins with the encoding of {".
	at := bytes.Index(tail, []byte("eyJ"))
	switch {
	case at >= 0:
		return len(tail) - at
	case bytes.HasSuffix(tail, []byte("ey")):
		return 2
	case bytes.HasSuffix(tail, []byte("e")):
		return 1
	}
	return 0
}

func tokenByte(b byte) bool {
	return b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b >= '0' && b <= '9' || b == '-' || b == '_' || b == '.'
}

// chunks reads a body in chunks, and what stands behind the last of them.
type chunks struct {
	data io.Reader
	from *bufio.Reader
}

func newChunks(from *bufio.Reader) *chunks {
	return &chunks{httputil.NewChunkedReader(from), from}
}

func (c *chunks) Read(p []byte) (int, error) {
	n, err := c.data.Read(p)
	if err == io.EOF {
		if _, e := readHead(c.from); e != nil { // trailers, and an empty line
			return n, e
		}
	}
	return n, err
}

// chunkWriter writes each piece as a chunk.
type chunkWriter struct{ to io.Writer }

func (w *chunkWriter) Write(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil // an empty chunk would be the last
	}
	if _, err := fmt.Fprintf(w.to, "%x\r\n%s\r\n", len(p), p); err != nil {
		return 0, err
	}
	return len(p), nil
}

// Close writes the last chunk.
func (w *chunkWriter) Close() error {
	_, err := io.WriteString(w.to, "0\r\n\r\n")
	return err
}

// copyChunks passes on a body in chunks.
func copyChunks(to io.Writer, from *bufio.Reader) error {
	out := &chunkWriter{to}
	if _, err := io.Copy(out, newChunks(from)); err != nil {
		return err
	}
	return out.Close()
}

type nopCloser struct{ io.Writer }

func (nopCloser) Close() error { return nil }
