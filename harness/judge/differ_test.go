package judge_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/standin-dev/standin/harness/judge"
	"github.com/standin-dev/standin/harness/timeline"
)

// TestDiffer: the requests that flip are exactly those that depended on the
// Referer.
func TestDiffer(t *testing.T) {
	t.Parallel()
	type line struct{ Message, Cause string }
	for _, tt := range []struct {
		name          string
		with, without func(*scene)
		compared      int
		want          []line
	}{
		{"token in the header", func(s *scene) { s.call("/api/items", "JWT "+s.context()) },
			func(s *scene) { s.call("/api/items", "JWT "+s.context()) }, 1, nil},
		{"token in the Referer", func(s *scene) { s.read("/api/items", s.pageURL(s.iframe("/app"))) },
			func(s *scene) { s.read("/api/items", "").Status = 401 }, 1,
			[]line{{"GET /api/items was answered 200 with its Referer, and 401 without.",
				"The back end took the token from the Referer, /app?…jwt=…; the request itself had none."}}},
		{"session in the Referer", func(s *scene) { s.read("/api/items", origin+"/app?sid=1") },
			func(s *scene) { s.read("/api/items", "").Status = 403 }, 1,
			[]line{{"GET /api/items was answered 200 with its Referer, and 403 without.",
				"The back end took who asks from the Referer, /app?sid=1; the request itself had no token."}}},
		{"token in the header, and a Referer that is wanted besides", func(s *scene) { s.call("/api/items", "JWT "+s.context()) },
			func(s *scene) { s.call("/api/items", "JWT "+s.context()).Status = 403 }, 1,
			[]line{{"GET /api/items was answered 200 with its Referer, and 403 without.",
				"It carried a token in header:Authorization JWT both times, so the back end wants a Referer besides."}}},
		{"refused both times", func(s *scene) { s.read("/api/items", "").Status = 401 },
			func(s *scene) { s.read("/api/items", "").Status = 401 }, 0, nil},
		{"not sent the second time", func(s *scene) { s.read("/api/items", "") }, func(*scene) {}, 0, nil},
		{"no answer the second time", func(s *scene) { s.read("/api/items", "") },
			func(s *scene) { s.send(timeline.Exchange{URL: "/api/items", Failure: "gone"}) }, 0, nil},
		{"one of two", func(s *scene) { s.read("/api/a", ""); s.read("/api/b", origin+"/app") },
			func(s *scene) { s.read("/api/b", "").Status = 401; s.read("/api/a", "") }, 2,
			[]line{{"GET /api/b was answered 200 with its Referer, and 401 without.",
				"The back end took who asks from the Referer, /app; the request itself had no token."}}},
		{"picture that is refused", func(s *scene) {
			s.send(timeline.Exchange{Type: "Image", URL: "/chart.png", Answer: header("Content-Type", "image/png"), Header: header("Referer", origin+"/app?jwt=x")})
		}, func(s *scene) { s.send(timeline.Exchange{Type: "Image", URL: "/chart.png", Status: 401}) }, 1,
			[]line{{"GET /chart.png was answered 200 with its Referer, and 401 without.",
				"The back end took who asks from the Referer, /app?…jwt=…; the request itself had no token."}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			with, without := opened(t), opened(t)
			tt.with(with)
			tt.without(without)
			d := judge.Differ(with.in, without.in)
			var got []line
			for _, f := range d.Findings {
				if f.Rule != judge.DependsOnReferer {
					t.Errorf("it broke %s", f.Rule.ID)
				}
				wellTold(t, f)
				got = append(got, line{f.Message, f.Cause})
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("findings (-want +got):\n%s", diff)
			}
			if d.Compared != tt.compared {
				t.Errorf("%d requests compared, want %d", d.Compared, tt.compared)
			}
		})
	}
}

// TestDifferOfSockets: an app that talks by WebSockets alone has no Referers to miss.
func TestDifferOfSockets(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		send func(*scene)
		want bool
	}{
		"sockets alone":  {func(s *scene) { s.socket(s.context(), 0) }, true},
		"a call as well": {func(s *scene) { s.socket(s.context(), 0); s.call("/api/items", "JWT "+s.context()) }, false},
		"nothing":        {func(*scene) {}, false},
	} {
		with, without := opened(t), opened(t)
		tt.send(with)
		tt.send(without)
		if d := judge.Differ(with.in, without.in); d.Sockets != tt.want {
			t.Errorf("%s: Sockets is %v", name, d.Sockets)
		}
	}
}
