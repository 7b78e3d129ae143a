package harness

import (
	"bytes"
	"crypto/tls"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/coder/websocket"
	"github.com/coder/websocket/wsjson"

	"github.com/standin-dev/standin/harness/browser"
	"github.com/standin-dev/standin/harness/browser/relay"
	"github.com/standin-dev/standin/harness/timeline"
)

// setOut makes the client: it goes through a relay, as a browser does.
func (v *voyage) setOut(certificate *tls.Certificate) {
	v.run.comesBack.Store(true)
	r, err := relay.Listen(relay.Options{
		Rewriting: v.run.rewriting(), Certificate: certificate,
		Local:   func(host string) bool { return host == "127.0.0.1" },
		Refused: func(target string) { v.Errorf("the way to %s is refused", target) },
		Handshake: func(address string, q *http.Request) relay.Change {
			o := v.run.outbound(timeline.Exchange{Type: "WebSocket", Method: q.Method, URL: address, Header: q.Header})
			return relay.Change{URL: o.URL, Headers: o.Headers}
		},
	})
	if err != nil {
		v.Fatal(err)
	}
	v.Cleanup(r.Close)
	to := func() *http.Client {
		t := &http.Transport{
			Proxy:           http.ProxyURL(&url.URL{Scheme: "socks5", Host: r.Addr()}),
			TLSClientConfig: &tls.Config{InsecureSkipVerify: true, ClientSessionCache: tls.NewLRUClientSessionCache(0)},
		}
		v.Cleanup(t.CloseIdleConnections)
		return &http.Client{Transport: t}
	}
	// A browser opens no WebSocket on a connection that was used before.
	v.client, v.sockets = to(), to()
}

// origin is one of the back end's, encrypted or not.
func (v *voyage) origin() string { return v.origins[v.rand.IntN(len(v.origins))] }

// send sends a token by a carrier, and compares.
func (v *voyage) send() {
	if len(v.tokens) == 0 {
		return
	}
	k := v.tokens[v.rand.IntN(len(v.tokens))]
	places := append(slices.Sorted(maps.Keys(carried)), "protocol", "message") // in order, so that the seed gives the same voyage again
	place, origin := places[v.rand.IntN(len(places))], v.origin()
	var seen sight
	switch place {
	case "protocol", "message":
		seen = v.talk(origin, place, k.raw)
	default:
		x := timeline.Exchange{Method: "POST", URL: origin + "/api/items", Header: http.Header{"X-Look-In": {place}}}
		carried[place](&x, k.raw)
		seen = v.ask(x)
	}
	place += " to " + origin
	if seen.Found != k.raw {
		v.Errorf("%s: what the back end says back is not the token that the page had", place)
	}
	switch {
	case k.foreign && seen.Verified:
		v.Errorf("%s: a foreign token arrived as one of the tenant's", place)
	case !k.foreign && !seen.Verified:
		v.Errorf("%s: the back end could not verify what arrived", place)
	case !k.foreign:
		virtualNow := seen.Now + int64((v.offset+v.skew)/time.Second)
		if got, want := seen.Exp-seen.Now, k.exp-virtualNow; got != want {
			v.Errorf("%s: the back end sees a life of %d s, on the virtual timeline it is %d s (offset %s, skew %s)", place, got, want, v.offset, v.skew)
		}
	}
}

// ask sends what the tap would let go on, which is shown no cookies.
func (v *voyage) ask(x timeline.Exchange) sight {
	shown := x
	shown.Header = x.Header.Clone()
	shown.Header.Del("Cookie")
	var seen sight
	if text := v.do(x, v.run.outbound(shown)); json.Unmarshal(text, &seen) != nil {
		v.Fatalf("the back end says %s", text)
	}
	return seen
}

// do sends a request and reads the answer.
func (v *voyage) do(x timeline.Exchange, o browser.Outgoing) []byte {
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
	response, err := v.client.Do(r)
	if err != nil {
		v.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		v.Fatal(err)
	}
	return text
}

// open opens a WebSocket. It offers to compress, as browsers do.
func (v *voyage) open(origin string, protocols ...string) *websocket.Conn {
	c, _, err := websocket.Dial(v.Context(), origin+"/live", &websocket.DialOptions{
		HTTPClient: v.sockets, Subprotocols: protocols, CompressionMode: websocket.CompressionContextTakeover, CompressionThreshold: 1,
	})
	if err != nil {
		v.Fatal(err)
	}
	return c
}

// talk has a WebSocket's handshake or its first message say who asks.
func (v *voyage) talk(origin, place, raw string) (seen sight) {
	var protocols []string
	if place == "protocol" {
		protocols = []string{"jwt", raw}
	}
	c := v.open(origin, protocols...)
	defer c.CloseNow()
	if place == "protocol" && c.Subprotocol() != raw {
		v.Errorf("the protocol is %q, which is not what the page wrote", c.Subprotocol())
	}
	if place == "message" {
		v.say(c, `{"title":"a b","jwt":"`+raw+`"}`)
	}
	if err := wsjson.Read(v.Context(), c, &seen); err != nil {
		v.Fatal(err)
	}
	return seen
}

// say writes a message in frames of random lengths.
func (v *voyage) say(c *websocket.Conn, text string) {
	w, err := c.Writer(v.Context(), websocket.MessageText)
	if err != nil {
		v.Fatal(err)
	}
	for text != "" {
		n := 1 + v.rand.IntN(len(text))
		if _, err := io.WriteString(w, text[:n]); err != nil {
			v.Fatal(err)
		}
		text = text[n:]
	}
	if err := w.Close(); err != nil {
		v.Fatal(err)
	}
}

// answer has the page get a token from the back end: in the body of an answer, or
// in a message.
func (v *voyage) answer(raw string) string {
	origin := v.origin()
	if v.rand.IntN(2) == 0 {
		return strings.TrimSpace(string(v.do(timeline.Exchange{Method: "POST", URL: origin + "/echo", Header: http.Header{}, Body: []byte(raw)}, browser.Outgoing{})))
	}
	c := v.open(origin)
	defer c.CloseNow()
	if err := c.Write(v.Context(), websocket.MessageBinary, []byte(raw)); err != nil {
		v.Fatal(err)
	}
	_, text, err := c.Read(v.Context())
	if err != nil {
		v.Fatal(err)
	}
	return string(text)
}
