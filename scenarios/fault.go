package scenarios

import (
	"context"
	"time"

	"github.com/standin-dev/standin/fakehost"
	"github.com/standin-dev/standin/fakehost/clock"
	"github.com/standin-dev/standin/harness"
)

// aMoment is longer than the host keeps a token in its cache, and much shorter than a
// token lives.
const aMoment = time.Minute

var oneRefusal = harness.Scenario{
	ID:    "fault/one-401",
	Title: "One request with a good token is answered 401; the person goes on using the app.",
	About: "A back end refuses a good token now and then: clocks differ, or a secret was just rotated. An app may ask for " +
		"another token and try again, or show the refusal and go on at the next click. One that sends the same token again " +
		"has learned nothing, and one that asks no more is dead until somebody loads the page anew. standin gives the answer " +
		"itself, so the back end never sees that request.",
	Bugs: []string{"no-retry-on-401", "retry-without-refresh"},
	Play: func(ctx context.Context, s *harness.Stage) error {
		if err := openAndUse(ctx, s); err != nil {
			return err
		}
		if err := s.Advance(ctx, aMoment, clock.Run); err != nil {
			return err
		}
		if err := s.RefuseOnce(ctx, s.Touch); err != nil {
			return err
		}
		return s.Touch(ctx)
	},
}

var everyRefusal = harness.Scenario{
	ID:    "fault/always-401",
	Title: "Every request with a good token is answered 401 for a minute.",
	About: "An app that is refused whatever it sends must come to an end. What it sent by a timer before, and goes on to send " +
		"at the same pace, is no loop. standin gives the answers itself.",
	Bugs: []string{"retry-without-refresh"},
	Play: func(ctx context.Context, s *harness.Stage) error {
		if err := openAndUse(ctx, s); err != nil {
			return err
		}
		// The pace of the app's own timers.
		if err := s.Advance(ctx, aMoment, clock.Run); err != nil {
			return err
		}
		return s.RefuseAll(ctx, func(ctx context.Context) error {
			if err := s.Touch(ctx); err != nil {
				return err
			}
			return s.Wait(ctx, aMoment)
		})
	},
}

var tokenHangs = harness.Scenario{
	ID:    "fault/gettoken-hangs",
	Title: "AP.context.getToken() has no answer; the person waits for two minutes.",
	About: "AP calls have no time limit, and the host leaves getToken without an answer when it could not renew a token. An " +
		"app must not send what is no token then, and should tell the person after some seconds: here the page must show " +
		"something else than before, or say something by AP.flag, AP.messages or AP.dialog.",
	Bugs:       []string{"gettoken-never-answers"},
	Conditions: fakehost.Conditions{GetToken: fakehost.GetTokenHang},
	Play: func(ctx context.Context, s *harness.Stage) error {
		if err := s.Open(ctx); err != nil {
			return err
		}
		if s.Asked() == 0 {
			if err := s.Touch(ctx); err != nil {
				return err
			}
		}
		if s.Asked() == 0 {
			return neverAsks()
		}
		return s.Watch(ctx, 2*time.Minute)
	},
}

var tokenRejects = harness.Scenario{
	ID:    "fault/gettoken-rejects",
	Title: "AP.context.getToken() fails for a quarter of an hour, then works again; the person uses the app in between and after.",
	About: "An app that has no good token any more must not send what is none: undefined, nothing, or the one that has " +
		"ended. When the bridge works again, so should the app, with nothing loaded anew.",
	Bugs: []string{"gettoken-fails"},
	Play: whileGetToken(fakehost.GetTokenReject),
}

var tokenEmpty = harness.Scenario{
	ID:    "fault/gettoken-empty",
	Title: "AP.context.getToken() answers with an empty text for a quarter of an hour, then works again; the person uses the app in between and after.",
	About: "\"JWT \" and nothing is what an app sends that does not look at what it got, and it can only be refused. The " +
		"report warns of it; who sends undefined, or a token that has ended, fails.",

	Bugs: []string{"gettoken-fails"},
	Play: whileGetToken(fakehost.GetTokenEmpty),
}

// whileGetToken has a fault begin in an open page and last for more than a token lives.
func whileGetToken(fault string) func(context.Context, *harness.Stage) error {
	return func(ctx context.Context, s *harness.Stage) error {
		if err := openAndUse(ctx, s); err != nil {
			return err
		}
		if err := s.GetToken(ctx, fault); err != nil {
			return err
		}
		asked := s.Asked()
		if err := s.Advance(ctx, lifetime+time.Minute, clock.Run); err != nil {
			return err
		}
		if err := s.Touch(ctx); err != nil {
			return err
		}
		if s.Asked() == asked {
			return neverAsks()
		}
		if err := s.GetToken(ctx, ""); err != nil {
			return err
		}
		return s.Touch(ctx)
	}
}

var tokenSlow = harness.Scenario{
	ID:    "fault/gettoken-slow",
	Title: "The host takes 300 milliseconds to renew a token; the person uses everything.",
	About: "The host renews a token when somebody asks and the last is older than half a minute: that call waits for the " +
		"network. An app that does not wait for the answer sends nothing, junk, or the token before. The report counts the calls.",
	Bugs:       []string{"gettoken-slow", "gettoken-fails"},
	Conditions: fakehost.Conditions{ResolverDelay: 300 * time.Millisecond},
	Play: func(ctx context.Context, s *harness.Stage) error {
		if err := s.Open(ctx); err != nil {
			return err
		}
		if err := s.Advance(ctx, lifetime+time.Minute, clock.Run); err != nil {
			return err
		}
		if err := s.Touch(ctx); err != nil {
			return err
		}
		if s.Asked() == 0 {
			return neverAsks()
		}
		return nil
	},
}

// neverAsks is for an app that a fault of getToken does not concern.
func neverAsks() error {
	return &harness.NotApplicable{Reason: "this app does not ask AP.context.getToken() for a token here."}
}

// openAndUse opens the app and does one thing in it.
func openAndUse(ctx context.Context, s *harness.Stage) error {
	if err := s.Open(ctx); err != nil {
		return err
	}
	return s.Touch(ctx)
}
