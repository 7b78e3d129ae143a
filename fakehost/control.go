package fakehost

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/standin-dev/standin/fakehost/clock"
)

// clockState is what the clock endpoint answers.
type clockState struct {
	// Now is the virtual instant, RFC 3339; OffsetMs is virtual minus real.
	Now      time.Time `json:"now"`
	OffsetMs int64     `json:"offsetMs"`
	// Offset is the same for a person, such as 16m0s.
	Offset string `json:"offset"`
}

// serveClock answers GET /_standin/clock.
func (s *Server) serveClock(w http.ResponseWriter, _ *http.Request) {
	real, virtual := s.Time().Read()
	offset := virtual.Sub(real)
	writeJSON(w, http.StatusOK, clockState{Now: virtual, OffsetMs: offset.Milliseconds(), Offset: offset.String()})
}

// serveAdvance answers POST /_standin/clock with {"advance":"16m","kind":"sleep"}.
// It moves the host's clock alone; whoever holds the browser moves the page's.
func (s *Server) serveAdvance(w http.ResponseWriter, r *http.Request) {
	by, kind, err := readAdvance(http.MaxBytesReader(w, r.Body, 1<<10))
	if err != nil {
		writeError(w, http.StatusBadRequest, err.Error())
		return
	}
	s.Time().Advance(by, kind)
	s.record(Entry{Kind: KindControl, Text: fmt.Sprintf("clock moved by %s (%s)", by, kind)})
	// What the apps answer is in the journal.
	_ = s.RedeliverWebhooks(r.Context())
	s.serveClock(w, r)
}

func readAdvance(body io.Reader) (time.Duration, clock.Kind, error) {
	var ask struct {
		Advance string     `json:"advance"`
		Kind    clock.Kind `json:"kind"`
	}
	decoder := json.NewDecoder(body)
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&ask); err != nil {
		return 0, "", fmt.Errorf(`advance clock: %w: send {"advance":"16m","kind":"sleep"}`, err)
	}
	by, err := time.ParseDuration(ask.Advance)
	if err != nil {
		return 0, "", fmt.Errorf("advance clock: %w: write it as 16m or 1h30m", err)
	}
	switch ask.Kind {
	case "":
		ask.Kind = clock.Sleep
	case clock.Sleep, clock.SleepPaused, clock.Run:
	case clock.Hidden, clock.Frozen, clock.Step:
		return 0, "", fmt.Errorf("advance clock: kind %q is what a browser does to a page or its clock, and the host has no hold on either: whoever drives the browser has; use %q, %q or %q",
			ask.Kind, clock.Sleep, clock.SleepPaused, clock.Run)
	default:
		return 0, "", fmt.Errorf("advance clock: kind %q is unknown: use %q, %q or %q", ask.Kind, clock.Sleep, clock.SleepPaused, clock.Run)
	}
	return by, ask.Kind, nil
}
