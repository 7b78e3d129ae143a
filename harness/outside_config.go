package harness

import (
	"fmt"

	"go.yaml.in/yaml/v3"

	"github.com/standin-dev/standin/harness/outside"
)

// outsideKey is the config's key outside: hosts under allow, and local copies by the
// address that they stand for, in the order in which they are written.
type outsideKey struct {
	allow  []string
	copies [][2]string
}

const outsideForms = `outside is {allow: [cdn.example.com]}, or {"https://cdn.example.com/x.js": local/x.js}, or both in one`

// UnmarshalYAML reads the key.
func (o *outsideKey) UnmarshalYAML(n *yaml.Node) error {
	if n.Kind != yaml.MappingNode {
		return fmt.Errorf("line %d: %s", n.Line, outsideForms)
	}
	seen := map[string]bool{}
	for i := 0; i < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		switch {
		case seen[key.Value]:
			return fmt.Errorf("line %d: outside has %s twice", key.Line, key.Value)
		case key.Value == "allow" && value.Kind == yaml.SequenceNode:
			for _, host := range value.Content {
				if host.Kind != yaml.ScalarNode {
					return fmt.Errorf("line %d: %s", host.Line, outsideForms)
				}
				o.allow = append(o.allow, host.Value)
			}
		case key.Value == "allow" && value.Kind == yaml.ScalarNode && value.Value != "":
			o.allow = append(o.allow, value.Value)
		case key.Value != "allow" && value.Kind == yaml.ScalarNode:
			o.copies = append(o.copies, [2]string{key.Value, value.Value})
		default:
			return fmt.Errorf("line %d: %s", value.Line, outsideForms)
		}
		seen[key.Value] = true
	}
	return nil
}

// loadOutside makes the rules of a config in a folder.
func (c *Config) loadOutside(o outsideKey, folder string) error {
	if c.Outside != nil || len(o.allow)+len(o.copies) == 0 {
		return nil
	}
	rules := &outside.Rules{}
	for _, host := range o.allow {
		if err := rules.Allow(host); err != nil {
			return fmt.Errorf("outside: %w", err)
		}
	}
	for _, c := range o.copies {
		if err := rules.Copy(c[0], c[1], folder); err != nil {
			return fmt.Errorf("outside: %w", err)
		}
	}
	c.Outside = rules
	return nil
}
