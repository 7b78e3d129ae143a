package scenarios_test

import (
	"slices"
	"testing"

	"github.com/standin-dev/standin/fixtures/apps"
	"github.com/standin-dev/standin/harness"
	"github.com/standin-dev/standin/harness/browser"
	"github.com/standin-dev/standin/scenarios"
)

// TestSoundWithoutCookies: what is sound is so in a browser that blocks third-party cookies as well, as Safari and
// private windows do. What the samples do with such cookies sent, TestSamples and TestShapes show.
func TestSoundWithoutCookies(t *testing.T) {
	t.Parallel()
	blocked, err := browser.Launch(t.Context(), browser.Options{Cookies: browser.CookiesBlocked})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := blocked.Close(); err != nil {
			t.Error(err)
		}
	})
	list := scenarios.All()
	if !everything {
		list = pick(t, harness.FirstLoad, "expiry/idle-then-act")
	}
	for _, app := range slices.Concat(apps.All(), apps.Shapes()) {
		if app.Defect != "" || truths[app.Name].unsound {
			continue
		}
		if !everything && !slices.Contains([]string{"interceptor", "own-session", "spring-session"}, app.Name) {
			continue // they differ in nothing that has to do with cookies
		}
		t.Run(app.Name, func(t *testing.T) {
			r, _ := play(t, app, list, func(c *harness.Config) { c.Use = blocked })
			checkSound(t, r)
		})
	}
}
