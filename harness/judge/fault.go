package judge

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/standin-dev/standin/harness/timeline"
)

// faults hears what the app does while something is wrong on purpose, and after.
func (c *court) faults() {
	var unanswered []timeline.Event
	for _, e := range c.in.Events {
		switch e.Kind {
		case timeline.Unanswered:
			if e.Call != "context.getContext" {
				unanswered = append(unanswered, e)
			}
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

// sentWithout judges a request that leaves without a good token while the host gives
// none, on purpose: what the host withholds is not the app's breach, so that whatever it
// sends in the token's place is the same advice.
func (c *court) sentWithout(x *timeline.Exchange, with, actual string, k Carrier) {
	f := Finding{
		Rule: SentWithout, Exchange: x.ID, Carrier: k,
		Message:  fmt.Sprintf("%s was sent %s, while the host gave none.", name(x), with),
		Expected: "no request", Actual: actual,
	}
	if e := lastBefore(c.index.faults, x.At); e != nil {
		f.Cause, f.CauseAt = "In this scenario the host withholds the token: "+strings.TrimSuffix(e.Text, ".")+".", e.At
	}
	c.found(f)
}

// withheldInstead judges what a request carries in the place of a token that the host
// withholds. It reports whether there was something to find: a good token is judged as
// ever.
func (c *court) withheldInstead(x *timeline.Exchange, k Carrier, class Class) bool {
	if !c.withheld(x.At) || c.valid(x, k, class) {
		return false
	}
	switch {
	case strings.TrimSpace(k.Value) == "":
		c.sentWithout(x, "with nothing in the place of a token", fmt.Sprintf("an empty text in %s; the answer was %s", k.Spec, answer(x)), k)
	case IsJunk(k.Value):
		c.sentWithout(x, fmt.Sprintf("with %q in the place of a token", k.Value), fmt.Sprintf("%q in %s; the answer was %s", k.Value, k.Spec, answer(x)), k)
	case c.expiry(x, k) != nil:
		c.sentWithout(x, "with a token that had expired", fmt.Sprintf("a %s in %s; the answer was %s", c.age(x, k), k.Spec, answer(x)), k)
	default:
		c.sentWithout(x, "without a good token", fmt.Sprintf("a %s in %s that is not good; the answer was %s", KindOf(k), k.Spec, answer(x)), k)
	}
	return true
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
	if did == 0 || since(c.index.judged, e.At) > 0 || c.silentSince(e.At) {
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

// silentSince reports whether the host left a call of the app without an answer from an
// instant on: then the app was not to blame for waiting.
func (c *court) silentSince(from time.Time) bool {
	return slices.ContainsFunc(c.in.Events, func(e timeline.Event) bool { return e.Kind == timeline.Unanswered && !e.At.Before(from) })
}

// since counts the instants from one on.
func since(list []time.Time, from time.Time) int {
	if len(list) == 0 {
		return 0
	}
	return between(list, from, list[len(list)-1])
}
