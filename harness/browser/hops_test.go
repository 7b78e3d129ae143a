package browser

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"
)

// TestOriginOfRedirects: the Origin of a request that redirects take to other origins is
// what it is without the tap, on the wire and in the record: the page's at the first that
// is foreign, and null from one foreign origin to another, or back.
func TestOriginOfRedirects(t *testing.T) {
	t.Parallel()
	hop := func(w http.ResponseWriter, q *http.Request) {
		w.Header().Set("Access-Control-Allow-Origin", "*")
		if to := q.URL.Query().Get("to"); to != "" {
			http.Redirect(w, q, to, http.StatusTemporaryRedirect)
		}
	}
	r := newRig(t, pages{"/": html(""), "/hop": hop}, ContextOptions{Outbound: swap})
	var others [2]string
	for i := range others {
		other := httptest.NewServer(r.record(pages{"/hop": hop}))
		t.Cleanup(other.Close)
		others[i] = other.URL
	}
	r.show("/")
	for n, hops := range [][]string{{"", others[0], others[1]}, {"", others[0], ""}, {others[0], ""}, {others[0], others[1]}, {others[0], others[0]}} {
		for _, method := range []string{"GET", "POST"} {
			uri := fmt.Sprintf("/hop?last=%s-%d", method, n)
			to := r.appURL + uri
			if last := hops[len(hops)-1]; last != "" {
				to = last + uri
			}
			for i := len(hops) - 2; i >= 0; i-- {
				to = hops[i] + "/hop?to=" + url.QueryEscape(to)
			}
			r.do(fmt.Sprintf(`fetch(%q, {method: %q}).then(a => a.text())`, to, method))
			want := "null"
			if n == 4 {
				want = r.appURL
			}
			if got, told := r.server(method, uri).Header.Get("Origin"), r.one(method, uri).Header.Get("Origin"); got != want || told != want {
				t.Errorf("%s by %q has the Origin %q, and is told with %q, want %q", method, hops, got, told, want)
			}
		}
	}
}
