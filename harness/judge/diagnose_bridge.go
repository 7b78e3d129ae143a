package judge

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/standin-dev/standin/harness/timeline"
)

// What keeps the bridge from coming up: an exception, or that nothing loads it.

// thrown tells the first exception of the page; empty: there was none.
func (d *diagnosis) thrown() string {
	e := d.firstError(func(*timeline.ScriptError) bool { return true })
	if e == nil {
		return ""
	}
	return fmt.Sprintf(" An exception that nothing caught: %s.", located(e))
}

func (d *diagnosis) firstError(which func(*timeline.ScriptError) bool) *timeline.ScriptError {
	for _, e := range d.in.Events {
		if e.Script != nil && !e.Script.Worker && which(e.Script) {
			return e.Script
		}
	}
	return nil
}

// located is an exception with its place.
func located(e *timeline.ScriptError) string {
	text := Words(e.Message)
	if e.URL == "" {
		return quoted(text)
	}
	where := pathOf(e.URL)
	if e.Line > 0 {
		where += fmt.Sprintf(":%d", e.Line)
	}
	return fmt.Sprintf("%s at %s", quoted(text), where)
}

// aboutAP matches exceptions that come of a bridge that is not there.
var aboutAP = regexp.MustCompile(`\bAP\b|reading '(context|request|navigator|events|flag|dialog|getToken|user|cookie|resize|history)'`)

// exception looks for an exception that ended the page's script before the bridge, or
// before what loads it.
func (d *diagnosis) exception() bool {
	e := d.firstError(func(e *timeline.ScriptError) bool { return true })
	early := d.firstError(func(e *timeline.ScriptError) bool { return strings.Contains(e.Message, "AP is not defined") })
	switch {
	case d.bridge && early != nil:
		return d.find(Finding{Rule: PageThrows, Exchange: idOf(d.first), Expected: "all.js before the scripts that use AP", Actual: located(early),
			Message: fmt.Sprintf("A script of the page used AP before all.js was there, and ended: %s. Nothing called the back end after that.", located(early))})
	case d.bridge || e == nil || !d.needs() || aboutAP.MatchString(e.Message):
		return false
	}
	return d.find(Finding{Rule: PageThrows, Exchange: idOf(d.first), Expected: "a script that comes to its end", Actual: located(e),
		Message: fmt.Sprintf("An exception that nothing caught ended a script of the page, and the bridge never came up: %s.", located(e))})
}

// unbridged looks for a page that uses the bridge and never loaded all.js.
func (d *diagnosis) unbridged() bool {
	if d.bridge || d.page == nil {
		return false
	}
	asked := slices.ContainsFunc(d.in.Exchanges, func(x timeline.Exchange) bool { return !x.HostPage && x.Type == "Script" && isAllJS(x.URL) })
	about := d.firstError(func(e *timeline.ScriptError) bool { return aboutAP.MatchString(e.Message) })
	// What else a page asks of AP it may do without.
	at := slices.IndexFunc(d.uses, func(u timeline.Use) bool {
		return about != nil && strings.HasPrefix(u.Text, "AP.") || slices.Contains([]string{"AP.context", "AP.request", "AP.getToken"}, u.Text)
	})
	loads := slices.ContainsFunc(d.uses, func(u timeline.Use) bool { return !strings.HasPrefix(u.Text, "AP.") })
	switch {
	case asked:
		return d.because(false, "the page loaded all.js, and the bridge to the host did not come up.%s", d.thrown())
	case at >= 0 && !loads:
		u := d.uses[at]
		f := Finding{Rule: NoAllJS, Exchange: idOf(d.first), Expected: "all.js in the page", Actual: "AP is undefined",
			Message: fmt.Sprintf("The page never loaded all.js, so the bridge did not come up, and it needs it: %s has %s.", whereUsed(u), u.Text)}
		if about != nil {
			f.Message += fmt.Sprintf(" What came of it: %s.", located(about))
		}
		return d.find(f)
	case loads:
		return d.because(false, "the page never loaded all.js, so the bridge did not come up, although its code names it (%s).%s", whereUsed(d.uses[0]), d.thrown())
	}
	if len(d.uses) > 0 {
		return d.because(false, "the page never loaded all.js, so the bridge did not come up; its code has %s (%s).%s If it can do without, there is nothing to judge; if not, load all.js.", d.uses[0].Text, whereUsed(d.uses[0]), d.thrown())
	}
	return d.because(false, "the page loads no all.js, nothing in it uses the bridge, and it sends nothing that must prove who asks%s.%s If that is how it is meant, there is nothing to judge; if not, give a journey that makes it call its back end.", d.shows(), d.thrown())
}

// whereUsed is where a use stands.
func whereUsed(u timeline.Use) string {
	if u.Line == 0 {
		return "a script within " + pathOf(u.URL)
	}
	return fmt.Sprintf("%s:%d", pathOf(u.URL), u.Line)
}

// shows says what stands in the page.
func (d *diagnosis) shows() string {
	switch {
	case d.page == nil:
		return ""
	case d.page.Bare:
		return "; it shows nothing at all"
	}
	return "; it shows " + quoted(Words(d.page.Words))
}
