package fakehost

import (
	"fmt"
	"slices"
	"strings"

	"github.com/standin-dev/standin/fakehost/descriptor"
)

// conditionPrefix begins an inline condition in a module's URL, such as
// {condition.user_is_admin} or {condition.project_type(projectType=software)}.
const conditionPrefix = "condition."

// conditionAsked is a condition, and where it is asked: by the URL of a module, or
// by its conditions.
type conditionAsked struct {
	name  string
	param func(string) string
	// vars is the context of the place.
	vars variables
	// tenant is the app that asks; nil when it is not known.
	tenant *Tenant
}

// Conditions by what the host answers to them. Who is logged in to Jira or
// Confluence may do everything, as an administrator may; nobody, and a customer of
// a portal, may do nothing (DOC "Conditions").
var (
	conditionsOfStaff = []string{
		"user_is_admin", "user_is_sysadmin", "is_admin_mode",
		"has_global_permission", "has_project_permission", "has_issue_permission", "can_use_application",
		"is_issue_editable", "is_issue_reported_by_current_user", "is_watching_issue", "user_has_issue_history",
		"can_attach_file_to_issue", "can_attach_screenshot_to_issue", "can_manage_attachments", "user_is_project_admin",
		"servicedesk.is_agent",
		"user_can_use_confluence", "user_is_confluence_administrator", "create_content", "space_function_permission", "content_permission",
		"can_edit_space_styles", "user_logged_in_editable", "user_can_update_user_status",
	}
	conditionsOfSite = []string{
		"linking_enabled", "sub_tasks_enabled", "time_tracking_enabled", "voting_enabled", "watching_enabled",
		"threaded_comments", "tiny_url_supported", "space_sidebar",
	}
	conditionsOfNobody = []string{
		"feature_flag", "is_issue_assigned_to_current_user", "is_issue_unresolved_and_voted", "has_voted_for_issue",
		"is_sub_task", "has_sub_tasks_available", "is_native_app",
		"has_attachment", "has_template", "has_blog_post", "favourite_page", "favourite_space", "user_watching_page", "user_watching_space",
		"showing_page_attachments", "printable_version", "content_has_any_permissions_set", "can_signup", "email_address_public",
		"user_has_personal_space", "user_has_personal_blog", "target_user_has_personal_space", "target_user_has_personal_blog",
	}
	// conditionsOfPlace hold where the context has a variable.
	conditionsOfPlace = map[string]string{
		"has_selected_project": "project.key", "is_issue_unresolved": "issue.key",
		"has_page": "content.id", "viewing_content": "content.id", "latest_version": "content.id",
		"has_space": "space.key", "not_personal_space": "space.key",
	}
)

// conditionHolds answers those conditions of DOC "Conditions" that can be told from
// the page, the person and what properties there are. false for known says that
// this one cannot, jira_expression among them.
func (s *Server) conditionHolds(a conditionAsked) (holds, known bool) {
	user := s.CurrentUser()
	if variable, is := conditionsOfPlace[a.name]; is {
		value := a.vars[variable]
		return value != "" && (a.name != "not_personal_space" || !strings.HasPrefix(value, "~")), true
	}
	switch {
	case a.name == "user_is_logged_in":
		return !user.Anonymous, true
	case slices.Contains(conditionsOfStaff, a.name):
		return user.staff(), true
	case slices.Contains(conditionsOfSite, a.name):
		return true, true
	case slices.Contains(conditionsOfNobody, a.name):
		return false, true
	case slices.ContainsFunc(propertyPrefixes, func(prefix string) bool { return strings.HasPrefix(a.name, prefix) }):
		return s.propertyCondition(a)
	}
	switch a.name {
	case "addon_is_licensed":
		return s.licensed(), true
	case "servicedesk.is_customer":
		return user.customer(), true
	case "project_type":
		return a.vars["project.key"] != "" && a.param("projectType") == a.vars.projectType(), true
	case "user_is_the_logged_in_user", "viewing_own_profile":
		return !user.Anonymous && a.vars["profileUser.accountId"] == user.AccountID, true
	}
	return false, false
}

// parseCondition splits "name(a=b,c=d)".
func parseCondition(text string) (name string, params map[string]string) {
	name, list, has := strings.Cut(text, "(")
	params = map[string]string{}
	if has {
		for pair := range strings.SplitSeq(strings.TrimSuffix(list, ")"), ",") {
			key, value, _ := strings.Cut(pair, "=")
			params[strings.TrimSpace(key)] = strings.TrimSpace(value)
		}
	}
	return strings.TrimSpace(name), params
}

// urlVariables is the context in the shape that descriptor.Expand takes, with the
// inline conditions that the module's URL asks for as true or false. One that
// the host cannot tell is empty, as any unknown variable, and noted.
func (s *Server) urlVariables(v showing) map[string]any {
	flat := make(map[string]any, len(v.vars))
	for name, value := range v.vars {
		flat[name] = value
	}
	for _, match := range placeholder.FindAllStringSubmatch(v.module.URL, -1) {
		text, is := strings.CutPrefix(match[1], conditionPrefix)
		if !is {
			continue
		}
		name, params := parseCondition(text)
		holds, known := s.conditionHolds(conditionAsked{
			name: name, param: func(p string) string { return params[p] }, vars: v.vars, tenant: v.tenant,
		})
		if !known {
			s.record(Entry{Kind: KindNotEmulated, Extension: v.id, Module: v.module.Key,
				Text: fmt.Sprintf("inline condition %s in the URL of module %s: it is empty", name, v.module.Key)})
			continue
		}
		flat[match[1]] = fmt.Sprint(holds)
	}
	return flat
}

// expand is the module's URL with its variables filled in.
func (s *Server) expand(v showing) string {
	return v.tenant.App.Resolve(descriptor.Expand(v.module.URL, s.urlVariables(v)))
}
