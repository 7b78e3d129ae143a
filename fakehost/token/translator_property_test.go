package token_test

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/standin-dev/standin/fakehost/clock"
	"github.com/standin-dev/standin/fakehost/token"
)

// life is one token of the property test, with what the test itself knows of it.
type life struct {
	raw     string
	session bool
	inbound bool // the page was given it by Inbound
	// ends is when it expires on the virtual timeline: the host says so for its own tokens, the test's sum of jumps for the others.
	ends  time.Time
	sent  []string
	moved bool // a jump came since it was minted
}

// TestLifeIsTheSameOnBothTimelines drives random histories and checks every token against a sum of jumps that the test keeps itself.
func TestLifeIsTheSameOnBothTimelines(t *testing.T) {
	t.Parallel()
	for seed := range uint64(60) {
		for _, whole := range []bool{true, false} {
			checkLives(t, rand.New(rand.NewPCG(seed, 3)), seed, whole)
		}
	}
}

// randomJump gives a distance of either sign, from seconds to days; in whole seconds if asked.
func randomJump(r *rand.Rand, whole bool) time.Duration {
	reach := []time.Duration{5 * time.Second, 16 * time.Minute, 3 * time.Hour, 90 * 24 * time.Hour}[r.IntN(4)]
	d := time.Duration(r.Int64N(int64(2*reach))) - reach
	if whole {
		d = d.Truncate(time.Second)
	}
	return d
}

func checkLives(t *testing.T, r *rand.Rand, seed uint64, whole bool) {
	t.Helper()
	offset := randomJump(r, whole)
	w := newWorld(t, offset)
	kinds := []clock.Kind{clock.Sleep, clock.SleepPaused, clock.Run}
	var lives []*life
	for range 80 {
		w.pass(time.Duration(1 + r.Int64N(int64(3*time.Second))))
		switch r.IntN(4) {
		case 0:
			raw := w.host()
			lives = append(lives, &life{raw: raw, ends: w.clock.Now().Truncate(time.Second).Add(900 * time.Second)})
		case 1:
			minted := w.backEnd()
			w.Seen(minted) // so that a jump in the same second leaves no doubt
			raw, inbound := minted, r.IntN(2) == 0
			if inbound {
				raw = w.Inbound(minted)
			}
			ends := w.now().Truncate(time.Second).Add(900*time.Second + offset)
			if inbound && raw != minted {
				// As a back end would have minted it that lives in virtual time.
				ends = w.clock.Now().Truncate(time.Second).Add(900 * time.Second)
			}
			// In one second, the back end mints the same bytes again; the younger birth counts.
			lives = slices.DeleteFunc(lives, func(l *life) bool { return l.raw == raw })
			lives = append(lives, &life{raw: raw, session: true, inbound: inbound, ends: ends})
		case 2:
			d := randomJump(r, whole)
			offset += d
			w.clock.Advance(d, kinds[r.IntN(len(kinds))])
			for _, l := range lives {
				l.moved = true
			}
		case 3:
			if len(lives) > 0 {
				w.checkLife(lives[r.IntN(len(lives))], r, offset, seed, whole)
			}
		}
	}
}

// checkLife sends a token, as itself or as an echo, and compares what the back end and the virtual timeline make of it.
func (w *world) checkLife(l *life, r *rand.Rand, offset time.Duration, seed uint64, whole bool) {
	w.t.Helper()
	raw := l.raw
	if len(l.sent) > 0 && r.IntN(2) == 0 {
		raw = l.sent[r.IntN(len(l.sent))]
	}
	out := w.Outbound(raw)
	if out.Original != l.raw || !out.Verified || (out.Kind == token.Session) != l.session {
		w.t.Fatalf("seed %d: Outbound(%s) = %+v, want the original %s", seed, raw, out, l.raw)
	}
	l.sent = append(l.sent, out.Sent)
	if l.session && !l.moved && !l.inbound && out.Sent != l.raw {
		w.t.Fatalf("seed %d: a session token was changed before any jump", seed)
	}
	sent, err := token.Verify(out.Sent, token.Expect{Secret: secret})
	if err != nil {
		w.t.Fatalf("seed %d: %v", seed, err)
	}
	real := w.now()
	virtual := real.Add(offset)
	backEnd := remaining(sent, real)
	if got := remaining(out.Virtual, virtual); got != backEnd {
		w.t.Fatalf("seed %d: the back end sees a life of %s, the virtual timeline %s", seed, backEnd, got)
	}
	if sent.Claims.ExpiresAt.Sub(sent.Claims.IssuedAt) != 900*time.Second {
		w.t.Fatalf("seed %d: the whole life became %s", seed, sent.Claims.ExpiresAt.Sub(sent.Claims.IssuedAt))
	}
	// The test's own reckoning, which knows nothing of the clock's history.
	want := l.ends.Sub(virtual)
	slack := time.Duration(0)
	if l.session && !l.inbound && !whole {
		// Fractions of a second that were jumped over cannot be told in whole seconds; they are taken off, never added.
		slack = time.Second
	}
	exact := time.Duration(l.ends.Unix()-virtual.Unix()) * time.Second
	if slack == 0 && backEnd != exact {
		w.t.Fatalf("seed %d: the back end sees a life of %s, want %s", seed, backEnd, exact)
	}
	if diff := backEnd - want; diff < -slack-time.Second || diff > time.Second {
		w.t.Fatalf("seed %d: the back end sees a life of %s, want %s", seed, backEnd, want)
	}
}
