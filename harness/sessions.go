package harness

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/standin-dev/standin/fakehost/token"
	"github.com/standin-dev/standin/harness/browser"
	"github.com/standin-dev/standin/harness/judge"
	"github.com/standin-dev/standin/harness/timeline"
)

// A session of the app's own that is no JWT does not say when it ends, and the back end's
// clock cannot be moved to end it. Where the author says how long such ones live
// (sessionLife), standin answers 401 in the back end's stead to what is sent with one that
// is past its life.

// sessionAges are those of a scenario. They are safe for concurrent use; the zero value
// knows none.
type sessionAges struct {
	mu sync.Mutex
	// since is when each was first sent, or last given out by the back end.
	since map[string]time.Time
	// pending says that one was refused, and that no other credential was sent since.
	pending bool
}

// minSession is how long a text must be, in bytes, to be looked for in answers.
const minSession = 8

// forget begins a scenario.
func (s *sessionAges) forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.since, s.pending = nil, false
}

// sent notes that a session leaves, and gives how old it is then.
func (s *sessionAges) sent(value string, now time.Time) time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	since, met := s.since[value]
	if !met {
		since = now
		if s.since == nil {
			s.since = map[string]time.Time{}
		}
		s.since[value] = now
	}
	return now.Sub(since)
}

// lives reports whether a session was sent before and may still live: for how long it
// does is life, or, where that is 0, not known.
func (s *sessionAges) lives(value string, now time.Time, life time.Duration) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	since, met := s.since[value]
	return met && (life == 0 || now.Sub(since) < life)
}

// refused notes that the last session was, or was not.
func (s *sessionAges) refused(is bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.pending = is
}

func (s *sessionAges) unresolved() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.pending
}

// given finds the sessions that are sent already in a part of an answer, and takes them
// for given out again.
func (s *sessionAges) given(text string, now time.Time) []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var again []string
	for value := range s.since {
		if len(value) >= minSession && strings.Contains(text, value) {
			s.since[value] = now
			again = append(again, value)
		}
	}
	return again
}

// endedSession is the answer to a call whose session is past its life; nil: it is not, or
// nobody says how long it lives. Cookies are told of too late for that.
func (r *run) endedSession(x timeline.Exchange, tokens map[string]token.Translation) *browser.Served {
	if x.Type != "XHR" && x.Type != "Fetch" || x.Method == http.MethodOptions || r.public(x.URL) {
		return nil
	}
	x.Tokens = tokens
	own, _ := judge.FindCarriers(&x, r.cfg.Policy.Carriers)
	if len(own) == 0 {
		return nil
	}
	k, opaque := judge.Opaque(own)
	life := r.cfg.Policy.SessionLife
	if !opaque || r.sessions.sent(k.Value, x.At) < life || life == 0 {
		r.sessions.refused(false)
		return nil
	}
	if !r.sessions.unresolved() {
		r.answers.add(timeline.Event{Kind: timeline.Observed, At: x.At, Frame: x.Frame, Exchange: x.ID,
			Text: fmt.Sprintf("the session in %s has ended (sessionLife: %s): standin answers 401 in the back end's stead", k.Spec, timeline.Span(life))})
	}
	r.sessions.refused(true)
	return unauthorized(&x)
}

// giveSessions notes the sessions that a part of an answer holds.
func (r *run) giveSessions(x *timeline.Exchange, text string) {
	now := r.host.Time().Now()
	for _, value := range r.sessions.given(text, now) {
		r.answers.add(timeline.Event{Kind: timeline.Renewed, At: now, Exchange: x.ID, Frame: x.Frame, Raw: value,
			Text: "the back end gave out a session again that the app sends already"})
	}
}

// afterEnded has the person do one more thing where the last call was refused for its
// session: an app may trade for another at the next click.
func (s *Stage) afterEnded(ctx context.Context) error {
	if !s.run.sessions.unresolved() {
		return nil
	}
	s.page.Note(timeline.Event{Kind: timeline.Mended, Text: "the person tries once more", Place: "a session that had ended was answered 401"})
	return s.Touch(ctx)
}
