package harness

import (
	"context"
	"fmt"
)

// collect searches what the app's documents hold. A page that cannot be asked has
// nothing to tell: the scenario is judged by its requests all the same.
func (s *Stage) collect(ctx context.Context) {
	if !s.loaded || s.page.Crashed() != "" || ctx.Err() != nil {
		return
	}
	if err := s.page.CollectEvidence(ctx); err != nil && ctx.Err() == nil {
		s.note(fmt.Sprintf("the app's page could not be searched for tokens: %v", err))
	}
}
