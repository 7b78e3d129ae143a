package fakehost

import (
	"net/url"

	"github.com/standin-dev/standin/fakehost/descriptor"
)

// View is one of the iframes that a module has.
type View struct {
	// Name is what tells it from the module's own iframe, as editor or property-panel
	// of a macro, or create of a workflow function; "" is the own one.
	Name string
	// Module is the module as this view shows it: its URL is the view's.
	Module descriptor.Module
}

// Views are the iframes that a module has, its own first: none for a module that
// renders none.
func Views(m descriptor.Module) []View {
	if !m.Iframe() {
		return nil
	}
	views := []View{{Module: m}}
	names := []string{viewEditor, viewPanel}
	for _, v := range variantsOf[m.Type] {
		names = append(names, v.view)
	}
	for _, name := range names {
		if shown, ok := viewOf(m, name); ok && shown.URL != m.URL {
			views = append(views, View{Name: name, Module: shown})
		}
	}
	return views
}

// ViewURL is the URL of the page on which a view of a module appears, as
// [Server.PageURL] for the module's own: a macro's editor is in a dialog over the page
// in the editor, every other view has a page to itself. It fails with nothing: a view
// that the module does not have is answered with a page that says so.
func (s *Server) ViewURL(m descriptor.Module, view string) string {
	app := s.tenants.ownerOf(m)
	switch {
	case view == viewMacro:
		return s.PageURL(m)
	case view == viewEditor && m.Type == "dynamicContentMacros" && s.Product == Confluence:
		return s.Origin() + s.scenePath(sceneEditor) + onlyQuery(app, m)
	}
	query := url.Values{viewParam: {view}}
	for name, value := range s.Product.world(scopeOf[m.Type]) {
		query.Set(name, value)
	}
	return s.Origin() + s.Product.contextPath() + modulePath(app, m.Key) + "?" + query.Encode()
}
