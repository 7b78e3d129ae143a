package descriptor

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// modules reads all modules, in the order of the descriptor.
func (n *node) modules() []Module {
	o := n.object("modules")
	if o == nil {
		return nil
	}
	var modules []Module
	for _, m := range o.members {
		for i, raw := range entries(m.value) {
			path := o.at(m.name)
			if i >= 0 {
				path = fmt.Sprintf("%s[%d]", path, i)
			}
			if entry := n.open(path, raw); entry != nil {
				modules = append(modules, entry.module(m.name, raw))
			}
		}
	}
	n.checkKeys(modules)
	return modules
}

// entries iterates over the modules of one type with their index. Some types, such as configurePage, hold a single module instead of
// a list; its index is -1.
func entries(value json.RawMessage) func(yield func(int, json.RawMessage) bool) {
	return func(yield func(int, json.RawMessage) bool) {
		var list []json.RawMessage
		if json.Unmarshal(value, &list) != nil {
			yield(-1, value)
			return
		}
		for i, raw := range list {
			if !yield(i, raw) {
				return
			}
		}
	}
}

func (n *node) module(kind string, raw json.RawMessage) Module {
	m := Module{Type: kind, Key: n.text("key"), Name: n.label("name"), Cacheable: n.flag("cacheable"), Raw: slices.Clone(raw)}
	n.otherURL(kind)
	rule, known := iframeTypes[kind]
	if !known {
		return m
	}
	if !rendersIframe(m) {
		return m // a link, which may lead anywhere
	}
	if m.Key == "" {
		n.refuse(n.at("key"), "must be there", "give the module a key")
	}
	m.URL = n.iframeURL(rule.urls)
	if m.URL == "" && rule.required {
		n.refuse(n.at(rule.urls[0]), "must be there", "say what the iframe shows, relative to baseUrl")
	}
	return m
}

// iframeURL gives the first URL of the members that are there, and checks all of them.
func (n *node) iframeURL(members []string) string {
	first := ""
	for _, path := range members {
		holder, name := n, path
		for parent, child, nested := strings.Cut(name, "."); nested && holder != nil; parent, child, nested = strings.Cut(name, ".") {
			holder, name = holder.object(parent), child
		}
		if holder == nil {
			continue
		}
		if text := holder.relativeURL(name); first == "" {
			first = text
		}
	}
	return first
}

// otherURL checks the URL of a module that renders no iframe or of whose type nothing is known.
func (n *node) otherURL(kind string) {
	// The host calls these itself, so that they are relative too.
	if kind == "webhooks" || kind == "staticContentMacros" || kind == "jiraSearchRequestViews" {
		n.relativeURL("url")
	}
}

// label reads a name, which is text or an object with the text in value. What is neither is nobody's name and no reason to refuse.
func (n *node) label(name string) string {
	value := n.get(name)
	var text string
	if value == nil || json.Unmarshal(value, &text) == nil {
		return text
	}
	var translated struct {
		Value string `json:"value"`
	}
	if json.Unmarshal(value, &translated) != nil {
		return ""
	}
	return translated.Value
}

// checkKeys warns of iframe modules that cannot be told apart in a URL or in the id of an iframe.
func (n *node) checkKeys(modules []Module) {
	types := map[string]string{}
	for _, m := range modules {
		if !m.Iframe() {
			continue
		}
		field := "modules." + m.Type
		if first, twice := types[m.Key]; twice {
			n.warn(field, fmt.Sprintf("key %q is that of a module in %s too", m.Key, first), "give each module a key of its own")
			continue
		}
		types[m.Key] = m.Type
		if strings.Contains(m.Key, idSeparator) {
			n.warn(field, fmt.Sprintf("key %q holds %s, at which the id of an iframe is split", m.Key, idSeparator), "choose another key")
		}
	}
}
