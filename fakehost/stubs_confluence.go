package fakehost

import "net/http"

// confluenceStubs are the calls of Confluence Cloud's two APIs that are
// answered: those below /rest/api and, for pages and spaces, those below
// /api/v2. A search finds every page, whatever its CQL.
var confluenceStubs = map[string]stub{
	"GET /rest/api/user/current": func(s *Server, r *http.Request) (int, any) {
		return s.loggedIn(r, (*Server).confluenceUser)
	},
	"GET /rest/api/user": func(s *Server, r *http.Request) (int, any) {
		return s.userByID(r, (*Server).confluenceUser)
	},
	"GET /rest/api/settings/systemInfo": func(s *Server, _ *http.Request) (int, any) {
		return http.StatusOK, object{"baseUrl": s.BaseURL(), "commitHash": "000000000000", "siteTitle": "Stand-in"}
	},
	"GET /rest/api/content": func(s *Server, _ *http.Request) (int, any) {
		return http.StatusOK, paged("results", s.confluenceContent())
	},
	"GET /rest/api/content/{id}": func(s *Server, r *http.Request) (int, any) {
		id := r.PathValue("id")
		return s.found(pick(s.confluenceContent(), id, "id"), "content "+id)
	},
	"GET /rest/api/content/search": func(s *Server, _ *http.Request) (int, any) {
		return http.StatusOK, paged("results", s.confluenceContent())
	},
	// atlassian-connect-express asks this before it lets a user act (lib/middleware/authorization.js).
	"POST /rest/api/content/{id}/permission/check": func(s *Server, r *http.Request) (int, any) {
		id := r.PathValue("id")
		if pick(s.confluenceContent(), id, "id") == nil {
			return s.found(nil, "content "+id)
		}
		return http.StatusOK, object{"hasPermission": true, "errors": []object{}}
	},
	"GET /rest/api/search/user": func(s *Server, r *http.Request) (int, any) {
		hits := []object{}
		for _, user := range s.findUsers(r, (*Server).confluenceUser) {
			hits = append(hits, object{"user": user, "title": user["displayName"], "entityType": "user"})
		}
		return http.StatusOK, paged("results", hits)
	},
	"GET /rest/api/search": func(s *Server, _ *http.Request) (int, any) {
		var hits []object
		for _, content := range s.confluenceContent() {
			hits = append(hits, object{"content": content, "title": content["title"], "url": "/pages/" + content["id"].(string), "entityType": "content"})
		}
		return http.StatusOK, paged("results", hits)
	},
	"GET /rest/api/space": func(s *Server, _ *http.Request) (int, any) {
		return http.StatusOK, paged("results", s.confluenceSpaces())
	},
	"GET /rest/api/space/{key}": func(s *Server, r *http.Request) (int, any) {
		key := r.PathValue("key")
		return s.found(pick(s.confluenceSpaces(), key, "key"), "space "+key)
	},
	"GET /api/v2/pages": func(s *Server, _ *http.Request) (int, any) {
		return http.StatusOK, object{"results": s.confluencePagesV2(), "_links": object{"base": s.BaseURL()}}
	},
	"GET /api/v2/pages/{id}": func(s *Server, r *http.Request) (int, any) {
		id := r.PathValue("id")
		return s.found(pick(s.confluencePagesV2(), id, "id"), "page "+id)
	},
	"GET /api/v2/spaces": func(s *Server, _ *http.Request) (int, any) {
		return http.StatusOK, object{"results": s.confluenceSpaces(), "_links": object{"base": s.BaseURL()}}
	},
	"GET /api/v2/spaces/{id}": func(s *Server, r *http.Request) (int, any) {
		id := r.PathValue("id")
		return s.found(pick(s.confluenceSpaces(), id, "id"), "space "+id)
	},
}

func (s *Server) confluenceUser(u User) object {
	return object{
		"type": "known", "accountId": u.AccountID, "accountType": u.AccountType,
		"publicName": u.FullName, "displayName": u.FullName, "timeZone": u.TimeZone,
	}
}

func (s *Server) confluenceSpaces() []object {
	v := builtIn[Confluence]
	return []object{{
		"id": v["space.id"], "key": v["space.key"], "name": "Demo space", "type": "global", "status": "current",
		"_links": object{"webui": "/spaces/" + v["space.key"], "self": s.BaseURL() + "/rest/api/space/" + v["space.key"]},
	}}
}

// confluenceContent are all that REST knows: the demo page, and what was created.
func (s *Server) confluenceContent() []object {
	v := builtIn[Confluence]
	all := []object{{
		"id": v["content.id"], "type": v["content.type"], "status": "current", "title": "Demo page",
		"space":   s.confluenceSpaces()[0],
		"version": object{"number": 1},
		"_links": object{
			"webui": "/spaces/" + v["space.key"] + "/pages/" + v["content.id"],
			"self":  s.BaseURL() + "/rest/api/content/" + v["content.id"],
		},
	}}
	for _, c := range s.contents.all() {
		all = append(all, s.createdContent(c))
	}
	return all
}

func (s *Server) confluencePagesV2() []object {
	v := builtIn[Confluence]
	return []object{{
		"id": v["content.id"], "status": "current", "title": "Demo page", "spaceId": v["space.id"],
		"version": object{"number": 1},
		"_links":  object{"webui": "/spaces/" + v["space.key"] + "/pages/" + v["content.id"]},
	}}
}
