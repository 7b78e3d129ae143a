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
	// Site is the tenant's base URL; empty: no answer is searched for it.
	Site string
	// Now is the real time.
	Now time.Time
	// Other is a second installation of the app; nil: there is none.
	Other *Installation
}

// Installation is one of the app on another site.
type Installation struct{ ClientKey, Secret string }

// life is that of the tokens made here: the host's.
const life = 15 * time.Minute

// A forgery is a token in the making.
type forgery struct {
	header map[string]any
	claims map[string]any
	secret string
	// unsigned leaves the signature empty.
	unsigned bool
	// passing says that it takes what is there for the time of the question alone, such
	// as a second installation, so that no command line repeats it.
	passing bool
	// recorded has the request sent as it was seen: no token is made.
	recorded bool
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

// names puts another text in the place of one, wherever a claim has it, and reports
// whether any has.
func (f *forgery) names(from, to string) bool {
	changed := false
	for name, value := range f.claims {
		renamed, hit := renamed(value, from, to)
		f.claims[name], changed = renamed, changed || hit
	}
	return changed
}

// renamed is a copy of a claim with another text in the place of one.
func renamed(v any, from, to string) (any, bool) {
	changed := false
	switch v := v.(type) {
	case string:
		if v == from {
			return to, true
		}
	case []any:
		out := make([]any, len(v))
		for i, item := range v {
			copied, hit := renamed(item, from, to)
			out[i], changed = copied, changed || hit
		}
		return out, changed
	case map[string]any:
		out := make(map[string]any, len(v))
		for name, item := range v {
			copied, hit := renamed(item, from, to)
			out[name], changed = copied, changed || hit
		}
		return out, changed
	}
	return v, false
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
