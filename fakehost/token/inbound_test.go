package token_test

import (
	"testing"
	"time"

	"github.com/standin-dev/standin/fakehost/clock"
	"github.com/standin-dev/standin/fakehost/token"
)

// parse reads a token that must be one.
func (w *world) parse(raw string) *token.Token {
	w.t.Helper()
	parsed, err := token.Verify(raw, token.Expect{Secret: secret})
	if err != nil {
		w.t.Fatal(err)
	}
	return parsed
}

// A page that decodes what the back end minted finds times of its own timeline, and what it sends comes to the back end as
// it was minted.
func TestInboundIsInVirtualTime(t *testing.T) {
	t.Parallel()
	w := newWorld(t, time.Hour)
	minted := w.backEnd()
	got := w.Inbound(minted)
	parsed := w.parse(got)
	if want := w.clock.Now().Add(token.DefaultSessionTTL); !parsed.Claims.ExpiresAt.Equal(want.Truncate(time.Second)) {
		t.Errorf("the page reads exp %s, want %s", parsed.Claims.ExpiresAt, want)
	}
	out := w.Outbound(got)
	if sent := w.parse(out.Sent); !sent.Claims.ExpiresAt.Equal(w.parse(minted).Claims.ExpiresAt) {
		t.Errorf("the back end reads exp %s, want what it wrote", sent.Claims.ExpiresAt)
	}
	if out.Kind != token.Session || !out.Verified || out.Original != got {
		t.Errorf("it is noted as %q, verified %v", out.Kind, out.Verified)
	}
	w.clock.Advance(16*time.Minute, clock.Sleep)
	w.wantLife(got, gone)
}

// While the two timelines are one, nothing changes: a back end that compares what it gave away finds the same bytes.
func TestInboundLeavesAlone(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 0)
	if minted := w.backEnd(); w.Inbound(minted) != minted {
		t.Error("a token was changed though no time was jumped over")
	}
	w = newWorld(t, time.Hour)
	foreign := mint(t, "another secret of somebody else, also long", claims())
	for name, raw := range map[string]string{"a foreign token": foreign, "no token": "a.b.c", "the host's own": w.host()} {
		if w.Inbound(raw) != raw {
			t.Errorf("%s was changed", name)
		}
	}
}

// What the back end echoes comes back as the page had sent it.
func TestInboundEcho(t *testing.T) {
	t.Parallel()
	w := newWorld(t, time.Hour)
	raw := w.host()
	if got := w.Inbound(w.Outbound(raw).Sent); got != raw {
		t.Errorf("the echo of %s came back as %s", token.ID(raw), token.ID(got))
	}
}

// A token that was minted before a jump, and is given away after it, has aged by the jump.
func TestInboundOfAnOldToken(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 0)
	old := w.backEnd()
	w.Inbound(old)
	w.pass(5 * time.Second)
	w.clock.Advance(16*time.Minute, clock.Sleep)
	w.wantLife(w.Inbound(old), gone-5*time.Second)
}

// Skew moves tokens so that the back end sees what it would see with such a clock: less of their life when it is ahead.
// What it minted itself looks right to it all the same.
func TestSkew(t *testing.T) {
	t.Parallel()
	for _, skew := range []time.Duration{2 * time.Minute, -2 * time.Minute, time.Hour} {
		w := newWorld(t, 30*time.Minute)
		w.Skew(skew)
		minted := w.backEnd()
		got := w.Inbound(minted)
		for _, c := range []struct {
			name, raw string
			want      time.Duration
		}{
			{"a token of the host's", w.host(), token.DefaultContextTTL - skew},
			{"a token of its own", minted, token.DefaultSessionTTL},
			{"a token of its own that the page was given", got, token.DefaultSessionTTL},
		} {
			if life, _ := w.lives(c.raw); life != c.want {
				t.Errorf("skew %s: the back end sees a life of %s in %s, want %s", skew, life, c.name, c.want)
			}
		}
		if life := remaining(w.parse(got), w.clock.Now()); life != token.DefaultSessionTTL+skew {
			t.Errorf("skew %s: the page reads a life of %s, want %s", skew, life, token.DefaultSessionTTL+skew)
		}
	}
}
