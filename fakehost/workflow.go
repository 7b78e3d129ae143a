package fakehost

import (
	"encoding/json"
	"fmt"
	"net/http"
	"sync"

	"github.com/standin-dev/standin/fakehost/descriptor"
)

// workflowPath is where the host's page sends the configuration of a workflow
// function that an app had saved.
const workflowPath = "/_standin/workflow"

// A workflow function has up to three iframes (DOC "Workflow post function").
const (
	viewCreate = "create"
	viewEdit   = "edit"
)

// workflowThing is what the variables of a workflow function begin with. That of
// post functions is documented (DOC "Context parameters"); the other two go by
// it: UNCERTAIN.
var workflowThing = map[string]string{
	"jiraWorkflowPostFunctions": "postFunction", "jiraWorkflowConditions": "condition", "jiraWorkflowValidators": "validator",
}

// workflowStore keeps the configuration of workflow functions for the run, by app
// and module. The zero store is empty.
type workflowStore struct {
	mu      sync.Mutex
	configs map[owner]string
}

func (s *workflowStore) get(of owner) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.configs[of]
}

func (s *workflowStore) set(of owner, config string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.configs == nil {
		s.configs = map[owner]string{}
	}
	s.configs[of] = config
}

// workflowPage is what host.js knows of a page with a workflow function.
type workflowPage struct {
	Config string `json:"config"`
}

// workflowVars are the variables of a workflow function, with what was saved.
func (s *Server) workflowVars(t *Tenant, m descriptor.Module) variables {
	thing := workflowThing[m.Type]
	if thing == "" {
		return nil
	}
	vars := Jira.world(thing)
	vars[thing+".config"] = s.workflows.get(owner{t.App.Key, m.Key})
	return vars
}

// workflowTabs lead to the views of a workflow function that there are.
func workflowTabs(t *Tenant, m descriptor.Module, current string) []link {
	var tabs []link
	for _, v := range []struct{ view, name string }{{"view", "View"}, {viewCreate, "Add"}, {viewEdit, "Edit"}} {
		if _, ok := viewOf(m, v.view); !ok {
			continue
		}
		address := t.Product.contextPath() + modulePath(t.App.Key, m.Key)
		if v.view != "view" {
			address += "?" + viewParam + "=" + v.view
		}
		tabs = append(tabs, link{Name: v.name, URL: address, Current: v.view == current || v.view == "view" && current == viewMacro})
	}
	return tabs
}

// workflowButton is what a person presses to save; "" on a view that saves nothing.
func workflowButton(m descriptor.Module, view string) string {
	if workflowThing[m.Type] == "" {
		return ""
	}
	return map[string]string{viewCreate: "Add", viewEdit: "Update"}[view]
}

// serveWorkflow answers POST /_standin/workflow.
func (s *Server) serveWorkflow(w http.ResponseWriter, r *http.Request) {
	var save struct {
		AddonKey string `json:"addonKey"`
		Key      string `json:"key"`
		Config   string `json:"config"`
	}
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, requestLimit)).Decode(&save); err != nil {
		writeError(w, http.StatusBadRequest, "save workflow function: "+err.Error())
		return
	}
	t := s.tenants.get(save.AddonKey)
	if t == nil {
		writeError(w, http.StatusNotFound, fmt.Sprintf("save workflow function: no app %q is installed", save.AddonKey))
		return
	}
	if m, ok := t.module(save.Key); !ok || workflowThing[m.Type] == "" {
		writeError(w, http.StatusNotFound, fmt.Sprintf("save workflow function: the app %q has none of the key %q", save.AddonKey, save.Key))
		return
	}
	s.workflows.set(owner{save.AddonKey, save.Key}, save.Config)
	s.record(Entry{Kind: KindSaved, Module: save.Key, Text: "workflow function " + save.Key + " saved: " + save.Config})
	writeJSON(w, http.StatusOK, workflowPage{save.Config})
}
