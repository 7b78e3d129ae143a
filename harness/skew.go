package harness

import (
	"context"
	"time"

	"github.com/standin-dev/standin/harness/timeline"
)

// PersonClock sets how far the clock of the person's machine is ahead of the truth;
// negative is behind, 0 is right. All pages and workers go by it, the host and the back
// end do not.
func (s *Stage) PersonClock(ctx context.Context, ahead time.Duration) error {
	s.Say("the clock of the person's machine is " + off(ahead))
	return s.page.SetAhead(ctx, ahead)
}

// BackEndClock sets how far the clock of the app's back end is ahead of the truth, in
// whole seconds; negative is behind, 0 is right. Nobody touches its machine: the tokens
// that it is sent are moved so that it sees what it would see with such a clock.
func (s *Stage) BackEndClock(ahead time.Duration) {
	s.Say("the back end's clock is " + off(ahead))
	s.backEndAhead = ahead
	s.run.host.Translator().Skew(ahead)
}

// off says how a clock is off.
func off(ahead time.Duration) string {
	switch {
	case ahead > 0:
		return timeline.Span(ahead) + " ahead"
	case ahead < 0:
		return timeline.Span(-ahead) + " behind"
	}
	return "right again"
}
