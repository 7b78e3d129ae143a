package cli

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"strconv"
	"sync"

	"github.com/standin-dev/standin/fakehost/token"
	"github.com/standin-dev/standin/harness"
	"github.com/standin-dev/standin/harness/report"
)

// clearLine goes back to the start of a terminal's line and empties it.
const clearLine = "\r\x1b[K"

// progress tells a person what a run does. On a terminal, what runs just now stands
// in the last line, which is rewritten in place; elsewhere there is one line a
// scenario, as it ends. It is safe for concurrent use.
type progress struct {
	w        io.Writer
	width    int
	terminal bool

	mu      sync.Mutex
	current string                    // the line in place; empty: there is none
	headed  bool                      // the table's heading was printed
	told    map[string]report.Verdict // what each line said
	again   bool                      // that some were judged again was said
}

func newProgress(w io.Writer) *progress {
	return &progress{w: w, width: columns(), terminal: isTerminal(w)}
}

// isTerminal guesses well enough: a character device that takes cursor movements.
func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok || os.Getenv("TERM") == "dumb" {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// columns is the width that the environment names, as shells do when it is
// exported; else 80.
func columns() int {
	if n, err := strconv.Atoi(os.Getenv("COLUMNS")); err == nil && n > 0 {
		return n
	}
	return defaultWidth
}

// hooks are what the engine calls.
func (p *progress) hooks() harness.Progress {
	return harness.Progress{Say: p.say, Begin: p.begin, End: p.end, Settled: p.settled}
}

// say prints a line that stays.
func (p *progress) say(line string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.print(line)
}

func (p *progress) begin(id string, n, of int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.headed {
		p.headed = true
		p.print(report.Heading(p.width))
	}
	if p.terminal {
		p.current = fmt.Sprintf("running %s (%d of %d)…", id, n, of)
		fmt.Fprint(p.w, clearLine+p.current)
	}
}

func (p *progress) end(s report.Scenario) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.current != "" {
		p.current = ""
		fmt.Fprint(p.w, clearLine)
	}
	if p.told == nil {
		p.told = map[string]report.Verdict{}
	}
	p.told[s.ID+" "+s.Module] = s.Verdict
	p.print(report.Line(s, p.width))
}

// settled prints a line again whose verdict is another one now.
func (p *progress) settled(s report.Scenario) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.told[s.ID+" "+s.Module] == s.Verdict {
		return
	}
	if !p.again {
		p.again = true
		p.print("by what later scenarios showed of the back end, these are:")
	}
	p.print(report.Line(s, p.width))
}

// print writes a line above the one in place. The lock is held. An error of the
// writer has nobody left to be told to.
func (p *progress) print(line string) {
	if p.current == "" {
		fmt.Fprintln(p.w, line)
		return
	}
	fmt.Fprint(p.w, clearLine+line+"\n"+p.current)
}

// appOutput passes on what the app's command prints, line by line, so that it does
// not run into our own lines, and without signatures of tokens.
type appOutput struct {
	p *progress

	mu   sync.Mutex
	rest []byte // of a line that has not ended
}

// Write never fails: an app must not be disturbed because nobody reads its log.
func (o *appOutput) Write(data []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.rest = append(o.rest, data...)
	for {
		line, rest, ended := bytes.Cut(o.rest, []byte("\n"))
		if !ended {
			return len(data), nil
		}
		o.p.say("app | " + token.Redact(string(bytes.TrimRight(line, "\r"))))
		o.rest = rest
	}
}
