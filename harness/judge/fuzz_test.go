package judge_test

import (
	"math/rand/v2"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/standin-dev/standin/fakehost/token"
	"github.com/standin-dev/standin/harness/judge"
	"github.com/standin-dev/standin/harness/timeline"
)

// FuzzFindCarriers: whatever a request says, its carriers can be listed, and each
// is a value that is there.
func FuzzFindCarriers(f *testing.F) {
	s := newScene(f)
	raw := s.context()
	f.Add("http://localhost:3000/api?jwt="+raw, "Authorization", "JWT "+raw, "application/json", []byte(`{"jwt":"`+raw+`"}`), "query:jwt")
	f.Add("%zz", "Cookie", `a="b; =; c=`+raw, "multipart/form-data; boundary=x", []byte("--x\r\nContent-Disposition: form-data; name=jwt\r\n\r\n"+raw+"\r\n--x--"), "cookie:c")
	f.Add("http://[::1", "Referer", "http://localhost/?jwt="+raw, "application/x-www-form-urlencoded", []byte("jwt=%zz&a"), "referer")
	f.Add("", "Sec-Websocket-Protocol", ".. ."+raw, "multipart/form-data; boundary=\"\"", []byte("--\r\n"), "header:Authorization Bearer")
	f.Fuzz(func(t *testing.T, url, name, value, contentType string, body []byte, spec string) {
		x := &timeline.Exchange{ID: 1, URL: url, Header: http.Header{name: {value}}, Body: body}
		x.Header.Set("Content-Type", contentType)
		var specs []judge.CarrierSpec
		if c, err := judge.ParseCarrier(spec); err == nil {
			specs = append(specs, c)
		}
		own, referer := judge.FindCarriers(x, specs)
		for _, c := range own {
			if c.Spec.Place == "" || c.Spec.Place == "referer" {
				t.Errorf("a token of the request's own rides in %q", c.Spec)
			}
		}
		for _, c := range referer {
			if c.Spec.Place != "referer" || len(token.Find(c.Value)) == 0 {
				t.Errorf("%q in %s is no token of the Referer", c.Value, c.Spec)
			}
		}
	})
}

// FuzzParsePattern: a pattern without stars matches itself alone, and one that
// can be read can be matched.
func FuzzParsePattern(f *testing.F) {
	for _, s := range []string{"/a/*", "/a/**", "**", "/(?P<x>)\\Q[", "/ü*\xff", "/\n"} {
		f.Add(s, "/a/b")
	}
	f.Fuzz(func(t *testing.T, pattern, path string) {
		p, err := judge.ParsePattern(pattern)
		if err != nil {
			return
		}
		got := p.Match(path)
		if !strings.Contains(pattern, "*") && got != (pattern == path) {
			t.Errorf("%q matches %q: %v", pattern, path, got)
		}
		if !strings.Contains(pattern, "*") && !p.Match(pattern) {
			t.Errorf("%q does not match itself", pattern)
		}
	})
}

// FuzzJudge: on any timeline whatever, the judge comes to an end, and each
// finding is on a request that is there.
func FuzzJudge(f *testing.F) {
	for seed := range uint64(80) {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, seed uint64) {
		s := randomScene(t, rand.New(rand.NewPCG(seed, 1)))
		result := s.judge()
		if len(result.Classes) != len(s.in.Exchanges) || result.Judged > result.Requests {
			t.Fatalf("%d classes of %d exchanges, %d of %d judged", len(result.Classes), len(s.in.Exchanges), result.Judged, result.Requests)
		}
		for _, found := range result.Findings {
			if found.Exchange < 1 || found.Exchange > len(s.in.Exchanges) {
				t.Errorf("%s is on request %d of %d", found.Rule.ID, found.Exchange, len(s.in.Exchanges))
			}
			wellTold(t, found)
		}
		again := s.judge()
		if told(again.Findings) != told(result.Findings) {
			t.Errorf("judged twice, it says%s\nand then%s", told(result.Findings), told(again.Findings))
		}
	})
}

// randomScene is a timeline on which anything may happen.
func randomScene(t testing.TB, r *rand.Rand) *scene {
	s := newScene(t)
	s.in.User = pick(r, account, "", "712020:alex")
	s.in.App.NoToken = r.IntN(4) == 0
	s.in.Policy.Carriers = pick(r, nil, carriers(t, "referer"), carriers(t, "cookie:c", "header:X-Acpt", "referer"))
	s.in.Policy.Protect = pick(r, nil, patterns(t, "/api/**"))
	s.in.Policy.Public = pick(r, nil, patterns(t, "**"))
	s.in.Popups = map[string]bool{"popup": true}
	values := []string{"", "undefined", "[object Promise]", "opaque", "a.b.c", "eyJhIjoxfQ.eyJleHAiOiJ4In0.x"}
	for range r.IntN(30) {
		switch r.IntN(8) {
		case 0:
			s.jump(time.Duration(r.IntN(1200)) * time.Second)
		case 1:
			s.event(timeline.Event{Kind: pick(r, timeline.Bridge, timeline.Navigated, timeline.Step), Text: "something",
				Navigation: pick(r, timeline.Push, timeline.Document), From: origin + "/app?jwt=x", To: pick(r, "", origin, "/b", "::")})
		case 2:
			values = append(values, s.context(), s.session())
		case 3:
			c := s.hostClaims()
			c.Issuer, c.Subject = pick(r, clientKey, "", "x"), pick(r, account, "")
			c.IssuedAt, c.ExpiresAt = pick(r, c.IssuedAt, time.Time{}), pick(r, c.ExpiresAt, time.Time{})
			values = append(values, s.iframe("/app"), s.mint(pick(r, secret, foreign), pick(r, token.Session, token.Unknown), c))
		default:
			s.randomRequest(r, values)
		}
	}
	return s
}

func (s *scene) randomRequest(r *rand.Rand, values []string) {
	value := func() string { return values[r.IntN(len(values))] }
	x := timeline.Exchange{
		Type:   pick(r, "Document", "Fetch", "XHR", "Image", "WebSocket", "Preflight", "Ping", ""),
		Method: pick(r, "GET", "POST", "OPTIONS"), Frame: pick(r, "app", "popup", "dialog"),
		URL:    pick(r, "/app", "/api/items", "/api/100%", "ws://localhost:3000/live", "http://elsewhere/", "%", "/app?jwt="+value()),
		Status: pick(r, 0, 101, 200, 204, 302, 304, 400, 401, 403, 404, 500), Failure: pick(r, "", "Failed"),
		Answer: pick(r, http.Header{}, header("Content-Type", "text/html"), header("Content-Type", "text/csv")),
		Header: header(pick(r, "Authorization", "X-Acpt", "X-Other"), pick(r, "", "JWT ", "Bearer ")+value()),
	}
	x.RedirectOf = r.IntN(len(s.in.Exchanges) + 1)
	if r.IntN(2) == 0 {
		x.Header.Set("Cookie", "c="+value())
	}
	if r.IntN(2) == 0 {
		x.Header.Set("Referer", origin+"/app?jwt="+value())
	}
	if r.IntN(3) == 0 {
		x.Body = []byte("jwt=" + value())
		x.Header.Set("Content-Type", pick(r, "application/x-www-form-urlencoded", "text/plain"))
	}
	sent := s.send(x)
	if r.IntN(8) == 0 {
		sent.Tokens = nil
	}
	if r.IntN(8) == 0 {
		sent.Status, sent.Answer = 0, nil
	}
}

func pick[T any](r *rand.Rand, list ...T) T { return list[r.IntN(len(list))] }
