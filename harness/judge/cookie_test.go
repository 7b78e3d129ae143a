package judge_test

import (
	"testing"

	"github.com/standin-dev/standin/harness/judge"
	"github.com/standin-dev/standin/harness/timeline"
)

// TestTakenWithout: what was taken once without a cookie does not rest on it, nor does
// what is refused with it, or in a window of the app's own.
func TestTakenWithout(t *testing.T) {
	t.Parallel()
	taken := func(cookie string) timeline.Exchange {
		return timeline.Exchange{ID: 1, URL: origin + "/api/items", Type: "Fetch", Method: "GET", Status: 200, Header: header("Cookie", cookie)}
	}
	for name, tt := range map[string]struct {
		with   []timeline.Exchange
		cookie string
		want   bool
	}{
		"taken with it alone":     {[]timeline.Exchange{taken("sid=1")}, "", true},
		"taken without it, later": {[]timeline.Exchange{taken("sid=1"), taken("theme=dark")}, "", false},
		"taken without it before": {[]timeline.Exchange{taken("theme=dark"), taken("sid=1; theme=dark")}, "theme=dark", false},
		"refused with it as well": {[]timeline.Exchange{taken("sid=1")}, "sid=1", false},
		"never taken":             {nil, "", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newScene(t)
			with := s.in
			with.Exchanges = tt.with
			s.in.TakenWith = judge.TakenWith{}
			s.in.TakenWith.Add(&with)
			x := s.call("/api/items", "JWT "+s.context())
			x.Status = 403
			if tt.cookie != "" {
				x.Header.Set("Cookie", tt.cookie)
			}
			found := false
			for _, f := range judge.Judge(s.in).Findings {
				found = found || f.Rule == judge.CookieBlocked
			}
			if found != tt.want {
				t.Errorf("found: %v, want %v", found, tt.want)
			}
		})
	}
}
