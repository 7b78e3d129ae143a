package harness

import "fmt"

// checkShown sees to it that the module of the run is one that the product shows
// to the person of the run. Where none was asked for, the first that is shown will
// do.
func (r *run) checkShown() error {
	hidden := r.host.WhyHidden(r.module)
	if hidden == "" {
		return nil
	}
	if r.cfg.Module != "" {
		return fmt.Errorf("module %s is not shown to the person of this run: %s; "+
			"choose another --module, another user, or set up the property that it asks for", r.module.Key, hidden)
	}
	for _, m := range r.desc.IframeModules() {
		if r.host.WhyHidden(m) == "" {
			r.module = m
			return nil
		}
	}
	return fmt.Errorf("no module of %s is shown to the person of this run; of %s: %s", r.desc.Key, r.module.Key, hidden)
}
