package fakehost

import (
	"net/url"
	"slices"
	"strings"

	"github.com/standin-dev/standin/fakehost/descriptor"
)

// Query parameters of the stand-in's own. The product has none that begin so,
// and the app sees them only in the address that AP.env.getLocation tells.
const (
	// onlyParam shows one module alone where it appears, and opens it, if it
	// opens by a click: <addonKey>__<moduleKey>.
	onlyParam = "standin.only"
	// macrosParam says which macros a content page shows: map:3,chart.
	macrosParam = "standin.macros"
	// tabParam is the tab that is open: <addonKey>__<moduleKey>.
	tabParam = "standin.tab"
	// viewParam shows another view of a macro on its plain page: editor or
	// property-panel.
	viewParam = "standin.view"
)

// Place is a page of the product on which modules of the installed apps appear.
type Place struct {
	// Name is what a person calls it, such as "Issue DEMO-1".
	Name string
	// URL is its address. It shows all its modules at once; where there are
	// tabs, the first.
	URL string
	// Modules are the keys of the modules that appear there, in the order of
	// the descriptor.
	Modules []string
}

// Places lists every page on which a module of an installed app appears: pages
// that a module has to itself, then those that modules share. It is empty before
// an app is installed.
func (s *Server) Places() []Place {
	var places []Place
	for _, p := range s.places() {
		place := Place{Name: p.name, URL: s.Origin() + p.path}
		for _, m := range p.modules {
			if !slices.Contains(place.Modules, m.module.Key) {
				place.Modules = append(place.Modules, m.module.Key)
			}
		}
		places = append(places, place)
	}
	return places
}

// place is a Place with its modules.
type place struct {
	name, path string
	modules    []appearance
}

// appearance is a module of a tenant somewhere.
type appearance struct {
	tenant *Tenant
	module descriptor.Module
}

func (s *Server) places() []place {
	var own []place
	at := map[sceneKind][]appearance{}
	for _, t := range s.tenants.all() {
		for _, m := range byPages(t.App) {
			sp := s.spotOf(t.App, m)
			if sp.hasPage() {
				if s.visible(t, m, s.contextFor(m, nil)).hiddenBy != "" {
					continue
				}
				own = append(own, place{moduleName(m), s.pagePath(t.App.Key, m), []appearance{{t, m}}})
				continue
			}
			for _, kind := range sp.scenes(m) {
				if s.visible(t, m, s.sceneVars(kind)).hiddenBy != "" {
					continue
				}
				at[kind] = append(at[kind], appearance{t, m})
			}
		}
	}
	for _, t := range s.tenants.all() {
		types, editors := customContents(t)
		for i, m := range types {
			own = append(own, place{"Edit " + moduleName(m), s.customContentPath(t, m), []appearance{{t, editors[i]}}})
		}
	}
	for _, kind := range scenesOf(s.Product) {
		if len(at[kind]) > 0 {
			own = append(own, place{s.sceneName(kind), s.scenePath(kind), at[kind]})
		}
	}
	return own
}

// byPages are the modules that show an iframe, general pages first, and the web
// items that open the dialog of another module.
func byPages(app *descriptor.Descriptor) []descriptor.Module {
	all := app.IframeModules()
	for _, m := range app.Modules {
		if _, opens := dialogModuleOf(app, m); opens && !m.Iframe() {
			all = append(all, m)
		}
	}
	return all
}

// pagePath is the path of the page on which a module appears: its own, or that
// of a place where it is shown alone, so that whoever opens it finds one frame,
// of this module.
func (s *Server) pagePath(addonKey string, m descriptor.Module) string {
	var app *descriptor.Descriptor
	if t := s.tenants.get(addonKey); t != nil {
		app = t.App
	}
	sp := s.spotOf(app, m)
	if !sp.hasPage() {
		path, query, joined := s.scenePath(sp.scene), onlyQuery(addonKey, m), ""
		if path, joined, _ = strings.Cut(path, "?"); joined != "" {
			query += "&" + joined
		}
		return path + query
	}
	path := s.Product.contextPath() + modulePath(addonKey, m.Key)
	scope := url.Values{}
	for name, value := range s.Product.world(scopeOf[m.Type]) {
		scope.Set(name, value)
	}
	addContentType(scope, addonKey, m)
	if len(scope) > 0 {
		path += "?" + scope.Encode()
	}
	return path
}

func onlyQuery(addonKey string, m descriptor.Module) string {
	return "?" + url.Values{onlyParam: {appKey(addonKey, m)}}.Encode()
}

// appKey names a module of an app on a page, as an extension_id begins.
func appKey(addonKey string, m descriptor.Module) string { return addonKey + "__" + m.Key }

// scopeOf is what the address of a page that a module has to itself says of its
// context: the thing whose page it is.
var scopeOf = map[string]string{
	"jiraProjectPages": "project", "jiraProjectAdminTabPanels": "project", "jiraReports": "project",
	"serviceDeskQueues": "project", "serviceDeskReports": "project", "automationActions": "project",
	"spaceToolsTabs": "space", "confluenceThemes": "space", "customContent": "space",
}

// addContentType says in an address of custom content what type of content it is:
// ac:<addonKey>:<moduleKey> (DOC "Custom content").
func addContentType(scope url.Values, addonKey string, m descriptor.Module) {
	if m.Type == "customContent" {
		scope.Set("content.type", "ac:"+addonKey+":"+m.Key)
	}
}
