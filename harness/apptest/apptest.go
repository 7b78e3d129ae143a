// Package apptest runs standin's scenarios from go test: one subtest each, with the
// story as the failure.
//
//	func TestItems(t *testing.T) {
//		apptest.Run(t, apptest.Config{
//			Handler: func(env apptest.Env) http.Handler {
//				return items.New(env.BaseURL(), env.KeysURL)
//			},
//			Scenarios: scenarios.All(),
//		})
//	}
//
// An app that runs already is given by URL, one that a command starts by URL and
// Command. "go test -run TestItems/expiry" plays only the scenarios of that group.
//
// A scenario that was inconclusive fails its subtest, for nothing was proven; one
// that does not concern the app is skipped; a fault of the browser or of standin is
// fatal and called a harness-error, so that nobody looks for it in the app.
package apptest

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/standin-dev/standin/harness"
	"github.com/standin-dev/standin/harness/report"
)

// T is what Run needs of a test. A *testing.T is a T[*testing.T]; the type parameter
// keeps package testing out of programs that bring another.
type T[Sub any] interface {
	Helper()
	Name() string
	Context() context.Context
	Deadline() (time.Time, bool)
	Run(name string, f func(Sub)) bool
	Log(args ...any)
	Error(args ...any)
	Fatal(args ...any)
	Skip(args ...any)
}

// Config says which app to test and how. Scenarios is needed, and one of URL and
// Handler.
type Config struct {
	// URL is the app's base URL or its descriptor's. Empty: Handler is the app.
	URL string
	// Command starts the app, which then listens at URL. Empty: it runs already.
	Command []string
	// Dir is the folder in which Command runs. Empty: the test's own.
	Dir string
	// Handler makes the app, which is then served on a free port. Nil: URL says
	// where it is.
	Handler func(Env) http.Handler

	// Scenarios is the catalogue, as scenarios.All gives it, or a list of your own.
	Scenarios []harness.Scenario
	// Select picks scenarios by patterns, as "nav/*". None: all.
	Select []string
	// ConfigFile is a standin.yaml to read. What Settings say wins over it. Empty:
	// none.
	ConfigFile string
	// Settings are the engine's: product, module, policy, journey and so on. Its
	// App, Command, Dir and Started are not used. Set Use to share one browser
	// between several calls of Run; else each starts one and ends it.
	Settings harness.Config
	// Width is the number of columns of a story. Zero: 100.
	Width int
}

// Env is what an app of the test's own process needs to know.
type Env struct {
	// BaseURL gives the address at which the app is reached.
	BaseURL func() string
	// KeysURL gives the address below which the host publishes the public keys of
	// its installs, as CONNECT_KEYS_CDN_URL does. Ask it when an install arrives: it
	// is empty before the host is up.
	KeysURL func() string
}

// Run installs the app on a fake host and plays the scenarios on it, each as a
// subtest of t that is named by its id. It returns when all have ended.
func Run[Sub T[Sub]](t T[Sub], c Config) {
	t.Helper()
	if c.Width == 0 {
		c.Width = 100
	}
	chosen, err := harness.Select(c.Scenarios, c.Select)
	if err != nil {
		t.Fatal(err)
	}
	if len(chosen) == 0 {
		t.Fatal("apptest: no scenarios given; pass scenarios.All(), or a list of your own")
	}
	cfg, stop, err := c.settings()
	if err != nil {
		t.Fatal(err)
	}
	defer stop()
	wanted := underRunFlag(t.Name(), chosen)
	if len(wanted) == 0 {
		return
	}
	play(t, c, cfg, wanted)
}

// play runs the engine beside the subtests, each of which waits for its result: that is
// known when the run is over, for what a later scenario shows of the back end may change
// what an earlier one came to.
func play[Sub T[Sub]](t T[Sub], c Config, cfg harness.Config, wanted []harness.Scenario) {
	t.Helper()
	ctx, cancel := bounded(t.Context(), t)
	defer cancel()
	e := start(ctx, cfg, wanted)
	for i, s := range wanted {
		if _, begun := <-e.begun; !begun {
			break
		}
		t.Run(s.ID, func(t Sub) {
			t.Helper()
			conclude(t, <-e.results[i], c.Width)
		})
	}
	<-e.done // until the engine has put everything away
	switch {
	case e.err != nil:
		t.Fatal(e.err)
	case e.report.AppEnd != nil:
		t.Error(e.report.AppEnd.Message)
	case e.report.Interrupted:
		t.Error("the run was interrupted before its last scenario ended: the test's time is up")
	}
	for _, note := range e.report.Notes {
		t.Log(note)
	}
}

// engine is a run that goes on beside the test.
type engine struct {
	begun   chan string            // the ids of the scenarios as they begin; closed at the end
	results []chan report.Scenario // in the order of the scenarios
	done    chan struct{}          // closed when report or err is there
	report  *report.Report
	err     error
}

// start starts a run. What the caller wants to hear of it, he hears.
func start(ctx context.Context, cfg harness.Config, wanted []harness.Scenario) *engine {
	e := &engine{begun: make(chan string, len(wanted)), done: make(chan struct{})}
	for range wanted {
		e.results = append(e.results, make(chan report.Scenario, 1))
	}
	heard, ended := cfg.Progress, 0
	cfg.Progress.Begin = func(id string, n, of int) {
		if heard.Begin != nil {
			heard.Begin(id, n, of)
		}
		e.begun <- id
	}
	cfg.Progress.Settled = func(s report.Scenario) {
		if heard.Settled != nil {
			heard.Settled(s)
		}
		e.results[ended] <- s
		ended++
	}
	go func() {
		defer close(e.done)
		defer close(e.begun)
		e.report, e.err = harness.Run(ctx, cfg, wanted)
	}()
	return e
}

// conclude turns a scenario's result into a subtest's.
func conclude[Sub T[Sub]](t Sub, s report.Scenario, width int) {
	t.Helper()
	story := report.Story(s, report.TextOptions{Width: width})
	switch s.Verdict {
	case report.Pass:
		if story != "" {
			t.Log("\n" + story)
		}
	case report.Warn:
		t.Log("\n" + story)
	case report.NotApplicable:
		t.Skip(s.Reason)
	case report.Fail, report.Inconclusive:
		t.Error("\n" + story)
	default:
		t.Fatal(fmt.Sprintf("harness-error, no fault of the app: %s\n%s", s.Reason, strings.TrimSpace(story)))
	}
}

// deadlineGrace is what is left of a test's time to end the browser and tell what
// was found.
const deadlineGrace = 10 * time.Second

// bounded is ctx until shortly before the test's time is up.
func bounded[Sub any](ctx context.Context, t T[Sub]) (context.Context, context.CancelFunc) {
	if at, ok := t.Deadline(); ok {
		return context.WithDeadline(ctx, at.Add(-deadlineGrace))
	}
	return context.WithCancel(ctx)
}
