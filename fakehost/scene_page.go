package fakehost

import (
	"encoding/json"
	"fmt"
	"html/template"
	"net/http"

	"github.com/standin-dev/standin/fakehost/descriptor"
)

// trigger is a button on the page and the extension that it opens. host.js asks
// the content resolver for the extension's URL and token when it opens.
type trigger struct {
	// Button is the id of the button; Panel that of the element under it, for
	// what opens there.
	Button string  `json:"button"`
	Opens  opening `json:"opens"`
	Panel  string  `json:"panel,omitempty"`
	// Now opens it with the page.
	Now bool `json:"now,omitempty"`
	// Property is the key of the content property that the button's name comes
	// from; "" is none.
	Property  string         `json:"property,omitempty"`
	Extension *extension     `json:"extension"`
	Options   map[string]any `json:"options,omitempty"`
}

// partView is a part as the template shows it.
type partView struct {
	Name, Kind, App string
	// Container is the id of the element that the iframe goes into, Button that
	// of the button that opens it, Panel that of what the button opens below
	// itself. Those that do not apply are empty.
	Container, Button, Panel string
	// Tab is the address at which this tab is open, Open whether it is.
	Tab  string
	Open bool
	// Configure says that a person may configure it: a dashboard item has a
	// button for that.
	Configure bool
}

// sceneView is what place.html shows.
type sceneView struct {
	layout
	Crumbs                    []link
	Prose                     []string
	Facts                     []fact
	Links                     []link
	Related                   []link
	Main, Side, Tabs, Actions []partView
	// Top, BelowTitle, Bottom and Background are the regions of those names.
	Top, BelowTitle, Bottom, Background []partView
	// Tiles sets the modules side by side, Empty says that there are none.
	Tiles, Empty bool
	// Hidden are the modules that a display condition keeps off the page.
	Hidden []fact
	scripts
}

// scripts is what a page needs for host.js.
type scripts struct {
	Config template.JS
	HostJS string
}

// serveScene shows a page of the product. nil is a page that there is not.
func (s *Server) serveScene(w http.ResponseWriter, r *http.Request, sc *scene) {
	if sc == nil {
		s.serveMissing(w, r, "There is nothing here by that name: a key or an id is not in the product's form.")
		return
	}
	if s.keptFrom(sc.kind) {
		s.serveNotice(w, r, http.StatusForbidden, "You have no access to this page", customersOnly)
		return
	}
	s.populate(sc, r.URL.Query())
	view := sceneView{
		layout: s.layout(sc.title, ""), Crumbs: s.absolute(sc.crumbs), Related: s.absolute(sc.related), Prose: sc.prose, Facts: sc.facts,
		Links: sc.links, Tiles: sc.kind == sceneDashboard, Empty: len(sc.parts)+len(sc.links) == 0, Hidden: sc.hidden,
	}
	view.markCurrent(s.sceneName(sc.kind))
	config, err := s.layOut(&view, sc, r)
	if err == nil {
		view.scripts, err = s.scripts(config)
	}
	if err != nil {
		s.failPage(w, r, err)
		return
	}
	s.recordPages(r, config.Extensions)
	render(w, http.StatusOK, "place.html", view)
}

// absolute puts the context path before addresses within the product.
func (s *Server) absolute(links []link) []link {
	for i := range links {
		if links[i].URL != "" {
			links[i].URL = s.Product.contextPath() + links[i].URL
		}
	}
	return links
}

// layOut makes the extensions of a page and says where each of them goes.
func (s *Server) layOut(view *sceneView, sc *scene, r *http.Request) (*pageConfig, error) {
	config := s.pageConfig()
	config.Location = sc.location
	if sc.kind == sceneIssue {
		config.Issue = sc.vars["issue.key"]
	}
	var tabs []part
	for _, p := range sc.parts {
		if p.region == regionTabs {
			tabs = append(tabs, p)
			continue
		}
		shown, err := s.layOutPart(config, p)
		if err != nil {
			return nil, err
		}
		switch p.region {
		case regionSide:
			view.Side = append(view.Side, shown)
		case regionActions:
			view.Actions = append(view.Actions, shown)
		case regionTop:
			view.Top = append(view.Top, shown)
		case regionBelowTitle:
			view.BelowTitle = append(view.BelowTitle, shown)
		case regionBottom:
			view.Bottom = append(view.Bottom, shown)
		case regionBackground:
			view.Background = append(view.Background, shown)
		default:
			view.Main = append(view.Main, shown)
		}
	}
	open := openTab(tabs, r.URL.Query().Get(tabParam))
	for i, p := range tabs {
		query := r.URL.Query()
		query.Set(tabParam, p.key())
		shown := partView{Name: p.name(), Kind: p.module.Type, App: p.tenant.App.Name}
		if i == open {
			var err error
			if shown, err = s.layOutPart(config, p); err != nil {
				return nil, err
			}
			shown.Open = true
		}
		shown.Tab = "?" + query.Encode()
		view.Tabs = append(view.Tabs, shown)
	}
	return config, nil
}

// layOutPart makes the extension of a part, or the trigger of one that opens by a
// click.
func (s *Server) layOutPart(config *pageConfig, p part) (partView, error) {
	shown := partView{Name: p.name(), Kind: p.onPage().Type, App: p.tenant.App.Name}
	v := showing{tenant: p.tenant, module: p.module, vars: p.vars, view: p.view, title: p.name()}
	if p.opens == opensAtOnce {
		v.id = newExtensionID(p.tenant, p.module)
		e, err := s.newExtension(v, s.Conditions().FirstTokenAge)
		if err != nil {
			return partView{}, err
		}
		config.Extensions = append(config.Extensions, e)
		shown.Container, shown.Configure = containerID(e), s.configurable(p)
		return shown, nil
	}
	n := len(config.Triggers) + 1
	t := trigger{Button: fmt.Sprintf("standin-open-%d", n), Opens: p.opens, Now: p.now, Extension: s.bareExtension(v), Options: p.options}
	if p.opens == opensPanel {
		t.Panel = fmt.Sprintf("standin-panel-%d", n)
	}
	t.Property = bylineProperty(p.onPage())
	config.Triggers = append(config.Triggers, t)
	shown.Button, shown.Panel = t.Button, t.Panel
	return shown, nil
}

// bylineProperty is the key of the content property that a byline item's name and
// tooltip come from; "" is none. That there is such a property: Confluence Cloud
// host scripts, contentbyline/content-byline-view.js. Its name in the descriptor is
// that of Forge's contentBylineItem: UNCERTAIN.
func bylineProperty(m descriptor.Module) string {
	var facts struct {
		Key string `json:"contentPropertyKey"`
	}
	if m.Type == "contentBylineItems" {
		_ = json.Unmarshal(m.Raw, &facts) // what is not there is ""
	}
	return facts.Key
}

// configurable reports whether a dashboard item has an entry Configure for who
// looks (DOC "Dashboard Item", configurable).
func (s *Server) configurable(p part) bool {
	var facts struct {
		Configurable bool `json:"configurable"`
	}
	_ = json.Unmarshal(p.module.Raw, &facts) // what is not there is false
	return p.module.Type == "jiraDashboardItems" && facts.Configurable && !s.CurrentUser().Anonymous
}

// containerID is the id of the element that an extension is mounted in.
func containerID(e *extension) string { return "embedded-" + e.ExtensionID }

// pageConfig is what every page tells host.js.
func (s *Server) pageConfig() *pageConfig {
	return &pageConfig{
		Product: s.Product.key(), ContextPath: s.Product.contextPath(), Secret: s.secret, JournalURL: journalPath, HoldJournal: s.HoldJournal,
		ContextCacheMs: s.contextCache().Milliseconds(), ClockSkewSeconds: clockSkewSeconds,
		Theme: s.CurrentTheme(), GetToken: s.Conditions().GetToken, User: s.CurrentUser().forPage(), Extensions: []*extension{}, DialogModules: s.dialogModules(),
	}
}

// scripts is the config as the page carries it. json.Marshal writes <, > and & as
// \u escapes, so the text cannot end the script element that it stands in.
func (s *Server) scripts(config *pageConfig) (scripts, error) {
	text, err := json.Marshal(config)
	return scripts{template.JS(text), hostJSPath}, err
}

// recordPages notes each extension that a page was rendered with.
func (s *Server) recordPages(r *http.Request, extensions []*extension) {
	age := ""
	if old := s.Conditions().FirstTokenAge; old != 0 {
		age = fmt.Sprintf(" with a context token %s old", old)
	}
	entry := Entry{Kind: KindPage, Method: r.Method, URL: r.URL.Path, Status: http.StatusOK}
	if len(extensions) == 0 {
		entry.Text = "page rendered, with no module open on it"
		s.record(entry)
	}
	for _, e := range extensions {
		entry.Extension, entry.Module = e.ExtensionID, e.Key
		entry.Text = "page of module " + e.Key + " rendered" + age
		s.record(entry)
	}
}

// failPage answers for a page that could not be made, which is no fault of the
// app's.
func (s *Server) failPage(w http.ResponseWriter, r *http.Request, err error) {
	s.record(Entry{Kind: KindFault, URL: r.URL.Path, Text: err.Error()})
	http.Error(w, "The stand-in could not make this page: "+err.Error(), http.StatusInternalServerError)
}
