package browser

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/standin-dev/standin/fakehost/clock"
	"github.com/standin-dev/standin/harness/timeline"
)

// form is a page with one of each thing that a person points at. It logs what
// happens to them.
const form = `<style>.hidden { display: none }</style>
	<button id="save" title="keep it">Save</button>
	<button class="hidden">Save the hidden</button>
	<button disabled>Locked</button>
	<button>Save   all
		of it</button>
	<a href="/next">Next page</a> <a href="https://away.example/">Away</a> <a href="/file" download>File</a>
	<div id="plain">Just <b>some words</b></div>
	<input type="submit" value="Send" form="f">
	<form id="f" onsubmit="log('submit f'); return false"><label>Name <input name="name"></label>
		<textarea name="note" placeholder="A note"></textarea>
		<select aria-label="Colour"><option>red</option><option value="b">blue</option></select>
		<input type="checkbox" name="check"><input type="password" name="secret">
	</form>
	<div contenteditable="true" aria-label="Rich"></div>
	<div id="host"></div>
	<button>Twin</button><button>Twin</button>
	<script>
		self.logged = []; self.log = what => logged.push(what);
		const root = document.getElementById('host').attachShadow({mode: 'open'});
		root.innerHTML = '<button>In the shadow</button><input placeholder="Shadow field">';
		for (const type of ['pointerdown', 'mousedown', 'pointerup', 'mouseup', 'click', 'input', 'change'])
			addEventListener(type, e => { const el = e.composedPath()[0];
				log(type + ' ' + (el.value || el.textContent || el.tagName).trim().replace(/\s+/g, ' ')) });
		document.querySelector('[download]').addEventListener('click', e => e.preventDefault());
	</script>`

// logged is what happened on the page since the last call.
func (r *rig) logged() []string {
	r.t.Helper()
	return eval[[]string](r, `self.logged.splice(0)`)
}

func TestClick(t *testing.T) {
	r := newRig(t, pages{"/": html(form)}, ContextOptions{})
	r.show("/")
	all := func(what string) []string {
		return []string{"pointerdown " + what, "mousedown " + what, "pointerup " + what, "mouseup " + what, "click " + what}
	}
	tests := []struct {
		name, target string
		want         []string
	}{
		{"text", "Save", all("Save")},
		{"letters' case aside", "sAVE", all("Save")},
		{"white space aside", "save all of it", all("Save all of it")},
		{"part of a text", "all of", all("Save all of it")},
		{"selector", "css=#save", all("Save")},
		{"selector of what is no control", "css=#plain", all("Just some words")},
		{"words that are no control", "some words", all("some words")},
		{"value of an input", "Send", append(all("Send"), "submit f")},
		{"in a shadow root", "In the shadow", all("In the shadow")},
		{"in a shadow root by selector", "css=button:only-of-type", all("In the shadow")},
		{"link", "File", all("File")},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := r.in(t)
			if err := r.page.Click(r.ctx, ParseTarget(tt.target)); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, r.logged()); diff != "" {
				t.Errorf("events (-want +got):\n%s", diff)
			}
			steps := r.page.Events()
			if last := steps[len(steps)-1]; last.Kind != timeline.Step || !strings.HasPrefix(last.Text, "click ") {
				t.Errorf("the timeline ends with %+v", last)
			}
		})
	}
}

// TestNotFound: what cannot be done says what there is.
func TestNotFound(t *testing.T) {
	r := newRig(t, pages{"/": html(form)}, ContextOptions{})
	r.show("/")
	tests := []struct {
		name     string
		do       func() error
		seen     []string
		disabled bool
	}{
		{"no such text", func() error { return r.page.Click(r.ctx, Target{Text: "Delete"}) }, []string{"Save", "Next page", "In the shadow"}, false},
		{"no such selector", func() error { return r.page.Click(r.ctx, Target{CSS: "#none"}) }, []string{"Save"}, false},
		{"hidden", func() error { return r.page.Click(r.ctx, Target{Text: "Save the hidden"}) }, []string{"Save"}, false},
		{"disabled", func() error { return r.page.Click(r.ctx, Target{Text: "Locked"}) }, nil, true},
		{"no such field", func() error { return r.page.Fill(r.ctx, Target{Text: "Age"}, "7") }, []string{"Name", "A note", "Colour", "Rich", "Shadow field"}, false},
		{"no such form", func() error { return r.page.Submit(r.ctx, Target{CSS: "#none"}) }, []string{"#f"}, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var e *NotFound
			err := tt.do()
			if !errors.As(err, &e) || e.Disabled != tt.disabled {
				t.Fatal(err)
			}
			for _, want := range tt.seen {
				if !slices.Contains(e.Seen, want) || !strings.Contains(err.Error(), want) {
					t.Errorf("%v does not list %s", err, want)
				}
			}
			if slices.Contains(e.Seen, "Save the hidden") {
				t.Errorf("%v lists what is hidden", err)
			}
			if got := r.logged(); len(got) != 0 {
				t.Errorf("it did something all the same: %v", got)
			}
		})
	}
	if err := r.page.Click(r.ctx, Target{CSS: "###"}); err == nil || !strings.Contains(err.Error(), "SyntaxError") {
		t.Errorf("a broken selector: %v", err)
	}
}

func TestFill(t *testing.T) {
	r := newRig(t, pages{"/": html(form)}, ContextOptions{})
	r.show("/")
	tests := []struct{ name, target, value, read, want string }{
		{"input by label", "Name", "Ann", `document.forms.f.elements.name.value`, "Ann"},
		{"input by name", "css=[name=name]", "Bea \"'<b>\n", `document.forms.f.elements.name.value`, "Bea \"'<b>"},
		{"textarea by placeholder", "a note", "one\ntwo", `document.querySelector('textarea').value`, "one\ntwo"},
		{"select by ARIA label", "Colour", "b", `document.querySelector('select').value`, "b"},
		{"editable", "css=[contenteditable]", "rich", `document.querySelector('[contenteditable]').textContent`, "rich"},
		{"in a shadow root", "Shadow field", "deep", `document.getElementById('host').shadowRoot.querySelector('input').value`, "deep"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := r.in(t)
			if err := r.page.Fill(r.ctx, ParseTarget(tt.target), tt.value); err != nil {
				t.Fatal(err)
			}
			if got := eval[string](r, tt.read); got != tt.want {
				t.Errorf("the field has %q, want %q", got, tt.want)
			}
			if got := r.logged(); len(got) != 2 || !strings.HasPrefix(got[0], "input ") || !strings.HasPrefix(got[1], "change ") {
				t.Errorf("events %q", got)
			}
		})
	}
}

// TestFillUnderFrameworks: frameworks watch an element's own value property, so the
// prototype's setter must be the one that is used.
func TestFillUnderFrameworks(t *testing.T) {
	r := newRig(t, pages{"/": html(`<input aria-label="Watched"><script>
		const el = document.querySelector('input');
		Object.defineProperty(el, 'value', {configurable: true,
			get() { return Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').get.call(this) },
			set() { throw new Error('the watched setter was called') }});
		el.addEventListener('input', () => self.heard = el.value);
	</script>`)}, ContextOptions{})
	r.show("/")
	if err := r.page.Fill(r.ctx, Target{Text: "Watched"}, "x"); err != nil {
		t.Fatal(err)
	}
	if got := eval[string](r, `self.heard`); got != "x" {
		t.Errorf("the framework heard %q", got)
	}
}

func TestSubmit(t *testing.T) {
	r := newRig(t, pages{"/": html(form)}, ContextOptions{})
	r.show("/")
	for _, target := range []string{"css=#f", "css=[name=note]", "Name"} {
		if err := r.page.Submit(r.ctx, ParseTarget(target)); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]string{"submit f"}, r.logged()); diff != "" {
			t.Errorf("%s: events (-want +got):\n%s", target, diff)
		}
	}
}

// TestControls: what one could click, with all that the explorer needs to choose.
func TestControls(t *testing.T) {
	r := newRig(t, pages{"/": html(form)}, ContextOptions{})
	r.show("/")
	controls, err := r.page.Controls(r.ctx)
	if err != nil {
		t.Fatal(err)
	}
	byText := map[string]Control{}
	for _, c := range controls {
		byText[c.Text] = c
	}
	for text, want := range map[string]Control{
		"Save":           {CSS: "#save", Unique: true, Action: "Save keep it save"},
		"Save all of it": {Unique: true},
		"Next page":      {Unique: true, Action: "Next page /next"},
		"Away":           {Unique: true, Leaves: true},
		"File":           {Unique: true, Download: true},
		"Twin":           {},
		"Send":           {Unique: true},
		"In the shadow":  {Unique: true},
	} {
		got, ok := byText[text]
		if !ok {
			t.Errorf("%q is not among the controls", text)
			continue
		}
		if got.Unique != want.Unique || got.Leaves != want.Leaves || got.Download != want.Download ||
			want.Action != "" && got.Action != want.Action || want.CSS != "" && got.CSS != want.CSS {
			t.Errorf("%q is %+v, want %+v", text, got, want)
		}
	}
	for _, text := range []string{"Save the hidden", "Locked"} {
		if _, ok := byText[text]; ok {
			t.Errorf("%q is among the controls", text)
		}
	}
	// What a control is called must lead back to it.
	for _, c := range controls {
		if c.Text == "In the shadow" {
			continue // no selector reaches into a shadow root from outside
		}
		if err := r.page.Click(r.ctx, Target{CSS: c.CSS}); err != nil {
			t.Errorf("%q: %v", c.Text, err)
		}
		if c.Text == "Save all of it" {
			break
		}
	}
}

// TestHistoryAndNavigate: Navigate, Back and Forward are over, with what they cause,
// when the page is quiet.
func TestHistoryAndNavigate(t *testing.T) {
	t.Parallel()
	r := newRig(t, pages{"/": html("first"), "/two": html(`second<script>onpopstate = () => fetch('/popped')</script>`)}, ContextOptions{})
	r.show("/")
	at := func(want string) {
		t.Helper()
		r.settle()
		if got := eval[string](r, `location.pathname + location.hash`); got != want {
			t.Fatalf("the frame is at %s, want %s", got, want)
		}
	}
	step := func(do func() error) {
		t.Helper()
		if err := do(); err != nil {
			t.Fatal(err)
		}
	}
	for range 2 {
		step(func() error { return r.page.Navigate(r.ctx, "/two") })
		at("/two")
		step(func() error { return r.page.Navigate(r.ctx, "#part") })
		at("/two#part")
		before := len(r.to("/popped"))
		step(func() error { return r.page.Back(r.ctx) })
		at("/two")
		if got := len(r.to("/popped")); got != before+1 {
			t.Errorf("%d requests after going back, want one more than %d", got, before)
		}
		step(func() error { return r.page.Back(r.ctx) })
		at("/")
		step(func() error { return r.page.Forward(r.ctx) })
		at("/two")
		step(func() error { return r.page.Back(r.ctx) })
		at("/")
	}
}

func TestParseTarget(t *testing.T) {
	for s, want := range map[string]Target{"css=#a > b": {CSS: "#a > b"}, "Save": {Text: "Save"}, "": {}, "CSS=x": {Text: "CSS=x"}} {
		if got := ParseTarget(s); got != want {
			t.Errorf("ParseTarget(%q) = %+v", s, got)
		}
	}
	if got := (Target{CSS: "#a"}).String() + " " + (Target{Text: "b"}).String(); got != `css=#a "b"` {
		t.Error(got)
	}
}

// TestOnlyDeedsActivate: what standin asks of a page is not what a person does there, so
// that an app may do no more than in a browser that nobody drives; a click is.
func TestOnlyDeedsActivate(t *testing.T) {
	t.Parallel()
	const active = `[navigator.userActivation.isActive, navigator.userActivation.hasBeenActive].join()`
	r := newRig(t, pages{"/": html(`<button onclick="self.active = ` + active + `">Save</button>`)}, ContextOptions{})
	r.show("/")
	r.advance(hour, clock.Run)
	if _, err := r.page.Controls(r.ctx); err != nil {
		t.Fatal(err)
	}
	if err := r.page.CollectEvidence(r.ctx); err != nil {
		t.Fatal(err)
	}
	r.settle()
	if got := eval[string](r, active); got != "false,false" {
		t.Errorf("active now, active ever: %s before a click, want false,false", got)
	}
	if err := r.page.Click(r.ctx, ParseTarget("Save")); err != nil {
		t.Fatal(err)
	}
	if got := eval[string](r, `self.active`); got != "true,true" {
		t.Errorf("active now, active ever: %s in a click, want true,true", got)
	}
}

// TestScreenshot: the picture is a PNG.
func TestScreenshot(t *testing.T) {
	r := newRig(t, pages{"/": html("<h1>app</h1>")}, ContextOptions{})
	r.show("/")
	got, err := r.page.Screenshot(r.ctx)
	if err != nil || !strings.HasPrefix(string(got), "\x89PNG") {
		t.Errorf("%v, %.10q", err, got)
	}
}
