package fakehost

import (
	"encoding/json"
	"net/http"
	"net/url"

	"github.com/standin-dev/standin/fakehost/bridge"
)

// Paths of the stand-in itself. The product has nothing below /_standin.
const (
	journalPath = "/_standin/journal"
	clockPath   = "/_standin/clock"
	userPath    = "/_standin/user"
	appsPath    = "/_standin/apps"
	// conditionsPath is where the conditions are read and set.
	conditionsPath = "/_standin/conditions"
	// sitePath is where the site is renamed, webhookPath where webhooks are fired.
	sitePath    = "/_standin/site"
	webhookPath = "/_standin/webhook"
	startJSPath = "/_standin/start.js"
	hostJSPath  = "/_standin/host.js"
	allJSPath   = "/_standin/all.js"
)

// modulePath is where the product shows a module, below its context path
// (P2 jsapi content-resolver.js).
func modulePath(addonKey, moduleKey string) string {
	return "/plugins/servlet/ac/" + url.PathEscape(addonKey) + "/" + url.PathEscape(moduleKey)
}

// routes joins all routes behind the guard of the Host header.
func (s *Server) routes() http.Handler {
	mux := http.NewServeMux()
	base := s.Product.contextPath()

	mux.HandleFunc("GET "+base+"/plugins/servlet/ac/{addon}/{module}", s.needSession(s.servePage))
	mux.HandleFunc("POST "+base+"/plugins/servlet/ac/{addon}/{module}", s.serveResolver)

	mux.HandleFunc("GET "+keysPath+"/{kid}", s.serveKey)
	mux.HandleFunc("POST "+journalPath, s.needSecret(s.serveJournal))
	mux.HandleFunc("GET "+clockPath, s.needSecret(s.serveClock))
	mux.HandleFunc("POST "+clockPath, s.needSecret(s.serveAdvance))
	mux.HandleFunc("GET "+journalPath, s.needSecret(s.serveJournalView))
	mux.HandleFunc("GET "+userPath, s.needSecret(s.serveUsers))
	mux.HandleFunc("POST "+userPath, s.needSecret(s.serveSwitch))
	mux.HandleFunc("GET "+appsPath, s.needSecret(s.serveApps))
	mux.HandleFunc("POST "+appsPath, s.needSecret(s.serveAppChange))
	mux.HandleFunc("GET "+conditionsPath, s.needSecret(s.serveConditions))
	mux.HandleFunc("POST "+conditionsPath, s.needSecret(s.serveSetConditions))
	mux.HandleFunc("GET "+sitePath, s.needSecret(s.serveSite))
	mux.HandleFunc("POST "+sitePath, s.needSecret(s.serveSiteChange))
	mux.HandleFunc("POST "+webhookPath, s.needSecret(s.serveFire))
	mux.HandleFunc("POST "+macroPath, s.needSecret(s.serveMacro))
	mux.HandleFunc("POST "+workflowPath, s.needSecret(s.serveWorkflow))
	mux.HandleFunc("GET "+themePath, s.needSecret(s.serveTheme))
	mux.HandleFunc("POST "+themePath, s.needSecret(s.serveSetTheme))
	mux.HandleFunc("GET "+startJSPath, serveScript(func() []byte { return startJS }))
	mux.HandleFunc("GET "+hostJSPath, serveScript(func() []byte { return bridge.HostJS }))

	// Apps load all.js from the CDN, or, the older ones, from the product:
	// the library reads its data-options only from a path that holds
	// /atlassian-connect/all (atlassian-connect-js 5.3.190).
	allJS := serveScript(s.AllJSSource)
	mux.HandleFunc("GET "+allJSPath, allJS)
	mux.HandleFunc("GET "+base+"/atlassian-connect/all.js", allJS)
	mux.HandleFunc("GET "+base+"/atlassian-connect/all-debug.js", allJS)

	s.addScenes(mux, base)
	mux.HandleFunc("GET "+base+loginPath, s.serveLogin)
	if s.Product == Confluence {
		mux.HandleFunc("GET "+base+"/spaces/{space}/custom-content/{addon}/{module}/edit", s.serveCustomContent)
	}
	mux.HandleFunc("POST "+tokenPath, s.serveToken)
	mux.HandleFunc("GET /{$}", s.serveStart)
	if base != "" {
		mux.HandleFunc("GET "+base+"/{$}", s.serveStart)
	}
	mux.HandleFunc("/", s.serveREST)
	return s.guardHost(mux)
}

// serveScript answers a script that may change with the next start, so it is
// never to be cached.
func serveScript(source func() []byte) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/javascript; charset=utf-8")
		w.Header().Set("Cache-Control", "no-store")
		w.Header().Set("X-Content-Type-Options", "nosniff")
		_, _ = w.Write(source())
	}
}

// writeJSON answers with a value. What we write is always our own and encodes.
func writeJSON(w http.ResponseWriter, status int, value any) {
	body, err := json.Marshal(value)
	if err != nil {
		http.Error(w, "the stand-in could not encode its answer: "+err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = w.Write(body)
}

// writeError answers a complaint of the stand-in's own endpoints.
func writeError(w http.ResponseWriter, status int, message string) {
	writeJSON(w, status, map[string]string{"error": message})
}
