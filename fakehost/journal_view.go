package fakehost

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/standin-dev/standin/fakehost/token"
)

// maxWait bounds how long a reader of the journal is kept waiting for an entry. It is
// below the time that a browser or a proxy takes for a broken connection.
const maxWait = 30 * time.Second

// entryView is an entry as GET /_standin/journal tells it: no token, no secret.
type entryView struct {
	Seq       int             `json:"seq"`
	At        time.Time       `json:"at"`
	Real      time.Time       `json:"real"`
	Kind      EntryKind       `json:"kind"`
	Text      string          `json:"text,omitempty"`
	Module    string          `json:"module,omitempty"`
	Extension string          `json:"extension,omitempty"`
	Call      string          `json:"call,omitempty"`
	Args      json.RawMessage `json:"args,omitempty"`
	Method    string          `json:"method,omitempty"`
	URL       string          `json:"url,omitempty"`
	Status    int             `json:"status,omitempty"`
	Who       Who             `json:"who,omitempty"`
	// Token is a short name of the token that this is about: the same token has the
	// same name.
	Token     string     `json:"token,omitempty"`
	TokenKind token.Kind `json:"tokenKind,omitempty"`
	Site      string     `json:"site,omitempty"`
}

func (s *Server) viewOfEntry(e Entry) entryView {
	clean := func(text string) string { return s.hideSecrets(token.Redact(text)) }
	v := entryView{
		Seq: e.Seq, At: e.At.UTC(), Real: e.Real.UTC(), Kind: e.Kind, Text: clean(e.Text), Module: e.Module, Extension: clean(e.Extension),
		Call: clean(e.Call), Method: e.Method, URL: clean(e.URL), Status: e.Status, Who: e.Who, TokenKind: e.TokenKind, Site: e.Site,
	}
	if e.Token != "" {
		v.Token = token.ID(e.Token)
	}
	if args := clean(string(e.Args)); json.Valid([]byte(args)) {
		v.Args = json.RawMessage(args)
	}
	return v
}

// hideSecrets takes the secrets of tenants, and the run's own, out of a text.
func (s *Server) hideSecrets(text string) string {
	var pairs []string
	hide := func(secret string) {
		if secret != "" {
			pairs = append(pairs, secret, "<secret>")
		}
	}
	hide(s.secret)
	for _, t := range append(s.tenants.everyone(), s.departed.everyone()...) {
		hide(t.SharedSecret)
		for _, old := range t.old {
			hide(old.secret)
		}
	}
	return strings.NewReplacer(pairs...).Replace(text)
}

// serveJournalView answers GET /_standin/journal?after=12&wait=20s: the entries after
// the one of that number (0, or none given: all), oldest first. When there are none it
// waits for one as long as it is told to, at most 30 s, and then answers none.
func (s *Server) serveJournalView(w http.ResponseWriter, r *http.Request) {
	after, wait, err := readJournalQuery(r)
	if err != nil {
		writeError(w, http.StatusBadRequest, "read journal: "+err.Error())
		return
	}
	bound := time.NewTimer(min(wait, maxWait))
	defer bound.Stop()
	entries, more := s.book().from(after)
	if len(entries) == 0 && wait > 0 {
		select {
		case <-more:
			entries, _ = s.book().from(after)
		case <-bound.C:
		case <-r.Context().Done():
		}
	}
	views := make([]entryView, len(entries))
	for i, e := range entries {
		views[i] = s.viewOfEntry(e)
	}
	writeJSON(w, http.StatusOK, map[string]any{"entries": views, "last": after + len(entries)})
}

func readJournalQuery(r *http.Request) (after int, wait time.Duration, err error) {
	query := r.URL.Query()
	if text := query.Get("after"); text != "" {
		if after, err = strconv.Atoi(text); err != nil || after < 0 {
			return 0, 0, fmt.Errorf("after=%q is no number of an entry: use \"last\" of the answer before", text)
		}
	}
	if text := query.Get("wait"); text != "" {
		if wait, err = time.ParseDuration(text); err != nil || wait < 0 {
			return 0, 0, fmt.Errorf("wait=%q is no length of time: write it as 20s", text)
		}
	}
	return after, wait, nil
}
