package token

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

// Expect is what Verify demands. A zero field is not checked.
type Expect struct {
	Secret  string   // the tenant's current shared secret
	Secrets []string // further ones that count as well, such as those from before a rotation
	At      time.Time
	Leeway  time.Duration // granted to exp and nbf alike
	Issuer  string
	Subject *string // pointer to "": nobody is logged in
	QSH     string
}

// Verify checks an HS256 token and reports every breach, joined: ask with errors.Is for ErrMalformed, ErrAlgorithm,
// ErrSignature, ErrIssuer, ErrSubject, ErrQSH, ErrExpired and ErrNotYetValid. The token is returned whenever it parses.
//
// Expiry is as in atlassian-connect-express 11.5.3: whole seconds, expired in the very second of exp, and a token without exp
// never expires. Unlike there, nbf is honoured.
func Verify(raw string, e Expect) (*Token, error) {
	t, err := Parse(raw)
	if err != nil {
		return nil, fmt.Errorf("token: verify: %w", err)
	}
	breaches := errors.Join(e.algorithm(t), e.signature(t), e.issuer(t), e.subject(t), e.qsh(t), e.expiry(t), e.notBefore(t))
	if breaches != nil {
		return t, fmt.Errorf("token: verify: %w", breaches)
	}
	return t, nil
}

func (e Expect) algorithm(t *Token) error {
	if t.Algorithm == jwt.SigningMethodHS256.Alg() {
		return nil
	}
	return fmt.Errorf("%w: it is %q, want HS256", ErrAlgorithm, t.Algorithm)
}

func (e Expect) signature(t *Token) error {
	secrets := e.Secrets
	if e.Secret != "" {
		secrets = append([]string{e.Secret}, secrets...)
	}
	if len(secrets) == 0 {
		return nil
	}
	if _, ok := signedWith(t, secrets); ok {
		return nil
	}
	return fmt.Errorf("%w: no secret of this tenant gives it", ErrSignature)
}

// signedWith tells which of the secrets signed t, under the algorithm that its header names. None did if that is no HMAC.
func signedWith(t *Token, secrets []string) (string, bool) {
	method, ok := jwt.GetSigningMethod(t.Algorithm).(*jwt.SigningMethodHMAC)
	if !ok {
		return "", false
	}
	dot := strings.LastIndexByte(t.Raw, '.')
	signature, err := decode(t.Raw[dot+1:])
	if err != nil {
		return "", false
	}
	for _, secret := range secrets {
		// Anybody can sign with an empty secret, so it vouches for nothing.
		if secret != "" && method.Verify(t.Raw[:dot], signature, []byte(secret)) == nil {
			return secret, true
		}
	}
	return "", false
}

func (e Expect) issuer(t *Token) error {
	if e.Issuer == "" || t.Claims.Issuer == e.Issuer {
		return nil
	}
	return fmt.Errorf("%w: it is %q, want %q", ErrIssuer, t.Claims.Issuer, e.Issuer)
}

func (e Expect) subject(t *Token) error {
	if e.Subject == nil || t.Claims.Subject == *e.Subject {
		return nil
	}
	return fmt.Errorf("%w: it is %q, want %q", ErrSubject, t.Claims.Subject, *e.Subject)
}

func (e Expect) qsh(t *Token) error {
	if e.QSH == "" || t.Claims.QSH == e.QSH {
		return nil
	}
	return fmt.Errorf("%w: it is %q, want %q", ErrQSH, t.Claims.QSH, e.QSH)
}

func (e Expect) expiry(t *Token) error {
	exp := t.Claims.ExpiresAt
	if e.At.IsZero() || exp.IsZero() {
		return nil
	}
	now := e.second()
	if now.Before(exp.Add(e.Leeway)) {
		return nil
	}
	return fmt.Errorf("%w: at %s, %s ago", ErrExpired, exp.Format(time.RFC3339), now.Sub(exp))
}

func (e Expect) notBefore(t *Token) error {
	nbf := t.Claims.NotBefore
	if e.At.IsZero() || nbf.IsZero() {
		return nil
	}
	now := e.second()
	if !now.Before(nbf.Add(-e.Leeway)) {
		return nil
	}
	return fmt.Errorf("%w: from %s, in %s", ErrNotYetValid, nbf.Format(time.RFC3339), nbf.Sub(now))
}

// second is the moment of the check in whole seconds, which is all that the claims know.
func (e Expect) second() time.Time {
	return time.Unix(e.At.Unix(), 0).UTC()
}
