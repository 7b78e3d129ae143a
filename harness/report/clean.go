package report

import (
	"math"
	"reflect"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/standin-dev/standin/fakehost/token"
)

// clean returns a copy of r that is fit to be shown: the verdict settled, no
// signature of a token in any string, no nil list where a reader expects an empty
// one, and every number one that JSON knows. All writers start from it, so that no
// field, also none added later, gets past the redactor.
func clean(r *Report) *Report {
	out := scrub(reflect.ValueOf(*r)).Interface().(Report)
	out.Schema = Schema
	out.Verdict = out.Outcome()
	return &out
}

// cleanScenario is clean for one scenario.
func cleanScenario(s Scenario) Scenario {
	return scrub(reflect.ValueOf(s)).Interface().(Scenario)
}

// scrub returns a deep copy of v in which strings are redacted, nil lists empty,
// and fractions rounded to the thousandth.
func scrub(v reflect.Value) reflect.Value {
	out := reflect.New(v.Type()).Elem()
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			out.Set(reflect.New(v.Type().Elem()))
			out.Elem().Set(scrub(v.Elem()))
		}
	case reflect.Struct:
		out.Set(v)
		if v.Type() == reflect.TypeFor[time.Time]() {
			break
		}
		for i := range v.NumField() {
			absent := v.Field(i).IsZero() && strings.Contains(v.Type().Field(i).Tag.Get("json"), ",omitempty")
			if !absent {
				out.Field(i).Set(scrub(v.Field(i)))
			}
		}
	case reflect.Slice:
		out.Set(reflect.MakeSlice(v.Type(), v.Len(), v.Len()))
		for i := range v.Len() {
			out.Index(i).Set(scrub(v.Index(i)))
		}
	case reflect.String:
		out.SetString(token.Redact(printable(v.String())))
	case reflect.Float64:
		out.SetFloat(finite(v.Float()))
	default:
		out.Set(v)
	}
	return out
}

// finite rounds f to the thousandth. What is no number becomes 0, for a report that
// cannot be written for the sake of one field would lose all the others.
func finite(f float64) float64 {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return 0
	}
	return math.Round(f*1000) / 1000
}

// printable drops what a terminal would obey and what XML cannot hold: control
// characters other than newline and tab, bytes that are not UTF-8, the two
// non-characters, and the marks that turn the direction of text, since URLs and
// messages come from the app under test.
func printable(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return r
		case unicode.IsControl(r), r == utf8.RuneError, r == 0xFFFE, r == 0xFFFF:
			return -1
		case r >= 0x202A && r <= 0x202E, r >= 0x2066 && r <= 0x2069:
			return -1
		}
		return r
	}, text)
}
