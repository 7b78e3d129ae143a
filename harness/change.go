package harness

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/standin-dev/standin/fakehost"
	"github.com/standin-dev/standin/harness/judge"
	"github.com/standin-dev/standin/harness/timeline"
)

// What changes under an app while it is in use: who is logged in, the licence, the
// tenant's secret.

// SomebodyElse logs another person in, as in another tab: a page that is open gets its
// next token for that person. When that person does not see the module, the error is
// NotApplicable.
func (s *Stage) SomebodyElse() error {
	now := s.run.host.CurrentUser()
	users := s.run.host.Users()
	at := slices.IndexFunc(users, func(u fakehost.User) bool {
		return !u.Anonymous && u.AccountID != now.AccountID && u.AccountType == "atlassian"
	})
	if at < 0 {
		return &NotApplicable{Reason: "there is nobody else on this site."}
	}
	return s.logIn(users[at].AccountID)
}

// Nobody logs the person out, on a site that is open to the public.
func (s *Stage) Nobody() error { return s.logIn("anonymous") }

func (s *Stage) logIn(name string) error {
	if err := s.run.host.SwitchUser(name); err != nil {
		return err
	}
	return s.Shown()
}

// Shown is NotApplicable when the product does not show the module to who is logged in, or
// under the licence that there is.
func (s *Stage) Shown() error {
	if hidden := s.run.host.WhyHidden(s.run.module); hidden != "" {
		return &NotApplicable{Reason: "the module is not shown then: " + strings.TrimSuffix(hidden, ".") + "."}
	}
	return nil
}

// logBackIn logs in who was there at first.
func (r *run) logBackIn() error {
	if now := r.host.CurrentUser(); now.Anonymous == r.user.Anonymous && now.AccountID == r.user.AccountID {
		return nil
	}
	if r.user.Anonymous {
		return r.host.SwitchUser("anonymous")
	}
	return r.host.SwitchUser(r.user.AccountID)
}

// OpenIfLetIn is Open for a situation in which an app may well say no: NotApplicable when its
// page answers 401, 402 or 403.
func (s *Stage) OpenIfLetIn(ctx context.Context) error {
	err := s.Open(ctx)
	if x := s.firstDocument(); errors.Is(err, errPage) && x != nil && (x.Status == 401 || x.Status == 402 || x.Status == 403) {
		return &NotApplicable{Reason: fmt.Sprintf("the app's page says no (%d), which is its right.", x.Status)}
	}
	return err
}

// Silent tells whether nothing was sent so far that had to prove who asks.
func (s *Stage) Silent() bool { return judge.Judge(s.input()).Judged == 0 }

// RotateSecret gives the app another shared secret, by another installed call, as a
// reinstallation does. An app that does not take it keeps the old one, and the judge says
// so; one that standin did not install is NotApplicable.
func (s *Stage) RotateSecret(ctx context.Context) error {
	r := s.run
	tenant, err := r.host.RotateSecret(ctx, r.desc.Key, fakehost.LifecycleOptions{})
	var refused *fakehost.InstallError
	switch {
	case r.desc.Auth == "none":
		return &NotApplicable{Reason: "the app uses no JWT, and so has no secret."}
	case errors.Is(err, fakehost.ErrNotOurs):
		return &NotApplicable{Reason: "standin did not install this app (install: skip), so it cannot give it another secret."}
	case errors.As(err, &refused) && ctx.Err() == nil:
		s.page.Note(timeline.Event{Kind: timeline.NotTaken, Text: "the app did not take another secret", Place: fmt.Sprintf("%s answered %d", refused.Event, refused.Status)})
		s.witnessed = true
		return errNotTaken
	case err != nil:
		return err
	}
	r.oldSecrets = append(r.oldSecrets, r.tenant.Load().SharedSecret)
	r.tenant.Store(tenant)
	s.prove("the tenant's secret was rotated")
	s.page.Note(timeline.Event{Kind: timeline.Rotated, Text: "the app was installed again, with another secret"})
	return nil
}

// errNotTaken ends a scenario of which the judge has enough to say.
var errNotTaken = errors.New("the app did not take another secret")
