package judge_test

import (
	"strings"
	"testing"
	"time"

	"github.com/standin-dev/standin/harness/judge"
	"github.com/standin-dev/standin/harness/timeline"
)

// TestRecovery: an app that renews a token when it is refused is told so, and only where
// it did.
func TestRecovery(t *testing.T) {
	t.Parallel()
	const recovered = "recovered by itself"
	for _, tt := range []struct {
		name string
		then func(s *scene, old string)
		want bool
	}{
		{"renewed at once", func(s *scene, _ string) { s.call("/api/items", "JWT "+s.context()) }, true},
		{"never sent again", func(*scene, string) {}, false},
		{"sent again with the same", func(s *scene, old string) { s.call("/api/items", "JWT "+old).Status = 401 }, false},
		{"refused again", func(s *scene, _ string) { s.call("/api/items", "JWT "+s.context()).Status = 401 }, false},
		{"sent again when the person does something", func(s *scene, _ string) {
			s.event(timeline.Event{Kind: timeline.Step})
			s.at(s.now + time.Second)
			s.call("/api/items", "JWT "+s.context())
		}, false},
		{"another address", func(s *scene, _ string) { s.call("/api/others", "JWT "+s.context()) }, false},
	} {
		s := opened(t)
		old := s.context()
		s.jump(life + time.Minute)
		s.call("/api/items", "JWT "+old).Status = 401
		s.at(s.now + time.Second)
		tt.then(s, old)
		for _, f := range s.judge().Findings {
			if f.Rule != judge.Expired {
				continue
			}
			if got := strings.Contains(f.Message, recovered); got != tt.want {
				t.Errorf("%s: said to have recovered: %v, want %v: %s", tt.name, got, tt.want, f.Message)
			}
			if got := strings.Contains(f.Remedy, "renewal: on-401"); got != tt.want {
				t.Errorf("%s: the remedy is %q", tt.name, f.Remedy)
			}
		}
	}
}
