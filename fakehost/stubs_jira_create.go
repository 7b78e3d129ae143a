package fakehost

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"sync"
)

// issueStore keeps the issues that were created, for the run. The zero store is
// empty.
type issueStore struct {
	mu      sync.Mutex
	created []object
}

func (i *issueStore) all() []object {
	i.mu.Lock()
	defer i.mu.Unlock()
	return slices.Clone(i.created)
}

// add makes an issue of the fields, numbered after those that there are.
func (i *issueStore) add(before int, make func(n int) object) object {
	i.mu.Lock()
	defer i.mu.Unlock()
	issue := make(before + len(i.created) + 1)
	i.created = append(i.created, issue)
	return issue
}

// jiraCreateStubs are the calls that create an issue (DOC "Issues" of the Jira
// Cloud platform REST API). The dialog of AP.jira.openCreateIssueDialog makes the
// same call.
var jiraCreateStubs = map[string]stub{
	"POST /rest/api/{version}/issue": createJiraIssue,
}

// createJiraIssue makes an issue of the demo project; the others exist on pages alone.
func createJiraIssue(s *Server, r *http.Request) (int, any) {
	refuse := func(field, message string) (int, any) {
		return http.StatusBadRequest, object{"errorMessages": []string{}, "errors": object{field: message}}
	}
	var given struct {
		Fields object `json:"fields"`
	}
	if err := json.NewDecoder(r.Body).Decode(&given); err != nil {
		return http.StatusBadRequest, s.productError(http.StatusBadRequest, "an issue is JSON with fields: "+err.Error())
	}
	project, kind := pickBy(s.jiraProjects(), given.Fields["project"], "id", "key"), pickBy(s.jiraIssueTypes(), given.Fields["issuetype"], "id", "name")
	summary, _ := given.Fields["summary"].(string)
	switch {
	case project == nil:
		return refuse("project", "valid project is required")
	case kind == nil:
		return refuse("issuetype", "valid issue type is required")
	case summary == "":
		return refuse("summary", "You must specify a summary of the issue.")
	}
	made := s.issues.add(builtInIssues, func(n int) object {
		issue := s.jiraIssue(n, summary)
		fields := issue["fields"].(object)
		for name, value := range given.Fields {
			if name != "project" && name != "issuetype" {
				fields[name] = value
			}
		}
		fields["issuetype"], fields["created"] = kind, s.Time().Now().UTC().Format(jiraTime)
		return issue
	})
	s.record(Entry{Kind: KindSaved, Text: fmt.Sprintf("issue %s created: %s", made["key"], summary)})
	answer := maps.Clone(made)
	delete(answer, "fields")
	return http.StatusCreated, answer
}

// pickBy is the item that an object such as {"id": "10000"} names, or nil.
func pickBy(items []object, ref any, keys ...string) object {
	named, _ := ref.(object)
	for _, key := range keys {
		if value := fmt.Sprint(named[key]); named[key] != nil {
			if found := pick(items, value, key); found != nil {
				return found
			}
		}
	}
	return nil
}
