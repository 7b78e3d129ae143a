package harness

import (
	"net/http"
	"slices"
	"testing"

	"github.com/standin-dev/standin/fakehost/token"
	"github.com/standin-dev/standin/harness/timeline"
)

// TestWhatIsNotTranslatedIsNoted: tokens in a WebSocket's binary messages, and those that
// the back end signs with a key of its own, once; nothing that the relay translates. And what it is to translate from the next scenario on is
// remembered.
func TestWhatIsNotTranslatedIsNoted(t *testing.T) {
	t.Parallel()
	host := tapped(t)
	raw := host.handOut(t)
	said := func(text, sent bool) []timeline.Frame {
		return []timeline.Frame{{Sent: sent, Text: text, Data: []byte("auth " + raw)}}
	}
	known := map[string]token.Translation{raw: {Original: raw}}
	foreign := map[string]token.Translation{raw: {Original: raw, Foreign: true}}
	for name, tt := range map[string]struct {
		x              timeline.Exchange
		noted, relayed bool
	}{
		"binary":            {x: timeline.Exchange{URL: "wss://localhost:3443/live", Frames: said(false, true)}, noted: true},
		"binary, received":  {x: timeline.Exchange{URL: "wss://localhost:3443/live", Frames: said(false, false)}},
		"text":              {x: timeline.Exchange{URL: "wss://localhost:3443/live?jwt=" + raw, Frames: said(true, true)}},
		"to somebody else":  {x: timeline.Exchange{URL: "wss://localhost:3999/live", Frames: said(false, true)}},
		"a cookie":          {x: timeline.Exchange{URL: "https://localhost:3443/", Header: http.Header{"Cookie": {"a=" + raw}}}, relayed: true},
		"a preload":         {x: timeline.Exchange{URL: "http://localhost:3000/?jwt=" + raw, Header: http.Header{preloadHeader: {"true"}}, Tokens: known}, relayed: true},
		"a preload without": {x: timeline.Exchange{URL: "http://localhost:3000/", Header: http.Header{preloadHeader: {"true"}}}},
		"a key of its own":  {x: timeline.Exchange{URL: "http://localhost:3000/", Header: http.Header{}, Tokens: foreign}, noted: true},
		"a request":         {x: timeline.Exchange{URL: "http://localhost:3000/?jwt=" + raw, Header: http.Header{}, Tokens: known}},
	} {
		r := &run{host: host.host, desc: host.desc, origins: host.origins}
		for range 2 {
			if r.ours(tt.x.URL) {
				r.noteUntranslated(&tt.x)
			}
		}
		want := []string(nil)
		switch {
		case tt.noted && len(tt.x.Tokens) > 0:
			want = []string{"not translated: session tokens that http://localhost:3000 signs with a secret of its own. Their life is judged by the virtual clock, but the back end takes them by its own, and a page that reads their exp finds the back end's time there. Give that secret, as --session-secret or $STANDIN_SESSION_SECRET, and they are translated as well"}
		case tt.noted:
			want = []string{"not translated: tokens in binary messages of WebSockets to wss://localhost:3443; the back end sees them in the time of the pages, not in its own"}
		}
		if !slices.Equal(r.report.Notes, want) {
			t.Errorf("%s: the notes are %q", name, r.report.Notes)
		}
		if got := r.comesBack.Load(); got != tt.relayed {
			t.Errorf("%s: it goes through the relay: %v", name, got)
		}
		how := r.rewriting()
		if how == nil || how.HTTP != tt.relayed || !how.HTTPS {
			t.Errorf("%s: the relay is told %+v", name, how)
		}
	}
}
