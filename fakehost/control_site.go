package fakehost

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	"github.com/standin-dev/standin/fakehost/token"
)

// webhookLimit bounds the payload of a webhook that is fired by hand.
const webhookLimit = 1 << 20

// siteView is the site as the site endpoint tells it.
type siteView struct {
	Product string `json:"product"`
	Origin  string `json:"origin"`
	BaseURL string `json:"baseUrl"`
}

// serveSite answers GET /_standin/site.
func (s *Server) serveSite(w http.ResponseWriter, _ *http.Request) {
	writeJSON(w, http.StatusOK, siteView{s.Product.key(), s.Origin(), s.BaseURL()})
}

// serveSiteChange answers POST /_standin/site with {"rename":"NAME"} or
// {"import":true}. The change holds whatever the apps answer; what they complain of
// is answered with 502.
func (s *Server) serveSiteChange(w http.ResponseWriter, r *http.Request) {
	var ask struct {
		Rename string `json:"rename"`
		Import bool   `json:"import"`
	}
	err := readControl(w, r, &ask)
	if err == nil && (ask.Rename == "") == !ask.Import {
		err = errors.New("one of the two is to be done")
	}
	if err != nil {
		writeError(w, http.StatusBadRequest, "change site: "+err.Error()+`: send {"rename":"other.localhost"} or {"import":true}`)
		return
	}
	what := "site imported"
	if ask.Import {
		err = s.ImportSite(r.Context(), LifecycleOptions{})
	} else {
		what = "site renamed to " + ask.Rename
		err = s.RenameSite(r.Context(), ask.Rename, LifecycleOptions{})
	}
	s.answerChange(w, r, what, err, s.serveSite)
}

// serveFire answers POST /_standin/webhook with
// {"event":"jira:issue_created","payload":{...}}.
func (s *Server) serveFire(w http.ResponseWriter, r *http.Request) {
	var ask struct {
		Event   string          `json:"event"`
		Payload json.RawMessage `json:"payload"`
	}
	decoder := json.NewDecoder(http.MaxBytesReader(w, r.Body, webhookLimit))
	decoder.DisallowUnknownFields()
	err := decoder.Decode(&ask)
	if err == nil && ask.Event == "" {
		err = errors.New("no event is named")
	}
	if err != nil {
		writeError(w, http.StatusBadRequest, "fire webhook: "+err.Error()+`: send {"event":"jira:issue_created","payload":{}}`)
		return
	}
	var payload any
	if len(ask.Payload) > 0 {
		payload = ask.Payload
	}
	err = s.FireWebhook(r.Context(), ask.Event, payload)
	s.answerChange(w, r, "webhook "+ask.Event+" fired", err, func(w http.ResponseWriter, _ *http.Request) {
		writeJSON(w, http.StatusOK, map[string]string{"event": ask.Event})
	})
}

// answerChange notes what was done by hand, and answers how it went: 502 for what
// apps complain of, 400 for what could not be done.
func (s *Server) answerChange(w http.ResponseWriter, r *http.Request, what string, err error, done http.HandlerFunc) {
	var refused *InstallError
	if err != nil && !errors.As(err, &refused) {
		writeError(w, http.StatusBadRequest, s.hideSecrets(token.Redact(oneLine(err.Error()))))
		return
	}
	s.record(Entry{Kind: KindControl, Text: what})
	if err != nil {
		writeError(w, http.StatusBadGateway, s.hideSecrets(token.Redact(fmt.Sprintf("%s, but %v", what, err))))
		return
	}
	done(w, r)
}
