package harness

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/standin-dev/standin/harness/timeline"
)

// neighbours are origins on other ports of the app's own host to which its pages send
// requests: an API that runs beside the app. The zero value is none; it is safe for
// concurrent use.
type neighbours struct {
	mu   sync.Mutex
	list []string
}

func (n *neighbours) add(origin string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if !slices.Contains(n.list, origin) {
		n.list = append(n.list, origin)
	}
}

func (n *neighbours) all() []string {
	n.mu.Lock()
	defer n.mu.Unlock()
	return slices.Clone(n.list)
}

// ownOrigins are the app's own: its base URL's, those of the config, and the neighbours.
func (r *run) ownOrigins() []string {
	return append(slices.Clone(r.origins), r.root().neighbours.all()...)
}

// devTools are the paths by which servers of build tools speak to their pages, on a port
// of their own as a rule: none of them is an API of the app.
var devTools = regexp.MustCompile(`\.hot-update\.|/sockjs-node/|/__webpack|/webpack-dev-server|/@vite/|/__vite|/@fs/|/_next/webpack|/livereload|/__nextjs|/browser-sync/|\.map$`)

// adopt takes another port of the app's own host for the app's own, where a page of the
// app sends it a call or a form. What a page only loads from there, and what it keeps an
// open line to, may be anybody's.
func (r *run) adopt(x *timeline.Exchange) {
	calls := x.Type == "Fetch" || x.Type == "XHR" || x.Type == "EventSource" || x.Type == "Document" && x.Method != http.MethodGet
	if x.HostPage || !calls {
		return
	}
	u, err := timeline.ParseURL(x.URL)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || devTools.MatchString(u.Path) || r.isHosts(u) || !r.besideApp(u) {
		return
	}
	if from := pageOf(x); from != "" && r.ours(from) && !r.ours(x.URL) {
		r.root().neighbours.add(u.Scheme + "://" + u.Host)
	}
}

// pageOf is the page that sends a request: the frame's document, or what the browser says
// in Origin.
func pageOf(x *timeline.Exchange) string {
	if x.Document != "" {
		return x.Document
	}
	if origin := x.Header.Get("Origin"); origin != "" && origin != "null" {
		return origin + "/"
	}
	return ""
}

// besideApp reports whether an address has the host name of the app, whatever the port.
func (r *run) besideApp(u *url.URL) bool {
	return slices.ContainsFunc([]string{r.desc.BaseURL, r.desc.Local}, func(own string) bool {
		app, err := url.Parse(own)
		return err == nil && app.Hostname() != "" && strings.EqualFold(app.Hostname(), u.Hostname())
	})
}

// isHosts reports whether an address is a port of standin's own: the fake host's, or the
// egress proxy's.
func (r *run) isHosts(u *url.URL) bool {
	own := []string{r.host.LocalOrigin(), r.host.Origin()}
	if r.egress != nil {
		own = append(own, r.egress.URL())
	}
	return slices.ContainsFunc(own, func(origin string) bool {
		at, err := url.Parse(origin)
		return err == nil && at.Port() != "" && at.Port() == u.Port()
	})
}

// noteNeighbours says what was taken for the app's own.
func (r *run) noteNeighbours() {
	for _, origin := range r.root().neighbours.all() {
		r.report.Notes = append(r.report.Notes, fmt.Sprintf("origins: the app's page calls %s, another port of the app's own host: that is taken for the app's own, and what is sent there is judged; to pin it, put this into standin.yaml:\norigins: [%q]", origin, origin))
	}
}
