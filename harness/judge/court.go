package judge

import (
	"maps"
	"time"

	"github.com/standin-dev/standin/fakehost/token"
	"github.com/standin-dev/standin/harness/timeline"
)

// court judges one exchange after the other and keeps what it learns.
type court struct {
	in        *Input
	classes   []Class
	order     []CarrierSpec // where the back end looks
	findings  []Finding
	referers  []int // exchanges whose only token rode in the Referer
	lastToken time.Time
	accepted  []CarrierSpec
	notes     []string // what is no finding, and worth a word
	// unexplained are refusals of tokens whose signature nobody can check.
	unexplained []int
	known       map[string]token.Translation // every token of the timeline, by its text
	handed      map[string][]time.Time       // when the host gave each token to a page
	given       []handing                    // what it gave, each once
	firstSent   map[string]time.Time         // when each credential was, that does not say when it ends
	renewed     map[string][]time.Time       // when the back end gave such a one out again
	ended       []ending                     // requests that were refused, for their session had ended
	undated     []Undated
	index       index
}

func newCourt(in *Input, classes []Class) *court {
	c := &court{in: in, classes: classes, order: in.order(), known: map[string]token.Translation{}, handed: map[string][]time.Time{}, firstSent: map[string]time.Time{}, renewed: map[string][]time.Time{}, index: newIndex(in, classes)}
	for i := range in.Exchanges {
		maps.Copy(c.known, in.Exchanges[i].Tokens)
	}
	for _, e := range in.Events {
		if e.Known != nil {
			c.known[e.Raw] = *e.Known
		}
		if e.Kind == timeline.Renewed {
			c.renewed[e.Raw] = append(c.renewed[e.Raw], e.At)
		}
		if e.Kind == timeline.Delivered {
			c.handed[e.Raw] = append(c.handed[e.Raw], e.At)
			c.give(e)
		}
	}
	c.answers()
	return c
}

// answers notes how the back end answers valid tokens, at each address, before anything
// is judged by it.
func (c *court) answers() {
	for i := range c.in.Exchanges {
		x, class := &c.in.Exchanges[i], c.classes[i]
		if class != FirstDocument && class != LaterDocument && class != Protected {
			continue
		}
		own, _ := FindCarriers(x, c.order)
		if len(own) > 0 && own[0].Known != nil && own[0].Known.Virtual != nil && own[0].Known.Verified && c.valid(x, own[0], class) {
			c.validAnswered(x, class)
		}
	}
}
