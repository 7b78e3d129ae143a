package judge

import (
	"maps"
	"slices"

	"github.com/standin-dev/standin/harness/timeline"
)

// Standing is how a back end answers at one address, by what was seen in a run and by
// what it answered to standin itself. Each status is that of an answer; 0: none was
// seen. The zero Standing says that nothing is known.
type Standing struct {
	// WithoutTaken and WithoutRefused are answers to a request without any credential:
	// no token, no Referer with one, no cookie.
	WithoutTaken, WithoutRefused int
	// RefererTaken and RefererRefused are answers to one whose only token was a live
	// one in its Referer.
	RefererTaken, RefererRefused int
	// ValidTaken and ValidRefused are answers to one with a valid token.
	ValidTaken, ValidRefused int
	// Page says that it is a module's page, whose token is of another kind than a call's.
	Page bool
	// Static says that anybody gets the same there, and may keep it: a file that is no
	// data of a customer's.
	Static bool
	// Missing says that there is nothing at the address, whoever asks.
	Missing bool
	// OldSecret says that it takes a token signed with a secret from before a rotation,
	// and refuses the same one signed with the new.
	OldSecret bool
	// Asked says that standin itself has asked.
	Asked bool
}

// dependsOnReferer reports whether the back end was seen to go by the Referer: it takes
// a token there, and refuses the same request without.
func (s Standing) dependsOnReferer() bool { return s.RefererTaken != 0 && s.WithoutRefused != 0 }

// open reports whether the back end answers a request without any credential.
func (s Standing) open() bool { return s.WithoutTaken != 0 && s.WithoutRefused == 0 }

// join is what two observations of the same address say together. What was asked with
// nothing else in the way counts for what it is about.
func (s Standing) join(other Standing) Standing {
	pick := func(a, b int) int {
		if a != 0 {
			return a
		}
		return b
	}
	return Standing{
		WithoutTaken: pick(s.WithoutTaken, other.WithoutTaken), WithoutRefused: pick(s.WithoutRefused, other.WithoutRefused),
		RefererTaken: pick(s.RefererTaken, other.RefererTaken), RefererRefused: pick(s.RefererRefused, other.RefererRefused),
		ValidTaken: pick(s.ValidTaken, other.ValidTaken), ValidRefused: pick(s.ValidRefused, other.ValidRefused),
		Page: s.Page || other.Page, Static: s.Static || other.Static, Missing: s.Missing || other.Missing,
		OldSecret: s.OldSecret || other.OldSecret, Asked: s.Asked || other.Asked,
	}
}

// Known is what a run has shown of a back end, by [Address], in whichever scenario it
// was, early or late. Nil is nothing. It is not safe for concurrent use.
type Known map[string]Standing

// Join adds what was seen, and reports whether any of it is new.
func (k Known) Join(seen Known) bool {
	changed := false
	for address, s := range seen {
		if joined := k[address].join(s); joined != k[address] {
			k[address], changed = joined, true
		}
	}
	return changed
}

// ReadsReferer reports whether the back end goes by the Referer at any address.
func (k Known) ReadsReferer() bool {
	for _, s := range k {
		if s.dependsOnReferer() {
			return true
		}
	}
	return false
}

// Statics are the addresses of static files that are asked for without a token, in order.
func (k Known) Statics() []string {
	var out []string
	for _, address := range slices.Sorted(maps.Keys(k)) {
		if k[address].Static {
			out = append(out, address)
		}
	}
	return out
}

// Address is what a request asks for, whatever its query: its method, origin and path.
func Address(x *timeline.Exchange) string { return address(x) }

// tokenTaken reports whether the back end was seen to take a valid token for a call
// anywhere but at one address.
func (k Known) tokenTaken(but string) bool {
	for address, s := range k {
		if address != but && s.ValidTaken != 0 && !s.Page {
			return true
		}
	}
	return false
}

// seen is what a timeline shows of each address, as far as requests without a token of
// their own do.
func (in *Input) seen(classes []Class) Known {
	out := Known{}
	for i := range in.Exchanges {
		x := &in.Exchanges[i]
		if classes[i] == Foreign || classes[i] == Preflight || x.Staged || x.Status == 0 || x.Status == 304 || x.FromCache {
			continue
		}
		own, referer := FindCarriers(x, in.order())
		if len(own) > 0 || len(others(x)) > 0 {
			continue
		}
		s := out[address(x)]
		switch {
		case len(referer) == 0 && taken(x):
			s.WithoutTaken = x.Status
		case len(referer) == 0 && refusal(x):
			s.WithoutRefused = x.Status
		case len(referer) == 0 || !in.liveIn(x, referer[0]):
		case taken(x):
			s.RefererTaken = x.Status
		case refusal(x):
			s.RefererRefused = x.Status
		}
		out[address(x)] = s
	}
	return out
}

// liveIn reports whether a token was one of the host's and unexpired when it was sent.
func (in *Input) liveIn(x *timeline.Exchange, k Carrier) bool {
	if k.Known == nil || k.Known.Virtual == nil || !k.Known.Verified && !in.Unchecked[k.Value] {
		return false
	}
	end := k.Known.Virtual.Claims.ExpiresAt
	return end.IsZero() || x.At.Before(end)
}

// standing is all that is known of the address of a request.
func (c *court) standing(x *timeline.Exchange) Standing {
	return c.index.seen[address(x)].join(c.in.Known[address(x)])
}

// tokenTakenElsewhere reports whether the back end took a valid token at another address.
func (c *court) tokenTakenElsewhere(x *timeline.Exchange) bool {
	return c.index.seen.tokenTaken(address(x)) || c.in.Known.tokenTaken(address(x))
}

// validAnswered notes how the back end answered a valid token.
func (c *court) validAnswered(x *timeline.Exchange, class Class) {
	if x.Staged || x.FromCache {
		return
	}
	s := c.index.seen[address(x)]
	s.Page = s.Page || class == FirstDocument
	switch {
	case taken(x):
		s.ValidTaken = x.Status
	case refusal(x):
		s.ValidRefused = x.Status
	default:
		return
	}
	c.index.seen[address(x)] = s
}
