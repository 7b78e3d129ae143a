package harness

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/standin-dev/standin/harness/judge"
	"github.com/standin-dev/standin/harness/report"
)

// ailing is what keeps a page from working: it is told once for the run, and what it
// made pointless is not played. The zero ailing is a page that works.
type ailing struct {
	judge.Diagnosis
	// survey is the evidence, with which the scenario is judged that tells of it; teller is
	// that one's id.
	survey *played
	teller string
	// framing are the pages that the survey came to and that forbid to be shown in a frame:
	// they are told once, and not wherever the journey comes by.
	framing []report.Finding
	// said is the scenario that gave the reason, where the others were played all the same.
	said string
}

// choose names the scenario that is to tell what is wrong with the page: FirstLoad, or
// the first that opens it.
func (a *ailing) choose(scenarios []Scenario) {
	for _, which := range []func(Scenario) bool{
		func(s Scenario) bool { return s.ID == FirstLoad },
		func(s Scenario) bool { return !s.Pageless },
		func(Scenario) bool { return true },
	} {
		if i := slices.IndexFunc(scenarios, which); i >= 0 {
			a.teller = scenarios[i].ID
			return
		}
	}
}

// known reports whether something was seen that keeps the page from working.
func (a *ailing) known() bool { return a != nil && (a.Broken || a.Reason != "") }

// broken reports whether there is no use in opening the page.
func (a *ailing) broken() bool { return a != nil && a.Broken }

// pointless is a scenario that is not played, for the page does not work: the one that
// tells of it has what the survey saw; nil: it is to be played.
func (r *run) pointless(out report.Scenario, sc Scenario) *played {
	a := r.ailing
	switch {
	case !a.broken():
		return nil
	case out.ID == a.teller:
		p := *a.survey
		out.VirtualSeconds = p.out.VirtualSeconds
		p.out = out
		return &p
	case sc.Pageless:
		return nil
	}
	a.tell(&out)
	return &played{run: r, settled: &out}
}

// tell has a scenario say that it was not played, and where the reason is.
func (a *ailing) tell(out *report.Scenario) {
	out.Verdict, out.NotPlayed, out.BecauseOf = report.Inconclusive, true, a.teller
	out.Reason = "not played: the page does not work; see " + a.teller + "."
}

// excuse has a scenario that needs no page, and showed nothing for want of one, say so.
func (a *ailing) excuse(out *report.Scenario) {
	if a.broken() && out.Verdict == report.Inconclusive && out.Judged == 0 && out.Reason != wasInterrupted {
		a.tell(out)
	}
}

// surveyTwice surveys the app, and once more when its page answered with an error: a
// back end that is slow to come up may do so once.
func (r *run) surveyTwice(ctx context.Context) error {
	err := r.survey(ctx)
	if !errors.Is(err, errPage) || !r.ailing.Broken || ctx.Err() != nil || r.hung.load {
		return err
	}
	r.ailing = &ailing{teller: r.ailing.teller}
	return r.survey(ctx)
}

// lookAtPage asks the page what it shows. A page that cannot be asked shows nothing that is
// known.
func (s *Stage) lookAtPage(ctx context.Context) {
	if s.page.Crashed() != "" || ctx.Err() != nil {
		return
	}
	if _, err := s.page.Shown(ctx); err != nil && ctx.Err() == nil {
		s.note(fmt.Sprintf("the app's page did not say what it shows: %v", err))
	}
}

// diagnose keeps why the page does not work, if that is so, and the evidence; err is what
// ended the survey.
func (s *Stage) diagnose(ctx context.Context, err error) {
	if s.flush(ctx); ctx.Err() != nil || s.page.Crashed() != "" {
		return
	}
	a, in := s.run.ailing, s.input()
	result := judge.Judge(in)
	story := newStory(&in, &result)
	for _, f := range result.Findings {
		if f.Rule == judge.Unframeable {
			a.framing = append(a.framing, story.finding(f))
		}
	}
	if a.Diagnosis = judge.Diagnose(in); a.Broken {
		out := report.Scenario{VirtualSeconds: s.run.host.Time().Now().Sub(s.start).Seconds()}
		if a.Reason != "" {
			err = nil // which says it better
		}
		a.survey = s.gather(out, err, false)
		a.survey.found = a.Findings
	}
}

// unframed takes out of a judgement what the survey has shown.
func (a *ailing) unframed(result *judge.Result) {
	if a != nil && len(a.framing) > 0 {
		result.Findings = slices.DeleteFunc(result.Findings, func(f judge.Finding) bool { return f.Rule == judge.Unframeable })
	}
}

// complete adds that to the one result that tells of the page, and has one that is about a
// page that does not work never pass.
func (a *ailing) complete(out *report.Scenario) {
	if a == nil {
		return
	}
	if out.ID != a.teller {
		a.excuse(out)
		return
	}
	if len(a.framing) > 0 {
		out.Findings = append(slices.Clone(a.framing), out.Findings...)
		out.Verdict, out.Reason = report.Fail, ""
	}
	if a.broken() && out.Verdict != report.Fail {
		out.Verdict = report.Inconclusive
		out.Reason = cmp.Or(a.Reason, out.Reason, "the app's page did not load.")
	}
}

// whySilent says what was seen of a page that called nothing: what the survey found, once,
// or what this scenario shows. Empty: it works, and nothing in it calls the back end.
func (s *played) whySilent(in *judge.Input, result *judge.Result) string {
	a := s.ailing
	switch {
	case result.Judged > 0:
		return ""
	case a.known() && a.Reason != "" && (a.said == "" || a.said == s.out.ID):
		a.said = s.out.ID
		return a.Reason
	case a.known() && a.Reason != "":
		return "the page called nothing here either; see " + a.said + "."
	}
	d := judge.Diagnose(*in)
	if len(d.Findings) > 0 {
		return d.Findings[0].Message
	}
	return d.Reason
}
