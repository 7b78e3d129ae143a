package probe

import (
	"bytes"
	"encoding/json"
	"io"
	"maps"
	"mime"
	"net/http"
	"slices"
)

// bodyLimit is how much of an answer is looked at, in bytes.
const bodyLimit = 64 << 10

// Answer is what the back end said.
type Answer struct {
	// Status is the HTTP status.
	Status int
	// Type is the media type, without parameters; empty: none was given.
	Type string
	// Location is where a redirect leads.
	Location string
	// body is its beginning; of a socket, its first message.
	body []byte
	// ended says that a socket was opened and closed again at once.
	ended bool
}

// read takes an answer in. A stream has no end to wait for: its head must do.
func read(r *http.Response) Answer {
	a := Answer{Status: r.StatusCode, Location: r.Header.Get("Location")}
	a.Type, _, _ = mime.ParseMediaType(r.Header.Get("Content-Type"))
	if a.Type != "text/event-stream" {
		// What was read before an error is what there is to compare.
		a.body, _ = io.ReadAll(io.LimitReader(r.Body, bodyLimit))
	}
	return a
}

// good reports whether it is an answer at all, not a refusal or an error.
func (a Answer) good() bool {
	return a.Status >= 200 && a.Status <= 399 || a.Status == http.StatusSwitchingProtocols && !a.ended
}

// like reports whether two answers give the same thing: the same kind of document
// to a page; to a call, data of the same shape. Values may differ, for data changes;
// an error that comes with 200 has another shape.
func (a Answer) like(b Answer, page bool) bool {
	if !a.good() || a.Status != b.Status || a.Type != b.Type || a.Location != b.Location {
		return false
	}
	if page || bytes.Equal(a.body, b.body) {
		return true
	}
	shapeA, jsonA := shape(a.body)
	shapeB, jsonB := shape(b.body)
	if jsonA || jsonB {
		return jsonA && jsonB && shapeA == shapeB
	}
	// Other data: as long, give or take a fifth.
	long, short := max(len(a.body), len(b.body)), min(len(a.body), len(b.body))
	return short*5 >= long*4
}

// shape describes a JSON document by the names at its top, or by what it is.
func shape(body []byte) (string, bool) {
	var v any
	if json.Unmarshal(body, &v) != nil {
		return "", false
	}
	switch v := v.(type) {
	case map[string]any:
		return "object:" + string(mustJSON(slices.Sorted(maps.Keys(v)))), true
	case []any:
		return "list", true
	case nil:
		return "null", true
	}
	return "value", true
}

// mustJSON encodes texts, which cannot fail.
func mustJSON(names []string) []byte {
	b, _ := json.Marshal(names)
	return b
}
