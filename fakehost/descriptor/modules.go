package descriptor

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// iframeTypes says, of each module type that renders an iframe, where the URL of that iframe stands: the first of these members that
// is there. Types with required set are refused without one. Names: DOC "Modules" of Jira and Confluence Cloud.
var iframeTypes = map[string]struct {
	urls     []string
	required bool
}{
	// Both products.
	"generalPages":    {[]string{"url"}, true},
	"adminPages":      {[]string{"url"}, true},
	"configurePage":   {[]string{"url"}, true},
	"postInstallPage": {[]string{"url"}, true},
	"profilePages":    {[]string{"url"}, true},
	"webPanels":       {[]string{"url"}, true},
	"dialogs":         {[]string{"url"}, true},
	"webItems":        {[]string{"url"}, false},
	// Jira.
	"jiraProjectPages":                     {[]string{"url"}, true},
	"jiraProjectTabPanels":                 {[]string{"url"}, true},
	"jiraProjectAdminTabPanels":            {[]string{"url"}, true},
	"jiraProfileTabPanels":                 {[]string{"url"}, true},
	"jiraIssueTabPanels":                   {[]string{"url"}, true},
	"jiraIssueContents":                    {[]string{"target.url"}, true},
	"jiraIssueContexts":                    {[]string{"target.url"}, true},
	"jiraIssueGlances":                     {[]string{"target.url"}, true},
	"jiraDashboardItems":                   {[]string{"url"}, true},
	"jiraReports":                          {[]string{"url"}, true},
	"jiraWorkflowPostFunctions":            {[]string{"view.url", "create.url", "edit.url"}, false},
	"jiraWorkflowConditions":               {[]string{"view.url", "create.url", "edit.url"}, false},
	"jiraWorkflowValidators":               {[]string{"view.url", "create.url", "edit.url"}, false},
	"jiraBackgroundScripts":                {[]string{"url"}, true},
	"serviceDeskPortalHeaders":             {[]string{"url"}, true},
	"serviceDeskPortalSubHeaders":          {[]string{"url"}, true},
	"serviceDeskPortalFooters":             {[]string{"url"}, true},
	"serviceDeskOrganizationDetailsPanels": {[]string{"url"}, true},
	// Confluence.
	"dynamicContentMacros": {[]string{"url"}, true},
	"spaceToolsTabs":       {[]string{"url"}, true},
	"contentBylineItems":   {[]string{"url"}, false},
	"customContent":        {[]string{"url"}, false},
	// A theme has a URL for each kind of page that it replaces (connect 2016, NavigationTargetName).
	"confluenceThemes": {[]string{"url", "routes.spaceview.url", "routes.contentview.url", "routes.dashboard.url"}, false},
}

// IframeTypes lists the types of module that render an iframe, in alphabetical order.
func IframeTypes() []string { return slices.Sorted(maps.Keys(iframeTypes)) }

// rendersIframe reports whether a module is of a type that renders an iframe; whether it has a URL is another question.
func rendersIframe(m Module) bool {
	if m.Type == "webItems" {
		return opensDialog(m.Raw)
	}
	_, ok := iframeTypes[m.Type]
	return ok
}

// opensDialog reports whether a web item opens its URL in an iframe. The others are plain links.
func opensDialog(webItem json.RawMessage) bool {
	var item struct {
		Target struct {
			Type string `json:"type"`
		} `json:"target"`
	}
	if json.Unmarshal(webItem, &item) != nil {
		return false
	}
	return slices.Contains([]string{"dialog", "dialogmodule", "inlinedialog"}, strings.ToLower(item.Target.Type))
}

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
	rule, known := iframeTypes[kind]
	if !known {
		n.otherURL(kind)
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
