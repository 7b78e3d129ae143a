package probe

import (
	"bufio"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/standin-dev/standin/fakehost/token"
	"github.com/standin-dev/standin/harness/judge"
	"github.com/standin-dev/standin/harness/timeline"
)

// said are frames as a server sends them.
const (
	hello = "\x81\x05hello"
	ping  = "\x89\x00"
	bye   = "\x88\x02\x11\x31" // 4401, as many apps say for 401
	sorry = "\x81\x0f{\"error\":\"jwt\"}"
)

// socketServer opens a socket to everybody, or to those alone whose token is valid, and
// says what it is to say to each.
func socketServer(t *testing.T, secret string, refuses bool, valid, other string) *httptest.Server {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, err := token.Verify(r.URL.Query().Get("jwt"), token.Expect{Secret: secret, At: time.Unix(1800000000, 0), Issuer: "key", QSH: token.ContextQSH})
		if err != nil && refuses {
			http.Error(w, "no", http.StatusUnauthorized)
			return
		}
		if r.Header.Get("Upgrade") != "websocket" || r.Header.Get("Sec-WebSocket-Key") == "" {
			http.Error(w, "no handshake", http.StatusBadRequest)
			return
		}
		says := valid
		if err != nil {
			says = other
		}
		conn, rw, e := w.(http.Hijacker).Hijack()
		if e != nil {
			t.Error(e)
			return
		}
		defer conn.Close()
		fmt.Fprintf(rw, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n%s", says)
		_ = rw.Flush()
		if says != "" && strings.HasSuffix(says, bye) {
			return
		}
		_, _ = io.Copy(io.Discard, rw) // until the other end has enough
	}))
	t.Cleanup(s.Close)
	return s
}

// socketOf is the endpoint of a socket that was opened with a valid token.
func socketOf(t *testing.T, base, secret string) Endpoint {
	t.Helper()
	raw, err := token.MintHS256(secret, token.Claims{Issuer: "key", QSH: token.ContextQSH, IssuedAt: time.Unix(1800000000, 0), ExpiresAt: time.Unix(1800000900, 0)})
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := token.Parse(raw)
	if err != nil {
		t.Fatal(err)
	}
	x := timeline.Exchange{
		ID: 1, Method: "GET", Type: "WebSocket", Status: 101, URL: strings.Replace(base, "http", "ws", 1) + "/live?jwt=" + raw,
		Header: http.Header{"Sec-Websocket-Key": {"x"}, "Sec-Websocket-Protocol": {"chat"}, "Upgrade": {"websocket"}, "Connection": {"Upgrade"}, "Origin": {base}},
		Tokens: map[string]token.Translation{raw: {Original: raw, Sent: raw, Kind: token.Context, Verified: true, Virtual: parsed}},
	}
	e, ok := From(&x, judge.Protected, nil)
	if !ok || !e.Socket {
		t.Fatalf("the exchange makes no endpoint of a socket: %+v", e)
	}
	want := http.Header{"Sec-Websocket-Protocol": {"chat"}, "Origin": {base}}
	if diff := cmp.Diff(want, e.Header); diff != "" {
		t.Errorf("headers (-want +got):\n%s", diff)
	}
	return e
}

// TestSockets: what opens a socket to a token that is no good breaks the rule of that;
// a socket that is closed before it says anything, or that says something else, does
// not.
func TestSockets(t *testing.T) {
	t.Parallel()
	const secret = "the secret of one tenant"
	for name, test := range map[string]struct {
		refuses      bool
		valid, other string
		quiet        time.Duration
		want         []string
	}{
		"refuses":                        {true, hello, "", 0, nil},
		"opens to anybody":               {false, hello, hello, 0, []string{"backend/needs-token"}},
		"opens after a ping":             {false, ping + hello, ping + hello, 0, []string{"backend/needs-token"}},
		"closes at once":                 {false, hello, bye, 0, nil},
		"closes at once, after a ping":   {false, hello, ping + bye, 0, nil},
		"closes with the same words":     {false, "\x81\x02\x11\x31", bye, 0, nil},
		"closes without a word":          {false, "\x81\x00", bye, 0, nil},
		"says why, and closes":           {false, "\x81\x0b{\"items\":1}", sorry + bye, 0, nil},
		"is quiet, and opens to anybody": {false, "", "", 50 * time.Millisecond, []string{"backend/needs-token"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := socketServer(t, secret, test.refuses, test.valid, test.other)
			a := &Asker{quiet: test.quiet, Tenant: func() Tenant {
				return Tenant{ClientKey: "key", Secret: secret, BaseURL: s.URL, Now: time.Unix(1800000000, 0)}
			}}
			t.Cleanup(a.Close)
			out, err := a.Probe(t.Context(), WebSockets, []Endpoint{socketOf(t, s.URL, secret)})
			if err != nil || out.Asked != 1 || len(out.Unasked) != 0 {
				t.Fatalf("%+v, %v", out, err)
			}
			var got []string
			for _, f := range out.Findings {
				got = append(got, f.Rule.ID)
				if !strings.HasPrefix(f.Curl, socketCommand) || strings.Contains(f.Curl, "$TOKEN") != (f.Attempt.forged != nil) {
					t.Errorf("%s is repeated by %s", f.Rule.ID, f.Curl)
				}
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("rules (-want +got):\n%s", diff)
			}
		})
	}
}

// TestSocketTokens: a back end that looks at the token, but not at all of it, is told of
// by what it does not look at.
func TestSocketTokens(t *testing.T) {
	t.Parallel()
	const secret = "the secret of one tenant"
	for name, test := range map[string]struct {
		takes func(c token.Claims, signed bool) bool
		want  []string
	}{
		"unsigned": {func(c token.Claims, _ bool) bool { return c.ExpiresAt.After(time.Unix(1800000000, 0)) }, []string{"backend/checks-signature"}},
		"expired":  {func(_ token.Claims, signed bool) bool { return signed }, []string{"backend/checks-expiry"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var s *httptest.Server
			inner := socketServer(t, secret, false, hello, hello)
			s = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				raw := r.URL.Query().Get("jwt")
				parsed, err := token.Parse(raw)
				if err != nil || !test.takes(parsed.Claims, signedBy(raw, secret)) {
					http.Error(w, "no", http.StatusUnauthorized)
					return
				}
				inner.Config.Handler.ServeHTTP(w, r)
			}))
			t.Cleanup(s.Close)
			a := &Asker{Tenant: func() Tenant {
				return Tenant{ClientKey: "key", Secret: secret, BaseURL: s.URL, Now: time.Unix(1800000000, 0)}
			}}
			t.Cleanup(a.Close)
			out, err := a.Probe(t.Context(), WebSockets, []Endpoint{socketOf(t, s.URL, secret)})
			var got []string
			for _, f := range out.Findings {
				got = append(got, f.Rule.ID)
			}
			if diff := cmp.Diff(test.want, got); diff != "" || err != nil {
				t.Errorf("%v; rules (-want +got):\n%s", err, diff)
			}
		})
	}
}

func signedBy(raw, secret string) bool {
	at := strings.LastIndex(raw, ".")
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(raw[:max(at, 0)]))
	return at > 0 && raw[at+1:] == base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

// FuzzFrames: whatever a server says is read, and is no more than was said.
func FuzzFrames(f *testing.F) {
	for _, seed := range []string{hello, ping + hello, bye, "\x81\x7e\x00\x01a", "\x81\x7f\xff\xff\xff\xff\xff\xff\xff\xff", "\x81"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, sent []byte) {
		data, ok := firstMessage(bufio.NewReader(strings.NewReader(string(sent))))
		if len(data) > len(sent) || !ok && data != nil {
			t.Errorf("%d bytes of %d, %v", len(data), len(sent), ok)
		}
		if ok && len(data) > 0 && !slices.Contains([]byte(sent), data[0]) {
			t.Errorf("%q was never said", data)
		}
	})
}
