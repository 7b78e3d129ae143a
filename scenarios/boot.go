package scenarios

import (
	"context"

	"github.com/standin-dev/standin/harness"
)

var firstLoad = harness.Scenario{
	ID:    harness.FirstLoad,
	Fresh: true, // it is the first time that this person opens the app
	Title: "A person opens the app and uses it at once.",
	About: "The module's page loads in its iframe, and everything that calls the back end without leaving the page is " +
		"done once, while all tokens are fresh. What fails here fails always: no token, junk in its place, the wrong scheme, a back end that refuses " +
		"what is right.",
	Bugs: []string{"init-request-storm", "wrong-scheme", "qsh-vs-context-qsh", "gettoken-fails", "referer-lost-by-policy"},
	Play: func(ctx context.Context, s *harness.Stage) error {
		if err := s.Open(ctx); err != nil {
			return err
		}
		return s.Use(ctx)
	},
}
