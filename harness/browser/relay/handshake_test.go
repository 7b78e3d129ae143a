package relay

import (
	"bufio"
	"bytes"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestSocketUnchanged: a handshake in which there is nothing to translate, and all
// that follows, passes byte for byte.
func TestSocketUnchanged(t *testing.T) {
	t.Parallel()
	head := "GET /a%zz?b=%41 HTTP/1.1\r\nHost: localhost:1\r\nx-odd:  spaced \r\nUpgrade: websocket\r\nSec-WebSocket-Protocol: a,b\r\n\r\n"
	for _, tt := range []struct {
		name string
		o    Change
		want string
	}{
		{"nothing", Change{}, head},
		{"no header of it", Change{Headers: map[string]string{"X-None": "x"}}, head},
		{"a header", Change{Headers: map[string]string{protocol: "c"}}, strings.Replace(head, "a,b", "c", 1)},
		{"the address", Change{URL: "ws://localhost:1/new%20x?c=%41"}, strings.Replace(head, "/a%zz?b=%41", "/new%20x?c=%41", 1)},
		{"an address that is none", Change{URL: "ws://[::"}, head},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, string(rewrite([]byte(head), tt.o))); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
	for _, tt := range [][4]string{{"b2", "a,b2", "a,b", "b"}, {"b2", "a, b2", "a, b", "b"}, {"other", "a,b2", "a,b", "other"}, {"b2", "a,b2", "a", "b2"}} {
		if got := untranslated(tt[0], tt[1], tt[2]); got != tt[3] {
			t.Errorf("%s of %s for %s is %s, want %s", tt[0], tt[1], tt[2], got, tt[3])
		}
	}
	if _, err := readHead(bufio.NewReader(strings.NewReader(strings.Repeat("x", longestHead+100)))); err == nil {
		t.Error("a head without an end is read")
	}
}

// FuzzReadTarget: what comes to the relay's port, whoever sends it, is refused or
// read, and nothing else.
func FuzzReadTarget(f *testing.F) {
	f.Add([]byte{5, 1, 0, 5, 1, 0, 1, 127, 0, 0, 1, 0, 80})
	f.Add([]byte{5, 1, 0, 5, 1, 0, 3, 1, 'a', 0, 80})
	f.Add([]byte{5, 0, 5, 1, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1})
	f.Add([]byte("GET / HTTP/1.1\r\n\r\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		target, err := readTarget(bufio.NewReader(bytes.NewReader(data)), io.Discard)
		if err == nil && !strings.Contains(target, ":") {
			t.Errorf("%q is %q", data, target)
		}
	})
}
