package judge_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/standin-dev/standin/harness/judge"
	"github.com/standin-dev/standin/harness/timeline"
)

// BenchmarkJudge: a long scenario of a sound app, and of one whose token died, in
// which every request has something to be told of. Time grows with the number of
// requests, not with its square.
func BenchmarkJudge(b *testing.B) {
	for _, n := range []int{1000, 10000} {
		for _, sound := range []bool{true, false} {
			name := map[bool]string{true: "sound", false: "broken"}[sound]
			b.Run(fmt.Sprintf("%s/%d", name, n), func(b *testing.B) {
				in := longScene(b, n, sound)
				for b.Loop() {
					judge.Judge(in)
				}
				b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N*n), "µs/request")
			})
		}
	}
}

func longScene(t testing.TB, n int, sound bool) judge.Input {
	s := opened(t)
	raw := s.contextOf("ext-1", "1001")
	if !sound {
		s.jump(time.Hour)
	}
	for i := range n {
		s.now += 20 * time.Millisecond
		if sound && i%500 == 0 {
			raw = s.contextOf("ext-1", "1001")
		}
		s.event(timeline.Event{Kind: timeline.Delivered, Raw: raw, Extension: "ext-1"})
		s.call(fmt.Sprintf("/api/items/%d", i), "JWT "+raw)
	}
	return s.in
}
