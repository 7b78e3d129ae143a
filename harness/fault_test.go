package harness

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/standin-dev/standin/fakehost/clock"
	"github.com/standin-dev/standin/harness/judge"
	"github.com/standin-dev/standin/harness/timeline"
)

// TestRefusal: standin refuses as many calls as it was told to, and none but those whose
// token the back end would take.
func TestRefusal(t *testing.T) {
	t.Parallel()
	r := tapped(t)
	old := r.handOut(t)
	r.host.Time().Advance(16*time.Minute, clock.Sleep)
	good := r.handOut(t)
	public, err := judge.ParsePattern("/api/health")
	if err != nil {
		t.Fatal(err)
	}
	r.cfg.Policy.Public = []judge.Pattern{public}
	call := func(change func(*timeline.Exchange)) timeline.Exchange {
		x := timeline.Exchange{Type: "XHR", Method: "GET", URL: "http://localhost:3000/api/items",
			Header: http.Header{"Authorization": {"JWT " + good}, "Origin": {"http://localhost:3000"}}}
		change(&x)
		return x
	}
	right := func(*timeline.Exchange) {}
	if o := r.outbound(call(right)); o.Instead != nil {
		t.Error("a call is refused, and nobody asked for it")
	}
	r.refusing.left.Store(2)
	for name, change := range map[string]func(*timeline.Exchange){
		"no token":           func(x *timeline.Exchange) { x.Header.Del("Authorization") },
		"an old token":       func(x *timeline.Exchange) { x.Header.Set("Authorization", "JWT "+old) },
		"a changed token":    func(x *timeline.Exchange) { x.Header.Set("Authorization", "JWT "+good+"x") },
		"junk":               func(x *timeline.Exchange) { x.Header.Set("Authorization", "JWT undefined") },
		"a preflight":        func(x *timeline.Exchange) { x.Method = "OPTIONS" },
		"a document":         func(x *timeline.Exchange) { x.Type = "Document" },
		"a script":           func(x *timeline.Exchange) { x.Type = "Script" },
		"a WebSocket":        func(x *timeline.Exchange) { x.Type = "WebSocket" },
		"a stream of events": func(x *timeline.Exchange) { x.Header.Set("Accept", "text/event-stream") },
		"a public address":   func(x *timeline.Exchange) { x.URL = "http://localhost:3000/api/health?a" },
		"another origin":     func(x *timeline.Exchange) { x.URL = "http://127.0.0.1:3001/api/items" },
		"a host's call":      func(x *timeline.Exchange) { x.HostPage = true },
	} {
		if o := r.outbound(call(change)); o.Instead != nil {
			t.Errorf("%s is refused", name)
		}
	}
	for i, want := range []bool{true, true, false} {
		o := r.outbound(call(right))
		if (o.Instead != nil) != want {
			t.Errorf("call %d: refused %v, want %v", i+1, o.Instead != nil, want)
		}
		if want && (o.Instead.Status != 401 || o.Instead.Origin != "http://localhost:3000" || !o.Tokens[good].Verified) {
			t.Errorf("call %d: %+v", i+1, o.Instead)
		}
	}
	if n := r.refusing.done.Load(); n != 2 {
		t.Errorf("%d refusals are counted", n)
	}
	if n := r.refusing.pages.Load(); n != 1 {
		t.Errorf("%d documents with a good token are counted, want 1", n)
	}
	told := &story{in: &judge.Input{}}
	told.exchange(&timeline.Exchange{Method: "GET", URL: "http://localhost:3000/a", Status: 401, Staged: true})
	if text := told.lines[0].event.Text; !strings.HasSuffix(text, "401, by standin") {
		t.Errorf("the story says %q", text)
	}
}
