package browser

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/standin-dev/standin/fakehost/clock"
	"github.com/standin-dev/standin/harness/timeline"
)

// hang answers nothing until the browser gives up.
func hang(_ http.ResponseWriter, q *http.Request) { <-q.Context().Done() }

// headersOnly answers with headers and never comes to the end of the body.
func headersOnly(w http.ResponseWriter, q *http.Request) {
	w.Header().Set("Content-Type", "text/plain")
	_, _ = io.WriteString(w, "begun")
	w.(http.Flusher).Flush()
	<-q.Context().Done()
}

// late is an answer that stands still for longer than one that nobody reads may.
// With a known length, half of it comes first, else its headers alone.
func late(contentType, body string, known bool) http.HandlerFunc {
	return func(w http.ResponseWriter, q *http.Request) {
		half := 0
		if known {
			half = len(body) / 2
			w.Header().Set("Content-Length", strconv.Itoa(len(body)))
		}
		w.Header().Set("Content-Type", contentType)
		_, _ = io.WriteString(w, body[:half])
		w.(http.Flusher).Flush()
		wait, cancel := context.WithTimeout(q.Context(), 3*streaming/2)
		defer cancel()
		<-wait.Done()
		_, _ = io.WriteString(w, body[half:])
	}
}

// TestSettleWaits: what a page has begun is over when Settle returns.
func TestSettleWaits(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, script string }{
		{"a chain of fetches", `(async () => { for (let i = 0; i < 6; i++) await (await fetch('/chain?' + i)).text(); self.over = true })(); 0`},
		{"an answer that nobody reads", `(async () => { for (let i = 0; i < 3; i++) await fetch('/chain?' + i); self.over = true })(); 0`},
		{"a refusal and another try", `(async () => { await fetch('/refused'); await (await fetch('/again')).text(); self.over = true })(); 0`},
		{"a debounce of 300 ms", `setTimeout(() => fetch('/search').then(r => r.text()).then(() => self.over = true), 300); 0`},
		{"a debounce that begins anew", `(n => { const t = () => n-- ? setTimeout(t, 50) : setTimeout(() => self.over = true, 300); t() })(2); 0`},
		{"a timer after an answer", `fetch('/a').then(r => r.text()).then(() => setTimeout(() => fetch('/b').then(r => r.text()).then(() => self.over = true), 100)); 0`},
		{"a worker", `new Worker('/worker.js').onmessage = () => self.over = true; 0`},
		{"messages to and fro", `(n => { const c = new MessageChannel(); c.port1.onmessage = () => n-- ? c.port2.postMessage(0) : self.over = true; c.port2.postMessage(0) })(1); 0`},
		{"a large answer", `fetch('/large').then(r => r.text()).then(t => self.over = t.length === 4e6); 0`},
		{"a slow answer", `fetch('/slow').then(r => r.text()).then(() => self.over = true); 0`},
		{"a new document", `location.assign('/chained'); 0`},
		{"a document whose body is late", `location.assign('/late'); 0`},
		{"a frame whose body is late", `document.body.append(Object.assign(document.createElement('iframe'), {src: '/late'})); onmessage = () => self.over = true; 0`},
		{"a script in two parts", `document.body.append(Object.assign(document.createElement('script'), {src: '/parts.js'})); 0`},
		{"a style sheet in two parts", `document.body.append(Object.assign(document.createElement('link'), {rel: 'stylesheet', href: '/parts.css', onload: () => self.over = true})); 0`},
		{"a fetch in two parts", `fetch('/parts.json').then(r => r.json()).then(() => self.over = true); 0`},
		{"frames", `(n => { const paint = () => n-- ? requestAnimationFrame(paint) : fetch('/painted').then(r => r.text()).then(() => self.over = true); paint() })(3); 0`},
		{"idle time", `requestIdleCallback(() => fetch('/idle').then(r => r.text()).then(() => self.over = true)); 0`},
		{"a thing that comes into view", `new IntersectionObserver(() => fetch('/seen').then(r => r.text()).then(() => self.over = true)).observe(document.body); 0`},
		{"a thing that has a size", `new ResizeObserver(() => fetch('/sized').then(r => r.text()).then(() => self.over = true)).observe(document.documentElement); 0`},
		{"the end of a transition", `document.body.ontransitionend = () => fetch('/open').then(r => r.text()).then(() => self.over = true);
			document.body.style.transition = 'opacity 0.2s'; getComputedStyle(document.body).opacity; document.body.style.opacity = 0.5; 0`},
		{"a database", `(async () => {
			const over = r => new Promise((yes, no) => { r.onsuccess = () => yes(r.result); r.onerror = no });
			const ask = indexedDB.open('kept');
			ask.onupgradeneeded = () => ask.result.createObjectStore('tokens');
			const db = await over(ask);
			for (let i = 0; i < 6; i++) await over(db.transaction('tokens', 'readwrite').objectStore('tokens').put(i, 'last'));
			self.over = await over(db.transaction('tokens').objectStore('tokens').get('last')) === 5;
		})(); 0`},
		{"a cache", `(async () => { const c = await caches.open('kept'); for (let i = 0; i < 6; i++) await c.put('/last', new Response(i)); self.over = await (await c.match('/last')).text() === '5' })(); 0`},
		{"an XMLHttpRequest in two parts", `(x => { x.onload = () => self.over = true; x.open('GET', '/parts.json'); x.send() })(new XMLHttpRequest()); 0`},
	}
	app := pages{
		"/":          html(""),
		"/worker.js": text("text/javascript", `fetch('/w1').then(r => r.text()).then(() => fetch('/w2')).then(r => r.text()).then(postMessage)`),
		"/refused":   func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "no", http.StatusUnauthorized) },
		"/large":     text("text/plain", strings.Repeat("x", 4e6)),
		"/slow": func(w http.ResponseWriter, q *http.Request) {
			wait, cancel := context.WithTimeout(q.Context(), 300*time.Millisecond)
			defer cancel()
			<-wait.Done()
		},
		"/late":       late("text/html", `<script>self.over = true; parent.postMessage(0, '*')</script>`, false),
		"/parts.js":   late("text/javascript", `self.over = true`, true),
		"/parts.css":  late("text/css", `body { color: red }`, true),
		"/parts.json": late("application/json", `{"over": true}`, true),
		"/chained":    html(`<script src="/one.js"></script><script src="/two.js"></script>`),
		"/one.js":     text("text/javascript", `self.one = true`),
		"/two.js":     text("text/javascript", `fetch('/last').then(r => r.text()).then(() => self.over = self.one)`),
	}
	r := newRig(t, app, ContextOptions{})
	r.show("/")
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := r.in(t)
			r.do(`self.over = false; 0`)
			r.do(tt.script)
			r.settle()
			if !eval[bool](r, `!!self.over`) {
				t.Errorf("it is not over; exchanges:\n%s", lines(r.page.Exchanges()))
			}
		})
	}
}

// TestSettleWaitsForTheTap: an answer that the tap reads before the page does is on
// its way, however long that takes.
func TestSettleWaitsForTheTap(t *testing.T) {
	t.Parallel()
	r := newRig(t, pages{"/": html(""), "/parts.json": late("application/json", `{"over": true}`, true)},
		ContextOptions{Inbound: func(timeline.Exchange, []byte) {}})
	r.show("/")
	r.do(`fetch('/parts.json').then(r => r.json()).then(({ over }) => self.over = over); 0`)
	r.settle()
	if !eval[bool](r, `!!self.over`) {
		t.Errorf("it is not over; exchanges:\n%s", lines(r.page.Exchanges()))
	}
}

// TestSettleWaitsForTheHostsPage: a frame that the host's page is about to add is
// on its way already, though nothing has asked for it yet.
func TestSettleWaitsForTheHostsPage(t *testing.T) {
	t.Parallel()
	const add = `document.body.append(Object.assign(document.createElement('iframe'), {src: '%s/frame'}))`
	r := newRig(t, pages{
		"/frame": html(`<script>parent.postMessage(0, '*')</script>`),
		// All is there long before the last script has run.
		"/host": html(`<body><script>self.over = 0; onmessage = () => self.over++</script>` +
			strings.Repeat(`<script src="/busy.js"></script>`, 8) + `<script src="/add.js"></script>`),
		"/busy.js": text("text/javascript", `for (const end = performance.now() + 20; performance.now() < end;);`),
		"/add.js": func(w http.ResponseWriter, q *http.Request) {
			text("text/javascript", fmt.Sprintf(add, "http://"+strings.Replace(q.Host, "127.0.0.1", "localhost", 1)))(w, q)
		},
	}, ContextOptions{})
	if err := r.page.Goto(r.ctx, r.app.URL+"/host"); err != nil {
		t.Fatal(err)
	}
	for shown := 1; shown <= 10; shown++ {
		if shown > 1 {
			evalHost[any](r, fmt.Sprintf(add, r.appURL)+`; 0`)
		}
		r.settle()
		if got := evalHost[int](r, `self.over`); got != shown {
			t.Fatalf("%d of %d frames are there; exchanges:\n%s", got, shown, lines(r.page.Exchanges()))
		}
	}
}

// TestSettleDoesNotWait: what never ends is nothing to wait for. The bound is far
// above what it takes, and far below for ever.
func TestSettleDoesNotWait(t *testing.T) {
	const bound = 5 * time.Second
	tests := []struct{ name, script string }{
		{"a poll each second", `setInterval(() => fetch('/poll'), 1000); 0`},
		{"a poll each 200 ms", `setInterval(() => fetch('/poll').then(r => r.text()), 200); 0`},
		{"a poll after each answer", `(function poll() { fetch('/poll').then(r => r.text()).then(() => setTimeout(poll, 100)) })(); 0`},
		{"a poll by closures", `(function poll() { fetch('/poll').then(r => r.text()).then(() => setTimeout(() => poll(), 150)) })(); 0`},
		{"a clock on the page", `setInterval(() => document.title = Date.now(), 50); 0`},
		{"a timer that sets itself", `(function again() { setTimeout(again, 20) })(); 0`},
		{"an animation", `(function again() { requestAnimationFrame(again) })(); 0`},
		{"an animation by closures", `(function again() { requestAnimationFrame(() => again()) })(); 0`},
		{"an animation of styles", `document.body.animate([{opacity: 0}, {opacity: 1}], {duration: 100, iterations: Infinity}); 0`},
		{"an animation that begins anew", `(function again() { document.body.animate([{opacity: 0}, {opacity: 1}], 50).onfinish = again })(); 0`},
		{"idle time again and again", `(function again() { requestIdleCallback(again) })(); 0`},
		{"a thing that never comes into view", `new IntersectionObserver(() => 0).observe(document.createElement('p')); 0`},
		{"a database asked again and again", `{
			const ask = indexedDB.open('asked');
			ask.onupgradeneeded = () => ask.result.createObjectStore('kept');
			ask.onsuccess = function again() { ask.result.transaction('kept').objectStore('kept').get(0).onsuccess = again };
		} 0`},
		{"a database that nobody gets", `indexedDB.open('held').onsuccess = e => { self.held = e.target.result; indexedDB.deleteDatabase('held') }; 0`},
		{"an event stream", `void new EventSource('/stream'); 0`},
		{"an event stream by fetch", `fetch('/stream').then(r => r.body.getReader().read()); 0`},
		{"an answer without end", `fetch('/headers').then(r => r.text()); 0`},
		{"a socket", `void new WebSocket(location.origin.replace('http', 'ws') + '/socket'); 0`},
		{"a far timer", `setTimeout(() => fetch('/far'), 60000); 0`},
		{"a request given up at once", `for (let i = 0; i < 20; i++) { const c = new AbortController(); fetch('/hang?' + i, {signal: c.signal}).catch(() => 0); c.abort() } 0`},
		{"a request given up later", `(c => { fetch('/hang', {signal: c.signal}).catch(() => 0); setTimeout(() => c.abort(), 50) })(new AbortController()); 0`},
		{"a frame thrown away", `(f => { document.body.append(f); f.contentWindow.fetch('/hang'); setTimeout(() => f.remove(), 50) })(document.createElement('iframe')); 0`},
		{"a worker ended", `(w => w.onmessage = () => w.terminate())(new Worker('/worker.js')); 0`},
		{"a document that stops itself", `location.assign('/stops'); 0`},
		{"a document left", `fetch('/hang').catch(() => 0); new Image().src = '/hang?image'; setTimeout(() => location.assign('/?left'), 50); 0`},
		{"a refused connection", `fetch('http://localhost:1/').catch(() => 0); 0`},
		{"a refused answer", `fetch('` + `http://127.0.0.1:' + location.port + '/no-cors').catch(() => 0); 0`},
	}
	app := pages{
		"/": html(""), "/hang": hang, "/stream": stream, "/headers": headersOnly, "/socket": acceptWebSocket,
		"/worker.js": text("text/javascript", `fetch('/hang'); postMessage(0)`),
		"/stops":     html(`<script>window.stop()</script>`),
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t, app, ContextOptions{})
			r.show("/")
			r.do(tt.script)
			if err := r.page.Settle(r.ctx, bound); err != nil {
				t.Errorf("%v; exchanges:\n%s", err, lines(r.page.Exchanges()))
			}
		})
	}
}

// TestUnsettled: a request that hangs is named when the bound passes, and so are
// calls that the host does not answer.
func TestUnsettled(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, app, host string
		want            string
	}{
		{"a request", `fetch('/hang?me').catch(() => 0); 0`, "", "GET {app}/hang?me has no answer"},
		{"an app's page that loads", `void document.open()`, "", "last seen: the app's page still loads"},
		{"a host's page that loads", "", `void document.open()`, "the host's page still loads"},
		{"a call of the host", `0`, `self.standinHost = {pending: () => 2, unsaid: () => 0}`, "2 AP call(s) have no answer"},
		{"a document that does not answer", `setTimeout(() => { for (;;); }, 1); 0`, "", "its document does not answer"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := newRig(t, pages{"/": html(""), "/hang": hang}, ContextOptions{})
			r.show("/")
			if tt.host != "" {
				evalHost[any](r, tt.host+"; 0")
			}
			if tt.app != "" {
				r.do(tt.app)
			}
			err := r.page.Settle(r.ctx, 300*time.Millisecond)
			var u *Unsettled
			want := strings.Replace(tt.want, "{app}", r.appURL, 1)
			if !errors.As(err, &u) || !strings.Contains(err.Error(), want) || !strings.HasPrefix(err.Error(), "waited 300ms") {
				t.Errorf("%v, want %s", err, want)
			}
		})
	}
}

// TestSettleAsksTheHost: its answers are awaited, and then its journal is flushed.
func TestSettleAsksTheHost(t *testing.T) {
	r := newRig(t, pages{"/": html("")}, ContextOptions{})
	r.show("/")
	evalHost[any](r, `self.flushed = 0; self.left = 3; self.standinHost = {flush: async () => { self.flushed++ }, pending: () => self.left && self.left--, unsaid: () => 1 - self.flushed}; 0`)
	r.settle()
	if got := evalHost[string](r, `[self.flushed, self.left].join()`); got != "1,0" {
		t.Errorf("times that it was flushed, calls left: %s, want 1,0", got)
	}
}

// TestSettleEndsWithItsContext: whoever calls it off is told so, not that the page
// is restless.
func TestSettleEndsWithItsContext(t *testing.T) {
	r := newRig(t, pages{"/": html(""), "/hang": hang}, ContextOptions{})
	r.show("/")
	r.do(`fetch('/hang').catch(() => 0); 0`)
	reason := errors.New("the person lost patience")
	ctx, cancel := context.WithCancelCause(r.ctx)
	cancel(reason)
	if err := r.page.Settle(ctx, patience); !errors.Is(err, reason) {
		t.Errorf("%v, want %v", err, reason)
	}
	if err := r.page.Await(ctx, patience, "anything", func() (bool, string) { return false, "" }); !errors.Is(err, reason) {
		t.Errorf("Await: %v, want %v", err, reason)
	}
}

// TestAwait: what was awaited, and what was seen instead, are in the error.
func TestAwait(t *testing.T) {
	t.Parallel()
	r := newRig(t, pages{"/": html(`<p>Shown <b>at once</b></p>`)}, ContextOptions{})
	r.show("/")
	r.page.Note(timeline.Event{Kind: timeline.Step, Text: "a step"})
	r.do(`setTimeout(() => fetch('/later?q'), 50); setTimeout(() => document.body.append('shown later'), 100); 0`)
	path := func(want string) func(string) bool { return func(p string) bool { return p == want } }
	if err := r.page.AwaitRequest(r.ctx, patience, path("/later"), "/later"); err != nil {
		t.Error(err)
	}
	for _, text := range []string{"shown at once", "SHOWN LATER"} {
		if err := r.page.AwaitText(r.ctx, patience, text); err != nil {
			t.Error(err)
		}
	}
	const short = 50 * time.Millisecond
	if err := r.page.AwaitRequest(r.ctx, short, path("/"), "/"); err == nil || !strings.Contains(err.Error(), "waited 50ms for an answer to /; last seen: GET /later") {
		t.Errorf("a request before the step: %v", err)
	}
	if err := r.page.AwaitText(r.ctx, short, "never"); err == nil || !strings.Contains(err.Error(), `waited 50ms for the frame to show "never"`) {
		t.Errorf("a text that never comes: %v", err)
	}
}

// TestLoadedWaits: the frame's load event is awaited, and a frame that never loads
// is an error that says so.
func TestLoadedWaits(t *testing.T) {
	t.Parallel()
	r := newRig(t, pages{"/": html(`<script>addEventListener('load', () => self.over = true)</script>`), "/hang": hang}, ContextOptions{})
	for range 3 {
		r.goTo("/")
		if err := r.page.Loaded(r.ctx, patience, true); err != nil {
			t.Fatal(err)
		}
		if got := eval[string](r, `location.pathname + self.over`); got != "/true" {
			t.Errorf("loaded, but the frame is at %s", got)
		}
	}
	r.goTo("/hang")
	if err := r.page.Loaded(r.ctx, 200*time.Millisecond, true); err == nil || !strings.HasPrefix(err.Error(), "waited 200ms for the load event") {
		t.Errorf("a frame that never loads: %v", err)
	}
}

// TestSettleAfterJump: a jump does not make an answer that is on its way old.
func TestSettleAfterJump(t *testing.T) {
	t.Parallel()
	for _, kind := range []clock.Kind{clock.Run, clock.Sleep} {
		t.Run(fmt.Sprint(kind), func(t *testing.T) {
			r := newRig(t, pages{"/": html("")}, ContextOptions{})
			r.show("/")
			r.do(`self.over = 0; setTimeout(async () => { for (let i = 0; i < 3; i++) { await (await fetch('/c?' + i)).text(); self.over++ } }, 60000); 0`)
			r.advance(16*time.Minute, kind)
			r.settle()
			if got := eval[int](r, `self.over`); got != 3 {
				t.Errorf("%d of 3 requests are over", got)
			}
		})
	}
}

// TestSettleStopsWhatStalls: a page on its way to a document without an answer answers
// nobody. It stays where it is, can be used, and follows the clock; and where such a
// document is known to have no answer, nobody waits for it.
func TestSettleStopsWhatStalls(t *testing.T) {
	t.Parallel()
	ways := map[string]string{
		"the page goes":                     `location.assign('/hang'); 0`,
		"the page goes in a moment":         `setTimeout(() => location.assign('/hang'), 20); 0`,
		"the page goes to another origin":   `location.assign(location.href.replace('localhost', '127.0.0.1') + 'hang'); 0`,
		"a window opens":                    `self.opened = open('/hang'); 0`,
		"a frame within it goes elsewhere":  `(f => { document.body.append(f); f.onload = () => f.contentWindow.location.assign('/hang') })(Object.assign(document.createElement('iframe'), {src: '/inner'})); 0`,
		"a frame of another origin goes on": `(f => { document.body.append(f) })(Object.assign(document.createElement('iframe'), {src: location.href.replace('localhost', '127.0.0.1') + 'goes'})); 0`,
	}
	app := pages{"/": html(""), "/inner": html(""), "/goes": html(`<script>onload = () => setTimeout(() => location.assign('/hang'), 20)</script>`), "/hang": hang}
	for way, script := range ways {
		for _, known := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, known %t", way, known), func(t *testing.T) {
				options, limit := ContextOptions{}, 2*time.Second // a frame of another origin needs a process first
				if known {
					options.Neglect, limit = neglectHang, patience
				}
				r := newRig(t, app, options)
				r.show("/")
				r.do(script)
				err := r.page.Settle(r.ctx, limit)
				var u *Unsettled
				if known && err != nil || !known && (!errors.As(err, &u) || !strings.Contains(err.Error(), "/hang has no answer")) {
					t.Errorf("known to have no answer: %t; %v", known, err)
				}
				before := eval[float64](r, `Date.now()`)
				for _, kind := range []clock.Kind{clock.Run, clock.Sleep} {
					if err := r.page.Advance(r.ctx, hour, kind); err != nil {
						t.Errorf("%s: %v", kind, err)
					}
				}
				if passed := eval[float64](r, `Date.now()`) - before; passed < 7.2e6 || passed > 7.3e6 {
					t.Errorf("%v ms passed in the page, want two hours", passed)
				}
				r.goTo("/")
				if err := r.page.Loaded(r.ctx, patience, true); err != nil {
					t.Error(err)
				}
				if err := r.page.Settle(r.ctx, 3*time.Second); err != nil {
					t.Errorf("opened anew: %v", err)
				}
			})
		}
	}
}
