package pagetest

import (
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/standin-dev/standin/fakehost"
	"github.com/standin-dev/standin/fakehost/clock"
	"github.com/standin-dev/standin/fakehost/token"
)

// macroOf is the macro that a token speaks of, after every check of a back end.
func (w *world) macroOf(raw string) string {
	w.t.Helper()
	parsed, err := token.Verify(raw, token.Expect{Secret: w.tenant.SharedSecret, Issuer: w.tenant.ClientKey, At: w.host.Time().Now(), QSH: token.ContextQSH})
	w.must(err)
	confluence, _ := parsed.Claims.Context["confluence"].(map[string]any)
	macro, _ := confluence["macro"].(map[string]any)
	id, _ := macro["id"].(string)
	return id
}

// TestFramesKeepApart has three frames of one app on one page. Each gets a token
// of its own, from the page and, when that has grown old, from the content
// resolver; none gets another's.
func TestFramesKeepApart(t *testing.T) {
	w := newWorld(t, fakehost.Confluence)
	w.open(w.host.MacroPageURL("macro", 3))
	seen := map[string]bool{}
	for round := range 3 {
		if round > 0 {
			// The host's cache of tokens is 30 seconds: all three ask anew at once.
			w.must(w.tab.Advance(w.ctx, 10*time.Minute, clock.Sleep))
			inFrame(w, "AP.events.emit('again')")
		}
		macros := map[string]bool{}
		for _, r := range w.next(3) {
			if of := w.macroOf(r.token); of != r.of {
				t.Errorf("round %d: the frame of macro %s got the token of macro %s", round, r.of, of)
			}
			if seen[r.token] {
				t.Errorf("round %d: macro %s got a token that was given before", round, r.of)
			}
			seen[r.token], macros[r.of] = true, true
		}
		if len(macros) != 3 {
			t.Errorf("round %d: %d macros reported, want 3", round, len(macros))
		}
	}
	delivered := map[string]map[string]bool{} // which macros' tokens an extension got
	for _, e := range w.host.Journal() {
		if e.Kind != fakehost.KindDelivered {
			continue
		}
		if delivered[e.Extension] == nil {
			delivered[e.Extension] = map[string]bool{}
		}
		parsed, err := token.Parse(e.Token)
		w.must(err)
		macro := parsed.Claims.Context["confluence"].(map[string]any)["macro"].(map[string]any)["id"].(string)
		delivered[e.Extension][macro] = true
	}
	for id, macros := range delivered {
		if len(macros) != 1 {
			t.Errorf("extension %s got the tokens of %v", id, slices.Collect(maps.Keys(macros)))
		}
	}
	if len(delivered) != 3 {
		t.Errorf("the journal tells of %d extensions, want 3", len(delivered))
	}
}

// openMacros opens a page with so many macros of one app, and waits until all bridges are up.
func (w *world) openMacros(macros int) {
	w.t.Helper()
	mark := w.host.Mark()
	w.open(w.host.MacroPageURL("macro", macros))
	up := map[string]bool{}
	_, err := w.host.Await(w.ctx, fmt.Sprintf("%d bridges", macros), func(e fakehost.Entry) bool {
		if e.Seq > mark && e.Kind == fakehost.KindBridge {
			up[e.Extension] = true
		}
		return len(up) == macros
	})
	w.must(err)
}

// BenchmarkTwentyMacros is how long 20 frames of one page take until all of their bridges
// are up, and how many times as long as one alone.
func BenchmarkTwentyMacros(b *testing.B) {
	w := newWorld(b, fakehost.Confluence)
	w.ctx = b.Context()
	length := func(macros int) time.Duration {
		started := clock.System()
		w.openMacros(macros)
		took := clock.System().Sub(started)
		w.next(macros)
		return took
	}
	var one, twenty time.Duration
	for b.Loop() {
		one += length(1)
		twenty += length(20)
	}
	b.ReportMetric(twenty.Seconds()/float64(b.N), "s/20-macros")
	b.ReportMetric(float64(twenty)/float64(one), "x-one")
}

// TestTwentyMacros opens a page with 20 macros of one app: each gets its own token.
func TestTwentyMacros(t *testing.T) {
	const macros = 20
	w := newWorld(t, fakehost.Confluence)
	w.openMacros(macros)
	ids := map[string]bool{}
	for _, r := range w.next(macros) {
		if w.macroOf(r.token) != r.of {
			t.Errorf("macro %s got the token of %s", r.of, w.macroOf(r.token))
		}
		ids[r.of] = true
	}
	if len(ids) != macros {
		t.Errorf("%d macros reported, want %d", len(ids), macros)
	}
}

// opened waits for the report of one frame and checks what it is.
func (w *world) opened(is, of string) {
	w.t.Helper()
	got := w.next(1)[0]
	if diff := cmp.Diff([]string{is, of}, []string{got.is, got.of}); diff != "" {
		w.t.Errorf("the frame that opened (-want +got):\n%s", diff)
	}
	_, err := token.Verify(got.token, token.Expect{Secret: w.tenant.SharedSecret, At: w.host.Time().Now()})
	w.must(err)
}

func press(w *world, text string) {
	w.t.Helper()
	inHost[any](w, `(() => { const b = [...document.querySelectorAll('button')].find((one) => one.textContent === '`+text+`'); b.focus(); b.click(); })()`)
}

// TestOpenByClick opens, on an issue, what opens by a click, and closes it again.
func TestOpenByClick(t *testing.T) {
	w := newWorld(t, fakehost.Jira)
	w.open(w.host.BaseURL() + "/browse/OPS-7")
	w.opened("content", "OPS-7")
	w.until("the frame to be as high as its content", `parseInt(document.querySelector('iframe').style.height) > 40`)

	press(w, "Glance")
	w.opened("glance", "OPS-7")
	if state := inHost[string](w, `document.activeElement.getAttribute('aria-expanded')`); state != "true" {
		t.Errorf("the glance's button says aria-expanded=%q", state)
	}
	press(w, "Glance")
	w.until("the glance to close", `document.querySelectorAll('iframe').length === 1`)

	press(w, "Look")
	w.opened("look", "OPS-7")
	inHost[any](w, `document.querySelector('h1').click()`)
	w.until("the inline dialog to close", `!document.querySelector('.aui-inline-dialog') && document.activeElement.textContent === 'Look'`)

	// A click in a frame is told by the frame; here it is that of the content.
	press(w, "Look")
	w.opened("look", "OPS-7")
	inFrame(w, `AP.events.emit('click', 'content')`)
	w.until("the inline dialog to close by a click in a frame", `!document.querySelector('.aui-inline-dialog')`)

	press(w, "Add")
	w.opened("add", "OPS-7")
	if focus := inHost[string](w, `document.activeElement.getAttribute('role')`); focus != "dialog" {
		t.Errorf("the dialog opened with the focus on %q", focus)
	}
	if held := inHost[bool](w, `document.querySelector('main').inert`); !held {
		t.Error("the keyboard reaches the page behind the dialog")
	}
	w.until("the buttons of the dialog", `[...document.querySelectorAll('.ap-dialog-button')].map((one) => one.textContent + (one.getAttribute('aria-disabled') === 'true')).join() === 'Submitfalse,Cancelfalse'`)
	press(w, "Cancel")
	w.until("the dialog to close", `!document.querySelector('[role=dialog]') && !document.querySelector('.standin-blanket') && document.activeElement.textContent === 'Add'`)
}

// TestModuleAlone opens the pages that a run opens for modules without a page of
// their own: there is one frame, of this module.
func TestModuleAlone(t *testing.T) {
	w := newWorld(t, fakehost.Jira)
	for _, key := range []string{"content", "glance", "add", "look"} {
		m, err := w.tenant.App.Module(key)
		w.must(err)
		w.open(w.host.PageURL(m))
		w.opened(key, "DEMO-1")
		if n := inHost[int](w, `document.querySelectorAll('iframe').length`); n != 1 {
			t.Errorf("%s: %d frames, want 1", key, n)
		}
	}
}

// TestDialogFromApp opens a dialog by AP.dialog.create: the module's own options
// make it fill the screen, its custom data are in its URL.
func TestDialogFromApp(t *testing.T) {
	w := newWorld(t, fakehost.Jira)
	m, err := w.tenant.App.Module("page")
	w.must(err)
	w.open(w.host.PageURL(m))
	w.opened("page", "null")
	inFrame(w, `AP.events.on('dialog.close', (data) => AP.page.setTitle('closed by ' + data.by)); AP.dialog.create({ key: 'box', customData: { n: 4 } })`)
	w.opened("box", "4")
	if shown := inHost[string](w, `(() => {
		const d = document.querySelector('section[role=dialog]');
		return d.className + ' ' + d.getAttribute('aria-label') + ' ' + (d.offsetWidth === document.documentElement.clientWidth);
	})()`); shown !=
		"aui-layer aui-dialog2 ap-aui-dialog2 aui-dialog2-fullscreen Box true" {
		t.Errorf("the dialog is %q", shown)
	}
	// Only a dialog that closes itself tells its opener.
	inFrame(w, `AP.events.emit('leave', 'box')`)
	w.until("the close event", `document.title === 'closed by itself - Jira'`)
}

// TestNavigator leads the page about by AP.navigator, and reloads it with its
// history state.
func TestNavigator(t *testing.T) {
	w := newWorld(t, fakehost.Jira)
	m, err := w.tenant.App.Module("page")
	w.must(err)
	w.open(w.host.PageURL(m) + "#!here")
	first := w.next(1)[0]
	inFrame(w, `AP.navigator.reload()`)
	second := w.next(1)[0]
	if first.is != "page" || second.is != "page" {
		t.Errorf("reload showed %v after %v", second, first)
	}
	if hash := inHost[string](w, `location.hash`); hash != "#!here" {
		t.Errorf("after a reload the history state is %q", hash)
	}
	inFrame(w, `AP.navigator.go('issue', { issueKey: 'OPS-9' })`)
	w.opened("content", "OPS-9")
}

// TestMacroEditor reaches the other two frames of a macro.
func TestMacroEditor(t *testing.T) {
	const id = "6d3f1f6a-0000-4000-8000-000000000001"
	w := newWorld(t, fakehost.Confluence)
	w.open(w.host.BaseURL() + "/pages/editpage.action?pageId=65537")
	w.until("the page", `document.readyState === 'complete'`)
	press(w, "Property panel of Macro")
	w.opened("panel", id)
	press(w, "Edit Macro")
	w.opened("editor", id)
}

// TestFramedHost has the host's page in a frame of another page, as Cypress shows it:
// the app, which looks for its host at the top, finds it all the same.
func TestFramedHost(t *testing.T) {
	w := newWorld(t, fakehost.Jira)
	around := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		rw.Header().Set("Content-Type", "text/html")
		fmt.Fprintf(rw, `<!doctype html><link rel="icon" href="data:,"><iframe src="%s"></iframe>`, w.host.PageURL(w.tenant.App.IframeModules()[0]))
	}))
	defer around.Close()
	w.open(around.URL)
	got := w.next(1)[0]
	if _, err := token.Verify(got.token, token.Expect{Secret: w.tenant.SharedSecret, Issuer: w.tenant.ClientKey, At: w.host.Time().Now(), QSH: token.ContextQSH}); err != nil || got.is != "page" {
		t.Errorf("the frame %s reported a token that is wrong: %v", got.is, err)
	}
}
