// Package token mints, parses, verifies and finds the JWTs of Atlassian Connect, computes the query string hash that ties one to
// a request, and moves tokens between a host's virtual time and the real time in which an app's back end lives.
package token

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"time"
)

// Kind is what a token is for.
type Kind string

const (
	// Iframe is the ?jwt= of an iframe's URL; its qsh is the hash of that request.
	Iframe Kind = "iframe"
	// Context is what AP.context.getToken gives; its qsh is ContextQSH.
	Context Kind = "context"
	// Lifecycle is the token on the installed, enabled, disabled and uninstalled calls.
	Lifecycle Kind = "lifecycle"
	// Session is a token that the app's back end mints for itself: with the tenant's secret, such as
	// atlassian-connect-express's X-acpt or the self-authentication token of atlassian-connect-spring-boot, or with a key of its own.
	Session Kind = "session"
	// Unknown is a token of which nobody here knows who made it.
	Unknown Kind = ""
)

// ContextQSH is the fixed qsh of a context token (DOC "Connect Active API migration").
const ContextQSH = "context-qsh"

// How long tokens live by default.
const (
	// DefaultIframeTTL was measured on Jira Cloud in February 2025. It was 180 s until 2021.
	DefaultIframeTTL = 900 * time.Second
	// DefaultContextTTL was read from a Confluence Cloud token of April 2021.
	DefaultContextTTL = 900 * time.Second
	// DefaultSessionTTL is atlassian-connect-express 11.5.3's maxTokenAge.
	DefaultSessionTTL = 900 * time.Second
)

// What can be wrong with a token. Verify joins all that apply.
var (
	ErrMalformed   = errors.New("token is malformed")
	ErrAlgorithm   = errors.New("token has the wrong algorithm")
	ErrSignature   = errors.New("token has a wrong signature")
	ErrIssuer      = errors.New("token has the wrong issuer")
	ErrSubject     = errors.New("token has the wrong subject")
	ErrQSH         = errors.New("token has the wrong query string hash")
	ErrExpired     = errors.New("token has expired")
	ErrNotYetValid = errors.New("token is not valid yet")
)

// Claims are the claims of a Connect token that have a meaning here. A zero field is an absent claim.
// Times are minted in whole seconds, rounded down.
type Claims struct {
	Issuer    string // iss: the tenant's clientKey; in a session token often the app's key
	Subject   string // sub: the Atlassian account id; absent when nobody is logged in
	QSH       string // qsh: QSH of the request, or ContextQSH
	Audience  []string
	IssuedAt  time.Time
	NotBefore time.Time
	ExpiresAt time.Time
	Context   map[string]any // nil: absent; empty: {}, as in an iframe token
}

// Token is a JWT that could be parsed. Nothing is said about its signature.
type Token struct {
	Raw       string
	Algorithm string // the header's alg
	KeyID     string // the header's kid; empty when absent
	Header    map[string]any
	Claims    Claims
	Payload   map[string]any // every claim, as encoding/json decodes it
}

// ID names a token in journals without showing it: 12 hex digits of its SHA-256.
func ID(raw string) string {
	sum := sha256.Sum256([]byte(raw))
	return hex.EncodeToString(sum[:6])
}
