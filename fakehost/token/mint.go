package token

import (
	"bytes"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

// hs256Header is, byte for byte, what atlassian-jwt 2.0.3 writes (encodeSymmetric).
const hs256Header = `{"typ":"JWT","alg":"HS256"}`

// MintHS256 mints a token signed with a tenant's shared secret. The header and the order of the claims are those of Jira Cloud
// in 2025: sub, qsh, iss, context, exp, iat; aud and nbf, which such a token lacks, come last.
func MintHS256(secret string, c Claims) (string, error) {
	if secret == "" {
		return "", errors.New("token: mint: the shared secret is empty; pass the tenant's")
	}
	return mint([]byte(hs256Header), c, jwt.SigningMethodHS256, []byte(secret))
}

// MintRS256 mints a token signed with a private key, as on installed and uninstalled calls. The header's kid is what the app
// appends to the address of the public keys (atlassian-connect-express 11.5.3, verify-installation.js).
func MintRS256(key *rsa.PrivateKey, kid string, c Claims) (string, error) {
	if key == nil {
		return "", errors.New("token: mint: there is no private key; pass the one whose public half the app fetches")
	}
	if kid == "" {
		return "", errors.New("token: mint: the key id is empty; pass the name under which the public key is served")
	}
	header, err := marshal(struct {
		Type      string `json:"typ"`
		Algorithm string `json:"alg"`
		KeyID     string `json:"kid"`
	}{"JWT", "RS256", kid})
	if err != nil {
		return "", fmt.Errorf("token: mint: header: %w", err)
	}
	return mint(header, c, jwt.SigningMethodRS256, key)
}

func mint(header []byte, c Claims, method jwt.SigningMethod, key any) (string, error) {
	payload, err := marshal(c.wire())
	if err != nil {
		return "", fmt.Errorf("token: mint: claims: %w", err)
	}
	raw, err := sign(encode(header), payload, method, key)
	if err != nil {
		return "", fmt.Errorf("token: mint: %w", err)
	}
	return raw, nil
}

// sign joins a header that is already encoded to a payload, and signs the two.
func sign(header string, payload []byte, method jwt.SigningMethod, key any) (string, error) {
	signed := header + "." + encode(payload)
	signature, err := method.Sign(signed, key)
	if err != nil {
		return "", fmt.Errorf("sign with %s: %w", method.Alg(), err)
	}
	return signed + "." + encode(signature), nil
}

// wireClaims are the claims in the order in which they are written.
type wireClaims struct {
	Subject   string          `json:"sub,omitempty"`
	QSH       string          `json:"qsh,omitempty"`
	Issuer    string          `json:"iss,omitempty"`
	Context   *map[string]any `json:"context,omitempty"` // a pointer, so that {} is written and nil is not
	ExpiresAt *int64          `json:"exp,omitempty"`
	IssuedAt  *int64          `json:"iat,omitempty"`
	Audience  any             `json:"aud,omitempty"`
	NotBefore *int64          `json:"nbf,omitempty"`
}

func (c Claims) wire() wireClaims {
	w := wireClaims{
		Subject:   c.Subject,
		QSH:       c.QSH,
		Issuer:    c.Issuer,
		ExpiresAt: seconds(c.ExpiresAt),
		IssuedAt:  seconds(c.IssuedAt),
		NotBefore: seconds(c.NotBefore),
	}
	if c.Context != nil {
		w.Context = &c.Context
	}
	// A single audience is written as text, as on an installed call, where it is the app's base URL.
	switch len(c.Audience) {
	case 0:
	case 1:
		w.Audience = c.Audience[0]
	default:
		w.Audience = c.Audience
	}
	return w
}

// seconds is t as a NumericDate, rounded down; nil for the zero time.
func seconds(t time.Time) *int64 {
	if t.IsZero() {
		return nil
	}
	s := t.Unix()
	return &s
}

// marshal writes JSON as JavaScript would: without escaping <, > and &.
func marshal(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

func encode(b []byte) string {
	return base64.RawURLEncoding.EncodeToString(b)
}

// decode reads base64url without padding. The decoder of the standard library skips line ends, which have no place in a token.
func decode(s string) ([]byte, error) {
	if i := strings.IndexAny(s, "\r\n"); i >= 0 {
		return nil, base64.CorruptInputError(i)
	}
	return base64.RawURLEncoding.DecodeString(s)
}
