package harness

import (
	"fmt"
	"strings"

	"github.com/standin-dev/standin/fakehost/token"
	"github.com/standin-dev/standin/harness/har"
)

// issuers are tenants by their client keys, each with where it was seen.
type issuers struct {
	order []string
	seen  map[string]string
}

func (i *issuers) add(key, where string) {
	if key == "" || i.seen[key] != "" {
		return
	}
	if i.seen == nil {
		i.seen = map[string]string{}
	}
	i.order, i.seen[key] = append(i.order, key), where
}

// only is the one that there is; empty: there is none.
func (i *issuers) only(name string) (string, error) {
	switch len(i.order) {
	case 0:
		return "", nil
	case 1:
		return i.order[0], nil
	}
	told := make([]string, len(i.order))
	for n, key := range i.order {
		told[n] = fmt.Sprintf("%s (%s)", key, i.seen[key])
	}
	return "", fmt.Errorf("%w: %s has the app in several tenants, %s; say which is meant, as --client-key %s",
		ErrRecording, name, strings.Join(told, ", "), i.order[0])
}

// issuersOf are the tenants whose tokens open the app's pages.
func issuersOf(pages []*opened) issuers {
	var out issuers
	for _, m := range pages {
		out.add(m.issuer, m.host)
	}
	return out
}

// senders are the tenants whose tokens the app sends, for a recording that has no page
// with one. The host's own tokens have a hash.
func (a *recordedApp) senders(l *har.Log) issuers {
	var out issuers
	for i := range l.Pages {
		list := l.Pages[i].Exchanges
		for j := range list {
			if !a.owns(list[j].URL) {
				continue
			}
			for _, raw := range tokensOf(&list[j]) {
				if t, err := token.Parse(raw); err == nil && t.Claims.QSH != "" {
					out.add(t.Claims.Issuer, pathOf(list[j].URL))
				}
			}
		}
	}
	return out
}
