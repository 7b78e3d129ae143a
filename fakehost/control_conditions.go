package fakehost

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/standin-dev/standin/fakehost/token"
)

// conditionsView is the conditions as the conditions endpoint tells and takes
// them. Lengths are as in 16m; "" and 0 are what is usual.
type conditionsView struct {
	FirstTokenAge  string `json:"firstTokenAge"`
	ContextTTL     string `json:"contextTTL"`
	IframeTTL      string `json:"iframeTTL"`
	ResolverDelay  string `json:"resolverDelay"`
	ResolverStatus int    `json:"resolverStatus"`
	GetToken       string `json:"getToken"`
	Licence        string `json:"licence"`
	Session        string `json:"session"`
	Tracing        string `json:"tracing"`
	ClockAhead     string `json:"clockAhead"`
}

func viewOfConditions(c Conditions) conditionsView {
	length := func(d time.Duration) string {
		if d == 0 {
			return ""
		}
		return shortLength(d)
	}
	return conditionsView{
		FirstTokenAge: length(c.FirstTokenAge), ContextTTL: length(c.ContextTTL), IframeTTL: length(c.IframeTTL),
		ResolverDelay: length(c.ResolverDelay), ResolverStatus: c.ResolverStatus,
		GetToken: c.GetToken, Licence: c.Licence, Session: c.Session, Tracing: c.Tracing, ClockAhead: length(c.ClockAhead),
	}
}

// conditions are what a view says, checked.
func (v conditionsView) conditions() (Conditions, error) {
	var problems []error
	length := func(name, text string) time.Duration {
		if text == "" {
			return 0
		}
		d, err := time.ParseDuration(text)
		if err != nil {
			problems = append(problems, fmt.Errorf("%s %q is no length of time: write it as 16m or 90s", name, text))
		}
		return d
	}
	c := Conditions{
		FirstTokenAge: length("firstTokenAge", v.FirstTokenAge), ContextTTL: length("contextTTL", v.ContextTTL),
		IframeTTL: length("iframeTTL", v.IframeTTL), ResolverDelay: length("resolverDelay", v.ResolverDelay),
		ResolverStatus: v.ResolverStatus, GetToken: v.GetToken, Licence: v.Licence, Session: v.Session, Tracing: v.Tracing,
		ClockAhead: length("clockAhead", v.ClockAhead),
	}
	return c, errors.Join(errors.Join(problems...), c.Check())
}

// describe says for the journal what differs from what is usual.
func (v conditionsView) describe() string {
	var parts []string
	say := func(name string, value any, differs bool) {
		if differs {
			parts = append(parts, fmt.Sprintf("%s %v", name, value))
		}
	}
	say("first token's age", v.FirstTokenAge, v.FirstTokenAge != "")
	say("life of context tokens", v.ContextTTL, v.ContextTTL != "")
	say("life of iframe tokens", v.IframeTTL, v.IframeTTL != "")
	say("delay of the content resolver", v.ResolverDelay, v.ResolverDelay != "")
	say("status of the content resolver", v.ResolverStatus, v.ResolverStatus != 0)
	say("getToken", v.GetToken, v.GetToken != "")
	say("licence", v.Licence, v.Licence != "")
	say("session", v.Session, v.Session != "")
	say("clock by which tokens are made, ahead by", v.ClockAhead, v.ClockAhead != "")
	say("tracing", v.Tracing, v.Tracing != "")
	if len(parts) == 0 {
		return "conditions: as usual"
	}
	return "conditions: " + strings.Join(parts, ", ")
}

// serveConditions answers GET /_standin/conditions.
func (s *Server) serveConditions(w http.ResponseWriter, _ *http.Request) {
	writeJSON(w, http.StatusOK, viewOfConditions(s.Conditions()))
}

// serveSetConditions answers POST /_standin/conditions with a whole set of
// conditions, such as {"licence":"lapsed"}: what is left out is as usual.
func (s *Server) serveSetConditions(w http.ResponseWriter, r *http.Request) {
	var ask conditionsView
	if err := readControl(w, r, &ask); err != nil {
		writeError(w, http.StatusBadRequest, "set conditions: "+err.Error()+`: send {"licence":"lapsed"}, or {} for none`)
		return
	}
	c, err := ask.conditions()
	if err != nil {
		writeError(w, http.StatusBadRequest, "set conditions: "+token.Redact(oneLine(err.Error())))
		return
	}
	s.SetConditions(c)
	s.record(Entry{Kind: KindControl, Text: viewOfConditions(c).describe()})
	s.serveConditions(w, r)
}
