package browser

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// Env names the browser's program when no flag does.
const Env = "STANDIN_BROWSER"

// ErrNoBrowser is what Find returns when there is no Chromium on the machine.
var ErrNoBrowser = errors.New("no Chromium found")

// Shells first: chromium-headless-shell starts six times faster than Chromium
// and needs a third of its memory. The wrapper of Debian's package does not exec
// the program, so a kill of the wrapper would leave the browser running: the
// program itself comes before it.
var candidates = []string{
	"/usr/lib/chromium/chromium-headless-shell",
	"chromium-headless-shell",
	"headless_shell",
	"chrome-headless-shell",
	"/usr/lib/chromium/chromium",
	"chromium",
	"chromium-browser",
	"google-chrome-stable",
	"google-chrome",
	"chrome",
}

// Find returns the program to start: named, if that is not empty, else what the
// environment variable STANDIN_BROWSER names, else the first Chromium or Chrome
// that this machine has. The error says what to do.
func Find(named string) (string, error) {
	origin := "--browser"
	if named == "" {
		named, origin = os.Getenv(Env), Env
	}
	if named != "" {
		path, err := exec.LookPath(named)
		if err != nil {
			return "", fmt.Errorf("%w: %s names %q, which cannot be run (%v); name a Chromium, Chrome or chromium-headless-shell", ErrNoBrowser, origin, named, cause(err))
		}
		return unwrap(path), nil
	}
	for _, name := range candidates {
		if path, err := exec.LookPath(name); err == nil {
			return unwrap(path), nil
		}
	}
	return "", fmt.Errorf("%w: install one (Debian: apt-get install chromium-headless-shell) or name it with --browser or %s", ErrNoBrowser, Env)
}

// cause is the reason within an exec error, which repeats the name otherwise.
func cause(err error) error {
	var e *exec.Error
	if errors.As(err, &e) {
		return e.Err
	}
	return err
}

// unwrap replaces Debian's wrapper script by the program that it starts.
func unwrap(path string) string {
	real := filepath.Join("/usr/lib/chromium", filepath.Base(path))
	if filepath.Dir(path) == "/usr/bin" {
		if info, err := os.Stat(real); err == nil && info.Mode()&0o111 != 0 && !info.IsDir() {
			return real
		}
	}
	return path
}

// headlessShell tells whether the program is the headless shell, which needs no
// --headless and would refuse some of Chromium's flags silently.
func headlessShell(path string) bool {
	base := filepath.Base(path)
	return strings.Contains(base, "headless")
}
