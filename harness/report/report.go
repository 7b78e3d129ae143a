// Package report holds what a run has to say: which scenarios passed, which
// failed, and why. Report is a published document, schema standin.report/v1:
// fields are added, never renamed. Text, JSON and JUnit are three writers over
// it, and none of them lets the signature of a token through.
//
// The package sees results only. It knows no browser and reads no clock, so the
// same Report always gives the same bytes.
package report

import "time"

// Schema is the name of the document, in Report.Schema.
const Schema = "standin.report/v1"

// Report is the result of one run over one app. The zero Report is an empty run,
// which proved nothing: its exit code is 4.
type Report struct {
	// Schema names the document and its version. The JSON writer fills it in.
	Schema string `json:"schema"`
	// Generator names the program that wrote the report and its version, as
	// "standin 0.1.0". Empty: not said.
	Generator string `json:"generator,omitempty"`
	// Browser names the browser that was driven and its version. Empty: not said,
	// as when none was started.
	Browser string `json:"browser,omitempty"`
	// App is the Connect app under test.
	App App `json:"app"`
	// Host is the fake product in which the app was shown.
	Host Host `json:"host"`
	// StartedAt is the virtual instant at which the run began. Zero: not said, and
	// left out of the document.
	StartedAt time.Time `json:"startedAt,omitzero"`
	// RealSeconds is how long one had to wait for all scenarios; less than the sum of
	// theirs where several were played at a time. Zero: it is that sum, and left out.
	RealSeconds float64 `json:"realSeconds,omitempty"`
	// Verdict is the worst of the scenarios' verdicts, kept by Add. See Outcome for
	// the runs that have none to show.
	Verdict Verdict `json:"verdict"`
	// Totals counts the scenarios by verdict, kept by Add.
	Totals Totals `json:"totals"`
	// Interrupted is set when the run was stopped before its last scenario ended.
	// Such a run never exits with 0, for the rest was not tried.
	Interrupted bool `json:"interrupted,omitempty"`
	// AppEnd says how the app was lost before the last scenario was played. Nil: it was
	// there to the end.
	AppEnd *AppEnd `json:"appEnd,omitempty"`
	// Outside are the addresses outside of this machine that pages and back end asked for in
	// vain, each once. Nil: there were none.
	Outside []KeptIn `json:"outside,omitempty"`
	// Modules are the iframes that the descriptor's modules have, where there are several,
	// and what was seen of each. Empty: there is one, or one was chosen by its key.
	Modules []Module `json:"modules,omitempty"`
	// Scenarios are the results, in the order in which they ran.
	Scenarios []Scenario `json:"scenarios"`
	// Notes are what the run wants to say besides: warnings about the descriptor,
	// calls that the host does not emulate, carriers that it learned, the journey
	// that it explored, as lines of YAML. A note may have several lines.
	Notes []string `json:"notes"`
}

// App says which app was tested.
type App struct {
	// Key is the descriptor's key.
	Key string `json:"key"`
	// Name is the descriptor's name. Empty: it has none.
	Name string `json:"name,omitempty"`
	// BaseURL is the descriptor's baseUrl.
	BaseURL string `json:"baseUrl"`
}

// Host says where the app was shown.
type Host struct {
	// Product is "jira" or "confluence".
	Product string `json:"product"`
	// BaseURL is the address of the fake site, with the product's context path.
	BaseURL string `json:"baseUrl"`
}

// Module is an iframe of the app, and what was seen of it as it was looked at.
type Module struct {
	// Key is the module's key, as in Scenario.Module.
	Key string `json:"key"`
	// Type is the name of the module's array in the descriptor.
	Type string `json:"type"`
	// Played says that the scenarios were played on it.
	Played bool `json:"played"`
	// Calls counts the requests to the back end that it sent when it was opened, Refused
	// those of them that were answered with 400 or more.
	Calls   int `json:"calls"`
	Refused int `json:"refused,omitempty"`
	// Failure says why its page did not load. Empty: it did, or was not looked at.
	Failure string `json:"failure,omitempty"`
	// Skipped says why it was not looked at. Empty: it was.
	Skipped string `json:"skipped,omitempty"`
}

// Totals counts scenarios by verdict; the six always add up to all of them.
type Totals struct {
	// Pass counts scenarios in which every judged request was right.
	Pass int `json:"pass"`
	// Warn counts scenarios that broke "should" rules only.
	Warn int `json:"warn"`
	// Fail counts scenarios that broke a "must" rule.
	Fail int `json:"fail"`
	// Inconclusive counts scenarios that proved nothing.
	Inconclusive int `json:"inconclusive"`
	// NotApplicable counts scenarios that do not concern this app.
	NotApplicable int `json:"not-applicable"`
	// HarnessError counts scenarios spoiled by the browser or by standin itself.
	HarnessError int `json:"harness-error"`
}

// Scenario is the result of one scenario against one module of the app.
type Scenario struct {
	// ID is the scenario's address, as "expiry/idle-then-act".
	ID string `json:"id"`
	// Title says in one sentence what the scenario does.
	Title string `json:"title"`
	// Module is the key of the descriptor's module that was shown, with ":" and a name
	// behind it for another of its iframes, as chart:editor. Empty: none was.
	Module string `json:"module"`
	// Several says that the run plays the scenario on several modules, so that a person
	// must be told which. It is not part of the document.
	Several bool `json:"-"`
	// Verdict is what came of it. Add turns an empty or unknown word into
	// HarnessError, for a scenario without a verdict must not count as anything else.
	Verdict Verdict `json:"verdict"`
	// Reason says in one sentence why the verdict is inconclusive, not-applicable or
	// harness-error. Empty for the others, whose findings speak.
	Reason string `json:"reason,omitempty"`
	// NotPlayed is set on a scenario whose turn did not come: the app was gone, or its page
	// did not work.
	NotPlayed bool `json:"notPlayed,omitempty"`
	// BecauseOf names the scenario whose result says why this one was not played. Empty:
	// no other does.
	BecauseOf string `json:"becauseOf,omitempty"`
	// VirtualSeconds is how long the scenario lasted on the virtual timeline.
	VirtualSeconds float64 `json:"virtualSeconds"`
	// RealSeconds is how long one had to wait for it.
	RealSeconds float64 `json:"realSeconds"`
	// Requests counts the requests that left the app's frames; in a scenario of the
	// group verify, those that standin itself sent, all of which are judged.
	Requests int `json:"requests"`
	// Judged counts those among them that had to prove who asks.
	Judged int `json:"judged"`
	// PassedOver counts the turns of timers that were not played, for those before had led to
	// the same; neither Requests nor Judged counts them.
	PassedOver int `json:"passedOver,omitempty"`
	// GetToken measures the app's calls of AP.context.getToken. Nil: there were none.
	GetToken *GetToken `json:"getToken,omitempty"`
	// Findings are the breaches of rules, the most telling first. All are listed.
	Findings []Finding `json:"findings"`
	// Timeline is everything that happened, in order.
	Timeline []Event `json:"timeline"`
	// Notes are what the scenario wants to say besides.
	Notes []string `json:"notes"`
}

// GetToken measures how often an app asked the host for a token.
type GetToken struct {
	// Calls counts the calls that the host answered.
	Calls int `json:"calls"`
	// AtOnce is the most of them within 100 ms.
	AtOnce int `json:"atOnce"`
}

// Severity says how much a rule's breach weighs.
type Severity = string

// The severities of a rule.
const (
	// Must is a rule whose breach fails the scenario.
	Must Severity = "must"
	// Should is a rule whose breach is a warning.
	Should Severity = "should"
)

// Finding is one breach of one rule, with its evidence.
type Finding struct {
	// Rule is the rule's id, which "standin explain" takes.
	Rule string `json:"rule"`
	// Severity is Must or Should.
	Severity Severity `json:"severity"`
	// Sentence is the rule itself, in a sentence.
	Sentence string `json:"sentence,omitempty"`
	// Message says in one sentence what happened here.
	Message string `json:"message"`
	// Expected is what the rule wants of this request. Empty: the sentence says it.
	Expected string `json:"expected,omitempty"`
	// Actual is what was seen instead. Empty: the message says it.
	Actual string `json:"actual,omitempty"`
	// Cause is one sentence on what led to it: the navigation, the jump in time, the
	// token's birth. Empty: not known.
	Cause string `json:"cause,omitempty"`
	// Remedy says what to change in the app.
	Remedy string `json:"remedy"`
	// Source says where the rule comes from: a page of documentation, a published
	// package, a thread. Empty: the rule is standin's own.
	Source string `json:"source,omitempty"`
	// Request is the request that broke the rule. Nil: no single one did.
	Request *Request `json:"request,omitempty"`
	// Place says where a token was found, for a breach that no request made: storage,
	// the console, the address of the host's page. Empty: the rule is not of that kind.
	Place string `json:"place,omitempty"`
	// Carrier says where the token rode, as "header:Authorization". Empty: there was
	// no token.
	Carrier string `json:"carrier"`
	// Token describes the token that counted. Nil: there was none to describe.
	Token *Token `json:"token,omitempty"`
	// Story is the part of the timeline around the breach, the line at which it
	// went wrong marked.
	Story []Event `json:"story,omitempty"`
	// Repeat is a command line, of one line or several, that does it again; the secret
	// that it needs is left out. Empty: there is none.
	Repeat string `json:"repeat,omitempty"`
	// Repeats counts the further requests that broke the same rule in the same way.
	// Zero: this one alone.
	Repeats int `json:"repeats,omitempty"`
}

// Request is what a finding needs to know about a request.
type Request struct {
	// Method is the HTTP method.
	Method string `json:"method"`
	// URL is the whole address. Writers cut the signature of a token in it.
	URL string `json:"url"`
	// Type is the kind of request as the browser names it: Fetch, XHR, Document,
	// EventSource, WebSocket, Ping, Image.
	Type string `json:"type"`
	// At is the virtual instant at which it was sent, RFC 3339 with milliseconds.
	At string `json:"at"`
	// Frame names the frame that sent it. Empty: not known.
	Frame string `json:"frame,omitempty"`
	// Initiator says what in the page sent it, as "app.js:12". Empty: not known.
	Initiator string `json:"initiator,omitempty"`
	// Status is the HTTP status of the answer. Zero: there was no answer.
	Status int `json:"status,omitempty"`
}

// Token describes a token without showing it. Times are of the virtual timeline.
type Token struct {
	// Kind is "iframe", "context", "session", "lifecycle", or empty when not known.
	Kind string `json:"kind"`
	// Iss and Sub are the claims of that name; empty: the token has none.
	Iss string `json:"iss"`
	Sub string `json:"sub"`
	// Iat and Exp are the claims of that name in seconds since 1970; zero: the token
	// has none.
	Iat int64 `json:"iat"`
	Exp int64 `json:"exp"`
	// Remaining is the life that the token had left when it was sent, in seconds:
	// negative when it had expired, and without meaning when Exp is zero.
	Remaining float64 `json:"remaining"`
	// ID names the token in journals; it cannot be turned back into it. Empty: not
	// said.
	ID string `json:"id,omitempty"`
}

// Event is one line of a timeline.
type Event struct {
	// At is the virtual time since the scenario's start, in seconds.
	At float64 `json:"at"`
	// Actor is who did it: "person", "host", "app", "browser", "clock" or "standin".
	Actor string `json:"actor"`
	// Text says what was done, in one line.
	Text string `json:"text"`
	// Mark is set on the line where it went wrong.
	Mark bool `json:"mark,omitempty"`
}
