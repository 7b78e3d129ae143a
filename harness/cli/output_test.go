package cli

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/standin-dev/standin/harness/report"
)

func passing() *report.Report {
	r := &report.Report{App: report.App{Key: "items"}}
	r.Add(report.Scenario{ID: "nav/push", Verdict: report.Pass, Judged: 1})
	return r
}

func TestOutputs(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	f := &runFlags{out: filepath.Join(dir, "a", "b"), json: "-", junit: filepath.Join(dir, "unit.xml")}
	var stdout bytes.Buffer
	o, err := f.openOutputs(&stdout)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(f.junit); err == nil {
		t.Error("the file is there before anything ran")
	}
	files, err := o.write(passing())
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []struct{ name, text string }{
		{"unit.xml", "<testsuites"},
		{"a/b/report.json", `"schema": "standin.report/v1"`},
		{"a/b/junit.xml", "<testsuites"},
		{"a/b/report.txt", "nav/push"},
	} {
		path := filepath.Join(dir, want.name)
		text, err := os.ReadFile(path)
		if err != nil || !strings.Contains(string(text), want.text) {
			t.Errorf("%s lacks %q: %s (%v)", want.name, want.text, text, err)
		}
		if files[i] != path {
			t.Errorf("it names %s, want %s", files[i], path)
		}
	}
	if !strings.HasPrefix(stdout.String(), "{\n") {
		t.Errorf("standard output: %s", stdout.String())
	}
}

// TestOutputsLeaveNothing: a run that never came to a report leaves no empty file
// and no empty folder, and an older report as it was.
func TestOutputsLeaveNothing(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	old := filepath.Join(dir, "old.json")
	if err := os.WriteFile(old, []byte("old"), 0o644); err != nil {
		t.Fatal(err)
	}
	o, err := (&runFlags{out: filepath.Join(dir, "out"), json: old, junit: filepath.Join(dir, "new.xml")}).openOutputs(io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	o.discard()
	left, err := os.ReadDir(dir)
	if err != nil || len(left) != 1 {
		t.Errorf("left: %v (%v)", left, err)
	}
	if text, _ := os.ReadFile(old); string(text) != "old" {
		t.Errorf("the old report is now %q", text)
	}
}

// TestPipesAreNotOpened: who reads a pipe must not take the check for the end.
func TestPipesAreNotOpened(t *testing.T) {
	t.Parallel()
	pipe := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() {
		_, err := (&runFlags{json: pipe}).openOutputs(io.Discard)
		done <- err
	}()
	select {
	case err := <-done:
		if err != nil {
			t.Error(err)
		}
	case <-t.Context().Done():
		t.Error("it hangs")
	}
}

// TestLastResort: a report that cannot be written to its file goes to standard
// output, and what was passed is no success any more.
func TestLastResort(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name string
		r    *report.Report
		want int
	}{
		{"passed", passing(), exitHarnessError},
		{"failed", func() *report.Report {
			r := passing()
			r.Add(report.Scenario{ID: "nav/hash", Verdict: report.Fail, Judged: 1})
			return r
		}(), exitFailed},
	} {
		dir := filepath.Join(t.TempDir(), "gone")
		var stdout, stderr bytes.Buffer
		f := &runFlags{out: dir}
		o, err := f.openOutputs(&stdout)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.Remove(dir); err != nil {
			t.Fatal(err)
		}
		err = f.finish(&progress{w: &stderr, width: 80}, o, tc.r, report.TextOptions{SkipLines: true})
		if got := exitCode(err); got != tc.want {
			t.Errorf("%s: exit code %d, want %d", tc.name, got, tc.want)
		}
		if err == nil || !strings.Contains(err.Error(), "report.json: no such file or directory") || !strings.Contains(err.Error(), "is on standard output instead") {
			t.Errorf("%s: it said %v", tc.name, err)
		}
		if !strings.HasPrefix(stdout.String(), "{\n") || !strings.Contains(stderr.String(), "nav/hash") && tc.want == exitFailed {
			t.Errorf("%s: standard output %q, standard error %q", tc.name, stdout.String(), stderr.String())
		}
	}
}

// TestStandardOutputGone: the words for a person come all the same.
func TestStandardOutputGone(t *testing.T) {
	t.Parallel()
	f := &runFlags{json: "-"}
	o, err := f.openOutputs(broken{})
	if err != nil {
		t.Fatal(err)
	}
	var stderr bytes.Buffer
	err = f.finish(&progress{w: &stderr, width: 80}, o, passing(), report.TextOptions{SkipLines: true})
	if exitCode(err) != exitHarnessError || !strings.Contains(stderr.String(), "1 pass") {
		t.Errorf("%v; standard error %q", err, stderr.String())
	}
}

type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, errors.New("nobody reads") }
