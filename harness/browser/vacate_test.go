package browser

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	cdpbrowser "github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/storage"
	"github.com/google/go-cmp/cmp"

	"github.com/standin-dev/standin/fakehost/clock"
	"github.com/standin-dev/standin/harness/timeline"
)

// leaveJS leaves something in each place that a browser has for a page of the app, and
// leaveInHost in those of the host's page.
const (
	leaveJS = `(async () => {
	document.cookie = 'plain=1; SameSite=None; Secure; Max-Age=3600';
	document.cookie = 'parted=1; SameSite=None; Secure; Partitioned; Max-Age=3600';
	localStorage.left = sessionStorage.left = window.name = 'left';
	await new Promise((done, fail) => { const q = indexedDB.open('left'); q.onsuccess = () => { q.result.close(); done(); }; q.onerror = fail; });
	await (await caches.open('left')).put('/kept', new Response('kept'));
	await (await navigator.storage.getDirectory()).getFileHandle('left', { create: true });
	await navigator.storageBuckets.open('left');
	await (await fetch('/cached')).text();
	await new Promise(done => { const p = new Image(); p.onload = p.onerror = done; p.src = '/picture'; });
	self.worker = new Worker(URL.createObjectURL(new Blob(["const c = new BroadcastChannel('left'); c.onmessage = e => { if (e.data === 'who') c.postMessage('worker'); }; postMessage(0);"])));
	await new Promise(done => self.worker.onmessage = done);
	history.pushState({}, '', '/left');
	history.pushState({}, '', '/left');
	setInterval(() => fetch('/tick'), 1000);
	addEventListener('pagehide', () => { localStorage.late = sessionStorage.late = 'late'; navigator.sendBeacon('/bye'); });
	addEventListener('beforeunload', e => e.preventDefault());
	new BroadcastChannel('left');
	return 0;
})()`
	leaveInHost = `localStorage.left = sessionStorage.left = window.name = 'left'; document.cookie = 'host=1; Max-Age=3600'; 0`

	// findJS gives what a page finds in those places.
	findJS = `(async () => {
	const many = async list => { const out = []; for await (const one of list) out.push(one); return out; };
	const answer = await new Promise(done => {
		const channel = new BroadcastChannel('left');
		channel.onmessage = e => done(e.data);
		channel.postMessage('who');
		fetch('/wait').then(() => fetch('/wait')).then(() => done('no answer'));
	});
	return {
		plain: document.cookie.includes('plain='), parted: document.cookie.includes('parted='), hidden: document.hidden, local: { ...localStorage }, session: { ...sessionStorage }, name: window.name,
		bases: (await indexedDB.databases()).map(d => d.name), caches: await caches.keys(),
		files: await many((await navigator.storage.getDirectory()).keys()), buckets: await navigator.storageBuckets.keys(),
		cached: await fetch('/cached', { cache: 'only-if-cached', mode: 'same-origin' }).then(r => r.ok, () => false),
		history: history.length, worker: answer, permission: (await navigator.permissions.query({ name: 'midi' })).state,
		referrer: document.referrer.replace(/:\d+/, ''),
	};
})()`
	findInHost = `({ hidden: document.hidden, local: { ...localStorage }, session: { ...sessionStorage }, name: window.name, cookies: document.cookie, history: history.length, referrer: document.referrer })`
)

// found is what a page of the app and the host's page find, and what the cookie jar holds.
type found struct {
	App, Host map[string]any
	Jar       []string
}

func (r *rig) find() found {
	r.t.Helper()
	jar, err := call(r.ctx, r.page.browser.conn.root(), storage.GetCookies, storage.GetCookiesParams{BrowserContextID: r.page.id})
	if err != nil {
		r.t.Fatal(err)
	}
	names := []string{}
	for _, c := range jar.Cookies {
		names = append(names, c.Name)
	}
	return found{eval[map[string]any](r, findJS), evalHost[map[string]any](r, findInHost), names}
}

// leave leaves something in each of those places, a permission, a cookie of an origin that
// has no page here, a tab that is hidden, and a request that has no answer.
func (r *rig) leave() {
	r.t.Helper()
	root := r.page.browser.conn.root()
	_, err := call(r.ctx, root, cdpbrowser.SetPermission, cdpbrowser.SetPermissionParams{
		Permission: &cdpbrowser.PermissionDescriptor{Name: "midi"}, Setting: cdpbrowser.PermissionSettingGranted, BrowserContextID: r.page.id,
	})
	if err != nil {
		r.t.Fatal(err)
	}
	_, err = call(r.ctx, root, storage.SetCookies, storage.SetCookiesParams{
		Cookies: []*network.CookieParam{{Name: "elsewhere", Value: "1", URL: "https://elsewhere.example/"}}, BrowserContextID: r.page.id,
	})
	if err != nil {
		r.t.Fatal(err)
	}
	r.do(leaveJS)
	evalHost[any](r, leaveInHost)
	if err := r.page.Hide(r.ctx); err != nil {
		r.t.Fatal(err)
	}
	r.do(`fetch('/hang').catch(() => 0); 0`)
	r.await("a request that hangs", func(x timeline.Exchange) bool { return strings.HasSuffix(x.URL, "/hang") })
}

// TestVacate: a page leaves something in each place that a browser has. That it is found
// there is seen first; then the context is used again, and finds what a fresh one does.
func TestVacate(t *testing.T) {
	t.Parallel()
	keep := func(kind, body string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", kind)
			w.Header().Set("Cache-Control", "max-age=3600")
			fmt.Fprint(w, body)
		}
	}
	app := func() pages {
		return pages{"/": html("app"), "/cached": keep("text/plain", "cached"), "/picture": keep("image/svg+xml", `<svg xmlns="http://www.w3.org/2000/svg"/>`), "/hang": hang}
	}
	fresh := newRig(t, app(), ContextOptions{})
	fresh.show("/")
	want := fresh.find()

	r := newRig(t, app(), ContextOptions{})
	r.show("/")
	r.leave()
	left := r.find()
	for of, pair := range map[string][2]map[string]any{"app": {want.App, left.App}, "host": {want.Host, left.Host}} {
		for place, value := range pair[1] {
			if place != "referrer" && cmp.Equal(value, pair[0][place]) {
				t.Errorf("%s, %s: nothing was left there, so that the rest shows nothing: %v", of, place, value)
			}
		}
	}
	if len(left.Jar) == len(want.Jar) {
		t.Errorf("nothing was left in the cookie jar: %v", left.Jar)
	}
	before := string(r.page.appFrame().id)
	pictures := r.got("/picture")
	r.occupy(ContextOptions{Clock: r.clock})
	if n := len(r.page.Exchanges()) + len(r.page.Events()); n != 0 {
		t.Errorf("the timeline has %d entries:\n%s%+v", n, lines(r.page.Exchanges()), r.page.Events())
	}
	if owner, wait := r.page.browser.owner(before); owner != nil || wait {
		t.Errorf("what a frame from before still sends is the context's: %v, %v", owner, wait)
	}
	ticks := r.got("/tick")
	r.show("/")
	if diff := cmp.Diff(want, r.find()); diff != "" {
		t.Errorf("what is found (- in a fresh context, + in one that is used again):\n%s", diff)
	}
	r.do(`new Promise(done => { const p = new Image(); p.onload = p.onerror = () => done(0); p.src = '/picture'; })`)
	if now := r.got("/picture"); now != pictures+1 {
		t.Errorf("the picture was asked for %d times, and %d before: a cache had it", now, pictures)
	}
	r.advance(10*1e9, clock.Run)
	if now := r.got("/tick"); now != ticks || r.got("/bye") != 0 {
		t.Errorf("the page before still sends: %d ticks, %d before; %d beacons", now, ticks, r.got("/bye"))
	}
	for _, x := range r.page.Exchanges() {
		if !x.HostPage && !strings.HasPrefix(x.URL, r.appURL) || strings.HasSuffix(x.URL, "/tick") {
			t.Errorf("a stranger's exchange: %s", lines([]timeline.Exchange{x}))
		}
	}
}

// got counts the requests for a path that the app's server got.
func (r *rig) got(uri string) (n int) {
	r.requests.mu.Lock()
	defer r.requests.mu.Unlock()
	for _, got := range r.requests.seen {
		if got.URI == uri {
			n++
		}
	}
	return n
}

// occupy has the rig's context be used again.
func (r *rig) occupy(o ContextOptions) {
	r.t.Helper()
	if err := r.page.Vacate(r.ctx); err != nil {
		r.t.Fatal(err)
	}
	if err := r.page.Occupy(r.ctx, o); err != nil {
		r.t.Fatal(err)
	}
}

// TestStopDocuments: a page that is to be left runs nothing of its own any more, and standin's
// own scripts still run in it.
func TestStopDocuments(t *testing.T) {
	t.Parallel()
	r := newRig(t, pages{"/": html("")}, ContextOptions{})
	r.show("/")
	r.do(`self.turns = 0; { const c = new MessageChannel(); c.port1.onmessage = () => { self.turns++; c.port2.postMessage(0); }; c.port2.postMessage(0); } 0`)
	turns := func() float64 { return eval[float64](r, `self.turns`) }
	if first := turns(); turns() <= first {
		t.Fatal("the page stands still by itself, so that the rest shows nothing")
	}
	if _, err := r.page.stopDocuments(r.ctx); err != nil {
		t.Fatal(err)
	}
	stopped := turns()
	for range 5 {
		if now := turns(); now != stopped {
			t.Fatalf("%v turns more since it was stopped", now-stopped)
		}
	}
}

// TestKept: a context with something that cannot be taken away says so, and is not used
// again.
func TestKept(t *testing.T) {
	t.Parallel()
	with := func(name, value string) http.HandlerFunc {
		return func(w http.ResponseWriter, q *http.Request) {
			w.Header().Set(name, value)
			html("")(w, q)
		}
	}
	for name, test := range map[string]struct {
		page http.HandlerFunc
		do   string
		want string // is in the reason; empty: there is none
	}{
		"nothing":                            {page: html("")},
		"a window":                           {page: html(""), do: `document.body.insertAdjacentHTML('beforeend', '<button onclick="window.open(\'/other\')">'); document.querySelector('button').click(); 0`, want: "opened a window"},
		"a shared worker":                    {page: html(""), do: `new SharedWorker('/worker.js'); fetch('/x').then(() => 0)`, want: "outlives its page"},
		"a service worker":                   {page: html(""), do: `navigator.serviceWorker.register('/worker.js').then(() => navigator.serviceWorker.ready).then(() => 0)`, want: "outlives its page"},
		"HSTS":                               {page: with("Strict-Transport-Security", "max-age=3600"), want: "Strict-Transport-Security"},
		"client hints":                       {page: with("Accept-CH", "Sec-CH-UA-Model"), want: "Accept-Ch"},
		"another origin's":                   {page: html(""), do: `new Promise(done => { const f = document.createElement('iframe'); f.onload = () => { f.remove(); done(0); }; f.src = location.origin.replace('localhost', '127.0.0.1'); document.body.append(f); })`, want: "is gone"},
		"a document on its way":              {page: html(""), do: `const f = document.createElement('iframe'); f.src = '/hang'; document.body.append(f); fetch('/x').then(() => 0)`, want: "has no answer"},
		"the host's origin within the app's": {page: html(""), do: `new Promise(done => { const f = document.createElement('iframe'); f.onload = () => { f.remove(); done(0); }; f.src = document.referrer; document.body.append(f); })`, want: "is gone"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t, pages{"/": test.page, "/worker.js": text("text/javascript", "self.kept = 1"), "/hang": hang}, ContextOptions{Neglect: neglectHang})
			r.goTo("/")
			if err := r.page.Loaded(r.ctx, patience, true); err != nil {
				t.Fatal(err)
			}
			if test.do != "" {
				r.do(test.do)
			}
			var kept string
			err := r.page.Await(r.ctx, patience, "what is kept", func() (bool, string) {
				kept = r.page.Kept()
				return (kept == "") == (test.want == "") && strings.Contains(kept, test.want), kept
			})
			if err != nil {
				t.Fatal(err)
			}
			if err := r.page.Vacate(r.ctx); (err == nil) != (test.want == "") {
				t.Errorf("%v", err)
			}
		})
	}
}
