package fakehost

import (
	"fmt"
	"strings"
)

// Publish gives a host that has been started a public name, as PublicURL with
// PublicPages does from the start: pages, what apps are told and what REST answers
// have it from now on. The host keeps its address, keys and secret, so that what an
// app was told of them stays true. Apps that are installed are told nothing and keep
// the base URL of their install: take them off before, and install them after. It
// fails with [ErrNotStarted] and [ErrClosed], for a site that has a public name (use
// [Server.RenameSite]), and for what is no origin such as https://acme.atlassian.net.
func (s *Server) Publish(origin string) error {
	s.stateMu.Lock()
	defer s.stateMu.Unlock()
	name, https := strings.CutPrefix(origin, "https://")
	switch {
	case s.port == 0:
		return fmt.Errorf("publish site: %w", ErrNotStarted)
	case s.closed:
		return fmt.Errorf("publish site: %w", ErrClosed)
	case s.public != "":
		return fmt.Errorf("publish site: it is %s already", s.public)
	case !https || !publicName.MatchString(name) || siteName.MatchString(name):
		return fmt.Errorf("publish site: %q is not a site's origin: write it as https://acme.atlassian.net", origin)
	}
	s.public, s.pages = origin, true
	return nil
}

// pagesArePublic reports whether browsers reach the host at its public name.
func (s *Server) pagesArePublic() bool {
	s.stateMu.Lock()
	defer s.stateMu.Unlock()
	return s.pages
}
