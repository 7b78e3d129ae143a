package harness

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"slices"
	"time"

	"github.com/standin-dev/standin/fakehost/descriptor"
	"github.com/standin-dev/standin/harness/process"
)

// startLimit bounds the wait for an app that standin starts; appGrace is how long
// it is given to end by itself when it is told to; backgroundLimit how long an app may
// take to answer whose command has ended with 0 and left no process that we know of.
const (
	startLimit      = 60 * time.Second
	appGrace        = 3 * time.Second
	backgroundLimit = 2 * time.Second
)

// appProcess is the app's own command, running.
type appProcess struct {
	proc *process.Process
	out  *appPipe
}

func (a *appProcess) stop() error {
	err := a.proc.Stop(appGrace)
	a.out.close()
	return err
}

// startApp runs the app's command and waits until its descriptor answers. folder is
// removed with the app; "" is none.
func (r *run) startApp(ctx context.Context) (*appProcess, *descriptor.Descriptor, error) {
	cfg := r.cfg
	if err := free(cfg.App); err != nil {
		return nil, nil, err
	}
	cmd := exec.Command(cfg.Command[0], cfg.Command[1:]...)
	cmd.Dir = cfg.Dir
	cmd.Env = appEnvironment(cfg.App, r.environment())
	out, err := newAppPipe(cfg.CommandOutput)
	if err != nil {
		return nil, nil, err
	}
	cmd.Stdout, cmd.Stderr = out.write, out.write
	proc, err := process.Start(cmd, r.egressFolder())
	out.started()
	if err != nil {
		out.close()
		return nil, nil, fmt.Errorf("the app's command: %w", err)
	}
	a := &appProcess{proc: proc, out: out}
	r.app = a
	d, err := a.await(ctx, r.fetchDescriptor)
	if err != nil {
		return nil, nil, errors.Join(r.unserved(err), a.stop())
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

// errEnded says that the app's command ended before its descriptor answered.
var errEnded = errors.New("the app's command ended before its descriptor answered")

// await asks for the descriptor until it is there, the command has ended and left nobody
// who could answer, or the bound has passed. There is nothing to wait for but an answer,
// so it is asked again and again.
func (a *appProcess) await(ctx context.Context, fetch func(context.Context) (*descriptor.Descriptor, error)) (*descriptor.Descriptor, error) {
	waiting, cancel := context.WithTimeout(ctx, startLimit)
	defer cancel()
	pause := time.NewTicker(50 * time.Millisecond) // deadline: between two attempts
	defer pause.Stop()
	ended := a.proc.Done()
	var left <-chan time.Time // nil: somebody is there who may answer
	for {
		d, err := fetch(waiting)
		if err == nil {
			return d, nil
		}
		if errors.Is(err, descriptor.ErrInvalid) || errors.Is(err, descriptor.ErrNotLoopback) || errors.Is(err, descriptor.ErrBadURL) || errors.Is(err, descriptor.ErrOtherName) {
			return nil, err
		}
		if ended == nil && left == nil && !process.GroupLives(a.proc.Pid()) {
			left = deadline(backgroundLimit)
		}
		select {
		case <-ended:
			if a.proc.Err() != nil {
				return nil, errEnded
			}
			ended = nil // it may have put the app into the background
		case <-left:
			return nil, errEnded
		case <-waiting.Done():
			if ctx.Err() != nil {
				return nil, context.Cause(ctx)
			}
			return nil, fmt.Errorf("the app's command runs, but after %s: %w", startLimit, err)
		case <-pause.C:
		}
	}
}

// unserved says why an app that was started did not come up: how it ended, what it
// printed, and what standin refused it.
func (r *run) unserved(err error) error {
	facts := r.endFacts()
	cause, remedy := facts.why()
	if errors.Is(err, errEnded) {
		err = fmt.Errorf("%w (%s)", err, endState(facts.state))
	}
	if facts.output != "" {
		err = fmt.Errorf("%w; it printed:\n%s", err, facts.output)
	}
	if cause != "" {
		err = fmt.Errorf("%w\n%s %s", err, cause, remedy)
	}
	return err
}

// client asks apps for their descriptors, which [descriptor.Fetch] does of this machine
// alone: without the proxy of the environment, and whoever signed their certificates.
func client() *http.Client {
	return &http.Client{Timeout: 10 * time.Second, Transport: &http.Transport{
		Proxy: nil, DisableKeepAlives: true, TLSClientConfig: &tls.Config{InsecureSkipVerify: true},
	}}
}
