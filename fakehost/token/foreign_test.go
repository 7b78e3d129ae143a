package token_test

import (
	"strings"
	"testing"
	"time"

	"github.com/standin-dev/standin/fakehost/clock"
	"github.com/standin-dev/standin/fakehost/token"
)

// ownSecret is the back end's, of which no tenant knows.
const ownSecret = "a secret of the back end's own, and a long one"

// ownSession mints a session token in real time, signed with a secret of the back end's own.
func (w *world) ownSession() string {
	now := w.now()
	return mint(w.t, ownSecret, token.Claims{Issuer: "app", Subject: "u", IssuedAt: now, ExpiresAt: now.Add(token.DefaultSessionTTL)})
}

// written is a token as it is written, whoever signed it.
func written(t *testing.T, raw string) *token.Token {
	t.Helper()
	parsed, err := token.Parse(raw)
	if err != nil {
		t.Fatal(err)
	}
	return parsed
}

// TestForeignSessionToken: what the back end signs with a key of its own passes byte for byte, both ways, and its life is told
// on the virtual timeline all the same.
func TestForeignSessionToken(t *testing.T) {
	t.Parallel()
	for name, come := range map[string]func(*world, string) string{
		"seen in an answer":       func(w *world, raw string) string { w.Seen(raw); return raw },
		"come through the relay":  func(w *world, raw string) string { return w.Inbound(raw) },
		"both, one after another": func(w *world, raw string) string { got := w.Inbound(raw); w.Seen(got); return got },
	} {
		w := newWorld(t, time.Hour)
		raw := w.ownSession()
		if got := come(w, raw); got != raw {
			t.Errorf("%s: the page gets %s", name, got)
		}
		check := func(want time.Duration) {
			t.Helper()
			out := w.Outbound(raw)
			if out.Sent != raw || out.Kind != token.Session || !out.Foreign || out.Verified || out.Outdated {
				t.Errorf("%s: Outbound() = %+v", name, out)
			}
			if life := remaining(out.Virtual, w.clock.Now()); life != want {
				t.Errorf("%s: a life of %s is left on the virtual timeline, want %s", name, life, want)
			}
			if out.Virtual.Raw != raw || out.Virtual.Claims.Subject != "u" {
				t.Errorf("%s: it is told as %+v", name, out.Virtual)
			}
		}
		check(fresh)
		w.clock.Advance(16*time.Minute, clock.Sleep)
		check(gone)
		w.pass(5 * time.Second)
		come(w, raw) // which makes it no younger
		check(gone - 5*time.Second)
		// The next one is as fresh as the first was.
		raw = w.ownSession()
		come(w, raw)
		check(fresh)
	}
}

// TestForeignTokenOfThePage: what a page sends first, or has changed, may be anything, and is told as it is written; also
// when the back end echoes it.
func TestForeignTokenOfThePage(t *testing.T) {
	t.Parallel()
	w := newWorld(t, time.Hour)
	own := w.ownSession()
	tampered := w.host()
	tampered = tampered[:strings.LastIndexByte(tampered, '.')] + ".c2lnbmVk"
	for name, raw := range map[string]string{"a token that nobody gave it": own, "a host's, tampered with": tampered} {
		want := written(t, raw).Claims.ExpiresAt
		for range 2 {
			out := w.Outbound(raw)
			if out.Sent != raw || out.Foreign || out.Kind != token.Unknown || !out.Virtual.Claims.ExpiresAt.Equal(want) {
				t.Errorf("%s: Outbound() = %+v, want exp %s", name, out, want)
			}
			w.Seen(raw)
			w.Inbound(raw)
		}
	}
	// With a hash it claims to be the host's, also when it comes from the back end first.
	late := mint(t, ownSecret, token.Claims{Issuer: "ck", QSH: token.ContextQSH, ExpiresAt: w.now()})
	w.Seen(late)
	if out := w.Outbound(late); out.Foreign || !out.Virtual.Claims.ExpiresAt.Equal(w.now()) {
		t.Errorf("a token with a hash: Outbound() = %+v", out)
	}
}

// TestSessionSecret: with the back end's own secret its tokens are translated as those are that it signs with the tenant's.
func TestSessionSecret(t *testing.T) {
	t.Parallel()
	w := newWorld(t, time.Hour)
	w.AddSessionSecret("") // nobody knows it
	w.AddSessionSecret(ownSecret)
	minted := w.ownSession()
	page := w.Inbound(minted)
	life := func(raw string) time.Duration {
		t.Helper()
		out := w.Outbound(raw)
		sent, err := token.Verify(out.Sent, token.Expect{Secret: ownSecret})
		if err != nil {
			t.Fatalf("what is sent: %v", err)
		}
		if out.Kind != token.Session || out.Verified || out.Foreign || out.Outdated {
			t.Errorf("Outbound() = %+v", out)
		}
		virtual := remaining(out.Virtual, w.clock.Now())
		if backEnd := remaining(sent, w.now()); backEnd != virtual {
			t.Errorf("the back end sees a life of %s, and it is %s", backEnd, virtual)
		}
		return virtual
	}
	if got := remaining(written(t, page), w.clock.Now()); got != fresh {
		t.Errorf("the page reads a life of %s", got)
	}
	for raw, name := range map[string]string{minted: "as it was minted", page: "as the page has it"} {
		if got := life(raw); got != fresh {
			t.Errorf("%s it lives for %s", name, got)
		}
	}
	w.clock.Advance(16*time.Minute, clock.Sleep)
	for raw, name := range map[string]string{minted: "as it was minted", page: "as the page has it"} {
		if got := life(raw); got != gone {
			t.Errorf("%s it lives for %s after 16 minutes", name, got)
		}
	}
}
