package fakehost

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/standin-dev/standin/fakehost/descriptor"
)

// InstallMode is how the app learns of its tenant.
type InstallMode string

const (
	// Signed sends installed with an RS256 token, as production does since
	// 29 October 2021 (CDAC 49046). The empty mode is Signed.
	Signed InstallMode = "signed"
	// Unsigned sends the first installed without a token and later ones signed
	// with the previous secret, as production did before, for apps whose library
	// knows nothing else.
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
	// ClientKey, SharedSecret and OAuthClientID are those of the tenant. "" makes
	// them up, or keeps those of this app's earlier install on this host.
	ClientKey     string
	SharedSecret  string
	OAuthClientID string
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
// tokens under the old one stay translatable. An app that was disabled is enabled
// by it.
func (s *Server) Install(ctx context.Context, app *descriptor.Descriptor, o InstallOptions) (*Tenant, error) {
	if app == nil {
		return nil, errors.New("install: no descriptor given")
	}
	if s.Origin() == "" {
		return nil, fmt.Errorf("install %s: %w", app.Key, ErrNotStarted)
	}
	s.lifecycleMu.Lock()
	defer s.lifecycleMu.Unlock()
	earlier := s.tenants.find(app.Key)
	tenant, err := s.newTenant(app, earlier, o)
	if err != nil {
		return nil, fmt.Errorf("install %s: %w", app.Key, err)
	}
	if err := s.sendInstalled(ctx, tenant, earlier, o.Timeout); err != nil {
		return nil, err
	}
	// Production does not look at the answer, so neither do we; the journal has it.
	_ = s.notify(ctx, tenant, eventEnabled, o.Timeout)
	return tenant, nil
}

// sendInstalled tells the app of a tenant, and makes it the app's tenant here when
// the app takes it. Until then the earlier one holds.
func (s *Server) sendInstalled(ctx context.Context, t, earlier *Tenant, timeout time.Duration) error {
	// Known before the call: the app may answer with tokens at once.
	s.Translator().AddTenant(t.ClientKey, t.SharedSecret)
	if err := s.notifyAfter(ctx, t, earlier, eventInstalled, timeout); err != nil {
		if earlier != nil {
			s.Translator().AddTenant(earlier.ClientKey, earlier.SharedSecret)
		}
		return err
	}
	s.tenants.put(t)
	return nil
}

// newTenant settles client key, secret and OAuth client. earlier is the tenant
// whose place it takes, nil when there is none.
func (s *Server) newTenant(app *descriptor.Descriptor, earlier *Tenant, o InstallOptions) (*Tenant, error) {
	t := &Tenant{
		ClientKey: o.ClientKey, SharedSecret: o.SharedSecret, OAuthClientID: o.OAuthClientID,
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
	if earlier == nil {
		earlier = &Tenant{}
	}
	t.ClientKey = firstText(t.ClientKey, earlier.ClientKey, randomUUID())
	if !t.usesTokens() {
		// An app of type none is given no secret (P2 ConnectAddonEventData).
		t.SharedSecret = ""
		return t, nil
	}
	t.SharedSecret = firstText(t.SharedSecret, earlier.SharedSecret, randomHex(32))
	t.OAuthClientID = firstText(t.OAuthClientID, earlier.OAuthClientID, randomOAuthClientID())
	s.keepOld(t, earlier)
	return t, nil
}

func firstText(choices ...string) string {
	for _, text := range choices {
		if text != "" {
			return text
		}
	}
	return ""
}

// Uninstall takes every app off the host, in the reverse order of their
// installs: disabled, then uninstalled (CDAC 48446). Both are notifications: the
// apps are gone from the host whatever they answer, and their complaints are
// returned joined. A tenant that was installed with [Skip] is not told, for it is
// not ours.
func (s *Server) Uninstall(ctx context.Context) error {
	s.lifecycleMu.Lock()
	defer s.lifecycleMu.Unlock()
	tenants := s.tenants.removeAll()
	var problems []error
	for i := len(tenants) - 1; i >= 0; i-- {
		problems = append(problems, s.uninstalled(ctx, tenants[i], 0))
	}
	return errors.Join(problems...)
}

// UninstallApp does the same to one app. It fails with [ErrNotInstalled] when the
// app is not here.
func (s *Server) UninstallApp(ctx context.Context, appKey string, o LifecycleOptions) error {
	s.lifecycleMu.Lock()
	defer s.lifecycleMu.Unlock()
	tenant, err := s.tenantFor("uninstall", appKey)
	if err != nil {
		return err
	}
	s.tenants.remove(appKey)
	return s.uninstalled(ctx, tenant, o.Timeout)
}

// uninstalled tells an app that it is gone. One that was disabled knows the first
// half.
func (s *Server) uninstalled(ctx context.Context, t *Tenant, timeout time.Duration) error {
	s.properties.forget(appOwner(t.App.Key))
	events := []string{eventDisabled, eventUninstalled}
	switch {
	case t.disabled:
		events = events[1:]
	case s.Lifecycle.LateDisabled:
		slices.Reverse(events)
	}
	var problems []error
	for _, event := range events {
		problems = append(problems, s.notify(ctx, t, event, timeout))
	}
	return errors.Join(problems...)
}
