package clock_test

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/standin-dev/standin/fakehost/clock"
)

// story is a clock that began an hour ahead, jumped 16 minutes ahead after 10 s and stepped back 5 minutes after 20 s:
//
//	real     noon ──10 s── +10 ──10 s── +20 ──>
//	offset       60 min         76 min        71 min
func story() *clock.Clock {
	w := newWall()
	c := clock.New(clock.Options{Start: noon.Add(time.Hour), Real: w.read})
	w.pass(10 * time.Second)
	c.Advance(16*time.Minute, clock.Sleep)
	w.pass(10 * time.Second)
	c.Advance(-5*time.Minute, clock.Sleep)
	w.pass(10 * time.Second)
	return c
}

func TestVirtual(t *testing.T) {
	t.Parallel()
	c := story()
	for _, tc := range []struct {
		name   string
		real   time.Duration // since noon
		offset time.Duration
	}{
		{"long before the start", -24 * time.Hour, 60 * time.Minute},
		{"at the start", 0, 60 * time.Minute},
		{"just before a jump", 10*time.Second - 1, 60 * time.Minute},
		{"at the jump", 10 * time.Second, 76 * time.Minute},
		{"between jumps", 15 * time.Second, 76 * time.Minute},
		{"at the step back", 20 * time.Second, 71 * time.Minute},
		{"now", 30 * time.Second, 71 * time.Minute},
		{"in the future", time.Hour, 71 * time.Minute},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			real := noon.Add(tc.real)
			if got, want := c.Virtual(real), real.Add(tc.offset); !got.Equal(want) {
				t.Errorf("Virtual(%s) = %s, want %s", real, got, want)
			}
		})
	}
}

func TestReal(t *testing.T) {
	t.Parallel()
	c := story()
	for _, tc := range []struct {
		name    string
		virtual time.Duration // since noon
		real    time.Duration // since noon
	}{
		{"long before the start", -time.Hour, -2 * time.Hour},
		{"before the jump", time.Hour + 9*time.Second, 9 * time.Second},
		{"the first instant that was skipped", time.Hour + 10*time.Second, 10 * time.Second},
		{"skipped", time.Hour + 5*time.Minute, 10 * time.Second},
		{"skipped, and never run through later", time.Hour + 11*time.Minute + 19*time.Second, 10 * time.Second},
		{"skipped first, run through after the step back", time.Hour + 12*time.Minute, 60 * time.Second},
		{"came twice: the later", time.Hour + 16*time.Minute + 15*time.Second, 5*time.Minute + 15*time.Second},
		{"the future", 3 * time.Hour, 109 * time.Minute},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			virtual := noon.Add(tc.virtual)
			if got, want := c.Real(virtual), noon.Add(tc.real); !got.Equal(want) {
				t.Errorf("Real(%s) = %s, want %s", virtual, got, want)
			}
		})
	}
}

func TestRealOfTheZeroClock(t *testing.T) {
	t.Parallel()
	var c clock.Clock
	if got := c.Real(noon); !got.Equal(noon) {
		t.Errorf("Real(%s) = %s on a clock that never jumped", noon, got)
	}
	if got := c.Virtual(noon); !got.Equal(noon) {
		t.Errorf("Virtual(%s) = %s on a clock that never jumped", noon, got)
	}
}

// TestRealPrefersWhatRan: a virtual time that one stretch ran through and that a later jump skipped was, at the former.
func TestRealPrefersWhatRan(t *testing.T) {
	t.Parallel()
	w := newWall()
	c := clock.New(clock.Options{Real: w.read})
	w.pass(time.Hour)
	c.Advance(-time.Hour, clock.Run) // noon again
	w.pass(time.Minute)
	c.Advance(2*time.Hour, clock.Run) // from 12:01 over 12:30, which ran already
	if got, want := c.Real(noon.Add(30*time.Minute)), noon.Add(30*time.Minute); !got.Equal(want) {
		t.Errorf("Real(12:30) = %s, want %s", got, want)
	}
	// 13:30 was only ever skipped.
	if got, want := c.Real(noon.Add(90*time.Minute)), noon.Add(61*time.Minute); !got.Equal(want) {
		t.Errorf("Real(13:30) = %s, want the jump at %s", got, want)
	}
}

// TestTheRealClockMayStepBack: what NTP does to a machine must not lead to a panic or a stretch out of nowhere.
func TestTheRealClockMayStepBack(t *testing.T) {
	t.Parallel()
	w := newWall()
	c := clock.New(clock.Options{Real: w.read})
	c.Advance(time.Hour, clock.Run)
	w.pass(-10 * time.Minute)
	c.Advance(time.Hour, clock.Run)
	w.pass(-10 * time.Minute)
	for d := -5 * time.Hour; d < 5*time.Hour; d += time.Minute {
		c.Real(noon.Add(d))
		if ahead := c.Virtual(noon.Add(d)).Sub(noon.Add(d)); ahead < 0 || ahead > 2*time.Hour || ahead%time.Hour != 0 {
			t.Fatalf("Virtual is %s ahead at %s, which no jump made it", ahead, d)
		}
	}
}

// TestRoundTrips goes from real to virtual time and back through random histories, with steps back among them.
func TestRoundTrips(t *testing.T) {
	t.Parallel()
	for seed := range uint64(100) {
		r := rand.New(rand.NewPCG(seed, 2))
		w := newWall()
		c := clock.New(clock.Options{Start: noon.Add(time.Duration(r.Int64N(int64(time.Hour)))), Real: w.read})
		forward := r.IntN(2) == 0
		for range r.IntN(12) {
			w.pass(time.Duration(1 + r.Int64N(int64(time.Minute))))
			d := time.Duration(r.Int64N(int64(10 * time.Minute)))
			if !forward && r.IntN(2) == 0 {
				d = -d
			}
			c.Advance(d, clock.Run)
		}
		for range 200 {
			real := noon.Add(time.Duration(r.Int64N(int64(30*time.Minute))) - 10*time.Minute)
			virtual := c.Virtual(real)
			back := c.Real(virtual)
			if forward && !back.Equal(real) {
				t.Fatalf("seed %d: Real(Virtual(%s)) = %s on a clock that never stepped back", seed, real, back)
			}
			// With steps back the instant may be a later one, but it shows the same virtual time.
			if back.Before(real) || !c.Virtual(back).Equal(virtual) {
				t.Fatalf("seed %d: Real(%s) = %s, where virtual time is %s; it was %s", seed, virtual, back, c.Virtual(back), real)
			}
		}
	}
}
