package judge

import (
	"fmt"
	"slices"

	"github.com/standin-dev/standin/harness/timeline"
)

// Difference is what came of playing the same scenario twice, the second time with
// no Referer on any request of the app.
type Difference struct {
	// Findings name the requests that the back end took with a Referer and refused
	// without one.
	Findings []Finding
	// Compared counts the requests that were sent both times and taken the first
	// time.
	Compared int
	// Sockets says that all that had to prove who asks were WebSockets, which have no
	// Referer.
	Sockets bool
}

// Differ compares a scenario with the same one played without Referers. Requests
// are the same by method and path, in the order in which they were sent. Exchanges
// in the findings are those of the first.
func Differ(with, without Input) Difference {
	type key struct{ method, path string }
	again := map[key][]*timeline.Exchange{}
	for _, x := range needProof(&without) {
		k := key{x.Method, pathOf(x.URL)}
		again[k] = append(again[k], x)
	}
	var d Difference
	c := newCourt(&with, classify(&with))
	seen := map[key]int{}
	for _, x := range needProof(&with) {
		k := key{x.Method, pathOf(x.URL)}
		n := seen[k]
		seen[k]++
		if n >= len(again[k]) || !taken(x) && (x.Status < 300 || x.Status >= 400) {
			continue
		}
		second := again[k][n]
		if second.Status == 0 {
			continue
		}
		d.Compared++
		if refusal(second) {
			d.Findings = append(d.Findings, c.flipped(x, second))
		}
	}
	d.Findings = collect(&with, d.Findings)
	d.Sockets = socketsAlone(c)
	return d
}

// socketsAlone tells whether WebSockets are all that had to prove who asks.
func socketsAlone(c *court) bool {
	sockets := false
	for i, class := range c.classes {
		if class != Protected && class != LaterDocument {
			continue
		}
		if c.in.Exchanges[i].Type != "WebSocket" {
			return false
		}
		sockets = true
	}
	return sockets
}

// needProof are the requests of a timeline that must prove who asks, by what came
// of them the first time or, where that says nothing, of their kind.
func needProof(in *Input) []*timeline.Exchange {
	classes := classify(in)
	var out []*timeline.Exchange
	for i := range in.Exchanges {
		if slices.Contains([]Class{Protected, LaterDocument, Public, Asset}, classes[i]) {
			out = append(out, &in.Exchanges[i])
		}
	}
	return out
}

// flipped tells of a request that was refused once its Referer was gone.
func (c *court) flipped(x, second *timeline.Exchange) Finding {
	f := Finding{
		Rule: DependsOnReferer, Exchange: x.ID,
		Message:  fmt.Sprintf("%s was answered %d with its Referer, and %d without.", name(x), x.Status, second.Status),
		Expected: "the same answer without a Referer",
		Actual:   fmt.Sprintf("%d, for the same request without a Referer", second.Status),
	}
	own, referer := FindCarriers(x, c.order)
	switch {
	case len(own) > 0 && own[0].Known != nil:
		f.Carrier = own[0]
		f.Cause = fmt.Sprintf("It carried a token in %s both times, so the back end wants a Referer besides.", own[0].Spec)
	case len(referer) > 0:
		f.Carrier = referer[0]
		f.Cause = "The back end took the token from the Referer, " + shown(x.Header.Get("Referer")) + "; the request itself had none."
	default:
		f.Cause = "The back end took who asks from the Referer, " + shown(x.Header.Get("Referer")) + "; the request itself had no token."
	}
	return f
}
