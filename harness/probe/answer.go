package probe

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"mime"
	"net/http"
	"slices"
	"strings"
	"time"
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
	// header has all that came before the body.
	header http.Header
	// body is its beginning; of a socket, its first message; of an event stream, what
	// came up to its first event.
	body []byte
	// ended says that a socket or an event stream was opened and closed again at once.
	ended bool
}

// eventStream is the media type of Server-Sent Events.
const eventStream = "text/event-stream"

// read takes an answer in. A stream has no end to wait for: its first event must do.
// hang up ends the reading.
func read(r *http.Response, quiet time.Duration, hangUp context.CancelFunc) Answer {
	a := Answer{Status: r.StatusCode, Location: r.Header.Get("Location"), header: r.Header}
	a.Type, _, _ = mime.ParseMediaType(r.Header.Get("Content-Type"))
	if a.Type == eventStream {
		a.body, a.ended = readEvents(r.Body, quiet, hangUp)
		return a
	}
	// What was read before an error is what there is to compare.
	a.body, _ = io.ReadAll(io.LimitReader(r.Body, bodyLimit))
	return a
}

// good reports whether it is an answer at all, not a refusal or an error.
func (a Answer) good() bool {
	return a.Status >= 200 && a.Status <= 399 || a.Status == http.StatusSwitchingProtocols && !a.ended
}

// A likeness says whether an answer gives what a valid token gets.
type likeness int

const (
	// unclear is an answer of which that cannot be told.
	unclear likeness = iota
	// same gives as much: values may differ, for data changes.
	same
	// other is something else, such as an error that comes with 200.
	other
)

// comparable reports whether only the content can tell two answers apart.
func (a Answer) comparable(b Answer) bool {
	return a.good() && a.Status == b.Status && a.Type == b.Type && (a.Location == "") == (b.Location == "")
}

// equals reports whether two answers are the same to the letter.
func (a Answer) equals(b Answer) bool {
	return a.comparable(b) && a.Location == b.Location && a.ended == b.ended && bytes.Equal(a.body, b.body)
}

// likeness compares an answer with those that a valid token gets. What differs between
// these tells nothing. loose says that it was asked for in another way, or in the name
// of somebody else, so that there may be less in it, or other words.
func (a Answer) likeness(controls []Answer, loose bool) likeness {
	switch {
	case !a.comparable(controls[0]):
		return other
	case slices.ContainsFunc(controls, a.equals):
		return same
	case a.Location != "":
		return a.leads(controls)
	case a.Type == eventStream:
		return compareEvents(a, controls, loose)
	}
	return compareBodies(a.Type, a.body, bodies(controls), loose)
}

// leads compares where redirects lead.
func (a Answer) leads(controls []Answer) likeness {
	place := func(location string) string { return location[:strings.IndexAny(location+"?", "?#")] }
	known, found := controls[0].Location, unclear
	if place(a.Location) != place(known) {
		found = other
	}
	for _, c := range controls[1:] {
		switch {
		case place(c.Location) != place(known):
			return unclear
		case c.Location != known && found != other:
			found = same // the rest differs each time
		}
	}
	if a.Location == known {
		return same
	}
	return found
}

// bodies are those of the answers.
func bodies(answers []Answer) [][]byte {
	var all [][]byte
	for _, a := range answers {
		all = append(all, a.body)
	}
	return all
}

// compareBodies compares documents of one media type.
func compareBodies(kind string, body []byte, controls [][]byte, loose bool) likeness {
	if kind == "text/html" || kind == "application/xhtml+xml" {
		return comparePages(body, controls, loose)
	}
	document, isJSON := parse(body)
	var documents []any
	for _, c := range controls {
		if parsed, ok := parse(c); ok {
			documents = append(documents, parsed)
		}
	}
	switch {
	case isJSON && len(documents) == len(controls):
		return compareJSON(document, documents, loose)
	case isJSON || len(documents) == len(controls):
		return other
	}
	return compareTexts(body, controls)
}

// parse reads a JSON document.
func parse(body []byte) (any, bool) {
	var v any
	err := json.Unmarshal(body, &v)
	return v, err == nil
}

// compareTexts compares what has no form that is known here: by length, and by how much
// of it is the same where a valid token gets the same each time.
func compareTexts(body []byte, controls [][]byte) likeness {
	shortest, longest, changes := len(controls[0]), len(controls[0]), false
	for _, c := range controls {
		shortest, longest = min(shortest, len(c)), max(longest, len(c))
		changes = changes || !bytes.Equal(c, controls[0])
	}
	asLong := len(body)*5 >= shortest*4 && len(body)*4 <= longest*5
	switch {
	case asLong && (changes || shared(body, controls[0])*5 >= len(body)*4):
		return same
	case len(body)*2 < shortest:
		return other
	}
	return unclear
}

// shared is how many bytes two texts have in common at their ends.
func shared(a, b []byte) int {
	n, most := 0, min(len(a), len(b))
	for n < most && a[n] == b[n] {
		n++
	}
	m := 0
	for m < most-n && a[len(a)-1-m] == b[len(b)-1-m] {
		m++
	}
	return n + m
}
