package fakehost

import (
	"net/http"
	"net/url"
)

// loginPath is where the product asks who somebody is, below the context path.
const loginPath = "/login"

// loggedOut reports whether the session has ended.
func (s *Server) loggedOut() bool { return s.Conditions().Session != "" }

// needSession leads who has no session to the login page.
func (s *Server) needSession(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if !s.loggedOut() {
			next(w, r)
			return
		}
		s.record(Entry{Kind: KindFault, Method: r.Method, URL: r.URL.Path, Status: http.StatusFound, Text: "no session: the page leads to the login page"})
		s.sendToLogin(w, r)
	}
}

func (s *Server) sendToLogin(w http.ResponseWriter, r *http.Request) {
	query := url.Values{"dest-url": {r.URL.Path}}
	http.Redirect(w, r, s.Product.contextPath()+loginPath+"?"+query.Encode(), http.StatusFound)
}

// serveLogin is the login page. Nobody can log in on it: the session is a
// condition of the host.
func (s *Server) serveLogin(w http.ResponseWriter, _ *http.Request) { s.renderLogin(w) }

func (s *Server) renderLogin(w http.ResponseWriter) {
	s.renderNotice(w, http.StatusOK, "Log in to continue",
		"The session has ended, because a condition of this stand-in says so. The start page lets you change that.")
}

// refuseWithoutSession answers for the content resolver when nobody is logged in
// any more, and reports whether it did.
func (s *Server) refuseWithoutSession(w http.ResponseWriter, r *http.Request, note func(status int)) bool {
	const message = "the session has ended: log in again"
	switch s.Conditions().Session {
	case SessionRefused:
		note(http.StatusUnauthorized)
		writeJSON(w, http.StatusUnauthorized, s.productError(http.StatusUnauthorized, message))
	case SessionRedirect:
		note(http.StatusFound)
		s.sendToLogin(w, r)
	case SessionLoginPage:
		note(http.StatusOK)
		s.renderLogin(w)
	default:
		return false
	}
	return true
}
