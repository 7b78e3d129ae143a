package harness

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/standin-dev/standin/harness/judge"
	"github.com/standin-dev/standin/harness/report"
)

// readsReferer tells whether the author named the Referer as a carrier.
func (r *run) readsReferer() bool {
	return slices.ContainsFunc(r.cfg.Policy.Carriers, func(s judge.CarrierSpec) bool { return s.Place == "referer" })
}

// differs tells whether a scenario is to be played a second time without Referers.
func (r *run) differs(sc Scenario) bool {
	return (sc.Differential || r.cfg.RefererDifferential) && !r.readsReferer()
}

// differ plays a scenario again, with no Referer on any request to the app.
func (r *run) differ(ctx context.Context, sc Scenario, p *played) {
	without, err := r.withoutReferer(ctx, sc)
	if ctx.Err() != nil {
		p.interrupted = true
		return
	}
	p.without, p.withoutErr, p.differential = &without, err, sc.Differential
}

// compare adds to a result what the back end took the first time and refused the second.
func (p *played) compare(story *story, out *report.Scenario) {
	if p.withoutErr != nil {
		out.Notes = append(out.Notes, "played once more without Referers, it did not come to its end: "+strings.TrimSuffix(p.withoutErr.Error(), "."))
	}
	p.without.Known, p.without.Learned = p.in.Known, p.in.Learned
	d := judge.Differ(p.in, *p.without)
	if d.Compared == 0 {
		if p.differential && d.Sockets && (out.Verdict == report.Pass || out.Verdict == report.Warn) {
			out.Verdict, out.Reason = report.NotApplicable, "the app talks to its back end by WebSockets alone, which have no Referer."
			return
		}
		if p.differential && out.Verdict != report.Fail {
			out.Verdict, out.Reason = report.Inconclusive, "no request that had to prove who asks was sent both with and without a Referer."
		}
		return
	}
	out.Notes = append(out.Notes, fmt.Sprintf("played once more without Referers: %d of %d requests that were taken with one were refused without", flips(d), d.Compared))
	if len(d.Findings) == 0 {
		return
	}
	// It is what the scenario was played twice for, so it comes first.
	found := make([]report.Finding, len(d.Findings), len(d.Findings)+len(out.Findings))
	for i, f := range d.Findings {
		found[i] = story.finding(f)
	}
	out.Findings = append(found, out.Findings...)
	out.Verdict, out.Reason = report.Fail, ""
}

// flips counts the requests that were refused without a Referer.
func flips(d judge.Difference) int {
	n := len(d.Findings)
	for _, f := range d.Findings {
		n += f.Repeats
	}
	return n
}

// withoutReferer plays a scenario with no Referer on any request to the app. The
// error is what ended it; what came before counts all the same.
func (r *run) withoutReferer(ctx context.Context, sc Scenario) (judge.Input, error) {
	r.host.SetConditions(sc.Conditions)
	r.noReferer.Store(true)
	defer r.noReferer.Store(false)
	s, err := r.open(ctx, false, sc.Fresh)
	if err != nil {
		return judge.Input{}, err
	}
	err = sc.Play(ctx, s)
	in := s.input()
	if e := r.leave(ctx, s.page); err == nil && ctx.Err() == nil {
		err = e
	}
	return in, err
}
