package differential

import (
	"fmt"
	"testing"
)

// timeGetToken calls AP.context.getToken n times in a frame of our page, one after the other, and gives the
// median in milliseconds. The cache is young, so that every call is answered from it.
const timeGetToken = `(async () => {
	const took = [];
	for (let i = 0; i < %d; i += 1) {
		const started = performance.now();
		await AP.context.getToken();
		took.push(performance.now() - started);
	}
	took.sort((a, b) => a - b);
	return took[Math.floor(took.length / 2)];
})()`

func measureGetToken(t testing.TB, p *player, n int) float64 {
	t.Helper()
	var median float64
	if err := p.tab.EvalFrame(t.Context(), fmt.Sprintf(timeGetToken, n), &median); err != nil {
		t.Fatal(err)
	}
	return median
}

// tokenPage is a frame of our host, with the published or with our all.js.
func tokenPage(t testing.TB, s setup) *player {
	t.Helper()
	p := newPlayer(t, s)
	p.openScene(declaredScene{Name: "speed", sceneSettings: sceneSettings{
		Bare: true, Frames: []frameSettings{{Key: "page", Page: map[string]string{"bare": "yes"}}},
	}})
	if err := p.tab.Loaded(t.Context(), patience, true); err != nil {
		t.Fatal(err)
	}
	p.settle()
	measureGetToken(t, p, 50) // the first calls are compiled on the way
	return p
}

// TestGetTokenFromCache logs what a call takes. The goal is under 2 ms; a machine that is busy with other
// things may take longer, so that only what cannot be an answer from a cache fails.
func TestGetTokenFromCache(t *testing.T) {
	for _, s := range []setup{bothOurs, ourHost} {
		median := measureGetToken(t, tokenPage(t, s), 300)
		t.Logf("%s: AP.context.getToken() from the cache takes %.2f ms (median of 300; the goal is under 2 ms)", s.name, median)
		if median > 200 {
			t.Errorf("%s: %.0f ms is no answer from a cache", s.name, median)
		}
	}
}

func BenchmarkGetTokenFromCache(b *testing.B) {
	p := tokenPage(b, bothOurs)
	for b.Loop() {
		b.ReportMetric(measureGetToken(b, p, 100), "ms/median")
	}
}
