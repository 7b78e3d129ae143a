package main_test

import (
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// Functions of package time that read the machine's clock, and those that wait for
// it. NewTimer and contexts are left alone: they bound how long something may take.
var (
	clockReaders = []string{"Now", "Since", "Until"}
	clockWaiters = []string{"After", "Tick", "Sleep"}
)

// deadline is the comment that excuses a line, with its reason.
var deadline = regexp.MustCompile(`^//\s*deadline:\s*\S`)

// TestOneReaderOfTheClock: time is something that one holds. The machine's clock is
// read in fakehost/clock alone, or the virtual timeline would have a hole where
// somebody asked the machine. Fixtures are apps: they live in real time, as the back
// ends that they stand for. A test may ask what time it is, but nothing sleeps: what
// waits for a fact is as fast as the fact, and never too early.
func TestOneReaderOfTheClock(t *testing.T) {
	files := 0
	for path := range ourFiles(t, ".") {
		if filepath.Ext(path) != ".go" {
			continue
		}
		files++
		found, err := clockUses(path, nil)
		if err != nil {
			t.Error(err)
		}
		for _, f := range found {
			t.Error(f)
		}
	}
	if files == 0 {
		t.Error("no Go files were found")
	}
}

// forbiddenIn lists the functions of package time that a file must not use.
func forbiddenIn(path string) []string {
	path = filepath.ToSlash(path)
	switch {
	case strings.HasSuffix(path, "_test.go"), strings.HasPrefix(path, "fixtures/"):
		return []string{"Sleep"}
	case strings.HasPrefix(path, "fakehost/clock/"):
		return clockWaiters
	}
	return slices.Concat(clockReaders, clockWaiters)
}

// clockUses lists the places in a Go file where it uses what it must not. Source nil
// means that the file is read.
func clockUses(path string, source any) ([]string, error) {
	file, err := parseFile(path, source)
	if err != nil {
		return nil, err
	}
	if file.dotted("time") {
		return []string{fmt.Sprintf("%s: import time by its name, so that one sees who uses it", path)}, nil
	}
	excused := file.comments(deadline)
	forbidden := forbiddenIn(path)
	var found []string
	for _, u := range file.uses("time") {
		if slices.Contains(forbidden, u.name) && !excused[u.line] {
			found = append(found, fmt.Sprintf("%s:%d uses time.%s; %s", path, u.line, u.name, instead(u.name)))
		}
	}
	return found, nil
}

// instead says what to do.
func instead(function string) string {
	if slices.Contains(clockWaiters, function) {
		return "wait for a fact, or bound the wait by a context or a timer"
	}
	return "ask the fakehost/clock that is at hand, or clock.System; a line that only bounds a wait says `// deadline: why`"
}

func TestClockUses(t *testing.T) {
	source := func(body string) string {
		return "package p\n\nimport \"time\"\n\nfunc f() {\n" + body + "\n}\n"
	}
	tests := []struct {
		name, path, source string
		want               int
	}{
		{"reads", "harness/a.go", source("_ = time.Now(); _ = time.Since(t); _ = time.Until(t)"), 3},
		{"waits", "harness/a.go", source("<-time.After(1)\n<-time.Tick(1)\ntime.Sleep(1)"), 3},
		{"a function value", "harness/a.go", source("now := time.Now"), 1},
		{"excused", "harness/a.go", source("_ = time.Now() // deadline: the wait for the process to end"), 0},
		{"excused without a reason", "harness/a.go", source("_ = time.Now() // deadline:"), 1},
		{"excused elsewhere", "harness/a.go", source("// deadline: not here\n_ = time.Now()"), 1},
		{"bounds", "harness/a.go", source("_ = time.NewTimer(time.Second)"), 0},
		{"under another name", "harness/a.go", "package p\nimport t \"time\"\nvar _ = t.Now()", 1},
		{"without a name", "harness/a.go", "package p\nimport . \"time\"\nvar _ = Now()", 1},
		{"not package time", "harness/a.go", "package p\nvar _ = time.Now()", 0},
		{"the clock reads", "fakehost/clock/a.go", source("_ = time.Now()"), 0},
		{"the clock does not wait", "fakehost/clock/a.go", source("time.Sleep(1)"), 1},
		{"a test reads", "fakehost/a_test.go", source("_ = time.Now()"), 0},
		{"a test does not sleep", "fakehost/a_test.go", source("time.Sleep(1)"), 1},
		{"a fixture reads", "fixtures/apps/a.go", source("_ = time.Now()"), 0},
		{"a fixture does not sleep", "fixtures/apps/a.go", source("time.Sleep(1)"), 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := clockUses(tt.path, tt.source)
			if err != nil {
				t.Fatal(err)
			}
			if len(got) != tt.want {
				t.Errorf("found %q, want %d", got, tt.want)
			}
		})
	}
}
