package harness

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/standin-dev/standin/fakehost"
	"github.com/standin-dev/standin/harness/report"
	"github.com/standin-dev/standin/harness/timeline"
)

const (
	// mostLooks is at how many iframes of an app a run looks.
	mostLooks = 10
	// lookLoad and lookSettle bound the waits for a page that is only looked at.
	lookLoad   = 10 * time.Second
	lookSettle = 3 * time.Second
)

// choose looks at the iframes of an app that has several, and has the scenarios played
// on the one that calls its back end most as it is opened; the first of several. A
// journey that the config gives is for the first, which is played whatever it calls.
func (r *run) choose(ctx context.Context) {
	if r.asksForModule() || r.playsAll() {
		return
	}
	all := r.iframes()
	looks := make([]report.Module, len(all))
	open := 0
	for i, f := range all {
		looks[i] = report.Module{Key: f.name(), Type: f.module.Type, Skipped: f.skipped}
		if f.skipped != "" {
			continue
		}
		if open++; open > mostLooks {
			looks[i].Skipped = fmt.Sprintf("%d were looked at before it, which is as many as a run looks at", mostLooks)
		}
	}
	if len(all) < 2 {
		return
	}
	best := r.lookAtAll(ctx, all, looks, open > 1)
	if ctx.Err() != nil {
		return
	}
	r.show(all[best].shown)
	looks[best].Played = true
	r.report.Modules = looks
	r.report.Notes = append(r.report.Notes, toldModules(looks, open > 1, len(r.cfg.Journey) > 0))
}

// lookAtAll looks at each that is not skipped, and gives the one to play: the first
// where there is nothing to choose from.
func (r *run) lookAtAll(ctx context.Context, all []iframe, looks []report.Module, several bool) int {
	now := r.shows().name()
	best := 0
	for i := range all {
		if all[i].name() == now {
			best = i
		}
	}
	if !several {
		return best // there will be enough to see of it
	}
	r.cfg.Progress.say("looking at the app's modules")
	load, settle := r.cfg.LoadLimit, r.cfg.SettleLimit
	r.cfg.LoadLimit, r.cfg.SettleLimit = min(load, lookLoad), min(settle, lookSettle)
	defer func() { r.cfg.LoadLimit, r.cfg.SettleLimit, r.hung.load = load, settle, false }()
	for i := range all {
		if looks[i].Skipped != "" || ctx.Err() != nil {
			continue
		}
		r.lookAt(ctx, all[i].shown, &looks[i])
	}
	if len(r.cfg.Journey) == 0 {
		best = mostCalling(looks, best)
	}
	return best
}

// mostCalling is the one that called its back end most. A dialog is the last choice, for
// the app that opens it may give it what standin does not; one that did not load is taken
// where there is no other.
func mostCalling(looks []report.Module, first int) int {
	rank := func(m report.Module) []int {
		loaded, byItself := 0, 0
		if m.Skipped == "" && m.Failure == "" {
			loaded = 1
		}
		if m.Type != "dialogs" && m.Calls > 0 {
			byItself = 1
		}
		return []int{loaded, byItself, m.Calls}
	}
	best := first
	for i, m := range looks {
		if slices.Compare(rank(m), rank(looks[best])) > 0 {
			best = i
		}
	}
	return best
}

// lookAt opens one iframe as a person does, and tells what it does by itself.
func (r *run) lookAt(ctx context.Context, what shown, told *report.Module) {
	r.host.SetConditions(fakehost.Conditions{})
	r.show(what)
	s, err := r.open(ctx, false, false)
	if err != nil {
		told.Failure = err.Error()
		return
	}
	err = s.Open(ctx)
	document := s.firstDocument()
	moved := errors.Is(err, errPage) && r.wantedElsewhere(ctx, s)
	told.Calls, told.Refused = s.backEndCalls()
	_ = r.leave(ctx, s.page) // what it complains of is no business of a look
	switch {
	case moved:
		r.lookAt(ctx, what, told)
	case errors.Is(err, errPage):
		told.Failure = whyNotLoaded(document)
	case err != nil:
		told.Failure = err.Error()
	}
}

// backEndCalls counts what the app's pages sent to their back end on purpose, and what
// of it was refused.
func (s *Stage) backEndCalls() (calls, refused int) {
	for _, x := range s.page.Exchanges() {
		if x.HostPage || x.Type == "Document" || !s.run.ours(x.URL) || !isCall(&x) {
			continue
		}
		calls++
		if x.Status >= http.StatusBadRequest {
			refused++
		}
	}
	return calls, refused
}

// whyNotLoaded is what came in place of a page.
func whyNotLoaded(document *timeline.Exchange) string {
	switch {
	case document == nil:
		return "no request for it left the host's page"
	case document.Status >= http.StatusBadRequest:
		return fmt.Sprintf("it answered %d", document.Status)
	case document.Failure != "":
		return "the browser says " + document.Failure
	}
	return "it gave no answer"
}

// toldModules tells a person what was looked at, and what was not.
func toldModules(looks []report.Module, looked, journey bool) string {
	var lines []string
	head := ""
	for _, m := range looks {
		if !m.Played {
			lines = append(lines, fmt.Sprintf("  %s (%s): %s", m.Key, m.Type, toldModule(m)))
			continue
		}
		head = fmt.Sprintf("modules: the scenarios were played on %s (%s)", m.Key, m.Type)
		switch {
		case journey:
			head += ", the first, for the journey is the config's"
		case looked && m.Calls > 0:
			head += fmt.Sprintf(", which called its back end most as it was opened: %s", times(m.Calls))
		case looked && m.Failure == "":
			head += ", the first, for none called its back end as it was opened"
		}
	}
	head += ". The others were not played; to play one, --module KEY, or each, --module all:"
	return head + "\n" + strings.Join(lines, "\n")
}

// toldModule is what is told of one that was not played.
func toldModule(m report.Module) string {
	switch {
	case m.Skipped != "":
		return "not looked at: " + m.Skipped
	case m.Failure != "":
		return "only looked at; it did not load: " + m.Failure
	case m.Refused > 0:
		return fmt.Sprintf("only looked at; it called its back end %s, and was refused %s", times(m.Calls), times(m.Refused))
	case m.Calls > 0:
		return fmt.Sprintf("only looked at; it called its back end %s", times(m.Calls))
	}
	return "only looked at; it called nothing as it was opened"
}

// times is how often.
func times(n int) string {
	switch n {
	case 1:
		return "once"
	case 2:
		return "twice"
	}
	return fmt.Sprintf("%d times", n)
}
