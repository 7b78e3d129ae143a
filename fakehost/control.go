package fakehost

import (
	"encoding/json"
	"errors"
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

// serveAdvance answers POST /_standin/clock with {"advance":"16m","kind":"sleep"} or
// {"offset":"0s"}, which is where the clock is to be and not by how much it moves: who
// asked for the clock a while ago need not be right about where it is. It moves the
// host's clock alone; whoever holds the browser moves the page's.
func (s *Server) serveAdvance(w http.ResponseWriter, r *http.Request) {
	move, err := readMove(http.MaxBytesReader(w, r.Body, 1<<10))
	if err != nil {
		writeError(w, http.StatusBadRequest, err.Error())
		return
	}
	jump := move(s.Time())
	s.record(Entry{Kind: KindControl, Text: fmt.Sprintf("clock moved by %s (%s)", jump.By, jump.Kind)})
	// What the apps answer is in the journal.
	_ = s.RedeliverWebhooks(r.Context())
	s.serveClock(w, r)
}

// readMove reads what is to be done to the clock.
func readMove(body io.Reader) (func(*clock.Clock) clock.Jump, error) {
	var ask struct {
		Advance *string    `json:"advance"`
		Offset  *string    `json:"offset"`
		Kind    clock.Kind `json:"kind"`
	}
	decoder := json.NewDecoder(body)
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&ask); err != nil {
		return nil, fmt.Errorf(`advance clock: %w: send {"advance":"16m","kind":"sleep"}`, err)
	}
	length, move := ask.Advance, (*clock.Clock).Advance
	if ask.Offset != nil {
		length, move = ask.Offset, (*clock.Clock).SetOffset
	}
	if (ask.Advance == nil) == (ask.Offset == nil) {
		return nil, errors.New(`advance clock: send either by how much, as {"advance":"16m"}, or where to, as {"offset":"0s"} for real time`)
	}
	d, err := time.ParseDuration(*length)
	if err != nil {
		return nil, fmt.Errorf("advance clock: %w: write it as 16m or 1h30m", err)
	}
	if err := checkKind(ask.Kind); err != nil {
		return nil, err
	}
	return func(c *clock.Clock) clock.Jump { return move(c, d, ask.Kind) }, nil
}

// checkKind refuses jumps that the host alone cannot make.
func checkKind(kind clock.Kind) error {
	switch kind {
	case "", clock.Sleep, clock.SleepPaused, clock.Run:
		return nil
	case clock.Hidden, clock.Frozen, clock.Step:
		return fmt.Errorf("advance clock: kind %q is what a browser does to a page or its clock, and the host has no hold on either: whoever drives the browser has; use %q, %q or %q",
			kind, clock.Sleep, clock.SleepPaused, clock.Run)
	}
	return fmt.Errorf("advance clock: kind %q is unknown: use %q, %q or %q", kind, clock.Sleep, clock.SleepPaused, clock.Run)
}
