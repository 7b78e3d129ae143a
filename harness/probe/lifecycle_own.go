package probe

import (
	"context"

	"github.com/standin-dev/standin/fakehost"
)

// asProduct is the name of a lifecycle call that is as the product sends it.
const asProduct = "as the product sends it"

// askOwn puts the questions for the tenant of the run, to an app that took no second
// one. It must take its own again, or nothing could be told and nothing put right.
func (p *lifecycleProbe) askOwn(ctx context.Context, second Answer) error {
	p.own = true
	answer, err := p.send(context.WithoutCancel(ctx), p.itself(), Installed, asProduct, fakehost.LifecycleForgery{})
	if err != nil || !taken(answer) {
		p.unasked("the app answered the installed of a second tenant with %d, so nothing can be told from its answers", second.Status)
		return ctx.Err()
	}
	p.note("the app answered the installed of a second tenant with %d, so the calls were sent for its own, which was installed again after those that it accepted", second.Status)
	known, told := p.knows(ctx, p.itself())
	switch {
	case p.event == Installed:
		return p.installs(ctx, known && told)
	case !known || !told:
		p.unasked("no address of the app tells whether it knows a tenant")
		return ctx.Err()
	}
	return p.uninstalls(ctx, p.itself())
}

// itself is the tenant of the run.
func (p *lifecycleProbe) itself() Installation {
	t := p.asker.Tenant()
	return Installation{ClientKey: t.ClientKey, Secret: t.Secret}
}

// tenant is whom the n-th attempt is made for. Each brings a secret that is not the
// app's.
func (p *lifecycleProbe) tenant(n int) Installation {
	if p.own {
		return Installation{ClientKey: p.itself().ClientKey, Secret: otherSecret}
	}
	return madeUp(n)
}

// whom is how the calls' tenant is named.
func (p *lifecycleProbe) whom() string {
	if p.own {
		return "the tenant of the run"
	}
	return "a made-up tenant"
}

// secretOf says with which secret a token of the run's own tenant is signed.
func (p *lifecycleProbe) secretOf(who Installation) string {
	if p.own && who.Secret == otherSecret {
		return ", signed with the secret that the call brought"
	}
	return ""
}

// undo makes up for an installed that was accepted.
func (p *lifecycleProbe) undo(ctx context.Context, who Installation) {
	if !p.own {
		p.takeBack(ctx, who)
		return
	}
	for _, forge := range []fakehost.LifecycleForgery{{}, {Unsigned: true}} {
		answer, err := p.send(context.WithoutCancel(ctx), p.itself(), Installed, "to put it right", forge)
		if err == nil && taken(answer) {
			return
		}
	}
}

// Takes asks whether the app takes valid tokens of the run's tenant. told is false where
// no address answers that.
func (a *Asker) Takes(ctx context.Context, endpoints []Endpoint) (takes, told bool) {
	p := &lifecycleProbe{asker: a, endpoints: endpoints, own: true}
	return p.knows(ctx, p.itself())
}
