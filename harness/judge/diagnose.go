package judge

import (
	"fmt"
	"net/http"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/standin-dev/standin/harness/timeline"
)

// Diagnosis is why a page does not work, as far as that was seen.
type Diagnosis struct {
	// Findings are breaches of the app's.
	Findings []Finding
	// Reason says in a sentence or two what else keeps the page from working, or may; empty:
	// nothing was seen that does.
	Reason string
	// Broken says that there is no use in playing scenarios on this page.
	Broken bool
}

// Diagnose says why a page does not work that was opened, and whose controls were tried:
// the page did not load, the bridge did not come up, or nothing called the back end. It
// finds nothing against a page that does: one whose calls were answered. A must is found
// only where the cause was seen, and is the app's.
func Diagnose(in Input) Diagnosis {
	r := Judge(in)
	d := diagnosis{court: newCourt(&in, r.Classes)}
	d.read()
	if x := d.first; x != nil && !x.Blocked && (x.Failure != "" || x.Status == 0 || x.Status >= 400) {
		return Diagnosis{Broken: true} // of which the rules of the first document tell
	}
	if in.App.NoAuth && !d.carriesOwn() {
		d.noAuthentication()
		return d.Diagnosis
	}
	for i := range in.Exchanges {
		if (r.Classes[i] == Protected || r.Classes[i] == LaterDocument) && in.Exchanges[i].Status != 0 {
			return Diagnosis{}
		}
	}
	if slices.ContainsFunc(r.Findings, func(f Finding) bool { return f.Rule == Unframeable }) {
		return Diagnosis{Broken: true} // it left by itself, before anything was called
	}
	for _, look := range []func() bool{d.elsewhere, d.blank, d.allJS, d.policy, d.keptIn, d.exception, d.unbridged, d.cors, d.idle} {
		if look() {
			break
		}
	}
	return d.Diagnosis
}

// diagnosis looks for the cause of a page's silence.
type diagnosis struct {
	Diagnosis
	*court
	first  *timeline.Exchange  // the last hop of the module's page
	page   *timeline.PageState // what it showed first; nil: it was not asked
	uses   []timeline.Use      // of the bridge, in its code
	bridge bool                // it came up
}

func (d *diagnosis) read() {
	for i := range d.in.Exchanges {
		x := &d.in.Exchanges[i]
		switch {
		case d.first == nil && d.classes[i] == FirstDocument:
			d.first = x
		case d.first == nil || x.Type != "Document" || x.Frame != d.first.Frame:
		case x.RedirectOf == d.first.ID || d.classes[i] == FirstDocument:
			d.first = x
		}
	}
	for _, e := range d.in.Events {
		switch {
		case e.Kind == timeline.Bridge:
			d.bridge = true
		case e.Page != nil:
			if d.page == nil {
				d.page = e.Page
			}
			if len(d.uses) == 0 {
				d.uses = e.Page.Uses
			}
		}
	}
}

// find adds a breach, and ends the search.
func (d *diagnosis) find(f Finding) bool {
	d.Findings, d.Broken = append(d.Findings, f), true
	return true
}

// because gives a reason that is not the app's fault, or not surely, and ends the search.
func (d *diagnosis) because(broken bool, format string, args ...any) bool {
	d.Reason, d.Broken = fmt.Sprintf(format, args...), broken
	return true
}

// carriesOwn reports whether the page sends credentials that are not the host's.
func (d *diagnosis) carriesOwn() bool {
	for i := range d.in.Exchanges {
		if x := &d.in.Exchanges[i]; d.classes[i] == Protected || d.classes[i] == LaterDocument {
			own, _ := FindCarriers(x, nil)
			if slices.ContainsFunc(own, func(k Carrier) bool { return !IsJunk(k.Value) }) {
				return true
			}
		}
	}
	return false
}

// noAuthentication says what it means for an app to ask for no authentication: a breach
// where its back end refuses what cannot have a token.
func (d *diagnosis) noAuthentication() {
	for i := range d.in.Exchanges {
		x := &d.in.Exchanges[i]
		if (d.classes[i] == Protected || d.classes[i] == LaterDocument) && wantsToken(x) {
			d.find(Finding{Rule: NoAuthentication, Exchange: x.ID, Expected: "authentication: jwt in the descriptor, or an answer for everybody", Actual: fmt.Sprint(x.Status),
				Message: fmt.Sprintf("%s answered %s, and the descriptor says authentication: none, so the host gives this app no token to send.", name(x), d.answer(x))})
			return
		}
	}
	d.because(true, "the descriptor says authentication: none: host and app share no secret, no page gets a jwt and AP.context.getToken() gives none, so no request can prove who sent it, and there is nothing to judge. An app that keeps or shows a customer's data needs \"authentication\": {\"type\": \"jwt\"}.")
}

// tokenWords are those of a refusal that is about a token.
var tokenWords = regexp.MustCompile(`(?i)token|jwt|authori[sz]ation|authenticat`)

// wantsToken reports whether a request without one was refused for that.
func wantsToken(x *timeline.Exchange) bool {
	return x.Status == http.StatusUnauthorized || x.Status == http.StatusForbidden && tokenWords.MatchString(x.Excerpt)
}

// elsewhere looks for a first page that is at another origin by now.
func (d *diagnosis) elsewhere() bool {
	x := d.first
	if x == nil || d.owns(x.URL) {
		return false
	}
	if x.Blocked {
		return d.because(true, "%s is outside of this machine, and standin kept it in: whether it works in a frame is not known (login pages forbid it nearly always). standin.yaml admits copies of it by outside:.", d.way(x))
	}
	return d.because(false, "%s answered %s: another origin than the app's, so that nothing which the page sends is judged. If that is the app's own as well, say so in standin.yaml: origins: [\"%s\"].", d.way(x), d.answer(x), originOf(x.URL))
}

// blank looks for a page in which there is nothing, or that is no page.
func (d *diagnosis) blank() bool {
	if d.page == nil || d.first == nil || d.bridge {
		return false
	}
	f := Finding{Rule: PageLoads, Exchange: d.first.ID, Expected: "a page of HTML"}
	kind := d.page.ContentType
	switch {
	case kind == "application/json" || strings.HasSuffix(kind, "+json"):
		f.Message = fmt.Sprintf("%s answered %d with %s, which is no page: %s.", d.way(d.first), d.first.Status, kind, quoted(Words(d.page.Words)))
		f.Actual = kind
		return d.find(f)
	case d.page.Empty:
		f.Message = fmt.Sprintf("%s answered %d (%s), and there is nothing in it: no element, no text, no script.", d.way(d.first), d.first.Status, contentType(d.first))
		f.Actual = "an empty page"
		return d.find(f)
	}
	return false
}

func contentType(x *timeline.Exchange) string {
	if kind := x.Answer.Get("Content-Type"); kind != "" {
		return kind
	}
	return "no Content-Type"
}

// allJS looks for an all.js that was asked for in vain.
func (d *diagnosis) allJS() bool {
	if d.bridge {
		return false
	}
	for i := range d.in.Exchanges {
		x := &d.in.Exchanges[i]
		if x.HostPage || x.Type != "Script" || !isAllJS(x.URL) || x.Blocked {
			continue
		}
		f := Finding{Rule: NoAllJS, Exchange: x.ID, Expected: "the script of the bridge", Actual: fmt.Sprint(x.Status)}
		switch {
		case x.Status >= 400:
			f.Message = fmt.Sprintf("The page's all.js did not load: GET %s answered %s.", x.URL, d.answer(x))
		case x.Status == 0 && x.Failure != "":
			f.Message = fmt.Sprintf("The page's all.js did not load: GET %s: %s.", x.URL, x.Failure)
			f.Actual = x.Failure
		case mediaType(x) == "text/html":
			f.Message = fmt.Sprintf("The page's all.js is no script: GET %s answered %s.", x.URL, d.answer(x))
			f.Actual = "text/html"
		default:
			continue
		}
		return d.find(f)
	}
	return false
}

var allJSName = regexp.MustCompile(`^all(-debug)?\.js$`)

func isAllJS(raw string) bool {
	u, err := timeline.ParseURL(raw)
	return err == nil && allJSName.MatchString(path.Base(u.Path))
}

// policy looks for what the page's own policy kept from it: all.js, or the script that
// loads it.
func (d *diagnosis) policy() bool {
	for _, e := range d.in.Events {
		v := e.Violation
		if v == nil || v.ReportOnly || !strings.HasPrefix(v.Directive, "script-src") {
			continue
		}
		what := ""
		switch {
		case !d.bridge && isAllJS(v.Blocked):
			what = v.Blocked + ", the script of the bridge"
		case v.Inline && (d.needs() || d.usedWithin()):
			what = "the scripts that stand within the page, which use the bridge"
		case d.needs() && v.Eval:
			what = "eval, by which the page runs scripts"
		default:
			continue
		}
		return d.find(Finding{Rule: PolicyBlocks, Exchange: idOf(d.first), Expected: "a policy that lets all.js through, and what starts it", Actual: d.policyHeader(v.Directive),
			Message: fmt.Sprintf("The page's own %s does not let through %s, so that the page stays as it is and calls nothing.", d.policyHeader(v.Directive), what)})
	}
	return false
}

// usedWithin reports whether scripts that stand within the page itself use the bridge.
func (d *diagnosis) usedWithin() bool {
	return d.first != nil && slices.ContainsFunc(d.uses, func(u timeline.Use) bool {
		return strings.HasPrefix(u.Text, "AP.") && pathOf(u.URL) == pathOf(d.first.URL)
	})
}

// needs reports whether the page's code uses a bridge that is not there.
func (d *diagnosis) needs() bool { return !d.bridge && len(d.uses) > 0 }

// policyHeader is where the directive stands that the browser names: the header with the
// directive that applies, which may be a more general one, or a meta tag.
func (d *diagnosis) policyHeader(violated string) string {
	if d.first == nil {
		return "Content-Security-Policy (" + violated + ")"
	}
	names := []string{violated, strings.TrimSuffix(strings.TrimSuffix(violated, "-elem"), "-attr"), "default-src"}
	for _, value := range d.first.Answer.Values("Content-Security-Policy") {
		for _, policy := range strings.Split(value, ",") {
			for _, name := range names {
				if found := directive(policy, name); found != "" {
					return "Content-Security-Policy: " + found
				}
			}
		}
	}
	return "Content-Security-Policy (" + violated + ", in a meta tag)"
}

// idle looks for what else may keep a page with a bridge from calling its back end.
func (d *diagnosis) idle() bool {
	for i := range d.in.Exchanges {
		x := &d.in.Exchanges[i]
		if !x.HostPage && x.Type == "Script" && x.Status >= 400 && !isAllJS(x.URL) {
			return d.because(false, "a script of the page did not load: %s answered %s.%s Nothing called the back end; if that is not why, give a journey that makes it.", called(d.court, x), d.answer(x), d.thrown())
		}
	}
	for _, e := range d.in.Events {
		if e.Violation != nil && !e.Violation.ReportOnly && !strings.HasPrefix(e.Violation.Directive, "style") && !strings.HasPrefix(e.Violation.Directive, "img") && !strings.HasPrefix(e.Violation.Directive, "font") {
			return d.because(false, "%s.%s Nothing called the back end; if that is not why, give a journey that makes it.", strings.TrimSuffix(e.Text, "."), d.thrown())
		}
	}
	for i := range d.in.Exchanges {
		x := &d.in.Exchanges[i]
		if x.Type == "Document" && x.Blocked && d.first != nil && x.Frame == d.first.Frame {
			return d.because(false, "the page %s went to %s, which is outside of this machine, and standin kept it in; nothing called the back end before that.", pathOf(d.first.URL), strings.TrimPrefix(called(d.court, x), x.Method+" "))
		}
	}
	if e := d.firstError(func(*timeline.ScriptError) bool { return true }); e != nil {
		return d.because(false, "a script of the page threw an exception that nothing caught: %s. Nothing called the back end; if that is not why, give a journey that makes it.", located(e))
	}
	return false
}

// owns reports whether an address is the app's own.
func (d *diagnosis) owns(raw string) bool {
	u, err := timeline.ParseURL(raw)
	return err == nil && d.in.toApp(u)
}

func idOf(x *timeline.Exchange) int {
	if x == nil {
		return 0
	}
	return x.ID
}
