package browser

import (
	"context"
	"flag"
	"fmt"
	"os"
	"sync"
	"testing"
	"time"
)

// shared is the one browser of all tests. There is never a second one beside it:
// a test that needs a browser of its own has this one closed first.
var shared struct {
	mu      sync.Mutex
	browser *Browser
}

func TestMain(m *testing.M) {
	flag.Parse()
	code := m.Run()
	if err := closeShared(); err != nil {
		fmt.Fprintln(os.Stderr, "close the tests' browser:", err)
		code = 1
	}
	os.Exit(code)
}

// theBrowser is the shared browser, started when it is needed. A machine without
// one fails: a test that is left out proves nothing.
func theBrowser(t testing.TB) *Browser {
	t.Helper()
	shared.mu.Lock()
	defer shared.mu.Unlock()
	if shared.browser != nil && shared.browser.Err() == nil {
		return shared.browser
	}
	shared.browser = launch(t, Options{})
	return shared.browser
}

// ownBrowser is a browser that the test may kill. The shared one makes room.
func ownBrowser(t testing.TB, o Options) *Browser {
	t.Helper()
	if err := closeShared(); err != nil {
		t.Fatal(err)
	}
	b := launch(t, o)
	t.Cleanup(func() {
		if err := b.Close(); err != nil {
			t.Errorf("close the browser: %v", err)
		}
	})
	return b
}

func launch(t testing.TB, o Options) *Browser {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	path, err := Find(o.Path)
	if err != nil {
		t.Fatal(err)
	}
	o.Path = path
	b, err := Launch(ctx, o)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func closeShared() error {
	shared.mu.Lock()
	defer shared.mu.Unlock()
	if shared.browser == nil {
		return nil
	}
	b := shared.browser
	shared.browser = nil
	return b.Close()
}

// soaks tells whether what CI shows by a few is to be shown by many: see scripts/soak.sh.
func soaks() bool { return os.Getenv("STANDIN_SOAK") != "" }
