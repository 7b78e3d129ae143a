package scenarios

import (
	"context"

	"github.com/standin-dev/standin/harness"
)

var cookiesBlocked = harness.Scenario{
	ID:    "cookies/blocked",
	Title: "The browser blocks third-party cookies; a person opens the app and uses it.",
	About: "Safari, Firefox and private windows neither keep nor send the cookies of a frame of another site, and " +
		"companies have Chrome do so too; what is Partitioned is kept for the page's site alone. A login, a session or a " +
		"check against forgery that rests on any other cookie works in one browser and not in the next.",
	Bugs:           []string{"third-party-cookie", "cookie-hides-missing"},
	CookiesBlocked: true,
	Play: func(ctx context.Context, s *harness.Stage) error {
		if err := s.Open(ctx); err != nil {
			return err
		}
		return s.Use(ctx)
	},
}
