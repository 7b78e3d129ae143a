package fakehost

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/standin-dev/standin/fakehost/descriptor"
)

// What is wrong with an app that something is asked of.
var (
	// ErrNotInstalled says that no such app is installed on this host.
	ErrNotInstalled = errors.New("not installed: call Install first")
	// ErrDisabled says that the app is installed and disabled.
	ErrDisabled = errors.New("disabled: enable it first")
	// ErrNotOurs says that a tenant was installed with [Skip], so that the app
	// would not take from us what is asked for.
	ErrNotOurs = errors.New("installed with mode skip, and its app takes no installed from us: install it signed or unsigned")
)

// LifecycleOptions say how to tell the app of a change. The zero options do as
// production, as far as that is known.
type LifecycleOptions struct {
	// Timeout bounds each call to the app. 0 is 10 s.
	Timeout time.Duration
	// AlsoEnabled sends enabled after the installed of a rotation or an import.
	// Whether production does is not published; after a rename it does not.
	AlsoEnabled bool
}

// Tenant is the installation of an app on this host, enabled or not, as it is now.
func (s *Server) Tenant(appKey string) (*Tenant, bool) {
	t := s.tenants.find(appKey)
	return t, t != nil
}

// tenantFor is the tenant of an app that must be here.
func (s *Server) tenantFor(what, appKey string) (*Tenant, error) {
	t := s.tenants.find(appKey)
	if t == nil {
		return nil, fmt.Errorf("%s %s: the app is %w", what, appKey, ErrNotInstalled)
	}
	return t, nil
}

// Upgrade installs another version of an app that is here: installed with the
// same client key and secret, then enabled, unless the app is disabled and stays
// so. When the app does not take it, the error is an [*InstallError] and the old
// version stays (production then tries again from time to time; call Upgrade
// again for that). A tenant of mode [Skip] is upgraded without a call.
func (s *Server) Upgrade(ctx context.Context, app *descriptor.Descriptor, o LifecycleOptions) (*Tenant, error) {
	if app == nil {
		return nil, errors.New("upgrade: no descriptor given")
	}
	s.lifecycleMu.Lock()
	defer s.lifecycleMu.Unlock()
	earlier, err := s.tenantFor("upgrade", app.Key)
	if err != nil {
		return nil, err
	}
	tenant, err := s.newTenant(app, earlier, InstallOptions{
		Mode: earlier.mode, ClientKey: earlier.ClientKey, SharedSecret: earlier.SharedSecret, OAuthClientID: earlier.OAuthClientID,
	})
	if err != nil {
		return nil, fmt.Errorf("upgrade %s: %w", app.Key, err)
	}
	tenant.disabled = earlier.disabled
	if err := s.sendInstalled(ctx, tenant, earlier, o.Timeout); err != nil {
		return nil, err
	}
	if !tenant.disabled {
		_ = s.notify(ctx, tenant, eventEnabled, o.Timeout)
	}
	return tenant, nil
}

// RotateSecret gives an app a new shared secret by another installed. It signs
// everything from then on; what the old one signed stays translatable, and is
// taken from the back end for [Server.SecretGrace]. When the app does not take it,
// the error is an [*InstallError] and the old secret stays.
func (s *Server) RotateSecret(ctx context.Context, appKey string, o LifecycleOptions) (*Tenant, error) {
	s.lifecycleMu.Lock()
	defer s.lifecycleMu.Unlock()
	earlier, err := s.tenantFor("rotate secret of", appKey)
	if err != nil {
		return nil, err
	}
	switch {
	case earlier.mode == Skip:
		return nil, fmt.Errorf("rotate secret of %s: the app is %w", appKey, ErrNotOurs)
	case !earlier.usesTokens():
		return nil, fmt.Errorf("rotate secret of %s: the app has authentication type none, and so no secret", appKey)
	}
	tenant := earlier.with(func(t *Tenant) {
		t.SharedSecret = randomHex(32)
		s.keepOld(t, earlier)
	})
	if err := s.sendInstalled(ctx, tenant, earlier, o.Timeout); err != nil {
		return nil, err
	}
	if o.AlsoEnabled && !tenant.disabled {
		_ = s.notify(ctx, tenant, eventEnabled, o.Timeout)
	}
	return tenant, nil
}

// Disable takes an app out of service without taking it off: its pages are gone,
// its tokens are refused, its data stays. disabled is a notification: the app is
// disabled whatever it answers, and its complaint is the error. It does nothing to
// an app that is disabled.
func (s *Server) Disable(ctx context.Context, appKey string, o LifecycleOptions) error {
	return s.setDisabled(ctx, appKey, true, o)
}

// Enable puts a disabled app back into service, and sends enabled. It does nothing
// to an app that is enabled.
func (s *Server) Enable(ctx context.Context, appKey string, o LifecycleOptions) error {
	return s.setDisabled(ctx, appKey, false, o)
}

func (s *Server) setDisabled(ctx context.Context, appKey string, disabled bool, o LifecycleOptions) error {
	what, event := "enable", eventEnabled
	if disabled {
		what, event = "disable", eventDisabled
	}
	s.lifecycleMu.Lock()
	defer s.lifecycleMu.Unlock()
	earlier, err := s.tenantFor(what, appKey)
	if err != nil || earlier.disabled == disabled {
		return err
	}
	tenant := earlier.with(func(t *Tenant) { t.disabled = disabled })
	s.tenants.put(tenant)
	return s.notify(ctx, tenant, event, o.Timeout)
}
