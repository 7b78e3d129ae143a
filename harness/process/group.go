package process

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
	"time"
)

// awaitGroup waits until nobody is left in the process group, at most bound. The
// members are no children of ours, so that nothing tells when they end: it looks
// again and again. A signal takes effect a moment after it was sent.
func awaitGroup(group int, bound time.Duration) bool {
	end := time.NewTimer(bound) // deadline: a process that the kernel does not let go
	defer end.Stop()
	again := time.NewTicker(time.Millisecond) // deadline: the next look
	defer again.Stop()
	for GroupLives(group) {
		select {
		case <-again.C:
		case <-end.C:
			return false
		}
	}
	return true
}

// GroupLives tells whether a process of the group still runs. One that has ended
// and whose parent has not taken note of it does not: where process 1 is no real
// init, as in many containers, such zombies stay for ever.
func GroupLives(group int) bool {
	if errors.Is(syscall.Kill(-group, 0), syscall.ESRCH) {
		return false
	}
	stats, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil || len(stats) == 0 {
		return true // no such file system: there is only the signal to go by
	}
	for _, path := range stats {
		if stat, err := os.ReadFile(path); err == nil && runsIn(stat, group) {
			return true
		}
	}
	return false
}

// runsIn reads a line of /proc/PID/stat (proc_pid_stat(5)): after the name, which
// stands in parentheses and may have any character, come state, parent and group.
func runsIn(stat []byte, group int) bool {
	fields := bytes.Fields(stat[bytes.LastIndexByte(stat, ')')+1:])
	if len(fields) < 3 {
		return false
	}
	state := string(fields[0])
	return string(fields[2]) == strconv.Itoa(group) && state != "Z" && state != "X"
}
