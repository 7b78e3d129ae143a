package fakehost

import (
	"context"
	"errors"
	"fmt"
	"net"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
)

// siteName is a name of this machine's loopback: localhost, one below it (RFC
// 6761), or 127.0.0.1.
var siteName = regexp.MustCompile(`^(([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)*localhost|127\.0\.0\.1)$`)

// publicName is a name such as a site has on the Internet.
var publicName = regexp.MustCompile(`^([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]([a-z0-9-]*[a-z0-9])?$`)

// RenameSite gives the site another name, as an administrator may: Origin and
// BaseURL change, and with them what pages, tokens and REST answers say. Every app
// is sent installed with the new base URL and, as in production, no enabled after
// it. The port stays, and the old name still answers, as production redirects it
// for a while.
//
// The name is localhost, one that ends in .localhost (which browsers take for
// loopback, and not every back end), or 127.0.0.1. Of a site with a PublicURL it is
// that which is renamed, to a name such as other.atlassian.net; LocalOrigin stays.
// The site is renamed whatever the apps answer; their complaints are returned
// joined. Apps of mode [Skip] are not told.
func (s *Server) RenameSite(ctx context.Context, name string, o LifecycleOptions) error {
	s.lifecycleMu.Lock()
	defer s.lifecycleMu.Unlock()
	if err := s.setSite(name); err != nil {
		return fmt.Errorf("rename site: %w", err)
	}
	var problems []error
	for _, earlier := range s.tenants.everyone() {
		tenant := earlier.with(func(t *Tenant) { t.BaseURL = s.BaseURL() })
		s.tenants.put(tenant)
		problems = append(problems, s.notifyAfter(ctx, tenant, earlier, eventInstalled, o.Timeout))
	}
	return errors.Join(problems...)
}

// setSite changes the name, and listens where the new one leads to as well.
func (s *Server) setSite(name string) error {
	s.stateMu.Lock()
	defer s.stateMu.Unlock()
	switch {
	case s.port == 0:
		return ErrNotStarted
	case s.closed:
		return ErrClosed
	case s.public != "":
		return s.setPublic(name)
	case !siteName.MatchString(name):
		return fmt.Errorf("site %q is not a name of this machine's loopback: use localhost, one that ends in .localhost, or 127.0.0.1", name)
	case name == s.site:
		return fmt.Errorf("the site is called %s already", name)
	}
	if s.site == "127.0.0.1" && len(s.servers) == 1 {
		// A browser may try [::1] for a name, where we did not listen so far.
		six, err := net.Listen("tcp6", net.JoinHostPort("::1", strconv.Itoa(s.port)))
		switch {
		case err == nil:
			s.serve(six, s.handler)
		case errors.Is(err, syscall.EADDRINUSE):
			return fmt.Errorf("somebody else holds port %d on [::1], where browsers look for %s: choose another port", s.port, name)
		}
	}
	s.site = name
	return nil
}

// setPublic changes the name under which apps know the site.
func (s *Server) setPublic(name string) error {
	switch {
	case !publicName.MatchString(name) || siteName.MatchString(name):
		return fmt.Errorf("site %q is not a public name: use one such as other.atlassian.net", name)
	case s.public == "https://"+name:
		return fmt.Errorf("the site is called %s already", name)
	}
	s.former = append(s.former, strings.TrimPrefix(s.public, "https://"))
	s.public = "https://" + name
	return nil
}

// IsSite reports whether a name, in lower case and without a port, is that of the
// PublicURL, or was before the site was renamed.
func (s *Server) IsSite(name string) bool {
	s.stateMu.Lock()
	defer s.stateMu.Unlock()
	return s.public != "" && (s.public == "https://"+name || slices.Contains(s.former, name))
}

// ImportSite plays the import of a site's data: every app gets a new client key, a
// new secret and a new OAuth client by another installed, and the old ones are
// good for nothing any more: an assertion of the old OAuth client is answered with
// 400. The change holds whatever the apps answer, so that one that does not take
// it fails from then on, as in production; their complaints are returned joined.
// Apps of mode [Skip] are left as they are.
func (s *Server) ImportSite(ctx context.Context, o LifecycleOptions) error {
	if s.Origin() == "" {
		return fmt.Errorf("import site: %w", ErrNotStarted)
	}
	s.lifecycleMu.Lock()
	defer s.lifecycleMu.Unlock()
	var problems []error
	for _, earlier := range s.tenants.everyone() {
		if earlier.mode == Skip {
			continue
		}
		tenant := earlier.with(func(t *Tenant) {
			t.ClientKey, t.old = randomUUID(), nil
			if t.usesTokens() {
				t.SharedSecret, t.OAuthClientID = randomHex(32), randomOAuthClientID()
			}
		})
		s.Translator().AddTenant(tenant.ClientKey, tenant.SharedSecret)
		s.tenants.put(tenant)
		problems = append(problems, s.notifyAfter(ctx, tenant, earlier, eventInstalled, o.Timeout))
		if o.AlsoEnabled && !tenant.disabled {
			problems = append(problems, s.notify(ctx, tenant, eventEnabled, o.Timeout))
		}
	}
	return errors.Join(problems...)
}
