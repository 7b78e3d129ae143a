package probe

import (
	"bytes"
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"syscall"
	"time"

	"github.com/standin-dev/standin/harness/judge"
)

// askLimit bounds one question.
const askLimit = 10 * time.Second

// ErrUnasked is what errors are that say why an endpoint cannot be asked again.
var ErrUnasked = errors.New("not asked")

// reason is what an error says of why it was not asked: that it was not, its reader
// knows.
func reason(err error) string { return strings.TrimPrefix(err.Error(), ErrUnasked.Error()+": ") }

// An Asker asks one back end. It remembers what each endpoint answers to a valid
// token and to none: what the answers to the probes are compared with.
type Asker struct {
	// Tenant gives what tokens are made from, with the time as it is.
	Tenant func() Tenant
	// Said hears of each question and its answer, for the timeline.
	Said func(e Endpoint, a Attempt, answer Answer)

	// Through leads questions for a name of the app to where it answers; nil: it has none.
	Through func(http.RoundTripper) http.RoundTripper

	client *http.Client
	known  map[string]*baseline
	quiet  time.Duration // 0: quietLimit
}

// baseline is how an endpoint answers.
type baseline struct {
	// control is the answer to a valid token, again what it was when asked for later.
	control Answer
	again   []Answer
	// anonymous is the answer to no token, and nobody what it is like.
	anonymous Answer
	nobody    likeness
	// stranger is the answer to a token that another key has signed, where it was asked
	// for to compare others with; nil: it was not.
	stranger *reference
	err      error
}

// reference is an answer to a token that is no good, and what it is like.
type reference struct {
	answer Answer
	like   likeness
}

// open reports whether the endpoint answers anybody as it answers the right one.
func (b *baseline) open() bool { return b.nobody == same }

// usable reports whether it is known, and tells a valid token from others.
func (b *baseline) usable() bool { return b != nil && b.err == nil && !b.open() }

// Finding is a wrong answer.
type Finding struct {
	Rule     *judge.Rule
	Endpoint Endpoint
	Attempt  Attempt
	Answer   Answer
	// Message, Expected and Actual tell it. Curl repeats it; the secret is left out. It
	// is empty where no command line can, for what was asked ended with the run, or has
	// too long a body.
	Message, Expected, Actual, Curl string
}

// Outcome is what a probe found.
type Outcome struct {
	// Asked counts the endpoints to which the probe put its questions.
	Asked int
	// Open names the endpoints that need no token: whatever is sent, they answer.
	Open []string
	// Unasked says of each endpoint that could not be asked again why, and of each
	// question whose answer is none.
	Unasked []string
	// Unclear says which answers can be taken neither for a refusal nor for anything
	// else.
	Unclear []string
	// Findings are the wrong answers, one a rule and endpoint.
	Findings []Finding
	// Notes are what else there is to tell.
	Notes []string
}

// Probe puts a probe's questions to the endpoints that it concerns. The error is that
// of ctx; what was found until then is in the outcome.
func (a *Asker) Probe(ctx context.Context, p Probe, endpoints []Endpoint) (Outcome, error) {
	var out Outcome
	for _, e := range endpoints {
		if !p.Concerns(e) {
			continue
		}
		b := a.baseline(ctx, e)
		switch {
		case ctx.Err() != nil:
			return out, context.Cause(ctx)
		case b.err != nil && e.Session && errors.Is(b.err, errEnded):
			if err := a.byStatus(ctx, e, &out); err != nil {
				return out, err
			}
			continue
		case b.err != nil:
			out.Unasked = append(out.Unasked, e.Name()+": "+reason(b.err))
			continue
		case b.open() && (p.ID != None.ID || static(b.anonymous, b.control)) && !p.Sockets:
			out.Open = append(out.Open, e.Name())
			continue
		}
		if err := a.put(ctx, e, p.attempts(a.Tenant(), e, *b), b, &out); err != nil {
			return out, err
		}
	}
	return out, nil
}

// put puts the questions to one endpoint. It is given up when it does not answer, or
// answers something that has nothing to do with the token.
func (a *Asker) put(ctx context.Context, e Endpoint, attempts []Attempt, b *baseline, out *Outcome) error {
	told := false
	defer func() {
		if told {
			out.Asked++
		}
	}()
	for _, attempt := range attempts {
		answer, err := a.ask(ctx, e, attempt)
		found := unclear
		if err == nil {
			found, err = a.compare(ctx, e, attempt, answer, b)
		}
		switch {
		case ctx.Err() != nil:
			return context.Cause(ctx)
		case err != nil:
			out.Unasked = append(out.Unasked, fmt.Sprintf("%s %s: %s", e.Name(), attempt.Name, reason(err)))
			return nil
		case found == unclear && attempt.byLikeness():
			out.Unclear = append(out.Unclear, fmt.Sprintf("%s, asked again %s, was answered with %d, and what came with it is neither what a valid token gets nor clearly a refusal", e.Name(), attempt.Name, answer.Status))
			continue
		}
		told = true
		if f, wrong := weigh(e, attempt, answer, b.control, found); wrong && !out.Has(f) {
			if attempt.forged == nil || !attempt.forged.passing {
				f.Curl = curl(e, attempt)
			}
			out.Findings = append(out.Findings, f)
		}
	}
	return nil
}

// baseline asks what an endpoint answers to a valid token and to none, once. What was
// no answer is asked for anew by the next who wants to know.
func (a *Asker) baseline(ctx context.Context, e Endpoint) *baseline {
	if b, ok := a.known[e.Key()]; ok {
		return b
	}
	b := &baseline{}
	b.control, b.err = a.ask(ctx, e, control(a.Tenant(), e))
	if b.err == nil {
		b.err = b.control.silence()
	}
	if b.err == nil && e.Session && !b.control.good() {
		b.err = fmt.Errorf("%w: %w: it is answered with %d", ErrUnasked, errEnded, b.control.Status)
	}
	if b.err == nil && !b.control.good() {
		b.err = fmt.Errorf("%w: asked again with a valid token it answers %d, so nothing can be told from its answers%s", ErrUnasked, b.control.Status, e.without())
	}
	if b.err == nil {
		b.err = a.anonymous(ctx, e, b)
	}
	if ctx.Err() != nil || errors.Is(b.err, errSilence) {
		return b // and ask anew, should anybody want to know
	}
	if a.known == nil {
		a.known = map[string]*baseline{}
	}
	a.known[e.Key()] = b
	return b
}

// errEnded is what errors are that say that there is no valid credential to ask with.
var errEnded = errors.New("the session that the app had has ended")

// byStatus asks without a token where nothing is left to compare the answer with: one
// that refuses is a refusal all the same, for there was another in the run.
func (a *Asker) byStatus(ctx context.Context, e Endpoint, out *Outcome) error {
	attempt := Attempt{Name: "without a token"}
	answer, err := a.ask(ctx, e, attempt)
	switch {
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case err == nil && answer.refuses():
		out.Asked++
		return nil
	case err == nil:
		err = fmt.Errorf("it answered %d, and the session that the app had has ended, so there is nothing to compare that with", answer.Status)
	}
	out.Unasked = append(out.Unasked, fmt.Sprintf("%s %s: %s", e.Name(), attempt.Name, reason(err)))
	return nil
}

// without says what of the request is not sent again and may be missed.
func (e Endpoint) without() string {
	switch {
	case !e.Cookies:
		return ""
	case e.Carrier.Place == "cookie":
		return "; its other cookies were left out, for they could prove who asks"
	}
	return "; its cookies were left out, for they could prove who asks"
}

// anonymous asks without a token.
func (a *Asker) anonymous(ctx context.Context, e Endpoint, b *baseline) (err error) {
	attempt := Attempt{Name: "without a token"}
	if b.anonymous, err = a.ask(ctx, e, attempt); err == nil {
		b.nobody, err = a.compare(ctx, e, attempt, b.anonymous, b)
	}
	return err
}

// ask sends one question.
func (a *Asker) ask(ctx context.Context, e Endpoint, attempt Attempt) (Answer, error) {
	r, err := request(ctx, e, attempt)
	if err != nil {
		return Answer{}, err
	}
	answer, err := a.do(ctx, r)
	if err == nil && a.Said != nil {
		a.Said(e, attempt, answer)
	}
	return answer, err
}

// do sends a request and takes the answer in.
func (a *Asker) do(ctx context.Context, r *http.Request) (Answer, error) {
	bound, cancel := context.WithTimeout(ctx, askLimit)
	defer cancel()
	if a.client == nil {
		a.client = newClient()
		if a.Through != nil {
			a.client.Transport = a.Through(a.client.Transport)
		}
	}
	r.Header.Set("User-Agent", "standin")
	response, err := a.client.Do(r.WithContext(bound))
	if err != nil {
		if bound.Err() != nil && ctx.Err() == nil {
			err = fmt.Errorf("no answer within %s", askLimit)
		}
		return Answer{}, fmt.Errorf("%w: %w", ErrUnasked, err)
	}
	defer response.Body.Close()
	if response.StatusCode == http.StatusSwitchingProtocols {
		return readSocket(bound, response, cmp.Or(a.quiet, quietLimit)), nil
	}
	return read(response, cmp.Or(a.quiet, quietLimit), cancel), nil
}

// Close lets go of connections.
func (a *Asker) Close() {
	if a.client != nil {
		a.client.CloseIdleConnections()
	}
}

// request makes the question: the endpoint's request with the attempt's token in
// the place of every token, or with none.
func request(ctx context.Context, e Endpoint, attempt Attempt) (*http.Request, error) {
	s, err := e.spell(attempt)
	if err != nil {
		return nil, err
	}
	r, err := http.NewRequestWithContext(ctx, e.Method, s.url, bytes.NewReader(s.body))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrUnasked, err)
	}
	r.Header = s.header.Clone()
	if e.Socket {
		upgrade(r)
	}
	return r, nil
}

// spelled is a question in full.
type spelled struct {
	url    string
	header http.Header
	body   []byte
}

// spell writes the question out with its token.
func (e Endpoint) spell(attempt Attempt) (spelled, error) {
	raw := ""
	if attempt.forged != nil && attempt.forged.recorded {
		return spelled{url: e.URL, header: e.Header, body: e.Body}, nil
	}
	if attempt.forged != nil {
		var err error
		if raw, err = attempt.forged.token(); err != nil {
			return spelled{}, err
		}
	}
	return e.with(attempt.url, raw), nil
}

// with puts raw in the place of every token; "" takes them out. address is what is
// asked for in place of the endpoint's own, without a token; "" is the endpoint's.
func (e Endpoint) with(address, raw string) spelled {
	s := spelled{url: e.URL, header: http.Header{}, body: e.Body}
	switch {
	case address != "" && raw != "":
		s.url = withParameter(address, e.Carrier.Name, escape(raw))
	case address != "":
		s.url = address
	case raw == "":
		s.url = e.bare()
	}
	swap := e.swap(raw)
	if raw != "" && address == "" {
		s.url = swap.Replace(s.url)
	}
	for name, values := range e.Header {
		for _, value := range values {
			replaced := swap.Replace(value)
			if raw == "" && replaced != value {
				continue // a header that held the token, and nothing besides worth keeping
			}
			s.header.Add(name, replaced)
		}
	}
	if len(e.Body) > 0 {
		s.body = []byte(swap.Replace(string(e.Body)))
	}
	return s
}

// swap replaces every token by another.
func (e Endpoint) swap(raw string) *strings.Replacer {
	var pairs []string
	for _, t := range e.tokens {
		pairs = append(pairs, t, raw)
	}
	return strings.NewReplacer(pairs...)
}

// newClient makes a client that follows no redirect, knows no proxy and speaks to
// this machine alone, whoever signed the certificates there.
func newClient() *http.Client {
	dialer := &net.Dialer{Timeout: askLimit, Control: func(_, address string, _ syscall.RawConn) error {
		host, _, err := net.SplitHostPort(address)
		if ip := net.ParseIP(host); err != nil || ip == nil || !ip.IsLoopback() {
			return fmt.Errorf("%s is not on this machine", address)
		}
		return nil
	}}
	return &http.Client{
		Transport: &http.Transport{
			Proxy: nil, DialContext: dialer.DialContext, MaxIdleConnsPerHost: 2, TLSClientConfig: &tls.Config{InsecureSkipVerify: true},
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}
