package judge

import (
	"fmt"

	"github.com/standin-dev/standin/harness/timeline"
)

// OnRefusal is what token/expired and its like are for an app whose author says that it
// renews its token when it is refused: advice.
var OnRefusal = &Rule{
	ID:       "refresh/on-refusal",
	Sentence: "An app that renews its token when it is refused should renew it before it expires.",
	Severity: Should,
	Why:      "Each refusal costs a round trip, fills the back end's log with what looks like an attack, and works only where the back end refuses by 401, the request can be sent twice, and nobody counts failures.",
	Remedy:   "Keep a token only until its exp claim less a margin, and ask AP.context.getToken() again then; the retry on 401 can stay as the second line.",
	Source:   "community.developer.atlassian.com thread 71257; README of axios-auth-refresh",
}

// RenewalOnRefusal is the value of Policy.Renewal by which an author accepts that an
// app renews its token when it is refused.
const RenewalOnRefusal = "on-401"

// recovered is the request by which an app got over the refusal of another one: the same
// again in the same frame, with another credential, taken, before the person did
// anything else; nil: there is none.
func (c *court) recovered(x *timeline.Exchange) *timeline.Exchange {
	if !refusesToken(x.Status) && x.Status != 400 || x.Staged {
		return nil
	}
	was, _ := FindCarriers(x, c.order)
	for i := x.ID; i < len(c.in.Exchanges); i++ { // those after it, as they are numbered
		y := &c.in.Exchanges[i]
		if y.ID <= x.ID || y.Method != x.Method || y.Frame != x.Frame || pathOf(y.URL) != pathOf(x.URL) {
			continue
		}
		is, _ := FindCarriers(y, c.order)
		if len(was) == 0 || len(is) == 0 || is[0].Value == was[0].Value {
			continue
		}
		if c.steps(x.At, y.At) > 0 && !y.At.Equal(x.At) || y.At.Sub(x.At) > retrySpan+loopSpan {
			return nil
		}
		if taken(y) {
			return y
		}
		return nil
	}
	return nil
}

// forgiven is a finding as it is told where the app got over it by itself: that it did,
// and how its author can accept it; or, where he does, as advice.
func (c *court) forgiven(x *timeline.Exchange, f Finding) Finding {
	again := c.recovered(x)
	if again == nil || f.Rule != Expired && f.Rule != WrongSignature {
		return f
	}
	if c.in.Policy.Renewal == RenewalOnRefusal {
		f.Rule = OnRefusal
		f.Message += " It was refused, and the app renewed the token and sent it again, as its author says that it does."
		return f
	}
	f.Message += fmt.Sprintf(" The app recovered by itself: it was refused with %d, renewed the token and sent the request again, which was answered %d.", x.Status, again.Status)
	f.Remedy = f.Rule.Remedy + " If renewing on a refusal is what you want, accept it in standin.yaml: renewal: on-401."
	return f
}
