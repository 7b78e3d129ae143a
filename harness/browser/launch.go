// Package browser drives a real Chromium: it starts it, holds every frame of a
// page by its own DevTools session, sees and rewrites every request at the tap,
// moves the page's clock, and does what a person does. It is the only importer
// of chromedp; what it reports is in the words of package timeline.
package browser

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"time"

	cdpbrowser "github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/chromedp"

	"github.com/standin-dev/standin/harness/process"
)

// Options say which browser to start and how.
type Options struct {
	// Path is the browser's program; empty: what Find finds.
	Path string
	// Args are further command line flags, for debugging.
	Args []string
	// Cookies is what it does with third-party cookies; "": it sends them.
	Cookies CookieMode
}

// Browser is one running Chromium. One is enough for a whole run: each scenario
// opens a context of its own in it.
type Browser struct {
	path    string
	version string
	conn    *conn
	proc    *process.Process
	output  *tail
	sites   *sites
	cookies CookieMode

	mu       sync.Mutex
	contexts map[cdp.BrowserContextID]*Context
	frames   map[string]*Context // which context a frame belongs to
	closed   map[string]bool     // the frames of contexts that were closed
	orphans  map[string][]orphan // by frame
	paused   map[string]*pausedRequest
}

// Launch starts the browser with a profile of its own and waits until it
// answers. The profile, and all else that the browser writes, is in one temporary
// folder that is removed with it.
func Launch(ctx context.Context, o Options) (*Browser, error) {
	path, err := Find(o.Path)
	if err != nil {
		return nil, err
	}
	sites, err := newSites()
	if err != nil {
		return nil, fmt.Errorf("launch the browser: %w", err)
	}
	dir, err := os.MkdirTemp("", "standin-browser-")
	if err != nil {
		sites.close()
		return nil, fmt.Errorf("launch the browser: %w", err)
	}
	b := &Browser{
		path:     path,
		sites:    sites,
		cookies:  cmp.Or(o.Cookies, CookiesSent),
		output:   &tail{max: 4 << 10},
		contexts: map[cdp.BrowserContextID]*Context{},
		frames:   map[string]*Context{},
		closed:   map[string]bool{},
		orphans:  map[string][]orphan{},
		paused:   map[string]*pausedRequest{},
	}
	if err := b.start(dir, o.Args); err != nil {
		sites.close()
		return nil, fmt.Errorf("launch the browser: %w", err)
	}
	if err := b.prepare(ctx); err != nil {
		if ended := b.Err(); ended != nil {
			err = ended // and its last words are there
		}
		err = fmt.Errorf("launch %s: %w", path, err)
		if text := b.output.String(); text != "" {
			err = fmt.Errorf("%w; it said: %s", err, text)
		}
		return nil, errors.Join(err, b.Close())
	}
	return b, nil
}

// start runs the program with a DevTools pipe on its descriptors 3 and 4.
func (b *Browser) start(dir string, extra []string) error {
	toBrowserR, toBrowserW, err := os.Pipe()
	if err != nil {
		return errors.Join(err, os.RemoveAll(dir))
	}
	defer toBrowserR.Close()
	fromBrowserR, fromBrowserW, err := os.Pipe()
	if err != nil {
		return errors.Join(err, toBrowserW.Close(), os.RemoveAll(dir))
	}
	defer fromBrowserW.Close()
	if err := b.cookies.writePreferences(profileIn(dir)); err != nil {
		return errors.Join(err, toBrowserW.Close(), fromBrowserR.Close(), os.RemoveAll(dir))
	}
	cmd := exec.Command(b.path, append(b.flags(dir), extra...)...)
	cmd.ExtraFiles = []*os.File{toBrowserR, fromBrowserW}
	cmd.Stdout, cmd.Stderr = b.output, b.output
	cmd.Dir = dir
	// Chromium writes caches, settings and sockets below these, too.
	cmd.Env = append(os.Environ(), "HOME="+dir, "TMPDIR="+dir,
		"XDG_CONFIG_HOME="+filepath.Join(dir, "config"), "XDG_CACHE_HOME="+filepath.Join(dir, "cache"))
	if b.proc, err = process.Start(cmd, dir); err != nil {
		return errors.Join(err, toBrowserW.Close(), fromBrowserR.Close())
	}
	b.conn = newConn(chromedp.NewPipeConn(fromBrowserR, toBrowserW))
	return nil
}

// flags keep Chromium quiet and on this machine. The resolver rule is what truly
// keeps it here: the rest only makes it try less.
func (b *Browser) flags(dir string) []string {
	flags := []string{
		"--remote-debugging-pipe",
		"--user-data-dir=" + profileIn(dir),
		"--host-resolver-rules=" + b.sites.rule() + ",MAP * ~NOTFOUND,EXCLUDE localhost,EXCLUDE 127.0.0.1",
		"--ignore-certificate-errors-spki-list=" + b.sites.pin,
		"--site-per-process", // without it the headless shell gives the app's frame no process of its own
		"--no-first-run", "--no-default-browser-check", "--no-service-autorun",
		"--disable-background-networking", "--disable-component-update", "--disable-sync",
		"--disable-default-apps", "--disable-extensions", "--disable-domain-reliability",
		"--disable-client-side-phishing-detection", "--metrics-recording-only",
		"--disable-breakpad", "--disable-crash-reporter",
		"--disable-gpu", "--disable-quic", "--mute-audio", "--hide-scrollbars",
		"--disable-dev-shm-usage", "--password-store=basic", "--use-mock-keychain",
		// Timers are ours to slow down: a page that is not in front must not be.
		"--disable-background-timer-throttling", "--disable-renderer-backgrounding",
		"--disable-backgrounding-occluded-windows",
		// A sandboxed srcdoc frame with a process of its own would not be held for the
		// page clock. A renderer that is kept ready for the next navigation dies with its
		// context, unused.
		"--disable-features=IsolateSandboxedIframes,SpareRendererForSitePerProcess,Translate,OptimizationHints,MediaRouter,LocalNetworkAccessChecks",
		"--window-size=1280,900",
	}
	flags = append(flags, b.cookies.flags()...)
	if !headlessShell(b.path) {
		flags = append(flags, "--headless=new")
	}
	if os.Geteuid() == 0 {
		flags = append(flags, "--no-sandbox")
	}
	return flags
}

// profileIn is the folder of the profile.
func profileIn(dir string) string { return filepath.Join(dir, "profile") }

func (b *Browser) prepare(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	b.listen()
	b.conn.run()
	v, err := call(ctx, b.conn.root(), cdpbrowser.GetVersion, cdp.Empty{})
	if err != nil {
		return err
	}
	b.version = v.Product
	return b.openTap(ctx)
}

// Version is the browser's own word for itself, such as HeadlessChrome/156.0.
func (b *Browser) Version() string { return b.version }

// Path is the program that was started.
func (b *Browser) Path() string { return b.path }

// Pid is the process id of the browser.
func (b *Browser) Pid() int { return b.proc.Pid() }

// Err is not nil once the connection to the browser is gone. It says how the
// browser ended.
func (b *Browser) Err() error {
	err := b.conn.failure()
	if err == nil {
		return nil
	}
	// The pipe closes as the process ends, a moment before its end can be known.
	bound := time.NewTimer(time.Second) // deadline: a browser that lives on without its pipe
	defer bound.Stop()
	select {
	case <-b.proc.Done():
		if ended := b.proc.Err(); ended != nil {
			return fmt.Errorf("the browser ended: %w: %w", ended, err)
		}
		return fmt.Errorf("the browser ended: %w", err)
	case <-bound.C:
		return err
	}
}

// Close ends the browser and everything that it started, and removes its files.
func (b *Browser) Close() error {
	if b.proc == nil {
		return nil
	}
	b.conn.close(errClosed)
	err := b.proc.Stop(0)
	b.sites.close()
	return err
}

// tail keeps the last max bytes that are written to it.
type tail struct {
	mu  sync.Mutex
	max int
	buf []byte
}

var _ io.Writer = (*tail)(nil)

func (t *tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.buf = append(t.buf, p...)
	if over := len(t.buf) - t.max; over > 0 {
		t.buf = append(t.buf[:0], t.buf[over:]...)
	}
	return len(p), nil
}

func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return strings.TrimSpace(string(t.buf))
}
