package har

import (
	"fmt"
	"maps"
	"mime"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/standin-dev/standin/fakehost/token"
	"github.com/standin-dev/standin/harness/timeline"
)

// noAnswer is the failure of an entry that has neither an answer nor a reason.
const noAnswer = "no answer was recorded"

// readEntry reads an entry; false: it has no address or no date.
func readEntry(o object, secrets []string) (read, bool) {
	asked, answered := o.object("request"), o.object("response")
	x := timeline.Exchange{
		At: o.time("startedDateTime"), Real: o.time("_realStartedDateTime"), Answered: o.time("_answeredDateTime"),
		Method: strings.ToUpper(asked.text("method")), URL: asked.text("url"),
		Header: readHeaders(asked), Answer: readHeaders(answered),
		Status: answered.whole("status"), Failure: answered.text("_error", "_failureText"),
		FromCache: o.text("_fromCache") != "", Blocked: o.is("_blocked"), Staged: o.is("_staged"), Ended: !o.is("_pending"),
		Initiator: readInitiator(o.object("_initiator")), Frames: readMessages(o.list("_webSocketMessages")),
	}
	if x.Method == "" {
		x.Method = http.MethodGet
	}
	f := o.object("_frame")
	x.Frame, x.Document, x.Extension, x.HostPage = f.text("id"), f.text("document"), f.text("extension"), f.is("hostPage")
	if x.Frame == "" {
		x.Frame = o.text("_frameref") // as Playwright has it
	}
	readBody(&x, asked)
	if x.Status == 0 && x.Failure == "" && x.Ended && o["_answeredDateTime"] == nil {
		x.Failure = noAnswer
	}
	if x.Answered.IsZero() && x.Status != 0 {
		x.Answered = x.At.Add(waited(o))
	}
	x.Type = kindOf(&x, o.text("_resourceType"))
	e := read{exchange: x, of: o.whole("_redirectOf"), hint: x.Header.Get("Sec-Fetch-Dest")}
	e.window = f.is("window")
	e.to = redirectOf(&x, answered)
	e.brought = broughtBy(&x, answered.object("content"), secrets)
	for _, item := range anyList(o["_findings"]) {
		if id, ok := item.(string); ok {
			e.findings = append(e.findings, id)
		}
	}
	return e, x.URL != "" && !x.At.IsZero()
}

func anyList(v any) []any {
	list, _ := v.([]any)
	return list
}

// waited is how long an answer took.
func waited(o object) time.Duration {
	var ms float64
	t := o.object("timings")
	for _, name := range []string{"blocked", "dns", "connect", "send", "wait"} {
		ms += max(0, t.number(name))
	}
	if ms == 0 {
		ms = max(0, o.number("time"))
	}
	return time.Duration(min(ms, 1e9) * float64(time.Millisecond))
}

// readHeaders reads headers, without the pseudo headers of HTTP/2. Cookies that stand
// in several of them, or in the list of cookies alone, are joined to one header.
func readHeaders(o object) http.Header {
	h := http.Header{}
	for _, pair := range o.list("headers") {
		if name := pair.text("name"); name != "" && !strings.HasPrefix(name, ":") {
			h.Add(name, pair.text("value"))
		}
	}
	if several := h.Values("Cookie"); len(several) > 1 {
		h.Set("Cookie", strings.Join(several, "; "))
	}
	if _, asked := o["method"]; asked && h.Get("Cookie") == "" {
		var parts []string
		for _, c := range o.list("cookies") {
			parts = append(parts, c.text("name")+"="+c.text("value"))
		}
		if len(parts) > 0 {
			h.Set("Cookie", strings.Join(parts, "; "))
		}
	}
	return h
}

// readBody reads what was sent: the text, or the parameters of a form.
func readBody(x *timeline.Exchange, asked object) {
	data := asked.object("postData")
	if data == nil {
		return
	}
	kind := data.text("mimeType")
	text := decoded(data.text("text"), data.text("_encoding", "encoding"))
	if params := data.list("params"); text == "" && len(params) > 0 {
		var parts []string
		for _, p := range params {
			parts = append(parts, url.QueryEscape(p.text("name"))+"="+url.QueryEscape(p.text("value")))
		}
		text = strings.Join(parts, "&")
		if mediaType, _, _ := mime.ParseMediaType(kind); mediaType != "application/x-www-form-urlencoded" {
			kind = "application/x-www-form-urlencoded" // so that it is read as what it is now
			x.Header.Set("Content-Type", kind)
		}
	}
	if text == "" {
		return
	}
	x.Body = []byte(text)
	if kind != "" && x.Header.Get("Content-Type") == "" {
		x.Header.Set("Content-Type", kind)
	}
}

// redirectOf is where an answer sends the browser; empty: nowhere.
func redirectOf(x *timeline.Exchange, answered object) string {
	if x.Status < 300 || x.Status >= 400 || x.Status == http.StatusNotModified {
		return ""
	}
	to := answered.text("redirectURL")
	if to == "" {
		to = x.Answer.Get("Location")
	}
	base, err := timeline.ParseURL(x.URL)
	if to == "" || err != nil {
		return ""
	}
	there, err := base.Parse(to)
	if err != nil {
		return ""
	}
	there.Fragment = ""
	return there.String()
}

// longestSearched is how much of an answer is searched for tokens.
const longestSearched = 8 << 20

// broughtBy tells which tokens came with an answer, and which secrets.
func broughtBy(x *timeline.Exchange, content object, secrets []string) []timeline.Event {
	var out []timeline.Event
	search := func(part, text string) {
		if len(text) > longestSearched {
			text = text[:longestSearched]
		}
		for _, raw := range token.Find(text) {
			out = append(out, timeline.Event{Kind: timeline.Brought, At: x.Answered, Frame: x.Frame, Place: part, Raw: raw, Token: token.ID(raw),
				Text: fmt.Sprintf("token %s came with %s of an answer", token.ID(raw), part)})
		}
		for _, secret := range secrets {
			if secret != "" && strings.Contains(text, secret) {
				out = append(out, timeline.Event{Kind: timeline.Revealed, At: x.Answered, Frame: x.Frame, Place: part,
					Text: fmt.Sprintf("the tenant's shared secret came with %s of an answer", part)})
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(x.Answer)) {
		for _, value := range x.Answer[name] {
			search("the header "+name, value)
		}
	}
	search("the body", decoded(content.text("text"), content.text("encoding")))
	return out
}

// readInitiator says which script and line asked, as exchanges have it.
func readInitiator(o object) string {
	at, function := o, ""
	if frames := o.object("stack").list("callFrames"); len(frames) > 0 {
		at, function = frames[0], frames[0].text("functionName")
	}
	where := at.text("url")
	if where == "" {
		return ""
	}
	if strings.Contains(where, "://") {
		where, _, _ = strings.Cut(where, "#")
		where, _, _ = strings.Cut(where, "?")
		if name := path.Base(where); name != "." && name != "/" {
			where = name
		}
	}
	if _, ok := at["lineNumber"].(float64); !ok {
		return where
	}
	where = fmt.Sprintf("%s:%d", where, at.whole("lineNumber")+1)
	if function != "" {
		where += " " + function
	}
	return where
}

// keptMessages is how many messages of a WebSocket are kept each way: those that come
// first are what proves who asks.
const keptMessages = 8

func readMessages(list []object) []timeline.Frame {
	var out []timeline.Frame
	kept := map[bool]int{}
	for _, o := range list {
		m := timeline.Frame{Sent: o.text("type") == "send", Text: o.whole("opcode") == 1, Size: o.whole("_size"), At: o.time("_dateTime")}
		if m.At.IsZero() {
			m.At = o.time("time")
		}
		if opcode := o.whole("opcode"); opcode != 1 && opcode != 2 || kept[m.Sent] == keptMessages {
			continue
		}
		kept[m.Sent]++
		encoding := o.text("_encoding")
		if !m.Text {
			encoding = "base64"
		}
		m.Data = []byte(decoded(o.text("data"), encoding))
		if m.Size == 0 {
			m.Size = len(m.Data)
		}
		out = append(out, m)
	}
	return out
}
