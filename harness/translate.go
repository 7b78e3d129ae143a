package harness

import (
	"maps"
	"net/url"
	"slices"
	"strings"

	"github.com/standin-dev/standin/fakehost/token"
	"github.com/standin-dev/standin/harness/browser"
	"github.com/standin-dev/standin/harness/browser/relay"
	"github.com/standin-dev/standin/harness/timeline"
)

// outbound is what the tap does to each request: every token in it, wherever it
// rides, is moved from virtual to real time, so that the back end, whose clock is
// real, sees the life that the token has left. It notes what the tokens are.
func (r *run) outbound(x timeline.Exchange) browser.Outgoing {
	o := browser.Outgoing{Tokens: map[string]token.Translation{}}
	r.adopt(&x)
	if x.HostPage || !r.ours(x.URL) {
		return o
	}
	var swap []string
	note := func(text string) bool {
		changed := false
		for _, raw := range token.Find(text) {
			t, known := o.Tokens[raw]
			if !known {
				t = r.host.Translator().Outbound(raw)
				o.Tokens[raw] = t
				swap = append(swap, raw, t.Sent)
			}
			changed = changed || t.Sent != raw
		}
		return changed && !r.cfg.untranslated
	}
	replace := func(text string) string { return strings.NewReplacer(swap...).Replace(text) }

	if note(x.URL) {
		o.URL = replace(x.URL)
	}
	for name := range x.Header {
		if value := x.Header.Get(name); note(value) {
			if o.Headers == nil {
				o.Headers = map[string]string{}
			}
			o.Headers[name] = replace(value)
		}
	}
	if note(string(x.Body)) {
		o.Body = []byte(replace(string(x.Body)))
	}
	if r.noReferer.Load() && x.Header.Get("Referer") != "" {
		if o.Headers == nil {
			o.Headers = map[string]string{}
		}
		o.Headers["Referer"] = "" // the browser sends none then
	}
	if o.Instead = r.refusal(x, o.Tokens); o.Instead == nil {
		o.Instead = r.endedSession(x, o.Tokens)
	}
	return o
}

// identify says what the tokens of cookies and of WebSocket messages are. The browser
// tells of both only once they have left. It asks, and changes nothing of the run.
func (r *run) identify(list []timeline.Exchange) []timeline.Exchange {
	for i := range list {
		x := &list[i]
		if x.HostPage || !r.ours(x.URL) {
			continue
		}
		for _, raw := range lateTokens(x) {
			if _, known := x.Tokens[raw]; known {
				continue
			}
			tokens := map[string]token.Translation{raw: r.host.Translator().Look(raw)}
			maps.Copy(tokens, x.Tokens)
			x.Tokens = tokens
		}
	}
	return list
}

// inbound is what the tap does with each answer: the tokens in it were made by the
// back end, or sent by it anew, at this instant. A session token's iat tells the
// second only, and time may jump within one.
func (r *run) inbound(x timeline.Exchange, body []byte) {
	if !r.ours(x.URL) {
		return
	}
	for _, name := range slices.Sorted(maps.Keys(x.Answer)) {
		for _, value := range x.Answer[name] {
			r.bring(&x, "the header "+name, value)
			r.giveSessions(&x, value)
		}
	}
	r.bring(&x, "the body", string(body))
	if x.Status >= 400 && len(body) > 0 {
		r.answers.say(x.ID, body)
	}
	r.giveSessions(&x, string(body))
}

// rewriting has the relay translate what passes no hook of the browser's: the tokens of
// a WebSocket's messages, and those of cookies, answers and navigation preloads. Plain
// HTTP comes there once an app was seen to have any: the others need nobody between them
// and their back end. What is encrypted always does, for a back end of this machine signs
// for itself, and the browser would not have it otherwise.
func (r *run) rewriting() *relay.Rewriting {
	if r.cfg.untranslated {
		return nil
	}
	return &relay.Rewriting{
		Concerns: func(origin string) bool { return r.ours(origin + "/") },
		Outward:  func(raw string) string { return r.host.Translator().Outbound(raw).Sent },
		Inward:   r.host.Translator().Inbound,
		HTTP:     r.comesBack.Load(),
		HTTPS:    slices.ContainsFunc(r.ownOrigins(), func(origin string) bool { return strings.HasPrefix(origin, "https:") }),
	}
}

// ours tells whether a URL is one of the app's own.
func (r *run) ours(raw string) bool {
	u, err := timeline.ParseURL(raw)
	if err != nil {
		return false
	}
	scheme := strings.Replace(u.Scheme, "ws", "http", 1)
	for _, origin := range r.ownOrigins() {
		if origin == scheme+"://"+u.Host {
			return true
		}
	}
	return false
}

// serve answers the addresses from which apps load all.js: the CDN's, and
// the product's own, as the app would build it from xdm_e and cp.
func (r *run) serve(raw string) *browser.Served {
	u, err := url.Parse(raw)
	if err != nil {
		return nil
	}
	cdn := u.Scheme == "https" && u.Host == "connect-cdn.atl-paas.net" && (u.Path == "/all.js" || u.Path == "/all-debug.js")
	own := u.Scheme+"://"+u.Host == r.host.Origin() && strings.HasSuffix(u.Path, "/atlassian-connect/all.js")
	if !cdn && !own {
		return nil
	}
	return &browser.Served{ContentType: "text/javascript; charset=utf-8", Body: r.host.AllJSSource()}
}
