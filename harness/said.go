package harness

import (
	"slices"
	"strings"

	"github.com/standin-dev/standin/fakehost/token"
	"github.com/standin-dev/standin/harness/judge"
	"github.com/standin-dev/standin/harness/report"
)

// saidLines is how many of the app's last lines of output a scenario tells.
const saidLines = 5

// appSaid is what the app, where standin started it, printed last; empty: nothing, or
// somebody else started it.
func (r *run) appSaid() string {
	if r.app == nil {
		return ""
	}
	return r.app.output()
}

// newlySaid are the last lines of what was printed since: was is the output of then, of
// which the beginning may be gone by now.
func newlySaid(was, now string) string {
	lines, old := strings.Split(strings.TrimSpace(now), "\n"), strings.Split(strings.TrimSpace(was), "\n")
	for k := range old {
		if known := old[k:]; len(known) <= len(lines) && slices.Equal(known, lines[:len(known)]) {
			lines = lines[len(known):]
			break
		}
	}
	return token.Redact(strings.Join(lines[max(0, len(lines)-saidLines):], "\n"))
}

// unexplained are the rules whose breaches the app's own output may explain: a back end
// answered an error, and why was not seen.
var unexplained = []string{judge.PageLoads.ID, judge.RefusedValid.ID, judge.ErrorOnValid.ID}

// tellOutput adds what the app printed where a finding may be explained by that.
func (p *played) tellOutput(out *report.Scenario) {
	if p.output == "" || !slices.ContainsFunc(out.Findings, func(f report.Finding) bool {
		return slices.Contains(unexplained, f.Rule) && f.Request != nil && f.Request.Status >= 400
	}) {
		return
	}
	out.Notes = append(out.Notes, "the app's last lines of output in this scenario:\n"+p.output)
}
