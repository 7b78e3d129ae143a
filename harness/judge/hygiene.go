package judge

import (
	"fmt"
	"slices"
	"time"

	"github.com/standin-dev/standin/harness/timeline"
)

// Calls measures an app's calls of AP.context.getToken in a scenario.
type Calls struct {
	// Answered counts the calls that the host answered.
	Answered int
	// AtOnce is the most of them within 100 ms.
	AtOnce int
	// Requests counts the requests of the app that had to prove who asks.
	Requests int
}

const (
	// burst is how many calls within burstSpan are many, where there are not as many
	// requests within requestSpan of them.
	burst       = 10
	burstSpan   = 100 * time.Millisecond
	requestSpan = time.Second
	// needless is how many calls are many, where there are needlessTimes fewer
	// requests.
	needless, needlessTimes = 40, 4
	// stampede is how many requests for a token at the same time are several.
	stampede = 3
)

// hygiene measures what the app asks for, and hears what it asks in vain.
func (c *court) hygiene() Calls {
	var calls []timeline.Event
	for _, e := range c.in.Events {
		if e.Kind == timeline.Delivered {
			calls = append(calls, e)
		}
	}
	out := Calls{Answered: len(calls), Requests: len(c.index.judged)}
	for _, e := range c.in.Events {
		if r := e.Repetition; r != nil {
			out.Answered += r.Times * r.Asked
			out.Requests += r.Times * c.judgedAmong(r.Exchanges)
		}
	}
	from, told := 0, false
	for to, e := range calls {
		for e.At.Sub(calls[from].At) > burstSpan {
			from++
		}
		n := to - from + 1
		out.AtOnce = max(out.AtOnce, n)
		if n >= burst && !told {
			told = c.burst(calls[from], e, n)
		}
	}
	c.needless(out)
	c.stampede()
	return out
}

// judgedAmong counts the exchanges among those with these IDs that had to prove who asks.
func (c *court) judgedAmong(ids []int) int {
	n := 0
	for i, class := range c.classes {
		if (class == Protected || class == LaterDocument) && slices.Contains(ids, c.in.Exchanges[i].ID) {
			n++
		}
	}
	return n
}

// requests counts the requests that had to prove who asks between two instants.
func (c *court) requests(from, to time.Time) int { return between(c.index.judged, from, to) }

// burst hears many calls at once. Where each comes with a request of its own, that
// is how it should be.
func (c *court) burst(first, last timeline.Event, n int) bool {
	if n <= 2*c.requests(first.At.Add(-requestSpan), last.At.Add(requestSpan)) {
		return false
	}
	c.found(Finding{
		Rule:     TokenBurst,
		Message:  fmt.Sprintf("AP.context.getToken() was called %d times within %s at %s.", n, span(last.At.Sub(first.At)), c.when(first.At)),
		Expected: "a call for each request, or one whose answer is shared",
		Actual:   fmt.Sprintf("%d calls for %d requests", n, c.requests(first.At.Add(-requestSpan), last.At.Add(requestSpan))),
		CauseAt:  first.At,
	})
	return true
}

// span is timeline.Span in milliseconds where that tells more.
func span(d time.Duration) string {
	if d < time.Second {
		return d.Round(time.Millisecond).String()
	}
	return timeline.Span(d)
}

func (c *court) needless(n Calls) {
	if n.Answered < needless || n.Answered < needlessTimes*n.Requests {
		return
	}
	c.found(Finding{
		Rule:     NeedlessCalls,
		Message:  fmt.Sprintf("AP.context.getToken() was called %d times for %d requests.", n.Answered, n.Requests),
		Expected: "hardly more calls than requests",
		Actual:   fmt.Sprintf("%d calls, %d requests that had to prove who asks", n.Answered, n.Requests),
	})
}

// stampede hears requests of one kind, on their way at the same time, each of which
// brought a token of the back end's.
func (c *court) stampede() {
	var asked []*timeline.Exchange
	seen := map[int]bool{}
	for _, e := range c.in.Events {
		if e.Kind != timeline.Brought || inHeader(e) {
			continue
		}
		if x := c.in.exchange(e.Exchange); x != nil && !seen[x.ID] && x.Type != "Document" {
			seen[x.ID] = true
			asked = append(asked, x)
		}
	}
	told := map[string]bool{}
	for _, x := range asked {
		n := 0
		for _, y := range asked {
			if name(x) == name(y) && !y.At.After(x.At) && y.Answered.After(x.At) {
				n++
			}
		}
		if n < stampede || told[name(x)] {
			continue
		}
		told[name(x)] = true
		c.found(Finding{
			Rule: RefreshStampede, Exchange: x.ID,
			Message:  fmt.Sprintf("%s was on its way %d times at once, each time for a token.", name(x), n),
			Expected: "one request for a token, whose answer all share",
			Actual:   fmt.Sprintf("%d requests that began before the first of them was answered", n),
		})
	}
}
