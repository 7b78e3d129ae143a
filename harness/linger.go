package harness

import (
	"context"
	"time"
)

// shortTimers is how long an app's short timers are given after what a person did: one
// that sends a request a moment after a click (a debounce), or renews a token then.
const shortTimers = 1500 * time.Millisecond

// linger lets short timers run after a step that is known to make the app call, or of
// which nothing is known, where nothing came of it so far.
func (s *Stage) linger(ctx context.Context, exchanges, events int) error {
	if e := s.effect(exchanges, events); e.Requests > 0 || len(e.Navigations) > 0 {
		return nil
	}
	return s.Wait(ctx, shortTimers)
}
