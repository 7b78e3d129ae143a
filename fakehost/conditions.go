package fakehost

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// What [Conditions.GetToken] can be besides "", which is normal.
const (
	// GetTokenHang makes getToken never answer, as production does when the
	// content resolver does not come back (CDAC 40669, CDAC 41508).
	GetTokenHang = "hang"
	// GetTokenEmpty makes getToken answer an empty text, and takes the token
	// out of what pages and the content resolver carry.
	GetTokenEmpty = "empty"
	// GetTokenReject makes getToken fail with an error that the app can catch.
	GetTokenReject = "reject"
)

// What [Conditions.Licence] can be besides "", which is a licence that is active.
const (
	// LicenceLapsed is a licence that has run out: URLs say lic=none, context and
	// context token have no license member (so in captures with lic=none), the
	// condition addon_is_licensed does not hold, and what is gated by it gets no
	// token any more.
	LicenceLapsed = "lapsed"
	// LicenceWithheld is the same, and no module of any app gets a token, gated or
	// not. Which of the two production does for an ungated module is not published.
	LicenceWithheld = "withheld"
)

// What [Conditions.Session] can be besides "", which is a session that goes on. In
// each of them the content resolver has no token to give, and AP.request is
// answered with 401. What the resolver of production answers without a session is
// not published.
const (
	// SessionRefused makes the content resolver answer 401.
	SessionRefused = "refused"
	// SessionRedirect makes it redirect to the login page.
	SessionRedirect = "redirect"
	// SessionLoginPage makes it answer 200 with the login page.
	SessionLoginPage = "login-page"
)

// What [Conditions.Tracing] can be besides "", which is off.
const (
	// TracingSampled has traceSampled=1.
	TracingSampled = "sampled"
	// TracingUnsampled has traceSampled=0.
	TracingUnsampled = "unsampled"
)

// Conditions are what the host does to an app on purpose. They may be changed
// while the server runs and hold from the next page, token or resolver call on.
// The zero Conditions are none: the host behaves well.
type Conditions struct {
	// FirstTokenAge is how old the context token is that a page is rendered
	// with: it is minted as if that long ago, so its life is the shorter by it.
	// It happens in production when a rendered page was cached or left open.
	// Tokens from the content resolver stay fresh. 0 is fresh.
	FirstTokenAge time.Duration

	// ContextTTL and IframeTTL replace the server's settings of these names.
	// 0 leaves them.
	ContextTTL time.Duration
	IframeTTL  time.Duration

	// ResolverDelay is how long the content resolver takes to answer, in real
	// time. 0 is at once.
	ResolverDelay time.Duration

	// ResolverStatus is an HTTP status that the content resolver answers with
	// instead of a token. 0 answers properly; what is no final status, from 200
	// to 599, counts as 500.
	ResolverStatus int

	// GetToken is what AP.context.getToken does: "" is normal, else
	// [GetTokenHang], [GetTokenEmpty] or [GetTokenReject]. A page learns it
	// when it is rendered; one that is open already meets it only when its
	// cache is stale and it asks the content resolver, where getToken then has
	// no answer at all, as in production, or fails under [GetTokenReject].
	GetToken string

	// Licence is the licence of every app: "" is active, else [LicenceLapsed] or
	// [LicenceWithheld]. A frame that is open learns of it as in production: its
	// cached token is good for [Server.ContextCache], then the content resolver has
	// none for it, the host's page throws, and getToken has no answer (CDAC 41508).
	Licence string

	// Session is the person's session: "" goes on, else [SessionRefused],
	// [SessionRedirect] or [SessionLoginPage]. Pages lead to the login page. A
	// frame that is open lives on from its cache, then getToken has no answer.
	Session string

	// ClockAhead is how far the clock by which the host mints is ahead of the
	// truth: every token that it makes has its iat and exp so much later. Negative
	// is behind, 0 is right. Servers differ by seconds (CDAC 10151).
	ClockAhead time.Duration

	// Tracing adds traceId, spanId and traceSampled to the iframe URLs of
	// Confluence, as captured where request tracing was on: [TracingSampled] or
	// [TracingUnsampled]. "" is off, and Jira has none.
	Tracing string
}

// Check says what in the conditions cannot be meant; nil is nothing.
func (c Conditions) Check() error {
	oneOf := func(name, value string, known ...string) error {
		if value == "" || slices.Contains(known, value) {
			return nil
		}
		return fmt.Errorf("%s %q is unknown: use %s, or nothing for what is usual", name, value, strings.Join(known, ", "))
	}
	length := func(name string, d time.Duration) error {
		if d < 0 {
			return fmt.Errorf("%s is %s: a negative length has no meaning here", name, d)
		}
		return nil
	}
	status := error(nil)
	if c.ResolverStatus != 0 && (c.ResolverStatus < 200 || c.ResolverStatus > 599) {
		status = fmt.Errorf("resolverStatus %d is no final status: use 200 to 599, or 0", c.ResolverStatus)
	}
	return errors.Join(
		length("firstTokenAge", c.FirstTokenAge), length("contextTTL", c.ContextTTL), length("iframeTTL", c.IframeTTL),
		length("resolverDelay", c.ResolverDelay), status,
		oneOf("getToken", c.GetToken, GetTokenHang, GetTokenEmpty, GetTokenReject),
		oneOf("licence", c.Licence, LicenceLapsed, LicenceWithheld),
		oneOf("tracing", c.Tracing, TracingSampled, TracingUnsampled),
		oneOf("session", c.Session, SessionRefused, SessionRedirect, SessionLoginPage),
	)
}

// SetConditions replaces all conditions.
func (s *Server) SetConditions(c Conditions) {
	s.conditionsMu.Lock()
	defer s.conditionsMu.Unlock()
	s.conditions = c
}

// Conditions returns the conditions as they are.
func (s *Server) Conditions() Conditions {
	s.conditionsMu.Lock()
	defer s.conditionsMu.Unlock()
	return s.conditions
}

// mintTime is what the clock shows by which the host mints.
func (s *Server) mintTime() time.Time { return s.Time().Now().Add(s.Conditions().ClockAhead) }
