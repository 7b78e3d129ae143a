package harness

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/standin-dev/standin/fakehost/clock"
	"github.com/standin-dev/standin/harness/browser"
	"github.com/standin-dev/standin/harness/journey"
	"github.com/standin-dev/standin/harness/judge"
	"github.com/standin-dev/standin/harness/timeline"
)

// Stage is where a scenario plays: one fresh browser context with the app's
// module open in the host's page. Its verbs end when the page is quiet again.
type Stage struct {
	run   *run
	page  *browser.Context
	start time.Time // virtual
	mark  int       // of the host's journal
	user  string    // who is logged in at the start; empty: nobody
	plan  plan
	pass  int // how often the journey was played
	touch int // the next step of Touch
	// proveFrom is the exchange after which a judged request must come, for the
	// scenario to have shown anything; after says what happened then.
	proveFrom int
	proveAt   time.Time
	after     string
	hung      []string
	loaded    bool
	amiss     bool // something is wrong on purpose, so that the app may not come to its end
	opened    int  // how many exchanges there were as the host's page was opened last
	// said is what the app had printed last as the stage was opened.
	said string
	// backEndAhead is how far the back end's clock is ahead of the truth, on purpose.
	backEndAhead time.Duration
	// witnessed says that the scenario has shown what it is about by other means than
	// requests.
	witnessed bool
	// verified is what standin's own questions brought; nil: it asked none.
	verified *verification
}

// plan is what a person does in this app, and what each step was seen to cause.
type plan struct {
	steps    []journey.Step
	effects  []journey.Effect
	back     []journey.Step // what leaves the dialog that the steps leave open
	explored bool
}

// own is a copy for one scenario, which what it sees leaves alone in the others.
func (p plan) own() plan {
	p.effects = slices.Clone(p.effects)
	return p
}

// NotApplicable is the error of a scenario that does not concern this app.
type NotApplicable struct{ Reason string }

func (e *NotApplicable) Error() string { return e.Reason }

// Inconclusive is the error of a scenario that cannot show anything.
type Inconclusive struct{ Reason string }

func (e *Inconclusive) Error() string { return e.Reason }

// Act plays the journey once: everything that this person does in the app. A dialog that
// is open since the last time is used as it stands, and left, before it begins again.
func (s *Stage) Act(ctx context.Context) error {
	s.pass++
	if err := s.goOn(ctx); err != nil {
		return err
	}
	for i := range s.plan.steps {
		if err := s.step(ctx, i); err != nil {
			return err
		}
	}
	return s.closeTabs(ctx)
}

// Use does everything that makes the app call its back end without navigating. A
// journey that the config gives is played as it is, and so is one in which every
// call comes with a navigation.
func (s *Stage) Use(ctx context.Context) error {
	calls := s.callingSteps()
	if len(calls) == 0 || !s.plan.explored {
		return s.Act(ctx)
	}
	for range calls {
		if err := s.Touch(ctx); err != nil {
			return err
		}
	}
	return s.openTabs(ctx, calls)
}

// Touch does one more thing that makes the app call its back end: the next such
// step of the journey, in turn. A step may do nothing the second time, as a link to
// the place where one is; then the next one has its turn, and after them the steps
// that were not seen to call.
func (s *Stage) Touch(ctx context.Context) error {
	calls := s.callingSteps()
	if len(calls) == 0 || !s.plan.explored {
		return s.Act(ctx)
	}
	s.pass++
	asked := s.Asked()
	for range calls {
		i := calls[s.touch%len(calls)]
		s.touch++
		n, err := s.calls(ctx, i)
		if err == nil {
			err = s.closeTabs(ctx)
		}
		if err != nil || n > 0 {
			return err
		}
	}
	if s.Asked() > asked {
		return nil // it would have called, had it got a token
	}
	if n, err := s.touchOthers(ctx, calls); err != nil || n > 0 {
		return err
	}
	return s.touchOffered(ctx)
}

// touchOthers has the other steps of the journey do their part, until one makes the app
// call: its data may have been there as the app was explored. That one counts from then
// on. Steps that load a document are left out, for that may mend what is broken.
func (s *Stage) touchOthers(ctx context.Context, calls []int) (int, error) {
	for i, e := range s.plan.effects {
		if slices.Contains(calls, i) || s.plan.steps[i].Click == "" || e.Navigates(timeline.Document) || e.Navigates(timeline.Reload) {
			continue
		}
		n, err := s.calls(ctx, i)
		if err != nil {
			return 0, err
		}
		if n > 0 {
			s.plan.effects[i].Requests = n
			return n, nil
		}
	}
	return 0, nil
}

// mostOffered bounds how many controls a person tries of a page that is another one.
const mostOffered = 3

// touchOffered presses what the page offers where no control of the journey is left in it,
// as a person does who sees a failure and a button below it, until one makes the app call.
func (s *Stage) touchOffered(ctx context.Context) error {
	controls, err := s.page.Controls(ctx)
	if err != nil || slices.ContainsFunc(s.plan.steps, func(step journey.Step) bool { return step.Uses(controls) }) {
		return nil // a page that cannot be looked at offers nothing
	}
	for i, steps := range journey.Offered(controls) {
		if i == mostOffered {
			break
		}
		exchanges, events := len(s.page.Exchanges()), len(s.page.Events())
		for _, step := range steps {
			if err := s.do(ctx, step); err != nil {
				return err
			}
		}
		if s.effect(exchanges, events).Requests > 0 {
			break
		}
	}
	return nil
}

// do does a step that is in no journey. What it needs may be gone by then.
func (s *Stage) do(ctx context.Context, step journey.Step) error {
	err := step.Do(ctx, s.page)
	var missing *browser.NotFound
	if errors.As(err, &missing) || errors.Is(err, browser.ErrNoFrame) {
		return nil
	}
	if err != nil {
		return err
	}
	return s.settle(ctx)
}

// calls does the i-th step, wherever the app is, and counts what that makes it send.
func (s *Stage) calls(ctx context.Context, i int) (int, error) {
	if err := s.leaveFor(ctx, s.plan.steps[i]); err != nil {
		return 0, err
	}
	exchanges, events := len(s.page.Exchanges()), len(s.page.Events())
	for _, at := range s.leading(ctx, i) {
		if err := s.step(ctx, at); err != nil {
			return 0, err
		}
	}
	return s.effect(exchanges, events).Requests, nil
}

// leading are the steps that lead to the i-th from where the app is, and that one itself:
// from the nearest step before it whose control is in view, in a journey that is played
// round and round. The fields that are filled for a step belong to it.
func (s *Stage) leading(ctx context.Context, i int) []int {
	steps := s.plan.steps
	before := func(n int) int { return (i - n + len(steps)) % len(steps) }
	far := 0
	if controls, err := s.page.Controls(ctx); err == nil {
		for n := range steps {
			if steps[before(n)].Uses(controls) {
				far = n
				break
			}
		}
	}
	for far < len(steps)-1 && len(steps[before(far+1)].Fill) > 0 {
		far++
	}
	var out []int
	for ; far >= 0; far-- {
		out = append(out, before(far))
	}
	return out
}

// callingSteps are the steps that were seen to call the back end without
// navigating; where there are none, those that stay in the document.
func (s *Stage) callingSteps() []int {
	var calls, moving []int
	for i, e := range s.plan.effects {
		switch {
		case e.Requests == 0 || e.Navigates(timeline.Document):
		case len(e.Navigations) == 0:
			calls = append(calls, i)
		default:
			moving = append(moving, i)
		}
	}
	if len(calls) > 0 {
		return calls
	}
	return moving
}

// step does the i-th step of the journey. On the first pass of a journey that the
// config gives, a step that finds nothing is an error; later, or while something is
// wrong on purpose, the page may be another one, and the step is left out.
func (s *Stage) step(ctx context.Context, i int) error {
	if step := s.plan.steps[i]; (s.amiss || s.run.sessions.unresolved()) && (step.WaitRequest != "" || step.WaitText != "") {
		return nil // it would wait for what cannot come
	}
	if err := s.closeTabsFor(ctx, s.plan.steps[i]); err != nil {
		return err
	}
	exchanges, events := len(s.page.Exchanges()), len(s.page.Events())
	err := s.plan.steps[i].Do(ctx, s.page)
	var missing *browser.NotFound
	var unseen *browser.NotSeen
	if errors.As(err, &missing) || errors.Is(err, browser.ErrNoFrame) {
		if s.plan.explored || s.pass > 1 || s.amiss || s.run.sessions.unresolved() {
			return nil
		}
		return &Inconclusive{Reason: fmt.Sprintf("step %d of the journey could not be done: %s.", i+1, strings.TrimSuffix(err.Error(), "."))}
	}
	if errors.As(err, &unseen) {
		return &Inconclusive{Reason: fmt.Sprintf("step %d of the journey: %v.", i+1, err)}
	}
	if err != nil {
		var late *browser.TimeoutError
		var unsettled *browser.Unsettled
		if ctx.Err() == nil && s.page.Crashed() == "" && (errors.As(err, &late) || errors.As(err, &unsettled)) {
			return &Inconclusive{Reason: fmt.Sprintf("step %d of the journey: %v.", i+1, err)}
		}
		return err
	}
	if err := s.settle(ctx); err != nil || i >= len(s.plan.effects) || s.plan.effects[i].Requests == 0 {
		return err
	}
	return s.linger(ctx, exchanges, events)
}

// Advance moves the clock of issuer and pages, and waits until what that started
// has ended.
func (s *Stage) Advance(ctx context.Context, d time.Duration, kind clock.Kind) error {
	if err := s.settle(ctx); err != nil {
		return err
	}
	s.collect(ctx) // before it dies
	s.prove(timeline.Span(d) + " had passed")
	if err := s.page.Advance(ctx, d, kind); err != nil {
		return err
	}
	if kind == clock.SleepPaused {
		return nil // the person acts first
	}
	return s.settle(ctx)
}

// Wait lets time pass with nobody doing anything, and what happened before still counts
// as shown.
func (s *Stage) Wait(ctx context.Context, d time.Duration) error {
	if err := s.page.Advance(ctx, d, clock.Run); err != nil {
		return err
	}
	return s.settle(ctx)
}

// TokenLeft is how long the freshest token that the app was seen to send still
// lives; the life of a new context token when it sent none.
func (s *Stage) TokenLeft() time.Duration {
	last := judge.Judge(s.input()).LastToken
	if last.IsZero() {
		return 15 * time.Minute
	}
	return last.Sub(s.run.host.Time().Now())
}

// prove says that from now on a request must be judged, for the scenario to have
// shown anything.
func (s *Stage) prove(after string) {
	s.proveFrom, s.proveAt, s.after = len(s.page.Exchanges()), s.run.host.Time().Now(), after
}

// Say puts a line on the timeline.
func (s *Stage) Say(text string) {
	s.page.Note(timeline.Event{Kind: timeline.Condition, Text: text})
}

// observe does one step and tells what it caused; for the survey.
func (s *Stage) observe(ctx context.Context, step journey.Step) (journey.Effect, error) {
	if err := s.closeTabsFor(ctx, step); err != nil {
		return journey.Effect{}, err
	}
	exchanges, events := len(s.page.Exchanges()), len(s.page.Events())
	if err := step.Do(ctx, s.page); err != nil {
		return journey.Effect{}, err
	}
	if err := s.settle(ctx); err != nil {
		return journey.Effect{}, err
	}
	if err := s.linger(ctx, exchanges, events); err != nil {
		return journey.Effect{}, err
	}
	return s.effect(exchanges, events), nil
}

// effect is what happened since. Where the product's page moved on, as by AP.navigator, what
// it loads of the app is a document too, and no call.
func (s *Stage) effect(exchanges, events int) journey.Effect {
	var e journey.Effect
	windows, known, moved := s.page.Popups(), map[string]bool{}, false
	for i, x := range s.page.Exchanges() {
		document := x.Type == "Document" && !x.HostPage
		first := document && !known[x.Frame]
		if document {
			known[x.Frame] = true
		}
		switch {
		case i < exchanges:
		case x.HostPage && x.Type == "Document":
			moved = true
			e.Navigations = append(e.Navigations, timeline.Document)
		case x.HostPage || !s.run.ours(x.URL) || !isCall(&x) || s.run.needsNoToken(&x):
		case document && windows[x.Frame]:
			e.Tabs++
		case moved && document:
			moved = false
		case first:
			e.Dialogs++
		default:
			e.Requests++
		}
	}
	for _, ev := range s.page.Events()[events:] {
		if ev.Kind == timeline.Navigated {
			e.Navigations = append(e.Navigations, ev.Navigation)
		}
	}
	return e
}

// isCall tells requests that a page sends on purpose from those for its parts.
func isCall(x *timeline.Exchange) bool {
	switch x.Type {
	case "XHR", "Fetch", "EventSource", "WebSocket", "Ping":
		return x.Method != http.MethodOptions
	case "Document":
		return true
	}
	return false
}
