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
			if found.Exchange > len(s.in.Exchanges) || found.Exchange < 1 && !ofNoRequest(found) {
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

// FuzzDiffer: of any two timelines, what differs is on requests of the first.
func FuzzDiffer(f *testing.F) {
	for seed := range uint64(20) {
		f.Add(seed, seed+1)
		f.Add(seed, seed)
	}
	f.Fuzz(func(t *testing.T, a, b uint64) {
		one, two := randomScene(t, rand.New(rand.NewPCG(a, 1))), randomScene(t, rand.New(rand.NewPCG(b, 1)))
		d := judge.Differ(one.in, two.in)
		flips := 0
		for _, found := range d.Findings {
			flips += 1 + found.Repeats
			if found.Rule != judge.DependsOnReferer || found.Exchange < 1 || found.Exchange > len(one.in.Exchanges) {
				t.Errorf("%s is on request %d of %d", found.Rule.ID, found.Exchange, len(one.in.Exchanges))
			}
			wellTold(t, found)
		}
		if flips > d.Compared {
			t.Errorf("%d of %d requests flip", flips, d.Compared)
		}
		if a == b && flips > 0 {
			t.Errorf("a timeline differs from itself: %s", told(d.Findings))
		}
	})
}

// FuzzLeaks: whatever leaves for another origin, a live token of the tenant's that
// stands in it as it is gets told of, and no finding shows it.
func FuzzLeaks(f *testing.F) {
	f.Add("https://x.example/?a=", "Authorization", "JWT ", "body", uint8(0))
	f.Add("https://x.example/%zz?%25", "Referer", "http://localhost:3000/?jwt=", "{\"a\":\"", uint8(1))
	f.Add("wss://x.example", "Cookie", "a=b; c=", "\x00\xff", uint8(2))
	f.Fuzz(func(t *testing.T, url, name, value, body string, where uint8) {
		s := opened(t)
		raw := s.context()
		x := timeline.Exchange{Method: "POST", URL: "https://x.example/", Header: http.Header{}, Failure: "kept in"}
		x.Header.Set(name, value)
		x.Body = []byte(body)
		if where%2 == 0 {
			x.URL = url
		}
		// The token stands apart from what is around it, as in any text that is read.
		switch where % 3 {
		case 0:
			x.URL += "?t=" + raw
		case 1:
			x.Header.Set("X-Report", value+" "+raw)
		case 2:
			x.Body = append(x.Body, " "+raw...)
		}
		s.send(x)
		found := s.judge().Findings
		for _, f := range found {
			wellTold(t, f)
		}
		foreign := strings.HasPrefix(x.URL, "http") || strings.HasPrefix(x.URL, "ws")
		if where%2 == 1 && foreign && len(found) == 0 {
			t.Errorf("nothing is told of a live token in a request to %s", x.URL)
		}
	})
}

// randomScene is a timeline on which anything may happen.
func randomScene(t testing.TB, r *rand.Rand) *scene {
	s := newScene(t)
	s.in.User = pick(r, account, "", "712020:alex")
	s.in.App.NoToken = r.IntN(4) == 0
	s.in.Policy.Carriers = pick(r, nil, carriers(t, "referer"), carriers(t, "cookie:c", "header:X-Acpt", "referer"))
	s.in.Policy.SessionLife = pick(r, 0, time.Minute, time.Hour)
	s.in.Policy.Protect = pick(r, nil, patterns(t, "/api/**"))
	s.in.Policy.Public = pick(r, nil, patterns(t, "**"))
	s.in.Popups = map[string]bool{"popup": true}
	values := []string{"", "undefined", "[object Promise]", "opaque", "a.b.c", "eyJhIjoxfQ.eyJleHAiOiJ4In0.x"}
	for range r.IntN(30) {
		switch r.IntN(10) {
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
			if r.IntN(2) == 0 {
				values = append(values, s.contextOf(pick(r, "ext-1", "ext-2"), pick(r, "1", "2")))
			}
			values = append(values, s.iframe("/app"), s.mint(pick(r, secret, foreign), pick(r, token.Session, token.Unknown), c))
		case 4:
			s.event(timeline.Event{
				Kind: pick(r, timeline.Brought, timeline.Revealed, timeline.Kept, timeline.Exposed, timeline.LoggedIn, timeline.Facts,
					timeline.Unanswered, timeline.Withheld, timeline.Unmoved, timeline.Mended, timeline.NotTaken, timeline.Rotated),
				By:       time.Duration(r.IntN(3)) * time.Minute,
				Exchange: r.IntN(len(s.in.Exchanges) + 2), Raw: values[r.IntN(len(values))], Frame: "app",
				Place:   pick(r, "the body", "the header X-Acpt", "console.log", "meta referrer", `localStorage item "x"`),
				Text:    pick(r, "origin", "no-referrer", "something"),
				Account: pick(r, account, "712020:alex", ""),
			})
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
		URL:    pick(r, "/app", "/api/items", "/api/100%", "ws://localhost:3000/live", "/socket.io/?EIO=4&transport=polling", "http://elsewhere/", "%", "/app?jwt="+value()),
		Status: pick(r, 0, 101, 200, 204, 302, 304, 400, 401, 403, 404, 500), Failure: pick(r, "", "Failed"),
		Answer: pick(r, http.Header{}, header("Content-Type", "text/html"), header("Content-Type", "text/csv")),
		Header: header(pick(r, "Authorization", "X-Acpt", "X-Other", "X-Session-Of-Its-Own"), pick(r, "", "JWT ", "Bearer ")+value()),
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
	for range r.IntN(4) {
		x.Frames = append(x.Frames, timeline.Frame{At: s.instant().Add(time.Duration(r.IntN(1200)) * time.Second),
			Sent: r.IntN(3) > 0, Text: r.IntN(3) > 0, Data: []byte("say " + value() + " " + value())})
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
