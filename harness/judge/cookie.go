package judge

import (
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/standin-dev/standin/harness/timeline"
)

// setCookie is a cookie that an answer of the app set.
type setCookie struct {
	cookie   *http.Cookie
	by       *timeline.Exchange
	at       time.Time
	fromForm bool // by the answer to a form that was sent in a window of its own
}

// attributes are the cookie's, as they stand in its line, the value left out.
func (s setCookie) attributes() string {
	var out []string
	if s.cookie.HttpOnly {
		out = append(out, "HttpOnly")
	}
	switch s.cookie.SameSite {
	case http.SameSiteLaxMode:
		out = append(out, "SameSite=Lax")
	case http.SameSiteStrictMode:
		out = append(out, "SameSite=Strict")
	case http.SameSiteNoneMode:
		out = append(out, "SameSite=None")
	default:
		out = append(out, "no SameSite, which counts as Lax")
	}
	if s.cookie.Secure {
		out = append(out, "Secure")
	}
	if s.cookie.Partitioned {
		out = append(out, "Partitioned")
	}
	return strings.Join(out, "; ")
}

// crossSite reports whether a browser that blocks nothing sends such a cookie from a
// frame of another site's page.
func (s setCookie) crossSite() bool {
	return s.cookie.SameSite == http.SameSiteNoneMode && s.cookie.Secure
}

// cookiesSet are the cookies that the app's answers set, in order.
func (in *Input) cookiesSet(classes []Class) []setCookie {
	var out []setCookie
	for i := range in.Exchanges {
		x := &in.Exchanges[i]
		if classes[i] == Foreign || x.Staged || len(x.Answer["Set-Cookie"]) == 0 {
			continue
		}
		for _, line := range lines(x.Answer["Set-Cookie"]) {
			if cookie, err := http.ParseSetCookie(line); err == nil {
				out = append(out, setCookie{cookie: cookie, by: x, at: x.At,
					fromForm: in.Popups[x.Frame] && x.Type == "Document" && x.Method == http.MethodPost})
			}
		}
	}
	return out
}

// lines are those of a header that a browser may tell as one, joined by newlines.
func lines(values []string) []string {
	var out []string
	for _, v := range values {
		out = append(out, strings.Split(v, "\n")...)
	}
	return out
}

// unsent are the cookies that the app set before a request to the same host, for its
// path, and that the request did not carry, the last of each name.
func (c *court) unsent(x *timeline.Exchange) []setCookie {
	sent := strings.Join(cookiesOf(x), " ")
	last := map[string]setCookie{}
	var names []string
	for _, s := range c.index.cookies {
		name := s.cookie.Name
		if s.by.ID >= x.ID || hostOf(s.by.URL) != hostOf(x.URL) || !pathMatches(s.cookie.Path, pathOf(x.URL)) {
			continue
		}
		if _, known := last[name]; !known {
			names = append(names, name)
		}
		last[name] = s
	}
	var out []setCookie
	for _, name := range names {
		s := last[name]
		gone := s.cookie.MaxAge < 0 || s.cookie.Value == "" || !s.cookie.Expires.IsZero() && s.cookie.Expires.Before(x.At)
		if !gone && !slices.Contains(strings.Fields(sent), name) {
			out = append(out, s)
		}
	}
	return out
}

// cookiesOf are the names of the cookies that a request carried.
func cookiesOf(x *timeline.Exchange) []string {
	f := &finder{exchange: x}
	f.cookies()
	names := make([]string, len(f.found))
	for i, k := range f.found {
		names[i] = k.Spec.Name
	}
	return names
}

func hostOf(raw string) string {
	if u, err := timeline.ParseURL(raw); err == nil {
		return u.Hostname() // cookies know no ports
	}
	return ""
}

// pathMatches is RFC 6265, section 5.1.4; a cookie without a path is taken for one of
// the whole host.
func pathMatches(cookie, path string) bool {
	switch {
	case cookie == "" || cookie == "/" || cookie == path:
		return true
	case strings.HasPrefix(path, cookie):
		return strings.HasSuffix(cookie, "/") || strings.HasPrefix(path[len(cookie):], "/")
	}
	return false
}

var (
	forgeryName = regexp.MustCompile(`(?i)csrf|xsrf|antiforgery|requestverification`)
	anyName     = regexp.MustCompile(`.`)
	// forgeryField is such a field of a JSON document.
	forgeryField = regexp.MustCompile(`(?i)"_?(csrf|xsrf)[\w-]*"\s*:`)
	sessionName  = regexp.MustCompile(`(?i)sess|^sid$|[._-]sid$|auth|login|user|remember|^connect\.sid$|^laravel|^phpsessid$|^jsessionid$`)
)

// blockedCookie finds that a refusal rests on a cookie which the app set and the frame
// did not send: the answer speaks of forgery or of a login, or the request brings along
// the other half of a check against forgery.
func (c *court) blockedCookie(x *timeline.Exchange) *Finding {
	if x.Status >= 500 && x.Status != http.StatusInternalServerError {
		return nil
	}
	if f := c.restsOnCookie(x); f != nil {
		return f
	}
	says, missing := Words(x.Excerpt), c.unsent(x)
	var cookie *setCookie
	pick := func(names *regexp.Regexp) bool {
		i := slices.IndexFunc(missing, func(s setCookie) bool { return names.MatchString(s.cookie.Name) })
		if i >= 0 {
			cookie = &missing[i]
		}
		return i >= 0
	}
	why := ""
	switch {
	case len(missing) == 0:
		return nil
	case ofForgery.MatchString(says) && (pick(forgeryName) || pick(sessionName) || pick(anyName)):
		why = "The answer speaks of a check against forgery, and the request came without the cookie that the app had set"
	case carriesForgery(x) && pick(forgeryName):
		why = "The request brings along the value of a check against forgery, and not the cookie that belongs to it"
	case refusesToken(x.Status) && ofSession.MatchString(says) && pick(sessionName):
		why = "The answer speaks of a login or a session, and the request came without the cookie that the app had set"
	default:
		return nil
	}
	return c.cookieFinding(x, *cookie, fmt.Sprintf("The back end answered %d to %s, whose token is right: the cookie %s did not come along.", x.Status, name(x), cookie.cookie.Name),
		fmt.Sprintf("%d without the cookie %s%s", x.Status, cookie.cookie.Name, c.saysOf(x)), why)
}

func (c *court) cookieFinding(x *timeline.Exchange, s setCookie, message, actual, why string) *Finding {
	blocked := "a browser sends none such from a frame of another site's page"
	if s.crossSite() {
		blocked = "a browser that blocks third-party cookies does not send it from a frame"
	}
	return &Finding{
		Rule: CookieBlocked, Exchange: x.ID, Message: message,
		Expected: "an answer that rests on the token alone", Actual: actual,
		Cause:   fmt.Sprintf("%s: %s set %s with %s, and %s.", why, name(s.by), s.cookie.Name, s.attributes(), blocked),
		CauseAt: s.at,
	}
}

// carriesForgery reports whether a request brings along the value of a check against
// forgery, in a header or a field.
func carriesForgery(x *timeline.Exchange) bool {
	for name := range x.Header {
		if forgeryName.MatchString(name) {
			return true
		}
	}
	f := &finder{exchange: x}
	f.body()
	f.query()
	if slices.ContainsFunc(f.found, func(k Carrier) bool { return forgeryName.MatchString(k.Spec.Name) }) {
		return true
	}
	return len(x.Body) < 64<<10 && forgeryField.Match(x.Body)
}

// logins finds logins that were made in a window of the app's own, by a form whose answer
// set a cookie that the app's frame never gets to send.
func (c *court) logins() {
	told := map[string]bool{}
	for _, s := range c.index.cookies {
		if !s.logsIn() || s.crossSite() || told[s.cookie.Name] {
			continue
		}
		for i := range c.in.Exchanges {
			x := &c.in.Exchanges[i]
			if x.ID <= s.by.ID || x.HostPage || c.in.Popups[x.Frame] || c.classes[i] == Foreign || hostOf(x.URL) != hostOf(s.by.URL) || !pathMatches(s.cookie.Path, pathOf(x.URL)) {
				continue
			}
			if !slices.Contains(cookiesOf(x), s.cookie.Name) {
				told[s.cookie.Name] = true
				c.found(*c.cookieFinding(x, s, fmt.Sprintf("The frame cannot send the cookie %s, which a form in a window of its own was answered with.", s.cookie.Name),
					fmt.Sprintf("%s came without the cookie %s; the answer was %s", name(x), s.cookie.Name, answer(x)),
					"What was logged in there is not in the frame"))
			}
			break
		}
	}
}

// logsIn reports whether a cookie is one that a login sets: by the answer to a form, and
// of a session by its name, or kept from scripts.
func (s setCookie) logsIn() bool {
	return s.fromForm && !forgeryName.MatchString(s.cookie.Name) && (s.cookie.HttpOnly || sessionName.MatchString(s.cookie.Name))
}
