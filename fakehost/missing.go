package fakehost

import (
	"net/http"
	"strings"
)

// productError is an error in the product's own JSON form: Jira's REST lists
// messages, Confluence's repeats the status.
func (s *Server) productError(status int, message string) any {
	if s.Product == Confluence {
		return map[string]any{"statusCode": status, "message": message}
	}
	return map[string]any{"errorMessages": []string{message}, "errors": map[string]string{}}
}

// serveNotFound answers for every path that nothing else answers. A call below
// /rest or /api gets JSON and is noted as not emulated, for the real product may
// know it; anything else, an app's own path asked of the product by mistake
// among them, is simply not there.
func (s *Server) serveNotFound(w http.ResponseWriter, r *http.Request) {
	path := strings.TrimPrefix(r.URL.Path, s.Product.contextPath())
	if !strings.HasPrefix(path, "/rest/") && !strings.HasPrefix(path, "/api/") {
		if wantsHTML(r) {
			s.serveMissing(w, r, "This stand-in has no page at this address; the product may have one.")
			return
		}
		s.answerRequest(w, r, http.StatusNotFound, s.productError(http.StatusNotFound, "the product has nothing at "+r.URL.Path))
		return
	}
	message := "this stand-in has no answer for " + r.Method + " " + r.URL.Path
	s.record(Entry{Kind: KindNotEmulated, Method: r.Method, URL: r.URL.RequestURI(), Status: http.StatusNotFound, Text: message})
	writeJSON(w, http.StatusNotFound, s.productError(http.StatusNotFound, message))
}

// wantsHTML tells a person's navigation from a call by script.
func wantsHTML(r *http.Request) bool {
	return strings.Contains(r.Header.Get("Accept"), "text/html")
}

// appHeader is what the product's page adds to the calls of AP.request.
const appHeader = "AP-Client-Key"

// answerRequest answers a REST call and notes it.
func (s *Server) answerRequest(w http.ResponseWriter, r *http.Request, status int, body any) {
	text := "REST call to the product"
	if app := r.Header.Get(appHeader); app != "" {
		text += " by AP.request of " + app
	}
	s.record(Entry{Kind: KindRequest, Method: r.Method, URL: r.URL.RequestURI(), Status: status, Text: text})
	if status == http.StatusNoContent {
		w.WriteHeader(status)
		return
	}
	writeJSON(w, status, body)
}
