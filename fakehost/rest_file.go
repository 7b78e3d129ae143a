package fakehost

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"
)

// fileStub is what a user's file says.
type fileStub struct {
	reply     reply
	latency   time.Duration
	anonymous bool
}

// stubKeys are the keys of a file that says more than the body.
var stubKeys = []string{"status", "headers", "body", "latency", "anonymous"}

// member is one key of the object that a file holds.
type member struct {
	name  string
	line  int
	value json.RawMessage
}

// parseStub reads a file. A file is an answer with its circumstances when it is an
// object that has no other keys than [stubKeys]; anything else is the body itself.
func parseStub(name string, data []byte) (*fileStub, error) {
	fail := func(line int, format string, args ...any) error {
		return &StubError{File: name, Line: line, Problem: fmt.Sprintf(format, args...)}
	}
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	if len(bytes.TrimSpace(data)) == 0 {
		return nil, fail(0, "is empty: write the body, or status: 204 in a YAML file")
	}
	var whole json.RawMessage
	var members []member
	var err error
	if path.Ext(name) == ".json" {
		whole, members, err = readJSON(data)
	} else {
		whole, members, err = readYAML(data)
	}
	var at *lineError
	if errors.As(err, &at) {
		return nil, fail(at.line, "%s", at.problem)
	}
	if err != nil {
		return nil, fail(0, "%v", err)
	}
	if stranger, says := circumstances(members); !says {
		if stranger != nil {
			return nil, fail(stranger.line, "the key %q is unknown: a file with status and body has only %s; if all of it is the body, write it under body",
				stranger.name, strings.Join(stubKeys, ", "))
		}
		return &fileStub{reply: jsonReply(name, whole)}, nil
	}
	stub := &fileStub{reply: reply{status: http.StatusOK, header: http.Header{}, note: "answered from " + name}}
	for _, m := range members {
		if err := stub.set(m); err != nil {
			return nil, fail(m.line, "%v", err)
		}
	}
	if err := stub.finish(); err != nil {
		return nil, fail(0, "%v", err)
	}
	return stub, nil
}

// circumstances reports whether the members are those of an answer. A stranger
// among them is given when it looks like one with a slip of the pen.
func circumstances(members []member) (stranger *member, says bool) {
	numericStatus, body := false, false
	for i, m := range members {
		switch {
		case !slices.Contains(stubKeys, m.name):
			if stranger == nil {
				stranger = &members[i]
			}
		case m.name == "body":
			body = true
		case m.name == "status":
			_, err := strconv.ParseFloat(string(m.value), 64)
			numericStatus = err == nil
		}
	}
	switch {
	case len(members) == 0:
		return nil, false
	case stranger == nil:
		return nil, true
	case numericStatus && body:
		return stranger, false
	}
	return nil, false
}

func jsonReply(name string, body []byte) reply {
	return reply{
		status: http.StatusOK, body: body, note: "answered from " + name,
		header: http.Header{"Content-Type": {"application/json; charset=utf-8"}},
	}
}

// set takes one key of an answer.
func (f *fileStub) set(m member) error {
	const body = "; if all of the file is the body, write it under body"
	switch m.name {
	case "status":
		var status int
		if json.Unmarshal(m.value, &status) != nil || status < 200 || status > 599 {
			return fmt.Errorf("status is %s: it must be a number from 200 to 599%s", excerpt(m.value), body)
		}
		f.reply.status = status
	case "latency":
		var text string
		d, err := time.Duration(0), json.Unmarshal(m.value, &text)
		if err == nil {
			d, err = time.ParseDuration(text)
		}
		if err != nil || d < 0 {
			return fmt.Errorf(`latency is %s: write it as "250ms" or "2s"%s`, excerpt(m.value), body)
		}
		f.latency = d
	case "anonymous":
		if json.Unmarshal(m.value, &f.anonymous) != nil {
			return fmt.Errorf("anonymous is %s: it must be true or false%s", excerpt(m.value), body)
		}
	case "headers":
		return f.setHeaders(m.value)
	case "body":
		f.reply.body = m.value
	}
	return nil
}

// ownHeaders are set by the server, which knows the length of what it sends.
var ownHeaders = []string{"Content-Length", "Transfer-Encoding", "Connection", "Trailer", "Upgrade"}

func (f *fileStub) setHeaders(value json.RawMessage) error {
	var headers map[string]any
	decoder := json.NewDecoder(bytes.NewReader(value))
	decoder.UseNumber()
	if decoder.Decode(&headers) != nil {
		return fmt.Errorf("headers is %s: it must be an object of names and texts; if all of the file is the body, write it under body", excerpt(value))
	}
	for name, value := range headers {
		text := ""
		switch v := value.(type) {
		case string:
			text = v
		case json.Number, bool:
			text = fmt.Sprint(v)
		default:
			return fmt.Errorf("the header %q is neither a text nor a number", name)
		}
		canonical := http.CanonicalHeaderKey(name)
		switch {
		case !isHeaderName(name):
			return fmt.Errorf("%q is no name of a header", name)
		case strings.ContainsFunc(text, func(r rune) bool { return r < ' ' && r != '\t' || r == 0x7f }):
			return fmt.Errorf("the header %q holds a control character", name)
		case slices.Contains(ownHeaders, canonical):
			return fmt.Errorf("the header %q is set by the host itself: leave it out", name)
		case f.reply.header.Get(canonical) != "":
			return fmt.Errorf("the header %q is there twice, in other capitals", name)
		}
		f.reply.header.Set(canonical, text)
	}
	return nil
}

// isHeaderName reports whether a name is a token in the sense of RFC 9110.
func isHeaderName(name string) bool {
	return name != "" && !strings.ContainsFunc(name, func(r rune) bool {
		return (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z') && !strings.ContainsRune("!#$%&'*+-.^_`|~", r)
	})
}

// finish settles what depends on several keys.
func (f *fileStub) finish() error {
	a := &f.reply
	if a.body == nil {
		return nil
	}
	if a.status == http.StatusNoContent || a.status == http.StatusNotModified {
		return fmt.Errorf("an answer with status %d has no body: leave body out", a.status)
	}
	kind := a.header.Get("Content-Type")
	if kind == "" {
		a.header.Set("Content-Type", "application/json; charset=utf-8")
	}
	// A text with a type of its own is that text; of JSON it is a JSON text.
	var text string
	if kind != "" && !strings.Contains(strings.ToLower(kind), "json") && json.Unmarshal(a.body, &text) == nil {
		a.body = []byte(text)
	}
	return nil
}

// excerpt is a value as a message quotes it.
func excerpt(value json.RawMessage) string {
	const limit = 40
	text := oneLine(string(value))
	if len(text) > limit {
		text = strings.ToValidUTF8(text[:limit], "") + "..."
	}
	return text
}
