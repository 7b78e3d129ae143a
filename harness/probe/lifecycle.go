package probe

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/standin-dev/standin/fakehost"
	"github.com/standin-dev/standin/fakehost/token"
	"github.com/standin-dev/standin/harness/judge"
)

// The lifecycle events that are forged.
const (
	Installed   = "installed"
	Uninstalled = "uninstalled"
)

// lifecycleAttempt is one way of sending a lifecycle call that the product did not
// make.
type lifecycleAttempt struct {
	// name ends the sentence "sent for a made-up tenant ...".
	name  string
	rule  *judge.Rule
	forge fakehost.LifecycleForgery
	// passing says that its token needs the key of this run's host.
	passing bool
}

// installAttempts are made anew each time, for they hold the time.
func installAttempts(now time.Time) []lifecycleAttempt {
	claims := func(change func(*token.Claims)) fakehost.LifecycleForgery {
		return fakehost.LifecycleForgery{Claims: change}
	}
	return []lifecycleAttempt{
		{"without a token", SignedInstall, fakehost.LifecycleForgery{Unsigned: true}, false},
		{"with a token signed with another key", SignedInstall, fakehost.LifecycleForgery{OtherKey: true}, false},
		{"with a token signed with the secret that it brings", SignedInstall, fakehost.LifecycleForgery{Secret: otherSecret}, false},
		{"with the token of another tenant", InstallTenant, claims(func(c *token.Claims) { c.Issuer = otherTenant }), true},
		{"with a token that was made for another app", InstallAudience, claims(func(c *token.Claims) { c.Audience = []string{"https://another-app.example.com"} }), true},
		{"with a token that expired an hour ago", InstallExpiry, claims(func(c *token.Claims) {
			c.IssuedAt, c.ExpiresAt = now.Add(-time.Hour-life), now.Add(-time.Hour)
		}), true},
	}
}

func uninstallAttempts() []lifecycleAttempt {
	return []lifecycleAttempt{
		{"without a token", SignedUninstall, fakehost.LifecycleForgery{Unsigned: true}, false},
		{"with a token signed with another key", SignedUninstall, fakehost.LifecycleForgery{OtherKey: true}, false},
	}
}

// Calls makes a lifecycle call for a tenant.
type Calls func(who Installation, event string, f fakehost.LifecycleForgery) (fakehost.LifecycleCall, error)

// madeUp is a tenant that is on no site: each attempt has one of its own.
func madeUp(n int) Installation {
	return Installation{ClientKey: fmt.Sprintf("7c1d2b9e-0000-4000-8000-%012x", n+1), Secret: otherSecret}
}

// A lifecycleProbe is one pass of ProbeLifecycle.
type lifecycleProbe struct {
	asker     *Asker
	calls     Calls
	event     string
	endpoints []Endpoint
	out       Outcome
	// own has the calls sent for the tenant of the run; false: for made-up ones.
	own bool
}

// ProbeLifecycle sends the app lifecycle calls that the product did not make, for
// tenants that are made up, and takes back what was accepted, also when ctx ends. An app
// that takes no second tenant is sent them for its own, which is installed again after
// each that it accepts. The app must have taken a call that is as the product's first:
// [Outcome.Asked] is 0 where it does not, and Unasked says why.
func (a *Asker) ProbeLifecycle(ctx context.Context, event string, calls Calls, endpoints []Endpoint) (Outcome, error) {
	p := &lifecycleProbe{asker: a, calls: calls, event: event, endpoints: endpoints}
	err := p.ask(ctx)
	return p.out, err
}

// ask puts all the questions.
func (p *lifecycleProbe) ask(ctx context.Context) error {
	for _, e := range p.endpoints {
		if !e.Session {
			p.asker.baseline(ctx, e)
		}
	}
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	control := madeUp(0)
	answer, err := p.send(context.WithoutCancel(ctx), control, Installed, asProduct, fakehost.LifecycleForgery{})
	if err != nil || taken(answer) {
		defer func() { p.takeBack(ctx, control) }() // one that was not answered may have come all the same
	}
	switch {
	case err != nil:
		p.unasked("%s", reason(err))
		return ctx.Err()
	case !taken(answer):
		return p.askOwn(ctx, answer)
	}
	known, told := p.knows(ctx, control)
	switch {
	case p.event == Installed:
		err = p.installs(ctx, known && told)
	case !known || !told:
		p.unasked("no address of the app tells whether it knows a tenant")
	default:
		err = p.uninstalls(ctx, control)
	}
	return err
}

// installs sends the installed calls. provable says that an address tells whether the
// app took one.
func (p *lifecycleProbe) installs(ctx context.Context, provable bool) error {
	for i, attempt := range installAttempts(p.asker.Tenant().Now) {
		if err := p.install(ctx, p.tenant(i+1), attempt, provable); err != nil {
			return err
		}
	}
	return nil
}

func (p *lifecycleProbe) install(ctx context.Context, who Installation, attempt lifecycleAttempt, provable bool) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	answer, err := p.send(context.WithoutCancel(ctx), who, Installed, attempt.name, attempt.forge)
	if err != nil {
		p.unasked("%s: %s", attempt.name, reason(err))
		return nil
	}
	if err := unheard(answer); err != nil {
		p.unasked("%s: %s", attempt.name, reason(err))
		return nil
	}
	p.out.Asked++
	if !taken(answer) {
		return nil
	}
	defer p.undo(ctx, who)
	if known, told := p.knows(ctx, who); provable && told && !known {
		p.note("an installed %s is answered with %d, and the app does not keep what it brings", attempt.name, answer.Status)
		return nil
	}
	p.found(who, attempt, answer, fmt.Sprintf("An installed, sent for %s %s, was answered with %d, as the product's own.", p.whom(), attempt.name, answer.Status))
	return nil
}

// uninstalls sends the uninstalled calls, for a tenant that the app knows.
func (p *lifecycleProbe) uninstalls(ctx context.Context, who Installation) error {
	for _, attempt := range uninstallAttempts() {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		answer, err := p.send(context.WithoutCancel(ctx), who, Uninstalled, attempt.name, attempt.forge)
		if err != nil {
			p.unasked("%s: %s", attempt.name, reason(err))
			continue
		}
		if err := unheard(answer); err != nil {
			p.unasked("%s: %s", attempt.name, reason(err))
			continue
		}
		p.out.Asked++
		if known, told := p.knows(ctx, who); known || !told {
			continue
		}
		p.found(who, attempt, answer, fmt.Sprintf("An uninstalled, sent for %s %s, was answered with %d, and the app knew the tenant no more.", p.whom(), attempt.name, answer.Status))
		if again, err := p.send(context.WithoutCancel(ctx), who, Installed, asProduct, fakehost.LifecycleForgery{}); err != nil || !taken(again) {
			return nil
		}
	}
	return nil
}

// takeBack sends the uninstalled of a tenant as the product does, and where the app
// refuses that, without a token: it took the tenant that way.
func (p *lifecycleProbe) takeBack(ctx context.Context, who Installation) {
	ending := context.WithoutCancel(ctx)
	for _, forge := range []fakehost.LifecycleForgery{{}, {Unsigned: true}} {
		answer, err := p.send(ending, who, Uninstalled, "to take it back", forge)
		if err == nil && answer.Status < 300 {
			return
		}
	}
	if known, told := p.knows(ending, who); known || !told {
		p.note("the app did not let go of the made-up tenant %s", who.ClientKey)
	}
}

// knows asks the app whether it takes the tokens of a tenant. told is false where no
// address answers that.
func (p *lifecycleProbe) knows(ctx context.Context, who Installation) (known, told bool) {
	t := p.asker.Tenant()
	for _, e := range p.endpoints {
		b := p.asker.known[e.Key()]
		if e.Session || !b.usable() {
			continue
		}
		f := control(t, e).forged
		if !p.own && !f.names(t.ClientKey, who.ClientKey) {
			continue
		}
		f.secret = who.Secret
		answer, err := p.asker.ask(context.WithoutCancel(ctx), e, Attempt{Name: "with a token of " + p.whom() + p.secretOf(who), forged: f})
		if err == nil && (answer.good() || answer.refuses()) {
			return answer.good(), true
		}
	}
	return false, false
}

// taken reports whether the product would take an answer for an installation
// (CDAC 49046).
func taken(a Answer) bool { return a.Status == http.StatusOK || a.Status == http.StatusNoContent }

// unheard is the error of an answer that has nothing to do with the call. An internal
// error has: it is how many apps refuse what their library throws an exception for.
func unheard(a Answer) error {
	if a.Status == http.StatusInternalServerError {
		return nil
	}
	return a.silence()
}

// send makes and sends a call.
func (p *lifecycleProbe) send(ctx context.Context, who Installation, event, name string, f fakehost.LifecycleForgery) (Answer, error) {
	call, err := p.calls(who, event, f)
	if err != nil {
		return Answer{}, err
	}
	if call.URL == "" {
		return Answer{}, fmt.Errorf("%w: the descriptor has no lifecycle.%s", ErrUnasked, event)
	}
	answer, err := p.asker.Send(ctx, call)
	if err == nil && p.asker.Said != nil {
		p.asker.Said(lifecycleEndpoint(call), Attempt{Name: name + ", for " + p.whom()}, answer)
	}
	return answer, err
}

// Send sends a lifecycle call.
func (a *Asker) Send(ctx context.Context, call fakehost.LifecycleCall) (Answer, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, call.URL, bytes.NewReader(call.Body))
	if err != nil {
		return Answer{}, fmt.Errorf("%w: %w", ErrUnasked, err)
	}
	r.Header = call.Header
	return a.do(ctx, r)
}

// lifecycleEndpoint is the address of a call, as findings name it.
func lifecycleEndpoint(call fakehost.LifecycleCall) Endpoint {
	return Endpoint{Method: http.MethodPost, URL: call.URL, Header: call.Header, Body: call.Body,
		Carrier: judge.CarrierSpec{Place: "header", Name: "Authorization", Scheme: "JWT"}}
}

// found adds a finding.
func (p *lifecycleProbe) found(who Installation, attempt lifecycleAttempt, answer Answer, message string) {
	call, err := p.calls(who, p.event, attempt.forge)
	if err != nil {
		return // it was made before
	}
	f := Finding{
		Rule: attempt.rule, Endpoint: lifecycleEndpoint(call), Attempt: Attempt{Name: attempt.name + ", for " + p.whom(), Rule: attempt.rule}, Answer: answer,
		Message: message, Expected: "a refusal, as 401", Actual: fmt.Sprint(answer.Status),
	}
	if !attempt.passing {
		f.Curl = lifecycleCurl(call, attempt.forge)
	}
	if !p.out.Has(f) {
		p.out.Findings = append(p.out.Findings, f)
	}
}

func (p *lifecycleProbe) unasked(format string, args ...any) {
	p.out.Unasked = append(p.out.Unasked, p.event+": "+fmt.Sprintf(format, args...))
}

func (p *lifecycleProbe) note(format string, args ...any) {
	p.out.Notes = append(p.out.Notes, fmt.Sprintf(format, args...))
}
