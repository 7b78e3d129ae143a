package fakehost

import (
	"slices"
	"sync"
	"time"

	"github.com/standin-dev/standin/fakehost/descriptor"
)

// Tenant is one installation of an app on this host. It does not change: what
// changes an installation makes a new Tenant in place of the old.
type Tenant struct {
	// ClientKey names the tenant: iss of every token that it gets.
	ClientKey string
	// SharedSecret signs those tokens. It is empty for an app with
	// authentication type none.
	SharedSecret string
	// OAuthClientID is whose assertions [Server.TokenURL] takes. It is empty for an
	// app with authentication type none.
	OAuthClientID string
	// BaseURL is the product's base URL that the app was told.
	BaseURL string
	Product Product
	// App is the descriptor as it was when the app was installed.
	App *descriptor.Descriptor

	mode     InstallMode
	disabled bool
	// old are secrets that were replaced and are still taken from the back end.
	old []oldSecret
}

// oldSecret is one that was taken from the back end until an instant of real time.
type oldSecret struct {
	secret string
	until  time.Time
}

// usesTokens reports whether the app asked for JWT authentication.
func (t *Tenant) usesTokens() bool { return t.App.Auth != descriptor.AuthNone }

// with is a copy that differs.
func (t *Tenant) with(change func(*Tenant)) *Tenant {
	changed := *t
	changed.old = slices.Clone(t.old)
	change(&changed)
	return &changed
}

// keepOld lets a tenant take the secrets of the one before it for a while.
func (s *Server) keepOld(t, earlier *Tenant) {
	if s.SecretGrace <= 0 || earlier.SharedSecret == "" || earlier.SharedSecret == t.SharedSecret {
		t.old = slices.Clone(earlier.old)
		return
	}
	real, _ := s.Time().Read()
	t.old = append(slices.Clone(earlier.old), oldSecret{earlier.SharedSecret, real.Add(s.SecretGrace)})
}

// graceSecrets are the replaced secrets that are still good at an instant.
func (t *Tenant) graceSecrets(real time.Time) []string {
	var good []string
	for _, o := range t.old {
		if real.Before(o.until) {
			good = append(good, o.secret)
		}
	}
	return good
}

// module finds a module of the app by its key.
func (t *Tenant) module(key string) (descriptor.Module, bool) {
	for _, m := range t.App.IframeModules() {
		if m.Key == key {
			return m, true
		}
	}
	return descriptor.Module{}, false
}

// registry is the tenants by app key, in the order of their first install. The
// zero registry is empty.
type registry struct {
	mu      sync.RWMutex
	tenants []*Tenant
}

// first returns the first tenant that is right, or nil.
func (r *registry) first(right func(*Tenant) bool) *Tenant {
	r.mu.RLock()
	defer r.mu.RUnlock()
	if i := slices.IndexFunc(r.tenants, right); i >= 0 {
		return r.tenants[i]
	}
	return nil
}

// get returns the tenant of an app key whose app is enabled, or nil: a disabled
// app has no pages.
func (r *registry) get(addonKey string) *Tenant {
	return r.first(func(t *Tenant) bool { return t.App.Key == addonKey && !t.disabled })
}

// find returns the tenant of an app key, enabled or not, or nil.
func (r *registry) find(addonKey string) *Tenant {
	return r.first(func(t *Tenant) bool { return t.App.Key == addonKey })
}

func (r *registry) byClientKey(key string) *Tenant {
	return r.first(func(t *Tenant) bool { return t.ClientKey == key })
}

func (r *registry) byOAuthClient(id string) *Tenant {
	return r.first(func(t *Tenant) bool { return id != "" && t.OAuthClientID == id })
}

// put adds a tenant, or replaces that of the same app.
func (r *registry) put(t *Tenant) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for i, old := range r.tenants {
		if old.App.Key == t.App.Key {
			r.tenants[i] = t
			return
		}
	}
	r.tenants = append(r.tenants, t)
}

// all returns the tenants whose apps are enabled.
func (r *registry) all() []*Tenant {
	return slices.DeleteFunc(r.everyone(), func(t *Tenant) bool { return t.disabled })
}

// everyone returns the tenants there are.
func (r *registry) everyone() []*Tenant {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return slices.Clone(r.tenants)
}

// remove takes out the tenant of an app.
func (r *registry) remove(addonKey string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.tenants = slices.DeleteFunc(slices.Clone(r.tenants), func(t *Tenant) bool { return t.App.Key == addonKey })
}

// removeAll empties the registry and returns what was in it.
func (r *registry) removeAll() []*Tenant {
	r.mu.Lock()
	defer r.mu.Unlock()
	removed := r.tenants
	r.tenants = nil
	return removed
}

// ownerOf is the key of the app that has this module; the only app's when none
// has it, and "" when nothing is installed.
func (r *registry) ownerOf(m descriptor.Module) string {
	tenants := r.all()
	for _, t := range tenants {
		for _, own := range t.App.Modules {
			if own.Type == m.Type && own.Key == m.Key && own.URL == m.URL {
				return t.App.Key
			}
		}
	}
	if len(tenants) == 0 {
		return ""
	}
	return tenants[0].App.Key
}
