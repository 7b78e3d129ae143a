package fakehost

import (
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/standin-dev/standin/fakehost/token"
)

// backendLeeway is what the product grants to exp and nbf of an app's token
// (com.atlassian.jwt.JwtConstants.TIME_CLAIM_LEEWAY_SECONDS).
const backendLeeway = 30 * time.Second

// verifyBackendJWT checks the token with which an app's back end calls the
// product: HS256 with the shared secret, iss the app's key, qsh of this very
// request below the base URL (so without /wiki), exp in real time, for that is
// what the back end lives in (DOC "Understanding JWT for Connect apps").
func (s *Server) verifyBackendJWT(r *http.Request, raw string) (*Tenant, error) {
	parsed, err := token.Parse(raw)
	if err != nil {
		return nil, err
	}
	tenant, err := s.tenantOfIssuer(parsed.Claims.Issuer)
	if err != nil {
		return nil, err
	}
	qsh, err := token.QSH(r.Method, r.RequestURI, tenant.BaseURL)
	if err != nil {
		return nil, err
	}
	real, _ := s.Time().Read()
	_, err = token.Verify(raw, token.Expect{
		Secret: tenant.SharedSecret, Secrets: tenant.graceSecrets(real), At: real, Leeway: backendLeeway, QSH: qsh,
	})
	if parsed.Claims.ExpiresAt.IsZero() {
		err = errors.Join(err, errors.New("the token has no exp: the product takes none that lives for ever"))
	}
	if errors.Is(err, token.ErrQSH) {
		canonical, _ := token.Canonical(r.Method, r.RequestURI, tenant.BaseURL)
		err = fmt.Errorf("%w; the hash must be that of %s", err, canonical)
	}
	if err != nil {
		return nil, err
	}
	return tenant, nil
}

// tenantOfIssuer finds the app that a token says it is from.
func (s *Server) tenantOfIssuer(issuer string) (*Tenant, error) {
	tenant := s.tenants.find(issuer)
	switch {
	case issuer == "":
		return nil, errors.New("the token has no iss: it must be the app's key")
	case tenant == nil && s.tenants.byClientKey(issuer) != nil:
		return nil, errors.New("iss is the client key, as in the product's own tokens: in a token that the app makes it must be the app's key")
	case tenant == nil:
		return nil, fmt.Errorf("no app %q is installed: iss must be the app's key", issuer)
	case tenant.disabled:
		return nil, fmt.Errorf("the app %s is %w", issuer, ErrDisabled)
	case tenant.SharedSecret == "":
		return nil, fmt.Errorf("the app %s has authentication type none, so it has no secret to sign with", issuer)
	}
	return tenant, nil
}
