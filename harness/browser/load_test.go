package browser

import (
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/standin-dev/standin/fakehost/clock"
)

// many is a long run's requests. TestLoad sends few, in so many parts, and some in a soak.
const many, some, few, parts = 10_000, 3_000, 750, 5

// atOnce is how many requests sendMany has in flight.
const atOnce = 20

// sendMany sends so many requests, twenty at a time, and tells how long each took,
// in ms.
const sendMany = `const sendMany = async (first, n) => {
	const took = [];
	const one = async i => {
		const from = performance.now();
		await (await fetch('/api?i=' + i, {method: i % 3 ? 'GET' : 'POST', headers: {Authorization: 'JWT ' + 'x'.repeat(300)}, body: i % 3 ? undefined : '{"a":1}'})).text();
		took.push(performance.now() - from);
	};
	for (let i = first; i < first + n; i += 20) await Promise.all([...Array(Math.min(20, first + n - i)).keys()].map(k => one(i + k)));
	return took;
}`

func heap() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// newLoad shows a page that can send many requests. Its server keeps nothing.
func newLoad(t testing.TB, o ContextOptions) *rig {
	t.Helper()
	r := newRigIn(t, theBrowser(t), nil, o)
	r.app.Config.Handler = serveLoad
	r.ctx = t.Context()
	r.show("/")
	return r
}

var serveLoad = pageOrAnswer{}

// TestLoad: none of many requests is missing, and one takes no more memory at the end of
// a run than at its beginning. What it takes of time is BenchmarkLoad's to say. Few
// requests show it in CI: what each takes of memory with each before it adds up to the bound
// of the few as to that of the more that a soak sends, some four bytes in both.
func TestLoad(t *testing.T) {
	sent, spare := few, int64(256<<10)
	if soaks() {
		sent, spare = some, 4<<20
	}
	r := newLoad(t, ContextOptions{Outbound: swap})
	var grown []int64 // by how many bytes, with each part
	for i := range parts {
		before := heap()
		r.do(fmt.Sprintf(`sendMany(%d, %d).then(() => 0)`, i*sent/parts, sent/parts))
		r.settle()
		if n := len(r.page.Exchanges()); n < (i+1)*sent/parts {
			t.Errorf("after part %d there are %d exchanges", i, n)
		}
		grown = append(grown, heap()-before)
	}
	n := 0
	for _, x := range r.page.Exchanges() {
		if strings.Contains(x.URL, "/api?i=") {
			n++
			if x.Status != 200 || !x.Ended {
				t.Fatalf("exchange %d has status %d, ended %v", x.ID, x.Status, x.Ended)
			}
		}
	}
	if n != sent {
		t.Errorf("%d requests are told of %d", n, sent)
	}
	t.Logf("by how many bytes each part has it grow: %d", grown)
	if first, last := grown[1], grown[parts-1]; last > 2*first+spare { // the very first opens connections
		t.Errorf("it takes more and more memory: %d", grown)
	}
}

// BenchmarkLoad is what each of many requests costs in a run, and what of it is the
// tap's: the difference of the medians that the page measures, shared among those
// that are in flight at once.
func BenchmarkLoad(b *testing.B) {
	const atATime = 1000 // a page that answers nothing for longer than these take counts as busy
	for _, n := range []int{1000, many} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			browser := theBrowser(b)
			var tapped, bare []time.Duration
			var total time.Duration
			var grown int64
			send := func(o ContextOptions) (out []time.Duration) {
				r := newLoad(b, o)
				defer r.close()
				before, began := heap(), clock.System()
				for first := 0; first < n; first += atATime {
					for _, ms := range eval[[]float64](r, fmt.Sprintf(`sendMany(%d, %d)`, first, atATime)) {
						out = append(out, time.Duration(ms*float64(time.Millisecond)))
					}
				}
				total, grown = clock.System().Sub(began), heap()-before
				return out
			}
			for b.Loop() {
				browser.untapped(b, func() { bare = append(bare, send(ContextOptions{bare: true})...) })
				tapped = append(tapped, send(ContextOptions{Outbound: swap})...)
			}
			with, without := median(tapped), median(bare)
			b.ReportMetric(ms(with-without)/atOnce, "tap-ms/req")
			b.ReportMetric(ms(without)/atOnce, "bare-ms/req")
			b.ReportMetric(float64(total.Microseconds())/float64(n), "us/req")
			b.ReportMetric(float64(grown)/float64(n), "heap-B/req")
		})
	}
}
