package fakehost

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/standin-dev/standin/fakehost/token"
)

// bodyLimit is how many bytes of an app's answer an [InstallError] quotes.
const bodyLimit = 500

// InstallError says how an app failed a lifecycle call or a webhook.
type InstallError struct {
	// Event is installed, enabled, disabled or uninstalled, or webhook and the name
	// of its event, as in "webhook jira:issue_created" or "webhook
	// jira:issue_created, redelivery 1".
	Event string
	// URL is where the call went.
	URL string
	// Status is the app's answer, 0 when there was none.
	Status int
	// Body is the answer's text: at most 500 bytes, tokens and the shared
	// secret cut out.
	Body string
	// Err is why there was no answer; nil when there was one.
	Err error
	// Hint is what to do.
	Hint string
}

// Error is one sentence: what the app answered, and what to do.
func (e *InstallError) Error() string {
	if e.Err != nil {
		return fmt.Sprintf("the app did not answer %s at %s: %v; %s", e.Event, e.URL, e.Err, e.Hint)
	}
	body := ""
	if e.Body != "" {
		body = ": " + e.Body
	}
	return fmt.Sprintf("the app answered %s with %d%s; %s", e.Event, e.Status, body, e.Hint)
}

// Unwrap gives the cause when there was no answer.
func (e *InstallError) Unwrap() error { return e.Err }

// quoteBody makes an answer fit to be shown. Tokens and the secret go before
// the text is cut, for a cut token would no longer be known as one.
func quoteBody(body []byte, secret string) string {
	text := token.Redact(oneLine(strings.ToValidUTF8(string(body), "?")))
	if secret != "" {
		text = strings.ReplaceAll(text, secret, "<cut>")
	}
	text = strings.TrimSpace(text)
	if len(text) > bodyLimit {
		text = strings.ToValidUTF8(text[:bodyLimit], "")
	}
	return text
}

// hintFor says what usually helps against an answer.
func (s *Server) hintFor(n notice, status int) string {
	refused := status == http.StatusBadRequest || status == http.StatusUnauthorized || status == http.StatusForbidden
	switch {
	case status == http.StatusNotFound || status == http.StatusMethodNotAllowed:
		return "check that the app takes POST at the URL that its descriptor gives for this"
	case status >= 300 && status < 400:
		return "the product does not follow redirects: give the final URL in the descriptor"
	case refused && n.key.rsa:
		return "start the app with CONNECT_KEYS_CDN_URL=" + s.KeysURL() +
			" so that it takes this host's key, allow the site " + n.tenant.BaseURL + " in its whitelist, or install unsigned"
	case refused && n.event == eventInstalled && n.key.secret != "":
		return "it is signed with the secret of the install before, which the app must still have stored"
	case refused && n.event == eventInstalled:
		return "the app wants a signed install: use mode signed"
	case refused && n.key.secret != "":
		return "it is signed with the tenant's shared secret: check that the app stored the one of the latest installed"
	case status >= 500:
		return "look into the app's own log"
	case n.event == eventInstalled:
		return "the product takes 200 or 204 only"
	}
	return "the product expects 200 or 204"
}
