package harness

import (
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/standin-dev/standin/fakehost"
)

// hostKeys are the config's keys about what the host does as production does it now
// and then.
type hostKeys struct {
	HiddenPages string         `yaml:"hiddenPages"`
	Scopes      string         `yaml:"scopes"`
	Redelivery  redeliveryKeys `yaml:"redelivery"`
	Lifecycle   lifecycleKeys  `yaml:"lifecycle"`
}

// redeliveryKeys are a [fakehost.Redelivery].
type redeliveryKeys struct {
	Times    int           `yaml:"times"`
	After    time.Duration `yaml:"after"`
	RealTime bool          `yaml:"realTime"`
}

// lifecycleKeys are a [fakehost.LifecycleForm].
type lifecycleKeys struct {
	ServiceEntitlementNumber string `yaml:"serviceEntitlementNumber"`
	EntitlementID            string `yaml:"entitlementId"`
	EntitlementNumber        string `yaml:"entitlementNumber"`
	InstallationID           string `yaml:"installationId"`
	AccountID                string `yaml:"accountId"`
	DisplayURL               string `yaml:"displayUrl"`
	UserParams               bool   `yaml:"userParams"`
	LateDisabled             bool   `yaml:"lateDisabled"`
}

// setHost takes over what a file says of the host, where c says nothing.
func (c *Config) setHost(k hostKeys) error {
	setIfEmpty(&c.HiddenPages, k.HiddenPages)
	setIfEmpty(&c.Scopes, k.Scopes)
	if c.Redelivery == (fakehost.Redelivery{}) {
		c.Redelivery = fakehost.Redelivery(k.Redelivery)
	}
	if c.Lifecycle == (fakehost.LifecycleForm{}) {
		c.Lifecycle = fakehost.LifecycleForm(k.Lifecycle)
	}
	return c.checkHost()
}

// checkHost refuses what cannot be meant, in the words of the config.
func (c *Config) checkHost() error {
	switch c.HiddenPages {
	case "", fakehost.HiddenNotFound, fakehost.HiddenShown:
	default:
		return fmt.Errorf("hiddenPages: %q is none; it is %s or %s", c.HiddenPages, fakehost.HiddenNotFound, fakehost.HiddenShown)
	}
	switch c.Scopes {
	case "", fakehost.ScopesBackEnd, fakehost.ScopesAll, fakehost.ScopesOff:
	default:
		return fmt.Errorf("scopes: %q is none; it is %s, %s or %s", c.Scopes, fakehost.ScopesBackEnd, fakehost.ScopesAll, fakehost.ScopesOff)
	}
	if err := c.checkRedelivery(); err != nil {
		return fmt.Errorf("redelivery: %w", err)
	}
	if !isOrigin(c.Lifecycle.DisplayURL) {
		return fmt.Errorf("lifecycle: displayUrl %q is no origin; write it as https://jira.example.com", c.Lifecycle.DisplayURL)
	}
	return nil
}

func (c *Config) checkRedelivery() error {
	switch r := c.Redelivery; {
	case r == (fakehost.Redelivery{}):
		return nil
	case c.Product == fakehost.Confluence:
		return errors.New("Confluence sends no webhook again; leave it out")
	case r.Times <= 0:
		return fmt.Errorf("times cannot be %d; say how often a webhook is sent again, as production's 5", r.Times)
	case r.After < 0:
		return fmt.Errorf("after cannot be %s; it is a length of time such as 5m, or nothing for at once", r.After)
	}
	return nil
}

// isOrigin knows an origin, and takes nothing for one.
func isOrigin(raw string) bool {
	if raw == "" {
		return true
	}
	u, err := url.Parse(raw)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != "" && strings.Trim(u.Path, "/") == "" && u.RawQuery == "" && u.Fragment == ""
}
