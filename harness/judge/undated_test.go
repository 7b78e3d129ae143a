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
	refuse := func(s *scene, credential string) *timeline.Exchange {
		x := s.call("/api/items", credential)
		x.Status, x.Staged, x.Answered = 401, true, s.instant()
		return x
	}
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
		{"dead by its life, and taken", 8 * time.Hour, func(s *scene) { api(s, opaque); s.jump(8 * time.Hour); api(s, opaque) }, 1, nil},
		{"answered 401 on purpose", 0, func(s *scene) { api(s, opaque); refuse(s, opaque); api(s, "Bearer 0c11d9") }, 0, nil},
		{"given out again", time.Minute, func(s *scene) {
			api(s, opaque)
			s.jump(time.Minute)
			s.event(timeline.Event{Kind: timeline.Renewed, Raw: "5f2b8c0a"})
			s.jump(59 * time.Second)
			api(s, opaque)
		}, 0, nil},
		{"refused, and traded", time.Minute, func(s *scene) {
			api(s, opaque)
			s.jump(time.Minute)
			refuse(s, opaque)
			api(s, "JWT "+s.context())
			api(s, "Bearer 0c11d9")
		}, 0, nil},
		{"refused, and traded at the next click", time.Minute, func(s *scene) {
			api(s, opaque)
			s.jump(time.Minute)
			refuse(s, opaque)
			s.event(timeline.Event{Kind: timeline.Step})
			api(s, "Bearer 0c11d9")
		}, 0, nil},
		{"refused by the back end itself, and traded", time.Minute, func(s *scene) {
			api(s, opaque)
			s.jump(time.Minute)
			refuse(s, opaque).Staged = false
			api(s, "Bearer 0c11d9")
		}, 0, nil},
		{"refused, two being under way", time.Minute, func(s *scene) {
			api(s, opaque)
			s.jump(time.Minute)
			at := len(s.in.Exchanges)
			refuse(s, opaque)
			refuse(s, opaque)
			s.in.Exchanges[at].Answered = s.instant().Add(time.Second)
		}, 0, nil},
		{"refused, and sent by another part while the app trades", time.Minute, func(s *scene) {
			api(s, opaque)
			s.jump(time.Minute)
			refuse(s, opaque)
			s.now += time.Second
			refuse(s, opaque)
			s.now += time.Second
			api(s, "Bearer 0c11d9")
		}, 0, nil},
		{"refused, and sent once more", time.Minute, func(s *scene) {
			api(s, opaque)
			s.jump(time.Minute)
			refuse(s, opaque)
			s.now += time.Second
			refuse(s, opaque)
		}, 0, expired},
		{"refused, and sent at the next click", time.Minute, func(s *scene) {
			api(s, opaque)
			s.jump(time.Minute)
			refuse(s, opaque)
			s.now += time.Second
			s.event(timeline.Event{Kind: timeline.Step})
			s.now += time.Second
			refuse(s, opaque)
			api(s, "Bearer 0c11d9")
		}, 0, expired},
		{"refused, and sent long after", time.Minute, func(s *scene) {
			api(s, opaque)
			s.jump(time.Minute)
			refuse(s, opaque)
			s.now += time.Second
			api(s, "Bearer 0c11d9")
			s.now += 10 * time.Second
			refuse(s, opaque)
		}, 0, expired},
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
	want[0].Ended = true
	if diff := cmp.Diff(want, s.judge().Undated); diff != "" {
		t.Errorf("by its life (-want +got):\n%s", diff)
	}
	x := &s.in.Exchanges[len(s.in.Exchanges)-1]
	x.Status, x.Staged, x.Answered = 401, true, s.instant()
	s.now += time.Minute
	s.call("/api/items", "Bearer 5f2b8c0a").Status = 401
	f := s.only()
	for _, told := range []struct{ got, want string }{
		{f.Message, "GET /api/items carried a session that had ended 2m before, and had been refused."},
		{f.Actual, "the same session in header:Authorization Bearer, 1m after its refusal; the answer was 401"},
		{f.Cause, "GET /api/items was answered 401 at +16:01.0, for its session had ended (sessionLife: 15m), and the app went on with it."},
	} {
		if told.got != told.want {
			t.Errorf("it says %q, want %q", told.got, told.want)
		}
	}
}
