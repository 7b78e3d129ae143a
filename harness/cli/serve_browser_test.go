package cli_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/standin-dev/standin/fakehost/token"
	"github.com/standin-dev/standin/harness/browser"
)

// ownLibrary is an app whose page takes all.js from its host, as the documentation of
// Connect has it, and not from the CDN; and that tells its back end who looks.
type ownLibrary struct {
	*httptest.Server
	calls chan string // lifecycle events, and reports of the page
}

const ownLibraryPage = `<!doctype html><title>app</title><link rel="icon" href="data:,"><main class="ac-content"><p id="who">?</p></main>
<script>
const query = new URLSearchParams(location.search);
const library = document.createElement('script');
library.src = query.get('xdm_e') + query.get('cp') + '/atlassian-connect/all.js';
library.onload = async () => {
  const token = await AP.context.getToken();
  document.getElementById('who').textContent = 'told';
  await fetch('/report', { headers: { Authorization: 'JWT ' + token } });
};
document.head.append(library);
</script>`

func newOwnLibrary(t *testing.T) *ownLibrary {
	t.Helper()
	a := &ownLibrary{calls: make(chan string, 100)}
	a.Server = httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch path := r.URL.Path; path {
		case "/atlassian-connect.json":
			fmt.Fprintf(w, `{"key": "own-library", "name": "Own library", "baseUrl": %q, "apiVersion": 1, "authentication": {"type": "jwt"},
				"lifecycle": {"installed": "/installed", "uninstalled": "/uninstalled", "enabled": "/enabled", "disabled": "/disabled"},
				"modules": {%s, "jiraIssueContents": [{"key": "panel", "name": {"value": "Panel"}, "target": {"type": "web_panel", "url": "/page?of={issue.key}"}}]}}`,
				a.URL, page)
		case "/page":
			w.Header().Set("Content-Type", "text/html")
			fmt.Fprint(w, ownLibraryPage)
		case "/report":
			parsed, err := token.Parse(strings.TrimPrefix(r.Header.Get("Authorization"), "JWT "))
			if err != nil {
				a.calls <- err.Error()
				return
			}
			a.calls <- "page for " + parsed.Claims.Subject
		default:
			a.calls <- strings.TrimPrefix(path, "/")
		}
	}))
	a.Start()
	t.Cleanup(func() { a.CloseClientConnections(); a.Close() })
	return a
}

// heard waits for what the app is to be told next.
func (a *ownLibrary) heard(ctx context.Context, t *testing.T, want string) {
	t.Helper()
	select {
	case got := <-a.calls:
		if got != want {
			t.Fatalf("the app was told %q, want %q", got, want)
		}
	case <-ctx.Done():
		t.Fatalf("the app was not told %q: %v", want, ctx.Err())
	}
}

// person is somebody in front of a start page.
type person struct {
	t   *testing.T
	ctx context.Context
	tab *browser.Context
}

// when is a condition of a page that has loaded, as a promise; it looks at every frame
// of animation.
const when = `new Promise((done) => { const look = () => document.readyState === 'complete' && (%s) ? done(true) : requestAnimationFrame(look); look(); })`

// sees waits until the page is as said. The page may be loaded anew meanwhile.
func (p person) sees(condition string) {
	p.t.Helper()
	for {
		err := p.tab.EvalHost(p.ctx, fmt.Sprintf(when, condition), nil)
		if err == nil {
			return
		}
		if !strings.Contains(err.Error(), "the document was replaced") || p.ctx.Err() != nil {
			var text string
			ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
			defer cancel()
			_ = p.tab.EvalHost(ctx, "document.body.innerText", &text)
			p.t.Fatalf("waiting for %s: %v; the page says\n%s", condition, err, text)
		}
	}
}

// clicks clicks what a script finds, once it is there.
func (p person) clicks(what string) {
	p.t.Helper()
	// In one go, for the page may be made anew in between.
	p.sees(fmt.Sprintf("((found) => found && !found.disabled && (found.click(), true))(%s)", what))
}

// does has something done to the app, after which the page is loaded anew, for there
// may be other places then.
func (p person) does(action string) {
	p.t.Helper()
	p.sees("(window.former = true)")
	p.clicks(button(action))
	p.sees("!window.former")
}

// button and link are scripts that find one by its words.
func button(words string) string {
	return fmt.Sprintf("[...document.querySelectorAll('button')].find((b) => b.textContent === %q)", words)
}

func link(words string) string {
	return fmt.Sprintf("[...document.querySelectorAll('a')].find((a) => a.textContent === %q)", words)
}

func user(name string) string {
	return fmt.Sprintf("[...document.querySelectorAll('#standin-users label')].find((l) => l.textContent.includes(%q))?.querySelector('input')", name)
}

func (p person) seesClock(offset string) {
	p.t.Helper()
	p.sees(fmt.Sprintf("document.getElementById('standin-offset').textContent === %q", offset))
}

// holdsClock has the page wait for the answer when it asks for the host's clock the next
// time, until it is released, and notes what it shows of the clock from now on.
func (p person) holdsClock() {
	p.t.Helper()
	p.sees(`((real) => {
		window.fetch = async (url, options) => {
			if (options.method === 'POST' || !String(url).includes('/clock')) return real(url, options);
			window.fetch = real; // at once: the page may ask twice before it is answered
			const answer = await real(url, options);
			await new Promise((release) => { window.release = release; });
			return answer;
		};
		const offset = document.getElementById('standin-offset');
		window.offsets = [offset.textContent];
		new MutationObserver(() => {
			if (window.offsets.at(-1) !== offset.textContent) window.offsets.push(offset.textContent);
		}).observe(offset, { childList: true });
		return true;
	})(window.fetch)`)
}

// movesClock moves the host's clock there and back. An answer that left the host before
// a jump, and comes after that of the jump, is not shown.
func (p person) movesClock() {
	p.t.Helper()
	p.seesClock("real time")
	p.holdsClock()
	p.clicks(button("14 minutes"))
	p.seesClock("ahead by 14m0s")
	p.sees("window.release")
	p.clicks(button("16 minutes"))
	p.seesClock("ahead by 30m0s")
	p.sees("(window.release(), true)")
	p.clicks(button("Sleep an hour"))
	p.seesClock("ahead by 1h30m0s")
	p.seesJournal("clock moved by 1h0m0s (sleep)")
	p.clicks(button("Real time again"))
	p.seesClock("real time")
	var offsets []string
	if err := p.tab.EvalHost(p.ctx, "window.offsets", &offsets); err != nil {
		p.t.Fatal(err)
	}
	if want := []string{"real time", "ahead by 14m0s", "ahead by 30m0s", "ahead by 1h30m0s", "real time"}; !slices.Equal(offsets, want) {
		p.t.Errorf("the page showed %q, want %q", offsets, want)
	}
}

func (p person) seesJournal(text string) {
	p.t.Helper()
	p.sees(fmt.Sprintf("document.getElementById('standin-journal').innerText.includes(%q)", text))
}

// TestServeInABrowser: a person with a browser of his own, which nobody drives, finds
// every place of the app, logs in as somebody else, moves the clock, does things to
// the app and reads about it all; and a page of the app works there.
func TestServeInABrowser(t *testing.T) {
	needBrowser(t)
	t.Setenv("STANDIN_SECRET", "")
	app := newOwnLibrary(t)
	s, _ := start(t, "serve", "--app", app.URL, "--install", "unsigned", "--json").announced()
	ctx, cancel := context.WithTimeout(t.Context(), 90*time.Second)
	defer cancel()
	b, err := browser.Launch(ctx, browser.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	tab, err := b.NewContext(ctx, browser.ContextOptions{Undriven: true})
	if err != nil {
		t.Fatal(err)
	}
	p := person{t, ctx, tab}
	app.heard(ctx, t, "installed")
	app.heard(ctx, t, "enabled")

	if err := tab.Goto(ctx, s.url); err != nil {
		t.Fatal(err)
	}
	p.sees(link("Main"))
	p.sees(link("Panel"))
	p.seesJournal("installed")

	p.clicks(user("Kim Standin"))
	p.seesJournal("logged in: Kim Standin")
	p.sees(user("Kim Standin") + ".checked")

	p.movesClock()

	p.does("Disable")
	app.heard(ctx, t, "disabled")
	p.sees(button("Enable") + " && !" + link("Main"))
	p.does("Enable")
	app.heard(ctx, t, "enabled")
	p.sees(link("Main"))
	p.does("Rotate secret")
	app.heard(ctx, t, "installed")
	p.does("Uninstall")
	app.heard(ctx, t, "disabled")
	app.heard(ctx, t, "uninstalled")
	p.sees("!" + link("Main"))
	p.does("Install again")
	app.heard(ctx, t, "installed")
	app.heard(ctx, t, "enabled")

	p.clicks(link("Main"))
	app.heard(ctx, t, "page for 712020:3f6d0c57-51c2-4a0e-9d0b-7e2a64c1b8f3") // Kim's
	if err := tab.AwaitText(ctx, 20*time.Second, "told"); err != nil {
		t.Error(err)
	}
	if err := tab.Goto(ctx, s.url); err != nil {
		t.Fatal(err)
	}
	p.seesJournal("bridge")
	p.clicks(user("anonymous"))
	p.seesJournal("logged in: anonymous")
	p.clicks(link("Panel"))
	app.heard(ctx, t, "page for ")

	if err := s.cmd.Process.Signal(syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	if err := b.Close(); err != nil {
		t.Error(err)
	}
	if code := s.code(); code != 0 {
		t.Errorf("exit code %d:\n%s", code, s.stderr.String())
	}
}
