package fakehost

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/standin-dev/standin/fakehost/descriptor"
)

// What [Server.HiddenPages] can be.
const (
	// HiddenNotFound answers with the page for addresses that there are not.
	HiddenNotFound = "not-found"
	// HiddenShown shows the page to who knows its address.
	HiddenShown = "shown"
)

// displayCondition is one entry of a module's conditions (DOC "Conditions"): a
// single condition, or a group of them.
type displayCondition struct {
	// Name, Params and Invert are of a single condition.
	Name   string
	Params map[string]any
	Invert bool
	// Any says that one of Group is enough; else all must hold. Group is nil for a
	// single condition.
	Any   bool
	Group []displayCondition
}

// rawCondition has all forms that descriptors write: single conditions, groups
// by name as in {"or": [...]}, and groups by type (P2 CompositeConditionBean).
type rawCondition struct {
	Name   string            `json:"condition"`
	Params map[string]any    `json:"params"`
	Invert bool              `json:"invert"`
	Or     []json.RawMessage `json:"or"`
	And    []json.RawMessage `json:"and"`
	List   []json.RawMessage `json:"conditions"`
	Type   string            `json:"type"`
}

// readConditions are the conditions of a module. What is none of theirs in form is
// passed over, for the descriptor was checked before.
func readConditions(m descriptor.Module) []displayCondition {
	var module struct {
		Conditions []json.RawMessage `json:"conditions"`
	}
	_ = json.Unmarshal(m.Raw, &module) // one of another form has none
	return conditionList(module.Conditions)
}

func conditionList(list []json.RawMessage) []displayCondition {
	var all []displayCondition
	for _, text := range list {
		var raw rawCondition
		if json.Unmarshal(text, &raw) != nil {
			continue
		}
		c := displayCondition{Name: raw.Name, Params: raw.Params, Invert: raw.Invert}
		switch {
		case raw.Or != nil:
			c.Any, c.Group = true, conditionList(raw.Or)
		case raw.And != nil:
			c.Group = conditionList(raw.And)
		case raw.List != nil:
			c.Any, c.Group = strings.EqualFold(raw.Type, "or"), conditionList(raw.List)
		case raw.Name == "":
			continue
		}
		all = append(all, c)
	}
	return all
}

// walk visits the single conditions.
func (c displayCondition) walk(visit func(displayCondition)) {
	if c.Group == nil {
		visit(c)
	}
	for _, inner := range c.Group {
		inner.walk(visit)
	}
}

// String is a condition as a person reads it.
func (c displayCondition) String() string {
	if c.Group == nil {
		text := c.Name
		if c.Invert {
			text = "not " + text
		}
		if len(c.Params) > 0 {
			params, _ := json.Marshal(c.Params) // it was read from JSON
			text += " " + string(params)
		}
		return text
	}
	word := " and "
	if c.Any {
		word = " or "
	}
	var parts []string
	for _, inner := range c.Group {
		parts = append(parts, inner.String())
	}
	return "(" + strings.Join(parts, word) + ")"
}

// truth is what is known of a condition. One that the host cannot tell is
// neither true nor false, whatever stands around it.
type truth int

const (
	untold truth = iota
	no
	yes
)

func truthOf(holds bool) truth {
	if holds {
		return yes
	}
	return no
}

// evaluate asks a condition of its single ones.
func (c displayCondition) evaluate(single func(displayCondition) truth) truth {
	if c.Group == nil {
		answer := single(c)
		switch {
		case !c.Invert || answer == untold:
			return answer
		case answer == yes:
			return no
		}
		return yes
	}
	var answers []truth
	for _, inner := range c.Group {
		answers = append(answers, inner.evaluate(single))
	}
	decisive, other := no, yes
	if c.Any {
		decisive, other = yes, no
	}
	switch {
	case slices.Contains(answers, decisive):
		return decisive
	case slices.Contains(answers, untold):
		return untold
	}
	return other
}

// visibility is whether a module is shown somewhere.
type visibility struct {
	// hiddenBy is the condition that does not hold; "" for a module that is shown.
	hiddenBy string
	// untold are the names of conditions that the host cannot tell: those hide
	// nothing.
	untold []string
}

// visible asks the conditions of a module, all of which must hold.
func (s *Server) visible(t *Tenant, m descriptor.Module, vars variables) visibility {
	var v visibility
	single := func(c displayCondition) truth {
		holds, known := s.conditionHolds(conditionAsked{name: c.Name, param: c.param, vars: vars, tenant: t})
		if !known {
			v.untold = append(v.untold, c.Name)
			return untold
		}
		return truthOf(holds)
	}
	for _, c := range readConditions(m) {
		if c.evaluate(single) == no {
			return visibility{hiddenBy: c.String()}
		}
	}
	slices.Sort(v.untold)
	v.untold = slices.Compact(v.untold)
	return v
}

// param is a parameter as text; what is no text, as JSON.
func (c displayCondition) param(name string) string {
	switch value := c.Params[name].(type) {
	case nil:
		return ""
	case string:
		return value
	default:
		text, _ := json.Marshal(value) // it was read from JSON
		return string(text)
	}
}

// noteUntold says in the journal which conditions hid nothing because the host
// cannot tell them.
func (s *Server) noteUntold(m descriptor.Module, v visibility) {
	for _, name := range v.untold {
		s.record(Entry{Kind: KindNotEmulated, Module: m.Key,
			Text: fmt.Sprintf("display condition %s of module %s: the module is shown", name, m.Key)})
	}
}

// WhyHidden says why a module is not shown to who looks now, where it would appear
// first, as "its condition user_is_admin does not hold"; "" when it is shown.
func (s *Server) WhyHidden(m descriptor.Module) string {
	t := s.tenants.get(s.tenants.ownerOf(m))
	if t == nil || s.HiddenPages == HiddenShown {
		return ""
	}
	sp := s.spotOf(t.App, m)
	if s.keptFrom(sp.scene) {
		return "customers see the portal of the service desk alone"
	}
	vars := s.sceneVars(sp.scene)
	if sp.hasPage() {
		vars = s.contextFor(m, nil)
	}
	if by := s.visible(t, m, vars).hiddenBy; by != "" {
		return "its condition " + by + " does not hold"
	}
	return ""
}
