package judge

import (
	"slices"
	"strings"
	"time"

	"github.com/standin-dev/standin/fakehost/token"
	"github.com/standin-dev/standin/harness/timeline"
)

// index is what is looked for again and again on a timeline, found once: a run may
// have ten thousand requests, each with something to be told of.
type index struct {
	jumps, logins []*timeline.Event
	faults        []*timeline.Event                // what went wrong on purpose, and was mended
	asked         []time.Time                      // when getToken was answered, in order
	steps         []time.Time                      // when the person did something, in order
	judged        []time.Time                      // when requests that must prove who asks were sent, and messages that do it, in order
	rotations     []*timeline.Event                // when the tenant got another secret
	seen          Known                            // how the back end answers at each address
	credentials   map[string]bool                  // the tokens that the back end was sent where credentials ride
	cookies       []setCookie                      // that the app's answers set, in order
	met           map[met]time.Time                // when a token of each person was there first
	engines       map[string]bool                  // the paths of Engine.IO's where connections say who asks
	proves        map[string]bool                  // the addresses of WebSockets on which messages prove who asks
	bridge        *timeline.Event                  // the first; nil: there was none
	library       *timeline.Exchange               // all.js that did not load; nil: there was none
	brought       map[string]int                   // the exchange whose answer had a token first
	pages         map[string][]*timeline.Exchange  // the documents of each frame, redirects apart
	refused       map[string]*timeline.Exchange    // the first call that was refused with a token
	taken         map[string][2]*timeline.Exchange // two calls of different names that were taken with a token
}

func newIndex(in *Input, classes []Class) index {
	x := index{
		brought: map[string]int{}, credentials: map[string]bool{}, met: map[met]time.Time{}, engines: map[string]bool{}, proves: map[string]bool{}, seen: in.seen(classes), cookies: in.cookiesSet(classes), pages: map[string][]*timeline.Exchange{},
		refused: map[string]*timeline.Exchange{}, taken: map[string][2]*timeline.Exchange{},
	}
	for i := range in.Events {
		x.event(&in.Events[i])
	}
	order := in.order()
	for i := range in.Exchanges {
		x.exchange(&in.Exchanges[i], classes[i])
		x.carried(&in.Exchanges[i], order)
	}
	for _, list := range [][]time.Time{x.asked, x.steps, x.judged} {
		slices.SortFunc(list, time.Time.Compare) // a clock may be set back
	}
	return x
}

func (x *index) event(e *timeline.Event) {
	switch e.Kind {
	case timeline.Jumped:
		x.jumps = append(x.jumps, e)
	case timeline.LoggedIn:
		x.logins = append(x.logins, e)
	case timeline.Rotated:
		x.rotations = append(x.rotations, e)
	case timeline.Withheld, timeline.Mended:
		x.faults = append(x.faults, e)
	case timeline.Step:
		x.steps = append(x.steps, e.At)
	case timeline.Delivered:
		x.asked = append(x.asked, e.At)
		if t, err := token.Parse(e.Raw); err == nil {
			x.meets("", t, e.At)
		}
	case timeline.Bridge:
		if x.bridge == nil {
			x.bridge = e
		}
	case timeline.Brought:
		if _, known := x.brought[e.Raw]; !known {
			x.brought[e.Raw] = e.Exchange
		}
	}
}

func (x *index) exchange(e *timeline.Exchange, class Class) {
	if e.HostPage {
		return
	}
	if x.library == nil && strings.HasSuffix(pathOf(e.URL), "/all.js") && (e.Failure != "" || e.Status >= 400) {
		x.library = e
	}
	if e.Type == "Document" && (e.Status < 300 || e.Status >= 400) {
		x.pages[e.Frame] = append(x.pages[e.Frame], e)
	}
	for _, known := range e.Tokens {
		x.meets(e.Frame, known.Virtual, e.At)
	}
	if isEngine(e) && saysWho(e) {
		x.engines[pathOf(e.URL)] = true
	}
	if class == Protected || class == LaterDocument {
		x.judged = append(x.judged, e.At)
		for i := range e.Frames {
			if m := &e.Frames[i]; proof(m) {
				x.judged, x.proves[address(e)] = append(x.judged, m.At), true
			}
		}
	}
	if class != Protected {
		return
	}
	for raw := range e.Tokens {
		switch two := x.taken[raw]; {
		case refusal(e) && x.refused[raw] == nil:
			x.refused[raw] = e
		case taken(e) && two[0] == nil:
			x.taken[raw] = [2]*timeline.Exchange{e}
		case taken(e) && two[1] == nil && name(two[0]) != name(e):
			x.taken[raw] = [2]*timeline.Exchange{two[0], e}
		}
	}
}

// carried notes the tokens that ride where a back end looks for who asks: in a header, a
// cookie, or where tokens are known to ride. A parameter of another name is not that.
func (x *index) carried(e *timeline.Exchange, order []CarrierSpec) {
	if len(e.Tokens) == 0 {
		return
	}
	own, _ := FindCarriers(e, order)
	for _, k := range own {
		if k.Known != nil && (k.Spec.Place == "header" || k.Spec.Place == "cookie" || inOrder(order, k.Spec) >= 0) {
			x.credentials[k.Value] = true
		}
	}
}

// between counts the instants from one to another, both included.
func between(list []time.Time, from, to time.Time) int {
	// The places of the first that is not before from, and of the first after to.
	first, _ := slices.BinarySearchFunc(list, from, func(at, t time.Time) int {
		if at.Before(t) {
			return -1
		}
		return 1
	})
	last, _ := slices.BinarySearchFunc(list, to, func(at, t time.Time) int {
		if at.After(t) {
			return 1
		}
		return -1
	})
	return max(0, last-first)
}

// lastBefore is the last of some events that is not after an instant; nil: none is.
func lastBefore(events []*timeline.Event, at time.Time) *timeline.Event {
	for _, e := range slices.Backward(events) {
		if !e.At.After(at) {
			return e
		}
	}
	return nil
}
