package browser

import (
	"errors"
	"slices"
	"testing"
)

// TestTopmost: with a dialog of the app over its page, steps act in the dialog, whichever
// of the two frames came first; what it covers is not used, and is named. Text is seen in
// both. A tab that a link opened comes before them until it is closed.
func TestTopmost(t *testing.T) {
	t.Parallel()
	r := newRig(t, pages{
		"/":       html(`<button onclick="self.hit = (self.hit || 0) + 1">Save</button><button>Below</button><p>the page</p><a href="/tab" target="_blank" rel="noopener">Docs</a>`),
		"/dialog": html(`<button onclick="self.hit = (self.hit || 0) + 1; document.body.append('saved')">Save</button>`),
		"/tab":    html(`<button onclick="document.title = 'hit'">Save</button>`),
	}, ContextOptions{})
	r.show("/")
	if err := r.page.Click(r.ctx, ParseTarget("Docs")); err != nil {
		t.Fatal(err)
	}
	r.settle()
	layers := func() (out []string) {
		t.Helper()
		controls, err := r.page.Controls(r.ctx)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range controls {
			out = append(out, c.Layer+":"+c.Text)
		}
		return out
	}
	if got := layers(); len(got) == 0 || got[0] != TabLayer+":Save" || !slices.Contains(got, ":Docs") {
		t.Errorf("with a tab open: %q", got)
	}
	if err := r.page.CloseTabs(r.ctx); err != nil || r.page.Tabs() != 0 {
		t.Fatalf("%v; %d tabs", err, r.page.Tabs())
	}
	evalHost[any](r, `(() => {
		document.querySelector('#app').inert = true;
		document.body.insertAdjacentHTML('beforeend', '<section aria-modal="true" aria-label="Edit" style="position:fixed;inset:0;z-index:3000"><header class="aui-dialog2-header"><button class="aui-dialog2-header-close" aria-label="Close" onclick="document.querySelector(&quot;#app&quot;).inert = false; this.closest(&quot;section&quot;).remove()">×</button></header><iframe width="500" height="300"></iframe></section>');
		return new Promise(done => { const f = document.querySelector('section iframe'); f.onload = () => done(0); f.src = document.querySelector('#app').src.replace(/[/]$/, '/dialog'); });
	})()`)
	r.settle()
	if got := layers(); !slices.Equal(got, []string{"Edit:Save", "Edit:Close"}) {
		t.Errorf("with a dialog open: %q", got)
	}
	for range 3 {
		if err := r.page.Click(r.ctx, ParseTarget("Save")); err != nil {
			t.Fatal(err)
		}
	}
	if got := eval[int](r, `self.hit || 0`); got != 0 {
		t.Errorf("the covered page was clicked %d times", got)
	}
	for _, text := range []string{"the page", "savedsavedsaved"} {
		if err := r.page.AwaitText(r.ctx, patience, text); err != nil {
			t.Error(err)
		}
	}
	var missing *NotFound
	if err := r.page.Click(r.ctx, ParseTarget("Below")); !errors.As(err, &missing) || !missing.Covered {
		t.Errorf("a covered button: %v", err)
	}
	var unseen *NotSeen
	if err := r.page.AwaitText(r.ctx, busyLimit/4, "never"); !errors.As(err, &unseen) {
		t.Errorf("a text that does not come: %v", err)
	}
	if err := r.page.Click(r.ctx, ParseTarget("Close")); err != nil {
		t.Fatal(err)
	}
	r.settle()
	if err := r.page.Click(r.ctx, ParseTarget("Below")); err != nil {
		t.Errorf("once the dialog is closed: %v", err)
	}
}
