package fakehost

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/standin-dev/standin/fakehost/token"
)

// defaultContextCache is the production host's cache of context tokens, as
// captured before 2021 (CDAC 40669 confirms that there is one).
const defaultContextCache = 30 * time.Second

// clockSkewSeconds is how long before its expiry the host's page takes a token
// for expired (atlassian-connect-js 5.3.190 src/host/utils/jwt.js).
const clockSkewSeconds = 60

// controlSecret is the form of a control secret that the caller chose.
var controlSecret = regexp.MustCompile(`^[A-Za-z0-9_-]{16,200}$`)

// checkSettings refuses settings that cannot be meant, and fills in what Start
// keeps for the run. It runs under stateMu.
func (s *Server) checkSettings() error {
	switch s.Product {
	case "", Jira, Confluence:
	default:
		return fmt.Errorf("product %q is unknown: use %q or %q", s.Product, Jira, Confluence)
	}
	if s.IframeTTL < 0 || s.ContextTTL < 0 {
		return fmt.Errorf("a token's life cannot be negative (iframe %s, context %s): leave it 0 for 900 s", s.IframeTTL, s.ContextTTL)
	}
	switch s.HiddenPages {
	case "", HiddenNotFound, HiddenShown:
	default:
		return fmt.Errorf("hidden pages %q is unknown: use %q or %q", s.HiddenPages, HiddenNotFound, HiddenShown)
	}
	switch s.Scopes {
	case "", ScopesBackEnd, ScopesAll, ScopesOff:
	default:
		return fmt.Errorf("scopes %q is unknown: use %q, %q or %q", s.Scopes, ScopesBackEnd, ScopesAll, ScopesOff)
	}
	if !s.checkLifecycle() {
		return fmt.Errorf("display URL %q is no origin: write it as https://jira.example.com", s.Lifecycle.DisplayURL)
	}
	switch {
	case s.Redelivery.Times < 0 || s.Redelivery.After < 0:
		return fmt.Errorf("redelivery cannot be negative (%d times after %s): leave it out for none", s.Redelivery.Times, s.Redelivery.After)
	case s.Redelivery.Times > 0 && s.Product == Confluence:
		return errors.New("Confluence sends no webhook again: leave Redelivery out")
	}
	if s.SecretGrace < 0 {
		return fmt.Errorf("the grace of a rotated secret cannot be negative (%s): leave it 0 for none", s.SecretGrace)
	}
	if err := checkTheme(s.Theme); err != nil {
		return err
	}
	if s.Beside == s || s.Beside != nil && s.Clock != nil && !s.OwnTime {
		return errors.New("a host that stands beside another has that one's clock: leave Clock nil, or set OwnTime, and Beside another host than itself")
	}
	switch s.Site {
	case "":
		s.site = "localhost"
	case "localhost", "127.0.0.1":
		s.site = s.Site
	default:
		return fmt.Errorf("site %q is not a name of this machine's loopback: use localhost or 127.0.0.1", s.Site)
	}
	if s.PublicURL != "" {
		name, https := strings.CutPrefix(s.PublicURL, "https://")
		if !https || !publicName.MatchString(name) || siteName.MatchString(name) {
			return fmt.Errorf("public URL %q is not a site's: write it as https://acme.atlassian.net", s.PublicURL)
		}
		s.public, s.pages = s.PublicURL, s.PublicPages
	}
	if s.PublicPages && s.PublicURL == "" {
		return errors.New("pages at a public URL want one: set PublicURL, as https://acme.atlassian.net")
	}
	if s.ControlSecret != "" && !controlSecret.MatchString(s.ControlSecret) {
		return errors.New("the control secret is too easily guessed or cannot stand in a header: use 16 to 200 letters, digits, \"-\" and \"_\", or leave it out")
	}
	s.user = s.User.orMadeUp()
	return nil
}

func (s *Server) contextCache() time.Duration {
	switch {
	case s.ContextCache == 0:
		return defaultContextCache
	case s.ContextCache < 0:
		return 0
	}
	return s.ContextCache
}

// iframeTTL is the life of the next iframe token: what the conditions say, else
// the server's setting, else production's.
func (s *Server) iframeTTL() time.Duration {
	return firstNonZero(s.Conditions().IframeTTL, s.IframeTTL, token.DefaultIframeTTL)
}

// contextTTL is the same for the next context token.
func (s *Server) contextTTL() time.Duration {
	return firstNonZero(s.Conditions().ContextTTL, s.ContextTTL, token.DefaultContextTTL)
}

func firstNonZero(choices ...time.Duration) time.Duration {
	for _, d := range choices {
		if d != 0 {
			return d
		}
	}
	return 0
}
