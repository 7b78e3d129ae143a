package harness

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/standin-dev/standin/fakehost/clock"
	"github.com/standin-dev/standin/fakehost/token"
	"github.com/standin-dev/standin/harness/browser"
	"github.com/standin-dev/standin/harness/timeline"
)

// sight is what a back end made of a request: the token that it found, verified, and
// the time by its own clock.
type sight struct {
	Found    string
	Verified bool
	Exp, Now int64
}

// lookout is a back end that verifies for itself, by its own library and the machine's
// clock, and tells what it saw. It looks in one place, which the request names.
func lookout(w http.ResponseWriter, r *http.Request) {
	raw := ""
	switch r.Header.Get("X-Look-In") {
	case "query":
		raw = r.URL.Query().Get("jwt")
	case "header":
		raw = strings.TrimPrefix(r.Header.Get("Authorization"), "JWT ")
	case "own header":
		raw = r.Header.Get("X-Acpt")
	case "Referer":
		if u, err := url.Parse(r.Referer()); err == nil {
			raw = u.Query().Get("jwt")
		}
	case "cookie":
		if c, err := r.Cookie("session"); err == nil {
			raw = c.Value
		}
	case "form", "multipart":
		raw = r.FormValue("jwt")
	case "JSON":
		var body struct{ JWT string }
		_ = json.NewDecoder(r.Body).Decode(&body)
		raw = body.JWT
	case "protocol":
		raw = strings.TrimPrefix(r.Header.Get("Sec-Websocket-Protocol"), "jwt, ")
	}
	var claims jwt.RegisteredClaims
	_, err := jwt.NewParser(jwt.WithoutClaimsValidation(), jwt.WithValidMethods([]string{"HS256"})).ParseWithClaims(raw, &claims,
		func(*jwt.Token) (any, error) { return []byte(tapSecret), nil })
	seen := sight{Found: raw, Verified: err == nil, Now: clock.System().Unix()}
	if claims.ExpiresAt != nil {
		seen.Exp = claims.ExpiresAt.Unix()
	}
	_ = json.NewEncoder(w).Encode(seen)
}

// carried are the places in which a token can ride, each with what the page writes.
var carried = map[string]func(x *timeline.Exchange, raw string){
	"query": func(x *timeline.Exchange, raw string) { x.URL += "?a=%20&jwt=" + raw },
	"header": func(x *timeline.Exchange, raw string) {
		x.Header.Set("Authorization", "JWT "+raw)
	},
	"own header": func(x *timeline.Exchange, raw string) { x.Header.Set("X-Acpt", raw) },
	"Referer":    func(x *timeline.Exchange, raw string) { x.Header.Set("Referer", x.URL+"?jwt="+raw) },
	"cookie":     func(x *timeline.Exchange, raw string) { x.Header.Set("Cookie", "theme=dark; session="+raw) },
	"form": func(x *timeline.Exchange, raw string) {
		x.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		x.Body = []byte("title=a+b&jwt=" + raw)
	},
	"multipart": func(x *timeline.Exchange, raw string) {
		var body bytes.Buffer
		form := multipart.NewWriter(&body)
		_ = form.WriteField("title", "a b")
		_ = form.WriteField("jwt", raw)
		_ = form.Close()
		x.Header.Set("Content-Type", form.FormDataContentType())
		x.Body = body.Bytes()
	},
	"JSON": func(x *timeline.Exchange, raw string) {
		x.Header.Set("Content-Type", "application/json")
		x.Body = []byte(fmt.Sprintf(`{"title":"a b","jwt":%q}`, raw))
	},
	"protocol": func(x *timeline.Exchange, raw string) { x.Header.Set("Sec-Websocket-Protocol", "jwt, "+raw) },
}

// voyage is one random history: a host, a back end, and who keeps count of what the
// life of each token should be.
type voyage struct {
	*testing.T
	run    *run
	rand   *rand.Rand
	server *httptest.Server
	// offset and skew are the test's own sums: how far virtual time is ahead of real
	// time, and the back end's clock of the truth.
	offset, skew time.Duration
	tokens       []known
}

// known is a token with the second at which it ends on the virtual timeline; foreign
// ones have none.
type known struct {
	raw     string
	exp     int64
	foreign bool
}

// TestABackEndSeesTheVirtualLife: whatever jumps, skews, kinds of token and carriers
// come together, the life that a real back end sees in a token is the one that it has
// on the virtual timeline, to the second; and what is not this tenant's comes through
// byte for byte.
func TestABackEndSeesTheVirtualLife(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(lookout))
	t.Cleanup(server.Close)
	for seed := range uint64(12) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			t.Parallel()
			v := &voyage{T: t, run: tapped(t), rand: rand.New(rand.NewPCG(seed, 4)), server: server}
			v.run.origins = []string{server.URL}
			for range 60 {
				switch v.rand.IntN(6) {
				case 0:
					v.jump()
				case 1:
					v.skew = time.Duration(v.rand.Int64N(7201)-3600) * time.Second
					v.run.host.Translator().Skew(v.skew)
				case 2:
					v.mint()
				default:
					v.send()
				}
			}
		})
	}
}

func (v *voyage) jump() {
	reach := []int64{5, 1000, 90_000}[v.rand.IntN(3)]
	d := time.Duration(v.rand.Int64N(2*reach+1)-reach) * time.Second
	kinds := []clock.Kind{clock.Sleep, clock.SleepPaused, clock.Run}
	v.run.host.Time().Advance(d, kinds[v.rand.IntN(len(kinds))])
	v.offset += d
}

// mint adds a token of the host's, of the back end's, or of somebody else's. Each has a
// claim of its own, so that no two are the same.
func (v *voyage) mint() {
	claims := token.Claims{Issuer: "tenant-1", Subject: fmt.Sprint("person ", len(v.tokens)), IssuedAt: v.run.host.Time().Now()}
	life := time.Duration(1+v.rand.IntN(1800)) * time.Second
	secret := tapSecret
	kind := []token.Kind{token.Context, token.Iframe, token.Lifecycle, token.Session, token.Unknown}[v.rand.IntN(5)]
	switch kind {
	case token.Session:
		claims.IssuedAt = clock.System()
	case token.Unknown:
		secret = "of somebody else, who has nothing to do with this tenant"
	default:
		claims.QSH = token.ContextQSH
	}
	claims.ExpiresAt = claims.IssuedAt.Add(life)
	raw, err := token.MintHS256(secret, claims)
	if err != nil {
		v.Fatal(err)
	}
	minted := known{raw: raw, exp: claims.ExpiresAt.Unix(), foreign: kind == token.Unknown}
	switch kind {
	case token.Session:
		raw = v.answer(raw)
		// The back end's clock is ahead by the skew, and so is what it mints.
		minted = known{raw: raw, exp: claims.ExpiresAt.Add(v.offset + v.skew).Unix()}
	case token.Unknown:
		if got := v.answer(raw); got != raw {
			v.Error("a foreign token was changed on its way in")
		}
	default:
		v.run.host.Translator().Issued(raw, kind)
	}
	v.tokens = append(v.tokens, minted)
}

// answer has the page get a token in an answer of the back end.
func (v *voyage) answer(raw string) string { return v.run.host.Translator().Inbound(raw) }

// send sends a token by a carrier, and compares.
func (v *voyage) send() {
	if len(v.tokens) == 0 {
		return
	}
	k := v.tokens[v.rand.IntN(len(v.tokens))]
	places := slices.Sorted(maps.Keys(carried)) // in order, so that the seed gives the same voyage again
	place := places[v.rand.IntN(len(places))]
	x := timeline.Exchange{Method: "POST", URL: v.server.URL + "/api/items", Header: http.Header{"X-Look-In": {place}}}
	carried[place](&x, k.raw)
	seen := v.ask(x, v.run.outbound(x))
	switch {
	case k.foreign && (seen.Found != k.raw || seen.Verified):
		v.Errorf("%s: a foreign token arrived changed", place)
	case !k.foreign && !seen.Verified:
		v.Errorf("%s: the back end could not verify what arrived", place)
	case !k.foreign:
		virtualNow := seen.Now + int64((v.offset+v.skew)/time.Second)
		if got, want := seen.Exp-seen.Now, k.exp-virtualNow; got != want {
			v.Errorf("%s: the back end sees a life of %d s, on the virtual timeline it is %d s (offset %s, skew %s)", place, got, want, v.offset, v.skew)
		}
	}
}

// ask sends what the tap would let go on.
func (v *voyage) ask(x timeline.Exchange, o browser.Outgoing) sight {
	address, body := x.URL, x.Body
	if o.URL != "" {
		address = o.URL
	}
	if o.Body != nil {
		body = o.Body
	}
	r, err := http.NewRequestWithContext(v.Context(), x.Method, address, bytes.NewReader(body))
	if err != nil {
		v.Fatal(err)
	}
	r.Header = x.Header.Clone()
	for name, value := range o.Headers {
		r.Header.Set(name, value)
	}
	response, err := v.server.Client().Do(r)
	if err != nil {
		v.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		v.Fatal(err)
	}
	var seen sight
	if err := json.Unmarshal(text, &seen); err != nil {
		v.Fatalf("%v: %s", err, text)
	}
	return seen
}
