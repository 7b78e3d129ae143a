package pagetest

import (
	"testing"
	"time"

	"github.com/standin-dev/standin/fakehost"
	"github.com/standin-dev/standin/fakehost/clock"
)

// mouse moves the mouse onto a button or away from it.
func mouse(w *world, kind, text string) {
	w.t.Helper()
	inHost[any](w, `[...document.querySelectorAll('button')].find((one) => one.textContent === '`+text+`').dispatchEvent(new MouseEvent('`+kind+`'))`)
}

// boxes counts the inline dialogs.
func boxes(w *world) int {
	w.t.Helper()
	return inHost[int](w, `document.querySelectorAll('.aui-inline-dialog').length`)
}

// TestInlineDialogByHovering opens an inline dialog whose web item says so by the
// mouse alone, and looks at its place, at when it goes, and at what the keyboard
// can do with it.
func TestInlineDialogByHovering(t *testing.T) {
	w := newWorld(t, fakehost.Jira)
	w.open(w.host.BaseURL() + "/browse/OPS-7")
	w.opened("content", "OPS-7")

	mouse(w, "mouseenter", "Look")
	if n := boxes(w); n != 0 {
		t.Fatalf("hovering opened %d inline dialogs of a web item that does not ask for it", n)
	}
	mouse(w, "mouseenter", "Peek")
	w.opened("peek", "OPS-7")
	if place := inHost[string](w, `(() => {
		const box = document.querySelector('.aui-inline-dialog').getBoundingClientRect();
		const button = [...document.querySelectorAll('button')].find((one) => one.textContent === 'Peek').getBoundingClientRect();
		return [box.left - button.left, box.top - button.bottom, document.querySelector('.aui-inline-dialog iframe').parentElement.style.width].map((n) => typeof n === 'number' ? Math.round(n) : n).join();
	})()`); place != "40,25,200px" {
		t.Errorf("the box is at %s from its button", place)
	}
	if focus := inHost[string](w, `document.activeElement.tagName`); focus != "BODY" {
		t.Errorf("hovering moved the focus to %s", focus)
	}
	// It stays for ten seconds after the mouse has gone, and for good when the mouse
	// comes back in time.
	mouse(w, "mouseleave", "Peek")
	w.must(w.tab.Advance(w.ctx, 9*time.Second, clock.Run))
	mouse(w, "mouseenter", "Peek")
	w.must(w.tab.Advance(w.ctx, time.Minute, clock.Run))
	if n := boxes(w); n != 1 {
		t.Errorf("%d boxes while the mouse is there", n)
	}
	mouse(w, "mouseleave", "Peek")
	w.must(w.tab.Advance(w.ctx, 11*time.Second, clock.Run))
	w.until("the inline dialog to go", `!document.querySelector('.aui-inline-dialog')`)

	press(w, "Peek")
	w.opened("peek", "OPS-7")
	if role := inHost[string](w, `document.activeElement.getAttribute('role')`); role != "dialog" {
		t.Errorf("a press put the focus on %q", role)
	}
	inHost[any](w, `window.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape' }))`)
	w.until("Escape to close it", `!document.querySelector('.aui-inline-dialog') && document.activeElement.textContent === 'Peek'`)
}

// TestInlineDialogOptions opens one that stays, beside others.
func TestInlineDialogOptions(t *testing.T) {
	w := newWorld(t, fakehost.Jira)
	w.open(w.host.BaseURL() + "/browse/OPS-7")
	w.opened("content", "OPS-7")
	press(w, "Look")
	w.opened("look", "OPS-7")
	press(w, "Pin") // closeOthers is false
	w.opened("pin", "OPS-7")
	if n := boxes(w); n != 1 {
		t.Errorf("%d boxes: a click elsewhere closes the first", n)
	}
	inHost[any](w, `document.querySelector('h1').click()`)
	inHost[any](w, `window.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape' }))`)
	press(w, "Look") // closeOthers is true, but not for what is persistent
	w.opened("look", "OPS-7")
	if n := boxes(w); n != 2 {
		t.Errorf("%d boxes, want the persistent one and another", n)
	}
	if above := inHost[bool](w, `(() => {
		const box = document.querySelector('.aui-inline-dialog').getBoundingClientRect();
		return box.bottom <= [...document.querySelectorAll('button')].find((one) => one.textContent === 'Pin').getBoundingClientRect().top;
	})()`); !above {
		t.Error("onTop is not above its button")
	}
	inFrame(w, `AP.inlineDialog.hide()`)
	w.until("AP.inlineDialog.hide to close all", `!document.querySelector('.aui-inline-dialog')`)
}
