package judge_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/standin-dev/standin/harness/judge"
	"github.com/standin-dev/standin/harness/timeline"
)

// class is what an exchange counts as after the app's page has loaded.
func class(t *testing.T, set func(*scene), x timeline.Exchange) judge.Class {
	t.Helper()
	s := opened(t)
	if set != nil {
		set(s)
	}
	s.send(x)
	classes := s.judge().Classes
	return classes[len(classes)-1]
}

func TestClassByKindAndAnswer(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		kind, answer string // an answer of "" has no Content-Type
		status       int
		want         judge.Class
	}{
		{"Fetch", "application/json", 200, judge.Protected},
		{"Fetch", "text/html", 200, judge.Protected},
		{"Fetch", "text/plain", 200, judge.Protected},
		{"Fetch", "image/svg+xml", 200, judge.Asset},
		{"Fetch", "text/javascript; charset=utf-8", 200, judge.Asset},
		{"Fetch", "application/javascript", 200, judge.Asset},
		{"Fetch", "text/css", 200, judge.Asset},
		{"Fetch", "font/woff2", 200, judge.Asset},
		{"Fetch", "application/wasm", 200, judge.Asset},
		{"Fetch", "application/manifest+json", 200, judge.Asset},
		{"Fetch", "image/svg+xml", 401, judge.Protected},
		{"Fetch", "", 204, judge.Protected},
		{"Fetch", "", 302, judge.Protected},
		{"Fetch", "", 304, judge.Protected},
		{"Fetch", "text/html", 404, judge.Protected},
		{"Fetch", "text/html", 500, judge.Protected},
		{"XHR", "application/json", 200, judge.Protected},
		{"XHR", "text/css", 200, judge.Asset},
		{"XHR", "", 204, judge.Protected},
		{"EventSource", "text/event-stream", 200, judge.Protected},
		{"WebSocket", "", 101, judge.Protected},
		{"Ping", "", 204, judge.Protected},
		{"CSPViolationReport", "", 204, judge.Asset},

		{"Image", "image/png", 200, judge.Asset},
		{"Image", "text/csv", 200, judge.Protected},
		{"Image", "application/pdf", 200, judge.Protected},
		{"Image", "application/vnd.api+json", 200, judge.Protected},
		{"Image", "application/hal+json", 200, judge.Protected},
		{"Image", "", 401, judge.Protected},
		{"Image", "text/plain", 403, judge.Protected},
		{"Image", "text/html", 404, judge.Asset},
		{"Image", "application/json", 404, judge.Asset},
		{"Image", "", 204, judge.Asset},
		{"Script", "text/javascript", 200, judge.Asset},
		{"Script", "application/json", 200, judge.Protected},
		{"Script", "text/html", 401, judge.Protected},
		{"Stylesheet", "text/css", 200, judge.Asset},
		{"Font", "font/woff2", 200, judge.Asset},
		{"Manifest", "application/manifest+json", 200, judge.Asset},
		{"Media", "video/mp4", 200, judge.Asset},
		{"Other", "image/x-icon", 200, judge.Asset},

		{"Document", "text/html", 200, judge.Asset},
		{"Document", "text/html", 302, judge.Asset},
		{"Document", "text/html", 401, judge.LaterDocument},
		{"Document", "text/html", 403, judge.LaterDocument},
		{"Document", "application/json", 200, judge.LaterDocument},
		{"Document", "text/csv", 200, judge.LaterDocument},
	} {
		answer := header()
		if tt.answer != "" {
			answer.Set("Content-Type", tt.answer)
		}
		got := class(t, nil, timeline.Exchange{Type: tt.kind, URL: "/some/thing", Status: tt.status, Answer: answer})
		if got != tt.want {
			t.Errorf("%s that got %d %q is %s, want %s", tt.kind, tt.status, tt.answer, got, tt.want)
		}
	}
}

func TestClassOfTheRest(t *testing.T) {
	t.Parallel()
	css := header("Content-Type", "text/css")
	for _, tt := range []struct {
		name string
		set  func(*scene)
		x    timeline.Exchange
		want judge.Class
	}{
		{"post that answers a picture", nil, timeline.Exchange{Method: "POST", URL: "/draw", Answer: header("Content-Type", "image/png")}, judge.Protected},
		{"attachment", nil, timeline.Exchange{Type: "Image", URL: "/a", Answer: header("Content-Disposition", "attachment; filename=a")}, judge.Protected},
		{"form", nil, timeline.Exchange{Type: "Document", Method: "POST", URL: "/save", Answer: header("Content-Type", "text/html")}, judge.LaterDocument},
		{"page with a session in its URL", nil, timeline.Exchange{Type: "Document", URL: "/app/items?acpt=opaque", Answer: header("Content-Type", "text/html")}, judge.LaterDocument},
		{"failed fetch", nil, timeline.Exchange{URL: "/api", Failure: "Failed", Answer: header()}, judge.Protected},
		{"failed picture", nil, timeline.Exchange{Type: "Image", URL: "/a.png", Failure: "Failed", Answer: header()}, judge.Asset},

		{"preflight by its type", nil, timeline.Exchange{Type: "Preflight", Method: "OPTIONS", URL: "/api"}, judge.Preflight},
		{"preflight by its header", nil, timeline.Exchange{Type: "Other", Method: "OPTIONS", URL: "/api",
			Header: header("Access-Control-Request-Method", "POST")}, judge.Preflight},
		{"options that the page asked for", nil, timeline.Exchange{Method: "OPTIONS", URL: "/api"}, judge.Protected},
		{"preflight of a protected address", func(s *scene) { s.in.Policy.Protect = patterns(s.t, "/**") },
			timeline.Exchange{Type: "Preflight", Method: "OPTIONS", URL: "/api"}, judge.Preflight},

		{"another origin", nil, timeline.Exchange{URL: "http://127.0.0.1:3000/api"}, judge.Foreign},
		{"another scheme", nil, timeline.Exchange{URL: "https://localhost:3000/api"}, judge.Foreign},
		{"another origin of the app", func(s *scene) { s.in.App.Origins = append(s.in.App.Origins, "https://api.localhost:3001") },
			timeline.Exchange{URL: "https://api.localhost:3001/api"}, judge.Protected},
		{"socket on TLS", func(s *scene) { s.in.App.Origins = append(s.in.App.Origins, "https://api.localhost:3001") },
			timeline.Exchange{Type: "WebSocket", URL: "wss://api.localhost:3001/live"}, judge.Protected},
		{"data URL", nil, timeline.Exchange{URL: "data:text/plain,hello"}, judge.Foreign},
		{"host's page", nil, timeline.Exchange{URL: "/api", HostPage: true}, judge.Foreign},
		{"a percent sign that encodes nothing", nil, timeline.Exchange{URL: "/api/100%"}, judge.Protected},
		{"no URL at all", nil, timeline.Exchange{URL: "http://[::1"}, judge.Foreign},

		{"public", func(s *scene) { s.in.Policy.Public = patterns(s.t, "/api/health") }, timeline.Exchange{URL: "/api/health?x=1"}, judge.Public},
		{"not quite public", func(s *scene) { s.in.Policy.Public = patterns(s.t, "/api/health") }, timeline.Exchange{URL: "/api/health/x"}, judge.Protected},
		{"protected style", func(s *scene) { s.in.Policy.Protect = patterns(s.t, "/theme/*") },
			timeline.Exchange{Type: "Stylesheet", URL: "/theme/a.css", Answer: css}, judge.Protected},
		{"protected and public", func(s *scene) {
			s.in.Policy.Public, s.in.Policy.Protect = patterns(s.t, "/**"), patterns(s.t, "/export/**")
		}, timeline.Exchange{Type: "Image", URL: "/export/2026/a.png"}, judge.Protected},
		{"public beside protected", func(s *scene) {
			s.in.Policy.Public, s.in.Policy.Protect = patterns(s.t, "/**"), patterns(s.t, "/export/**")
		}, timeline.Exchange{URL: "/view/a"}, judge.Public},
		{"protected page", func(s *scene) { s.in.Policy.Protect = patterns(s.t, "/app/*") },
			timeline.Exchange{Type: "Document", URL: "/app/items", Answer: header("Content-Type", "text/html")}, judge.LaterDocument},

		{"page of another frame", nil, timeline.Exchange{Type: "Document", Frame: "dialog", URL: "/dialog"}, judge.FirstDocument},
		{"refused page of a popup", func(s *scene) { s.in.Popups = map[string]bool{"popup": true} },
			timeline.Exchange{Type: "Document", Frame: "popup", URL: "/export", Status: 401}, judge.LaterDocument},
		{"popup with data", func(s *scene) { s.in.Popups = map[string]bool{"popup": true} },
			timeline.Exchange{Type: "Document", Frame: "popup", URL: "/export"}, judge.LaterDocument},
		{"popup with a static page", func(s *scene) { s.in.Popups = map[string]bool{"popup": true} },
			timeline.Exchange{Type: "Document", Frame: "popup", URL: "/help", Answer: header("Content-Type", "text/html")}, judge.Asset},
		{"first page that is protected", func(s *scene) { s.in.Policy.Protect = patterns(s.t, "/**") },
			timeline.Exchange{Type: "Document", Frame: "dialog", URL: "/dialog"}, judge.FirstDocument},
	} {
		if got := class(t, tt.set, tt.x); got != tt.want {
			t.Errorf("%s is %s, want %s", tt.name, got, tt.want)
		}
	}
}

// TestRedirectsOfThePageAreThePage: a redirect within the app is the same first
// page, and what another page redirects to is not.
func TestRedirectsOfThePageAreThePage(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	raw := s.iframe("/app")
	s.send(timeline.Exchange{Type: "Document", URL: s.pageURL(raw), Status: 302})
	s.send(timeline.Exchange{Type: "Document", URL: "/login?jwt=" + raw, Status: 303, RedirectOf: 1})
	s.send(timeline.Exchange{Type: "Document", URL: "/home?jwt=" + raw, RedirectOf: 2})
	s.send(timeline.Exchange{Type: "Document", URL: "/save", Method: "POST", Status: 303})
	s.send(timeline.Exchange{Type: "Document", URL: "/saved?jwt=" + raw, RedirectOf: 4})
	want := []judge.Class{judge.FirstDocument, judge.FirstDocument, judge.FirstDocument, judge.LaterDocument, judge.LaterDocument}
	if diff := cmp.Diff(want, s.judge().Classes); diff != "" {
		t.Errorf("classes (-want +got):\n%s", diff)
	}
}

// TestNotModifiedIsWhatItWas: a 304 says nothing of its content, so the answer
// that it confirms counts.
func TestNotModifiedIsWhatItWas(t *testing.T) {
	t.Parallel()
	for kind, want := range map[string]judge.Class{"image/svg+xml": judge.Asset, "application/json": judge.Protected} {
		for _, element := range []string{"Fetch", "Image"} {
			s := opened(t)
			s.send(timeline.Exchange{Type: element, URL: "/thing", Answer: header("Content-Type", kind)})
			s.send(timeline.Exchange{Type: element, URL: "/thing", Status: 304, Answer: header()})
			classes := s.judge().Classes
			if classes[1] != want || classes[2] != want {
				t.Errorf("%s of %s: %v, want %s both times", element, kind, classes[1:], want)
			}
		}
	}
}

func TestRequestsAndJudgedAreCounted(t *testing.T) {
	t.Parallel()
	s := opened(t)
	s.call("/api/items", "JWT "+s.context())
	s.send(timeline.Exchange{Type: "Preflight", Method: "OPTIONS", URL: "/api/items"})
	s.send(timeline.Exchange{Type: "Script", URL: "/app.js", Answer: header("Content-Type", "text/javascript")})
	s.send(timeline.Exchange{URL: "http://localhost:4000/elsewhere"})
	s.document("/app/items?jwt=" + s.iframe("/app/items"))
	result := s.judge()
	if result.Requests != 5 || result.Judged != 2 {
		t.Errorf("counted %d requests, %d judged; want 5 and 2", result.Requests, result.Judged)
	}
	if want := start.Add(s.now).Truncate(1e9).Add(life); !result.LastToken.Equal(want) {
		t.Errorf("the last token ends at %s, want %s", result.LastToken, want)
	}
}

func TestNothingToJudge(t *testing.T) {
	t.Parallel()
	result := judge.Judge(judge.Input{})
	if len(result.Findings)+result.Requests+result.Judged+len(result.Classes) != 0 || !result.LastToken.IsZero() {
		t.Errorf("an empty timeline gave %+v", result)
	}
}

func TestPatterns(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		pattern, path string
		want          bool
	}{
		{"/api/health", "/api/health", true},
		{"/api/health", "/api/health/", false},
		{"/api/health", "/app/api/health", false},
		{"/view/*", "/view/a", true},
		{"/view/*", "/view/", true},
		{"/view/*", "/view/a/b", false},
		{"/view/*.pdf", "/view/a.pdf", true},
		{"/view/*.pdf", "/view/aXpdf", false},
		{"/export/**", "/export/a/b/c", true},
		{"/export/**", "/export", false},
		{"/a/**/z", "/a/b/c/z", true},
		{"/a/**/z", "/a/z", false},
		{"**", "/anything/at/all", true},
		{"**/*.json", "/a/b.json", true},
		{"/(a|b)+", "/(a|b)+", true},
		{"/(a|b)+", "/ab", false},
		{"/füße/*", "/füße/größe", true},
		{"/a/**", "/a/one\ntwo", true},
	} {
		p, err := judge.ParsePattern(tt.pattern)
		if err != nil {
			t.Errorf("%q: %v", tt.pattern, err)
			continue
		}
		if got := p.Match(tt.path); got != tt.want {
			t.Errorf("%q matches %q: %v, want %v", tt.pattern, tt.path, got, tt.want)
		}
		if p.String() != tt.pattern {
			t.Errorf("%q calls itself %q", tt.pattern, p)
		}
	}
	for _, bad := range []string{"", "api", "*", "http://localhost/api", " /api"} {
		if _, err := judge.ParsePattern(bad); err == nil || !strings.Contains(err.Error(), "begins with /") {
			t.Errorf("%q: error %v, want one that says how patterns begin", bad, err)
		}
	}
	if (judge.Pattern{}).Match("/") {
		t.Error("the zero pattern matches")
	}
}

// TestGuardedByItsAnswers: what the back end refused once must prove itself always,
// by the same method and at the same origin.
func TestGuardedByItsAnswers(t *testing.T) {
	t.Parallel()
	png := header("Content-Type", "image/png")
	refused := func(x timeline.Exchange) func(*scene) {
		return func(s *scene) {
			x.Status = 401
			s.send(x)
		}
	}
	for _, tt := range []struct {
		name   string
		before func(*scene)
		x      timeline.Exchange
		want   judge.Class
	}{
		{"picture", refused(timeline.Exchange{Type: "Image", URL: "/chart.png?t=1"}), timeline.Exchange{Type: "Image", URL: "/chart.png?t=2", Answer: png}, judge.Protected},
		{"fetched picture", refused(timeline.Exchange{URL: "/chart.png"}), timeline.Exchange{URL: "/chart.png", Answer: png}, judge.Protected},
		{"page", refused(timeline.Exchange{Type: "Document", URL: "/items"}), timeline.Exchange{Type: "Document", URL: "/items", Answer: header("Content-Type", "text/html")}, judge.LaterDocument},
		{"another address", refused(timeline.Exchange{Type: "Image", URL: "/other.png"}), timeline.Exchange{Type: "Image", URL: "/chart.png", Answer: png}, judge.Asset},
		{"another method", refused(timeline.Exchange{Method: "POST", URL: "/chart.png"}), timeline.Exchange{Type: "Image", URL: "/chart.png", Answer: png}, judge.Asset},
		{"another origin", refused(timeline.Exchange{URL: "http://localhost:3999/chart.png"}), timeline.Exchange{Type: "Image", URL: "/chart.png", Answer: png}, judge.Asset},
		{"public all the same", func(s *scene) {
			s.in.Policy.Public = patterns(s.t, "/chart.png")
			refused(timeline.Exchange{Type: "Image", URL: "/chart.png"})(s)
		}, timeline.Exchange{Type: "Image", URL: "/chart.png", Answer: png}, judge.Public},
	} {
		if got := class(t, tt.before, tt.x); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
	}
}
