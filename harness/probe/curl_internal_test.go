package probe

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/standin-dev/standin/fakehost/token"
	"github.com/standin-dev/standin/harness/judge"
)

// TestCurl: the command line repeats a question, and holds neither a secret nor a
// whole token.
func TestCurl(t *testing.T) {
	t.Parallel()
	tenant := Tenant{ClientKey: "key", Secret: "hush", BaseURL: "http://localhost:1", Now: time.Unix(1800000000, 0)}
	raw := "aaaa.bbbb.cccc"
	e := Endpoint{
		Method: "GET", URL: "http://localhost:1/app?q=it%27s&jwt=" + raw, Carrier: judge.CarrierSpec{Place: "query", Name: "jwt"}, Page: true,
		Token: &token.Token{Payload: map[string]any{"iss": "key"}}, tokens: []string{raw},
		Header: map[string][]string{"X-Price": {"5 $ `now`"}},
	}
	post := Endpoint{
		Method: "POST", URL: "http://localhost:1/api", Carrier: judge.CarrierSpec{Place: "form", Name: "jwt"},
		Token: &token.Token{Payload: map[string]any{"iss": "key"}}, tokens: []string{raw},
		Header: map[string][]string{"Content-Type": {"application/x-www-form-urlencoded"}}, Body: []byte("a=b&jwt=" + raw),
	}
	header := Endpoint{
		Method: "GET", URL: "http://localhost:1/api", Carrier: judge.CarrierSpec{Place: "header", Name: "Authorization", Scheme: "JWT"},
		Token: &token.Token{Payload: map[string]any{"iss": "key"}}, tokens: []string{raw},
		Header: map[string][]string{"Authorization": {"JWT " + raw}, "Accept": {"it's"}},
	}
	var got []string
	for _, c := range []struct {
		e Endpoint
		a Attempt
	}{
		{header, noToken(tenant, header, baseline{})[0]},
		{header, wrongKey(tenant, header, baseline{})[0]},
		{header, algNone(tenant, header, baseline{})[0]},
		{e, expired(tenant, e, baseline{})[0]},
		{e, tampered(tenant, e, baseline{})[0]},
		{post, noExpiry(tenant, post, baseline{})[0]},
	} {
		got = append(got, curl(c.e, c.a))
	}
	text := strings.Join(got, "\n\n")
	for _, hidden := range []string{"hush", "cccc"} {
		if strings.Contains(text, hidden) {
			t.Errorf("%q is in\n%s", hidden, text)
		}
	}
	want := strings.TrimSpace(`
curl -i -H 'Accept: it'\''s' 'http://localhost:1/api'

CLAIMS=eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJleHAiOjE4MDAwMDA5MDAsImlhdCI6MTgwMDAwMDAwMCwiaXNzIjoia2V5In0
TOKEN="$CLAIMS.$(printf %s "$CLAIMS" | openssl dgst -sha256 -hmac 'another-secret-that-no-tenant-was-given' -binary | basenc --base64url | tr -d =)"
curl -i -H 'Accept: it'\''s' -H "Authorization: JWT $TOKEN" 'http://localhost:1/api'

CLAIMS=eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.eyJleHAiOjE4MDAwMDA5MDAsImlhdCI6MTgwMDAwMDAwMCwiaXNzIjoia2V5In0
TOKEN="$CLAIMS."
curl -i -H 'Accept: it'\''s' -H "Authorization: JWT $TOKEN" 'http://localhost:1/api'

CLAIMS=eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJleHAiOjE3OTk5OTY0MDAsImlhdCI6MTc5OTk5NTUwMCwiaXNzIjoia2V5In0
TOKEN="$CLAIMS.$(printf %s "$CLAIMS" | openssl dgst -sha256 -hmac "$SECRET" -binary | basenc --base64url | tr -d =)"
curl -i -H 'X-Price: 5 $ ` + "`now`" + `' "http://localhost:1/app?q=it%27s&jwt=$TOKEN"
`)
	if diff := cmp.Diff(want, strings.Join(got[:4], "\n\n")); diff != "" {
		t.Errorf("command lines (-want +got):\n%s", diff)
	}
	if !strings.HasSuffix(got[4], `curl -i -H 'X-Price: 5 $ `+"`now`"+`' "http://localhost:1/app?q=it%27s&standin=added&jwt=$TOKEN"`) {
		t.Errorf("tampered:\n%s", got[4])
	}
	if !strings.HasSuffix(got[5], `curl -i -X POST -H 'Content-Type: application/x-www-form-urlencoded' --data-raw "a=b&jwt=$TOKEN" 'http://localhost:1/api'`) {
		t.Errorf("form:\n%s", got[5])
	}
}

// TestQuote: a dollar of the app's own is not the shell's.
func TestQuote(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"plain":             `'plain'`,
		"it's $HOME":        `'it'\''s $HOME'`,
		`$TOKEN costs $5 "`: `"$TOKEN costs \$5 \""`,
	} {
		if got := quote(text); got != want {
			t.Errorf("quote(%q) = %s, want %s", text, got, want)
		}
	}
}
