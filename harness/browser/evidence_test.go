package browser

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/standin-dev/standin/fakehost/token"
	"github.com/standin-dev/standin/harness/timeline"
)

// TestEvidence: a token is found wherever a page can keep or print it, in nested
// frames too, and nothing that only looks like one is.
func TestEvidence(t *testing.T) {
	t.Parallel()
	raw, err := token.MintHS256("a secret of this test, long enough for HS256", token.Claims{Issuer: "tenant", ExpiresAt: time.Unix(2e9, 0)})
	if err != nil {
		t.Fatal(err)
	}
	r := newRig(t, pages{
		"/":       html(`<meta name="Referrer" content="origin"><iframe src="/nested"></iframe>`),
		"/nested": html("nested"),
	}, ContextOptions{})
	r.show("/")
	script := fmt.Sprintf(`(async () => {
		const raw = %q;
		localStorage.setItem('session', JSON.stringify({ jwt: raw }));
		sessionStorage.setItem('t', raw);
		sessionStorage.setItem('none', 'eyJhbGciOiJub25lIn0.no.token');
		window.name = 'jwt=' + raw;
		frames[0].name = JSON.stringify({ extension_id: 'x', options: { contextJwt: raw } });
		console.log('got', raw);
		console.warn({ deep: { token: raw } });
		console.error(new Error('with ' + raw));
		const db = await new Promise((done) => {
			const open = indexedDB.open('cache');
			open.onupgradeneeded = () => open.result.createObjectStore('tokens', { keyPath: 'id' });
			open.onsuccess = () => done(open.result);
		});
		await new Promise((done) => {
			const put = db.transaction('tokens', 'readwrite').objectStore('tokens').put({ id: 1, raw });
			put.onsuccess = done;
		});
		db.close();
	})()`, raw)
	if err := r.page.EvalFrame(r.ctx, script, nil); err != nil {
		t.Fatal(err)
	}
	if err := r.page.EvalHost(r.ctx, fmt.Sprintf(`history.replaceState(null, '', '?state=' + %q)`, raw), nil); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := r.page.CollectEvidence(r.ctx); err != nil {
			t.Fatal(err)
		}
	}
	var got []string
	for _, e := range r.page.Events() {
		switch e.Kind {
		case timeline.Facts:
			got = append(got, "facts "+e.Place+" "+e.Text)
		case timeline.Kept, timeline.Exposed:
			if e.Raw != raw || e.At.IsZero() || strings.Contains(e.Text, raw) {
				t.Errorf("%+v", e)
			}
			got = append(got, string(e.Kind)+" "+e.Place)
		}
	}
	slices.Sort(got)
	want := []string{
		`exposed the address of the host's page`, `facts meta referrer origin`,
		`kept IndexedDB store "cache/tokens"`, `kept console.error`, `kept console.log`, `kept console.warn`,
		`kept localStorage item "session"`, `kept sessionStorage item "t"`, `kept window.name`,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("found (-want +got):\n%s", diff)
	}
}

// TestWorkersPrint: what a worker prints is heard, whatever kind of worker it is, from its
// first line on, and objects too.
func TestWorkersPrint(t *testing.T) {
	t.Parallel()
	served, tokens := pages{"/": html("")}, map[string]string{}
	for kind, script := range map[string]string{
		"dedicated": "onmessage = () => { console.warn({ deep: { token: raw } }); postMessage(0) }",
		"shared":    "onconnect = (e) => { console.warn(raw); e.ports[0].postMessage(0) }",
		"service":   "addEventListener('message', (e) => { console.warn(new Error(raw)); e.source.postMessage(0) })",
	} {
		raw, err := token.MintHS256("a secret of this test, long enough for HS256", token.Claims{Issuer: kind, ExpiresAt: time.Unix(2e9, 0)})
		if err != nil {
			t.Fatal(err)
		}
		tokens[kind] = raw
		served["/"+kind+".js"] = text("text/javascript", fmt.Sprintf("const raw = %q; console.info('at once', raw);\n%s", raw, script))
	}
	r := newRig(t, served, ContextOptions{})
	r.show("/")
	for kind, start := range map[string]string{
		"dedicated": `new Promise(done => { const w = new Worker('/dedicated.js'); w.onmessage = done; w.postMessage(0) })`,
		"shared":    `new Promise(done => { new SharedWorker('/shared.js').port.onmessage = done })`,
		"service": `navigator.serviceWorker.register('/service.js').then(() => navigator.serviceWorker.ready).then((r) => new Promise(done => {
			navigator.serviceWorker.onmessage = done; r.active.postMessage(0) }))`,
	} {
		r.do(start + ".then(() => 0)")
		if err := r.page.CollectEvidence(r.ctx); err != nil {
			t.Fatal(err)
		}
		for _, place := range []string{"console.info in a worker", "console.warn in a worker"} {
			if !slices.ContainsFunc(r.page.Events(), func(e timeline.Event) bool {
				return e.Kind == timeline.Kept && e.Place == place && e.Raw == tokens[kind]
			}) {
				t.Errorf("a %s worker: what it printed by %s was not heard", kind, place)
			}
		}
	}
}

// TestEvidenceOfASandboxedFrame: what has no storage has nothing to tell, and is no
// error.
func TestEvidenceOfASandboxedFrame(t *testing.T) {
	t.Parallel()
	r := newRig(t, pages{"/": html(`<iframe sandbox="allow-scripts" srcdoc="<p>nothing"></iframe>`)}, ContextOptions{})
	r.show("/")
	before := len(r.page.Events())
	if err := r.page.CollectEvidence(r.ctx); err != nil {
		t.Fatal(err)
	}
	if after := r.page.Events()[before:]; len(after) > 0 {
		t.Errorf("found %+v", after)
	}
}

// TestNoReferer: a Referer that is emptied on the way out is not sent at all, and
// every other header is.
func TestNoReferer(t *testing.T) {
	t.Parallel()
	r := newRig(t, pages{"/": html("")}, ContextOptions{Outbound: func(x timeline.Exchange) Outgoing {
		if x.HostPage || x.Header.Get("Referer") == "" {
			return Outgoing{}
		}
		return Outgoing{Headers: map[string]string{"Referer": ""}}
	}})
	r.show("/?jwt=x")
	eval[string](r, `fetch('/api', {method: 'POST', body: 'a', headers: {'X-Other': 'kept'}}).then(r => r.text())`)
	got := r.server("POST", "/api")
	if _, sent := got.Header["Referer"]; sent || got.Header.Get("X-Other") != "kept" || got.Header.Get("Origin") != r.appURL {
		t.Errorf("the server got %v", got.Header)
	}
}
