package judge_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/standin-dev/standin/fakehost/token"
	"github.com/standin-dev/standin/harness/judge"
	"github.com/standin-dev/standin/harness/timeline"
)

// sound has timelines that break no rule at all.
var sound = []struct {
	name string
	play func(*scene)
}{
	{"page alone", func(*scene) {}},
	{"token for each request", func(s *scene) {
		for range 3 {
			s.call("/api/items", "JWT "+s.context())
			s.jump(16 * time.Minute)
		}
	}},
	{"token kept until its exp less a margin", func(s *scene) {
		raw := s.context()
		s.jump(life - 31*time.Second)
		s.call("/api/items", "JWT "+raw)
	}},
	{"a poll that goes on at its pace while it is refused", func(s *scene) {
		for i := range 24 {
			s.at(time.Duration(i+1) * 5 * time.Second)
			if x := s.call("/api/items", "JWT "+s.context()); i >= 6 {
				x.Status, x.Staged = 401, true
			}
		}
	}},
	{"a poll with a token of its own each time, most of which was passed over", func(s *scene) {
		x := s.call("/api/items", "JWT "+s.context())
		s.event(timeline.Event{Kind: timeline.PassedOver, Repetition: &timeline.Repetition{Times: 60, Asked: 1, Exchanges: []int{x.ID}}})
	}},
	{"403 to the token of nobody", func(s *scene) {
		c := s.hostClaims()
		c.Subject, s.in.User = "", ""
		s.call("/api/items", "JWT "+s.mint(secret, token.Context, c)).Status = 403
	}},
	{"403 that speaks of a permission", func(s *scene) {
		s.call("/api/items", "JWT "+s.context())
		x := s.call("/api/admin", "JWT "+s.context())
		x.Status, x.Excerpt = 403, `{"error":"administrators only"}`
	}},
	{"403 where no token is answered with 401", func(s *scene) {
		s.in.Known = judge.Known{"GET " + origin + "/api/admin": {WithoutRefused: 401}}
		s.call("/api/admin", "JWT "+s.context()).Status = 403
	}},
	{"400 and 422 for what was entered", func(s *scene) {
		s.call("/api/items", "JWT "+s.context())
		for _, status := range []int{400, 422} {
			x := s.send(timeline.Exchange{Method: "POST", URL: "/api/items", Header: header("Authorization", "JWT "+s.context())})
			x.Status, x.Excerpt = status, `{"error":"title is required"}`
		}
	}},
	{"a service behind the back end that fails", func(s *scene) {
		s.call("/api/items", "JWT "+s.context())
		for _, status := range []int{500, 502, 503, 504} {
			s.call("/api/jira", "JWT "+s.context()).Status = status
		}
	}},
	{"an OAuth state that names the tenant", func(s *scene) {
		c := s.hostClaims()
		c.QSH, c.Subject = "", ""
		s.call("/api/items?state="+s.mint(foreign, token.Unknown, c), "JWT "+s.context())
		s.send(timeline.Exchange{URL: "https://github.example/authorize?state=" + s.mint(foreign, token.Unknown, c)})
		old := s.mint(secret, token.Session, c)
		s.jump(life + time.Minute)
		s.call("/oauth/start?state="+old, "JWT "+s.context())
	}},
	{"a cookie of statistics that the frame does not send, and a permission that lacks", func(s *scene) {
		s.send(timeline.Exchange{URL: "/api/state", Header: header("Authorization", "JWT "+s.context()), Answer: header("Set-Cookie", "stats=abc; Path=/")})
		x := s.call("/api/admin", "JWT "+s.context())
		x.Status, x.Excerpt = 403, "administrators only"
	}},
	{"a session cookie that a back end sets and nothing rests on", func(s *scene) {
		s.send(timeline.Exchange{URL: "/api/state", Header: header("Authorization", "JWT "+s.context()), Answer: header("Set-Cookie", "connect.sid=abc; Path=/; HttpOnly")})
		s.call("/api/items", "JWT "+s.context())
	}},
	{"a form in a window of its own that keeps what a person likes", func(s *scene) {
		s.in.Popups = map[string]bool{"window": true}
		s.send(timeline.Exchange{Type: "Document", Method: "POST", Frame: "window", URL: "/settings", Answer: header("Set-Cookie", "lang=de; Path=/")})
		s.call("/api/items", "JWT "+s.context())
	}},
	{"a link of the app's own with a context token, refused or not", func(s *scene) {
		s.document("/pages/7?jwt=" + s.context())
	}},
	{"what standin knows to be static", func(s *scene) {
		s.in.Known = judge.Known{"GET " + origin + "/locales/en.json": {WithoutTaken: 200, Static: true}}
		s.send(timeline.Exchange{URL: "/locales/en.json", Answer: header("Content-Type", "application/json")})
	}},
	{"a rotation that the back end took", func(s *scene) {
		s.call("/api/items", "JWT "+s.context())
		s.event(timeline.Event{Kind: timeline.Rotated})
		s.at(time.Minute)
		s.call("/api/items", "JWT "+s.context())
	}},
	{"403 without a licence", func(s *scene) {
		s.in.App.Unlicensed = true
		s.call("/api/items", "JWT "+s.context()).Status = 403
	}},
	{"refusal that standin made, then another token", func(s *scene) {
		x := s.call("/api/items", "Bearer "+s.context())
		x.Status, x.Staged = 401, true
		s.event(timeline.Event{Kind: timeline.Mended})
		s.at(time.Minute)
		s.event(timeline.Event{Kind: timeline.Step})
		s.call("/api/items", "Bearer "+s.context())
	}},
	{"nothing sent once all is right again, for the host has no answer still", func(s *scene) {
		s.event(timeline.Event{Kind: timeline.Withheld})
		s.at(2 * time.Second)
		s.event(timeline.Event{Kind: timeline.Mended})
		s.at(3 * time.Second)
		s.event(timeline.Event{Kind: timeline.Step})
		s.event(timeline.Event{Kind: timeline.Unanswered, Call: "context.getToken"})
	}},
	{"a page that stays as it is while getContext has no answer", func(s *scene) {
		s.event(timeline.Event{Kind: timeline.Unanswered, Call: "context.getContext"})
		s.at(2 * time.Minute)
		s.event(timeline.Event{Kind: timeline.Unmoved, By: 2 * time.Minute})
	}},
	{"retry with what the host gave again", func(s *scene) {
		raw := s.context()
		x := s.call("/api/items", "JWT "+raw)
		x.Status, x.Staged = 401, true
		s.at(2 * time.Second)
		s.deliver(raw)
		s.call("/api/items", "JWT "+raw)
	}},
	{"getToken that has no answer, and a page that says so", func(s *scene) {
		s.event(timeline.Event{Kind: timeline.Unanswered})
	}},
	{"getToken that has no answer, and a request all the same", func(s *scene) {
		s.event(timeline.Event{Kind: timeline.Unanswered})
		s.at(time.Minute)
		s.call("/api/items", "JWT "+s.context())
		s.at(2 * time.Minute)
		s.event(timeline.Event{Kind: timeline.Unmoved, By: 2 * time.Minute})
	}},
	{"scheme that the back end takes", func(s *scene) { s.call("/api/items", "Bearer "+s.context()) }},
	{"token without a scheme that the back end takes", func(s *scene) { s.call("/api/items", s.context()) }},
	{"schemes that the author lists", func(s *scene) {
		s.in.Policy.Carriers = carriers(s.t, "header:Authorization JWT", "header:Authorization Bearer")
		s.call("/api/items", "Bearer "+s.context())
		s.call("/api/items", "JWT "+s.context())
	}},
	{"token of the tenant's without a qsh", func(s *scene) {
		c := s.hostClaims()
		c.QSH = ""
		s.call("/api/items", "JWT "+s.mint(secret, token.Unknown, c))
	}},
	{"nobody is logged in", func(s *scene) {
		s.in.User = ""
		c := s.hostClaims()
		c.Subject = ""
		s.call("/api/items", "JWT "+s.mint(secret, token.Context, c))
	}},
	{"session token in X-acpt", func(s *scene) {
		s.send(timeline.Exchange{URL: "/api/items", Header: header("X-Acpt", s.session())})
	}},
	{"session token in ?acpt", func(s *scene) { s.send(timeline.Exchange{URL: "/api/items?acpt=" + s.session()}) }},
	{"session token in ?jwt", func(s *scene) { s.send(timeline.Exchange{URL: "/api/items?jwt=" + s.session()}) }},
	{"session token that names the tenant and no user", func(s *scene) {
		c := s.sessionClaims()
		c.Issuer, c.Subject = clientKey, ""
		s.call("/api/items", "JWT "+s.mint(secret, token.Session, c))
	}},
	{"session token without an end", func(s *scene) {
		c := s.sessionClaims()
		c.ExpiresAt = time.Time{}
		raw := s.mint(secret, token.Session, c)
		s.jump(24 * time.Hour)
		s.call("/api/items", "JWT "+raw)
	}},
	{"token of the app's own with its own key", func(s *scene) {
		s.call("/api/items", "Bearer "+s.mint(foreign, token.Unknown, s.sessionClaims()))
	}},
	{"token of the app's own with another algorithm", func(s *scene) {
		s.call("/api/items", "Bearer "+s.minted(jwt.SigningMethodHS512, []byte(foreign),
			jwt.MapClaims{"iss": appKey, "exp": s.instant().Add(time.Hour).Unix()}))
	}},
	{"opaque credential that the back end takes", func(s *scene) { s.call("/api/items", "Bearer 0123456789abcdef") }},
	{"context token beside a session in a cookie that lives longer", func(s *scene) {
		c := s.sessionClaims()
		raw := s.context()
		s.jump(time.Minute)
		c.IssuedAt, c.ExpiresAt = s.instant(), s.instant().Add(24*time.Hour)
		s.send(timeline.Exchange{URL: "/api/items", Header: header("Authorization", "JWT "+raw,
			"Cookie", "sid="+s.mint(foreign, token.Unknown, c))})
	}},
	{"context token beside a cookie that has expired", func(s *scene) {
		sid := s.mint(foreign, token.Unknown, s.sessionClaims())
		s.jump(time.Hour)
		s.send(timeline.Exchange{URL: "/api/items", Header: header("Authorization", "JWT "+s.context(), "Cookie", "sid="+sid)})
	}},
	{"same token in two places", func(s *scene) {
		raw := s.context()
		s.call("/api/items?jwt="+raw, "JWT "+raw)
	}},
	{"token in the header, and the page's in the Referer", func(s *scene) {
		s.send(timeline.Exchange{URL: "/api/items", Header: header("Authorization", "JWT "+s.context(),
			"Referer", s.pageURL(s.iframe("/app")))})
	}},
	{"token in the Referer for an author who reads it there", func(s *scene) {
		s.in.Policy.Carriers = []judge.CarrierSpec{{Place: "referer"}}
		s.send(timeline.Exchange{URL: "/api/items", Header: header("Referer", s.pageURL(s.iframe("/app")))})
	}},
	{"page that redirects with the same token", func(s *scene) {
		*s = *newScene(s.t)
		raw := s.iframe("/app")
		s.send(timeline.Exchange{Type: "Document", URL: s.pageURL(raw), Status: 302})
		s.send(timeline.Exchange{Type: "Document", URL: "/app/?jwt=" + raw, Status: 302, RedirectOf: 1})
		s.document("/app/home?jwt=" + raw).RedirectOf = 2
	}},
	{"reload of the frame while its token lives", func(s *scene) { s.document(s.in.Exchanges[0].URL) }},
	{"reload of a frame whose address is protected", func(s *scene) {
		s.in.Policy.Protect = patterns(s.t, "/app/**", "/app")
		s.document(s.in.Exchanges[0].URL)
	}},
	{"later page with a token for it", func(s *scene) { s.document("/app/items?jwt=" + s.iframe("/app/items")) }},
	{"later page that takes a context token", func(s *scene) { s.document("/app/items?jwt=" + s.context()) }},
	{"later page that is a static shell", func(s *scene) { s.document("/app/items") }},
	{"token in the protocol of a socket", func(s *scene) {
		s.send(timeline.Exchange{Type: "WebSocket", URL: "ws://localhost:3000/live", Status: 101,
			Header: header("Sec-WebSocket-Protocol", "v1, "+s.context())})
	}},
	{"not found with a valid token", func(s *scene) { s.call("/api/items/9", "JWT "+s.context()).Status = http.StatusNotFound }},
	{"context token of the frame's own issue", func(s *scene) {
		s.contextOf("ext-2", "1002")
		s.call("/api/items", "JWT "+s.contextOf("ext-1", "1001")).Extension = "ext-1"
	}},
	{"token that a frame of the same issue got", func(s *scene) {
		s.contextOf("ext-1", "1001")
		s.call("/api/items", "JWT "+s.contextOf("ext-2", "1001")).Extension = "ext-1"
	}},
	{"token of another frame, and nobody knows this frame's own", func(s *scene) {
		s.contextOf("ext-1", "1001")
		s.call("/api/items", "JWT "+s.contextOf("ext-2", "1002")).Extension = "ext-3"
	}},
	{"session of a person by a name of the app's own", func(s *scene) {
		c := s.sessionClaims()
		c.Subject = "robin@example.com"
		s.send(timeline.Exchange{URL: "/api/items", Header: header("X-Acpt", s.mint(secret, token.Session, c))})
	}},
	{"token of who was there as the page was opened, while it lives", func(s *scene) {
		raw := s.context()
		s.jump(time.Minute)
		s.event(timeline.Event{Kind: timeline.LoggedIn, Account: "712020:alex", Text: "Alex logged in"})
		s.at(10 * time.Minute)
		s.call("/api/items", "JWT "+raw)
	}},
	{"a fresh token in each message, for hours", func(s *scene) {
		var frames []timeline.Frame
		for range 8 {
			frames = append(frames, timeline.Frame{At: s.instant(), Sent: true, Text: true, Data: []byte(s.context())})
			s.jump(time.Hour)
		}
		s.at(time.Second)
		s.send(timeline.Exchange{Type: "WebSocket", URL: "ws://localhost:3000/live", Status: 101, Frames: frames})
	}},
	{"message of before a rotation", func(s *scene) {
		raw := s.mint(secret, token.Context, s.hostClaims())
		known := s.tokens[raw]
		known.Outdated = true // as it is known at the end
		s.tokens[raw] = known
		s.socket(raw, time.Second)
		s.at(time.Minute)
		s.event(timeline.Event{Kind: timeline.Rotated})
	}},
	{"socket.io, which polls first and then has a WebSocket", func(s *scene) {
		const to = "/socket.io/?EIO=4&transport=polling"
		page := header("Referer", s.in.Exchanges[0].URL)
		s.send(timeline.Exchange{URL: to + "&t=1", Header: page})
		s.send(timeline.Exchange{Method: "POST", URL: to + "&t=2&sid=Kf3jd8fkL2mNbQ9sAAAB", Header: header("Content-Type", "text/plain"),
			Body: []byte(`40{"token":"` + s.context() + `"}`)})
		s.send(timeline.Exchange{URL: to + "&t=3&sid=Kf3jd8fkL2mNbQ9sAAAB", Header: page})
		s.send(timeline.Exchange{Type: "WebSocket", URL: "ws://localhost:3000/socket.io/?EIO=4&transport=websocket&sid=Kf3jd8fkL2mNbQ9sAAAB", Status: 101,
			Frames: []timeline.Frame{{At: s.instant(), Sent: true, Text: true, Data: []byte("2probe")}}})
	}},
	{"socket that was never open", func(s *scene) {
		s.send(timeline.Exchange{Type: "WebSocket", URL: "ws://localhost:3000/live", Failure: "the handshake failed"})
	}},
	{"socket that closed before its first message, beside one that had it", func(s *scene) {
		s.socket(s.context())
		s.socket(s.context(), time.Second)
	}},
	{"socket without a message while there is no token", func(s *scene) {
		s.event(timeline.Event{Kind: timeline.Withheld})
		s.socket(s.context())
	}},
	{"token of who was there, which the host still hands out", func(s *scene) {
		s.event(timeline.Event{Kind: timeline.LoggedIn, Account: "712020:alex", Text: "Alex logged in"})
		s.call("/api/items", "JWT "+s.context())
	}},
	{"token from before a rotation, which the host still hands out", func(s *scene) {
		raw := s.context()
		known := s.tokens[raw]
		known.Outdated = true
		s.tokens[raw] = known
		s.call("/api/items", "JWT "+raw)
	}},
	{"query and body, and taken", func(s *scene) {
		raw := s.context()
		s.send(timeline.Exchange{Method: "POST", URL: "/api/items?jwt=" + raw, Body: []byte("jwt=" + raw),
			Header: header("Content-Type", "application/x-www-form-urlencoded")})
	}},
	{"cookie that the author reads", func(s *scene) {
		s.in.Policy.Carriers = carriers(s.t, "cookie:sid")
		s.send(timeline.Exchange{URL: "/api/items", Header: header("Cookie", "sid="+s.session())})
	}},
	{"dead token to another site", func(s *scene) {
		raw := s.context()
		s.jump(life)
		s.send(timeline.Exchange{URL: "https://stats.example.com/hit?t=" + raw, Failure: "kept in"})
	}},
	{"somebody else's token to another site", func(s *scene) {
		raw := s.mint(foreign, token.Unknown, token.Claims{Issuer: "https://accounts.example.com"})
		s.send(timeline.Exchange{URL: "https://accounts.example.com/me", Failure: "kept in", Header: header("Authorization", "Bearer "+raw)}).Tokens = nil
	}},
	{"token to the host", func(s *scene) {
		s.in.App.HostOrigin = "http://127.0.0.1:4000"
		s.send(timeline.Exchange{URL: "http://127.0.0.1:4000/rest/api", Header: header("Authorization", "JWT "+s.context())})
	}},
	{"token in a page that forbids to store it", func(s *scene) {
		s.in.Exchanges[0].Answer.Set("Cache-Control", "private, NO-STORE")
		s.event(timeline.Event{Kind: timeline.Brought, Exchange: 1, Raw: s.session()})
	}},
	{"session tokens in the headers of answers", func(s *scene) {
		for range 4 {
			x := s.call("/api/items", "JWT "+s.context())
			x.Answered = x.At.Add(time.Second)
			s.event(timeline.Event{Kind: timeline.Brought, Exchange: x.ID, Raw: s.session(), Place: "the header X-Acpt"})
		}
	}},
	{"token in storage that is dead", func(s *scene) {
		raw := s.context()
		s.jump(life)
		s.event(timeline.Event{Kind: timeline.Kept, Raw: raw, Place: "localStorage item jwt"})
	}},
	{"retry with a newer token", func(s *scene) {
		s.call("/api/items", "JWT "+s.mint(secret, token.Context, s.hostClaims())).Status = 200
		s.at(3 * time.Second)
		s.call("/api/items", "JWT "+s.context())
	}},
	{"twenty requests at once, each with a call of its own", func(s *scene) {
		for range 20 {
			s.now += time.Millisecond
			s.call("/api/items", "JWT "+s.context())
		}
	}},
	{"errors again and again, which no token causes", func(s *scene) {
		for i := range 30 {
			s.at(time.Duration(i+1) * time.Second)
			s.call("/api/items", "JWT "+s.context()).Status = 503
		}
	}},
	{"two requests for a token one after the other", func(s *scene) {
		for range 4 {
			x := s.call("/api/token", "JWT "+s.context())
			x.Answer.Set("Cache-Control", "no-store")
			x.Answered = x.At.Add(time.Millisecond)
			s.event(timeline.Event{Kind: timeline.Brought, Exchange: x.ID, Raw: s.session()})
			s.now += time.Second
		}
	}},
	{"another site", func(s *scene) { s.send(timeline.Exchange{URL: "http://localhost:3999/api"}) }},
	{"the host's own page", func(s *scene) { s.send(timeline.Exchange{URL: "/api/items", HostPage: true}) }},
}

func TestSoundTimelinesAreSilent(t *testing.T) {
	t.Parallel()
	for _, tt := range sound {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := opened(t)
			tt.play(s)
			if found := s.judge().Findings; len(found) > 0 {
				t.Errorf("findings:%s", told(found))
			}
			if d := judge.Diagnose(s.in); len(d.Findings) > 0 || d.Broken {
				t.Errorf("the page does not work, it is said: %s%s", d.Reason, told(d.Findings))
			}
		})
	}
}
