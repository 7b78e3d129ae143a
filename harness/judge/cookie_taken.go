package judge

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/standin-dev/standin/harness/timeline"
)

// TakenWith has, by [Address], the cookies that every request of a frame carried which a
// back end took there, each with the status of an answer. Nil is nothing.
type TakenWith map[string]map[string]int

// Add takes in a timeline that was recorded with third-party cookies sent. What was taken
// once without a cookie does not rest on it.
func (t TakenWith) Add(in *Input) {
	for i := range in.Exchanges {
		x := &in.Exchanges[i]
		u, err := timeline.ParseURL(x.URL)
		if err != nil || x.HostPage || in.Popups[x.Frame] || x.Staged || x.FromCache || !in.toApp(u) || !taken(x) {
			continue
		}
		carried := cookiesOf(x)
		if known := t[address(x)]; known != nil {
			maps.DeleteFunc(known, func(name string, _ int) bool { return !slices.Contains(carried, name) })
			continue
		}
		t[address(x)] = map[string]int{}
		for _, name := range carried {
			t[address(x)][name] = x.Status
		}
	}
}

// restsOnCookies finds what the back end refuses in a browser that blocks third-party
// cookies, and took in one that sends them, where that was not found already.
func (c *court) restsOnCookies() {
	told := map[string]bool{}
	for _, f := range c.findings {
		if x := c.in.exchange(f.Exchange); x != nil && f.Rule == CookieBlocked {
			told[address(x)] = true
		}
	}
	for i := range c.in.Exchanges {
		x := &c.in.Exchanges[i]
		if c.classes[i] == Foreign || told[address(x)] {
			continue
		}
		if f := c.restsOnCookie(x); f != nil {
			told[address(x)] = true
			c.found(*f)
		}
	}
}

// restsOnCookie finds that a request was refused here, and taken where it had a cookie.
func (c *court) restsOnCookie(x *timeline.Exchange) *Finding {
	if x.HostPage || c.in.Popups[x.Frame] || !refusal(x) {
		return nil
	}
	missing, status := c.missing(x)
	if len(missing) == 0 {
		return nil
	}
	names := strings.Join(missing, ", ")
	return &Finding{
		Rule: CookieBlocked, Exchange: x.ID,
		Message:  fmt.Sprintf("%s rests on the cookie %s: it was answered %d without, where third-party cookies are blocked, and %d with it, where they are sent.", name(x), names, x.Status, status),
		Expected: fmt.Sprintf("%d, as with the cookie", status),
		Actual:   fmt.Sprintf("%d without the cookie %s%s", x.Status, names, c.saysOf(x)),
		Cause:    c.whyMissing(missing),
	}
}

// missing are the cookies that a request carried when it was taken, and does not carry
// here, with the status of the answer then.
func (c *court) missing(x *timeline.Exchange) ([]string, int) {
	var out []string
	status := 0
	sent := cookiesOf(x)
	for name, was := range c.in.TakenWith[address(x)] {
		if !slices.Contains(sent, name) {
			out, status = append(out, name), was
		}
	}
	slices.Sort(out)
	return out, status
}

// whyMissing says with which attributes the cookies were set, where an answer set them.
func (c *court) whyMissing(names []string) string {
	var parts []string
	for _, name := range names {
		i := slices.IndexFunc(c.index.cookies, func(s setCookie) bool { return s.cookie.Name == name })
		if i < 0 {
			parts = append(parts, name+" was set by a script, or before")
			continue
		}
		s := c.index.cookies[i]
		parts = append(parts, fmt.Sprintf("%s set %s with %s", by(s), name, s.attributes()))
	}
	return strings.Join(parts, "; ") + ". A browser that blocks third-party cookies keeps and sends one in a frame only if it is Partitioned as well."
}

func by(s setCookie) string { return name(s.by) }
