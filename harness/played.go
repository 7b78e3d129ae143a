package harness

import (
	"context"
	"slices"
	"time"

	"github.com/standin-dev/standin/harness/judge"
	"github.com/standin-dev/standin/harness/report"
)

// played is a scenario that was played, with all its evidence. What it comes to is told
// when the whole run is over: what a back end does is known by then from every scenario,
// early or late.
type played struct {
	run *run
	// out has what is told whatever the verdict is: whose scenario, how long it took.
	out report.Scenario
	in  judge.Input
	// err is what ended it; nil: it came to its end. interrupted says that somebody did.
	err         error
	interrupted bool
	// What the stage noted: see Stage.
	proveFrom  int
	proveAt    time.Time
	after      string
	hung       []string
	witnessed  bool
	verified   *verification
	verifiedAt time.Time
	// differential says that the scenario is about what is refused without Referers, and
	// without is what came of it then; nil: it was played once.
	differential bool
	without      *judge.Input
	withoutErr   error
	// output are the last lines that the app printed in it; empty: it printed nothing, or
	// standin did not start it.
	output string
	// place is where the scenario stands among those of the run.
	place int
	// gone says that the app was lost while it was played.
	gone bool
	// ailing is what keeps the page from working on which it was played; nil: it opens none.
	ailing *ailing
	// found is what is wrong with the page itself, in the scenario that tells of it.
	found []judge.Finding
	// otherwise are the scenarios that show what the back end takes with third-party
	// cookies, where this one was played without; nil: it was played with them.
	otherwise []*played
	// settled is the result where there is no evidence to judge: the scenario was not
	// played.
	settled *report.Scenario
	// judgement is what the judge last said, by what the run knew at that insight; nil: it
	// was not asked.
	judgement *judge.Result
	insight   int
}

// judged is what the judge says of the evidence, by all that the run knows by now.
func (p *played) judged() judge.Result {
	if p.judgement != nil && p.insight == p.run.insight && p.otherwise == nil {
		return *p.judgement
	}
	p.in.Known, p.in.Learned = p.run.known, p.run.learned
	if p.otherwise != nil {
		p.in.TakenWith = takenWith(p.otherwise)
	}
	result := judge.Judge(p.in)
	p.judgement, p.insight = &result, p.run.insight
	return result
}

// gather takes the evidence from a stage.
func (s *Stage) gather(out report.Scenario, err error, interrupted bool) *played {
	in := s.input()
	s.noteUntranslated()
	return &played{
		run: s.run, ailing: s.run.ailing, out: out, in: in, err: err, interrupted: interrupted,
		proveFrom: s.proveFrom, proveAt: s.proveAt, after: s.after, hung: slices.Clone(s.hung),
		witnessed: s.witnessed, verified: s.verified, verifiedAt: s.run.host.Time().Now(),
		output: newlySaid(s.said, s.run.appSaid()),
	}
}

// learn has the run know what the scenario has shown of the back end.
func (p *played) learn(ctx context.Context) {
	if p.settled != nil {
		return
	}
	result := p.judged()
	p.run.learn(result.Accepted)
	p.run.discover(ctx, &p.in, &result)
	p.run.endpoints.learn(&p.in, &result, p.run.cfg.Probes, p.run.tenant.Load().ClientKey)
}

// result judges the evidence by all that the run knows.
func (p *played) result() report.Scenario {
	if p.settled != nil {
		out := *p.settled
		p.tellGone(&out)
		return out
	}
	out := p.out
	result := p.judged()
	result.Findings = append(slices.Clone(p.found), result.Findings...)
	p.ailing.unframed(&result)
	out.Requests, out.Judged = result.Requests, result.Judged
	if n := result.GetToken; n.Answered > 0 {
		out.GetToken = &report.GetToken{Calls: n.Answered, AtOnce: n.AtOnce}
	}
	out.PassedOver = p.passedOver()
	story := newStory(&p.in, &result)
	out.Timeline = story.whole()
	out.Findings, out.Notes = nil, slices.Clone(p.out.Notes)
	for _, f := range result.Findings {
		out.Findings = append(out.Findings, story.finding(f))
	}
	out.Notes = append(append(out.Notes, p.hung...), result.Notes...)
	if p.otherwise != nil {
		p.noteCookies(&out)
	}
	if p.verified != nil {
		p.verified.tell(p, &out)
	}
	out.Verdict, out.Reason = p.verdict(&p.in, &result)
	if p.without != nil {
		p.compare(story, &out)
	}
	p.ailing.complete(&out)
	p.tellOutput(&out)
	p.tellGone(&out)
	return out
}

// tellGone says that the app was lost, in the scenario in which it was.
func (p *played) tellGone(out *report.Scenario) {
	if p.gone {
		p.run.tellGone(out)
	}
}

// settle tells what each scenario of the run came to, by all that the run has shown.
func (r *run) settle() {
	for _, p := range r.played {
		result := p.result()
		p.record(result)
		r.report.Add(result)
		r.cfg.Progress.settled(result)
	}
	if r.inLanes {
		r.report.RealSeconds = r.took.Seconds()
	}
}
