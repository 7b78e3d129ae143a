package harness

import (
	"github.com/standin-dev/standin/harness/har"
	"github.com/standin-dev/standin/harness/judge"
	"github.com/standin-dev/standin/harness/report"
)

// record hands over the scenario's requests, where somebody wants them.
func (s *Stage) record(out *report.Scenario, in *judge.Input, result *judge.Result) {
	if s.run.cfg.Record == nil {
		return
	}
	s.run.cfg.Record(har.Page{
		Scenario: out.ID, Title: out.Title, Exchanges: in.Exchanges, Windows: in.Popups,
		Findings: result.Broken, Secrets: append([]string{s.run.tenant.Load().SharedSecret, s.run.cfg.SessionSecret}, s.run.oldSecrets...),
	})
}
