package clock_test

import (
	"math"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/standin-dev/standin/fakehost/clock"
)

// wall is a real clock that the test moves.
type wall struct {
	mu  sync.Mutex
	now time.Time
}

func (w *wall) read() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.now
}

func (w *wall) pass(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now = w.now.Add(d)
}

var noon = time.Date(2026, 3, 31, 12, 0, 0, 0, time.UTC)

func newWall() *wall { return &wall{now: noon} }

func TestRunsWithTheRealClock(t *testing.T) {
	t.Parallel()
	w := newWall()
	c := clock.New(clock.Options{Real: w.read})
	w.pass(90 * time.Second)
	if got, want := c.Now(), noon.Add(90*time.Second); !got.Equal(want) {
		t.Errorf("Now() = %s, want %s", got, want)
	}
	if got := c.Offset(); got != 0 {
		t.Errorf("Offset() = %s, want 0", got)
	}
}

func TestStart(t *testing.T) {
	t.Parallel()
	for name, start := range map[string]time.Time{
		"past":            noon.AddDate(-3, 0, 0),
		"future":          noon.Add(48 * time.Hour),
		"between seconds": noon.Add(1234567 * time.Microsecond),
		"another zone":    noon.In(time.FixedZone("UTC+9", 9*3600)).Add(time.Hour),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWall()
			c := clock.New(clock.Options{Start: start, Real: w.read})
			if got := c.Now(); !got.Equal(start) {
				t.Errorf("Now() = %s at the start, want %s", got, start)
			}
			if got := c.Now().Location(); got != time.UTC {
				t.Errorf("Now() is in %s, want UTC", got)
			}
			w.pass(time.Minute)
			if got, want := c.Now(), start.Add(time.Minute); !got.Equal(want) {
				t.Errorf("Now() = %s a minute later, want %s", got, want)
			}
			if got, want := c.Offset(), start.Sub(noon); got != want {
				t.Errorf("Offset() = %s, want %s", got, want)
			}
			// What was before the clock began is seen with the offset of its beginning.
			if got, want := c.Virtual(noon.Add(-time.Hour)), start.Add(-time.Hour); !got.Equal(want) {
				t.Errorf("Virtual(before) = %s, want %s", got, want)
			}
		})
	}
}

func TestZeroClockIsTheSystemClock(t *testing.T) {
	t.Parallel()
	var c clock.Clock
	before := clock.System()
	now := c.Now()
	after := clock.System()
	if now.Before(before) || now.After(after) {
		t.Errorf("Now() = %s, want it between %s and %s", now, before, after)
	}
	if got := c.Offset(); got != 0 {
		t.Errorf("Offset() = %s, want 0", got)
	}
	c.Advance(time.Hour, clock.Run)
	if got := c.Offset(); got != time.Hour {
		t.Errorf("Offset() = %s after a jump, want 1h", got)
	}
}

func TestSystemIsPlain(t *testing.T) {
	t.Parallel()
	now := clock.System()
	// A monotonic reading would make == and the printed form differ from the same instant read elsewhere.
	if now != now.Round(0) || now.Location() != time.UTC {
		t.Errorf("System() = %v, want UTC and no monotonic reading", now)
	}
}

func TestAdvanceRecords(t *testing.T) {
	t.Parallel()
	w := newWall()
	c := clock.New(clock.Options{Real: w.read})
	w.pass(time.Second)
	first := c.Advance(16*time.Minute, clock.SleepPaused)
	w.pass(2 * time.Second)
	c.Advance(-time.Hour, clock.Run)
	c.Advance(0, "")

	at1, at3 := noon.Add(time.Second), noon.Add(3*time.Second)
	want := []clock.Jump{
		{Kind: clock.SleepPaused, By: 16 * time.Minute, Real: at1, From: at1, To: at1.Add(16 * time.Minute)},
		{Kind: clock.Run, By: -time.Hour, Real: at3, From: at3.Add(16 * time.Minute), To: at3.Add(-44 * time.Minute)},
		{Kind: clock.Sleep, By: 0, Real: at3, From: at3.Add(-44 * time.Minute), To: at3.Add(-44 * time.Minute)},
	}
	if diff := cmp.Diff(want, c.History()); diff != "" {
		t.Errorf("History() (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(want[0], first); diff != "" {
		t.Errorf("Advance() (-want +got):\n%s", diff)
	}
	if got, want := c.Now(), at3.Add(-44*time.Minute); !got.Equal(want) {
		t.Errorf("Now() = %s, want %s", got, want)
	}
}

// TestSetOffset: it is said where the clock is to be, not by how much it moves.
func TestSetOffset(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ from, to, by time.Duration }{
		{0, 16 * time.Minute, 16 * time.Minute},
		{90 * time.Minute, 0, -90 * time.Minute},
		{-time.Hour, 0, time.Hour},
		{time.Hour, -time.Hour, -2 * time.Hour},
		{time.Hour, time.Hour, 0},
		{math.MaxInt64, 0, -math.MaxInt64},
		{0, math.MinInt64, -math.MaxInt64},
		{math.MaxInt64, -time.Hour, -math.MaxInt64}, // as far as one jump goes
		{-math.MaxInt64, time.Hour, math.MaxInt64},
	} {
		w := newWall()
		c := clock.New(clock.Options{Real: w.read})
		c.Advance(tc.from, clock.Sleep)
		w.pass(time.Second)
		jump := c.SetOffset(tc.to, clock.Run)
		at := noon.Add(time.Second)
		want := clock.Jump{Kind: clock.Run, By: tc.by, Real: at, From: at.Add(tc.from), To: at.Add(tc.from + tc.by)}
		if diff := cmp.Diff([]clock.Jump{want, want}, []clock.Jump{jump, c.History()[1]}); diff != "" {
			t.Errorf("from %s to %s (-want +got):\n%s", tc.from, tc.to, diff)
		}
		if got := c.Offset(); got != tc.from+tc.by {
			t.Errorf("from %s to %s: Offset() = %s", tc.from, tc.to, got)
		}
	}
}

func TestHistoryIsACopy(t *testing.T) {
	t.Parallel()
	c := clock.New(clock.Options{Real: newWall().read})
	c.Advance(time.Hour, clock.Run)
	c.History()[0].To = noon
	if got := c.Offset(); got != time.Hour {
		t.Errorf("Offset() = %s after the caller changed its copy, want 1h", got)
	}
}

func TestAdvanceStopsAtTheEdge(t *testing.T) {
	t.Parallel()
	for name, sign := range map[string]time.Duration{"forward": 1, "back": -1} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := clock.New(clock.Options{Real: newWall().read})
			c.Advance(sign*(math.MaxInt64-10), clock.Sleep)
			jump := c.Advance(sign*time.Hour, clock.Sleep)
			if got, want := jump.By, 10*sign; got != want {
				t.Errorf("Advance() went %d ns, want the %d that were left", got, want)
			}
			if got, want := c.Offset(), sign*math.MaxInt64; got != want {
				t.Errorf("Offset() = %d, want %d", got, want)
			}
			if got := c.Real(c.Virtual(noon)); !got.Equal(noon) {
				t.Errorf("Real(Virtual(%s)) = %s", noon, got)
			}
		})
	}
}

// TestReadIsOneInstant would see a torn pair if real and virtual time were read apart.
func TestReadIsOneInstant(t *testing.T) {
	t.Parallel()
	c := clock.New(clock.Options{})
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for range 500 {
				real, virtual := c.Read()
				if ahead := virtual.Sub(real); ahead%time.Hour != 0 {
					t.Errorf("Read() gave two instants: virtual is %s ahead", ahead)
					return
				}
				if got := c.Virtual(c.Real(virtual)); !got.Equal(virtual) && !skippedBy(c, virtual) {
					t.Errorf("Virtual(Real(%s)) = %s", virtual, got)
					return
				}
			}
		})
		wg.Go(func() {
			for i := range 100 {
				c.Advance(time.Duration(1+i%3)*time.Hour, clock.Run)
			}
		})
	}
	wg.Wait()
	if got := len(c.History()); got != 400 {
		t.Errorf("%d jumps are recorded, want 400", got)
	}
}

func skippedBy(c *clock.Clock, virtual time.Time) bool {
	for _, j := range c.History() {
		if !virtual.Before(j.From) && virtual.Before(j.To) {
			return true
		}
	}
	return false
}

// TestAgainstAPlainSum keeps the offset as a sum of its own, through a long random life.
func TestAgainstAPlainSum(t *testing.T) {
	t.Parallel()
	for seed := range uint64(50) {
		r := rand.New(rand.NewPCG(seed, 1))
		w := newWall()
		start := noon.Add(time.Duration(r.Int64N(int64(48*time.Hour))) - 24*time.Hour)
		c := clock.New(clock.Options{Start: start, Real: w.read})
		sum := start.Sub(noon)
		for range 100 {
			w.pass(time.Duration(r.Int64N(int64(10 * time.Second))))
			if r.IntN(3) == 0 {
				d := time.Duration(r.Int64N(int64(2*time.Hour))) - time.Hour
				c.Advance(d, clock.Run)
				sum += d
			}
			real, virtual := c.Read()
			if !real.Equal(w.read()) || !virtual.Equal(real.Add(sum)) || c.Offset() != sum {
				t.Fatalf("seed %d: Read() = %s, %s and Offset() = %s, want an offset of %s", seed, real, virtual, c.Offset(), sum)
			}
		}
	}
}
