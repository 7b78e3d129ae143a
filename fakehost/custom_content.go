package fakehost

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"

	"github.com/standin-dev/standin/fakehost/descriptor"
)

// customContentFacts are the modules of the same app that show and edit a type of
// custom content (DOC "Custom Content UI Support").
type customContentFacts struct {
	UISupport struct {
		View componentRef `json:"contentViewComponent"`
		Edit componentRef `json:"contentEditComponent"`
	} `json:"uiSupport"`
}

type componentRef struct {
	ModuleKey string `json:"moduleKey"`
}

func readCustomContent(m descriptor.Module) customContentFacts {
	var facts customContentFacts
	_ = json.Unmarshal(m.Raw, &facts) // the descriptor was checked
	return facts
}

// contentType is what REST calls a type of custom content (DOC "Custom Content").
func contentType(t *Tenant, m descriptor.Module) string { return "ac:" + t.App.Key + ":" + m.Key }

// customContents are an app's types of custom content that have an edit page, each
// with the module that is on it.
func customContents(t *Tenant) (types, editors []descriptor.Module) {
	for _, m := range t.App.Modules {
		if m.Type != "customContent" {
			continue
		}
		if editor, ok := t.module(readCustomContent(m).UISupport.Edit.ModuleKey); ok {
			types, editors = append(types, m), append(editors, editor)
		}
	}
	return types, editors
}

// customContentPath is the page on which a custom content is edited. The product's
// own address for it is not published.
func (s *Server) customContentPath(t *Tenant, m descriptor.Module) string {
	return s.Product.contextPath() + "/spaces/" + builtIn[Confluence]["space.key"] + "/custom-content/" + url.PathEscape(t.App.Key) + "/" + url.PathEscape(m.Key) + "/edit"
}

// contentPath is where a created piece of content is shown, below the base URL:
// that of a custom content is its view component's page.
func (s *Server) contentPath(c savedContent) string {
	v := builtIn[Confluence]
	parts := strings.SplitN(c.kind, ":", 3)
	if len(parts) == 3 && parts[0] == "ac" {
		if t := s.tenants.get(parts[1]); t != nil {
			for _, m := range t.App.Modules {
				if view, ok := t.module(readCustomContent(m).UISupport.View.ModuleKey); ok && m.Type == "customContent" && m.Key == parts[2] {
					query := url.Values{"content.id": {c.id}, "content.plugin": {c.kind}, "content.type": {"custom"}, "space.key": {v["space.key"]}}
					return modulePath(t.App.Key, view.Key) + "?" + query.Encode()
				}
			}
		}
	}
	return "/spaces/" + v["space.key"] + "/pages/" + c.id
}

// customContentPage is what host.js knows of the page.
type customContentPage struct {
	SpaceKey    string `json:"spaceKey"`
	ContentType string `json:"contentType"`
	// ContentID is that of the content that is edited; "" is a new one.
	ContentID string `json:"contentId,omitempty"`
	// ClosePath is where Close leads, below the base URL.
	ClosePath string `json:"closePath"`
	// Title is what the page's field holds at first.
	Title string `json:"-"`
}

// serveCustomContent shows the page on which a custom content is edited:
// GET /spaces/<key>/custom-content/<addonKey>/<moduleKey>/edit, a new one, or with
// ?contentId=<id> one that was created in this run.
func (s *Server) serveCustomContent(w http.ResponseWriter, r *http.Request) {
	t := s.tenants.get(r.PathValue("addon"))
	if t == nil {
		s.serveMissing(w, r, "No such app is installed here.")
		return
	}
	types, editors := customContents(t)
	for i, m := range types {
		if m.Key == r.PathValue("module") {
			s.showCustomContent(w, r, t, m, editors[i])
			return
		}
	}
	s.serveMissing(w, r, "The app has no custom content of that key with a component to edit it.")
}

func (s *Server) showCustomContent(w http.ResponseWriter, r *http.Request, t *Tenant, m, editor descriptor.Module) {
	space, ok := spaceVars(r.PathValue("space"))
	if !ok {
		s.serveMissing(w, r, "There is no such space.")
		return
	}
	edited := customContentPage{SpaceKey: space["space.key"], ContentType: contentType(t, m), ClosePath: "/spaces/" + space["space.key"]}
	vars := s.contextFor(editor, givenBy(s.Product, r.URL.Query())).with(space)
	vars["content.plugin"], vars["content.type"], vars["content.id"] = edited.ContentType, "custom", ""
	for _, c := range s.contents.all() {
		if c.id == r.URL.Query().Get("contentId") && c.kind == edited.ContentType {
			edited.ContentID, edited.Title, vars["content.id"] = c.id, c.title, c.id
		}
	}
	extension, err := s.newExtension(showing{tenant: t, module: editor, id: newExtensionID(t, editor), title: moduleName(m), vars: vars}, s.Conditions().FirstTokenAge)
	if err != nil {
		s.failPage(w, r, err)
		return
	}
	config := s.pageConfig()
	config.CustomContent = &edited
	s.showPage(w, r, config, extension, pageView{layout: s.layout(moduleName(m), t.App.Name), Edited: &edited})
}
