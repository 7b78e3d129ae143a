// The program slowest reads what "go test -json" says and prints it as "go test" would: a
// line for each package, and what a test that failed has said. In the end it tells the
// tests that took longest.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"
)

// shown is how many tests are told in the end.
const shown = 30

// event is a line of go test -json (go doc test2json).
type event struct {
	Action, Package, Test, Output string
	Elapsed                       float64 // seconds
}

func main() {
	if err := retell(os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "slowest:", err)
		os.Exit(1)
	}
}

// retell prints what is of use to a person.
func retell(from io.Reader, to io.Writer) error {
	lines := bufio.NewScanner(from)
	lines.Buffer(nil, 64<<20) // a test may say much in one line
	said := map[string]string{}
	parents := map[string]bool{}
	var ended []event
	for lines.Scan() {
		var e event
		if json.Unmarshal(lines.Bytes(), &e) != nil {
			fmt.Fprintln(to, lines.Text()) // as of a program that does not build
			continue
		}
		name := e.Package + " " + e.Test
		switch e.Action {
		case "output", "build-output":
			if e.Test == "" && !strings.HasPrefix(e.Output, "PASS") && !strings.HasPrefix(e.Output, "testing: warning") {
				fmt.Fprint(to, e.Output)
			} else if e.Test != "" && !strings.HasPrefix(e.Output, "=== ") {
				said[name] += e.Output
			}
		case "fail", "pass", "skip":
			if e.Test == "" {
				break
			}
			if e.Action == "fail" {
				fmt.Fprint(to, said[name])
			}
			delete(said, name)
			if i := strings.LastIndexByte(name, '/'); strings.ContainsRune(e.Test, '/') {
				parents[name[:i]] = true
			}
			ended = append(ended, e)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(said)) { // of tests that did not come to their end
		fmt.Fprintf(to, "%s did not end:\n%s", name, said[name])
	}
	ended = slices.DeleteFunc(ended, func(e event) bool { return parents[e.Package+" "+e.Test] })
	slices.SortStableFunc(ended, func(a, b event) int {
		return int(1000*b.Elapsed) - int(1000*a.Elapsed)
	})
	fmt.Fprintf(to, "the slowest of %d tests:\n", len(ended))
	for _, e := range ended[:min(shown, len(ended))] {
		fmt.Fprintf(to, "%7.1f s  %s %s\n", e.Elapsed, e.Package[strings.LastIndexByte(e.Package, '/')+1:], e.Test)
	}
	return lines.Err()
}
