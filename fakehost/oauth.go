package fakehost

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/standin-dev/standin/fakehost/token"
)

// tokenPath is where access tokens are asked for. In production it is /oauth2/token
// of another host, [productionAuthServer].
const tokenPath = "/_standin/oauth2/token"

// What the grant is made of (DOC "User impersonation for Connect apps").
const (
	grantType            = "urn:ietf:params:oauth:grant-type:jwt-bearer"
	clientPrefix         = "urn:atlassian:connect:clientid:"
	accountPrefix        = "urn:atlassian:connect:useraccountid:"
	productionAuthServer = "https://oauth-2-authorization-server.services.atlassian.com"
	formerAuthServer     = "https://auth.atlassian.io" // in apps of before 2020
	// accessTTL is expires_in of production's answers (atlassian-connect-express
	// test/test_helper.js).
	accessTTL = 900 * time.Second
	// assertionLimit is the longest life of an assertion. The page says 60 s; twice
	// that is what clients report to be refused above.
	assertionLimit = 120 * time.Second
	actAsUser      = "ACT_AS_USER"
)

// TokenURL is where the app's back end gets an access token that acts as a user:
// POST of a form with grant_type and assertion. It stands in for /oauth2/token of
// oauth-2-authorization-server.services.atlassian.com. It is empty before Start.
func (s *Server) TokenURL() string {
	origin := s.LocalOrigin()
	if origin == "" {
		return ""
	}
	return origin + tokenPath
}

// grant is an access token that was given out.
type grant struct {
	appKey, clientID string
	user             User
	scopes           []string  // nil: all of the app's
	expires          time.Time // real
}

// grants are those of a run, by token. The zero value is empty.
type grants struct {
	mu   sync.Mutex
	byID map[string]grant
}

// issue makes a token, and drops those that have expired.
func (g *grants) issue(given grant, now time.Time) string {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.byID == nil {
		g.byID = map[string]grant{}
	}
	for raw, old := range g.byID {
		// Long after, a caller is still told that its token has expired.
		if now.Sub(old.expires) > 10*accessTTL {
			delete(g.byID, raw)
		}
	}
	raw := randomHex(32)
	g.byID[raw] = given
	return raw
}

func (g *grants) get(raw string) (grant, bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	found, ok := g.byID[raw]
	return found, ok
}

// oauthError is a refusal in the form of RFC 6749.
type oauthError struct{ code, reason string }

func (e *oauthError) Error() string { return e.code + ": " + e.reason }

func refusal(code, format string, args ...any) *oauthError {
	return &oauthError{code, fmt.Sprintf(format, args...)}
}

// serveToken answers POST of the token endpoint.
func (s *Server) serveToken(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, formLimit)
	entry := Entry{Kind: KindRequest, Method: r.Method, URL: r.URL.Path, Who: WhoBackendOAuth}
	given, refused := s.exchange(r)
	if refused != nil {
		entry.Status, entry.Text, entry.Refusal = http.StatusBadRequest, "no access token given: "+refused.Error(), refused.Error()
		s.record(entry)
		writeJSON(w, http.StatusBadRequest, object{"error": refused.code, "error_description": refused.reason})
		return
	}
	real, _ := s.Time().Read()
	given.expires = real.Add(accessTTL)
	raw := s.grants.issue(given, real)
	entry.Status = http.StatusOK
	entry.Text = "access token given to the back end of " + given.appKey + " to act as user " + given.user.AccountID
	s.record(entry)
	writeJSON(w, http.StatusOK, object{"access_token": raw, "expires_in": int(accessTTL / time.Second), "token_type": "Bearer"})
}

// exchange checks what the app sent.
func (s *Server) exchange(r *http.Request) (grant, *oauthError) {
	if err := r.ParseForm(); err != nil {
		return grant{}, refusal("invalid_request", "the form cannot be read: %v", err)
	}
	if kind := r.PostForm.Get("grant_type"); kind != grantType {
		return grant{}, refusal("unsupported_grant_type", "grant_type is %q: it must be %s, in a form in the body", kind, grantType)
	}
	assertion, err := token.Parse(r.PostForm.Get("assertion"))
	if err != nil {
		return grant{}, refusal("invalid_grant", "the assertion: %v", err)
	}
	clientID, ok := strings.CutPrefix(assertion.Claims.Issuer, clientPrefix)
	tenant := s.tenants.byOAuthClient(clientID)
	switch {
	case !ok:
		return grant{}, refusal("invalid_grant", "iss is %q: it must be %s<oauthClientId>", assertion.Claims.Issuer, clientPrefix)
	case tenant == nil:
		return grant{}, refusal("invalid_grant", "no app has the oauthClientId %q: it is the one of the latest installed, and changes when a site is imported", clientID)
	case tenant.disabled:
		return grant{}, refusal("invalid_grant", "the app %s is disabled", tenant.App.Key)
	}
	if problem := s.checkAssertion(tenant, assertion); problem != nil {
		return grant{}, problem
	}
	if problem := checkScopes(tenant, r.PostForm.Get("scope")); problem != nil {
		return grant{}, problem
	}
	account, ok := strings.CutPrefix(assertion.Claims.Subject, accountPrefix)
	if !ok {
		return grant{}, refusal("invalid_grant", "sub is %q: it must be %s<accountId>; user keys are gone since the GDPR changes", assertion.Claims.Subject, accountPrefix)
	}
	user, known := s.knownUser(account)
	if !known {
		return grant{}, refusal("invalid_grant", "this host knows no user %q: the one that it knows is %q", account, s.CurrentUser().AccountID)
	}
	return grant{appKey: tenant.App.Key, clientID: clientID, user: user, scopes: askedScopes(r.PostForm.Get("scope"))}, nil
}

// checkAssertion checks signature, tenant, audience and life. The page asks for iat, and
// published clients send none (github.com/craftamap/atlas-gonnect), so that is not
// looked at.
func (s *Server) checkAssertion(t *Tenant, assertion *token.Token) *oauthError {
	real, _ := s.Time().Read()
	if _, err := token.Verify(assertion.Raw, token.Expect{
		Secret: t.SharedSecret, Secrets: t.graceSecrets(real), At: real, Leeway: backendLeeway,
	}); err != nil {
		return refusal("invalid_grant", "the assertion: %v", err)
	}
	claims := assertion.Claims
	site, _ := assertion.Payload["tnt"].(string)
	servers := []string{productionAuthServer, formerAuthServer, s.Origin(), s.LocalOrigin(), strings.TrimSuffix(s.TokenURL(), "/oauth2/token"), s.TokenURL()}
	switch {
	case strings.TrimSuffix(site, "/") != t.BaseURL:
		return refusal("invalid_grant", "tnt is %q: it must be the baseUrl of the install, %s", site, t.BaseURL)
	case !slices.ContainsFunc(claims.Audience, func(aud string) bool { return slices.Contains(servers, strings.TrimSuffix(aud, "/")) }):
		return refusal("invalid_grant", "aud is %q: it must be %s", claims.Audience, productionAuthServer)
	case claims.ExpiresAt.IsZero():
		return refusal("invalid_grant", "the assertion needs an exp")
	case claims.ExpiresAt.Sub(real) > assertionLimit:
		return refusal("invalid_grant", "the assertion lives for %s: 60 s is the most", claims.ExpiresAt.Sub(real).Round(time.Second))
	}
	return nil
}

// checkScopes wants the scope that impersonation is for, and of those asked for
// none that the app does not have.
func checkScopes(t *Tenant, asked string) *oauthError {
	has := func(scope string) bool {
		return slices.ContainsFunc(t.App.Scopes, func(own string) bool { return strings.EqualFold(own, scope) })
	}
	if !has(actAsUser) {
		return refusal("unauthorized_client", "the app %s has no scope %s in its descriptor", t.App.Key, actAsUser)
	}
	for _, scope := range askedScopes(asked) {
		if !has(scope) {
			return refusal("invalid_scope", "the app %s has no scope %s in its descriptor", t.App.Key, scope)
		}
	}
	return nil
}

// askedScopes are those of the form. Clients that build it by hand leave the plus
// signs of a query in it.
func askedScopes(asked string) []string {
	if strings.TrimSpace(asked) == "" {
		return nil
	}
	return strings.Fields(strings.ReplaceAll(asked, "+", " "))
}

// verifyBearer checks an access token that came with a REST call.
func (s *Server) verifyBearer(raw string) (caller, error) {
	c := caller{who: WhoBackendOAuth, user: User{Anonymous: true}}
	given, ok := s.grants.get(raw)
	if !ok {
		return c, errors.New("the bearer token is not one of this host's: ask POST " + s.TokenURL() + " for one")
	}
	real, _ := s.Time().Read()
	tenant := s.tenants.find(given.appKey)
	switch {
	case !real.Before(given.expires):
		return c, fmt.Errorf("the access token expired %s ago, after %s of real time: ask for a new one", real.Sub(given.expires).Round(time.Second), accessTTL)
	case tenant == nil || tenant.OAuthClientID != given.clientID:
		return c, fmt.Errorf("the access token is of an install of %s that is no more", given.appKey)
	case tenant.disabled:
		return c, fmt.Errorf("the app %s is %w", given.appKey, ErrDisabled)
	}
	c.tenant, c.user, c.scopes = tenant, given.user, given.scopes
	return c, nil
}
