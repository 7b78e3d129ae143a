package harness

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/standin-dev/standin/fakehost"
	"github.com/standin-dev/standin/fakehost/token"
	"github.com/standin-dev/standin/harness/har"
	"github.com/standin-dev/standin/harness/judge"
	"github.com/standin-dev/standin/harness/timeline"
)

// recordedApp is what a recording says of the app.
type recordedApp struct {
	judge.App
	product string
	// hashed says that the base URL is one by which a page's token has the right hash,
	// so that other hashes can be judged.
	hashed bool
}

// owns tells whether a URL is one of the app's own.
func (a *recordedApp) owns(raw string) bool {
	u, err := timeline.ParseURL(raw)
	return err == nil && slices.Contains(a.Origins, strings.Replace(u.Scheme, "ws", "http", 1)+"://"+u.Host)
}

// opened is a module's page that the host opened: its address has xdm_e, the host's
// origin, and mostly a token.
type opened struct {
	exchange     *timeline.Exchange
	host, key    string // of the site and of the app
	confluence   bool
	issuer, user string // empty: it has no token that can be read
	qsh          string
}

// modulePage reads a request as that for a module's page; nil: it is none.
func modulePage(x *timeline.Exchange) *opened {
	u, err := timeline.ParseURL(x.URL)
	if err != nil || x.Type != "Document" && x.Type != "Other" || x.HostPage {
		return nil
	}
	query := u.Query()
	if query.Get("xdm_e") == "" {
		return nil
	}
	o := &opened{exchange: x, host: originOf(query.Get("xdm_e")), confluence: query.Get("cp") == "/wiki"}
	o.key, _, _ = strings.Cut(strings.TrimPrefix(query.Get("xdm_c"), "channel-"), "__")
	if t, err := token.Parse(query.Get("jwt")); err == nil {
		o.issuer, o.user, o.qsh = t.Claims.Issuer, t.Claims.Subject, t.Claims.QSH
	}
	return o
}

// findRecordedApp finds out what in a recording is the app's.
func findRecordedApp(rec *Recording) (recordedApp, error) {
	var pages []*opened
	sent := map[string]bool{} // the origins that were asked
	for i := range rec.Log.Pages {
		list := rec.Log.Pages[i].Exchanges
		for j := range list {
			sent[originOf(list[j].URL)] = true
			if m := modulePage(&list[j]); m != nil {
				pages = append(pages, m)
			}
		}
	}
	base, err := rec.base(pages, sent)
	if err != nil {
		return recordedApp{}, err
	}
	a := recordedApp{App: judge.App{BaseURL: base, Origins: []string{originOf(base)}, ClientKey: rec.ClientKey, NoToken: true}}
	for _, raw := range rec.Origins {
		a.Origins = append(a.Origins, originOf(raw))
	}
	pages = slices.DeleteFunc(pages, func(m *opened) bool { return originOf(m.exchange.URL) != originOf(base) })
	if a.ClientKey == "" {
		issuers := issuersOf(pages)
		if len(issuers.order) == 0 {
			issuers = a.senders(rec.Log)
		}
		if a.ClientKey, err = issuers.only(rec.Name); err != nil {
			return a, err
		}
	}
	a.product = string(fakehost.Jira)
	for _, m := range pages {
		if m.issuer != "" && m.issuer != a.ClientKey {
			continue
		}
		a.HostOrigin, a.Key = m.host, m.key
		a.PagePaths = append(a.PagePaths, pathOf(m.exchange.URL))
		if m.confluence {
			a.product = string(fakehost.Confluence)
		}
		a.NoToken = a.NoToken && m.qsh == ""
		if found, ok := hashedBase(m, base); ok && !a.hashed {
			a.BaseURL, a.hashed = found, true
		}
	}
	return a, nil
}

// base is the app's base URL, as somebody says or as the recording shows.
func (rec *Recording) base(pages []*opened, sent map[string]bool) (string, error) {
	if rec.App != "" {
		app := rec.App
		if !strings.Contains(app, "://") {
			app = "http://" + app
		}
		app = strings.TrimSuffix(strings.TrimSuffix(app, "/atlassian-connect.json"), "/")
		if !sent[originOf(app)] {
			return "", fmt.Errorf("%w: no request in %s goes to %s", ErrRecording, rec.Name, app)
		}
		return app, nil
	}
	if rec.Maybe != "" && sent[originOf(rec.Maybe)] {
		return strings.TrimSuffix(strings.TrimSuffix(rec.Maybe, "/atlassian-connect.json"), "/"), nil
	}
	var origins []string
	for _, m := range pages {
		if at := originOf(m.exchange.URL); !slices.Contains(origins, at) {
			origins = append(origins, at)
		}
	}
	switch len(origins) {
	case 0:
		return "", fmt.Errorf("%w: no request in %s opens a page of an app, with xdm_e in its address, so that nobody knows which are the app's; say where it is, as --app https://app.example.com", ErrRecording, rec.Name)
	case 1:
		return origins[0], nil
	}
	return "", fmt.Errorf("%w: %s has pages of several apps, at %s; say which is meant, as --app %s", ErrRecording, rec.Name, strings.Join(origins, ", "), origins[0])
}

// hashedBase finds the base URL by which a page's token has the right hash: the given
// one, or its origin with as much of the page's path as it takes. False: none has, or
// there is no token.
func hashedBase(m *opened, base string) (string, bool) {
	if len(m.qsh) != 64 {
		return "", false
	}
	u, err := url.Parse(m.exchange.URL)
	if err != nil {
		return "", false
	}
	candidates := []string{base}
	path := u.EscapedPath()
	for i := range len(path) {
		if path[i] == '/' {
			candidates = append(candidates, originOf(base)+path[:i])
		}
	}
	for _, c := range candidates {
		if qsh, err := token.QSH(m.exchange.Method, m.exchange.URL, c); err == nil && qsh == m.qsh {
			return c, true
		}
	}
	return "", false
}

func pathOf(raw string) string {
	u, err := timeline.ParseURL(raw)
	if err != nil {
		return raw
	}
	return u.Path
}

// startOf is when a recording begins.
func startOf(l *har.Log) time.Time {
	for i := range l.Pages {
		if list := l.Pages[i].Exchanges; len(list) > 0 {
			return list[0].At
		}
	}
	return time.Time{}
}
