// Command standin stands in for Jira and Confluence Cloud: it installs a Connect
// app, drives it in a real browser and says whether the app keeps proving who asks.
package main

import (
	"context"
	"net/http"
	"os"
	"os/signal"
	"slices"
	"syscall"

	"github.com/standin-dev/standin/fixtures/apps"
	"github.com/standin-dev/standin/harness/cli"
	"github.com/standin-dev/standin/scenarios"
)

// demo are the samples that show most in least time.
var demo = []string{"interceptor", "lazy-cache", "referer-only", "token-once", "meta-token", "timer-refresh"}

// quick are the scenarios that the demo plays by itself. Those that it leaves out take
// long, or show of these samples what others show.
var quick = []string{
	"boot", "nav", "expiry/idle-then-act", "expiry/active-across", "expiry/at-margin", "expiry/cached-short-token", "time/sleep-*", "verify",
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	// The first signal ends what runs in order; a second one finds nobody listening
	// and kills. What was started dies with us either way: its watchdogs see to it.
	context.AfterFunc(ctx, stop)
	os.Exit(cli.Main(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr, cli.Deps{
		Scenarios: scenarios.All(), Samples: samples(), DemoScenarios: quick,
	}))
}

// samples are the sample apps as the command line knows them.
func samples() []cli.Sample {
	var out []cli.Sample
	for _, a := range apps.All() {
		out = append(out, cli.Sample{
			Name: a.Name, About: a.About, Defect: a.Defect, Fails: a.Fails, Warns: a.Warns,
			Demo: slices.Contains(demo, a.Name),
			New: func(baseURL, keysURL func() string) http.Handler {
				return a.New(apps.Options{BaseURL: baseURL, KeysURL: keysURL})
			},
		})
	}
	return out
}
