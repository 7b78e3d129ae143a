package fakehost

import (
	"fmt"
	"net/http"
	"time"
)

// jiraStubs are the calls of Jira Cloud's platform API that are answered, for
// any {version}: 2, 3 and latest differ only in texts that are not here. A
// search finds every issue, whatever its JQL.
var jiraStubs = map[string]stub{
	"GET /rest/api/{version}/myself": func(s *Server, r *http.Request) (int, any) {
		return s.loggedIn(r, (*Server).jiraUser)
	},
	"GET /rest/api/{version}/user": func(s *Server, r *http.Request) (int, any) {
		return s.userByID(r, (*Server).jiraUser)
	},
	"GET /rest/api/{version}/user/search":  searchJiraUsers,
	"GET /rest/api/{version}/users/search": searchJiraUsers,
	"GET /rest/api/{version}/users":        searchJiraUsers,
	"GET /rest/api/{version}/serverInfo": func(s *Server, _ *http.Request) (int, any) {
		return http.StatusOK, s.jiraServerInfo()
	},
	"GET /rest/api/{version}/project": func(s *Server, _ *http.Request) (int, any) {
		return http.StatusOK, s.jiraProjects()
	},
	"GET /rest/api/{version}/project/search": func(s *Server, _ *http.Request) (int, any) {
		return http.StatusOK, paged("values", s.jiraProjects())
	},
	"GET /rest/api/{version}/project/{id}": func(s *Server, r *http.Request) (int, any) {
		id := r.PathValue("id")
		return s.found(pick(s.jiraProjects(), id, "key", "id"), "project "+id)
	},
	"GET /rest/api/{version}/issue/{id}": func(s *Server, r *http.Request) (int, any) {
		id := r.PathValue("id")
		return s.found(pick(s.jiraIssues(), id, "key", "id"), "issue "+id)
	},
	"GET /rest/api/{version}/search":      jiraSearch,
	"POST /rest/api/{version}/search":     jiraSearch,
	"GET /rest/api/{version}/search/jql":  jiraSearchJQL,
	"POST /rest/api/{version}/search/jql": jiraSearchJQL,
}

func searchJiraUsers(s *Server, r *http.Request) (int, any) {
	return http.StatusOK, s.findUsers(r, (*Server).jiraUser)
}

func jiraSearch(s *Server, _ *http.Request) (int, any) {
	return http.StatusOK, paged("issues", s.jiraIssues())
}

// jiraSearchJQL is the search that took the other's place in 2025: it pages by a
// token and knows no total.
func jiraSearchJQL(s *Server, _ *http.Request) (int, any) {
	return http.StatusOK, object{"issues": s.jiraIssues(), "isLast": true}
}

func (s *Server) jiraUser(u User) object {
	return object{
		"self":      s.BaseURL() + "/rest/api/3/user?accountId=" + percentEncode(u.AccountID),
		"accountId": u.AccountID, "accountType": u.AccountType,
		"displayName": u.FullName, "active": true,
		"timeZone": u.TimeZone, "locale": u.Locale,
	}
}

func (s *Server) jiraServerInfo() object {
	return object{
		"baseUrl": s.BaseURL(), "version": "1001.0.0-SNAPSHOT", "versionNumbers": []int{1001, 0, 0},
		"deploymentType": "Cloud", "serverTitle": "Stand-in",
		"serverTime": s.Time().Now().UTC().Format(jiraTime),
	}
}

func (s *Server) jiraProjects() []object {
	v := builtIn[Jira]
	return []object{{
		"self": s.BaseURL() + "/rest/api/3/project/" + v["project.id"],
		"id":   v["project.id"], "key": v["project.key"], "name": "Demo project",
		"projectTypeKey": "software", "simplified": false, "style": "classic", "isPrivate": false,
	}}
}

// builtInIssues is how many issues there are before any is created.
const builtInIssues = 3

// jiraTime is Jira's own form of an instant: with milliseconds and a zone without
// a colon.
const jiraTime = "2006-01-02T15:04:05.000-0700"

// jiraIssue is the n-th issue of the demo project, counted from 1.
func (s *Server) jiraIssue(n int, summary string) object {
	id := fmt.Sprint(10_000 + n)
	return object{
		"self": s.BaseURL() + "/rest/api/3/issue/" + id, "id": id, "key": fmt.Sprintf("%s-%d", builtIn[Jira]["project.key"], n),
		"fields": object{
			"summary":   summary,
			"issuetype": s.jiraIssueTypes()[0],
			"project":   s.jiraProjects()[0],
			"status":    s.jiraStatuses()[0],
			"priority":  s.jiraPriorities()[1],
			"created":   time.Date(2026, 1, 5, 9, 0, 0, 0, time.UTC).Format(jiraTime),
		},
	}
}

// jiraIssues are all that REST knows: three, and those that were created.
func (s *Server) jiraIssues() []object {
	issues := []object{s.jiraIssue(1, "The first demo issue")}
	for n := 2; n <= builtInIssues; n++ {
		issues = append(issues, s.jiraIssue(n, fmt.Sprintf("Demo issue %d", n)))
	}
	return append(issues, s.issues.all()...)
}
