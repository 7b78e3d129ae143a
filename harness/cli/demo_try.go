package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/standin-dev/standin/harness"
	"github.com/standin-dev/standin/harness/judge"
	"github.com/standin-dev/standin/harness/report"
)

// try serves the sample on a free port and runs the scenarios on it.
func (d *demo) try(ctx context.Context, s Sample, chosen []harness.Scenario) (*report.Report, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("%w: serve the sample: %w", harness.ErrHarness, err)
	}
	base := fmt.Sprintf("http://localhost:%d", listener.Addr().(*net.TCPAddr).Port)
	var keys atomic.Value
	keys.Store("")
	server := &http.Server{
		ReadHeaderTimeout: 10 * time.Second,
		Handler:           s.New(func() string { return base }, func() string { return keys.Load().(string) }),
	}
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	hooks := d.p.hooks()
	hooks.Say = nil // how an app is installed is no news here
	r, err := harness.Run(ctx, harness.Config{
		App: base, Use: d.running, Progress: hooks, Probes: harness.ProbesAll, // it is our own app
		Started: func(env map[string]string) error {
			keys.Store(env["CONNECT_KEYS_CDN_URL"])
			return nil
		},
	}, chosen)
	if err != nil && ctx.Err() != nil {
		r, err = &report.Report{}, nil
		r.Interrupt()
	}
	err = errors.Join(err, server.Close())
	if e := <-served; !errors.Is(e, http.ErrServerClosed) {
		err = errors.Join(err, fmt.Errorf("%w: serve the sample: %w", harness.ErrHarness, e))
	}
	return r, err
}

// telling is the failure that tells most: that of the rule which comes first in
// the order of rules; among equals the first. Nil: nothing is wrong.
func telling(r *report.Report) *report.Scenario {
	var best *report.Scenario
	rank := func(s *report.Scenario) int {
		if s.Verdict != report.Fail || len(s.Findings) == 0 {
			return len(harness.Rules())
		}
		return slices.IndexFunc(harness.Rules(), func(rule *judge.Rule) bool { return rule.ID == s.Findings[0].Rule })
	}
	for i := range r.Scenarios {
		s := &r.Scenarios[i]
		if s.Verdict == report.Pass || s.Verdict == report.NotApplicable {
			continue
		}
		if best == nil || rank(s) < rank(best) {
			best = s
		}
	}
	return best
}

// trial is what standin said of a sample, beside what was expected.
type trial struct {
	sample       Sample
	totals       report.Totals
	fails, warns int      // how many of the scenarios that ran must
	wrong        []string // where it said something else
}

// judged compares. A sound sample must pass wherever a scenario applies; a broken
// one must fail where it is known to.
func judged(s Sample, r *report.Report) trial {
	t := trial{sample: s, totals: r.Totals}
	if r.Interrupted {
		t.wrong = append(t.wrong, "it was interrupted")
		return t
	}
	if len(r.Scenarios) == 0 {
		t.wrong = append(t.wrong, "no scenario ran")
	}
	for _, got := range r.Scenarios {
		fail, warn := slices.Contains(s.Fails, got.ID), slices.Contains(s.Warns, got.ID)
		if fail {
			t.fails++
		}
		if warn {
			t.warns++
		}
		switch {
		case warn && got.Verdict != report.Warn:
			t.wrong = append(t.wrong, fmt.Sprintf("%s must warn, and was %s", got.ID, got.Verdict))
		case fail && got.Verdict != report.Fail:
			t.wrong = append(t.wrong, fmt.Sprintf("%s must fail, and was %s", got.ID, got.Verdict))
		case s.Defect == "" && got.Verdict != report.Pass && got.Verdict != report.NotApplicable:
			t.wrong = append(t.wrong, fmt.Sprintf("%s must pass, and was %s", got.ID, got.Verdict))
		case got.Verdict == report.HarnessError:
			t.wrong = append(t.wrong, got.ID+" broke down")
		}
	}
	return t
}

// summary is the table of what was expected and what was said.
func summary(w io.Writer, trials []trial) {
	fmt.Fprintf(w, "\n  %s%s%s\n", pad("sample", 24), pad("expected", 22), "standin said")
	for _, t := range trials {
		sign := "✓"
		if len(t.wrong) > 0 {
			sign = "✗"
		}
		fmt.Fprintf(w, "%s %s%s%s\n", sign, pad(t.sample.Name, 24), pad(t.expected(), 22), counts(t.totals))
		for _, text := range t.wrong {
			fmt.Fprintf(w, "    %s\n", text)
		}
	}
}

// expected says in a few words what a sample must get.
func (t trial) expected() string {
	switch {
	case t.sample.Defect == "":
		return "pass"
	case t.fails > 0:
		return fmt.Sprintf("%d fail, or more", t.fails)
	case t.warns > 0:
		return fmt.Sprintf("%d warn, or more", t.warns)
	}
	return "nothing certain"
}

func counts(totals report.Totals) string {
	var parts []string
	for _, v := range report.Verdicts {
		if n := totals.Count(v); n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, v))
		}
	}
	return strings.Join(parts, ", ")
}
