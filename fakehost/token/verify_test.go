package token_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/standin-dev/standin/fakehost/token"
)

// breaches are all errors that Verify may join.
var breaches = map[string]error{
	"malformed": token.ErrMalformed, "algorithm": token.ErrAlgorithm, "signature": token.ErrSignature, "issuer": token.ErrIssuer,
	"subject": token.ErrSubject, "qsh": token.ErrQSH, "expired": token.ErrExpired, "not yet": token.ErrNotYetValid,
}

func checkBreaches(t *testing.T, err error, want ...string) {
	t.Helper()
	for name, breach := range breaches {
		wanted := false
		for _, w := range want {
			wanted = wanted || w == name
		}
		if got := errors.Is(err, breach); got != wanted {
			t.Errorf("breach %q reported: %t, want %t; the error is %v", name, got, wanted, err)
		}
	}
	if (err == nil) != (len(want) == 0) {
		t.Errorf("error = %v, want breaches %v", err, want)
	}
}

func TestVerify(t *testing.T) {
	t.Parallel()
	nobody, user, other := "", "712020:abc", "712020:xyz"
	exp := born.Add(900 * time.Second)
	signed := func(payload string) string { return craft(header, payload, secret) }
	for _, tc := range []struct {
		name   string
		raw    string
		expect token.Expect
		want   []string
	}{
		{"all right", published, token.Expect{Secret: secret, At: born, Issuer: "ck", Subject: &user, QSH: token.ContextQSH}, nil},
		{"nothing asked", published, token.Expect{}, nil},
		{"malformed", "x", token.Expect{Secret: secret}, []string{"malformed"}},
		{"another secret", published, token.Expect{Secret: "other"}, []string{"signature"}},
		{"an older secret", published, token.Expect{Secret: "new", Secrets: []string{"newer", secret}}, nil},
		{"only older secrets", published, token.Expect{Secrets: []string{secret}}, nil},
		{"none of the secrets", published, token.Expect{Secret: "a", Secrets: []string{"b"}}, []string{"signature"}},
		{"signed with nothing", craft(header, `{}`, ""), token.Expect{Secrets: []string{""}}, []string{"signature"}},
		{"a signature cut off", published[:strings.LastIndexByte(published, '.')+1], token.Expect{Secret: secret}, []string{"signature"}},
		{"alg none", craft(`{"alg":"none"}`, `{}`, secret), token.Expect{Secret: secret}, []string{"algorithm", "signature"}},
		{"alg none, no secret known", craft(`{"alg":"none"}`, `{}`, secret), token.Expect{}, []string{"algorithm"}},
		{"no alg", craft(`{}`, `{}`, secret), token.Expect{Secret: secret}, []string{"algorithm", "signature"}},
		{"alg of another case", craft(`{"alg":"hs256"}`, `{}`, secret), token.Expect{Secret: secret}, []string{"algorithm", "signature"}},
		{"HS512, rightly signed", hs512(), token.Expect{Secret: secret}, []string{"algorithm"}},
		{"HS512, wrongly signed", hs512(), token.Expect{Secret: "other"}, []string{"algorithm", "signature"}},
		{"another tenant", published, token.Expect{Issuer: "ck2"}, []string{"issuer"}},
		{"another user", published, token.Expect{Subject: &other}, []string{"subject"}},
		{"a user where nobody should be", published, token.Expect{Subject: &nobody}, []string{"subject"}},
		{"nobody", signed(`{}`), token.Expect{Subject: &nobody}, nil},
		{"another qsh", published, token.Expect{QSH: "abc"}, []string{"qsh"}},
		{"no qsh", signed(`{}`), token.Expect{QSH: "abc"}, []string{"qsh"}},

		{"the last second", published, token.Expect{At: exp.Add(-time.Nanosecond)}, nil},
		{"the second of exp", published, token.Expect{At: exp}, []string{"expired"}},
		{"long after", published, token.Expect{At: exp.Add(time.Hour)}, []string{"expired"}},
		{"within the leeway", published, token.Expect{At: exp.Add(3*time.Second - 1), Leeway: 3 * time.Second}, nil},
		{"past the leeway", published, token.Expect{At: exp.Add(3 * time.Second), Leeway: 3 * time.Second}, []string{"expired"}},
		{"no exp", signed(`{"iat":1}`), token.Expect{At: exp}, nil},
		{"a fraction: the whole second before", signed(`{"exp":1700000000.5}`), token.Expect{At: born.Add(900 * time.Millisecond)}, nil},
		{"a fraction: the whole second after", signed(`{"exp":1700000000.5}`), token.Expect{At: born.Add(time.Second)}, []string{"expired"}},
		{"minted in the future", signed(`{"iat":1800000000}`), token.Expect{At: born}, nil},
		{"nbf now", signed(`{"nbf":1700000000}`), token.Expect{At: born}, nil},
		{"nbf to come", signed(`{"nbf":1700000001}`), token.Expect{At: born.Add(time.Second - 1)}, []string{"not yet"}},
		{"nbf within the leeway", signed(`{"nbf":1700000003}`), token.Expect{At: born, Leeway: 3 * time.Second}, nil},

		{"everything wrong", craft(`{"alg":"none"}`, `{"exp":1,"nbf":1900000000}`, "x"),
			token.Expect{Secret: secret, At: born, Issuer: "ck", Subject: &user, QSH: "h"},
			[]string{"algorithm", "signature", "issuer", "subject", "qsh", "expired", "not yet"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			got, err := token.Verify(tc.raw, tc.expect)
			checkBreaches(t, err, tc.want...)
			if (got != nil) != !errors.Is(err, token.ErrMalformed) {
				t.Errorf("token = %v, want it whenever it parses", got)
			}
			if err != nil && (strings.Contains(err.Error(), secret) || len(token.Find(err.Error())) > 0) {
				t.Errorf("the error gives away a secret or a token: %v", err)
			}
		})
	}
}

func hs512() string {
	raw, err := jwt.NewWithClaims(jwt.SigningMethodHS512, jwt.MapClaims{"iss": "ck"}).SignedString([]byte(secret))
	if err != nil {
		panic(err)
	}
	return raw
}

// TestVerifySignatureBits: not one character of the signed part may change.
func TestVerifySignatureBits(t *testing.T) {
	t.Parallel()
	end := strings.LastIndexByte(published, '.')
	for i := range end {
		swap := byte('A')
		if published[i] == 'A' {
			swap = 'B'
		}
		changed := published[:i] + string(swap) + published[i+1:]
		if _, err := token.Verify(changed, token.Expect{Secret: secret}); err == nil {
			t.Fatalf("character %d may be changed", i)
		}
	}
}

func TestVerifySaysWhen(t *testing.T) {
	t.Parallel()
	_, err := token.Verify(published, token.Expect{At: born.Add(16 * time.Minute), Issuer: "other"})
	for _, want := range []string{"2023-11-14T22:28:20Z", "1m0s ago", `it is "ck", want "other"`} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error = %v, want it to say %q", err, want)
		}
	}
}
