package pagetest

import (
	"testing"
	"time"

	"github.com/standin-dev/standin/fakehost"
)

// TestStartPageConditions chooses on the start page what goes wrong, and lets all
// be as usual again.
func TestStartPageConditions(t *testing.T) {
	w := newWorld(t, fakehost.Jira)
	w.host.SetConditions(fakehost.Conditions{ContextTTL: time.Minute, ResolverDelay: 3 * time.Second})
	w.open(w.host.BaseURL() + "/")
	// What is set already is shown, also when it is none of the choices.
	const ready = `document.getElementById('standin-usual') && !document.getElementById('standin-usual').disabled`
	shown := func(field string) string {
		return inHost[string](w, `document.querySelector('[data-condition=`+field+`]').value`)
	}
	w.until("the conditions", ready)
	if got := shown("resolverDelay"); got != "3s" {
		t.Errorf("the delay shown is %q", got)
	}
	choose := func(field, value string) {
		inHost[any](w, `(() => {
			const choice = document.querySelector('[data-condition=`+field+`]');
			choice.value = '`+value+`';
			choice.dispatchEvent(new Event('change', { bubbles: true }));
		})()`)
		w.until("the answer for "+field, `!document.querySelector('[data-condition=`+field+`]').disabled`)
	}
	choose("licence", "lapsed")
	choose("resolverStatus", "503")
	choose("session", "login-page")
	want := fakehost.Conditions{ContextTTL: time.Minute, ResolverDelay: 3 * time.Second, Licence: fakehost.LicenceLapsed, ResolverStatus: 503, Session: fakehost.SessionLoginPage}
	if got := w.host.Conditions(); got != want {
		t.Errorf("the conditions are %+v, want %+v", got, want)
	}
	// The start page itself is no page of the product: it is there without a session.
	w.open(w.host.BaseURL() + "/")
	w.until("the conditions", ready)
	if got := shown("session"); got != "login-page" {
		t.Errorf("the session shown is %q", got)
	}
	inHost[any](w, `document.getElementById('standin-usual').click()`)
	w.until("all to be as usual", `document.getElementById('standin-usual').disabled && document.querySelector('[data-condition=session]').value === ''`)
	if got := w.host.Conditions(); got != (fakehost.Conditions{}) {
		t.Errorf("as usual is %+v", got)
	}
	if alert := inHost[string](w, `document.getElementById('standin-alert').textContent`); alert != "" {
		t.Errorf("the page complains: %s", alert)
	}
}
