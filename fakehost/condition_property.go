package fakehost

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"
)

// The conditions on properties are named for the entity, whose name is a
// parameter, or for the app itself (DOC "Conditions", "Property conditions").
var propertyPrefixes = []string{"entity_property_", "addon_property_"}

// propertyCondition answers a condition on a property of a thing on the page, or
// of the app: the value, or what objectName leads to in it, is compared with
// params.value, which is JSON in a text (connect 2016, "Hosted data storage").
func (s *Server) propertyCondition(a conditionAsked) (holds, known bool) {
	test, entity := "", a.param("entity")
	for _, prefix := range propertyPrefixes {
		if rest, is := strings.CutPrefix(a.name, prefix); is {
			test = rest
			if prefix == "addon_property_" {
				entity = "addon"
			}
		}
	}
	of, known := s.propertyOwner(a, entity)
	if !known {
		return false, false
	}
	raw, there := s.properties.get(of, a.param("propertyKey"))
	value, there := memberAt(raw, a.param("objectName"), there)
	switch test {
	case "exists":
		return there, true
	case "equal_to":
		return there && sameJSON(value, a.param("value")), true
	case "equal_to_context":
		return there && textOfJSON(value) == a.vars[a.param("contextParameter")], true
	case "contains_any":
		return there && slices.ContainsFunc(listOf(a.param("value")), func(want any) bool { return holdsValue(value, want) }), true
	case "contains_all":
		return there && !slices.ContainsFunc(listOf(a.param("value")), func(want any) bool { return !holdsValue(value, want) }), true
	case "contains_context":
		return there && holdsValue(value, a.vars[a.param("contextParameter")]), true
	}
	return false, false // groups and roles of the person are not emulated
}

// propertyOwner is whose property is meant. Properties of a thing that is not on
// the page are not there; those of a kind that REST has none of are not known.
func (s *Server) propertyOwner(a conditionAsked, entity string) (owner, bool) {
	switch entity {
	case "addon":
		if a.tenant == nil {
			return owner{}, false
		}
		return appOwner(a.tenant.App.Key), true
	case "issue", "project", "content", "space":
		return owner{entity, a.vars[entity+".id"]}, true
	}
	return owner{}, false
}

// memberAt follows a dotted path into a value. The path "" is the value itself.
func memberAt(raw json.RawMessage, path string, there bool) (any, bool) {
	var value any
	if !there || json.Unmarshal(raw, &value) != nil {
		return nil, false
	}
	if path == "" {
		return value, true
	}
	for step := range strings.SplitSeq(path, ".") {
		object, _ := value.(map[string]any)
		if value, there = object[step]; !there {
			return nil, false
		}
	}
	return value, true
}

// sameJSON compares a value with what a descriptor writes: JSON in a text, or a
// bare word, which counts as the text itself.
func sameJSON(value any, written string) bool {
	return reflect.DeepEqual(value, jsonIn(written)) || value == any(written)
}

func jsonIn(written string) any {
	var value any
	if json.Unmarshal([]byte(written), &value) != nil {
		return written
	}
	return value
}

// listOf are the values that a property must contain: a JSON list, or one value.
func listOf(written string) []any {
	if list, is := jsonIn(written).([]any); is {
		return list
	}
	return []any{jsonIn(written)}
}

// holdsValue reports whether a list has a value; of what is no list, whether it is
// that value.
func holdsValue(value, want any) bool {
	list, is := value.([]any)
	if !is {
		list = []any{value}
	}
	return slices.ContainsFunc(list, func(have any) bool {
		return reflect.DeepEqual(have, want) || textOfJSON(have) == textOfJSON(want)
	})
}

func textOfJSON(value any) string {
	if text, is := value.(string); is {
		return text
	}
	text, _ := json.Marshal(value) // it was read from JSON, or is a text
	return string(text)
}
