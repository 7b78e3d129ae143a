package fakehost

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"

	"github.com/standin-dev/standin/fakehost/descriptor"
)

// macroPath is where the host's page sends what an app saves by
// AP.confluence.saveMacro.
const macroPath = "/_standin/macro"

// macroBodyLimit is how much of a macro's body goes into a URL (DOC "Dynamic
// content macro", macro.body and macro.truncated).
const macroBodyLimit = 128

// macroStore keeps the macros that apps saved, for the run. The zero store is empty.
type macroStore struct {
	mu    sync.Mutex
	saved map[macroRef]macroContent
}

// macroRef is one macro of one page.
type macroRef struct{ app, module, content, macro string }

// macroContent is what is in a macro: its parameters, and its body, which may be "".
type macroContent struct {
	Params map[string]string `json:"params"`
	Body   string            `json:"body"`
}

// macroState is a macro as host.js knows it.
type macroState struct {
	Content string `json:"content"`
	ID      string `json:"id"`
	macroContent
	// Controls are the buttons of its property panel.
	Controls []macroControl `json:"controls,omitempty"`
}

// macroControl is one of propertyPanel.controls of a macro's descriptor.
type macroControl struct {
	Key  string `json:"key"`
	Name string `json:"name"`
}

func (m *macroStore) get(ref macroRef) (macroContent, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	content, ok := m.saved[ref]
	return content, ok
}

func (m *macroStore) set(ref macroRef, content macroContent) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.saved == nil {
		m.saved = map[macroRef]macroContent{}
	}
	m.saved[ref] = content
}

func refOf(t *Tenant, m descriptor.Module, vars variables) macroRef {
	return macroRef{t.App.Key, m.Key, vars["content.id"], vars["macro.id"]}
}

// macroNow is what is in a macro: what was saved, or what its descriptor says.
func (s *Server) macroNow(t *Tenant, m descriptor.Module, vars variables) macroContent {
	if saved, ok := s.macros.get(refOf(t, m, vars)); ok {
		return saved
	}
	now := macroContent{Params: map[string]string{}, Body: vars["macro.body"]}
	for _, name := range parameterNames(m) {
		if value, set := vars[name]; set {
			now.Params[name] = value
		}
	}
	return now
}

// savedVars is a macro's context with what was saved in it. A parameter that was
// not saved is empty then, whatever its default.
func (s *Server) savedVars(t *Tenant, m descriptor.Module, vars variables) variables {
	saved, ok := s.macros.get(refOf(t, m, vars))
	if m.Type != "dynamicContentMacros" || !ok {
		return vars
	}
	vars = maps.Clone(vars)
	for _, name := range parameterNames(m) {
		delete(vars, name)
	}
	world := builtIn[Confluence]
	for name, value := range saved.Params {
		// A parameter cannot take the place of what the product says itself.
		if _, own := world[name]; !own && !strings.HasPrefix(name, "ac.") {
			vars[name] = value
		}
	}
	vars["macro.body"], vars["macro.truncated"] = saved.Body, "false"
	if short := []rune(saved.Body); len(short) > macroBodyLimit {
		vars["macro.body"], vars["macro.truncated"] = string(short[:macroBodyLimit]), "true"
	}
	return vars
}

// macroStateOf is what host.js is told of a macro; nil for what is none.
func (s *Server) macroStateOf(v showing) *macroState {
	if v.module.Type != "dynamicContentMacros" || v.vars["macro.id"] == "" {
		return nil
	}
	return &macroState{
		Content: v.vars["content.id"], ID: v.vars["macro.id"],
		macroContent: s.macroNow(v.tenant, v.module, v.vars), Controls: readMacro(v.module).controls(),
	}
}

// controls are those that have a key, by which the app knows them.
func (f macroFacts) controls() []macroControl {
	var all []macroControl
	for _, raw := range f.PropertyPanel.Controls {
		var c struct {
			Key  string `json:"key"`
			Name any    `json:"name"`
		}
		if json.Unmarshal(raw, &c) != nil || c.Key == "" {
			continue
		}
		all = append(all, macroControl{c.Key, firstText(plainLabel(c.Name), c.Key)})
	}
	return all
}

// plainLabel is a name as descriptors have them: text, or an object with value.
func plainLabel(name any) string {
	if translated, ok := name.(map[string]any); ok {
		name = translated["value"]
	}
	text, _ := name.(string)
	return text
}

// serveMacro answers POST /_standin/macro: an app saved a macro.
func (s *Server) serveMacro(w http.ResponseWriter, r *http.Request) {
	var save struct {
		AddonKey string            `json:"addonKey"`
		Key      string            `json:"key"`
		Content  string            `json:"content"`
		Macro    string            `json:"macro"`
		Params   map[string]string `json:"params"`
		// Body is nil when the app leaves it as it is.
		Body *string `json:"body"`
	}
	decoder := json.NewDecoder(http.MaxBytesReader(w, r.Body, requestLimit))
	if err := decoder.Decode(&save); err != nil {
		writeError(w, http.StatusBadRequest, "save macro: "+err.Error())
		return
	}
	t := s.tenants.get(save.AddonKey)
	if t == nil {
		writeError(w, http.StatusNotFound, fmt.Sprintf("save macro: no app %q is installed", save.AddonKey))
		return
	}
	m, ok := t.module(save.Key)
	if !ok || m.Type != "dynamicContentMacros" {
		writeError(w, http.StatusNotFound, fmt.Sprintf("save macro: the app %q has no macro %q", save.AddonKey, save.Key))
		return
	}
	ref := macroRef{save.AddonKey, save.Key, save.Content, save.Macro}
	now := macroContent{Params: save.Params}
	if save.Body != nil {
		now.Body = *save.Body
	} else if before, saved := s.macros.get(ref); saved {
		now.Body = before.Body
	} else {
		now.Body = macroDefaults(m)["macro.body"]
	}
	s.macros.set(ref, now)
	s.record(Entry{Kind: KindSaved, Module: save.Key, Call: "confluence.saveMacro", Text: fmt.Sprintf("macro %s %s on content %s saved: %s", save.Key, save.Macro, save.Content, now)})
	writeJSON(w, http.StatusOK, now)
}

// String is what a macro holds, in one line.
func (c macroContent) String() string {
	var parts []string
	for _, name := range slices.Sorted(maps.Keys(c.Params)) {
		parts = append(parts, fmt.Sprintf("%s=%q", name, c.Params[name]))
	}
	if c.Body != "" {
		parts = append(parts, fmt.Sprintf("a body of %d bytes", len(c.Body)))
	}
	if len(parts) == 0 {
		return "no parameters"
	}
	return strings.Join(parts, ", ")
}
