package differential

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// hostileSeeds choose the messages; what one seed finds stays findable.
var hostileSeeds = []int{1, 20, 300}

// hostileCount is the number of messages of each flood.
const hostileCount = 150

// gang adds two frames to the product page and gives orders to them: a stranger, from another origin,
// and a twin, from the app's own origin but not the app's window. It also takes down what a message could
// have changed.
const gang = `(() => {
	const errors = [];
	window.addEventListener('error', (event) => errors.push(event.message));
	window.addEventListener('unhandledrejection', (event) => errors.push(String(event.reason)));
	const add = (name, src) => new Promise((done) => {
		const iframe = Object.assign(document.createElement('iframe'), { id: name, src, onload: done });
		document.body.append(iframe);
	});
	let last = 0;
	window.gang = {
		ready: Promise.all([add('stranger', %q), add('twin', %q)]).then(() => true),
		order: (name, order) => new Promise((done) => {
			last += 1;
			const n = last;
			window.addEventListener('message', function listen(event) {
				if (event.data && event.data.done === n) {
					window.removeEventListener('message', listen);
					done(true);
				}
			});
			document.getElementById(name).contentWindow.postMessage({ ...order, n }, '*');
		}),
		state: () => ({
			errors,
			title: document.title,
			address: location.href,
			cookies: document.cookie,
			storage: localStorage.length + sessionStorage.length,
			markup: document.body.outerHTML,
			globals: Object.keys(window).sort(),
			prototypes: [Object, Array, Function, String, Map].map((type) => Object.getOwnPropertyNames(type.prototype).sort()),
			polluted: [{}.polluted, [].polluted, (() => 1).polluted].map(String),
			bridges: standinHost.bridges(),
			pending: standinHost.pending(),
			extensions: Object.keys(standinHost.bridges()),
		}),
	};
	return gang.ready;
})()`

// TestHostile posts to host.js what no honest frame would post. Nothing of the page may change, the app
// must still get its token, and the journal must tell of it, without being flooded itself.
func TestHostile(t *testing.T) {
	p := newPlayer(t, bothOurs)
	p.openScene(declaredScene{Name: "hostile", sceneSettings: sceneSettings{Frames: []frameSettings{{Key: "page"}}}})
	stranger := strings.Replace(p.site.appURL, "127.0.0.1", "localhost", 1) + "/pages/hostile.html"
	evalHost[bool](t, p.tab, fmt.Sprintf(gang, stranger, p.site.appURL+"/pages/hostile.html"))
	before := evalHost[map[string]any](t, p.tab, "gang.state()")
	eid := evalHost[[]string](t, p.tab, "Object.keys(standinHost.bridges())")[0]

	for _, order := range []struct {
		from, order string
		noInit      bool
		journal     string
	}{
		{"stranger", "unknown", false, "no extension has this id"},
		{"stranger", "known", false, "it comes from http://localhost"},
		{"stranger", "junk", false, ""},
		{"twin", "unknown", false, "no extension has this id"},
		{"twin", "known", true, "another window than the one that said init"},
		{"twin", "junk", false, ""},
	} {
		t.Run(order.from+" "+order.order, func(t *testing.T) {
			for _, seed := range hostileSeeds {
				given, err := json.Marshal(map[string]any{"order": order.order, "seed": seed, "count": hostileCount, "eid": eid, "noInit": order.noInit})
				if err != nil {
					t.Fatal(err)
				}
				evalHost[bool](t, p.tab, fmt.Sprintf("gang.order(%q, %s)", order.from, given))
			}
			p.settle()
			if diff := cmp.Diff(before, evalHost[map[string]any](t, p.tab, "gang.state()")); diff != "" {
				t.Errorf("the page is not as before (- before, + after):\n%s", diff)
			}
			told := slices.ContainsFunc(p.site.journal(), func(entry journalEntry) bool {
				return entry.Kind == "refused" && strings.Contains(entry.Text, order.journal)
			})
			if order.journal != "" && !told {
				t.Errorf("the journal does not say %q", order.journal)
			}
			stillServed(t, p)
		})
	}
	if entries := len(p.site.journal()); entries > 2000 {
		t.Errorf("the journal has %d entries: it was flooded", entries)
	}
}

// TestHostileApp has the app's own frame post what all.js never would. It may ask for anything; what does
// not exist must change nothing, never be answered, and be noted as not emulated.
func TestHostileApp(t *testing.T) {
	p := newPlayer(t, bothOurs)
	p.openScene(declaredScene{Name: "hostile", sceneSettings: sceneSettings{Frames: []frameSettings{{Key: "page"}}}})
	evalHost[bool](t, p.tab, fmt.Sprintf(gang, p.site.appURL+"/pages/hostile.html", p.site.appURL+"/pages/hostile.html"))
	before := evalHost[map[string]any](t, p.tab, "gang.state()")
	evalHost[any](t, p.tab, "probe.step(1)")
	p.settle()
	if diff := cmp.Diff(before, evalHost[map[string]any](t, p.tab, "gang.state()")); diff != "" {
		t.Errorf("the page is not as before (- before, + after):\n%s", diff)
	}
	answers := 0
	for _, record := range evalHost[[]rawRecord](t, p.tab, "probe.drain()") {
		if message, ok := record.Value.(map[string]any); ok && record.List == "heard" && message["type"] == "resp" {
			answers++
		}
	}
	if answers > 0 {
		t.Errorf("%d calls of what does not exist were answered", answers)
	}
	noted := func(call string) bool {
		return slices.ContainsFunc(p.site.journal(), func(entry journalEntry) bool {
			return entry.Kind == "not-emulated" && strings.HasPrefix(entry.Call, call)
		})
	}
	for _, call := range []string{"__proto__.constructor", "constructor.prototype", "dialog.nothing", "flag.constructor.toString", "nothing.nothing"} {
		if !noted(call) {
			t.Errorf("the journal has no entry for %s as not emulated", call)
		}
	}
	stillServed(t, p)
}

// stillServed has the app ask for its token.
func stillServed(t *testing.T, p *player) {
	t.Helper()
	evalHost[any](t, p.tab, "probe.step(0)")
	p.settle()
	for _, record := range evalHost[[]rawRecord](t, p.tab, "probe.drain()") {
		if noticed, ok := record.Value.([]any); ok && record.List == "noticed" {
			if noticed[0] == "getToken resolved" && noticed[1] == jwt("app", "page", "page") {
				return
			}
		}
	}
	t.Error("the app did not get its token any more")
}
