package fakehost

import (
	"fmt"
	"hash/fnv"
	"maps"
	"regexp"
	"strings"
)

// builtIn is the made-up world that pages are shown in. The names are those of
// DOC "Context parameters"; ids are strings, as in captured tokens.
var builtIn = map[Product]variables{
	Jira: {
		"project.id": "10000", "project.key": "DEMO",
		"issue.id": "10001", "issue.key": "DEMO-1", "issuetype.id": "10002",
		"version.id": "10010", "component.id": "10020",
		"dashboard.id": "10030", "dashboardItem.id": "10031", "dashboardItem.key": "standin-item", "dashboardItem.viewType": "default",
		"board.id": "1", "board.type": "scrum", "board.screen": "WORK", "sprint.id": "1", "sprint.state": "active",
		"servicedesk.serviceDeskId": "1", "servicedesk.requestTypeId": "10", "servicedesk.requestId": "10101",
		"postFunction.id": "10040", "postFunction.config": "",
		"profileUser.accountId": "",
		"condition.id":          "10041", "condition.config": "", "validator.id": "10042", "validator.config": "",
	},
	Confluence: {
		"space.id": "65536", "space.key": "DEMO",
		"content.id": "65537", "content.version": "1", "content.type": "page", "content.plugin": "",
		"page.id": "65537", "page.version": "1", "page.type": "page",
		"macro.id": "6d3f1f6a-0000-4000-8000-000000000001", "macro.hash": "6d3f1f6a-0000-4000-8000-000000000001",
		"macro.localId": "6d3f1f6a-0000-4000-8000-000000000002", "macro.fragmentLocalId": "",
		"macro.body": "", "macro.truncated": "false",
		"output.type": "display", "editor.version": "v2", "user.isExternalCollaborator": "false",
		"profileUser.accountId": "",
	},
}

// Forms of the names in the product's addresses.
var (
	projectKeyForm = regexp.MustCompile(`^[A-Z][A-Z0-9_]{0,30}$`)
	issueKeyForm   = regexp.MustCompile(`^([A-Z][A-Z0-9_]{0,30})-([1-9][0-9]{0,8})$`)
	spaceKeyForm   = regexp.MustCompile(`^~?[A-Za-z0-9_-]{1,64}$`)
	numberForm     = regexp.MustCompile(`^[0-9]{1,18}$`)
)

// world are the variables of the given entities in the built-in world.
func (p Product) world(entities ...string) variables {
	picked := variables{}
	for name, value := range builtIn[Product(p.key())] {
		for _, e := range entities {
			if strings.HasPrefix(name, e+".") {
				picked[name] = value
			}
		}
	}
	return picked
}

// with is a copy that has more.
func (v variables) with(more variables) variables {
	all := maps.Clone(v)
	maps.Copy(all, more)
	return all
}

// idOf is the id of a thing that is not in the built-in world: always the same
// for the same key, and another one for another.
func idOf(key string, base uint32) string {
	sum := fnv.New32a()
	_, _ = sum.Write([]byte(key))
	return fmt.Sprint(base + sum.Sum32()%1_000_000)
}

// profileTypes are the types of module that stand on a person's profile.
var profileTypes = map[string]bool{"profilePages": true, "jiraProfileTabPanels": true}

// profileVars is the context of a person's profile; that of nobody is empty.
func profileVars(account string) variables {
	if account == "" {
		return variables{}
	}
	return variables{"profileUser.accountId": account}
}

// projectType is what the condition project_type compares with.
func (v variables) projectType() string {
	if v["servicedesk.serviceDeskId"] != "" {
		return "service_desk"
	}
	return "software"
}

// projectVars is the context of a project page. Any key in the form of Jira's is
// a project here; false says that this is none.
func projectVars(key string) (variables, bool) {
	key = strings.ToUpper(key)
	if !projectKeyForm.MatchString(key) {
		return nil, false
	}
	project := Jira.world("project")
	if key != project["project.key"] {
		project["project.key"], project["project.id"] = key, idOf(key, 20_000)
	}
	return project, true
}

// issueVars is the same of an issue. Issue n of a project has id 10000 + n in the
// demo project, where REST knows the first three.
func issueVars(key string) (variables, bool) {
	key = strings.ToUpper(key)
	parts := issueKeyForm.FindStringSubmatch(key)
	if parts == nil {
		return nil, false
	}
	project, _ := projectVars(parts[1])
	issue := Jira.world("issue", "issuetype").with(project)
	if key == issue["issue.key"] {
		return issue, true
	}
	var n int
	_, _ = fmt.Sscan(parts[2], &n) // nothing but digits, and few of them
	issue["issue.key"], issue["issue.id"] = key, fmt.Sprint(10_000+n)
	if parts[1] != Jira.world("project")["project.key"] {
		issue["issue.id"] = idOf(key, 2_000_000)
	}
	return issue, true
}

// spaceVars is the same of a space.
func spaceVars(key string) (variables, bool) {
	if !spaceKeyForm.MatchString(key) {
		return nil, false
	}
	space := Confluence.world("space")
	if key != space["space.key"] {
		space["space.key"], space["space.id"] = key, idOf(key, 200_000)
	}
	return space, true
}

// contentVars is the same of a page in a space.
func contentVars(space, id string) (variables, bool) {
	in, ok := spaceVars(space)
	if !ok || !numberForm.MatchString(id) {
		return nil, false
	}
	content := Confluence.world("content", "page", "user").with(in)
	content["content.id"], content["page.id"] = id, id
	return content, true
}
