package relay

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"math/rand/v2"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
)

// said is a message as who hears it has it, or a control frame.
type said struct {
	opcode byte
	data   string
}

// speaker writes frames as either side would.
type speaker struct {
	bytes.Buffer
	rand   *rand.Rand
	masked bool
}

// frame writes one.
func (s *speaker) frame(fin bool, opcode byte, data string) {
	f := frame{fin: fin, opcode: opcode}
	if s.masked {
		f.key = binary.BigEndian.AppendUint32(nil, s.rand.Uint32())
	}
	s.Write(f.with([]byte(data)))
}

// message writes one in so many frames, with what else may come in between.
func (s *speaker) message(opcode byte, data string) {
	for n := s.rand.IntN(4); n > 0 && len(data) > 0; n-- {
		at := s.rand.IntN(len(data))
		s.frame(false, opcode, data[:at])
		opcode, data = continuation, data[at:]
		if s.rand.IntN(3) == 0 {
			s.frame(true, 9+byte(s.rand.IntN(2)), "beat")
		}
	}
	s.frame(true, opcode, data)
}

// heardIn reads what frames say. It shares nothing with what it checks but the reading of
// heads, which the tests of whole connections check against the browser's.
func heardIn(t testing.TB, raw []byte) (messages, control []said) {
	t.Helper()
	from := bufio.NewReader(bytes.NewReader(raw))
	var open said
	for {
		f, err := peekFrame(from)
		if errors.Is(err, io.EOF) {
			return messages, control
		}
		if err != nil {
			t.Fatalf("after %d messages: %v", len(messages), err)
		}
		data := make([]byte, f.size+f.length)
		if _, err := io.ReadFull(from, data); err != nil {
			t.Fatal(err)
		}
		data = data[f.size:]
		for i := range data {
			if f.key != nil {
				data[i] ^= f.key[i&3]
			}
		}
		switch {
		case f.control():
			control = append(control, said{f.opcode, string(data)})
			continue
		case f.opcode != continuation:
			open = said{opcode: f.opcode}
		}
		if open.data += string(data); f.fin {
			messages = append(messages, open)
		}
	}
}

func through(t testing.TB, from io.Reader, by func(string) string) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := swapMessages(by)(&out, bufio.NewReader(from)); err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Fatal(err)
	}
	return out.Bytes()
}

// TestMessages: however messages are cut into frames, and the frames into what arrives at
// a time, text is heard with its tokens replaced and everything else as it was said; and
// where nothing is replaced, every byte is the same.
func TestMessages(t *testing.T) {
	t.Parallel()
	by := rewriting().Inward
	for seed := range uint64(300) {
		r := rand.New(rand.NewPCG(seed, 2))
		s := &speaker{rand: r, masked: seed%2 == 0}
		for range r.IntN(12) {
			var text strings.Builder
			for range r.IntN(6) {
				text.WriteString(words[r.IntN(len(words))] + " ")
			}
			s.message([]byte{textual, textual, binaryData}[r.IntN(3)], text.String())
		}
		raw := s.Bytes()
		want, beats := heardIn(t, raw)
		replaced := false
		for i, m := range want {
			if m.opcode == textual {
				want[i].data = swapTokens(m.data, by)
				replaced = replaced || want[i].data != m.data
			}
		}
		out := through(t, &pieces{string(raw), r}, by)
		got, gotBeats := heardIn(t, out)
		if diff := cmp.Diff(want, got, cmp.AllowUnexported(said{})); diff != "" {
			t.Fatalf("seed %d: messages (-want +got):\n%s", seed, diff)
		}
		if diff := cmp.Diff(beats, gotBeats, cmp.AllowUnexported(said{})); diff != "" {
			t.Fatalf("seed %d: control frames (-want +got):\n%s", seed, diff)
		}
		same := func(raw string) string { return raw }
		if !replaced && len(beats) == 0 && !bytes.Equal(out, raw) || len(beats) == 0 && !bytes.Equal(through(t, bytes.NewReader(raw), same), raw) {
			t.Fatalf("seed %d: with nothing to replace %x became %x", seed, raw, out)
		}
	}
}

// TestLongMessages: what is too long to be held is passed on in pieces, with its tokens
// replaced where they stand in the way of a cut, too; what is binary keeps its frames.
func TestLongMessages(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 1))
	filler := strings.Repeat("0123456 ", held/8)
	for name, text := range map[string]string{
		"across the cut":    filler[:held-20] + " " + tokenOfWire + " " + filler,
		"at the end":        filler + filler + " " + tokenOfWire,
		"none":              filler + filler + filler,
		"no end of a token": filler + " eyJ" + strings.Repeat("x", 3*held) + "." + filler,
	} {
		for _, masked := range []bool{false, true} {
			s := &speaker{rand: r, masked: masked}
			s.frame(false, textual, "before ")
			s.frame(true, continuation, text)
			s.frame(true, textual, tokenOfWire)
			got, _ := heardIn(t, through(t, &s.Buffer, rewriting().Inward))
			want := []said{{textual, "before " + swapTokens(text, rewriting().Inward)}, {textual, tokenOfPage}}
			if len(got) != 2 || got[0] != want[0] || got[1] != want[1] {
				t.Errorf("%s, masked %v: something else was heard", name, masked)
			}
			s = &speaker{rand: r, masked: masked}
			s.frame(true, binaryData, text)
			raw := append([]byte(nil), s.Bytes()...)
			if !bytes.Equal(through(t, &s.Buffer, rewriting().Inward), raw) {
				t.Errorf("%s, masked %v: a binary message was changed", name, masked)
			}
		}
	}
}

// TestMessagesDoNotWait: what can be passed on is, before anything more comes: a whole
// message, a part of one that ends outside of tokens, a ping amid one that does not.
func TestMessagesDoNotWait(t *testing.T) {
	t.Parallel()
	fromSide, speak := io.Pipe()
	heard, toSide := io.Pipe()
	ended := make(chan error, 1)
	go func() { ended <- swapMessages(rewriting().Inward)(toSide, bufio.NewReader(fromSide)); toSide.Close() }()
	frameOf := func(fin bool, opcode byte, text string) []byte {
		return frame{fin: fin, opcode: opcode}.with([]byte(text))
	}
	in := bufio.NewReader(heard)
	for i, step := range []struct{ say, hear []byte }{
		{frameOf(true, textual, "whole "+tokenOfWire), frameOf(true, textual, "whole "+tokenOfPage)},
		{frameOf(false, textual, "a part, "), frameOf(false, textual, "a part, ")},
		{append(frameOf(false, continuation, tokenOfWire[:50]), frameOf(true, 9, "there?")...), frameOf(true, 9, "there?")},
		{frameOf(false, continuation, tokenOfWire[50:]+" and"), frameOf(false, continuation, tokenOfPage+" and")},
		{append(frameOf(false, continuation, " ey"), frameOf(true, closing, "")...), append(frameOf(false, continuation, " ey"), frameOf(true, closing, "")...)},
	} {
		if _, err := speak.Write(step.say); err != nil {
			t.Fatal(err)
		}
		got := make([]byte, len(step.hear))
		if _, err := io.ReadFull(in, got); err != nil || !bytes.Equal(got, step.hear) {
			t.Errorf("step %d: %q was heard, want %q (%v)", i, got, step.hear, err)
		}
	}
	_ = speak.Close()
	if err := <-ended; !errors.Is(err, io.EOF) {
		t.Errorf("it ended with %v", err)
	}
}

// TestNoFrames: what is no frame by the rules is passed on, with all that follows, for
// the side that it is for to refuse; and so is what breaks off.
func TestNoFrames(t *testing.T) {
	t.Parallel()
	plain := string(frame{fin: true, opcode: textual}.with([]byte(tokenOfWire)))
	huge := string([]byte{0x81, 127, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff})
	for name, raw := range map[string]string{
		"a reserved bit": "\xc1" + plain[1:] + plain, "an unknown kind": "\x83\x00" + plain, "an unknown control": "\x8b\x00" + plain,
		"a ping in parts": "\x09\x00" + plain, "a long ping": "\x89\x7e\x00\x80" + strings.Repeat("x", 128) + plain,
		"no beginning": "\x80\x00" + plain, "a message in another": "\x01\x00" + plain, "longer than can be": huge + plain,
		"half a head": "\x81", "half a length": "\x81\x7f\x00", "half a mask": "\x81\x85ab", "half a text": "\x81\x05abc",
		"half a text after a part": "\x01\x02ey\x80\x05abc", "half a ping": "\x89\x05a", "half of what is binary": "\x82\x05abc",
	} {
		if got := string(through(t, strings.NewReader(raw), rewriting().Inward)); got != raw {
			t.Errorf("%s: %q became %q", name, raw, got)
		}
	}
}

// TestMessagesFail: nothing is read any more when nobody hears it.
func TestMessagesFail(t *testing.T) {
	t.Parallel()
	raw := frame{fin: true, opcode: textual}.with([]byte("hello"))
	broken := errors.New("nobody is there")
	pr, pw := io.Pipe()
	_ = pr.CloseWithError(broken)
	if err := swapMessages(rewriting().Inward)(pw, bufio.NewReader(bytes.NewReader(raw))); !errors.Is(err, broken) {
		t.Errorf("%v", err)
	}
	if err := swapMessages(rewriting().Inward)(io.Discard, bufio.NewReader(iotest.ErrReader(broken))); !errors.Is(err, broken) {
		t.Errorf("%v", err)
	}
}

// FuzzMessages: whatever comes, it leaves byte for byte where no token is replaced and no
// frame is too long to be held, whatever the pieces; and a token in the middle is.
func FuzzMessages(f *testing.F) {
	f.Add([]byte("\x81\x05hello\x89\x00\x01\x02ey\x80\x01J"), []byte("before"), []byte("after"), uint8(3))
	f.Add([]byte("\x81\x85abcdhello\x82\x01\x00\x88\x02\x03\xe8"), []byte{}, []byte{0xff}, uint8(1))
	f.Add([]byte("\xc1\x00\x81\x7e\x00\x01a"), []byte(" e"), []byte(". eyJ"), uint8(0))
	f.Fuzz(func(t *testing.T, raw, before, after []byte, cuts uint8) {
		same := func(raw string) string { return raw }
		for _, from := range []io.Reader{bytes.NewReader(raw), iotest.OneByteReader(bytes.NewReader(raw))} {
			got := through(t, from, same)
			if !sameBytes(raw, got) && !tooLong(raw) {
				t.Fatalf("%x became %x", raw, got)
			}
		}
		text := string(before) + " " + tokenOfWire + " " + string(after)
		r := rand.New(rand.NewPCG(uint64(cuts), uint64(len(raw))))
		s := &speaker{rand: r, masked: cuts%2 == 0}
		s.message(textual, text)
		got, _ := heardIn(t, through(t, &s.Buffer, rewriting().Inward))
		if want := swapTokens(text, rewriting().Inward); len(got) != 1 || got[0].data != want {
			t.Fatalf("%q was heard as %q", text, got)
		}
	})
}

// tooLong tells whether there is a text that cannot be held.
func tooLong(raw []byte) bool {
	from := bufio.NewReader(bytes.NewReader(raw))
	for {
		f, err := peekFrame(from)
		if err != nil {
			return false
		}
		if f.length > held {
			return true
		}
		if _, err := from.Discard(int(f.size + f.length)); err != nil {
			return false
		}
	}
}

// sameBytes is equality, but for pings and pongs that overtake a part of a message.
func sameBytes(a, b []byte) bool {
	var counts [256]int
	for i := range min(len(a), len(b)) {
		counts[a[i]]++
		counts[b[i]]--
	}
	return bytes.Equal(a, b) || len(a) == len(b) && counts == [256]int{} && bytes.ContainsAny(a, "\x89\x8a")
}
