package fakehost

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"

	"github.com/standin-dev/standin/fakehost/clock"
	"github.com/standin-dev/standin/fakehost/token"
)

const (
	eventInstalled   = "installed"
	eventEnabled     = "enabled"
	eventDisabled    = "disabled"
	eventUninstalled = "uninstalled"
)

// lifecycleTTL is the life of a lifecycle token: measured on an HS256 call in
// November 2021 (CDAC 54066); for RS256 it is not known and taken to be equal.
const lifecycleTTL = 900 * time.Second

// answerLimit bounds how much of an app's answer is read at all.
const answerLimit = 64 << 10

// lifecycleBody is what the product posts; the names and their order are those
// of Atlassian's node sample and of P2 ConnectAddonEventData.
type lifecycleBody struct {
	Key            string `json:"key"`
	ClientKey      string `json:"clientKey"`
	OAuthClientID  string `json:"oauthClientId,omitempty"` // in installed only
	PublicKey      string `json:"publicKey"`               // deprecated
	SharedSecret   string `json:"sharedSecret,omitempty"`  // in installed only
	ServerVersion  string `json:"serverVersion"`           // deprecated
	PluginsVersion string `json:"pluginsVersion"`
	BaseURL        string `json:"baseUrl"`
	DisplayURL     string `json:"displayUrl"`
	ServicedeskURL string `json:"displayUrlServicedeskHelpCenter"`
	ProductType    string `json:"productType"`
	Description    string `json:"description"`
	EventType      string `json:"eventType"`
	// Those of LifecycleForm.
	ServiceEntitlementNumber string `json:"serviceEntitlementNumber,omitempty"`
	EntitlementID            string `json:"entitlementId,omitempty"`
	EntitlementNumber        string `json:"entitlementNumber,omitempty"`
	InstallationID           string `json:"installationId,omitempty"`
	AccountID                string `json:"accountId,omitempty"`
}

func (s *Server) lifecycleBody(t *Tenant, event string) ([]byte, error) {
	b := lifecycleBody{
		Key: t.App.Key, ClientKey: t.ClientKey, PublicKey: s.keys.base64(),
		ServerVersion: "100000", PluginsVersion: t.Product.frameworkVersion(),
		BaseURL: t.BaseURL, DisplayURL: s.displayURL(t), ServicedeskURL: s.displayURL(t),
		ProductType: t.Product.key(), Description: "A stand-in for " + t.Product.name() + " Cloud",
		EventType:                event,
		ServiceEntitlementNumber: s.Lifecycle.ServiceEntitlementNumber, EntitlementID: s.Lifecycle.EntitlementID,
		EntitlementNumber: s.Lifecycle.EntitlementNumber, InstallationID: s.Lifecycle.InstallationID, AccountID: s.Lifecycle.AccountID,
	}
	if event == eventInstalled {
		b.SharedSecret, b.OAuthClientID = t.SharedSecret, t.OAuthClientID
	}
	return json.Marshal(b)
}

// notify posts one event to the app, if it has a callback for it and knows its
// tenant from us, and writes the outcome to the journal. A timeout of 0 is the
// default.
func (s *Server) notify(ctx context.Context, t *Tenant, event string, timeout time.Duration) error {
	return s.notifyAfter(ctx, t, nil, event, timeout)
}

// notifyAfter is notify for a tenant that takes the place of an earlier one, which
// may be nil.
func (s *Server) notifyAfter(ctx context.Context, t, earlier *Tenant, event string, timeout time.Duration) error {
	path := map[string]string{
		eventInstalled: t.App.Lifecycle.Installed, eventEnabled: t.App.Lifecycle.Enabled,
		eventDisabled: t.App.Lifecycle.Disabled, eventUninstalled: t.App.Lifecycle.Uninstalled,
	}[event]
	if path == "" || t.mode == Skip {
		return nil
	}
	key := keyFor(t, earlier, event)
	if event == eventDisabled && s.Lifecycle.LateDisabled && s.tenants.find(t.App.Key) == nil {
		key = signingKey{} // the app is gone: there is nothing to sign with
	}
	body, err := s.lifecycleBody(t, event)
	if err != nil {
		return fmt.Errorf("make body of %s: %w", event, err)
	}
	return s.send(ctx, notice{
		tenant: t, event: event, target: s.lifecycleTarget(t, path), body: body,
		key: key, kind: KindLifecycle, timeout: timeout,
	})
}

// notice is one call to the app.
type notice struct {
	tenant *Tenant
	event  string // as the journal and errors call it
	target string
	body   []byte
	header http.Header // besides content type and token
	key    signingKey
	kind   EntryKind
	// timeout bounds the call; 0 is the default.
	timeout time.Duration
}

// send posts a notice and writes the outcome to the journal.
func (s *Server) send(ctx context.Context, n notice) error {
	t := n.tenant
	raw, err := s.lifecycleToken(n)
	if err != nil {
		return fmt.Errorf("sign %s: %w", n.event, err)
	}
	if n.timeout <= 0 {
		n.timeout = defaultInstallTimeout
	}
	ctx, cancel := context.WithTimeout(ctx, n.timeout)
	defer cancel()
	status, answer, err := s.post(ctx, n, raw)

	entry := Entry{Kind: n.kind, Method: http.MethodPost, URL: n.target, Status: status,
		Text: n.event + " sent to the app", Token: raw}
	if raw != "" {
		entry.TokenKind = token.Lifecycle
	}
	failure := &InstallError{Event: n.event, URL: n.target, Status: status, Body: quoteBody(answer, t.SharedSecret)}
	switch {
	case err != nil:
		failure.Err, failure.Hint = err, "check that the app runs and listens at "+t.App.BaseURL
	case !lifecycleAccepts(n.event, status):
		failure.Hint = s.hintFor(n, status)
	default:
		s.record(entry)
		return nil
	}
	entry.Text = failure.Error()
	s.record(entry)
	return failure
}

// lifecycleAccepts reports whether an answer counts as taken. The product
// insists on 200 or 204 for installed (CDAC 49046); the others are
// notifications, where any success will do.
func lifecycleAccepts(event string, status int) bool {
	if event == eventInstalled {
		return status == http.StatusOK || status == http.StatusNoContent
	}
	return status >= 200 && status < 300
}

// signingKey is how a notice is signed. The zero key: not at all.
type signingKey struct {
	rsa    bool
	secret string
}

// keyFor is the key of a lifecycle call: installed and uninstalled by RS256, the
// others by the tenant's secret. Before signed installs, the first installed had
// no token and later ones were signed with the previous secret (CDAC 49046).
func keyFor(t, earlier *Tenant, event string) signingKey {
	switch {
	case event != eventInstalled && event != eventUninstalled:
		return signingKey{secret: t.SharedSecret}
	case t.mode != Unsigned:
		return signingKey{rsa: true}
	case event == eventUninstalled:
		return signingKey{secret: t.SharedSecret}
	case earlier != nil:
		return signingKey{secret: earlier.SharedSecret}
	}
	return signingKey{}
}

// lifecycleToken mints the token of a call to the app in real time, since the app
// checks it by the machine's clock and no translation lies between. It is empty
// for a call that goes unsigned.
func (s *Server) lifecycleToken(n notice) (string, error) {
	if n.key == (signingKey{}) {
		return "", nil
	}
	t := n.tenant
	qsh, err := token.QSH(http.MethodPost, n.target, t.App.BaseURL)
	if err != nil {
		return "", err
	}
	now := clock.System().Add(s.Conditions().ClockAhead)
	claims := token.Claims{Issuer: t.ClientKey, QSH: qsh, IssuedAt: now, ExpiresAt: now.Add(lifecycleTTL)}
	if n.key.rsa {
		claims.Audience = []string{t.App.BaseURL}
		return token.MintRS256(s.keys.private, s.keys.id, claims)
	}
	claims.Context = map[string]any{}
	return token.MintHS256(n.key.secret, claims)
}

func (s *Server) post(ctx context.Context, n notice, raw string) (int, []byte, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, n.target, bytes.NewReader(n.body))
	if err != nil {
		return 0, nil, err
	}
	if !isLoopbackHost(request.URL.Host) && !n.tenant.App.Means(request.URL) {
		// Before any name is looked up: not even that leaves the machine.
		return 0, nil, fmt.Errorf("%s is %w", request.URL.Host, ErrNotLoopback)
	}
	request.Header.Set("Content-Type", "application/json")
	for name, values := range n.header {
		request.Header[name] = values
	}
	if raw != "" {
		request.Header.Set("Authorization", "JWT "+raw)
	}
	transport := loopbackTransport()
	defer transport.CloseIdleConnections()
	client := &http.Client{
		Transport:     n.tenant.App.Through(transport),
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	response, err := client.Do(request)
	if err != nil {
		return 0, nil, plainCause(err)
	}
	defer response.Body.Close()
	// A status without a whole body is an answer still.
	answer, _ := io.ReadAll(io.LimitReader(response.Body, answerLimit))
	return response.StatusCode, answer, nil
}

// loopbackTransport reaches this machine alone, past any proxy: a descriptor
// may name a baseUrl elsewhere, and the secret must not go there. An app on this
// machine signs for itself as a rule, so certificates are not checked.
func loopbackTransport() *http.Transport {
	dialer := &net.Dialer{ControlContext: refuseForeign}
	return &http.Transport{DialContext: dialer.DialContext, TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}
}
