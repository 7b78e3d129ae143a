package browser

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/standin-dev/standin/fakehost/clock"
	"github.com/standin-dev/standin/harness/timeline"
)

// thinned are polls at one a second; each is a script of the page, which asks for /poll.
var thinned = map[string]struct {
	script string
	// minutes is how long it goes on, and most how many requests may be played; all of the
	// rest must be passed over.
	minutes, most int
}{
	"interval":      {`setInterval(() => fetch("/poll"), 1000)`, 10, 80},
	"body read":     {`setInterval(() => fetch("/poll").then(a => a.text()), 1000)`, 10, 80},
	"chained":       {`(function next() { fetch("/poll").finally(() => setTimeout(next, 1000)) })()`, 10, 80},
	"XHR":           {`setInterval(() => { const x = new XMLHttpRequest(); x.open("GET", "/poll"); x.send() }, 1000)`, 10, 80},
	"two in turn":   {`let n = 0; setInterval(() => fetch(n++ % 2 ? "/poll" : "/poll/b"), 1000)`, 10, 120},
	"worker":        {`new Worker(URL.createObjectURL(new Blob(['setInterval(() => fetch("' + origin + '/poll"), 1000)'])))`, 10, 80},
	"beside others": {`setInterval(() => fetch("/poll"), 1000); setInterval(() => { document.title = Date.now() }, 300)`, 10, 80},
	"each another":  {`let n = 0; setInterval(() => fetch("/poll/" + n++).then(a => a.text()), 1000)`, 1, 120},
	"other delays":  {`let n = 0; (function next() { fetch("/poll").finally(() => setTimeout(next, 1000 + n++ % 7)) })()`, 1, 120},
}

// byPath is a Thinning for which the same is what has the same path and status.
func byPath(end time.Time) *Thinning {
	return &Thinning{
		Form: func(x timeline.Exchange) string { return fmt.Sprint(pathOnly(x.URL), x.Status) },
		Ends: func(now time.Time) time.Time {
			if end.After(now) {
				return end
			}
			return time.Time{}
		},
		Begin: func([]timeline.Exchange) {},
		Ended: func(time.Time) time.Time { return time.Time{} },
		Asked: func() int { return 0 },
	}
}

func (r *rig) polls() (times []time.Time, passed int) {
	for _, x := range r.page.Exchanges() {
		if strings.HasPrefix(pathOnly(x.URL), "/poll") {
			times = append(times, x.At)
		}
	}
	for _, e := range r.page.Events() {
		if e.Kind == timeline.PassedOver {
			passed += e.Repetition.Times
		}
	}
	return times, passed
}

// TestThinning: a page that asks each second is played in part, the
// rest is counted, and what is not the same each time is played in full.
func TestThinning(t *testing.T) {
	t.Parallel()
	for name, tt := range thinned {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t, pages{"/": html(`<script>` + tt.script + `</script>`)}, ContextOptions{Thin: byPath(time.Time{})})
			began := r.clock.Now()
			r.show("/")
			r.advance(time.Duration(tt.minutes)*time.Minute, clock.Run)
			times, passed := r.polls()
			if len(times) > tt.most {
				t.Errorf("%d requests were played, want %d at most", len(times), tt.most)
			}
			if all := len(times) + passed; all < 59*tt.minutes-1 || all > int(r.clock.Now().Sub(began).Seconds())+2 {
				t.Errorf("%d requests were played and %d passed over, of one each second for %s", len(times), passed, r.clock.Now().Sub(began))
			}
		})
	}
}

// TestThinningAtAnEnd: where something ends, the turns before and after it are played.
func TestThinningAtAnEnd(t *testing.T) {
	t.Parallel()
	c := clock.New(clock.Options{})
	end := c.Now().Add(5 * time.Minute)
	r := newRig(t, pages{"/": html(`<script>setInterval(() => fetch("/poll"), 2000)</script>`)}, ContextOptions{Clock: c, Thin: byPath(end)})
	r.show("/")
	r.advance(10*time.Minute, clock.Run)
	times, passed := r.polls()
	within := func(from, to time.Duration) int {
		n := 0
		for _, at := range times {
			if d := at.Sub(end); from <= d && d < to {
				n++
			}
		}
		return n
	}
	// Steps of the issuer's clock are a few seconds long: an instant is that of its step.
	for _, span := range []struct {
		from, to time.Duration
		least    int
	}{{-90 * time.Second, 0, 7}, {-12 * time.Second, 0, 2}, {-4 * time.Second, 26 * time.Second, unsettledAlike}} {
		if n := within(span.from, span.to); n < span.least {
			t.Errorf("between %s and %s of the end %d requests were played, want %d: %v", span.from, span.to, n, span.least, times)
		}
	}
	if passed < 150 {
		t.Errorf("%d were passed over, of 300", passed)
	}
}

// TestThinningOfTheHarmless: timers that lead to nothing have all of their turns, and what
// one of them does at last is seen.
func TestThinningOfTheHarmless(t *testing.T) {
	t.Parallel()
	r := newRig(t, pages{"/": html(`<script>
		let turns = 0;
		setInterval(() => { if (++turns % 100 === 0) fetch("/poll?" + turns) }, 1000);
	</script>`)}, ContextOptions{Thin: byPath(time.Time{})})
	began := r.clock.Now()
	r.show("/")
	r.advance(10*time.Minute, clock.Run)
	if turns := eval[int](r, `turns`); turns < 599 || turns > int(r.clock.Now().Sub(began).Seconds()) {
		t.Errorf("%d turns, want one each second", turns)
	}
	times, passed := r.polls()
	if len(times) != 6 || passed != 0 {
		t.Errorf("%d requests, %d passed over, want 6 and none", len(times), passed)
	}
	if !slices.IsSortedFunc(times, time.Time.Compare) || times[5].Sub(times[0]) < 480*time.Second {
		t.Errorf("at %v", times)
	}
}
