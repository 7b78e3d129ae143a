package pagetest

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/standin-dev/standin/fakehost"
)

// TestDropdown shows a menu of the app, goes through it by keyboard, and chooses.
func TestDropdown(t *testing.T) {
	withBothLibraries(t, fakehost.Jira, func(t *testing.T, w *world, _ bool) {
		jiraPage(w)
		inFrame(w, `window.chosen = []; AP.events.on('dropdown-item-selected', (data) => chosen.push(data));
			AP.dropdown.create({ dropdownId: 'd', list: [{ heading: 'First', list: ['One', { text: 'Two', itemId: 2 }] }, { list: [{ text: 'Three', itemId: 'c', disabled: true }] }] });
			AP.dropdown.itemDisable('d', 2); AP.dropdown.itemEnable('d', 'c'); AP.dropdown.showAt('d', 10, 20, 200); 0`)
		w.until("the menu", `document.querySelector('[role=menu]') !== null`)
		items := inHost[[]string](w, `[...document.querySelectorAll('[role=menuitem]')].map((one) => one.textContent + ' ' + one.getAttribute('aria-disabled'))`)
		if diff := cmp.Diff([]string{"One false", "Two true", "Three false"}, items); diff != "" {
			t.Errorf("the menu (-want +got):\n%s", diff)
		}
		key := func(name string) string {
			return inHost[string](w, `(() => {
				document.activeElement.dispatchEvent(new KeyboardEvent('keydown', { key: '`+name+`', bubbles: true, cancelable: true }));
				return document.activeElement.textContent;
			})()`)
		}
		if got := []string{key("ArrowDown"), key("End"), key("ArrowDown"), key("ArrowUp")}; !cmp.Equal(got, []string{"Two", "Three", "One", "Three"}) {
			t.Errorf("the keyboard goes to %v", got)
		}
		press(w, "Two") // it is off
		press(w, "Three")
		w.until("the menu to close", `document.querySelector('[role=menu]') === null`)
		w.heard()
		if diff := cmp.Diff([]any{map[string]any{"dropdownId": "d", "item": map[string]any{"content": "Three", "disabled": false, "itemId": "c"}}},
			fromFrame[[]any](w, "the choice", `window.chosen`)); diff != "" {
			t.Errorf("chosen (-want +got):\n%s", diff)
		}
		inFrame(w, `AP.dropdown.showAt('d', 0, 0); 0`)
		w.until("the menu", `document.querySelector('[role=menu]') !== null`)
		key("Escape")
		if open := inHost[bool](w, `document.querySelector('[role=menu]') !== null || document.activeElement.tagName !== 'IFRAME'`); open {
			t.Error("Escape does not lead back into the frame")
		}
		inFrame(w, `AP.dropdown.showAt('d', 0, 0); AP.dropdown.hide('d'); 0`)
		w.heard()
		if open := inHost[bool](w, `document.querySelector('[role=menu]') !== null`); open {
			t.Error("the menu is still there")
		}
	})
}

// TestTheming changes the theme of the page while an app that asked for it looks.
func TestTheming(t *testing.T) {
	w := newWorldWith(t, &fakehost.Server{Product: fakehost.Jira, Theme: fakehost.ThemeLight})
	jiraPage(w)
	inFrame(w, `window.themes = []; AP.register({ theme_initialized: (d) => themes.push(d.initialTheme), theme_changed: (d) => themes.push(d.newTheme) });
		AP.theming.initializeTheming(); 0`)
	w.heard()
	press(w, "Dark theme")
	w.until("the dark page", `document.documentElement.dataset.colorMode === 'dark' && getComputedStyle(document.body).backgroundColor === 'rgb(22, 26, 29)'`)
	w.heard()
	theme := func(mode string) map[string]any {
		return map[string]any{"dark": "dark", "light": "light", "spacing": "spacing", "colorMode": mode}
	}
	if diff := cmp.Diff([]any{theme("light"), theme("dark")}, fromFrame[[]any](w, "the themes", `window.themes`)); diff != "" {
		t.Errorf("the app heard (-want +got):\n%s", diff)
	}
	_, err := w.host.Await(w.ctx, "the host to know", func(e fakehost.Entry) bool { return e.Kind == fakehost.KindControl })
	w.must(err)
	w.open(w.host.BaseURL() + "/")
	w.until("the start page", `document.readyState === 'complete' && document.querySelector('#standin-themes input[value=dark]').checked`)
	inHost[any](w, `document.querySelector('#standin-themes input[value=light]').click()`)
	w.until("the light start page", `document.documentElement.dataset.colorMode === 'light'`)
	inHost[any](w, `document.querySelector('#standin-themes input[value=dark]').click()`)
	w.until("the dark start page", `document.documentElement.dataset.colorMode === 'dark'`)
	jiraPage(w)
	if mode := inHost[string](w, `document.documentElement.dataset.colorMode`); mode != "dark" {
		t.Errorf("the next page is %q", mode)
	}
}
