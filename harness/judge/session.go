package judge

import (
	"fmt"
	"time"

	"github.com/standin-dev/standin/harness/timeline"
)

// An app cannot see when a session of its own ends that is no JWT: it learns that by a
// refusal. So the first refusal of one is no breach, and neither is what was under way
// then. It is one to go on with it.

// ending is a request that was refused, for its session had ended.
type ending struct {
	exchange *timeline.Exchange
	carrier  Carrier
	since    time.Duration // how long before
}

// sessions looks at what became of the sessions that ended.
func (c *court) sessions() {
	refused := map[string]*ending{}
	for i := range c.ended {
		e := &c.ended[i]
		first, met := refused[e.carrier.Value]
		if !met {
			refused[e.carrier.Value] = e
			continue
		}
		if c.wentOn(first, e) {
			c.found(sentOn(c, first, e))
		}
	}
}

// wentOn reports whether a session was sent although its refusal was known. While the
// app trades for another, which takes a moment, other parts of it may still send the old
// one.
func (c *court) wentOn(first, e *ending) bool {
	x, was := e.exchange, first.exchange.Answered
	if was.IsZero() || !x.At.After(was) {
		return false
	}
	return c.steps(was, x.At) > 0 || x.At.Sub(was) > retrySpan || !c.replaced(first)
}

// replaced reports whether the app sent another credential in the place of one that was
// refused, which the back end took.
func (c *court) replaced(first *ending) bool {
	spec := first.carrier.Spec
	for i := range c.in.Exchanges {
		x := &c.in.Exchanges[i]
		if c.classes[i] != Protected && c.classes[i] != LaterDocument || !x.At.After(first.exchange.Answered) || !taken(x) {
			continue
		}
		own, _ := FindCarriers(x, c.order)
		if len(own) > 0 && own[0].Spec.Place == spec.Place && own[0].Spec.Name == spec.Name && own[0].Value != first.carrier.Value {
			return true
		}
	}
	return false
}

func sentOn(c *court, first, e *ending) Finding {
	x, was := e.exchange, first.exchange
	return Finding{
		Rule: Expired, Exchange: x.ID, Carrier: e.carrier,
		Message:  fmt.Sprintf("%s carried a session that had ended %s before, and had been refused.", name(x), timeline.Span(e.since)),
		Expected: "another session, which the app trades for a token of AP.context.getToken() when this one is refused",
		Actual:   fmt.Sprintf("the same session in %s, %s after its refusal; the answer was %s", e.carrier.Spec, timeline.Span(x.At.Sub(was.Answered)), answer(x)),
		Cause:    fmt.Sprintf("%s was answered %d at %s, for its session had ended (sessionLife: %s), and the app went on with it.", name(was), was.Status, c.when(was.Answered), timeline.Span(c.in.Policy.SessionLife)),
		CauseAt:  was.At,
	}
}
