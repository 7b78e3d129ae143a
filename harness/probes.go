package harness

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/standin-dev/standin/fakehost/clock"
	"github.com/standin-dev/standin/harness/judge"
	"github.com/standin-dev/standin/harness/probe"
	"github.com/standin-dev/standin/harness/report"
	"github.com/standin-dev/standin/harness/timeline"
)

// Probes says which requests standin itself may send to the app's back end.
type Probes string

// What Config.Probes can be. The zero value is ProbesSafe.
const (
	// ProbesSafe asks again by GET and HEAD only.
	ProbesSafe Probes = "safe"
	// ProbesAll asks again by every method that the app used: what a POST creates is
	// created again.
	ProbesAll Probes = "all"
	// ProbesOff asks nothing.
	ProbesOff Probes = "off"
)

// check refuses what is none of them.
func (p Probes) check() error {
	switch p {
	case "", ProbesSafe, ProbesAll, ProbesOff:
		return nil
	}
	return fmt.Errorf("probes: %q is none; it is safe, all or off", string(p))
}

// endpointLimit is to how many addresses of an app the questions are put.
const endpointLimit = 20

// endpoints are what the run saw the back end answer.
type endpoints struct {
	list []probe.Endpoint
	keys map[string]bool
	// unsafe and more count what was seen and is not asked: by other methods, and
	// beyond the limit.
	unsafe, more int
}

// learn adds what a stage saw. tenant is the client key of the run's own tenant, by which
// it is asked again: a session of another tenant ends with that one's site.
func (e *endpoints) learn(in *judge.Input, result *judge.Result, allowed Probes, tenant string) {
	if e.keys == nil {
		e.keys = map[string]bool{}
	}
	for i := range in.Exchanges {
		found, ok := probe.From(&in.Exchanges[i], result.Classes[i], in.Policy.Carriers)
		if !ok || e.keys[found.Key()] || found.Session && in.App.ClientKey != tenant {
			continue
		}
		found = found.Of(in.App.ClientKey, tenant)
		e.keys[found.Key()] = true
		switch {
		case !found.Safe() && allowed != ProbesAll:
			e.unsafe++
		case len(e.list) == endpointLimit:
			e.more++
		default:
			e.list = append(e.list, found)
		}
	}
}

// verification is a probe's outcome on a stage.
type verification struct {
	outcome probe.Outcome
	asked   []question
	notes   []string
}

// add takes in what was found besides. A rule that an address broke already is not told
// of again.
func (v *verification) add(more probe.Outcome) {
	for _, f := range more.Findings {
		if !v.outcome.Has(f) {
			v.outcome.Findings = append(v.outcome.Findings, f)
		}
	}
	v.outcome.Unasked = joined(v.outcome.Unasked, more.Unasked)
	v.outcome.Unclear = joined(v.outcome.Unclear, more.Unclear)
}

// joined is a list with what another has more.
func joined(list, more []string) []string {
	for _, text := range more {
		if !slices.Contains(list, text) {
			list = append(list, text)
		}
	}
	return list
}

// Verify has standin itself put the questions of a probe to the back end: to each
// address that answered the app in this run. It needs no page.
func (s *Stage) Verify(ctx context.Context, p probe.Probe) error {
	r := s.run
	if r.cfg.Probes == ProbesOff {
		return &NotApplicable{Reason: "the config says that standin sends no requests of its own (probes: off)."}
	}
	if p.Lifecycle != "" {
		return s.verifyLifecycle(ctx, p)
	}
	if len(r.endpoints.list) == 0 {
		return &Inconclusive{Reason: "the back end answered no request with a valid token in this run" + r.endpoints.butUnsafe() + ", so there is nothing to ask again."}
	}
	if p.Sockets && !slices.ContainsFunc(r.endpoints.list, p.Concerns) {
		return &NotApplicable{Reason: "the app opened no WebSocket with a token in its handshake."}
	}
	if !slices.ContainsFunc(r.endpoints.list, p.Concerns) {
		if slices.ContainsFunc(r.endpoints.list, p.Barred) {
			return &NotApplicable{Reason: "where this would be asked, the back end takes session tokens of the app's own, which standin does not make."}
		}
		return &NotApplicable{Reason: "no request with a valid token was answered where this would be asked."}
	}
	s.verified = &verification{}
	asker := r.asker()
	asker.Said = s.asked
	defer func() { asker.Said = nil }() // others ask by it, too
	outcome, err := asker.Probe(ctx, p, r.endpoints.list)
	s.verified.outcome = outcome
	if err == nil && p.Second && outcome.Asked > 0 {
		err = s.verifySecond(ctx, asker)
	}
	if err != nil {
		return err
	}
	switch {
	case outcome.Asked > 0:
		return nil
	case len(outcome.Unclear) > 0:
		return &Inconclusive{Reason: "nothing could be told: " + strings.Join(slices.Concat(outcome.Unclear, outcome.Unasked), "; ") + "."}
	case len(outcome.Unasked) > 0:
		return &Inconclusive{Reason: "nothing could be asked: " + strings.Join(outcome.Unasked, "; ") + "."}
	case len(outcome.Open) > 0:
		return &NotApplicable{Reason: "the back end looks at no token where this would be asked: " + strings.Join(outcome.Open, ", ") + "."}
	}
	return &NotApplicable{Reason: "no token that this app sends can be changed in this way."}
}

func (e *endpoints) butUnsafe() string {
	if e.unsafe == 0 {
		return ""
	}
	return " by GET or HEAD (to ask others, say probes: all)"
}

// noteProbes tells, once a run, what was not asked.
func (r *run) noteProbes() {
	if r.probing == nil {
		return
	}
	if n := r.endpoints.more; n > 0 {
		r.report.Notes = append(r.report.Notes, fmt.Sprintf("verify: the first %d addresses were asked again, %d more were not", endpointLimit, n))
	}
	if n := r.endpoints.unsafe; n > 0 {
		r.report.Notes = append(r.report.Notes, fmt.Sprintf("verify: requests that may change something were not sent again (%d addresses); to send them, say probes: all", n))
	}
}

// asker is the run's, made when it is first needed.
func (r *run) asker() *probe.Asker {
	if r.probing == nil {
		r.probing = &probe.Asker{Through: r.desc.Through, Tenant: r.probed}
	}
	return r.probing
}

// probed is what the run's own tokens are made from.
func (r *run) probed() probe.Tenant {
	t := r.tenant.Load()
	return probe.Tenant{
		ClientKey: t.ClientKey, Secret: t.SharedSecret, BaseURL: r.desc.BaseURL, Site: t.BaseURL,
		Now: clock.System(), Other: r.other,
	}
}

// question is one that was put to the back end, as the timeline tells it.
type question struct {
	endpoint, attempt string // their names
	told              report.Event
}

// asked puts a question and its answer on the timeline.
func (s *Stage) asked(e probe.Endpoint, a probe.Attempt, answer probe.Answer) {
	text := fmt.Sprintf("%s again %s → %d", e.Name(), a.Name, answer.Status)
	at := s.run.host.Time().Now().Sub(s.start).Round(time.Millisecond)
	s.verified.asked = append(s.verified.asked, question{e.Name(), a.Name, report.Event{At: at.Seconds(), Actor: probedActor, Text: text}})
	s.page.Note(timeline.Event{Kind: timeline.Probed, Text: text})
}

// probedActor is who puts questions, in a story.
const probedActor = "standin"

// tell adds what the questions brought to light to the result.
func (v *verification) tell(p *played, out *report.Scenario) {
	out.Requests, out.Judged = len(v.asked), len(v.asked)
	at := p.verifiedAt.UTC().Format("2006-01-02T15:04:05.000Z07:00")
	for _, f := range v.outcome.Findings {
		out.Findings = append(out.Findings, report.Finding{
			Rule: f.Rule.ID, Severity: report.Severity(f.Rule.Severity), Sentence: f.Rule.Sentence,
			Message: f.Message, Expected: f.Expected, Actual: f.Actual,
			Remedy: f.Rule.Remedy, Source: f.Rule.Source, Repeat: p.run.repeat(p.run.byLocal(f.Curl), out.ID), Carrier: f.Endpoint.Carrier.String(),
			Request: &report.Request{Method: f.Endpoint.Method, URL: f.Endpoint.URL, Type: "Probe", At: at, Status: f.Answer.Status},
			Story:   marked(v.asked, f),
		})
	}
	out.Notes = append(append(out.Notes, v.notes...), v.outcome.Notes...)
	for _, text := range v.outcome.Unasked {
		out.Notes = append(out.Notes, "not asked: "+text)
	}
	for _, text := range v.outcome.Unclear {
		out.Notes = append(out.Notes, "cannot be told: "+text)
	}
}

// repeat is how to do it again: by curl, or where what was asked ended with the run, by
// the scenario.
func (r *run) repeat(curl, id string) string {
	if curl != "" {
		return curl
	}
	line := "standin run --app " + cmp.Or(r.desc.Local, r.desc.BaseURL)
	if r.cfg.Probes == ProbesAll {
		line += " --probes all"
	}
	line += " --scenario " + id
	if len(r.cfg.Command) > 0 {
		line += " -- COMMAND" // what it is may hold what no report should
	}
	return line
}

// marked is the story of a finding: the questions to the same address, the one that
// was wrongly answered marked. Where that was put before, to have something to compare
// with, it is the last.
func marked(asked []question, f probe.Finding) []report.Event {
	var story []report.Event
	wrong := -1
	for _, q := range asked {
		if q.endpoint != f.Endpoint.Name() {
			continue
		}
		if q.attempt == f.Attempt.Name {
			wrong = len(story)
		}
		story = append(story, q.told)
	}
	if wrong >= 0 {
		story[wrong].Mark = true
	}
	return story
}

// must tells whether one of the findings fails the scenario.
func (v *verification) must() bool {
	return v != nil && slices.ContainsFunc(v.outcome.Findings, func(f probe.Finding) bool { return f.Rule.Severity == judge.Must })
}

// learn keeps what the stage saw for the probes, and for what is judged later.
func (s *Stage) learn(ctx context.Context) { s.gather(report.Scenario{}, nil, false).learn(ctx) }

// Rules are all rules that a finding can name: the judge's, then those that the back
// end's answers to standin's own questions are held against.
func Rules() []*judge.Rule { return append(judge.Rules(), probe.Rules()...) }
