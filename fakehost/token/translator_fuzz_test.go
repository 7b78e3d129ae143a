package token_test

import (
	"strings"
	"testing"
	"time"

	"github.com/standin-dev/standin/fakehost/clock"
	"github.com/standin-dev/standin/fakehost/token"
)

// farOff is a moment, in Unix seconds, before those that Parse cuts to the end of the year 9999.
const farOff = 1 << 37

// FuzzOutbound: what does not verify leaves byte for byte; what does verifies on the
// other side, with its times moved by the jump and every other claim as it was; and
// an echo of what left is known for what it was.
func FuzzOutbound(f *testing.F) {
	f.Add(`{"alg":"HS256","typ":"JWT"}`, `{"iss":"t","iat":1700000000,"exp":1700000900}`, int64(3600), true)
	f.Add(`{"alg":"HS256"}`, `{"exp":1700000900.25,"nbf":null,"exp":1}`, int64(-5), true)
	f.Add(`{"alg":"none"}`, `{"exp":9223372036854775807}`, int64(900), true)
	f.Add(` {"alg":"HS256"}`, ` {"exp": "x" , "iat":-1e300}`, int64(1), true)
	f.Add(`{"alg":"HS256"}`, `{"iss":"t","context":{"exp":5},"exp":1700000900 }`, int64(77), false)
	f.Fuzz(func(t *testing.T, header, payload string, jump int64, issued bool) {
		jump %= 90 * 24 * 3600
		for _, foreign := range []bool{false, true} {
			key := secret
			if foreign {
				key = "another secret, which is nobody's here and long"
			}
			raw := craft(header, payload, key)
			c := clock.New(clock.Options{})
			tr := token.NewTranslator(c)
			tr.AddSecret(secret)
			if issued {
				tr.Issued(raw, token.Context)
			}
			if jump > 0 {
				c.Advance(time.Duration(jump)*time.Second, clock.Sleep)
			}
			got := tr.Outbound(raw)
			if got.Original != raw {
				t.Fatalf("the original is %q", got.Original)
			}
			if !got.Verified && got.Sent != raw {
				t.Fatalf("%q does not verify, and leaves as %q", raw, got.Sent)
			}
			if foreign && got.Verified {
				t.Fatalf("a foreign signature verifies: %q", raw)
			}
			if !got.Verified {
				continue
			}
			sent, err := token.Verify(got.Sent, token.Expect{Secret: secret, Issuer: got.Virtual.Claims.Issuer, Subject: &got.Virtual.Claims.Subject})
			if err != nil {
				t.Fatalf("what leaves does not verify: %v", err)
			}
			was, is := got.Virtual.Claims.ExpiresAt.Unix(), sent.Claims.ExpiresAt.Unix()
			if issued && was > 0 && was < farOff && was-is != max(jump, 0) {
				t.Fatalf("exp was %d and became %d, after a jump of %d", was, is, jump)
			}
			if strings.Count(got.Sent, ".") != 2 {
				t.Fatalf("what leaves is %q", got.Sent)
			}
			if back := tr.Outbound(got.Sent); back.Original != raw {
				t.Fatalf("the echo of %q passes for %q", raw, back.Original)
			}
		}
	})
}
