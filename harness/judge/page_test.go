package judge_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/standin-dev/standin/harness/judge"
	"github.com/standin-dev/standin/harness/timeline"
)

// module is the module's page, as it answers 200 with HTML and some more headers.
func (s *scene) module(pairs ...string) *timeline.Exchange {
	return s.send(timeline.Exchange{Type: "Document", URL: s.pageURL(s.iframe("/app")),
		Answer: header(append([]string{"Content-Type", "text/html"}, pairs...)...)})
}

// asset is a part of the page; blocked has standin keep it in.
func (s *scene) asset(kind, url string, status int, blocked bool) *timeline.Exchange {
	x := timeline.Exchange{Type: kind, URL: url, Status: status, Answer: header("Content-Type", "text/javascript"), Blocked: blocked}
	if blocked {
		x.Failure = "kept in by standin: only this machine may be reached"
	}
	return s.send(x)
}

func (s *scene) shows(p timeline.PageState) {
	s.event(timeline.Event{Kind: timeline.Shown, Page: &p})
}

// uses has the page's code use the bridge, which it does not have.
func (s *scene) uses(texts ...string) {
	p := timeline.PageState{ContentType: "text/html", Words: "Configure"}
	for i, text := range texts {
		p.Uses = append(p.Uses, timeline.Use{URL: origin + "/app.js", Line: i + 1, Text: text})
	}
	s.shows(p)
}

func (s *scene) throws(message string) {
	s.event(timeline.Event{Kind: timeline.Exception, Script: &timeline.ScriptError{Message: message, URL: origin + "/app.js", Line: 3}})
}

func (s *scene) forbids(v timeline.Violation) {
	s.event(timeline.Event{Kind: timeline.Forbidden, Violation: &v, Text: "the page's Content-Security-Policy forbids it"})
}

func (s *scene) bridge() { s.event(timeline.Event{Kind: timeline.Bridge}) }

// refusedByCORS is a call to another port, and the preflight before it.
func (s *scene) refusedByCORS(reason, parameter string, status int, pairs ...string) {
	const url = "http://localhost:4000/api/items"
	s.send(timeline.Exchange{Type: "Preflight", Method: http.MethodOptions, URL: url, Status: status, Answer: header(pairs...)})
	s.event(timeline.Event{Kind: timeline.CORSRefused, CORS: &timeline.CORSError{Method: "GET", URL: url, Reason: reason, Parameter: parameter}})
}

const cdn = "https://connect-cdn.atl-paas.net/all.js"

// ofPages has pages that do not work, each for one reason that is the app's, and what is
// said of it.
var ofPages = []struct {
	defect string
	rule   *judge.Rule
	says   string
	play   func(*scene)
}{
	{"header that forbids frames", judge.PageLoads, "its header X-Frame-Options: SAMEORIGIN forbids", func(s *scene) {
		s.module("X-Frame-Options", "SAMEORIGIN").Failure = "blocked by the browser (other)"
	}},
	{"policy that forbids frames, beside a header that browsers leave alone", judge.PageLoads, "its header Content-Security-Policy: frame-ancestors 'self' forbids", func(s *scene) {
		s.module("X-Frame-Options", "DENY", "Content-Security-Policy", "default-src *; frame-ancestors 'self'").Failure = "blocked by the browser (other)"
	}},
	{"redirect to where frames are forbidden", judge.PageLoads, "GET /app is redirected (302) to GET http://localhost:4000/login, which did not load: its header X-Frame-Options: DENY", func(s *scene) {
		x := s.module()
		x.Status = 302
		s.send(timeline.Exchange{Type: "Document", URL: "http://localhost:4000/login", RedirectOf: x.ID,
			Answer: header("X-Frame-Options", "DENY"), Failure: "blocked by the browser (other)"}).Status = 200
	}},
	{"login page that forbids frames, after a click", judge.Unframeable, "GET /login did not load: its header X-Frame-Options: DENY forbids", func(s *scene) {
		s.module()
		s.bridge()
		s.call("/api/items", "JWT "+s.context())
		s.send(timeline.Exchange{Type: "Document", URL: "/login", Answer: header("X-Frame-Options", "DENY"), Failure: "blocked by the browser (other)"}).Status = 200
	}},
	{"error with its words, and none of its token", judge.PageLoads, "GET /app answered 500 Internal Server Error (text/html): “TypeError: x at eyJ", func(s *scene) {
		x := s.module()
		x.Status, x.Excerpt = 500, "<html><head><title>Error</title></head><body><pre>TypeError: x at "+s.iframe("/x")
	}},
	{"empty answer", judge.PageLoads, "there is nothing in it", func(s *scene) {
		s.module()
		s.shows(timeline.PageState{ContentType: "text/html", Empty: true, Bare: true})
	}},
	{"JSON in the stead of a page", judge.PageLoads, "answered 200 with application/json, which is no page: “{\"error\":1}”", func(s *scene) {
		s.module()
		s.shows(timeline.PageState{ContentType: "application/json", Words: `{"error":1}`})
	}},
	{"cacheable page that wants a token", judge.CacheablePage, "cacheable: true", func(s *scene) {
		s.in.App.NoToken, s.in.App.Cacheable = true, true
		s.send(timeline.Exchange{Type: "Document", URL: "/app", Status: 401})
	}},
	{"page that wants a token of an app without authentication", judge.NoAuthentication, "authentication: none", func(s *scene) {
		s.in.App.NoToken, s.in.App.NoAuth = true, true
		s.send(timeline.Exchange{Type: "Document", URL: "/app", Status: 401})
	}},
	{"no all.js", judge.NoAllJS, "/app.js:1 has AP.context. What came of it: “TypeError: Cannot read properties of undefined (reading 'context')” at /app.js:3", func(s *scene) {
		s.module()
		s.uses("AP.context")
		s.throws("TypeError: Cannot read properties of undefined (reading 'context')")
	}},
	{"all.js that is not there", judge.NoAllJS, "/js/all.js answered 404 Not Found", func(s *scene) {
		s.module()
		s.asset("Script", origin+"/js/all.js", 404, false)
		s.uses("AP.context")
	}},
	{"all.js that is a page", judge.NoAllJS, "all.js is no script", func(s *scene) {
		s.module()
		s.asset("Script", origin+"/js/all.js", 200, false).Answer = header("Content-Type", "text/html")
		s.uses("AP.context")
	}},
	{"policy that keeps all.js out", judge.PolicyBlocks, "The page's own Content-Security-Policy: default-src 'self' does not let through " + cdn, func(s *scene) {
		s.module("Content-Security-Policy", "default-src 'self'; img-src *")
		s.forbids(timeline.Violation{Directive: "script-src-elem", Blocked: cdn})
		s.throws("ReferenceError: AP is not defined")
	}},
	{"policy that keeps the page's own scripts out", judge.PolicyBlocks, "the scripts that stand within the page", func(s *scene) {
		s.module("Content-Security-Policy", "script-src 'self' https:")
		s.bridge()
		s.forbids(timeline.Violation{Directive: "script-src-elem", Inline: true})
		s.shows(timeline.PageState{ContentType: "text/html", AP: true, Uses: []timeline.Use{{URL: origin + "/app", Text: "AP.context"}}})
	}},
	{"exception before what loads all.js", judge.PageThrows, "“ReferenceError: polyfill is not defined” at /app.js:3", func(s *scene) {
		s.module()
		s.uses("all.js", "AP.context")
		s.throws("ReferenceError: polyfill is not defined")
	}},
	{"script that uses AP before all.js is there", judge.PageThrows, "used AP before all.js was there", func(s *scene) {
		s.module()
		s.throws("Uncaught ReferenceError: AP is not defined")
		s.bridge()
	}},
	{"preflight that does not let Authorization through", judge.CORSRefused, "(OPTIONS, 204) has Access-Control-Allow-Headers: Content-Type, which lacks Authorization", func(s *scene) {
		s.module()
		s.bridge()
		s.refusedByCORS("HeaderDisallowedByPreflightResponse", "authorization", 204, "Access-Control-Allow-Headers", "Content-Type")
	}},
	{"preflight that wants a token", judge.CORSRefused, "(OPTIONS, 401) has a status that is not one of success", func(s *scene) {
		s.module()
		s.bridge()
		s.refusedByCORS("PreflightInvalidStatus", "", 401)
	}},
	{"preflight without any header of CORS", judge.CORSRefused, "has no Access-Control-Allow-Origin, which should be " + origin, func(s *scene) {
		s.module()
		s.bridge()
		s.refusedByCORS("PreflightMissingAllowOriginHeader", "", 200)
	}},
}

func TestPagesThatDoNotWork(t *testing.T) {
	t.Parallel()
	for _, tt := range ofPages {
		t.Run(tt.rule.ID+"/"+tt.defect, func(t *testing.T) {
			t.Parallel()
			s := newScene(t)
			s.in.App.HostOrigin = "http://127.0.0.1:9000"
			tt.play(s)
			d := judge.Diagnose(s.in)
			found := append(d.Findings, s.judge().Findings...)
			if len(found) != 1 || found[0].Rule != tt.rule || !strings.Contains(found[0].Message, tt.says) {
				t.Fatalf("want one finding of %s that says %q:%s", tt.rule.ID, tt.says, told(found))
			}
			if wellTold(t, found[0]); !d.Broken && tt.rule != judge.Unframeable {
				t.Error("the scenarios are played all the same")
			}
		})
	}
}

// TestPagesThatAreNotToBlame: what keeps these from calling their back end is none of the
// app's, or not surely; a reason is given, or nothing is said.
func TestPagesThatAreNotToBlame(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		says string // empty: nothing was seen
		play func(*scene)
	}{
		"page that calls its back end, with an exception and a refused preflight beside": {"", func(s *scene) {
			s.module()
			s.throws("ReferenceError: analytics is not defined")
			s.bridge()
			s.call("/api/items", "JWT "+s.context())
			s.refusedByCORS("PreflightMissingAllowOriginHeader", "", 200)
		}},
		"page that calls it without a bridge": {"", func(s *scene) {
			s.module()
			s.uses("AP.resize")
			s.throws("ReferenceError: AP is not defined")
			s.send(timeline.Exchange{URL: "/api/items", Header: header("X-Acpt", s.session())})
		}},
		"page with a bridge that calls nothing": {"", func(s *scene) { s.module(); s.bridge() }},
		"static page": {"nothing in it uses the bridge", func(s *scene) {
			s.module()
			s.uses()
		}},
		"static page with an exception": {"“ReferenceError: analytics is not defined”", func(s *scene) {
			s.module()
			s.uses()
			s.throws("ReferenceError: analytics is not defined")
		}},
		"policy that only reports": {"nothing in it uses the bridge", func(s *scene) {
			s.module()
			s.forbids(timeline.Violation{Directive: "script-src-elem", Blocked: cdn, ReportOnly: true})
			s.uses()
		}},
		"policy that keeps something else out": {"nothing in it uses the bridge", func(s *scene) {
			s.module()
			s.forbids(timeline.Violation{Directive: "script-src-elem", Blocked: "https://www.example.com/analytics.js"})
			s.uses()
		}},
		"script from outside": {"unpkg.com (https://unpkg.com/react.js)", func(s *scene) {
			s.module()
			s.asset("Script", "https://unpkg.com/react.js?v=1", 0, true)
			s.asset("Stylesheet", "https://fonts.example.com/css", 0, true)
			s.uses("AP.context", "all.js")
			s.throws("ReferenceError: React is not defined")
		}},
		"redirect to outside": {"GET /app is redirected (302) to GET https://id.example.com/login, which is outside of this machine", func(s *scene) {
			x := s.module()
			x.Status = 302
			login := s.asset("Document", "https://id.example.com/login", 0, true)
			login.RedirectOf = x.ID
		}},
		"redirect to another origin": {"origins: [\"http://localhost:4000\"]", func(s *scene) {
			x := s.module()
			x.Status = 302
			s.send(timeline.Exchange{Type: "Document", URL: "http://localhost:4000/", RedirectOf: x.ID})
		}},
		"CORS for another origin alone": {"has Access-Control-Allow-Origin: https://app.example.com, and the page's origin is " + origin, func(s *scene) {
			s.module()
			s.bridge()
			s.refusedByCORS("PreflightAllowOriginMismatch", "https://app.example.com", 204, "Access-Control-Allow-Origin", "https://app.example.com")
		}},
		"script of the app's that is not there": {"GET /app.js answered 404 Not Found", func(s *scene) {
			s.module()
			s.bridge()
			s.asset("Script", origin+"/app.js", 404, false)
		}},
		"app without authentication that calls nothing": {"authentication: none", func(s *scene) {
			s.in.App.NoToken, s.in.App.NoAuth = true, true
			s.send(timeline.Exchange{Type: "Document", URL: "/app"})
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newScene(t)
			tt.play(s)
			d := judge.Diagnose(s.in)
			if len(d.Findings) > 0 || !strings.Contains(d.Reason, tt.says) || tt.says == "" && d.Reason != "" {
				t.Errorf("the reason is %q, want one that says %q, and no findings:%s", d.Reason, tt.says, told(d.Findings))
			}
		})
	}
}

// TestAllowFrom: what browsers leave alone forbids nothing.
func TestAllowFrom(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	s.module("X-Frame-Options", "ALLOW-FROM https://acme.example.com")
	s.bridge()
	if found := slices.Concat(judge.Diagnose(s.in).Findings, s.judge().Findings); len(found) > 0 {
		t.Errorf("findings:%s", told(found))
	}
}

func TestWords(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]string{
		"<html><head><title>Oops</title><style>p{}</style></head><body> <h1>It\n broke</h1>&amp; more": "It broke & more",
		"<title>Only a title</title>": "Only a title",
		`{"error": "x"}`:              `{"error": "x"}`,
		"<p>a</p><style>p { color":    "a",
		"":                            "",
		strings.Repeat("a", 300):      strings.Repeat("a", 119) + "…",
	} {
		if got := judge.Words(body); got != want {
			t.Errorf("%q: %q, want %q", body, got, want)
		}
	}
}
