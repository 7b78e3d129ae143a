package harness

import (
	"errors"

	"github.com/standin-dev/standin/harness/egress"
)

// checkEgress refuses settings of the way out that cannot work.
func (c *Config) checkEgress() error {
	switch {
	case c.Egress && len(c.Command) == 0 && c.Started == nil:
		return errors.New("egress: an app that runs already goes its own way; give the command that starts it")
	case c.KeysByEgress && !c.Egress:
		return errors.New("keys by egress: there is no egress proxy; switch it on")
	}
	return nil
}

// startEgress starts the app's way out, where one is asked for.
func (r *run) startEgress() error {
	if !r.cfg.Egress {
		return nil
	}
	var err error
	r.egress, err = egress.Start(egress.Options{Host: r.host, Outside: r.theDoor(), AppName: hostOf(r.cfg.BaseURL), Now: r.host.Time().Now})
	return err
}

// egressFolder is what is to be removed with the app; "" is nothing.
func (r *run) egressFolder() string {
	if r.egress == nil {
		return ""
	}
	return r.egress.Dir()
}

// addEgress leads the app through the proxy.
func (r *run) addEgress(env map[string]string) {
	if r.egress == nil {
		return
	}
	for name, value := range r.egress.Environment() {
		env[name] = value
	}
	if r.cfg.KeysByEgress {
		// Set all the same, lest one of the caller's own be taken. Empty is unset to
		// atlassian-connect-express 11.5.3.
		env[keysVariable] = ""
	}
}

// keysVariable is where atlassian-connect-express looks for the public keys.
const keysVariable = "CONNECT_KEYS_CDN_URL"

// insists says which variables of the app are ours whatever the caller has set.
func insists(name string) bool { return name == keysVariable || egress.Sets(name) }

// noteEgress tells what the app's back end called.
func (r *run) noteEgress() {
	if r.egress != nil {
		r.report.Notes = append(r.report.Notes, r.egress.Notes()...)
	}
}

// sayEgress tells it at once, for a run that will have no report.
func (r *run) sayEgress() {
	if r.egress == nil {
		return
	}
	for _, note := range append(r.egress.Notes(), keptInNote(r.keptIn())) {
		if note != "" {
			r.cfg.Progress.say("%s", note)
		}
	}
}
