package fakehost

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/standin-dev/standin/fakehost/descriptor"
)

// sceneKind is a kind of page that the product has of its own.
type sceneKind string

const (
	sceneDashboard       sceneKind = "dashboard"
	sceneIssue           sceneKind = "issue"
	sceneProject         sceneKind = "project"
	sceneProjectSettings sceneKind = "project-settings"
	sceneContent         sceneKind = "content"
	sceneEditor          sceneKind = "editor"
	sceneSpace           sceneKind = "space"
	sceneSpaceTools      sceneKind = "space-tools"
	sceneProfile         sceneKind = "profile"
	sceneApps            sceneKind = "apps"

	sceneBoard        sceneKind = "board"
	sceneWorkflow     sceneKind = "workflow"
	sceneOrganisation sceneKind = "organisation"
)

// The pages of the service desk's portal, by the names that a module's pages member
// has for them (DOC "Customer portal").
const (
	sceneHelpCenter    sceneKind = "help_center"
	scenePortal        sceneKind = "portal"
	sceneCreateRequest sceneKind = "create_request"
	sceneViewRequest   sceneKind = "view_request"
	sceneMyRequests    sceneKind = "my_requests"
	sceneApprovals     sceneKind = "approvals"
	scenePortalProfile sceneKind = "profile-of-customer"
)

// portalScenes are they all, the one that the menu leads to first.
var portalScenes = []sceneKind{scenePortal, sceneHelpCenter, sceneCreateRequest, sceneViewRequest, sceneMyRequests, sceneApprovals, scenePortalProfile}

// portalName is what a module calls a page of the portal.
func (k sceneKind) portalName() string {
	if k == scenePortalProfile {
		return "profile"
	}
	return string(k)
}

// scenesOf are the kinds of page of a product, in the order of the menu.
func scenesOf(p Product) []sceneKind {
	if p == Confluence {
		return []sceneKind{sceneSpace, sceneContent, sceneEditor, sceneSpaceTools, sceneProfile, sceneApps}
	}
	return append([]sceneKind{sceneDashboard, sceneProject, sceneIssue, sceneBoard, sceneProjectSettings, sceneWorkflow, sceneOrganisation,
		sceneProfile, sceneApps}, portalScenes...)
}

// inMenu reports whether the menu leads to the page of a kind: of the portal, to
// its first.
func (k sceneKind) inMenu() bool { return k == scenePortal || !slices.Contains(portalScenes, k) }

// region is where on a page a module appears.
type region string

const (
	regionMain    region = "main"    // the column in the middle
	regionSide    region = "side"    // the column beside it
	regionTabs    region = "tabs"    // one of them is open
	regionActions region = "actions" // the buttons under the title
	regionLinks   region = "links"   // a link: the module has a page to itself

	regionTop        region = "top"        // over everything
	regionBelowTitle region = "subtop"     // under the title
	regionBottom     region = "bottom"     // under everything
	regionBackground region = "background" // it runs and is not seen
)

// opening is how a module's iframe comes up.
type opening string

const (
	opensAtOnce   opening = ""       // with the page
	opensPanel    opening = "panel"  // under its button, and away again
	opensDialog   opening = "dialog" // over the page
	opensByButton opening = "inline" // in an inline dialog at its button
)

// spot says where a module appears and how. The zero spot is a page of its own
// that no other page leads to but the start page.
type spot struct {
	scene  sceneKind
	region region
	opens  opening
}

// hasPage reports whether the module has a page to itself.
func (s spot) hasPage() bool { return s.scene == "" || s.region == regionLinks }

// scenes are the pages on which the module appears: a macro that has an editor
// or a property panel is in the editor, too.
func (s spot) scenes(m descriptor.Module) []sceneKind {
	if s.scene == sceneContent && hasEditorView(m) {
		return []sceneKind{sceneContent, sceneEditor}
	}
	if everyPortalPage[m.Type] {
		return portalPagesOf(m)
	}
	return []sceneKind{s.scene}
}

// on reports whether the module appears on a page of a kind.
func (s spot) on(kind sceneKind, m descriptor.Module) bool { return slices.Contains(s.scenes(m), kind) }

func hasEditorView(m descriptor.Module) bool {
	_, editor := viewOf(m, viewEditor)
	_, panel := viewOf(m, viewPanel)
	return editor || panel
}

// spotOfType is where the types of module appear whose place the type decides
// (DOC "Modules"). Those that are nowhere to be found here, such as dialogs, have a
// plain page to themselves.
var spotOfType = map[string]spot{
	"adminPages":      {sceneApps, regionLinks, opensAtOnce},
	"configurePage":   {sceneApps, regionLinks, opensAtOnce},
	"postInstallPage": {sceneApps, regionLinks, opensAtOnce},
	"profilePages":    {sceneProfile, regionLinks, opensAtOnce},

	"jiraProjectPages":          {sceneProject, regionLinks, opensAtOnce},
	"jiraReports":               {sceneProject, regionLinks, opensAtOnce},
	"jiraProjectTabPanels":      {sceneProject, regionTabs, opensAtOnce},
	"jiraProjectAdminTabPanels": {sceneProjectSettings, regionLinks, opensAtOnce},
	"jiraProfileTabPanels":      {sceneProfile, regionTabs, opensAtOnce},
	"jiraIssueContents":         {sceneIssue, regionMain, opensAtOnce},
	"jiraIssueTabPanels":        {sceneIssue, regionTabs, opensAtOnce},
	"jiraIssueGlances":          {sceneIssue, regionSide, opensPanel},
	"jiraIssueContexts":         {sceneIssue, regionSide, opensPanel},
	"jiraDashboardItems":        {sceneDashboard, regionMain, opensAtOnce},
	"jiraBackgroundScripts":     {sceneIssue, regionBackground, opensAtOnce},
	"jiraWorkflowPostFunctions": {sceneWorkflow, regionMain, opensAtOnce},
	"jiraWorkflowConditions":    {sceneWorkflow, regionMain, opensAtOnce},
	"jiraWorkflowValidators":    {sceneWorkflow, regionMain, opensAtOnce},

	"serviceDeskPortalHeaders":             {scenePortal, regionTop, opensAtOnce},
	"serviceDeskPortalSubHeaders":          {scenePortal, regionBelowTitle, opensAtOnce},
	"serviceDeskPortalFooters":             {scenePortal, regionBottom, opensAtOnce},
	"serviceDeskPortalUserMenuActions":     {scenePortal, regionActions, opensDialog},
	"serviceDeskPortalProfilePanels":       {scenePortalProfile, regionMain, opensAtOnce},
	"serviceDeskPortalProfileActions":      {scenePortalProfile, regionActions, opensDialog},
	"serviceDeskOrganizationPanels":        {sceneOrganisation, regionMain, opensAtOnce},
	"serviceDeskOrganizationDetailsPanels": {sceneOrganisation, regionMain, opensAtOnce},
	"serviceDeskOrganizationActions":       {sceneOrganisation, regionActions, opensDialog},
	"serviceDeskQueues":                    {sceneProject, regionLinks, opensAtOnce},
	"serviceDeskReports":                   {sceneProject, regionLinks, opensAtOnce},
	"automationActions":                    {sceneProjectSettings, regionLinks, opensAtOnce},

	"serviceDeskPortalRequestCreatePropertyPanels": {sceneCreateRequest, regionMain, opensAtOnce},
	"serviceDeskPortalRequestViewPanels":           {sceneViewRequest, regionMain, opensAtOnce},
	"serviceDeskPortalRequestViewDetailsPanels":    {sceneViewRequest, regionSide, opensAtOnce},
	"serviceDeskPortalRequestViewActions":          {sceneViewRequest, regionActions, opensDialog},

	"dynamicContentMacros": {sceneContent, regionMain, opensAtOnce},
	"contentBylineItems":   {sceneContent, regionActions, opensByButton},
	"spaceToolsTabs":       {sceneSpaceTools, regionLinks, opensAtOnce},
	"confluenceThemes":     {sceneSpace, regionLinks, opensAtOnce},
	"customContent":        {sceneSpace, regionLinks, opensAtOnce},
	"publishConditions":    {sceneEditor, regionActions, opensDialog},
}

// everyPortalPage are the types whose modules are on every page of the portal, or on
// those that they name.
var everyPortalPage = map[string]bool{
	"serviceDeskPortalHeaders": true, "serviceDeskPortalSubHeaders": true, "serviceDeskPortalFooters": true, "serviceDeskPortalUserMenuActions": true,
}

// spotOfLocation is the same for web panels and web items, by a word in the
// names of such locations (atl.jira.view.issue.right.context,
// system.content.action). The first that fits counts.
var spotOfLocation = map[Product][]struct {
	word  string
	scene sceneKind
}{
	Jira: {
		{"profile", sceneProfile}, {"agile", sceneBoard}, {"servicedesk.portal", scenePortal}, {"issue", sceneIssue}, {"operations-", sceneIssue}, {"opsbar", sceneIssue},
		{"proj.config", sceneProjectSettings}, {"project", sceneProject}, {"proj.", sceneProject}, {"admin", sceneApps},
	},
	Confluence: {
		{"profile", sceneProfile}, {"spacetools", sceneSpaceTools}, {"space.tools", sceneSpaceTools}, {"space.admin", sceneSpaceTools},
		{"content", sceneContent}, {"page", sceneContent}, {"editor", sceneContent}, {"comment", sceneContent}, {"attachment", sceneContent},
		{"space", sceneSpace}, {"admin", sceneApps},
	},
}

// sceneOfLocation is the page that a location is on. What is on every page of
// the product, such as its navigation bar, is on the one where a person begins.
func sceneOfLocation(p Product, location string) sceneKind {
	for _, rule := range spotOfLocation[Product(p.key())] {
		if strings.Contains(location, rule.word) {
			return rule.scene
		}
	}
	return scenesOf(p)[0]
}

// spotOf is where a module of an app appears. app may be nil, when it is not known.
func (s *Server) spotOf(app *descriptor.Descriptor, m descriptor.Module) spot {
	switch m.Type {
	case "webPanels":
		facts := readModuleFacts(m)
		if facts.location == "" {
			return spot{}
		}
		sp := spot{scene: sceneOfLocation(s.Product, facts.location), region: regionMain}
		if slices.ContainsFunc([]string{"right", "sidebar"}, func(side string) bool { return strings.Contains(facts.location, side) }) {
			sp.region = regionSide
		}
		return sp
	case "webItems":
		opens := targetOf(app, m).opens
		if opens == opensAtOnce {
			return spot{}
		}
		return spot{sceneOfLocation(s.Product, readModuleFacts(m).location), regionActions, opens}
	}
	sp := spotOfType[m.Type]
	if everyPortalPage[m.Type] {
		sp.scene = portalPagesOf(m)[0]
	}
	if m.Type == "jiraBackgroundScripts" && onDashboard(m) {
		sp.scene = sceneDashboard
	}
	if sp.scene != "" && !slices.Contains(scenesOf(s.Product), sp.scene) {
		return spot{} // a module of the other product
	}
	if opens := targetOf(app, m).opens; opens != opensAtOnce && sp.region == regionActions {
		sp.opens = opens
	}
	return sp
}

// onDashboard reports whether a background script runs on dashboards, not on issues
// (DOC "Background script", location).
func onDashboard(m descriptor.Module) bool {
	var script struct {
		Location struct {
			Type string `json:"type"`
		} `json:"location"`
	}
	_ = json.Unmarshal(m.Raw, &script) // one of another form is on issues
	return strings.EqualFold(script.Location.Type, "dashboard")
}
