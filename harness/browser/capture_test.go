package browser

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/standin-dev/standin/fixtures/requests"
	"github.com/standin-dev/standin/harness/timeline"
)

// captureRuns is how often the fixture is played: by default twice.
const captureRuns = "STANDIN_CAPTURE_RUNS"

// agree bounds the wait until the timeline says of one kind what the back end's log
// says.
const agree = 10 * time.Second

// TestCapture: what the timeline has of the app's requests is what reached its back
// end, one for one, each with the same method, address, Authorization, Referer and
// Cookie; none is lost, none is there twice. Every second time all of it goes through the
// relay, by TLS.
func TestCapture(t *testing.T) {
	runs := 2
	if n, err := strconv.Atoi(os.Getenv(captureRuns)); err == nil {
		runs = n
	}
	for i := range runs {
		t.Run(fmt.Sprint(i+1), func(t *testing.T) {
			app := requests.New()
			show := newCapture
			if i%2 == 1 {
				show = newEncryptedCapture
			}
			r := show(t, theBrowser(t), app)
			defer r.close()
			for _, name := range eval[[]string](r, `Object.keys(kinds)`) {
				r.capture(t, app, name)
			}
			if told := differences(app.Log(), r.exchanges(), ""); len(told) > 0 {
				t.Errorf("in the end:\n%s", strings.Join(told, "\n"))
			}
		})
	}
}

// newCapture shows the fixture in a host's page.
func newCapture(t testing.TB, b *Browser, app http.Handler) *rig {
	t.Helper()
	return newRigIn(t, b, nil, ContextOptions{}).serving(t, app)
}

// newEncryptedCapture is newCapture through the relay, by TLS.
func newEncryptedCapture(t testing.TB, b *Browser, app http.Handler) *rig {
	t.Helper()
	how := rewriting()
	how.Concerns = func(string) bool { return true }
	return newRigBy(t, b, httptest.NewTLSServer, nil, ContextOptions{Rewriting: how}).serving(t, app)
}

// serving shows another app.
func (r *rig) serving(t testing.TB, app http.Handler) *rig {
	t.Helper()
	r.app.Config.Handler = app
	r.ctx = t.Context()
	r.show("/")
	return r
}

// capture sends the requests of one kind, and waits until timeline and log agree on
// them.
func (r *rig) capture(t testing.TB, app *requests.App, name string) {
	t.Helper()
	ctx, cancel := bound(r.ctx, patience, "the page to send "+name)
	defer cancel()
	if err := r.page.EvalFrame(ctx, fmt.Sprintf(`run(%q)`, name), nil); err != nil {
		t.Errorf("%s: %v\nlog:\n%s", name, err, logLines(app.Log(), name))
		return
	}
	err := r.page.Await(r.ctx, agree, "timeline and log to agree on "+name, func() (bool, string) {
		told := differences(app.Log(), r.exchanges(), name)
		return len(told) == 0, "\n" + strings.Join(told, "\n")
	})
	if err != nil {
		t.Errorf("%s: %v", name, err)
	}
}

// exchanges are those with the app, in the form in which its log has requests. What
// a cache answered never left, and of what has no answer nobody knows.
func (r *rig) exchanges() (told []telling) {
	for _, x := range r.page.Exchanges() {
		u, err := url.Parse(x.URL)
		if err != nil || u.Port() != appPort(r) || u.Path == "/seen" || x.FromCache || x.Blocked {
			continue
		}
		address, _, _ := strings.Cut(x.URL, "#")
		told = append(told, telling{
			Received: requests.Received{
				Method: x.Method, URL: address, Authorization: x.Header.Get("Authorization"),
				Referer: x.Header.Get("Referer"), Cookie: x.Header.Get("Cookie"),
			},
			answered: x.Status != 0, x: x,
		})
	}
	return told
}

// telling is an exchange as the log would have it.
type telling struct {
	requests.Received
	answered bool
	x        timeline.Exchange
}

func appPort(r *rig) string {
	u, err := url.Parse(r.appURL)
	if err != nil {
		r.t.Fatal(err)
	}
	return u.Port()
}

// differences compares log and timeline as sets in which things may be twice: all,
// or those of one kind.
func differences(log []requests.Received, told []telling, kind string) (out []string) {
	left := map[requests.Received]int{}
	for _, r := range log {
		r.Body = ""
		left[r]++
	}
	var extra []telling
	for _, x := range told {
		if left[x.Received]--; left[x.Received] < 0 {
			left[x.Received]++
			if x.answered {
				extra = append(extra, x)
			}
		}
	}
	for r, n := range left {
		for range n {
			out = append(out, fmt.Sprintf("received, not told: %+v", r))
		}
	}
	for _, x := range extra {
		out = append(out, fmt.Sprintf("told, not received: %+v: %s", x.Received, strings.TrimSpace(lines([]timeline.Exchange{x.x}))))
	}
	if kind != "" {
		out = slices.DeleteFunc(out, func(line string) bool { return !strings.Contains(line, "/r/"+kind+"/") })
	}
	slices.Sort(out)
	return out
}

func logLines(log []requests.Received, kind string) string {
	var b strings.Builder
	for _, r := range log {
		if r.Kind() == kind {
			fmt.Fprintf(&b, "%+v\n", r)
		}
	}
	return b.String()
}
