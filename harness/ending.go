package harness

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"os/exec"
	"slices"
	"strings"
	"syscall"

	"github.com/standin-dev/standin/harness/egress"
	"github.com/standin-dev/standin/harness/report"
)

// appEnding is what is known of an app that is gone.
type appEnding struct {
	address string // where it answered, as http://localhost:3000
	failure error  // of the last look at it; nil: there was none
	started bool   // by standin
	ended   bool   // its command did
	before  bool   // while the app still answered
	state   error  // as the command ended; nil: with 0
	output  string // the last that it printed
	refused []egress.Refusal
	site    string // the origin of the site that the app was told
	named   bool   // the config gives that name
}

// tell is the report's word on it.
func (e appEnding) tell() report.AppEnd {
	out := report.AppEnd{Output: e.output}
	switch {
	case e.started && e.ended && e.failure == nil:
		out.Message = "The app's command ended before its descriptor answered (" + endState(e.state) + ")."
	case e.started && e.before:
		out.Message = "The app stopped answering at " + e.address + " (" + plainDial(e.failure) + "). Its command had put it into the background, and had ended with " + endState(e.state) + "."
	case e.started && e.ended:
		out.Message = "The app's command ended with " + endState(e.state) + ", and nothing answers at " + e.address + " any more."
	case e.started:
		out.Message = "The app stopped answering at " + e.address + " (" + plainDial(e.failure) + "), though its command runs on."
	default:
		out.Message = "The app, which standin did not start, stopped answering at " + e.address + " (" + plainDial(e.failure) + ")."
	}
	if e.ended {
		out.ExitStatus, out.Signal = exitStatus(e.state)
	}
	out.Cause, out.Remedy = e.why()
	return out
}

// why names what standin itself refused the app, where its output speaks of that, or
// where it was refused something at all.
func (e appEnding) why() (cause, remedy string) {
	for _, r := range e.refused {
		if strings.Contains(e.output, r.Host) {
			return "Its output names " + r.Host + ", which standin's egress proxy had refused it" + repeated(r.Times) + ".", outsideRemedy([]string{r.Host})
		}
	}
	var hosts []string
	for _, r := range e.refused {
		if !slices.Contains(hosts, r.Host) {
			hosts = append(hosts, r.Host)
		}
	}
	switch site, _ := url.Parse(e.site); {
	case strings.Contains(e.output, "standin's egress proxy refuses") && len(hosts) > 0:
		return "Its output tells of standin's egress proxy, which had refused it " + some(hosts) + ".", outsideRemedy(hosts)
	case !e.named && site != nil && site.Host != "" && strings.Contains(e.output, site.Host):
		return "Its output names " + site.Host + ", which is the address of the site that standin plays.",
			"Where it takes no site but one of atlassian.net, give the site such a name: site: acme.atlassian.net in standin.yaml, or --site acme.atlassian.net."
	case len(hosts) > 0:
		return "Why is not known. Before that, standin's egress proxy had refused it " + some(hosts) + ".", "If it ended of that: " + outsideRemedy(hosts)
	}
	return "", ""
}

func repeated(n int) string {
	if n == 1 {
		return ""
	}
	return fmt.Sprintf(" (%d times)", n)
}

// outsideRemedy says how to let an app have what is outside of this machine.
func outsideRemedy(hosts []string) string {
	host := hosts[0]
	return fmt.Sprintf("Say in standin.yaml what is to answer in its stead, as outside: {\"https://%s/\": local-copies/}, or let GETs go there, as outside: {allow: [%s]} (docs/egress.md).", host, host)
}

// endState says how a command ended.
func endState(err error) string {
	status, signal := exitStatus(err)
	switch {
	case signal != "":
		return "the signal " + signal
	case status != nil:
		return fmt.Sprintf("exit status %d", *status)
	}
	return err.Error()
}

// exitStatus is a command's exit status, or the signal that ended it.
func exitStatus(err error) (*int, string) {
	var exit *exec.ExitError
	status := 0
	switch {
	case err == nil || errors.Is(err, exec.ErrWaitDelay):
	case !errors.As(err, &exit):
		return nil, ""
	default:
		if s, ok := exit.Sys().(syscall.WaitStatus); ok && s.Signaled() {
			return nil, s.Signal().String()
		}
		status = exit.ExitCode()
	}
	return &status, ""
}

// plainDial is why a connection failed, without the address.
func plainDial(err error) string {
	var op *net.OpError
	if errors.As(err, &op) && op.Err != nil {
		err = op.Err
	}
	var no syscall.Errno
	if errors.As(err, &no) {
		return no.Error()
	}
	var wrapped *url.Error
	if errors.As(err, &wrapped) {
		return wrapped.Err.Error()
	}
	return err.Error()
}
