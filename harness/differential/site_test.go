package differential

import (
	"cmp"
	"embed"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"html/template"
	"net/http"
	"net/http/httptest"
	"path"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/standin-dev/standin/fakehost/bridge"
	"github.com/standin-dev/standin/fixtures/published"
)

//go:embed testdata
var testdata embed.FS

// setup says whose library is at which end.
type setup struct {
	name    string
	host    string // a host page: "published", "ours" or "xdm"
	allJS   string // "published" or "ours"
	scripts string // the folder of the scenes
	subJS   string // "published" or "ours": the all.js of frames within the app's frame; "": as allJS
	only    string // a pattern of the scenes that are played; "": all
}

var (
	reference     = setup{name: "reference", host: "published", allJS: "published", scripts: "scenes"}
	ourHost       = setup{name: "our host", host: "ours", allJS: "published", scripts: "scenes"}
	ourAllJS      = setup{name: "our all.js", host: "published", allJS: "ours", scripts: "scenes"}
	ourSubHost    = setup{name: "our all.js hosts the published one", host: "published", allJS: "ours", subJS: "published", scripts: "scenes", only: "sub-*"}
	ourSubFrame   = setup{name: "our all.js within the published one", host: "published", allJS: "published", subJS: "ours", scripts: "scenes", only: "sub-*"}
	bothOurs      = setup{name: "our host and our all.js", host: "ours", allJS: "ours", scripts: "scenes"}
	wireReference = setup{name: "reference", host: "xdm", allJS: "published", scripts: "wire"}
	wireOurs      = setup{name: "our all.js", host: "xdm", allJS: "ours", scripts: "wire"}
	wireSubHost   = setup{name: "our all.js hosts the published one", host: "xdm", allJS: "ours", subJS: "published", scripts: "wire", only: "wire-sub-*"}
	wireSubFrame  = setup{name: "our all.js within the published one", host: "xdm", allJS: "published", subJS: "ours", scripts: "wire", only: "wire-sub-*"}
)

// site is the product and the app, each on an origin of its own.
type site struct {
	setup   setup
	modules string // the folder of the published packages
	host    *httptest.Server
	app     *httptest.Server
	hostURL string
	appURL  string

	mu      sync.Mutex
	entries []journalEntry
}

// journalEntry is what host.js notes.
type journalEntry struct {
	Kind, Extension, Module, Call, Text, Token string
	Args                                       json.RawMessage
}

// startSite serves both until the test ends.
func startSite(t testing.TB, s setup) *site {
	t.Helper()
	modules, err := published.Prepare(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	made := &site{setup: s, modules: modules}
	app, host := http.NewServeMux(), http.NewServeMux()
	made.serveApp(app)
	made.serveHost(host)
	made.app, made.host = httptest.NewServer(app), httptest.NewServer(host)
	// Two names of this machine make two sites, as production has them.
	made.appURL = made.app.URL
	made.hostURL = strings.Replace(made.host.URL, "127.0.0.1", "localhost", 1)
	t.Cleanup(func() {
		for _, server := range []*httptest.Server{made.app, made.host} {
			server.CloseClientConnections()
			server.Close()
		}
	})
	return made
}

// serveApp serves the app's pages. The query says what a page has: scene, options (data-options of the
// script tag), head and body (further markup), twice (all.js is loaded twice), silent (it is not loaded), sub
// (it is a page within the app's frame), library (another address of all.js).
func (s *site) serveApp(mux *http.ServeMux) {
	mux.HandleFunc("GET /page", func(w http.ResponseWriter, r *http.Request) {
		markup := func(name string) template.HTML { return template.HTML(r.FormValue(name)) }
		s.render(w, "app.html", map[string]any{
			"Options": r.FormValue("options"), "Head": markup("head"), "Body": markup("body"), "Twice": r.FormValue("twice") != "", "Bare": r.FormValue("bare") != "", "Silent": r.FormValue("silent") != "",
			"AllJS": cmp.Or(r.FormValue("library"), map[bool]string{true: "/sub/atlassian-connect/all.js"}[r.FormValue("sub") != ""], "/atlassian-connect/all.js"),
		})
	})
	s.serveProbes(mux, "probe_app.js")
	mux.HandleFunc("GET /pages/{name}", func(w http.ResponseWriter, r *http.Request) {
		http.ServeFileFS(w, r, testdata, "testdata/pages/"+path.Base(r.PathValue("name")))
	})
	allJS := map[string]http.HandlerFunc{
		"ours": text("text/javascript", bridge.AllJS), "published": s.module("atlassian-connect-js/dist/iframe.js"),
	}
	mux.HandleFunc("GET /atlassian-connect/all.js", allJS[s.setup.allJS])
	mux.HandleFunc("GET /vendor/library.js", allJS[s.setup.allJS])
	mux.HandleFunc("GET /sub/atlassian-connect/all.js", allJS[cmp.Or(s.setup.subJS, s.setup.allJS)])
}

func (s *site) serveHost(mux *http.ServeMux) {
	mux.HandleFunc("GET /scene/{scene}", s.hostPage)
	s.serveProbes(mux, "probe_host.js")
	mux.HandleFunc("GET /host.js", text("text/javascript", bridge.HostJS))
	for _, name := range []string{"atlassian-connect-js/dist/connect-host.js", "atlassian-connect-js/dist/connect-host.css", "simple-xdm/dist/host.js",
		"jquery/dist/jquery.js", "@atlassian/aui/dist/aui/aui-prototyping.js", "@atlassian/aui/dist/aui/aui-prototyping.css"} {
		mux.HandleFunc("GET /"+name, s.module(name))
	}
	mux.HandleFunc("GET /pages/{name}", func(w http.ResponseWriter, r *http.Request) {
		http.ServeFileFS(w, r, testdata, "testdata/pages/"+path.Base(r.PathValue("name")))
	})
	mux.HandleFunc("POST /_standin/journal", s.takeJournal)
	mux.HandleFunc("POST /plugins/servlet/ac/{addon}/{key}", s.resolve)
	mux.HandleFunc("/rest/echo", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.Header()["Date"] = nil
		fmt.Fprintf(w, `{"method":%q,"query":%q}`, r.Method, r.URL.RawQuery)
	})
	mux.HandleFunc("/rest/missing", func(w http.ResponseWriter, _ *http.Request) {
		w.Header()["Date"] = nil
		http.Error(w, "none", http.StatusNotFound)
	})
}

func (s *site) serveProbes(mux *http.ServeMux, probe string) {
	serve := func(pattern string) {
		mux.HandleFunc("GET /"+path.Base(pattern), func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/javascript")
			for _, name := range matching(pattern) {
				source, _ := testdata.ReadFile(name) // it was found there
				_, _ = w.Write(append(source, '\n'))
			}
		})
	}
	serve("testdata/probe.js")
	serve("testdata/" + probe)
	mux.HandleFunc("GET /scenes.js", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/javascript")
		for _, name := range matching("testdata/" + s.setup.scripts + "/*.js") {
			source, _ := testdata.ReadFile(name)
			_, _ = w.Write(append(source, '\n'))
		}
	})
}

func matching(pattern string) []string {
	dir, names := path.Dir(pattern), []string(nil)
	entries, err := testdata.ReadDir(dir)
	if err != nil {
		panic(err) // the folder is embedded
	}
	for _, entry := range entries {
		if ok, _ := path.Match(path.Base(pattern), entry.Name()); ok {
			names = append(names, path.Join(dir, entry.Name()))
		}
	}
	return names
}

// hostPage is the product page of a scene. What the scene says of itself comes in the query, for only
// the browser can read the scenes.
func (s *site) hostPage(w http.ResponseWriter, r *http.Request) {
	var settings sceneSettings
	if err := json.Unmarshal([]byte(r.FormValue("settings")), &settings); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	config, err := json.Marshal(s.pageConfig(r.PathValue("scene"), settings))
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	probe, _ := json.Marshal(map[string]string{"scene": r.PathValue("scene")})
	s.render(w, s.setup.host+".html", map[string]any{"Config": template.JS(config), "Probe": template.JS(probe), "Bare": settings.Bare})
}

// sceneSettings is what a scene says of its page.
type sceneSettings struct {
	// Frames are the extensions, in their order.
	Frames []frameSettings `json:"frames"`
	// Product is "jira" or "confluence"; "": jira.
	Product string `json:"product"`
	// Bare leaves the probes out, which take time.
	Bare bool `json:"bare"`
	// Dialogs are the options of the app's dialog modules, by key.
	Dialogs map[string]map[string]any `json:"dialogs"`
}

type frameSettings struct {
	Addon   string            `json:"addon"` // "": app
	Key     string            `json:"key"`
	Page    map[string]string `json:"page"` // the query of the app's page
	Options map[string]any    `json:"options"`
}

func (s *site) pageConfig(scene string, settings sceneSettings) map[string]any {
	var extensions []map[string]any
	for _, frame := range settings.Frames {
		if frame.Addon == "" {
			frame.Addon = "app"
		}
		options := map[string]any{
			"hostOrigin": s.hostURL, "origin": s.appURL, "contextPath": "", "moduleType": "generalPages",
			"productContext": map[string]any{"project.key": "ABC"}, "globalOptions": map[string]any{},
			"width":      "100%",
			"contextJwt": jwt(frame.Addon, frame.Key, "page"), "structuredContext": map[string]any{"jira": map[string]any{"project": map[string]any{"key": "ABC"}}},
		}
		for name, value := range frame.Options {
			options[name] = value
		}
		extensions = append(extensions, map[string]any{
			"addon_key": frame.Addon, "key": frame.Key, "url": s.pageURL(scene, frame.Page), "options": options,
		})
	}
	return map[string]any{
		"product": cmp.Or(settings.Product, "jira"), "contextPath": "", "journalURL": "/_standin/journal", "secret": "s",
		"user": map[string]any{
			"atlassianAccountId": "5b10", "accountType": "atlassian", "fullName": "Ann", "timeZone": "Europe/Rome", "locale": "en_GB",
		},
		"dialogModules": map[string]any{"app": s.dialogModules(settings.Dialogs)},
		"extensions":    extensions,
	}
}

// dialogModules is what a product tells its page of an app's dialog modules. The published host keeps
// their options in a member, and gives them chrome; ours is told by the server that they have it.
func (s *site) dialogModules(dialogs map[string]map[string]any) map[string]any {
	modules := map[string]any{}
	for key, options := range dialogs {
		if s.setup.host == "published" {
			modules[key] = map[string]any{"options": options}
			continue
		}
		own := map[string]any{"chrome": true}
		for name, value := range options {
			own[name] = value
		}
		modules[key] = own
	}
	return modules
}

func (s *site) pageURL(scene string, page map[string]string) string {
	query := make([]string, 0, len(page)+1)
	query = append(query, "scene="+template.URLQueryEscaper(scene))
	for _, name := range []string{"options", "head", "body", "twice", "bare", "silent", "library"} {
		if page[name] != "" {
			query = append(query, name+"="+template.URLQueryEscaper(page[name]))
		}
	}
	return s.appURL + "/page?" + strings.Join(query, "&")
}

// pageOf says of the modules that the resolver knows what their pages are like.
var pageOf = map[string]map[string]string{"silent": {"silent": "yes"}}

// resolve is the content resolver. A dialog's page belongs to the scene of the page that asks.
func (s *site) resolve(w http.ResponseWriter, r *http.Request) {
	if r.PathValue("key") == "missing" {
		http.Error(w, "no such module", http.StatusNotFound)
		return
	}
	scene := "none"
	if referer := r.Referer(); referer != "" {
		scene, _, _ = strings.Cut(path.Base(strings.SplitN(referer, "?", 2)[0]), "#")
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(map[string]any{
		"url": s.pageURL(scene, pageOf[r.PathValue("key")]),
		"options": map[string]any{
			"hostOrigin": s.hostURL, "origin": s.appURL, "contextPath": "", "moduleType": "dialogs",
			"contextJwt":        jwt(r.PathValue("addon"), r.PathValue("key"), "resolver"),
			"structuredContext": map[string]any{"from": "resolver"},
		},
	})
}

// jwt is a token by its shape: nobody here verifies one.
func jwt(words ...string) string {
	part := func(text string) string { return base64.RawURLEncoding.EncodeToString([]byte(text)) }
	return part(`{"typ":"JWT","alg":"HS256"}`) + "." + part(fmt.Sprintf(`{"iss":%q,"exp":4000000000}`, strings.Join(words, " "))) + "." + part("signature")
}

func (s *site) takeJournal(w http.ResponseWriter, r *http.Request) {
	var batch struct{ Entries []journalEntry }
	if err := json.NewDecoder(r.Body).Decode(&batch); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	s.mu.Lock()
	s.entries = append(s.entries, batch.Entries...)
	s.mu.Unlock()
	w.WriteHeader(http.StatusNoContent)
}

// journal is what host.js has noted so far.
func (s *site) journal() []journalEntry {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]journalEntry(nil), s.entries...)
}

var pages = template.Must(template.ParseFS(testdata, "testdata/pages/*.html"))

func (s *site) render(w http.ResponseWriter, name string, data any) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	if err := pages.ExecuteTemplate(w, name, data); err != nil {
		fmt.Fprintf(w, "the page could not be made: %v", err)
	}
}

// module serves a file of a published package.
func (s *site) module(name string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		http.ServeFile(w, r, filepath.Join(s.modules, filepath.FromSlash(name)))
	}
}

func text(contentType string, body []byte) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", contentType)
		_, _ = w.Write(body)
	}
}
