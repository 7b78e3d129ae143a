package browser

import (
	"context"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/storage"

	"github.com/standin-dev/standin/harness/timeline"
)

// The browser tells the cookies of a request after it has left, and of some requests
// it never tells: what shared workers ask for, the script of a service worker,
// fetchLater, beacons of pages that are gone. For those the cookie jar is read as
// they leave, or when they are answered and it has not told, and what the jar sends
// is worked out here.

// jarLimit bounds the wait for the jar.
const jarLimit = 5 * time.Second

// untold tells the requests whose cookies the browser may never tell. The lock is
// held.
func (c *Context) untold(x *timeline.Exchange, networkID string) bool {
	if networkID == "" || networkID == x.Frame || x.Type == string(network.ResourceTypePing) || c.wire.gone[x.Frame] {
		return true
	}
	for _, f := range c.frames {
		if string(f.id) == x.Frame {
			return f.kind == "shared_worker" || f.kind == "service_worker"
		}
	}
	return false
}

// mayHaveCookies tells an answered request of whose cookies nothing was told, though
// it left: one from a cache did not.
func (c *Context) mayHaveCookies(x *timeline.Exchange) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	n := c.wire.told[x]
	return x.Status != 0 && !x.FromCache && !c.wire.guessed[x] && (n == nil || !n.cookies) && x.Header.Get("Cookie") == "" &&
		x.Type != string(network.ResourceTypePreflight)
}

// readJar notes what cookies a request takes along, until the browser tells it
// better. Commands are done in their order: one that is sent before the request is
// let go has the jar as it was then.
func (c *Context) readJar(x *timeline.Exchange) {
	jar := begin(c.browser.conn.root(), storage.GetCookies, storage.GetCookiesParams{BrowserContextID: c.id})
	top := c.top(x)
	go func() {
		ctx, cancel := bound(context.Background(), jarLimit, "the cookie jar")
		defer cancel()
		r, err := jar(ctx)
		if err != nil {
			return // the browser is gone
		}
		c.mu.Lock()
		defer c.mu.Unlock()
		n := c.wire.told[x]
		jar := r.Cookies
		if x.Type == string(network.ResourceTypeDocument) && x.Header.Get(preloadHeader) == "" {
			// Of documents the browser tells, so this is a download: it is asked for in
			// the name of no page.
			jar = slices.DeleteFunc(jar, func(c *network.Cookie) bool { return c.PartitionKey != nil })
		}
		if cookie := cookieHeader(jar, x.URL, top, c.browser.cookies); cookie != "" && (n == nil || !n.cookies) {
			x.Header = x.Header.Clone()
			x.Header.Set("Cookie", cookie)
			c.wire.guessed[x] = true
			c.touchFor(x)
		}
	}()
}

// top is the address of the page in whose tab a request was sent. A worker is taken
// for one of the app's frame.
func (c *Context) top(x *timeline.Exchange) string {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, f := range c.frames {
		if string(f.id) != x.Frame {
			continue
		}
		for f.parent != nil {
			f = f.parent
		}
		if f.kind == "page" {
			return c.documentOf(string(f.id))
		}
	}
	return c.documentOf(string(c.page.id))
}

// cookieHeader is what a jar sends to an address from a page whose tab shows top:
// the cookies of the same site, and of other sites those that are kept for top
// alone and, in a browser that sends third-party cookies, those with SameSite=None. The
// jar has them in their order.
func cookieHeader(jar []*network.Cookie, address, top string, mode CookieMode) string {
	u, err := timeline.ParseURL(address)
	if err != nil {
		return ""
	}
	shown, err := url.Parse(top)
	if err != nil {
		return ""
	}
	var out []string
	for _, cookie := range jar {
		if !forHost(cookie.Domain, u.Hostname()) || !forPath(cookie.Path, u.Path) {
			continue
		}
		if cookie.Secure && u.Scheme != "https" && u.Scheme != "wss" && !loopbackHost(u.Hostname()) {
			continue
		}
		third := mode != CookiesBlocked && cookie.SameSite == network.CookieSameSiteNone && cookie.PartitionKey == nil
		if !third && !forTop(cookie.PartitionKey, u.Hostname(), shown) {
			continue
		}
		out = append(out, cookie.Name+"="+cookie.Value)
	}
	return strings.Join(out, "; ")
}

// forTop tells whether a cookie goes to a host from a tab that shows a page: one
// with a key when the page is of the key's site, any other when the host is the
// page's own.
func forTop(key *network.CookiePartitionKey, host string, shown *url.URL) bool {
	if key == nil {
		return host == shown.Hostname()
	}
	site, err := url.Parse(key.TopLevelSite)
	if err != nil || site.Scheme != shown.Scheme {
		return false
	}
	return forHost("."+site.Hostname(), shown.Hostname()) && key.HasCrossSiteAncestor == (host != shown.Hostname())
}

// forHost tells whether a cookie of a domain goes to a host (RFC 6265, section
// 5.1.3). A domain with a dot before it is one with its subdomains.
func forHost(domain, host string) bool {
	if bare, all := strings.CutPrefix(domain, "."); all {
		return host == bare || strings.HasSuffix(host, domain)
	}
	return host == domain
}

// forPath tells whether a cookie of a path goes to another (section 5.1.4).
func forPath(of, path string) bool {
	if path == "" {
		path = "/"
	}
	return path == of || strings.HasPrefix(path, of) && (strings.HasSuffix(of, "/") || path[len(of)] == '/')
}
