package relay

import (
	"bufio"
	"encoding/binary"
	"errors"
	"math"
)

// The kinds of frames (RFC 6455, section 5.2).
const (
	continuation = 0
	textual      = 1
	binaryData   = 2
	closing      = 8
	pong         = 10
)

// held is the longest text that is held to be read, in bytes: what is longer goes on in
// pieces.
const held = 256 << 10

// errNoFrame says that what comes is no frame as it is spoken where no extension was
// agreed on.
var errNoFrame = errors.New("what comes is no frame of a WebSocket")

// frame is the head of a frame (RFC 6455, section 5.2).
type frame struct {
	fin    bool
	opcode byte
	key    []byte // that masks the payload; nil: none does
	size   int64  // of the head itself
	length int64  // of the payload
}

func (f frame) control() bool { return f.opcode >= closing }

// peekFrame reads the head of the next frame, and leaves it where it is.
func peekFrame(from *bufio.Reader) (frame, error) {
	b, err := from.Peek(2)
	if err != nil {
		return frame{}, err
	}
	f := frame{fin: b[0]&0x80 != 0, opcode: b[0] & 0x0f, size: 2, length: int64(b[1] & 0x7f)}
	reserved, masked := b[0]&0x70 != 0, b[1]&0x80 != 0
	if reserved || f.opcode > pong || f.opcode > binaryData && f.opcode < closing || f.control() && (!f.fin || f.length > 125) {
		return frame{}, errNoFrame
	}
	more := int64(0)
	switch f.length {
	case 126:
		more = 2
	case 127:
		more = 8
	}
	f.size += more
	if masked {
		f.size += 4
	}
	if b, err = from.Peek(int(f.size)); err != nil {
		return frame{}, err
	}
	switch more {
	case 2:
		f.length = int64(binary.BigEndian.Uint16(b[2:]))
	case 8:
		n := binary.BigEndian.Uint64(b[2:])
		if n > math.MaxInt64-16 {
			return frame{}, errNoFrame
		}
		f.length = int64(n)
	}
	if masked {
		f.key = append([]byte(nil), b[f.size-4:f.size]...)
	}
	return f, nil
}

// masked is a copy of a payload, or of a part of it that stands so far from its
// beginning, with the mask put on or taken off.
func (f frame) masked(data []byte, at int64) []byte {
	out := append([]byte(nil), data...)
	if f.key == nil {
		return out
	}
	for i := range out {
		out[i] ^= f.key[(at+int64(i))%4]
	}
	return out
}

// with is the whole frame with another payload.
func (f frame) with(payload []byte) []byte {
	first, mask := f.opcode, byte(0)
	if f.fin {
		first |= 0x80
	}
	if f.key != nil {
		mask = 0x80
	}
	var out []byte
	switch n := len(payload); {
	case n < 126:
		out = []byte{first, mask | byte(n)}
	case n <= math.MaxUint16:
		out = binary.BigEndian.AppendUint16([]byte{first, mask | 126}, uint16(n))
	default:
		out = binary.BigEndian.AppendUint64([]byte{first, mask | 127}, uint64(n))
	}
	out = append(out, f.key...)
	return append(out, f.masked(payload, 0)...)
}
