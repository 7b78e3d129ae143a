package har

import (
	"encoding/base64"
	"math"
	"strconv"
	"strings"
	"time"
)

// object is a JSON object that somebody else wrote. What is missing in it, or is of
// another type than it should be, is empty.
type object map[string]any

func (o object) text(names ...string) string {
	for _, name := range names {
		switch v := o[name].(type) {
		case string:
			return v
		case float64:
			return strconv.FormatFloat(v, 'f', -1, 64)
		}
	}
	return ""
}

// number is a number, also where it was written as a text; zero: there is none.
func (o object) number(name string) float64 {
	v, ok := o[name].(float64)
	if text, is := o[name].(string); is {
		var err error
		v, err = strconv.ParseFloat(strings.TrimSpace(text), 64)
		ok = err == nil
	}
	if !ok || math.IsNaN(v) || math.IsInf(v, 0) {
		return 0
	}
	return v
}

// whole is a number that is not negative and fits into 32 bits; else zero.
func (o object) whole(name string) int {
	if v := o.number(name); v > 0 && v <= math.MaxInt32 {
		return int(v)
	}
	return 0
}

func (o object) is(name string) bool { v, _ := o[name].(bool); return v }

func (o object) object(name string) object {
	v, _ := o[name].(map[string]any)
	return v
}

// list are the objects of a list; whatever else is in it is left out.
func (o object) list(name string) []object {
	items, _ := o[name].([]any)
	var out []object
	for _, item := range items {
		if m, ok := item.(map[string]any); ok {
			out = append(out, m)
		}
	}
	return out
}

// time is an instant; zero: there is none that can be read.
func (o object) time(name string) time.Time {
	switch v := o[name].(type) {
	case float64:
		return sinceEpoch(v)
	case string:
		return parseTime(strings.TrimSpace(v))
	}
	return time.Time{}
}

// sinceEpoch reads milliseconds since 1970, or seconds where it is too few for those.
func sinceEpoch(v float64) time.Time {
	if v > 0 && v < 1e11 {
		v *= 1000
	}
	if !(v > 0 && v < 2.5e14) {
		return time.Time{}
	}
	return time.UnixMicro(int64(v * 1000)).UTC()
}

// layouts are the forms in which dates are found: that of the specification, ISO 8601
// with a zone; its zone without a colon; none, which is read as UTC.
var layouts = []string{time.RFC3339Nano, "2006-01-02T15:04:05.999999999Z0700", "2006-01-02T15:04:05.999999999", "2006-01-02 15:04:05.999999999Z07:00"}

func parseTime(text string) time.Time {
	for _, layout := range layouts {
		if t, err := time.Parse(layout, text); err == nil {
			return t.UTC()
		}
	}
	return time.Time{}
}

// decoded is a text that may be base64. What says so and is none stays as it is.
func decoded(text, encoding string) string {
	if !strings.EqualFold(encoding, "base64") {
		return text
	}
	clean := strings.NewReplacer("\n", "", "\r", "", "-", "+", "_", "/").Replace(strings.TrimRight(strings.TrimSpace(text), "="))
	out, err := base64.RawStdEncoding.DecodeString(clean)
	if err != nil {
		return text
	}
	return string(out)
}
