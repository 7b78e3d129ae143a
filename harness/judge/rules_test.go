package judge_test

import (
	"crypto/rand"
	"crypto/rsa"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/google/go-cmp/cmp"

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
	{"cacheable page that answers 401", judge.PageLoads, func(s *scene) {
		s.in.App.NoToken = true
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
	{"later page that refuses a context token", judge.WrongQSH, func(s *scene) {
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
		s.call("/api/items", "JWT "+raw)
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
}

func TestEachDefectBreaksItsRuleAlone(t *testing.T) {
	t.Parallel()
	for _, tt := range firing {
		t.Run(tt.rule.ID+"/"+tt.defect, func(t *testing.T) {
			t.Parallel()
			s := opened(t)
			if strings.HasPrefix(tt.defect, "page ") || strings.HasPrefix(tt.defect, "cacheable page") {
				s = newScene(t) // it is about the first page itself
			}
			tt.play(s)
			result := s.judge()
			want := map[judge.Severity][]string{judge.Must: nil, judge.Should: nil}
			want[tt.rule.Severity] = append(want[tt.rule.Severity], tt.rule.ID)
			switch tt.rule {
			case judge.SameTokenAgain, judge.RefusalLoop: // they come with what was refused
				want[judge.Must] = append([]string{judge.RefusedValid.ID}, want[judge.Must]...)
				slices.Sort(want[judge.Must])
			}
			got := map[judge.Severity][]string{
				judge.Must: broken(result, judge.Must), judge.Should: broken(result, judge.Should),
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("broken rules (-want +got):\n%s%s", diff, told(result.Findings))
			}
			for _, f := range result.Findings {
				wellTold(t, f)
			}
		})
	}
}

// ofNoRequest tells the findings that no single request made.
func ofNoRequest(f judge.Finding) bool {
	return f.Place != "" || f.Rule == judge.TokenBurst || f.Rule == judge.NeedlessCalls
}

// wellTold checks what every finding owes to its reader: sentences, a request,
// and no token.
func wellTold(t *testing.T, f judge.Finding) {
	t.Helper()
	if !strings.HasSuffix(f.Message, ".") || f.Actual == "" || f.Exchange == 0 && !ofNoRequest(f) {
		t.Errorf("%s: not told in full: %+v", f.Rule.ID, f)
	}
	for _, text := range []string{f.Message, f.Expected, f.Actual, f.Cause} {
		if found := token.Find(text); len(found) > 0 {
			t.Errorf("%s: shows a token: %s", f.Rule.ID, token.Redact(text))
		}
		if strings.Contains(text, "%!") {
			t.Errorf("%s: badly formatted: %s", f.Rule.ID, text)
		}
	}
}

// TestLostWithRefererAlone: the rule cannot be broken alone, for the token must
// have been in the Referer before.
func TestLostWithRefererAlone(t *testing.T) {
	t.Parallel()
	s := opened(t)
	s.send(timeline.Exchange{URL: "/api/items", Header: header("Referer", s.pageURL(s.iframe("/app")))})
	s.send(timeline.Exchange{URL: "/api/items/1", Status: 401, Header: header("Referer", origin+"/items")})
	want := []string{judge.RefererOnly.ID, judge.LostWithReferer.ID}
	if diff := cmp.Diff(want, broken(s.judge(), judge.Must)); diff != "" {
		t.Errorf("broken rules (-want +got):\n%s", diff)
	}
}

func TestEveryRuleHasADefect(t *testing.T) {
	t.Parallel()
	covered := map[string]bool{judge.DependsOnReferer.ID: true} // which two timelines break: see TestDiffer
	for _, tt := range firing {
		covered[tt.rule.ID] = true
	}
	for _, r := range judge.Rules() {
		if !covered[r.ID] {
			t.Errorf("no timeline breaks %s alone: add one to the table", r.ID)
		}
	}
}

func TestRulesAreTold(t *testing.T) {
	t.Parallel()
	id := regexp.MustCompile(`^[a-z]+(-[a-z]+)*/[a-z]+(-[a-z]+)*$`)
	seen := map[string]bool{}
	for _, r := range judge.Rules() {
		if !id.MatchString(r.ID) {
			t.Errorf("%q is no id: it is group/kebab-case", r.ID)
		}
		if seen[r.ID] {
			t.Errorf("%s is there twice", r.ID)
		}
		seen[r.ID] = true
		for what, text := range map[string]string{"sentence": r.Sentence, "why": r.Why, "remedy": r.Remedy} {
			if !strings.HasSuffix(text, ".") && !strings.HasSuffix(text, "].") {
				t.Errorf("%s: its %s is no sentence: %q", r.ID, what, text)
			}
		}
		if r.Source == "" {
			t.Errorf("%s has no source", r.ID)
		}
		if r.Severity != judge.Must && r.Severity != judge.Should {
			t.Errorf("%s has the severity %q", r.ID, r.Severity)
		}
		if judge.RuleByID(r.ID) != r {
			t.Errorf("RuleByID(%q) is another rule", r.ID)
		}
	}
	if judge.RuleByID("token/of-gold") != nil {
		t.Error("RuleByID makes up rules")
	}
	list := judge.Rules()
	list[0] = nil
	if judge.Rules()[0] == nil {
		t.Error("Rules gives away its own list")
	}
}

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
		})
	}
}
