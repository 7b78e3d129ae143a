package browser

import (
	"fmt"
	"strings"

	"github.com/chromedp/cdproto/audits"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"

	"github.com/standin-dev/standin/harness/timeline"
)

// What goes wrong in a page is told by three domains: Runtime has the exceptions,
// Audits what a Content-Security-Policy forbade, Network what CORS kept from it.

func (b *Browser) listenIssues() {
	on(b.conn, audits.IssueAdded, func(s *session, e *audits.EventIssueAdded) {
		if s.frame == nil || s.frame.isTab || e.Issue == nil || e.Issue.Details == nil {
			return
		}
		if d := e.Issue.Details.ContentSecurityPolicyIssueDetails; d != nil {
			forbidden(s, d)
		}
	})
}

func forbidden(s *session, d *audits.ContentSecurityPolicyIssueDetails) {
	v := timeline.Violation{
		Directive: d.ViolatedDirective, Blocked: d.BlockedURL, ReportOnly: d.IsReportOnly,
		Inline: d.ContentSecurityPolicyViolationType == audits.ContentSecurityPolicyViolationTypeKInlineViolation,
		Eval:   d.ContentSecurityPolicyViolationType == audits.ContentSecurityPolicyViolationTypeKEvalViolation,
	}
	what := v.Blocked
	switch {
	case v.Inline:
		what = "what stands within the document itself"
	case v.Eval:
		what = "a text that was to be run as a script"
	}
	verb := "forbids"
	if v.ReportOnly {
		verb = "would forbid"
	}
	// A frame that moves to another process is told of what happened before once more.
	s.frame.context.noteOnce(timeline.Event{Kind: timeline.Forbidden, Frame: string(s.frame.id), Violation: &v,
		Place: v.Directive + " " + what, Text: fmt.Sprintf("the page's Content-Security-Policy %s %s (%s)", verb, what, v.Directive)})
}

// corsRefused notes that a page was refused what it asked of another origin.
func corsRefused(s *session, e *network.EventLoadingFailed) {
	if e.CorsErrorStatus == nil || s.frame == nil || s.frame.isTab {
		return
	}
	ev := timeline.CORSError{Reason: string(e.CorsErrorStatus.CorsError), Parameter: e.CorsErrorStatus.FailedParameter}
	frame, known := "", false
	withWire(s, func(c *Context) {
		if n := c.wire.newsOf(string(e.RequestID)); n != nil {
			ev.Method, ev.URL, frame, known = n.method, n.url, n.frame, n.url != ""
		}
	})
	if known {
		s.frame.context.Note(timeline.Event{Kind: timeline.CORSRefused, Frame: frame, CORS: &ev,
			Text: fmt.Sprintf("the browser keeps %s %s from the page: %s", ev.Method, short(ev.URL), strings.TrimSpace(ev.Reason+" "+ev.Parameter))})
	}
}

// newsOf is what was told of the latest hop of a request; nil: nothing.
func (w *wire) newsOf(networkID string) *news {
	if n := w.early[networkID]; n != nil {
		return n
	}
	return w.told[w.byNetwork[networkID]]
}

func exceptionThrown(s *session, e *runtime.EventExceptionThrown) {
	if s.frame == nil || s.frame.isTab || e.ExceptionDetails == nil {
		return
	}
	d := e.ExceptionDetails
	thrown := timeline.ScriptError{Message: d.Text, URL: d.URL, Line: int(d.LineNumber) + 1, Worker: workerKinds[s.frame.kind]}
	if o := d.Exception; o != nil && o.Description != "" {
		thrown.Message, _, _ = strings.Cut(o.Description, "\n")
	}
	if f := caller(d.StackTrace); f != nil && f.URL != "" {
		thrown.URL, thrown.Line = f.URL, int(f.LineNumber)+1
	}
	where := "the page"
	if thrown.Worker {
		where = "a worker"
	}
	text := "uncaught in " + where + ": " + thrown.Message
	if thrown.URL != "" {
		text += fmt.Sprintf(" (%s:%d)", short(thrown.URL), thrown.Line)
	}
	s.frame.context.Note(timeline.Event{Kind: timeline.Exception, Frame: string(s.frame.id), Script: &thrown, Text: text})
}
