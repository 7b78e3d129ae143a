package scenarios_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/standin-dev/standin/fixtures/apps"
	"github.com/standin-dev/standin/harness"
	"github.com/standin-dev/standin/harness/report"
	"github.com/standin-dev/standin/scenarios"
)

// A truth is what standin should say of a whole app.
type truth struct {
	app string
	// play are the scenarios of CI; STANDIN_FORMS has all of them played.
	play []string
	// config is a standin.yaml. Empty is none.
	config string
	// rules must be found, not must not; findings of other rules of the kind "should" are let be.
	rules, not []string
	// says is part of a note or a reason that the report must have. Empty asks for none.
	says string
	// unsound says that something besides advice is found, or nothing was shown; verdicts has what is expected then.
	unsound  bool
	verdicts map[string]report.Verdict
}

// truths are those of the shapes. What is sound leaves its author with advice at most, whatever else it does: public
// files, cookies that never come back, timers, pages that are replaced.
var truths = map[string]truth{
	"static-shell": {app: "static-shell", play: []string{"boot/first-load"}},
	"jquery":       {app: "jquery", play: []string{"expiry/idle-then-act"}},
	"spring-session": {app: "spring-session", play: []string{"expiry/idle-then-act", "cookies/blocked"}, not: []string{"policy/cookie-blocked"},
		verdicts: map[string]report.Verdict{"cookies/blocked": report.Pass}},
	"public-locales": {app: "public-locales", play: []string{"boot/first-load"}, says: `public: ["/i18n/`},
	"fetched-build":  {app: "fetched-build", play: []string{"boot/first-load"}, says: `public: ["/build/`},
	"polling":        {app: "polling", play: []string{"fault/always-401"}},
	"error-boundary": {app: "error-boundary", play: []string{"fault/one-401", "fault/gettoken-rejects"}, not: []string{"refresh/stranded"}},
	// Its page asks the product alone, so that nothing can be shown of its back end.
	"request-only": {app: "request-only", play: []string{"boot/first-load"}, unsound: true,
		verdicts: map[string]report.Verdict{"boot/first-load": report.Inconclusive}, says: "give a journey"},
	// Sound when all is well; what it sends while the bridge has no token is advice, and its pages take a context token.
	"example-app-node": {app: "example-app-node", play: []string{"boot/first-load", "fault/gettoken-rejects", "verify/context-on-module-url"},
		unsound: true, rules: []string{"refresh/sent-without", "backend/page-checks-qsh"}, not: []string{"token/literal-junk", "token/missing", "page/loads"},
		verdicts: map[string]report.Verdict{"boot/first-load": report.Pass, "fault/gettoken-rejects": report.Warn, "verify/context-on-module-url": report.Fail},
		says:     "unpkg.com"},
	// The page that calls, with a token that it prints: answers of 500 to what is no token are refusals like others.
	"atlas-gonnect": {app: "atlas-gonnect", config: "module: as-user", play: []string{"boot/first-load", "fault/gettoken-rejects"},
		unsound: true, rules: []string{"refresh/sent-without", "leak/console"},
		not:      []string{"token/literal-junk", "backend/error-on-valid", "backend/refused-valid"},
		verdicts: map[string]report.Verdict{"boot/first-load": report.Warn, "fault/gettoken-rejects": report.Warn},
		says:     "product: Confluence"},
	// And the one of 0 bytes.
	"atlas-gonnect, its macro": {app: "atlas-gonnect", config: "module: sport-macro", play: []string{"boot/first-load"},
		unsound: true, rules: []string{"page/loads"}, verdicts: map[string]report.Verdict{"boot/first-load": report.Fail}},
	"preact-cdn": {app: "preact-cdn", play: []string{"boot/first-load"}, unsound: true, not: []string{"page/loads", "page/exception"},
		verdicts: map[string]report.Verdict{"boot/first-load": report.Inconclusive}, says: "kept them in: esm.sh"},
	"preact-cdn, with a copy": {app: "preact-cdn", play: []string{"boot/first-load", "expiry/idle-then-act"},
		config: "outside: {'" + apps.PreactAddress + "': preact.js}", says: "answered by a local copy"},
}

// TestShapes: apps that are written as apps out there are, and what is true of each.
func TestShapes(t *testing.T) {
	t.Parallel()
	for name, want := range truths {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			checkTruth(t, want, playShape(t, want))
		})
	}
	for _, app := range apps.Shapes() {
		if _, ok := truths[app.Name]; !ok {
			t.Errorf("nothing is said of %s", app.Name)
		}
	}
}

// playShape plays what CI has the time for, or everything.
func playShape(t *testing.T, want truth) *report.Report {
	t.Helper()
	app, ok := apps.ShapeByName(want.app)
	if !ok {
		t.Fatalf("there is no shape %q", want.app)
	}
	list := scenarios.All()
	if !everything {
		list = pick(t, want.play...)
	}
	r, _ := play(t, app, list, func(c *harness.Config) {
		folder := t.TempDir()
		for name, text := range map[string][]byte{"standin.yaml": []byte(want.config), "preact.js": apps.PreactCopy()} {
			if err := os.WriteFile(filepath.Join(folder, name), text, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if err := c.LoadConfig(filepath.Join(folder, "standin.yaml")); err != nil {
			t.Fatal(err)
		}
	})
	return r
}

func checkTruth(t *testing.T, want truth, r *report.Report) {
	t.Helper()
	if !want.unsound {
		checkSound(t, r)
	}
	found := map[string]bool{}
	for _, s := range r.Scenarios {
		if v, ok := want.verdicts[s.ID]; ok && s.Verdict != v {
			t.Errorf("%s: %s (%s), want %s", s.ID, s.Verdict, s.Reason, v)
		}
		for _, f := range s.Findings {
			found[f.Rule] = true
			if slices.Contains(want.not, f.Rule) {
				t.Errorf("%s: %s: %s", s.ID, f.Rule, f.Message)
			}
		}
	}
	for _, rule := range want.rules {
		if !found[rule] {
			t.Errorf("%s is not found", rule)
		}
	}
	said := slices.Clone(r.Notes)
	for _, s := range r.Scenarios {
		said = append(said, s.Reason)
	}
	if !strings.Contains(strings.Join(said, "\n"), want.says) {
		t.Errorf("nothing says %q: %q", want.says, said)
	}
	logWhenFailed(t, r)
}
