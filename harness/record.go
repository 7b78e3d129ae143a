package harness

import (
	"slices"

	"github.com/standin-dev/standin/harness/har"
	"github.com/standin-dev/standin/harness/report"
)

// record hands over the scenario's requests, where somebody wants them.
func (p *played) record(out report.Scenario) {
	r := p.run
	if r.cfg.Record == nil || p.settled != nil {
		return
	}
	r.cfg.Record(har.Page{
		Scenario: out.Label(), Title: out.Title, Exchanges: p.in.Exchanges, Windows: p.in.Popups,
		Findings: p.judged().Broken, Secrets: append([]string{r.tenant.Load().SharedSecret, r.cfg.SessionSecret}, slices.Concat(r.oldSecrets, r.laneSecrets)...),
	})
}
