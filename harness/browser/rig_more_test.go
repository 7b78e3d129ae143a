package browser

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"

	"github.com/chromedp/cdproto/network"

	"github.com/standin-dev/standin/harness/timeline"
)

// quote writes a value as a script has it.
func quote(v any) string {
	raw, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return string(raw)
}

// neglectHang keeps Settle from waiting for what is never answered.
func neglectHang(x timeline.Exchange) bool { return strings.Contains(x.URL, "/hang") }

// jarOf makes cookies of "name|domain|path|secure|site of the tab|cross-site".
func jarOf(list ...string) []*network.Cookie {
	var jar []*network.Cookie
	for _, text := range list {
		f := strings.Split(text, "|")
		c := &network.Cookie{Name: f[0], Value: "v", Domain: f[1], Path: f[2], Secure: len(f) > 3}
		if len(f) > 4 {
			c.PartitionKey = &network.CookiePartitionKey{TopLevelSite: f[4], HasCrossSiteAncestor: f[5] == "true"}
		}
		jar = append(jar, c)
	}
	return jar
}

// pageOrAnswer shows a page that can send many requests and answers those.
type pageOrAnswer struct{}

func (pageOrAnswer) ServeHTTP(w http.ResponseWriter, q *http.Request) {
	if q.URL.Path == "/" {
		html(`<script>`+sendMany+`</script>`)(w, q)
		return
	}
	_, _ = io.Copy(io.Discard, q.Body)
	text("application/json", `{"ok":true}`)(w, q)
}
