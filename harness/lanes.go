package harness

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/standin-dev/standin/fakehost"
	"github.com/standin-dev/standin/fakehost/clock"
	"github.com/standin-dev/standin/harness/browser"
)

// closeLimit bounds the closing of all lanes, which is done whatever happens.
const closeLimit = 20 * time.Second

// A lane is where scenarios are played one after the other, beside others: a host with a
// clock and a translator of its own, on which the app is installed once more. All lanes of
// a run share the browser and the app's back end. Each is a run by itself, whose of is the
// one that it belongs to; the first lane is that one.

// root is the run that a lane belongs to, and any other run itself: what is kept there
// holds for all lanes.
func (r *run) root() *run { return cmp.Or(r.of, r) }

// openLanes opens as many lanes besides the run's own as there is use for; none where
// scenarios are to be played one at a time.
func (r *run) openLanes(ctx context.Context, scenarios int) []*run {
	wanted := min(r.cfg.Parallel, scenarios) - 1
	if wanted < 1 || ctx.Err() != nil {
		return nil
	}
	why := r.whyOneLane()
	if why == "" {
		why = r.whyNotTaken(ctx) // and what it answers now is what is compared with later
	}
	for why == "" && len(r.lanes) < wanted {
		lane, err := r.openLane(ctx)
		if err != nil {
			why = err.Error()
			break
		}
		r.lanes = append(r.lanes, lane)
		why = r.whyNotTaken(ctx)
	}
	if why != "" && ctx.Err() == nil {
		r.closeLanes()
		r.note("parallel: the scenarios were played one at a time: " + why + ".")
		return nil
	}
	r.cfg.Progress.say("playing %d scenarios at a time, each on a site of its own", len(r.lanes)+1)
	return r.lanes
}

// whyOneLane says why there is to be one; "" is that more may be tried.
func (r *run) whyOneLane() string {
	switch {
	case r.cfg.Site != "":
		return "the site has a name of its own, and another site would have another"
	case r.shares:
		return "the app has workers that serve several pages, and for which of them they ask the browser does not tell"
	case r.ailing.broken():
		return "the app's page does not work"
	case r.cfg.Probes == ProbesOff:
		return "whether the app takes a second installation is seen by a request of standin's own, and the config wants none (probes: off)"
	case len(r.cfg.Command) == 0 && r.cfg.Started == nil && r.desc.Lifecycle.Uninstalled == "":
		return "the app runs for others too, and has no lifecycle.uninstalled by which it would forget further installations"
	case len(r.endpoints.list) == 0:
		return "no request of the app tells whether its back end takes a second installation"
	}
	return r.whyNotTwice()
}

// openLane brings up the host of another lane and installs the app there.
func (r *run) openLane(ctx context.Context) (*run, error) {
	l := &run{
		of: r, cfg: r.cfg, app: r.app, egress: r.egress, desc: r.desc, module: r.module, view: r.view,
		origins: r.origins, plan: r.plan, ailing: r.ailing,
	}
	l.cfg.Progress, l.cfg.Record = Progress{}, nil
	l.cfg.Install = fakehost.InstallOptions{Mode: r.cfg.Install.Mode, ClientKey: secondKey(), Timeout: secondTimeout}
	l.host = l.newHost("")
	l.host.Beside, l.host.OwnTime, l.host.Clock = r.host, true, clock.New(clock.Options{Start: r.host.Time().Now()})
	if err := l.host.Start(); err != nil {
		return nil, err
	}
	l.host.Translator().AddSessionSecret(r.cfg.SessionSecret)
	l.user = l.host.CurrentUser()
	if r.egress != nil {
		r.egress.Beside(l.host)
	}
	// Not cut off when ctx ends, lest the app be left with a tenant that is never taken off.
	tenant, err := l.host.Install(context.WithoutCancel(ctx), l.desc, l.cfg.Install)
	if err != nil {
		r.forgetSecond(ctx, l.host, l.cfg.Install.ClientKey, err)
		_ = l.host.Close() // which says no more than the install did
		return nil, fmt.Errorf("the app does not take a second installation: %w", err)
	}
	l.tenant.Store(tenant)
	l.pageURL = l.host.ViewURL(l.module, l.view)
	l.comesBack.Store(r.comesBack.Load())
	l.hung.inherit(&r.hung)
	r.laneSecrets = append(r.laneSecrets, tenant.SharedSecret)
	l.catchUp()
	return l, nil
}

// whyNotTaken says why the app cannot be played in all lanes; "" is that it can. One that
// keeps a single tenant has forgotten those before the last.
func (r *run) whyNotTaken(ctx context.Context) string {
	for _, one := range append([]*run{r}, r.lanes...) {
		serves, told := r.asker().Serves(ctx, one.probed(), r.endpoints.list)
		switch {
		case !told:
			return "nothing tells whether the app takes a second installation"
		case !serves:
			return "the app does not keep two installations apart"
		}
	}
	return ""
}

// closeLanes takes the app off the sites of the lanes, and makes sure that it still knows
// the run's own.
func (r *run) closeLanes() {
	ctx, cancel := context.WithTimeout(context.Background(), closeLimit)
	defer cancel()
	for _, l := range r.lanes {
		r.laneJournal = append(r.laneJournal, l.host.Journal()...)
		if l.cfg.Install.Mode != fakehost.Skip {
			// What the app makes of it is asked below.
			_ = l.host.UninstallApp(ctx, l.desc.Key, fakehost.LifecycleOptions{Timeout: secondTimeout})
		}
		l.dropSpare()
		_ = l.host.Close() // nothing is lost with it
	}
	if len(r.lanes) == 0 {
		return
	}
	r.lanes = nil
	if serves, told := r.asker().Serves(ctx, r.probed(), r.endpoints.list); told && !serves {
		if err := r.reinstall(ctx); err != nil {
			r.note("parallel: the app forgot its first site with the others, and does not take it back: " + err.Error())
		}
	}
}

// catchUp has a lane know what the run has learned by now. The run's queue is locked.
func (r *run) catchUp() {
	if r.of == nil {
		return
	}
	r.known, r.learned = maps.Clone(r.of.known), slices.Clone(r.of.learned)
}

// driven is the browser that pages are opened in.
func (r *run) driven() *browser.Browser {
	root := r.root()
	root.driving.Lock()
	defer root.driving.Unlock()
	return root.browser
}

// revive starts a browser of the run's own again that died; nil: it did not, or is not ours.
func (r *run) revive(ctx context.Context) (*browser.Browser, error) {
	root := r.root()
	root.driving.Lock()
	defer root.driving.Unlock()
	if !root.own || root.browser.Err() == nil {
		return nil, nil
	}
	_ = root.browser.Close()
	b, err := browser.Launch(ctx, root.cfg.Browser)
	if err != nil {
		return nil, err
	}
	root.browser = b
	return b, root.leadBrowser()
}
