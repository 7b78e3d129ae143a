package judge_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/standin-dev/standin/harness/judge"
	"github.com/standin-dev/standin/harness/timeline"
)

// read is a fetch with nothing but a Referer.
func (s *scene) read(path, referer string) *timeline.Exchange {
	h := http.Header{}
	if referer != "" {
		h.Set("Referer", referer)
	}
	return s.send(timeline.Exchange{URL: path, Header: h})
}

// TestLostWithRefererNamesWhatTookIt: the story of an app that lives on the
// Referer, told from the change of the URL that took its token away.
func TestLostWithRefererNamesWhatTookIt(t *testing.T) {
	t.Parallel()
	s := opened(t)
	s.goesByReferer("/api/items", "/api/items/7")
	page := s.pageURL(s.iframe("/app"))
	s.read("/api/items", page)
	s.at(5 * time.Second)
	s.event(timeline.Event{Kind: timeline.Navigated, Navigation: timeline.Push, Text: "history.pushState", From: page, To: origin + "/app/items/7"})
	s.at(5100 * time.Millisecond)
	s.read("/api/items/7", origin+"/app/items/7").Status = http.StatusUnauthorized

	found := s.judge().Findings
	if len(found) != 2 {
		t.Fatalf("got %d findings, want 2:%s", len(found), told(found))
	}
	want := judge.Finding{
		Rule: judge.LostWithReferer, Exchange: 3,
		Message:  "GET /api/items/7 carried no token: until GET /api/items it had been only in the Referer.",
		Expected: "a valid token in the header Authorization (scheme JWT), or the query parameter jwt",
		Actual:   "no token; the Referer was /app/items/7",
		Cause:    "history.pushState changed the page's URL from /app?…jwt=… to /app/items/7, and with it went ?jwt=.",
		CauseAt:  start.Add(5 * time.Second),
	}
	if diff := cmp.Diff(want, found[0]); diff != "" {
		t.Errorf("first finding (-want +got):\n%s", diff)
	}
	if found[1].Rule != judge.RefererOnly || found[1].Exchange != 2 {
		t.Errorf("the second finding is %s on request %d, want %s on 2", found[1].Rule.ID, found[1].Exchange, judge.RefererOnly.ID)
	}
}

func TestCauseOfALoss(t *testing.T) {
	t.Parallel()
	clean := origin + "/clean"
	for _, tt := range []struct {
		name    string
		between func(s *scene, page string)
		referer string
		cause   string
	}{
		{"replaceState", func(s *scene, page string) {
			s.event(timeline.Event{Kind: timeline.Navigated, Navigation: timeline.Replace, Text: "history.replaceState", From: page, To: clean + "?page=2"})
		}, clean, "history.replaceState changed the page's URL from /app?…jwt=… to /clean?page=2, and with it went ?jwt=."},
		{"the latest of several", func(s *scene, page string) {
			s.event(timeline.Event{Kind: timeline.Navigated, Navigation: timeline.Push, Text: "history.pushState", From: page, To: clean})
			s.event(timeline.Event{Kind: timeline.Navigated, Navigation: timeline.Push, Text: "history.pushState", From: clean, To: origin + "/b"})
		}, origin + "/b", "history.pushState changed the page's URL from /app?…jwt=… to /clean, and with it went ?jwt=."},
		{"a new document", func(s *scene, page string) {
			s.event(timeline.Event{Kind: timeline.Navigated, Navigation: timeline.Document, Text: "navigation to a new document", From: page, To: clean})
		}, clean, "navigation to a new document changed the page's URL from /app?…jwt=… to /clean, and with it went ?jwt=."},
		{"another frame's navigation is none", func(s *scene, page string) {
			s.event(timeline.Event{Kind: timeline.Navigated, Frame: "other", Navigation: timeline.Push, Text: "history.pushState", From: page, To: clean})
		}, clean, "The Referer had become /clean."},
		{"what another frame does later is none", func(s *scene, page string) {
			s.event(timeline.Event{Kind: timeline.Navigated, Navigation: timeline.Push, Text: "history.pushState", From: page, To: clean})
			s.event(timeline.Event{Kind: timeline.Navigated, Frame: "other", Navigation: timeline.Push, Text: "another", From: page, To: origin + "/b"})
		}, clean, "history.pushState changed the page's URL from /app?…jwt=… to /clean, and with it went ?jwt=."},
		{"what came after the request is none", func(s *scene, page string) {
			s.at(4 * time.Second)
			s.event(timeline.Event{Kind: timeline.Navigated, Navigation: timeline.Push, Text: "history.pushState", From: page, To: clean})
		}, clean, "The Referer had become /clean."},
		{"what came long before is none", func(s *scene, page string) {
			s.in.Exchanges[1].At = s.instant()
			s.at(500 * time.Millisecond)
			s.event(timeline.Event{Kind: timeline.Navigated, Navigation: timeline.Push, Text: "history.pushState", From: page, To: clean})
		}, clean, "The Referer had become /clean."},
		{"no Referer at all", func(*scene, string) {}, "",
			"The browser sent no Referer: a Referrer-Policy of the page, or the kind of request, forbids it."},
		{"origin alone", func(*scene, string) {}, origin + "/", "The Referer had become /."},
	} {
		s := opened(t)
		s.goesByReferer("/api/items", "/api/other")
		page := s.pageURL(s.iframe("/app"))
		s.read("/api/items", page)
		s.at(2 * time.Second)
		tt.between(s, page)
		s.at(3 * time.Second)
		s.read("/api/other", tt.referer)
		f := s.judge().Findings[0]
		if f.Rule != judge.LostWithReferer || f.Cause != tt.cause {
			t.Errorf("%s: %s because %q, want %q", tt.name, f.Rule.ID, f.Cause, tt.cause)
		}
	}
}

// TestRefererTokenDies: behind a hash router the Referer stays, and so does its
// token, past its end.
func TestRefererTokenDies(t *testing.T) {
	t.Parallel()
	s := opened(t)
	s.goesByReferer("/api/items")
	page := s.pageURL(s.iframe("/app"))
	s.jump(16 * time.Minute)
	s.read("/api/items", page).Status = http.StatusUnauthorized
	if diff := cmp.Diff([]string{judge.RefererOnly.ID, judge.Expired.ID}, broken(s.judge(), judge.Must)); diff != "" {
		t.Errorf("broken rules (-want +got):\n%s", diff)
	}
}

// TestRefererThatTheAuthorReads: shown are the loss and the end of life, not that
// the token rides there.
func TestRefererThatTheAuthorReads(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		send func(*scene, string)
		must []string
	}{
		{"there", func(s *scene, page string) { s.read("/api/items", page) }, nil},
		{"dead", func(s *scene, page string) {
			s.jump(life)
			s.read("/api/items", page)
		}, []string{judge.Expired.ID}},
		{"lost", func(s *scene, page string) {
			s.read("/api/items", page)
			s.read("/api/items/7", origin+"/items/7")
		}, []string{judge.LostWithReferer.ID}},
		{"never there", func(s *scene, _ string) { s.read("/api/items/7", origin+"/items/7") }, []string{judge.NoToken.ID}},
		{"refused", func(s *scene, page string) { s.read("/api/items", page).Status = 401 }, []string{judge.RefusedValid.ID}},
		{"in the header instead", func(s *scene, _ string) { s.call("/api/items", "JWT "+s.context()) }, nil},
	} {
		s := opened(t)
		s.in.Policy.Carriers = carriers(t, "header:Authorization JWT", "referer")
		tt.send(s, s.pageURL(s.iframe("/app")))
		result := s.judge()
		if diff := cmp.Diff(tt.must, broken(result, judge.Must)); diff != "" {
			t.Errorf("%s (-want +got):\n%s%s", tt.name, diff, told(result.Findings))
		}
	}
}

// TestRefererByEvidence: a token that the browser puts into the Referer by itself is
// blamed where the back end was seen to go by it, and nowhere else.
func TestRefererByEvidence(t *testing.T) {
	t.Parallel()
	const at = "GET " + origin + "/api/items"
	missing, referer := []string{judge.NoToken.ID}, []string{judge.RefererOnly.ID}
	for _, tt := range []struct {
		name   string
		known  judge.Known
		dead   bool
		status int
		must   []string
	}{
		{"nothing known, taken", nil, false, 200, missing},
		{"nothing known, refused", nil, false, 401, missing},
		{"nothing known, expired and refused", nil, true, 401, missing},
		{"nothing there", judge.Known{at: {Missing: true}}, false, 404, nil},
		{"taken with it, refused without", judge.Known{at: {RefererTaken: 200, WithoutRefused: 401}}, false, 200, referer},
		{"taken with it, refused without, and expired", judge.Known{at: {RefererTaken: 200, WithoutRefused: 401}}, true, 401, []string{judge.RefererOnly.ID, judge.Expired.ID}},
		{"refused with it", judge.Known{at: {RefererRefused: 401, WithoutRefused: 401}}, false, 401, missing},
		{"taken without it as well", judge.Known{at: {RefererTaken: 200, WithoutTaken: 200}}, false, 200, missing},
		{"static", judge.Known{at: {RefererTaken: 200, WithoutTaken: 200, Static: true}}, false, 200, nil},
		{"goes by it elsewhere, taken here", judge.Known{"GET " + origin + "/api/me": {RefererTaken: 200, WithoutRefused: 401}}, false, 200, referer},
		{"goes by it elsewhere, and took it here before it expired", judge.Known{"GET " + origin + "/api/me": {RefererTaken: 200, WithoutRefused: 401}, at: {RefererTaken: 201}}, true, 401,
			[]string{judge.RefererOnly.ID, judge.Expired.ID}},
		{"goes by it elsewhere, refused here", judge.Known{"GET " + origin + "/api/me": {RefererTaken: 200, WithoutRefused: 401}}, false, 401, missing},
	} {
		s := opened(t)
		s.in.Known = tt.known
		page := s.pageURL(s.iframe("/app"))
		if tt.dead {
			s.jump(life)
		}
		s.read("/api/items", page).Status = tt.status
		result := s.judge()
		if diff := cmp.Diff(tt.must, broken(result, judge.Must)); diff != "" {
			t.Errorf("%s (-want +got):\n%s%s", tt.name, diff, told(result.Findings))
		}
	}
}

// TestEvidenceOfTheTimeline: what one timeline shows counts as what a run does.
func TestEvidenceOfTheTimeline(t *testing.T) {
	t.Parallel()
	s := opened(t)
	s.read("/api/items", s.pageURL(s.iframe("/app")))
	s.read("/api/items", origin+"/items").Status = 401
	if diff := cmp.Diff([]string{judge.RefererOnly.ID, judge.LostWithReferer.ID}, broken(s.judge(), judge.Must)); diff != "" {
		t.Errorf("one that depends on it (-want +got):\n%s", diff)
	}
	first := s.judge().Seen
	again := opened(t)
	again.in.Known = first
	again.read("/api/items", again.pageURL(again.iframe("/app")))
	if diff := cmp.Diff([]string{judge.RefererOnly.ID}, broken(again.judge(), judge.Must)); diff != "" {
		t.Errorf("the next scenario, by what the first has shown (-want +got):\n%s", diff)
	}
}

// TestAnotherFrameLostNothing: what one frame had in its Referer, another cannot
// have lost.
func TestAnotherFrameLostNothing(t *testing.T) {
	t.Parallel()
	s := opened(t)
	s.goesByReferer("/api/items", "/api/items/7")
	s.read("/api/items", s.pageURL(s.iframe("/app")))
	s.read("/api/items/7", "").Frame = "dialog"
	want := []string{judge.RefererOnly.ID, judge.NoToken.ID}
	if diff := cmp.Diff(want, broken(s.judge(), judge.Must)); diff != "" {
		t.Errorf("broken rules (-want +got):\n%s", diff)
	}
}

// TestFirstPageIsTold: what stands in the way of a page, in our words.
func TestFirstPageIsTold(t *testing.T) {
	t.Parallel()
	for failure, want := range map[string]string{
		"net::ERR_TOO_MANY_REDIRECTS": "GET /app did not load: it redirects for ever.",
		"ConnectionRefused":           "GET /app did not load: nothing listens at its address.",
		"BlockedByResponse":           "GET /app did not load: the browser would not show its answer in a frame (BlockedByResponse), and nothing was seen in it of X-Frame-Options or frame-ancestors.",
		"net::ERR_EMPTY_RESPONSE":     "GET /app did not load: net::ERR_EMPTY_RESPONSE.",
	} {
		s := newScene(t)
		s.send(timeline.Exchange{Type: "Document", URL: s.pageURL(s.iframe("/app")), Failure: failure})
		if got := s.only().Message; got != want {
			t.Errorf("%s: %q, want %q", failure, got, want)
		}
	}
}
