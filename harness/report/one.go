package report

// Story is what Text says about one scenario: its findings, the first in full, with
// the timeline around it. It is empty for a scenario that passed and has no notes.
// SkipLines is without meaning here.
func Story(s Scenario, o TextOptions) string {
	p := &page{width: lineWidth(o.Width), verbose: o.Verbose}
	p.scenario(cleanScenario(s))
	return p.String()
}
