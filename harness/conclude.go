package harness

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/standin-dev/standin/fakehost"
	"github.com/standin-dev/standin/harness/browser"
	"github.com/standin-dev/standin/harness/judge"
	"github.com/standin-dev/standin/harness/report"
	"github.com/standin-dev/standin/harness/timeline"
)

// input is the timeline as the judge reads it. It may be asked for at any time, and
// changes nothing.
func (s *Stage) input() judge.Input {
	r := s.run
	return judge.Input{
		App: judge.App{
			Key: r.desc.Key, BaseURL: r.desc.BaseURL, Origins: r.ownOrigins(), HostOrigin: r.host.Origin(), PagePaths: r.pagePaths(),
			ClientKey: r.tenant.Load().ClientKey, NoToken: r.desc.Auth == "none" || r.module.Cacheable, Cacheable: r.module.Cacheable, NoAuth: r.desc.Auth == "none",
			Unlicensed: r.host.Conditions().Licence != "",
		},
		Start: s.start, User: s.user, Policy: r.cfg.Policy, Margin: r.cfg.Margin,
		ContextCache: contextCache,
		Learned:      slices.Clone(r.learned),
		Known:        r.known,
		HostAhead:    r.host.Conditions().ClockAhead - s.backEndAhead,
		Popups:       s.page.Popups(),
		Exchanges:    r.answers.excerpts(r.identify(s.page.Exchanges())),
		Events:       s.events(),
	}
}

// events are the page's events and what the host's journal adds, in order.
func (s *Stage) events() []timeline.Event {
	events := s.page.Events()
	for _, e := range s.run.host.Journal()[s.mark:] {
		if ev, ok := fromJournal(e); ok {
			events = append(events, ev)
		}
	}
	events = append(events, s.run.answers.all()...)
	for i, e := range events {
		if e.Kind == timeline.Kept || e.Kind == timeline.Exposed {
			known := s.run.host.Translator().Look(e.Raw)
			events[i].Known = &known
		}
	}
	slices.SortStableFunc(events, func(a, b timeline.Event) int { return a.At.Compare(b.At) })
	return events
}

// fromJournal turns a line of the host's journal into an event, where it is one
// that a scenario's story needs.
func fromJournal(e fakehost.Entry) (timeline.Event, bool) {
	ev := timeline.Event{At: e.At, Extension: e.Extension, Text: e.Text}
	if e.Account != nil {
		ev.Kind, ev.Account = timeline.LoggedIn, *e.Account
		return ev, true
	}
	switch e.Kind {
	case fakehost.KindDelivered:
		ev.Kind, ev.Raw = timeline.Delivered, e.Token
		ev.Text = "getToken() answers with " + describeToken(e.Token)
	case fakehost.KindFault:
		if e.Call != "context.getToken" && e.Call != "context.getContext" {
			return ev, false
		}
		ev.Kind, ev.Call, ev.Text = timeline.Unanswered, e.Call, strings.TrimPrefix(e.Call, "context.")+"() has no answer"
	case fakehost.KindBridge:
		ev.Kind, ev.Text = timeline.Bridge, "the bridge to the app is up"
	case fakehost.KindNotEmulated:
		ev.Kind, ev.Text = timeline.Observed, asked(e)+": standin does not emulate this"
	case fakehost.KindRefused:
		ev.Kind, ev.Text = timeline.Observed, "the host refused: "+e.Text
	case fakehost.KindRequest:
		if e.Refusal == "" {
			return ev, false
		}
		ev.Kind, ev.Text = timeline.Observed, "the host refused "+refusedCall(e)
	default:
		return ev, false
	}
	return ev, true
}

// verdict weighs findings first: what was found is found, whatever ended the
// scenario. Then what went wrong; then whether anything was shown at all.
func (s *played) verdict(in *judge.Input, result *judge.Result) (report.Verdict, string) {
	must := slices.ContainsFunc(result.Findings, func(f judge.Finding) bool { return f.Rule.Severity == judge.Must }) || s.verified.must()
	var na *NotApplicable
	var unproven *Inconclusive
	var crash *browser.CrashError
	var busy *browser.BusyError
	err, interrupted := s.err, s.interrupted
	switch {
	case errors.As(err, &na):
		return report.NotApplicable, na.Reason
	case must:
		return report.Fail, ""
	case interrupted || errors.Is(err, context.Canceled):
		return report.Inconclusive, wasInterrupted
	case errors.As(err, &unproven):
		return report.Inconclusive, unproven.Reason
	case errors.As(err, &crash):
		return report.HarnessError, crash.Text + "."
	case errors.As(err, &busy) && !busy.Host:
		return report.Inconclusive, err.Error() + "."
	case errors.Is(err, errPage):
		return report.Inconclusive, "the app's page did not load."
	case err != nil && !errors.Is(err, errNotTaken):
		return report.HarnessError, err.Error()
	}
	if s.verified != nil {
		if len(s.verified.outcome.Findings) > 0 {
			return report.Warn, ""
		}
		return report.Pass, ""
	}
	judged, answered := s.shown(in, result)
	switch {
	case judged == 0 && s.witnessed: // what was shown is the page, not a request
	case judged == 0 && len(s.hung) > 0:
		return report.Inconclusive, s.hung[0] + "."
	case judged == 0:
		return report.Inconclusive, s.nothingShown(in, result)
	case answered == 0:
		return report.Inconclusive, "the back end answered none of the requests that had to prove who asks; see the timeline."
	case len(result.Undated) > 0:
		return report.Inconclusive, undated(result.Undated[0])
	}
	if len(result.Findings) > 0 {
		return report.Warn, ""
	}
	return report.Pass, ""
}

// shown counts the judged requests that prove what the scenario is about, and
// those among them that were answered.
func (s *played) shown(in *judge.Input, result *judge.Result) (judged, answered int) {
	for i, class := range result.Classes {
		x := &in.Exchanges[i]
		if class != judge.Protected && class != judge.LaterDocument {
			continue
		}
		if x.ID <= s.proveFrom {
			said := judge.Proofs(x, s.proveAt) // over a WebSocket that was open already
			judged, answered = judged+said, answered+said
			continue
		}
		judged++
		if x.Status != 0 {
			answered++
		}
	}
	return judged, answered
}

// undated says why nothing is shown by a request whose credential may have ended long
// before.
func undated(u judge.Undated) string {
	if u.Ended {
		return fmt.Sprintf("what %s carried in %s was first sent %s before, and had ended by sessionLife; the back end's clock stood still meanwhile, and standin refuses in its stead calls by fetch and XMLHttpRequest alone, whose session is no cookie: so the answer shows nothing.",
			u.Request, u.Carrier, timeline.Span(u.Age))
	}
	return fmt.Sprintf("what %s carried in %s was first sent %s before, and does not say when it ends, as a JWT does; the back end's clock stood still meanwhile, so that its answer shows nothing. Say in standin.yaml how long it lives, as sessionLife: 8h.",
		u.Request, u.Carrier, timeline.Span(u.Age))
}

func (s *played) nothingShown(in *judge.Input, result *judge.Result) string {
	if why := s.whySilent(in, result); why != "" {
		return why
	}
	if s.after == "" || result.Judged == 0 {
		return "the app sent no request that had to prove who asks; give a journey that makes it call its back end."
	}
	return fmt.Sprintf("after %s the app sent no request that had to prove who asks; give a journey that makes it call its back end.", s.after)
}
