package harness

import (
	"context"
	"net/http/httptest"
	"slices"
	"testing"
	"testing/fstest"
	"time"

	"github.com/standin-dev/standin/fakehost"
	"github.com/standin-dev/standin/fixtures/apps"
	"github.com/standin-dev/standin/harness/report"
)

// TestUserAndStubs: the pages are for the user of the config, who is the one that the
// judge expects in tokens; and the folder's answers reach the app.
func TestUserAndStubs(t *testing.T) {
	for name, test := range map[string]struct {
		user fakehost.User
		sees string
		note string
	}{
		"nobody":  {fakehost.User{Anonymous: true}, "null", "user: nobody is logged in"},
		"someone": {fakehost.User{AccountID: "qm:1", FullName: "Kai"}, "qm:1", "user: Kai, account qm:1 (atlassian)"},
		"made up": {fakehost.User{}, "712020:0b5d1f0e-6f0a-4b52-9a55-3f4b8c5d7e21", ""},
	} {
		t.Run(name, func(t *testing.T) {
			var keys string
			sample, _ := apps.ByName("interceptor")
			var server *httptest.Server
			server = httptest.NewServer(sample.New(apps.Options{
				BaseURL: func() string { return server.URL }, KeysURL: func() string { return keys },
			}))
			defer server.Close()
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			var sees, answer string
			look := Scenario{ID: FirstLoad, Title: "The app looks around.", Play: func(ctx context.Context, s *Stage) error {
				if err := s.Open(ctx); err != nil {
					return err
				}
				if err := s.page.EvalFrame(ctx, `new Promise((done) => AP.user.getCurrentUser((user) => done(user ? user.atlassianAccountId : 'null')))`, &sees); err != nil {
					return err
				}
				return s.page.EvalFrame(ctx, `AP.request('/rest/own/call').then((r) => JSON.parse(r.body).of)`, &answer)
			}}
			r, err := Run(ctx, Config{
				App: server.URL, Use: shared, User: test.user,
				Stubs:   fstest.MapFS{"GET/rest/own/call.yaml": {Data: []byte("body: {of: the folder}\nanonymous: true\n")}},
				Started: func(env map[string]string) error { keys = env[keysVariable]; return nil },
			}, []Scenario{look})
			if err != nil {
				t.Fatal(err)
			}
			if s := r.Scenarios[0]; s.Verdict != report.Pass {
				t.Errorf("verdict %s (%s) %v", s.Verdict, s.Reason, s.Findings)
			}
			if sees != test.sees || answer != "the folder" {
				t.Errorf("the app sees the user %s, want %s; and the answer of %q", sees, test.sees, answer)
			}
			if test.note != "" && !slices.Contains(r.Notes, test.note) {
				t.Errorf("the notes lack %q: %q", test.note, r.Notes)
			}
		})
	}
}
