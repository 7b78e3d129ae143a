// Package harness is the engine: it installs an app on a fake host, plays
// scenarios on it in a real browser, has every request judged and returns a
// report. Run is all there is to call.
package harness

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/standin-dev/standin/fakehost"
	"github.com/standin-dev/standin/fakehost/descriptor"
	"github.com/standin-dev/standin/harness/browser"
	"github.com/standin-dev/standin/harness/egress"
	"github.com/standin-dev/standin/harness/judge"
	"github.com/standin-dev/standin/harness/probe"
	"github.com/standin-dev/standin/harness/report"
)

// Version is standin's own.
const Version = "0.1.0"

// ErrHarness is what errors are that are no fault of the app or of its caller: no
// browser, or one that does not start.
var ErrHarness = errors.New("standin cannot work here")

// contextCache is how long the host hands out the same context token again.
const contextCache = 30 * time.Second

// Run installs the app, plays the scenarios on it and returns the report. The
// error tells why there is none: a bad config, an app that does not answer or
// take the install, or, with ErrHarness, a machine without a browser. When ctx
// ends in the middle, the report has what was found so far and says so.
func Run(ctx context.Context, cfg Config, scenarios []Scenario) (*report.Report, error) {
	r := &run{cfg: withDefaults(cfg)}
	defer r.close()
	if err := r.setUp(ctx); err != nil {
		return nil, err
	}
	watched, unwatch := r.watchApp(ctx)
	r.play(watched, scenarios)
	unwatch()
	r.settle()
	r.skipRest(ctx, scenarios)
	r.noteUnmet()
	r.noteLearned()
	r.notePassedOver()
	r.noteKnown()
	r.noteEgress()
	r.noteOutside()
	r.noteNeighbours()
	r.noteProbes()
	return &r.report, nil
}

// run is one run: everything that its scenarios share.
type run struct {
	cfg     Config
	host    *fakehost.Server
	egress  *egress.Proxy // nil when there is none
	app     *appProcess
	browser *browser.Browser
	own     bool   // the browser is this run's
	unlead  func() // the browser is led to the host until then; nil: it is not
	serving bool   // there is no browser of ours
	desc    *descriptor.Descriptor
	module  descriptor.Module               // as the view shows it
	view    string                          // which of the module's iframes; "" is its own
	tenant  atomic.Pointer[fakehost.Tenant] // as it is now: its secret may be rotated
	pageURL string
	// oldSecrets are those of the tenant that were rotated in this run.
	oldSecrets []string
	// laneSecrets are those of the installations in lanes.
	laneSecrets []string
	// laneJournal is what their hosts wrote down.
	laneJournal []fakehost.Entry
	origins     []string
	neighbours  neighbours
	user        fakehost.User // who is logged in at first
	plan        plan
	report      report.Report
	// productNoted says how the product was chosen; "": there is nothing to say.
	productNoted string
	// published says why the site has a name that the config does not give; "": it has
	// none of that kind.
	published string
	// ailing is what keeps the app's page from working, as the survey saw it; nil: it was
	// not surveyed.
	ailing *ailing
	closed bool
	// of is the run whose lane this is; nil: it is the run itself.
	of *run
	// lanes are the further ones in which its scenarios are played, while they are open.
	lanes []*run
	// shares says that the app has workers that serve several pages.
	shares bool
	// spare is a context that was used and has nothing left of that; nil: there is none.
	spare *browser.Context
	// everyTick says that the scenario is played with every repetition; believed are the
	// accusations that were seen so.
	everyTick bool
	believed  map[accusation]bool
	// took is how long one had to wait for the scenarios, and inLanes says that some were
	// played beside each other, so that it is not the sum of theirs.
	took    time.Duration
	inLanes bool
	// driving guards browser where lanes share it.
	driving sync.Mutex
	// comesBack says that the app has tokens in cookies, or in what its back end
	// answers.
	comesBack atomic.Bool
	hung      hung
	watch     watch
	leaving   leaving
	// endpoints are what probes may ask; probing is who asks, nil before the first.
	endpoints endpoints
	probing   *probe.Asker
	// other is the second installation of the app, while there is one.
	other    *probe.Installation
	answers  answers
	refusing refusing
	sessions sessionAges
	// learned are the carriers that the back end was seen to accept.
	learned []judge.CarrierSpec
	// known is what the run has shown of the back end; questions counts the addresses
	// that standin has asked by itself. played are the scenarios with their evidence.
	known judge.Known
	// insight counts how often what is known of the back end has changed.
	insight int
	// rotationAsked are the addresses that were asked about since the secret was rotated.
	rotationAsked map[string]bool
	questions     int
	played        []*played
	// noReferer takes the Referer off every request to the app.
	noReferer atomic.Bool
}

func withDefaults(cfg Config) Config {
	cfg.Progress = cfg.Progress.inTurn()
	if cfg.SettleLimit == 0 {
		cfg.SettleLimit = 10 * time.Second
	}
	if cfg.LoadLimit == 0 {
		cfg.LoadLimit = 15 * time.Second
	}
	return cfg
}

// setUp brings up the host, the app and the browser, and installs.
func (r *run) setUp(ctx context.Context) error {
	launched := r.launch(ctx)
	err := r.bringUpApp(ctx)
	if e := <-launched; err == nil {
		err = e
	}
	if err != nil {
		return err
	}
	if err := r.leadBrowser(); err != nil {
		return err
	}
	r.cfg.Progress.say("installing %s on a fake %s at %s", r.desc.Key, productName(r.cfg.Product), r.host.BaseURL())
	tenant, err := r.host.Install(ctx, r.desc, r.cfg.Install)
	if err != nil {
		moved := false
		if tenant, moved = r.installPublicly(ctx, err); !moved {
			r.sayEgress()
			return r.diedInstalling(ctx, err)
		}
	}
	r.tenant.Store(tenant)
	if err = r.checkShown(); err != nil {
		return err
	}
	r.pageURL = r.host.ViewURL(r.module, r.view)
	r.report = report.Report{
		Generator: "standin " + Version, Browser: r.browser.Version(),
		App:       report.App{Key: r.desc.Key, Name: r.desc.Name, BaseURL: r.desc.BaseURL},
		Host:      report.Host{Product: productKey(r.cfg.Product), BaseURL: r.host.BaseURL()},
		StartedAt: r.host.Time().Now().UTC(),
	}
	for _, note := range []string{r.productNoted, r.published, r.siteNote(), r.nameNote(), r.personNote()} {
		if note != "" {
			r.report.Notes = append(r.report.Notes, note)
		}
	}
	for _, w := range r.desc.Warnings {
		r.report.Notes = append(r.report.Notes, "descriptor: "+w.String())
	}
	return nil
}

// launch starts the browser while the app comes up.
func (r *run) launch(ctx context.Context) <-chan error {
	done := make(chan error, 1)
	if r.cfg.Use != nil {
		r.browser = r.cfg.Use
		done <- nil
		return done
	}
	r.own = true
	go func() {
		b, err := browser.Launch(ctx, r.cfg.Browser)
		if err != nil {
			err = fmt.Errorf("%w: %w", ErrHarness, err)
		}
		r.browser = b
		done <- err
	}()
	return done
}

// bringUpApp starts the host, then the app where that is ours to do, and reads
// its descriptor.
func (r *run) bringUpApp(ctx context.Context) error {
	if r.cfg.App == "" {
		return fmt.Errorf("no app given: say where it is, as --app http://localhost:3000")
	}
	if err := r.cfg.Probes.check(); err != nil {
		return err
	}
	if err := r.cfg.checkHost(); err != nil {
		return err
	}
	if err := r.cfg.checkEgress(); err != nil {
		return err
	}
	if err := r.cfg.checkBaseURL(); err != nil {
		return err
	}
	if err := r.checkSite(); err != nil {
		return err
	}
	if err := r.startHost(r.cfg.Listen); err != nil {
		return err
	}
	err := r.startEgress()
	if err != nil {
		return err
	}
	switch {
	case len(r.cfg.Command) > 0:
		r.cfg.Progress.say("starting %s", strings.Join(r.cfg.Command, " "))
		r.app, r.desc, err = r.startApp(ctx)
	case r.cfg.Started != nil:
		if err = r.cfg.Started(r.environment()); err == nil {
			r.desc, err = r.fetchDescriptor(ctx)
		}
	default:
		r.desc, err = r.fetchDescriptor(ctx)
	}
	if err != nil {
		return err
	}
	if err := r.knowName(ctx); err != nil {
		return err
	}
	r.nameApp()
	if err := r.settleProduct(); err != nil {
		return err
	}
	if err := r.findModule(); err != nil {
		return err
	}
	return r.setOrigins()
}

// setOrigins notes which origins are the app's own.
func (r *run) setOrigins() error {
	own := []string{r.desc.BaseURL}
	if r.desc.Local != "" {
		own = append(own, r.desc.Local)
	}
	for _, raw := range append(own, r.cfg.Origins...) {
		u, err := url.Parse(raw)
		if err != nil || u.Host == "" {
			return fmt.Errorf("%q is no origin: write it as http://localhost:3001", raw)
		}
		r.origins = append(r.origins, u.Scheme+"://"+u.Host)
	}
	return nil
}

// siteFor is the loopback name that the app does not use, so that app and host
// are cross-site, as in production.
func siteFor(app string) string {
	if !strings.Contains(app, "://") {
		app = "http://" + app
	}
	if u, err := url.Parse(app); err == nil && u.Hostname() == "localhost" {
		return "127.0.0.1"
	}
	return "localhost"
}

// environment is what an app's process needs to know of the host to accept the
// install: where the public keys are, by the name that atlassian-connect-express
// reads, and by ours.
func (r *run) environment() map[string]string {
	env := map[string]string{
		keysVariable:        r.host.KeysURL(),
		"STANDIN_KEYS_URL":  r.host.KeysURL(),
		"STANDIN_HOST_URL":  r.host.BaseURL(),
		"AC_LOCAL_BASE_URL": cmp.Or(r.cfg.BaseURL, strings.TrimSuffix(strings.TrimSuffix(r.cfg.App, "/atlassian-connect.json"), "/")),
		"AC_OPTS":           "no-reg", // atlassian-connect-express would register itself with a real site
	}
	r.addEgress(env)
	return env
}

func (r *run) close() {
	if r.closed {
		return
	}
	r.closed = true
	if r.probing != nil {
		r.probing.Close()
	}
	if r.app != nil {
		_ = r.app.stop()
	}
	r.dropSpare()
	if r.unlead != nil {
		r.unlead()
	}
	if r.own && r.browser != nil {
		_ = r.browser.Close()
	}
	if r.egress != nil {
		_ = r.egress.Close()
	}
	if r.host != nil {
		_ = r.host.Close()
	}
}

func productKey(p fakehost.Product) string {
	if p == "" {
		return string(fakehost.Jira)
	}
	return string(p)
}

func productName(p fakehost.Product) string {
	if p == fakehost.Confluence {
		return "Confluence"
	}
	return "Jira"
}
