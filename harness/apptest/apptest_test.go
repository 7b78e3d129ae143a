package apptest_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/standin-dev/standin/fixtures/apps"
	"github.com/standin-dev/standin/harness"
	"github.com/standin-dev/standin/harness/apptest"
	"github.com/standin-dev/standin/scenarios"
)

func sample(t *testing.T, name string) func(apptest.Env) http.Handler {
	t.Helper()
	app, ok := apps.ByName(name)
	if !ok {
		t.Fatalf("there is no sample %q", name)
	}
	return func(env apptest.Env) http.Handler {
		return app.New(apps.Options{BaseURL: env.BaseURL, KeysURL: env.KeysURL})
	}
}

// TestItself is the adapter in its natural place.
func TestItself(t *testing.T) {
	apptest.Run(t, apptest.Config{
		Handler: sample(t, "lazy-cache"), Scenarios: scenarios.All(), Select: []string{"boot/*", "nav/push"},
	})
}

// run runs the adapter on a fake test and returns that.
func run(c apptest.Config) *fakeTest {
	f := &fakeTest{name: "TestApp"}
	f.do(func(f *fakeTest) { apptest.Run(f, c) })
	return f
}

// TestVerdicts: each verdict has its way to end a subtest.
func TestVerdicts(t *testing.T) {
	f := run(apptest.Config{
		Handler: sample(t, "referer-hash"),
		Scenarios: append(scenarios.All(),
			harness.Scenario{ID: "own/idle", Title: "Nothing happens.", Play: func(ctx context.Context, s *harness.Stage) error {
				return &harness.Inconclusive{Reason: "nothing was tried."}
			}},
			harness.Scenario{ID: "own/broken", Title: "The scenario itself is broken.", Play: func(context.Context, *harness.Stage) error {
				return context.DeadlineExceeded
			}},
		),
		Select: []string{"nav/push", "expiry/idle-then-act", "own/*"},
	})
	for i, want := range []struct {
		name, outcome string
		log           []string
	}{
		{"TestApp/nav/push", "SKIP", []string{"pushState"}},
		{"TestApp/expiry/idle-then-act", "FAIL", []string{"expiry/idle-then-act: fail", "The rule:", "remedy", "▸", "clock", "/api/"}},
		{"TestApp/own/idle", "FAIL", []string{"own/idle: inconclusive", "nothing was tried."}},
		{"TestApp/own/broken", "FAIL", []string{"harness-error, no fault of the app", "deadline exceeded"}},
	} {
		if len(f.subs) <= i {
			t.Fatalf("there are %d subtests, none for %s; the test said:\n%s", len(f.subs), want.name, f.log.String())
		}
		got := f.subs[i]
		if got.name != want.name || got.outcome() != want.outcome {
			t.Errorf("%s %s, want %s %s", got.outcome(), got.name, want.outcome, want.name)
		}
		for _, text := range want.log {
			if !strings.Contains(got.log.String(), text) {
				t.Errorf("%s does not say %q:\n%s", got.name, text, got.log.String())
			}
		}
	}
	if !f.failed {
		t.Error("the test as a whole passed")
	}
}

// TestCannotStart: what keeps a run from starting is fatal, and no subtest is there to hide it.
func TestCannotStart(t *testing.T) {
	silent := httptest.NewServer(http.NotFoundHandler())
	defer silent.Close()
	stubless := filepath.Join(t.TempDir(), "stubless.yaml")
	if err := os.WriteFile(stubless, []byte("stubs: nowhere\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, tc := range []struct {
		name   string
		config apptest.Config
		want   string
	}{
		{"no scenarios", apptest.Config{URL: silent.URL}, "no scenarios given"},
		{"no such scenario", apptest.Config{URL: silent.URL, Scenarios: scenarios.All(), Select: []string{"nav/psh"}}, "nav/push"},
		{"no app", apptest.Config{Scenarios: scenarios.All()}, "set URL or Handler"},
		{"two apps", apptest.Config{URL: silent.URL, Handler: sample(t, "interceptor"), Scenarios: scenarios.All()}, "not both"},
		{"no config", apptest.Config{URL: silent.URL, Scenarios: scenarios.All(), ConfigFile: "missing.yaml"}, "missing.yaml"},
		{"no stubs", apptest.Config{URL: silent.URL, Scenarios: scenarios.All(), ConfigFile: stubless},
			"stubs: there is no folder " + filepath.Join(filepath.Dir(stubless), "nowhere")},
		{"no descriptor", apptest.Config{URL: silent.URL, Scenarios: scenarios.All()}, "404"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			f := run(tc.config)
			if !f.failed || !strings.Contains(f.log.String(), tc.want) {
				t.Errorf("failed %v, said %q, want %q", f.failed, f.log.String(), tc.want)
			}
			if len(f.subs) > 0 {
				t.Errorf("there are subtests: %s", f.subs[0].name)
			}
		})
	}
}
