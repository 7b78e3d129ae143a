package fakehost

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"github.com/standin-dev/standin/fakehost/token"
)

// journal is the list of all that happened, in the order in which the server
// heard of it. The zero journal is empty.
type journal struct {
	mu      sync.Mutex
	entries []Entry
	// changed is closed and replaced when an entry arrives; nil while nobody
	// waits.
	changed chan struct{}
}

func (j *journal) add(e Entry) {
	j.mu.Lock()
	defer j.mu.Unlock()
	e.Seq = len(j.entries) + 1
	j.entries = append(j.entries, e)
	if j.changed != nil {
		close(j.changed)
		j.changed = nil
	}
}

// from returns the entries after the first n, and a channel that is closed when
// there are more.
func (j *journal) from(n int) ([]Entry, <-chan struct{}) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.changed == nil {
		j.changed = make(chan struct{})
	}
	return slices.Clone(j.entries[min(n, len(j.entries)):]), j.changed
}

func (j *journal) len() int {
	j.mu.Lock()
	defer j.mu.Unlock()
	return len(j.entries)
}

// book is the journal of this host, or of the one that it stands beside.
func (s *Server) book() *journal {
	s.prepare()
	return s.journal
}

// record stamps an entry with this instant, if it has none yet, and keeps it.
func (s *Server) record(e Entry) {
	if e.At.IsZero() {
		e.Real, e.At = s.Time().Read()
	}
	e.Text, e.Site = token.Redact(oneLine(e.Text)), s.Origin()
	s.book().add(e)
}

// Journal returns all entries so far.
func (s *Server) Journal() []Entry {
	entries, _ := s.book().from(0)
	return entries
}

// Mark is the number of entries so far: those of Journal from this index on are
// newer than the call.
func (s *Server) Mark() int { return s.book().len() }

// Await returns the first entry that the function accepts, whether it is in the
// journal already or comes later. It fails when the context ends or the server
// closes; the error then names what was awaited, in the words given, and the
// last entry that there was.
func (s *Server) Await(ctx context.Context, what string, accept func(Entry) bool) (Entry, error) {
	s.prepare()
	seen, last := 0, "the journal is empty"
	for {
		entries, more := s.book().from(seen)
		for _, e := range entries {
			if accept(e) {
				return e, nil
			}
			last = "the last entry is " + e.String()
		}
		seen += len(entries)
		select {
		case <-more:
		case <-ctx.Done():
			return Entry{}, fmt.Errorf("await %s: %w; %s", what, context.Cause(ctx), last)
		case <-s.running.Done():
			return Entry{}, fmt.Errorf("await %s: %w; %s", what, ErrClosed, last)
		}
	}
}
