package probe

import (
	"os/exec"
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

// TestQuote: a dollar of the app's own is not the shell's, nor is its $TOKEN ours.
func TestQuote(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"plain":                        `'plain'`,
		"it's $HOME":                   `'it'\''s $HOME'`,
		placeholder + ` costs $5 "`:    `"$TOKEN costs \$5 \""`,
		placeholder + ` is no $TOKEN`:  `"$TOKEN is no \$TOKEN"`,
		"a\n" + placeholder + "$TOKEN": `$'a\012'"$TOKEN"$'$TOKEN'`,
	} {
		if got := quote(text); got != want {
			t.Errorf("quote(%q) = %s, want %s", text, got, want)
		}
	}
}

// fakeCurl writes what it is told to send: a header and the body.
const fakeCurl = `curl() {
	while (($#)); do
		case $1 in
		-H) [[ $2 == X-Name* ]] && printf '%s|' "$2"; shift ;;
		--data-raw) printf %s "$2"; shift ;;
		--data-binary) cat; shift ;;
		esac
		shift
	done
}
`

// TestCurlRepeats: whatever bytes a request has, a shell makes the same of its command
// line, also when a report has left out what no terminal should get.
func TestCurlRepeats(t *testing.T) {
	t.Parallel()
	shell, err := exec.LookPath("bash")
	if err != nil {
		t.Fatal(err) // make needs it, too
	}
	const raw = "aaaa.bbbb.cccc"
	for name, body := range map[string]string{
		"form":          "a=b&jwt=" + raw,
		"multipart":     "--x\r\nContent-Disposition: form-data; name=\"it's\"\r\n\r\n" + raw + "\r\n--x--\r\n",
		"binary":        "--x\r\n\r\n\xff\xfe\x001 100% \\ 'x'\r\n" + raw + "\r\n--x--",
		"not UTF-8":     "name=M\xfcller&jwt=" + raw,
		"lines":         "one\n\ttwo\n" + raw,
		"odd marks":     "left\u202eright\ufffd\ufeff\u2028 \u00fc \x1b[31m " + raw,
		"octal follows": "\x017" + raw + "\x00" + "7",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := Endpoint{
				Method: "POST", URL: "http://localhost:1/api", Carrier: judge.CarrierSpec{Place: "form", Name: "jwt"}, tokens: []string{raw},
				Token: &token.Token{Payload: map[string]any{"iss": "key"}}, Header: map[string][]string{"X-Name": {"M\xfcller " + raw}}, Body: []byte(body),
			}
			line := curl(e, wrongKey(Tenant{ClientKey: "key"}, e, baseline{})[0])
			if i := strings.IndexFunc(line, func(r rune) bool { return r != '\n' && hidden(r) }); i >= 0 || strings.Count(line, "\n") != 2 {
				t.Errorf("a report does not show it as it is:\n%s", line)
			}
			last := line[strings.LastIndex(line, "\n")+1:] // the token is made before
			command := exec.Command(shell, "-c", fakeCurl+"TOKEN=t.o.k\n"+last)
			got, err := command.Output()
			want := "X-Name: M\xfcller t.o.k|" + strings.ReplaceAll(body, raw, "t.o.k")
			if err != nil || string(got) != want {
				t.Errorf("%v: the shell makes %q of it, want %q:\n%s", err, got, want, line)
			}
		})
	}
}

// TestCurlTooLong: what is too long to be typed has no command line.
func TestCurlTooLong(t *testing.T) {
	t.Parallel()
	e := Endpoint{Method: "POST", URL: "http://localhost:1/api", Body: make([]byte, longestBody+1)}
	if got := curl(e, noToken(Tenant{}, e, baseline{})[0]); got != "" {
		t.Errorf("%d bytes", len(got))
	}
}
