package judge_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/standin-dev/standin/fakehost/token"
	"github.com/standin-dev/standin/harness/judge"
	"github.com/standin-dev/standin/harness/timeline"
)

const (
	origin    = "http://localhost:3000"
	appKey    = "com.example.items"
	clientKey = "tenant-1"
	account   = "712020:robin"
	secret    = "the tenant's shared secret, long enough for HS256"
	foreign   = "a secret that only the app itself knows, also long"
	life      = token.DefaultContextTTL
)

// start is a whole second, as the claims of tokens are.
var start = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

// scene builds a timeline: what the host hands out, and what the app sends.
type scene struct {
	t      testing.TB
	in     judge.Input
	now    time.Duration // since start
	tokens map[string]token.Translation
}

func newScene(t testing.TB) *scene {
	t.Helper()
	return &scene{t: t, tokens: map[string]token.Translation{}, in: judge.Input{
		App:   judge.App{Key: appKey, BaseURL: origin, Origins: []string{origin}, ClientKey: clientKey},
		Start: start, User: account, ContextCache: 30 * time.Second,
	}}
}

// opened is a scene in which the app's page has loaded and the bridge is up.
func opened(t testing.TB) *scene {
	t.Helper()
	s := newScene(t)
	s.document(s.pageURL(s.iframe("/app")))
	s.at(100 * time.Millisecond)
	s.event(timeline.Event{Kind: timeline.Bridge})
	s.at(time.Second)
	return s
}

// at moves the scene to an instant since its start.
func (s *scene) at(d time.Duration) { s.now = d }

func (s *scene) instant() time.Time { return start.Add(s.now) }

func (s *scene) event(e timeline.Event) {
	e.At = s.instant()
	if e.Kind == timeline.Navigated && e.Frame == "" {
		e.Frame = "app"
	}
	s.in.Events = append(s.in.Events, e)
}

// jump moves the clock, as a scenario does.
func (s *scene) jump(d time.Duration) {
	s.event(timeline.Event{Kind: timeline.Jumped, By: d, Text: "the machine sleeps for " + timeline.Span(d)})
	s.now += d
}

// hostClaims are those of a context token that is made now.
func (s *scene) hostClaims() token.Claims {
	now := time.Unix(s.instant().Unix(), 0).UTC()
	return token.Claims{
		Issuer: clientKey, Subject: account, QSH: token.ContextQSH,
		IssuedAt: now, ExpiresAt: now.Add(life), Context: map[string]any{},
	}
}

// sessionClaims are those of a token that atlassian-connect-express makes now.
func (s *scene) sessionClaims() token.Claims {
	c := s.hostClaims()
	c.Issuer, c.QSH, c.Context, c.Audience = appKey, "", nil, []string{clientKey}
	return c
}

// mint makes a token and has the scene know it as the translator would.
func (s *scene) mint(key string, kind token.Kind, c token.Claims) string {
	s.t.Helper()
	raw, err := token.MintHS256(key, c)
	if err != nil {
		s.t.Fatal(err)
	}
	return s.know(raw, kind, key == secret)
}

// know has the scene know a token that something else made.
func (s *scene) know(raw string, kind token.Kind, verified bool) string {
	parsed, _ := token.Parse(raw)
	s.tokens[raw] = token.Translation{Original: raw, Sent: raw, Kind: kind, Verified: verified, Virtual: parsed}
	return raw
}

// minted is a token whose header or claims no minter of ours would write.
func (s *scene) minted(method jwt.SigningMethod, key any, claims jwt.MapClaims) string {
	s.t.Helper()
	raw, err := jwt.NewWithClaims(method, claims).SignedString(key)
	if err != nil {
		s.t.Fatal(err)
	}
	return s.know(raw, token.Unknown, false)
}

// context is a context token made now, and handed to the page now.
func (s *scene) context() string {
	raw := s.mint(secret, token.Context, s.hostClaims())
	s.deliver(raw)
	return raw
}

// claimsOf are those of a context token for an issue.
func (s *scene) claimsOf(issue string) token.Claims {
	c := s.hostClaims()
	c.Context = map[string]any{
		"jira": map[string]any{"issue": map[string]any{"id": issue}}, "license": map[string]any{"active": true},
	}
	return c
}

// contextOf is a context token for an issue, handed to an extension now.
func (s *scene) contextOf(extension, issue string) string {
	raw := s.mint(secret, token.Context, s.claimsOf(issue))
	s.event(timeline.Event{Kind: timeline.Delivered, Raw: raw, Token: token.ID(raw), Extension: extension})
	return raw
}

func (s *scene) deliver(raw string) {
	s.event(timeline.Event{Kind: timeline.Delivered, Raw: raw, Token: token.ID(raw), Text: "getToken() answers"})
}

// iframe is the token of an iframe's URL made now.
func (s *scene) iframe(path string) string {
	s.t.Helper()
	c := s.hostClaims()
	qsh, err := token.QSH(http.MethodGet, origin+path, origin)
	if err != nil {
		s.t.Fatal(err)
	}
	c.QSH = qsh
	return s.mint(secret, token.Iframe, c)
}

func (s *scene) session() string { return s.mint(secret, token.Session, s.sessionClaims()) }

func (s *scene) pageURL(raw string) string { return origin + "/app?jwt=" + raw }

// send puts an exchange on the timeline now. What is not set is a fetch from the
// app's frame that got JSON.
func (s *scene) send(x timeline.Exchange) *timeline.Exchange {
	x.ID, x.At = len(s.in.Exchanges)+1, s.instant()
	x.Answered, x.Ended = x.At, true
	set(&x.Method, http.MethodGet)
	set(&x.Type, "Fetch")
	set(&x.Frame, "app")
	if strings.HasPrefix(x.URL, "/") {
		x.URL = origin + x.URL
	}
	if x.Status == 0 && x.Failure == "" {
		x.Status = http.StatusOK
	}
	if x.Answer == nil {
		x.Answer = header("Content-Type", "application/json; charset=utf-8")
	}
	if x.Header == nil {
		x.Header = http.Header{}
	}
	x.Tokens = s.found(&x)
	s.in.Exchanges = append(s.in.Exchanges, x)
	return &s.in.Exchanges[len(s.in.Exchanges)-1]
}

// found is what the tap notes of the tokens in a request.
func (s *scene) found(x *timeline.Exchange) map[string]token.Translation {
	texts := []string{x.URL, string(x.Body)}
	for _, values := range x.Header {
		texts = append(texts, values...)
	}
	for _, frame := range x.Frames {
		texts = append(texts, string(frame.Data))
	}
	out := map[string]token.Translation{}
	for _, text := range texts {
		for _, raw := range token.Find(text) {
			known, ok := s.tokens[raw]
			if !ok {
				parsed, _ := token.Parse(raw)
				known = token.Translation{Original: raw, Sent: raw, Virtual: parsed}
			}
			out[raw] = known
		}
	}
	return out
}

func set(into *string, value string) {
	if *into == "" {
		*into = value
	}
}

// document is the GET of a page that answers HTML.
func (s *scene) document(url string) *timeline.Exchange {
	return s.send(timeline.Exchange{Type: "Document", URL: url, Answer: header("Content-Type", "text/html")})
}

// call is a fetch with a header Authorization.
func (s *scene) call(url, authorization string) *timeline.Exchange {
	return s.send(timeline.Exchange{URL: url, Header: header("Authorization", authorization)})
}

// socket is a WebSocket that is opened now, over which the page says a token, at some
// spans from now.
func (s *scene) socket(raw string, at ...time.Duration) *timeline.Exchange {
	x := timeline.Exchange{Type: "WebSocket", URL: "ws://localhost:3000/live", Status: http.StatusSwitchingProtocols}
	for _, d := range at {
		x.Frames = append(x.Frames, timeline.Frame{At: s.instant().Add(d), Sent: true, Text: true, Data: []byte(`{"auth":"` + raw + `"}`)})
	}
	return s.send(x)
}

// header makes a header of names and values in turn.
func header(pairs ...string) http.Header {
	h := http.Header{}
	for i := 0; i < len(pairs); i += 2 {
		h.Add(pairs[i], pairs[i+1])
	}
	return h
}

// goesByReferer has the run know that the back end goes by the Referer at some paths.
func (s *scene) goesByReferer(paths ...string) {
	if s.in.Known == nil {
		s.in.Known = judge.Known{}
	}
	for _, path := range paths {
		s.in.Known["GET "+origin+path] = judge.Standing{WithoutRefused: 401, RefererTaken: 200}
	}
}

func (s *scene) judge() judge.Result { return judge.Judge(s.in) }

// broken are the ids of the rules that are broken, of one severity.
func broken(r judge.Result, severity judge.Severity) []string {
	var ids []string
	for _, f := range r.Findings {
		if f.Rule.Severity == severity {
			ids = append(ids, f.Rule.ID)
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// only is the one finding of a judgement.
func (s *scene) only() judge.Finding {
	s.t.Helper()
	found := s.judge().Findings
	if len(found) != 1 {
		s.t.Fatalf("got %d findings, want 1: %s", len(found), told(found))
	}
	return found[0]
}

// told says findings in a line each.
func told(found []judge.Finding) string {
	var b strings.Builder
	for _, f := range found {
		b.WriteString("\n\t" + f.Rule.ID + ": " + f.Message + " Actual: " + f.Actual)
	}
	return b.String()
}

func patterns(t testing.TB, texts ...string) []judge.Pattern {
	t.Helper()
	var out []judge.Pattern
	for _, text := range texts {
		p, err := judge.ParsePattern(text)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, p)
	}
	return out
}

func carriers(t testing.TB, texts ...string) []judge.CarrierSpec {
	t.Helper()
	var out []judge.CarrierSpec
	for _, text := range texts {
		c, err := judge.ParseCarrier(text)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, c)
	}
	return out
}
