package descriptor

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

const (
	maxKey = 64 // characters of an app's key (DOC "App descriptor")
	// idSeparator stands between the app's key and the module's in the id of an iframe, which is split at it (simple-xdm 2.3.3).
	idSeparator = "__"
)

// Parse reads a descriptor and checks what production checks and a run relies on. from is the URL from which it came; empty:
// unknown. The error is a *Problems with all complaints, or ErrForeign for the descriptor of another product. What is merely odd is
// listed in the descriptor's Warnings.
func Parse(data []byte, from string) (*Descriptor, error) {
	if err := refuseForeign(data, from); err != nil {
		return nil, err
	}
	var c complaints
	d := parse(data, from, &c)
	if len(c.problems) > 0 {
		return nil, &Problems{From: from, List: c.problems}
	}
	d.Warnings = c.warnings
	return d, nil
}

func parse(data []byte, from string, c *complaints) *Descriptor {
	data = trim(data)
	if err := checkJSON(data); err != nil {
		c.refuse("", "must be JSON: "+err.Error(), "serve the descriptor itself, not a page")
		return nil
	}
	root := c.open("", data)
	if root == nil {
		return nil
	}
	d := &Descriptor{
		Key:     root.appKey(),
		Name:    root.text("name"),
		BaseURL: root.baseURL(from),
		Auth:    root.auth(),
		Scopes:  root.scopes(),
		Raw:     slices.Clone(data),
	}
	d.Lifecycle = root.lifecycle(d.Auth)
	d.APIMigrations = root.apiMigrations()
	d.Modules = root.modules()
	return d
}

// trim cuts the white space around a document, and the byte order mark that some editors leave and that browsers ignore.
func trim(data []byte) []byte {
	return bytes.TrimSpace(bytes.TrimPrefix(data, []byte("\ufeff")))
}

// checkJSON adds the line to what encoding/json says.
func checkJSON(data []byte) error {
	var raw json.RawMessage
	err := json.Unmarshal(data, &raw)
	if syntax, ok := err.(*json.SyntaxError); ok {
		before := data[:min(int(syntax.Offset), len(data))]
		return fmt.Errorf("line %d: %w", 1+bytes.Count(before, []byte("\n")), err)
	}
	return err
}

func (n *node) appKey() string {
	key := n.text("key")
	switch {
	case key == "":
		n.refuse("key", "must be there", "give the app a key, such as com.example.app")
	case len([]rune(key)) > maxKey:
		n.refuse("key", fmt.Sprintf("must have %d characters at most, but has %d", maxKey, len([]rune(key))), "shorten it")
	case strings.ContainsAny(key, "/?#% \\"):
		n.refuse("key", "must be fit for a URL path", "use letters, digits, dots, dashes and underscores")
	case strings.Contains(key, idSeparator):
		n.warn("key", "holds "+idSeparator+", at which the id of an iframe is split", "choose another key")
	}
	return key
}

func (n *node) auth() string {
	value := n.get("authentication")
	if value == nil {
		n.refuse("authentication", "must be there", `add "authentication": {"type": "jwt"}`)
		return ""
	}
	o := n.object("authentication")
	if o == nil {
		return ""
	}
	switch kind := o.text("type"); kind {
	case "", "jwt", "JWT":
		return AuthJWT // the default
	case "none", "NONE":
		return AuthNone
	default:
		n.refuse("authentication.type", fmt.Sprintf("must be jwt or none, not %q", kind), "choose one of them")
		return ""
	}
}

func (n *node) lifecycle(auth string) Lifecycle {
	var l Lifecycle
	if o := n.object("lifecycle"); o != nil {
		l = Lifecycle{
			Installed:   o.relativeURL("installed"),
			Enabled:     o.relativeURL("enabled"),
			Disabled:    o.relativeURL("disabled"),
			Uninstalled: o.relativeURL("uninstalled"),
		}
	}
	if auth == AuthJWT && l.Installed == "" {
		n.refuse("lifecycle.installed", "must be there when authentication is jwt", "add the URL at which the app takes its shared secret")
	}
	return l
}

func (n *node) apiMigrations() map[string]bool {
	o := n.object("apiMigrations")
	if o == nil {
		return nil
	}
	known := []string{"gdpr", "context-qsh", "signed-install"}
	migrations := map[string]bool{}
	for _, m := range o.members {
		if o.get(m.name) == nil {
			continue
		}
		migrations[m.name] = o.flag(m.name)
		if !slices.Contains(known, m.name) {
			n.warn(o.at(m.name), "is no migration that is known", "use "+strings.Join(known, ", "))
		}
	}
	return migrations
}

func (n *node) scopes() []string {
	value := n.get("scopes")
	if value == nil {
		return nil
	}
	var scopes []string
	if json.Unmarshal(value, &scopes) != nil {
		n.refuse("scopes", "must be a list of texts", `write it as ["READ", "WRITE"]`)
		return nil
	}
	known := []string{"READ", "WRITE", "DELETE", "PROJECT_ADMIN", "SPACE_ADMIN", "ADMIN", "ACT_AS_USER", "ACCESS_EMAIL_ADDRESSES", "NONE"}
	for i, scope := range scopes {
		if !slices.Contains(known, strings.ToUpper(scope)) {
			n.warn(fmt.Sprintf("scopes[%d]", i), fmt.Sprintf("%q is no scope that is known", scope), "use "+strings.Join(known, ", "))
		}
	}
	return scopes
}
