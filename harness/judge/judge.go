// Package judge decides whether the requests of a scenario carried what they had
// to. It is pure: it reads the timeline and what the host issued, and gives
// findings. It knows no browser, reads no clock and does no I/O.
package judge

import (
	"cmp"
	"slices"
	"time"

	"github.com/standin-dev/standin/harness/timeline"
)

// DefaultMargin is the life that a token should have left when it is sent.
const DefaultMargin = 30 * time.Second

// App is what the judge must know of the app and its tenant.
type App struct {
	// Key and BaseURL are those of the descriptor.
	Key, BaseURL string
	// Origins are the app's own, as "http://localhost:3000".
	Origins []string
	// HostOrigin is that of the host's pages; empty: not known.
	HostOrigin string
	// ClientKey names the tenant.
	ClientKey string
	// PagePaths are the paths of the modules' pages: what the host signs.
	PagePaths []string
	// NoToken says that the module's page gets no token: it is cacheable, or the
	// app uses no JWT.
	NoToken bool
	// Cacheable says that this is so because the descriptor has cacheable: true for the
	// module, NoAuth that it has authentication: none, so that nothing gets a token.
	Cacheable, NoAuth bool
	// Unlicensed says that the app's licence has run out: it may refuse what it takes
	// otherwise.
	Unlicensed bool
}

// Input is everything that a judgement is made from.
type Input struct {
	App App
	// Start is the virtual instant at which the scenario began; findings tell
	// instants from there.
	Start time.Time
	// User is the account id of who is logged in at the start; empty: nobody. Events
	// of kind LoggedIn tell who is later.
	User string
	// Learned are the carriers that the back end was seen to accept earlier in the
	// run. They count where Policy names none.
	Learned []CarrierSpec
	// Known is what the whole run has shown of the back end; nil: nothing besides what
	// is on this timeline.
	Known Known
	// HostAhead is how far the clock by which the host makes tokens is ahead of the back
	// end's, on purpose; negative is behind.
	HostAhead time.Duration
	// Policy is what the app's author says.
	Policy Policy
	// Margin is the life that a token should have left; zero: DefaultMargin.
	Margin time.Duration
	// ContextCache is how long the host hands out the same context token again;
	// an app cannot do better than that.
	ContextCache time.Duration
	// Recorded says that the requests were recorded elsewhere: nothing is known of what
	// the pages, the host and the person did, and nothing is guessed of it. Rules that
	// need to know it are silent.
	Recorded bool
	// Withheld are the exchanges of which a recording does not have what they carried:
	// nothing is found against them, by their ID.
	Withheld map[int]bool
	// Unchecked are the tokens whose signature nobody can check. They count neither as
	// rightly signed nor as wrongly.
	Unchecked map[string]bool
	// Popups are the frames that are windows which the app opened.
	Popups map[string]bool
	// TakenWith is what the back end took with cookies, where this timeline is of a browser
	// that blocks third-party ones; nil: it sends them.
	TakenWith TakenWith
	// Exchanges and Events are the timeline, each in order.
	Exchanges []timeline.Exchange
	Events    []timeline.Event
}

// Finding is one breach of one rule.
type Finding struct {
	Rule *Rule
	// Exchange is the ID of the request; 0: no single one.
	Exchange int
	// Message says in a sentence what happened.
	Message string
	// Expected and Actual are the two sides of it.
	Expected, Actual string
	// Remedy says what to change, where the rule's own words do not fit; empty: they do.
	Remedy string
	// Cause is one sentence on what led to it; empty: not known.
	Cause string
	// CauseAt is when that was; zero: not on the timeline.
	CauseAt time.Time
	// At is when it was, if not as the request was sent: a message of a WebSocket.
	At time.Time
	// Carrier is where the token rode; zero: there was none. A token that lay
	// somewhere has no Spec.
	Carrier Carrier
	// Place says where it was, for a breach that no request made; empty: the rule
	// says it.
	Place string
	// Repeats counts further requests to the same address with the same breach.
	Repeats int
}

// Result is the judge's word on a scenario.
type Result struct {
	// Findings are the breaches, the most telling first.
	Findings []Finding
	// Broken has the ids of the rules that each exchange broke, repeats included, by
	// its ID.
	Broken map[int][]string
	// Requests counts those to the app's own origins, Judged those that had to
	// prove who asks.
	Requests, Judged int
	// Classes says what each exchange is, in their order.
	Classes []Class
	// LastToken is the end of life of the freshest token that a judged request
	// carried, on the virtual timeline; zero: none did.
	LastToken time.Time
	// Unexplained are the exchanges that were refused although their token is right as
	// far as one can see: nobody could check its signature.
	Unexplained []int
	// Accepted are the carriers whose token the back end was seen to take, in the
	// order in which they were first seen.
	Accepted []CarrierSpec
	// Undated are the requests whose credential does not say when it ends, and had been
	// in use for longer than a context token lives: whether it still lived, they do not
	// show.
	Undated []Undated
	// GetToken measures the app's calls of AP.context.getToken.
	GetToken Calls
	// Seen is what the timeline shows of the back end, for Known.
	Seen Known
	// Notes are what is no breach of a rule, and worth a word.
	Notes []string
}

// Judge judges.
func Judge(in Input) Result {
	if in.Margin == 0 {
		in.Margin = DefaultMargin
	}
	r := Result{Classes: classify(&in)}
	c := newCourt(&in, r.Classes)
	for i := range in.Exchanges {
		x := &in.Exchanges[i]
		class := r.Classes[i]
		if class != Foreign {
			r.Requests++
		}
		switch class {
		case FirstDocument:
			c.firstDocument(x)
		case LaterDocument, Protected:
			r.Judged++
			c.protected(x, class)
		}
	}
	c.sessions()
	if !in.Recorded {
		c.retries() // a person may have asked for each of them
		c.faults()
		c.logins()
		c.restsOnCookies()
	}
	c.framing()
	c.leaks()
	r.GetToken = c.hygiene()
	r.Broken = broken(c.findings)
	r.Findings = collect(&in, c.findings)
	r.LastToken, r.Accepted, r.Unexplained, r.Undated = c.lastToken, c.accepted, c.unexplained, c.undated
	r.Seen, r.Notes = c.index.seen, c.notes
	return r
}

func (c *court) found(f Finding) {
	if x := c.in.exchange(f.Exchange); x != nil && f.Remedy == "" {
		f.Remedy = c.remedyFor(f.Rule, x)
	}
	if c.in.Withheld[f.Exchange] && f.Rule != PageLoads {
		return
	}
	if c.in.App.NoAuth && f.Rule == NoToken {
		return // there is none to carry: see Diagnose
	}
	c.findings = append(c.findings, f)
}

// protected hears a request that must prove who asks, and what its page says over it.
func (c *court) protected(x *timeline.Exchange, class Class) {
	counting, referer := FindCarriers(x, c.order)
	proves := len(counting)
	counting = withoutMessages(counting)
	c.messages(x)
	if len(counting) == 0 && (proves > 0 || c.mayProveLater(x) || c.connecting(x)) {
		return
	}
	if c.reads("referer") {
		if len(counting) == 0 && len(referer) > 0 {
			c.referers = append(c.referers, x.ID)
		}
		counting = append(counting, referer...)
		sortByPlace(counting, c.order)
	}
	if len(counting) == 0 {
		c.withoutToken(x, referer)
		return
	}
	first := counting[0]
	if c.withheldInstead(x, first, class) {
		return
	}
	if len(counting) > 1 && (c.queryAndBody(x, counting) || c.shadowed(x, counting, class)) {
		return
	}
	if first.Spec.Place == "cookie" && !c.reads("cookie") {
		c.cookieOnly(x, first)
		return
	}
	if !c.aged(x, counting) {
		c.token(x, first, class)
	}
	c.learn(x, counting)
}

// reads tells whether the author named a place among the carriers.
func (c *court) reads(place string) bool {
	return slices.ContainsFunc(c.in.Policy.Carriers, func(s CarrierSpec) bool { return s.Place == place })
}

// refusal tells whether the back end refused a request, by the statuses with which
// libraries refuse a token. What standin answers in its stead says nothing of it.
func refusal(x *timeline.Exchange) bool {
	return !x.Staged && (x.Status == 400 || x.Status == 401 || x.Status == 403 || x.Status == 500)
}

// collect orders findings and joins those of the same rule on the same address.
func collect(in *Input, found []Finding) []Finding {
	type key struct{ rule, method, path string }
	at := map[key]int{}
	var out []Finding
	for _, f := range found {
		x := in.exchange(f.Exchange)
		k := key{rule: f.Rule.ID, path: f.Place}
		if x != nil {
			k.method, k.path = x.Method, pathOf(x.URL)
		}
		if i, ok := at[k]; ok {
			if f.Place == "" {
				out[i].Repeats++
			}
			continue
		}
		at[k] = len(out)
		out = append(out, f)
	}
	slices.SortStableFunc(out, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(weight(a.Rule), weight(b.Rule)), cmp.Compare(rank(a.Rule), rank(b.Rule)))
	})
	return out
}

// broken lists the rules that each exchange broke, each once.
func broken(found []Finding) map[int][]string {
	out := map[int][]string{}
	for _, f := range found {
		if f.Exchange != 0 && !slices.Contains(out[f.Exchange], f.Rule.ID) {
			out[f.Exchange] = append(out[f.Exchange], f.Rule.ID)
		}
	}
	return out
}

func weight(r *Rule) int {
	if r.Severity == Must {
		return 0
	}
	return 1
}

func (in *Input) exchange(id int) *timeline.Exchange {
	if id <= 0 {
		return nil
	}
	if id <= len(in.Exchanges) && in.Exchanges[id-1].ID == id {
		return &in.Exchanges[id-1] // as they are numbered
	}
	for i := range in.Exchanges {
		if in.Exchanges[i].ID == id {
			return &in.Exchanges[i]
		}
	}
	return nil
}

func pathOf(raw string) string {
	u, err := timeline.ParseURL(raw)
	if err != nil {
		return raw
	}
	return u.Path
}

// name is what a request is called in a sentence.
func name(x *timeline.Exchange) string { return x.Method + " " + pathOf(x.URL) }
