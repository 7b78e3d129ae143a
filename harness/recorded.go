package harness

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/standin-dev/standin/fakehost/token"
	"github.com/standin-dev/standin/harness/har"
	"github.com/standin-dev/standin/harness/judge"
	"github.com/standin-dev/standin/harness/report"
	"github.com/standin-dev/standin/harness/timeline"
)

// ErrRecording is what errors about recordings are that cannot be judged.
var ErrRecording = errors.New("cannot judge this recording")

// Recording is what somebody recorded, of an app at work anywhere.
type Recording struct {
	// Log has the requests.
	Log *har.Log
	// Name is what it is called in sentences: the file's name.
	Name string
	// App is the app's base URL. Empty: Maybe, where a request goes there; else the
	// origin of the module's page that the recording has.
	App, Maybe string
	// Policy, Origins and Margin are those of Config.
	Policy  judge.Policy
	Origins []string
	Margin  time.Duration
	// ClientKey names the tenant; empty: the one for which the host's tokens are made.
	ClientKey string
	// SharedSecret is the tenant's; empty: no signature is checked.
	SharedSecret string
}

// JudgeRecording judges the requests of a recording by the rules of a run, as far as
// requests alone can break them. It needs no network and no browser. Its error is
// ErrRecording, where nobody knows what in it is the app's.
func JudgeRecording(rec Recording) (*report.Report, error) {
	app, err := findRecordedApp(&rec)
	if err != nil {
		return nil, err
	}
	r := &recorded{Recording: rec, app: app}
	r.stripped, r.bare = isStripped(rec.Log)
	r.report = report.Report{
		Generator: "standin " + Version, Browser: rec.Log.Browser,
		App:  report.App{Key: app.Key, BaseURL: app.BaseURL},
		Host: report.Host{Product: app.product, BaseURL: app.HostOrigin},
	}
	if r.report.Browser == "" {
		r.report.Browser = strings.TrimSpace(rec.Log.Creator + " " + rec.Log.CreatorVersion)
	}
	if at := startOf(rec.Log); !at.IsZero() {
		r.report.StartedAt = at
	}
	for i := range rec.Log.Pages {
		r.report.Add(r.judge(&rec.Log.Pages[i]))
	}
	r.notes()
	return &r.report, nil
}

// recorded is a recording that is judged.
type recorded struct {
	Recording
	app      recordedApp
	stripped bool // somebody took the headers out that carry tokens
	bare     bool // or may have
	learned  []judge.CarrierSpec
	report   report.Report

	userKnown      bool // on the page that is judged: a token of the host's says it
	unchecked, cut int  // tokens whose signature was not checked, for want of a secret, or of the signature
	unhashed       bool // a hash that nobody can know was left out
}

// judge judges one page.
func (r *recorded) judge(p *har.Page) report.Scenario {
	out := report.Scenario{ID: p.Scenario, Title: p.Title}
	if out.ID == "" {
		out.ID, out.Title = "recorded", "What the app sent, as "+r.Name+" has it."
	}
	in := r.input(p)
	result := judge.Judge(in)
	result.Findings = slices.DeleteFunc(result.Findings, func(f judge.Finding) bool { return r.unknowable(f, &in) })
	for _, s := range result.Accepted {
		if len(r.Policy.Carriers) == 0 && !slices.Contains(r.learned, s) {
			r.learned = append(r.learned, s)
		}
	}
	withheld := 0 // of those that had to prove who asks
	for i, class := range result.Classes {
		if (class == judge.Protected || class == judge.LaterDocument) && in.Withheld[in.Exchanges[i].ID] {
			withheld++
		}
	}
	out.Requests, out.Judged = result.Requests, result.Judged-withheld
	story := newStory(&in, &result)
	out.Timeline = story.whole()
	for _, f := range result.Findings {
		out.Findings = append(out.Findings, story.finding(f))
	}
	if n := len(in.Exchanges); n > 0 {
		out.VirtualSeconds = in.Exchanges[n-1].At.Sub(in.Start).Seconds()
	}
	out.Verdict, out.Reason = r.verdict(&result, &in, withheld)
	return out
}

// verdict weighs what was found, then what could not be known.
func (r *recorded) verdict(result *judge.Result, in *judge.Input, withheld int) (report.Verdict, string) {
	switch n := len(result.Unexplained); {
	case slices.ContainsFunc(result.Findings, func(f judge.Finding) bool { return f.Rule.Severity == judge.Must }):
		return report.Fail, ""
	case withheld > 0:
		return report.Inconclusive, r.whyWithheld(withheld)
	case n > 0:
		x := &in.Exchanges[result.Unexplained[0]-1]
		why := "which was not checked, can tell whether rightly; give the tenant's secret (--shared-secret, or $STANDIN_SHARED_SECRET)"
		if r.unchecked == 0 {
			why = "which is not in " + r.Name + ", can tell whether rightly"
		}
		return report.Inconclusive, fmt.Sprintf("%s, the first being %s %s with %d, and only the token's signature, %s.",
			counted(n, "request was refused", "requests were refused"), x.Method, address(x.URL), x.Status, why)
	case result.Judged == 0:
		return report.Inconclusive, "no request to " + r.app.BaseURL + " in it had to prove who asks."
	case len(result.Findings) > 0:
		return report.Warn, ""
	}
	return report.Pass, ""
}

func counted(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// input is a page as the judge reads it.
func (r *recorded) input(p *har.Page) judge.Input {
	in := judge.Input{
		App: r.app.App, Policy: r.Policy, Learned: r.learned, Margin: r.Margin, Popups: p.Windows, Recorded: true,
		Exchanges: slices.Clone(p.Exchanges), Withheld: map[int]bool{}, Unchecked: map[string]bool{},
	}
	if len(in.Exchanges) > 0 {
		in.Start = in.Exchanges[0].At
	}
	r.setAside(&in)
	for i := range in.Exchanges {
		x := &in.Exchanges[i]
		if x.HostPage || !r.app.owns(x.URL) {
			continue
		}
		r.identify(x, &in)
		if r.isWithheld(x, in.Policy.Carriers) {
			in.Withheld[x.ID] = true
		}
	}
	in.Events = r.logins(&in)
	for _, e := range p.Brought {
		if x := &in.Exchanges[e.Exchange-1]; !x.HostPage && r.app.owns(x.URL) {
			in.Events = append(in.Events, e)
		}
	}
	slices.SortStableFunc(in.Events, func(a, b timeline.Event) int { return a.At.Compare(b.At) })
	return in
}

// setAside marks what is not this app's in this tenant: the host's own requests, and
// those of frames of another tenant.
func (r *recorded) setAside(in *judge.Input) {
	others := map[string]bool{}
	for i := range in.Exchanges {
		x := &in.Exchanges[i]
		if m := modulePage(x); m != nil && x.Frame != "" && r.app.ClientKey != "" && m.issuer != "" {
			others[x.Frame] = m.issuer != r.app.ClientKey
		}
		fromHost := originOf(x.Header.Get("Referer")) == r.app.HostOrigin && r.app.HostOrigin != "" && !r.app.owns(x.URL)
		x.HostPage = x.HostPage || fromHost || x.Frame != "" && others[x.Frame]
	}
}

// logins tells who was logged in, as the host's own tokens say: those of the pages that
// it opened, and those that an app asked for later than any other that was seen. An
// older one is no evidence of who is there now, but may be one that was kept.
func (r *recorded) logins(in *judge.Input) []timeline.Event {
	var events []timeline.Event
	var now string
	var since time.Time // the token that says so was issued then
	r.userKnown = false
	for i := range in.Exchanges {
		x := &in.Exchanges[i]
		if x.HostPage || !r.app.owns(x.URL) {
			continue
		}
		m := modulePage(x)
		opened := m != nil && m.issuer != ""
		for _, t := range hostTokens(x, in) {
			user, issued, text := t.Claims.Subject, t.Claims.IssuedAt, "the host made a token for another user"
			switch {
			case opened && t.Claims.QSH == m.qsh:
				text = "the host opened a page for another user"
			case opened || t.Claims.QSH != token.ContextQSH || !r.userKnown || issued.Before(since):
				continue
			}
			switch {
			case !r.userKnown:
				r.userKnown, in.User = true, user
			case user != now:
				events = append(events, timeline.Event{Kind: timeline.LoggedIn, At: x.At, Account: user, Text: text})
			}
			now, since = user, issued
		}
	}
	return events
}

// hostTokens are the tokens of a request that may be the host's: those of which nobody
// knows the contrary.
func hostTokens(x *timeline.Exchange, in *judge.Input) []*token.Token {
	var out []*token.Token
	for _, raw := range tokensOf(x) {
		if t, known := x.Tokens[raw]; known && t.Virtual != nil && t.Kind != token.Session && (t.Verified || in.Unchecked[raw]) {
			out = append(out, t.Virtual)
		}
	}
	return out
}
