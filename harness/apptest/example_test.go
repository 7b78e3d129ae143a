package apptest_test

import (
	"net/http"

	"github.com/standin-dev/standin/fixtures/apps"
	"github.com/standin-dev/standin/harness/apptest"
	"github.com/standin-dev/standin/scenarios"
)

// The app is a handler of the test's own process; standin serves it and installs it.
func Example() {
	// In a test of yours, t comes with it: func TestItems(t *testing.T) { ... }
	t := newPrintingTest("TestItems")

	app, _ := apps.ByName("interceptor") // yours in its place
	apptest.Run(t, apptest.Config{
		Handler: func(env apptest.Env) http.Handler {
			return app.New(apps.Options{BaseURL: env.BaseURL, KeysURL: env.KeysURL})
		},
		Scenarios: scenarios.All(),
		Select:    []string{"nav/push", "expiry/idle-then-act"},
	})
	// Output:
	// --- PASS: TestItems/nav/push
	// --- PASS: TestItems/expiry/idle-then-act
}
