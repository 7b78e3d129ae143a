package fakehost

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/standin-dev/standin/fakehost/token"
)

// EntryKind says what an [Entry] is about.
type EntryKind string

const (
	// KindLifecycle is a call sent to the app, with the status it answered.
	KindLifecycle EntryKind = "lifecycle"
	// KindWebhook is a webhook sent to the app, with the status it answered.
	KindWebhook EntryKind = "webhook"
	// KindPage is a page rendered.
	KindPage EntryKind = "page"
	// KindMinted is an iframe or context token minted.
	KindMinted EntryKind = "minted"
	// KindDelivered is a context token that getToken answered to an extension.
	KindDelivered EntryKind = "delivered"
	// KindBridge is a bridge established with an extension.
	KindBridge EntryKind = "bridge"
	// KindCall is a call of the app by way of AP.
	KindCall EntryKind = "call"
	// KindNotEmulated is a call or a REST path that this host does not know.
	KindNotEmulated EntryKind = "not-emulated"
	// KindRefused is a message or request that the host would not take.
	KindRefused EntryKind = "refused"
	// KindResolver is the content resolver asked, with the status it answered.
	KindResolver EntryKind = "resolver"
	// KindRequest is a REST call to the product.
	KindRequest EntryKind = "request"
	// KindSaved is what an app had the product keep, with what was kept: a macro.
	KindSaved EntryKind = "saved"
	// KindControl is what somebody did to the host by its control endpoints: moved
	// the clock, chose a user.
	KindControl EntryKind = "control"
	// KindFault is a condition that took effect, or a failure of the stand-in.
	KindFault EntryKind = "fault"
)

// fromPage are the kinds that the host's page may report. What the server does
// itself, it reports itself.
var fromPage = map[EntryKind]bool{
	KindDelivered: true, KindBridge: true, KindCall: true, KindNotEmulated: true,
	KindRefused: true, KindRequest: true, KindFault: true, KindResolver: true, KindPage: true,
}

// Entry is one line of the journal. Fields that do not apply are zero.
type Entry struct {
	// Seq is the entry's place in the journal, from 1.
	Seq int
	// At is the virtual instant. Entries of one page come in batches, so their
	// order in the journal is that of arrival.
	At time.Time
	// Real is the same instant on the machine's clock.
	Real time.Time
	Kind EntryKind
	// Extension is the extension_id, Module the module's key.
	Extension string
	Module    string
	// Text is one line for a person. It holds no token and no secret.
	Text string
	// Token is the raw token that this is about, for those who judge it. It is
	// left out of JSON and is never to be printed whole: use String, or
	// [token.ID].
	Token     string `json:"-"`
	TokenKind token.Kind
	// Call is an AP call, as module.method, and Args its arguments as the app
	// gave them.
	Call string
	Args json.RawMessage
	// URL, Method and Status are of a request. The URL may carry a token: print
	// it through [token.Redact].
	URL    string
	Method string
	Status int
	// Who made a REST call to the product; "" for what is none.
	Who Who
	// Refusal is why the host refused a REST call, or gave no access token, as the caller
	// was told; "" is that it did not.
	Refusal string
	// Account is who is logged in from now on, by account id; "" is nobody, and nil
	// that nothing changed.
	Account *string `json:"-"`
	// Site is the origin of the host that it happened at, for hosts that share a
	// journal ([Server.Beside]).
	Site string
}

// String is the entry as one line, fit for logs: signatures are cut.
func (e Entry) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "#%d %s %s", e.Seq, e.At.UTC().Format("15:04:05.000"), e.Kind)
	add := func(format string, value any, when bool) {
		if when {
			fmt.Fprintf(&b, format, value)
		}
	}
	add(" %s", e.Call, e.Call != "")
	add(" %s", e.Method, e.Method != "")
	add(" %s", e.URL, e.URL != "")
	add(" -> %d", e.Status, e.Status != 0)
	add(" (%s)", e.Who, e.Who != "")
	add(" [%s]", e.Extension, e.Extension != "")
	add(" token %s", token.ID(e.Token), e.Token != "")
	add(": %s", e.Text, e.Text != "")
	return token.Redact(b.String())
}

// oneLine is text without line breaks or other control characters, which an app
// could otherwise use to forge lines of a log.
func oneLine(text string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r == '\u2028' || r == '\u2029' {
			return ' '
		}
		return r
	}, text)
}
