package harness

import (
	"slices"
	"strings"

	"github.com/standin-dev/standin/harness/judge"
)

// learn keeps the carriers that the back end was seen to accept, where the config
// names none.
func (r *run) learn(accepted []judge.CarrierSpec) {
	if len(r.cfg.Policy.Carriers) > 0 {
		return
	}
	for _, s := range accepted {
		if !slices.Contains(r.learned, s) {
			r.learned = append(r.learned, s)
			r.insight++
		}
	}
}

// noteLearned tells which carriers those are.
func (r *run) noteLearned() {
	if len(r.learned) == 0 {
		return
	}
	quoted := make([]string, len(r.learned))
	for i, s := range r.learned {
		quoted[i] = `"` + s.String() + `"`
	}
	r.report.Notes = append(r.report.Notes, "carriers learned from what the back end accepts; to pin them, put this into standin.yaml:\n"+
		"carriers: ["+strings.Join(quoted, ", ")+"]")
}
