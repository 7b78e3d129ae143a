package token

import "time"

// Seen tells that a token came by in an answer of the back end, at this instant. Calling it is optional. It makes the birth of a
// session token certain when a jump falls into the very second in which it was minted, for its iat tells only the second.
func (t *Translator) Seen(raw string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if _, echoed := t.originals[raw]; echoed || t.passed[raw] {
		return
	}
	tok, err := Parse(raw)
	if err != nil {
		return
	}
	real, virtual := t.read()
	t.seen(tok, real, virtual)
}

// foreign says of a token that does not verify whose it is, as far as one can tell. What came from the back end was made in real
// time, be it by itself or by somebody else out there. What a page sends first, as keep remembers, may be anything. A qsh is what a host's tokens have:
// where it does not verify, it was changed on its way. The caller holds t.mu.
func (t *Translator) foreign(out *Translation) {
	ahead, came := t.births[out.Original]
	if !came || out.Virtual.Claims.QSH != "" {
		return
	}
	out.Kind, out.Foreign = Session, true
	out.Virtual = out.Virtual.later(time.Duration(floorSeconds(ahead)) * time.Second)
}

// later is the token as if its times were later, with everything else as it is written.
func (t *Token) later(by time.Duration) *Token {
	moved := *t
	for _, at := range []*time.Time{&moved.Claims.IssuedAt, &moved.Claims.NotBefore, &moved.Claims.ExpiresAt} {
		if !at.IsZero() {
			*at = at.Add(by)
		}
	}
	return &moved
}

// seen is Seen for a token that is no echo. The caller holds t.mu.
func (t *Translator) seen(tok *Token, real, virtual time.Time) {
	iat := tok.Claims.IssuedAt
	// An answer to a question put after the jump may hold, byte for byte, what one before it held. The younger counts, also when
	// the second ends while the answer is under way.
	switch over := endOfSecond(iat); {
	case real.Before(iat):
	case real.Before(over):
		t.births[tok.Raw] = virtual.Sub(real)
	case real.Before(over.Add(underWay)):
		known, met := t.births[tok.Raw]
		if asked := t.latestSent(over); met && asked.After(iat) {
			t.births[tok.Raw] = max(known, t.aheadAt(asked))
		}
	}
	t.birth(tok, real, virtual)
}

// underWay is how long the answer may take that brings a new token: on a busy machine, some seconds.
const underWay = 5 * time.Second

// aheadAt is how far virtual time was ahead at a real instant. The caller holds t.mu.
func (t *Translator) aheadAt(real time.Time) time.Duration {
	return t.clock.Virtual(real).Add(t.skew).Sub(real)
}

// FreshPage tells that from now on a page sends tokens which holds none of before: a new browser context. What the back end mints for
// it within the second that runs may be, byte for byte, what it minted for the page before, on the other side of a jump; so
// the births of this second are forgotten, and the tokens count as new when they are met again.
func (t *Translator) FreshPage() {
	t.mu.Lock()
	defer t.mu.Unlock()
	real, _ := t.clock.Read()
	for raw := range t.births {
		if tok, err := Parse(raw); err == nil && real.Before(endOfSecond(tok.Claims.IssuedAt)) {
			delete(t.births, raw)
		}
	}
}

// sessionShift is how far the times of a token that the back end minted have to move on the real timeline: back by what virtual
// time has jumped since it was born. It is rounded down, so that the token never lives longer than on the virtual timeline; while
// there is no jump it is 0, whatever fraction of a second lies between the clocks.
func sessionShift(born time.Duration, real, virtual time.Time) int64 {
	return floorSeconds(born - virtual.Sub(real))
}

// birth is born, fixed when the token is first met, for what jumps later cannot have come before. The caller holds t.mu.
func (t *Translator) birth(tok *Token, real, virtual time.Time) time.Duration {
	ahead := t.born(tok, real, virtual)
	t.births[tok.Raw] = ahead
	return ahead
}

// born is how far virtual time was ahead when the back end minted a token. The caller holds t.mu.
func (t *Translator) born(tok *Token, real, virtual time.Time) time.Duration {
	if ahead, known := t.births[tok.Raw]; known {
		return ahead
	}
	minted := tok.Claims.IssuedAt
	if minted.IsZero() || !minted.Before(real) {
		return virtual.Sub(real)
	}
	// The iat tells only the second, and a jump may have come within that. A back end mints when it is asked, so the token
	// is hardly older than the latest request that left in that second.
	if asked := t.latestSent(endOfSecond(minted)); asked.After(minted) {
		minted = asked
	}
	return t.aheadAt(minted)
}

// latestSent is the instant at which the latest request left for the back end before the given one. Zero: there was none.
// The caller holds t.mu.
func (t *Translator) latestSent(before time.Time) time.Time {
	for i := len(t.sent) - 1; i >= 0; i-- {
		if t.sent[i].Before(before) {
			return t.sent[i]
		}
	}
	return time.Time{}
}

// endOfSecond is the instant at which the second ends in which t lies.
func endOfSecond(t time.Time) time.Time {
	return t.Truncate(time.Second).Add(time.Second)
}

// floorSeconds is d in whole seconds, rounded down also when negative.
func floorSeconds(d time.Duration) int64 {
	s := int64(d / time.Second)
	if d%time.Second < 0 {
		s--
	}
	return s
}
