package timeline_test

import (
	"testing"
	"time"

	"github.com/standin-dev/standin/harness/timeline"
)

func TestOffset(t *testing.T) {
	t.Parallel()
	for d, want := range map[time.Duration]string{
		0:                                      "+00:00.0",
		49 * time.Millisecond:                  "+00:00.0",
		50 * time.Millisecond:                  "+00:00.1",
		-49 * time.Millisecond:                 "+00:00.0",
		-50 * time.Millisecond:                 "-00:00.1",
		16*time.Minute + 2100*time.Millisecond: "+16:02.1",
		59*time.Second + 949*time.Millisecond:  "+00:59.9",
		59*time.Second + 950*time.Millisecond:  "+01:00.0",
		time.Hour - 40*time.Millisecond:        "+1:00:00.0",
		time.Hour + 3*time.Second:              "+1:00:03.0",
		-(14*time.Minute + 20*time.Second):     "-14:20.0",
		-26 * time.Hour:                        "-26:00:00.0",
		100 * time.Hour:                        "+100:00:00.0",
	} {
		if got := timeline.Offset(d); got != want {
			t.Errorf("Offset(%s) = %q, want %q", d, got, want)
		}
	}
}

func TestParseURL(t *testing.T) {
	t.Parallel()
	for raw, want := range map[string][3]string{ // host, path, query
		"http://localhost:3000/a/b?c=d#e":       {"localhost:3000", "/a/b", "c=d"},
		"http://localhost:3000/a%20b":           {"localhost:3000", "/a b", ""},
		"http://localhost:3000/100%?q=5%&jwt=x": {"localhost:3000", "/100%", "q=5%&jwt=x"},
		"http://localhost:3000/%zz/%41":         {"localhost:3000", "/%zz/%41", ""},
		"http://localhost:3000/a%#/b%?c":        {"localhost:3000", "/a%", ""},
		"ws://localhost:3000/live?x=%":          {"localhost:3000", "/live", "x=%"},
		"/only/a/path":                          {"", "/only/a/path", ""},
		"":                                      {"", "", ""},
	} {
		u, err := timeline.ParseURL(raw)
		if err != nil {
			t.Errorf("%q: %v", raw, err)
			continue
		}
		if got := [3]string{u.Host, u.Path, u.RawQuery}; got != want {
			t.Errorf("%q is %q, want %q", raw, got, want)
		}
	}
	for _, bad := range []string{"http://[::1", "http://a b/", ":"} {
		if u, err := timeline.ParseURL(bad); err == nil {
			t.Errorf("%q was read as %v", bad, u)
		}
	}
}

func TestSpan(t *testing.T) {
	t.Parallel()
	for d, want := range map[time.Duration]string{
		0: "0s", 9840 * time.Millisecond: "9.8s", 16 * time.Minute: "16m", time.Hour: "1h",
		45*time.Minute + 1200*time.Millisecond: "45m1s", time.Hour + time.Second: "1h0m1s", 90 * time.Minute: "1h30m",
	} {
		if got := timeline.Span(d); got != want {
			t.Errorf("Span(%v) is %q, want %q", d, got, want)
		}
	}
}
