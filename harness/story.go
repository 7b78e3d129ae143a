package harness

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/standin-dev/standin/fakehost/token"
	"github.com/standin-dev/standin/harness/judge"
	"github.com/standin-dev/standin/harness/report"
	"github.com/standin-dev/standin/harness/timeline"
)

// linesBefore and linesAfter are how much of the timeline is told around the
// line at which it went wrong.
const (
	linesBefore = 7
	linesAfter  = 1
)

// story tells a timeline: exchanges and events as one list of lines.
type story struct {
	in    *judge.Input
	lines []line
}

// line is one line of the story. exchange is the ID of the exchange it tells; 0:
// it tells an event.
type line struct {
	at       time.Time
	order    int // among lines of the same instant
	exchange int
	event    report.Event
}

func newStory(in *judge.Input, result *judge.Result) *story {
	s := &story{in: in}
	for i := range in.Exchanges {
		switch result.Classes[i] {
		case judge.FirstDocument, judge.LaterDocument, judge.Protected, judge.Public:
			s.exchange(&in.Exchanges[i])
		case judge.Foreign:
			if in.Exchanges[i].Blocked {
				s.exchange(&in.Exchanges[i])
			}
		}
	}
	for i, e := range in.Events {
		s.event(e, i)
	}
	slices.SortStableFunc(s.lines, func(a, b line) int {
		return cmp.Or(a.at.Compare(b.at), cmp.Compare(a.order, b.order))
	})
	return s
}

func (s *story) seconds(at time.Time) float64 {
	return float64(at.Sub(s.in.Start).Round(time.Millisecond)) / float64(time.Second)
}

func (s *story) exchange(x *timeline.Exchange) {
	handshake := *x
	handshake.Frames = nil
	text := fmt.Sprintf("%s %s, %s", x.Method, address(x.URL), s.carried(&handshake))
	switch {
	case x.Staged:
		text += fmt.Sprintf(" → %d, by standin", x.Status)
	case x.Status != 0:
		text += fmt.Sprintf(" → %d", x.Status)
	case x.Failure != "":
		text += " → " + x.Failure
	default:
		text += " → no answer"
	}
	s.lines = append(s.lines, line{at: x.At, order: 1000 + x.ID, exchange: x.ID,
		event: report.Event{At: s.seconds(x.At), Actor: "app", Text: text}})
	s.messages(x)
}

// messages tells those that an exchange's WebSocket was used to prove oneself with.
func (s *story) messages(x *timeline.Exchange) {
	for _, m := range x.Frames {
		one := timeline.Exchange{Tokens: x.Tokens, Frames: []timeline.Frame{m}, At: m.At}
		if own, _ := judge.FindCarriers(&one, nil); len(own) > 0 {
			s.lines = append(s.lines, line{at: m.At, order: 1000 + x.ID, exchange: x.ID, event: report.Event{
				At: s.seconds(m.At), Actor: "app", Text: fmt.Sprintf("a message to %s, %s", address(x.URL), s.carried(&one))}})
		}
	}
}

// carried says in a few words what a request brought to prove itself.
func (s *story) carried(x *timeline.Exchange) string {
	own, referer := judge.FindCarriers(x, s.in.Policy.Carriers)
	if len(own) == 0 {
		if len(referer) > 0 {
			return "a token in the Referer only"
		}
		return "no token"
	}
	parts := make([]string, len(own))
	for i, k := range own {
		parts[i] = describeCarrier(k, x.At)
	}
	return strings.Join(parts, " and ")
}

// describeCarrier is as "a token of getToken() in header:Authorization JWT (14m32s left)".
func describeCarrier(k judge.Carrier, at time.Time) string {
	if k.Known == nil || k.Known.Virtual == nil {
		if judge.IsJunk(k.Value) {
			return fmt.Sprintf("%q in %s", cut(k.Value, 24), k.Spec)
		}
		return fmt.Sprintf("%d characters that are no token in %s", len(k.Value), k.Spec)
	}
	kind := judge.KindOf(k)
	if kind == "context token" {
		kind = "token of getToken()" // as the app's author calls it
	}
	text := fmt.Sprintf("a %s in %s", kind, k.Spec)
	if end := k.Known.Virtual.Claims.ExpiresAt; !end.IsZero() {
		left := end.Sub(at)
		if left > 0 {
			text += fmt.Sprintf(" (%s left)", timeline.Span(left))
		} else {
			text += fmt.Sprintf(" (expired %s ago)", timeline.Span(-left))
		}
	}
	return text
}

func (s *story) event(e timeline.Event, order int) {
	actor, text := "browser", e.Text
	switch e.Kind {
	case timeline.Facts, timeline.Brought, timeline.Shown, timeline.Renewed:
		return // they are for the judge
	case timeline.Revealed:
		actor = "app"
	case timeline.Step:
		actor = "person"
	case timeline.Jumped, timeline.PassedOver:
		actor = "clock"
	case timeline.Delivered, timeline.Unanswered, timeline.Withheld, timeline.Mended, timeline.NotTaken, timeline.Bridge, timeline.Condition, timeline.Observed, timeline.LoggedIn, timeline.Rotated:
		actor = "host"
	case timeline.Probed:
		actor = probedActor
	case timeline.Navigated:
		actor = "app"
		text = fmt.Sprintf("%s: %s → %s", e.Text, address(e.From), address(e.To))
	}
	s.lines = append(s.lines, line{at: e.At, order: order, event: report.Event{At: s.seconds(e.At), Actor: actor, Text: text}})
}

// whole is the whole timeline.
func (s *story) whole() []report.Event {
	out := make([]report.Event, len(s.lines))
	for i, l := range s.lines {
		out[i] = l.event
	}
	return out
}

// around tells the lines around an exchange, or what was said over it at an instant,
// marked, and the line of the cause even when it lies further back.
func (s *story) around(id int, said, cause time.Time) []report.Event {
	at := slices.IndexFunc(s.lines, func(l line) bool { return l.exchange == id && (said.IsZero() || l.at.Equal(said)) })
	if at < 0 {
		return nil
	}
	from, to := max(0, at-linesBefore), min(len(s.lines), at+linesAfter+1)
	var out []report.Event
	for i, l := range s.lines {
		isCause := !cause.IsZero() && l.at.Equal(cause) && l.exchange == 0
		if i >= from && i < to || isCause && i < at {
			e := l.event
			e.Mark = i == at
			out = append(out, e)
		}
	}
	return out
}

// near tells the lines around an event, for a breach that no request made.
func (s *story) near(when time.Time) []report.Event {
	at := slices.IndexFunc(s.lines, func(l line) bool { return l.exchange == 0 && !when.IsZero() && l.at.Equal(when) })
	if at < 0 {
		return nil
	}
	var out []report.Event
	for i := max(0, at-linesBefore); i < min(len(s.lines), at+linesAfter+1); i++ {
		e := s.lines[i].event
		e.Mark = i == at
		out = append(out, e)
	}
	return out
}

// finding turns a judge's finding into the report's.
func (s *story) finding(f judge.Finding) report.Finding {
	out := report.Finding{
		Rule: f.Rule.ID, Severity: report.Severity(f.Rule.Severity), Sentence: f.Rule.Sentence,
		Message: f.Message, Expected: f.Expected, Actual: f.Actual, Cause: f.Cause,
		Remedy: f.Rule.Remedy, Source: f.Rule.Source, Repeats: f.Repeats, Place: f.Place,
	}
	if f.Remedy != "" {
		out.Remedy = f.Remedy
	}
	var x *timeline.Exchange
	for i := range s.in.Exchanges {
		if s.in.Exchanges[i].ID == f.Exchange {
			x = &s.in.Exchanges[i]
		}
	}
	if x == nil {
		out.Story = s.near(f.CauseAt)
		if f.Carrier.Known != nil && !f.CauseAt.IsZero() {
			out.Token = tokenOf(f.Carrier, f.CauseAt)
		}
		return out
	}
	when := x.At
	if !f.At.IsZero() {
		when = f.At
	}
	out.Request = &report.Request{
		Method: x.Method, URL: x.URL, Type: x.Type, Initiator: x.Initiator, Status: x.Status,
		At: when.UTC().Format("2006-01-02T15:04:05.000Z07:00"), Frame: x.Extension,
	}
	out.Story = s.around(f.Exchange, f.At, f.CauseAt)
	if f.Carrier.Spec.Place != "" {
		out.Carrier = f.Carrier.Spec.String()
		out.Token = tokenOf(f.Carrier, when)
	}
	return out
}

func tokenOf(k judge.Carrier, at time.Time) *report.Token {
	if k.Known == nil || k.Known.Virtual == nil {
		return nil
	}
	claims := k.Known.Virtual.Claims
	t := &report.Token{Kind: string(k.Known.Kind), Iss: claims.Issuer, Sub: claims.Subject, ID: token.ID(k.Known.Original)}
	if !claims.IssuedAt.IsZero() {
		t.Iat = claims.IssuedAt.Unix()
	}
	if !claims.ExpiresAt.IsZero() {
		t.Exp = claims.ExpiresAt.Unix()
		t.Remaining = float64(claims.ExpiresAt.Sub(at).Round(time.Millisecond)) / float64(time.Second)
	}
	return t
}

// describeToken tells a token in a few words, without showing it.
func describeToken(raw string) string {
	t, err := token.Parse(raw)
	if err != nil {
		return "something that is no token"
	}
	life := t.Claims.ExpiresAt.Sub(t.Claims.IssuedAt)
	return fmt.Sprintf("token %s, made for %s", token.ID(raw), timeline.Span(life))
}

// address is a URL as the story tells it: without its origin, tokens and the
// parameters that the host adds left out.
func address(raw string) string {
	u, err := timeline.ParseURL(raw)
	if err != nil {
		return cut(raw, 80)
	}
	var kept []string
	hidden := false
	for _, pair := range strings.Split(u.RawQuery, "&") {
		name, value, _ := strings.Cut(pair, "=")
		switch {
		case name == "":
		case name == "jwt" || len(token.Find(value)) > 0:
			kept = append(kept, name+"=…")
		case strings.HasPrefix(name, "xdm_") || name == "cp" || name == "lic" || name == "cv":
			hidden = true
		default:
			kept = append(kept, pair)
		}
	}
	out := u.EscapedPath()
	if out == "" {
		out = "/"
	}
	if hidden {
		kept = append([]string{"…"}, kept...)
	}
	if len(kept) > 0 {
		out += "?" + strings.Join(kept, "&")
	}
	if u.Fragment != "" {
		out += "#" + u.Fragment
	}
	return cut(out, 120)
}

func cut(s string, n int) string {
	runes := []rune(s)
	if len(runes) <= n {
		return s
	}
	return string(runes[:n-1]) + "…"
}
