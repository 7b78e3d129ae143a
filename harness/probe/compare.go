package probe

import (
	"context"
	"errors"
	"fmt"
	"net/http"
)

// errSilence is what errors are that tell of an answer which says nothing of the token:
// at another time, the same question may be answered otherwise.
var errSilence = errors.New("nothing of the token can be told from that")

// silence is the error of an answer that has nothing to do with who asks: that of a
// rate limiter, or of a server in trouble.
func (a Answer) silence() error {
	if a.Status == http.StatusRequestTimeout || a.Status == http.StatusTooManyRequests || a.Status >= 500 {
		return fmt.Errorf("it answered %d: %w", a.Status, errSilence)
	}
	return nil
}

// Others are compared with the first answer to a valid token and with later ones: with
// as many as are needed to tell what changes by itself, and no more than the newest.
const (
	controlsNeeded = 2
	controlsKept   = 3
)

// controls are what a valid token got.
func (b *baseline) controls() []Answer { return append([]Answer{b.control}, b.again...) }

// byLikeness reports whether what the answer is like counts.
func (a Attempt) byLikeness() bool { return a.mustNotShow == nil && !a.anyAnswer }

// compare tells what an answer is like. The error says why it is none.
func (a *Asker) compare(ctx context.Context, e Endpoint, attempt Attempt, answer Answer, b *baseline) (likeness, error) {
	found, err := a.atFirst(ctx, e, attempt, answer, b)
	if err != nil || !attempt.byLikeness() || attempt.forged == nil || !answer.comparable(b.control) {
		return found, err
	}
	if answer.equals(b.control) || found == other || found == same && !attempt.loose {
		return found, nil
	}
	return a.asRefused(ctx, e, answer, b, found), nil
}

// atFirst compares an answer with those to a valid token alone. Where only the content
// can tell, a valid token is asked with again: what has changed since says nothing.
func (a *Asker) atFirst(ctx context.Context, e Endpoint, attempt Attempt, answer Answer, b *baseline) (likeness, error) {
	silence := answer.silence()
	switch {
	case silence != nil && answer.Status == http.StatusInternalServerError && attempt.byLikeness():
		return a.confirm(ctx, e, attempt, b)
	case silence != nil:
		return unclear, silence
	case !attempt.byLikeness() || !answer.comparable(b.control):
		return other, nil
	case answer.equals(b.control):
		return b.equal(attempt), nil
	}
	for fresh := false; !fresh || len(b.again) < controlsNeeded; fresh = true {
		again, err := a.valid(ctx, e, b)
		if err != nil {
			return unclear, err
		}
		b.again = append(b.again, again)
	}
	b.again = b.again[max(0, len(b.again)-controlsKept):]
	return answer.likeness(b.controls(), attempt.loose), nil
}

// equal is what an answer is like that is the very one that a valid token gets. One
// that says nothing, such as an empty list, may be what strangers are shown, where they
// are shown it.
func (b *baseline) equal(attempt Attempt) likeness {
	document, ok := parse(b.control.body)
	if ok && mute(document) && (attempt.forged == nil || b.nobody == unclear) {
		return unclear
	}
	return same
}

// valid asks with a valid token once more. The error says that it is answered otherwise
// by now.
func (a *Asker) valid(ctx context.Context, e Endpoint, b *baseline) (Answer, error) {
	again, err := a.ask(ctx, e, control(a.Tenant(), e))
	if err == nil && !again.comparable(b.control) {
		err = fmt.Errorf("a valid token, which got %d before, gets %d by now: %w", b.control.Status, again.Status, errSilence)
	}
	return again, err
}

// confirm finds out whether an internal error is the app's way of refusing a token, as
// it is where a library's exception is caught by nobody: a valid token gets none, and
// the same question gets one again.
func (a *Asker) confirm(ctx context.Context, e Endpoint, attempt Attempt, b *baseline) (likeness, error) {
	if b.anonymous.Status == http.StatusInternalServerError && attempt.forged != nil {
		return other, nil // it refuses no token in this way, too
	}
	if _, err := a.valid(ctx, e, b); err != nil {
		return unclear, err
	}
	answer, err := a.ask(ctx, e, attempt)
	switch {
	case err != nil:
		return unclear, err
	case answer.Status != http.StatusInternalServerError:
		return unclear, fmt.Errorf("it answered 500, and %d when asked once more: %w", answer.Status, errSilence)
	}
	return other, nil
}

// asRefused compares an answer, of which it is not clear what it is like, with what no
// token gets, and with what a token gets that another key has signed: what says the
// same is the same.
func (a *Asker) asRefused(ctx context.Context, e Endpoint, answer Answer, b *baseline, found likeness) likeness {
	if !b.open() && answer.echoes(b.anonymous) {
		return other
	}
	if b.stranger == nil {
		attempt := wrongKey(a.Tenant(), e, *b)[0]
		stranger, err := a.ask(ctx, e, attempt)
		if err != nil {
			return found
		}
		like, err := a.atFirst(ctx, e, attempt, stranger, b)
		if err != nil {
			return found
		}
		b.stranger = &reference{stranger, like}
	}
	if b.stranger.like != same && answer.echoes(b.stranger.answer) {
		return b.stranger.like
	}
	return found
}
