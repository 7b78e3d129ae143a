package descriptor_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/standin-dev/standin/fakehost/descriptor"
)

type name string

func TestExpand(t *testing.T) {
	t.Parallel()
	vars := map[string]any{
		"issue":              map[string]any{"key": "ABC-1", "id": 10001.0, "empty": ""},
		"project.key":        "flat",
		"project":            map[string]any{"id": "10000"},
		"user":               "é & ü/?#%+~-._",
		"flags":              map[string]any{"on": true, "nil": nil},
		"list":               []any{"first", "second"},
		"texts":              []string{"one two"},
		"none":               []any{},
		"big":                float64(1234567890123456789),
		"half":               1.5,
		"int":                int64(-3),
		"small":              uint8(7),
		"number":             json.Number("12345678901234567890"),
		"named":              name("x"),
		"wrong":              struct{}{},
		"deep":               map[string]any{"a": map[string]any{"b": "c"}},
		"condition.is_admin": true,
	}
	for _, tc := range []struct{ name, template, want string }{
		{"nothing", "", ""},
		{"no variable", "/a?b=c&d={}&e=$x", "/a?b=c&d={}&e=$x"},
		{"in the path", "/issue/{issue.key}/view", "/issue/ABC-1/view"},
		{"in the query", "/view?key={issue.key}&id={issue.id}", "/view?key=ABC-1&id=10001"},
		{"the old form", "/view?key=${issue.key}", "/view?key=ABC-1"},
		{"flat, where the nested one is missing", "{project.key},{project.id}", "flat,10000"},
		{"three levels", "{deep.a.b}", "c"},
		{"encoded", "/view?u={user}", "/view?u=%C3%A9%20%26%20%C3%BC%2F%3F%23%25%2B~-._"},
		{"missing", "/view?a={nowhere}&b={issue.nowhere}&c={issue.key.x}", "/view?a=&b=&c="},
		{"empty", "/view?a={issue.empty}", "/view?a="},
		{"no single value", "{issue}{wrong}{flags.nil}{none}", ""},
		{"booleans", "{flags.on}", "true"},
		{"lists", "{list},{texts}", "first,one%20two"},
		{"numbers", "{big},{half},{int},{small},{number}", "1234567890123456800,1.5,-3,7,12345678901234567890"},
		{"named text", "{named}", "x"},
		{"a condition", "{condition.is_admin}{condition.other(a=b)}", "true"},
		{"unfinished", "/{issue.key/{issue.id", "/{issue.key/{issue.id"},
		{"nested braces", "{{issue.key}}", "{ABC-1}"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			if got := descriptor.Expand(tc.template, vars); got != tc.want {
				t.Errorf("Expand(%q) = %q, want %q", tc.template, got, tc.want)
			}
		})
	}
}

func TestExpandWithoutVariables(t *testing.T) {
	t.Parallel()
	if got, want := descriptor.Expand("/a?b={c.d}", nil), "/a?b="; got != want {
		t.Errorf("Expand() = %q, want %q", got, want)
	}
}

func FuzzExpand(f *testing.F) {
	f.Add("/view?a={issue.key}&b=${x}", "issue.key", "é {&")
	f.Add("{a}{a}", "a", "{a}")
	f.Add("{.}{..}{a.}", ".", "x")
	f.Fuzz(func(t *testing.T, template, name, value string) {
		vars := map[string]any{name: value, "nested": map[string]any{name: value}}
		got := descriptor.Expand(template, vars)
		if !strings.ContainsAny(template, "{}") && got != template {
			t.Fatalf("Expand(%q) = %q, though it has no variable", template, got)
		}
		if name == "" || strings.ContainsAny(name, "{}") || strings.ContainsRune(template, '$') {
			return
		}
		// What a value holds cannot break out of its place.
		one := descriptor.Expand("?v={"+name+"}&", vars)
		inside := strings.TrimSuffix(strings.TrimPrefix(one, "?v="), "&")
		if strings.ContainsAny(inside, "&=?#/{}+ ") || (value == "") != (inside == "") && name != "nested" {
			t.Fatalf("Expand() = %q of the value %q", one, value)
		}
		if got := descriptor.Expand("{nested."+name+"}", vars); name != "nested" && got != inside && !strings.Contains(name, ".") {
			t.Fatalf("nested: Expand() = %q, want %q", got, inside)
		}
	})
}
