package fakehost

import (
	"encoding/json"
	"net/http"
	"slices"

	"github.com/standin-dev/standin/fakehost/descriptor"
)

// portalPagesOf are the pages of the portal on which a module appears: those that
// its pages member names, or all.
func portalPagesOf(m descriptor.Module) []sceneKind {
	var module struct {
		Pages []string `json:"pages"`
	}
	_ = json.Unmarshal(m.Raw, &module) // one of another form names none
	named := slices.DeleteFunc(slices.Clone(portalScenes), func(k sceneKind) bool { return !slices.Contains(module.Pages, k.portalName()) })
	if len(named) == 0 {
		return portalScenes
	}
	return named
}

// portalPath is the address of a page of the portal, below the context path.
func portalPath(kind sceneKind) string {
	desk := Jira.world("servicedesk")
	portal := "/servicedesk/customer/portal/" + desk["servicedesk.serviceDeskId"]
	return map[sceneKind]string{
		sceneHelpCenter:    "/servicedesk/customer/portals",
		scenePortal:        portal,
		sceneCreateRequest: portal + "/create/" + desk["servicedesk.requestTypeId"],
		sceneViewRequest:   portal + "/DESK-1",
		sceneMyRequests:    "/servicedesk/customer/user/requests",
		sceneApprovals:     "/servicedesk/customer/user/approvals",
		scenePortalProfile: "/servicedesk/customer/user/profile",
	}[kind]
}

// portalNames are what people call those pages.
var portalNames = map[sceneKind]string{
	sceneHelpCenter: "Help centre", scenePortal: "Customer portal", sceneCreateRequest: "New request",
	sceneViewRequest: "Request DESK-1", sceneMyRequests: "My requests", sceneApprovals: "My approvals", scenePortalProfile: "My profile",
}

// portalVars is the context of a page of the portal (DOC "Jira Service Desk context
// parameters"): the service desk where one is open, the type of request where one
// is made or seen, the request where it is seen.
func portalVars(kind sceneKind) variables {
	vars := Jira.world("servicedesk")
	names := map[sceneKind][]string{
		scenePortal:        {"servicedesk.serviceDeskId"},
		sceneCreateRequest: {"servicedesk.serviceDeskId", "servicedesk.requestTypeId"},
		sceneViewRequest:   {"servicedesk.serviceDeskId", "servicedesk.requestTypeId", "servicedesk.requestId"},
	}[kind]
	for name := range vars {
		if !slices.Contains(names, name) {
			delete(vars, name)
		}
	}
	return vars
}

// portalScene makes the page of a kind. Service desks, types and requests have any
// id, and a request any key.
func (s *Server) portalScene(kind sceneKind) func(*http.Request) *scene {
	return func(r *http.Request) *scene {
		vars := portalVars(kind)
		for part, name := range map[string]string{"desk": "servicedesk.serviceDeskId", "type": "servicedesk.requestTypeId"} {
			value := r.PathValue(part)
			if value != "" && !numberForm.MatchString(value) {
				return nil
			}
			if value != "" {
				vars[name] = value
			}
		}
		if key := r.PathValue("request"); key != "" {
			parts := issueKeyForm.FindStringSubmatch(key)
			if parts == nil {
				return nil
			}
			if key != "DESK-1" {
				vars["servicedesk.requestId"] = idOf(key, 3_000_000)
			}
		}
		sc := &scene{kind: kind, title: portalNames[kind], vars: vars, prose: []string{"What customers of the service desk see. Nothing on this page can be sent."}}
		for _, other := range portalScenes {
			sc.related = append(sc.related, link{Name: portalNames[other], URL: portalPath(other), Current: other == kind})
		}
		return sc
	}
}

func (s *Server) addPortalScenes(add func(string, func(*http.Request) *scene)) {
	add("/servicedesk/customer/portals", s.portalScene(sceneHelpCenter))
	add("/servicedesk/customer/portal/{desk}", s.portalScene(scenePortal))
	add("/servicedesk/customer/portal/{desk}/create/{type}", s.portalScene(sceneCreateRequest))
	add("/servicedesk/customer/portal/{desk}/{request}", s.portalScene(sceneViewRequest))
	add("/servicedesk/customer/user/requests", s.portalScene(sceneMyRequests))
	add("/servicedesk/customer/user/approvals", s.portalScene(sceneApprovals))
	add("/servicedesk/customer/user/profile", s.portalScene(scenePortalProfile))
}

// customersOnly is why a page is kept from a customer.
const customersOnly = "Customers see the portal of the service desk, and nothing else of Jira."

// keptFrom reports whether a page is not for the person who looks.
func (s *Server) keptFrom(kind sceneKind) bool {
	return s.CurrentUser().customer() && !slices.Contains(portalScenes, kind)
}
