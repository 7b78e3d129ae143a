package fakehost

import (
	"net/http"
	"strings"
)

// object is a JSON object of the product's REST API.
type object = map[string]any

// stub answers one REST call with a status and a body. The request's context has
// the caller (callerOf).
type stub func(s *Server, r *http.Request) (int, any)

// publicStubs need no credentials: production answers anyone (DOC "Get server
// info" of the Jira Cloud platform REST API).
var publicStubs = map[string]bool{"GET /rest/api/{version}/serverInfo": true}

// builtInRoutes are the calls that are answered without any file of the user's,
// from made-up data: enough for an app that looks around when it starts, no more.
func builtInRoutes(p Product) routes {
	sets := []map[string]stub{jiraStubs, jiraListStubs, jiraCreateStubs, jiraPropertyStubs, addonStubs}
	if p == Confluence {
		sets = []map[string]stub{confluenceStubs, confluenceCreateStubs, confluencePropertyStubs, addonStubs}
	}
	var list []*route
	for _, set := range sets {
		for pattern, answer := range set {
			method, path, _ := strings.Cut(pattern, " ")
			parsed, err := parsePath(path)
			if err != nil {
				panic("fakehost: built-in stub " + pattern + ": " + err.Error())
			}
			list = append(list, &route{method: method, path: parsed, anonymous: publicStubs[pattern], answer: answerWith(answer)})
		}
	}
	return sortedRoutes(list)
}

// found answers a body, or the product's 404 when there is none.
func (s *Server) found(body object, what string) (int, any) {
	if body == nil {
		return http.StatusNotFound, s.productError(http.StatusNotFound, what+" does not exist on this stand-in")
	}
	return http.StatusOK, body
}

// loggedIn answers who calls, in the given shape, or 401 when nobody is logged in.
func (s *Server) loggedIn(r *http.Request, shape func(*Server, User) object) (int, any) {
	user := callerOf(r).user
	if user.Anonymous {
		return http.StatusUnauthorized, s.productError(http.StatusUnauthorized, "nobody is logged in")
	}
	return http.StatusOK, shape(s, user)
}

// accounts are all that the site knows: the person, and those of the apps.
func (s *Server) accounts() []User {
	all := s.knownUsers()
	for _, t := range s.tenants.everyone() {
		all = append(all, t.account())
	}
	return all
}

// userByID answers the account that the query asks for.
func (s *Server) userByID(r *http.Request, shape func(*Server, User) object) (int, any) {
	id := r.URL.Query().Get("accountId")
	for _, user := range s.accounts() {
		if user.AccountID == id {
			return http.StatusOK, shape(s, user)
		}
	}
	return s.found(nil, "user "+id)
}

// findUsers answers the accounts whose name or id the query's words are in, all
// when it has none.
func (s *Server) findUsers(r *http.Request, shape func(*Server, User) object) []object {
	query := r.URL.Query()
	words := strings.ToLower(query.Get("query"))
	id := query.Get("accountId")
	hits := []object{}
	for _, user := range s.accounts() {
		if strings.Contains(strings.ToLower(user.FullName+" "+user.AccountID), words) && (id == "" || id == user.AccountID) {
			hits = append(hits, shape(s, user))
		}
	}
	return hits
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
