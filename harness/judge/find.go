package judge

import (
	"bytes"
	"encoding/json"
	"io"
	"maps"
	"mime"
	"mime/multipart"
	"net/url"
	"slices"
	"strings"

	"github.com/standin-dev/standin/fakehost/token"
	"github.com/standin-dev/standin/harness/timeline"
)

// finder collects the carriers of a request.
type finder struct {
	exchange *timeline.Exchange
	found    []Carrier
}

func (f *finder) add(where, name, scheme, value string) {
	c := Carrier{Spec: CarrierSpec{Place: where, Name: name, Scheme: scheme}, Value: value}
	if known, ok := f.exchange.Tokens[value]; ok {
		c.Known = &known
	}
	f.found = append(f.found, c)
}

func (f *finder) query() {
	if u, err := timeline.ParseURL(f.exchange.URL); err == nil {
		f.values("query", u.Query())
	}
}

// referer finds the tokens of the Referer, those of jwt first.
func (f *finder) referer() {
	u, err := timeline.ParseURL(f.exchange.Header.Get("Referer"))
	if err != nil {
		return
	}
	query := u.Query()
	names := slices.Sorted(maps.Keys(query))
	if i := slices.Index(names, "jwt"); i > 0 {
		names = slices.Insert(slices.Delete(names, i, i+1), 0, "jwt")
	}
	for _, name := range names {
		for _, v := range query[name] {
			if len(token.Find(v)) > 0 {
				f.add("referer", "", "", v)
			}
		}
	}
}

func (f *finder) values(where string, values url.Values) {
	for _, name := range slices.Sorted(maps.Keys(values)) {
		for _, v := range values[name] {
			f.add(where, name, "", v)
		}
	}
}

func (f *finder) body() {
	if len(f.exchange.Body) == 0 {
		return
	}
	kind, params, _ := mime.ParseMediaType(f.exchange.Header.Get("Content-Type"))
	switch {
	case kind == "application/x-www-form-urlencoded":
		if values, err := url.ParseQuery(string(f.exchange.Body)); err == nil {
			f.values("form", values)
		}
	case kind == "multipart/form-data":
		f.multipart(params["boundary"])
	case kind == "application/json" || strings.HasSuffix(kind, "+json"):
		var v any
		if json.Unmarshal(f.exchange.Body, &v) == nil {
			f.walk("", v)
		}
	default:
		for _, raw := range token.Find(string(f.exchange.Body)) {
			f.add("body", "", "", raw)
		}
	}
}

// multipart reads the fields of a form; files are not looked into.
func (f *finder) multipart(boundary string) {
	r := multipart.NewReader(bytes.NewReader(f.exchange.Body), boundary)
	for boundary != "" {
		part, err := r.NextPart()
		if err != nil {
			return
		}
		if part.FileName() != "" {
			continue
		}
		if value, err := io.ReadAll(io.LimitReader(part, 64<<10)); err == nil {
			f.add("form", part.FormName(), "", string(value))
		}
	}
}

// walk finds the texts of a JSON document that are tokens or are named like one.
// A back end that parses JSON bodies reads body.jwt as it reads a form's field.
func (f *finder) walk(name string, v any) {
	switch v := v.(type) {
	case map[string]any:
		for _, n := range slices.Sorted(maps.Keys(v)) {
			f.walk(n, v[n])
		}
	case []any:
		for _, item := range v {
			f.walk(name, item)
		}
	case string:
		if name == "jwt" || len(token.Find(v)) > 0 {
			f.add("form", name, "", v)
		}
	}
}

func (f *finder) headers() {
	for _, name := range slices.Sorted(maps.Keys(f.exchange.Header)) {
		value := f.exchange.Header.Get(name)
		switch name {
		case "Cookie", "Referer":
		case "Authorization":
			scheme, rest := authorization(value)
			f.add("header", name, scheme, rest)
		case "Sec-Websocket-Protocol":
			for _, raw := range token.Find(value) {
				f.add("header", name, "", raw)
			}
		default:
			f.header(name, value)
		}
	}
}

// authorization parts an Authorization header into its scheme and what follows. A
// browser cuts the space off the end, so "JWT " and no token arrive as "JWT".
func authorization(value string) (scheme, rest string) {
	scheme, rest, ok := strings.Cut(value, " ")
	switch {
	case IsJunk(value):
		return "", value
	case ok:
		return scheme, strings.TrimSpace(rest)
	case strings.EqualFold(value, "JWT") || strings.EqualFold(value, "Bearer"):
		return value, ""
	}
	return "", value
}

// header reads any other header: the token may stand alone or behind a word.
func (f *finder) header(name, value string) {
	scheme, rest, ok := strings.Cut(value, " ")
	if ok && !IsJunk(value) && (len(token.Find(rest)) > 0 || IsJunk(rest)) {
		f.add("header", name, scheme, rest)
		return
	}
	f.add("header", name, "", value)
}

func (f *finder) cookies() {
	// http.ParseCookie gives up on the whole line for one value that it does not
	// like, such as bare JSON, which browsers send and servers read past.
	for pair := range strings.SplitSeq(f.exchange.Header.Get("Cookie"), ";") {
		if name, value, ok := strings.Cut(strings.TrimSpace(pair), "="); ok {
			f.add("cookie", name, "", strings.Trim(value, `"`))
		}
	}
}

// messages finds the tokens in the first message of a WebSocket that has any: some apps
// prove there who asks.
func (f *finder) messages() {
	for i := range f.exchange.Frames {
		m := &f.exchange.Frames[i]
		if !proof(m) {
			continue
		}
		for _, raw := range token.Find(string(m.Data)) {
			f.add("message", "", "", raw)
		}
		return
	}
}
