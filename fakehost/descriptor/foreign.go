package descriptor

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// ErrForeign: the descriptor is of another product than Jira and Confluence Cloud. It is an ErrInvalid as well.
var ErrForeign = errors.New("the descriptor is of another product")

// foreignKinds say what such descriptors are, and why they cannot be played.
const (
	bitbucketKind = "is a Bitbucket Connect descriptor"
	hipchatKind   = "is a HipChat capabilities descriptor"
	pluginKind    = "is the plugin descriptor (atlassian-plugin.xml) of a Server or Data Center app"
)

// bitbucketModules are types of module that Bitbucket alone has (DOC Bitbucket Cloud "Modules").
var bitbucketModules = []string{"oauthConsumer", "repoPage", "repoPages", "repositoryPages", "profileTab", "profileTabs", "fileViews", "linkers", "accountPages", "repoSettingsPages", "teamSettingsPages"}

// refuseForeign is the error of a document that is a descriptor of another product; nil for every other document, good or bad. from is
// where it came from.
func refuseForeign(data []byte, from string) error {
	kind, sign := foreignKind(trim(data))
	if kind == "" {
		return nil
	}
	if from == "" {
		from = "it"
	}
	return fmt.Errorf("descriptor: %w: %s %s (%s); standin plays Jira and Confluence Cloud: give the atlassian-connect.json of an app for one of those (%w)",
		ErrForeign, from, kind, sign, ErrInvalid)
}

// foreignKind is what a document is, and by what sign; "" when it is no descriptor of another product.
func foreignKind(data []byte) (kind, sign string) {
	if bytes.HasPrefix(data, []byte("<")) {
		if bytes.Contains(data[:min(len(data), 4<<10)], []byte("<atlassian-plugin")) {
			return pluginKind, "it begins with <atlassian-plugin>"
		}
		return "", ""
	}
	var d map[string]json.RawMessage
	if json.Unmarshal(data, &d) != nil {
		return "", ""
	}
	var contexts []string
	var modules, capabilities map[string]json.RawMessage
	for name, into := range map[string]any{"contexts": &contexts, "modules": &modules, "capabilities": &capabilities} {
		_ = json.Unmarshal(d[name], into) // one of another form is no sign
	}
	for _, name := range bitbucketModules {
		if _, has := modules[name]; has {
			return bitbucketKind, "it has modules of the type " + name
		}
	}
	if slices.ContainsFunc(contexts, func(c string) bool { return c == "account" || c == "personal" }) {
		return bitbucketKind, fmt.Sprintf("its contexts are %s", strings.Join(contexts, ", "))
	}
	if capabilities != nil && modules == nil {
		return hipchatKind, "it has capabilities and no modules"
	}
	return "", ""
}
