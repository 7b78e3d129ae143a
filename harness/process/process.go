// Package process starts the programs that a run needs, the browser and the
// app's own command, and promises that none of them, nor their folder, is left
// behind: not after Stop, and not when standin itself is killed.
package process

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"sync"
	"syscall"
	"time"
)

// watch is what the watchdog shell runs. It waits for one line from us: "done"
// means that we stopped the group ourselves. Anything else, the end of input
// above all, means that we died, and then it ends the group and its folder. It
// tries the removal again while dying processes may still write there. Debian's sh
// knows no "--" in kill.
const watch = `trap '' INT TERM HUP
if read -r word && [ "$word" = done ]; then exit 0; fi
kill -KILL "-$1" 2>/dev/null
n=0
while [ -n "$2" ] && [ -e "$2" ] && [ "$n" -lt 1000 ]; do rm -rf -- "$2" 2>/dev/null; n=$((n+1)); done`

// Process is a running program in a process group of its own.
type Process struct {
	cmd     *exec.Cmd
	dir     string
	watcher *exec.Cmd
	leash   io.WriteCloser
	done    chan struct{}
	err     error
	once    sync.Once
}

// Start starts cmd as the leader of a new process group. dir, when it is not
// empty, is a folder that belongs to the program: it is removed with it, also
// when Start fails.
func Start(cmd *exec.Cmd, dir string) (*Process, error) {
	if cmd.SysProcAttr == nil {
		cmd.SysProcAttr = &syscall.SysProcAttr{}
	}
	cmd.SysProcAttr.Setpgid = true
	// A grandchild that keeps our pipes open must not keep Wait waiting.
	cmd.WaitDelay = time.Second
	if err := cmd.Start(); err != nil {
		return nil, errors.Join(fmt.Errorf("start %s: %w", cmd.Path, err), removeAll(dir))
	}
	p := &Process{cmd: cmd, dir: dir, done: make(chan struct{})}
	if err := p.startWatcher(); err != nil {
		p.killGroup(syscall.SIGKILL)
		_ = cmd.Wait()
		return nil, errors.Join(fmt.Errorf("start the watchdog of %s: %w", cmd.Path, err), removeAll(dir))
	}
	go func() {
		p.err = cmd.Wait()
		close(p.done)
	}()
	return p, nil
}

func (p *Process) startWatcher() error {
	w := exec.Command("/bin/sh", "-c", watch, "standin-watchdog", fmt.Sprint(p.cmd.Process.Pid), p.dir)
	w.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	leash, err := w.StdinPipe()
	if err != nil {
		return err
	}
	if err := w.Start(); err != nil {
		return err
	}
	p.watcher, p.leash = w, leash
	return nil
}

// Pid is the process id, which is the id of the group too.
func (p *Process) Pid() int { return p.cmd.Process.Pid }

// Done is closed when the program has ended.
func (p *Process) Done() <-chan struct{} { return p.done }

// Err tells how the program ended; it is meaningful once Done is closed.
func (p *Process) Err() error { return p.err }

// Stop ends the whole group: politely with SIGTERM, and with SIGKILL when grace
// has passed (zero: at once). It then removes the folder. It may be called more
// than once, and after the program ended by itself.
func (p *Process) Stop(grace time.Duration) error {
	var err error
	p.once.Do(func() { err = p.stop(grace) })
	return err
}

func (p *Process) stop(grace time.Duration) error {
	if grace > 0 {
		p.killGroup(syscall.SIGTERM)
		p.await(grace)
	}
	p.killGroup(syscall.SIGKILL)
	if !p.await(10 * time.Second) {
		return fmt.Errorf("stop %s: process %d did not end when it was killed", p.cmd.Path, p.Pid())
	}
	var err error
	if !awaitGroup(p.Pid(), 5*time.Second) {
		err = fmt.Errorf("stop %s: a process of group %d did not end when it was killed", p.cmd.Path, p.Pid())
	}
	err = errors.Join(err, removeAll(p.dir))
	_, _ = io.WriteString(p.leash, "done\n")
	_ = p.leash.Close()
	_ = p.watcher.Wait()
	return err
}

func (p *Process) await(bound time.Duration) bool {
	ctx, cancel := context.WithTimeout(context.Background(), bound)
	defer cancel()
	select {
	case <-p.done:
		return true
	case <-ctx.Done():
		return false
	}
}

// killGroup signals the group. Its id stays ours until the leader is reaped and
// every member is gone, so a signal that finds nobody is no error.
func (p *Process) killGroup(s syscall.Signal) { _ = syscall.Kill(-p.cmd.Process.Pid, s) }

// removeAll removes dir. Dying children may still write into it for a moment,
// so a removal that finds it not empty is tried again, boundedly.
func removeAll(dir string) error {
	if dir == "" {
		return nil
	}
	var err error
	for range 200 {
		if err = os.RemoveAll(dir); err == nil {
			return nil
		}
	}
	return fmt.Errorf("remove %s: %w", dir, err)
}
