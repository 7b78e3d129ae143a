package timeline

// ScriptError is an exception that no script caught, in a document or a worker.
type ScriptError struct {
	// Message is the exception as the browser words it, as "ReferenceError: AP is not
	// defined": its first line.
	Message string
	// URL and Line are where it was thrown, as far as the browser says; the line counts
	// from 1, 0 is unknown.
	URL  string
	Line int
	// Worker says that it was thrown in a worker, not in a document.
	Worker bool
}

// Violation is something that a document's Content-Security-Policy forbade, or, when
// only reporting, would have.
type Violation struct {
	// Directive is the one that forbade it, in the browser's words: "script-src-elem"
	// also where the policy has only script-src or default-src.
	Directive string
	// Blocked is the address that was not let through; empty: a script in the document
	// itself, or a text that was to be run.
	Blocked string
	// Inline says that it was a script or a style within the document, Eval that a text
	// was to be run as a script.
	Inline, Eval bool
	// ReportOnly says that the policy only reports: nothing was kept from the page.
	ReportOnly bool
}

// CORSError is an answer that the browser kept from a page of another origin, or a
// request that it never sent because its preflight was refused.
type CORSError struct {
	// Method and URL are those of the page's request.
	Method, URL string
	// Reason is the browser's name for it: a Network.CorsError of the DevTools protocol,
	// as "HeaderDisallowedByPreflightResponse".
	Reason string
	// Parameter is what the reason is about: a header's name or value; empty: nothing.
	Parameter string
}

// PageState is what a frame showed when it was asked.
type PageState struct {
	// Words are the first of the text that a person reads in it; tokens may be among
	// them.
	Words string
	// ContentType is the document's, as the browser took it: "text/html".
	ContentType string
	// Empty says that the document has nothing in it at all: no element and no text.
	Empty bool
	// Bare says that a person sees nothing: no text, no picture, no control.
	Bare bool
	// AP says that the page has the bridge's object AP.
	AP bool
	// Uses are the places in the document and its scripts that use the bridge.
	Uses []Use
}

// Use is a place in a page's code that uses the bridge.
type Use struct {
	// URL is the script's or the document's address.
	URL string
	// Line counts from 1; 0: not known.
	Line int
	// Text is what stands there, as "AP.context".
	Text string
}
