package probe

import (
	"fmt"
	"net/http"
)

// Has reports whether the same rule was broken by the same endpoint already.
func (o *Outcome) Has(f Finding) bool {
	for _, g := range o.Findings {
		if g.Rule == f.Rule && g.Endpoint.Key() == f.Endpoint.Key() {
			return true
		}
	}
	return false
}

// weigh tells whether an answer is the wrong one. control is what a valid token got,
// and found what the answer is like.
func weigh(e Endpoint, a Attempt, answer, control Answer, found likeness) (Finding, bool) {
	f := Finding{Rule: a.Rule, Endpoint: e, Attempt: a, Answer: answer}
	if a.mustNotShow != nil {
		what, shown := a.mustNotShow(answer)
		f.Expected, f.Actual = "nothing of the first tenant's", fmt.Sprintf("%d, with %s of the first tenant", answer.Status, what)
		f.Message = fmt.Sprintf("%s, asked again %s, was answered with %s of the first tenant.", e.Name(), a.Name, what)
		return f, shown
	}
	accepted := found == same
	if a.anyAnswer {
		accepted = !answer.refuses()
	}
	if a.Accept == accepted {
		return f, false
	}
	if a.Accept {
		f.Expected = fmt.Sprintf("%d, as to a valid token", control.Status)
		f.Actual = fmt.Sprint(answer.Status)
		f.Message = fmt.Sprintf("%s, asked again %s, was refused with %d.", e.Name(), a.Name, answer.Status)
		return f, true
	}
	f.Expected = "a refusal, as 401"
	f.Actual = fmt.Sprintf("%d, as to a valid token", answer.Status)
	f.Message = fmt.Sprintf("%s, asked again %s, was answered with %d, as it is with a valid one.", e.Name(), a.Name, answer.Status)
	return f, true
}

// refuses reports whether an answer is one of those with which tokens are refused.
func (a Answer) refuses() bool {
	switch a.Status {
	case http.StatusBadRequest, http.StatusUnauthorized, http.StatusForbidden:
		return true
	}
	return false
}
