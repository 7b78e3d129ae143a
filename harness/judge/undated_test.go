package judge_test

import (
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/google/go-cmp/cmp"

	"github.com/standin-dev/standin/harness/judge"
	"github.com/standin-dev/standin/harness/timeline"
)

// TestUndated: a credential that does not say when it ends shows nothing once it is
// older than a context token would get; unless its life is known.
func TestUndated(t *testing.T) {
	t.Parallel()
	const opaque = "Bearer 5f2b8c0a"
	api := func(s *scene, credential string) { s.call("/api/items", credential) }
	expired := []string{judge.Expired.ID}
	for _, tt := range []struct {
		name    string
		life    time.Duration
		play    func(s *scene)
		undated int
		must    []string
	}{
		{"new", 0, func(s *scene) { api(s, opaque) }, 0, nil},
		{"as old as a context token gets", 0, func(s *scene) { api(s, opaque); s.jump(life); api(s, opaque) }, 0, nil},
		{"older", 0, func(s *scene) { api(s, opaque); s.jump(life + time.Second); api(s, opaque); api(s, opaque) }, 2, nil},
		{"older in sum", 0, func(s *scene) {
			for range 4 {
				api(s, opaque)
				s.jump(life / 2)
			}
		}, 1, nil},
		{"another", 0, func(s *scene) { api(s, opaque); s.jump(2 * life); api(s, "Bearer 0c11d9") }, 0, nil},
		{"a JWT without exp", 0, func(s *scene) {
			raw := s.know(s.minted(jwt.SigningMethodHS256, []byte("its own"), jwt.MapClaims{"sub": "u"}), "session", false)
			api(s, "Bearer "+raw)
			s.jump(2 * life)
			api(s, "Bearer "+raw)
		}, 1, nil},
		{"beside a token", 0, func(s *scene) {
			send := func() {
				s.send(timeline.Exchange{URL: "/api", Header: header("Authorization", opaque, "X-Connect-Token", s.context())})
			}
			send()
			s.jump(2 * life)
			send()
		}, 0, nil},
		{"alive by its life", 8 * time.Hour, func(s *scene) { api(s, opaque); s.jump(8*time.Hour - time.Second); api(s, opaque) }, 0, nil},
		{"dead by its life", 8 * time.Hour, func(s *scene) { api(s, opaque); s.jump(8 * time.Hour); api(s, opaque) }, 0, expired},
		{"dead by a short life", time.Minute, func(s *scene) { api(s, opaque); s.jump(time.Minute); api(s, opaque) }, 0, expired},
	} {
		s := opened(t)
		s.in.Policy.SessionLife = tt.life
		tt.play(s)
		got := s.judge()
		if len(got.Undated) != tt.undated {
			t.Errorf("%s: undated are %+v, want %d", tt.name, got.Undated, tt.undated)
		}
		if diff := cmp.Diff(tt.must, broken(got, judge.Must)); diff != "" {
			t.Errorf("%s: (-want +got):\n%s", tt.name, diff)
		}
		s.in.Recorded = true
		if got := s.judge(); len(got.Undated) != 0 {
			t.Errorf("%s: in a recording undated are %+v", tt.name, got.Undated)
		}
	}
}

// TestUndatedTells: where it rode, on what, and for how long.
func TestUndatedTells(t *testing.T) {
	t.Parallel()
	s := opened(t)
	s.call("/api/items", "Bearer 5f2b8c0a")
	s.jump(16 * time.Minute)
	s.call("/api/items", "Bearer 5f2b8c0a")
	want := []judge.Undated{{Request: "GET /api/items", Carrier: judge.CarrierSpec{Place: "header", Name: "Authorization", Scheme: "Bearer"}, Age: 16 * time.Minute}}
	if diff := cmp.Diff(want, s.judge().Undated); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	s.in.Policy.SessionLife = 15 * time.Minute
	f := s.only()
	if want := "GET /api/items carried a session that had ended 1m before."; f.Message != want {
		t.Errorf("it says %q, want %q", f.Message, want)
	}
}
