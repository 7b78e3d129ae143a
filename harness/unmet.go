package harness

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/standin-dev/standin/fakehost"
)

// unmetLimit is how many different things of a kind the notes name, and argsLimit how
// much of a call's arguments.
const (
	unmetLimit = 20
	argsLimit  = 200
)

// asked is what the app asked of the host, with its arguments, as its author would
// write it.
func asked(e fakehost.Entry) string {
	switch {
	case e.Call != "":
		return fmt.Sprintf("AP.%s(%s)", e.Call, arguments(e.Args))
	case e.Method != "":
		return e.Method + " " + address(e.URL)
	}
	return e.Text
}

// arguments are those of a call, as between its brackets.
func arguments(raw json.RawMessage) string {
	var list []json.RawMessage
	if json.Unmarshal(raw, &list) != nil {
		return cut(string(raw), argsLimit)
	}
	parts := make([]string, len(list))
	for i, argument := range list {
		parts[i] = string(argument)
	}
	return cut(strings.Join(parts, ", "), argsLimit)
}

// callers says who made a REST call that has no answer, or was refused.
var callers = map[fakehost.Who]string{
	fakehost.WhoBridge: ", asked by AP.request", fakehost.WhoAnonymous: ", asked without credentials",
	fakehost.WhoBackendJWT: ", asked by the app's back end", fakehost.WhoBackendOAuth: ", asked by the app's back end as the user",
}

// noteUnmet tells what the app asked of the host in vain in the whole run: what is not
// emulated, and what was refused. Each is told once, in the order of the first time.
func (r *run) noteUnmet() {
	var missing, refused tally
	for _, e := range slices.Concat(r.host.Journal(), r.laneJournal) {
		switch e.Kind {
		case fakehost.KindNotEmulated:
			missing.add(asked(e) + callers[e.Who])
		case fakehost.KindRefused:
			refused.add(strings.TrimSpace(e.Text + from(e)))
		case fakehost.KindRequest:
			if e.Refusal != "" {
				refused.add(refusedCall(e))
			}
		}
	}
	for _, line := range missing.lines() {
		r.report.Notes = append(r.report.Notes, "not emulated: "+line)
	}
	for _, line := range refused.lines() {
		r.report.Notes = append(r.report.Notes, "the host refused: "+line)
	}
}

// refusedCall tells a call to the host that it refused, and why.
func refusedCall(e fakehost.Entry) string {
	return fmt.Sprintf("%s%s (%d): %s", strings.Replace(asked(e), " /_standin/", " /", 1), callers[e.Who], e.Status, e.Refusal)
}

// from says where something that was refused came from.
func from(e fakehost.Entry) string {
	switch {
	case e.Module != "":
		return ", from the module " + e.Module
	case e.Extension != "":
		return ", said to be from " + cut(e.Extension, 80)
	case e.Method != "":
		return ": " + asked(e)
	}
	return ""
}

// tally counts equal texts, and keeps their order. The zero tally is empty.
type tally struct {
	order []string
	times map[string]int
}

func (t *tally) add(text string) {
	if t.times == nil {
		t.times = map[string]int{}
	}
	if t.times[text] == 0 {
		t.order = append(t.order, text)
	}
	t.times[text]++
}

// lines has each text with its count, and one line for those that are too many.
func (t *tally) lines() []string {
	var lines []string
	for i, text := range t.order {
		if i == unmetLimit {
			return append(lines, fmt.Sprintf("%d more, of other kinds", len(t.order)-i))
		}
		if n := t.times[text]; n > 1 {
			text = fmt.Sprintf("%s (%d times)", text, n)
		}
		lines = append(lines, text)
	}
	return lines
}
