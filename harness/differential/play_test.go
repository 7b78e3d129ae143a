package differential

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"testing"
	"time"

	"github.com/standin-dev/standin/fakehost/clock"
	"github.com/standin-dev/standin/harness/browser"
)

// declaredScene is a scene as the scripts declare it.
type declaredScene struct {
	Name string `json:"name"`
	sceneSettings
}

// declaredStep is one of its steps.
type declaredStep struct {
	Name    string  `json:"name"`
	Seconds float64 `json:"seconds"`
}

// player plays scenes on one set-up.
type player struct {
	t    testing.TB
	site *site
	tab  *browser.Context
}

func newPlayer(t testing.TB, s setup) *player {
	t.Helper()
	return &player{t: t, site: startSite(t, s), tab: newTab(t)}
}

// scenes reads the scenes in the browser, which alone can.
func (p *player) scenes() []declaredScene {
	p.t.Helper()
	p.open("/pages/list.html")
	return evalHost[[]declaredScene](p.t, p.tab,
		`probeScenes().map((name) => ({ name, frames: probeScene(name).frames || [{ key: 'page' }], dialogs: probeScene(name).dialogs || {} }))`)
}

func (p *player) open(path string) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.t.Context(), patience)
	defer cancel()
	if err := p.tab.Goto(ctx, p.site.hostURL+path); err != nil {
		p.t.Fatal(err)
	}
	p.settle()
}

func (p *player) settle() {
	p.t.Helper()
	if err := p.tab.Settle(p.t.Context(), patience); err != nil {
		p.t.Fatal(err)
	}
}

// play plays a scene from its page load to its last step, and gives its record.
func (p *player) play(scene declaredScene) sceneRecord {
	p.t.Helper()
	p.openScene(scene)
	record := newRecorder(p.site)
	record.add("0 load", p.drain())
	for i, step := range evalHost[[]declaredStep](p.t, p.tab, "probe.steps()") {
		p.step(i, step)
		record.add(fmt.Sprintf("%d %s", i+1, step.Name), p.drain())
	}
	return record.scene
}

func (p *player) openScene(scene declaredScene) {
	p.t.Helper()
	settings, err := json.Marshal(scene.sceneSettings)
	if err != nil {
		p.t.Fatal(err)
	}
	p.open("/scene/" + scene.Name + "?settings=" + url.QueryEscape(string(settings)))
}

func (p *player) step(index int, step declaredStep) {
	p.t.Helper()
	if step.Seconds > 0 {
		if err := p.tab.Advance(p.t.Context(), time.Duration(step.Seconds*float64(time.Second)), clock.Sleep); err != nil {
			p.t.Fatal(err)
		}
	} else {
		evalHost[any](p.t, p.tab, fmt.Sprintf("probe.step(%d)", index))
	}
	p.settle()
}

// drain waits until every message has arrived and takes what was recorded. As long as there were messages,
// it looks again: one may have made the host ask its server, or be the first word of a page that loads.
func (p *player) drain() []rawRecord {
	p.t.Helper()
	var all []rawRecord
	for {
		records := evalHost[[]rawRecord](p.t, p.tab, "probe.drain()")
		all = append(all, records...)
		if !slices.ContainsFunc(records, func(r rawRecord) bool { return r.List != "noticed" }) {
			return all
		}
		p.settle()
	}
}
