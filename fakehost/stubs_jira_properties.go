package fakehost

import (
	"maps"
	"net/http"
)

// jiraPropertyStubs are the entity properties of issues and projects, which are
// kept for the run (DOC "Entity properties").
var jiraPropertyStubs = func() map[string]stub {
	stubs := jiraProperties("issue", (*Server).jiraIssues).stubs("/rest/api/{version}/issue/{id}/properties")
	maps.Copy(stubs, jiraProperties("project", (*Server).jiraProjects).stubs("/rest/api/{version}/project/{id}/properties"))
	return stubs
}()

func jiraProperties(what string, items func(*Server) []object) properties {
	return properties{
		what: "entity property", keyLimit: 255,
		owner: func(s *Server, r *http.Request) (owner, bool, string) {
			id := r.PathValue("id")
			item := pick(items(s), id, "key", "id")
			if item == nil {
				return owner{}, false, what + " " + id
			}
			// By id, for the same thing has a key as well.
			return owner{what, item["id"].(string)}, true, ""
		},
		stored: func(int) any { return object{} },
	}
}
