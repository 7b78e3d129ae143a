package report

import "strings"

// AppEnd says how a run lost the app under test: its command ended, or its address
// stopped answering.
type AppEnd struct {
	// Message says in one sentence what was seen.
	Message string `json:"message"`
	// ExitStatus is that of the app's command. Nil: it has none, for the command runs on,
	// was ended by a signal, or is not standin's.
	ExitStatus *int `json:"exitStatus,omitempty"`
	// Signal is what ended the command, as "killed". Empty: none did.
	Signal string `json:"signal,omitempty"`
	// During is the id of the scenario in which it was lost. Empty: it was lost before
	// the first one, while standin explored it.
	During string `json:"during,omitempty"`
	// At is the virtual instant at which that was seen, RFC 3339 with milliseconds.
	At string `json:"at"`
	// Output is the last that the command printed, in lines. Empty: it printed nothing, or
	// is not standin's.
	Output string `json:"output,omitempty"`
	// Cause is what standin itself had refused the app, where that was so; Remedy is what
	// to do about it. Empty: it had refused nothing.
	Cause  string `json:"cause,omitempty"`
	Remedy string `json:"remedy,omitempty"`
	// NotPlayed counts the scenarios whose turn did not come.
	NotPlayed int `json:"notPlayed"`
}

// appEnd tells how the app was lost, above all else that is said of the run.
func (p *page) appEnd(e *AppEnd) *page {
	if e == nil {
		return p
	}
	p.gap()
	p.banner("! the app is gone ")
	p.para(2, e.Message)
	p.line("")
	when := e.During
	if when == "" {
		when = "while standin explored the app, before the first scenario"
	}
	p.field("when", when)
	if e.NotPlayed > 0 {
		p.field("left out", plural(e.NotPlayed, "scenario")+" after that, not played")
	}
	switch {
	case e.Output == "" && (e.ExitStatus != nil || e.Signal != ""):
		p.field("output", "none")
	case e.Output != "":
		p.line("  its last lines of output")
		for _, l := range strings.Split(e.Output, "\n") {
			body := strings.TrimLeft(l, " \t")
			indent := "  │ " + strings.Repeat(" ", len(l)-len(body))
			p.hang(body, indent, indent+"  ")
		}
	}
	p.field("cause", e.Cause)
	p.field("remedy", e.Remedy)
	return p
}
