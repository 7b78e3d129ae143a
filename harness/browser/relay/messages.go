package relay

import (
	"bufio"
	"io"
)

// swapMessages is the way of a WebSocket's frames, with the tokens of its text messages
// replaced. What has none passes byte for byte, frame by frame, and so does what is
// binary; but for two things. A text frame that is longer than what is held leaves in
// several. And a ping or pong may overtake a part of a message that may end within a
// token, for who waits for it may have to have it before the message goes on.
func swapMessages(by func(string) string) way {
	return func(to io.Writer, from *bufio.Reader) error {
		m := &messages{to: to, from: from, by: by}
		err := m.run()
		if e := m.flush(); e != nil {
			return e
		}
		if err == errNoFrame {
			// Whoever it is for will make sense of it.
			return pass(to, from)
		}
		if rest, _ := from.Peek(from.Buffered()); len(rest) > 0 { // of a head that did not come whole
			if _, e := to.Write(rest); e != nil {
				return e
			}
		}
		return err
	}
}

// messages is one direction of a WebSocket.
type messages struct {
	to   io.Writer
	from *bufio.Reader
	by   func(string) string

	open byte // the opcode of the message that is under way; 0: none
	// held are the parts of a text message that wait for the rest of a token, and text
	// is what they say.
	held []part
	text []byte
}

// part is a frame of a text message, or a piece of one that is too long to be held.
type part struct {
	raw []byte // as it came; nil: it leaves as a frame of its own
	frame
	text []byte
}

func (m *messages) run() error {
	for {
		f, err := peekFrame(m.from)
		if err != nil {
			return err
		}
		switch {
		case f.control():
			err = m.control(f)
		case (f.opcode == continuation) == (m.open == continuation):
			return errNoFrame // it continues nothing, or breaks into a message
		default:
			err = m.data(f)
		}
		if err != nil {
			return err
		}
	}
}

// control passes on a ping, a pong, or the end, after which nothing is waited for.
func (m *messages) control(f frame) error {
	if f.opcode == closing {
		if err := m.flush(); err != nil {
			return err
		}
	}
	raw := make([]byte, f.size+f.length)
	n, err := io.ReadFull(m.from, raw)
	if _, e := m.to.Write(raw[:n]); e != nil {
		return e
	}
	return err
}

// data passes on a frame of a message.
func (m *messages) data(f frame) error {
	if f.opcode != continuation {
		m.open = f.opcode
	}
	kind := m.open
	if f.fin {
		m.open = continuation
	}
	switch {
	case kind != textual:
		_, err := io.CopyN(m.to, m.from, f.size+f.length)
		return err
	case f.length <= held:
		return m.whole(f)
	}
	return m.long(f)
}

// whole takes a text frame that can be held.
func (m *messages) whole(f frame) error {
	raw := make([]byte, f.size+f.length)
	n, err := io.ReadFull(m.from, raw)
	if err != nil {
		if e := m.flush(); e != nil {
			return e
		}
		if _, e := m.to.Write(raw[:n]); e != nil {
			return e
		}
		return err
	}
	return m.add(part{raw: raw, frame: f, text: f.masked(raw[f.size:], 0)})
}

// long takes a text frame in pieces.
func (m *messages) long(f frame) error {
	if _, err := m.from.Discard(int(f.size)); err != nil {
		return err
	}
	for at := int64(0); at < f.length; {
		piece := make([]byte, min(held, f.length-at))
		n, err := io.ReadFull(m.from, piece)
		if n == 0 {
			return err
		}
		p := part{frame: f, text: f.masked(piece[:n], at)}
		at += int64(n)
		p.fin = f.fin && at == f.length
		if at > int64(n) {
			p.opcode = continuation
		}
		if e := m.add(p); e != nil {
			return e
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// add takes a part of a text message, and passes on what there is unless it may end
// within a token.
func (m *messages) add(p part) error {
	m.held = append(m.held, p)
	m.text = append(m.text, p.text...)
	if tail := tokenTail(m.text); !p.fin && tail > 0 && tail <= heldBack {
		return nil
	}
	return m.flush()
}

// flush passes on what is held: as it came, or as one frame where that is not to be.
func (m *messages) flush() error {
	if len(m.held) == 0 {
		return nil
	}
	swapped := swapTokens(string(m.text), m.by)
	same := swapped == string(m.text)
	var out []byte
	for _, p := range m.held {
		same = same && p.raw != nil
		out = append(out, p.raw...)
	}
	if !same {
		f := m.held[0].frame
		f.fin = m.held[len(m.held)-1].fin
		out = f.with([]byte(swapped))
	}
	m.held, m.text = m.held[:0], m.text[:0]
	_, err := m.to.Write(out)
	return err
}
