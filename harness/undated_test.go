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
// long it lives: then what is sent past that is refused by standin, and whoever goes on with it
// fails. One that the back end gave out again lives on.
func TestOpaqueSession(t *testing.T) {
	t.Parallel()
	const send = `await fetch("/anybody", {headers: {"X-Acpt": "5f2b8c0a"}}).then((a) => a.text());`
	after := func(name, script string) Scenario {
		return Scenario{ID: "test/" + name, Title: "A session is used, and a quarter of an hour later.", Play: func(ctx context.Context, s *Stage) error {
			if err := s.Open(ctx); err != nil {
				return err
			}
			run := func(script string) error {
				if err := s.page.EvalFrame(ctx, "(async () => { "+script+" })(); 0", nil); err != nil {
					return err
				}
				return s.settle(ctx)
			}
			if err := run(send); err != nil {
				return err
			}
			if err := s.Advance(ctx, 16*time.Minute, clock.Sleep); err != nil {
				return err
			}
			return run(script)
		}}
	}
	kept, once := after("kept", send+send), after("once", send)
	again := after("given-again", `await fetch("/echo/5f2b8c0a", {headers: {"X-Acpt": "0c11d9aa"}}).then((a) => a.text());`+send)
	for _, tt := range []struct {
		life     time.Duration
		scenario Scenario
		want     report.Verdict
		says     string
	}{
		{0, kept, report.Inconclusive, "what GET /anybody carried in header:X-Acpt was first sent 16m before, and does not say when it ends"},
		{8 * time.Hour, kept, report.Pass, ""},
		{15 * time.Minute, kept, report.Fail, ""},
		{15 * time.Minute, once, report.Pass, ""},
		{15 * time.Minute, again, report.Pass, ""},
	} {
		s := playSoundBy(t, judge.Policy{SessionLife: tt.life}, tt.scenario).Scenarios[0]
		if s.Verdict != tt.want || !strings.Contains(s.Reason, tt.says) || (s.Reason == "") != (tt.says == "") {
			t.Errorf("%s, sessionLife %s: %s (%s), want %s", s.ID, tt.life, s.Verdict, s.Reason, tt.want)
		}
	}
}
