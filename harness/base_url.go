package harness

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"

	"github.com/standin-dev/standin/fakehost/descriptor"
	"github.com/standin-dev/standin/harness/timeline"
)

// checkBaseURL refuses a name by which no app can be known.
func (c *Config) checkBaseURL() error {
	if c.BaseURL == "" {
		return nil
	}
	u, err := url.Parse(c.BaseURL)
	switch {
	case err != nil, u.Host == "", u.Scheme != "https" && u.Scheme != "http", u.User != nil, u.RawQuery != "", u.Fragment != "":
		return fmt.Errorf("baseUrl: %q is no base URL; write it as https://jira.example.com", c.BaseURL)
	case strings.HasSuffix(strings.ToLower(u.Hostname()), ".atlassian.net"):
		return errors.New("baseUrl: the names below atlassian.net are those of sites; an app has another")
	}
	return nil
}

// fetchDescriptor asks the app for its descriptor, whose baseUrl may be a name of the app
// alone.
func (r *run) fetchDescriptor(ctx context.Context) (*descriptor.Descriptor, error) {
	return descriptor.FetchNamed(ctx, client(), r.cfg.App, r.cfg.BaseURL)
}

// knowName starts an app again whose name was learned from its descriptor: what its back
// end trusts is settled as it starts, and the certificate of its name must be among that.
// One that went into the background stays as it is.
func (r *run) knowName(ctx context.Context) error {
	name := r.desc.Alias()
	if name == "" || r.cfg.BaseURL != "" || r.egress == nil || r.app == nil || r.app.ended() {
		return nil
	}
	r.cfg.Progress.say("the app calls itself %s; starting it again, so that it finds itself by that name", name)
	if err := errors.Join(r.app.stop(), r.egress.Close()); err != nil {
		return err
	}
	r.cfg.BaseURL = name
	err := r.startEgress()
	if err == nil {
		r.app, r.desc, err = r.startApp(ctx)
	}
	return err
}

// nameApp has the app's back end find itself by its name.
func (r *run) nameApp() {
	if name := r.desc.Alias(); name != "" && r.egress != nil {
		r.egress.Name(hostOf(name), r.desc.Local)
	}
}

// byLocal is a command line for the app's name, as it is typed on this machine.
func (r *run) byLocal(command string) string {
	name := r.desc.Alias()
	if name == "" {
		return command
	}
	command = strings.ReplaceAll(command, name+"/", r.desc.Local+"/")
	return strings.ReplaceAll(command, "curl -i", "curl -i -H 'Host: "+hostOf(name)+"' -H 'X-Forwarded-Proto: https'")
}

func hostOf(origin string) string {
	_, host, _ := strings.Cut(origin, "://")
	return host
}

// named gives the browser the place where the app answers, for its name.
func (r *run) named(target string) string {
	u, err := timeline.ParseURL(r.desc.Alias())
	if err != nil || u.Host == "" {
		return ""
	}
	port := u.Port()
	if port == "" {
		port = map[string]string{"https": "443", "http": "80"}[u.Scheme]
	}
	if !strings.EqualFold(target, net.JoinHostPort(u.Hostname(), port)) {
		return ""
	}
	return r.desc.Local
}

// nameNote says that the app is known by a name; empty: it is not.
func (r *run) nameNote() string {
	name := r.desc.Alias()
	if name == "" {
		return ""
	}
	note := fmt.Sprintf("baseUrl: the app's descriptor says %s; standin takes that for a name of the app at %s, for the browser, installs, tokens and what it asks itself; nothing goes to the %s out there", r.desc.BaseURL, r.desc.Local, hostOf(name))
	switch {
	case r.serving:
		note += ". Your own browser does not know that: start the app with " + r.desc.Local + " as its base URL to see its pages"
	case r.egress == nil:
		note += ". The app's back end, which has no egress proxy, does not know it: what it calls there goes past standin"
	case r.cfg.BaseURL == "":
		note += ". For the back end's own calls to it, give --base-url " + name
	}
	return note
}
