package bridge

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// hostileWorld is a node process that plays hostile messages against host.js; see
// testdata/hostile.mjs. It lives as long as the test that started it.
type hostileWorld struct {
	mu      sync.Mutex
	seeds   io.Writer
	answers *bufio.Reader
}

func startHostileWorld(tb testing.TB) *hostileWorld {
	tb.Helper()
	path, err := exec.LookPath("node")
	if err != nil {
		tb.Skip("node is not installed")
	}
	dir := tb.TempDir()
	put := func(name string, text []byte) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, text, 0o600); err != nil {
			tb.Fatal(err)
		}
		return path
	}
	for _, name := range []string{"world.mjs", "hostile.mjs"} {
		text, err := os.ReadFile(filepath.Join("testdata", name))
		if err != nil {
			tb.Fatal(err)
		}
		put(name, text)
	}
	command := exec.Command(path, filepath.Join(dir, "hostile.mjs"), put("host.js", HostJS), put("all.js", AllJS))
	command.Stderr = os.Stderr
	in, err := command.StdinPipe()
	if err != nil {
		tb.Fatal(err)
	}
	out, err := command.StdoutPipe()
	if err != nil {
		tb.Fatal(err)
	}
	if err := command.Start(); err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		in.Close()
		if err := command.Wait(); err != nil {
			tb.Errorf("the node process ended: %v", err)
		}
	})
	return &hostileWorld{seeds: in, answers: bufio.NewReader(out)}
}

// play gives what went wrong with the messages of a seed; "" means nothing.
func (h *hostileWorld) play(seed uint32) (string, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if _, err := fmt.Fprintln(h.seeds, seed); err != nil {
		return "", err
	}
	answer, err := h.answers.ReadString('\n')
	if err != nil {
		return "", err
	}
	if answer = strings.TrimSpace(answer); answer == "ok" {
		return "", nil
	}
	return strings.ReplaceAll(answer, `\n`, "\n"), nil
}

// FuzzHostileMessages posts 500 messages a seed to host.js, half of them from
// whoever has nothing to say there and half from the app's own frame: unknown ids,
// wrong origins and windows, names of prototypes, huge, circular and wrongly typed
// members. Nothing of the page may change, nothing may be thrown at it, the app is
// served as before, and the journal tells of each that was refused.
func FuzzHostileMessages(f *testing.F) {
	for seed := range uint32(40) {
		f.Add(seed * 2654435761)
	}
	world := startHostileWorld(f)
	f.Fuzz(func(t *testing.T, seed uint32) {
		problem, err := world.play(seed)
		if err != nil {
			t.Fatal(err)
		}
		if problem != "" {
			t.Errorf("seed %d: %s", seed, problem)
		}
	})
}
