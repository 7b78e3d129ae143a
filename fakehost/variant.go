package fakehost

import (
	"encoding/json"
	"net/url"
	"strings"

	"github.com/standin-dev/standin/fakehost/descriptor"
)

// variant is one of several iframes that a module has besides the one that its
// place shows at once.
type variant struct {
	// view is its name in addresses, and where its URL stands in the descriptor.
	view, member string
	// verb begins the name of the link to it.
	verb string
}

// variantsOf are, by type, the iframes that a module may have (DOC "Workflow post
// function"; connect 2016, NavigationTargetName for themes).
var variantsOf = map[string][]variant{
	"jiraWorkflowPostFunctions": workflowVariants,
	"jiraWorkflowConditions":    workflowVariants,
	"jiraWorkflowValidators":    workflowVariants,
	"confluenceThemes": {
		{"spaceview", "routes.spaceview.url", "Space in theme"},
		{"contentview", "routes.contentview.url", "Page in theme"},
		{"dashboard", "routes.dashboard.url", "Dashboard in theme"},
	},
}

var workflowVariants = []variant{
	{"view", "view.url", "View"}, {"create", "create.url", "Add"}, {"edit", "edit.url", "Edit"},
}

// url is where the iframe's URL stands in the descriptor; "" when the module has no
// such iframe.
func (v variant) url(m descriptor.Module) string {
	var holder any
	if json.Unmarshal(m.Raw, &holder) != nil {
		return ""
	}
	for step := range strings.SplitSeq(v.member, ".") {
		object, _ := holder.(map[string]any)
		holder = object[step]
	}
	text, _ := holder.(string)
	return text
}

// variantNamed is the variant of a module with that view.
func variantNamed(m descriptor.Module, view string) (variant, bool) {
	for _, v := range variantsOf[m.Type] {
		if v.view == view && v.url(m) != "" {
			return v, true
		}
	}
	return variant{}, false
}

// variantLinks lead to the variants of a module that its place does not show.
func (s *Server) variantLinks(t *Tenant, m descriptor.Module) []link {
	var links []link
	for _, v := range variantsOf[m.Type] {
		if address := v.url(m); address != "" && address != m.URL {
			links = append(links, link{
				Name: v.verb + " " + moduleName(m), Note: m.Type,
				URL: s.Product.contextPath() + modulePath(t.App.Key, m.Key) + "?" + viewParam + "=" + v.view,
			})
		}
	}
	return links
}

// customContentLinks lead to the modules by which custom content is viewed, where
// the type of content has no URL of its own (DOC "Custom content",
// uiSupport.contentViewComponent).
func (s *Server) customContentLinks(t *Tenant) []link {
	var links []link
	for _, m := range t.App.Modules {
		var content struct {
			UISupport struct {
				View struct {
					ModuleKey string `json:"moduleKey"`
				} `json:"contentViewComponent"`
			} `json:"uiSupport"`
		}
		if m.Type != "customContent" || m.Iframe() || json.Unmarshal(m.Raw, &content) != nil {
			continue
		}
		viewer, ok := t.module(content.UISupport.View.ModuleKey)
		if !ok {
			continue
		}
		scope := url.Values{}
		for name, value := range Confluence.world("content", "space") {
			scope.Set(name, value)
		}
		addContentType(scope, t.App.Key, m)
		links = append(links, link{
			Name: firstText(m.Name, m.Key, "Custom content"), Note: m.Type,
			URL: s.Product.contextPath() + modulePath(t.App.Key, viewer.Key) + "?" + scope.Encode(),
		})
	}
	return links
}
