package browser

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/standin-dev/standin/fakehost/clock"
)

// watch logs the events of the tab's life and what the page then says of itself.
const watch = `self.seen = [];
	for (const type of ['visibilitychange', 'freeze', 'resume']) document.addEventListener(type, e =>
		self.seen.push([type, document.hidden, document.visibilityState, document.hasFocus && document.hidden && document.hasFocus(), e.target === document].join(' ')));
	addEventListener('visibilitychange', () => self.bubbled = true);`

// TestHiddenAndFrozen: the tab's documents are told what happens to it, in order,
// and those that come meanwhile begin so.
func TestHiddenAndFrozen(t *testing.T) {
	t.Parallel()
	r := newRig(t, pages{"/": html(`<script>` + watch + `</script><iframe src="/nested"></iframe>`), "/nested": html(`<script>` + watch + `</script>`)}, ContextOptions{})
	r.show("/")
	hidden, shown := "visibilitychange true hidden false true", "visibilitychange false visible false true"
	for _, jump := range []struct {
		kind clock.Kind
		want []string
	}{
		{clock.Hidden, []string{hidden, shown}},
		{clock.Frozen, []string{hidden, "freeze true hidden false true", "resume true hidden false true", shown}},
		{clock.Sleep, nil}, {clock.Run, nil}, {clock.Step, nil},
	} {
		t.Run(string(jump.kind), func(t *testing.T) {
			r := r.in(t)
			r.do(`self.seen.length = 0; self.bubbled = false; frames[0].seen.length = 0; 0`)
			r.advance(16*time.Minute, jump.kind)
			for _, where := range []string{"self", "frames[0]"} {
				got := eval[[]string](r, where+`.seen.length ? `+where+`.seen : null`)
				if diff := cmp.Diff(jump.want, got); diff != "" {
					t.Errorf("%s (-want +got):\n%s", where, diff)
				}
			}
			if got := eval[bool](r, `self.bubbled`); got != (jump.want != nil) {
				t.Errorf("the window heard of it: %v", got)
			}
		})
	}
	for _, do := range []func() error{func() error { return r.page.Hide(r.ctx) }, func() error { return r.page.Hide(r.ctx) }} {
		if err := do(); err != nil {
			t.Fatal(err)
		}
	}
	r.do(`self.painted = false; requestAnimationFrame(() => self.painted = true); location.reload(); 0`)
	r.settle()
	if got := eval[string](r, `[document.hidden, frames[0].document.visibilityState].join()`); got != "true,hidden" {
		t.Errorf("a document that came while the tab was hidden says %s", got)
	}
	r.do(`requestAnimationFrame(() => self.painted = true); 0`)
	r.settle()
	if eval[bool](r, `!!self.painted`) {
		t.Error("a hidden page has painted")
	}
	if err := r.page.AwaitText(r.ctx, 100*time.Millisecond, "never"); err == nil || !strings.Contains(err.Error(), "waited 100ms") {
		t.Errorf("a text that a hidden page never shows: %v", err)
	}
	if err := r.page.Show(r.ctx); err != nil {
		t.Fatal(err)
	}
	if got := eval[bool](r, `new Promise(done => requestAnimationFrame(() => done(self.painted && !document.hidden)))`); !got {
		t.Error("the page is shown and has not painted what was due")
	}
}

// TestThrottling: timers of a hidden page fire once a second, and those of a chain
// once a minute when five have passed; a single one is a second late at most.
func TestThrottling(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, script string
		by           time.Duration
		least, most  int
	}{
		{"an interval of 100 ms, within five minutes", `setInterval(() => self.n++, 100)`, 3 * time.Minute, 170, 190},
		{"an interval of 10 s, for an hour", `setInterval(() => self.n++, 10000)`, time.Hour, 30 + 54, 30 + 57},
		{"a chain", `(function again() { self.n++; setTimeout(again, 10000) })()`, time.Hour, 27 + 54, 27 + 57},
		{"an interval of 14 minutes", `setInterval(() => self.n++, 14 * 60000)`, time.Hour, 4, 4},
		{"one timer", `setTimeout(() => self.n++, 50 * 60000 + 300); const from = Date.now(); setTimeout(() => self.n += (Date.now() - from) < 51 * 60000 + 1500 ? 10 : 100, 51 * 60000)`, time.Hour, 11, 11},
		{"a worker's interval", `new Worker(URL.createObjectURL(new Blob(['setInterval(() => postMessage(0), 10000)']))).onmessage = () => self.n++`, time.Hour, 358, 361},
	}
	// Those that go on for as long share a page, in which each has a self of its own.
	for _, by := range []time.Duration{3 * time.Minute, time.Hour} {
		t.Run(by.String(), func(t *testing.T) {
			t.Parallel()
			r := newRig(t, pages{"/": html("")}, ContextOptions{})
			r.show("/")
			scripts := "const all = self.all = {};\n"
			for i, tt := range tests {
				if tt.by == by {
					scripts += fmt.Sprintf("(self => { %s })(all[%d] = { n: 0 });\n", tt.script, i)
				}
			}
			r.do(scripts + "0")
			r.settle()
			from := eval[float64](r, `Date.now()`)
			r.advance(by, clock.Hidden)
			r.settle()
			// Virtual time goes on with the real one, so that a slow machine sees more of it.
			over := time.Duration(eval[float64](r, `Date.now()`)-from)*time.Millisecond - by
			for i, tt := range tests {
				if tt.by != by {
					continue
				}
				most := tt.most + int(over/(10*time.Second))
				if got := eval[int](r, fmt.Sprintf(`self.all[%d].n`, i)); got < tt.least || got > most {
					t.Errorf("%s: it fired %d times, want %d to %d", tt.name, got, tt.least, most)
				}
			}
		})
	}
}

// TestFrozenTimers: nothing fires while a page is frozen, and each late timer once
// when it is resumed.
func TestFrozenTimers(t *testing.T) {
	t.Parallel()
	r := newRig(t, pages{"/": html("")}, ContextOptions{})
	r.show("/")
	r.do(tick + `setTimeout(note('a'), 10); setInterval(note('i'), 60000); setTimeout(note('far'), 30 * 60000); 0`)
	if err := r.page.Freeze(r.ctx); err != nil {
		t.Fatal(err)
	}
	r.settle()
	r.advance(10*time.Minute, clock.Run)
	if got := eval[[]string](r, `self.log`); len(got) > 1 || len(got) == 1 && got[0] != "a@0" {
		t.Errorf("while it was frozen: %v", got)
	}
	r.do(`self.log.length = 0; 0`)
	if err := r.page.Resume(r.ctx); err != nil {
		t.Fatal(err)
	}
	r.settle()
	got := eval[[]string](r, `new Promise(done => setTimeout(() => done(self.log), 20))`)
	if s := fmt.Sprint(got); s != "[a@10 i@10]" && s != "[i@10]" {
		t.Errorf("resumed: %v", got)
	}
}

// TestStep: a clock that is set moves the date alone, in both directions.
func TestStep(t *testing.T) {
	t.Parallel()
	r := newRig(t, pages{"/": html("")}, ContextOptions{})
	r.show("/")
	for _, by := range []time.Duration{-2 * hour, 90 * time.Minute} {
		r.do(`self.log = []; setTimeout(() => self.log.push('fired'), 30 * 60000); self.began = performance.now(); 0`)
		since := r.clock.Now()
		r.advance(by, clock.Step)
		if got := eval[float64](r, `Date.now()`); !r.near(got, since.Add(by)) {
			t.Errorf("stepped by %s, the page says %s and it is %s", by, time.UnixMilli(int64(got)).UTC(), r.clock.Now())
		}
		if got := eval[float64](r, `performance.now() - began`); got < 0 || got > 10000 {
			t.Errorf("stepped by %s, %v ms passed on the performance clock", by, got)
		}
		if got := eval[[]string](r, `self.log`); len(got) > 0 {
			t.Errorf("stepped by %s, a timer %v", by, got)
		}
		r.advance(time.Hour, clock.Run)
		if got := eval[[]string](r, `self.log`); len(got) != 1 {
			t.Errorf("stepped by %s, and an hour later the timer has %v", by, got)
		}
	}
}

// TestFrameCancelledWhileHidden: a frame that was asked for and cancelled while nothing
// was painted is not called when the tab is shown; the others are, at that instant.
func TestFrameCancelledWhileHidden(t *testing.T) {
	t.Parallel()
	r := newRig(t, pages{"/": html("")}, ContextOptions{})
	r.show("/")
	r.do(`self.log = []; self.painted = new Promise(done => document.addEventListener('visibilitychange', () => {
		if (!document.hidden) { cancelAnimationFrame(late); return }
		const early = requestAnimationFrame(() => log.push('cancelled while hidden'));
		self.late = requestAnimationFrame(() => log.push('cancelled as it was shown'));
		requestAnimationFrame(at => { log.push('kept'); done(Math.abs(performance.now() - at) < 5000) });
		setTimeout(() => cancelAnimationFrame(early), 60000);
	})); 0`)
	r.advance(10*time.Minute, clock.Hidden)
	if !eval[bool](r, `painted`) {
		t.Error("the frame is told an instant of long ago")
	}
	if got := eval[string](r, `self.log.join()`); got != "kept" {
		t.Errorf("called: %s, want kept", got)
	}
}
