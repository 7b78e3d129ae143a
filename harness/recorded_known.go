package harness

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/standin-dev/standin/fakehost/token"
	"github.com/standin-dev/standin/harness/har"
	"github.com/standin-dev/standin/harness/judge"
	"github.com/standin-dev/standin/harness/timeline"
)

// identify says what the tokens of a request are, as far as a recording tells.
func (r *recorded) identify(x *timeline.Exchange, in *judge.Input) {
	x.Tokens = map[string]token.Translation{}
	for _, raw := range tokensOf(x) {
		if _, known := x.Tokens[raw]; !known {
			x.Tokens[raw] = r.translation(raw, in)
		}
	}
}

// tokensOf are the tokens that a request carries.
func tokensOf(x *timeline.Exchange) []string {
	found := append(token.Find(x.URL), token.Find(string(x.Body))...)
	for _, name := range slices.Sorted(maps.Keys(x.Header)) {
		found = append(found, token.Find(x.Header.Get(name))...)
	}
	for _, m := range x.Frames {
		if m.Sent {
			found = append(found, token.Find(string(m.Data))...)
		}
	}
	return found
}

// translation is what is known of a token. Time is the same everywhere here.
func (r *recorded) translation(raw string, in *judge.Input) token.Translation {
	out := token.Translation{Original: raw, Sent: raw}
	parsed, err := token.Parse(raw)
	if err != nil {
		return out
	}
	out.Virtual = parsed
	switch qsh := parsed.Claims.QSH; {
	case qsh == token.ContextQSH:
		out.Kind = token.Context
	case qsh != "":
		out.Kind = token.Iframe
	default:
		out.Kind = token.Session // the host's own have a hash
	}
	switch {
	case in.Unchecked[raw]:
	case isCut(parsed):
		r.cut++
		in.Unchecked[raw] = true
	case r.SharedSecret == "":
		r.unchecked++
		in.Unchecked[raw] = true
	default:
		_, err := token.Verify(raw, token.Expect{Secret: r.SharedSecret})
		out.Verified = parsed.Algorithm == "HS256" && !errors.Is(err, token.ErrSignature)
	}
	return out
}

// isCut tells whether somebody took a token's signature out, so that it can be shown.
func isCut(t *token.Token) bool {
	signature := t.Raw[strings.LastIndexByte(t.Raw, '.')+1:]
	return signature == har.Cut || signature == "" && t.Algorithm != "none" || hidden.MatchString(signature)
}

// hidden are the words that stand where somebody took a secret out.
var hidden = regexp.MustCompile(`(?i)redact|sanitiz|<cut>|\bremoved\b|\bmasked\b|\bhidden\b|^\*{3,}$|^[x]{3,}$`)

// isWithheld tells whether a recording has not what a request carried: its value was
// replaced, or it carries nothing where the headers that would are in no request.
func (r *recorded) isWithheld(x *timeline.Exchange, carriers []judge.CarrierSpec) bool {
	own, _ := judge.FindCarriers(x, carriers)
	for _, k := range own {
		if k.Known == nil && hidden.MatchString(k.Value) {
			return true
		}
	}
	return len(own) == 0 && r.stripped
}

// isStripped tells whether the headers that carry secrets were left out: browsers do so
// when they export, unless one asks for them. Chrome's archives say "WebInspector", and
// those of others may show it by a preflight which asks for a header that no request
// has. Bare are those of others that have no such header either, and may be as they were.
func isStripped(l *har.Log) (stripped, bare bool) {
	headers, asked := false, false
	for i := range l.Pages {
		for j := range l.Pages[i].Exchanges {
			x := &l.Pages[i].Exchanges[j]
			if x.Header.Get("Authorization") != "" || x.Header.Get("Cookie") != "" || x.Answer.Get("Set-Cookie") != "" {
				return false, false
			}
			headers = headers || len(x.Header) > 0
			asked = asked || strings.Contains(strings.ToLower(x.Header.Get("Access-Control-Request-Headers")), "authorization")
		}
	}
	stripped = headers && (asked || l.Creator == "WebInspector")
	return stripped, headers && !stripped && l.Creator != har.Own
}

func (r *recorded) whyWithheld(n int) string {
	if r.stripped {
		return fmt.Sprintf("%s has no Authorization and no Cookie header at all, as browsers export it unless asked for sensitive data: whether %s a token is not known.",
			r.Name, counted(n, "request carried", "requests carried"))
	}
	return fmt.Sprintf("what %s was taken out of %s before it came here.", counted(n, "request carried", "requests carried"), r.Name)
}

// unknowable tells whether a finding says more than a recording can show.
func (r *recorded) unknowable(f judge.Finding, in *judge.Input) bool {
	switch f.Rule {
	case judge.WrongQSH:
		r.unhashed = r.unhashed || !r.app.hashed
		return !r.app.hashed
	case judge.WrongUser:
		return !r.userKnown
	}
	return false
}

// notes says what the report as a whole does not know.
func (r *recorded) notes() {
	note := func(format string, args ...any) {
		r.report.Notes = append(r.report.Notes, fmt.Sprintf(format, args...))
	}
	note("judged from a recording: what the pages, the host and the person did besides requests is not in it, nor are tokens in storage or on the console")
	if r.cut > 0 {
		note("%s in it without a signature: somebody cut it, as standin does; everything else about them is judged", counted(r.cut, "token is", "tokens are"))
	}
	if r.unchecked > 0 {
		note("signatures were not checked, for that takes the tenant's secret: --shared-secret, or $%s", "STANDIN_SHARED_SECRET")
	}
	if r.bare {
		note("no request in it has an Authorization or a Cookie header: if somebody took them out, what is said of requests without a token is wrong")
	}
	if r.unhashed {
		note("hashes of addresses (qsh) were not judged: no page in it was opened with one that fits, so that the app's base URL is not known; give it by --app")
	}
	if n := r.Log.Skipped; n > 0 {
		note("%s left out, for want of an address or a date", counted(n, "entry was", "entries were"))
	}
	if len(r.learned) > 0 && len(r.Policy.Carriers) == 0 {
		quoted := make([]string, len(r.learned))
		for i, s := range r.learned {
			quoted[i] = s.String()
		}
		note("the back end was seen to take tokens in %s", strings.Join(quoted, ", "))
	}
}
