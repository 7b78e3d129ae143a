package harness

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/standin-dev/standin/fakehost"
	"github.com/standin-dev/standin/fakehost/token"
	"github.com/standin-dev/standin/harness/browser"
	"github.com/standin-dev/standin/harness/judge"
	"github.com/standin-dev/standin/harness/timeline"
)

// lives are what a page proves itself with in one scenario, and when each ends.
type lives struct {
	run    *run
	sent   map[string]time.Time // by what is asked for: the end of the token that went along last
	since  map[string]time.Time // when each session that says nothing of its end was sent first
	old    []time.Time          // of what was sent before time began to run
	given  time.Time            // that of the token which the host handed out last
	mark   int                  // of the host's journal: how far it was read
	called int                  // calls of getToken so far
}

// thinning has the browser pass over what the page does again and again; nil: it is all
// played.
func (r *run) thinning() *browser.Thinning {
	if r.cfg.EveryTick || r.everyTick {
		return nil
	}
	l := &lives{run: r, sent: map[string]time.Time{}, since: map[string]time.Time{}, mark: r.host.Mark()}
	return &browser.Thinning{Begin: l.begin, Form: l.form, Ends: l.next, Ended: l.nextOld, Asked: l.asked}
}

// hostsOwn is below what the host's page asks for by itself: where it tells what its bridge
// saw, and where it renews a token, which it does not do for each call of getToken.
var hostsOwn = []string{"/_standin/", "/plugins/servlet/ac/"}

// begin takes in what was sent before time began to run.
func (l *lives) begin(before []timeline.Exchange) {
	l.old = nil
	clear(l.sent)
	for _, x := range before {
		l.form(x)
		l.old = slices.AppendSeq(l.old, maps.Values(l.sent))
		clear(l.sent)
	}
}

// form is what repetitions of a request have in common: the values of its query may differ,
// as those of a cursor do, and so may its token, as long as it is as good.
func (l *lives) form(x timeline.Exchange) string {
	if x.HostPage && slices.ContainsFunc(hostsOwn, func(path string) bool { return strings.HasPrefix(x.URL, l.run.host.Origin()+path) }) {
		return ""
	}
	x = l.run.identify([]timeline.Exchange{x})[0]
	address, query, _ := strings.Cut(x.URL, "?")
	parts := []string{x.Method, address, x.Type, fmt.Sprint(x.Status), x.Failure, x.Answer.Get("Content-Type")}
	for pair := range strings.SplitSeq(query, "&") {
		name, _, _ := strings.Cut(pair, "=")
		parts = append(parts, name)
	}
	if len(x.Answer.Values("Set-Cookie")) > 0 {
		parts = append(parts, "set-cookie")
	}
	own, referer := judge.FindCarriers(&x, l.run.cfg.Policy.Carriers)
	for _, k := range slices.Concat(own, referer) {
		parts = append(parts, k.Spec.String()+" "+l.state(&x, k))
	}
	return strings.Join(parts, " ")
}

// state is how good a carrier's credential is as its request leaves.
func (l *lives) state(x *timeline.Exchange, k judge.Carrier) string {
	if k.Known == nil || k.Known.Virtual == nil {
		if life := l.run.cfg.Policy.SessionLife; life > 0 {
			l.ends(x, l.first(k.Value, x.At).Add(life))
		}
		return "opaque"
	}
	end := k.Known.Virtual.Claims.ExpiresAt
	l.ends(x, end)
	state := fmt.Sprintf("%s verified=%t outdated=%t", k.Known.Kind, k.Known.Verified, k.Known.Outdated)
	switch left := end.Sub(x.At); {
	case end.IsZero():
		return state
	case left <= 0:
		return state + " past its end"
	case left <= cmp.Or(l.run.cfg.Margin, judge.DefaultMargin):
		return state + " about to end"
	}
	return state
}

// ends notes when the credential ends that went along last with what a request asks for.
func (l *lives) ends(x *timeline.Exchange, end time.Time) { l.sent[hungKey(*x)] = end }

// first is when a session was sent first.
func (l *lives) first(session string, at time.Time) time.Time {
	if _, met := l.since[session]; !met {
		l.since[session] = at
	}
	return l.since[session]
}

// next is when the next credential ends that the page may go on to use.
func (l *lives) next(now time.Time) time.Time {
	l.read()
	return earliest(now, slices.AppendSeq([]time.Time{l.given}, maps.Values(l.sent)))
}

// nextOld is when the next of those ends that the page had when time began to run.
func (l *lives) nextOld(now time.Time) time.Time { return earliest(now, l.old) }

// earliest is the first of some instants after now; zero: there is none.
func earliest(now time.Time, ends []time.Time) time.Time {
	var next time.Time
	for _, end := range ends {
		if end.After(now) && (next.IsZero() || end.Before(next)) {
			next = end
		}
	}
	return next
}

// asked counts the calls of getToken.
func (l *lives) asked() int {
	l.read()
	return l.called
}

// read takes in what the host has written down since.
func (l *lives) read() {
	entries := l.run.host.Journal()[l.mark:]
	l.mark += len(entries)
	for _, e := range entries {
		if e.Kind != fakehost.KindDelivered {
			continue
		}
		l.called++
		if t, err := token.Parse(e.Token); err == nil {
			l.given = t.Claims.ExpiresAt
		}
	}
}
