package fakehost

import (
	"crypto/rand"
	"crypto/rsa"
	"fmt"
	"net/http"
	"slices"
	"sync"

	"github.com/standin-dev/standin/fakehost/clock"
	"github.com/standin-dev/standin/fakehost/token"
)

// unpublished is a key that no host has. It is made once, for that takes a while.
var unpublished = sync.OnceValues(func() (*rsa.PrivateKey, error) { return rsa.GenerateKey(rand.Reader, rsaBits) })

// LifecycleCall is one lifecycle call in full, for who sends it himself.
type LifecycleCall struct {
	URL    string
	Header http.Header
	Body   []byte
	// Token is the token in the header; "" is none.
	Token string
}

// LifecycleForgery is how a lifecycle call differs from the host's own. The zero
// forgery is none: the call is signed as in production.
type LifecycleForgery struct {
	// Unsigned leaves the token out.
	Unsigned bool
	// OtherKey signs with a key that the host has not published, under the id of the
	// one that it has.
	OtherKey bool
	// Secret signs with HS256, by this secret. "" does not.
	Secret string
	// Claims changes what is signed; nil changes nothing.
	Claims func(*token.Claims)
}

// LifecycleCall makes the call that would tell the app of an event (installed or
// uninstalled) for a tenant that need not be one of this host's, and does not send
// it. Of the tenant it takes ClientKey, SharedSecret and App; the site is this one.
func (s *Server) LifecycleCall(t Tenant, event string, f LifecycleForgery) (LifecycleCall, error) {
	path := map[string]string{eventInstalled: t.App.Lifecycle.Installed, eventUninstalled: t.App.Lifecycle.Uninstalled}[event]
	if path == "" {
		return LifecycleCall{}, fmt.Errorf("make a lifecycle call: the descriptor of %s has no lifecycle.%s", t.App.Key, event)
	}
	if s.Origin() == "" {
		return LifecycleCall{}, fmt.Errorf("make a lifecycle call: %w", ErrNotStarted)
	}
	t.BaseURL, t.Product, t.mode = s.BaseURL(), Product(s.Product.key()), Signed
	call := LifecycleCall{URL: s.lifecycleTarget(&t, path), Header: http.Header{"Content-Type": {"application/json"}}}
	var err error
	if call.Body, err = s.lifecycleBody(&t, event); err != nil {
		return LifecycleCall{}, fmt.Errorf("make body of %s: %w", event, err)
	}
	if f.Unsigned {
		return call, nil
	}
	if call.Token, err = s.forgedToken(&t, call.URL, f); err != nil {
		return LifecycleCall{}, fmt.Errorf("sign %s: %w", event, err)
	}
	call.Header.Set("Authorization", "JWT "+call.Token)
	return call, nil
}

// forgedToken is that of a lifecycle call, as far as it is to be right.
func (s *Server) forgedToken(t *Tenant, target string, f LifecycleForgery) (string, error) {
	qsh, err := token.QSH(http.MethodPost, target, t.App.BaseURL)
	if err != nil {
		return "", err
	}
	now := clock.System()
	claims := token.Claims{Issuer: t.ClientKey, QSH: qsh, IssuedAt: now, ExpiresAt: now.Add(lifecycleTTL), Audience: []string{t.App.BaseURL}}
	if f.Claims != nil {
		claims.Audience = slices.Clone(claims.Audience)
		f.Claims(&claims)
	}
	switch {
	case f.Secret != "":
		return token.MintHS256(f.Secret, claims)
	case f.OtherKey:
		key, err := unpublished()
		if err != nil {
			return "", fmt.Errorf("make another key: %w", err)
		}
		return token.MintRS256(key, s.keys.id, claims)
	}
	return token.MintRS256(s.keys.private, s.keys.id, claims)
}
