package pagetest

import (
	"fmt"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/standin-dev/standin/fakehost"
	"github.com/standin-dev/standin/fakehost/clock"
	"github.com/standin-dev/standin/fixtures/published"
)

// withBothLibraries runs a test with our all.js and with the published one.
func withBothLibraries(t *testing.T, product fakehost.Product, test func(t *testing.T, w *world, ours bool)) {
	t.Run("our all.js", func(t *testing.T) { test(t, newWorld(t, product), true) })
	t.Run("published all.js", func(t *testing.T) {
		path, err := published.AllJS(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		source, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		test(t, newWorldWith(t, &fakehost.Server{Product: product, AllJS: source}), false)
	})
}

const (
	firstMacro = "6d3f1f6a-0000-4000-8000-000000000001"
	editorPage = "/pages/editpage.action?pageId=65537"
)

// openEditor opens the demo page in the editor, where no frame is at first.
func (w *world) openEditor() {
	w.t.Helper()
	w.open(w.host.BaseURL() + editorPage)
	w.until("the page", `document.readyState === 'complete'`)
}

// frameURL is the query of the only iframe on the page.
func (w *world) frameURL() url.Values {
	w.t.Helper()
	address, err := url.Parse(inHost[string](w, `document.querySelector('iframe').src`))
	w.must(err)
	return address.Query()
}

// TestSaveMacro edits a macro in its dialog: what is saved is in the page when it is
// opened again, and in the editor, too.
func TestSaveMacro(t *testing.T) {
	withBothLibraries(t, fakehost.Confluence, func(t *testing.T, w *world, _ bool) {
		edit := func() {
			w.openEditor()
			press(w, "Edit Macro")
			w.opened("editor", firstMacro)
		}
		edit()
		data := fromFrame[map[string]string](w, "getMacroData", `new Promise((done) => AP.confluence.getMacroData(done))`)
		body := fromFrame[string](w, "getMacroBody", `new Promise((done) => AP.confluence.getMacroBody(done))`)
		if diff := cmp.Diff([]any{map[string]string{"city": "Rome"}, "Body of Macro"}, []any{data, body}); diff != "" {
			t.Errorf("before it was saved (-want +got):\n%s", diff)
		}
		mark := w.host.Mark()
		inFrame(w, `AP.confluence.saveMacro({ zoom: 4, city: 'São Paulo', none: null }, 'New body'); AP.confluence.closeMacroEditor()`)
		if line := w.saved("the macro to be saved", mark); !strings.Contains(line, `city="São Paulo", zoom="4", a body of 8 bytes`) {
			t.Errorf("the journal says %q", line)
		}
		w.until("the editor to close", `!document.querySelector('section[role=dialog]')`)

		press(w, "Edit Macro")
		w.opened("editor", firstMacro)
		if city := w.frameURL().Get("city"); city != "São Paulo" {
			t.Errorf("the editor opened again with city=%q", city)
		}
		mark = w.host.Mark()
		inFrame(w, `AP.confluence.saveMacro({ city: 'Oslo' })`) // the body stays
		w.saved("the macro to be saved again", mark)
		data = fromFrame[map[string]string](w, "getMacroData", `new Promise((done) => AP.confluence.getMacroData(done))`)
		if diff := cmp.Diff(map[string]string{"city": "Oslo"}, data); diff != "" {
			t.Errorf("after it was saved again (-want +got):\n%s", diff)
		}

		w.open(w.host.MacroPageURL("macro", 1))
		w.opened("macro", firstMacro)
		if got := w.frameURL(); got.Get("city") != "Oslo" || got.Get("body") != "New body" {
			t.Errorf("the page shows the macro with city=%q and body=%q", got.Get("city"), got.Get("body"))
		}
		body = fromFrame[string](w, "getMacroBody on the page", `new Promise((done) => AP.confluence.getMacroBody(done))`)
		if body != "New body" {
			t.Errorf("on the page, the body is %q", body)
		}
	})
}

// TestNoMacroEditor saves where nothing is edited: nothing changes, and the journal
// says so.
func TestNoMacroEditor(t *testing.T) {
	w := newWorld(t, fakehost.Confluence)
	w.open(w.host.MacroPageURL("macro", 1))
	w.opened("macro", firstMacro)
	mark := w.host.Mark()
	inFrame(w, `AP.confluence.saveMacro({ city: 'Oslo' }); AP.confluence.closeMacroEditor(); AP.confluence.closeMacroPropertyPanel()`)
	var refused []string
	_, err := w.host.Await(w.ctx, "three refusals", func(e fakehost.Entry) bool {
		if e.Seq > mark && e.Kind == fakehost.KindRefused {
			refused = append(refused, e.Call)
		}
		return len(refused) == 3
	})
	w.must(err)
	if diff := cmp.Diff([]string{"confluence.saveMacro", "confluence.closeMacroEditor", "confluence.closeMacroPropertyPanel"}, refused); diff != "" {
		t.Errorf("refused calls (-want +got):\n%s", diff)
	}
	w.open(w.host.MacroPageURL("macro", 1))
	w.opened("macro", firstMacro)
	if city := w.frameURL().Get("city"); city != "Rome" {
		t.Errorf("the macro now has city=%q", city)
	}
}

// TestPropertyPanel presses the controls of a macro's property panel, one of them
// before the panel listens.
func TestPropertyPanel(t *testing.T) {
	w := newWorld(t, fakehost.Confluence)
	w.openEditor()
	press(w, "Property panel of Macro")
	w.opened("panel", firstMacro)
	press(w, "Grow")
	inFrame(w, `window.pressed = []; window.both = new Promise((done) => AP.confluence.onMacroPropertyPanelEvent({
		'click.grow.macro.macro.property-panel': (...args) => pressed.push('grow', args.length),
		'click.shrink.macro.macro.property-panel': () => { pressed.push('shrink'); done(pressed); },
	})); 0`)
	press(w, "Shrink")
	got := fromFrame[[]any](w, "both controls", `window.both`)
	if diff := cmp.Diff([]any{"grow", 0.0, "shrink"}, got); diff != "" {
		t.Errorf("the panel heard (-want +got):\n%s", diff)
	}
	mark := w.host.Mark()
	inFrame(w, `AP.confluence.saveMacro({ city: 'Kiel' })`)
	w.saved("the panel to save", mark)
	inFrame(w, `AP.confluence.closeMacroPropertyPanel()`)
	w.until("the panel to close", `!document.querySelector('.aui-inline-dialog')`)
}

// TestPropertyCalls reads and writes content properties by AP.confluence, and by
// REST, which has the same ones.
func TestPropertyCalls(t *testing.T) {
	withBothLibraries(t, fakehost.Confluence, func(t *testing.T, w *world, _ bool) {
		w.open(w.host.MacroPageURL("macro", 1))
		w.opened("macro", firstMacro)
		got := fromFrame[[]any](w, "the properties", `(async () => {
			const get = (key) => new Promise((done) => AP.confluence.getContentProperty(key, (p) => done(p ? [p.value, p.version.number] : 'none')));
			const set = (value, number) => new Promise((done) => AP.confluence.setContentProperty({ key: 'k', value, version: { number } },
				({ property, error }) => done(property ? property.version.number : error)));
			const sync = () => new Promise((done) => AP.confluence.syncPropertyFromServer('k', (p) => done(p.value)));
			const rest = async () => JSON.parse((await AP.request('/rest/api/content/65537/property/k')).body).value;
			return [await get('k'), await set({ a: 1 }, 1), await get('k'), await set('x', 1), await set('x', 2), await rest(), await sync()];
		})()`)
		want := []any{"none", 1.0, []any{map[string]any{"a": 1.0}, 1.0}, "the next version of property k is 2, not 1", 2.0, "x", "x"}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("the properties (-want +got):\n%s", diff)
		}
	})
}

// customContentPage opens the page on which a note is edited; the app intercepts
// the events and answers as the script says.
func customContentPage(w *world, script string) {
	w.t.Helper()
	w.open(w.host.BaseURL() + "/spaces/DEMO/custom-content/com.example.pages/note/edit")
	w.opened("edited", "ac:com.example.pages:note")
	inFrame(w, `window.heard = []; window.editor = AP.customContent.getEditComponent();
		const on = (name, act) => { editor.intercept('confluence.customcontent.' + name); AP.events.on('confluence.customcontent.' + name, (data) => { heard.push([name, data]); act(data); }); };
		`+script+`; 0`)
	w.heard()
	inHost[any](w, `document.getElementById('standin-content-title').value = 'My note'`)
}

func (w *world) status(what, contains string) {
	w.t.Helper()
	w.until(what, fmt.Sprintf(`document.querySelector('[role=alert], [role=status]').textContent.includes(%q)`, contains))
}

// TestCustomContent saves a custom content: the app gives the body, and hears that
// it was saved; the page goes on to what shows it.
func TestCustomContent(t *testing.T) {
	withBothLibraries(t, fakehost.Confluence, func(t *testing.T, w *world, _ bool) {
		customContentPage(w, `on('submit', () => editor.submitCallback('<p>Hello</p>')); on('submitSuccess', (saved) => editor.submitSuccessCallback(true))`)
		mark := w.host.Mark()
		press(w, "Save")
		if line := w.saved("the note", mark); !strings.Contains(line, "of type ac:com.example.pages:note created: My note") {
			t.Errorf("the journal says %q", line)
		}
		w.opened("shown", "66537")
		body := fromFrame[string](w, "the note by REST", `AP.request('/rest/api/content/66537').then(({ body }) => JSON.parse(body).body.storage.value)`)
		if body != "<p>Hello</p>" {
			t.Errorf("REST has the body %q", body)
		}
	})
}

// TestCustomContentRefused plays the ends of Save and Close at which the person
// stays on the page.
func TestCustomContentRefused(t *testing.T) {
	w := newWorld(t, fakehost.Confluence)
	customContentPage(w, ``)
	press(w, "Save")
	w.status("nothing to save", "does not intercept")

	customContentPage(w, `on('submit', () => editor.submitCallback(false, 'Not yet'))`)
	press(w, "Save")
	w.status("the app's reason", "Not yet")

	customContentPage(w, `on('submit', () => editor.submitCallback({ title: 'x' })); on('submitError', (message) => editor.submitErrorCallback(false, 'Mine: ' + message))`)
	press(w, "Save")
	w.status("the app's own error", "Mine: content has a type")

	customContentPage(w, `on('submit', () => {})`)
	press(w, "Save")
	fromFrame[any](w, "the event", `new Promise((done) => { const look = () => heard.length ? done() : requestAnimationFrame(look); look(); })`)
	w.must(w.tab.Advance(w.ctx, 11*time.Second, clock.Run))
	w.status("the ten seconds", "did not answer confluence.customcontent.submit within 10 seconds")

	customContentPage(w, `on('cancel', () => editor.cancelCallback(false, 'Stay'))`)
	press(w, "Close")
	w.status("the app's wish", "Stay")

	customContentPage(w, ``)
	mark := w.host.Mark()
	press(w, "Close")
	_, err := w.host.Await(w.ctx, "the page of the space", func(e fakehost.Entry) bool {
		return e.Seq > mark && e.Kind == fakehost.KindPage && strings.HasSuffix(e.URL, "/spaces/DEMO")
	})
	w.must(err)
}
