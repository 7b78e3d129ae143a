package judge

import (
	"slices"

	"github.com/standin-dev/standin/harness/timeline"
)

// learn notes the carrier of a request that the back end took: it reads tokens
// there. A request with several tokens teaches nothing, for who knows which of them
// it was; neither does one in a Referer, or a value that is no token.
func (c *court) learn(x *timeline.Exchange, all []Carrier) {
	if !taken(x) {
		return
	}
	var tokens []Carrier
	for _, k := range all {
		if k.Known != nil && k.Known.Virtual != nil && !slices.ContainsFunc(tokens, func(t Carrier) bool { return t.Value == k.Value }) {
			tokens = append(tokens, k)
		}
	}
	if len(tokens) == 1 && tokens[0].Spec.Place != "referer" && tokens[0].Spec.Place != "body" {
		c.accept(tokens[0].Spec)
	}
}

func (c *court) accept(s CarrierSpec) {
	if !slices.Contains(c.accepted, s) {
		c.accepted = append(c.accepted, s)
	}
}

// order is where the back end looks: as the config says; else the usual places,
// and then those that the back end was seen to accept.
func (in *Input) order() []CarrierSpec {
	if len(in.Policy.Carriers) > 0 {
		return in.Policy.Carriers
	}
	out := slices.Clone(defaultCarriers)
	for _, s := range in.Learned {
		if !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}
