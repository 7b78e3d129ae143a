package har

import (
	"encoding/base64"
	"mime"
	"net/http"
	"net/url"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/standin-dev/standin/harness/timeline"
)

// entryOf is an exchange as an entry, with nothing in it that must not be there.
func entryOf(p *Page, x *timeline.Exchange, page string, places map[int]int, cut *cutter) *entry {
	e := &entry{
		PageRef: page, StartedDateTime: instant(x.At), RealStarted: instant(x.Real), AnsweredDateTime: instant(x.Answered),
		Request: requestOf(x, cut), Response: responseOf(x), Timings: timings{Blocked: -1, DNS: -1, Connect: -1, SSL: -1},
		Initiator: initiatorOf(x.Initiator), ResourceType: written(x.Type), RedirectOf: places[x.RedirectOf],
		Blocked: x.Blocked, Staged: x.Staged, Pending: !x.Ended, Findings: p.Findings[x.ID],
	}
	if x.RedirectOf == 0 {
		e.RedirectOf = 0
	}
	if wait := x.Answered.Sub(x.At); !x.Answered.IsZero() && wait > 0 {
		e.Timings.Wait = float64(wait) / float64(time.Millisecond)
		e.Time = e.Timings.Wait
	}
	if x.FromCache {
		e.FromCache = "disk"
	}
	if f := (frame{x.Frame, x.Document, x.Extension, x.HostPage, p.Windows[x.Frame]}); f != (frame{}) {
		e.Frame = &f
	}
	for _, m := range x.Frames {
		e.WebSocket = append(e.WebSocket, messageOf(m, cut))
	}
	cut.all(reflect.ValueOf(e).Elem())
	return e
}

func requestOf(x *timeline.Exchange, cut *cutter) request {
	r := request{
		Method: x.Method, URL: x.URL, HTTPVersion: "HTTP/1.1", HeadersSize: -1, BodySize: len(x.Body),
		Headers: headersOf(x.Header), Cookies: []cookie{}, QueryString: []pair{},
	}
	for pair := range strings.SplitSeq(x.Header.Get("Cookie"), ";") {
		if name, value, ok := strings.Cut(strings.TrimSpace(pair), "="); ok {
			r.Cookies = append(r.Cookies, cookie{Name: name, Value: value})
		}
	}
	if u, err := timeline.ParseURL(x.URL); err == nil {
		r.QueryString = pairsOf(u.RawQuery)
	}
	if len(x.Body) == 0 {
		return r
	}
	mimeType := x.Header.Get("Content-Type")
	r.PostData = &postData{MimeType: mimeType, Params: []pair{}}
	body := cut.text(string(x.Body)) // as base64 it would be no text any more
	if kind, _, _ := mime.ParseMediaType(mimeType); kind == "application/x-www-form-urlencoded" {
		r.PostData.Params = pairsOf(body)
	}
	r.PostData.Text, r.PostData.Encoding = encoded(body)
	return r
}

// encoded is a text as it is, or what is none as base64.
func encoded(body string) (text, encoding string) {
	if utf8.ValidString(body) {
		return body, ""
	}
	return base64.StdEncoding.EncodeToString([]byte(body)), "base64"
}

func responseOf(x *timeline.Exchange) response {
	r := response{
		Status: x.Status, StatusText: http.StatusText(x.Status), HTTPVersion: "HTTP/1.1", Headers: headersOf(x.Answer), Cookies: []cookie{},
		HeadersSize: -1, BodySize: -1, Error: x.Failure, RedirectURL: x.Answer.Get("Location"),
		Content: content{MimeType: x.Answer.Get("Content-Type")},
	}
	if n, err := strconv.ParseInt(x.Answer.Get("Content-Length"), 10, 64); err == nil && n > 0 {
		r.Content.Size = n
	}
	for _, line := range x.Answer.Values("Set-Cookie") {
		if c, err := http.ParseSetCookie(line); err == nil {
			r.Cookies = append(r.Cookies, cookie{
				Name: c.Name, Value: c.Value, Path: c.Path, Domain: c.Domain, HTTPOnly: c.HttpOnly, Secure: c.Secure, SameSite: sameSite[c.SameSite],
			})
		}
	}
	return r
}

var sameSite = map[http.SameSite]string{http.SameSiteLaxMode: "Lax", http.SameSiteStrictMode: "Strict", http.SameSiteNoneMode: "None"}

func headersOf(h http.Header) []pair {
	out := []pair{}
	names := make([]string, 0, len(h))
	for name := range h {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		for _, value := range h[name] {
			out = append(out, pair{name, value})
		}
	}
	return out
}

// pairsOf are the parameters of a query or of a form, in their order.
func pairsOf(query string) []pair {
	out := []pair{}
	for part := range strings.SplitSeq(query, "&") {
		if part == "" {
			continue
		}
		name, value, _ := strings.Cut(part, "=")
		out = append(out, pair{plain(name), plain(value)})
	}
	return out
}

func plain(text string) string {
	if decoded, err := url.QueryUnescape(text); err == nil {
		return decoded
	}
	return text
}

// place is "app.js:12 load", as exchanges have it.
var place = regexp.MustCompile(`^(.+):([1-9][0-9]{0,8})(?: (.+))?$`)

func initiatorOf(text string) initiator {
	if text == "" {
		return initiator{Type: "other"}
	}
	at := place.FindStringSubmatch(text)
	if at == nil {
		return initiator{Type: "script", URL: text}
	}
	line, _ := strconv.Atoi(at[2])
	line-- // which counts from 0 there
	i := initiator{Type: "script", URL: at[1], Line: &line}
	if at[3] != "" {
		i.Stack = &stack{CallFrames: []callFrame{{FunctionName: at[3], URL: at[1], Line: line}}}
	}
	return i
}

func messageOf(m timeline.Frame, cut *cutter) message {
	out := message{Type: "receive", Time: float64(m.At.UnixMicro()) / 1e6, At: instant(m.At), Opcode: 2}
	if m.Sent {
		out.Type = "send"
	}
	data := cut.text(string(m.Data))
	if m.Size != len(data) {
		out.Size = m.Size
	}
	if m.Text {
		out.Opcode = 1
		out.Data, out.Encoding = encoded(data)
	} else {
		out.Data = base64.StdEncoding.EncodeToString([]byte(data))
	}
	return out
}
