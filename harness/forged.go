package harness

import (
	"context"
	"errors"
	"strings"

	"github.com/standin-dev/standin/fakehost"
	"github.com/standin-dev/standin/harness/probe"
)

// verifyLifecycle sends the app lifecycle calls that the product did not make, for
// made-up tenants of a site beside the run's.
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
		return site.LifecycleCall(fakehost.Tenant{ClientKey: who.ClientKey, SharedSecret: who.Secret, App: r.desc}, event, f)
	}
	s.verified = &verification{}
	asker := r.asker()
	asker.Said = s.asked
	s.verified.outcome, err = asker.ProbeLifecycle(ctx, p.Lifecycle, calls, r.endpoints.list)
	// A name that an app keeps a single tenant under is the made-up one's now.
	_, _, lost := s.restoreFirst(context.WithoutCancel(ctx), asker, "with a valid token, after the made-up tenants")
	if err = errors.Join(err, lost, site.Close()); err != nil {
		return err
	}
	if outcome := s.verified.outcome; outcome.Asked == 0 {
		return &NotApplicable{Reason: "nothing could be asked: " + strings.Join(outcome.Unasked, "; ") + "."}
	}
	return nil
}

// whyNoForgery says why a lifecycle call is not forged; "" is that it is.
func (r *run) whyNoForgery(event string) string {
	why := r.whyNotTwice()
	switch {
	case why != "":
		return why + "."
	case r.cfg.Install.Mode == fakehost.Unsigned:
		return "standin was told to install without a signature, so the app must take such calls: nothing can be told."
	case r.cfg.Probes != ProbesAll:
		return "it takes POST requests to the app's lifecycle addresses; to send them, say probes: all."
	case event == probe.Uninstalled && r.desc.Lifecycle.Uninstalled == "":
		return "its descriptor has no lifecycle.uninstalled."
	}
	return ""
}
