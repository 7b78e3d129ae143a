package harness

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/standin-dev/standin/fakehost"
	"github.com/standin-dev/standin/fakehost/descriptor"
	"github.com/standin-dev/standin/harness/probe"
)

// secondTimeout bounds each lifecycle call of the second site.
const secondTimeout = 5 * time.Second

// secondSite is a host beside the run's, on which the app is installed for as long as
// it takes to ask what needs two tenants.
type secondSite struct {
	host   *fakehost.Server
	tenant *fakehost.Tenant
}

// whyNotTwice says why the app cannot be installed on a second site; "" is that it may
// be tried.
func (r *run) whyNotTwice() string {
	switch {
	case r.cfg.Install.Mode == fakehost.Skip:
		return "the install was skipped, so the app takes none from standin"
	case r.desc.Auth == descriptor.AuthNone:
		return "the app is given no secret"
	case r.desc.Lifecycle.Installed == "":
		return "its descriptor has no lifecycle.installed"
	}
	return ""
}

// verifySecond asks what needs the app to be a tenant of two sites, and leaves nothing
// behind at the app, whatever happens in between: not even an interruption keeps the
// second site from being taken off.
func (s *Stage) verifySecond(ctx context.Context, asker *probe.Asker) error {
	r := s.run
	why := r.whyNotTwice()
	if why == "" && ctx.Err() == nil {
		site, err := r.installSecond(ctx)
		if err == nil {
			s.Say("the app is installed on a second site, " + site.host.BaseURL())
			err = s.askSecond(ctx, asker, site)
			return errors.Join(err, s.endSecond(ctx, asker, site))
		}
		why = err.Error()
	}
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	s.verified.notes = append(s.verified.notes, "asked with a made-up tenant alone, for the app was not installed on a second site: "+strings.TrimSuffix(why, "."))
	return nil
}

// installSecond brings the second site up and installs the app there. The calls are
// not cut off when ctx ends, lest the app be left with a tenant that nobody takes off.
func (r *run) installSecond(ctx context.Context) (*secondSite, error) {
	host, err := r.startSecond()
	if err != nil {
		return nil, err
	}
	site, key := &secondSite{host: host}, secondKey()
	site.tenant, err = host.Install(context.WithoutCancel(ctx), r.desc, fakehost.InstallOptions{Mode: r.cfg.Install.Mode, ClientKey: key, Timeout: secondTimeout})
	if err != nil {
		r.forgetSecond(ctx, host, key, err)
		return nil, errors.Join(err, host.Close())
	}
	return site, nil
}

// secondKey is a client key that looks like those of other made-up tenants.
func secondKey() string {
	var b [6]byte
	rand.Read(b[:]) //nolint:errcheck // never returns an error
	return fmt.Sprintf("7c1d2b9e-0000-4000-9000-%x", b)
}

// forgetSecond sends the uninstalled of an installed that had no answer, for the app
// may have taken it all the same.
func (r *run) forgetSecond(ctx context.Context, host *fakehost.Server, key string, failure error) {
	var unanswered *fakehost.InstallError
	if !errors.As(failure, &unanswered) || unanswered.Err == nil {
		return
	}
	call, err := host.LifecycleCall(fakehost.Tenant{ClientKey: key, App: r.desc}, probe.Uninstalled, fakehost.LifecycleForgery{})
	if err != nil {
		return // it has no such address
	}
	ending, cancel := context.WithTimeout(context.WithoutCancel(ctx), secondTimeout)
	defer cancel()
	// Nobody is left to complain to: the report says already that the app did not answer.
	_, _ = r.asker().Send(ending, call)
}

// startSecond brings up a host beside the run's.
func (r *run) startSecond() (*fakehost.Server, error) {
	host := &fakehost.Server{
		Beside: r.host, Site: siteFor(r.cfg.App), Product: r.cfg.Product, Stubs: r.cfg.Stubs, User: r.cfg.User, PublicURL: secondURL(r.cfg.publicURL()),
		Scopes: r.cfg.Scopes,
	}
	if err := host.Start(); err != nil {
		return nil, err
	}
	if r.egress != nil {
		r.egress.Beside(host)
	}
	return host, nil
}

// secondURL is the public name of the second site, where the first one has any.
func secondURL(first string) string {
	if first == "" {
		return ""
	}
	return "https://standin-second." + strings.TrimPrefix(first[strings.Index(first, ".")+1:], ".")
}

// askSecond puts the questions.
func (s *Stage) askSecond(ctx context.Context, asker *probe.Asker, site *secondSite) error {
	r := s.run
	r.other = &probe.Installation{ClientKey: site.tenant.ClientKey, Secret: site.tenant.SharedSecret}
	defer func() { r.other = nil }()
	more, err := asker.ProbeSecond(ctx, r.endpoints.list)
	s.verified.add(more)
	return err
}

// endSecond takes the second site off, and makes sure that the app still knows the
// first.
func (s *Stage) endSecond(ctx context.Context, asker *probe.Asker, site *secondSite) error {
	r := s.run
	ending := context.WithoutCancel(ctx)
	if err := site.host.UninstallApp(ending, r.desc.Key, fakehost.LifecycleOptions{Timeout: secondTimeout}); err != nil {
		s.verified.notes = append(s.verified.notes, "the app was taken off the second site; it complained: "+err.Error())
	}
	s.Say("the app is taken off the second site")
	err := site.host.Close()
	const name = "with a valid token, after the app was taken off a second site"
	f, lost, e := s.restoreFirst(ending, asker, name)
	if lost {
		s.verified.add(probe.Outcome{Findings: []probe.Finding{f}})
	}
	return errors.Join(err, e)
}

// restoreFirst makes sure that the app still knows the site of the run, and installs it
// there once more where it does not.
func (s *Stage) restoreFirst(ctx context.Context, asker *probe.Asker, name string) (f probe.Finding, lost bool, err error) {
	r := s.run
	if f, lost = asker.Refused(ctx, name, r.endpoints.list); !lost {
		return f, false, nil
	}
	if err = r.reinstall(ctx); err != nil {
		return f, true, fmt.Errorf("the app forgot its first site with the second, and does not take it back: %w", err)
	}
	s.verified.notes = append(s.verified.notes, "the app forgot its first site with the second; it was installed there once more")
	return f, true, nil
}
