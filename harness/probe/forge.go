package probe

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"time"
)

// Tenant is what is needed to make tokens that the back end must take for valid.
type Tenant struct {
	// ClientKey and Secret are the tenant's. BaseURL is the app's, below which
	// query string hashes are made.
	ClientKey, Secret, BaseURL string
	// Now is the real time.
	Now time.Time
}

// life is that of the tokens made here: the host's.
const life = 15 * time.Minute

// A forgery is a token in the making.
type forgery struct {
	header map[string]any
	claims map[string]any
	secret string
	// unsigned leaves the signature empty.
	unsigned bool
}

// fresh is a copy of the endpoint's token that lives from now on: as valid as the
// one that the app sent, and made for the same caller.
func (t Tenant) fresh(e Endpoint) *forgery {
	f := &forgery{
		header: map[string]any{"typ": "JWT", "alg": "HS256"},
		claims: maps.Clone(e.Token.Payload),
		secret: t.Secret,
	}
	delete(f.claims, "nbf")
	delete(f.claims, "jti")
	f.lives(t.Now, t.Now.Add(life))
	return f
}

// lives sets iat and exp.
func (f *forgery) lives(from, to time.Time) *forgery {
	f.claims["iat"], f.claims["exp"] = from.Unix(), to.Unix()
	return f
}

// has sets a claim; nil takes it out.
func (f *forgery) has(name string, value any) *forgery {
	if value == nil {
		delete(f.claims, name)
	} else {
		f.claims[name] = value
	}
	return f
}

// under names an algorithm in the header. The signature stays what it is.
func (f *forgery) under(algorithm string) *forgery {
	f.header["alg"] = algorithm
	return f
}

// signing is what is signed: header and claims, encoded.
func (f *forgery) signing() (string, error) {
	header, err := compact(f.header)
	if err != nil {
		return "", fmt.Errorf("probe: header: %w", err)
	}
	claims, err := compact(f.claims)
	if err != nil {
		return "", fmt.Errorf("probe: claims: %w", err)
	}
	return header + "." + claims, nil
}

// token is the finished token.
func (f *forgery) token() (string, error) {
	text, err := f.signing()
	if err != nil || f.unsigned {
		return text + ".", err
	}
	mac := hmac.New(sha256.New, []byte(f.secret))
	mac.Write([]byte(text))
	return text + "." + base64.RawURLEncoding.EncodeToString(mac.Sum(nil)), nil
}

// compact is JSON in base64url, as JavaScript would write it.
func compact(v any) (string, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return "", err
	}
	return base64.RawURLEncoding.EncodeToString(bytes.TrimSuffix(b.Bytes(), []byte("\n"))), nil
}
