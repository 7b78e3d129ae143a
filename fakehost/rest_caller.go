package fakehost

import (
	"context"
	"crypto/subtle"
	"errors"
	"fmt"
	"net/http"
	"strings"
)

// Who says who made a REST call to the product.
type Who string

const (
	// WhoBridge is the product's own page, or the person before it: AP.request,
	// and what the page asks for itself.
	WhoBridge Who = "bridge"
	// WhoBackendJWT is an app's back end with a JWT of its own.
	WhoBackendJWT Who = "backend-jwt"
	// WhoBackendOAuth is an app's back end that acts as a user, with an access
	// token, or that asks for one.
	WhoBackendOAuth Who = "backend-oauth"
	// WhoAnonymous is a call without credentials, or with wrong ones.
	WhoAnonymous Who = "anonymous"
)

// caller is who made a call, as far as it could be proven.
type caller struct {
	who Who
	// tenant is the app that calls; nil when it is none, or is not known.
	tenant *Tenant
	// user is who the call acts as: the person, or the app's own account.
	user User
	// scopes are those that an access token was asked for with; nil: all of the
	// app's.
	scopes []string
}

type callerKey struct{}

// callerOf is the caller of a request that a stub answers.
func callerOf(r *http.Request) caller {
	c, ok := r.Context().Value(callerKey{}).(caller)
	if !ok {
		return caller{who: WhoAnonymous, user: User{Anonymous: true}}
	}
	return c
}

func withCaller(r *http.Request, c caller) *http.Request {
	return r.WithContext(context.WithValue(r.Context(), callerKey{}, c))
}

// authenticate finds out who calls. Credentials that are there must be right, as
// in production; the error says what is wrong with them. The caller is given also
// then: who it claims to be.
func (s *Server) authenticate(r *http.Request) (caller, error) {
	// The Connect plugin takes the scheme's name in any case
	// (com.atlassian.jwt.core.JwtUtil).
	scheme, credentials, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	credentials = strings.TrimSpace(credentials)
	switch {
	case strings.EqualFold(scheme, "JWT") && credentials != "":
		tenant, err := s.verifyBackendJWT(r, credentials)
		if err != nil {
			return caller{who: WhoBackendJWT, user: User{Anonymous: true}}, err
		}
		return caller{who: WhoBackendJWT, tenant: tenant, user: tenant.account()}, nil
	case strings.EqualFold(scheme, "Bearer"):
		return s.verifyBearer(credentials)
	case scheme != "":
		return caller{who: WhoAnonymous, user: User{Anonymous: true}},
			fmt.Errorf("the Authorization scheme %q is not known here: an app's back end sends JWT or Bearer", scheme)
	case r.URL.Query().Get("jwt") != "" && !s.fromOwnPage(r):
		return caller{who: WhoBackendJWT, user: User{Anonymous: true}}, errQueryJWT
	case s.fromOwnPage(r) && s.loggedOut():
		return caller{who: WhoAnonymous, user: User{Anonymous: true}}, errors.New("the session has ended, because a condition of this stand-in says so")
	case s.fromOwnPage(r):
		c := caller{who: WhoBridge, user: s.CurrentUser()}
		c.tenant = s.tenants.get(r.Header.Get(appHeader))
		return c, nil
	}
	return caller{who: WhoAnonymous, user: User{Anonymous: true}}, nil
}

// errQueryJWT is the reason where the token rides where it did until 2022
// (developer.atlassian.com/changelog, CHANGE-995; CDAC 50540).
var errQueryJWT = errors.New("the token is in the query (?jwt=), which the product has not read there since 1 February 2022: send it as Authorization: JWT <token>")

// errNoCredentials is the reason of most refusals.
var errNoCredentials = errors.New("the call has no credentials: an app's back end signs it with the shared secret (Authorization: JWT ...), and its front end uses AP.request")

// fromOwnPage reports whether a call comes from a page of this site, which in
// production the session's cookie would tell. A call counts that knows the run's
// secret, or that a browser marks as coming from this origin, which no script can
// forge (Fetch Metadata, Sec-Fetch-Site); of a browser that marks nothing, one
// whose Origin or Referer is this site's. What the person types into the address
// bar counts too, for the cookie would go along.
func (s *Server) fromOwnPage(r *http.Request) bool {
	given := r.Header.Get(secretHeader)
	if given != "" {
		return subtle.ConstantTimeCompare([]byte(given), []byte(s.secret)) == 1
	}
	// A back end may pass on the headers of a request that its own front end sent
	// to it. Those are of the same origin, but not of ours.
	own := "http://" + r.Host
	if s.pagesAt(r.Host) {
		own = "https://" + r.Host
	}
	named := false
	for _, header := range []string{"Origin", "Referer"} {
		value := r.Header.Get(header)
		if value == "" {
			continue
		}
		if originOf(value) != own {
			return false
		}
		named = true
	}
	switch r.Header.Get("Sec-Fetch-Site") {
	case "same-origin":
		return true
	case "none":
		return r.Header.Get("Sec-Fetch-Mode") == "navigate"
	case "":
		return named
	}
	return false
}

// account is the app's own account on the site, as whom its JWT acts. Its id is
// made of the client key and the app's, so it stays what it is.
func (t *Tenant) account() User {
	return User{
		AccountID:   "557058:" + uuidOf(t.ClientKey+" "+t.App.Key),
		AccountType: "app", FullName: t.App.Name, TimeZone: "UTC", Locale: "en_US",
	}
}

// describe says who calls, for the journal.
func (c caller) describe(r *http.Request) string {
	switch {
	case c.who == WhoBackendJWT && c.tenant != nil:
		return " by the back end of " + c.tenant.App.Key
	case c.who == WhoBackendOAuth && c.tenant != nil:
		return " by the back end of " + c.tenant.App.Key + " as user " + c.user.AccountID
	case c.who == WhoBackendJWT, c.who == WhoBackendOAuth:
		return " by a back end"
	case c.who == WhoBridge:
		if key := r.Header.Get(appHeader); key != "" {
			return " by AP.request of " + key
		}
		return " by the product's page"
	}
	return ""
}
