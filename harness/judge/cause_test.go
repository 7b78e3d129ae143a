package judge_test

import (
	"strings"
	"testing"
	"time"

	"github.com/standin-dev/standin/fakehost/clock"
	"github.com/standin-dev/standin/harness/judge"
	"github.com/standin-dev/standin/harness/timeline"
)

// TestCauseOfNoToken: what kept a token out of a request that never had one.
func TestCauseOfNoToken(t *testing.T) {
	t.Parallel()
	bare := func(s *scene, referer string) *timeline.Exchange {
		x := s.read("/api/items", referer)
		x.Status = 401
		return x
	}
	for _, tt := range []struct {
		name string
		play func(s *scene)
		want string
	}{
		{"redirect", func(s *scene) {
			*s = *newScene(s.t)
			s.send(timeline.Exchange{Type: "Document", URL: s.pageURL(s.iframe("/app")), Status: 302})
			s.document("/landed").RedirectOf = 1
			s.event(timeline.Event{Kind: timeline.Bridge})
			bare(s, origin+"/landed")
		}, "GET /app answered 302 and led to /landed, and with the redirect went ?jwt=."},
		{"policy in a header", func(s *scene) {
			s.in.Exchanges[0].Answer.Set("Referrer-Policy", "no-referrer-when-downgrade, no-referrer, of-tomorrow")
			bare(s, "")
		}, "The page's Referrer-Policy is no-referrer (a header of GET /app), so the browser keeps ?jwt= out of the Referer."},
		{"policy in a meta tag", func(s *scene) {
			s.event(timeline.Event{Kind: timeline.Facts, Frame: "app", Place: "meta referrer", Text: "Origin"})
			bare(s, origin+"/")
		}, "The page's Referrer-Policy is origin (a meta tag of the page), so the browser keeps ?jwt= out of the Referer."},
		{"policy that changes nothing", func(s *scene) {
			s.in.Exchanges[0].Answer.Set("Referrer-Policy", "same-origin")
			bare(s, origin+"/")
		}, ""},
		{"another origin", func(s *scene) {
			s.in.App.Origins = append(s.in.App.Origins, "http://localhost:3001")
			x := bare(s, origin+"/")
			x.URL = "http://localhost:3001/api/items"
		}, "It went to another origin than the page's, http://localhost:3001, where the browser sends the page's origin as Referer and no more."},
		{"long URL", func(s *scene) {
			s.in.Exchanges[0].URL += "&pad=" + strings.Repeat("x", 4096)
			bare(s, origin+"/")
		}, "; beyond 4096 the browser sends its origin as Referer and no more."},
		{"worker", func(s *scene) { bare(s, origin+"/static/worker.js") },
			"A worker sent it: its Referer is the address of its script, /static/worker.js."},
		{"cookie", func(s *scene) { bare(s, "").Header.Set("Cookie", "sid=1; theme=dark") },
			"It came with the cookie sid and theme, which a browser that blocks third-party cookies does not send."},
		{"link to a document", func(s *scene) {
			s.event(timeline.Event{Kind: timeline.Navigated, Navigation: timeline.Document, Text: "navigation to a new document",
				From: s.in.Exchanges[0].URL, To: origin + "/app/items"})
			s.document("/app/items").Status = 401
		}, "navigation to a new document from /app?…jwt=… to an address without a token: a link or form of the page does not add one."},
		{"redirect of a later document", func(s *scene) {
			s.send(timeline.Exchange{Type: "Document", URL: "/app/go?jwt=" + s.iframe("/app/go"), Status: 302})
			x := s.document("/app/items")
			x.RedirectOf, x.Status = 2, 401
		}, "GET /app/go redirected to it, and the token did not come along."},
		{"all.js that did not load", func(s *scene) {
			s.in.Events = nil
			s.send(timeline.Exchange{Type: "Script", URL: "https://connect-cdn.atl-paas.net/all.js", Failure: "net::ERR_CONNECTION_RESET"})
			bare(s, "")
		}, "all.js did not load (net::ERR_CONNECTION_RESET), so there was no AP to ask for a token."},
		{"nothing is known", func(s *scene) { bare(s, "") }, ""},
		{"not missed", func(s *scene) {
			s.in.Exchanges[0].Answer.Set("Referrer-Policy", "no-referrer")
			bare(s, "").Status = 200
		}, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := opened(t)
			tt.play(s)
			f := s.only()
			if f.Rule != judge.NoToken || f.Cause != tt.want && (tt.want == "" || !strings.HasSuffix(f.Cause, tt.want)) {
				t.Errorf("%s because %q, want %q", f.Rule.ID, f.Cause, tt.want)
			}
		})
	}
}

// TestCauseOfAnOldToken: who gave it, and what did not renew it.
func TestCauseOfAnOldToken(t *testing.T) {
	t.Parallel()
	sleep := func(s *scene, kind clock.Kind, text string) {
		s.event(timeline.Event{Kind: timeline.Jumped, By: time.Hour, Jump: string(kind), Text: text})
		s.now += time.Hour
	}
	for _, tt := range []struct {
		name string
		play func(s *scene)
		want string
	}{
		{"asleep with its timers", func(s *scene) {
			raw := s.context()
			sleep(s, clock.SleepPaused, "the machine sleeps for 1h; timers are paused with it")
			s.call("/api/items", "JWT "+raw)
		}, "AP.context.getToken() gave it at +00:01.0. Then the machine sleeps for 1h; timers are paused with it: " +
			"none that renews the token came due before this request, and nothing else renewed it."},
		{"asleep, timers late", func(s *scene) {
			raw := s.context()
			sleep(s, clock.Sleep, "the machine sleeps for 1h; late timers fire once")
			s.call("/api/items", "JWT "+raw)
		}, "AP.context.getToken() gave it at +00:01.0. Then the machine sleeps for 1h; late timers fire once: " +
			"none of them renewed the token before this request."},
		{"asked for, and not used", func(s *scene) {
			raw := s.context()
			s.jump(time.Hour)
			s.context()
			s.now += time.Millisecond
			s.call("/api/items", "JWT "+raw)
		}, "AP.context.getToken() gave it at +00:01.0. Then the machine sleeps for 1h. " +
			"The app asked for a token once since, and sent the old one all the same."},
		{"one of two frames'", func(s *scene) {
			raw := s.contextOf("ext-1", "1")
			s.contextOf("ext-2", "2")
			s.jump(time.Hour)
			s.call("/api/items", "JWT "+raw).Extension = "ext-1"
		}, "AP.context.getToken() gave it to ext-1 at +00:01.0. Then the machine sleeps for 1h, and nothing renewed it before this request."},
		{"in an answer of the back end", func(s *scene) {
			raw := s.session()
			s.in.Exchanges[0].Answer.Set("Cache-Control", "no-store")
			s.event(timeline.Event{Kind: timeline.Brought, Exchange: 1, Raw: raw, Place: "the body"})
			s.jump(time.Hour)
			s.send(timeline.Exchange{URL: "/api/items", Header: header("X-Acpt", raw)})
		}, "The back end made it itself at +00:01.0, for 15m, and gave it out with GET /app. " +
			"Then the machine sleeps for 1h, and nothing renewed it before this request."},
		{"refused before", func(s *scene) {
			raw := s.context()
			s.call("/api/first", "JWT "+raw).Status = 401
			s.jump(time.Hour)
			s.call("/api/items", "JWT "+raw)
		}, "AP.context.getToken() gave it at +00:01.0. Then the machine sleeps for 1h, and nothing renewed it before this request. " +
			"GET /api/first had been answered 401 with it at +00:01.0 already."},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := opened(t)
			tt.play(s)
			f := s.judge().Findings[0]
			if f.Rule != judge.Expired || f.Cause != tt.want {
				t.Errorf("%s because\n%q, want\n%q", f.Rule.ID, f.Cause, tt.want)
			}
		})
	}
}

// TestCauseOfJunk: where getToken stood.
func TestCauseOfJunk(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name          string
		before, after func(*scene)
		want          string
	}{
		{"too early", nil, func(s *scene) { s.now += 40 * time.Millisecond; s.context() }, "The first answer of AP.context.getToken() came 40ms later."},
		{"answered", func(s *scene) { s.context() }, nil,
			"AP.context.getToken() had answered at +00:01.0; the request was made of something else; of what, standin cannot see."},
		{"never", nil, nil, "No answer of AP.context.getToken() was seen in this scenario."},
	} {
		s := opened(t)
		if tt.before != nil {
			tt.before(s)
		}
		s.call("/api", "JWT undefined")
		if tt.after != nil {
			tt.after(s)
		}
		if f := s.only(); f.Cause != tt.want {
			t.Errorf("%s: because %q, want %q", tt.name, f.Cause, tt.want)
		}
	}
}

// TestCauseOfARefusal: a token that another route took.
func TestCauseOfARefusal(t *testing.T) {
	t.Parallel()
	s := opened(t)
	raw := s.context()
	s.call("/api/me", "JWT "+raw)
	s.call("/api/items", "JWT "+raw).Status = 401
	if f := s.only(); f.Cause != "GET /api/me took the same token, so it is this route that wants another one." {
		t.Errorf("because %q", f.Cause)
	}
}
