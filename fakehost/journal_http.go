package fakehost

import (
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"github.com/standin-dev/standin/fakehost/token"
)

// journalLimit bounds one batch of entries: a page that logs more in one go is
// out of control.
const journalLimit = 4 << 20

// maxPageTime is the last instant that JavaScript's Date can hold, in ms.
const maxPageTime = 8.64e15

// pageEntry is an entry as host.js posts it.
type pageEntry struct {
	// At is the page's Date.now() in ms, which follows the virtual clock. 0 is
	// the moment of arrival.
	At        float64         `json:"at"`
	Kind      EntryKind       `json:"kind"`
	Extension string          `json:"extension"`
	Module    string          `json:"module"`
	Text      string          `json:"text"`
	Token     string          `json:"token"`
	Call      string          `json:"call"`
	Args      json.RawMessage `json:"args"`
	URL       string          `json:"url"`
	Method    string          `json:"method"`
	Status    int             `json:"status"`
}

// serveJournal takes a batch from the host's page: all of it or none.
func (s *Server) serveJournal(w http.ResponseWriter, r *http.Request) {
	var batch struct {
		Entries []pageEntry `json:"entries"`
	}
	body := http.MaxBytesReader(w, r.Body, journalLimit)
	if err := json.NewDecoder(body).Decode(&batch); err != nil {
		writeError(w, http.StatusBadRequest, "journal batch: "+err.Error())
		return
	}
	for i, e := range batch.Entries {
		if !fromPage[e.Kind] {
			writeError(w, http.StatusBadRequest, fmt.Sprintf("journal batch: entry %d: a page reports no entries of kind %q", i, e.Kind))
			return
		}
	}
	for _, e := range batch.Entries {
		s.record(s.entryFromPage(e))
	}
	w.WriteHeader(http.StatusNoContent)
}

func (s *Server) entryFromPage(p pageEntry) Entry {
	e := Entry{
		Kind: p.Kind, Extension: p.Extension, Module: p.Module, Text: p.Text, Token: p.Token,
		Call: p.Call, Args: p.Args, URL: p.URL, Method: p.Method, Status: p.Status,
	}
	if p.Kind == KindDelivered {
		e.TokenKind = token.Context
	}
	e.Real, e.At = s.Time().Read()
	if p.At > 0 && p.At < maxPageTime {
		e.At = time.UnixMilli(int64(p.At)).UTC()
		// The page's clock has whole milliseconds and may be skewed on purpose;
		// nothing that it reports happened after it arrived here.
		if real := s.Time().Real(e.At); real.Before(e.Real) {
			e.Real = real
		}
	}
	return e
}
