package token_test

import (
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/google/go-cmp/cmp"

	"github.com/standin-dev/standin/fakehost/token"
)

const secret = "s3cret-of-the-tenant"

// published is the token that atlassian-jwt 2.0.3's encodeSymmetric makes of claims() with secret.
const published = "eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzI1NiJ9." +
	"eyJzdWIiOiI3MTIwMjA6YWJjIiwicXNoIjoiY29udGV4dC1xc2giLCJpc3MiOiJjayIsImNvbnRleHQiOnsibGljZW5zZSI6eyJhY3RpdmUiOnRydWV9fSwiZXhwIjoxNzAwMDAwOTAwLCJpYXQiOjE3MDAwMDAwMDB9." +
	"NHwlO5t_ebDNDfsRB8hFYplomwv-3phAvLa7lv7O6ng"

var born = time.Unix(1_700_000_000, 0).UTC()

func claims() token.Claims {
	return token.Claims{
		Issuer:    "ck",
		Subject:   "712020:abc",
		QSH:       token.ContextQSH,
		IssuedAt:  born,
		ExpiresAt: born.Add(token.DefaultContextTTL),
		Context:   map[string]any{"license": map[string]any{"active": true}},
	}
}

func mint(t testing.TB, secret string, c token.Claims) string {
	t.Helper()
	raw, err := token.MintHS256(secret, c)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// part gives one decoded part of a token.
func part(t testing.TB, raw string, i int) string {
	t.Helper()
	text, err := base64.RawURLEncoding.DecodeString(strings.Split(raw, ".")[i])
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// craft makes an HS256 token of any header and payload text.
func craft(header, payload, secret string) string {
	e := base64.RawURLEncoding
	signed := e.EncodeToString([]byte(header)) + "." + e.EncodeToString([]byte(payload))
	signature, err := jwt.SigningMethodHS256.Sign(signed, []byte(secret))
	if err != nil {
		panic(err)
	}
	return signed + "." + e.EncodeToString(signature)
}

const header = `{"typ":"JWT","alg":"HS256"}`

func TestMintHS256IsAtlassianJWTs(t *testing.T) {
	t.Parallel()
	if got := mint(t, secret, claims()); got != published {
		t.Errorf("MintHS256() = %s\nwant %s", got, published)
	}
}

func TestMintHS256Payload(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name   string
		claims token.Claims
		want   string
	}{
		{"nothing", token.Claims{}, `{}`},
		{"an iframe token", token.Claims{Subject: "u", QSH: "h", Issuer: "ck", Context: map[string]any{}, IssuedAt: born, ExpiresAt: born.Add(token.DefaultIframeTTL)},
			`{"sub":"u","qsh":"h","iss":"ck","context":{},"exp":1700000900,"iat":1700000000}`},
		{"one audience", token.Claims{Audience: []string{"http://localhost:3000"}}, `{"aud":"http://localhost:3000"}`},
		{"two audiences", token.Claims{Audience: []string{"a", "b"}, NotBefore: born}, `{"aud":["a","b"],"nbf":1700000000}`},
		{"fractions are cut", token.Claims{IssuedAt: born.Add(999 * time.Millisecond), ExpiresAt: time.Unix(-2, 5e8)}, `{"exp":-2,"iat":1700000000}`},
		{"no HTML escapes", token.Claims{Context: map[string]any{"name": "a<b>&c"}}, `{"context":{"name":"a<b>&c"}}`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			raw := mint(t, secret, tc.claims)
			if got := part(t, raw, 0); got != header {
				t.Errorf("header = %s, want %s", got, header)
			}
			if got := part(t, raw, 1); got != tc.want {
				t.Errorf("payload = %s, want %s", got, tc.want)
			}
			if _, err := token.Verify(raw, token.Expect{Secret: secret}); err != nil {
				t.Errorf("Verify() = %v", err)
			}
		})
	}
}

func TestMintRS256(t *testing.T) {
	t.Parallel()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := token.MintRS256(key, "kid-1", claims())
	if err != nil {
		t.Fatal(err)
	}
	if got, want := part(t, raw, 0), `{"typ":"JWT","alg":"RS256","kid":"kid-1"}`; got != want {
		t.Errorf("header = %s, want %s", got, want)
	}
	parsed, err := token.Parse(raw)
	if err != nil || parsed.KeyID != "kid-1" || parsed.Algorithm != "RS256" {
		t.Errorf("Parse() = %+v, %v", parsed, err)
	}
	if _, err := jwt.Parse(raw, func(*jwt.Token) (any, error) { return &key.PublicKey, nil }, jwt.WithoutClaimsValidation()); err != nil {
		t.Errorf("golang-jwt refuses it: %v", err)
	}
	// No shared secret vouches for it.
	if _, err := token.Verify(raw, token.Expect{Secret: secret}); !errors.Is(err, token.ErrAlgorithm) || !errors.Is(err, token.ErrSignature) {
		t.Errorf("Verify() = %v, want a wrong algorithm and signature", err)
	}
}

func TestMintRefuses(t *testing.T) {
	t.Parallel()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	odd := token.Claims{Context: map[string]any{"f": func() {}}}
	for name, mint := range map[string]func() (string, error){
		"empty secret":   func() (string, error) { return token.MintHS256("", claims()) },
		"no key":         func() (string, error) { return token.MintRS256(nil, "kid", claims()) },
		"no key id":      func() (string, error) { return token.MintRS256(key, "", claims()) },
		"not JSON HS256": func() (string, error) { return token.MintHS256(secret, odd) },
		"not JSON RS256": func() (string, error) { return token.MintRS256(key, "kid", odd) },
	} {
		if raw, err := mint(); err == nil || raw != "" || !strings.HasPrefix(err.Error(), "token: mint: ") {
			t.Errorf("%s: got %q, %v, want an error of token: mint", name, raw, err)
		}
	}
}

func TestParse(t *testing.T) {
	t.Parallel()
	got, err := token.Parse(published)
	if err != nil {
		t.Fatal(err)
	}
	want := &token.Token{
		Raw:       published,
		Algorithm: "HS256",
		Header:    map[string]any{"typ": "JWT", "alg": "HS256"},
		Claims:    claims(),
		Payload: map[string]any{
			"sub": "712020:abc", "qsh": "context-qsh", "iss": "ck", "iat": 1.7e9, "exp": 1.7000009e9,
			"context": map[string]any{"license": map[string]any{"active": true}},
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Parse() (-want +got):\n%s", diff)
	}
}

func TestParseClaims(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name, payload string
		want          token.Claims
	}{
		{"empty", `{}`, token.Claims{}},
		{"nulls are absent", `{"sub":null,"aud":null,"exp":null,"context":null}`, token.Claims{}},
		{"one audience", `{"aud":"a"}`, token.Claims{Audience: []string{"a"}}},
		{"audiences", `{"aud":["a","b"]}`, token.Claims{Audience: []string{"a", "b"}}},
		{"a fraction", `{"exp":1700000000.5}`, token.Claims{ExpiresAt: born.Add(500 * time.Millisecond)}},
		{"an exponent", `{"exp":1.7e9}`, token.Claims{ExpiresAt: born}},
		{"before 1970", `{"nbf":-1.5}`, token.Claims{NotBefore: time.Unix(-2, 5e8)}},
		{"milliseconds", `{"exp":1700000000000}`, token.Claims{ExpiresAt: time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC)}},
		{"huge", `{"exp":1e300,"iat":-1e300}`, token.Claims{
			ExpiresAt: time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC), IssuedAt: time.Date(1, 1, 1, 0, 0, 1, 0, time.UTC)}},
		{"what would be the zero time", `{"exp":-62135596800}`, token.Claims{ExpiresAt: time.Date(1, 1, 1, 0, 0, 1, 0, time.UTC)}},
		{"a context of another shape", `{"context":"x"}`, token.Claims{}},
		{"twice: the last counts", `{"sub":"a","sub":"b"}`, token.Claims{Subject: "b"}},
		{"unknown claims", `{"clientKey":"ck","deep":{"n":1e999}}`, token.Claims{}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			got, err := token.Parse(craft(header, tc.payload, secret))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, got.Claims); diff != "" {
				t.Errorf("claims (-want +got):\n%s", diff)
			}
		})
	}
}

func TestParseMalformed(t *testing.T) {
	t.Parallel()
	e := base64.RawURLEncoding.EncodeToString
	for _, tc := range []struct{ name, raw, want string }{
		{"empty", "", "1 dot-separated parts"},
		{"two parts", "e30.e30", "2 dot-separated parts"},
		{"four parts", "e30.e30.x.y", "4 dot-separated parts"},
		{"header not base64url", "e3+.e30.", "header is not base64url"},
		{"padding", "e30=.e30.", "header is not base64url"},
		{"line end", "e3\n0.e30.", "header is not base64url"},
		{"header a list", e([]byte("[]")) + ".e30.", "header is not a JSON object"},
		{"header null", e([]byte("null")) + ".e30.", "header is not a JSON object"},
		{"payload text", "e30." + e([]byte(`"x"`)) + ".", "payload is not a JSON object"},
		{"payload cut", "e30." + e([]byte(`{"a":`)) + ".", "payload is not a JSON object"},
		{"signature", "e30.e30.!", "signature is not base64url"},
		{"alg a number", craft(`{"alg":1}`, `{}`, secret), `header "alg" is not text`},
		{"iss a number", craft(header, `{"iss":1}`, secret), `claim "iss" is not text`},
		{"aud a number", craft(header, `{"aud":1}`, secret), `claim "aud" is not text or a list of texts`},
		{"aud of numbers", craft(header, `{"aud":[1]}`, secret), `claim "aud" is not text or a list of texts`},
		{"exp text", craft(header, `{"exp":"1700000000"}`, secret), `claim "exp" is not a number`},
		{"exp true", craft(header, `{"exp":true}`, secret), `claim "exp" is not a number`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			got, err := token.Parse(tc.raw)
			if !errors.Is(err, token.ErrMalformed) || !strings.Contains(err.Error(), tc.want) || got != nil {
				t.Errorf("Parse() = %v, %v, want malformed with %q", got, err, tc.want)
			}
			if _, err := token.Verify(tc.raw, token.Expect{}); !errors.Is(err, token.ErrMalformed) {
				t.Errorf("Verify() = %v, want malformed", err)
			}
		})
	}
}

func TestID(t *testing.T) {
	t.Parallel()
	// The beginning of the SHA-256 of the empty text.
	if got, want := token.ID(""), "e3b0c44298fc"; got != want {
		t.Errorf(`ID("") = %q, want %q`, got, want)
	}
	if token.ID(published) == token.ID(published+"x") {
		t.Error("two tokens have one ID")
	}
}

func FuzzParse(f *testing.F) {
	f.Add(published)
	f.Add(craft(header, `{"exp":1700000000.5,"aud":["a"],"context":{"x":1e999}}`, secret))
	f.Add(craft(`{"alg":"none"}`, `{"exp":-1e300,"nbf":1e-300,"iat":9223372036854775807}`, secret))
	f.Add("e30.e30.")
	f.Add("..")
	f.Fuzz(func(t *testing.T, raw string) {
		got, err := token.Parse(raw)
		if err != nil {
			if !errors.Is(err, token.ErrMalformed) || got != nil {
				t.Fatalf("Parse() = %v, %v", got, err)
			}
			return
		}
		if got.Raw != raw || got.Header == nil || got.Payload == nil {
			t.Fatalf("Parse() = %+v", got)
		}
		for name, at := range map[string]time.Time{"iat": got.Claims.IssuedAt, "nbf": got.Claims.NotBefore, "exp": got.Claims.ExpiresAt} {
			if at.IsZero() != (got.Payload[name] == nil) {
				t.Fatalf("%s is %s, but the payload has %v", name, at, got.Payload[name])
			}
			if _, err := at.MarshalJSON(); err != nil {
				t.Fatalf("%s cannot be reported: %v", name, err)
			}
		}
		// What was parsed can be minted anew, with the same meaning but for the fractions of a second.
		again, err := token.MintHS256(secret, got.Claims)
		if err != nil {
			t.Fatal(err)
		}
		verified, err := token.Verify(again, token.Expect{Secret: secret, Issuer: got.Claims.Issuer, Subject: &got.Claims.Subject, QSH: got.Claims.QSH})
		if err != nil {
			t.Fatalf("Verify() of %s: %v", part(t, again, 1), err)
		}
		if got, want := verified.Claims.ExpiresAt.Unix(), got.Claims.ExpiresAt.Unix(); got != want {
			t.Fatalf("exp came back as %d, not %d", got, want)
		}
	})
}
