package browser

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/standin-dev/standin/fakehost/clock"
)

// racing defines race, which counts how often a piece of work lost against its limit,
// and how often it was in time.
const racing = `self.won = self.lost = 0;
	const race = (work, ms) => Promise.race([work, new Promise((_, no) => setTimeout(() => no(new Error('limit')), ms))])
		.then(() => self.won++, () => self.lost++);
	const asks = new Map();
	self.addEventListener('message', e => { const done = asks.get(e.data); asks.delete(e.data); if (done) done() });
	let last = 0;
	const ask = to => new Promise(done => { asks.set(++last, done); to(last) });`

// answering is a script of the host's page, or a worker, that answers what it is sent,
// not at once.
const answering = `self.onmessage = e => { const c = new MessageChannel(); c.port1.onmessage = () => { c.port1.close(); (e.source || self).postMessage(e.data, e.source ? '*' : undefined) }; c.port2.postMessage(0) }; 0`

// TestAnswersComeBeforeLimits: while time runs, what a timer has begun comes to its
// answer before the limit that the app sets for it is due.
func TestAnswersComeBeforeLimits(t *testing.T) {
	t.Parallel()
	const inWorker = `<script>self.w = new Worker('/w.js')</script>`
	tests := []struct {
		name, page, worker string
		polls              int // in five minutes
	}{
		{"a request", racing + `setInterval(() => race(fetch('/a').then(r => r.text()), 5000), 60000)`, "", 5},
		{"a request with AbortSignal.timeout", racing + `setInterval(() => fetch('/a', {signal: AbortSignal.timeout(5000)}).then(() => won++, () => lost++), 60000)`, "", 5},
		{"a request by XMLHttpRequest", racing + `setInterval(() => { const x = new XMLHttpRequest(); x.open('GET', '/a'); race(new Promise(done => { x.onload = done; x.send() }), 5000) }, 60000)`, "", 5},
		{"a request after a pause", racing + `setInterval(() => setTimeout(() => race(fetch('/a').then(r => r.text()), 5000), 300), 60000)`, "", 5},
		{"two at once", racing + `for (let i = 0; i < 2; i++) setInterval(() => race(fetch('/a?' + i).then(r => r.text()), 5000), 60000)`, "", 10},
		{"every ten seconds", racing + `setInterval(() => race(fetch('/a').then(r => r.text()), 5000), 10000)`, "", 30},
		{"a picture", racing + `setInterval(() => race(new Promise(done => { const i = new Image(); i.onload = i.onerror = done; i.src = '/a?' + Math.random() }), 5000), 60000)`, "", 5},
		{"a question to the host", racing + `setInterval(() => race(ask(n => parent.postMessage(n, '*')), 10000), 60000)`, "", 5},
		{"a question by timers that set themselves", racing + `const sleep = ms => new Promise(done => setTimeout(done, ms));
			(async () => { for (;;) { await sleep(10000); const limit = sleep(10000).then(() => { throw 0 }); await Promise.race([ask(n => parent.postMessage(n, '*')), limit]).then(() => won++, () => lost++) } })()`, "", 29},
		{"a question and many idle timers", racing + `setInterval(() => 0, 1000); setInterval(() => race(ask(n => parent.postMessage(n, '*')), 10000), 60000)`, "", 5},
		{"a question, looked for again and again", racing + `setInterval(() => { let got; ask(n => parent.postMessage(n, '*')).then(() => got = true);
			(function look(n) { if (got) won++; else if (n) setTimeout(() => look(n - 1), 50); else lost++ })(40) }, 60000)`, "", 5},
		{"a question and a request", racing + `setInterval(() => race(ask(n => parent.postMessage(n, '*')).then(() => race(fetch('/a'), 5000)), 10000), 60000)`, "", 10},
		{"a question to a worker", racing + `const w = new Worker('/w.js'); w.onmessage = e => asks.get(e.data)();
			setInterval(() => race(ask(n => w.postMessage(n)), 5000), 60000)`, answering, 5},
		{"a store", racing + `setInterval(() => race(caches.open('x').then(c => c.put('/last', new Response('x'))), 5000), 60000)`, "", 5},
		{"a request of a worker", "", racing + `setInterval(() => race(fetch('/a').then(r => r.text()), 5000), 60000)`, 5},
		{"a question of a worker", `w.onmessage = e => w.postMessage(e.data)`, racing + `setInterval(() => race(ask(n => postMessage(n)), 5000), 60000)`, 5},
	}
	for _, tt := range tests {
		kinds := []clock.Kind{clock.Run}
		if slices.Contains([]string{"a request", "a question to the host", "a question of a worker"}, tt.name) {
			kinds = append(kinds, clock.Hidden) // by the same steps
		}
		for _, kind := range kinds {
			t.Run(fmt.Sprintf("%s, %s", tt.name, kind), func(t *testing.T) {
				tt := tt // of this kind alone
				page, counts := `<script>`+tt.page+`</script>`, `[self.lost, self.won]`
				if tt.worker != answering && tt.worker != "" {
					page = inWorker + page
					counts = `new Promise(done => { w.onmessage = e => { if (e.data.length) done(e.data) }; w.postMessage('counts') })`
					tt.worker += `; self.addEventListener('message', e => { if (e.data === 'counts') postMessage([self.lost, self.won]) })`
				}
				r := newRig(t, pages{"/": html(page), "/w.js": text("text/javascript", tt.worker)}, ContextOptions{})
				r.show("/")
				evalHost[any](r, answering)
				from := eval[float64](r, `Date.now()`)
				r.advance(5*time.Minute, kind)
				r.settle()
				got := eval[[2]int](r, counts)
				// Virtual time goes on with the real one, so that a slow machine sees more of it.
				passed := time.Duration(eval[float64](r, `Date.now()`)-from) * time.Millisecond
				most := int(float64(tt.polls)*passed.Minutes()/5) + 2
				if got[0] > 0 || kind == clock.Run && (got[1] < tt.polls-2 || got[1] > most) || got[1] == 0 {
					t.Errorf("the limit came first %d times, the answer %d times; want 0 and about %d", got[0], got[1], tt.polls)
				}
			})
		}
	}
}

// TestOneQuestionAtATime: a timer that asks for what it has not got asks once, and finds
// the answer there when it fires again.
func TestOneQuestionAtATime(t *testing.T) {
	t.Parallel()
	for name, ask := range map[string]string{
		"a request": `fetch('/a').then(() => got = Date.now())`,
		"a worker":  `w.onmessage = () => got = Date.now(); w.postMessage(0)`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t, pages{"/": html(`<script>let got = 0; self.asked = 0; const w = new Worker('/w.js');
				setInterval(() => { if (Date.now() - got > 30000) { asked++; ` + ask + ` } }, 1000)</script>`), "/w.js": text("text/javascript", answering)}, ContextOptions{})
			r.show("/")
			// An hour of it is for a soak: it would ask twice as often from the first minute on.
			minutes := 10
			if soaks() {
				minutes = 60
			}
			r.advance(time.Duration(minutes)*time.Minute, clock.Run)
			if got := eval[int](r, `self.asked`); got < 2*minutes*11/12 || got > 2*minutes {
				t.Errorf("it asked %d times in %d minutes, want each half minute", got, minutes)
			}
		})
	}
}
