package fakehost

import (
	"maps"
	"net/http"
)

const addonPath = "/rest/atlassian-connect/1/addons/{addon}"

// appOwner owns the properties of an app.
func appOwner(key string) owner { return owner{"app", key} }

// addonStubs are the app and its properties, the same in both products (DOC "App
// properties API").
var addonStubs = func() map[string]stub {
	stubs := properties{
		what: "app property", keyLimit: 127,
		owner: func(s *Server, r *http.Request) (owner, bool, string) {
			key := r.PathValue("addon")
			return appOwner(key), s.mayReach(r, key), "app " + key
		},
		stored: func(status int) any {
			message := "property updated"
			if status == http.StatusCreated {
				message = "property created"
			}
			return object{"message": message, "status-code": status}
		},
	}.stubs(addonPath + "/properties")
	maps.Copy(stubs, map[string]stub{"GET " + addonPath: addonInfo})
	return stubs
}()

func addonInfo(s *Server, r *http.Request) (int, any) {
	key := r.PathValue("addon")
	if !s.mayReach(r, key) {
		return s.found(nil, "app "+key)
	}
	tenant, state := s.tenants.find(key), "ENABLED"
	if tenant.disabled {
		state = "DISABLED"
	}
	return http.StatusOK, object{"key": key, "state": state, "license": object{"active": s.licensed()}}
}

// mayReach reports whether an app is here and the caller may see its data. To
// another app it looks as if it were not there.
func (s *Server) mayReach(r *http.Request, appKey string) bool {
	c := callerOf(r)
	if s.tenants.find(appKey) == nil {
		return false
	}
	return c.tenant == nil || c.tenant.App.Key == appKey
}
