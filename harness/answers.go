package harness

import (
	"fmt"
	"strings"
	"sync"

	"github.com/standin-dev/standin/fakehost/token"
	"github.com/standin-dev/standin/harness/timeline"
)

// answers keeps what the answers of the back end brought along: tokens, or the
// shared secret. It is safe for concurrent use; the zero answers are none.
type answers struct {
	mu     sync.Mutex
	events []timeline.Event
	said   map[int]string // how the bodies of errors begin, by exchange
}

// forget begins anew: exchanges are numbered from 1 in each browser context.
func (a *answers) forget() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.events, a.said = nil, nil
}

// excerptLimit is how much of an error's body is kept, in bytes.
const excerptLimit = 1 << 10

// say keeps how the body of an error begins, its tokens cut.
func (a *answers) say(exchange int, body []byte) {
	text := string(body[:min(len(body), excerptLimit)])
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.said == nil {
		a.said = map[int]string{}
	}
	a.said[exchange] = token.Redact(strings.ToValidUTF8(text, "�"))
}

// excerpts puts into exchanges what their answers said.
func (a *answers) excerpts(list []timeline.Exchange) []timeline.Exchange {
	a.mu.Lock()
	defer a.mu.Unlock()
	for i := range list {
		list[i].Excerpt = a.said[list[i].ID]
	}
	return list
}

func (a *answers) all() []timeline.Event {
	a.mu.Lock()
	defer a.mu.Unlock()
	return append([]timeline.Event(nil), a.events...)
}

func (a *answers) add(e timeline.Event) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.events = append(a.events, e)
}

// bring notes the tokens and the secret in a part of an answer.
func (r *run) bring(x *timeline.Exchange, part, text string) {
	for _, raw := range token.Find(text) {
		r.comesBack.Store(true)
		r.host.Translator().Seen(raw)
		r.answers.add(timeline.Event{Kind: timeline.Brought, At: r.host.Time().Now(), Exchange: x.ID, Frame: x.Frame, Place: part,
			Raw: raw, Token: token.ID(raw), Text: fmt.Sprintf("token %s came with %s of an answer", token.ID(raw), part)})
	}
	if t := r.tenant.Load(); t == nil || t.SharedSecret == "" || !strings.Contains(text, t.SharedSecret) {
		return
	}
	r.answers.add(timeline.Event{Kind: timeline.Revealed, At: r.host.Time().Now(), Exchange: x.ID, Frame: x.Frame, Place: part,
		Text: fmt.Sprintf("the tenant's shared secret came with %s of an answer", part)})
}
