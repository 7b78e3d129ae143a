package harness

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/standin-dev/standin/fakehost"
	"github.com/standin-dev/standin/fakehost/clock"
	"github.com/standin-dev/standin/fakehost/token"
	"github.com/standin-dev/standin/harness/browser"
	"github.com/standin-dev/standin/harness/judge"
	"github.com/standin-dev/standin/harness/timeline"
)

// everyRequest is how many requests Refuse answers where all are meant.
const everyRequest = 1 << 30

// refusing is how many more requests are answered with 401 in the back end's stead, how many
// were, and how many documents were let through. The zero value refuses none; it is safe for
// concurrent use.
type refusing struct{ left, done, pages atomic.Int64 }

// RefuseOnce has the first request with a good token that act leads to answered with 401,
// in the back end's stead. The error is act's; NotApplicable when good tokens came with
// documents alone, which the back end answers; or Inconclusive when nothing came at all.
func (s *Stage) RefuseOnce(ctx context.Context, act func(context.Context) error) error {
	return s.refuse(ctx, 1, "the next request with a good token is answered 401", act)
}

// RefuseAll is RefuseOnce for every request with a good token while act lasts.
func (s *Stage) RefuseAll(ctx context.Context, act func(context.Context) error) error {
	return s.refuse(ctx, everyRequest, "from now on every request with a good token is answered 401", act)
}

func (s *Stage) refuse(ctx context.Context, n int64, told string, act func(context.Context) error) error {
	r := &s.run.refusing
	s.prove("that")
	s.Say(told + " in the back end's stead")
	r.done.Store(0)
	r.pages.Store(0)
	r.left.Store(n)
	s.amiss = true
	err := act(ctx)
	if err == nil && r.done.Load() == 0 && r.pages.Load() == 0 {
		err = s.Use(ctx) // what had its turn may need no token, and the rest does
	}
	s.amiss = false
	r.left.Store(0)
	switch {
	case err != nil:
		return err
	case r.done.Load() == 0 && r.pages.Load() > 0:
		return &NotApplicable{Reason: "this app's tokens ride in the requests for its pages alone, and a page with a refusal is the back end's to write."}
	case r.done.Load() == 0:
		return &Inconclusive{Reason: "the app sent no request with a good token that could be refused; give a journey that makes it call its back end."}
	}
	s.page.Note(timeline.Event{Kind: timeline.Mended, Text: "the back end answers for itself again", Place: "good tokens were answered 401"})
	return nil
}

// refusal is the answer to a request that is to be refused; nil: it is not. Only calls
// are, and only those whose token the back end would take: what is wrong with any other
// is the app's.
func (r *run) refusal(x timeline.Exchange, tokens map[string]token.Translation) *browser.Served {
	if r.refusing.left.Load() <= 0 || x.Method == http.MethodOptions || r.public(x.URL) ||
		strings.HasPrefix(x.Header.Get("Accept"), "text/event-stream") {
		return nil
	}
	x.Tokens = tokens
	own, _ := judge.FindCarriers(&x, r.cfg.Policy.Carriers)
	switch {
	case len(own) == 0 || !r.good(own):
		return nil
	case x.Type == "Document":
		r.refusing.pages.Add(1)
		return nil
	case x.Type != "XHR" && x.Type != "Fetch":
		return nil
	}
	r.refusing.left.Add(-1)
	r.refusing.done.Add(1)
	return unauthorized(&x)
}

// good reports whether the back end would take a request by its carriers: for a token
// that lives, or a session that it was sent before.
func (r *run) good(own []judge.Carrier) bool {
	now := r.host.Time().Now()
	if session, opaque := judge.Opaque(own); opaque && session.Known == nil {
		return r.sessions.lives(session.Value, now, r.cfg.Policy.SessionLife)
	}
	k := own[0].Known
	if k == nil || !k.Verified || k.Outdated || k.Virtual == nil {
		return false
	}
	end := k.Virtual.Claims.ExpiresAt
	return end.IsZero() || now.Before(end)
}

// unauthorized is an answer that standin gives to a call in the back end's stead.
func unauthorized(x *timeline.Exchange) *browser.Served {
	return &browser.Served{Status: http.StatusUnauthorized, ContentType: "text/plain; charset=utf-8", Body: []byte("Unauthorized"), Origin: x.Header.Get("Origin")}
}

// public tells whether the config says that an address needs no token.
func (r *run) public(raw string) bool {
	u, err := timeline.ParseURL(raw)
	return err == nil && slices.ContainsFunc(r.cfg.Policy.Public, func(p judge.Pattern) bool { return p.Match(u.Path) })
}

// GetToken has AP.context.getToken do something else from now on, in the page that is
// open as well: one of fakehost.GetTokenHang, GetTokenEmpty and GetTokenReject. "" is that
// it does as usual again.
func (s *Stage) GetToken(ctx context.Context, fault string) error {
	c := s.run.host.Conditions()
	was := c.GetToken
	c.GetToken = fault
	s.run.host.SetConditions(c)
	text, err := json.Marshal(fault)
	if err != nil {
		return err
	}
	if err := s.page.EvalHost(ctx, fmt.Sprintf("globalThis.standinHost && standinHost.setGetToken(%s)", text), nil); err != nil {
		return err
	}
	if fault != "" {
		s.withhold(fault)
		return nil
	}
	s.witnessed, s.amiss = true, false
	s.page.Note(timeline.Event{Kind: timeline.Mended, Text: "AP.context.getToken() does as usual again", Place: getTokenDoes[was]})
	return nil
}

// withhold notes what getToken does from now on.
func (s *Stage) withhold(fault string) {
	s.amiss = true
	s.page.Note(timeline.Event{Kind: timeline.Withheld, Text: getTokenDoes[fault] + " from now on"})
}

// getTokenDoes says what getToken does under each condition.
var getTokenDoes = map[string]string{
	fakehost.GetTokenHang:   "AP.context.getToken() has no answer",
	fakehost.GetTokenEmpty:  "AP.context.getToken() answers with an empty text",
	fakehost.GetTokenReject: "AP.context.getToken() fails",
}

// Asked counts the calls of getToken since the scenario began.
func (s *Stage) Asked() int {
	n := 0
	for _, e := range s.run.host.Journal()[s.mark:] {
		if e.Kind == fakehost.KindCall && e.Call == "context.getToken" {
			n++
		}
	}
	return n
}

// heard are the calls by which an app speaks to the person outside of its own frame.
var heard = []string{"flag.", "messages.", "dialog.", "navigator.", "Dialog"}

// Watch waits for d with nobody doing anything, and notes when the page shows nothing new
// by then. What it saw counts as shown, whatever requests there were.
func (s *Stage) Watch(ctx context.Context, d time.Duration) error {
	before, spoke := s.looks(ctx), s.spoke()
	if err := s.page.Advance(ctx, d, clock.Run); err != nil {
		return err
	}
	if err := s.settle(ctx); err != nil {
		return err
	}
	s.witnessed = true
	if s.looks(ctx) == before && s.spoke() == spoke {
		s.page.Note(timeline.Event{Kind: timeline.Unmoved, By: d, Text: "the app's page shows what it showed " + timeline.Span(d) + " ago"})
	}
	return nil
}

// looks is what the app's frame shows as text, with its document; "" where there is none.
func (s *Stage) looks(ctx context.Context) string {
	var text string
	const script = `performance.timeOrigin + "\n" + (document.body ? document.body.innerText : "")`
	if err := s.page.EvalFrame(ctx, script, &text); err != nil {
		return ""
	}
	return text
}

// spoke counts the calls by which the app spoke to the person.
func (s *Stage) spoke() int {
	n := 0
	for _, e := range s.run.host.Journal()[s.mark:] {
		if e.Kind == fakehost.KindCall && slices.ContainsFunc(heard, func(start string) bool { return strings.HasPrefix(e.Call, start) }) {
			n++
		}
	}
	return n
}
