package judge

import (
	"fmt"
	"slices"
	"time"

	"github.com/standin-dev/standin/harness/timeline"
)

// unseenLife is for how long a credential may be used of which nobody can see when it
// ends, before one must ask whether it still lives: that of a context token.
const unseenLife = 15 * time.Minute

// undatable tells credentials that do not say when they end: what is no JWT, and a JWT
// without exp.
func undatable(k Carrier) bool {
	return k.Known == nil || k.Known.Virtual == nil || k.Known.Virtual.Claims.ExpiresAt.IsZero()
}

// aged hears a request whose credential does not say when it ends. Where the author
// says how long such ones live, it is judged by when it was first sent; where nobody
// does, one of some age shows nothing, for the back end's clock stands still while the
// virtual one is moved. It tells whether it had something to find.
func (c *court) aged(x *timeline.Exchange, all []Carrier) bool {
	k := all[0]
	if k.Value == "" || IsJunk(k.Value) || !undatable(k) {
		return false
	}
	first, met := c.firstSent[k.Value]
	if !met {
		first = x.At
		c.firstSent[k.Value] = first
	}
	age, life := x.At.Sub(first), c.in.Policy.SessionLife
	switch {
	case life > 0 && age >= life:
		c.found(Finding{
			Rule: Expired, Exchange: x.ID, Carrier: k,
			Message:  fmt.Sprintf("%s carried a session that had ended %s before.", name(x), timeline.Span(age-life)),
			Expected: "one that was first sent less than " + timeline.Span(life) + " before: sessionLife",
			Actual:   fmt.Sprintf("the one in %s that was first sent %s before; the answer was %s", k.Spec, timeline.Span(age), answer(x)),
		})
		return true
	case life == 0 && age > unseenLife && !c.in.Recorded && !slices.ContainsFunc(all, func(k Carrier) bool { return !undatable(k) }):
		c.undated = append(c.undated, Undated{Request: name(x), Carrier: k.Spec, Age: age})
	}
	return false
}

// Undated is a request whose credential does not say when it ends.
type Undated struct {
	Request string // its method and path
	Carrier CarrierSpec
	// Age is how long before it the credential was first sent.
	Age time.Duration
}
