package harness

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"github.com/standin-dev/standin/fakehost"
	"github.com/standin-dev/standin/harness/browser"
	"github.com/standin-dev/standin/harness/har"
	"github.com/standin-dev/standin/harness/journey"
	"github.com/standin-dev/standin/harness/judge"
	"github.com/standin-dev/standin/harness/outside"
)

// Config says which app to run and how. Only App is needed, or Command with it.
type Config struct {
	// App is the app's base URL or its descriptor's URL.
	App string
	// BaseURL is the app's own address, as https://jira.example.com, where that is a name
	// alone for what answers at App; empty: the descriptor says it.
	BaseURL string
	// Command starts the app; empty: it runs already. It runs in Dir (empty: the
	// caller's folder) with the caller's environment and what the app needs to
	// accept the install.
	Command []string
	Dir     string
	// CommandOutput gets what the command prints; nil: nobody does, but the last
	// lines stand in the error when the app does not come up.
	CommandOutput io.Writer
	// Started is called once the host is up, before the descriptor is fetched,
	// with the environment that an app needs to accept the install. An app of the
	// caller's own process starts here; nil: none does.
	Started func(env map[string]string) error

	// Egress has the app started with a proxy as its only way out, which answers for
	// Atlassian's servers and refuses everything else (package egress). It needs
	// Command or Started.
	Egress bool
	// Site is the name that the site has, as acme.atlassian.net, for apps that take no
	// other. The app is told of it, the run's browser finds the host there, by HTTPS,
	// and calls to it of the app's back end come here by Egress; without that the
	// back end knows the name and cannot call it. In Serve, whose browser is somebody
	// else's, pages stay at the loopback address. Runs that share a browser (Use) at
	// the same time need a name each. Empty: the host's loopback address.
	Site string
	// KeysByEgress leaves CONNECT_KEYS_CDN_URL empty, so that every app asks
	// Atlassian's key servers, as in production, and finds them by Egress.
	KeysByEgress bool

	// Product is jira or confluence; empty: the one that the app's modules are of, and
	// jira where they are of both or tell nothing.
	Product fakehost.Product
	// User is who is logged in; the zero User: a made-up one.
	User fakehost.User
	// Stubs is a folder of answers to REST calls (docs/stubs.md); nil: the built-in
	// ones alone. See StubFolder.
	Stubs fs.FS
	// Module is the key of the module to show, with ":" and its name behind it for
	// another of its iframes, as chart:editor; or AllModules. Empty: all are looked at,
	// and the one that calls its back end most is played, with a Journey the first.
	Module string
	// HiddenPages and Scopes are the [fakehost.Server]'s; "" is its default. Redelivery
	// and Lifecycle are too: how webhooks are sent again, and what lifecycle calls have
	// besides; zero: not at all, and nothing.
	HiddenPages, Scopes string
	Redelivery          fakehost.Redelivery
	Lifecycle           fakehost.LifecycleForm
	// Policy is what the app's author says of its addresses and carriers.
	Policy judge.Policy
	// Origins are further origins of the app, as "https://api.example.test".
	Origins []string
	// Outside says what answers in the stead of addresses elsewhere, and where GETs of
	// scripts, styles, fonts and pictures may go; nil: nothing, and nowhere.
	Outside *outside.Rules
	// Probes says which requests standin itself may send to the back end, to see what
	// it accepts; empty: ProbesSafe.
	Probes Probes
	// Journey is what a person does; empty: standin explores.
	Journey []journey.Step

	// Listen pins the host's address; empty: a free loopback port.
	Listen string
	// AllJS is served at the bridge library's address; nil: our own.
	AllJS []byte
	// Install says how to install the app, and as which tenant.
	Install fakehost.InstallOptions
	// SessionSecret is what the back end signs session tokens with by HS256, when that is
	// not the tenant's secret; empty: not known. See docs/time.md.
	SessionSecret string
	// Browser says which browser to start. It is not used when Use is set.
	Browser browser.Options
	// Use is a browser that runs already, for many runs in one process; nil: the
	// run starts one of its own and ends it.
	Use *browser.Browser

	// SettleLimit bounds each wait for the page to be quiet; zero: 10 s. LoadLimit
	// bounds the wait for the app's page; zero: 15 s.
	SettleLimit, LoadLimit time.Duration
	// Margin is the life that tokens should have left when they are sent; zero:
	// 30 s.
	Margin time.Duration
	// Parallel is how many scenarios are played at a time, each on a site of its own on
	// which the app is installed; 0 is 1. An app that does not take a second installation
	// is played one scenario at a time, and so is one on a Site.
	Parallel int
	// EveryTick plays each repetition of what the app does again and again while time runs,
	// however often it has led to the same; see docs/time.md.
	EveryTick bool
	// RefererDifferential plays every scenario a second time without Referers, as
	// Scenario.Differential does one. A config that lists the Referer among the
	// carriers has it played once.
	RefererDifferential bool
	// Record is given the requests of each scenario when it ends, as a page of an HTTP
	// archive; nil: nobody wants them. It is called from one goroutine at a time.
	Record func(har.Page)
	// Progress hears what the run does, as it does it. It is called from one
	// goroutine at a time.
	Progress Progress

	// untranslated sends tokens as the page wrote them: for the test that shows
	// what translation is for.
	untranslated bool
	// outsideBy carries what Outside lets out; nil: the network. For tests.
	outsideBy http.RoundTripper
	// start is where virtual time begins; zero: at real time. For tests.
	start time.Time

	// tokenLife and controlSecret are those of ServeOptions.
	tokenLife     time.Duration
	controlSecret string
}

// ErrConfig is what errors about the config file are.
var ErrConfig = errors.New("config")

// file is standin.yaml.
type file struct {
	App      string           `yaml:"app"`
	BaseURL  string           `yaml:"baseUrl"`
	Product  fakehost.Product `yaml:"product"`
	Site     string           `yaml:"site"`
	User     person           `yaml:"user"`
	Stubs    string           `yaml:"stubs"`
	Module   string           `yaml:"module"`
	Public   []string         `yaml:"public"`
	Protect  []string         `yaml:"protect"`
	Carriers []string         `yaml:"carriers"`
	Session  time.Duration    `yaml:"sessionLife"`
	Renewal  string           `yaml:"renewal"`
	Origins  []string         `yaml:"origins"`
	Outside  outsideKey       `yaml:"outside"`
	Probes   Probes           `yaml:"probes"`
	Journey  []journey.Step   `yaml:"journey"`
	Host     hostKeys         `yaml:",inline"`
}

// LoadConfig reads a standin.yaml into c, leaving alone what c sets already. An
// unknown key is an error. Folders that it names are relative to its own.
func (c *Config) LoadConfig(path string) error {
	data, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrConfig, err)
	}
	if err := c.parseConfig(data, filepath.Dir(path)); err != nil {
		return fmt.Errorf("%w %s: %w", ErrConfig, path, err)
	}
	return nil
}

// ParseConfig is LoadConfig for a text. Folders are relative to the caller's.
func (c *Config) ParseConfig(data []byte) error { return c.parseConfig(data, "") }

func (c *Config) parseConfig(data []byte, folder string) error {
	var f file
	if err := decodeConfig(data, &f); err != nil {
		return err
	}
	switch f.Product {
	case "", fakehost.Jira, fakehost.Confluence:
	default:
		return fmt.Errorf("product: %q is none; it is jira or confluence", f.Product)
	}
	setIfEmpty(&c.App, f.App)
	setIfEmpty(&c.BaseURL, f.BaseURL)
	setIfEmpty(&c.Product, f.Product)
	setIfEmpty(&c.Module, f.Module)
	setIfEmpty(&c.Site, f.Site)
	if err := f.Probes.check(); err != nil {
		return err
	}
	setIfEmpty(&c.Probes, f.Probes)
	if c.User == (fakehost.User{}) {
		c.User = fakehost.User(f.User)
	}
	if err := c.loadStubs(f.Stubs, folder); err != nil {
		return err
	}
	if err := c.loadOutside(f.Outside, folder); err != nil {
		return err
	}
	c.Origins = append(c.Origins, f.Origins...)
	if len(c.Journey) == 0 {
		c.Journey = f.Journey
	}
	if err := c.setHost(f.Host); err != nil {
		return err
	}
	return parsePolicy(&c.Policy, f)
}

func setIfEmpty[T ~string](into *T, value T) {
	if *into == "" {
		*into = value
	}
}

func parsePolicy(p *judge.Policy, f file) error {
	for _, list := range []struct {
		key  string
		from []string
		into *[]judge.Pattern
	}{{"public", f.Public, &p.Public}, {"protect", f.Protect, &p.Protect}} {
		for _, s := range list.from {
			pattern, err := judge.ParsePattern(s)
			if err != nil {
				return fmt.Errorf("%s: %w", list.key, err)
			}
			*list.into = append(*list.into, pattern)
		}
	}
	if f.Session < 0 {
		return fmt.Errorf("sessionLife: %s is no life; write a length of time such as 8h", f.Session)
	}
	if p.SessionLife == 0 {
		p.SessionLife = f.Session
	}
	switch f.Renewal {
	case "", judge.RenewalOnRefusal:
		setIfEmpty(&p.Renewal, f.Renewal)
	default:
		return fmt.Errorf("renewal: %q is not a way of renewing; write %s for an app that renews its token when it is refused, or leave it out", f.Renewal, judge.RenewalOnRefusal)
	}
	for _, s := range f.Carriers {
		carriers, err := judge.ParseCarriers(s)
		if err != nil {
			return fmt.Errorf("carriers: %w", err)
		}
		p.Carriers = append(p.Carriers, carriers...)
	}
	return nil
}
