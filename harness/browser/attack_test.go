package browser

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/standin-dev/standin/fakehost/clock"
)

// attacks are what a script asks that suspects a clock which is not the browser's.
// Each is true where there is nothing to see.
var attacks = map[string]string{
	"Date's text":                  `Date.toString() === 'function Date() { [native code] }'`,
	"its text by the prototype":    `Function.prototype.toString.call(Date) === 'function Date() { [native code] }'`,
	"the text of toString":         `Function.prototype.toString.toString() === 'function toString() { [native code] }'`,
	"now's text":                   `String(Date.now) === 'function now() { [native code] }'`,
	"setTimeout's text":            `setTimeout + '' === 'function setTimeout() { [native code] }'`,
	"performance.now's text":       `String(performance.now) === 'function now() { [native code] }'`,
	"a getter's text":              `String(Object.getOwnPropertyDescriptor(Event.prototype, 'timeStamp').get) === 'function get timeStamp() { [native code] }'`,
	"texts of an inner frame":      `!self.document || (f => (document.body.append(f), [f.contentWindow.Date, f.contentWindow.setTimeout].every(g => String(g) === Function.prototype.toString.call(g) && String(g).includes(g.name))))(document.createElement('iframe'))`,
	"an inner frame asks us":       `!self.document || (f => (document.body.append(f), f.contentWindow.Function.prototype.toString.call(Date) === 'function Date() { [native code] }'))(document.createElement('iframe'))`,
	"toString of no function":      `(() => { try { Function.prototype.toString.call({}); return false } catch (e) { return e instanceof TypeError } })()`,
	"names and lengths":            `[Date.name, Date.length, Date.now.name, Date.now.length, setTimeout.name, setTimeout.length, setInterval.length, performance.now.length].join() === 'Date,7,now,0,setTimeout,1,1,0'`,
	"constructors have prototypes": `'prototype' in Date && !('prototype' in Date.now) && !('prototype' in setTimeout)`,
	"own names of Date":            `Object.getOwnPropertyNames(Date).sort().join() === 'UTC,length,name,now,parse,prototype'`,
	"where setTimeout is":          `self.document ? Object.hasOwn(self, 'setTimeout') : (Object.hasOwn(self, 'setTimeout') || !!Object.getOwnPropertyDescriptor(WorkerGlobalScope.prototype, 'setTimeout') || 'setTimeout' in self)`,
	"descriptors":                  `JSON.stringify([Object.getOwnPropertyDescriptor(self, 'Date'), Object.getOwnPropertyDescriptor(Date, 'now')], ['0', '1', 'writable', 'enumerable', 'configurable']) === '[{"writable":true,"enumerable":false,"configurable":true},{"writable":true,"enumerable":false,"configurable":true}]'`,
	"now can be replaced":          `(() => { const now = Date.now; Date.now = () => 5; const got = Date.now(); Date.now = now; return got === 5 && Date.now() > 1e12 })()`,
	"new Date.now":                 `(() => { try { new Date.now(); return false } catch (e) { return e instanceof TypeError } })()`,
	"a number is no Date":          `(() => { try { Date.prototype.getTime.call(5); return false } catch (e) { return e instanceof TypeError } })()`,
	"instanceof":                   `new Date() instanceof Date && !(Date() instanceof Date) && Object.getPrototypeOf(new Date()) === Date.prototype`,
	"constructor":                  `new Date().constructor === Date && Date.prototype.constructor === Date`,
	"subclass":                     `(() => { class D extends Date { year() { return this.getFullYear() } } const d = new D(); return d instanceof D && d instanceof Date && d.year() === new Date().getFullYear() && D.now() >= +d })()`,
	"old-style subclass":           `(() => { function D() { return Reflect.construct(Date, arguments, D) } D.prototype = Object.create(Date.prototype); return new D() instanceof D && +new D(5) === 5 })()`,
	"bound":                        `new (Date.bind(null, 2020, 0))().getFullYear() === 2020 && +new (Date.bind(null))() >= Date.now() - 1000`,
	"structuredClone":              `(d => structuredClone(d) instanceof Date && +structuredClone(d) === +d && structuredClone(d).constructor === Date)(new Date())`,
	"by message":                   `new Promise(done => { const c = new MessageChannel(), d = new Date(); c.port2.onmessage = e => { c.port1.close(); done(e.data instanceof Date && +e.data === +d) }; c.port1.postMessage(d) })`,
	"an inner frame's dates":       `!self.document || (f => { document.body.append(f); const D = f.contentWindow.Date; return !(new D() instanceof Date) && new D() instanceof D && Math.abs(new D() - new Date()) < 2000 && Object.prototype.toString.call(new D()) === '[object Date]' })(document.createElement('iframe'))`,
	"all ways agree": `(() => { const a = Date.now(); const rest = [+new Date, new Date().valueOf(), Date.parse(new Date().toISOString()), +new Date(new Date().toJSON()), performance.timeOrigin + performance.now()];
		return rest.every(t => Math.abs(t - a) < 2000) && Math.abs(Date.parse(Date()) - a) < 3000 && Math.abs(Date.parse(new Date().toUTCString()) - a) < 3000 })()`,
	"parse and UTC":                   `Date.parse('2020-01-01T00:00:00Z') === 1577836800000 && Date.UTC(2020, 0) === 1577836800000 && isNaN(new Date(undefined)) && isNaN(Date.parse('x'))`,
	"several arguments":               `new Date(2020, 1, 29, 1, 2, 3, 4).getMilliseconds() === 4 && +new Date(null) === 0 && isNaN(new Date(NaN)) && +new Date(new Date(7)) === 7`,
	"Date with arguments":             `typeof Date(0) === 'string' && Math.abs(Date.parse(Date(0)) - Date.now()) < 3000`,
	"toPrimitive":                     `new Date()[Symbol.toPrimitive]('number') > 1e12`,
	"Intl":                            `(o => new Intl.DateTimeFormat('en', o).format() === new Intl.DateTimeFormat('en', o).format(new Date()) && new Date().toLocaleDateString('en', o) === new Intl.DateTimeFormat('en', o).format())({year: 'numeric', month: 'long', day: 'numeric'})`,
	"Intl's parts":                    `(o => JSON.stringify(new Intl.DateTimeFormat('en', o).formatToParts()) === JSON.stringify(new Intl.DateTimeFormat('en', o).formatToParts(Date.now())))({year: 'numeric', month: 'long', day: 'numeric'})`,
	"Intl's format":                   `(f => f.format === f.format && f.format.name === '' && String(f.format) === 'function () { [native code] }')(new Intl.DateTimeFormat())`,
	"Temporal":                        `!self.Temporal || Math.abs(Temporal.Now.instant().epochMilliseconds - Date.now()) < 2000 && Temporal.Now.plainDateISO('UTC').toString() === new Date().toISOString().slice(0, 10)`,
	"a new file's date":               `Math.abs(new File(['x'], 'x').lastModified - Date.now()) < 2000 && new File([], 'x', {lastModified: 5}).lastModified === 5 && new File([], 'x', {type: 'a/b'}).type === 'a/b'`,
	"events":                          `(e => e.timeStamp <= performance.now() && performance.now() - e.timeStamp < 2000)(new Event('x'))`,
	"marks":                           `(() => { const before = performance.now(), m = performance.mark('m'); return m.startTime >= before - 1 && m.startTime <= performance.now() + 1 && Math.abs(m.toJSON().startTime - m.startTime) < 1 })()`,
	"marks at a time":                 `Math.abs(performance.mark('n', {startTime: performance.now()}).startTime - performance.now()) < 2000`,
	"measures":                        `(() => { performance.mark('a'); const m = performance.measure('b', 'a'); return m.duration >= 0 && m.duration < 2000 && Math.abs(m.startTime - performance.now()) < 2000 })()`,
	"measures of readings":            `(t => { const m = performance.measure('c', {start: t, end: t + 10}); return Math.abs(m.startTime - t) < 1 && Math.abs(m.duration - 10) < 1 })(performance.now())`,
	"frames":                          `!self.document || new Promise(done => requestAnimationFrame(t => done(Math.abs(performance.now() - t) < 2000 && Math.abs(document.timeline.currentTime - t) < 2000)))`,
	"the old timing":                  `!performance.timing || performance.timing.navigationStart <= Date.now() && Math.abs(performance.timing.navigationStart - performance.timeOrigin) < 2`,
	"performance.now on {}":           `(() => { try { performance.now.call({}); return false } catch (e) { return e instanceof TypeError } })()`,
	"performance.now never goes back": `(() => { let last = performance.now(); for (let i = 0; i < 1000; i++) { const now = performance.now(); if (now < last) return false; last = now } return true })()`,
	"timers take their time":          `new Promise(done => { const from = Date.now(), p = performance.now(); setTimeout(() => done(Math.abs(Date.now() - from - (performance.now() - p)) < 500 && Date.now() - from >= 99), 100) })`,
	"timers' arguments":               `new Promise(done => setTimeout(function (a, b) { done(a === 1 && b === 2 && this === self) }, 1, 1, 2))`,
	"timers' order":                   `new Promise(done => { const log = [], from = performance.now(); setTimeout(() => log.push(2), 2); setTimeout(() => log.push(1), 1); const slow = performance.now() - from > 0.5; setTimeout(() => done(slow || log.join() === '1,2'), 30) })`,
	"timers of one delay":             `new Promise(done => { const log = []; for (let i = 0; i < 200; i++) setTimeout(() => log.push(i), 1 + i / 1000); setTimeout(() => done(log.length === 200 && log.every((n, i) => n === i)), 60) })`,
	"timers' ids":                     `(i => typeof i === 'number' && i > 0 && setTimeout(() => 0) > i)(setTimeout(() => 0))`,
	"cleared by another":              `new Promise(done => { clearTimeout(setInterval(() => done(false), 1)); clearInterval(setTimeout(() => done(false), 1)); clearTimeout('x'); clearTimeout(); setTimeout(() => done(true), 30) })`,
	"this of setTimeout":              `(() => { try { setTimeout.call({}, () => 0); return false } catch (e) { return e instanceof TypeError } })()`,
	"AbortSignal.timeout":             `new Promise(done => { const s = AbortSignal.timeout(20); s.onabort = () => done(s instanceof AbortSignal && s.reason.name === 'TimeoutError' && s.reason.code === 23) })`,
	"AbortSignal.timeout(-1)":         `(() => { try { AbortSignal.timeout(-1); return false } catch (e) { return e instanceof TypeError } })()`,
	"requestIdleCallback":             `!self.requestIdleCallback || new Promise(done => requestIdleCallback(d => done(d instanceof IdleDeadline && typeof d.didTimeout === 'boolean' && d.timeRemaining() >= 0), {timeout: 1000}))`,
	"requestIdleCallback's turns":     `!self.requestIdleCallback || new Promise(done => { const log = []; cancelIdleCallback(requestIdleCallback(() => log.push('cancelled'))); requestIdleCallback(d => { log.push(d.didTimeout); requestIdleCallback(() => done(log.join() === 'false')) }) })`,
	"cancelAnimationFrame":            `!self.document || new Promise(done => { cancelAnimationFrame(requestAnimationFrame(() => done(false))); cancelAnimationFrame('x'); requestAnimationFrame(() => done(true)) })`,
	"stores' texts":                   `['open', 'deleteDatabase'].every(n => String(indexedDB[n]) === 'function ' + n + '() { [native code] }' && indexedDB[n].length === 1 && Object.hasOwn(IDBFactory.prototype, n)) && (!self.caches || String(Cache.prototype.addAll) === 'function addAll() { [native code] }' && caches.open('x') instanceof Promise)`,
	"stores' errors":                  `(() => { try { indexedDB.open('x', 0); return false } catch (e) { return e instanceof TypeError } })()`,
	"postTask":                        `!self.scheduler || scheduler.postTask(() => 'ran', {delay: 5}).then(r => r === 'ran')`,
	"no names of ours":                `Object.keys(self).every(k => !/^_|cdp|standin|clock/i.test(k)) && (() => { for (const k in self) if (k[0] === '_') return false; return true })()`,
}

// TestAttack: a script cannot tell the page clock by ordinary means, in a document
// or a worker, before a jump or after each kind of jump.
func TestAttack(t *testing.T) {
	t.Parallel()
	const worker = `onmessage = async e => { try { e.ports[0].postMessage(await (0, eval)(e.data)) } catch (x) { e.ports[0].postMessage(String(x)) } }`
	r := newRig(t, pages{"/": html(`<script>const w = new Worker('/w.js');
		const inWorker = s => new Promise(done => { const c = new MessageChannel(); c.port1.onmessage = e => done(e.data); w.postMessage(s, [c.port2]) });
		const inPage = async s => { try { return await (0, eval)(s) } catch (x) { return String(x) } }</script>`),
		"/w.js": text("text/javascript", worker)}, ContextOptions{})
	r.show("/")
	var scripts [][2]string
	for name, script := range attacks {
		scripts = append(scripts, [2]string{name, script})
	}
	attack := func(when string) {
		for _, where := range []string{"inPage", "inWorker"} {
			got := eval[map[string]any](r, `(async () => { const told = {}; for (const [name, script] of `+quote(scripts)+`) { const r = await `+where+`(script); if (r !== true) told[name] = String(r) } return told })()`)
			if diff := cmp.Diff(map[string]any{}, got); diff != "" {
				t.Errorf("%s, %s: what is told (-want +got):\n%s", when, where, diff)
			}
		}
	}
	attack("at first")
	for _, jump := range []struct {
		kind clock.Kind
		by   time.Duration
	}{{clock.Sleep, hour}, {clock.Run, hour}, {clock.Hidden, hour}, {clock.Frozen, hour}} {
		r.advance(jump.by, jump.kind)
		attack(string(jump.kind))
	}
}

// TestSettingLeavesTraces: after the clock was set, date and performance clock
// differ, as they do on a real machine.
func TestSettingLeavesTraces(t *testing.T) {
	r := newRig(t, pages{"/": html("")}, ContextOptions{})
	r.show("/")
	r.advance(-hour, clock.Step)
	if got := eval[float64](r, `performance.timeOrigin + performance.now() - Date.now()`); got < 3599e3 || got > 3601e3 {
		t.Errorf("the clocks differ by %v ms", got)
	}
}

// TestWaitsJump: what is to be called later by other means than setTimeout is on the
// virtual clock as well.
func TestWaitsJump(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, script, want string }{
		{"AbortSignal.timeout", `self.s = AbortSignal.timeout(600000); s.onabort = () => self.out = s.reason.name`, "TimeoutError"},
		{"AbortSignal.any", `AbortSignal.any([AbortSignal.timeout(600000)]).onabort = () => self.out = 'any'`, "any"},
		{"a fetch with it", `fetch('/hang', {signal: AbortSignal.timeout(600000)}).catch(e => self.out = e.name)`, "TimeoutError"},
		{"postTask", `scheduler.postTask(() => self.out = 'ran', {delay: 600000})`, "ran"},
		{"postTask aborted", `{ const c = new TaskController(); scheduler.postTask(() => 0, {delay: 600000, signal: c.signal}).catch(e => self.out = e.name); setTimeout(() => c.abort(), 300000) }`, "AbortError"},
		{"requestIdleCallback", `for (let i = 0; i < 3; i++) requestIdleCallback(d => self.out = 'idle', {timeout: 600000})`, "idle"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := newRig(t, pages{"/": html(""), "/hang": hang}, ContextOptions{Neglect: neglectHang})
			r.show("/")
			r.do(tt.script + `; 0`)
			r.advance(16*time.Minute, clock.Run)
			r.settle()
			if got := eval[string](r, `String(self.out)`); got != tt.want {
				t.Errorf("it came to %q, want %q", got, tt.want)
			}
		})
	}
}
