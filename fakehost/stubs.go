package fakehost

import (
	"net/http"
	"strings"
)

// object is a JSON object of the product's REST API.
type object = map[string]any

// stub answers one REST call with a status and a body.
type stub func(s *Server, r *http.Request) (int, any)

// addStubs adds the product's REST calls below its context path. They answer
// anyone, from made-up data: enough for an app that looks around when it starts,
// no more. What is not here is answered by serveNotFound.
func (s *Server) addStubs(mux *http.ServeMux, base string) {
	stubs := jiraStubs
	if s.Product == Confluence {
		stubs = confluenceStubs
	}
	for _, set := range []map[string]stub{stubs, propertyStubs} {
		for pattern, answer := range set {
			method, path, _ := strings.Cut(pattern, " ")
			mux.HandleFunc(method+" "+base+path, func(w http.ResponseWriter, r *http.Request) {
				status, body := answer(s, r)
				s.answerRequest(w, r, status, body)
			})
		}
	}
}

// found answers a body, or the product's 404 when there is none.
func (s *Server) found(body object, what string) (int, any) {
	if body == nil {
		return http.StatusNotFound, s.productError(http.StatusNotFound, what+" does not exist on this stand-in")
	}
	return http.StatusOK, body
}

// loggedIn answers the user in the given shape, or 401 when nobody is.
func (s *Server) loggedIn(shape func(*Server) object) (int, any) {
	if s.user.Anonymous {
		return http.StatusUnauthorized, s.productError(http.StatusUnauthorized, "nobody is logged in")
	}
	return http.StatusOK, shape(s)
}

// userByID answers the one user there is when the query asks for that account.
func (s *Server) userByID(r *http.Request, shape func(*Server) object) (int, any) {
	id := r.URL.Query().Get("accountId")
	if s.user.Anonymous || id != s.user.AccountID {
		return s.found(nil, "user "+id)
	}
	return http.StatusOK, shape(s)
}

// paged is a list in the form that both products use for their older calls.
func paged(list string, items []object) object {
	return object{"startAt": 0, "start": 0, "limit": 50, "maxResults": 50, "size": len(items), "total": len(items), "isLast": true, list: items}
}

// pick is the first item that has the value under one of the keys, or nil.
func pick(items []object, value string, keys ...string) object {
	for _, item := range items {
		for _, key := range keys {
			if item[key] == value {
				return item
			}
		}
	}
	return nil
}
