package token_test

import (
	"reflect"
	"testing"
	"time"

	"github.com/standin-dev/standin/fakehost/clock"
	"github.com/standin-dev/standin/fakehost/token"
)

// A session token's iat tells only the second of its birth. These tests put a jump of 16 minutes into that very second: a token
// from before it has expired, one from after it is fresh.

const (
	gone  = -60 * time.Second
	fresh = 900 * time.Second
)

func TestMintedBeforeAJumpInItsSecond(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 0)
	w.pass(200 * time.Millisecond)
	w.Outbound(w.host()) // the page loads, and the back end puts a session token into it
	session := w.backEnd()
	w.pass(300 * time.Millisecond)
	w.clock.Advance(16*time.Minute, clock.Sleep)
	w.pass(100 * time.Millisecond)
	w.wantLife(session, gone)
	w.wantLife(session, gone) // and so it stays, though a request left after the jump
}

func TestMintedAfterAJumpInItsSecond(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 0)
	w.pass(500 * time.Millisecond)
	w.clock.Advance(16*time.Minute, clock.Sleep)
	w.pass(100 * time.Millisecond)
	w.Outbound(w.host()) // a fresh context token leaves, and the back end answers with a session token
	session := w.backEnd()
	w.pass(100 * time.Millisecond)
	w.wantLife(session, fresh)
}

func TestMintedBeforeAJumpAndSentMuchLater(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 0)
	w.pass(200 * time.Millisecond)
	w.Outbound(w.host())
	session := w.backEnd()
	w.pass(300 * time.Millisecond)
	w.clock.Advance(16*time.Minute, clock.Sleep)
	w.pass(2 * time.Second)
	w.Outbound(w.host()) // too late to have led to a token of that second
	w.wantLife(session, gone-2*time.Second)
}

// TestLookChangesNothing: a request, a session token, a sleep and a mere query within one second. Were the query a request, the
// session could have been born after the sleep.
func TestLookChangesNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 0)
	w.pass(100 * time.Millisecond)
	page := w.host()
	w.Outbound(page)
	session := w.backEnd()
	w.pass(100 * time.Millisecond)
	w.clock.Advance(16*time.Minute, clock.Sleep)
	w.pass(100 * time.Millisecond)
	w.Look(page)
	w.wantLife(session, gone)
	w.pass(time.Second)
	if looked, sent := w.Look(session), w.Outbound(session); !reflect.DeepEqual(looked, sent) {
		t.Errorf("Look() = %+v, Outbound() = %+v", looked, sent)
	}
}

// TestLookMeetsNothing: what is only looked at was not met: neither is its birth fixed, nor what was sent instead of it, nor that it
// came from a page.
func TestLookMeetsNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 0)
	raw := mint(t, secret, token.Claims{Issuer: "app", ExpiresAt: w.now().Add(900 * time.Second)})
	own := mint(t, "another", token.Claims{Issuer: "app", IssuedAt: w.now(), ExpiresAt: w.now().Add(900 * time.Second)})
	page := w.host()
	w.Look(raw)
	w.Look(own)
	w.clock.Advance(16*time.Minute, clock.Sleep)
	if moved := w.Look(page).Sent; moved == page || w.Look(moved).Original != moved {
		t.Error("what Look says would leave is remembered as having left, or did not have to move")
	}
	w.wantLife(raw, fresh) // it is as old as its first use
	w.Seen(own)
	if !w.Outbound(own).Foreign {
		t.Error("a token that the back end gave out passes for one that a page sent first")
	}
}

// TestSeenSettlesIt: requests left on both sides of the jump, so only the answer tells which of them gave the token.
func TestSeenSettlesIt(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name   string
		before bool
		want   time.Duration
	}{{"before", true, gone}, {"after", false, fresh}} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, 0)
			session := w.backEnd()
			w.pass(200 * time.Millisecond)
			w.Outbound(w.host())
			if tc.before {
				w.Seen(session)
			}
			w.pass(300 * time.Millisecond)
			w.clock.Advance(16*time.Minute, clock.Sleep)
			w.pass(100 * time.Millisecond)
			w.Outbound(w.host())
			if !tc.before {
				w.Seen(session)
			}
			w.wantLife(session, tc.want)
		})
	}
}

// TestTheSameBytesTwice: what the back end mints before and after a jump in one second is the same to the byte. A page that has the
// younger must not be told that it is stale.
func TestTheSameBytesTwice(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 0)
	session := w.backEnd()
	w.Seen(session)
	w.wantLife(session, fresh)
	w.pass(300 * time.Millisecond)
	w.clock.Advance(16*time.Minute, clock.Sleep)
	w.wantLife(session, gone)
	w.pass(300 * time.Millisecond)
	w.Seen(session)
	w.wantLife(session, fresh)
	w.pass(time.Second)
	w.clock.Advance(16*time.Minute, clock.Sleep)
	w.Seen(session) // handed out again, but not minted again: its second is over
	w.wantLife(session, gone-time.Second)
}

// TestTheSameBytesAsTheSecondEnds is the same with an answer that arrives in the next second.
func TestTheSameBytesAsTheSecondEnds(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 0)
	session := w.backEnd()
	w.Seen(session)
	w.pass(300 * time.Millisecond)
	w.clock.Advance(16*time.Minute, clock.Sleep)
	w.Outbound(w.host()) // and the back end mints, to the byte, what it minted before
	w.pass(800 * time.Millisecond)
	w.Seen(session)
	w.wantLife(session, fresh-time.Second)
	w.pass(time.Second)
	w.clock.Advance(10*time.Minute, clock.Sleep)
	w.Seen(session) // handed out again: this answer is none to that question
	w.wantLife(session, fresh-10*time.Minute-2*time.Second)
}

// TestTheSameBytesOnAFreshPage is the same without anybody who reads answers: the page that had the elder is gone.
func TestTheSameBytesOnAFreshPage(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 0)
	w.Outbound(w.host())
	session := w.backEnd()
	w.wantLife(session, fresh)
	w.pass(300 * time.Millisecond)
	w.clock.Advance(16*time.Minute, clock.Sleep)
	w.wantLife(session, gone)
	w.pass(300 * time.Millisecond)
	w.FreshPage()
	w.Outbound(w.host()) // the new page loads
	w.wantLife(session, fresh)
	w.pass(time.Second)
	w.clock.Advance(16*time.Minute, clock.Sleep)
	w.FreshPage() // its second is over: whoever sends it now has got it from then
	w.Outbound(w.host())
	w.wantLife(session, gone-time.Second)
}

func TestSeenIgnoresWhatTellsNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t, time.Hour)
	w.Seen("not a token")
	host := w.host()
	sent := w.Outbound(host).Sent
	w.Seen(sent) // an echo is no token of its own
	if again := w.Outbound(host).Sent; again != sent {
		t.Errorf("sent %s, then %s", sent, again)
	}
	if got := w.Outbound(sent).Original; got != host {
		t.Errorf("the echo has the original %s", got)
	}
}

func TestSessionTokenWithoutIat(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 0)
	w.clock.Advance(time.Hour, clock.Sleep)
	w.pass(time.Second)
	raw := mint(t, secret, token.Claims{Issuer: "app", ExpiresAt: w.now().Add(900 * time.Second)})
	w.wantLife(raw, 900*time.Second) // it is as old as its first use
	w.pass(time.Second)
	w.clock.Advance(16*time.Minute, clock.Sleep)
	w.wantLife(raw, -61*time.Second)
}

// TestSessionTokenFromTheFuture: a back end whose clock is ahead must not give tokens that no jump makes older.
func TestSessionTokenFromTheFuture(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 0)
	now := w.now().Add(time.Hour)
	raw := mint(t, secret, token.Claims{Issuer: "app", IssuedAt: now, ExpiresAt: now.Add(900 * time.Second)})
	w.wantLife(raw, time.Hour+900*time.Second)
	w.clock.Advance(16*time.Minute, clock.Sleep)
	w.wantLife(raw, time.Hour+gone)
}

// TestSessionTokenFromBeforeTheRun: a back end that runs longer than the clock has tokens from before it began.
func TestSessionTokenFromBeforeTheRun(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 24*time.Hour)
	then := w.now().Add(-5 * time.Minute)
	raw := mint(t, secret, token.Claims{Issuer: "app", IssuedAt: then, ExpiresAt: then.Add(900 * time.Second)})
	w.wantLife(raw, 600*time.Second)
	w.clock.Advance(9*time.Minute, clock.Sleep)
	w.wantLife(raw, 60*time.Second)
}
