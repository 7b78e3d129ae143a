package fakehost

import (
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
)

// What [Server.Scopes] can be.
const (
	// ScopesBackEnd checks the calls of back ends.
	ScopesBackEnd = "back-end"
	// ScopesAll checks those of AP.request as well, as the Connect plugin of 2016
	// did (ApiScopingFilter).
	ScopesAll = "all"
	// ScopesOff checks none.
	ScopesOff = "off"
)

// Scopes of a descriptor. Each of them includes those that stand before it, apart
// from ADMIN and the other two admins, which include one another in that order
// (DOC "Scopes", P2 ScopeName).
const (
	scopeRead    = "READ"
	scopeWrite   = "WRITE"
	scopeDelete  = "DELETE"
	scopeProject = "PROJECT_ADMIN"
	scopeSpace   = "SPACE_ADMIN"
	scopeAdmin   = "ADMIN"
)

// includes are the scopes that come with a scope.
var includes = map[string][]string{
	scopeWrite:   {scopeRead},
	scopeDelete:  {scopeRead, scopeWrite},
	scopeProject: {scopeRead, scopeWrite, scopeDelete},
	scopeSpace:   {scopeRead, scopeWrite, scopeDelete},
	scopeAdmin:   {scopeRead, scopeWrite, scopeDelete, scopeProject, scopeSpace},
}

// scopeRule is what a call needs whose scope its method does not tell ("Connect app
// scope required" in the REST API pages of Jira and Confluence Cloud).
type scopeRule struct {
	methods []string
	path    *regexp.Regexp
	scope   string
}

var scopeRules = []scopeRule{
	// Questions that are asked by POST.
	{[]string{"POST"}, regexp.MustCompile(`^/rest/api/[^/]+/(search(/.*)?|jql/.*|expression/.*|permissions/.*|issue/bulkfetch|issue/picker|changelog/bulkfetch)$`), scopeRead},
	// Properties are written and removed by those who may write.
	{[]string{"DELETE"}, regexp.MustCompile(`^/rest/api/[^/]+/(issue|project|user|comment|content|space)/.*(properties|property)/[^/]+$`), scopeWrite},
	{[]string{"PUT"}, regexp.MustCompile(`^/rest/api/[^/]+/project/[^/]+/properties/[^/]+$`), scopeWrite},
	{[]string{"POST"}, regexp.MustCompile(`^/rest/api/[^/]+/project$`), scopeAdmin},
	{[]string{"DELETE"}, regexp.MustCompile(`^/rest/api/[^/]+/project/[^/]+$`), scopeAdmin},
	{writing, regexp.MustCompile(`^/rest/api/[^/]+/(project/[^/]+(/role(/.*)?|/avatar.*)?|version(/.*)?|component(/.*)?)$`), scopeProject},
	{writing, regexp.MustCompile(`^/rest/api/[^/]+/(group|user|field|workflow|workflowscheme|status|priority|resolution|issuetype|issuetypescheme|screens|screenscheme|` +
		`role|permissionscheme|notificationscheme|issuesecurityschemes|configuration|application-properties|settings|auditing|task)(/.*)?$`), scopeAdmin},
	{writing, regexp.MustCompile(`^/rest/api/space(/[^/]+)?$`), scopeSpace},
}

var serverInfo = regexp.MustCompile(`^/rest/api/[^/]+/serverInfo$`)

var writing = []string{"POST", "PUT", "PATCH", "DELETE"}

// scopeFor is what a call below the context path needs; "" for what any app may do:
// what anybody may ask, and what concerns the app itself.
func scopeFor(method, path string) string {
	if strings.HasPrefix(path, "/rest/atlassian-connect/") || serverInfo.MatchString(path) {
		return ""
	}
	for _, rule := range scopeRules {
		if slices.Contains(rule.methods, method) && rule.path.MatchString(path) {
			return rule.scope
		}
	}
	switch method {
	case http.MethodGet, http.MethodHead, http.MethodOptions:
		return scopeRead
	case http.MethodDelete:
		return scopeDelete
	}
	return scopeWrite
}

// holdsScope reports whether a list of scopes has one, or one that includes it.
func holdsScope(scopes []string, wanted string) bool {
	return slices.ContainsFunc(scopes, func(has string) bool {
		has = strings.ToUpper(has)
		return has == wanted || slices.Contains(includes[has], wanted)
	})
}

// missingScope says which scope a caller lacks; "" is none. An access token that
// was asked for with fewer scopes than the app has is good for those alone.
func (s *Server) missingScope(r *http.Request, c caller) string {
	switch {
	case c.tenant == nil, s.Scopes == ScopesOff, c.who == WhoBridge && s.Scopes != ScopesAll:
		return ""
	}
	wanted := scopeFor(r.Method, strings.TrimPrefix(r.URL.Path, s.Product.contextPath()))
	if wanted == "" || holdsScope(c.tenant.App.Scopes, wanted) && (c.scopes == nil || holdsScope(c.scopes, wanted)) {
		return ""
	}
	return wanted
}

// refuseScope answers 403. The sentence begins with that of the Connect plugin.
func (s *Server) refuseScope(w http.ResponseWriter, r *http.Request, c caller, missing string) {
	message := fmt.Sprintf("Request not in an authorized API scope: %s %s needs %s, and the scopes of %s are %s",
		r.Method, r.URL.Path, missing, c.tenant.App.Key, listOr(c.tenant.App.Scopes, "none"))
	if c.scopes != nil && holdsScope(c.tenant.App.Scopes, missing) {
		message = fmt.Sprintf("Request not in an authorized API scope: %s %s needs %s, and the access token was asked for with %s",
			r.Method, r.URL.Path, missing, listOr(c.scopes, "none"))
	}
	s.writeReply(w, r, c, reply{status: http.StatusForbidden, value: s.productError(http.StatusForbidden, message), refusal: message})
}

func listOr(words []string, none string) string {
	if len(words) == 0 {
		return none
	}
	return strings.Join(words, ", ")
}
