package pagetest

import (
	"fmt"
	"net/url"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/standin-dev/standin/fakehost"
	"github.com/standin-dev/standin/harness/browser"
)

// box is the product's own dialog that is open.
const box = `document.querySelector('dialog.standin-dialog')`

// boxOpens waits for a dialog of the product's own, and gives its title.
func (w *world) boxOpens() string {
	w.t.Helper()
	w.until("a dialog of the product", box+` !== null`)
	return inHost[string](w, box+`.querySelector('h2').textContent`)
}

// fill writes into the dialog's field of that label.
func (w *world) fill(label, value string) {
	w.t.Helper()
	inHost[any](w, fmt.Sprintf(`(() => {
		const field = [...%s.querySelectorAll('label')].find((one) => one.firstChild.textContent === %q).control;
		if (!field) throw new Error('no field of this label');
		field.value = %q;
	})()`, box, label, value))
}

// jiraPage opens the app's general page with either library.
func jiraPage(w *world) {
	w.t.Helper()
	m, err := w.tenant.App.Module("page")
	w.must(err)
	w.open(w.host.PageURL(m))
	w.opened("page", "null")
}

// call makes a call in the frame and leaves the promise of its callback's values
// there, for answer.
func (w *world) call(script string) {
	w.t.Helper()
	inFrame(w, `window.answer = new Promise((done) => { const cb = (...values) => done(values); `+script+` }); 0`)
}

func (w *world) answer(what string) []any {
	w.t.Helper()
	return fromFrame[[]any](w, what, `window.answer`)
}

// TestCreateIssueDialog creates an issue by the dialog, which REST then knows, and
// leaves the dialog without one.
func TestCreateIssueDialog(t *testing.T) {
	withBothLibraries(t, fakehost.Jira, func(t *testing.T, w *world, ours bool) {
		jiraPage(w)
		const given = `{ pid: 10000, issueType: 10003, fields: { summary: 'Given', labels: ['a'], customfield_1: 'x' } }`
		script := `AP.jira.openCreateIssueDialog(` + given + `, cb)`
		if ours {
			script = `AP.jira.openCreateIssueDialog(cb, ` + given + `)` // as it is typed
		}
		w.call(script)
		if title := w.boxOpens(); title != "Create issue" {
			t.Errorf("the dialog is titled %q", title)
		}
		if focus := inHost[bool](w, box+`.contains(document.activeElement)`); !focus {
			t.Error("the keyboard is not in the dialog")
		}
		w.fill("Summary", "")
		press(w, "Create") // the browser wants a summary
		w.fill("Summary", "Made by hand")
		w.fill("customfield_1", "y")
		press(w, "Create")
		issues := w.answer("the issues")
		if diff := cmp.Diff(1, len(issues[0].([]any))); diff != "" {
			t.Fatalf("number of issues (-want +got):\n%s", diff)
		}
		issue := issues[0].([]any)[0].(map[string]any)
		fields := issue["fields"].(map[string]any)
		got := []any{issue["key"], fields["summary"], fields["issuetype"].(map[string]any)["name"], fields["labels"], fields["customfield_1"]}
		if diff := cmp.Diff([]any{"DEMO-4", "Made by hand", "Bug", []any{"a"}, "y"}, got); diff != "" {
			t.Errorf("the issue (-want +got):\n%s", diff)
		}
		if summary := fromFrame[string](w, "REST", `AP.request('/rest/api/2/issue/DEMO-4').then(({ body }) => JSON.parse(body).fields.summary)`); summary != "Made by hand" {
			t.Errorf("REST has %q", summary)
		}
		w.call(`AP.jira.openCreateIssueDialog({}, cb)`)
		w.boxOpens()
		press(w, "Cancel")
		if diff := cmp.Diff([]any{[]any{}}, w.answer("the answer after Cancel")); diff != "" {
			t.Errorf("after Cancel (-want +got):\n%s", diff)
		}
	})
}

// TestPersonInProduct has the person of a run use what stands around the frame: the
// product's dialogs and the app's menus.
func TestPersonInProduct(t *testing.T) {
	w := newWorld(t, fakehost.Jira)
	jiraPage(w)
	click := func(text string) { w.must(w.tab.Click(w.ctx, browser.Target{Text: text})) }
	fill := func(label, value string) { w.must(w.tab.Fill(w.ctx, browser.Target{Text: label}, value)) }
	w.call(`AP.jira.openCreateIssueDialog({}, cb)`)
	w.boxOpens()
	fill("Issue type", "10003")
	fill("Summary", "By a person")
	click("Create")
	issue := w.answer("the issue")[0].([]any)[0].(map[string]any)["fields"].(map[string]any)
	if got := fmt.Sprint(issue["summary"], " ", issue["issuetype"].(map[string]any)["name"]); got != "By a person Bug" {
		t.Errorf("the issue is %q", got)
	}
	w.call(`AP.jira.openDatePicker({ showTime: true, onSelect: cb })`)
	w.boxOpens()
	fill("Date", "2026-12-31")
	fill("Time", "23:59")
	click("OK")
	w.answer("the date")
	w.call(`AP.events.on('dropdown-item-selected', cb); AP.dropdown.create({ dropdownId: 'd', list: [{ list: ['First entry'] }] }); AP.dropdown.showAt('d', 0, 0)`)
	w.until("the menu", `document.querySelector('[role=menu]') !== null`)
	click("First entry")
	w.answer("the entry")
	if err := w.tab.Click(w.ctx, browser.Target{Text: "Dashboard"}); err == nil {
		t.Error("the person pressed what belongs to the product alone")
	}
}

// TestIssueDialog looks at an issue, and at one that there is not.
func TestIssueDialog(t *testing.T) {
	w := newWorld(t, fakehost.Jira)
	jiraPage(w)
	w.call(`AP.jira.openIssueDialog('DEMO-2', cb)`)
	if title := w.boxOpens(); title != "Demo issue 2" {
		t.Errorf("the dialog is titled %q", title)
	}
	press(w, "Close")
	if diff := cmp.Diff([]any{"DEMO-2"}, w.answer("the issue's key")); diff != "" {
		t.Errorf("after the dialog (-want +got):\n%s", diff)
	}
	w.call(`AP.jira.openIssueDialog('DEMO-99', cb)`)
	if diff := cmp.Diff([]any{"ISSUE_NOT_FOUND"}, w.answer("the error key")); diff != "" {
		t.Errorf("for an issue that there is not (-want +got):\n%s", diff)
	}
}

// TestJQLEditor submits JQL; the dialog says what the app wants it to say.
func TestJQLEditor(t *testing.T) {
	withBothLibraries(t, fakehost.Jira, func(t *testing.T, w *world, _ bool) {
		jiraPage(w)
		inFrame(w, `AP.jira.initJQLEditor()`)
		w.call(`AP.jira.showJQLEditor({ jql: 'a = 1', header: 'Mine', descriptionText: 'x'.repeat(600), submitText: 'Take it', cancelText: 'Leave it' }, cb)`)
		if title := w.boxOpens(); title != "Mine" {
			t.Errorf("the dialog is titled %q", title)
		}
		shown := inHost[[]any](w, `[`+box+`.querySelector('textarea').value, `+box+`.querySelector('p').textContent.length]`)
		if diff := cmp.Diff([]any{"a = 1", 512.0}, shown); diff != "" {
			t.Errorf("the dialog shows (-want +got):\n%s", diff)
		}
		w.fill("JQL", "b = 2")
		press(w, "Take it")
		if diff := cmp.Diff([]any{map[string]any{"jql": "b = 2"}}, w.answer("the JQL")); diff != "" {
			t.Errorf("the answer (-want +got):\n%s", diff)
		}
	})
}

// TestDatePicker picks a day, and a day with a time, at an element of the frame.
func TestDatePicker(t *testing.T) {
	withBothLibraries(t, fakehost.Jira, func(t *testing.T, w *world, ours bool) {
		jiraPage(w)
		pick := func(options string) {
			script := `AP.jira.openDatePicker(` + options + `, (iso, date) => cb(iso, date.toISOString()))`
			if ours {
				script = `AP.jira.openDatePicker({ ...` + options + `, element: document.querySelector('button'), onSelect: (iso, date) => cb(iso, date.toISOString(), date instanceof Date || typeof date.getTime) })`
			}
			w.call(script)
			w.boxOpens()
		}
		pick(`{ date: '2026-03-04T10:20:00Z', position: { left: 5, top: 7 } }`)
		w.fill("Date", "2026-05-06")
		if ours {
			below := inHost[bool](w, box+`.getBoundingClientRect().top > document.querySelector('iframe').getBoundingClientRect().top + 7`)
			if !below {
				t.Error("the picker is not below the element")
			}
		}
		press(w, "OK")
		day := w.answer("the day")
		at, err := time.Parse(time.RFC3339, day[0].(string))
		w.must(err)
		if at.UTC().Format("2006-01-02 04") != "2026-05-06 20" || day[0] != day[1] {
			t.Errorf("picked %v", day)
		}
		pick(`{ date: 'no date', showTime: true }`)
		w.fill("Date", "2026-12-31")
		w.fill("Time", "23:59")
		press(w, "OK")
		local := inHost[string](w, `new Date('2026-12-31T23:59').toISOString().slice(0, 16)`)
		if got := w.answer("the instant")[0].(string); got[:16] != local {
			t.Errorf("picked %s, want %s", got, local)
		}
	})
}

// TestDashboardItem renames an item, and configures it; the other item cannot be.
func TestDashboardItem(t *testing.T) {
	w := newWorld(t, fakehost.Jira)
	item, err := w.tenant.App.Module("item")
	w.must(err)
	w.open(w.host.PageURL(item))
	w.opened("item", "10031")
	inFrame(w, `AP.jira.setDashboardItemTitle('<b>Mine</b>')`)
	w.until("the title", `document.querySelector('.part-title').textContent === '<b>Mine</b>'`)
	if editable := fromFrame[bool](w, "isDashboardItemEditable", `new Promise((done) => AP.jira.isDashboardItemEditable(done))`); !editable {
		t.Error("the item is not editable")
	}
	w.call(`AP.require(['jira'], (jira) => jira.DashboardItem.onDashboardItemEdit(() => cb('edit')));`)
	w.heard()
	press(w, "Configure")
	if diff := cmp.Diff([]any{"edit"}, w.answer("the edit event")); diff != "" {
		t.Errorf("the item heard (-want +got):\n%s", diff)
	}
	fixed, err := w.tenant.App.Module("fixed")
	w.must(err)
	w.open(w.host.PageURL(fixed))
	w.opened("fixed", "10032")
	if editable := fromFrame[bool](w, "isDashboardItemEditable", `new Promise((done) => AP.jira.isDashboardItemEditable(done))`); editable {
		t.Error("an item that is not configurable is editable")
	}
}

// TestRefreshIssuePage makes the frames of an issue anew.
func TestRefreshIssuePage(t *testing.T) {
	w := newWorld(t, fakehost.Jira)
	w.open(w.host.BaseURL() + "/browse/OPS-7")
	w.opened("content", "OPS-7")
	first := inHost[string](w, `document.querySelector('iframe').id`)
	inFrame(w, `AP.jira.refreshIssuePage()`)
	w.opened("content", "OPS-7")
	if second := inHost[string](w, `document.querySelector('iframe').id`); second == first {
		t.Errorf("the frame still has the id %s", second)
	}
	if n := inHost[int](w, `document.querySelectorAll('iframe').length`); n != 1 {
		t.Errorf("there are %d frames", n)
	}
}

// TestWorkflowFunction adds a workflow function and edits it: what the app saves is
// in the page and its URL afterwards.
func TestWorkflowFunction(t *testing.T) {
	withBothLibraries(t, fakehost.Jira, func(t *testing.T, w *world, ours bool) {
		m, err := w.tenant.App.Module("function")
		w.must(err)
		listen := func(valid, value string) {
			script := `AP.events.on('jira_workflow_post_function_submit', () => AP.jira._submitWorkflowConfigurationResponse({ valid: ` + valid + `, value: ` + value + ` }))`
			if ours {
				script = `AP.jira.getWorkflowConfiguration((configuration) => { configuration.onSaveValidation(() => ` + valid + `); configuration.onSave(() => ` + value + `); })`
			}
			inFrame(w, script+`; 0`)
			w.heard()
		}
		page := w.host.BaseURL() + "/plugins/servlet/ac/" + w.tenant.App.Key + "/" + m.Key
		w.open(page + "?standin.view=create")
		w.opened("create", "10040")
		listen("false", "'bad'")
		press(w, "Add")
		w.until("a word about it", `document.getElementById('standin-workflow-status').textContent.startsWith('Not saved')`)
		listen("true", "'{\"a\":1}'")
		mark := w.host.Mark()
		press(w, "Add")
		w.saved("the function", mark)
		config := fromFrame[string](w, "the configuration", `new Promise((done) => AP.jira.getWorkflowConfiguration((c) => done(String(c))))`)
		if config != `{"a":1}` {
			t.Errorf("the configuration is %q", config)
		}
		w.open(page + "?standin.view=edit")
		w.opened("edit", `{"a":1}`)
		if u, err := url.Parse(inHost[string](w, `document.querySelector('iframe').src`)); err != nil || u.Query().Get("of") != `{"a":1}` {
			t.Errorf("the editor opens at %v, %v", u, err)
		}
		press(w, "Update") // nobody listens on this page yet
	})
}
