package descriptor

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
)

// iframeType is a type of module that renders an iframe.
type iframeType struct {
	// product has such modules; "" is both.
	product string
	// urls are where the URL of that iframe stands: the first of these members that is there.
	urls []string
	// required refuses a module without one.
	required bool
	// opened says that the module is a button or a link, and renders an iframe where its target is a dialog alone.
	opened bool
}

// iframeTypes are the types of module that render an iframe. Names and members: DOC "Modules" of Jira and Confluence Cloud, and the
// types of the Connect modules that a Forge manifest may have (@forge/manifest 13.7.0, out/schema/manifest-schema.json). The older
// jiraProfileTabPanels, profilePages and serviceDeskOrganizationDetailsPanels are in neither any more.
var iframeTypes = map[string]iframeType{
	"generalPages":    page(""),
	"adminPages":      page(""),
	"configurePage":   page(""),
	"postInstallPage": page(""),
	"profilePages":    page(""),
	"webPanels":       page(""),
	"dialogs":         page(""),
	"webItems":        button(""),

	"jiraProjectPages":          page(ProductJira),
	"jiraProjectTabPanels":      page(ProductJira),
	"jiraProjectAdminTabPanels": page(ProductJira),
	"jiraProfileTabPanels":      page(ProductJira),
	"jiraIssueTabPanels":        page(ProductJira),
	"jiraIssueContents":         {ProductJira, []string{"target.url"}, true, false},
	"jiraIssueContexts":         {ProductJira, []string{"target.url"}, true, false},
	"jiraIssueGlances":          {ProductJira, []string{"target.url"}, true, false},
	"jiraDashboardItems":        page(ProductJira),
	"jiraReports":               page(ProductJira),
	"jiraWorkflowPostFunctions": {ProductJira, workflowURLs, false, false},
	"jiraWorkflowConditions":    {ProductJira, workflowURLs, false, false},
	"jiraWorkflowValidators":    {ProductJira, workflowURLs, false, false},
	"jiraBackgroundScripts":     page(ProductJira),
	"assetPanels":               page(ProductJira),
	// The form in which a rule's action is set up; the action itself is a webhook.
	"automationActions": {ProductJira, []string{"configForm.url"}, false, false},

	"serviceDeskPortalHeaders":                     page(ProductJira),
	"serviceDeskPortalSubHeaders":                  page(ProductJira),
	"serviceDeskPortalFooters":                     page(ProductJira),
	"serviceDeskPortalProfilePanels":               page(ProductJira),
	"serviceDeskPortalRequestCreatePropertyPanels": page(ProductJira),
	"serviceDeskPortalRequestViewPanels":           page(ProductJira),
	"serviceDeskPortalRequestViewDetailsPanels":    page(ProductJira),
	"serviceDeskOrganizationPanels":                page(ProductJira),
	"serviceDeskOrganizationDetailsPanels":         page(ProductJira),
	"serviceDeskPortalProfileActions":              button(ProductJira),
	"serviceDeskPortalRequestViewActions":          button(ProductJira),
	"serviceDeskPortalUserMenuActions":             button(ProductJira),
	"serviceDeskOrganizationActions":               button(ProductJira),
	"serviceDeskQueues":                            {ProductJira, []string{"url"}, false, false},
	"serviceDeskReports":                           {ProductJira, []string{"url"}, false, false},

	"dynamicContentMacros": page(ProductConfluence),
	// What a static macro shows is fetched by the host, but it is edited in iframes.
	"staticContentMacros": {ProductConfluence, []string{"editor.url", "propertyPanel.url"}, false, false},
	"spaceToolsTabs":      page(ProductConfluence),
	"contentBylineItems":  {ProductConfluence, []string{"url"}, false, false},
	"customContent":       {ProductConfluence, []string{"url"}, false, false},
	"publishConditions":   {ProductConfluence, []string{"dialog.url"}, false, false},
	// A theme has a URL for each kind of page that it replaces (connect 2016, NavigationTargetName).
	"confluenceThemes": {ProductConfluence, []string{"url", "routes.spaceview.url", "routes.contentview.url", "routes.dashboard.url"}, false, false},
}

// workflowURLs are those of what is added to a transition of a workflow.
var workflowURLs = []string{"view.url", "create.url", "edit.url"}

// page is a type whose modules show their URL.
func page(product string) iframeType { return iframeType{product, []string{"url"}, true, false} }

// button is a type whose modules open their URL.
func button(product string) iframeType { return iframeType{product, []string{"url"}, false, true} }

// IframeTypes lists the types of module that render an iframe, in alphabetical order.
func IframeTypes() []string { return slices.Sorted(maps.Keys(iframeTypes)) }

// rendersIframe reports whether a module is of a type that renders an iframe; whether it has a URL is another question.
func rendersIframe(m Module) bool {
	kind, ok := iframeTypes[m.Type]
	return ok && (!kind.opened || opensDialog(m.Raw))
}

// opensDialog reports whether a web item or an action opens its URL in an iframe. The others are plain links.
func opensDialog(item json.RawMessage) bool {
	var link struct {
		Target struct {
			Type string `json:"type"`
		} `json:"target"`
	}
	if json.Unmarshal(item, &link) != nil {
		return false
	}
	return slices.Contains([]string{"dialog", "dialogmodule", "inlinedialog"}, strings.ToLower(link.Target.Type))
}
