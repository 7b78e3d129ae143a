package report

import (
	"cmp"
	"encoding/xml"
	"fmt"
	"io"
	"strings"
	"time"
)

// junitWidth is the width of the stories in a JUnit file, where no terminal wraps.
const junitWidth = 100

// The JUnit document, as far as build servers agree on it.
type (
	junitSuites struct {
		XMLName xml.Name `xml:"testsuites"`
		junitCounts
		Suites []junitSuite `xml:"testsuite"`
	}
	junitSuite struct {
		Name string `xml:"name,attr"`
		junitCounts
		Timestamp string      `xml:"timestamp,attr,omitempty"`
		Cases     []junitCase `xml:"testcase"`
		Output    *junitText  `xml:"system-out"`
	}
	junitCounts struct {
		Tests    int    `xml:"tests,attr"`
		Failures int    `xml:"failures,attr"`
		Errors   int    `xml:"errors,attr"`
		Skipped  int    `xml:"skipped,attr"`
		Time     string `xml:"time,attr"`
	}
	junitCase struct {
		Class   string       `xml:"classname,attr"`
		Name    string       `xml:"name,attr"`
		Time    string       `xml:"time,attr"`
		Skipped *junitSkip   `xml:"skipped"`
		Failure *junitReason `xml:"failure"`
		Error   *junitReason `xml:"error"`
		Output  *junitText   `xml:"system-out"`
	}
	junitSkip struct {
		Message string `xml:"message,attr,omitempty"`
	}
	junitReason struct {
		Type    string `xml:"type,attr"`
		Message string `xml:"message,attr"`
		Body    string `xml:",cdata"`
	}
	junitText struct {
		Body string `xml:",cdata"`
	}
)

// JUnit writes r for build servers: a test case a scenario, the story as the body
// of a failure. A warning passes and says so in its output. What was inconclusive
// is an error, for a build server shows a skipped test as no trouble at all. Where
// the run's exit code is not 0 and no test case would say why, as after an
// interruption, one named "run" does. It returns the writer's error.
func JUnit(w io.Writer, r *Report) error {
	c := clean(r)
	suite := junitSuite{Name: cmp.Or(c.App.Key, "standin")}
	var total float64
	for _, s := range c.Scenarios {
		suite.add(scenarioCase(suite.Name, s))
		total += s.RealSeconds
	}
	if c.Interrupted || c.ExitCode() != exitPassed && suite.Failures+suite.Errors == 0 {
		suite.add(runCase(suite.Name, c))
	}
	suite.Time = junitTime(cmp.Or(c.RealSeconds, total))
	if !c.StartedAt.IsZero() {
		suite.Timestamp = c.StartedAt.UTC().Format(time.RFC3339)
	}
	if text := (&page{width: junitWidth}).appEnd(c.AppEnd).String() + strings.Join(c.Notes, "\n"); text != "" {
		suite.Output = &junitText{strings.TrimRight(text, "\n") + "\n"}
	}
	data, err := xml.MarshalIndent(junitSuites{junitCounts: suite.junitCounts, Suites: []junitSuite{suite}}, "", "  ")
	if err != nil {
		return fmt.Errorf("report: junit: %w", err)
	}
	_, err = io.WriteString(w, xml.Header+string(data)+"\n")
	return err
}

// add appends a case and counts it.
func (s *junitSuite) add(c junitCase) {
	s.Cases = append(s.Cases, c)
	s.Tests++
	switch {
	case c.Failure != nil:
		s.Failures++
	case c.Error != nil:
		s.Errors++
	case c.Skipped != nil:
		s.Skipped++
	}
}

// scenarioCase is the test case of one scenario.
func scenarioCase(suite string, s Scenario) junitCase {
	group, _, _ := strings.Cut(s.ID, "/")
	c := junitCase{Class: suite + "." + group, Name: s.Label(), Time: junitTime(s.RealSeconds)}
	story := storyText(s)
	switch s.Verdict {
	case Pass:
	case Warn:
		c.Output = &junitText{story}
	case NotApplicable:
		c.Skipped = &junitSkip{Message: s.Reason}
	case Fail:
		c.Failure = &junitReason{Type: failureType(s), Message: failureMessage(s), Body: story}
	default:
		c.Error = &junitReason{Type: string(s.Verdict), Message: s.Reason, Body: story}
	}
	return c
}

// runCase says what is wrong with the run where no scenario does.
func runCase(suite string, r *Report) junitCase {
	kind, why := string(r.Verdict), "no scenario passed and no request was judged, so nothing was proven"
	switch {
	case r.Interrupted:
		kind, why = "interrupted", "the run was interrupted before its last scenario ended"
	case len(r.Scenarios) == 0:
		why = "no scenario ran, so nothing was proven"
	}
	return junitCase{Class: suite, Name: "run", Time: junitTime(0), Error: &junitReason{Type: kind, Message: why}}
}

// failureType is the rule that a failed scenario broke first.
func failureType(s Scenario) string {
	if len(s.Findings) == 0 {
		return string(Fail)
	}
	return s.Findings[0].Rule
}

// failureMessage is the one line that build servers show in their lists.
func failureMessage(s Scenario) string {
	if len(s.Findings) == 0 {
		return s.Reason
	}
	return s.Findings[0].Message
}

// storyText is what Text says about a scenario.
func storyText(s Scenario) string {
	p := &page{width: junitWidth}
	p.scenario(s)
	return "\n" + p.String()
}

// junitTime is a length in seconds, as the format wants it.
func junitTime(s float64) string {
	return fmt.Sprintf("%.3f", s)
}
