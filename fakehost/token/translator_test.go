package token_test

import (
	"crypto/rand"
	"crypto/rsa"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/standin-dev/standin/fakehost/clock"
	"github.com/standin-dev/standin/fakehost/token"
)

// world is a translator on a clock whose real side the test moves.
type world struct {
	t     testing.TB
	clock *clock.Clock
	*token.Translator

	mu   sync.Mutex
	real time.Time
}

// newWorld begins at born, virtual time being ahead by the given distance.
func newWorld(t testing.TB, ahead time.Duration) *world {
	w := &world{t: t, real: born}
	w.clock = clock.New(clock.Options{Start: born.Add(ahead), Real: w.now})
	w.Translator = token.NewTranslator(w.clock)
	w.AddSecret(secret)
	return w
}

func (w *world) now() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.real
}

func (w *world) pass(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.real = w.real.Add(d)
}

// host mints a context token in virtual time, as the host does.
func (w *world) host() string {
	c := claims()
	c.IssuedAt = w.clock.Now()
	c.ExpiresAt = c.IssuedAt.Add(token.DefaultContextTTL)
	raw := mint(w.t, secret, c)
	w.Issued(raw, token.Context)
	return raw
}

// backEnd mints a session token in real time, as atlassian-connect-express does.
func (w *world) backEnd() string {
	now := w.now()
	return mint(w.t, secret, token.Claims{Issuer: "app", Audience: []string{"ck"}, IssuedAt: now, ExpiresAt: now.Add(token.DefaultSessionTTL)})
}

// remaining is the life that a token has left to one who compares whole seconds.
func remaining(tok *token.Token, now time.Time) time.Duration {
	return time.Duration(tok.Claims.ExpiresAt.Unix()-now.Unix()) * time.Second
}

// lives sends a token and gives the life that it has left, as the back end sees it and on the virtual timeline.
func (w *world) lives(raw string) (backEnd, virtual time.Duration) {
	w.t.Helper()
	out := w.Outbound(raw)
	sent, err := token.Verify(out.Sent, token.Expect{Secret: secret})
	if err != nil || !out.Verified || out.Virtual == nil {
		w.t.Fatalf("Outbound() = %+v; what it sends: %v", out, err)
	}
	return remaining(sent, w.now()), remaining(out.Virtual, w.clock.Now())
}

func (w *world) wantLife(raw string, want time.Duration) {
	w.t.Helper()
	backEnd, virtual := w.lives(raw)
	if backEnd != want || virtual != want {
		w.t.Errorf("a life of %s is left to the back end, and %s on the virtual timeline; want %s", backEnd, virtual, want)
	}
}

func TestHostTokenLosesWhatTimeJumped(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 0)
	raw := w.host()
	w.wantLife(raw, 900*time.Second)
	w.pass(10 * time.Second)
	w.wantLife(raw, 890*time.Second)
	w.clock.Advance(16*time.Minute, clock.Sleep)
	w.wantLife(raw, -70*time.Second)
	w.wantLife(w.host(), 900*time.Second)
	w.clock.Advance(-16*time.Minute, clock.Sleep)
	w.wantLife(raw, 890*time.Second)
}

func TestSessionTokenLosesWhatTimeJumped(t *testing.T) {
	t.Parallel()
	for name, ahead := range map[string]time.Duration{"same time": 0, "a year ahead": 365 * 24 * time.Hour, "behind": -30 * time.Hour} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, ahead)
			raw := w.backEnd()
			w.wantLife(raw, 900*time.Second)
			w.pass(10 * time.Second)
			w.wantLife(raw, 890*time.Second)
			w.clock.Advance(16*time.Minute, clock.Sleep)
			w.wantLife(raw, -70*time.Second)
			w.pass(time.Second)
			w.wantLife(w.backEnd(), 900*time.Second)
		})
	}
}

func TestOutboundLeavesAlone(t *testing.T) {
	t.Parallel()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	rs256, err := token.MintRS256(key, "kid", claims())
	if err != nil {
		t.Fatal(err)
	}
	w := newWorld(t, time.Hour)
	mine := w.host()
	w.Issued(rs256, token.Lifecycle)
	for _, tc := range []struct {
		name, raw string
		kind      token.Kind
		parsed    bool
	}{
		{"text", "not a token", token.Unknown, false},
		{"nothing", "", token.Unknown, false},
		{"another secret", mint(t, "another", claims()), token.Unknown, true},
		{"a signature changed", mine[:len(mine)-2] + "AA", token.Unknown, true},
		{"HS512", hs512(), token.Unknown, true},
		{"alg none", craft(`{"alg":"none"}`, `{"exp":1}`, secret), token.Unknown, true},
		{"RS256, of the host", rs256, token.Lifecycle, true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			out := w.Outbound(tc.raw)
			if out.Original != tc.raw || out.Sent != tc.raw || out.Verified || out.Kind != tc.kind || (out.Virtual != nil) != tc.parsed {
				t.Errorf("Outbound() = %+v, want the token untouched, of kind %q", out, tc.kind)
			}
			if tc.parsed && out.Virtual.Raw != tc.raw {
				t.Errorf("Virtual is %s, want the claims as written", out.Virtual.Raw)
			}
		})
	}
}

// TestOutboundWithoutAJumpSendsTheSameBytes: an odd but valid token must not be tidied.
func TestOutboundWithoutAJumpSendsTheSameBytes(t *testing.T) {
	t.Parallel()
	odd := craft(`{ "alg" : "HS256" }`, "{ \"exp\" : 1700000900.25,\n\"iat\":1700000000 }", secret)
	w := newWorld(t, 0)
	for _, raw := range []string{odd, w.host(), w.backEnd()} {
		if out := w.Outbound(raw); out.Sent != raw || !out.Verified {
			t.Errorf("Outbound() = %+v, want the same bytes", out)
		}
	}
	// A session token stays as it is also when the clocks are apart, and even by a fraction, as long as nothing jumps.
	for _, ahead := range []time.Duration{time.Hour, -time.Hour, 1500 * time.Millisecond, -1} {
		w := newWorld(t, ahead)
		raw := w.backEnd()
		for range 10 {
			w.pass(333 * time.Millisecond)
			if out := w.Outbound(raw); out.Sent != raw || out.Kind != token.Session {
				t.Errorf("%s ahead: Outbound() = %+v, want the same bytes", ahead, out)
			}
		}
	}
}

func TestMovedTokenKeepsItsText(t *testing.T) {
	t.Parallel()
	const head = `{"kid":"x","alg":"HS256","typ":"JWT"}`
	for _, tc := range []struct{ name, payload, want string }{
		{"in order", `{"z":1,"exp":1700000900,"a":"é<&>","iat":1700000000,"nbf":1700000000}`, `{"z":1,"exp":1699999900,"a":"é<&>","iat":1699999000,"nbf":1699999000}`},
		{"white space", "{ \"exp\" :\t1700000900 ,\n \"b\" : [ 1.0, 1e2 ] }", "{ \"exp\" :\t1699999900 ,\n \"b\" : [ 1.0, 1e2 ] }"},
		{"only at the top", `{"context":{"exp":5,"iat":[6]},"exp":1700000900}`, `{"context":{"exp":5,"iat":[6]},"exp":1699999900}`},
		{"a fraction", `{"exp":1700000900.5}`, `{"exp":1699999900.5}`},
		{"an exponent", `{"exp":1.7e9}`, `{"exp":1699999000}`},
		{"an escaped name", `{"e\u0078p":1700000900}`, `{"e\u0078p":1699999900}`},
		{"twice", `{"exp":1,"exp":1700000900}`, `{"exp":-999,"exp":1699999900}`},
		{"null", `{"exp":1700000900,"nbf":null}`, `{"exp":1699999900,"nbf":null}`},
		{"at the edge", `{"exp":-9223372036854775808,"iat":1700000000}`, `{"exp":-9223372036854775808,"iat":1699999000}`},
		{"large numbers elsewhere", `{"id":12345678901234567890,"exp":1700000900}`, `{"id":12345678901234567890,"exp":1699999900}`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, 1000*time.Second)
			raw := craft(head, tc.payload, secret)
			w.Issued(raw, token.Iframe)
			out := w.Outbound(raw)
			// The space at the end tells a translation from whatever was minted.
			if got := part(t, out.Sent, 1); got != tc.want+" " {
				t.Errorf("payload = %q\nwant %q and a space", got, tc.want)
			}
			if got := part(t, out.Sent, 0); got != head {
				t.Errorf("header = %s, want %s", got, head)
			}
			if _, err := token.Verify(out.Sent, token.Expect{Secret: secret}); err != nil {
				t.Errorf("what is sent: %v", err)
			}
			if out.Original != raw || out.Virtual.Raw != raw || out.Kind != token.Iframe {
				t.Errorf("Outbound() = %+v, want the host's own token as original and virtual one", out)
			}
		})
	}
}

func TestTokenWithoutTimesIsUntouched(t *testing.T) {
	t.Parallel()
	w := newWorld(t, time.Hour)
	raw := craft(header, `{"iss":"ck"}`, secret)
	w.Issued(raw, token.Iframe)
	out := w.Outbound(raw)
	if got := part(t, out.Sent, 1); got != `{"iss":"ck"}` {
		t.Errorf("payload = %q", got)
	}
	if out.Sent != raw {
		t.Errorf("Sent = %s, want the same bytes", out.Sent)
	}
}

func TestSecrets(t *testing.T) {
	t.Parallel()
	w := newWorld(t, time.Hour)
	old := w.host()
	w.AddSecret("")
	w.AddSecret("rotated")
	// The token from before the rotation is signed as before: whether the back end still takes it is for the back end to say.
	if _, err := token.Verify(w.Outbound(old).Sent, token.Expect{Secret: secret}); err != nil {
		t.Errorf("a token from before the rotation: %v", err)
	}
	c := claims()
	renewed := mint(t, "rotated", c)
	w.Issued(renewed, token.Context)
	if _, err := token.Verify(w.Outbound(renewed).Sent, token.Expect{Secret: "rotated"}); err != nil {
		t.Errorf("a token from after the rotation: %v", err)
	}
	if out := w.Outbound(craft(header, `{"exp":1}`, "")); out.Verified {
		t.Error("an empty secret was taken for one of the tenant's")
	}
}

func TestEcho(t *testing.T) {
	t.Parallel()
	w := newWorld(t, time.Hour)
	w.pass(time.Second)
	host, session := w.host(), w.backEnd()
	w.Outbound(session)
	w.clock.Advance(time.Minute, clock.Run)
	for name, original := range map[string]string{"host": host, "session": session} {
		first := w.Outbound(original)
		if first.Sent == original {
			t.Fatalf("%s: the token did not move", name)
		}
		w.pass(2 * time.Second)
		w.clock.Advance(time.Minute, clock.Run)
		echoed := w.Outbound(first.Sent) // the back end wrote it into its page
		again := w.Outbound(original)
		if diff := cmp.Diff(again, echoed); diff != "" {
			t.Errorf("%s: the echo is not translated as its original (-original +echo):\n%s", name, diff)
		}
		if echoed.Original != original || echoed.Sent == first.Sent {
			t.Errorf("%s: Outbound(echo) = %+v, want the original's life anew", name, echoed)
		}
		// However often it goes round.
		w.clock.Advance(time.Minute, clock.Run)
		if got := w.Outbound(echoed.Sent); got.Original != original {
			t.Errorf("%s: the echo of an echo has the original %s", name, got.Original)
		}
	}
}

// TestTwoTokensNeverBecomeOne: in one real second, the host mints two tokens that differ in their times alone. Moved to real time they
// would be the same bytes, and an echo of the second or a stale use of the first would be taken for the other.
func TestTwoTokensNeverBecomeOne(t *testing.T) {
	t.Parallel()
	w := newWorld(t, time.Hour)
	stale := w.host()
	first := w.Outbound(stale)
	w.clock.Advance(16*time.Minute, clock.Sleep)
	fresh := w.host()
	second := w.Outbound(fresh)
	if first.Sent == second.Sent {
		t.Fatal("two tokens are sent as one")
	}
	if got := w.Outbound(second.Sent).Original; got != fresh {
		t.Errorf("the echo of the fresh token has the original %s", got)
	}
	w.wantLife(second.Sent, 900*time.Second)
	w.wantLife(stale, -60*time.Second)
	w.wantLife(fresh, 900*time.Second)
	if got := w.Outbound(first.Sent).Original; got != stale {
		t.Errorf("the echo of the stale token has the original %s", got)
	}
	// The padding is stable: the same token sent twice at one instant is sent as the same bytes.
	if again := w.Outbound(fresh).Sent; again != second.Sent {
		t.Errorf("sent %s, then %s", second.Sent, again)
	}
}

// TestTokenThatWouldEqualATranslation: after a step back, host and back end mint what was sent before in the place of others.
func TestTokenThatWouldEqualATranslation(t *testing.T) {
	t.Parallel()
	w := newWorld(t, time.Hour)
	ahead := w.host()
	sent := w.Outbound(ahead).Sent
	session := w.backEnd()
	w.Seen(session)
	w.clock.Advance(-time.Hour, clock.Sleep)
	same := w.host()
	if got, want := part(t, same, 1)+" ", part(t, sent, 1); got != want {
		t.Fatalf("the test has lost its point: %q and %q differ by more than the space", got, want)
	}
	if out := w.Outbound(same); out.Original != same || out.Sent != same {
		t.Errorf("Outbound() = %+v, want the host's token as it is", out)
	}
	moved := w.Outbound(session).Sent
	w.pass(time.Hour)
	if got := w.backEnd(); part(t, got, 1)+" " != part(t, moved, 1) {
		t.Fatal("the test has lost its point: the session tokens differ by more than the space")
	} else if out := w.Outbound(got); out.Original != got || out.Sent != got {
		t.Errorf("Outbound() = %+v, want the back end's token as it is", out)
	}
}

func TestNilClockNeverMoves(t *testing.T) {
	t.Parallel()
	tr := token.NewTranslator(nil)
	tr.AddSecret(secret)
	tr.Issued(published, token.Context)
	if out := tr.Outbound(published); out.Sent != published || !out.Verified || out.Kind != token.Context {
		t.Errorf("Outbound() = %+v", out)
	}
}

func TestTranslatorConcurrently(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 0)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for i := range 50 {
				host, session := w.host(), w.backEnd()
				w.Seen(session)
				w.pass(time.Millisecond)
				w.clock.Advance(time.Duration(i)*time.Second, clock.Run)
				for _, raw := range []string{host, session} {
					sent := w.Outbound(raw).Sent
					if original := w.Outbound(sent).Original; strings.Count(sent, ".") != 2 || original == "" {
						t.Errorf("Outbound() sends %q", sent)
					}
				}
				w.AddSecret(secret)
			}
		})
	}
	wg.Wait()
}

// TestTenantsApart: a secret outdates those of its own tenant alone.
func TestTenantsApart(t *testing.T) {
	t.Parallel()
	tr := token.NewTranslator(nil)
	tr.AddTenant("one", "first")
	tr.AddTenant("two", "second")
	outdated := func(issuer, secret string) bool {
		t.Helper()
		raw, err := token.MintHS256(secret, token.Claims{Issuer: issuer, IssuedAt: time.Unix(1e9, 0), ExpiresAt: time.Unix(2e9, 0)})
		if err != nil {
			t.Fatal(err)
		}
		known := tr.Look(raw)
		if !known.Verified {
			t.Fatalf("the token of %s is not known", issuer)
		}
		return known.Outdated
	}
	if outdated("one", "first") || outdated("two", "second") || outdated("an app's session", "first") {
		t.Error("a tenant's current secret is outdated")
	}
	tr.AddTenant("one", "rotated")
	if !outdated("one", "first") || outdated("one", "rotated") || outdated("two", "second") {
		t.Error("a rotation outdates the earlier secret of that tenant, and nothing else")
	}
}
