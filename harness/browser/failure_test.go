package browser

import (
	"context"
	"errors"
	"io/fs"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/standin-dev/standin/fakehost/clock"
	"github.com/standin-dev/standin/harness/process"
	"github.com/standin-dev/standin/harness/timeline"
)

// TestDialogs: a dialog would stop the page for ever. It is dismissed, and noted.
func TestDialogs(t *testing.T) {
	tests := []struct{ name, script, want, noted string }{
		{"alert", `String(alert('careful'))`, "undefined", `alert("careful")`},
		{"confirm", `String(confirm('sure?'))`, "false", `confirm("sure?")`},
		{"prompt", `String(prompt('name?', 'x'))`, "null", `prompt("name?")`},
		{"in a nested frame", `String(frames[0].confirm('nested?'))`, "false", `confirm("nested?")`},
	}
	r := newRig(t, pages{"/": html(`<iframe src="/nested"></iframe>`), "/nested": html("")}, ContextOptions{})
	r.show("/")
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := r.in(t)
			if got := eval[string](r, tt.script); got != tt.want {
				t.Errorf("the page got %s, want %s", got, tt.want)
			}
			r.awaitEvent("the dialog", func(e timeline.Event) bool {
				return e.Kind == timeline.Dialog && strings.Contains(e.Text, tt.noted) && e.Frame != ""
			})
		})
	}
}

// TestException: an uncaught exception is on the timeline.
func TestException(t *testing.T) {
	r := newRig(t, pages{"/": html(`<script>setTimeout(() => { throw new Error('on purpose') })</script>`)}, ContextOptions{})
	r.show("/")
	e := r.awaitEvent("the exception", func(e timeline.Event) bool { return e.Kind == timeline.Exception })
	if !strings.HasPrefix(e.Text, "uncaught in the page: Error: on purpose (") || e.Script == nil || e.Script.Line != 1 || e.Script.URL != r.appURL+"/" {
		t.Errorf("%s: %+v", e.Text, e.Script)
	}
}

// TestCrash: a renderer that dies is an error of its own kind, for who waits and
// for who asks later. The host's page lives on.
func TestCrash(t *testing.T) {
	t.Parallel()
	r := newRig(t, pages{"/": html("")}, ContextOptions{})
	r.show("/")
	waiting := make(chan error, 2)
	go func() { waiting <- r.page.EvalFrame(r.ctx, `new Promise(() => {})`, nil) }()
	go func() {
		waiting <- r.page.Await(r.ctx, patience, "anything", func() (bool, string) { return false, "nothing" })
	}()
	if err := r.page.CrashFrame(r.ctx); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := <-waiting; err == nil {
			t.Error("who waited was told that all is well")
		}
	}
	var crash *CrashError
	if err := r.page.Settle(r.ctx, patience); !errors.As(err, &crash) || !strings.Contains(crash.Text, "the app's frame crashed") {
		t.Errorf("Settle: %v", err)
	}
	if err := r.page.Loaded(r.ctx, patience, true); !errors.As(err, &crash) {
		t.Errorf("Loaded: %v", err)
	}
	if err := r.page.Advance(r.ctx, hour, clock.Run); err != nil && !errors.As(err, &crash) {
		t.Errorf("Advance: %v", err)
	}
	r.awaitEvent("the crash", func(e timeline.Event) bool { return e.Kind == timeline.Crashed })
	if got := evalHost[string](r, `document.title`); got != "host" {
		t.Errorf("the host's page is %q", got)
	}
}

// TestBusy: a page with a script without end holds up nobody for ever, and is named. It
// is asked again, for it may come to an end after all.
func TestBusy(t *testing.T) {
	t.Parallel()
	r := newRig(t, pages{"/": html("")}, ContextOptions{patience: time.Second})
	r.show("/")
	// begin returns when the page has come to the script that keeps it busy: until then
	// it waits in that very task for an answer.
	begin := func(name, script string) {
		r.do(`setTimeout(() => { const x = new XMLHttpRequest(); x.open('GET', '/` + name + `', false); x.send(); ` + script + ` }); 0`)
		r.await(name, func(x timeline.Exchange) bool { return strings.HasSuffix(x.URL, "/"+name) && x.Status != 0 })
	}
	begin("a-while", `for (const end = performance.now() + 2500; performance.now() < end;);`)
	asks := map[string]func() error{
		"a script":       func() error { return r.page.EvalFrame(r.ctx, `0`, nil) },
		"a click":        func() error { return r.page.Click(r.ctx, ParseTarget("Save")) },
		"the controls":   func() error { _, err := r.page.Controls(r.ctx); return err },
		"a jump":         func() error { return r.page.Advance(r.ctx, hour, clock.Sleep) },
		"time that runs": func() error { return r.page.Advance(r.ctx, hour, clock.Run) },
	}
	var busy *BusyError
	if err := asks["a script"](); !errors.As(err, &busy) || busy.Host || !strings.Contains(err.Error(), "the app's page did not answer for 1s") {
		t.Errorf("a page that is busy for a while: %v", err)
	}
	if err := r.page.Settle(r.ctx, patience); err != nil {
		t.Errorf("a page that was busy: %v", err)
	}
	if got := eval[int](r, `1`); got != 1 {
		t.Errorf("it answers %d", got)
	}
	begin("for-ever", `for (;;);`)
	for what, ask := range asks {
		if err := ask(); !errors.As(err, &busy) {
			t.Errorf("%s: %v, want that the page is busy", what, err)
		}
	}
	if err := r.page.CollectEvidence(r.ctx); !errors.As(err, &busy) {
		t.Errorf("evidence: %v, want that the page is busy", err)
	}
	var u *Unsettled
	if err := r.page.Settle(r.ctx, 2*time.Second); !errors.As(err, &u) || !strings.Contains(err.Error(), "its document does not answer") {
		t.Errorf("Settle: %v", err)
	}
	if got := evalHost[string](r, `document.title`); got != "host" {
		t.Errorf("the host's page is %q", got)
	}
}

// TestDownload: a download is not taken, and nothing hangs on it.
func TestDownload(t *testing.T) {
	t.Parallel()
	r := newRig(t, pages{
		"/": html(`<a id="link" download href="/file">file</a>`),
		"/file": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Disposition", "attachment; filename=x.bin")
			w.Header().Set("Content-Type", "application/octet-stream")
			_, _ = w.Write(make([]byte, 100_000))
		},
	}, ContextOptions{})
	r.show("/")
	for _, script := range []string{`document.getElementById('link').click()`, `location.assign('/file'); 0`} {
		before := len(r.to("/file"))
		r.do(script)
		r.await("the request", func(x timeline.Exchange) bool {
			return strings.HasSuffix(x.URL, "/file") && len(r.to("/file")) > before
		})
		r.settle()
		if got := eval[string](r, `location.pathname`); got != "/" {
			t.Errorf("after %s the frame is at %s", script, got)
		}
	}
}

// TestGotoFails: a host that does not answer is an error with its address.
func TestGotoFails(t *testing.T) {
	r := newRig(t, nil, ContextOptions{})
	err := r.page.Goto(r.ctx, "http://localhost:1/")
	if err == nil || !strings.Contains(err.Error(), "open http://localhost:1/: net::ERR_") {
		t.Error(err)
	}
	if err := r.page.Click(r.ctx, Target{Text: "x"}); !errors.Is(err, ErrNoFrame) {
		t.Errorf("a click where there is no frame: %v", err)
	}
}

// TestPageless: a context without a page keeps a timeline, makes nothing in the browser,
// and says so to whoever wants to drive it.
func TestPageless(t *testing.T) {
	ctx := t.Context()
	c, err := theBrowser(t).NewContext(ctx, ContextOptions{Pageless: true})
	if err != nil {
		t.Fatal(err)
	}
	if c.id != "" || c.relay != nil {
		t.Errorf("it made a browser context %q", c.id)
	}
	c.Note(timeline.Event{Kind: timeline.Probed, Text: "asked"})
	if events := c.Events(); len(events) != 1 || events[0].At.IsZero() || events[0].Text != "asked" {
		t.Errorf("its timeline has %v", events)
	}
	_, shot := c.Screenshot(ctx)
	for verb, err := range map[string]error{
		"Goto": c.Goto(ctx, "http://localhost:1/"), "Screenshot": shot,
		"EvalHost": c.EvalHost(ctx, "1", nil), "Settle": c.Settle(ctx, time.Second),
	} {
		if !errors.Is(err, ErrPageless) {
			t.Errorf("%s: %v, want %v", verb, err, ErrPageless)
		}
	}
	if err := c.Close(); err != nil {
		t.Error(err)
	}
}

// TestScriptErrors: what a script throws comes back.
func TestScriptErrors(t *testing.T) {
	r := newRig(t, pages{"/": html("")}, ContextOptions{})
	r.show("/")
	for script, want := range map[string]string{
		`throw new TypeError('on purpose')`:         "TypeError: on purpose",
		`Promise.reject(new Error('asynchronous'))`: "Error: asynchronous",
		`(`: "SyntaxError",
	} {
		if err := r.page.EvalFrame(r.ctx, script, nil); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", script, err, want)
		}
	}
	var number int
	if err := r.page.EvalFrame(r.ctx, `'text'`, &number); err == nil {
		t.Error("a text went into a number")
	}
}

// TestBrowserKilled: whoever waits for a browser that dies hears of it at once.
func TestBrowserKilled(t *testing.T) {
	b := ownBrowser(t, Options{})
	r := newRigIn(t, b, pages{"/": html(""), "/hang": hang}, ContextOptions{})
	r.show("/")
	r.do(`fetch('/hang').catch(() => 0); 0`)
	waiting := make(chan error)
	for _, wait := range []func() error{
		func() error { return r.page.Settle(r.ctx, patience) },
		func() error {
			return r.page.Await(r.ctx, patience, "anything", func() (bool, string) { return false, "" })
		},
		func() error { return r.page.EvalFrame(r.ctx, `new Promise(() => {})`, nil) },
		func() error { return r.page.AwaitText(r.ctx, patience, "never") },
	} {
		go func() { waiting <- wait() }()
	}
	began := time.Now()
	if err := syscall.Kill(b.Pid(), syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	for range 4 {
		if err := <-waiting; err == nil || !strings.Contains(err.Error(), "the browser") {
			t.Errorf("who waited was told: %v", err)
		}
	}
	if took := time.Since(began); took > patience/4 {
		t.Errorf("it took %s", took)
	}
	if _, err := b.NewContext(r.ctx, ContextOptions{}); err == nil || b.Err() == nil {
		t.Errorf("a new context: %v; the browser: %v", err, b.Err())
	} else if !strings.Contains(b.Err().Error(), "signal: killed") {
		t.Errorf("the browser's error does not say how it ended: %v", b.Err())
	}
	if err := r.page.Close(); err != nil {
		t.Errorf("close a context of a dead browser: %v", err)
	}
}

// TestClose: a closed browser leaves no process of its group and no folder, and may
// be closed again.
func TestClose(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	b := ownBrowser(t, Options{})
	r := newRigIn(t, b, pages{"/": html("")}, ContextOptions{})
	r.show("/")
	if entries(t, dir) == 0 {
		t.Fatal("the browser has its folder elsewhere")
	}
	for range 2 {
		if err := b.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if process.GroupLives(b.Pid()) {
		t.Errorf("a process of the group %d is left", b.Pid())
	}
	if n := entries(t, dir); n != 0 {
		t.Errorf("%d files or folders are left", n)
	}
	if b.Err() == nil {
		t.Error("the closed browser has no error")
	}
}

// TestLaunchFails: a program that is no browser leaves nothing behind, and its own
// words are in the error.
func TestLaunchFails(t *testing.T) {
	bin := t.TempDir()
	script := func(name, body string) string {
		path := filepath.Join(bin, name)
		if err := os.WriteFile(path, []byte("#!/bin/sh\n"+body+"\n"), 0o755); err != nil {
			t.Fatal(err)
		}
		return path
	}
	tests := []struct{ name, path, want string }{
		{"one that ends", script("ends", "echo no display >&2; exit 3"), "no display"},
		{"one that says nothing", script("mute", "exec sleep 1000"), "deadline"},
		{"none", filepath.Join(bin, "none"), "no Chromium found"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			t.Setenv("TMPDIR", dir)
			ctx, cancel := context.WithTimeout(t.Context(), 500*time.Millisecond)
			defer cancel()
			_, err := Launch(ctx, Options{Path: tt.path})
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("%v, want %s", err, tt.want)
			}
			if n := entries(t, dir); n != 0 {
				t.Errorf("%d files or folders are left", n)
			}
		})
	}
}

// TestNewContextEnds: a context that does not come up in time is an error.
func TestNewContextEnds(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if c, err := theBrowser(t).NewContext(ctx, ContextOptions{}); err == nil {
		t.Errorf("%v", c.Close())
	} else if !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

func entries(t *testing.T, dir string) int {
	t.Helper()
	n := -1 // dir itself
	err := filepath.WalkDir(dir, func(string, fs.DirEntry, error) error { n++; return nil })
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// TestFind: a named program comes first, then the environment's, then what the
// machine has.
func TestFind(t *testing.T) {
	bin := t.TempDir()
	fake := func(name string) string {
		path := filepath.Join(bin, name)
		if err := os.WriteFile(path, []byte("#!/bin/sh\n"), 0o755); err != nil {
			t.Fatal(err)
		}
		return path
	}
	named, fromEnv, plain := fake("named"), fake("from-env"), filepath.Join(bin, "plain")
	if err := os.WriteFile(plain, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	onPath := fake("google-chrome")
	tests := []struct {
		name, named, env, path string
		only                   []string // the candidates; nil: the real ones
		want                   string   // the program, or a part of the error
		fails                  bool
	}{
		{name: "named", named: named, env: fromEnv, want: named},
		{name: "named by its name", named: "named", path: bin, want: named},
		{name: "by the environment", env: fromEnv, want: fromEnv},
		{name: "on the path", path: bin, only: []string{"chromium", "google-chrome"}, want: onPath},
		{name: "named, but missing", named: "/nowhere/chromium", env: fromEnv, want: `--browser names "/nowhere/chromium", which cannot be run`, fails: true},
		{name: "named, but no program", named: plain, want: "permission denied", fails: true},
		{name: "by the environment, but missing", env: "nowhere-at-all", want: `STANDIN_BROWSER names "nowhere-at-all"`, fails: true},
		{name: "none", path: "", only: []string{"chromium"}, want: "apt-get install chromium-headless-shell", fails: true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Setenv(Env, tt.env)
			t.Setenv("PATH", tt.path)
			if tt.only != nil {
				real := candidates
				candidates = tt.only
				t.Cleanup(func() { candidates = real })
			}
			got, err := Find(tt.named)
			if tt.fails != (err != nil) || err == nil && got != tt.want {
				t.Fatalf("Find = %q, %v, want %q", got, err, tt.want)
			}
			if err != nil && (!errors.Is(err, ErrNoBrowser) || !strings.Contains(err.Error(), tt.want)) {
				t.Errorf("%v, want %s", err, tt.want)
			}
		})
	}
	if real, err := Find(""); err != nil {
		t.Fatal(err)
	} else if _, err := exec.LookPath(real); err != nil {
		t.Error(err)
	}
}

// TestFramesWithinFramesGo: a frame of another origin goes with the frame around it,
// however that goes, and nothing is asked of it any more.
func TestFramesWithinFramesGo(t *testing.T) {
	t.Parallel()
	inner := map[string]string{
		"shown":     `location.href.replace('localhost', '127.0.0.1') + 'inner'`,
		"refused":   `'http://127.0.0.1:1/'`,
		"in turn":   `location.href.replace('localhost', '127.0.0.1') + 'outer'`,
		"with work": `location.href.replace('localhost', '127.0.0.1') + 'working'`,
	}
	ways := map[string]func(*rig){
		"the host's page goes": func(r *rig) { r.goTo("/") },
		"the app's frame goes": func(r *rig) {
			evalHost[any](r, `(f => { const g = f.cloneNode(); f.remove(); document.body.append(g) })(document.getElementById('app')); 0`)
		},
		"the app's page goes": func(r *rig) { r.do(`location.reload(); 0`) },
	}
	app := pages{
		"/": html(""), "/inner": html(""), "/working": html(`<script>new Worker('/worker.js')</script>`),
		"/worker.js": text("text/javascript", `setInterval(() => fetch('/hourly'), 1000)`),
		"/outer":     html(`<script>document.write('<iframe src="' + location.href.replace('127.0.0.1', 'localhost').replace('outer', 'inner') + '"></iframe>')</script>`),
	}
	for what, src := range inner {
		for way, leave := range ways {
			t.Run(what+", "+way, func(t *testing.T) {
				r := newRig(t, app, ContextOptions{})
				r.show("/")
				r.do(`document.body.append(Object.assign(document.createElement('iframe'), {src: ` + src + `})); 0`)
				r.settle()
				if n := len(r.page.documents()); n < 3 {
					t.Fatalf("%d targets with documents, want the frame's own besides the host's and the app's", n)
				}
				leave(r)
				if err := r.page.Loaded(r.ctx, patience, true); err != nil {
					t.Fatal(err)
				}
				if err := r.page.Settle(r.ctx, 3*time.Second); err != nil {
					t.Error(err)
				}
				r.advance(hour, clock.Run)
				if n := len(r.page.documents()) + len(r.page.workers()); n != 2 {
					t.Errorf("%d targets are left, want the host's page and the app's", n)
				}
			})
		}
	}
}
