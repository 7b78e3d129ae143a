package fakehost

import (
	"encoding/json"
	"maps"
	"strings"

	"github.com/standin-dev/standin/fakehost/descriptor"
)

// webTarget is how a web item, or a byline item, opens (DOC "Web item", target).
type webTarget struct {
	opens opening
	// module is what opens: the item itself, or the dialog that it names.
	module descriptor.Module
	// options are the dialog's, as AP.dialog.create takes them.
	options map[string]any
}

// rawTarget is the target as it stands in the descriptor.
type rawTarget struct {
	Type    string         `json:"type"`
	Options map[string]any `json:"options"`
}

func readTarget(m descriptor.Module) rawTarget {
	var item struct {
		Target rawTarget `json:"target"`
	}
	_ = json.Unmarshal(m.Raw, &item) // one of another form has no target
	item.Target.Type = strings.ToLower(item.Target.Type)
	return item.Target
}

// opensDialogModules are the types whose modules may name a dialog module that they
// open.
var opensDialogModules = map[string]bool{"webItems": true, "serviceDeskOrganizationActions": true}

// dialogModuleOf is the dialog module that a web item of the type dialogmodule
// names; false for any other module.
func dialogModuleOf(app *descriptor.Descriptor, m descriptor.Module) (descriptor.Module, bool) {
	target := readTarget(m)
	if app == nil || !opensDialogModules[m.Type] || target.Type != "dialogmodule" {
		return descriptor.Module{}, false
	}
	key, _ := target.Options["key"].(string)
	named, err := app.Module(key)
	return named, key != "" && err == nil && named.Type == "dialogs"
}

// targetOf is how a module opens by a click. Its opens is empty for what is a
// plain link. A dialog of a web item has a frame with buttons unless it says
// otherwise (atlassian-connect-js 5.3.190, src/host/components/dialog_webitem.js).
func targetOf(app *descriptor.Descriptor, m descriptor.Module) webTarget {
	if named, ok := dialogModuleOf(app, m); ok {
		options := map[string]any{"chrome": true}
		maps.Copy(options, dialogOptions(named))
		return webTarget{opensDialog, named, options}
	}
	target := readTarget(m)
	switch target.Type {
	case "dialog", "dialogmodule":
		options := map[string]any{"chrome": true}
		maps.Copy(options, target.Options)
		return webTarget{opensDialog, m, options}
	case "inlinedialog":
		return webTarget{opensByButton, m, target.Options}
	}
	if m.Type == "publishConditions" {
		return webTarget{opensDialog, m, publishDialog(m)}
	}
	return webTarget{module: m}
}

// publishDialog are the options of the dialog in which a condition of publishing tells
// what lacks.
func publishDialog(m descriptor.Module) map[string]any {
	var condition struct {
		Dialog map[string]any `json:"dialog"`
	}
	_ = json.Unmarshal(m.Raw, &condition) // one of another form has none
	options := map[string]any{"chrome": true}
	maps.Copy(options, condition.Dialog)
	delete(options, "url")
	return options
}

// dialogOptions are what a module of type dialogs says of the dialog that it is
// shown in.
func dialogOptions(m descriptor.Module) map[string]any {
	var dialog struct {
		Options map[string]any `json:"options"`
	}
	_ = json.Unmarshal(m.Raw, &dialog) // one of another form has none
	return dialog.Options
}

// dialogModules are, of each app, the options of the dialogs that AP.dialog.create
// can open: they hold where the call gives none (atlassian-connect-js 5.3.190,
// src/host/modules/dialog.js).
func (s *Server) dialogModules() map[string]map[string]map[string]any {
	all := map[string]map[string]map[string]any{}
	for _, t := range s.tenants.all() {
		for _, m := range t.App.IframeModules() {
			options := dialogOptions(m)
			if m.Type == "webItems" && readTarget(m).Type == "dialog" {
				options = readTarget(m).Options
			}
			if len(options) == 0 || m.Type != "dialogs" && m.Type != "webItems" {
				continue
			}
			if all[t.App.Key] == nil {
				all[t.App.Key] = map[string]map[string]any{}
			}
			all[t.App.Key][m.Key] = options
		}
	}
	return all
}
