package harness

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/standin-dev/standin/fakehost/descriptor"
	"github.com/standin-dev/standin/harness/report"
)

// returnLimit is how long an app whose address refuses connections may take to come
// back, as under a supervisor that starts it again; lookLimit bounds one look.
const (
	returnLimit = 5 * time.Second
	lookLimit   = 3 * time.Second
)

// cameBack is a note on a scenario.
const cameBack = "connections to the app broke off or were refused, and now it answers again: if it was started again, what it keeps in memory, such as its tenants, is lost, and what it refuses after that it refuses for that"

// errGone is why what was in progress was stopped.
var errGone = errors.New("the app is gone")

// watch ends what is in progress as soon as the app is seen to be gone. The zero watch
// has seen nothing.
type watch struct {
	stop context.CancelCauseFunc
	mu   sync.Mutex
	end  *report.AppEnd // nil: the app is there, as far as known
	// survived says that the app was there when its command had ended.
	survived bool
}

// watchApp begins to watch; the returned context ends with the app, and unwatch ends
// the watch.
func (r *run) watchApp(ctx context.Context) (watched context.Context, unwatch func()) {
	watched, r.watch.stop = context.WithCancelCause(ctx)
	var watching sync.WaitGroup
	if r.app != nil {
		watching.Go(func() {
			select {
			case <-r.app.proc.Done():
				// One that puts itself into the background does not go with its command.
				if err := r.look(watched); err != nil && watched.Err() == nil {
					r.lose(err)
				}
				r.watch.mu.Lock()
				r.watch.survived = r.watch.end == nil
				r.watch.mu.Unlock()
			case <-watched.Done():
			}
		})
	}
	return watched, func() {
		r.watch.stop(nil)
		watching.Wait()
	}
}

// lookAfter is called when a scenario was played, before it is judged: where the app's
// address refuses connections, or broke some off, it waits until the app is back or is
// known to be gone.
func (r *run) lookAfter(ctx context.Context, s *Stage) {
	if ctx.Err() != nil || !r.refuses() && !s.brokenOff() {
		return
	}
	waiting, cancel := context.WithTimeout(ctx, returnLimit)
	defer cancel()
	again := time.NewTicker(50 * time.Millisecond) // deadline: between two looks
	defer again.Stop()
	var ended <-chan struct{} // nil, and so never: the app is not ours
	if r.app != nil {
		ended = r.app.proc.Done()
	}
	for {
		err := r.look(ctx)
		if err == nil {
			s.note(cameBack)
		}
		if err == nil || ctx.Err() != nil {
			return
		}
		select {
		case <-ended:
			ended = nil // look once more: it may have put itself into the background
			if err = r.look(ctx); err != nil && ctx.Err() == nil {
				r.lose(err)
				return
			}
		case <-waiting.Done():
			if ctx.Err() == nil {
				r.lose(err)
			}
			return
		case <-again.C:
		}
	}
}

// refuses reports whether the app's address takes no connection.
func (r *run) refuses() bool {
	u, err := url.Parse(appURL(r.cfg.App))
	if err != nil || u.Port() == "" {
		return false
	}
	conn, err := net.DialTimeout("tcp", u.Host, lookLimit)
	if err != nil {
		return errors.Is(err, syscall.ECONNREFUSED)
	}
	conn.Close()
	return false
}

// look asks for the descriptor. Whatever answers is the app, and one that takes its
// time is there as well.
func (r *run) look(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, lookLimit)
	defer cancel()
	_, err := r.fetchDescriptor(ctx)
	var slow net.Error
	if !errors.Is(err, descriptor.ErrUnreachable) || errors.As(err, &slow) && slow.Timeout() {
		return nil
	}
	return err
}

// brokenOff reports whether a connection to the app failed in the scenario.
func (s *Stage) brokenOff() bool {
	for _, x := range s.page.Exchanges() {
		if !x.HostPage && x.Status == 0 && connectionFailed(x.Failure) && s.run.ours(x.URL) {
			return true
		}
	}
	return false
}

// connectionFailed knows the browser's words for connections that were refused or broke
// off.
func connectionFailed(failure string) bool {
	word := strings.ToUpper(strings.ReplaceAll(failure, "_", ""))
	for _, part := range []string{"CONNECTIONREFUSED", "CONNECTIONRESET", "CONNECTIONCLOSED", "CONNECTIONABORTED", "CONNECTIONFAILED", "EMPTYRESPONSE"} {
		if strings.Contains(word, part) {
			return true
		}
	}
	return false
}

// lose notes that the app is gone, and stops what is in progress.
func (r *run) lose(err error) {
	w := &r.root().watch
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.end != nil {
		return
	}
	facts := r.endFacts()
	facts.failure, facts.before = err, w.survived
	end := facts.tell()
	end.At = r.host.Time().Now().UTC().Format("2006-01-02T15:04:05.000Z07:00")
	w.end = &end
	w.stop(errGone)
}

// gone is how the app was lost; nil: it was not.
func (r *run) gone() *report.AppEnd {
	w := &r.root().watch
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.end
}

// endFacts is what is known when the app is gone.
func (r *run) endFacts() appEnding {
	e := appEnding{address: origin(appURL(r.cfg.App))}
	if r.host != nil {
		e.site, e.named = r.host.Origin(), r.cfg.Site != ""
	}
	if r.egress != nil {
		e.refused = r.egress.Refused()
	}
	if r.app == nil {
		return e
	}
	e.started, e.output = true, r.app.output()
	if e.ended = r.app.ended(); e.ended {
		e.state = r.app.proc.Err()
	}
	return e
}

// tellGone says in the result of a scenario that the app was lost in it. What was found
// stays, but for what the app's absence itself looks like.
func (r *run) tellGone(out *report.Scenario) {
	end := r.gone()
	if end == nil {
		return
	}
	if end.During == "" {
		end.During = out.ID
	}
	must := false
	findings := out.Findings[:0]
	for _, f := range out.Findings {
		if strings.HasPrefix(f.Rule, "page/") && (f.Request == nil || f.Request.Status == 0) {
			continue
		}
		must = must || f.Severity == report.Must
		findings = append(findings, f)
	}
	out.Findings = findings
	switch {
	case out.Verdict == report.Pass, out.Verdict == report.Warn, out.Verdict == report.NotApplicable:
		return // it had come to its end
	case must:
		out.Notes = append(out.Notes, strings.TrimSuffix(end.Message, ".")+", in the middle of this scenario.")
		return
	}
	out.Verdict, out.Reason = report.Inconclusive, end.Message
	if last := lastLine(end.Output); last != "" {
		out.Reason += " Its last line of output: " + last
	}
}

// skipRest says of the scenarios that were left that they were not played. A run that
// lost its app was not interrupted, unless it was by its caller as well.
func (r *run) skipRest(ctx context.Context, scenarios []Scenario) {
	end := r.gone()
	if end == nil {
		return
	}
	r.report.Interrupted = ctx.Err() != nil
	played := map[string]int{} // they may have been played in another order
	for _, s := range r.report.Scenarios {
		played[s.ID]++
	}
	for _, sc := range scenarios {
		if played[sc.ID] > 0 {
			if !r.playsAll() {
				played[sc.ID]--
			}
			continue
		}
		out := report.Scenario{ID: sc.ID, Title: sc.Title, Module: r.module.Key, Verdict: report.Inconclusive, NotPlayed: true, Reason: "not played: the app was gone."}
		r.report.Add(out)
		r.cfg.Progress.end(out)
		end.NotPlayed++
	}
	r.report.AppEnd = end
}

func lastLine(text string) string {
	text = strings.TrimSpace(text)
	return text[strings.LastIndexByte(text, '\n')+1:]
}

// diedInstalling says of an install that failed that the app ended over it.
func (r *run) diedInstalling(ctx context.Context, err error) error {
	if r.app == nil || !r.refuses() {
		return err
	}
	waiting, cancel := context.WithTimeout(ctx, returnLimit)
	defer cancel()
	select {
	case <-r.app.proc.Done():
	case <-waiting.Done():
		return err
	}
	if r.look(ctx) == nil {
		return err
	}
	facts := r.endFacts()
	told := fmt.Errorf("%w; the app's command ended with %s while it was being installed", err, endState(facts.state))
	if facts.output != "" {
		told = fmt.Errorf("%w; it printed:\n%s", told, facts.output)
	}
	if cause, remedy := facts.why(); cause != "" {
		told = fmt.Errorf("%w\n%s %s", told, cause, remedy)
	}
	return told
}
