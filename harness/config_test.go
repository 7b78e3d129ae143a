package harness

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/standin-dev/standin/fakehost"
	"github.com/standin-dev/standin/harness/journey"
	"github.com/standin-dev/standin/harness/judge"
)

const wholeConfig = `
app: http://localhost:3000
product: confluence
module: items-page
public:   ["/api/health", "/view/*"]
protect:  ["/export/**"]
carriers: ["header:Authorization JWT", "header:X-Connect-Token", "query:jwt", "form:jwt", "cookie:token", "referer"]
origins:  ["http://localhost:3001"]
sessionLife: 8h
probes: all
journey:
  - click: "Items"
  - fill: {"css=#title": "hello"}
`

func TestParseConfig(t *testing.T) {
	t.Parallel()
	var c Config
	if err := c.ParseConfig([]byte(wholeConfig)); err != nil {
		t.Fatal(err)
	}
	type summary struct {
		App, Module string
		Product     fakehost.Product
		Probes      Probes
		Origins     []string
		Carriers    []judge.CarrierSpec
		Journey     []journey.Step
	}
	want := summary{
		App: "http://localhost:3000", Module: "items-page", Product: fakehost.Confluence, Probes: ProbesAll, Origins: []string{"http://localhost:3001"},
		Carriers: []judge.CarrierSpec{
			{Place: "header", Name: "Authorization", Scheme: "JWT"}, {Place: "header", Name: "X-Connect-Token"},
			{Place: "query", Name: "jwt"}, {Place: "form", Name: "jwt"}, {Place: "cookie", Name: "token"}, {Place: "referer"},
		},
		Journey: []journey.Step{{Click: "Items"}, {Fill: []journey.Field{{Target: "css=#title", Value: "hello"}}}},
	}
	if diff := cmp.Diff(want, summary{c.App, c.Module, c.Product, c.Probes, c.Origins, c.Policy.Carriers, c.Journey}); diff != "" {
		t.Errorf("config (-want +got):\n%s", diff)
	}
	if c.Policy.SessionLife != 8*time.Hour {
		t.Errorf("a session lives for %s", c.Policy.SessionLife)
	}
	if len(c.Policy.Public) != 2 || !c.Policy.Public[1].Match("/view/a") || len(c.Policy.Protect) != 1 || !c.Policy.Protect[0].Match("/export/a/b") {
		t.Errorf("patterns: public %v, protect %v", c.Policy.Public, c.Policy.Protect)
	}
}

// TestParseConfigPresets: a preset is the list that it stands for, among others.
func TestParseConfigPresets(t *testing.T) {
	t.Parallel()
	var c Config
	if err := c.ParseConfig([]byte(`carriers: ["cookie:token", "preset:play"]`)); err != nil {
		t.Fatal(err)
	}
	want := []judge.CarrierSpec{{Place: "cookie", Name: "token"}, {Place: "header", Name: "Authorization", Scheme: "JWT"}, {Place: "query", Name: "jwt"}}
	if diff := cmp.Diff(want, c.Policy.Carriers); diff != "" {
		t.Errorf("carriers (-want +got):\n%s", diff)
	}
}

// TestParseConfigLeavesWhatIsSet: flags come before the file.
func TestParseConfigLeavesWhatIsSet(t *testing.T) {
	t.Parallel()
	c := Config{App: "http://localhost:4000", Product: fakehost.Jira, Module: "other", Journey: []journey.Step{{Click: "Mine"}}}
	if err := c.ParseConfig([]byte(wholeConfig)); err != nil {
		t.Fatal(err)
	}
	if c.App != "http://localhost:4000" || c.Product != fakehost.Jira || c.Module != "other" || len(c.Journey) != 1 || c.Journey[0].Click != "Mine" {
		t.Errorf("the file won over what was set: %+v", c)
	}
}

func TestParseConfigOfNothing(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "# nothing\n", "---\n", "app:\npublic:\njourney:\n"} {
		var c Config
		if err := c.ParseConfig([]byte(text)); err != nil {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func TestParseConfigErrors(t *testing.T) {
	t.Parallel()
	const keys = "app, baseUrl, product, site, user, stubs, module, public, protect, carriers, sessionLife, renewal, origins, outside, probes, journey, hiddenPages, scopes, redelivery, lifecycle"
	for _, tt := range []struct{ text, want string }{
		{"app: a\nprotected: []", "line 2: protected is no key of a config; there are " + keys},
		{"field: 1", "line 1: field is no key of a config; there are " + keys},
		{"a: 1\nb: 2", "line 1: a is no key of a config; there are " + keys + "; line 2: b is no key of a config; there are " + keys},
		{"app: a\napp: b", `line 2: mapping key "app" already defined at line 1`},
		{"outer: &x\n  app: a\n", "line 1: outer is no key of a config"},
		{"module: &m items\napp: *m\npublic: *m", "line 1: cannot read the text `items` as a list of texts"},
		{"public: [/a, [b]]", "line 1: cannot read a list as a text"},
		{"? [a]\n: b", "line 1: a list is no key of a config"},
		{"app: [a]", "line 1: cannot read a list as a text"},
		{"app: {a: b}", "line 1: cannot read keys and values as a text"},
		{"public: /api", "line 1: cannot read the text `/api` as a list of texts"},
		{"origins: 5", "line 1: cannot read the int `5` as a list of texts"},
		{"journey: x", "line 1: cannot read the text `x` as a list of steps"},
		{"- a", "line 1: cannot read a list as a config, which has keys and values"},
		{"product: bamboo", `product: "bamboo" is none; it is jira or confluence`},
		{"product: Jira", `product: "Jira" is none; it is jira or confluence`},
		{"public: [api]", `public: pattern "api": it matches paths, so it begins with / (or **)`},
		{"protect: [http://x/]", `protect: pattern "http://x/": it matches paths, so it begins with / (or **)`},
		{"carriers: [jwt]", `carriers: carrier "jwt": say where the token rides, as "header:Authorization JWT"`},
		{"carriers: [preset:rails]", `carriers: carrier "preset:rails": there is no preset of that name; there are atlassian-connect-express, play, raw-header, spring-boot`},
		{"sessionLife: long", "line 1: cannot read the text `long` as a length of time such as 5m"},
		{"sessionLife: 8", "line 1: cannot read the int `8` as a length of time such as 5m"},
		{"sessionLife: -8h", `sessionLife: -8h0m0s is no life; write a length of time such as 8h`},
		{"journey:\n- tap: x", `line 2: a step cannot be "tap"; a step is one of click:`},
		{"journey:\n- wait: {request: api}", `line 2: request: pattern "api"`},
		{"hiddenPages: gone", `hiddenPages: "gone" is none; it is not-found or shown`},
		{"scopes: most", `scopes: "most" is none; it is back-end, all or off`},
		{"redelivery: 5", "line 1: cannot read the int `5` as keys and values"},
		{"redelivery: {often: 5}", "line 1: often is no key of redelivery; there are times, after, realTime"},
		{"redelivery: {times: many}", "line 1: cannot read the text `many` as a number"},
		{"redelivery: {times: 5, after: soon}", "line 1: cannot read the text `soon` as a length of time such as 5m"},
		{"redelivery: {times: 5, after: 5}", "line 1: cannot read the int `5` as a length of time such as 5m"},
		{"redelivery: {times: 5, realTime: maybe}", "line 1: cannot read the text `maybe` as true or false"},
		{"redelivery: {times: -1}", "redelivery: times cannot be -1; say how often a webhook is sent again, as production's 5"},
		{"redelivery: {after: 5m}", "redelivery: times cannot be 0; say how often a webhook is sent again, as production's 5"},
		{"redelivery: {times: 5, after: -5m}", "redelivery: after cannot be -5m0s; it is a length of time such as 5m, or nothing for at once"},
		{"product: confluence\nredelivery: {times: 5}", "redelivery: Confluence sends no webhook again; leave it out"},
		{"lifecycle: {late: true}", "line 1: late is no key of lifecycle; there are serviceEntitlementNumber, entitlementId, entitlementNumber, installationId, accountId, displayUrl, userParams, lateDisabled"},
		{"lifecycle: {displayUrl: jira.example.com}", `lifecycle: displayUrl "jira.example.com" is no origin; write it as https://jira.example.com`},
		{"lifecycle: {displayUrl: https://jira.example.com/wiki}", `is no origin; write it as https://jira.example.com`},
		{"user: bob", "line 1: user is anonymous, customer, or some of {accountId:"},
		{"user: []", "line 1: user is anonymous"},
		{"user: {}", "line 1: user is anonymous"},
		{"user:\n  accountid: x", `line 2: a user has no "accountid"; user is anonymous`},
		{"user: {locale: [de]}", "line 1: locale takes one text"},
		{"user: {locale: de, locale: en}", `locale takes one text`},
		{"user: {accountType: bot}", `line 1: accountType "bot" is none; it is atlassian, customer or app`},
		{"stubs: missing", "stubs: there is no folder missing"},
		{"stubs: config.go", "stubs: there is no folder config.go"},
		{"stubs: [a]", "line 1: cannot read a list as a text"},
		{"stubs: testdata/stubs", `stubs: in testdata/stubs: stub file GET/rest/api/3/issue/broken.json:3: `},
		{"stubs: testdata", `stub file stubs: is no folder of a method: the folders at the top are GET, `},
		{"app: \"", "found unexpected end of stream"},
	} {
		var c Config
		err := c.ParseConfig([]byte(tt.text))
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%q: error %v\nwant %s", tt.text, err, tt.want)
			continue
		}
		for _, theirs := range []string{"yaml", "unmarshal", "!!", "harness.", "judge.", "[]", "\n"} {
			if strings.Contains(err.Error(), theirs) {
				t.Errorf("%q: the error speaks of %q: %v", tt.text, theirs, err)
			}
		}
	}
}

func TestLoadConfig(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "standin.yaml")
	var c Config
	if err := c.LoadConfig(path); !errors.Is(err, ErrConfig) || !errors.Is(err, os.ErrNotExist) {
		t.Errorf("no file: error %v", err)
	}
	if err := os.WriteFile(path, []byte("applet: x\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := c.LoadConfig(path); !errors.Is(err, ErrConfig) || !strings.Contains(err.Error(), path+": line 1: applet is no key") {
		t.Errorf("bad file: error %v", err)
	}
	if err := os.WriteFile(path, []byte(wholeConfig), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := c.LoadConfig(path); err != nil || c.Module != "items-page" {
		t.Errorf("good file: error %v, module %q", err, c.Module)
	}
}

// FuzzParseConfig: no text breaks the reader, and its errors are one line.
func FuzzParseConfig(f *testing.F) {
	f.Add(wholeConfig)
	f.Add("journey:\n - &a {click: x}\n - *a\n - wait: *a\n")
	f.Add("<<: {app: x}\n? [a]\n: b\n")
	f.Fuzz(func(t *testing.T, text string) {
		var c Config
		if err := c.ParseConfig([]byte(text)); err != nil && strings.HasPrefix(err.Error(), "yaml") {
			t.Errorf("%q: %v", text, err)
		}
	})
}

// TestConfigUser: words and accounts.
func TestConfigUser(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]fakehost.User{
		"app: x":             {},
		"user:":              {},
		"user: anonymous":    {Anonymous: true},
		`user: "customer"`:   fakehost.MadeUpCustomer(),
		"user: {locale: de}": {Locale: "de"},
		"user: {accountId: qm:1, accountType: customer, fullName: Kai, timeZone: UTC}": {AccountID: "qm:1", AccountType: "customer", FullName: "Kai", TimeZone: "UTC"},
	} {
		var c Config
		if err := c.ParseConfig([]byte(text)); err != nil {
			t.Errorf("%q: %v", text, err)
		}
		if diff := cmp.Diff(want, c.User); diff != "" {
			t.Errorf("%q (-want +got):\n%s", text, diff)
		}
	}
}

// TestConfigStubs: a folder is relative to the config that names it; what is set
// already stays.
func TestConfigStubs(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	answers := filepath.Join(dir, "answers", "GET", "rest")
	if err := os.MkdirAll(answers, 0o755); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		filepath.Join(answers, "x.json"): `{"of": "the config"}`, filepath.Join(dir, "standin.yaml"): "stubs: answers\n",
		filepath.Join(dir, "absolute.yaml"): "stubs: " + filepath.Join(dir, "answers") + "\n",
	} {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"standin.yaml", "absolute.yaml"} {
		var c Config
		if err := c.LoadConfig(filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
		if _, err := fs.Stat(c.Stubs, "GET/rest/x.json"); err != nil {
			t.Error(err)
		}
		own := fstest.MapFS{}
		c = Config{Stubs: own}
		if err := c.LoadConfig(filepath.Join(dir, name)); err != nil || len(own) != 0 {
			t.Error(err)
		}
		if _, err := fs.Stat(c.Stubs, "GET/rest/x.json"); err == nil {
			t.Error("the config's folder won over the one that was set")
		}
	}
}

// A bad outside is told in one sentence that says what to write.
func TestOutsideConfig(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"outside: cdn.example.com":                                        "outside is {allow: [cdn.example.com]}",
		"outside: {allow: {a: b}}":                                        "outside is {allow: [cdn.example.com]}",
		"outside: {allow: [[a]]}":                                         "outside is {allow: [cdn.example.com]}",
		"outside: {cdn.example.com: [a]}":                                 "outside is {allow: [cdn.example.com]}",
		"outside: {allow: ['https://cdn.example.com/x.js']}":              "outside: allow takes hosts, not addresses: write cdn.example.com instead of https://cdn.example.com/x.js",
		"outside: {'https://cdn.example.com/x.js': nowhere/x.js}":         "outside: https://cdn.example.com/x.js: there is no file or folder nowhere/x.js",
		"outside: {'https://cdn.example.com/x.js': ../config.go}":         "leaves the folder of the config",
		"outside: {'cdn.example.com/x.js': a, 'cdn.example.com/x.js': b}": "outside has cdn.example.com/x.js twice",
	} {
		var c Config
		if err := c.ParseConfig([]byte(text)); err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v; want %q", text, err, want)
		}
	}
	var c Config
	if err := c.ParseConfig([]byte("outside: {allow: [cdn.example.com], 'https://cdn.example.com/x.js': config.go}")); err != nil || c.Outside.Empty() {
		t.Errorf("%v, %v", c.Outside, err)
	}
}
