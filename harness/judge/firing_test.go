package judge_test

import (
	"crypto/rand"
	"crypto/rsa"
	"net/url"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/standin-dev/standin/fakehost/token"
	"github.com/standin-dev/standin/harness/judge"
	"github.com/standin-dev/standin/harness/timeline"
)

// firing has timelines each of which breaks one rule, and no other.
var firing = []struct {
	defect string
	rule   *judge.Rule
	play   func(*scene)
}{
	{"page that answers 404", judge.PageLoads, func(s *scene) {
		s.send(timeline.Exchange{Type: "Document", URL: s.pageURL(s.iframe("/app")), Status: 404})
	}},
	{"getToken that has no answer while the page stays as it is", judge.WaitsForEver, func(s *scene) {
		s.event(timeline.Event{Kind: timeline.Unanswered})
		s.at(2 * time.Minute)
		s.event(timeline.Event{Kind: timeline.Unmoved, By: 2 * time.Minute})
	}},
	{"installed that is refused", judge.TakesRotation, func(s *scene) {
		s.event(timeline.Event{Kind: timeline.NotTaken, Place: "installed answered 409"})
	}},
	{"401 to the token of nobody", judge.ErrorOnValid, func(s *scene) {
		c := s.hostClaims()
		c.Subject, s.in.User = "", ""
		s.call("/api/items", "JWT "+s.mint(secret, token.Context, c)).Status = 401
	}},
	{"500 without a licence", judge.ErrorOnValid, func(s *scene) {
		s.in.App.Unlicensed = true
		s.call("/api/items", "JWT "+s.context()).Status = 500
	}},
	{"a check against forgery by a cookie that the frame cannot send", judge.CookieBlocked, func(s *scene) {
		s.send(timeline.Exchange{URL: "/api/state", Header: header("Authorization", "JWT "+s.context()), Answer: header("Set-Cookie", "_csrf=abc; Path=/; HttpOnly")})
		x := s.send(timeline.Exchange{Method: "POST", URL: "/api/sync", Header: header("Authorization", "JWT "+s.context())})
		x.Status, x.Excerpt = 403, `{"error":"invalid csrf token"}`
	}},
	{"a request that was taken with a cookie, and is refused where third-party cookies are blocked", judge.CookieBlocked, func(s *scene) {
		with := s.in // where they are sent
		with.Exchanges = []timeline.Exchange{{ID: 1, URL: origin + "/api/items", Type: "Fetch", Method: "GET", Status: 200, Header: header("Cookie", "sid=1; theme=dark")}}
		s.in.TakenWith = judge.TakenWith{}
		s.in.TakenWith.Add(&with)
		s.call("/api/items", "JWT "+s.context()).Status = 403
	}},
	{"nothing but an OAuth state", judge.NoToken, func(s *scene) {
		c := s.hostClaims()
		c.QSH = ""
		raw := s.mint(foreign, token.Unknown, c)
		s.jump(life + time.Minute)
		s.send(timeline.Exchange{URL: "/oauth/start?state=" + raw})
	}},
	{"a login in a window of its own", judge.CookieBlocked, func(s *scene) {
		s.in.Popups = map[string]bool{"window": true}
		s.send(timeline.Exchange{Type: "Document", Method: "POST", Frame: "window", URL: "/login", Answer: header("Set-Cookie", "sid=1; Path=/; HttpOnly; SameSite=Lax")})
		s.call("/api/items", "JWT "+s.context())
	}},
	{"a secret that was rotated, and is used on", judge.TakesRotation, func(s *scene) {
		s.call("/api/items", "JWT "+s.context())
		s.at(10 * time.Second)
		s.event(timeline.Event{Kind: timeline.Rotated})
		s.at(time.Minute)
		s.call("/api/items", "JWT "+s.context()).Status = 401
	}},
	{"a token that is renewed when it is refused, as its author says", judge.OnRefusal, func(s *scene) {
		s.in.Policy.Renewal = judge.RenewalOnRefusal
		raw := s.context()
		s.jump(life + time.Minute)
		s.event(timeline.Event{Kind: timeline.Step})
		s.at(life + time.Minute + 2*time.Second)
		s.call("/api/items", "JWT "+raw).Status = 401
		s.at(life + time.Minute + 3*time.Second)
		s.call("/api/items", "JWT "+s.context())
	}},
	{"JWT undefined, where the host gave nothing", judge.SentWithout, func(s *scene) {
		s.event(timeline.Event{Kind: timeline.Withheld})
		s.call("/api/items", "JWT undefined").Status = 401
	}},
	{"an expired token, where the host gave no other", judge.SentWithout, func(s *scene) {
		raw := s.context()
		s.event(timeline.Event{Kind: timeline.Withheld})
		s.jump(life + time.Minute)
		s.call("/api/items", "JWT "+raw).Status = 401
	}},
	{"JWT and nothing, where the host gave nothing", judge.SentWithout, func(s *scene) {
		s.event(timeline.Event{Kind: timeline.Withheld})
		s.call("/api/items", "JWT").Status = 401
	}},
	{"call without a token, where the host gave none", judge.SentWithout, func(s *scene) {
		s.event(timeline.Event{Kind: timeline.Withheld})
		s.send(timeline.Exchange{URL: "/api/items", Status: 401})
	}},
	{"nothing sent after a refusal, whatever the person does", judge.Stranded, func(s *scene) {
		x := s.call("/api/items", "JWT "+s.context())
		x.Status, x.Staged = 401, true
		s.at(2 * time.Second)
		s.event(timeline.Event{Kind: timeline.Mended, Place: "good tokens were answered 401"})
		s.at(3 * time.Second)
		s.event(timeline.Event{Kind: timeline.Step})
	}},

	{"page that answers 500 although its token is right", judge.PageLoads, func(s *scene) {
		s.send(timeline.Exchange{Type: "Document", URL: s.pageURL(s.iframe("/app")), Status: 500})
	}},
	{"page that answers 401 to an expired token", judge.PageLoads, func(s *scene) {
		raw := s.iframe("/app")
		s.at(life)
		s.send(timeline.Exchange{Type: "Document", URL: s.pageURL(raw), Status: 401})
	}},
	{"page that answers 401 to an address without a token", judge.PageLoads, func(s *scene) {
		s.send(timeline.Exchange{Type: "Document", URL: "/app", Status: 401})
	}},
	{"cacheable page that answers 401", judge.CacheablePage, func(s *scene) {
		s.in.App.NoToken, s.in.App.Cacheable = true, true
		s.send(timeline.Exchange{Type: "Document", URL: "/app", Status: 401})
	}},
	{"page that redirects for ever", judge.PageLoads, func(s *scene) {
		s.send(timeline.Exchange{Type: "Document", URL: s.pageURL(s.iframe("/app")), Failure: "net::ERR_TOO_MANY_REDIRECTS"})
	}},
	{"page that never answers", judge.PageLoads, func(s *scene) {
		s.send(timeline.Exchange{Type: "Document", URL: s.pageURL(s.iframe("/app"))}).Status = 0
	}},
	{"page that refuses the right token", judge.RefusedValid, func(s *scene) {
		s.send(timeline.Exchange{Type: "Document", URL: s.pageURL(s.iframe("/app")), Status: 401})
	}},

	{"call without a token", judge.NoToken, func(s *scene) { s.send(timeline.Exchange{URL: "/api/items"}) }},
	{"call without a token that is refused", judge.NoToken, func(s *scene) {
		s.send(timeline.Exchange{URL: "/api/items", Status: 401})
	}},
	{"token dropped after the call before it had one", judge.NoToken, func(s *scene) {
		s.call("/api/items", "JWT "+s.context())
		s.send(timeline.Exchange{URL: "/api/items/1"})
	}},
	{"socket without a token", judge.NoToken, func(s *scene) {
		s.send(timeline.Exchange{Type: "WebSocket", URL: "ws://localhost:3000/live", Status: 101})
	}},
	{"picture that is data, without a token", judge.NoToken, func(s *scene) {
		s.send(timeline.Exchange{Type: "Image", URL: "/export", Answer: header("Content-Type", "text/csv")})
	}},

	{"token in the Referer alone", judge.RefererOnly, func(s *scene) {
		s.goesByReferer("/api/items")
		s.send(timeline.Exchange{URL: "/api/items", Header: header("Referer", s.pageURL(s.iframe("/app")))})
	}},

	{"token lost in the Referer that the author reads", judge.LostWithReferer, func(s *scene) {
		s.in.Policy.Carriers = []judge.CarrierSpec{{Place: "referer"}}
		s.send(timeline.Exchange{URL: "/api/items", Header: header("Referer", s.pageURL(s.iframe("/app")))})
		s.send(timeline.Exchange{URL: "/api/items/1", Status: 401, Header: header("Referer", origin+"/items")})
	}},

	{"context token kept past its life", judge.Expired, func(s *scene) {
		raw := s.context()
		s.call("/api/items", "JWT "+raw)
		s.jump(16 * time.Minute)
		s.call("/api/items/1", "JWT "+raw)
	}},
	{"session token kept past its life", judge.Expired, func(s *scene) {
		raw := s.session()
		s.jump(16 * time.Minute)
		s.send(timeline.Exchange{URL: "/api/items", Status: 401, Header: header("X-Acpt", raw)})
	}},
	{"token of the app's own kept past its life", judge.Expired, func(s *scene) {
		raw := s.mint(foreign, token.Unknown, s.sessionClaims())
		s.jump(16 * time.Minute)
		s.call("/api/items", "Bearer "+raw)
	}},
	{"expired token that the back end takes", judge.Expired, func(s *scene) {
		raw := s.context()
		s.jump(life)
		s.call("/api/items", "JWT "+raw)
	}},
	{"socket that comes back with the token of its first time", judge.Expired, func(s *scene) {
		raw := s.context()
		s.jump(life)
		s.send(timeline.Exchange{Type: "WebSocket", URL: "ws://localhost:3000/live?jwt=" + raw, Status: 101})
	}},
	{"cookie past its life", judge.Expired, func(s *scene) {
		s.in.Policy.Carriers = carriers(s.t, "cookie:sid")
		raw := s.session()
		s.jump(life)
		s.send(timeline.Exchange{URL: "/api/items", Header: header("Cookie", `theme="{x,y}"; sid=`+raw)})
	}},
	{"reload of the frame past the life of its URL", judge.Expired, func(s *scene) {
		url := s.in.Exchanges[0].URL
		s.jump(life)
		s.send(timeline.Exchange{Type: "Document", URL: url, Status: 401})
	}},

	{"stale token in the query before a fresh one in the header", judge.StaleShadowsFresh, func(s *scene) {
		old := s.context()
		s.jump(16 * time.Minute)
		s.call("/api/items?jwt="+old, "JWT "+s.context()).Status = 401
	}},
	{"iframe token in the query before a context token in the header", judge.StaleShadowsFresh, func(s *scene) {
		s.call("/api/items?jwt="+s.iframe("/app"), "JWT "+s.context()).Status = 401
	}},
	{"older token before a newer one while both live", judge.StaleShadowsFresh, func(s *scene) {
		old := s.context()
		s.jump(10 * time.Minute)
		s.call("/api/items?jwt="+old, "JWT "+s.context()).Status = 401
	}},

	{"JWT undefined", judge.LiteralJunk, func(s *scene) { s.call("/api/items", "JWT undefined") }},
	{"JWT null, refused", judge.LiteralJunk, func(s *scene) { s.call("/api/items", "JWT null").Status = 401 }},
	{"JWT and nothing", judge.LiteralJunk, func(s *scene) { s.call("/api/items", "JWT") }},
	{"Bearer undefined", judge.LiteralJunk, func(s *scene) { s.call("/api/items", "Bearer undefined") }},
	{"undefined alone", judge.LiteralJunk, func(s *scene) { s.call("/api/items", "undefined") }},
	{"JWT [object Promise]", judge.LiteralJunk, func(s *scene) { s.call("/api/items", "JWT [object Promise]") }},
	{"[object Promise] alone", judge.LiteralJunk, func(s *scene) { s.call("/api/items", "[object Promise]") }},
	{"function in the query", judge.LiteralJunk, func(s *scene) {
		s.send(timeline.Exchange{URL: "/api/items?jwt=function%20()%20%7B%7D"})
	}},
	{"empty jwt in the query", judge.LiteralJunk, func(s *scene) { s.send(timeline.Exchange{URL: "/api/items?jwt="}) }},
	{"X-acpt undefined", judge.LiteralJunk, func(s *scene) {
		s.send(timeline.Exchange{URL: "/api/items", Header: header("X-Acpt", "undefined")})
	}},
	{"quoted undefined in JSON", judge.LiteralJunk, func(s *scene) {
		s.send(timeline.Exchange{Method: "POST", URL: "/api/items", Body: []byte(`{"jwt":"undefined"}`),
			Header: header("Content-Type", "application/json")})
	}},

	{"Bearer that is refused", judge.WrongScheme, func(s *scene) { s.call("/api/items", "Bearer "+s.context()).Status = 401 }},
	{"lower-case jwt that is refused", judge.WrongScheme, func(s *scene) { s.call("/api/items", "jwt "+s.context()).Status = 401 }},
	{"no scheme, refused", judge.WrongScheme, func(s *scene) { s.call("/api/items", s.context()).Status = 401 }},
	{"JWT where the author says Bearer", judge.WrongScheme, func(s *scene) {
		s.in.Policy.Carriers = carriers(s.t, "header:Authorization Bearer")
		s.call("/api/items", "JWT "+s.context())
	}},
	{"scheme where the author says none", judge.WrongScheme, func(s *scene) {
		s.in.Policy.Carriers = carriers(s.t, "header:X-Connect-Token")
		s.send(timeline.Exchange{URL: "/api/items", Header: header("X-Connect-Token", "JWT "+s.context())})
	}},

	{"token cut short", judge.Malformed, func(s *scene) {
		raw := s.context()
		s.call("/api/items", "JWT "+raw[:strings.LastIndexByte(raw, '.')])
	}},
	{"token cut within its signature", judge.Malformed, func(s *scene) {
		raw := s.context()
		s.call("/api/items", "JWT "+raw[:len(raw)-2]) // 41 characters, which no base64 has
	}},
	{"token in quotes", judge.Malformed, func(s *scene) { s.call("/api/items", `JWT "`+s.context()+`"`) }},
	{"token with its scheme in the query", judge.Malformed, func(s *scene) {
		s.send(timeline.Exchange{URL: "/api/items?jwt=JWT%20" + s.context()})
	}},
	{"exp that is a text", judge.Malformed, func(s *scene) {
		s.call("/api/items", "JWT "+s.minted(jwt.SigningMethodHS256, []byte(secret), jwt.MapClaims{"iss": appKey, "exp": "soon"}))
	}},
	{"opaque credential that is refused", judge.Malformed, func(s *scene) { s.call("/api/items", "Bearer 0123456789abcdef").Status = 401 }},
	{"JWT with a colon", judge.Malformed, func(s *scene) { s.call("/api/items", "JWT:"+s.context()).Status = 401 }},

	{"algorithm none", judge.WrongAlgorithm, func(s *scene) {
		s.call("/api/items", "JWT "+s.minted(jwt.SigningMethodNone, jwt.UnsafeAllowNoneSignatureType,
			jwt.MapClaims{"iss": clientKey, "sub": account, "qsh": token.ContextQSH, "exp": s.instant().Add(life).Unix()}))
	}},
	{"algorithm RS256", judge.WrongAlgorithm, func(s *scene) {
		key, err := rsa.GenerateKey(rand.Reader, 2048)
		if err != nil {
			s.t.Fatal(err)
		}
		raw, err := token.MintRS256(key, "kid", s.hostClaims())
		if err != nil {
			s.t.Fatal(err)
		}
		s.call("/api/items", "JWT "+s.know(raw, token.Unknown, false))
	}},

	{"token of another tenant", judge.WrongTenant, func(s *scene) {
		c := s.hostClaims()
		c.Issuer = "tenant-2"
		s.call("/api/items", "JWT "+s.mint(foreign, token.Unknown, c))
	}},
	{"token of another tenant, which the back end made in the host's likeness", judge.WrongTenant, func(s *scene) {
		c := s.hostClaims()
		c.Issuer = "tenant-2"
		s.call("/api/items", "JWT "+s.mint(secret, token.Session, c))
	}},
	{"token of another tenant of the same host", judge.WrongTenant, func(s *scene) {
		c := s.hostClaims()
		c.Issuer = "tenant-2"
		s.call("/api/items", "JWT "+s.mint(secret, token.Context, c))
	}},

	{"token signed with another secret", judge.WrongSignature, func(s *scene) {
		s.call("/api/items", "JWT "+s.mint(foreign, token.Unknown, s.hostClaims())).Status = 400
	}},

	{"token of another user", judge.WrongUser, func(s *scene) {
		c := s.hostClaims()
		c.Subject = "712020:alex"
		s.call("/api/items", "JWT "+s.mint(secret, token.Context, c))
	}},
	{"token of another user, which the back end made in the host's likeness", judge.WrongUser, func(s *scene) {
		c := s.hostClaims()
		c.Subject = "712020:alex"
		s.call("/api/items", "JWT "+s.mint(secret, token.Session, c))
	}},
	{"token of a user when nobody is logged in", judge.WrongUser, func(s *scene) {
		s.in.User = ""
		s.call("/api/items", "JWT "+s.context())
	}},
	{"token of nobody when a user is logged in", judge.WrongUser, func(s *scene) {
		c := s.hostClaims()
		c.Subject = ""
		s.call("/api/items", "JWT "+s.mint(secret, token.Context, c))
	}},

	{"later page with the token of the first", judge.WrongQSH, func(s *scene) {
		s.document("/app/items?jwt=" + s.iframe("/app"))
	}},
	{"later page that refuses a context token", judge.RefusedValid, func(s *scene) {
		s.document("/app/items?jwt=" + s.context()).Status = 401
	}},

	{"iframe token on a call", judge.IframeTokenOnAPI, func(s *scene) { s.call("/api/items", "JWT "+s.iframe("/app")) }},
	{"iframe token in the query of a call", judge.IframeTokenOnAPI, func(s *scene) {
		s.send(timeline.Exchange{URL: "/api/items?jwt=" + s.iframe("/app")})
	}},

	{"call whose context token is refused", judge.RefusedValid, func(s *scene) { s.call("/api/items", "JWT "+s.context()).Status = 401 }},
	{"call whose session token is forbidden", judge.RefusedValid, func(s *scene) {
		s.send(timeline.Exchange{URL: "/api/items", Status: 403, Header: header("X-Acpt", s.session())})
	}},

	{"error on a valid token", judge.ErrorOnValid, func(s *scene) { s.call("/api/items", "JWT "+s.context()).Status = 500 }},
	{"bad request with a valid token", judge.ErrorOnValid, func(s *scene) { s.call("/api/items", "JWT "+s.context()).Status = 400 }},
	{"error on an opaque credential", judge.ErrorOnValid, func(s *scene) { s.call("/api/items", "Bearer 0123456789abcdef").Status = 500 }},

	{"token with a second to live", judge.Margin, func(s *scene) {
		raw := s.context()
		s.jump(life - time.Second)
		s.call("/api/items", "JWT "+raw)
	}},

	{"query and body, refused", judge.QueryAndBody, func(s *scene) {
		raw := s.context()
		s.send(timeline.Exchange{Method: "POST", URL: "/api/items?jwt=" + raw, Body: []byte("jwt=" + raw), Status: 401,
			Header: header("Content-Type", "application/x-www-form-urlencoded")})
	}},
	{"token in a cookie alone", judge.CookieOnly, func(s *scene) {
		s.send(timeline.Exchange{URL: "/api/items", Header: header("Cookie", "sid="+s.session())})
	}},
	{"context token in a cookie alone", judge.CookieOnly, func(s *scene) {
		s.send(timeline.Exchange{URL: "/api/items", Status: 401, Header: header("Cookie", "jwt="+s.context())})
	}},
	{"iframe token before a context token, taken", judge.SeveralTokens, func(s *scene) {
		s.call("/api/items?jwt="+s.iframe("/app"), "JWT "+s.context())
	}},
	{"expired token before a good one that is taken", judge.SeveralTokens, func(s *scene) {
		old := s.context()
		s.jump(16 * time.Minute)
		s.call("/api/items?jwt="+old, "JWT "+s.context())
	}},
	{"token of another issue", judge.WrongContext, func(s *scene) {
		s.contextOf("ext-1", "1001")
		s.call("/api/items", "JWT "+s.mint(secret, token.Context, s.claimsOf("1002")))
	}},
	{"token that another frame got", judge.WrongContext, func(s *scene) {
		s.contextOf("ext-1", "1001")
		other := s.contextOf("ext-2", "1002")
		s.call("/api/items", "JWT "+other).Extension = "ext-1"
	}},
	{"token of another user in a session", judge.WrongUser, func(s *scene) {
		s.in.User = "712020:0b5d1f0e-6f0a-4b52-9a55-3f4b8c5d7e21"
		c := s.sessionClaims()
		c.Subject = "712020:3f6d0c57-51c2-4a0e-9d0b-7e2a64c1b8f3"
		s.send(timeline.Exchange{URL: "/api/items", Header: header("X-Acpt", s.mint(secret, token.Session, c))})
	}},
	{"token of who was logged in before", judge.WrongUser, func(s *scene) {
		raw := s.context()
		s.jump(time.Minute)
		s.event(timeline.Event{Kind: timeline.LoggedIn, Account: "712020:alex", Text: "Alex logged in"})
		s.at(5 * time.Minute)
		s.document(s.pageURL(s.mint(secret, token.Iframe, s.claimsOf("/app")))).URL = origin + "/app"
		s.call("/api/items", "JWT "+raw)
	}},
	{"session begun anew for who was logged in before", judge.WrongUser, func(s *scene) {
		s.event(timeline.Event{Kind: timeline.LoggedIn, Account: "712020:alex", Text: "Alex logged in"})
		s.at(time.Minute)
		c := s.sessionClaims()
		c.Subject = "712020:3f6d0c57-51c2-4a0e-9d0b-7e2a64c1b8f3"
		s.call("/api/items", "JWT "+s.mint(secret, token.Session, c))
	}},
	{"token of the person before, who was gone when the page was opened", judge.WrongUser, func(s *scene) {
		c := s.hostClaims()
		c.Subject = "712020:alex"
		raw := s.mint(secret, token.Context, c)
		s.event(timeline.Event{Kind: timeline.LoggedIn, Account: "712020:kim", Text: "Kim logged in"})
		s.at(time.Minute)
		s.call("/api/items", "JWT "+raw)
	}},
	{"socket.io without a token", judge.NoToken, func(s *scene) {
		const to = "/socket.io/?EIO=4&transport=polling"
		s.send(timeline.Exchange{URL: to})
		s.send(timeline.Exchange{Method: "POST", URL: to + "&sid=Kf3jd8fkL2mNbQ9sAAAB", Header: header("Content-Type", "text/plain"), Body: []byte("40")})
	}},
	{"kept token in socket.io's packet", judge.Expired, func(s *scene) {
		raw := s.context()
		s.jump(life + time.Minute)
		s.send(timeline.Exchange{Method: "POST", URL: "/socket.io/?EIO=4&transport=polling&sid=Kf3jd8fkL2mNbQ9sAAAB", Header: header("Content-Type", "text/plain"),
			Body: []byte(`40{"token":"` + raw + `"}`)})
	}},
	{"kept token in a message", judge.Expired, func(s *scene) {
		raw := s.context()
		s.socket(raw, 0, life+time.Minute)
	}},
	{"secret of before in a message", judge.WrongSignature, func(s *scene) {
		raw := s.mint(secret, token.Context, s.hostClaims())
		s.event(timeline.Event{Kind: timeline.Rotated})
		known := s.tokens[raw]
		known.Outdated = true
		s.tokens[raw] = known
		s.socket(raw, time.Minute)
	}},
	{"token from before a rotation", judge.WrongSignature, func(s *scene) {
		raw := s.mint(secret, token.Context, s.hostClaims())
		known := s.tokens[raw]
		known.Outdated = true
		s.tokens[raw] = known
		s.call("/api/items", "JWT "+raw).Status = 400
	}},

	{"token to analytics in the URL", judge.OtherOrigin, func(s *scene) {
		s.send(timeline.Exchange{URL: "https://stats.example.com/hit?url=" + url.QueryEscape(s.pageURL(s.iframe("/app"))), Type: "Ping", Failure: "kept in"})
	}},
	{"token to analytics in a header", judge.OtherOrigin, func(s *scene) {
		s.send(timeline.Exchange{URL: "https://stats.example.com/hit", Failure: "kept in", Header: header("Authorization", "JWT "+s.context())})
	}},
	{"token to analytics in the body", judge.OtherOrigin, func(s *scene) {
		s.send(timeline.Exchange{Method: "POST", URL: "https://stats.example.com/hit", Failure: "kept in", Body: []byte(`{"page":"` + s.pageURL(s.iframe("/app")) + `"}`),
			Header: header("Content-Type", "application/json")})
	}},
	{"token to a CDN in the Referer", judge.OtherOrigin, func(s *scene) {
		s.send(timeline.Exchange{URL: "https://cdn.example.com/lib.js", Type: "Script", Header: header("Referer", s.pageURL(s.iframe("/app")))})
	}},
	{"token to a socket elsewhere", judge.OtherOrigin, func(s *scene) {
		s.send(timeline.Exchange{URL: "wss://push.example.com/live?jwt=" + s.context(), Type: "WebSocket", Status: 101})
	}},
	{"secret in an answer", judge.SecretShown, func(s *scene) {
		s.call("/api/config", "JWT "+s.context())
		s.event(timeline.Event{Kind: timeline.Revealed, Exchange: 2, Place: "the body"})
	}},
	{"token in a page that may be cached", judge.CacheableToken, func(s *scene) {
		s.in.Exchanges[0].Answer.Set("Cache-Control", "private, max-age=600")
		s.event(timeline.Event{Kind: timeline.Brought, Exchange: 1, Raw: s.session()})
	}},
	{"token in a page that expires later", judge.CacheableToken, func(s *scene) {
		s.in.Exchanges[0].Answer.Set("Date", "Mon, 02 Mar 2026 09:00:00 GMT")
		s.in.Exchanges[0].Answer.Set("Expires", "Mon, 02 Mar 2026 10:00:00 GMT")
		s.event(timeline.Event{Kind: timeline.Brought, Exchange: 1, Raw: s.session()})
	}},
	{"token in a page of which caches know nothing", judge.TokenWithoutNoStore, func(s *scene) {
		s.event(timeline.Event{Kind: timeline.Brought, Exchange: 1, Raw: s.session()})
	}},
	{"token in the host's address", judge.HostLocation, func(s *scene) {
		s.event(timeline.Event{Kind: timeline.Exposed, Raw: s.context(), Place: "the address of the host's page"})
	}},
	{"token in storage", judge.KeptInStorage, func(s *scene) {
		s.event(timeline.Event{Kind: timeline.Kept, Raw: s.context(), Place: `localStorage item "jwt"`})
	}},
	{"token on the console", judge.Printed, func(s *scene) {
		s.event(timeline.Event{Kind: timeline.Kept, Raw: s.context(), Place: "console.log"})
	}},

	{"refusals without end", judge.RefusalLoop, func(s *scene) {
		for i := range 12 {
			s.at(time.Duration(i+1) * time.Second)
			s.call("/api/items", "JWT "+s.context()).Status = 401
		}
	}},
	{"refusals that come faster than what was accepted", judge.RefusalLoop, func(s *scene) {
		for i := range 6 {
			s.at(time.Duration(i+1) * 10 * time.Second)
			s.call("/api/items", "JWT "+s.context())
		}
		for i := range 12 {
			s.at(time.Minute + time.Duration(i+1)*time.Second)
			s.call("/api/items", "JWT "+s.context()).Status = 401
		}
	}},
	{"retry with the token that was refused", judge.SameTokenAgain, func(s *scene) {
		raw := s.mint(secret, token.Context, s.hostClaims())
		s.call("/api/items", "JWT "+raw).Status = 401
		s.now += 50 * time.Millisecond
		s.call("/api/items", "JWT "+raw).Status = 401
	}},
	{"three requests for a token at once", judge.RefreshStampede, func(s *scene) {
		raw := s.context()
		for i := range 3 {
			x := s.call("/api/token", "JWT "+raw)
			x.Answered = x.At.Add(time.Second)
			s.event(timeline.Event{Kind: timeline.Brought, Exchange: x.ID, Raw: s.session()})
			x.Answer.Set("Cache-Control", "no-store")
			s.at(time.Second + time.Duration(i+1)*time.Millisecond)
		}
	}},
	{"many calls of getToken at once", judge.TokenBurst, func(s *scene) {
		for range 12 {
			s.now += 2 * time.Millisecond
			s.context()
		}
		s.call("/api/items", "JWT "+s.context())
	}},
	{"a call of getToken each second", judge.NeedlessCalls, func(s *scene) {
		for range 60 {
			s.jump(time.Second)
			s.context()
		}
		s.call("/api/items", "JWT "+s.context())
	}},
	{"a call of getToken each second, most of which were passed over", judge.NeedlessCalls, func(s *scene) {
		s.call("/api/items", "JWT "+s.context())
		s.event(timeline.Event{Kind: timeline.PassedOver, Repetition: &timeline.Repetition{Times: 60, Asked: 1}})
	}},
}
