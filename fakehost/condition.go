package fakehost

import (
	"fmt"
	"strings"

	"github.com/standin-dev/standin/fakehost/descriptor"
)

// conditionPrefix begins an inline condition in a module's URL, such as
// {condition.user_is_admin} or {condition.project_type(projectType=software)}.
const conditionPrefix = "condition."

// conditions are those of DOC "Conditions" that can be told from the page and
// the person. The person may do everything, as an administrator may; nobody may
// do nothing. false for known says that the condition is not among them.
func conditionHolds(name string, param func(string) string, v variables, loggedIn bool) (holds, known bool) {
	switch name {
	case "user_is_logged_in", "user_is_admin", "user_is_sysadmin",
		"has_global_permission", "has_project_permission", "has_issue_permission",
		"is_issue_editable", "is_issue_reported_by_current_user", "is_watching_issue", "can_use_application",
		"can_attach_file_to_issue", "can_attach_screenshot_to_issue", "can_manage_attachments", "user_is_project_admin",
		"user_can_use_confluence", "create_content", "space_function_permission", "content_permission":
		return loggedIn, true
	case "addon_is_licensed":
		return true, true
	case "feature_flag", "is_issue_assigned_to_current_user", "is_issue_unresolved_and_voted", "has_voted_for_issue":
		return false, true
	case "has_selected_project":
		return v["project.key"] != "", true
	case "is_issue_unresolved":
		return v["issue.key"] != "", true
	case "project_type":
		return v["project.key"] != "" && param("projectType") == "software", true
	case "has_page", "viewing_content", "latest_version":
		return v["content.id"] != "", true
	case "has_space", "not_personal_space":
		return v["space.key"] != "", true
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
		holds, known := conditionHolds(name, func(p string) string { return params[p] }, v.vars, !s.CurrentUser().Anonymous)
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
