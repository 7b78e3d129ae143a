package cli_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/standin-dev/standin/harness/browser"
)

// runLimit bounds a run of the binary in a test: machines that test are busy.
const runLimit = 4 * time.Minute

// bin is where the binaries are that the tests run.
var bin string

// TestMain removes the binaries again.
func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "standin-cli-test-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	bin = dir
	code := m.Run()
	_ = os.RemoveAll(dir)
	os.Exit(code)
}

// build builds standin and the sample app, once.
var build = sync.OnceValue(func() error {
	cmd := exec.Command("go", "build", "-buildvcs=false", "-o", bin+string(filepath.Separator),
		"github.com/standin-dev/standin", "github.com/standin-dev/standin/fixtures/sample")
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%w\n%s", err, out)
	}
	return nil
})

// session is one run of the binary, with all that it starts.
type session struct {
	t              *testing.T
	cmd            *exec.Cmd
	temp           string // its TMPDIR, of its own
	stdout, stderr lockedBuffer
	ended          chan struct{}
	err            error
}

// start starts standin in a folder and with a temporary folder of its own.
func start(t *testing.T, args ...string) *session {
	t.Helper()
	if testing.Short() {
		t.Skip("it takes a browser and seconds")
	}
	if err := build(); err != nil {
		t.Fatal(err)
	}
	return startProgram(t, t.TempDir(), nil, filepath.Join(bin, "standin"), args...)
}

// startProgram starts any program, which may start standin itself, in a folder, with
// additions to its environment and a temporary folder of its own.
func startProgram(t *testing.T, dir string, env []string, program string, args ...string) *session {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), runLimit)
	t.Cleanup(cancel)
	s := &session{t: t, temp: t.TempDir(), ended: make(chan struct{})}
	s.cmd = exec.CommandContext(ctx, program, args...)
	s.cmd.Dir = dir
	s.cmd.Env = append(slices.DeleteFunc(os.Environ(), func(e string) bool { return strings.HasPrefix(e, "TMPDIR=") }), "TMPDIR="+s.temp)
	s.cmd.Env = append(s.cmd.Env, env...)
	s.cmd.Stdout, s.cmd.Stderr = &s.stdout, &s.stderr
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		s.err = s.cmd.Wait()
		close(s.ended)
	}()
	return s
}

// code waits until the run has ended, sees that it left nothing, and gives its
// exit code.
func (s *session) code() int {
	s.t.Helper()
	<-s.ended
	s.leavesNothing()
	var exit *exec.ExitError
	if s.err != nil && !errors.As(s.err, &exit) {
		s.t.Fatal(s.err)
	}
	return s.cmd.ProcessState.ExitCode()
}

// says waits until standard error has a text.
func (s *session) says(text string) {
	s.t.Helper()
	for {
		changed := s.stderr.changed()
		if strings.Contains(s.stderr.String(), text) {
			return
		}
		select {
		case <-changed:
		case <-s.ended:
			if !strings.Contains(s.stderr.String(), text) {
				s.t.Fatalf("it ended without saying %q:\n%s", text, s.stderr.String())
			}
		}
	}
}

// leavesNothing looks for processes and files that the run left. What was killed
// may take a moment to be gone.
func (s *session) leavesNothing() {
	s.t.Helper()
	limit := time.NewTimer(20 * time.Second)
	defer limit.Stop()
	again := time.NewTicker(20 * time.Millisecond)
	defer again.Stop()
	for {
		processes, files := s.processes(), s.files()
		if len(processes)+len(files) == 0 {
			return
		}
		select {
		case <-again.C:
		case <-limit.C:
			s.t.Errorf("left running: %q; left in the temporary folder: %q", processes, files)
			return
		}
	}
}

func (s *session) files() []string {
	entries, err := os.ReadDir(s.temp)
	if err != nil {
		s.t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

// processes are those that live in our temporary folder, by their environment,
// arguments or working folder: all that descends from the run, whoever is its
// parent by now.
func (s *session) processes() []string {
	entries, err := os.ReadDir("/proc")
	if err != nil {
		s.t.Skipf("no way to look for processes here: %v", err)
	}
	var found []string
	for _, e := range entries {
		dir := filepath.Join("/proc", e.Name())
		arguments, err := os.ReadFile(filepath.Join(dir, "cmdline"))
		if err != nil || len(arguments) == 0 {
			continue // no process, or one that is dead
		}
		environment, _ := os.ReadFile(filepath.Join(dir, "environ"))
		folder, _ := os.Readlink(filepath.Join(dir, "cwd"))
		if strings.Contains(string(arguments)+string(environment)+folder, s.temp) {
			found = append(found, fmt.Sprintf("%s %s", e.Name(), bytes.ReplaceAll(arguments, []byte{0}, []byte{' '})))
		}
	}
	return found
}

// needBrowser fails a test on a machine without one: a test that is left out proves
// nothing.
func needBrowser(t *testing.T) {
	t.Helper()
	if _, err := browser.Find(""); err != nil {
		t.Fatal(err)
	}
}

// lockedBuffer is a buffer that can be read while it is written, and waited for.
type lockedBuffer struct {
	mu   sync.Mutex
	b    bytes.Buffer
	wake chan struct{}
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.wake != nil {
		close(b.wake)
		b.wake = nil
	}
	return b.b.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}

// changed is closed at the next write.
func (b *lockedBuffer) changed() <-chan struct{} {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.wake == nil {
		b.wake = make(chan struct{})
	}
	return b.wake
}
