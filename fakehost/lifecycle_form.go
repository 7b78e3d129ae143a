package fakehost

import (
	"net/url"
	"strings"
)

// LifecycleForm is what lifecycle calls have in production now and then. The zero
// form leaves all of it out.
type LifecycleForm struct {
	// ServiceEntitlementNumber, EntitlementID and EntitlementNumber are of paid
	// apps; InstallationID, a Forge ARI, of apps that are linked to one;
	// AccountID is who did it. "" leaves the member out.
	ServiceEntitlementNumber string
	EntitlementID            string
	EntitlementNumber        string
	InstallationID           string
	AccountID                string

	// DisplayURL is displayUrl where the site has a domain of its own, as an
	// origin such as https://jira.example.com. It stands in contexts as well. ""
	// is the base URL.
	DisplayURL string

	// UserParams adds user_key and user_id to the URLs of the calls, both of them
	// the account id. Whether production still does is not published.
	UserParams bool

	// LateDisabled sends disabled after uninstalled, and without a token, as
	// production does sometimes (DOC "Webhook delivery success rate", AC-2561).
	LateDisabled bool
}

// displayURL is where people find the site.
func (s *Server) displayURL(t *Tenant) string {
	if s.Lifecycle.DisplayURL == "" {
		return t.BaseURL
	}
	return strings.TrimSuffix(s.Lifecycle.DisplayURL, "/") + t.Product.contextPath()
}

// lifecycleTarget is the URL of a lifecycle call.
func (s *Server) lifecycleTarget(t *Tenant, path string) string {
	target := t.App.Resolve(path)
	user := s.CurrentUser()
	if !s.Lifecycle.UserParams || user.Anonymous {
		return target
	}
	return appendParams(target, []param{{"user_id", user.AccountID}, {"user_key", user.AccountID}})
}

// checkLifecycle refuses a display URL that is none.
func (s *Server) checkLifecycle() bool {
	if s.Lifecycle.DisplayURL == "" {
		return true
	}
	u, err := url.Parse(s.Lifecycle.DisplayURL)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != "" && strings.Trim(u.Path, "/") == "" && u.RawQuery == ""
}
