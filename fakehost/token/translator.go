package token

import (
	"slices"
	"sync"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/standin-dev/standin/fakehost/clock"
)

// Translator moves tokens from the virtual timeline, on which a host and a browser live, to the real one, on which the app's back
// end lives, so that the back end sees exactly the life that each token has left. It remembers every token of a run.
// It is safe for concurrent use.
type Translator struct {
	clock *clock.Clock

	mu        sync.Mutex
	secrets   []string                 // newest first
	sessions  []string                 // the back end's own, for session tokens
	issued    map[string]Kind          // what the host minted, and what Inbound made: tokens in virtual time
	births    map[string]time.Duration // how far virtual time was ahead when a token was minted that the host did not mint
	passed    map[string]bool          // tokens that do not verify, and came from a page first
	originals map[string]string        // by what was sent in its place
	current   map[string]string        // the secret of each tenant, by client key; of those that are known
	sent      []time.Time              // the real instant of each Outbound
	skew      time.Duration            // how far the back end's clock is ahead
}

// Translation is what becomes of a token on its way to the back end.
type Translation struct {
	// Original is the token as the page wrote it. When that was an earlier translation which the back end had echoed to the page,
	// it is the token from which that one was made.
	Original string
	Sent     string // what is to leave; the same as Original, byte for byte, when nothing has to move or nothing may
	Kind     Kind
	Verified bool // signed by HS256 with a secret of this tenant
	Outdated bool // that secret is not the tenant's current one: it was rotated since
	Foreign  bool // a session token that nobody here can sign: it leaves as it is, in the back end's time
	// Virtual is the token with its claims on the virtual timeline; nil when it cannot be parsed. The claims of one that does not
	// verify are as they are written, for nobody knows whose time they keep; unless the back end had given it out before, whose
	// time is known.
	Virtual *Token
}

// NewTranslator returns a translator that follows the history of c; nil: a clock that never jumps.
func NewTranslator(c *clock.Clock) *Translator {
	if c == nil {
		c = new(clock.Clock)
	}
	return &Translator{
		clock:     c,
		issued:    map[string]Kind{},
		births:    map[string]time.Duration{},
		passed:    map[string]bool{},
		originals: map[string]string{},
		current:   map[string]string{},
	}
}

// AddTenant makes a secret the current one of the tenant with that client key, as AddSecret does where there is one tenant: what
// is signed with its other secrets is outdated from now on, and what other tenants' secrets sign is not.
func (t *Translator) AddTenant(clientKey, secret string) {
	t.AddSecret(secret)
	t.mu.Lock()
	defer t.mu.Unlock()
	if secret != "" {
		t.current[clientKey] = secret
	}
}

// AddSecret makes a secret the tenant's current one. Earlier ones stay known, for the tokens from before a rotation.
// An empty secret is ignored.
func (t *Translator) AddSecret(secret string) {
	if secret == "" {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.secrets = slices.DeleteFunc(t.secrets, func(s string) bool { return s == secret })
	t.secrets = slices.Insert(t.secrets, 0, secret)
}

// AddSessionSecret tells a secret of the back end's own, with which it signs session tokens by HS256 in the stead of the tenant's.
// They are translated as those are, and count as not verified. An empty secret is ignored.
func (t *Translator) AddSessionSecret(secret string) {
	if secret == "" {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.sessions = append(t.sessions, secret)
}

// Issued tells that the host minted a token, in virtual time.
func (t *Translator) Issued(raw string, k Kind) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.issued[raw] = k
}

// Outbound translates a token that is about to leave for the back end, at this instant. A token that the host did not mint but
// that verifies is a session token, minted by the back end in real time. One that does not verify leaves as it is; it is a session
// token, too, when it came from the back end, which signs with a key of its own.
func (t *Translator) Outbound(raw string) Translation {
	t.mu.Lock()
	defer t.mu.Unlock()
	real, virtual := t.read()
	out, by := t.look(raw, real, virtual)
	t.keep(out, by, real, virtual)
	t.sent = append(t.sent, real)
	return out
}

// Look says of a token what Outbound would at this instant, and changes nothing: nothing leaves by it, and a token that was not met
// before is met by what comes later.
func (t *Translator) Look(raw string) Translation {
	t.mu.Lock()
	defer t.mu.Unlock()
	real, virtual := t.read()
	out, _ := t.look(raw, real, virtual)
	return out
}

// look is Look, and whose signature the token has. The caller holds t.mu.
func (t *Translator) look(raw string, real, virtual time.Time) (Translation, signer) {
	original := raw
	if of, echoed := t.originals[raw]; echoed {
		original = of
	}
	kind, ours := t.issued[original]
	out := Translation{Original: original, Sent: original, Kind: kind}
	parsed, err := Parse(original)
	if err != nil {
		return out, nobody
	}
	out.Virtual = parsed
	secret, by := t.signer(parsed)
	if by == nobody {
		t.foreign(&out)
		return out, by
	}
	out.Verified = by == tenant
	out.Outdated = out.Verified && t.outdated(parsed, secret)
	ahead := virtual.Unix() - real.Unix() // in the whole seconds that tokens know
	shift := -ahead
	if !ours {
		out.Kind = Session
		shift = sessionShift(t.born(parsed, real, virtual), real, virtual)
		out.Virtual = move(parsed, secret, shift+ahead)
	}
	out.Sent = t.onItsWay(original, secret, shift)
	return out, by
}

// outdated reports whether the secret that signed a token is no current one of the tenant that the token names, or of any where it
// names none. The caller holds t.mu.
func (t *Translator) outdated(tok *Token, secret string) bool {
	if current, known := t.current[tok.Claims.Issuer]; known {
		return secret != current
	}
	for _, current := range t.current {
		if secret == current {
			return false
		}
	}
	return secret != t.secrets[0]
}

// keep remembers what a token that leaves was found to be. The caller holds t.mu.
func (t *Translator) keep(out Translation, by signer, real, virtual time.Time) {
	if out.Sent != out.Original {
		t.originals[out.Sent] = out.Original
	}
	_, ours := t.issued[out.Original]
	_, came := t.births[out.Original]
	switch {
	case out.Virtual == nil:
	case by == nobody && !came:
		t.passed[out.Original] = true
	case by != nobody && !ours && !came:
		if parsed, err := Parse(out.Original); err == nil {
			t.birth(parsed, real, virtual)
		}
	}
}

// signer is whose secret a token is signed with.
type signer int

const (
	nobody signer = iota // of those that are known
	tenant
	session // the back end, with a secret of its own
)

// signer tells which known secret signed a token by HS256. The caller holds t.mu.
func (t *Translator) signer(tok *Token) (secret string, by signer) {
	if tok.Algorithm != jwt.SigningMethodHS256.Alg() {
		return "", nobody
	}
	if secret, ok := signedWith(tok, t.secrets); ok {
		return secret, tenant
	}
	if secret, ok := signedWith(tok, t.sessions); ok {
		return secret, session
	}
	return "", nobody
}

// onItsWay is the token that leaves instead of another, as keep remembers it. The caller holds t.mu.
func (t *Translator) onItsWay(original, secret string, shift int64) string {
	if shift == 0 {
		return original
	}
	// Tokens that differ in their times alone may be moved to the same bytes, and one of them onto the other. An echo of those bytes
	// would then let a stale token pass for a fresh one. White space, which no minter writes, keeps a translation apart from
	// every token that was minted; more of it keeps translations apart from one another.
	for padding := 1; ; padding++ {
		sent, err := resign(original, secret, shift, padding)
		if err != nil || sent == original {
			return original
		}
		if of, taken := t.originals[sent]; !taken || of == original {
			return sent
		}
	}
}

// move is the token with its times moved; the token itself if that cannot be.
func move(tok *Token, secret string, seconds int64) *Token {
	raw, err := resign(tok.Raw, secret, seconds, 0)
	if err != nil {
		return tok
	}
	moved, err := Parse(raw)
	if err != nil {
		return tok
	}
	return moved
}
