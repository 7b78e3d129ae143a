package fakehost

import (
	"slices"
	"sync"

	"github.com/standin-dev/standin/fakehost/descriptor"
)

// Tenant is one installation of an app on this host. It does not change: an
// install that is repeated makes a new Tenant in place of the old.
type Tenant struct {
	// ClientKey names the tenant: iss of every token that it gets.
	ClientKey string
	// SharedSecret signs those tokens. It is empty for an app with
	// authentication type none.
	SharedSecret string
	// BaseURL is the product's base URL that the app was told.
	BaseURL string
	Product Product
	// App is the descriptor as it was when the app was installed.
	App *descriptor.Descriptor

	mode InstallMode
}

// usesTokens reports whether the app asked for JWT authentication.
func (t *Tenant) usesTokens() bool { return t.App.Auth != "none" }

// registry is the tenants by app key, in the order of their first install. The
// zero registry is empty.
type registry struct {
	mu      sync.RWMutex
	tenants []*Tenant
}

// get returns the tenant of an app key, or nil.
func (r *registry) get(addonKey string) *Tenant {
	r.mu.RLock()
	defer r.mu.RUnlock()
	for _, t := range r.tenants {
		if t.App.Key == addonKey {
			return t
		}
	}
	return nil
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

// all returns the tenants there are.
func (r *registry) all() []*Tenant {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return slices.Clone(r.tenants)
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

// module finds a module of the app by its key.
func (t *Tenant) module(key string) (descriptor.Module, bool) {
	for _, m := range t.App.IframeModules() {
		if m.Key == key {
			return m, true
		}
	}
	return descriptor.Module{}, false
}
