package fakehost

import (
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/standin-dev/standin/fakehost/descriptor"
)

// variables is a product context: flat dotted names with their values, as in
// options.productContext.
type variables map[string]string

// entityOf maps a name's first part to the thing whose place it belongs to:
// who is on an issue is in its project, too.
var entityOf = map[string][]string{
	"issue":     {"issue", "issuetype", "project"},
	"issuetype": {"issue", "issuetype", "project"},
	"content":   {"content", "space"},
	"page":      {"content", "page", "space"},
	"macro":     {"macro", "output", "editor", "content", "space"},
	"board":     {"board", "project"},
	"sprint":    {"sprint", "board", "project"},
	"version":   {"version", "project"},
	"component": {"component", "project"},
	// An item is on its dashboard.
	"dashboardItem": {"dashboardItem", "dashboard"},
}

// entityOfType says on what thing the product shows a type of module. Types
// that are not listed, such as generalPages, are shown on none.
var entityOfType = map[string]string{
	"jiraProjectPages": "project", "jiraProjectTabPanels": "project", "jiraProjectAdminTabPanels": "project",
	"jiraReports":           "project",
	"jiraBackgroundScripts": "issue", "serviceDeskOrganizationDetailsPanels": "project",
	"serviceDeskPortalHeaders": "servicedesk", "serviceDeskPortalSubHeaders": "servicedesk", "serviceDeskPortalFooters": "servicedesk",
	"serviceDeskPortalUserMenuActions": "servicedesk", "serviceDeskPortalRequestCreatePropertyPanels": "servicedesk",
	"serviceDeskPortalRequestViewPanels": "servicedesk", "serviceDeskPortalRequestViewDetailsPanels": "servicedesk", "serviceDeskPortalRequestViewActions": "servicedesk",
	"serviceDeskOrganizationPanels": "project", "serviceDeskOrganizationActions": "project", "serviceDeskQueues": "project", "serviceDeskReports": "project",
	"automationActions": "project", "publishConditions": "content",
	"jiraIssueTabPanels": "issue", "jiraIssueContents": "issue", "jiraIssueContexts": "issue", "jiraIssueGlances": "issue",
	"jiraDashboardItems": "dashboardItem", "jiraWorkflowPostFunctions": "postFunction",
	"spaceToolsTabs": "space", "confluenceThemes": "space", "contentBylineItems": "content", "customContent": "content", "dynamicContentMacros": "macro",
}

// entityOfPlace is the same for modules whose location decides, by a word that
// the names of such locations hold (atl.jira.view.issue.right.context,
// system.content.action).
var entityOfPlace = []struct{ word, entity string }{
	{"agile", "sprint"}, {"issue", "issue"}, {"content", "content"}, {"project", "project"}, {"space", "space"},
}

// entityFor is the thing that a module is shown on, or "".
func entityFor(m descriptor.Module) string {
	if entity, known := entityOfType[m.Type]; known {
		return entity
	}
	if m.Type == "webPanels" || m.Type == "webItems" {
		location := readModuleFacts(m).location
		for _, place := range entityOfPlace {
			if strings.Contains(location, place.word) {
				return place.entity
			}
		}
	}
	return ""
}

// placeholder is a variable in a descriptor's URL (P2 UrlVariableSubstitutorImpl).
var placeholder = regexp.MustCompile(`\$?\{([^{}]+)\}`)

// contextFor is the product context that a module is shown in: that of the
// thing it belongs to, then the things that its URL asks for, then what the
// caller gives. The product would leave a variable empty whose thing is not on
// the page; a stand-in shows the page where the app can do something.
func (s *Server) contextFor(m descriptor.Module, given variables) variables {
	p, context := s.Product, variables{}
	take := func(entity string) {
		names := entityOf[entity]
		if names == nil {
			names = []string{entity}
		}
		maps.Copy(context, p.world(names...))
	}
	take(entityFor(m))
	for _, match := range placeholder.FindAllStringSubmatch(m.URL, -1) {
		entity, _, _ := strings.Cut(match[1], ".")
		take(entity)
	}
	if profileTypes[m.Type] {
		maps.Copy(context, profileVars(s.CurrentUser().AccountID))
	}
	maps.Copy(context, macroDefaults(m))
	maps.Copy(context, given)
	return context
}

// givenBy picks the context out of a query or form: the product's own variables,
// the app's, which begin with ac., and those that the caller names.
func givenBy(p Product, values url.Values, more ...string) variables {
	world := builtIn[Product(p.key())]
	given := variables{}
	for name, all := range values {
		_, known := world[name]
		if (known || strings.HasPrefix(name, "ac.") || slices.Contains(more, name)) && len(all) > 0 {
			given[name] = all[0]
		}
	}
	return given
}

// flatOnly are the names that the structured context leaves out, besides all that
// are not the product's, such as a macro's parameters: the deprecated aliases of content, what is about the person, and what
// no captured token had.
var flatOnly = map[string]bool{
	"page": true, "user": true, "profileUser": true, "content.plugin": true, "postFunction.config": true, "condition.config": true, "validator.config": true,
	"macro.body": true, "macro.truncated": true, "macro.localId": true, "macro.fragmentLocalId": true,
}

// structured is the context as AP.context.getContext answers it, and as it
// stands in the context token (shape: decoded Confluence token of April 2021;
// jira.project.id and jira.issue.id: atlassian-connect-express
// lib/middleware/authorization.js; the rest of Jira's by analogy). An app without a
// licence has no license member (captures with lic=none).
func (v variables) structured(p Product, displayURL string, licensed bool) map[string]any {
	world := builtIn[Product(p.key())]
	inner := map[string]any{}
	for name, value := range v {
		path := strings.Split(name, ".")
		if _, known := world[name]; !known || flatOnly[path[0]] || flatOnly[name] || value == "" {
			continue
		}
		switch path[0] {
		case "issuetype":
			path = append([]string{"issue"}, path...)
		case "output":
			path = []string{"macro", "outputType"}
		}
		nest(inner, path, value)
	}
	context := map[string]any{
		p.key(): inner,
		"url":   map[string]any{"displayUrl": displayURL},
	}
	if licensed {
		context["license"] = map[string]any{"active": true}
	}
	return context
}

// nest puts a value at a path, making the objects on the way. A path that runs
// into a plain value is given up: the context has no such pair of names.
func nest(object map[string]any, path []string, value string) {
	for _, step := range path[:len(path)-1] {
		next, ok := object[step].(map[string]any)
		if !ok {
			if _, taken := object[step]; taken {
				return
			}
			next = map[string]any{}
			object[step] = next
		}
		object = next
	}
	object[path[len(path)-1]] = value
}
