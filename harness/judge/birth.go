package judge

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/standin-dev/standin/fakehost/clock"
	"github.com/standin-dev/standin/fakehost/token"
	"github.com/standin-dev/standin/harness/timeline"
)

// jumpBefore is the jump during which a token came to its end; else the last one.
func (c *court) jumpBefore(at, end time.Time) *timeline.Event {
	var last *timeline.Event
	for i, e := range c.in.Events {
		if e.Kind != timeline.Jumped || e.At.After(at) {
			continue
		}
		last = &c.in.Events[i]
		if e.At.Add(e.By).After(end) {
			break
		}
	}
	return last
}

// birth says where a token came from.
func (c *court) birth(k Carrier) string {
	claims := k.Known.Virtual.Claims
	first, last, answers := c.deliveries(k.Known.Original)
	switch {
	case answers > 0:
		text := fmt.Sprintf("AP.context.getToken() gave it at %s", c.when(first))
		if to := c.receivers(k.Known.Original); len(to) > 0 {
			text = fmt.Sprintf("AP.context.getToken() gave it to %s at %s", strings.Join(to, " and "), c.when(first))
		}
		if answers > 1 && last.Sub(first) >= time.Second {
			text += fmt.Sprintf(", and last at %s", c.when(last))
		}
		return text + "."
	case claims.QSH == token.ContextQSH:
		return fmt.Sprintf("It was made at %s.", c.when(claims.IssuedAt))
	case c.claimsHost(k):
		return fmt.Sprintf("It came in the iframe's URL, made at %s.", c.when(claims.IssuedAt))
	case !claims.IssuedAt.IsZero():
		return fmt.Sprintf("The back end made it itself at %s, for %s%s.", c.when(claims.IssuedAt), timeline.Span(claims.ExpiresAt.Sub(claims.IssuedAt)), c.broughtBy(k))
	default:
		return "The back end made it itself" + c.broughtBy(k) + "."
	}
}

// broughtBy says which answer had a token in it first.
func (c *court) broughtBy(k Carrier) string {
	for _, e := range c.in.Events {
		if e.Kind != timeline.Brought || e.Raw != k.Known.Original && e.Raw != k.Value {
			continue
		}
		if x := c.in.exchange(e.Exchange); x != nil {
			return ", and gave it out with " + name(x)
		}
	}
	return ""
}

// receivers are the extensions to which the host gave a token, where the page has
// several.
func (c *court) receivers(raw string) []string {
	var all, to []string
	for _, e := range c.in.Events {
		if e.Kind != timeline.Delivered {
			continue
		}
		if !slices.Contains(all, e.Extension) {
			all = append(all, e.Extension)
		}
		if e.Raw == raw && !slices.Contains(to, e.Extension) {
			to = append(to, e.Extension)
		}
	}
	if len(all) < 2 {
		return nil
	}
	return to
}

func (c *court) deliveries(raw string) (first, last time.Time, times int) {
	for _, e := range c.in.Events {
		if e.Kind == timeline.Delivered && e.Raw == raw {
			if times++; times == 1 {
				first = e.At
			}
			last = e.At
		}
	}
	return first, last, times
}

// whyNotRenewed says what passed between the birth of a token and a request that
// carried it when it was dead.
func (c *court) whyNotRenewed(x *timeline.Exchange, k Carrier, end time.Time) (string, time.Time) {
	cause, at := c.birth(k), time.Time{}
	if jump := c.jumpBefore(x.At, end); jump != nil {
		at = jump.At
		switch asked := c.askedSince(jump.At, x.At); {
		case asked > 0:
			cause += fmt.Sprintf(" Then %s. The app asked for a token %s since, and sent the old one all the same.", jump.Text, times(asked))
		case jump.Jump == string(clock.SleepPaused):
			cause += fmt.Sprintf(" Then %s: no timer ran before this request, and nothing else renewed the token.", jump.Text)
		case jump.Jump == string(clock.Sleep):
			cause += fmt.Sprintf(" Then %s: none of them renewed the token before this request.", jump.Text)
		default:
			cause += " Then " + jump.Text + ", and nothing renewed it before this request."
		}
	}
	if before := c.refusedWith(x, k); before != nil {
		cause += fmt.Sprintf(" %s had been answered %d with it at %s already.", name(before), before.Status, c.when(before.At))
	}
	return strings.TrimSpace(cause), at
}

// askedSince counts the answers of getToken between two instants.
func (c *court) askedSince(from, to time.Time) int {
	n := 0
	for _, e := range c.in.Events {
		if e.Kind == timeline.Delivered && e.At.After(from) && !e.At.After(to) {
			n++
		}
	}
	return n
}

// refusedWith is the first earlier request that was refused with the same token;
// nil: there was none.
func (c *court) refusedWith(x *timeline.Exchange, k Carrier) *timeline.Exchange {
	for i := range c.in.Exchanges {
		before := &c.in.Exchanges[i]
		if before.ID >= x.ID {
			return nil
		}
		if _, same := before.Tokens[k.Value]; same && refusal(before.Status) && !before.At.After(x.At) && c.classes[i] == Protected {
			return before
		}
	}
	return nil
}

func times(n int) string {
	switch n {
	case 1:
		return "once"
	case 2:
		return "twice"
	}
	return fmt.Sprintf("%d times", n)
}
