package harness

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/standin-dev/standin/harness/browser"
	"github.com/standin-dev/standin/harness/judge"
	"github.com/standin-dev/standin/harness/report"
	"github.com/standin-dev/standin/harness/timeline"
)

// blocking plays a scenario in a browser that blocks third-party cookies. What the app
// does with cookies otherwise is known from the scenarios before it; where there were
// none, it is played once as ever.
func (r *run) blocking(ctx context.Context, sc Scenario) *played {
	out := report.Scenario{ID: sc.ID, Title: sc.Title, Module: r.moduleOf(sc), Several: r.playsAll()}
	settle := func(v report.Verdict, reason string) *played {
		out.Verdict, out.Reason = v, reason
		return &played{run: r, settled: &out}
	}
	sc.CookiesBlocked = false
	before := r.played
	if !slices.ContainsFunc(before, func(p *played) bool { return len(p.in.Exchanges) > 0 }) {
		p := r.scenario(ctx, sc)
		p.learn(ctx)
		before = []*played{p}
	}
	if !slices.ContainsFunc(before, (*played).hasCookies) {
		return settle(report.NotApplicable, "the app uses no cookies.")
	}
	back, err := r.blockCookies(ctx)
	switch {
	case ctx.Err() != nil:
		return settle(report.Inconclusive, wasInterrupted)
	case errors.Is(err, errNotBlocked):
		return settle(report.Inconclusive, err.Error())
	case err != nil:
		return settle(report.HarnessError, err.Error())
	}
	p := r.scenario(ctx, sc)
	if err := back(); err != nil && ctx.Err() == nil {
		p.out.Notes = append(p.out.Notes, "closing the browser: "+err.Error())
	}
	p.otherwise = before
	return p
}

// errNotBlocked says that the browser does not do as it is told.
var errNotBlocked = errors.New("this browser sends third-party cookies although it is told to block them; standin doctor says more.")

// blockCookies has the run use a browser that blocks third-party cookies, until the
// function that it returns is called.
func (r *run) blockCookies(ctx context.Context) (back func() error, err error) {
	options := r.cfg.Browser
	options.Cookies = browser.CookiesBlocked
	if options.Path == "" && r.browser != nil {
		options.Path = r.browser.Path()
	}
	b, err := browser.Launch(ctx, options)
	if err != nil {
		return nil, err
	}
	reach, err := b.MeasureCookies(ctx)
	if err == nil && !reach.Is(browser.CookiesBlocked) {
		err = errNotBlocked
	}
	if err != nil {
		return nil, errors.Join(err, b.Close())
	}
	usual, cfg, own, unlead := r.browser, r.cfg.Browser, r.own, r.unlead
	r.browser, r.cfg.Browser, r.own = b, options, true
	if err := r.leadBrowser(); err != nil {
		r.browser, r.cfg.Browser, r.own, r.unlead = usual, cfg, own, unlead
		return nil, errors.Join(err, b.Close())
	}
	return func() error {
		if r.cfg.Site != "" {
			r.unlead()
		}
		err := r.browser.Close() // which may be another by now
		r.browser, r.cfg.Browser, r.own, r.unlead = usual, cfg, own, unlead
		return err
	}, nil
}

// hasCookies reports whether the app was seen to set a cookie, or to be sent one.
func (p *played) hasCookies() bool {
	return slices.ContainsFunc(p.in.Exchanges, func(x timeline.Exchange) bool {
		return !x.HostPage && p.run.ours(x.URL) && (x.Header.Get("Cookie") != "" || len(x.Answer["Set-Cookie"]) > 0)
	})
}

// takenWith is what the back end took in these scenarios, with which cookies.
func takenWith(list []*played) judge.TakenWith {
	out := judge.TakenWith{}
	for _, p := range list {
		out.Add(&p.in)
	}
	return out
}

// noteCookies tells which cookies the blocking browser kept from the app's frame.
func (p *played) noteCookies(out *report.Scenario) {
	var blocked, kept []string
	add := func(list []string, name string) []string {
		if slices.Contains(list, name) {
			return list
		}
		return append(list, name)
	}
	for _, x := range p.in.Exchanges {
		if x.HostPage || p.in.Popups[x.Frame] || !p.run.ours(x.URL) {
			continue
		}
		for _, c := range x.BlockedCookies {
			if c.ThirdParty() {
				blocked = add(blocked, c.Name)
			}
		}
		for _, line := range x.Answer["Set-Cookie"] {
			if strings.Contains(strings.ToLower(line), "partitioned") {
				name, _, _ := strings.Cut(line, "=")
				kept = add(kept, strings.TrimSpace(name))
			}
		}
	}
	if len(blocked) > 0 {
		out.Notes = append(out.Notes, "third-party cookies that the frame neither kept nor sent: "+some(blocked))
	}
	if len(kept) > 0 {
		out.Notes = append(out.Notes, fmt.Sprintf("kept for this site alone, for they are Partitioned: %s", some(kept)))
	}
}
