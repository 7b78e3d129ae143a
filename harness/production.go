package harness

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"github.com/standin-dev/standin/fakehost"
	"github.com/standin-dev/standin/fakehost/token"
	"github.com/standin-dev/standin/harness/timeline"
)

// productionSite is the name that the site is given where the app asks for one of
// production's and names none.
const productionSite = "standin-site.atlassian.net"

// siteGlob is a name of production's sites, or a pattern of such names, in what an app
// says.
var siteGlob = regexp.MustCompile(`(?i)[a-z0-9*][a-z0-9*.-]*\.atlassian\.net\b`)

// siteNames are the names that an app may want its site to have, by what it says: first
// those that it names in full.
func siteNames(said ...string) []string {
	var names []string
	for _, text := range said {
		for _, name := range siteGlob.FindAllString(strings.ToLower(text), -1) {
			if !strings.Contains(name, "*") && strings.Count(name, ".") == 2 && !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	return append(names, productionSite)
}

// publishable reports whether the site may be given a name of production's: the config
// gives it none, and the browser is ours to lead.
func (r *run) publishable() bool { return r.cfg.Site == "" && !r.serving }

// aboutHosts are words by which a back end says that it is the host which it refuses;
// aboutTheHost are those by which it may say so of an install.
var (
	aboutHosts   = regexp.MustCompile(`(?i)\bhost|white-?list|allow-?list|base.?url|domain|origin`)
	aboutTheHost = regexp.MustCompile(aboutHosts.String() + `|\bsite|atlassian\.net`)
)

// installPublicly installs the app on a site with a name of production's, where the app
// refused one at a loopback address and may have done so for its name. What the app
// answers is the evidence: false is that it takes that one no better.
func (r *run) installPublicly(ctx context.Context, failure error) (*fakehost.Tenant, bool) {
	var refused *fakehost.InstallError
	if !r.publishable() || !errors.As(failure, &refused) || refused.Event != "installed" {
		return nil, false
	}
	if !refuses(refused.Status) {
		return nil, false
	}
	if refused.Body != "" && !aboutTheHost.MatchString(refused.Body) {
		return nil, false
	}
	loopback := r.host.BaseURL()
	if r.publish(siteNames(refused.Body)[0]) != nil {
		return nil, false
	}
	tenant, err := r.host.Install(ctx, r.desc, r.cfg.Install)
	if err != nil {
		return nil, false
	}
	r.notePublished(fmt.Sprintf("the app refused its install from %s with %d%s, and took it from %s", loopback, refused.Status, quoted(refused.Body), r.host.BaseURL()))
	return tenant, true
}

// refuses reports whether a back end that answers so may mean the host.
func refuses(status int) bool {
	return status == http.StatusBadRequest || status == http.StatusUnauthorized || status == http.StatusForbidden
}

// quoted is what an answer said, for the middle of a sentence.
func quoted(body string) string {
	const most = 160
	if body == "" {
		return ""
	}
	body = token.Redact(body)
	if text := []rune(body); len(text) > most {
		body = string(text[:most]) + "…"
	}
	return fmt.Sprintf(" (%q)", body)
}

// publish gives the site a name of production's.
func (r *run) publish(name string) error {
	if name == productionSite && !r.own {
		// Another run in the same browser may want one too.
		first, rest, _ := strings.Cut(name, ".")
		name = fmt.Sprintf("%s-%s.%s", first, strings.ToLower(rand.Text()[:8]), rest)
	}
	if err := r.host.Publish("https://" + name); err != nil {
		return err
	}
	r.cfg.Site = name
	return r.leadBrowser()
}

// notePublished tells why the site has the name that it has.
func (r *run) notePublished(why string) {
	r.published = fmt.Sprintf("site: %s; so the app is played on the site %s, as in production (to choose its name: --site, or \"site:\" in standin.yaml)", why, r.cfg.Site)
	r.cfg.Progress.say("%s", r.published)
}

// wantedElsewhere reports whether the app's page is kept from a host at a loopback
// address, but not from a site of production's, and the app is installed on such a site
// now. It is asked where the page did not load.
func (r *run) wantedElsewhere(ctx context.Context, s *Stage) bool {
	document := s.firstDocument()
	if !r.publishable() || document == nil {
		return false
	}
	// What it says comes after its status. Where that takes too long, it says nothing.
	_ = s.page.Await(ctx, lookSettle, "the answer's body", func() (bool, string) {
		return !refuses(document.Status) || s.firstDocument().Ended, document.URL
	})
	name, why := r.siteOf(&r.answers.excerpts([]timeline.Exchange{*document})[0])
	if name == "" {
		return false
	}
	why = fmt.Sprintf("the page of module %s %s", r.shows().name(), why)
	if err := r.moveTo(ctx, name, why); err != nil {
		r.report.Notes = append(r.report.Notes, fmt.Sprintf("site: %s; the app could not be moved to the site %s: %v", why, name, err))
		return false
	}
	return true
}

// siteOf is the name of the site on which a page would load that did not, and why; "" is
// that there is no sign of one. The signs are the frame-ancestors of its policy, and a
// refusal that tells which hosts the back end takes.
func (r *run) siteOf(document *timeline.Exchange) (name, why string) {
	policy, loopback := readAncestors(document.Answer), r.host.Origin()
	if name := policy.site(loopback, document.URL); name != "" {
		return name, fmt.Sprintf("lets %s frame it (Content-Security-Policy: frame-ancestors), and not %s", policy.told(), loopback)
	}
	said := document.Excerpt
	if refuses(document.Status) && siteGlob.MatchString(said) && aboutHosts.MatchString(said) {
		return siteNames(said)[0], fmt.Sprintf("was refused with %d%s for the host %s", document.Status, quoted(said), loopback)
	}
	return "", ""
}

// site is the name of a site that these policies take, where they do not take the
// origin; "" where they take no such site.
func (a ancestors) site(origin, page string) string {
	if a.allow(origin, page) {
		return ""
	}
	var said []string
	for _, sources := range a {
		said = append(said, sources...)
	}
	for _, name := range siteNames(said...) {
		if a.allow("https://"+name, page) {
			return name
		}
	}
	return ""
}

// told are the sources as a person reads them.
func (a ancestors) told() string {
	var all []string
	for _, sources := range a {
		for _, source := range sources {
			if !slices.Contains(all, source) {
				all = append(all, source)
			}
		}
	}
	return some(all)
}

// moveTo takes the app off the site at the loopback address, and installs it on one of
// that name: a new tenant, as if the first had never been.
func (r *run) moveTo(ctx context.Context, name, why string) error {
	if err := r.publish(name); err != nil {
		return err
	}
	if r.cfg.Install.Mode != fakehost.Skip {
		// The site is given up whatever the app answers; it complains in the journal.
		_ = r.host.UninstallApp(ctx, r.desc.Key, fakehost.LifecycleOptions{})
	}
	tenant, err := r.host.Install(ctx, r.desc, r.cfg.Install)
	if err != nil {
		return err
	}
	r.tenant.Store(tenant)
	r.notePublished(why)
	r.report.Notes = append(r.report.Notes, r.published)
	if note := r.siteNote(); note != "" {
		r.report.Notes = append(r.report.Notes, note)
	}
	r.pageURL = r.host.ViewURL(r.module, r.view)
	r.report.Host.BaseURL = r.host.BaseURL()
	return nil
}
