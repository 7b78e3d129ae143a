package judge

import (
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

// Opaque is the credential of a request that does not say when it ends: the first of
// its carriers, where none of them says so. false: it has no such credential.
func Opaque(all []Carrier) (Carrier, bool) {
	if len(all) == 0 || all[0].Value == "" || IsJunk(all[0].Value) || slices.ContainsFunc(all, func(k Carrier) bool { return !undatable(k) }) {
		return Carrier{}, false
	}
	return all[0], true
}

// aged looks at a request whose credential does not say when it ends. Where the author
// says how long such ones live, it is judged by when it was first sent, or given out
// again: see [court.sessions]. Where the author does not, one of some age shows nothing,
// for the back end's clock stands still while the virtual one is moved. It reports
// whether there is nothing else to look at.
func (c *court) aged(x *timeline.Exchange, all []Carrier) bool {
	k, opaque := Opaque(all)
	if !opaque {
		return false
	}
	age, life := x.At.Sub(c.bornBefore(x, k)), c.in.Policy.SessionLife
	switch {
	case life > 0 && age < life:
	case life > 0 && (x.Staged || refusesToken(x.Status)):
		c.ended = append(c.ended, ending{x, k, age - life})
		return true
	case c.in.Recorded: // the back end knew what it took
	case life > 0 || age > unseenLife:
		c.undated = append(c.undated, Undated{Request: name(x), Carrier: k.Spec, Age: age, Ended: life > 0})
	}
	return false
}

// bornBefore is when a session was first sent, or the back end gave it out again.
func (c *court) bornBefore(x *timeline.Exchange, k Carrier) time.Time {
	born, met := c.firstSent[k.Value]
	if !met {
		born = x.At
		c.firstSent[k.Value] = born
	}
	for _, at := range c.renewed[k.Value] {
		if at.After(born) && !at.After(x.At) {
			born = at
		}
	}
	return born
}

// Undated is a request whose credential does not say when it ends.
type Undated struct {
	Request string // its method and path
	Carrier CarrierSpec
	// Age is how long before it the credential was first sent.
	Age time.Duration
	// Ended says that it had ended by what the author says, and that the request was not
	// refused all the same.
	Ended bool
}
