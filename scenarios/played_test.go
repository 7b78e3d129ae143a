package scenarios_test

import (
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/standin-dev/standin/fixtures/apps"
	"github.com/standin-dev/standin/harness"
	"github.com/standin-dev/standin/harness/journey"
	"github.com/standin-dev/standin/scenarios"
)

// asked names the samples whose back end differs, among those that are not there for it.
var asked = []string{"foreign-tenant", "context-on-page", "meta-token", "url-token"}

// ofThePage are the samples whose page does not work, or leads to one that does not.
var ofThePage = []string{"frame-denied", "no-all-js", "policy-blocks-bridge", "throws-early", "cacheable-page", "no-authentication", "api-elsewhere", "framed-login", "public-page"}

// usualJourney is what a person does in a sample: the explorer finds it by itself in the
// sound ones, which costs as much as playing it.
var usualJourney = []journey.Step{{Click: "Items"}, {Click: "Reports"}, {Click: "Open only"}, {Fill: []journey.Field{{Target: "css=#new-item > input", Value: "standin"}}}, {Click: "Save"}, {Click: "Refresh"}}

// shortJourney navigates in each way and sends: it is enough for most of the broken ones.
var shortJourney = []journey.Step{{Click: "Items"}, {Click: "Open only"}, {Fill: []journey.Field{{Target: "css=#new-item > input", Value: "standin"}}}, {Click: "Save"}, {Click: "Details"}}

// explored are the broken samples that show their defect to the explorer alone.
var explored = []string{"popup-window", "needless-calls", "referer-only", "error-on-valid"}

// showsToo are scenarios that broken samples need for all of their rules to be seen.
var showsToo = map[string][]string{
	"referer-only":       {"expiry/idle-then-act", "expiry/at-margin", "nav/referer-differential"},
	"referer-hash":       {"nav/referer-differential", "expiry/idle-then-act"},
	"foreign-tenant":     {"verify/other-tenant"},
	"context-on-page":    {"verify/context-on-module-url", "verify/tampered-param"},
	"install-unverified": {"verify/install-unsigned", "verify/uninstall-unsigned"},
	"stored-token":       {"ident/user-switch-reload", "install/rotate-secret"},
	"trusting":           {"fault/gettoken-hangs", "fault/gettoken-empty"},
}

// besidesCalls are the samples whose calls are sound, and that do something else besides, or
// cannot do any.
var besidesCalls = []string{"socket-without-token", "reconnect-stale", "popup-window", "no-window-name"}

// shownByFault are the samples that are sound but for what a fault or a change does to
// them.
var shownByFault = []string{"trusting", "gives-up", "kept-failure", "sliding-session", "needs-user", "needs-licence", "old-secret", "installs-once"}

// shownBy is how many broken samples play each scenario in CI, of those that it names.
const shownBy = 2

// inCI are the scenarios that CI plays of each broken sample: one at least that it names, those
// that show rules of its own, and as many that each scenario is seen to fail or to warn on
// shownBy samples, where so many name it. "make forms" plays all that they name, and "make
// table" the whole catalogue on every sample.
var inCI = sync.OnceValue(func() map[string][]string {
	chosen := maps.Clone(showsToo)
	for _, s := range scenarios.All() {
		naming := slices.DeleteFunc(apps.All(), func(a apps.App) bool {
			return !slices.Contains(a.Fails, s.ID) && !slices.Contains(a.Warns, s.ID)
		})
		slices.SortStableFunc(naming, func(a, b apps.App) int { return len(chosen[a.Name]) - len(chosen[b.Name]) })
		for _, a := range naming[:min(shownBy, len(naming))] {
			chosen[a.Name] = append(slices.Clone(chosen[a.Name]), s.ID)
		}
	}
	for _, a := range apps.All() {
		if named := slices.Concat(a.Fails, a.Warns); len(chosen[a.Name]) == 0 && len(named) > 0 {
			chosen[a.Name] = named[:1]
		}
	}
	return chosen
})

// TestEachIsSeenToFail: of the scenarios that CI leaves out on one sample it plays each on
// another that names it, and each on a sound one.
func TestEachIsSeenToFail(t *testing.T) {
	t.Parallel()
	named, seen, sound := map[string]bool{}, map[string]bool{}, map[string]bool{}
	for _, app := range apps.All() {
		names := slices.Concat(app.Fails, app.Warns)
		for _, id := range names {
			named[id] = true
		}
		for _, s := range scenariosFor(t, app) {
			seen[s.ID] = seen[s.ID] || slices.Contains(names, s.ID)
			sound[s.ID] = sound[s.ID] || app.Defect == ""
		}
	}
	for _, s := range scenarios.All() {
		if named[s.ID] && !seen[s.ID] || !sound[s.ID] {
			t.Errorf("%s: seen to fail or warn: %t; played on a sound sample: %t", s.ID, seen[s.ID], sound[s.ID])
		}
	}
}

// scenariosFor is what is played of a sample.
func scenariosFor(t *testing.T, app apps.App) []harness.Scenario {
	t.Helper()
	if everything || app.Defect == "" || slices.Contains(ofThePage, app.Name) {
		return allFor(t, app)
	}
	ids := inCI()[app.Name]
	if slices.ContainsFunc(ids, asksByItself) {
		ids = append([]string{harness.FirstLoad}, ids...) // which shows what to ask
	}
	return pick(t, ids...)
}

// asksByItself tells the scenarios in which standin asks what the app was seen to ask.
func asksByItself(id string) bool { return strings.HasPrefix(id, "verify/") }

// allFor is the whole catalogue; for an app whose back end alone is at fault, the
// scenarios in which the back end itself is asked, and one that shows what to ask.
func allFor(t *testing.T, app apps.App) []harness.Scenario {
	t.Helper()
	switch {
	case slices.Contains(ofThePage, app.Name):
		return pick(t, harness.FirstLoad, "nav/push")
	case app.Name == "socket-first-message": // which differs in its first moment
		return pick(t, harness.FirstLoad, "expiry/idle-then-act")
	case app.Name == "own-session": // which differs in what its tokens are, not in how it navigates
		return pick(t, harness.FirstLoad, "expiry/idle-then-act", "expiry/active-across", "time/sleep-timers-late", "time/client-ahead", "fault/one-401", "fault/gettoken-empty",
			"ident/user-switch-live", "install/rotate-secret", "verify")
	case app.Name == "other-refusals": // which differs in what its back end answers
		return pick(t, harness.FirstLoad, "expiry/idle-then-act", "time/issuer-ahead", "fault/gettoken-rejects", "verify/wrong-key", "verify/none")
	case app.Name == "opaque-session": // which differs in what a quarter of an hour does to it
		return pick(t, harness.FirstLoad, "expiry/idle-then-act", "fault/one-401", "verify/none")
	case app.Name == "watchful": // which needs a moment after a click, and after the machine wakes
		return pick(t, harness.FirstLoad, "time/sleep-timers-paused")
	case app.Name == "kept-opaque":
		return pick(t, harness.FirstLoad, "expiry/idle-then-act")
	case app.Name == "third-party-cookie":
		return pick(t, harness.FirstLoad, "cookies/blocked")
	case app.Name == "lazy-cache": // which differs in when it asks for a token
		if !everything { // the other sound ones play the rest
			return pick(t, harness.FirstLoad, "expiry", "time/sleep-timers-late", "time/client-behind", "time/issuer-behind", "time/clock-steps-back", "fault/one-401", "fault/gettoken-slow", "ident/user-switch-live", "install")
		}
		return pick(t, harness.FirstLoad, "nav/push", "expiry", "time", "fault", "ident", "install", "cookies", "verify/expired")
	case app.Name == "live-socket":
		return pick(t, harness.FirstLoad, "nav/push", "verify")
	case app.Defect == "":
		return scenarios.All()
	}
	list := usualFor(t, app)
	for _, id := range slices.Concat(app.Fails, app.Warns) {
		if slices.ContainsFunc(scenarios.All(), func(s harness.Scenario) bool { return s.ID == id && ofFault(s) }) {
			list = append(list, pick(t, id)...)
		}
	}
	return list
}

// ofFault tells the scenarios in which something goes wrong on purpose, or changes under
// the app: only those samples play them whose defect they show, and the sound ones.
func ofFault(s harness.Scenario) bool {
	group, _, _ := strings.Cut(s.ID, "/")
	return slices.Contains([]string{"cookies", "fault", "ident", "install"}, group)
}

// usualFor are the scenarios of a broken sample in which nothing but time goes by.
func usualFor(t *testing.T, app apps.App) []harness.Scenario {
	t.Helper()
	switch {
	case slices.Contains(shownByFault, app.Name):
		return nil
	case slices.Contains(besidesCalls, app.Name):
		return pick(t, harness.FirstLoad, "expiry/idle-then-act")
	case slices.Contains(asked, app.Name):
		return append(named(t, app), pick(t, "verify")...)
	case !app.BackEnd:
		return named(t, app)
	}
	if forged := pick(t, "verify/install-unsigned", "verify/uninstall-unsigned"); strings.Contains(app.Name, "install-") {
		return forged
	}
	if slices.Contains([]string{"any-secret", "shared-cache", "one-tenant"}, app.Name) {
		return pick(t, harness.FirstLoad, "verify/wrong-key", "verify/other-tenant")
	}
	return slices.DeleteFunc(pick(t, harness.FirstLoad, "verify"), func(s harness.Scenario) bool {
		return strings.HasSuffix(s.ID, "install-unsigned") // which the sound samples play
	})
}

// named are the scenarios that a broken sample names as those that show its defect, and
// two that show what it does otherwise.
func named(t *testing.T, app apps.App) []harness.Scenario {
	t.Helper()
	ids := []string{harness.FirstLoad, "expiry/idle-then-act"}
	for _, id := range slices.Concat(app.Fails, app.Warns) {
		if group, _, _ := strings.Cut(id, "/"); group != "verify" {
			ids = append(ids, id)
		}
	}
	return slices.DeleteFunc(pick(t, ids...), ofFault)
}

// pick are the scenarios of some ids or groups.
func pick(t *testing.T, ids ...string) []harness.Scenario {
	t.Helper()
	some, err := harness.Select(scenarios.All(), ids)
	if err != nil {
		t.Fatal(err)
	}
	return some
}

// rulesOf are the rules that each broken sample is there to break.
var rulesOf = map[string][]string{
	"referer-only":           {"carrier/referer-only", "token/lost-with-referer", "token/expired", "carrier/depends-on-referer"},
	"referer-hash":           {"carrier/referer-only", "token/expired", "carrier/depends-on-referer"},
	"referer-redirect":       {"token/missing"},
	"referer-policy":         {"token/missing"},
	"token-once":             {"token/expired"},
	"meta-token":             {"token/expired"},
	"kept-session":           {"token/expired"},
	"kept-opaque":            {"token/expired"},
	"url-token":              {"token/iframe-token-on-api", "token/expired"},
	"timer-refresh":          {"token/expired"},
	"callback-undefined":     {"token/literal-junk", "token/expired"}, // and keeps what came at last
	"own-clock-cache":        {"token/expired"},
	"no-margin":              {"freshness/margin", "token/expired"},
	"wrong-scheme":           {"carrier/scheme"},
	"junk-null":              {"token/literal-junk"},
	"junk-object":            {"token/literal-junk"},
	"malformed-token":        {"token/malformed"},
	"alg-none":               {"token/algorithm"},
	"tampered":               {"token/signature"},
	"stale-shadows-fresh":    {"carrier/stale-shadows-fresh"},
	"context-on-page":        {"token/qsh", "backend/page-checks-qsh", "backend/notices-tampering"},
	"foreign-user":           {"token/user"},
	"foreign-tenant":         {"token/tenant", "backend/knows-tenant"},
	"strict-backend":         {"backend/refused-valid"},
	"error-on-valid":         {"backend/error-on-valid"},
	"requests-before-bridge": {"token/missing"},
	"frame-denied":           {"page/loads"},
	"no-all-js":              {"page/all-js"},
	"policy-blocks-bridge":   {"page/content-policy"},
	"throws-early":           {"page/exception"},
	"cacheable-page":         {"page/cacheable"},
	"no-authentication":      {"page/no-authentication"},
	"api-elsewhere":          {"page/cors"},
	"framed-login":           {"page/framing"},
	"open-api":               {"backend/needs-token"},
	"decode-only":            {"backend/checks-signature"},
	"none-accepted":          {"backend/checks-algorithm"},
	"any-algorithm":          {"backend/checks-algorithm"},
	"expired-accepted":       {"backend/checks-expiry", "backend/leeway"},
	"wide-leeway":            {"backend/leeway"},
	"endless":                {"backend/wants-expiry"},
	"future-accepted":        {"backend/refuses-future"},
	"no-leeway":              {"backend/forgives-skew"},
	"any-tenant":             {"backend/knows-tenant", "backend/keeps-tenants"},
	"any-secret":             {"backend/knows-tenant"},
	"shared-cache":           {"backend/parts-tenants"},
	"one-tenant":             {"backend/keeps-tenants"},
	"context-opens-page":     {"backend/page-checks-qsh"},
	"qsh-unread":             {"backend/notices-tampering"},
	"qsh-of-its-own":         {"backend/hashes-rightly"},
	"page-token-on-api":      {"backend/api-checks-qsh"},
	"install-unsigned":       {"backend/install-signed"},
	"install-unverified":     {"backend/install-signed", "backend/install-expiry", "backend/uninstall-signed"},
	"install-any-tenant":     {"backend/install-tenant"},
	"install-any-app":        {"backend/install-audience"},
	"install-expired":        {"backend/install-expiry"},
	"uninstall-unsigned":     {"backend/uninstall-signed"},
	"any-socket":             {"backend/needs-token"},
	"query-and-body":         {"carrier/query-and-body"},
	"cookie-session":         {"carrier/cookie-only", "token/expired"},
	"two-tokens":             {"carrier/several-tokens"},
	"context-elsewhere":      {"token/context"},
	"renews-on-401":          {"token/expired"}, // refresh/on-refusal, where its author accepts that
	"csrf-cookie":            {"policy/cookie-blocked"},
	"third-party-cookie":     {"policy/cookie-blocked"},
	"retry-same-token":       {"refresh/same-token-again", "token/expired"},
	"socket-without-token":   {"token/missing"},
	"reconnect-stale":        {"token/expired"},
	"popup-window":           {"token/missing"},
	"no-window-name":         {"token/missing"},
	"sliding-session":        {"token/user"},
	"needs-user":             {"backend/error-on-valid"},
	"needs-licence":          {"backend/error-on-valid"},
	"old-secret":             {"install/takes-rotation"},
	"installs-once":          {"install/takes-rotation"},
	"trusting":               {"refresh/waits-for-ever", "refresh/sent-without"},
	"gives-up":               {"refresh/stranded"},
	"kept-failure":           {"refresh/stranded"},
	"retry-for-ever":         {"refresh/loop", "refresh/same-token-again", "token/expired"},
	"refresh-stampede":       {"hygiene/refresh-stampede"},
	"token-per-widget":       {"hygiene/get-token-burst"},
	"needless-calls":         {"hygiene/needless-calls"},
	"token-to-analytics":     {"leak/other-origin"},
	"secret-in-page":         {"leak/shared-secret"},
	"token-in-address":       {"leak/host-location"},
	"cached-page":            {"leak/cacheable"},
	"page-without-no-store":  {"leak/no-store"},
	"stored-token":           {"leak/storage", "token/user", "token/signature"},
	"printed-token":          {"leak/console"},
}
