package scenarios_test

import (
	"bytes"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/standin-dev/standin/fixtures/apps"
	"github.com/standin-dev/standin/harness/report"
)

// throttle is a script by which a page takes no second click within a second.
const throttle = `<script>{
	let shut = false;
	addEventListener('click', e => {
		if (shut) { e.preventDefault(); e.stopImmediatePropagation(); return }
		shut = true;
		setTimeout(() => shut = false, 1000);
	}, true);
}</script>`

// throttled is an app whose pages have the script.
type throttled struct{ deleter }

func (a throttled) ServeHTTP(w http.ResponseWriter, q *http.Request) {
	answer := httptest.NewRecorder()
	a.deleter.(http.Handler).ServeHTTP(answer, q)
	maps.Copy(w.Header(), answer.Header())
	body := answer.Body.Bytes()
	if strings.HasPrefix(answer.Header().Get("Content-Type"), "text/html") {
		w.Header().Del("Content-Length")
		body = bytes.Replace(body, []byte("<head>"), []byte("<head>"+throttle), 1)
	}
	w.WriteHeader(answer.Code)
	_, _ = w.Write(body)
}

// TestThrottledControls: an app that takes no second click within a second is used all
// the same after the laptop slept, and its verdict is that of its requests.
func TestThrottledControls(t *testing.T) {
	t.Parallel()
	app, ok := apps.ByName("interceptor")
	if !ok {
		t.Fatal("there is no such sample")
	}
	plain := app.New
	app.New = func(o apps.Options) http.Handler { return throttled{plain(o).(deleter)} }
	list := pick(t, "time/sleep-timers-paused", "time/clock-steps-back")
	r, _ := play(t, app, list, nil)
	for _, s := range r.Scenarios {
		if s.Verdict != report.Pass {
			t.Errorf("%s: %s %s", s.ID, s.Verdict, s.Reason)
		}
	}
}
