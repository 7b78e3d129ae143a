package browser_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"
	"time"

	"github.com/standin-dev/standin/fakehost"
	"github.com/standin-dev/standin/fakehost/clock"
	"github.com/standin-dev/standin/fakehost/descriptor"
	"github.com/standin-dev/standin/fixtures/apps"
	"github.com/standin-dev/standin/harness"
	"github.com/standin-dev/standin/harness/browser"
	"github.com/standin-dev/standin/harness/report"
	"github.com/standin-dev/standin/scenarios"
)

// BenchmarkScenario is what scenarios cost: the ratio of the median of each one's
// time to the median of a bare load of the same page in the same browser, without
// tap, clock and judge, until its load event.
func BenchmarkScenario(b *testing.B) {
	for _, id := range []string{"nav/push", "expiry/idle-then-act", "expiry/active-across"} {
		b.Run(id, func(b *testing.B) {
			some, err := harness.Select(scenarios.All(), []string{id})
			if err != nil {
				b.Fatal(err)
			}
			var whole, bare []time.Duration
			for b.Loop() {
				for range 3 {
					whole = append(whole, playOnce(b, some))
					bare = append(bare, loadBare(b)...)
				}
			}
			with, without := middle(whole), middle(bare)
			b.ReportMetric(float64(with)/float64(without), "ratio")
			b.ReportMetric(float64(with.Milliseconds()), "scenario-ms")
			b.ReportMetric(float64(without.Milliseconds()), "bare-ms")
		})
	}
}

// sample serves the sound sample app, which learns from env where the keys are.
func sample(b *testing.B, keys func() string) *httptest.Server {
	app, _ := apps.ByName("interceptor")
	var server *httptest.Server
	server = httptest.NewServer(app.New(apps.Options{BaseURL: func() string { return server.URL }, KeysURL: keys}))
	b.Cleanup(server.Close)
	return server
}

// playOnce is how long the scenario itself took, without install and survey.
func playOnce(b *testing.B, some []harness.Scenario) time.Duration {
	var keys string
	server := sample(b, func() string { return keys })
	r, err := harness.Run(b.Context(), harness.Config{
		App: server.URL, Use: browser.Shared(b),
		Started: func(env map[string]string) error {
			keys = env["CONNECT_KEYS_CDN_URL"]
			return nil
		},
	}, some)
	if err != nil {
		b.Fatal(err)
	}
	if s := r.Scenarios[0]; s.Verdict != report.Pass {
		b.Fatalf("%s: %s (%s)", s.ID, s.Verdict, s.Reason)
	}
	return time.Duration(r.Scenarios[0].RealSeconds * float64(time.Second))
}

// loadBare is how long the same page takes by itself, three times.
func loadBare(b *testing.B) []time.Duration {
	var host fakehost.Server
	if err := host.Start(); err != nil {
		b.Fatal(err)
	}
	defer host.Close()
	server := sample(b, host.KeysURL)
	app, err := descriptor.Fetch(b.Context(), http.DefaultClient, server.URL)
	if err != nil {
		b.Fatal(err)
	}
	if _, err := host.Install(b.Context(), app, fakehost.InstallOptions{}); err != nil {
		b.Fatal(err)
	}
	module, err := app.Module("")
	if err != nil {
		b.Fatal(err)
	}
	var took []time.Duration
	browser.Untapped(b, browser.Shared(b), func() {
		for range 3 {
			took = append(took, loadOnce(b, host.PageURL(module)))
		}
	})
	return took
}

func loadOnce(b *testing.B, url string) time.Duration {
	ctx, cancel := context.WithTimeout(b.Context(), time.Minute)
	defer cancel()
	page, err := browser.Shared(b).NewContext(ctx, browser.Bare())
	if err != nil {
		b.Fatal(err)
	}
	defer page.Close()
	began := clock.System()
	if err := page.Goto(ctx, url); err != nil {
		b.Fatal(err)
	}
	if err := page.Loaded(ctx, time.Minute, true); err != nil {
		b.Fatal(err)
	}
	return clock.System().Sub(began)
}

func middle(d []time.Duration) time.Duration {
	slices.Sort(d)
	return d[len(d)/2]
}
