// Package descriptor reads and checks the atlassian-connect.json of an app, finds the modules that render an iframe, and fills the
// context variables of their URLs.
package descriptor

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

// The two values of Descriptor.Auth.
const (
	AuthJWT  = "jwt"
	AuthNone = "none"
)

// What Module can lack.
var (
	// ErrNoModule: the app has no module that renders an iframe.
	ErrNoModule = errors.New("the app has no module that renders an iframe")
	// ErrUnknownModule: no such module renders an iframe.
	ErrUnknownModule = errors.New("no such module renders an iframe")
)

// Descriptor is an atlassian-connect.json that passed the checks of Parse.
type Descriptor struct {
	Key           string
	Name          string // empty when the app has none
	BaseURL       string // as written, with or without a slash at its end
	Local         string // the origin at which the app answers on this machine, where BaseURL is a name alone (FetchNamed); else empty
	Auth          string // AuthJWT or AuthNone
	Lifecycle     Lifecycle
	Modules       []Module // in the order of the descriptor
	APIMigrations map[string]bool
	Scopes        []string
	Raw           json.RawMessage // the whole document, without white space around it
	Warnings      []Problem       // what is odd, but no reason to refuse the app
}

// Lifecycle holds the URLs that the host calls, relative to the base URL. An empty one is not called.
type Lifecycle struct {
	Installed, Enabled, Disabled, Uninstalled string
}

// Module is one entry of the descriptor's modules.
type Module struct {
	Type      string // the name of its array, such as generalPages
	Key       string
	Name      string // as a person reads it; empty when it has none
	URL       string // what its iframe shows, relative to the base URL, with variables unfilled; empty when it renders none
	Cacheable bool   // the host appends no parameters to the URL, not even jwt (DOC "Cacheable app iframes for Connect apps")
	Raw       json.RawMessage
}

// Iframe reports whether the module renders an iframe.
func (m Module) Iframe() bool {
	return m.URL != "" && rendersIframe(m)
}

// IframeModules lists the modules that render an iframe: the general pages first, for those are what a person opens, then the
// others in the order of the descriptor.
func (d *Descriptor) IframeModules() []Module {
	var pages, others []Module
	for _, m := range d.Modules {
		switch {
		case !m.Iframe():
		case m.Type == "generalPages":
			pages = append(pages, m)
		default:
			others = append(others, m)
		}
	}
	return append(pages, others...)
}

// Module gives the module of a key that renders an iframe. An empty key gives the first of IframeModules.
// Its error is ErrNoModule or ErrUnknownModule, with the keys there are.
func (d *Descriptor) Module(key string) (Module, error) {
	modules := d.IframeModules()
	if len(modules) == 0 {
		return Module{}, fmt.Errorf("descriptor: %w: add one, such as a generalPages entry, to %s", ErrNoModule, d.Key)
	}
	if key == "" {
		return modules[0], nil
	}
	keys := make([]string, len(modules))
	for i, m := range modules {
		if m.Key == key {
			return m, nil
		}
		keys[i] = fmt.Sprintf("%s (%s)", m.Key, m.Type)
	}
	return Module{}, fmt.Errorf("descriptor: module %q%s: %w: choose from %s", key, d.otherwise(key), ErrUnknownModule, strings.Join(keys, ", "))
}

// otherwise says what a key is, when it is a module that renders no iframe.
func (d *Descriptor) otherwise(key string) string {
	for _, m := range d.Modules {
		if m.Key == key {
			return " is one of " + m.Type
		}
	}
	return ""
}

// Resolve joins a URL that is relative to the base URL to it. Variables stay as they are, and so does an absolute URL.
func (d *Descriptor) Resolve(rel string) string {
	base := strings.TrimRight(d.BaseURL, "/")
	switch {
	case isAbsolute(rel):
		return rel
	case rel == "":
		return d.BaseURL
	case rel[0] == '?' || rel[0] == '#':
		return base + rel
	}
	return base + "/" + strings.TrimLeft(rel, "/")
}
