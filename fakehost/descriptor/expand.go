package descriptor

import (
	"encoding/json"
	"fmt"
	"net/url"
	"reflect"
	"regexp"
	"strconv"
	"strings"
)

// variable is {name} or, in the form of long ago, ${name}.
var variable = regexp.MustCompile(`\$?\{([^{}]+)\}`)

// Expand fills the context variables of a URL template, such as {issue.key}, in the path and in the query alike. A name is looked up
// member by member, as its dots say, and then as it is, as one flat key. Values are percent-encoded, a space as %20; of a list, the
// first element counts; what is missing, or is no single value, leaves nothing behind (Connect plugin of 2016, UrlVariableSubstitutorImpl).
func Expand(template string, vars map[string]any) string {
	return variable.ReplaceAllStringFunc(template, func(match string) string {
		name := variable.FindStringSubmatch(match)[1]
		return encode(text(lookup(name, vars)))
	})
}

func lookup(name string, vars map[string]any) any {
	if value := nested(name, vars); value != nil {
		return value
	}
	return vars[name]
}

// nested follows the dots of a name; nil if that leads nowhere.
func nested(name string, vars map[string]any) any {
	head, rest, dotted := strings.Cut(name, ".")
	value := vars[head]
	if !dotted {
		return value
	}
	inner, _ := value.(map[string]any)
	return nested(rest, inner)
}

// text is a value as it stands in a URL; empty for what is no single value.
func text(value any) string {
	switch v := value.(type) {
	case nil:
		return ""
	case string:
		return v
	case json.Number:
		return v.String()
	case float64:
		// Ids that were decoded from JSON are floats. They are written without an exponent.
		return strconv.FormatFloat(v, 'f', -1, 64)
	}
	switch v := reflect.ValueOf(value); v.Kind() {
	case reflect.Slice, reflect.Array:
		if v.Len() == 0 {
			return ""
		}
		return text(v.Index(0).Interface())
	case reflect.String, reflect.Bool, reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64,
		reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Float32:
		return fmt.Sprint(value)
	}
	return ""
}

// encode percent-encodes all but the unreserved characters of RFC 3986.
func encode(s string) string {
	return strings.ReplaceAll(url.QueryEscape(s), "+", "%20")
}
