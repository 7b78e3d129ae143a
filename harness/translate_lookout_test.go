package harness

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"

	"github.com/coder/websocket"
	"github.com/coder/websocket/wsjson"
	"github.com/golang-jwt/jwt/v5"

	"github.com/standin-dev/standin/fakehost/clock"
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
// A WebSocket is opened with a token among its protocols, or the first message has it;
// what is said in binary is said back as text.
func lookout(w http.ResponseWriter, r *http.Request) {
	if r.Header.Get("Upgrade") != "" {
		lookIntoSocket(w, r)
		return
	}
	raw := ""
	if r.URL.Path == "/echo" {
		w.Header().Set("Content-Type", "text/plain")
		_, _ = io.Copy(w, r.Body)
		return
	}
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
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(look(raw))
}

// lookIntoSocket is lookout for a WebSocket.
func lookIntoSocket(w http.ResponseWriter, r *http.Request) {
	protocol := strings.TrimPrefix(r.Header.Get("Sec-Websocket-Protocol"), "jwt,")
	c, err := websocket.Accept(w, r, &websocket.AcceptOptions{Subprotocols: []string{protocol}, CompressionMode: websocket.CompressionContextTakeover})
	if err != nil {
		return // it is answered
	}
	defer c.CloseNow()
	if protocol != "" {
		_ = wsjson.Write(r.Context(), c, look(protocol))
	}
	for {
		kind, said, err := c.Read(r.Context())
		if err != nil {
			return
		}
		if kind == websocket.MessageBinary {
			_ = c.Write(r.Context(), websocket.MessageText, said)
			continue
		}
		var body struct{ JWT string }
		_ = json.Unmarshal(said, &body)
		_ = wsjson.Write(r.Context(), c, look(body.JWT))
	}
}

// look verifies a token by the back end's own clock.
func look(raw string) sight {
	var claims jwt.RegisteredClaims
	_, err := jwt.NewParser(jwt.WithoutClaimsValidation(), jwt.WithValidMethods([]string{"HS256"})).ParseWithClaims(raw, &claims,
		func(*jwt.Token) (any, error) { return []byte(tapSecret), nil })
	seen := sight{Found: raw, Verified: err == nil, Now: clock.System().Unix()}
	if claims.ExpiresAt != nil {
		seen.Exp = claims.ExpiresAt.Unix()
	}
	return seen
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
}
