package fakehost

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/standin-dev/standin/fakehost/descriptor"
)

// idAfter is the i-th id after one.
func idAfter(id string, i int) string {
	n, _ := strconv.Atoi(id) // an id of the built-in world
	return strconv.Itoa(n + i)
}

// scenePath is the address, below the origin, of the page of a kind that the
// menu leads to.
func (s *Server) scenePath(kind sceneKind) string {
	v := builtIn[Product(s.Product.key())]
	return s.Product.contextPath() + map[sceneKind]string{
		sceneDashboard:       "/secure/Dashboard.jspa",
		sceneIssue:           "/browse/" + v["issue.key"],
		sceneProject:         "/projects/" + v["project.key"],
		sceneProjectSettings: "/plugins/servlet/project-config/" + v["project.key"] + "/summary",
		sceneContent:         "/spaces/" + v["space.key"] + "/pages/" + v["content.id"],
		sceneEditor:          "/spaces/" + v["space.key"] + "/pages/edit-v2/" + v["content.id"],
		sceneSpace:           "/spaces/" + v["space.key"],
		sceneSpaceTools:      "/spaces/viewspacesummary.action",
		sceneProfile:         "/people/" + url.PathEscape(s.profileID()),
		sceneApps:            "/plugins/servlet/upm",

		sceneBoard:        "/secure/RapidBoard.jspa?rapidView=" + v["board.id"],
		sceneWorkflow:     "/secure/admin/workflows/ViewWorkflowTransition.jspa",
		sceneOrganisation: "/projects/" + v["project.key"] + "/organizations/1",
	}[kind] + portalPath(kind)
}

func (s *Server) profileID() string {
	return firstText(s.CurrentUser().AccountID, "unknown")
}

// sceneName is what the menu calls it.
func (s *Server) sceneName(kind sceneKind) string {
	v := builtIn[Product(s.Product.key())]
	return map[sceneKind]string{
		sceneDashboard:       "Dashboard",
		sceneIssue:           "Issue " + v["issue.key"],
		sceneProject:         "Project " + v["project.key"],
		sceneProjectSettings: "Project settings",
		sceneContent:         "Page",
		sceneEditor:          "Page in the editor",
		sceneSpace:           "Space " + v["space.key"],
		sceneSpaceTools:      "Space tools",
		sceneProfile:         "Profile",
		sceneApps:            "Manage apps",

		sceneBoard:        "Board " + v["board.id"],
		sceneWorkflow:     "Workflow transition",
		sceneOrganisation: "Organisation",
	}[kind] + portalNames[kind]
}

// sceneVars is the product context of the page of a kind that the menu leads to.
func (s *Server) sceneVars(kind sceneKind) variables {
	if kind == sceneProfile {
		return profileVars(s.CurrentUser().AccountID)
	}
	if slices.Contains(portalScenes, kind) {
		return portalVars(kind)
	}
	return s.Product.world(map[sceneKind][]string{
		sceneBoard:           {"board", "sprint", "project"},
		sceneWorkflow:        {"postFunction"},
		sceneOrganisation:    {"project"},
		sceneDashboard:       {"dashboard"},
		sceneIssue:           {"issue", "issuetype", "project"},
		sceneProject:         {"project"},
		sceneProjectSettings: {"project"},
		sceneContent:         {"content", "page", "user", "space"},
		sceneEditor:          {"content", "page", "user", "space"},
		sceneSpace:           {"space"},
		sceneSpaceTools:      {"space"},
	}[kind]...)
}

// pageIn is the address of a module's own page as seen from a page with these
// variables: that of another project than the demo's leads to its own.
func (s *Server) pageIn(t *Tenant, m descriptor.Module, vars variables) string {
	path := s.Product.contextPath() + modulePath(t.App.Key, m.Key)
	scope := url.Values{}
	for name := range s.Product.world(scopeOf[m.Type]) {
		if vars[name] != "" {
			scope.Set(name, vars[name])
		}
	}
	addContentType(scope, t.App.Key, m)
	if len(scope) > 0 {
		path += "?" + scope.Encode()
	}
	return path
}

// addScenes registers the pages of the product, at the addresses that
// AP.navigator.go leads to among others.
func (s *Server) addScenes(mux *http.ServeMux, base string) {
	add := func(path string, build func(*http.Request) *scene) {
		mux.HandleFunc("GET "+base+path, s.needSession(func(w http.ResponseWriter, r *http.Request) { s.serveScene(w, r, build(r)) }))
	}
	add("/people/{id}", s.profileScene)
	add("/plugins/servlet/upm", s.appsScene)
	if s.Product == Confluence {
		s.addConfluenceScenes(add)
		return
	}
	s.addJiraScenes(add)
}

func (s *Server) profileScene(r *http.Request) *scene {
	name := "Account " + r.PathValue("id")
	if user, known := s.knownUser(r.PathValue("id")); known {
		name = user.FullName
	}
	return &scene{kind: sceneProfile, title: name, vars: profileVars(r.PathValue("id")), facts: []fact{{"Account id", r.PathValue("id")}}}
}

func (s *Server) appsScene(*http.Request) *scene {
	sc := &scene{kind: sceneApps, title: "Manage apps", vars: variables{}}
	for _, t := range s.tenants.all() {
		sc.facts = append(sc.facts, fact{t.App.Name, t.App.Key})
	}
	return sc
}

func (s *Server) addJiraScenes(add func(string, func(*http.Request) *scene)) {
	add("/secure/Dashboard.jspa", s.dashboardScene)
	add("/browse/{key}", s.issueScene)
	add("/projects/{key}", s.projectScene)
	add("/plugins/servlet/project-config/{key}/summary", s.projectSettingsScene)
	add("/secure/RapidBoard.jspa", s.boardScene)
	add("/jira/software/c/projects/{key}/boards/{board}", s.boardScene)
	add("/secure/admin/workflows/ViewWorkflowTransition.jspa", s.workflowScene)
	add("/projects/{key}/organizations/{id}", s.organisationScene)
	s.addPortalScenes(add)
}

func (s *Server) dashboardScene(r *http.Request) *scene {
	vars := Jira.world("dashboard")
	if id := r.URL.Query().Get("selectPageId"); numberForm.MatchString(id) {
		vars["dashboard.id"] = id
	}
	return &scene{kind: sceneDashboard, title: "Demo dashboard", vars: vars, crumbs: []link{{Name: "Dashboards"}, {Name: vars["dashboard.id"]}}}
}

// issueScene is nil for what is no issue key; a project's key shows the project.
func (s *Server) issueScene(r *http.Request) *scene {
	vars, ok := issueVars(r.PathValue("key"))
	if !ok {
		return s.projectScene(r)
	}
	title := "Demo issue " + vars["issue.key"][strings.LastIndex(vars["issue.key"], "-")+1:]
	if vars["issue.key"] == builtIn[Jira]["issue.key"] {
		title = "The first demo issue"
	}
	project := vars["project.key"]
	return &scene{
		kind: sceneIssue, title: title, vars: vars,
		crumbs: []link{{Name: "Project " + project, URL: "/projects/" + project}, {Name: vars["issue.key"]}},
		prose:  []string{"An issue that nobody reported. Its fields are made up, and nothing on this page can be changed."},
		facts: []fact{{"Status", "To Do"}, {"Type", "Task"}, {"Issue", vars["issue.key"] + " (" + vars["issue.id"] + ")"},
			{"Project", project + " (" + vars["project.id"] + ")"}},
	}
}

func (s *Server) projectScene(r *http.Request) *scene {
	vars, ok := projectVars(r.PathValue("key"))
	if !ok {
		return nil
	}
	key := vars["project.key"]
	return &scene{
		kind: sceneProject, title: "Project " + key, vars: vars,
		crumbs: []link{{Name: "Projects"}, {Name: key}},
		facts:  []fact{{"Project", key + " (" + vars["project.id"] + ")"}, {"Type", "software"}},
	}
}

func (s *Server) projectSettingsScene(r *http.Request) *scene {
	sc := s.projectScene(r)
	if sc != nil {
		key := sc.vars["project.key"]
		sc.kind, sc.title = sceneProjectSettings, "Settings of project "+key
		sc.crumbs = []link{{Name: "Project " + key, URL: "/projects/" + key}, {Name: "Settings"}}
	}
	return sc
}

func (s *Server) addConfluenceScenes(add func(string, func(*http.Request) *scene)) {
	inSpace := func(build func(space, id string) *scene) func(*http.Request) *scene {
		return func(r *http.Request) *scene { return build(r.PathValue("space"), r.PathValue("id")) }
	}
	// The older addresses name the page alone.
	byID := func(build func(space, id string) *scene) func(*http.Request) *scene {
		return func(r *http.Request) *scene {
			return build(builtIn[Confluence]["space.key"], r.URL.Query().Get("pageId"))
		}
	}
	for _, path := range []string{"/spaces/{space}", "/spaces/{space}/overview", "/spaces/{space}/pages", "/spaces/{space}/blog"} {
		add(path, inSpace(s.spaceScene))
	}
	add("/spaces/{space}/pages/{id}", inSpace(s.contentScene))
	add("/spaces/{space}/pages/{id}/{title}", inSpace(s.contentScene))
	add("/spaces/{space}/pages/edit-v2/{id}", inSpace(s.editorScene))
	add("/pages/viewpage.action", byID(s.contentScene))
	add("/pages/editpage.action", byID(s.editorScene))
	add("/spaces/viewspacesummary.action", s.spaceToolsScene)
}

func (s *Server) spaceScene(space, _ string) *scene {
	vars, ok := spaceVars(space)
	if !ok {
		return nil
	}
	return &scene{
		kind: sceneSpace, title: "Space " + space, vars: vars,
		crumbs: []link{{Name: "Spaces"}, {Name: space}},
		facts:  []fact{{"Space", space + " (" + vars["space.id"] + ")"}},
	}
}

func (s *Server) contentScene(space, id string) *scene {
	vars, ok := contentVars(space, id)
	if !ok {
		return nil
	}
	return &scene{
		kind: sceneContent, title: "Demo page", vars: vars,
		crumbs: []link{{Name: "Space " + space, URL: "/spaces/" + space}, {Name: "Page " + id}},
		prose:  []string{"A page that nobody wrote. Between its lines stand the macros of the installed apps."},
		facts: []fact{{"Page", id + ", version " + vars["content.version"]},
			{"Space", space + " (" + vars["space.id"] + ")"}},
		location: &navigatorLocation{"contentview", map[string]string{"contentId": id}},
	}
}

func (s *Server) editorScene(space, id string) *scene {
	sc := s.contentScene(space, id)
	if sc != nil {
		sc.kind, sc.title = sceneEditor, "Demo page, in the editor"
		sc.prose = []string{"Each macro of the page has a button that opens its editor, and one for its property panel, as far as it has them."}
		sc.location.Target = "contentedit"
	}
	return sc
}

func (s *Server) spaceToolsScene(r *http.Request) *scene {
	space := r.URL.Query().Get("key")
	if space == "" {
		space = builtIn[Confluence]["space.key"]
	}
	sc := s.spaceScene(space, "")
	if sc != nil {
		sc.kind, sc.title = sceneSpaceTools, "Tools of space "+space
		sc.crumbs = []link{{Name: "Space " + space, URL: "/spaces/" + space}, {Name: "Space tools"}}
	}
	return sc
}
