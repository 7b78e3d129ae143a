package judge

import (
	"fmt"
	"time"

	"github.com/standin-dev/standin/harness/timeline"
)

// faults hears what the app does while something is wrong on purpose, and after.
func (c *court) faults() {
	var unanswered []timeline.Event
	for _, e := range c.in.Events {
		switch e.Kind {
		case timeline.Unanswered:
			unanswered = append(unanswered, e)
		case timeline.Unmoved:
			c.unmoved(e, unanswered)
		case timeline.Mended:
			c.mended(e)
		case timeline.NotTaken:
			c.found(Finding{
				Rule: TakesRotation, CauseAt: e.At,
				Message:  "The app did not take another shared secret from a signed installed call.",
				Expected: "200 or 204", Actual: e.Place,
			})
		}
	}
}

// withheld tells whether the host gave no token at an instant, on purpose.
func (c *court) withheld(at time.Time) bool {
	e := lastBefore(c.index.faults, at)
	return e != nil && e.Kind == timeline.Withheld
}

// sentEmpty hears a request with nothing in the place of a token that the host did not give.
func (c *court) sentEmpty(x *timeline.Exchange, k Carrier) *Finding {
	return &Finding{
		Rule: SentWithout, Exchange: x.ID, Carrier: k,
		Message:  fmt.Sprintf("%s was sent with nothing in the place of a token, while the host gave none.", name(x)),
		Expected: "no request", Actual: fmt.Sprintf("an empty text in %s; the answer was %s", k.Spec, answer(x)),
	}
}

// unmoved hears that a page showed nothing new while the app waited for a token, nor
// sent anything that had to prove who asks.
func (c *court) unmoved(e timeline.Event, unanswered []timeline.Event) {
	from := e.At.Add(-e.By)
	if len(unanswered) == 0 || c.requests(from, e.At) > 0 {
		return
	}
	first := unanswered[0]
	c.found(Finding{
		Rule:     WaitsForEver,
		Message:  fmt.Sprintf("AP.context.getToken() had no answer, and %s later the page still showed what it had shown before.", timeline.Span(e.At.Sub(first.At))),
		Expected: "a word to the person after some seconds",
		Actual:   fmt.Sprintf("getToken() was left without an answer %s, and nothing changed in what the page shows", times(len(unanswered))),
		Cause:    fmt.Sprintf("The host never answered the call at %s, and AP calls have no time limit.", c.when(first.At)),
		CauseAt:  first.At,
	})
}

// mended hears what follows the end of a fault: where the person does something, the app
// must ask its back end again.
func (c *court) mended(e timeline.Event) {
	did := since(c.index.steps, e.At)
	if did == 0 || since(c.index.judged, e.At) > 0 {
		return
	}
	f := Finding{
		Rule:     Stranded,
		Message:  fmt.Sprintf("From %s on all was right again, and nothing that the person did made the app send a request.", c.when(e.At)),
		Expected: "a request with a token, at the next thing that the person does",
		Actual:   fmt.Sprintf("no request that had to prove who asks, though the person did something (%s)", times(did)),
		CauseAt:  e.At,
	}
	if e.Place != "" {
		f.Cause = fmt.Sprintf("Before that, %s, and the app did not get over it.", e.Place)
	}
	c.found(f)
}

// since counts the instants from one on.
func since(list []time.Time, from time.Time) int {
	if len(list) == 0 {
		return 0
	}
	return between(list, from, list[len(list)-1])
}
