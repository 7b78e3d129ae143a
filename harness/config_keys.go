package harness

import (
	"encoding"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/standin-dev/standin/harness/journey"
)

// keyProblem is what is wrong at a line of a config.
type keyProblem struct {
	line int
	text string
}

func (p keyProblem) Error() string { return fmt.Sprintf("line %d: %s", p.line, p.text) }

// keyProblems are all of them, told in one line.
type keyProblems []keyProblem

func (p keyProblems) Error() string {
	lines := make([]string, len(p))
	for i, one := range p {
		lines[i] = one.Error()
	}
	return strings.Join(lines, "; ")
}

// decodeConfig reads a config into f. What cannot be read is told by its line, in the
// words of who writes a config; what a type reads for itself, that type tells.
func decodeConfig(data []byte, f *file) error {
	var document yaml.Node
	if err := yaml.Unmarshal(data, &document); err != nil {
		return errors.New(strings.TrimPrefix(err.Error(), "yaml: "))
	}
	if len(document.Content) == 0 {
		return nil // it is empty
	}
	k := keyReader{}
	k.read(document.Content[0], reflect.TypeFor[file](), "a config")
	if len(k.problems) > 0 {
		return k.problems
	}
	if err := document.Decode(f); err != nil {
		return errors.New(strings.TrimPrefix(err.Error(), "yaml: "))
	}
	return nil
}

// keyReader holds a config against the types that it is read into.
type keyReader struct{ problems keyProblems }

func (k *keyReader) found(n *yaml.Node, format string, args ...any) {
	k.problems = append(k.problems, keyProblem{n.Line, fmt.Sprintf(format, args...)})
}

// read looks at a node that is to be read into a type. whose is what has the keys of a
// mapping.
func (k *keyReader) read(n *yaml.Node, t reflect.Type, whose string) {
	if n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if n.ShortTag() == "!!null" || readsItself(t) {
		return
	}
	switch t.Kind() {
	case reflect.Struct:
		k.mapping(n, t, whose)
	case reflect.Slice:
		k.list(n, t)
	default:
		if n.Kind != yaml.ScalarNode || n.Decode(reflect.New(t).Interface()) != nil {
			k.unreadable(n, t)
		}
	}
}

// readsItself reports whether a type reads nodes by itself, and says what is wrong with
// them.
func readsItself(t reflect.Type) bool {
	p := reflect.PointerTo(t)
	return p.Implements(reflect.TypeFor[yaml.Unmarshaler]()) || p.Implements(reflect.TypeFor[encoding.TextUnmarshaler]())
}

// mapping looks at the keys of a struct, and at their values.
func (k *keyReader) mapping(n *yaml.Node, t reflect.Type, whose string) {
	if n.Kind != yaml.MappingNode {
		as := "keys and values"
		if t == reflect.TypeFor[file]() {
			as = "a config, which has keys and values"
		}
		k.found(n, "cannot read %s as %s", nodeText(n), as)
		return
	}
	names, types := keysOf(t)
	seen := map[string]int{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		of, known := types[key.Value]
		switch {
		case key.ShortTag() == "!!merge":
		case key.Kind != yaml.ScalarNode || !known:
			k.found(key, "%s is no key of %s; there are %s", keyText(key), whose, strings.Join(names, ", "))
		case seen[key.Value] > 0:
			k.found(key, "mapping key %q already defined at line %d", key.Value, seen[key.Value])
		default:
			seen[key.Value] = key.Line
			k.read(value, of, key.Value)
		}
	}
}

// list looks at the elements of a list.
func (k *keyReader) list(n *yaml.Node, t reflect.Type) {
	if n.Kind != yaml.SequenceNode {
		k.unreadable(n, t)
		return
	}
	for _, one := range n.Content {
		k.read(one, t.Elem(), "it")
	}
}

func (k *keyReader) unreadable(n *yaml.Node, t reflect.Type) {
	k.found(n, "cannot read %s as %s", nodeText(n), typeText(t))
}

// keysOf are the keys of a struct in their order, those of structs within it included,
// and what each is read into.
func keysOf(t reflect.Type) ([]string, map[string]reflect.Type) {
	var names []string
	types := map[string]reflect.Type{}
	for field := range t.Fields() {
		name, options, _ := strings.Cut(field.Tag.Get("yaml"), ",")
		if options == "inline" {
			inner, more := keysOf(field.Type)
			names = append(names, inner...)
			for name, t := range more {
				types[name] = t
			}
			continue
		}
		names, types[name] = append(names, name), field.Type
	}
	return names, types
}

// typeText is what a type is called in a config.
func typeText(t reflect.Type) string {
	switch {
	case t == reflect.TypeFor[time.Duration]():
		return "a length of time such as 5m"
	case t == reflect.TypeFor[[]journey.Step]():
		return "a list of steps"
	case t.Kind() == reflect.Slice:
		return "a list of texts"
	case t.Kind() == reflect.Bool:
		return "true or false"
	case t.Kind() == reflect.Int:
		return "a number"
	}
	return "a text"
}

// nodeText is what stands there.
func nodeText(n *yaml.Node) string {
	const shown = 40
	switch {
	case n.Kind == yaml.SequenceNode:
		return "a list"
	case n.Kind == yaml.MappingNode:
		return "keys and values"
	case n.ShortTag() == "!!str":
		return "the text `" + cut(oneLine(n.Value), shown) + "`"
	}
	return "the " + strings.TrimPrefix(n.ShortTag(), "!!") + " `" + cut(oneLine(n.Value), shown) + "`"
}

// keyText is a key as it is named in a sentence.
func keyText(key *yaml.Node) string {
	if key.Kind != yaml.ScalarNode {
		return nodeText(key)
	}
	return cut(oneLine(key.Value), 80)
}

// oneLine is a text with each run of white space as one blank.
func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }
