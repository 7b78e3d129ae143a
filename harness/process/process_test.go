package process

import (
	"bufio"
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// patience bounds the waits of these tests.
const patience = 20 * time.Second

// family is a shell with a child and a grandchild that sleep. It says the pid of
// the grandchild when all are there, and writes into its folder as it goes.
const family = `cd "$1" && mkdir -p a/b && : >a/b/file
sh -c 'sh -c "echo \$\$; exec sleep 1000" & wait' &
wait`

// asParent makes the test binary a parent that starts a family and then waits to
// be killed.
const asParent = "STANDIN_TEST_PARENT_OF"

func TestMain(m *testing.M) {
	if dir := os.Getenv(asParent); dir != "" {
		parent(dir)
		return
	}
	os.Exit(m.Run())
}

// parent tells the group and the grandchild on stdout, and ends only by a signal.
func parent(dir string) {
	p, grandchild, err := startFamily(dir)
	if err != nil {
		println(err.Error())
		os.Exit(1)
	}
	_, _ = os.Stdout.WriteString(strconv.Itoa(p.Pid()) + " " + grandchild + "\n")
	_, _ = io.Copy(io.Discard, os.Stdin)
	select {}
}

// startFamily returns when the grandchild is there, with its pid.
func startFamily(dir string) (*Process, string, error) {
	r, w, err := os.Pipe()
	if err != nil {
		return nil, "", err
	}
	defer r.Close()
	cmd := exec.Command("/bin/sh", "-c", family, "family", dir)
	cmd.Stdout = w
	p, err := Start(cmd, dir)
	w.Close()
	if err != nil {
		return nil, "", err
	}
	line, err := bufio.NewReader(r).ReadString('\n')
	if err != nil {
		return nil, "", errors.Join(err, p.Stop(0))
	}
	return p, strings.TrimSpace(line), nil
}

// folder is a folder for a program, below one of the test's.
func folder(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "program's own")
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	return dir
}

func mustStart(t *testing.T, dir string) (*Process, int) {
	t.Helper()
	p, grandchild, err := startFamily(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.Stop(0) })
	pid, err := strconv.Atoi(grandchild)
	if err != nil {
		t.Fatal(err)
	}
	return p, pid
}

// ended tells whether a process has ended, be it that nobody took note of it yet.
func ended(pid int) bool {
	stat, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	if err != nil {
		return errors.Is(syscall.Kill(pid, 0), syscall.ESRCH)
	}
	_, rest, _ := strings.Cut(string(stat), ") ")
	return strings.HasPrefix(rest, "Z") || strings.HasPrefix(rest, "X")
}

func missing(path string) bool {
	_, err := os.Lstat(path)
	return errors.Is(err, os.ErrNotExist)
}

func TestStop(t *testing.T) {
	tests := []struct {
		name  string
		grace time.Duration
	}{{"at once", 0}, {"politely", patience}}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			dir := folder(t)
			p, grandchild := mustStart(t, dir)
			if ended(grandchild) || !GroupLives(p.Pid()) || missing(dir) {
				t.Fatal("it does not run")
			}
			for range 2 {
				if err := p.Stop(tt.grace); err != nil {
					t.Fatal(err)
				}
			}
			if !ended(grandchild) || GroupLives(p.Pid()) {
				t.Error("a process of the group is left")
			}
			if !missing(dir) {
				t.Error("the folder is left")
			}
			select {
			case <-p.Done():
			default:
				t.Error("Done is not closed")
			}
			if p.Err() == nil || !strings.Contains(p.Err().Error(), "signal:") {
				t.Errorf("it ended with %v", p.Err())
			}
			if !ended(p.watcher.Process.Pid) {
				t.Error("the watchdog is left")
			}
		})
	}
}

// TestStopStubborn: who does not heed SIGTERM is killed when the grace has passed.
func TestStopStubborn(t *testing.T) {
	t.Parallel()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	cmd := exec.Command("/bin/sh", "-c", `trap '' TERM; echo ready; while :; do read -r _; done </dev/zero`)
	cmd.Stdout = w
	p, err := Start(cmd, "")
	w.Close()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := bufio.NewReader(r).ReadString('\n'); err != nil {
		t.Fatal(err)
	}
	if err := p.Stop(50 * time.Millisecond); err != nil {
		t.Fatal(err)
	}
	if GroupLives(p.Pid()) {
		t.Error("it is left")
	}
}

// TestStopOrphans: members of the group whose leader ended by itself are ended, too.
func TestStopOrphans(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	cmd := exec.Command("/bin/sh", "-c", `sleep 1000 >/dev/null 2>&1 & exit 7`)
	p, err := Start(cmd, dir)
	if err != nil {
		t.Fatal(err)
	}
	select {
	case <-p.Done():
	case <-time.NewTimer(patience).C:
		t.Fatal("it does not end")
	}
	var exit *exec.ExitError
	if !errors.As(p.Err(), &exit) || exit.ExitCode() != 7 {
		t.Errorf("it ended with %v", p.Err())
	}
	if !GroupLives(p.Pid()) {
		t.Fatal("the orphan does not live")
	}
	if err := p.Stop(0); err != nil {
		t.Fatal(err)
	}
	if GroupLives(p.Pid()) || !missing(dir) {
		t.Error("the orphan or the folder is left")
	}
}

// TestStartFails: a program that does not start leaves no folder and no watchdog.
func TestStartFails(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	_, err := Start(exec.Command("/nowhere/program"), dir)
	if !errors.Is(err, os.ErrNotExist) || !strings.HasPrefix(err.Error(), "start /nowhere/program: ") {
		t.Error(err)
	}
	if !missing(dir) {
		t.Error("the folder is left")
	}
}

// TestWatchdog: when standin is killed, so that nothing of it runs any more, the
// group ends all the same and the folder goes.
func TestWatchdog(t *testing.T) {
	for _, signal := range []syscall.Signal{syscall.SIGKILL, syscall.SIGTERM} {
		t.Run(signal.String(), func(t *testing.T) {
			t.Parallel()
			dir := folder(t)
			ctx, cancel := context.WithTimeout(t.Context(), patience)
			defer cancel()
			me := exec.CommandContext(ctx, os.Args[0])
			me.Env = append(os.Environ(), asParent+"="+dir)
			me.Stderr = os.Stderr
			in, err := me.StdinPipe()
			if err != nil {
				t.Fatal(err)
			}
			defer in.Close()
			out, err := me.StdoutPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := me.Start(); err != nil {
				t.Fatal(err)
			}
			line, err := bufio.NewReader(out).ReadString('\n')
			if err != nil {
				t.Fatal(err)
			}
			group, grandchild, _ := strings.Cut(strings.TrimSpace(line), " ")
			pgid, err1 := strconv.Atoi(group)
			pid, err2 := strconv.Atoi(grandchild)
			if err := errors.Join(err1, err2); err != nil {
				t.Fatal(err)
			}
			if !GroupLives(pgid) || ended(pid) || missing(dir) {
				t.Fatal("the group does not run")
			}
			if err := me.Process.Signal(signal); err != nil {
				t.Fatal(err)
			}
			_ = me.Wait()
			if !awaitGroup(pgid, patience) || !ended(pid) {
				t.Error("a process of the group is left")
			}
			if !until(ctx, func() bool { return missing(dir) }) {
				t.Error("the folder is left")
			}
		})
	}
}

// until looks again until something is so.
func until(ctx context.Context, is func() bool) bool {
	again := time.NewTicker(time.Millisecond)
	defer again.Stop()
	for !is() {
		select {
		case <-again.C:
		case <-ctx.Done():
			return false
		}
	}
	return true
}

func TestRunsIn(t *testing.T) {
	for stat, want := range map[string]bool{
		"12 (sh) S 1 7 7 0":                true,
		"12 (a) Z 9 ) R) R 1 7 7 0":        true,
		"12 (sh) Z 1 7 7 0":                false,
		"12 (sh) X 1 7 7 0":                false,
		"12 (sh) S 7 8 7 0":                false,
		"12 (sh) S":                        false,
		"":                                 false,
		"12 (chrome-headless (7)) D 1 7 1": true,
	} {
		if got := runsIn([]byte(stat), 7); got != want {
			t.Errorf("runsIn(%q) = %v, want %v", stat, got, want)
		}
	}
}
