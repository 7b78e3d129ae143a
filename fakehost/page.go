package fakehost

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"net/http"
	"slices"

	"github.com/standin-dev/standin/fakehost/descriptor"
)

//go:embed templates/*.html
var templateFiles embed.FS

var templates = template.Must(template.ParseFS(templateFiles, "templates/*.html"))

// pagePolicy lets the page use what is its own, and frame whatever the app is or
// redirects to. Styles may be inline, because host.js sizes frames and dialogs.
const pagePolicy = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; " +
	"connect-src 'self'; frame-src http: https: data: blob:; base-uri 'none'; form-action 'self'"

// layout is what every page has.
type layout struct {
	Title   string
	Product string
	Colour  template.CSS
	Home    string
	Module  string
	Menu    []link
	// Theme is that of the page; "" is none.
	Theme string
	// Style is what one page has beside the style of all; "" is none.
	Style template.CSS
}

func (s *Server) layout(title, module string) layout {
	colour := template.CSS("#0747a6")
	if s.Product == Confluence {
		colour = "#403294"
	}
	menu := []link{{Name: "All places", URL: s.Product.contextPath() + "/"}}
	for _, kind := range slices.DeleteFunc(scenesOf(s.Product), func(k sceneKind) bool { return !k.inMenu() || s.keptFrom(k) }) {
		menu = append(menu, link{Name: s.sceneName(kind), URL: s.scenePath(kind)})
	}
	return layout{Title: title, Product: s.Product.name(), Colour: colour, Home: s.Product.contextPath() + "/", Module: module, Menu: menu, Theme: s.CurrentTheme()}
}

// markCurrent says which entry of the menu the page is.
func (l *layout) markCurrent(name string) {
	for i := range l.Menu {
		l.Menu[i].Current = l.Menu[i].Name == name
	}
}

// pageConfig is what host.js reads from the script element standin-page.
type pageConfig struct {
	Product          string       `json:"product"`
	ContextPath      string       `json:"contextPath"`
	Secret           string       `json:"secret"`
	JournalURL       string       `json:"journalURL"`
	HoldJournal      bool         `json:"holdJournal,omitempty"`
	ResolverURL      string       `json:"resolverURL"`
	ContextCacheMs   int64        `json:"contextCacheMs"`
	ClockSkewSeconds int          `json:"clockSkewSeconds"`
	GetToken         string       `json:"getToken"`
	User             *pageUser    `json:"user"`
	Extensions       []*extension `json:"extensions"`
	// Triggers are the buttons that open further extensions.
	Triggers []trigger `json:"triggers,omitempty"`
	// DialogModules are the options of the dialogs that apps can open, by app
	// and module.
	DialogModules map[string]map[string]map[string]any `json:"dialogModules,omitempty"`
	// Location is what AP.navigator.getLocation answers; nil: nothing.
	Location *navigatorLocation `json:"location,omitempty"`
	// Issue is the key of the issue whose page this is; "": none.
	Issue string `json:"issue,omitempty"`
	// Workflow is the workflow function whose page this is; nil: none.
	Workflow *workflowPage `json:"workflow,omitempty"`
	// CustomContent is what is edited on this page; nil: nothing.
	CustomContent *customContentPage `json:"customContent,omitempty"`
	// Theme is what the page is dressed in; "" is no theme.
	Theme string `json:"theme,omitempty"`
}

// servePage shows a module: GET /plugins/servlet/ac/<addonKey>/<moduleKey>. The
// query may give context variables, such as ?issue.key=DEMO-7 or ?ac.tab=open.
func (s *Server) servePage(w http.ResponseWriter, r *http.Request) {
	addonKey, moduleKey := r.PathValue("addon"), r.PathValue("module")
	tenant := s.tenants.get(addonKey)
	if tenant == nil {
		s.serveMissing(w, r, s.whyNoApp(addonKey))
		return
	}
	if s.keptFrom("") {
		s.serveNotice(w, r, http.StatusForbidden, "You have no access to this page", customersOnly)
		return
	}
	module, ok := tenant.module(moduleKey)
	view := r.URL.Query().Get(viewParam)
	if ok {
		module, ok = viewOf(module, view)
	}
	if !ok {
		s.serveMissing(w, r, fmt.Sprintf("The app %q has no module %q that shows an iframe.", addonKey, moduleKey))
		return
	}
	vars := s.contextFor(module, nil).with(s.workflowVars(tenant, module))
	vars = s.savedVars(tenant, module, vars).with(givenBy(s.Product, r.URL.Query(), parameterNames(module)...))
	seen := s.visible(tenant, module, vars)
	if seen.hiddenBy != "" && s.HiddenPages != HiddenShown {
		s.serveMissing(w, r, fmt.Sprintf("The module %q is not shown to who looks now: its condition %s does not hold.", moduleKey, seen.hiddenBy))
		return
	}
	s.noteUntold(module, seen)
	extension, err := s.newExtension(showing{
		tenant: tenant, module: module, id: newExtensionID(tenant, module), view: view, title: moduleName(module), vars: vars,
	}, s.Conditions().FirstTokenAge)
	if err != nil {
		s.failPage(w, r, err)
		return
	}
	config := s.pageConfig()
	config.ResolverURL = s.Product.contextPath() + modulePath(tenant.App.Key, module.Key)
	shown := pageView{layout: s.layout(moduleName(module), tenant.App.Name), Siblings: s.siblings(tenant, module, extension.Options.ProductContext)}
	if workflowThing[module.Type] != "" {
		config.Workflow = &workflowPage{s.workflows.get(owner{addonKey, moduleKey})}
		shown.Siblings, shown.Workflow = workflowTabs(tenant, module, view), workflowButton(module, view)
	}
	s.showPage(w, r, config, extension, shown)
}

// showPage answers with the page of one extension.
func (s *Server) showPage(w http.ResponseWriter, r *http.Request, config *pageConfig, e *extension, shown pageView) {
	config.Extensions = append(config.Extensions, e)
	scripts, err := s.scripts(config)
	if err != nil {
		s.failPage(w, r, err)
		return
	}
	s.recordPages(r, config.Extensions)
	shown.Container, shown.scripts = containerID(e), scripts
	render(w, http.StatusOK, "page.html", shown)
}

// whyNoApp says why an app has no pages.
func (s *Server) whyNoApp(key string) string {
	switch {
	case s.tenants.find(key) != nil:
		return fmt.Sprintf("The app %q is disabled.", key)
	case s.departed.find(key) != nil:
		return fmt.Sprintf("The app %q was uninstalled.", key)
	}
	return fmt.Sprintf("No app with the key %q is installed here.", key)
}

// pageView is what page.html shows.
type pageView struct {
	layout
	// Siblings are the pages of the same app beside this one, as in a sidebar.
	Siblings  []link
	Container string
	// Workflow is the button that saves a workflow function; "" is none.
	Workflow string
	// Edited is the custom content that is edited; nil is none.
	Edited *customContentPage
	scripts
}

// siblings are the pages that stand in the same menu of the product as a module's
// own; nil when it is the only one.
func (s *Server) siblings(t *Tenant, m descriptor.Module, vars variables) []link {
	at := s.spotOf(t.App, m)
	var links []link
	for _, other := range t.App.IframeModules() {
		if other.Key != m.Key && s.visible(t, other, vars).hiddenBy != "" {
			continue
		}
		if sp := s.spotOf(t.App, other); sp.hasPage() && sp.scene == at.scene && (sp.scene != "" || other.Type == m.Type) {
			links = append(links, link{Name: moduleName(other), URL: s.pageIn(t, other, vars), Current: other.Key == m.Key})
		}
	}
	if len(links) < 2 {
		return nil
	}
	return links
}

// moduleName is what a person calls a module.
func moduleName(m descriptor.Module) string {
	if m.Name != "" {
		return m.Name
	}
	return m.Key
}

// serveMissing is the product's 404 page, with one sentence that says why.
func (s *Server) serveMissing(w http.ResponseWriter, r *http.Request, sentence string) {
	s.serveNotice(w, r, http.StatusNotFound, "This page does not exist", sentence)
}

// serveNotice is a page that is nothing but a title and a sentence.
func (s *Server) serveNotice(w http.ResponseWriter, r *http.Request, status int, title, sentence string) {
	s.record(Entry{Kind: KindRequest, Method: r.Method, URL: r.URL.Path, Status: status, Text: sentence})
	s.renderNotice(w, status, title, sentence)
}

func (s *Server) renderNotice(w http.ResponseWriter, status int, title, sentence string) {
	render(w, status, "missing.html", struct {
		layout
		Sentence string
	}{s.layout(title, ""), sentence})
}

// render answers with a page, whole or not at all.
func render(w http.ResponseWriter, status int, name string, data any) {
	var page bytes.Buffer
	if err := templates.ExecuteTemplate(&page, name, data); err != nil {
		http.Error(w, "The stand-in could not make this page: "+err.Error(), http.StatusInternalServerError)
		return
	}
	header := w.Header()
	header.Set("Content-Type", "text/html; charset=utf-8")
	header.Set("Content-Security-Policy", pagePolicy)
	header.Set("Cache-Control", "no-store")
	header.Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(status)
	_, _ = w.Write(page.Bytes())
}
