package fakehost

import (
	"net/http"
	"net/url"
)

// screens are the views of a board, as board.screen names them, with the value of
// the parameter view in the address of each.
var screens = []struct{ screen, view, name string }{
	{"WORK", "", "Active sprint"}, {"PLAN", "planning", "Backlog"}, {"REPORT", "reporting", "Reports"},
}

// boardVars is the context of a board: the first is a scrum board, all others are
// kanban boards, which have no sprints.
func boardVars(id, view string) (variables, bool) {
	board := Jira.world("board", "sprint", "project")
	if id == "" {
		id = board["board.id"]
	}
	if !numberForm.MatchString(id) {
		return nil, false
	}
	for _, s := range screens {
		if s.view == view {
			board["board.screen"] = s.screen
		}
	}
	if id != board["board.id"] {
		board["board.id"], board["board.type"] = id, "kanban"
	}
	if board["board.type"] != "scrum" || board["board.screen"] != "WORK" {
		// No one sprint is looked at.
		delete(board, "sprint.id")
		delete(board, "sprint.state")
	}
	return board, true
}

// boardScene is a board. The address is that of company-managed projects, and the
// older one, which names the board in its query.
func (s *Server) boardScene(r *http.Request) *scene {
	query := r.URL.Query()
	id, view := firstText(r.PathValue("board"), query.Get("rapidView")), query.Get("view")
	vars, ok := boardVars(id, view)
	if !ok {
		return nil
	}
	if key := r.PathValue("key"); key != "" {
		project, ok := projectVars(key)
		if !ok {
			return nil
		}
		vars = vars.with(project)
	}
	sc := &scene{
		kind: sceneBoard, title: "Board " + vars["board.id"] + " of project " + vars["project.key"], vars: vars,
		crumbs: []link{{Name: "Project " + vars["project.key"], URL: "/projects/" + vars["project.key"]}, {Name: "Board " + vars["board.id"]}},
		facts:  []fact{{"Board", vars["board.id"] + ", " + vars["board.type"]}, {"Screen", vars["board.screen"]}},
	}
	if sprint := vars["sprint.id"]; sprint != "" {
		sc.facts = append(sc.facts, fact{"Sprint", sprint + ", " + vars["sprint.state"]})
	}
	for _, screen := range screens {
		address := url.Values{"rapidView": {vars["board.id"]}}
		if screen.view != "" {
			address.Set("view", screen.view)
		}
		sc.related = append(sc.related, link{Name: screen.name, URL: "/secure/RapidBoard.jspa?" + address.Encode(), Current: screen.screen == vars["board.screen"]})
	}
	sc.related = append(sc.related, link{Name: "A kanban board", URL: "/secure/RapidBoard.jspa?rapidView=2", Current: false})
	return sc
}

// workflowScene is a transition of a workflow, with the post functions, conditions
// and validators on it.
func (s *Server) workflowScene(*http.Request) *scene {
	return &scene{
		kind: sceneWorkflow, title: "Transition: To Do to Done", vars: Jira.world("postFunction"),
		crumbs: []link{{Name: "Workflows"}, {Name: "Demo workflow"}, {Name: "Transition"}},
		prose:  []string{"A transition that nobody takes. What an app adds to it is shown as it is viewed; to add or to edit it, each has a page."},
		facts:  []fact{{"From", "To Do"}, {"To", "Done"}, {"Post function", Jira.world("postFunction")["postFunction.id"]}},
	}
}

// organisationScene is an organisation of the service desk's customers. No name of
// a context variable is published for it.
func (s *Server) organisationScene(r *http.Request) *scene {
	vars, ok := projectVars(r.PathValue("key"))
	if !ok || !numberForm.MatchString(r.PathValue("id")) {
		return nil
	}
	key := vars["project.key"]
	return &scene{
		kind: sceneOrganisation, title: "Organisation Demo Ltd", vars: vars,
		crumbs: []link{{Name: "Project " + key, URL: "/projects/" + key}, {Name: "Customers"}, {Name: "Organisation " + r.PathValue("id")}},
		facts:  []fact{{"Customers", "Uma Standin"}},
	}
}
