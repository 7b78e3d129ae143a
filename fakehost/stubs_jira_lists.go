package fakehost

import (
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// jiraListStubs are the lists that apps read to fill their menus, and what they
// ask about permissions. Everything is permitted here to who is logged in.
var jiraListStubs = map[string]stub{
	"GET /rest/api/{version}/status":             jiraList((*Server).jiraStatuses),
	"GET /rest/api/{version}/status/{id}":        jiraListItem((*Server).jiraStatuses, "status"),
	"GET /rest/api/{version}/priority":           jiraList((*Server).jiraPriorities),
	"GET /rest/api/{version}/priority/{id}":      jiraListItem((*Server).jiraPriorities, "priority"),
	"GET /rest/api/{version}/issuetype":          jiraList((*Server).jiraIssueTypes),
	"GET /rest/api/{version}/issuetype/{id}":     jiraListItem((*Server).jiraIssueTypes, "issue type"),
	"GET /rest/api/{version}/field":              jiraList((*Server).jiraFields),
	"GET /rest/api/{version}/permissions":        jiraPermissionList,
	"GET /rest/api/{version}/mypermissions":      jiraMyPermissions,
	"POST /rest/api/{version}/permissions/check": jiraCheckPermissions,
}

func jiraList(items func(*Server) []object) stub {
	return func(s *Server, _ *http.Request) (int, any) { return http.StatusOK, items(s) }
}

func jiraListItem(items func(*Server) []object, what string) stub {
	return func(s *Server, r *http.Request) (int, any) {
		id := r.PathValue("id")
		return s.found(pick(items(s), id, "id", "name"), what+" "+id)
	}
}

// jiraNamed are items of a list, numbered from an id on.
func (s *Server) jiraNamed(path string, from int, names ...string) []object {
	items := make([]object, len(names))
	for i, name := range names {
		id := strconv.Itoa(from + i)
		items[i] = object{"self": s.BaseURL() + "/rest/api/3/" + path + "/" + id, "id": id, "name": name, "description": ""}
	}
	return items
}

func (s *Server) jiraStatuses() []object {
	statuses := s.jiraNamed("status", 1, "To Do", "In Progress", "Done")
	for i, category := range []object{
		{"id": 2, "key": "new", "colorName": "blue-gray", "name": "To Do"},
		{"id": 4, "key": "indeterminate", "colorName": "yellow", "name": "In Progress"},
		{"id": 3, "key": "done", "colorName": "green", "name": "Done"},
	} {
		statuses[i]["statusCategory"] = category
	}
	return statuses
}

func (s *Server) jiraPriorities() []object {
	return s.jiraNamed("priority", 2, "High", "Medium", "Low")
}

func (s *Server) jiraIssueTypes() []object {
	first, _ := strconv.Atoi(builtIn[Jira]["issuetype.id"])
	types := s.jiraNamed("issuetype", first, "Task", "Bug", "Sub-task")
	for i, t := range types {
		t["subtask"], t["hierarchyLevel"] = i == 2, 0
		if i == 2 {
			t["hierarchyLevel"] = -1
		}
	}
	return types
}

func (s *Server) jiraFields() []object {
	var fields []object
	for _, f := range []struct{ id, name, kind string }{
		{"summary", "Summary", "string"}, {"issuetype", "Issue Type", "issuetype"}, {"project", "Project", "project"},
		{"status", "Status", "status"}, {"priority", "Priority", "priority"}, {"created", "Created", "datetime"},
		{"assignee", "Assignee", "user"}, {"reporter", "Reporter", "user"}, {"description", "Description", "string"},
	} {
		fields = append(fields, object{
			"id": f.id, "key": f.id, "name": f.name, "custom": false, "orderable": true, "navigable": true, "searchable": true,
			"clauseNames": []string{f.id}, "schema": object{"type": f.kind, "system": f.id},
		})
	}
	return fields
}

// jiraPermissions are the commonest of Jira's built-in permissions, by key (DOC
// "Permissions" of the Jira Cloud platform REST API).
var jiraPermissions = []struct{ key, name, kind string }{
	{"ADMINISTER", "Administer Jira", "GLOBAL"},
	{"USER_PICKER", "Browse users and groups", "GLOBAL"},
	{"BULK_CHANGE", "Make bulk changes", "GLOBAL"},
	{"ADMINISTER_PROJECTS", "Administer Projects", "PROJECT"},
	{"BROWSE_PROJECTS", "Browse Projects", "PROJECT"},
	{"CREATE_ISSUES", "Create Issues", "PROJECT"},
	{"EDIT_ISSUES", "Edit Issues", "PROJECT"},
	{"DELETE_ISSUES", "Delete Issues", "PROJECT"},
	{"ASSIGN_ISSUES", "Assign Issues", "PROJECT"},
	{"TRANSITION_ISSUES", "Transition Issues", "PROJECT"},
	{"LINK_ISSUES", "Link Issues", "PROJECT"},
	{"SCHEDULE_ISSUES", "Schedule Issues", "PROJECT"},
	{"ADD_COMMENTS", "Add Comments", "PROJECT"},
	{"CREATE_ATTACHMENTS", "Create Attachments", "PROJECT"},
	{"WORK_ON_ISSUES", "Work On Issues", "PROJECT"},
}

// permissionObjects are the permissions asked for, all for none; and the first
// that is unknown.
func permissionObjects(asked []string) (all object, unknown string) {
	all = object{}
	for i, p := range jiraPermissions {
		if asked == nil || slices.Contains(asked, p.key) {
			all[p.key] = object{"id": strconv.Itoa(i), "key": p.key, "name": p.name, "type": p.kind, "description": ""}
		}
	}
	for _, key := range asked {
		if all[key] == nil {
			return nil, key
		}
	}
	return all, ""
}

func jiraPermissionList(*Server, *http.Request) (int, any) {
	all, _ := permissionObjects(nil)
	return http.StatusOK, object{"permissions": all}
}

func jiraMyPermissions(s *Server, r *http.Request) (int, any) {
	var asked []string
	if list := r.URL.Query().Get("permissions"); list != "" {
		asked = strings.Split(list, ",")
	}
	all, unknown := permissionObjects(asked)
	if unknown != "" {
		return http.StatusBadRequest, s.productError(http.StatusBadRequest, "this stand-in knows no permission "+unknown)
	}
	for _, p := range all {
		p.(object)["havePermission"] = !callerOf(r).user.Anonymous
	}
	return http.StatusOK, object{"permissions": all}
}

// jiraCheckPermissions grants what is asked for (atlassian-connect-express
// lib/middleware/authorization.js asks it before it lets a user act).
func jiraCheckPermissions(s *Server, r *http.Request) (int, any) {
	type forProjects struct {
		Permission  string   `json:"permission,omitempty"`
		Permissions []string `json:"permissions,omitempty"`
		Projects    []int64  `json:"projects"`
		Issues      []int64  `json:"issues"`
	}
	var asked struct {
		Global   []string      `json:"globalPermissions"`
		Projects []forProjects `json:"projectPermissions"`
	}
	if err := json.NewDecoder(r.Body).Decode(&asked); err != nil {
		return http.StatusBadRequest, s.productError(http.StatusBadRequest, "permissions check: "+err.Error())
	}
	granted := []forProjects{}
	for _, p := range asked.Projects {
		for _, key := range p.Permissions {
			granted = append(granted, forProjects{Permission: key, Projects: orEmpty(p.Projects), Issues: orEmpty(p.Issues)})
		}
	}
	return http.StatusOK, object{"globalPermissions": orEmpty(asked.Global), "projectPermissions": granted}
}

// orEmpty makes a list of none, which JSON would otherwise show as null.
func orEmpty[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}
