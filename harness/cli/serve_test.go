package cli_test

import (
	"encoding/json"
	"io"
	"net/http"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// served is a host that "standin serve" keeps up.
type served struct {
	*session
	url, secret string
}

// startServe serves a sample app, and waits until the host is up.
func startServe(t *testing.T, args ...string) served {
	t.Helper()
	s := start(t, append(append([]string{"serve", "--app", "http://localhost:" + freePort(t), "--json"}, args...), sampleCommand("interceptor")...)...)
	up, app := s.announced()
	if app != "standin-sample-interceptor" {
		t.Fatalf("it serves %s", s.stdout.String())
	}
	return up
}

// announced waits until the host is up, and gives what --json says of it, and the
// app's key.
func (s *session) announced() (served, string) {
	s.t.Helper()
	s.says("Ctrl-C ends it")
	for {
		changed := s.stdout.changed()
		if strings.Contains(s.stdout.String(), "\n") {
			break
		}
		select {
		case <-changed:
		case <-s.ended:
			s.t.Fatalf("it ended: %s", s.stderr.String())
		}
	}
	var up struct{ URL, Secret, App string }
	if err := json.Unmarshal([]byte(s.stdout.String()), &up); err != nil {
		s.t.Fatalf("%v: %s", err, s.stdout.String())
	}
	return served{s, up.URL, up.Secret}, up.App
}

// ask asks the host with the secret, and gives the answer's text.
func (s served) ask(method, path, body string) string {
	s.t.Helper()
	request, err := http.NewRequestWithContext(s.t.Context(), method, s.url+path, strings.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	request.Header.Set("X-Standin-Secret", s.secret)
	client := &http.Client{Timeout: time.Minute}
	response, err := client.Do(request)
	if err != nil {
		s.t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode != http.StatusOK {
		s.t.Fatalf("%s %s: status %d, %v: %s", method, path, response.StatusCode, err, text)
	}
	return string(text)
}

var moduleLink = regexp.MustCompile(`<a href="/(plugins/servlet/ac/[^"]+)"`)

// TestServe: the start page, a page of the app, the clock, the user, the journal; and
// nothing is left when it is interrupted. It takes no browser.
func TestServe(t *testing.T) {
	t.Setenv("STANDIN_BROWSER", "/nonexistent")
	t.Setenv("STANDIN_SECRET", "")
	for _, signal := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM} {
		t.Run(signal.String(), func(t *testing.T) {
			s := startServe(t, "--token-life", "60s")
			if strings.Contains(s.stderr.String(), s.secret) || !strings.Contains(s.stderr.String(), "open "+s.url+" in a browser") {
				t.Errorf("it says\n%s", s.stderr.String())
			}
			home := s.ask("GET", "", "")
			link := moduleLink.FindStringSubmatch(home)
			if link == nil || !strings.Contains(home, "Kim Standin") || !strings.Contains(home, "getToken live 1m,") {
				t.Fatalf("the start page is\n%s", home)
			}
			s.ask("POST", "_standin/user", `{"user":"Kim Standin"}`)
			if page := s.ask("GET", link[1], ""); !strings.Contains(page, `"fullName":"Kim Standin"`) {
				t.Errorf("the page is not for the user that was chosen:\n%s", page)
			}
			if state := s.ask("POST", "_standin/clock", `{"advance":"16m","kind":"sleep"}`); !strings.Contains(state, `"offset":"16m0s"`) {
				t.Errorf("the clock is %s", state)
			}
			journal := s.ask("GET", "_standin/journal", "")
			for _, want := range []string{"installed sent to the app", "Kim Standin", `"kind":"minted"`, "clock moved by 16m0s"} {
				if !strings.Contains(journal, want) {
					t.Errorf("the journal lacks %q:\n%s", want, journal)
				}
			}
			if err := s.cmd.Process.Signal(signal); err != nil {
				t.Fatal(err)
			}
			if code := s.code(); code != 0 {
				t.Errorf("exit code %d, want 0:\n%s", code, s.stderr.String())
			}
		})
	}
}

// TestServeChosenSecret: a script may know the secret beforehand.
func TestServeChosenSecret(t *testing.T) {
	t.Setenv("STANDIN_SECRET", "known-before-the-start")
	s := startServe(t)
	if s.secret != "known-before-the-start" {
		t.Errorf("the secret is %q", s.secret)
	}
	if err := s.cmd.Process.Signal(syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	if code := s.code(); code != 0 {
		t.Errorf("exit code %d:\n%s", code, s.stderr.String())
	}
}

// TestServeWithoutItsApp: an app that dies under a host that is up ends it.
func TestServeWithoutItsApp(t *testing.T) {
	t.Setenv("STANDIN_SECRET", "")
	s := startServe(t)
	killed := 0
	for _, process := range s.processes() {
		id, command, _ := strings.Cut(process, " ")
		if pid, err := strconv.Atoi(id); err == nil && strings.HasPrefix(command, filepath.Join(bin, "sample")+" ") {
			killed++
			if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
				t.Error(err)
			}
		}
	}
	if killed != 1 {
		_ = s.cmd.Process.Signal(syscall.SIGINT)
		t.Errorf("killed %d processes, want the app's alone, of %q", killed, s.processes())
	}
	if code := s.code(); code != 2 || !strings.Contains(s.stderr.String(), "standin: the app's command ended with exit status 137") {
		t.Errorf("exit code %d, want 2; it said\n%s", code, s.stderr.String())
	}
}

// TestServeFails: one clear sentence, exit code 2, and nothing left.
func TestServeFails(t *testing.T) {
	t.Setenv("STANDIN_SECRET", "")
	app := "http://localhost:" + freePort(t)
	refusing := badApp{lifecycle: `"lifecycle": {"installed": "/installed"},`}.serve(t)
	for _, tc := range []struct {
		name string
		args []string
		says string
	}{
		{"nothing answers", []string{"--app", app}, "standin: descriptor: the app does not answer: "},
		{"no such command", []string{"--app", app, "--", "no-such-command"}, "standin: the app's command: "},
		{"install refused", []string{"--app", refusing}, "standin: the app answered installed with 401: I do not know this key; let standin start it"},
		{"listen elsewhere", []string{"--app", refusing, "--listen", "10.0.0.1:80"}, "is not loopback"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s := start(t, append([]string{"serve"}, tc.args...)...)
			if code := s.code(); code != 2 || !strings.Contains(s.stderr.String(), tc.says) {
				t.Errorf("exit code %d, want 2, and %q; it said\n%s", code, tc.says, s.stderr.String())
			}
		})
	}
}
