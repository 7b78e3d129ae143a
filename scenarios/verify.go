package scenarios

import (
	"context"

	"github.com/standin-dev/standin/harness"
	"github.com/standin-dev/standin/harness/probe"
)

// verify are the questions that standin itself puts to the back end, about what the
// scenarios before saw it answer. They need no page and no time.
func verify() []harness.Scenario {
	var all []harness.Scenario
	for _, p := range probe.All() {
		all = append(all, harness.Scenario{
			ID: p.ID, Title: p.Title, About: p.About, Bugs: p.Bugs, Pageless: true,
			Play: func(ctx context.Context, s *harness.Stage) error { return s.Verify(ctx, p) },
		})
	}
	return all
}
