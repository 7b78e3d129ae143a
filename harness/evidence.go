package harness

import (
	"context"
	"fmt"
	"time"
)

// flushLimit is how long the host's page may take to hand over what its bridge saw.
const flushLimit = 2 * time.Second

// flush fetches what the bridge saw since the page was quiet last. What cannot be had is
// not told: the host itself knows each token that it made.
func (s *Stage) flush(ctx context.Context) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), flushLimit)
	defer cancel()
	_ = s.page.FlushJournal(ctx)
}

// collect searches what the app's documents hold. A page that cannot be asked has
// nothing to tell: the scenario is judged by its requests all the same.
func (s *Stage) collect(ctx context.Context) {
	s.flush(ctx)
	if !s.loaded || s.page.Crashed() != "" || ctx.Err() != nil {
		return
	}
	if err := s.page.CollectEvidence(ctx); err != nil && ctx.Err() == nil {
		s.note(fmt.Sprintf("the app's page could not be searched for tokens: %v", err))
	}
}
