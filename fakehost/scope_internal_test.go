package fakehost

import "testing"

func TestScopeFor(t *testing.T) {
	t.Parallel()
	for call, want := range map[[2]string]string{
		{"GET", "/rest/api/3/issue/DEMO-1"}:                            "READ",
		{"HEAD", "/rest/api/3/issue/DEMO-1"}:                           "READ",
		{"PUT", "/rest/api/3/issue/DEMO-1"}:                            "WRITE",
		{"POST", "/rest/api/3/issue"}:                                  "WRITE",
		{"DELETE", "/rest/api/3/issue/DEMO-1"}:                         "DELETE",
		{"DELETE", "/rest/api/3/issue/DEMO-1/properties/x"}:            "WRITE",
		{"PUT", "/rest/api/3/project/DEMO/properties/x"}:               "WRITE",
		{"POST", "/rest/api/3/search/jql"}:                             "READ",
		{"POST", "/rest/api/2/search"}:                                 "READ",
		{"POST", "/rest/api/3/expression/eval"}:                        "READ",
		{"POST", "/rest/api/3/permissions/check"}:                      "READ",
		{"POST", "/rest/api/3/project"}:                                "ADMIN",
		{"PUT", "/rest/api/3/project/DEMO"}:                            "PROJECT_ADMIN",
		{"DELETE", "/rest/api/3/project/DEMO"}:                         "ADMIN",
		{"POST", "/rest/api/3/version"}:                                "PROJECT_ADMIN",
		{"POST", "/rest/api/3/field"}:                                  "ADMIN",
		{"GET", "/rest/api/3/field"}:                                   "READ",
		{"POST", "/rest/api/content"}:                                  "WRITE",
		{"POST", "/rest/api/space"}:                                    "SPACE_ADMIN",
		{"POST", "/rest/api/3/fieldless"}:                              "WRITE",
		{"GET", "/rest/api/3/serverInfo"}:                              "",
		{"PUT", "/rest/atlassian-connect/1/addons/a.b/properties/one"}: "",
	} {
		if got := scopeFor(call[0], call[1]); got != want {
			t.Errorf("%s %s needs %q, want %q", call[0], call[1], got, want)
		}
	}
	for _, tt := range []struct {
		scopes []string
		wanted string
		holds  bool
	}{
		{nil, "READ", false}, {[]string{"READ"}, "READ", true}, {[]string{"read"}, "READ", true}, {[]string{"READ"}, "WRITE", false},
		{[]string{"WRITE"}, "READ", true}, {[]string{"DELETE"}, "WRITE", true}, {[]string{"PROJECT_ADMIN"}, "DELETE", true},
		{[]string{"PROJECT_ADMIN"}, "SPACE_ADMIN", false}, {[]string{"ADMIN"}, "SPACE_ADMIN", true}, {[]string{"ACT_AS_USER"}, "READ", false},
	} {
		if got := holdsScope(tt.scopes, tt.wanted); got != tt.holds {
			t.Errorf("%v hold %s: %v", tt.scopes, tt.wanted, got)
		}
	}
}
