package harness

import (
	"fmt"
	"net/url"
	"strings"

	"github.com/standin-dev/standin/harness/browser"
)

// publicURL is the origin of the site that the app is told; "" is where the host is.
func (c *Config) publicURL() string {
	if c.Site == "" || strings.Contains(c.Site, "://") {
		return c.Site
	}
	return "https://" + c.Site
}

// checkSite refuses a name that our browser cannot be led by.
func (r *run) checkSite() error {
	if r.cfg.Site == "" || r.serving {
		return nil
	}
	if err := browser.CheckSite(r.cfg.publicURL()); err != nil {
		return fmt.Errorf("site: %w", err)
	}
	return nil
}

// leadBrowser has the browser find the host at the public name of its site.
func (r *run) leadBrowser() error {
	if r.cfg.Site == "" {
		return nil
	}
	end, err := r.browser.Lead(r.host)
	if err != nil {
		return fmt.Errorf("site: %w", err)
	}
	r.unlead = end
	return nil
}

// siteNote says who does not find the host by the public name of its site, and may
// be with somebody else there; "" is that all do.
func (r *run) siteNote() string {
	name, local := r.cfg.Site, r.host.LocalOrigin()
	switch {
	case name == "":
		return ""
	case r.serving && r.cfg.Egress:
		return fmt.Sprintf("site: the app's back end finds the host at %s; your browser does not: look at %s", name, local)
	case r.serving:
		return fmt.Sprintf("site: the app is told that its site is %s; neither your browser nor the app's back end, which has no egress proxy, finds the host there: look at %s", name, local)
	case !r.cfg.Egress:
		return fmt.Sprintf("site: the browser finds the host at %s; the app's back end, which has no egress proxy, does not: what it calls there goes nowhere, or to a site of that name. Let standin start the app, by its command", name)
	}
	return ""
}

// appURL is the app's address with its scheme, which may be left out.
func appURL(app string) string {
	if strings.Contains(app, "://") {
		return app
	}
	return "http://" + app
}

// origin is scheme and host of an address; the address itself where it is no URL.
func origin(raw string) string {
	u, err := url.Parse(raw)
	if err != nil || u.Host == "" {
		return raw
	}
	return u.Scheme + "://" + u.Host
}
