// Package timeline has the words for what happened in a scenario: the exchanges
// that left the browser, what the pages and the person did, and when. It is what
// the browser writes, the judge reads and the report tells.
package timeline

import (
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/standin-dev/standin/fakehost/token"
)

// Exchange is one request that left the browser, with its answer.
type Exchange struct {
	// ID counts from 1 in the order in which the requests reached the tap.
	ID int
	// At is the virtual instant at which the request reached the tap, Real the
	// machine's own.
	At, Real time.Time
	// Frame names the frame that sent it; empty when the browser names none.
	Frame string
	// Document is the URL of that frame's document at the time, as far as known.
	Document string
	// Extension is the extension_id of the frame's module; empty outside of one.
	Extension string
	// HostPage says that the frame is the host's own page, not the app's.
	HostPage bool
	// Type is the browser's resource type: Document, Fetch, XHR, Image, Ping, ….
	Type string
	// Method and URL are as the page wrote them, before translation.
	Method, URL string
	// Header holds the headers as the page wrote them, before translation.
	Header http.Header
	// Body is the request's body, as far as the browser tells it.
	Body []byte
	// Initiator says which script and line sent it, where the browser tells.
	Initiator string
	// RedirectOf is the ID of the exchange whose redirect caused this one; 0: none.
	RedirectOf int
	// Tokens has, for each JWT-shaped value in the request, what it was and what
	// the back end was given in its stead, keyed by the value as the page wrote it.
	Tokens map[string]token.Translation

	// Frames are the first messages of a WebSocket, both ways in their order, as the
	// page wrote and read them: before translation, and after it.
	Frames []Frame

	// Status is the answer's status; 0 when there was none.
	Status int
	// Answer holds the answer's headers, Set-Cookie among them where the browser tells.
	Answer http.Header
	// Excerpt is how the answer's body begins, where it is text and the answer an error:
	// what it says of itself. Tokens in it are cut. Empty: it was not read.
	Excerpt string
	// BlockedCookies are the cookies that the browser did not send with the request,
	// and those of the answer that it did not keep, each with the browser's reason.
	// One whose path, domain or port is another's is not among them. Empty: there were
	// none, or the browser does not tell, as of shared workers and beacons.
	BlockedCookies []BlockedCookie
	// Failure says why there was no answer, in the browser's word; empty: none.
	Failure string
	// FromCache says that the answer came from one of the browser's caches, and that
	// the request never left.
	FromCache bool
	// Blocked says that standin itself kept the request in, for it would have
	// left the machine.
	Blocked bool
	// Staged says that standin itself answered, on purpose and in the back end's stead:
	// the request never left.
	Staged bool
	// Answered is the virtual instant of the answer's headers; zero: none came.
	Answered time.Time
	// Ended says that the answer is complete, or that it failed.
	Ended bool
}

// BlockedCookie is a cookie that the browser kept from going out with a request, or
// from being stored.
type BlockedCookie struct {
	Name string
	// Reason is the browser's word: SameSiteLax, SameSiteUnspecifiedTreatedAsLax,
	// SameSiteNoneInsecure, ThirdPartyPhaseout, UserPreferences, …, as CDP's
	// Network.CookieBlockedReason and SetCookieBlockedReason have it. Where there are
	// several, it is the first; the browser's "Schemeful" before it is left out.
	Reason string
	// SetCookieLine is the cookie with its attributes, as Set-Cookie has it, but for its
	// value, which is cut: "sid=…; Path=/; HttpOnly; SameSite=Lax".
	SetCookieLine string
	// OnSet says that an answer set it and it was not kept; else it was kept and not
	// sent with this request.
	OnSet bool
}

// ThirdParty reports whether it was blocked for being a third party's, and for nothing
// else: a browser that sends those would have kept or sent it.
func (c BlockedCookie) ThirdParty() bool {
	return c.Reason == "ThirdPartyPhaseout" || c.Reason == "UserPreferences"
}

// Frame is one message of a WebSocket.
type Frame struct {
	// At is the virtual instant at which the browser told of it.
	At time.Time
	// Sent says that the page wrote it, not the server.
	Sent bool
	// Text says that it is text, not binary.
	Text bool
	// Data is how it begins; Size is how long it is as a whole, in bytes.
	Data []byte
	Size int
}

// NavigationKind is how a frame's URL changed.
type NavigationKind string

// The kinds of navigation. Push, Replace and Hash stay in the document, Traverse
// is back or forward, Document loads a new one.
const (
	Push     NavigationKind = "push"
	Replace  NavigationKind = "replace"
	Hash     NavigationKind = "hash"
	Traverse NavigationKind = "traverse"
	Reload   NavigationKind = "reload"
	Document NavigationKind = "document"
)

// Event is anything on the timeline that is no exchange.
type Event struct {
	At time.Time
	// Kind is one of the Kind constants of this package.
	Kind EventKind
	// Text is one line for a person.
	Text string
	// Frame names the frame, where one is concerned.
	Frame string
	// Navigation, From and To tell of a navigation.
	Navigation NavigationKind
	From, To   string
	// By is how far the clock jumped, and Jump of what kind.
	By   time.Duration
	Jump string
	// Token is the id of a token that was delivered or minted; Raw is the token
	// itself, which no writer may print.
	Token, Raw string
	// Extension is the extension that a token was handed to.
	Extension string
	// Exchange is the ID of the exchange that the event is about; 0: none.
	Exchange int
	// Place says where a token was found, as "localStorage item session".
	Place string
	// Call is the call of AP that was left without an answer, as context.getToken.
	Call string
	// Known is what is known of Raw, where that was asked.
	Known *token.Translation
	// Account is who is logged in from now on; empty: nobody.
	Account string
	// Script is what an Exception was, Violation what a Forbidden was, CORS what a
	// CORSRefused was, and Page what a Shown is about; nil for all other kinds.
	Script    *ScriptError
	Violation *Violation
	CORS      *CORSError
	Page      *PageState
	// Repetition is what a PassedOver was; nil for all other kinds.
	Repetition *Repetition
}

// Repetition is what a page would have done again and again, which standin passed over as
// time ran: it had led to the same each time.
type Repetition struct {
	// Times is how many repetitions were passed over; What is what each had asked for, as
	// "GET /api/health".
	Times int
	What  string
	// Exchanges are the IDs of those that the last one had sent which was played, Asked how
	// many calls of getToken came with it.
	Exchanges []int
	Asked     int
}

// EventKind says what an Event tells of.
type EventKind string

// The kinds of event.
const (
	Step       EventKind = "step"       // the person did something
	Navigated  EventKind = "navigated"  // a frame's URL changed
	Jumped     EventKind = "jumped"     // the clock moved
	Delivered  EventKind = "delivered"  // the host answered getToken
	Unanswered EventKind = "unanswered" // the host left Call without an answer
	Withheld   EventKind = "withheld"   // getToken gives no token from now on, on purpose
	Unmoved    EventKind = "unmoved"    // the app's page showed nothing new for By, up to At
	NotTaken   EventKind = "not-taken"  // the app answered a lifecycle call with an error
	Mended     EventKind = "mended"     // what was wrong on purpose is right again
	Bridge     EventKind = "bridge"     // the bridge is up
	Dialog     EventKind = "dialog"     // alert, confirm, prompt: dismissed
	Crashed    EventKind = "crashed"    // a renderer died
	Console    EventKind = "console"    // an error on the app's console
	Exception  EventKind = "exception"  // an uncaught exception in the app
	Condition  EventKind = "condition"  // the host was set in some way
	Probed     EventKind = "probed"     // standin itself asked the back end
	Observed   EventKind = "observed"   // anything else worth a line
	Brought    EventKind = "brought"    // an answer of the back end had a token in it
	Renewed    EventKind = "renewed"    // the back end gave out Raw again, a session that is no JWT
	Revealed   EventKind = "revealed"   // an answer of the back end had the shared secret in it
	Kept       EventKind = "kept"       // a token lies in the app's storage, window.name or console
	Exposed    EventKind = "exposed"    // a token stands in the address of the host's page
	LoggedIn   EventKind = "logged-in"  // somebody else is logged in on the host
	Rotated    EventKind = "rotated"    // the tenant has another secret
	Facts      EventKind = "facts"      // what the app's page says of itself, as a meta tag
	Forbidden  EventKind = "forbidden"  // a Content-Security-Policy kept something from a document
	// CORSRefused says that the browser kept an answer of another origin from the page.
	CORSRefused EventKind = "cors-refused"
	// PassedOver says that repetitions were not played.
	PassedOver EventKind = "passed-over"
	// Shown says what the app's frame shows.
	Shown EventKind = "shown"
)

// Offset tells how long after the scenario's start something was, as +16:02.1 or
// +1:00:03.0 or, before it, -14:20.0.
func Offset(d time.Duration) string {
	sign, tenths := "+", int64(d.Round(100*time.Millisecond)/(100*time.Millisecond))
	if tenths < 0 {
		sign, tenths = "-", -tenths
	}
	hours, minutes, seconds := tenths/36000, tenths/600%60, tenths/10%60
	if hours > 0 {
		return fmt.Sprintf("%s%d:%02d:%02d.%d", sign, hours, minutes, seconds, tenths%10)
	}
	return fmt.Sprintf("%s%02d:%02d.%d", sign, minutes, seconds, tenths%10)
}

// Span tells a span as a person would: 16m, 1h, 45m1s, 9.8s.
func Span(d time.Duration) string {
	if d.Abs() < 10*time.Second {
		d = d.Round(100 * time.Millisecond)
	} else {
		d = d.Round(time.Second)
	}
	text := d.String()
	if strings.HasSuffix(text, "m0s") {
		text = strings.TrimSuffix(text, "0s")
	}
	if strings.HasSuffix(text, "h0m") {
		text = strings.TrimSuffix(text, "0m")
	}
	return text
}
