package harness

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/standin-dev/standin/harness/browser"
)

// flushLimit is how long the host's page may take to hand over what its bridge saw.
const flushLimit = 2 * time.Second

// flush fetches what the bridge saw since the page was quiet last, also when ctx has
// ended. Where a live page does not hand it over, the report says so: a story may lack
// the birth of a token then.
func (s *Stage) flush(ctx context.Context) {
	bound, cancel := context.WithTimeout(context.WithoutCancel(ctx), flushLimit)
	defer cancel()
	err := s.page.FlushJournal(bound)
	if err == nil || errors.Is(err, browser.ErrPageless) || ctx.Err() != nil || s.page.Crashed() != "" || s.run.browser.Err() != nil {
		return
	}
	s.note(fmt.Sprintf("the host's page did not hand over what its bridge saw last: %v", err))
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
