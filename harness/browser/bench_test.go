package browser

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/fetch"

	"github.com/standin-dev/standin/fakehost/clock"
	"github.com/standin-dev/standin/harness/browser/relay"
)

// untapped switches the tap off for as long as do runs: what the same browser does
// without it. No context may be at work meanwhile.
func (b *Browser) untapped(tb testing.TB, do func()) {
	tb.Helper()
	ctx, cancel := context.WithTimeout(tb.Context(), patience)
	defer cancel()
	if _, err := call(ctx, b.conn.root(), fetch.Disable, cdp.Empty{}); err != nil {
		tb.Fatal(err)
	}
	defer func() {
		ctx, cancel := context.WithTimeout(tb.Context(), patience) // do took its own time
		defer cancel()
		if err := b.enableFetch(ctx); err != nil {
			tb.Fatal(err)
		}
	}()
	do()
}

// loading is a page of ordinary size: scripts, a style sheet, images and calls.
func loading() pages {
	body := `<link rel="stylesheet" href="/style.css">`
	for i := range 4 {
		body += fmt.Sprintf(`<script src="/%d.js"></script><img src="/%d.png">`, i, i)
	}
	return pages{"/": html(body + `<script>self.calls = Promise.all([1, 2, 3].map(i => fetch('/api?' + i).then(r => r.text())))</script>`)}
}

// loadOnce is how long it takes from the navigation to the app's calls being
// answered.
func loadOnce(r *rig) time.Duration {
	began := clock.System()
	r.goTo("/")
	if err := r.page.Loaded(r.ctx, patience, true); err != nil {
		r.t.Fatal(err)
	}
	r.do(`self.calls.then(() => 0)`)
	return clock.System().Sub(began)
}

// BenchmarkPageLoad is what tap and clock cost a page: the ratio of the median
// load with them to the median load without, in the same browser.
func BenchmarkPageLoad(b *testing.B) {
	browser := theBrowser(b)
	var tapped, bare []time.Duration
	load := func(o ContextOptions) time.Duration {
		r := newRigIn(b, browser, loading(), o)
		defer r.close()
		return loadOnce(r)
	}
	for b.Loop() {
		for range 7 {
			tapped = append(tapped, load(ContextOptions{}))
			browser.untapped(b, func() { bare = append(bare, load(ContextOptions{bare: true})) })
		}
	}
	with, without := median(tapped), median(bare)
	b.ReportMetric(float64(with)/float64(without), "ratio")
	b.ReportMetric(ms(with), "tapped-ms")
	b.ReportMetric(ms(without), "bare-ms")
}

// BenchmarkTap is what the tap adds to each of the requests that a page sends at
// once.
func BenchmarkTap(b *testing.B) {
	for _, n := range []int{1, 10, 1000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			browser := theBrowser(b)
			times := map[int]int{1: 40, 10: 20, 1000: 2}[n]
			once := func(o ContextOptions) []time.Duration {
				r := newRigIn(b, browser, pages{"/": html("")}, o)
				defer r.close()
				r.goTo("/")
				if err := r.page.Loaded(r.ctx, patience, true); err != nil {
					b.Fatal(err)
				}
				send := fmt.Sprintf(`Promise.all([...Array(%d).keys()].map(i => fetch('/api?' + i).then(r => r.text()))).then(() => 0)`, n)
				r.do(send) // opens the connections
				var took []time.Duration
				for range times {
					began := clock.System()
					r.do(send)
					took = append(took, clock.System().Sub(began))
				}
				return took
			}
			var tapped, bare []time.Duration
			for b.Loop() {
				tapped = append(tapped, once(ContextOptions{})...)
				browser.untapped(b, func() { bare = append(bare, once(ContextOptions{bare: true})...) })
			}
			with, without := median(tapped), median(bare)
			b.ReportMetric(float64((with-without).Microseconds())/float64(n), "tap-us/req")
			b.ReportMetric(float64(without.Microseconds())/float64(n), "bare-us/req")
			b.ReportMetric(float64(with)/float64(without), "ratio")
		})
	}
}

// BenchmarkRelay is what a request takes that goes through the relay, as a page measures
// it: by HTTP, to compare, without it; by HTTP; by HTTPS.
func BenchmarkRelay(b *testing.B) {
	for _, c := range []struct {
		name  string
		start func(http.Handler) *httptest.Server
		how   *relay.Rewriting
	}{{"direct", httptest.NewServer, nil}, {"http", httptest.NewServer, rewriting()}, {"https", httptest.NewTLSServer, rewriting()}} {
		b.Run(c.name, func(b *testing.B) {
			r := newRigBy(b, theBrowser(b), c.start, nil, ContextOptions{Outbound: swap, Rewriting: c.how})
			r.app.Config.Handler = serveLoad
			r.ctx = b.Context()
			r.show("/")
			var took []time.Duration
			for b.Loop() {
				for _, ms := range eval[[]float64](r, `sendMany(0, 1000)`) {
					took = append(took, time.Duration(ms*float64(time.Millisecond)))
				}
			}
			b.ReportMetric(ms(median(took))/atOnce, "ms/req")
		})
	}
}

// BenchmarkJump is what it takes to move the clocks of a page with a host, an app
// and a nested frame, by more than a token's life.
func BenchmarkJump(b *testing.B) {
	for _, kind := range []clock.Kind{clock.Sleep, clock.SleepPaused, clock.Run} {
		b.Run(string(kind), func(b *testing.B) {
			r := newRig(b, pages{"/": html(`<iframe src="/nested"></iframe><script>setInterval(() => 0, 60000)</script>`), "/nested": html("")}, ContextOptions{})
			r.ctx = b.Context()
			r.show("/")
			var took []time.Duration
			for b.Loop() {
				began := clock.System()
				r.advance(16*time.Minute, kind)
				took = append(took, clock.System().Sub(began))
			}
			b.ReportMetric(ms(median(took)), "ms/jump")
		})
	}
}

// BenchmarkSettle is what it takes to see that a page at rest is at rest.
func BenchmarkSettle(b *testing.B) {
	r := newRig(b, pages{"/": html("")}, ContextOptions{})
	r.ctx = b.Context()
	r.show("/")
	for b.Loop() {
		r.settle()
	}
}

func median(d []time.Duration) time.Duration {
	slices.Sort(d)
	return d[len(d)/2]
}

func ms(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
