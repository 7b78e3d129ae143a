package harness

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/standin-dev/standin/fakehost/clock"
	"github.com/standin-dev/standin/harness/judge"
	"github.com/standin-dev/standin/harness/report"
)

// TestOpaqueSession: an answer to a session that may have ended long ago shows nothing,
// so that the scenario is inconclusive, and says what to do; unless the author says how
// long it lives.
func TestOpaqueSession(t *testing.T) {
	t.Parallel()
	send := func(ctx context.Context, s *Stage) error {
		if err := s.page.EvalFrame(ctx, `fetch("/anybody", {headers: {Authorization: "Bearer 5f2b8c0a"}}); 0`, nil); err != nil {
			return err
		}
		return s.settle(ctx)
	}
	kept := Scenario{ID: "test/opaque", Title: "A session is kept.", Play: func(ctx context.Context, s *Stage) error {
		if err := s.Open(ctx); err != nil {
			return err
		}
		if err := send(ctx, s); err != nil {
			return err
		}
		if err := s.Advance(ctx, 16*time.Minute, clock.Sleep); err != nil {
			return err
		}
		return send(ctx, s)
	}}
	for _, tt := range []struct {
		life time.Duration
		want report.Verdict
		says string
	}{
		{0, report.Inconclusive, "what GET /anybody carried in header:Authorization Bearer was first sent 16m before, and does not say when it ends"},
		{8 * time.Hour, report.Pass, ""},
		{15 * time.Minute, report.Fail, ""},
	} {
		s := playSoundBy(t, judge.Policy{SessionLife: tt.life}, kept).Scenarios[0]
		if s.Verdict != tt.want || !strings.Contains(s.Reason, tt.says) || (s.Reason == "") != (tt.says == "") {
			t.Errorf("sessionLife %s: %s (%s), want %s", tt.life, s.Verdict, s.Reason, tt.want)
		}
	}
}
