package harness

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/standin-dev/standin/fakehost/descriptor"
	"github.com/standin-dev/standin/harness/process"
)

// startLimit bounds the wait for an app that standin starts; appGrace is how long
// it is given to end by itself when it is told to.
const (
	startLimit = 60 * time.Second
	appGrace   = 3 * time.Second
)

// appProcess is the app's own command, running.
type appProcess struct{ proc *process.Process }

func (a *appProcess) stop() error { return a.proc.Stop(appGrace) }

// startApp runs the app's command and waits until its descriptor answers. folder is
// removed with the app; "" is none.
func startApp(ctx context.Context, cfg Config, env map[string]string, folder string) (*appProcess, *descriptor.Descriptor, error) {
	if err := free(cfg.App); err != nil {
		return nil, nil, err
	}
	cmd := exec.Command(cfg.Command[0], cfg.Command[1:]...)
	cmd.Dir = cfg.Dir
	cmd.Env = appEnvironment(cfg.App, env)
	said := &lastLines{max: 2 << 10, also: cfg.CommandOutput}
	cmd.Stdout, cmd.Stderr = said, said
	proc, err := process.Start(cmd, folder)
	if err != nil {
		return nil, nil, fmt.Errorf("the app's command: %w", err)
	}
	a := &appProcess{proc: proc}
	d, err := a.await(ctx, cfg.App)
	if err != nil {
		if text := said.String(); text != "" {
			err = fmt.Errorf("%w; it printed:\n%s", err, text)
		}
		return nil, nil, errors.Join(err, a.stop())
	}
	return a, d, nil
}

// free makes sure that it is our command that will answer at the address, not
// something that was left running there.
func free(app string) error {
	u, err := url.Parse(app)
	if err != nil || u.Host == "" {
		return nil // Fetch says it better
	}
	conn, err := net.DialTimeout("tcp", u.Host, time.Second)
	if err != nil {
		return nil
	}
	conn.Close()
	return fmt.Errorf("something answers at %s already: stop it, or leave the command out to test what runs there", u.Host)
}

// appEnvironment is the caller's environment with what the app needs; what the
// caller has set himself stays, but for what the run insists on.
func appEnvironment(app string, add map[string]string) []string {
	env := os.Environ()
	if u, err := url.Parse(app); err == nil && u.Port() != "" {
		add["PORT"] = u.Port()
	}
	names := make([]string, 0, len(add))
	for name := range add {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		_, set := os.LookupEnv(name)
		if !set || insists(name) {
			env = append(env, name+"="+add[name])
		}
	}
	return env
}

// await asks for the descriptor until it is there, the command has ended, or the
// bound has passed. There is nothing to wait for but an answer, so it is asked
// again and again.
func (a *appProcess) await(ctx context.Context, app string) (*descriptor.Descriptor, error) {
	waiting, cancel := context.WithTimeout(ctx, startLimit)
	defer cancel()
	pause := time.NewTicker(50 * time.Millisecond) // deadline: between two attempts
	defer pause.Stop()
	for {
		d, err := descriptor.Fetch(waiting, client(), app)
		if err == nil {
			return d, nil
		}
		if errors.Is(err, descriptor.ErrInvalid) || errors.Is(err, descriptor.ErrNotLoopback) || errors.Is(err, descriptor.ErrBadURL) {
			return nil, err
		}
		select {
		case <-a.proc.Done():
			return nil, fmt.Errorf("the app's command ended before its descriptor answered (%v)", ended(a.proc.Err()))
		case <-waiting.Done():
			if ctx.Err() != nil {
				return nil, context.Cause(ctx)
			}
			return nil, fmt.Errorf("the app's command runs, but after %s: %w", startLimit, err)
		case <-pause.C:
		}
	}
}

func ended(err error) string {
	if err == nil {
		return "exit status 0"
	}
	return err.Error()
}

// client asks apps for their descriptors, which [descriptor.Fetch] does of this machine
// alone: without the proxy of the environment, and whoever signed their certificates.
func client() *http.Client {
	return &http.Client{Timeout: 10 * time.Second, Transport: &http.Transport{
		Proxy: nil, DisableKeepAlives: true, TLSClientConfig: &tls.Config{InsecureSkipVerify: true},
	}}
}

// lastLines keeps the end of what is written to it, and passes all of it on.
type lastLines struct {
	mu   sync.Mutex
	max  int
	buf  []byte
	also io.Writer
}

func (l *lastLines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.also != nil {
		_, _ = l.also.Write(p)
	}
	l.buf = append(l.buf, p...)
	if over := len(l.buf) - l.max; over > 0 {
		l.buf = append(l.buf[:0], l.buf[over:]...)
	}
	return len(p), nil
}

func (l *lastLines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return strings.TrimSpace(string(l.buf))
}
