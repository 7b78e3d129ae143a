package harness

import (
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/standin-dev/standin/fakehost"
	"github.com/standin-dev/standin/fakehost/descriptor"
)

// AllModules is the Config.Module that has the scenarios played on every module.
const AllModules = "all"

// viewSign stands between a module's key and the name of one of its further iframes. No
// key has it.
const viewSign = ":"

// shown is an iframe of the app: a module's own, or another view of it.
type shown struct {
	module descriptor.Module // as the view shows it
	view   string
}

// name is what people call it: the module's key, or chart:editor.
func (s shown) name() string {
	if s.view == "" {
		return s.module.Key
	}
	return s.module.Key + viewSign + s.view
}

// moduleKey is the key of the module that a name is of; "" of AllModules.
func moduleKey(name string) string {
	if name == AllModules {
		return ""
	}
	key, _, _ := strings.Cut(name, viewSign)
	return key
}

// shows is what the run shows now.
func (r *run) shows() shown { return shown{r.module, r.view} }

// show has the scenarios that come be played on it.
func (r *run) show(s shown) {
	r.module, r.view = s.module, s.view
	r.pageURL = r.host.ViewURL(s.module, s.view)
}

// findModule finds the module that the config asks for, or the first.
func (r *run) findModule() error {
	key := moduleKey(r.cfg.Module)
	if r.cfg.Module == AllModules && r.hasModule(AllModules) {
		key = AllModules // it is a module's key
	}
	m, err := r.desc.Module(key)
	if err != nil {
		return err
	}
	views, name := fakehost.Views(m), ""
	if _, after, given := strings.Cut(r.cfg.Module, viewSign); given {
		name = after
	}
	i := slices.IndexFunc(views, func(v fakehost.View) bool { return v.Name == name })
	if i < 0 {
		var names []string
		for _, v := range views {
			names = append(names, shown{v.Module, v.Name}.name())
		}
		return fmt.Errorf("module %s has no iframe %q: choose from %s", key, name, strings.Join(names, ", "))
	}
	r.module, r.view = views[i].Module, name
	return nil
}

// iframe is one of the app's, and why it is not looked at; "" is that it may be.
type iframe struct {
	shown
	skipped string
}

// iframes are all that the app has, in the order in which a person would come to them:
// general pages first, then as in the descriptor, each module's own before its others.
func (r *run) iframes() []iframe {
	var all []iframe
	for _, m := range r.desc.IframeModules() {
		for _, v := range fakehost.Views(m) {
			all = append(all, iframe{shown{v.Module, v.Name}, r.whySkipped(v.Module)})
		}
	}
	return all
}

// pagePaths are the paths of the pages that the host signs URLs for.
func (r *run) pagePaths() []string {
	var paths []string
	for _, m := range r.desc.IframeModules() {
		for _, v := range fakehost.Views(m) {
			if u, err := url.Parse(r.desc.Resolve(v.Module.URL)); err == nil {
				paths = append(paths, u.Path)
			}
		}
	}
	return paths
}

// whySkipped says why a module is not looked at by itself; "" is that it is.
func (r *run) whySkipped(m descriptor.Module) string {
	if of := m.Product(); of != "" && of != productKey(r.cfg.Product) {
		return fmt.Sprintf("it is a module of %s (--product %s)", productName(fakehost.Product(of)), of)
	}
	if hidden := r.host.WhyHidden(m); hidden != "" {
		return "it is not shown to the person of this run: " + hidden
	}
	if names := m.OwnVariables(); len(names) > 0 {
		return fmt.Sprintf("its URL has {%s}, which the app gives when it opens it", strings.Join(names, "}, {"))
	}
	return ""
}

// checkShown sees to it that the module of the run is one that the product shows to the
// person of the run. Where none was asked for, the first that can be shown by itself
// will do, or else the first that is shown at all.
func (r *run) checkShown() error {
	hidden := r.host.WhyHidden(r.module)
	if r.asksForModule() {
		if hidden != "" {
			return fmt.Errorf("module %s is not shown to the person of this run: %s; "+
				"choose another --module, another user, or set up the property that it asks for", r.module.Key, hidden)
		}
		return nil
	}
	all := r.iframes()
	for _, fits := range []func(iframe) bool{
		func(f iframe) bool { return f.skipped == "" },
		func(f iframe) bool { return r.host.WhyHidden(f.module) == "" },
	} {
		if i := slices.IndexFunc(all, fits); i >= 0 {
			r.module, r.view = all[i].module, all[i].view
			return nil
		}
	}
	return fmt.Errorf("no module of %s is shown to the person of this run; of %s: %s", r.desc.Key, r.module.Key, hidden)
}

// asksForModule reports whether the config names one module.
func (r *run) asksForModule() bool {
	return r.cfg.Module != "" && (r.cfg.Module != AllModules || r.hasModule(AllModules))
}

// playsAll reports whether the scenarios are to be played on every module.
func (r *run) playsAll() bool { return r.cfg.Module == AllModules && !r.hasModule(AllModules) }

// hasModule reports whether the app has a module of this key that renders an iframe.
func (r *run) hasModule(key string) bool {
	return slices.ContainsFunc(r.desc.IframeModules(), func(m descriptor.Module) bool { return m.Key == key })
}
