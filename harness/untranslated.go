package harness

import (
	"slices"

	"github.com/standin-dev/standin/fakehost/token"
	"github.com/standin-dev/standin/harness/timeline"
)

// lateTokens are the tokens of a request that no hook sees before they leave: those in
// cookies and in a WebSocket's messages.
func lateTokens(x *timeline.Exchange) []string {
	found := token.Find(x.Header.Get("Cookie"))
	for _, m := range x.Frames {
		if m.Sent {
			found = append(found, token.Find(string(m.Data))...)
		}
	}
	return found
}

// noteUntranslated is noteUntranslated for all that the stage saw.
func (s *Stage) noteUntranslated() {
	for _, x := range s.page.Exchanges() {
		if !x.HostPage && s.run.ours(x.URL) {
			s.run.noteUntranslated(&x)
		}
	}
}

// noteUntranslated notes, once a run, which tokens reached the back end as the page had
// them: in virtual time those in a WebSocket's binary messages, in its own time those
// that it signs with a key of its own. What the back end makes of their times is another
// matter. And it notes what the relay is to translate from the
// next scenario on.
func (r *run) noteUntranslated(x *timeline.Exchange) {
	if len(token.Find(x.Header.Get("Cookie"))) > 0 || x.Header.Get(preloadHeader) != "" && len(x.Tokens) > 0 {
		r.comesBack.Store(true)
	}
	binary := func(m timeline.Frame) bool { return m.Sent && !m.Text && len(token.Find(string(m.Data))) > 0 }
	for _, t := range x.Tokens {
		if t.Foreign {
			r.note("not translated: session tokens that " + originOf(x.URL) + " signs with a secret of its own. Their life is judged by the virtual clock, but the back end takes them by its own, and a page that reads their exp finds the back end's time there. Give that secret, as --session-secret or $STANDIN_SESSION_SECRET, and they are translated as well")
		}
	}
	if slices.ContainsFunc(x.Frames, binary) {
		r.note("not translated: tokens in binary messages of WebSockets to " + originOf(x.URL) + "; the back end sees them in the time of the pages, not in its own")
	}
}

// note puts a line into the report's notes, once.
func (r *run) note(text string) {
	if !slices.Contains(r.report.Notes, text) {
		r.report.Notes = append(r.report.Notes, text)
	}
}

// preloadHeader is on navigation preloads.
const preloadHeader = "Service-Worker-Navigation-Preload"

// originOf is scheme and host of an address.
func originOf(raw string) string {
	u, err := timeline.ParseURL(raw)
	if err != nil {
		return raw
	}
	return u.Scheme + "://" + u.Host
}
