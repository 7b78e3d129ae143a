package apptest_test

import (
	"context"
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"
	"time"
)

// fakeTest is a test outside of go test. It behaves as testing.T does where Run
// can tell: Fatal and Skip end the function that runs, failure spreads to parents.
type fakeTest struct {
	name    string
	parent  *fakeTest
	out     io.Writer // gets a line for each test that ended; nil: nobody does
	failed  bool
	skipped bool
	log     strings.Builder
	subs    []*fakeTest
}

func newPrintingTest(name string) *fakeTest { return &fakeTest{name: name, out: os.Stdout} }

func (f *fakeTest) Helper()                     {}
func (f *fakeTest) Name() string                { return f.name }
func (f *fakeTest) Context() context.Context    { return context.Background() }
func (f *fakeTest) Deadline() (time.Time, bool) { return time.Time{}, false }
func (f *fakeTest) Log(args ...any)             { fmt.Fprintln(&f.log, args...) }

func (f *fakeTest) Error(args ...any) {
	f.Log(args...)
	for t := f; t != nil; t = t.parent {
		t.failed = true
	}
}

func (f *fakeTest) Fatal(args ...any) {
	f.Error(args...)
	runtime.Goexit()
}

func (f *fakeTest) Skip(args ...any) {
	f.Log(args...)
	f.skipped = true
	runtime.Goexit()
}

func (f *fakeTest) Run(name string, run func(*fakeTest)) bool {
	sub := &fakeTest{name: f.name + "/" + name, parent: f, out: f.out}
	f.subs = append(f.subs, sub)
	sub.do(run)
	return !sub.failed
}

// do runs a function of a test in a goroutine of its own, which it may end.
func (f *fakeTest) do(run func(*fakeTest)) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		run(f)
	}()
	<-done
	if f.out != nil {
		fmt.Fprintf(f.out, "--- %s: %s\n", f.outcome(), f.name)
	}
}

func (f *fakeTest) outcome() string {
	switch {
	case f.failed:
		return "FAIL"
	case f.skipped:
		return "SKIP"
	}
	return "PASS"
}
