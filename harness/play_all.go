package harness

import (
	"context"
	"fmt"
	"strings"

	"github.com/standin-dev/standin/harness/report"
)

// playAll plays the scenarios on every iframe of the app, one after the other. Those
// that open no page ask the back end alone, and are played once, when all the app's
// pages have shown what there is to ask.
func (r *run) playAll(ctx context.Context, scenarios []Scenario) {
	var paged, pageless []Scenario
	for _, s := range scenarios {
		if s.Pageless {
			pageless = append(pageless, s)
			continue
		}
		paged = append(paged, s)
	}
	var each []iframe
	var skipped []string
	for _, f := range r.iframes() {
		r.report.Modules = append(r.report.Modules, report.Module{Key: f.name(), Type: f.module.Type, Played: f.skipped == "", Skipped: f.skipped})
		if f.skipped == "" {
			each = append(each, f)
			continue
		}
		skipped = append(skipped, fmt.Sprintf("  %s (%s): %s", f.name(), f.module.Type, f.skipped))
	}
	if len(skipped) > 0 {
		r.report.Notes = append(r.report.Notes, "modules: not played on:\n"+strings.Join(skipped, "\n"))
	}
	all := len(each)*len(paged) + len(pageless)
	for i, f := range each {
		r.begin(f)
		r.cfg.Progress.say("module %s (%d of %d)", f.name(), i+1, len(each))
		r.playOn(ctx, paged, i*len(paged), all)
		if ctx.Err() != nil {
			return
		}
	}
	r.ailing = nil // whatever the last of them does
	r.playEach(ctx, pageless, len(each)*len(paged), all)
}

// begin shows another iframe, of which nothing is known.
func (r *run) begin(f iframe) {
	r.show(f.shown)
	r.plan, r.ailing, r.hung.load = plan{}, nil, false
}

// moduleOf is the module that a scenario is played on; "" where it opens no page.
func (r *run) moduleOf(sc Scenario) string {
	if sc.Pageless && r.playsAll() {
		return ""
	}
	return r.shows().name()
}
