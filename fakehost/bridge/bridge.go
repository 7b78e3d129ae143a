package bridge

import (
	"bytes"
	"embed"
	"fmt"
)

//go:embed shared/*.js host/*.js plugin/*.js
var sources embed.FS

// hostFiles are the parts of host.js in the order in which they run. The order matters for the tables
// that are filled while a file is read; functions may be used before the file that holds them.
var hostFiles = []string{
	"shared/clone.js",
	"shared/random.js",
	"host/config.js",
	"host/journal.js",
	"shared/registry.js",
	"shared/host_events.js",
	"shared/host_keys.js",
	"shared/host_wire.js",
	"host/modules.js",
	"host/calls.js",
	"host/wire.js",
	"host/jwt.js",
	"host/resolver.js",
	"host/context.js",
	"host/frames.js",
	"host/dialogs.js",
	"host/inline_dialogs.js",
	"host/triggers.js",
	"host/ap_env.js",
	"host/ap_events.js",
	"host/ap_request.js",
	"host/ap_history.js",
	"host/ap_navigator.js",
	"host/ap_user.js",
	"host/ap_flag.js",
	"host/ap_messages.js",
	"host/ap_dialog.js",
	"host/ap_page.js",
	"host/ap_internal.js",
	"host/product_calls.js",
	"host/host_dialog.js",
	"host/ap_macro.js",
	"host/ap_confluence.js",
	"host/ap_custom_content.js",
	"host/jira_dialogs.js",
	"host/jira_date_picker.js",
	"host/ap_workflow.js",
	"host/ap_jira.js",
	"host/ap_dropdown.js",
	"host/ap_theming.js",
	"host/main.js",
}

// allFiles are the parts of all.js in the order in which they run.
var allFiles = []string{
	"shared/clone.js",
	"shared/random.js",
	"plugin/data.js",
	"plugin/script_options.js",
	"plugin/wire.js",
	"shared/registry.js",
	"shared/host_events.js",
	"shared/host_keys.js",
	"shared/host_wire.js",
	"plugin/hosted_calls.js",
	"plugin/subhost.js",
	"plugin/api.js",
	"plugin/deprecated.js",
	"plugin/events.js",
	"plugin/dialog.js",
	"plugin/size.js",
	"plugin/request.js",
	"plugin/history.js",
	"plugin/product.js",
	"plugin/theming.js",
	"plugin/legacy.js",
	"plugin/main.js",
}

// HostJS is the script of the product page, a classic script that needs the page's config before it.
var HostJS = bundle(hostFiles)

// AllJS is the script that an app's page loads as all.js, a classic script.
var AllJS = bundle(allFiles)

// bundle joins files into one strict function, so that no name of theirs becomes a global. It panics
// on a file that is not embedded, for then the program itself is built wrongly.
func bundle(files []string) []byte {
	var b bytes.Buffer
	b.WriteString("(function () {\n'use strict';\n")
	for _, name := range files {
		text, err := sources.ReadFile(name)
		if err != nil {
			panic(fmt.Sprintf("bridge: %s is listed but not embedded: %v", name, err))
		}
		fmt.Fprintf(&b, "\n// ---- %s\n%s", name, text)
	}
	b.WriteString("})();\n")
	return b.Bytes()
}
