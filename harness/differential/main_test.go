package differential

import (
	"context"
	"flag"
	"fmt"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/standin-dev/standin/fakehost/clock"
	"github.com/standin-dev/standin/harness/browser"
)

// patience bounds every wait, for slow machines: none takes that long when all is well.
const patience = 40 * time.Second

// shared is the one browser of all tests.
var shared struct {
	mu      sync.Mutex
	browser *browser.Browser
}

func TestMain(m *testing.M) {
	flag.Parse()
	// The set-ups mostly wait for their pages to be quiet, so that more of them go on at a
	// time than there are processors.
	if err := flag.Set("test.parallel", "4"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	code := m.Run()
	shared.mu.Lock()
	if shared.browser != nil {
		if err := shared.browser.Close(); err != nil {
			fmt.Fprintln(os.Stderr, "close the tests' browser:", err)
			code = 1
		}
	}
	os.Exit(code)
}

// newTab opens a tab in the shared browser, which is started when it is needed. A machine without one
// fails: a test that is left out proves nothing.
func newTab(t testing.TB) *browser.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	shared.mu.Lock()
	defer shared.mu.Unlock()
	if shared.browser == nil {
		started, err := browser.Launch(ctx, browser.Options{})
		if err != nil {
			t.Fatal(err)
		}
		shared.browser = started
	}
	tab, err := shared.browser.NewContext(ctx, browser.ContextOptions{Clock: clock.New(clock.Options{})})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := tab.Close(); err != nil {
			t.Errorf("close the tab: %v", err)
		}
	})
	return tab
}

// evalHost runs a script in the host's page and gives its value.
func evalHost[T any](t testing.TB, tab *browser.Context, script string) T {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	var out T
	if err := tab.EvalHost(ctx, script, &out); err != nil {
		t.Fatalf("%s: %v", script, err)
	}
	return out
}
