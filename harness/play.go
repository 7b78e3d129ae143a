package harness

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/standin-dev/standin/fakehost"
	"github.com/standin-dev/standin/fakehost/clock"
	"github.com/standin-dev/standin/harness/browser"
	"github.com/standin-dev/standin/harness/journey"
	"github.com/standin-dev/standin/harness/report"
	"github.com/standin-dev/standin/harness/timeline"
)

// play surveys the app and plays the scenarios, one after the other: they share
// one clock and one back end.
func (r *run) play(ctx context.Context, scenarios []Scenario) {
	if r.playsAll() {
		r.playAll(ctx, scenarios)
		return
	}
	r.choose(ctx)
	r.playOn(ctx, scenarios, 0, len(scenarios))
}

// playOn plays the scenarios on what the run shows. done are those that were played
// before, of all.
func (r *run) playOn(ctx context.Context, scenarios []Scenario, done, all int) {
	r.ailing = &ailing{}
	r.ailing.choose(scenarios)
	if err := r.surveyTwice(ctx); err != nil && ctx.Err() == nil && !r.ailing.broken() {
		r.report.Notes = append(r.report.Notes, "survey: "+err.Error())
	}
	r.playEach(ctx, scenarios, done, all)
}

// playEach plays scenarios, once the app is known.
func (r *run) playEach(ctx context.Context, scenarios []Scenario, done, all int) {
	q := &queue{run: r, done: done, all: all}
	first := len(r.played)
	together, alone := q.arrange(scenarios)
	began := clock.System()
	defer func() { r.took += clock.System().Sub(began) }()
	lanes := r.openLanes(ctx, len(together))
	if len(lanes) > 0 {
		r.inLanes = true
		q.waiting = together
		q.playIn(ctx, append([]*run{r}, lanes...))
		r.closeLanes()
		q.waiting = alone
	} else {
		q.waiting = q.inOrder(scenarios)
	}
	q.playIn(ctx, []*run{r})
	slices.SortStableFunc(r.played[first:], func(a, b *played) int { return a.place - b.place })
	if ctx.Err() != nil {
		r.report.Interrupted = true
	}
}

// open makes a stage in a browser context that has nothing of what was before; a fresh one,
// where that is asked for.
func (r *run) open(ctx context.Context, pageless, fresh bool) (*Stage, error) {
	opts := browser.ContextOptions{
		Pageless: pageless, Clock: r.host.Time(), Serve: r.serve, Named: r.named, Outside: r.outside, Outbound: r.outbound, Inbound: r.inbound, Rewriting: r.rewriting(), Neglect: r.hung.neglect,
		Thin: r.thinning(),
	}
	page, err := r.newPage(ctx, opts, fresh)
	if err != nil {
		return nil, err
	}
	r.host.Translator().FreshPage()
	r.host.Translator().Skew(0)
	if err := r.logBackIn(); err != nil {
		return nil, errors.Join(err, page.Close())
	}
	r.answers.forget()
	r.sessions.forget()
	r.refusing.left.Store(0)
	return &Stage{run: r, page: page, said: r.appSaid(), start: r.host.Time().Now(), mark: r.host.Mark(), user: r.host.CurrentUser().AccountID, plan: r.plan.own()}, nil
}

// survey opens the app once to learn what its journey does, or, when none is
// given, to find one.
func (r *run) survey(ctx context.Context) error {
	r.host.SetConditions(fakehost.Conditions{})
	s, err := r.open(ctx, false, false)
	if err != nil {
		return err
	}
	defer func() { r.shares = r.shares || s.page.Shares() }()
	defer func() { _ = r.leave(ctx, s.page) }() // what it complains of is no business of a survey
	defer s.learn(ctx)
	defer r.lookAfter(ctx, s)
	if err := s.Open(ctx); err != nil {
		if errors.Is(err, errPage) && r.wantedElsewhere(ctx, s) {
			return r.survey(ctx)
		}
		s.diagnose(ctx, err)
		return err
	}
	s.lookAtPage(ctx)
	found, err := r.tryOut(ctx, s)
	s.lookAtPage(ctx)
	s.diagnose(ctx, nil)
	if found != nil && (len(found.Steps) > 0 || !r.ailing.known()) {
		r.noteExplored(*found)
	}
	return err
}

// tryOut does what a person does in the app: the journey that is given, or what the
// explorer finds; nil: it found nothing, or was not asked.
func (r *run) tryOut(ctx context.Context, s *Stage) (*journey.Found, error) {
	if len(r.cfg.Journey) > 0 {
		r.cfg.Progress.say("trying the journey once")
		return nil, r.tryJourney(ctx, s)
	}
	r.cfg.Progress.say("exploring the app")
	s.plan.explored = true
	found, err := journey.Explore(ctx, s.page, s.observe, s.Open)
	if err != nil && len(found.Steps) == 0 {
		return nil, err
	}
	r.plan = plan{steps: found.Steps, effects: found.Effects, back: found.Back, explored: true}
	return &found, err
}

// noteExplored tells what the explorer found, and what it had to leave out.
func (r *run) noteExplored(found journey.Found) {
	notes := []string{"explored: no link or button of the page sends a request or navigates; give a journey in standin.yaml"}
	if len(found.Steps) > 0 {
		notes[0] = "explored; to pin it, put this into standin.yaml:\n" + strings.TrimSpace(journey.YAML(found.Steps))
	}
	if len(found.Untried) > 0 {
		notes = append(notes, fmt.Sprintf("explored; seen and not tried, for it went out of view and nothing led back to it, or %d clicks were not enough: %s; give a journey in standin.yaml that uses it",
			journey.MaxClicks, some(found.Untried)))
	}
	if len(found.Apart) > 0 {
		notes = append(notes, "explored; it does something, but nothing leads to it from the rest of the journey: "+some(found.Apart)+"; give a journey in standin.yaml that uses it")
	}
	r.report.Notes = append(r.report.Notes, notes...)
}

// some are the first of many names.
func some(names []string) string {
	const shown = 10
	if n := len(names) - shown; n > 0 {
		return fmt.Sprintf("%s and %d more", strings.Join(names[:shown], ", "), n)
	}
	return strings.Join(names, ", ")
}

// tryJourney plays the given journey and keeps what each step causes. A step that
// cannot be done ends it: the scenarios will say so.
func (r *run) tryJourney(ctx context.Context, s *Stage) error {
	r.plan = plan{steps: r.cfg.Journey, effects: make([]journey.Effect, len(r.cfg.Journey))}
	for i, step := range r.cfg.Journey {
		effect, err := s.observe(ctx, step)
		if err != nil {
			return fmt.Errorf("step %d of the journey: %w", i+1, err)
		}
		r.plan.effects[i] = effect
	}
	return nil
}

// scenario plays one scenario and gives its evidence, whatever happens.
func (r *run) scenario(ctx context.Context, sc Scenario) *played {
	began := clock.System()
	out := report.Scenario{ID: sc.ID, Title: sc.Title, Module: r.moduleOf(sc), Several: r.playsAll()}
	unplayed := func(v report.Verdict, reason string) *played {
		out.Verdict, out.Reason = v, reason
		return &played{run: r, settled: &out}
	}
	if p := r.pointless(out, sc); p != nil {
		return p
	}
	if sc.CookiesBlocked {
		return r.blocking(ctx, sc)
	}
	if sc.Differential && r.readsReferer() {
		return unplayed(report.NotApplicable, "the config lists the Referer among the carriers, so what is lost without it is known.")
	}
	r.host.SetConditions(sc.Conditions)
	s, err := r.open(ctx, sc.Pageless, sc.Fresh)
	if err != nil {
		if ctx.Err() != nil {
			return unplayed(report.Inconclusive, wasInterrupted)
		}
		return unplayed(report.HarnessError, err.Error())
	}
	s.tellConditions(sc.Conditions)
	if err = sc.Play(ctx, s); err == nil {
		err = s.afterEnded(ctx)
	}
	r.lookAfter(ctx, s)
	out.VirtualSeconds = r.host.Time().Now().Sub(s.start).Seconds()
	s.collect(ctx)
	p := s.gather(out, err, ctx.Err() != nil)
	if e := r.leave(ctx, s.page); e != nil && ctx.Err() == nil {
		p.out.Notes = append(p.out.Notes, "closing the page: "+e.Error())
	}
	if r.doubts(p) {
		return r.playSlowly(ctx, sc)
	}
	if r.differs(sc) && err == nil && ctx.Err() == nil {
		r.differ(ctx, sc, p)
	}
	p.out.RealSeconds = clock.System().Sub(began).Seconds()
	return p
}

// wasInterrupted is the reason of a scenario that was stopped in the middle.
const wasInterrupted = "the run was interrupted."

// FirstLoad is the scenario that tells what is wrong with a page that does not work,
// where it is among those of the run; the others are then inconclusive at once.
const FirstLoad = "boot/first-load"

// tellConditions puts what the host does on purpose on the timeline.
func (s *Stage) tellConditions(c fakehost.Conditions) {
	if c.FirstTokenAge > 0 {
		s.page.Note(timeline.Event{Kind: timeline.Condition,
			Text: fmt.Sprintf("the host's page is %s old: so is the first token that it hands out", c.FirstTokenAge)})
	}
	if c.ClockAhead != 0 {
		s.Say("the clock by which the host makes tokens is " + off(c.ClockAhead))
	}
	if c.ResolverDelay != 0 {
		s.Say(fmt.Sprintf("the host takes %s to renew a token", c.ResolverDelay))
	}
	if c.GetToken != "" {
		s.withhold(c.GetToken)
	}
	for _, told := range []struct{ set, text string }{
		{c.Licence, "the app's licence has run out"}, {c.Session, "the person's session has ended"},
	} {
		if told.set != "" {
			s.page.Note(timeline.Event{Kind: timeline.Condition, Text: told.text})
		}
	}
}
