package judge

import (
	"fmt"
	"slices"
	"time"

	"github.com/standin-dev/standin/harness/timeline"
)

const (
	// loopLength is how many refusals of the same request within loopSpan are a
	// loop. A person who presses a button again and again stays below it.
	loopLength = 12
	loopSpan   = time.Minute
	// pacedLength is how many intervals of accepted requests make a pace of the app's own,
	// and a paceSlack-th of one is how much longer than the refused ones' they may be.
	pacedLength, paceSlack = 3, 4
	// retrySpan is how soon after a refusal the same request counts as a retry.
	retrySpan = 5 * time.Second
)

// retries hears what an app does when it is refused.
func (c *court) retries() {
	type key struct{ method, url string }
	refused, accepted := map[key][]*timeline.Exchange{}, map[key][]*timeline.Exchange{}
	looping := map[key]bool{}
	for i := range c.in.Exchanges {
		x := &c.in.Exchanges[i]
		if c.classes[i] != Protected && c.classes[i] != LaterDocument || c.withheld(x.At) {
			continue // what the host withholds, no try can mend
		}
		k := key{x.Method, pathOf(x.URL)}
		if n := len(refused[k]); n > 0 {
			c.retried(refused[k][n-1], x)
		}
		if !refusesToken(x.Status) {
			accepted[k] = append(accepted[k], x)
			continue // an error that comes again and again is no matter of tokens
		}
		refused[k] = append(refused[k], x)
		if n := len(refused[k]); n >= loopLength && !looping[k] {
			looping[k] = c.loop(refused[k][n-loopLength:], accepted[k])
		}
	}
}

// handedBetween tells whether the host gave a token to a page between two instants.
func (c *court) handedBetween(raw string, from, to time.Time) bool {
	return slices.ContainsFunc(c.handed[raw], func(at time.Time) bool { return !at.Before(from) && !at.After(to) })
}

// loop looks at the last refusals of the same request. What was sent at the same pace before,
// while it was accepted, is no loop: it follows a timer of the app's own.
func (c *court) loop(last, accepted []*timeline.Exchange) bool {
	first, x := last[0], last[len(last)-1]
	span := x.At.Sub(first.At)
	if span > loopSpan || c.steps(first.At, x.At) > 1 || c.paced(accepted, span/time.Duration(len(last)-1)) {
		return false
	}
	f := Finding{
		Rule: RefusalLoop, Exchange: x.ID,
		Message:  fmt.Sprintf("%s was sent and refused %d times within %s, and nobody did anything.", name(x), len(last), timeline.Span(span)),
		Expected: "one more try with a new token, and then an end",
		Actual:   fmt.Sprintf("%d refusals in a row, the last of them %d", len(last), x.Status),
		Cause:    fmt.Sprintf("%s was refused with %d at %s, and the app tried again at once.", name(first), first.Status, c.when(first.At)),
		CauseAt:  first.At,
	}
	if own, _ := FindCarriers(x, c.order); len(own) > 0 {
		f.Carrier = own[0]
	}
	c.found(f)
	return true
}

// paced reports whether a request was sent several times by itself at a pace, or faster.
func (c *court) paced(sent []*timeline.Exchange, pace time.Duration) bool {
	n := 0
	for i, x := range sent {
		if i == 0 || sent[i-1].Frame != x.Frame {
			continue
		}
		before := sent[i-1].At
		if x.At.After(before) && x.At.Sub(before) <= pace+pace/paceSlack && c.steps(before, x.At) == 0 {
			n++
		}
	}
	return n >= pacedLength
}

// steps counts what the person did between two instants.
func (c *court) steps(from, to time.Time) int { return between(c.index.steps, from, to) }

// retried hears a request that follows the refusal of the same one at once, with
// nothing in between that a person did.
func (c *court) retried(before, x *timeline.Exchange) {
	if before.Status != 401 || before.Answered.IsZero() || x.At.Before(before.Answered) || x.At.Sub(before.Answered) > retrySpan ||
		before.Frame != x.Frame || before.RedirectOf != 0 || c.steps(before.At, x.At) > 0 {
		return
	}
	was, _ := FindCarriers(before, c.order)
	is, _ := FindCarriers(x, c.order)
	if len(was) == 0 || len(is) == 0 || is[0].Value != was[0].Value || is[0].Known == nil || is[0].Known.Virtual == nil {
		return
	}
	if c.handedBetween(is[0].Value, before.Answered, x.At) {
		return // it asked for another, and the host, which keeps tokens for a moment, gave the same
	}
	c.found(Finding{
		Rule: SameTokenAgain, Exchange: x.ID, Carrier: is[0],
		Message:  fmt.Sprintf("%s was refused, and sent again with the same token.", name(x)),
		Expected: "a token that is newer than the one which was refused",
		Actual:   fmt.Sprintf("%s, the same as %s before", c.age(x, is[0]), timeline.Span(x.At.Sub(before.At))),
		Cause:    fmt.Sprintf("%s was answered %d at %s. %s", name(before), before.Status, c.when(before.Answered), c.birth(is[0])),
		CauseAt:  before.At,
	})
}
