package cli_test

import (
	"os"
	"strings"
	"testing"
)

// TestBadUsage: one clear sentence on standard error, with what to do, and exit
// code 2. Nothing of it starts a browser.
func TestBadUsage(t *testing.T) {
	inEmptyFolder(t)
	t.Setenv("STANDIN_BROWSER", "/nonexistent") // who starts one all the same, fails with 3
	app := []string{"run", "--app", "http://localhost:1"}
	with := func(args ...string) []string { return append(append([]string{}, app...), args...) }
	for _, tc := range []struct {
		name string
		args []string
		want string
	}{
		{"unknown command", []string{"rnu", "--app", "x"},
			`there is no command "rnu"; did you mean "standin run"? The commands are demo, doctor, explain, judge, list, run, serve`},
		{"help for an unknown command", []string{"help", "lsit"},
			`there is no command "lsit"; did you mean "standin list"? The commands are demo, doctor, explain, judge, list, run, serve`},
		{"unknown flag", with("--scenarios", "nav"),
			`standin run knows no flag --scenarios; did you mean --scenario? "standin run --help" shows all`},
		{"flag with one dash", []string{"run", "-app", "x"},
			`standin run knows no flag -app; did you mean --app? "standin run --help" shows all`},
		{"flag of another command", []string{"list", "--app", "x"},
			`standin list knows no flag --app, which belongs to standin judge, standin run, standin serve; "standin list --help" shows all`},
		{"flag without its value", []string{"run", "--app"},
			"--app wants a value: the app's base URL, or its descriptor's; \"standin run --help\" shows all"},
		{"wrong word", with("--install", "unsinged"),
			`--install cannot be "unsinged": it is signed, unsigned or skip; did you mean unsigned?`},
		{"wrong product", with("--product", "Jira"),
			`--product cannot be "Jira": it is jira or confluence; did you mean jira?`},
		{"no length of time", with("--timeout", "30"),
			`--timeout cannot be "30": it is a length of time such as 30s`},
		{"no time at all", with("--timeout", "0s"), `--timeout cannot be 0s: it is a length of time such as 30s`},
		{"no app", []string{"run"},
			`no app given; say where it is, as --app http://localhost:3000, or "app:" in standin.yaml`},
		{"app without its flag", []string{"run", "http://localhost:3000"},
			`standin run does not know what to do with "http://localhost:3000"; write --app http://localhost:3000, if that is the app`},
		{"command without its dashes", with("npm", "start"),
			`standin run does not know what to do with "npm"; write the command that starts the app behind "--"`},
		{"serve without an app", []string{"serve"},
			`no app given; say where it is, as --app http://localhost:3000, or "app:" in standin.yaml`},
		{"serve with a flag of run", []string{"serve", "--scenario", "nav"},
			`standin serve knows no flag --scenario, which belongs to standin demo, standin run; "standin serve --help" shows all`},
		{"serve with no life", []string{"serve", "--app", "http://localhost:1", "--token-life", "0s"},
			`--token-life cannot be 0s: it is a length of time such as 60s`},
		{"serve with a life too short", []string{"serve", "--app", "http://localhost:1", "--token-life", "1s"},
			`a token's life cannot be 1s: use 5s or more, or leave it out for 15m`},
		{"judge without a file", []string{"judge"},
			`standin judge wants one file, an HTTP archive (HAR), and was given 0; "standin judge --help" says more`},
		{"judge with a file that is not there", []string{"judge", "missing.har"}, `open missing.har: no such file or directory`},
		{"judge with a flag of run", []string{"judge", "x.har", "--har", "y"},
			`standin judge knows no flag --har, which belongs to standin run; "standin judge --help" shows all`},
		{"flag that nobody knows", []string{"judge", "x.har", "--quietly"},
			`standin judge knows no flag --quietly; "standin judge --help" shows all`},
		{"judge of nothing", []string{"judge", "-"},
			`standard input: no HTTP archive (HAR): it is empty, or ends before its entries; save one in the network panel of a browser's developer tools, or with Playwright or a proxy`},
		{"judge with one input for two", []string{"judge", "-", "--config", "-"},
			`the recording and --config both are standard input; give one of them as a file`},
		{"dashes without a command", with("--"),
			`nothing stands behind "--"; write the command that starts the app there, or leave it out`},
		{"command without a port", []string{"run", "--app", "http://localhost", "--", "npm", "start"},
			`http://localhost names no port; say where your command makes the app listen, as --app http://localhost:3000`},
		{"skip without a tenant", with("--install", "skip", "--client-key", "k"),
			`--install skip sends no install, so the app must know its tenant already: give --client-key and --shared-secret (or STANDIN_SHARED_SECRET) as the app has stored them`},
		{"no such all.js", with("--all-js", "missing.js"),
			`--all-js: open missing.js: no such file or directory; name a script such as dist/iframe.js of atlassian-connect-js`},
		{"site that is none", with("--site", "localhost"),
			`site: the browser cannot be led to the site: "https://localhost" is none of *.atlassian.net, and the browser looks for no others on this machine: use one such as https://acme.atlassian.net`},
		{"no such config", with("--config", "missing.yaml"), `--config: there is no file missing.yaml`},
		{"scenario that matches nothing", with("--scenario", "nvx/psh"),
			`no such scenario: "nvx/psh" matches none of them; did you mean nav/push? "standin list" shows all`},
		{"explain of nothing", []string{"explain", "nav/psh"},
			`no scenario and no rule is called "nav/psh"; did you mean "standin explain nav/push"? "standin explain" lists them all`},
		{"explain of a misspelt rule", []string{"explain", "token/expire"},
			`no scenario and no rule is called "token/expire"; did you mean "standin explain token/expired"? "standin explain" lists them all`},
		{"explain of two", []string{"explain", "nav/push", "nav/hash"}, `standin explain takes one ID at a time, not 2`},
		{"list of something", []string{"list", "nav"}, `standin list takes no arguments, and was given "nav"; "standin list --help" says more`},
		{"unknown sample", []string{"demo", "token-onec"},
			`there is no sample "token-onec"; did you mean "token-once"? "standin demo --list" shows all`},
		{"all samples and one", []string{"demo", "--all", "sound"}, `--all tries every sample; leave out sound, or --all`},
		{"report into a folder", with("--json", "."), `--json: . is a folder; name a file that can be written`},
		{"report into no folder", with("--junit", "no/where.xml"),
			`--junit: open no/where.xml: no such file or directory; name a file that can be written`},
		{"two reports in one file", with("--json", "r", "--junit", "./r"), `--json and --junit both write ./r; give each a file of its own`},
		{"two reports on standard output", with("--json", "-", "--junit", "-"), `--json and --junit both write -; give each a file of its own`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			code, stdout, stderr := invoke(t, "", tc.args...)
			if code != 2 || stdout != "" {
				t.Errorf("exit code %d, want 2; standard output %q", code, stdout)
			}
			if want := "standin: " + tc.want + "\n"; stderr != want {
				t.Errorf("it said  %s\nwant     %s", stderr, want)
			}
		})
	}
	left, err := os.ReadDir(".")
	if err != nil || len(left) > 0 {
		t.Errorf("left behind: %v (%v)", left, err)
	}
}

// TestNoBrowser: a machine without a browser is no fault of the caller's app.
func TestNoBrowser(t *testing.T) {
	inEmptyFolder(t)
	t.Setenv("STANDIN_BROWSER", "/nonexistent")
	for _, args := range [][]string{{"demo", "sound"}, {"doctor"}} {
		code, stdout, stderr := invoke(t, "", args...)
		if code != 3 || stdout != "" {
			t.Errorf("%s: exit code %d, want 3; standard output %q", args, code, stdout)
		}
		if !strings.Contains(stderr, "no Chromium found: STANDIN_BROWSER names \"/nonexistent\"") {
			t.Errorf("%s said %s", args, stderr)
		}
	}
}
