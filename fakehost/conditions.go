package fakehost

import "time"

// What [Conditions.GetToken] can be besides "", which is normal.
const (
	// GetTokenHang makes getToken never answer, as production does when the
	// content resolver does not come back (CDAC 40669, CDAC 41508).
	GetTokenHang = "hang"
	// GetTokenEmpty makes getToken answer an empty text, and takes the token
	// out of what pages and the content resolver carry.
	GetTokenEmpty = "empty"
	// GetTokenReject makes getToken fail with an error that the app can catch.
	// It acts on pages that are rendered under it, not on the content resolver.
	GetTokenReject = "reject"
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
	// no answer at all, as in production.
	GetToken string
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
