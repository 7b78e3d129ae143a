package cli

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/standin-dev/standin/harness"
	"github.com/standin-dev/standin/harness/har"
	"github.com/standin-dev/standin/harness/report"
)

// stdoutName is the file name that stands for standard output.
const stdoutName = "-"

// output is one place where the report goes to.
type output struct {
	flag  string // that asked for it
	path  string
	write func(io.Writer, *report.Report) error
}

// outputs are all of them. made is the folder that was made for them, if any.
type outputs struct {
	list   []output
	made   string
	stdout io.Writer
	// archive has the requests, where somebody wants them; nil: nobody does.
	archive *har.Log
}

// openOutputs checks, before anything runs, that all that was asked for can be
// written: nothing that a run found must be lost for a slip in a path.
func (f *runFlags) openOutputs(stdout io.Writer) (*outputs, error) {
	o := &outputs{stdout: stdout}
	o.add("--json", f.json, report.JSON)
	o.add("--junit", f.junit, report.JUnit)
	o.addArchive("--har", f.har)
	if f.out != "" {
		if _, err := os.Stat(f.out); errors.Is(err, fs.ErrNotExist) {
			o.made = f.out
		}
		if err := os.MkdirAll(f.out, 0o755); err != nil {
			return nil, fmt.Errorf("--out: %w; name a folder that can be written to", err)
		}
		o.add("--out", filepath.Join(f.out, "report.json"), report.JSON)
		o.add("--out", filepath.Join(f.out, "junit.xml"), report.JUnit)
		o.add("--out", filepath.Join(f.out, "report.txt"), fullText)
		if f.records {
			o.addArchive("--out", filepath.Join(f.out, "requests.har"))
		}
	}
	seen := map[string]string{}
	for _, out := range o.list {
		path := filepath.Clean(out.path)
		if other, taken := seen[path]; taken {
			o.discard()
			return nil, fmt.Errorf("%s and %s both write %s; give each a file of its own", other, out.flag, out.path)
		}
		seen[path] = out.flag
		if err := out.check(); err != nil {
			o.discard()
			return nil, fmt.Errorf("%s: %w; name a file that can be written", out.flag, err)
		}
	}
	return o, nil
}

func fullText(w io.Writer, r *report.Report) error {
	return report.Text(w, r, report.TextOptions{Width: 100})
}

func (o *outputs) add(flag, path string, write func(io.Writer, *report.Report) error) {
	if path != "" {
		o.list = append(o.list, output{flag: flag, path: path, write: write})
	}
}

// addArchive adds a file for the requests themselves.
func (o *outputs) addArchive(flag, path string) {
	if path == "" {
		return
	}
	if o.archive == nil {
		o.archive = &har.Log{CreatorVersion: harness.Version}
	}
	o.add(flag, path, func(w io.Writer, r *report.Report) error {
		o.archive.Browser = r.Browser
		return har.Write(w, o.archive)
	})
}

// record keeps the requests of each scenario for the archive; nil: none is asked for.
func (o *outputs) record() func(har.Page) {
	if o.archive == nil {
		return nil
	}
	return func(p har.Page) { o.archive.Pages = append(o.archive.Pages, p) }
}

// check finds out whether the file can be written, and leaves it as it is. Pipes
// and devices are not opened: whoever reads them would take that for the end.
func (out output) check() error {
	if out.path == stdoutName {
		return nil
	}
	info, err := os.Stat(out.path)
	flags := os.O_WRONLY
	switch {
	case errors.Is(err, fs.ErrNotExist):
		flags |= os.O_CREATE | os.O_EXCL
		defer os.Remove(out.path)
	case err != nil:
		return err
	case info.IsDir():
		return fmt.Errorf("%s is a folder", out.path)
	case !info.Mode().IsRegular():
		return nil
	}
	file, err := os.OpenFile(out.path, flags, 0o644)
	if err != nil {
		return err
	}
	return file.Close()
}

// spare refuses to write over a file that was read.
func (o *outputs) spare(path string) error {
	read, err := os.Stat(path)
	if err != nil {
		return nil // it was standard input, or is gone
	}
	for _, out := range o.list {
		if written, err := os.Stat(out.path); err == nil && os.SameFile(read, written) {
			return fmt.Errorf("%s would write over %s, which was read; name another file", out.flag, path)
		}
	}
	return nil
}

// discard removes the folder that was made for a report that never came.
func (o *outputs) discard() {
	if o.made != "" {
		_ = os.Remove(o.made)
	}
}

// write writes the report everywhere and returns the files. When one cannot be
// written after all, the report goes to standard output instead, for a run takes
// long and must not have been in vain.
func (o *outputs) write(r *report.Report) (files []string, err error) {
	var failed []string
	onStdout := false
	for _, out := range o.list {
		var buf bytes.Buffer
		e := out.write(&buf, r)
		if e == nil && out.path == stdoutName {
			onStdout = true
			_, e = o.stdout.Write(buf.Bytes())
		} else if e == nil {
			e = os.WriteFile(out.path, buf.Bytes(), 0o644)
		}
		if e != nil {
			failed = append(failed, fmt.Sprintf("%s: %v", out.flag, e))
		} else if out.path != stdoutName {
			files = append(files, out.path)
		}
	}
	if len(failed) == 0 {
		return files, nil
	}
	if !onStdout {
		if e := report.JSON(o.stdout, r); e == nil {
			failed = append(failed, "the JSON report is on standard output instead")
		} else {
			failed = append(failed, fmt.Sprintf("standard output: %v", e))
		}
	}
	return files, errors.New(strings.Join(failed, "; "))
}

// told lists files for a person.
func told(files []string) string { return "wrote " + strings.Join(files, ", ") }
