package harness

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/standin-dev/standin/fakehost/token"
	"github.com/standin-dev/standin/harness/judge"
	"github.com/standin-dev/standin/harness/probe"
	"github.com/standin-dev/standin/harness/timeline"
)

// questionLimit is of how many addresses a run asks how they answer.
const questionLimit = 40

// discover takes in what a scenario has shown of the back end, and asks it about what
// cannot be told from that: how an address answers that was asked without a token, or
// that refused a valid one.
func (r *run) discover(ctx context.Context, in *judge.Input, result *judge.Result) {
	if r.known == nil {
		r.known = judge.Known{}
	}
	r.knows(result.Seen)
	if r.cfg.Probes == ProbesOff {
		return
	}
	for i := range in.Exchanges {
		x := &in.Exchanges[i]
		if !r.worthAsking(in, x, result.Classes[i]) {
			continue
		}
		if r.questions++; r.questions > questionLimit || ctx.Err() != nil {
			break
		}
		if r.rotatedBefore(in, x) {
			if r.rotationAsked == nil {
				r.rotationAsked = map[string]bool{}
			}
			r.rotationAsked[judge.Address(x)] = true
		}
		standing, err := r.asker().Standing(ctx, r.question(in, x, result.Classes[i]))
		if err != nil {
			standing = judge.Standing{Asked: true}
		}
		r.knows(judge.Known{judge.Address(x): standing})
	}
}

// knows takes in what was seen of the back end.
func (r *run) knows(seen judge.Known) {
	if r.known.Join(seen) {
		r.insight++
	}
}

// worthAsking reports whether an answer leaves open what it is about: a request without a
// token that had to authenticate itself, or a valid token that was refused.
func (r *run) worthAsking(in *judge.Input, x *timeline.Exchange, class judge.Class) bool {
	if x.Method != http.MethodGet && x.Method != http.MethodHead || x.Staged || x.Status == 0 || x.Type == "WebSocket" || x.Type == "EventSource" {
		return false
	}
	own, _ := judge.FindCarriers(x, in.Policy.Carriers)
	known := r.known[judge.Address(x)]
	switch {
	case r.rotatedBefore(in, x) && x.Status >= 400 && len(own) > 0 && !r.rotationAsked[judge.Address(x)]:
		return class == judge.FirstDocument || class == judge.LaterDocument || class == judge.Protected
	case known.Asked || class != judge.Protected && class != judge.LaterDocument:
		return false
	case len(own) == 0:
		return true
	}
	return x.Status >= 400 && x.Status != http.StatusNotFound
}

// needsNoToken reports whether a request is known to show nothing of tokens: its address is
// public, by the config or by what was seen, or there is nothing at it.
func (r *run) needsNoToken(x *timeline.Exchange) bool {
	known := r.known[judge.Address(x)]
	return r.public(x.URL) || known.Static || known.Missing
}

// rotatedBefore reports whether the tenant got another secret before a request.
func (r *run) rotatedBefore(in *judge.Input, x *timeline.Exchange) bool {
	return slices.ContainsFunc(in.Events, func(e timeline.Event) bool { return e.Kind == timeline.Rotated && e.At.Before(x.At) })
}

// question is what to ask about a request.
func (r *run) question(in *judge.Input, x *timeline.Exchange, class judge.Class) probe.Look {
	l := probe.Look{Exchange: x, ModulePage: class == judge.FirstDocument}
	if r.rotatedBefore(in, x) && len(r.oldSecrets) > 0 {
		l.OldSecret = r.oldSecrets[len(r.oldSecrets)-1]
	}
	for i := range in.Exchanges {
		y := &in.Exchanges[i]
		if l.Page == "" && y.Type == "Document" && !y.HostPage && slices.Contains(in.App.PagePaths, pathOf(y.URL)) {
			l.Page = y.URL
		}
		for _, known := range y.Tokens {
			if known.Verified && known.Virtual != nil && known.Virtual.Claims.QSH == token.ContextQSH {
				l.Claims = known.Virtual.Claims
			}
		}
	}
	if l.Claims.Subject == "" {
		l.Claims.Subject = in.User
	}
	if l.Claims.Issuer == in.App.ClientKey {
		l.Claims.Issuer = r.tenant.Load().ClientKey // which is another one's, in a lane
	}
	for _, s := range slices.Concat(r.cfg.Policy.Carriers, r.learned) {
		if s.Place == "header" || s.Place == "query" {
			l.Carrier = s
			break
		}
	}
	return l
}

// noteKnown tells what was learned of addresses that need no token.
func (r *run) noteKnown() {
	if r.questions > questionLimit {
		r.report.Notes = append(r.report.Notes, fmt.Sprintf("of %d addresses that were refused, or asked for without a token, standin asked how they answer others; of the rest it did not", questionLimit))
	}
	var paths []string
	for _, address := range r.known.Statics() {
		_, url, _ := strings.Cut(address, " ")
		if path := pathOf(url); !slices.Contains(paths, path) {
			paths = append(paths, path)
		}
	}
	if len(paths) == 0 {
		return
	}
	quoted := make([]string, len(paths))
	for i, path := range paths {
		quoted[i] = fmt.Sprintf("%q", path)
	}
	r.report.Notes = append(r.report.Notes, "taken for public, for anybody gets the same there and may keep it; to pin it, put this into standin.yaml:\npublic: ["+strings.Join(quoted, ", ")+"]")
}
