package browser

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/standin-dev/standin/fakehost/clock"
	"github.com/standin-dev/standin/harness/timeline"
)

// navigations are the kinds and addresses of the navigations after the first n
// events, without the app's origin.
func (r *rig) navigations(n int) []string {
	var out []string
	for _, e := range r.page.Events()[n:] {
		if e.Kind == timeline.Navigated {
			out = append(out, string(e.Navigation)+" "+strings.TrimPrefix(e.From, r.appURL)+" > "+strings.TrimPrefix(e.To, r.appURL))
		}
	}
	return out
}

// TestNavigations: each way in which a frame's URL changes is told in its kind, and
// stamped no later than the request that the page sends in the same breath.
func TestNavigations(t *testing.T) {
	t.Parallel()
	r := newRig(t, pages{"/": html(`<a href="/other">other</a>`), "/other": html("other")}, ContextOptions{})
	r.show("/?jwt=x")
	send := `fetch('/api?'+(self.n = (self.n || 0) + 1)); 0`
	tests := []struct {
		name, script string
		want         []string
		request      bool
	}{
		{"push", `history.pushState(null, '', '/a'); ` + send, []string{"push /?jwt=x > /a"}, true},
		{"push the same", `history.pushState(null, '', '/a'); ` + send, []string{"push /a > /a"}, true},
		{"replace", `history.replaceState(null, '', '/b?q=1'); ` + send, []string{"replace /a > /b?q=1"}, true},
		{"hash", `location.hash = 'x'; ` + send, []string{"hash /b?q=1 > /b?q=1#x"}, true},
		{"hash replaced", `location.replace('#y'); ` + send, []string{"hash /b?q=1#x > /b?q=1#y"}, true},
		{"Navigation API", `navigation.addEventListener('navigate', e => e.canIntercept && e.intercept(), {once: true}); navigation.navigate('/c'); ` + send, []string{"push /b?q=1#y > /c"}, true},
		{"two in one breath", `history.pushState(null, '', '/d'); history.pushState(null, '', '/e'); ` + send, []string{"push /c > /d", "push /d > /e"}, true},
		{"back", `history.back()`, []string{"traverse /e > /d"}, false},
		{"forward", `history.forward()`, []string{"traverse /d > /e"}, false},
		{"by two", `history.go(-2)`, []string{"traverse /e > /c"}, false},
		{"reload", `location.reload()`, []string{"reload /c > /c"}, false},
		{"document", `location.assign('/other')`, []string{"document /c > /other"}, false},
		{"document by link", `document.body.innerHTML = '<a href="/?again">x</a>'; document.querySelector('a').click()`, []string{"document /other > /?again"}, false},
		{"back to a document", `history.back()`, []string{"traverse /?again > /other"}, false},
		{"download", `document.body.innerHTML = '<a download href="/file">x</a>'; document.querySelector('a').click()`, nil, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := r.in(t)
			before, sent := len(r.page.Events()), len(r.page.Exchanges())
			if err := ignoreMoved(r.page.EvalFrame(r.ctx, tt.script, nil)); err != nil {
				t.Fatal(err)
			}
			r.settle()
			if diff := cmp.Diff(tt.want, r.navigations(before)); diff != "" {
				t.Errorf("navigations (-want +got):\n%s", diff)
			}
			if !tt.request {
				return
			}
			x := r.await("the request", func(x timeline.Exchange) bool { return x.ID > sent && strings.Contains(x.URL, "/api?") })
			for _, e := range r.page.Events()[before:] {
				if e.At.After(x.At) || e.Frame != x.Frame || e.Text == "" {
					t.Errorf("%+v, but the request left at %v in frame %s", e, x.At, x.Frame)
				}
			}
		})
	}
}

// TestNavigationDocument: a request names the document that sent it, after a push
// and in a nested frame as well.
func TestNavigationDocument(t *testing.T) {
	r := newRig(t, pages{"/": html(`<iframe src="/nested"></iframe>`), "/nested": html("")}, ContextOptions{})
	r.show("/")
	if got := r.navigations(0); len(got) != 0 {
		t.Errorf("the first documents of the frames are told as navigations: %v", got)
	}
	r.do(`history.pushState(null, '', '/pushed'); 0`)
	r.do(`frames[0].history.pushState(null, '', '/nested/pushed'); 0`)
	r.awaitEvent("the nested frame's push", func(e timeline.Event) bool { return strings.HasSuffix(e.To, "/nested/pushed") })
	r.do(`fetch('/one').then(() => frames[0].fetch('/two')).then(() => 0)`)
	for path, want := range map[string]string{"/one": "/pushed", "/two": "/nested/pushed"} {
		if x := r.one("GET", path); x.Document != r.appURL+want {
			t.Errorf("%s is of the document %s, want %s", path, x.Document, want)
		}
	}
	if one, two := r.one("GET", "/one"), r.one("GET", "/two"); one.Frame == two.Frame {
		t.Error("both are of one frame")
	}
}

// TestNavigatedFromOutside: a frame that its parent navigates does not hear of it
// beforehand; the new document tells.
func TestNavigatedFromOutside(t *testing.T) {
	t.Parallel()
	r := newRig(t, pages{"/": html(""), "/go": func(w http.ResponseWriter, q *http.Request) {
		http.Redirect(w, q, "/gone", http.StatusFound)
	}, "/gone": html("")}, ContextOptions{})
	r.show("/")
	for path, want := range map[string]string{"/?again": "/?again", "/go": "/gone"} {
		before := len(r.page.Events())
		from := eval[string](r, `location.pathname + location.search`)
		evalHost[any](r, `document.getElementById('app').src = '`+r.appURL+path+`'; 0`)
		e := r.awaitEvent("the navigation", func(e timeline.Event) bool { return e.To == r.appURL+want })
		if x := r.await("its request", func(x timeline.Exchange) bool { return x.URL == e.To }); e.At.After(x.At) || e.Frame != x.Frame {
			t.Errorf("%+v, but the request left at %v", e, x.At)
		}
		r.settle()
		if diff := cmp.Diff([]string{"document " + from + " > " + want}, r.navigations(before)); diff != "" {
			t.Errorf("navigations (-want +got):\n%s", diff)
		}
	}
}

// TestNavigationsInVirtualTime: navigations are stamped by the page's clock.
func TestNavigationsInVirtualTime(t *testing.T) {
	r := newRig(t, pages{"/": html("")}, ContextOptions{})
	r.show("/")
	start := r.clock.Now()
	if err := r.page.Advance(r.ctx, hour, clock.Sleep); err != nil {
		t.Fatal(err)
	}
	r.do(`history.pushState(null, '', '/later'); 0`)
	e := r.awaitEvent("the push", func(e timeline.Event) bool { return e.Navigation == timeline.Push })
	if ahead := e.At.Sub(start); ahead < hour || ahead > hour+patience {
		t.Errorf("the push was at %s", timeline.Offset(ahead))
	}
}
