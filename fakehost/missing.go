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

// serveNotFound answers for paths that are neither pages nor REST calls, an app's
// own path asked of the product by mistake among them.
func (s *Server) serveNotFound(w http.ResponseWriter, r *http.Request) {
	if wantsHTML(r) {
		s.serveMissing(w, r, "This stand-in has no page at this address; the product may have one.")
		return
	}
	message := "the product has nothing at " + r.URL.Path
	s.record(Entry{Kind: KindRequest, Method: r.Method, URL: r.URL.RequestURI(), Status: http.StatusNotFound, Text: message})
	writeJSON(w, http.StatusNotFound, s.productError(http.StatusNotFound, message))
}

// serveNotEmulated answers a REST call that the real product may know, and notes
// it, so that a report can name it.
func (s *Server) serveNotEmulated(w http.ResponseWriter, r *http.Request, c caller) {
	message := "this stand-in has no answer for " + r.Method + " " + r.URL.Path
	s.record(Entry{Kind: KindNotEmulated, Method: r.Method, URL: r.URL.RequestURI(), Status: http.StatusNotFound, Who: c.who, Text: message})
	writeJSON(w, http.StatusNotFound, s.productError(http.StatusNotFound, message))
}

// wantsHTML tells a person's navigation from a call by script.
func wantsHTML(r *http.Request) bool {
	return strings.Contains(r.Header.Get("Accept"), "text/html")
}

// appHeader is what the product's page adds to the calls of AP.request.
const appHeader = "AP-Client-Key"
