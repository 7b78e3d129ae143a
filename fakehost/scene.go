package fakehost

import (
	"net/url"
	"slices"
	"strings"

	"github.com/standin-dev/standin/fakehost/descriptor"
)

// scene is a page of the product with what apps have on it.
type scene struct {
	kind  sceneKind
	title string
	// vars is the product context of everything on it.
	vars variables
	// crumbs lead up from it.
	crumbs []link
	// prose and facts are the product's own content, all of it made up.
	prose []string
	facts []fact
	// parts are the modules on it; links lead to those with a page to themselves.
	parts []part
	links []link
	// location is what AP.navigator.getLocation tells; nil: nothing.
	location *navigatorLocation
	// related are pages beside it, as tabs.
	related []link
	// hidden are the modules that a display condition keeps off the page.
	hidden []fact
}

type link struct {
	Name, URL, Note string
	Current         bool
}

type fact struct{ Name, Value string }

type navigatorLocation struct {
	Target  string            `json:"target"`
	Context map[string]string `json:"context"`
}

// part is one module in one place of a page.
type part struct {
	tenant *Tenant
	// module is what its iframe shows, item the module that stands on the page:
	// the same, unless that is a web item which opens a dialog module.
	module, item descriptor.Module
	region       region
	opens        opening
	vars         variables
	// view is which iframe of a macro it is.
	view string
	// label is what a person reads; "" is the item's name.
	label string
	// options are those of the dialog.
	options map[string]any
	// now opens it with the page, as if its button had been clicked.
	now bool
}

func (p part) name() string {
	if p.label != "" {
		return p.label
	}
	return moduleName(p.onPage())
}

// onPage is the module that stands on the page.
func (p part) onPage() descriptor.Module {
	if p.item.Key != "" {
		return p.item
	}
	return p.module
}

func (p part) key() string { return appKey(p.tenant.App.Key, p.onPage()) }

// populate puts the apps' modules on a page, as its query asks.
func (s *Server) populate(sc *scene, query url.Values) {
	given := acGiven(query)
	if sc.kind == sceneContent {
		sc.parts = s.macroParts(sc.vars, query)
	}
	for _, t := range s.tenants.all() {
		if sc.kind == sceneSpace {
			sc.links = append(sc.links, s.customContentLinks(t)...)
		}
		for _, m := range byPages(t.App) {
			sp := s.spotOf(t.App, m)
			if !sp.on(sc.kind, m) || s.hides(sc, t, m) {
				continue
			}
			switch {
			case m.Type == "dynamicContentMacros":
			case sp.region == regionLinks:
				sc.links = append(sc.links, link{Name: moduleName(m), Note: m.Type, URL: s.pageIn(t, m, sc.vars)})
			default:
				sc.parts = append(sc.parts, partOf(t, m, sp, sc.vars))
			}
			sc.links = append(sc.links, s.variantLinks(t, m)...)
		}
	}
	if sc.kind == sceneDashboard {
		numberItems(sc.parts)
	}
	if sc.kind == sceneEditor {
		sc.parts = append(editorParts(s.macroParts(sc.vars, query)), sc.parts...)
	}
	for i := range sc.parts {
		sc.parts[i].vars = sc.parts[i].vars.with(given)
	}
	sc.parts = onlyPart(sc.parts, query.Get(onlyParam))
}

// hides reports whether a display condition keeps a module off a page, and notes
// what it comes to.
func (s *Server) hides(sc *scene, t *Tenant, m descriptor.Module) bool {
	seen := s.visible(t, m, sc.vars)
	if seen.hiddenBy != "" {
		sc.hidden = append(sc.hidden, fact{moduleName(m), seen.hiddenBy})
		return true
	}
	s.noteUntold(m, seen)
	return false
}

// acGiven are the app's own context variables in a page's address.
func acGiven(query url.Values) variables {
	given := variables{}
	for name, all := range query {
		if strings.HasPrefix(name, "ac.") && len(all) > 0 {
			given[name] = all[0]
		}
	}
	return given
}

func partOf(t *Tenant, m descriptor.Module, sp spot, vars variables) part {
	target := webTarget{module: m}
	if sp.opens == opensDialog || sp.opens == opensByButton {
		target = targetOf(t.App, m)
	}
	if m.Type == "jiraWorkflowConditions" || m.Type == "jiraWorkflowValidators" {
		vars = variables{} // no names are published but those of post functions
	}
	return part{tenant: t, module: target.module, item: m, region: sp.region, opens: sp.opens, vars: vars, options: target.options}
}

// numberItems gives each dashboard item an id and a key of its own.
func numberItems(parts []part) {
	for i := range parts {
		if parts[i].module.Type == "jiraDashboardItems" {
			item := Jira.world("dashboardItem")
			item["dashboardItem.id"] = idAfter(item["dashboardItem.id"], i)
			item["dashboardItem.key"] = parts[i].module.Key
			parts[i].vars = parts[i].vars.with(item)
		}
	}
}

// editorParts are the buttons that a macro has in the editor.
func editorParts(macros []part) []part {
	var parts []part
	for _, p := range macros {
		facts := readMacro(p.module)
		if editor, ok := viewOf(p.module, viewEditor); ok {
			parts = append(parts, part{tenant: p.tenant, module: editor, region: regionMain, opens: opensDialog, vars: p.vars, view: viewEditor,
				label: "Edit " + moduleName(p.module), options: facts.dialog(moduleName(p.module))})
		}
		if panel, ok := viewOf(p.module, viewPanel); ok {
			parts = append(parts, part{tenant: p.tenant, module: panel, region: regionMain, opens: opensByButton, vars: p.vars, view: viewPanel,
				label: "Property panel of " + moduleName(p.module)})
		}
	}
	return parts
}

// dialog are the options of the dialog that a macro is edited in.
func (f macroFacts) dialog(name string) map[string]any {
	options := map[string]any{"chrome": true, "header": name, "submitText": "Save"}
	for option, value := range map[string]any{"width": f.Editor.Width, "height": f.Editor.Height, "header": f.Editor.EditTitle} {
		if value != nil {
			options[option] = value
		}
	}
	return options
}

// onlyPart leaves one part, if that is asked for, and has it open at once.
func onlyPart(parts []part, only string) []part {
	if only == "" {
		return parts
	}
	i := slices.IndexFunc(parts, func(p part) bool { return p.key() == only })
	if i < 0 {
		return nil
	}
	alone := parts[i]
	alone.now = true
	return []part{alone}
}

// openTab is which of the tabs is open: the one that is asked for, or the first.
func openTab(tabs []part, asked string) int {
	return max(0, slices.IndexFunc(tabs, func(p part) bool { return p.key() == asked }))
}
