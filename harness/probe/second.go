package probe

import (
	"context"
	"slices"
	"strings"
)

// second are the questions that are put while the app is installed on a second site.
// Their wording calls the site of the run the first.
var second = Probe{ID: OtherTenant.ID, Pages: true, Calls: true, attempts: twoTenants}

// ProbeSecond puts the questions that need a second installation, [Tenant.Other]. The
// app must have been asked without one before: its answers from then are compared.
//
// An endpoint that accepts whatever key has signed a token is left out: it does not mix
// tenants up, it looks at none, which [WrongKey] tells.
func (a *Asker) ProbeSecond(ctx context.Context, endpoints []Endpoint) (Outcome, error) {
	return a.Probe(ctx, second, slices.DeleteFunc(slices.Clone(endpoints), func(e Endpoint) bool { return a.anyKey(ctx, e) }))
}

// anyKey reports whether an endpoint accepts a token that nobody's key has signed.
func (a *Asker) anyKey(ctx context.Context, e Endpoint) bool {
	t := a.Tenant()
	b := a.known[e.Key()]
	if t.Other == nil || e.Session || !b.usable() {
		return false
	}
	f := t.pageToken(e)
	f.names(t.ClientKey, t.Other.ClientKey)
	f.secret = otherSecret
	attempt := Attempt{Name: "with a token of the second site, signed with nobody's key", forged: f, loose: true}
	answer, err := a.ask(ctx, e, attempt)
	if err != nil {
		return false
	}
	found, err := a.compare(ctx, e, attempt, answer, b)
	return err == nil && found == same
}

// Refused puts a valid token of the first site to the endpoints, until one answers
// that accepted it before, and reports whether it is refused now. Where there is
// nobody to ask, it is not.
func (a *Asker) Refused(ctx context.Context, name string, endpoints []Endpoint) (Finding, bool) {
	for _, e := range endpoints {
		b := a.known[e.Key()]
		if e.Session || !b.usable() {
			continue
		}
		attempt := kept(a.Tenant(), e, name)
		answer, err := a.ask(ctx, e, attempt)
		if err != nil || answer.silence() != nil {
			continue
		}
		return weigh(e, attempt, answer, b.control, unclear)
	}
	return Finding{}, false
}

// kept asks with a valid token of the first site.
func kept(t Tenant, e Endpoint, name string) Attempt {
	attempt := control(t, e)
	attempt.Name, attempt.Rule, attempt.anyAnswer = name, KeepsTenants, true
	attempt.forged.passing = true
	return attempt
}

func twoTenants(t Tenant, e Endpoint, b baseline) []Attempt {
	if t.Other == nil {
		return nil
	}
	names := t.pageToken(e)
	if !names.names(t.ClientKey, t.Other.ClientKey) {
		return nil
	}
	signs := t.pageToken(e)
	signs.secret = t.Other.Secret
	names.passing, signs.passing = true, true
	all := []Attempt{
		kept(t, e, "with a valid token, while the app is installed on a second site"),
		{Name: "with a token of the second site, signed with the first one's secret", Rule: KnowsTenant, forged: names, loose: true},
		{Name: "with a token of the first site, signed with the second one's secret", Rule: KnowsTenant, forged: signs, loose: true},
	}
	if shown := t.shownIn(b.control, e); shown != nil {
		own := t.pageToken(e)
		own.names(t.ClientKey, t.Other.ClientKey)
		own.secret, own.passing = t.Other.Secret, true
		all = append(all, Attempt{Name: "with a valid token of the second site", Rule: PartsTenants, forged: own, mustNotShow: shown})
	}
	return all
}

// pageToken is a fresh token with the hash of its address on a page.
func (t Tenant) pageToken(e Endpoint) *forgery { return control(t, e).forged }

// shownIn finds what of the tenant's own is in an answer and was not in the question:
// its client key or the address of its site. The result looks for the same in another
// answer; it is nil where there is nothing to look for. A user is not looked for, for
// the same person may be on both sites.
func (t Tenant) shownIn(answer Answer, e Endpoint) func(Answer) (string, bool) {
	asked := e.URL + string(e.Body)
	marks := map[string]string{}
	for what, text := range map[string]string{"the client key": t.ClientKey, "the site": t.Site} {
		if text != "" && holds(string(answer.body), text) && !strings.Contains(asked, text) && !strings.Contains(asked, escape(text)) {
			marks[what] = text
		}
	}
	if len(marks) == 0 {
		return nil
	}
	return func(other Answer) (string, bool) {
		for _, what := range []string{"the client key", "the site"} {
			if text := marks[what]; text != "" && other.good() && holds(string(other.body), text) {
				return what, true
			}
		}
		return "", false
	}
}

// holds reports whether a text is in another as a whole: http://localhost:80 is not in
// http://localhost:8080.
func holds(in, text string) bool {
	for {
		_, rest, found := strings.Cut(in, text)
		if !found {
			return false
		}
		if rest == "" || !('0' <= rest[0] && rest[0] <= '9' || 'a' <= rest[0] && rest[0] <= 'z' || rest[0] == '-' || rest[0] == '.') {
			return true
		}
		in = rest
	}
}
