package report

// Verdict is what came of a scenario, or of a run: one of six words.
type Verdict string

// The six verdicts.
const (
	// Pass: every request that had to prove who asks did so.
	Pass Verdict = "pass"
	// Warn: only rules of severity "should" were broken.
	Warn Verdict = "warn"
	// Fail: a rule of severity "must" was broken.
	Fail Verdict = "fail"
	// Inconclusive: nothing was proven, neither good nor bad.
	Inconclusive Verdict = "inconclusive"
	// NotApplicable: the scenario does not concern this app.
	NotApplicable Verdict = "not-applicable"
	// HarnessError: the browser or standin itself broke, which is never the app's
	// failure.
	HarnessError Verdict = "harness-error"
)

// Verdicts lists the six in the order in which reports count them.
var Verdicts = []Verdict{Pass, Warn, Fail, Inconclusive, NotApplicable, HarnessError}

// Exit codes of a run. 2 is not among them: it belongs to the command line, for
// usage, config and descriptor, before there is anything to report.
const (
	exitPassed       = 0
	exitFailed       = 1
	exitHarnessError = 3
	exitInconclusive = 4
)

// rank orders the verdicts from harmless to worst, as the exit codes do: a failure
// seen is worse than a scenario that broke down, which is worse than one that
// proved nothing. A word that is none of the six ranks as a harness error.
func (v Verdict) rank() int {
	switch v {
	case NotApplicable:
		return 0
	case Pass:
		return 1
	case Warn:
		return 2
	case Inconclusive:
		return 3
	case Fail:
		return 5
	}
	return 4
}

// Known reports whether v is one of the six words.
func (v Verdict) Known() bool {
	return v == HarnessError || v.rank() != HarnessError.rank()
}

// Worst returns the worst of the verdicts, in the order not-applicable, pass, warn,
// inconclusive, harness-error, fail. Of none it is Inconclusive, for nothing was
// proven; a word that is none of the six counts as HarnessError.
func Worst(verdicts ...Verdict) Verdict {
	if len(verdicts) == 0 {
		return Inconclusive
	}
	worst := NotApplicable
	for _, v := range verdicts {
		if !v.Known() {
			v = HarnessError
		}
		if v.rank() > worst.rank() {
			worst = v
		}
	}
	return worst
}

// Count returns how many scenarios ended with v.
func (t Totals) Count(v Verdict) int {
	switch v {
	case Pass:
		return t.Pass
	case Warn:
		return t.Warn
	case Fail:
		return t.Fail
	case Inconclusive:
		return t.Inconclusive
	case NotApplicable:
		return t.NotApplicable
	case HarnessError:
		return t.HarnessError
	}
	return 0
}

// All returns how many scenarios were counted.
func (t Totals) All() int {
	n := 0
	for _, v := range Verdicts {
		n += t.Count(v)
	}
	return n
}

// add counts one more scenario that ended with v.
func (t *Totals) add(v Verdict) {
	switch v {
	case Pass:
		t.Pass++
	case Warn:
		t.Warn++
	case Fail:
		t.Fail++
	case Inconclusive:
		t.Inconclusive++
	case NotApplicable:
		t.NotApplicable++
	default:
		t.HarnessError++
	}
}

// Add appends the result of a scenario and brings Totals and Verdict up to date. It
// is not safe for concurrent use.
func (r *Report) Add(s Scenario) {
	if !s.Verdict.Known() {
		s.Reason = "the scenario ended without a verdict"
		s.Verdict = HarnessError
	}
	r.Scenarios = append(r.Scenarios, s)
	r.Totals.add(s.Verdict)
	r.Verdict = r.Outcome()
}

// Interrupt records that the run was stopped before its last scenario ended.
func (r *Report) Interrupt() {
	r.Interrupted = true
	r.Verdict = r.Outcome()
}

// Outcome is the verdict of the run as a whole: the worst of its scenarios, except
// that a run which was interrupted, or in which no scenario passed and no request
// was judged, is Inconclusive at best.
func (r *Report) Outcome() Verdict {
	all := make([]Verdict, 0, len(r.Scenarios)+1)
	proven := false
	for _, s := range r.Scenarios {
		all = append(all, s.Verdict)
		proven = proven || s.Verdict == Pass || s.Judged > 0
	}
	if r.Interrupted || !proven {
		all = append(all, Inconclusive)
	}
	return Worst(all...)
}

// ExitCode is the run's exit code: 1 when a scenario failed, else 3 when one ended
// with a harness error, else 4 when one was inconclusive, when the run was
// interrupted or when nothing was proven, else 0. Warnings and scenarios that do
// not apply are no reason for another code than 0.
func (r *Report) ExitCode() int {
	switch r.Outcome() {
	case Fail:
		return exitFailed
	case HarnessError:
		return exitHarnessError
	case Inconclusive:
		return exitInconclusive
	}
	return exitPassed
}
