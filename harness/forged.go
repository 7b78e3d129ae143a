package harness

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/standin-dev/standin/fakehost"
	"github.com/standin-dev/standin/harness/probe"
)

// verifyLifecycle sends the app lifecycle calls that the product did not make, for
// made-up tenants of a site beside the run's, and makes sure that the app knows the
// run's own after it.
func (s *Stage) verifyLifecycle(ctx context.Context, p probe.Probe) error {
	r := s.run
	if why := r.whyNoForgery(p.Lifecycle); why != "" {
		return &NotApplicable{Reason: why}
	}
	site, err := r.startSecond()
	if err != nil {
		return err
	}
	calls := func(who probe.Installation, event string, f fakehost.LifecycleForgery) (fakehost.LifecycleCall, error) {
		if own := r.tenant.Load(); who.ClientKey == own.ClientKey {
			return r.host.LifecycleCall(fakehost.Tenant{ClientKey: who.ClientKey, SharedSecret: who.Secret, App: r.desc, OAuthClientID: own.OAuthClientID}, event, f)
		}
		return site.LifecycleCall(fakehost.Tenant{ClientKey: who.ClientKey, SharedSecret: who.Secret, App: r.desc}, event, f)
	}
	s.verified = &verification{}
	asker := r.asker()
	asker.Said = s.asked
	defer func() { asker.Said = nil }() // others ask by it, too
	s.verified.outcome, err = asker.ProbeLifecycle(ctx, p.Lifecycle, calls, r.endpoints.list)
	if err = errors.Join(err, s.putRight(context.WithoutCancel(ctx), asker), site.Close()); err != nil {
		return err
	}
	if outcome := s.verified.outcome; outcome.Asked == 0 {
		return &NotApplicable{Reason: "nothing could be asked: " + strings.Join(outcome.Unasked, "; ") + "."}
	}
	return nil
}

// putRight installs the app on the site of the run again where it does not know that any
// more, as one that keeps a single tenant, and where no address tells whether it does.
func (s *Stage) putRight(ctx context.Context, asker *probe.Asker) error {
	takes, told := asker.Takes(ctx, s.run.endpoints.list)
	if takes {
		return nil
	}
	err := s.run.reinstall(ctx)
	switch {
	case err != nil && told:
		return fmt.Errorf("the app forgot the site of the run with the made-up tenants, and does not take it back: %w", err)
	case err != nil:
		s.verified.notes = append(s.verified.notes, "the app may have forgotten the site of the run with the made-up tenants, for it does not take it again: "+err.Error())
	case told:
		s.verified.notes = append(s.verified.notes, "the app forgot the site of the run with the made-up tenants; it was installed there once more")
	}
	return nil
}

// reinstall installs the app on the site of the run once more, as the tenant that it is.
func (r *run) reinstall(ctx context.Context) error {
	o, now := r.cfg.Install, r.tenant.Load()
	o.ClientKey, o.SharedSecret = now.ClientKey, now.SharedSecret
	tenant, err := r.host.Install(ctx, r.desc, o)
	if err == nil {
		r.tenant.Store(tenant)
	}
	return err
}

// startedHere reports whether the app runs for this run alone: standin started it, or
// had it started.
func (r *run) startedHere() bool { return len(r.cfg.Command) > 0 || r.cfg.Started != nil }

// whyNoForgery says why a lifecycle call is not forged; "" is that it is.
func (r *run) whyNoForgery(event string) string {
	why := r.whyNotTwice()
	switch {
	case why != "":
		return why + "."
	case r.cfg.Install.Mode == fakehost.Unsigned:
		return "standin was told to install without a signature, so the app must take such calls: nothing can be told."
	case r.cfg.Probes != ProbesAll && !r.startedHere():
		return "it takes POST requests to the app's lifecycle addresses, and standin did not start this app; to send them, say probes: all, or give the command that starts it."
	case event == probe.Uninstalled && r.desc.Lifecycle.Uninstalled == "":
		return "its descriptor has no lifecycle.uninstalled."
	}
	return ""
}
