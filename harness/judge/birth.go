package judge

import (
	"fmt"
	"strings"
	"time"

	"github.com/standin-dev/standin/fakehost/clock"
	"github.com/standin-dev/standin/fakehost/token"
	"github.com/standin-dev/standin/harness/timeline"
)

// jumpBefore is the jump during which a token came to its end; else the last one.
func (c *court) jumpBefore(at, end time.Time) *timeline.Event {
	var last *timeline.Event
	for _, e := range c.index.jumps {
		if e.At.After(at) {
			continue
		}
		last = e
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
	id, ok := c.index.brought[k.Known.Original]
	if !ok {
		id = c.index.brought[k.Value]
	}
	if x := c.in.exchange(id); x != nil {
		return ", and gave it out with " + name(x)
	}
	return ""
}

// receivers are the extensions to which the host gave a token, where the page has
// several.
func (c *court) receivers(raw string) []string {
	several := false
	var to []string
	for _, g := range c.given {
		several = several || g.extension != c.given[0].extension
		if g.raw == raw {
			to = append(to, g.extension)
		}
	}
	if !several {
		return nil
	}
	return to
}

func (c *court) deliveries(raw string) (first, last time.Time, times int) {
	all := c.handed[raw]
	if len(all) == 0 {
		return time.Time{}, time.Time{}, 0
	}
	return all[0], all[len(all)-1], len(all)
}

// whyNotRenewed says what passed between the birth of a token and a request that
// carried it when it was dead.
func (c *court) whyNotRenewed(x *timeline.Exchange, k Carrier, end time.Time) (string, time.Time) {
	cause, at := c.birth(k), time.Time{}
	if jump := c.jumpBefore(x.At, end); jump != nil {
		at = jump.At
		switch asked := between(c.index.asked, jump.At.Add(1), x.At); {
		case asked > 0:
			cause += fmt.Sprintf(" Then %s. The app asked for a token %s since, and sent the old one all the same.", jump.Text, times(asked))
		case jump.Jump == string(clock.SleepPaused):
			cause += fmt.Sprintf(" Then %s: none that renews the token came due before this request, and nothing else renewed it.", jump.Text)
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

// refusedWith is the first earlier request that was refused with the same token;
// nil: there was none.
func (c *court) refusedWith(x *timeline.Exchange, k Carrier) *timeline.Exchange {
	before := c.index.refused[k.Value]
	if before == nil || before.ID >= x.ID || before.At.After(x.At) {
		return nil
	}
	return before
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
