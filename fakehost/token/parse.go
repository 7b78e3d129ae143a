package token

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// Parse reads a token's shape: three parts, of which the first two are JSON objects, with registered claims of the right types.
// A null claim counts as absent. The signature is not looked at. Its only error is ErrMalformed, with the reason.
func Parse(raw string) (*Token, error) {
	parts := strings.Split(raw, ".")
	if len(parts) != 3 {
		return nil, malformed("it has %d dot-separated parts, not 3", len(parts))
	}
	header, err := decodeObject(parts[0])
	if err != nil {
		return nil, malformed("its header %v", err)
	}
	payload, err := decodeObject(parts[1])
	if err != nil {
		return nil, malformed("its payload %v", err)
	}
	if _, err := decode(parts[2]); err != nil {
		return nil, malformed("its signature is not base64url")
	}
	t := &Token{Raw: raw}
	if err := t.fill(header, payload); err != nil {
		return nil, malformed("%v", err)
	}
	return t, nil
}

func malformed(format string, args ...any) error {
	return fmt.Errorf("%w: "+format, append([]any{ErrMalformed}, args...)...)
}

// fill sets the fields of t from the two decoded objects.
func (t *Token) fill(header, payload object) error {
	t.Header, t.Payload = header.values(), payload.values()
	r := reader{from: header, what: "header"}
	t.Algorithm = r.text("alg")
	t.KeyID = r.text("kid")
	if r.err != nil {
		return r.err
	}
	r = reader{from: payload, what: "claim"}
	t.Claims = Claims{
		Issuer:    r.text("iss"),
		Subject:   r.text("sub"),
		QSH:       r.text("qsh"),
		Audience:  r.audience("aud"),
		IssuedAt:  r.time("iat"),
		NotBefore: r.time("nbf"),
		ExpiresAt: r.time("exp"),
	}
	// Only hosts owe the context claim a shape. Whatever else stands there is left in Payload.
	t.Claims.Context, _ = t.Payload["context"].(map[string]any)
	return r.err
}

// object is a JSON object whose values are not decoded yet.
type object map[string]json.RawMessage

func decodeObject(part string) (object, error) {
	text, err := decode(part)
	if err != nil {
		return nil, fmt.Errorf("is not base64url")
	}
	var o object
	if err := json.Unmarshal(text, &o); err != nil || o == nil {
		return nil, fmt.Errorf("is not a JSON object")
	}
	return o, nil
}

func (o object) values() map[string]any {
	values := make(map[string]any, len(o))
	for name, raw := range o {
		var value any
		// A number too large for a float64 is the only JSON that fails here; its text is the best there is to show.
		if err := json.Unmarshal(raw, &value); err != nil {
			value = string(raw)
		}
		values[name] = value
	}
	return values
}

// reader takes typed fields from an object and keeps the first error.
type reader struct {
	from object
	what string
	err  error
}

func (r *reader) present(name string) (json.RawMessage, bool) {
	raw, ok := r.from[name]
	return raw, ok && string(raw) != "null"
}

func (r *reader) fail(name, want string) {
	if r.err == nil {
		r.err = fmt.Errorf("its %s %q is not %s", r.what, name, want)
	}
}

func (r *reader) text(name string) string {
	raw, ok := r.present(name)
	if !ok {
		return ""
	}
	var text string
	if json.Unmarshal(raw, &text) != nil {
		r.fail(name, "text")
	}
	return text
}

// audience reads one text or a list of them, which RFC 7519 section 4.1.3 both allows.
func (r *reader) audience(name string) []string {
	raw, ok := r.present(name)
	if !ok {
		return nil
	}
	var one string
	if json.Unmarshal(raw, &one) == nil {
		return []string{one}
	}
	var many []string
	if json.Unmarshal(raw, &many) != nil {
		r.fail(name, "text or a list of texts")
	}
	return many
}

func (r *reader) time(name string) time.Time {
	raw, ok := r.present(name)
	if !ok {
		return time.Time{}
	}
	t, ok := numericDate(string(raw))
	if !ok {
		r.fail(name, "a number of seconds")
	}
	return t
}

// The range of numericDate. A time out of it is brought to its nearer end: time.Time has no JSON past the year 9999, and a back
// end that writes milliseconds where seconds belong must not break a report. The lower end is not the zero time, which means absent.
var (
	earliest = time.Date(1, 1, 1, 0, 0, 1, 0, time.UTC)
	latest   = time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC)
)

// numericDate reads a JSON number of seconds since 1970. It may have a fraction, which is read to about a microsecond.
func numericDate(text string) (time.Time, bool) {
	if whole, err := strconv.ParseInt(text, 10, 64); err == nil {
		return dateOf(float64(whole), time.Unix(whole, 0)), true
	}
	var seconds float64
	if json.Unmarshal([]byte(text), &seconds) != nil {
		return time.Time{}, false
	}
	whole, fraction := math.Modf(seconds)
	return dateOf(seconds, time.Unix(int64(whole), int64(fraction*1e9))), true
}

// dateOf is t, held within the range by the number of seconds from which it was made, for t itself may have overflowed.
func dateOf(seconds float64, t time.Time) time.Time {
	switch {
	case seconds < float64(earliest.Unix()):
		return earliest
	case seconds > float64(latest.Unix()):
		return latest
	}
	return t.UTC()
}
