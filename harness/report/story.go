package report

import (
	"fmt"
	"strings"
	"time"
)

// labelWidth is the column in which the values of a finding start.
const labelWidth = 12

// longestURL is how much of an address is shown to people, in characters: a data URL
// can have a million.
const longestURL = 400

// scenario tells what a scenario has to say beyond its line. One that passed and
// has no notes says nothing, unless asked to be verbose.
func (p *page) scenario(s Scenario) {
	told := len(s.Findings) > 0 || s.Reason != "" || len(s.Notes) > 0
	if !told && s.Verdict != Fail && !p.verbose {
		return
	}
	p.gap()
	p.banner(fmt.Sprintf("%s %s: %s ", mark(s.Verdict), s.Label(), s.Verdict))
	if s.Title != "" {
		p.para(2, s.Title)
	}
	if s.Reason != "" {
		p.field("reason", s.Reason)
	}
	for i, f := range s.Findings {
		if i == 0 || p.verbose {
			p.finding(s, f)
		} else {
			p.further(f, s.Findings[0])
		}
	}
	if p.verbose && len(s.Timeline) > 0 {
		p.line("")
		p.line("  whole timeline")
		p.timeline(s.Timeline)
	}
	if len(s.Notes) > 0 {
		p.line("")
		for _, n := range s.Notes {
			p.note(n)
		}
	}
}

// banner is a line across the page that starts with title. A title that is wider
// than the page is an id, which stays whole.
func (p *page) banner(title string) {
	p.line(title + strings.Repeat("─", max(p.width-columns(title), 0)))
}

// field adds a label and its value, unless there is none.
func (p *page) field(label, value string) {
	if value == "" {
		return
	}
	p.hang(value, pad("  "+label, labelWidth), strings.Repeat(" ", labelWidth))
}

// finding tells one finding in full.
func (p *page) finding(s Scenario, f Finding) {
	p.line("")
	p.para(2, fmt.Sprintf("%s (%s)", f.Rule, f.Severity))
	if f.Sentence != "" {
		p.para(2, "The rule: "+f.Sentence)
	}
	p.line("")
	p.field("found", f.Message)
	if f.Request != nil {
		p.field("request", f.Request.Method+" "+brief(f.Request.URL, longestURL))
		p.field("", circumstances(*f.Request))
	}
	p.field("expected", f.Expected)
	p.field("actual", f.Actual)
	p.field("carrier", f.Carrier)
	if f.Token != nil {
		p.field("token", life(*f.Token))
	}
	p.field("cause", f.Cause)
	if f.Repeats > 0 {
		p.field("repeats", plural(f.Repeats, "more request")+" broke this rule in the same way")
	}
	if story := storyOf(s, f, p.verbose); len(story) > 0 {
		p.line("")
		p.timeline(story)
	}
	p.line("")
	p.field("remedy", f.Remedy)
	p.field("source", f.Source)
	p.command("repeat", f.Repeat)
	p.field("more", "standin explain "+f.Rule)
}

// storyOf is the timeline to print with a finding. A finding without a story of its
// own is told by the scenario's, unless that is printed anyway.
func storyOf(s Scenario, f Finding, verbose bool) []Event {
	if len(f.Story) > 0 || verbose {
		return f.Story
	}
	return s.Timeline
}

// further tells a finding that is not the first of its scenario: what happened, to
// which request, and the remedy where it is another one.
func (p *page) further(f, first Finding) {
	text := fmt.Sprintf("also %s (%s): %s", f.Rule, f.Severity, sentence(f.Message))
	if f.Request != nil {
		text += fmt.Sprintf(" The request: %s %s.", f.Request.Method, brief(f.Request.URL, longestURL))
	}
	if f.Repeats > 0 {
		text += fmt.Sprintf(" And %s in the same way.", plural(f.Repeats, "more request"))
	}
	if f.Remedy != "" && f.Remedy != first.Remedy {
		text += " Remedy: " + sentence(f.Remedy)
	}
	p.line("")
	p.para(2, text)
}

// timeline adds the events: mark, time since the scenario's start, who, what.
func (p *page) timeline(events []Event) {
	at, who := 0, 0
	for _, e := range events {
		at, who = max(at, columns(moment(e.At))), max(who, columns(e.Actor))
	}
	for _, e := range events {
		sign := "  "
		if e.Mark {
			sign = "▸ "
		}
		first := fmt.Sprintf("%s%*s  %s → ", sign, at, moment(e.At), pad(e.Actor, who))
		p.hang(e.Text, first, strings.Repeat(" ", columns(first)))
	}
}

// moment is an instant of the virtual timeline, relative to the scenario's start.
func moment(at float64) string {
	s := span(at)
	if strings.HasPrefix(s, "-") {
		return s
	}
	return "+" + s
}

// circumstances says what kind of request it was, who sent it, when, and what came
// back.
func circumstances(r Request) string {
	var parts []string
	if r.Type != "" {
		parts = append(parts, r.Type)
	}
	if r.Frame != "" {
		parts = append(parts, "from "+r.Frame)
	}
	if r.Initiator != "" {
		parts = append(parts, "by "+r.Initiator)
	}
	if r.At != "" {
		parts = append(parts, "at "+r.At)
	}
	if r.Status != 0 {
		parts = append(parts, fmt.Sprintf("answered %d", r.Status))
	}
	return strings.Join(parts, ", ")
}

// life describes a token: what it is, whose, and how much of its life was left.
func life(t Token) string {
	name := "token"
	if t.Kind != "" {
		name = t.Kind + " token"
	}
	if t.ID != "" {
		name += " " + t.ID
	}
	parts := []string{name}
	if t.Iss != "" {
		parts = append(parts, "iss "+t.Iss)
	}
	if t.Sub != "" {
		parts = append(parts, "sub "+t.Sub)
	}
	if t.Iat != 0 {
		parts = append(parts, "issued "+clockTime(t.Iat))
	}
	if t.Exp == 0 {
		return strings.Join(append(parts, "without an end"), ", ")
	}
	parts = append(parts, "ends "+clockTime(t.Exp))
	left := span(t.Remaining) + " left"
	if t.Remaining < 0 {
		left = "expired " + span(-t.Remaining) + " before it was sent"
	}
	return strings.Join(append(parts, left), ", ")
}

// clockTime shows a claim as people read time.
func clockTime(unix int64) string {
	return time.Unix(unix, 0).UTC().Format("15:04:05Z")
}

// sentence ends text with a full stop.
func sentence(text string) string {
	if text == "" || strings.ContainsAny(text[len(text)-1:], ".!?") {
		return text
	}
	return text + "."
}

// command shows lines to be typed. They are not wrapped, for then they would be other
// commands.
func (p *page) command(label, text string) {
	if text == "" {
		return
	}
	indent := pad("  "+label, labelWidth)
	for l := range strings.Lines(text) {
		p.line(indent + strings.TrimRight(l, "\n"))
		indent = strings.Repeat(" ", labelWidth)
	}
}
