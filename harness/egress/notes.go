package egress

import "fmt"

// noteLimit is how many different calls the notes name.
const noteLimit = 20

// Notes tell a person what was called, a line for each call, in the order of the first
// time. What was refused is told by [Proxy.Refused].
func (p *Proxy) Notes() []string {
	kept, dropped := p.calls.all()
	led := &tally{}
	for _, c := range kept {
		if !c.Refused {
			led.add(c.String())
		}
	}
	var notes []string
	for _, line := range led.lines("further calls") {
		notes = append(notes, "egress: the app's back end called: "+line)
	}
	if dropped > 0 {
		notes = append(notes, fmt.Sprintf("egress: the app's back end called %d times more, of which nothing was kept", dropped))
	}
	return notes
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
func (t *tally) lines(rest string) []string {
	var lines []string
	for i, text := range t.order {
		if i == noteLimit {
			return append(lines, fmt.Sprintf("%d %s", len(t.order)-i, rest))
		}
		if n := t.times[text]; n > 1 {
			text = fmt.Sprintf("%s (%d times)", text, n)
		}
		lines = append(lines, text)
	}
	return lines
}
