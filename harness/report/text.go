package report

import (
	"cmp"
	"fmt"
	"io"
	"strings"
)

// TextOptions says how Text lays a report out. The zero value suits a terminal of
// 80 columns.
type TextOptions struct {
	// Width is the number of columns. Zero: 80. Less than 48 counts as 48.
	Width int
	// Verbose tells every finding in full and adds the whole timeline of each
	// scenario, also of those that passed.
	Verbose bool
	// SkipLines leaves out the head and the table of scenarios, for a run that has
	// printed Line for each of them as it ended.
	SkipLines bool
}

const (
	defaultWidth = 80
	leastWidth   = 48
)

// Text writes r for a person: the table of scenarios, then what each of those that
// did not simply pass has to say, then the notes, and the totals last. It returns
// the writer's error.
func Text(w io.Writer, r *Report, o TextOptions) error {
	c := clean(r)
	p := &page{width: lineWidth(o.Width), verbose: o.Verbose}
	if !o.SkipLines {
		p.head(c)
		p.table(c)
	}
	for _, s := range c.Scenarios {
		if !s.NotPlayed {
			p.scenario(s)
		}
	}
	p.notPlayed(c.Scenarios)
	p.appEnd(c.AppEnd)
	p.notes(c)
	p.totals(c)
	_, err := io.WriteString(w, p.String())
	return err
}

// page collects the lines of a text.
type page struct {
	strings.Builder
	width   int
	verbose bool
}

// line adds one line as it is.
func (p *page) line(s string) {
	p.WriteString(strings.TrimRight(s, " "))
	p.WriteByte('\n')
}

// para adds a wrapped paragraph, indented by n.
func (p *page) para(n int, text string) {
	indent := strings.Repeat(" ", n)
	p.hang(text, indent, indent)
}

// hang adds a wrapped paragraph whose first line starts with first, the others with
// rest.
func (p *page) hang(text, first, rest string) {
	for _, l := range wrap(text, p.width, first, rest) {
		p.line(l)
	}
}

// head names the app, the host and the browser.
func (p *page) head(r *Report) {
	const indent = "         "
	if r.App != (App{}) {
		p.hang(appName(r.App)+" at "+r.App.BaseURL, "app      ", indent)
	}
	if r.Host != (Host{}) {
		p.hang(r.Host.Product+" at "+r.Host.BaseURL, "host     ", indent)
	}
	if r.Browser != "" {
		p.hang(r.Browser, "browser  ", indent)
	}
	if p.Len() > 0 {
		p.line("")
	}
}

// appName is the app's name and key, or its key alone.
func appName(a App) string {
	if a.Name == "" || a.Name == a.Key {
		return a.Key
	}
	return fmt.Sprintf("%s (%s)", a.Name, a.Key)
}

// table has one line a scenario.
func (p *page) table(r *Report) {
	if len(r.Scenarios) == 0 {
		return
	}
	p.line(Heading(p.width))
	for _, s := range r.Scenarios {
		p.line(Line(s, p.width))
	}
}

// notPlayed counts the scenarios that another one's result made pointless.
func (p *page) notPlayed(scenarios []Scenario) {
	counts := map[string]int{}
	var order []string
	for _, s := range scenarios {
		if s.BecauseOf == "" {
			continue
		}
		if counts[s.BecauseOf]++; counts[s.BecauseOf] == 1 {
			order = append(order, s.BecauseOf)
		}
	}
	for _, id := range order {
		p.gap()
		p.para(0, fmt.Sprintf("%s %s %s not played, for the reason that %s gives", mark(Inconclusive), plural(counts[id], "scenario"), were(counts[id]), id))
	}
}

func were(n int) string {
	if n == 1 {
		return "was"
	}
	return "were"
}

// notes lists what the run itself wants to say.
func (p *page) notes(r *Report) {
	if len(r.Notes) == 0 {
		return
	}
	p.gap()
	p.line("notes")
	for _, n := range r.Notes {
		p.note(n)
	}
}

// note adds one note. Its lines keep their indentation, for some are YAML.
func (p *page) note(text string) {
	for i, l := range strings.Split(strings.Trim(text, "\n"), "\n") {
		body := strings.TrimLeft(l, " \t")
		indent := "    " + strings.Repeat(" ", len(l)-len(body))
		if i == 0 {
			p.hang(body, "  - ", "    ")
			continue
		}
		p.hang(body, indent, indent+"  ")
	}
}

// totals is the last line: the verdict, how many of each, and what it cost.
func (p *page) totals(r *Report) {
	var counts []string
	for _, v := range Verdicts {
		if n := r.Totals.Count(v); n > 0 {
			counts = append(counts, fmt.Sprintf("%d %s", n, v))
		}
	}
	var virtual, real float64
	var requests, judged int
	for _, s := range r.Scenarios {
		virtual, real = virtual+s.VirtualSeconds, real+s.RealSeconds
		requests, judged = requests+s.Requests, judged+s.Judged
	}
	text := "no scenario ran"
	if n := len(r.Scenarios); n > 0 {
		text = fmt.Sprintf("%s (%s), %d of %s judged, %s of virtual time in %s",
			plural(n, "scenario"), strings.Join(counts, ", "), judged, plural(requests, "request"),
			span(virtual), seconds(cmp.Or(r.RealSeconds, real)))
	}
	if r.Interrupted {
		text = "interrupted, " + text
	}
	p.gap()
	p.para(0, fmt.Sprintf("%s %s: %s; exit code %d", mark(r.Verdict), r.Verdict, text, r.ExitCode()))
}

// gap adds an empty line between two parts.
func (p *page) gap() {
	if p.Len() > 0 {
		p.line("")
	}
}

// lineWidth settles the number of columns.
func lineWidth(width int) int {
	return max(cmp.Or(width, defaultWidth), leastWidth)
}

// plural counts things.
func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
