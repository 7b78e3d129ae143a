package harness

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/standin-dev/standin/harness/browser"
	"github.com/standin-dev/standin/harness/timeline"
)

// errPage says that the app's page did not come up; the judge says why.
var errPage = errors.New("the app's page did not load")

// errorLimit bounds the wait for what an error page says.
const errorLimit = 2 * time.Second

// Open shows the module in the host's page and waits until its iframe has loaded
// and everything is quiet. Where the page is open already, it is loaded anew, as by a
// person's reload: with what browser and app have kept.
func (s *Stage) Open(ctx context.Context) error {
	s.opened = len(s.page.Exchanges())
	if err := s.page.Goto(ctx, s.run.pageURL); err != nil {
		return err
	}
	var document *timeline.Exchange
	err := s.page.Await(ctx, s.run.cfg.LoadLimit, "the app's page to answer", func() (bool, string) {
		document = s.firstDocument()
		switch {
		case document == nil:
			return false, "no request for it left the host's page"
		case document.Failure != "":
			return true, ""
		case document.Status >= 300 && document.Status < 400:
			return false, fmt.Sprintf("a redirect from %s", document.URL)
		}
		return document.Status != 0, "a request to " + document.URL + " without an answer"
	})
	if err != nil {
		if s.firstDocument() == nil || ctx.Err() != nil || s.page.Crashed() != "" {
			return err
		}
		return errPage // the judge tells of the request that got no answer
	}
	if document.Failure != "" || document.Status >= 400 {
		// What an error says comes after its headers. That it does not come is no error.
		_ = s.page.Await(ctx, min(s.run.cfg.LoadLimit, errorLimit), "the rest of the page's error", func() (bool, string) {
			x := s.firstDocument()
			return x == nil || x.Ended, "a part of it"
		})
		return errPage
	}
	err = s.page.Loaded(ctx, s.run.cfg.LoadLimit, !s.run.hung.load)
	switch {
	case errors.Is(err, browser.ErrErrorPage):
		return errPage
	case err != nil && (ctx.Err() != nil || s.page.Crashed() != ""):
		return err
	case err != nil:
		s.run.hung.load = true
		s.note(fmt.Sprintf("the load event of the app's page did not come within %s", s.run.cfg.LoadLimit))
	}
	s.loaded = true
	return s.settle(ctx)
}

// note keeps what hangs for the report, once.
func (s *Stage) note(text string) {
	if !slices.Contains(s.hung, text) {
		s.hung = append(s.hung, text)
	}
}

// firstDocument is the latest hop of the app's first page since the host's was opened.
func (s *Stage) firstDocument() *timeline.Exchange {
	var last *timeline.Exchange
	for _, x := range s.page.Exchanges()[s.opened:] {
		if x.Type == "Document" && !x.HostPage && (last == nil || x.RedirectOf == last.ID) {
			last = &x
		}
	}
	return last
}

// settle waits until the page is quiet. A page that does not get there goes on
// all the same; what hangs is kept for the report.
func (s *Stage) settle(ctx context.Context) error {
	err := s.page.Settle(ctx, s.run.cfg.SettleLimit)
	var u *browser.Unsettled
	if errors.As(err, &u) {
		s.note(u.Error())
		s.run.hung.remember(u.InFlight)
		s.flush(ctx)
		return nil
	}
	return err
}
