package fakehost

import (
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/standin-dev/standin/fakehost/descriptor"
)

// A dynamic content macro has up to three iframes: in the page, in a dialog in
// which its author edits it, and in the panel over it in the editor. The content
// resolver of the product tells them apart by a classifier (P2
// content-resolver.js names property-panel).
const (
	viewMacro  = ""
	viewEditor = "editor"
	viewPanel  = "property-panel"
)

// macroLimit bounds how many macros a page shows, so that a slip of the finger
// in an address does not start a thousand processes.
const macroLimit = 200

// macroFacts are what a macro's descriptor says beyond its URL. What is absent
// or of another type is empty.
type macroFacts struct {
	Parameters []struct {
		Identifier   string `json:"identifier"`
		DefaultValue any    `json:"defaultValue"`
	} `json:"parameters"`
	BodyType string `json:"bodyType"`
	Editor   struct {
		URL       string `json:"url"`
		Width     any    `json:"width"`
		Height    any    `json:"height"`
		EditTitle any    `json:"editTitle"`
	} `json:"editor"`
	PropertyPanel struct {
		URL      string            `json:"url"`
		Controls []json.RawMessage `json:"controls"`
	} `json:"propertyPanel"`
}

func readMacro(m descriptor.Module) macroFacts {
	var facts macroFacts
	// The descriptor was checked; a member of an odd type costs only the rest.
	_ = json.Unmarshal(m.Raw, &facts)
	return facts
}

// viewOf is a module as one of its views shows it; false when it has no such
// view.
func viewOf(m descriptor.Module, view string) (descriptor.Module, bool) {
	if view == viewMacro {
		return m, true
	}
	if v, ok := variantNamed(m, view); ok {
		m.URL = v.url(m)
		return m, true
	}
	if m.Type != "dynamicContentMacros" && m.Type != "staticContentMacros" {
		return m, false
	}
	facts := readMacro(m)
	switch view {
	case viewEditor:
		m.URL = facts.Editor.URL
	case viewPanel:
		m.URL = facts.PropertyPanel.URL
	default:
		return m, false
	}
	return m, m.URL != ""
}

// parameterNames are the variables that a macro's own parameters are.
func parameterNames(m descriptor.Module) []string {
	if m.Type != "dynamicContentMacros" {
		return nil
	}
	var names []string
	for _, p := range readMacro(m).Parameters {
		names = append(names, p.Identifier)
	}
	return names
}

// macroDefaults are a macro's parameters as its descriptor sets them, and its
// body, if it has one.
func macroDefaults(m descriptor.Module) variables {
	if m.Type != "dynamicContentMacros" {
		return nil
	}
	facts, defaults := readMacro(m), variables{}
	for _, p := range facts.Parameters {
		if p.Identifier != "" && p.DefaultValue != nil {
			defaults[p.Identifier] = fmt.Sprint(p.DefaultValue)
		}
	}
	if facts.BodyType != "" && facts.BodyType != "none" {
		defaults["macro.body"] = "Body of " + moduleName(m)
	}
	return defaults
}

// macroVars is the context of the i-th macro of a page, counted from 0: its
// content's, ids of its own, and its parameters.
func macroVars(content variables, m descriptor.Module, i int) variables {
	vars := content.with(Confluence.world("macro", "output", "editor"))
	for _, name := range []string{"macro.id", "macro.hash", "macro.localId"} {
		head, rest, _ := strings.Cut(vars[name], "-")
		vars[name] = fmt.Sprintf("%s-%04x%s", head, i, rest[4:])
	}
	return vars.with(macroDefaults(m))
}

// macroCount is one entry of the query parameter standin.macros: which macro,
// how often.
type macroCount struct {
	key string
	n   int
}

// macrosAsked reads standin.macros, such as "map:3,chart". false says that the
// query does not ask.
func macrosAsked(query url.Values) ([]macroCount, bool) {
	if !query.Has(macrosParam) {
		return nil, false
	}
	var asked []macroCount
	left := macroLimit
	for entry := range strings.SplitSeq(query.Get(macrosParam), ",") {
		key, number, counted := strings.Cut(strings.TrimSpace(entry), ":")
		n := 1
		if counted {
			n, _ = strconv.Atoi(number) // what is no number shows none
		}
		if n = min(max(n, 0), left); key != "" && n > 0 {
			asked, left = append(asked, macroCount{key, n}), left-n
		}
	}
	return asked, true
}

// macroParts are the macros of a content page: those that are asked for, in that
// order, or one of each that there is.
func (s *Server) macroParts(content variables, query url.Values) []part {
	var all []part
	for _, t := range s.tenants.all() {
		for _, m := range t.App.IframeModules() {
			if m.Type == "dynamicContentMacros" && s.visible(t, m, content).hiddenBy == "" {
				all = append(all, part{tenant: t, module: m, region: regionMain})
			}
		}
	}
	shown := all
	if asked, any := macrosAsked(query); any {
		shown = nil
		for _, a := range asked {
			i := slices.IndexFunc(all, func(p part) bool { return p.module.Key == a.key })
			for range a.n {
				if i >= 0 {
					shown = append(shown, all[i])
				}
			}
		}
	}
	shown = slices.Clone(shown)
	for i := range shown {
		shown[i].vars = s.savedVars(shown[i].tenant, shown[i].module, macroVars(content, shown[i].module, i))
	}
	return shown
}

// MacroPageURL is a Confluence content page that shows the macro of that key n
// times, at most 200 times, each with an id, a context and a token of its own.
func (s *Server) MacroPageURL(moduleKey string, n int) string {
	query := url.Values{macrosParam: {moduleKey + ":" + strconv.Itoa(max(n, 0))}}
	return s.Origin() + s.scenePath(sceneContent) + "?" + query.Encode()
}
