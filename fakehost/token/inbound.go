package token

import "time"

// Inbound translates a token that comes to a page in an answer of the back end, at this instant, so that a front end which reads its
// exp finds it on the virtual timeline, where it lives itself. A token that the back end minted is moved; one that it echoes is
// given back as the page had sent it; any other, and one that does not verify, stays as it is, byte for byte. What is given
// here is known to Outbound when the page sends it.
func (t *Translator) Inbound(raw string) string {
	t.mu.Lock()
	defer t.mu.Unlock()
	if original, echoed := t.originals[raw]; echoed {
		return original
	}
	if _, known := t.issued[raw]; known || t.passed[raw] {
		return raw
	}
	parsed, err := Parse(raw)
	if err != nil {
		return raw
	}
	real, virtual := t.read()
	t.seen(parsed, real, virtual)
	secret, by := t.signer(parsed)
	if by == nobody {
		return raw
	}
	shift := sessionShift(t.birth(parsed, real, virtual), real, virtual) + virtual.Unix() - real.Unix()
	if shift == 0 {
		return raw
	}
	// White space keeps it apart from everything that was minted, as in onItsWay.
	moved, err := resign(raw, secret, shift, 1)
	if err != nil || moved == raw {
		return raw
	}
	t.issued[moved] = Session
	return moved
}

// Skew sets how far the back end's clock is ahead of the truth, in whole seconds; negative when it is behind, and 0 before it is called.
// Nobody moves the back end's clock: tokens are moved so that it sees in them what it would see with such a clock.
func (t *Translator) Skew(ahead time.Duration) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.skew = ahead.Truncate(time.Second)
}

// read gives the real time, and what a back end's clock shows that lives in virtual time: the virtual time, and its skew. The caller
// holds t.mu.
func (t *Translator) read() (real, virtual time.Time) {
	real, virtual = t.clock.Read()
	return real, virtual.Add(t.skew)
}
