package probe

import (
	"maps"
	"slices"
	"strings"
)

// A difference is what tells a JSON document from those that a valid token gets.
type difference struct {
	// kept and lost count the places that are filled in all of those: texts, lists and
	// numbers, as far as they are data. steady counts them all.
	kept, lost, steady int
	// refusals are what an answer says that refuses; doubts what may be one.
	refusals, doubts int
	// unsteady says that there are places in which those differ among themselves.
	unsteady bool
}

// compareJSON compares a document with those that a valid token gets.
func compareJSON(document any, controls []any, loose bool) likeness {
	var d difference
	d.compare("", document, controls)
	switch {
	case d.refusals > 0:
		return other
	case d.unsteady && d.steady == 0:
		return unclear
	case d.lost > 0 && d.kept == 0 && !loose:
		return other
	case d.doubts > 0 || d.lost > 0 && (d.kept == 0 || !loose):
		return unclear
	}
	return same
}

// compare takes in a place of the document, and what is there for a valid token. Only
// the form counts, for data changes: what is filled there must be filled here. Lists
// are filled or empty, and not looked into: their order may be any.
func (d *difference) compare(name string, got any, controls []any) {
	if !agree(controls) {
		d.unsteady = true
		return
	}
	want := controls[0]
	if objects, ok := allObjects(controls); ok {
		d.compareObjects(name, got, objects)
		return
	}
	if empty(want) {
		d.added(name, got)
		return
	}
	d.steady++
	switch want := want.(type) {
	case string:
		d.compareText(name, want, got)
	case float64:
		d.compareNumber(name, want, got)
	case bool:
		d.compareFlag(name, want, got)
	default: // a list
		list, ok := got.([]any)
		d.count(name, ok && !empty(list))
	}
}

// compareObjects goes through the names that a valid token always gets, and through
// those that are new.
func (d *difference) compareObjects(name string, got any, controls []map[string]any) {
	object, ok := got.(map[string]any)
	if !ok {
		d.steady++
		d.count("", len(controls[0]) == 0)
		return
	}
	for key, want := range controls[0] {
		values := []any{want}
		for _, c := range controls[1:] {
			if v, ok := c[key]; ok {
				values = append(values, v)
			}
		}
		if len(values) < len(controls) {
			d.unsteady = true
			continue
		}
		d.compare(key, object[key], values)
	}
	for key, value := range object {
		known := slices.ContainsFunc(controls, func(c map[string]any) bool { _, ok := c[key]; return ok })
		if !known && (name == "" || slices.Contains(errorNames, plain(key))) {
			d.added(key, value)
		}
	}
}

func (d *difference) compareText(name, want string, got any) {
	text, ok := got.(string)
	if ok && slices.Contains(wordNames, plain(name)) && refusing(text) && !refusing(want) {
		d.refusals++
	}
	d.count(name, ok && text != "")
}

func (d *difference) compareNumber(name string, want float64, got any) {
	number, ok := got.(float64)
	if ok && slices.Contains(wordNames, plain(name)) && (want < 400 || want > 599) && number >= 400 && number <= 599 {
		d.refusals++
	}
	if !ok || number == 0 && want != 0 {
		d.lost++
	}
}

func (d *difference) compareFlag(name string, want bool, got any) {
	flag, ok := got.(bool)
	switch {
	case ok && flag == want:
	case ok && (want && slices.Contains(okNames, plain(name)) || flag && slices.Contains(errorNames, plain(name))):
		d.refusals++
	case want && slices.Contains(errorNames, plain(name)):
	default:
		d.doubts++
	}
}

// added takes in what is not there for a valid token, or is empty then.
func (d *difference) added(name string, got any) {
	text, _ := got.(string)
	switch {
	case empty(got) || got == false:
	case slices.Contains(errorNames, plain(name)), slices.Contains(wordNames, plain(name)) && refusing(text):
		d.refusals++
	default:
		d.doubts++
	}
}

// count counts a place of data.
func (d *difference) count(name string, there bool) {
	switch {
	case !there:
		d.lost++
	case !slices.Contains(wordNames, plain(name)):
		d.kept++
	}
}

// The names under which answers say how it went, as plain has them.
var (
	errorNames = []string{"error", "errors", "err", "errormessage", "errormessages", "errorcode", "errordescription", "failure", "fault", "problem"}
	okNames    = []string{"ok", "success", "successful", "succeeded", "authenticated", "isauthenticated", "authorized", "isauthorized", "loggedin", "isloggedin", "allowed", "valid"}
	wordNames  = []string{"status", "statuscode", "code", "type", "event", "kind", "result", "state", "message", "msg", "detail", "reason", "title", "version", "apiversion", "jsonrpc", "typename"}
)

// refusingWords are in what refuses.
var refusingWords = []string{
	"error", "denied", "unauthori", "unauthenticated", "not authenticated", "not authori", "forbidden", "fail", "expired", "invalid", "refused", "rejected",
	"not allowed", "not signed in", "not logged in", "log in", "sign in",
}

// refusing reports whether a text is one that refuses.
func refusing(text string) bool {
	lower := strings.ToLower(text)
	return slices.ContainsFunc(refusingWords, func(word string) bool { return strings.Contains(lower, word) })
}

// plain is a name without what parts its words.
func plain(name string) string {
	return strings.NewReplacer("_", "", "-", "", ".", "").Replace(strings.ToLower(name))
}

// empty reports whether a value says nothing.
func empty(v any) bool {
	switch v := v.(type) {
	case nil:
		return true
	case string:
		return v == ""
	case []any:
		return !slices.ContainsFunc(v, func(item any) bool { return !empty(item) })
	case map[string]any:
		return len(v) == 0
	}
	return false
}

// mute reports whether a document says nothing at all, so that it may as well be what a
// stranger is shown: an empty list, or null.
func mute(v any) bool {
	switch v := v.(type) {
	case map[string]any:
		return len(v) > 0 && !slices.ContainsFunc(slices.Collect(maps.Values(v)), func(item any) bool { return !mute(item) && item != float64(0) })
	case bool, float64:
		return false
	}
	return empty(v)
}

// agree reports whether values are of one kind, and all filled or all empty. Objects
// are looked into.
func agree(values []any) bool {
	for _, v := range values[1:] {
		switch first := values[0].(type) {
		case bool:
			if v != first {
				return false
			}
		case map[string]any:
			if _, ok := v.(map[string]any); !ok {
				return false
			}
		default:
			if kind(v) != kind(first) || empty(v) != empty(first) {
				return false
			}
		}
	}
	return true
}

// kind names what a value is.
func kind(v any) string {
	switch v.(type) {
	case nil:
		return "null"
	case string:
		return "text"
	case []any:
		return "list"
	case float64:
		return "number"
	case bool:
		return "flag"
	}
	return "object"
}

// allObjects are the values as objects. false: one is none.
func allObjects(values []any) ([]map[string]any, bool) {
	var all []map[string]any
	for _, v := range values {
		object, ok := v.(map[string]any)
		if !ok {
			return nil, false
		}
		all = append(all, object)
	}
	return all, true
}
