package browser

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/standin-dev/standin/fakehost/clock"
	"github.com/standin-dev/standin/harness/timeline"
)

// realm is a script for any realm that answers what its first line read and what it
// reads when it is asked.
const realm = `const first = Date.now();
	const read = () => [first, Date.now(), self.performance ? Math.round(performance.timeOrigin + performance.now()) : Date.now()];
	const answer = e => ((e.ports && e.ports[0]) || e.source || self).postMessage(read());`

// realms is an app with a realm of each kind that runs scripts.
func realms() pages {
	return pages{
		"/":          html(`<script>` + askRealms + `</script>`),
		"/worker.js": text("text/javascript", realm+`onmessage = answer`),
		"/dep.js":    text("text/javascript", `self.early = Date.now()`),
		"/module.js": text("text/javascript", `import './dep.js'; onmessage = () => postMessage([self.early, Date.now(), Date.now()])`),
		"/nesting.js": text("text/javascript", `const inner = new Worker('/worker.js'); inner.onmessage = e => postMessage(e.data);
			onmessage = () => inner.postMessage(0)`),
		"/shared.js": text("text/javascript", realm+`onconnect = e => { const p = e.ports[0]; p.onmessage = () => p.postMessage(read()) }`),
		"/sw.js": text("text/javascript", realm+`importScripts('/dep.js'); oninstall = () => skipWaiting(); onmessage = answer;
			onactivate = e => e.waitUntil(clients.claim()); onfetch = () => {}`),
		"/audio.js": text("text/javascript", `const first = Date.now();
			class P extends AudioWorkletProcessor { constructor() { super(); this.port.onmessage = () => this.port.postMessage([first, Date.now(), Date.now()]) } process() { return true } }
			registerProcessor('p', P)`),
		"/frame": html(`<script>` + realm + `onmessage = e => e.source.postMessage(read(), '*')</script>`),
	}
}

// askRealms defines make, which makes a realm, and ask, which asks one.
const askRealms = `
	const asks = {};
	const ask = name => asks[name]();
	const port = w => () => new Promise(done => { w.onmessage = e => done(e.data); w.postMessage(0) });
	const frame = w => () => new Promise(done => { const hear = e => { if (e.source === w()) { removeEventListener('message', hear); done(e.data) } };
		addEventListener('message', hear); w().postMessage(0, '*') });
	const source = ` + "`" + `const first = Date.now(); const read = () => [first, Date.now(), Date.now()];` + "`" + `;
	const loaded = f => new Promise(done => { f.onload = done; document.body.append(f) });
	const page = source + 'onmessage = e => e.source.postMessage(read(), "*")';
	const iframe = async set => { const f = document.createElement('iframe'); set(f); await loaded(f); return frame(() => f.contentWindow) };
	const makers = {
		'dedicated worker': () => port(new Worker('/worker.js')),
		'module worker': () => port(new Worker('/module.js', {type: 'module'})),
		'nested worker': () => port(new Worker('/nesting.js')),
		'blob worker': () => port(new Worker(URL.createObjectURL(new Blob([source + 'onmessage = () => postMessage(read())'])))),
		'data worker': () => port(new Worker('data:text/javascript,' + encodeURIComponent(source + 'onmessage = () => postMessage(read())'))),
		'shared worker': () => port(new SharedWorker('/shared.js').port),
		'shared module worker': () => port(new SharedWorker('/shared.js?module', {type: 'module'}).port),
		'service worker': async () => { await navigator.serviceWorker.register('/sw.js'); const r = await navigator.serviceWorker.ready;
			return () => new Promise(done => { const c = new MessageChannel(); c.port1.onmessage = e => done(e.data); r.active.postMessage(0, [c.port2]) }) },
		'audio worklet': async () => { const c = new OfflineAudioContext(1, 44100, 44100); await c.audioWorklet.addModule('/audio.js');
			const n = new AudioWorkletNode(c, 'p'); n.connect(c.destination); c.startRendering(); return port(n.port) },
		'same-origin frame': () => iframe(f => f.src = '/frame'),
		'out-of-process frame': () => iframe(f => f.src = location.href.replace('localhost', '127.0.0.1') + 'frame'),
		'srcdoc frame': () => iframe(f => f.srcdoc = '<script>' + page + '<\/script>'),
		'sandboxed frame': () => iframe(f => { f.sandbox = 'allow-scripts'; f.srcdoc = '<script>' + page + '<\/script>' }),
		'blob frame': () => iframe(f => f.src = URL.createObjectURL(new Blob(['<script>' + page + '<\/script>'], {type: 'text/html'}))),
		'written frame': async () => { const f = document.createElement('iframe'); document.body.append(f);
			f.contentDocument.write('<script>' + page + '<\/script>'); f.contentDocument.close(); return frame(() => f.contentWindow) },
		'blank popup': async () => { const w = open(''); const s = w.document.createElement('script'); s.text = page; w.document.body.append(s); return frame(() => w) },
		'popup': () => { const w = open('/frame'); return new Promise(done => w.onload = () => done(frame(() => w))) },
	};
	const make = async name => { asks[name] = await makers[name](); return 0 };
`

// TestEveryRealm: every realm that a page can run code in has virtual time from its
// first line on, and follows every kind of jump.
func TestEveryRealm(t *testing.T) {
	t.Parallel()
	r := newRig(t, realms(), ContextOptions{Clock: clock.New(clock.Options{Start: time.Date(2031, 5, 6, 7, 8, 9, 0, time.UTC)})})
	r.show("/")
	born := r.clock.Now()
	names := eval[[]string](r, `Object.keys(makers)`)
	check := func(when, name string, first time.Time) {
		t.Helper()
		since := r.clock.Now()
		got := eval[[]float64](r, fmt.Sprintf(`ask(%q)`, name))
		if at := time.UnixMilli(int64(got[0])); at.Before(first.Add(-time.Second)) || at.After(r.clock.Now()) {
			t.Errorf("%s: the first line read %s, not after %s", when, at.UTC(), first)
		}
		for _, ms := range got[1:] {
			if !r.near(ms, since) {
				t.Errorf("%s: it reads %s, it is %s", when, time.UnixMilli(int64(ms)).UTC(), r.clock.Now())
			}
		}
	}
	for _, name := range names {
		r.do(fmt.Sprintf(`make(%q)`, name))
		check("new: "+name, name, born)
	}
	for _, jump := range []struct {
		kind clock.Kind
		by   time.Duration
	}{{clock.Sleep, hour}, {clock.Run, hour}, {clock.SleepPaused, hour}, {clock.Hidden, hour}, {clock.Frozen, hour}, {clock.Step, -30 * time.Minute}} {
		t.Run(string(jump.kind), func(t *testing.T) {
			r.advance(jump.by, jump.kind)
			for _, name := range names {
				if jump.kind == clock.Step {
					since := r.clock.Now()
					if got := eval[[]float64](r, fmt.Sprintf(`ask(%q)`, name)); !r.near(got[1], since) {
						t.Errorf("%s reads %s, it is %s", name, time.UnixMilli(int64(got[1])).UTC(), since)
					}
					continue
				}
				check(name, name, born)
			}
		})
	}
	for _, name := range names {
		if strings.Contains(name, "popup") || strings.Contains(name, "service") || strings.Contains(name, "shared") {
			continue
		}
		later := r.clock.Now()
		r.do(fmt.Sprintf(`make(%q)`, name))
		check("later: "+name, name, later)
	}
}

// workerTimers logs what a worker's timers do, with the minute of its clock.
const workerTimers = `const log = [], from = Date.now();
	const note = what => () => log.push(what + '@' + Math.floor((Date.now() - from) / 60000));
	setTimeout(note('b'), 5 * 60000); setTimeout(note('a'), 60000); setInterval(note('i'), 4 * 60000);
	onmessage = () => setTimeout(() => setTimeout(() => postMessage(log)))`

// TestWorkerTimers: the timers of a worker are on the virtual clock as those of a
// page are.
func TestWorkerTimers(t *testing.T) {
	t.Parallel()
	for kind, want := range map[clock.Kind][]string{
		clock.Run: {"a@1", "i@4", "b@5", "i@8"}, clock.Sleep: {"a@10", "i@10", "b@10"}, clock.Frozen: {"a@10", "i@10", "b@10"},
		clock.SleepPaused: {}, clock.Hidden: {"a@1", "i@4", "b@5", "i@8"}, clock.Step: {},
	} {
		t.Run(string(kind), func(t *testing.T) {
			r := newRig(t, pages{"/": html(`<script>self.w = new Worker('/w.js')</script>`), "/w.js": text("text/javascript", workerTimers)}, ContextOptions{})
			r.show("/")
			r.advance(10*time.Minute, kind)
			got := eval[[]string](r, `new Promise(done => { w.onmessage = e => done(e.data); w.postMessage(0) })`)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("log (-want +got):\n%s", diff)
			}
		})
	}
}

// TestDeafWorker: a worker that never answers holds nobody up for good, and the
// timeline says that it does not follow.
func TestDeafWorker(t *testing.T) {
	t.Parallel()
	r := newRig(t, pages{"/": html(""), "/w.js": text("text/javascript", `postMessage(0); for (;;);`)}, ContextOptions{})
	r.show("/")
	r.do(`new Promise(done => (self.w = new Worker('/w.js')).onmessage = done).then(() => 0)`)
	r.advance(hour, clock.Sleep)
	r.awaitEvent("a word on the worker", func(e timeline.Event) bool { return strings.HasPrefix(e.Text, "a worker is busy") })
	began := clock.System()
	r.advance(hour, clock.Sleep)
	if took := clock.System().Sub(began); took > deafAfter {
		t.Errorf("it was asked again: %s", took)
	}
	r.do(`w.terminate(); 0`)
}

// TestWorkerWithoutScript: a worker whose script never comes holds nothing up.
func TestWorkerWithoutScript(t *testing.T) {
	t.Parallel()
	r := newRig(t, pages{"/": html(""), "/hang.js": hang, "/none.js": func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNotFound) }}, ContextOptions{})
	r.show("/")
	r.do(`new Worker('/hang.js'); new Worker('/none.js').onerror = () => self.failed = true; new Worker('/hang.js', {type: 'module'}); 0`)
	r.await("the missing script", func(x timeline.Exchange) bool { return strings.HasSuffix(x.URL, "/none.js") && x.Status == 404 })
	began := clock.System()
	r.advance(hour, clock.Run)
	if took := clock.System().Sub(began); took > patience/2 {
		t.Errorf("a jump took %s", took)
	}
}

// TestTimersOfAnotherFrame: a function that is taken from another frame and called on
// this window acts here, also when that frame is gone.
func TestTimersOfAnotherFrame(t *testing.T) {
	t.Parallel()
	r := newRig(t, pages{"/": html(`<script>
		const f = document.createElement('iframe');
		document.documentElement.append(f);
		const its = {};
		for (const name of ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'requestAnimationFrame', 'cancelAnimationFrame', 'requestIdleCallback', 'cancelIdleCallback'])
			its[name] = f.contentWindow[name].bind(window);
		const refused = (() => { try { f.contentWindow.setTimeout.call({}, () => 0); return false } catch (e) { return e instanceof f.contentWindow.TypeError } })();
		f.remove();
		self.log = refused ? [] : ['setTimeout is called on anything'];
		const note = what => () => self.log.push(what);
		its.setTimeout(note('timer'), 60000);
		its.setTimeout(function () { if (this === window) note('this')() }, 70000);
		clearTimeout(its.setTimeout(note('cleared here'), 60000));
		its.clearTimeout(setTimeout(note('cleared there'), 60000));
		const i = its.setInterval(() => { note('interval')(); its.clearInterval(i) }, 90000);
		self.calls = Promise.all([
			new Promise(done => its.requestAnimationFrame(done)), new Promise(done => its.requestIdleCallback(done)),
		]).then(() => 'called');
		its.cancelAnimationFrame(requestAnimationFrame(note('frame')));
		cancelIdleCallback(its.requestIdleCallback(note('idle')));
	</script>`)}, ContextOptions{})
	r.show("/")
	r.advance(10*time.Minute, clock.Run)
	if got := eval[string](r, `Promise.race([calls, new Promise(done => setTimeout(() => done('not called'), 3000))])`); got != "called" {
		t.Errorf("a frame and idle time were %s", got)
	}
	if diff := cmp.Diff([]string{"timer", "this", "interval"}, eval[[]string](r, `self.log`)); diff != "" {
		t.Errorf("log (-want +got):\n%s", diff)
	}
}
