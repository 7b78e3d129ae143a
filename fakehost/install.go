package fakehost

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/standin-dev/standin/fakehost/descriptor"
)

// InstallMode is how the app learns of its tenant.
type InstallMode string

const (
	// Signed sends installed with an RS256 token, as production does since
	// 29 October 2021 (CDAC 49046). The empty mode is Signed.
	Signed InstallMode = "signed"
	// Unsigned sends installed without a token, as production did before, for
	// apps whose library knows no other first install.
	Unsigned InstallMode = "unsigned"
	// Skip sends nothing: the app has stored a tenant already, whose client key
	// and secret must be given.
	Skip InstallMode = "skip"
)

// defaultInstallTimeout bounds one lifecycle call. The product's own bound is
// not published.
const defaultInstallTimeout = 10 * time.Second

// InstallOptions say how to install. The zero options install as production
// does.
type InstallOptions struct {
	// Mode is [Signed] when empty.
	Mode InstallMode
	// ClientKey and SharedSecret are those of the tenant. "" makes them up, or
	// keeps those of this app's earlier install on this host.
	ClientKey    string
	SharedSecret string
	// Timeout bounds each call to the app. 0 is 10 s.
	Timeout time.Duration
}

// Install makes the app a tenant of this host: it sends installed, which the
// app must answer with 200 or 204, and then enabled, a mere notification whose
// outcome is only written to the journal. An app without such a callback is
// not called. When the app does not take the install, the error is an
// [*InstallError] and the app is not installed.
//
// Installing the same app again is what production does for an upgrade; with
// another SharedSecret it is a rotation: the new secret signs from then on, and
// tokens under the old one stay translatable.
func (s *Server) Install(ctx context.Context, app *descriptor.Descriptor, o InstallOptions) (*Tenant, error) {
	if app == nil {
		return nil, errors.New("install: no descriptor given")
	}
	if s.Origin() == "" {
		return nil, fmt.Errorf("install %s: %w", app.Key, ErrNotStarted)
	}
	tenant, err := s.newTenant(app, o)
	if err != nil {
		return nil, fmt.Errorf("install %s: %w", app.Key, err)
	}
	if tenant.SharedSecret != "" {
		// Known before the first call: the app may answer with tokens at once.
		s.Translator().AddSecret(tenant.SharedSecret)
	}
	if tenant.mode != Skip {
		if err := s.callLifecycle(ctx, tenant, eventInstalled, o.Timeout); err != nil {
			return nil, err
		}
	}
	s.tenants.put(tenant)
	if tenant.mode != Skip {
		// Production does not look at the answer, so neither do we; the
		// journal has it.
		_ = s.callLifecycle(ctx, tenant, eventEnabled, o.Timeout)
	}
	return tenant, nil
}

// newTenant settles client key and secret.
func (s *Server) newTenant(app *descriptor.Descriptor, o InstallOptions) (*Tenant, error) {
	t := &Tenant{
		ClientKey: o.ClientKey, SharedSecret: o.SharedSecret,
		BaseURL: s.BaseURL(), Product: Product(s.Product.key()), App: app, mode: o.Mode,
	}
	switch t.mode {
	case "":
		t.mode = Signed
	case Signed, Unsigned:
	case Skip:
		if t.ClientKey == "" || t.usesTokens() && t.SharedSecret == "" {
			return nil, errors.New("mode skip sends no install, so the app must know the tenant already: give the client key and the shared secret that it has stored")
		}
	default:
		return nil, fmt.Errorf("install mode %q is unknown: use %q, %q or %q", o.Mode, Signed, Unsigned, Skip)
	}
	earlier := s.tenants.get(app.Key)
	if t.ClientKey == "" {
		t.ClientKey = randomUUID()
		if earlier != nil {
			t.ClientKey = earlier.ClientKey
		}
	}
	if !t.usesTokens() {
		// An app of type none is given no secret (P2 ConnectAddonEventData).
		t.SharedSecret = ""
		return t, nil
	}
	if t.SharedSecret == "" {
		t.SharedSecret = randomHex(32)
		if earlier != nil && earlier.SharedSecret != "" {
			t.SharedSecret = earlier.SharedSecret
		}
	}
	return t, nil
}

// Uninstall takes every app off the host, in the reverse order of their
// installs: disabled, then uninstalled (CDAC 48446). Both are notifications: the apps are gone from
// the host whatever they answer, and their complaints are returned joined. A
// tenant that was installed with [Skip] is not told, for it is not ours.
func (s *Server) Uninstall(ctx context.Context) error {
	tenants := s.tenants.removeAll()
	var problems []error
	for i := len(tenants) - 1; i >= 0; i-- {
		t := tenants[i]
		s.properties.forget(t.App.Key)
		if t.mode == Skip {
			continue
		}
		problems = append(problems,
			s.callLifecycle(ctx, t, eventDisabled, 0),
			s.callLifecycle(ctx, t, eventUninstalled, 0))
	}
	return errors.Join(problems...)
}
