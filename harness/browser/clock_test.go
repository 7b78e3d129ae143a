package browser

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/standin-dev/standin/fakehost/clock"
	"github.com/standin-dev/standin/harness/timeline"
)

const hour = time.Hour

func (r *rig) advance(d time.Duration, kind clock.Kind) {
	r.t.Helper()
	if err := r.page.Advance(r.ctx, d, kind); err != nil {
		r.t.Fatal(err)
	}
}

// near tells whether a page's reading in ms is the virtual now, give or take what
// the call takes and a second, for some readings have no milliseconds.
func (r *rig) near(ms float64, since time.Time) bool {
	at := time.UnixMilli(int64(ms))
	return !at.Before(since.Add(-1100*time.Millisecond)) && !at.After(r.clock.Now().Add(100*time.Millisecond))
}

// clocks read the time in every way that a page has.
var clocks = map[string]string{
	"Date.now":               `Date.now()`,
	"new Date":               `+new Date()`,
	"new Date without ()":    `+new Date`,
	"Date()":                 `Date.parse(Date())`,
	"getTime":                `new Date().getTime()`,
	"toISOString":            `Date.parse(new Date().toISOString())`,
	"subclass":               `+new (class extends Date {})()`,
	"Reflect.construct":      `+Reflect.construct(Date, [])`,
	"its own constructor":    `+new (new Date().constructor)()`,
	"destructured":           `(({now}) => now())(Date)`,
	"performance":            `performance.timeOrigin + performance.now()`,
	"Intl.DateTimeFormat":    `Date.parse(new Intl.DateTimeFormat('en-US', {dateStyle: 'short', timeStyle: 'medium', timeZone: 'UTC'}).format() + ' UTC')`,
	"formatToParts":          `+Object.fromEntries(new Intl.DateTimeFormat('en-US', {year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric'}).formatToParts().map(p => [p.type, p.value])).year > 2030 ? Date.now() : 0`,
	"Temporal":               `self.Temporal ? Math.min(Temporal.Now.instant().epochMilliseconds, Temporal.Now.zonedDateTimeISO('UTC').epochMilliseconds) : Date.now()`,
	"nested frame":           `+new frames[0].Date()`,
	"made frame":             `(f => (document.body.append(f), +new f.contentWindow.Date()))(document.createElement('iframe'))`,
	"sandboxed srcdoc frame": `new Promise(done => { const f = document.createElement('iframe'); f.sandbox = 'allow-scripts'; onmessage = e => done(e.data); f.srcdoc = '<script>parent.postMessage(Date.now(), "*")<\/script>'; document.body.append(f) })`,
}

// TestPageClock: each way to read the time tells virtual time: at the start, after
// a jump, in the app's frame, in its nested frames and in the host's page, and in
// documents that come later.
func TestPageClock(t *testing.T) {
	t.Parallel()
	c := clock.New(clock.Options{Start: time.Date(2031, 5, 6, 7, 8, 9, 0, time.UTC)})
	r := newRig(t, pages{
		"/":       html(`<iframe src="/nested"></iframe>`),
		"/later":  html(`<script>self.first = Date.now()</script><iframe src="/nested"></iframe>`),
		"/nested": html(`<script>self.first = Date.now()</script>`),
	}, ContextOptions{Clock: c})
	r.show("/")
	check := func(when string) {
		for name, script := range clocks {
			t.Run(when+"/"+name, func(t *testing.T) {
				r := r.in(t)
				since := r.clock.Now()
				if got := eval[float64](r, script); !r.near(got, since) {
					t.Errorf("the page says %s, it is %s", time.UnixMilli(int64(got)).UTC(), r.clock.Now().UTC())
				}
			})
		}
		since := r.clock.Now()
		if got := evalHost[float64](r, `Date.now()`); !r.near(got, since) {
			t.Errorf("%s: the host's page says %s, it is %s", when, time.UnixMilli(int64(got)).UTC(), r.clock.Now().UTC())
		}
	}
	check("start")
	r.advance(16*time.Minute, clock.Sleep)
	check("after a sleep")
	r.advance(hour, clock.Run)
	check("after a run")

	since := r.clock.Now()
	r.do(`location.assign('/later'); 0`)
	r.await("the later document", func(x timeline.Exchange) bool { return x.URL == r.appURL+"/later" && x.Ended })
	r.settle()
	for _, script := range []string{`self.first`, `frames[0].first`} {
		if got := eval[float64](r, script); !r.near(got, since) {
			t.Errorf("the first script of a later document (%s) says %s, it is %s", script, time.UnixMilli(int64(got)).UTC(), r.clock.Now().UTC())
		}
	}
	check("in a later document")
}

// TestPageClockInPopups: a window that the app opens has the clock from its first
// script on.
func TestPageClockInPopups(t *testing.T) {
	t.Parallel()
	r := newRig(t, pages{
		"/":      html(`<a id="a" target="_blank" href="/popup?a">a</a><a id="b" target="_blank" rel="opener" href="/popup?b">b</a>`),
		"/popup": html(`<script>fetch('/at' + location.search + Date.now())</script>`),
	}, ContextOptions{})
	r.show("/")
	r.advance(hour, clock.Sleep)
	for _, id := range []string{"a", "b"} {
		since := r.clock.Now()
		r.do(fmt.Sprintf(`document.getElementById(%q).click()`, id))
		var at float64
		r.await("the popup's request", func(x timeline.Exchange) bool {
			n, _ := fmt.Sscanf(x.URL, r.appURL+"/at?"+id+"%g", &at)
			return n == 1
		})
		if !r.near(at, since) {
			t.Errorf("popup %s says %s, it is %s", id, time.UnixMilli(int64(at)).UTC(), r.clock.Now().UTC())
		}
	}
}

// TestPageClockIsHidden: an app cannot tell the page clock from the real one by
// what it would look at.
func TestPageClockIsHidden(t *testing.T) {
	r := newRig(t, pages{"/": html("")}, ContextOptions{})
	r.show("/")
	tests := map[string]string{
		`Object.keys(window).filter(k => /^_|cdp|standin|clock/i.test(k)).join()`:                                                             "",
		`(() => { for (const k in window) if (k[0] === '_') return k; return '' })()`:                                                         "",
		`/\[native code\]/.test(Date.toString() + '')`:                                                                                        "true",
		`[Date.now, setTimeout, setInterval, clearTimeout, performance.now, history.pushState].every(f => /\[native code\]/.test(String(f)))`: "true",
		`[Date.name, Date.length, Date.now.name, setTimeout.name, setTimeout.length].join()`:                                                  "Date,7,now,setTimeout,1",
		`new Date() instanceof Date && Date.prototype.constructor === Date`:                                                                   "true",
		`Object.prototype.toString.call(new Date())`:                                                                                          "[object Date]",
		`Object.keys(Date).join()`: "",
		`new (class Mine extends Date { twice() { return 2 } })().twice()`: "2",
		`new Date(2020, 1, 29).getDate()`:                                  "29",
		`new Date(0).toISOString()`:                                        "1970-01-01T00:00:00.000Z",
		`new Date(2020, 2, 1).toDateString()`:                              "Sun Mar 01 2020",
		`+new Date(undefined)`:                                             "NaN",
		`Date.UTC(2020, 0)`:                                                "1577836800000",
		`typeof Date()`:                                                    "string",
		`typeof setTimeout(() => {}, 1e6)`:                                 "number",
		`JSON.stringify(Object.getOwnPropertyDescriptor(window, 'setTimeout'), ['writable', 'enumerable', 'configurable'])`: `{"writable":true,"enumerable":true,"configurable":true}`,
		`JSON.stringify(Object.getOwnPropertyDescriptor(window, 'Date'), ['writable', 'enumerable', 'configurable'])`:       `{"writable":true,"enumerable":false,"configurable":true}`,
		`(() => { try { performance.now.call({}) } catch (e) { return e.name } })()`:                                        "TypeError",
		`(() => { try { setTimeout() } catch (e) { return e.name } })()`:                                                    "TypeError",
	}
	for script, want := range tests {
		if got := eval[string](r, "String("+script+")"); got != want {
			t.Errorf("%s = %q, want %q", script, got, want)
		}
	}
}

// tick makes the page log what its timers do, with the minute of its clock.
const tick = `self.log = []; const from = Date.now();
	const note = what => () => self.log.push(what + '@' + Math.floor((Date.now() - from) / 60000));`

// TestTimers: what timers do in each kind of jump.
func TestTimers(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, script string
		kind         clock.Kind
		by           time.Duration
		want         []string
	}{
		{"run: each in its turn and at its hour",
			`setTimeout(note('b'), 5 * 60000); setTimeout(note('a'), 60000); setInterval(note('i'), 4 * 60000); setTimeout(note('never'), 60 * 60000)`,
			clock.Run, 10 * time.Minute, []string{"a@1", "i@4", "b@5", "i@8"}},
		{"run: those that timers set", `setTimeout(function again() { note('t')(); setTimeout(again, 3 * 60000) }, 3 * 60000)`,
			clock.Run, 10 * time.Minute, []string{"t@3", "t@6", "t@9"}},
		{"run: one that is cleared", `const t = setInterval(() => { note('i')(); clearInterval(t) }, 60000)`,
			clock.Run, 10 * time.Minute, []string{"i@1"}},
		{"run: arguments and order of those due together", `setTimeout(w => note(w)(), 60000, 'x'); setTimeout(note('y'), 60000)`,
			clock.Run, 10 * time.Minute, []string{"x@1", "y@1"}},
		{"run: one that throws", `setTimeout(() => { throw new Error('on purpose') }, 60000); setTimeout(note('after'), 120000)`,
			clock.Run, 10 * time.Minute, []string{"after@2"}},
		{"run: promises between", `setTimeout(async () => { await null; await null; note('p')(); }, 60000); setTimeout(note('q'), 120000)`,
			clock.Run, 10 * time.Minute, []string{"p@1", "q@2"}},
		{"sleep: late, once, in order",
			`setTimeout(note('b'), 5 * 60000); setTimeout(note('a'), 60000); setInterval(note('i'), 4 * 60000); setTimeout(note('never'), 60 * 60000)`,
			clock.Sleep, 10 * time.Minute, []string{"a@10", "i@10", "b@10"}},
		{"paused: nothing", `setTimeout(note('a'), 60000); setInterval(note('i'), 60000)`,
			clock.SleepPaused, 10 * time.Minute, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := newRig(t, pages{"/": html("")}, ContextOptions{})
			r.show("/")
			read := func(eval func(string) []string) {
				if diff := cmp.Diff(tt.want, eval(`new Promise(done => requestAnimationFrame(() => setTimeout(() => done(self.log.length ? self.log : null), 20)))`)); diff != "" {
					t.Errorf("log (-want +got):\n%s", diff)
				}
			}
			r.do(tick + tt.script + "; 0")
			evalHost[any](r, tick+tt.script+"; 0")
			r.advance(tt.by, tt.kind)
			read(func(s string) []string { return eval[[]string](r, s) })
			read(func(s string) []string { return evalHost[[]string](r, s) })
		})
	}
}

// TestPausedTimersGoOn: timers that slept with the machine fire when their time
// comes afterwards.
func TestPausedTimersGoOn(t *testing.T) {
	t.Parallel()
	r := newRig(t, pages{"/": html("")}, ContextOptions{})
	r.show("/")
	r.do(tick + `setTimeout(note('a'), 10 * 60000); 0`)
	r.advance(hour, clock.SleepPaused)
	r.advance(5*time.Minute, clock.Run)
	if got := eval[[]string](r, `self.log`); len(got) != 0 {
		t.Errorf("after five minutes awake: %v", got)
	}
	r.advance(6*time.Minute, clock.Run)
	if diff := cmp.Diff([]string{"a@70"}, eval[[]string](r, `self.log`)); diff != "" {
		t.Errorf("log (-want +got):\n%s", diff)
	}
}

// TestDelays: delays are converted as the browser does it.
func TestDelays(t *testing.T) {
	r := newRig(t, pages{"/": html("")}, ContextOptions{})
	r.show("/")
	for _, delay := range []string{"0", "-5", "undefined", "null", "NaN", "'3'", "Infinity", "2 ** 31", "2 ** 32 + 1", "1.9", "{}"} {
		if got := eval[string](r, `new Promise(done => setTimeout(() => done('fired'), `+delay+`))`); got != "fired" {
			t.Errorf("a delay of %s: %q", delay, got)
		}
	}
	if got := eval[string](r, `new Promise(done => { self.done = done; setTimeout("done('from text')", 1) })`); got != "from text" {
		t.Errorf("a handler of text: %q", got)
	}
	if got := eval[int](r, `new Promise(done => { let n = 0; const i = setInterval(() => { if (++n === 3) { clearInterval(i); done(n) } }, 1) })`); got != 3 {
		t.Errorf("the interval fired %d times", got)
	}
}

// TestAdvanceOnlyAhead: nothing but a step goes back, and none goes nowhere.
func TestAdvanceOnlyAhead(t *testing.T) {
	r := newRig(t, pages{"/": html("")}, ContextOptions{})
	for _, d := range []time.Duration{0, -time.Second} {
		for _, kind := range []clock.Kind{clock.Run, clock.Sleep, clock.SleepPaused, clock.Hidden, clock.Frozen} {
			if err := r.page.Advance(r.ctx, d, kind); err == nil {
				t.Errorf("an advance of %s by %s is no error", d, kind)
			}
		}
	}
	if err := r.page.Advance(r.ctx, 0, clock.Step); err == nil {
		t.Error("a step of 0 is no error")
	}
}

// TestIdleTimeIsReal: who works in idle time again and again does so at the browser's
// pace, not at that of a clock that runs.
func TestIdleTimeIsReal(t *testing.T) {
	t.Parallel()
	r := newRig(t, pages{"/": html("")}, ContextOptions{})
	r.show("/")
	r.do(`self.calls = 0; (function work() { self.calls++; requestIdleCallback(work) })(); 0`)
	before := eval[int](r, `self.calls`)
	r.advance(24*hour, clock.Run)
	if calls := eval[int](r, `self.calls`) - before; calls > 10_000 {
		t.Errorf("%d calls while a day passed, want as many as the browser found idle moments", calls)
	}
}

// TestPagesOwnBuiltIns: a page that puts others in the place of what the language has
// does not hold the page clock up.
func TestPagesOwnBuiltIns(t *testing.T) {
	t.Parallel()
	const own = `class Late { constructor(run) { this.then = f => setTimeout(() => run(f, f)) } static resolve(v) { return new Late(done => done(v)) } }
		self.Promise = Late;`
	tests := map[string]string{
		"Promise": own, "collections": `self.Map = self.Set = self.WeakMap = self.WeakSet = self.WeakRef = class {};`,
		"helpers":   `self.Math = self.JSON = self.Number = self.String = self.Reflect = self.Object = undefined;`,
		"a message": `MessagePort.prototype.postMessage = () => {}; self.MessageChannel = class {};`,
	}
	for name, script := range tests {
		t.Run(name, func(t *testing.T) {
			r := newRig(t, pages{"/": html(`<script>` + script + `self.n = 0; setInterval(() => self.n++, 60000);
				self.at = []; requestAnimationFrame(() => setTimeout(() => self.at.push(1), 5000))</script>`)}, ContextOptions{patience: 3 * time.Second})
			if err := r.page.Goto(r.ctx, r.host.URL+"/?show=/"); err != nil {
				t.Fatal(err)
			}
			r.await("the page", func(x timeline.Exchange) bool { return x.URL == r.appURL+"/" && x.Ended })
			r.settle()
			r.advance(10*time.Minute, clock.Run)
			if got := eval[string](r, "`${self.n} ${self.at.length}`"); got != "10 1" {
				t.Errorf("the timers fired %s times, want 10 1", got)
			}
		})
	}
}
