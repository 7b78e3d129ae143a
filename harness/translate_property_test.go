package harness

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/standin-dev/standin/fakehost/clock"
	"github.com/standin-dev/standin/fakehost/token"
	"github.com/standin-dev/standin/harness/timeline"
)

// voyage is one random history: a host, a back end, and who keeps count of what the
// life of each token should be.
type voyage struct {
	*testing.T
	run  *run
	rand *rand.Rand
	// client goes through a relay, as the browser does, to the origins.
	client, sockets *http.Client
	origins         []string
	// offset and skew are the test's own sums: how far virtual time is ahead of real
	// time, and the back end's clock of the truth.
	offset, skew time.Duration
	tokens       []known
}

// known is a token with the second at which it ends on the virtual timeline; foreign
// ones have none.
type known struct {
	raw     string
	exp     int64
	foreign bool
}

// TestABackEndSeesTheVirtualLife: whatever jumps, skews, kinds of token and carriers
// come together, the life that a real back end sees in a token is the one that it has
// on the virtual timeline, to the second, whether the connection is encrypted or not; and
// what is not this tenant's comes through byte for byte, both ways.
func TestABackEndSeesTheVirtualLife(t *testing.T) {
	t.Parallel()
	plain, encrypted := httptest.NewServer(http.HandlerFunc(lookout)), httptest.NewTLSServer(http.HandlerFunc(lookout))
	t.Cleanup(plain.Close)
	t.Cleanup(encrypted.Close)
	for seed := range uint64(12) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			t.Parallel()
			v := &voyage{T: t, run: tapped(t), rand: rand.New(rand.NewPCG(seed, 4)), origins: []string{plain.URL, encrypted.URL}}
			v.run.origins = v.origins
			v.setOut(&encrypted.TLS.Certificates[0])
			for range 60 {
				switch v.rand.IntN(6) {
				case 0:
					v.jump()
				case 1:
					v.skew = time.Duration(v.rand.Int64N(7201)-3600) * time.Second
					v.run.host.Translator().Skew(v.skew)
				case 2:
					v.mint()
				default:
					v.send()
				}
			}
		})
	}
}

func (v *voyage) jump() {
	reach := []int64{5, 1000, 90_000}[v.rand.IntN(3)]
	d := time.Duration(v.rand.Int64N(2*reach+1)-reach) * time.Second
	kinds := []clock.Kind{clock.Sleep, clock.SleepPaused, clock.Run}
	v.run.host.Time().Advance(d, kinds[v.rand.IntN(len(kinds))])
	v.offset += d
}

// mint adds a token of the host's, of the back end's, or of somebody else's. Each has a
// claim of its own, so that no two are the same.
func (v *voyage) mint() {
	// Who has the back end mint asks it, and says who it is: that is how the instant is known.
	v.run.outbound(timeline.Exchange{URL: v.origins[0], Header: http.Header{"Authorization": {"JWT " + v.run.handOut(v)}}})
	claims := token.Claims{Issuer: "tenant-1", Subject: fmt.Sprint("person ", len(v.tokens)), IssuedAt: v.run.host.Time().Now()}
	life := time.Duration(1+v.rand.IntN(1800)) * time.Second
	secret := tapSecret
	kind := []token.Kind{token.Context, token.Iframe, token.Lifecycle, token.Session, token.Unknown}[v.rand.IntN(5)]
	switch kind {
	case token.Session:
		claims.IssuedAt = clock.System()
	case token.Unknown:
		secret = []string{secret, "of somebody else, who has nothing to do with this tenant"}[len(v.tokens)%2]
	default:
		claims.QSH = token.ContextQSH
	}
	claims.ExpiresAt = claims.IssuedAt.Add(life)
	raw, err := token.MintHS256(secret, claims)
	if err != nil {
		v.Fatal(err)
	}
	if kind == token.Unknown && secret == tapSecret {
		at := len(raw) - 20 // in the signature
		raw = raw[:at] + map[bool]string{true: "B", false: "A"}[raw[at] == 'A'] + raw[at+1:]
	}
	minted := known{raw: raw, exp: claims.ExpiresAt.Unix(), foreign: kind == token.Unknown}
	switch kind {
	case token.Session:
		raw = v.answer(raw)
		// The back end's clock is ahead by the skew, and so is what it mints.
		minted = known{raw: raw, exp: claims.ExpiresAt.Add(v.offset + v.skew).Unix()}
	case token.Unknown:
		if got := v.answer(raw); got != raw {
			v.Error("a foreign token was changed on its way in")
		}
	default:
		v.run.host.Translator().Issued(raw, kind)
	}
	v.tokens = append(v.tokens, minted)
}
