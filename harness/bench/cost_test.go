//go:build linux

package bench_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/standin-dev/standin/fakehost/clock"
)

// cost is what something took: time on the wall, and CPU time of this process and of all
// that it started.
type cost struct{ wall, cpu time.Duration }

// each is the cost of one of many alike, where c is that of n and one that of a single one:
// what both have, as the start of a browser, is left out.
func (c cost) each(one cost, n int) cost {
	return cost{(c.wall - one.wall) / time.Duration(n-1), (c.cpu - one.cpu) / time.Duration(n-1)}
}

// measured is the cost of something that ends all processes that it starts. The renderers
// that a browser kills become orphans: this process is made their reaper, so that their time
// counts.
func measured(tb testing.TB, do func()) cost {
	tb.Helper()
	const setChildSubreaper = 36 // PR_SET_CHILD_SUBREAPER, as in prctl(2)
	if _, _, errno := syscall.RawSyscall(syscall.SYS_PRCTL, setChildSubreaper, 1, 0); errno != 0 {
		tb.Fatal(errno)
	}
	before, began := cpuTime(tb), clock.System()
	do()
	wall := clock.System().Sub(began)
	for pids := orphans(tb); len(pids) > 0; pids = orphans(tb) {
		for _, pid := range pids {
			if _, err := syscall.Wait4(pid, nil, 0, nil); err != nil && !errors.Is(err, syscall.EINTR) && !errors.Is(err, syscall.ECHILD) {
				tb.Fatal(err)
			}
		}
	}
	return cost{wall, cpuTime(tb) - before}
}

// orphans are the children of this process.
func orphans(tb testing.TB) []int {
	tb.Helper()
	files, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", os.Getpid()))
	if err != nil {
		tb.Fatal(err)
	}
	var out []int
	for _, file := range files {
		text, _ := os.ReadFile(file) // a thread that has ended has no such file
		for _, word := range strings.Fields(string(text)) {
			if pid, err := strconv.Atoi(word); err == nil {
				out = append(out, pid)
			}
		}
	}
	return out
}

// cpuTime is that of this process and of the children that it has waited for.
func cpuTime(tb testing.TB) time.Duration {
	tb.Helper()
	var sum time.Duration
	for _, who := range []int{syscall.RUSAGE_SELF, syscall.RUSAGE_CHILDREN} {
		var used syscall.Rusage
		if err := syscall.Getrusage(who, &used); err != nil {
			tb.Fatal(err)
		}
		sum += time.Duration(used.Utime.Nano() + used.Stime.Nano())
	}
	return sum
}
