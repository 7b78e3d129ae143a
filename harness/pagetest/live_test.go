package pagetest

import (
	"strings"
	"testing"
	"time"

	"github.com/standin-dev/standin/fakehost"
	"github.com/standin-dev/standin/fakehost/clock"
	"github.com/standin-dev/standin/fakehost/token"
)

// subject is whom the next report's token names.
func (w *world) subject() string {
	w.t.Helper()
	parsed, err := token.Verify(w.next(1)[0].token, token.Expect{Secret: w.tenant.SharedSecret, Issuer: w.tenant.ClientKey, At: w.host.Time().Now(), QSH: token.ContextQSH})
	w.must(err)
	return parsed.Claims.Subject
}

// openPage opens the app's page and takes its first report.
func (w *world) openPage() string {
	w.t.Helper()
	m, err := w.tenant.App.Module("page")
	w.must(err)
	w.open(w.host.PageURL(m))
	return w.subject()
}

// TestUserSwitchedUnderFrame has somebody else log in while a frame lives: the
// page answers with the first person's token as long as its cache is good, which
// is 30 seconds, and then with the other's.
func TestUserSwitchedUnderFrame(t *testing.T) {
	w := newWorld(t, fakehost.Jira)
	before := w.openPage()
	users := w.host.Users()
	w.must(w.host.SwitchUser(users[1].FullName))
	again := func(after time.Duration) string {
		w.must(w.tab.Advance(w.ctx, after, clock.Run))
		inFrame(w, "AP.events.emit('again')")
		return w.subject()
	}
	for _, tt := range []struct {
		after time.Duration
		want  string
	}{{time.Second, before}, {15 * time.Second, before}, {30 * time.Second, users[1].AccountID}} {
		if got := again(tt.after); got != tt.want {
			t.Errorf("%s later the token is %q's, want %q", tt.after, got, tt.want)
		}
	}
	w.must(w.host.SwitchUser("anonymous"))
	if got := again(31 * time.Second); got != "" {
		t.Errorf("nobody's token has the subject %q", got)
	}
}

// TestGetTokenRejectsUnderFrame tells the host, while a frame lives, that getToken
// is to fail.
func TestGetTokenRejectsUnderFrame(t *testing.T) {
	w := newWorld(t, fakehost.Jira)
	w.openPage()
	w.host.SetConditions(fakehost.Conditions{GetToken: fakehost.GetTokenReject})
	w.must(w.tab.Advance(w.ctx, 31*time.Second, clock.Run))
	var heard string
	w.must(w.tab.EvalFrame(w.ctx, `AP.context.getToken().then(() => 'answered', (error) => String(error))`, &heard))
	if !strings.Contains(heard, "told to fail") {
		t.Errorf("the app hears %q", heard)
	}
	w.must(w.tab.EvalFrame(w.ctx, `AP.context.getContext().then((context) => Object.keys(context).join())`, &heard))
	if !strings.Contains(heard, "jira") {
		t.Errorf("getContext gives %q", heard)
	}
	w.host.SetConditions(fakehost.Conditions{})
	w.must(w.tab.EvalFrame(w.ctx, `AP.context.getToken()`, &heard))
	if strings.Count(heard, ".") != 2 {
		t.Errorf("when all is well again the app gets %q", heard)
	}
}

// TestTokenWithheldUnderFrame takes the licence or the session away while a frame
// lives. The page answers from its cache; then it has no answer, and says so to
// the journal, and when all is well again the next call is answered.
func TestTokenWithheldUnderFrame(t *testing.T) {
	for name, c := range map[string]fakehost.Conditions{
		"licence":    {Licence: fakehost.LicenceWithheld},
		"refused":    {Session: fakehost.SessionRefused},
		"redirect":   {Session: fakehost.SessionRedirect},
		"login page": {Session: fakehost.SessionLoginPage},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, fakehost.Jira)
			w.openPage()
			w.host.SetConditions(c)
			inFrame(w, "AP.events.emit('again')")
			w.next(1) // the cache is still good
			w.must(w.tab.Advance(w.ctx, 31*time.Second, clock.Run))
			mark := w.host.Mark()
			inFrame(w, "AP.events.emit('again')")
			said, err := w.host.Await(w.ctx, "the call that has no answer", func(e fakehost.Entry) bool {
				return e.Seq > mark && e.Kind == fakehost.KindFault && e.Call == "context.getToken"
			})
			w.must(err)
			if !strings.Contains(said.Text, "never answered") {
				t.Errorf("the journal says %q", said.Text)
			}
			w.host.SetConditions(fakehost.Conditions{})
			w.must(w.tab.Advance(w.ctx, 31*time.Second, clock.Run))
			inFrame(w, "AP.events.emit('again')")
			w.next(1)
			if n := len(w.reports); n != 0 {
				t.Errorf("%d reports too many: a call was answered that should not have been", n)
			}
		})
	}
}
