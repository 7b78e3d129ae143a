package fakehost

import (
	"bytes"
	"embed"
	"encoding/json"
	"fmt"
	"html/template"
	"net/http"

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
}

func (s *Server) layout(title, module string) layout {
	colour := template.CSS("#0747a6")
	if s.Product == Confluence {
		colour = "#403294"
	}
	return layout{Title: title, Product: s.Product.name(), Colour: colour, Home: s.Product.contextPath() + "/", Module: module}
}

// pageConfig is what host.js reads from the script element standin-page.
type pageConfig struct {
	Product          string       `json:"product"`
	ContextPath      string       `json:"contextPath"`
	Secret           string       `json:"secret"`
	JournalURL       string       `json:"journalURL"`
	ResolverURL      string       `json:"resolverURL"`
	ContextCacheMs   int64        `json:"contextCacheMs"`
	ClockSkewSeconds int          `json:"clockSkewSeconds"`
	GetToken         string       `json:"getToken"`
	User             *pageUser    `json:"user"`
	Extensions       []*extension `json:"extensions"`
}

// servePage shows a module: GET /plugins/servlet/ac/<addonKey>/<moduleKey>. The
// query may give context variables, such as ?issue.key=DEMO-7 or ?ac.tab=open.
func (s *Server) servePage(w http.ResponseWriter, r *http.Request) {
	addonKey, moduleKey := r.PathValue("addon"), r.PathValue("module")
	tenant := s.tenants.get(addonKey)
	if tenant == nil {
		s.serveMissing(w, r, fmt.Sprintf("No app with the key %q is installed here.", addonKey))
		return
	}
	module, ok := tenant.module(moduleKey)
	if !ok {
		s.serveMissing(w, r, fmt.Sprintf("The app %q has no module %q that shows an iframe.", addonKey, moduleKey))
		return
	}
	age := s.Conditions().FirstTokenAge
	extension, err := s.newExtension(showing{
		tenant: tenant, module: module, id: newExtensionID(tenant, module),
		vars: contextFor(s.Product, module, givenBy(s.Product, r.URL.Query())),
	}, age)
	if err != nil {
		s.record(Entry{Kind: KindFault, Module: moduleKey, URL: r.URL.Path, Text: err.Error()})
		http.Error(w, "The stand-in could not make this page: "+err.Error(), http.StatusInternalServerError)
		return
	}
	text := "page of module " + moduleKey + " rendered"
	if age != 0 {
		text += fmt.Sprintf(" with a context token %s old", age)
	}
	s.record(Entry{Kind: KindPage, Extension: extension.ExtensionID, Module: moduleKey, Method: r.Method,
		URL: r.URL.Path, Status: http.StatusOK, Text: text})
	s.renderPage(w, tenant, module, extension)
}

func (s *Server) renderPage(w http.ResponseWriter, t *Tenant, m descriptor.Module, e *extension) {
	// json.Marshal writes <, > and & as \u escapes, so the text cannot end the
	// script element that it stands in.
	config, err := json.Marshal(pageConfig{
		Product: s.Product.key(), ContextPath: s.Product.contextPath(), Secret: s.secret,
		JournalURL: journalPath, ResolverURL: s.Product.contextPath() + modulePath(t.App.Key, m.Key),
		ContextCacheMs: s.contextCache().Milliseconds(), ClockSkewSeconds: clockSkewSeconds,
		GetToken: s.Conditions().GetToken, User: s.user.forPage(), Extensions: []*extension{e},
	})
	if err != nil {
		http.Error(w, "The stand-in could not make this page: "+err.Error(), http.StatusInternalServerError)
		return
	}
	render(w, http.StatusOK, "page.html", struct {
		layout
		Containers []string
		Config     template.JS
		HostJS     string
	}{s.layout(moduleName(m), t.App.Name), []string{"embedded-" + e.ExtensionID}, template.JS(config), hostJSPath})
}

// moduleName is what a person calls a module.
func moduleName(m descriptor.Module) string {
	if m.Name != "" {
		return m.Name
	}
	return m.Key
}

// serveStart lists what there is to open.
func (s *Server) serveStart(w http.ResponseWriter, _ *http.Request) {
	type module struct{ Name, Type, Link string }
	type app struct {
		Name, Key string
		Modules   []module
	}
	var apps []app
	for _, t := range s.tenants.all() {
		a := app{Name: t.App.Name, Key: t.App.Key}
		for _, m := range t.App.IframeModules() {
			a.Modules = append(a.Modules, module{moduleName(m), m.Type, s.Product.contextPath() + modulePath(t.App.Key, m.Key)})
		}
		apps = append(apps, a)
	}
	render(w, http.StatusOK, "start.html", struct {
		layout
		Apps []app
	}{s.layout("Installed apps", ""), apps})
}

// serveMissing is the product's 404 page, with one sentence that says why.
func (s *Server) serveMissing(w http.ResponseWriter, r *http.Request, sentence string) {
	s.record(Entry{Kind: KindRequest, Method: r.Method, URL: r.URL.Path, Status: http.StatusNotFound, Text: sentence})
	render(w, http.StatusNotFound, "missing.html", struct {
		layout
		Sentence string
	}{s.layout("This page does not exist", ""), sentence})
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
