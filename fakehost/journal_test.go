package fakehost_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/standin-dev/standin/fakehost"
	"github.com/standin-dev/standin/fakehost/clock"
	"github.com/standin-dev/standin/fakehost/token"
)

// report posts entries as the host's page does.
func report(t *testing.T, host *fakehost.Server, entries string) answer {
	t.Helper()
	return ask(t, "POST", host.Origin()+"/_standin/journal", `{"entries":[`+entries+`]}`, "X-Standin-Secret", host.Secret())
}

func TestJournalFromPage(t *testing.T) {
	t.Parallel()
	host, app, _ := installed(t, &fakehost.Server{})
	_, _, e := openPage(t, pageOf(t, host, app, "items"))
	mark := host.Mark()
	real := clock.System().Truncate(time.Millisecond)
	host.Time().Advance(time.Hour, clock.Sleep)
	at := real.Add(time.Hour + 500*time.Millisecond)
	entries, err := json.Marshal([]map[string]any{
		{"at": at.UnixMilli(), "kind": "delivered", "extension": e.ExtensionID, "module": "items", "token": e.contextJWT(),
			"text": "line one\nand " + e.contextJWT(), "call": "context.getToken", "args": []any{1, "x"}},
		{"kind": "request", "url": "/rest/x?jwt=" + e.contextJWT(), "method": "GET", "status": 404},
	})
	if err != nil {
		t.Fatal(err)
	}
	wantEqual(t, "status", report(t, host, strings.Trim(string(entries), "[]")).status, 204)

	got := host.Journal()[mark:]
	if len(got) != 2 {
		t.Fatalf("the journal has %d new entries, want 2", len(got))
	}
	first := got[0]
	if !first.At.Equal(at) || first.Real.Before(real) || first.Real.After(clock.System()) {
		t.Errorf("the entry is of %s, really %s; want %s, really not before %s", first.At, first.Real, at, real)
	}
	wantEqual(t, "token", first.Token, e.contextJWT())
	wantEqual(t, "kind of token", first.TokenKind, token.Context)
	wantEqual(t, "arguments", string(first.Args), `[1,"x"]`)
	signature := e.contextJWT()[strings.LastIndexByte(e.contextJWT(), '.')+1:]
	for _, entry := range got {
		shown, err := json.Marshal(entry.Text)
		if err != nil {
			t.Fatal(err)
		}
		line := entry.String() + string(shown)
		if strings.Contains(line, signature) || strings.Contains(line, "\n") {
			t.Errorf("an entry shows its token or breaks its line: %s", line)
		}
	}
	whole, err := json.Marshal(first)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(whole), signature) {
		t.Errorf("an entry as JSON shows its token: %s", whole)
	}
}

func TestJournalRefuses(t *testing.T) {
	t.Parallel()
	host := startHost(t, &fakehost.Server{})
	for _, entries := range []string{`{"kind":"call"},{"kind":"minted"}`, `{"kind":"lifecycle"}`, `{"kind":""}`, `[]`, `{"kind":"call"`} {
		if a := report(t, host, entries); a.status != 400 || !strings.Contains(a.body, "journal batch: ") {
			t.Errorf("%s: status %d: %s", entries, a.status, a.body)
		}
	}
	wantEqual(t, "entries", host.Mark(), 0)
	// A time that no clock can hold is taken for none.
	wantEqual(t, "status", report(t, host, `{"kind":"call","at":1e300}`).status, 204)
	if off := host.Journal()[0].At.Sub(host.Time().Now()).Abs(); off > time.Minute {
		t.Errorf("the entry is of %s", host.Journal()[0].At)
	}
}

func TestAwait(t *testing.T) {
	t.Parallel()
	host, app, _ := installed(t, &fakehost.Server{})
	isPage := func(e fakehost.Entry) bool { return e.Kind == fakehost.KindPage }
	isLifecycle := func(e fakehost.Entry) bool { return e.Kind == fakehost.KindLifecycle }

	// What is there already.
	first, err := host.Await(testContext(t), "installed", isLifecycle)
	if err != nil || first.Seq != 1 {
		t.Fatalf("Await = %+v, %v", first, err)
	}
	// What comes later. The first look at the last entry shows that Await has
	// begun before the page is asked for.
	looking := make(chan bool, 1)
	result := make(chan error, 1)
	go func() {
		_, err := host.Await(testContext(t), "a page", func(e fakehost.Entry) bool {
			select {
			case looking <- true:
			default:
			}
			return isPage(e)
		})
		result <- err
	}()
	<-looking
	openPage(t, pageOf(t, host, app, "items"))
	if err := <-result; err != nil {
		t.Error(err)
	}
	// What never comes.
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	_, err = host.Await(ctx, "snow", func(fakehost.Entry) bool { return false })
	if !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), "await snow: ") || !strings.Contains(err.Error(), "the last entry is #") ||
		!strings.Contains(err.Error(), "page of module items rendered") {
		t.Errorf("Await = %v", err)
	}
	// What cannot come any more.
	if err := host.Close(); err != nil {
		t.Error(err)
	}
	if _, err = host.Await(testContext(t), "snow", func(fakehost.Entry) bool { return false }); !errors.Is(err, fakehost.ErrClosed) {
		t.Errorf("Await on a closed host = %v", err)
	}
}

func TestJournalOfAPage(t *testing.T) {
	t.Parallel()
	host, app, _ := installed(t, &fakehost.Server{})
	mark := host.Mark()
	_, _, e := openPage(t, pageOf(t, host, app, "items"))
	entries := host.Journal()[mark:]
	wantEqual(t, "kinds", kinds(entries), []fakehost.EntryKind{fakehost.KindMinted, fakehost.KindMinted, fakehost.KindPage})
	_, iframe := split(t, e.URL)
	wantEqual(t, "iframe token", entries[0].Token, iframe)
	wantEqual(t, "context token", entries[1].Token, e.contextJWT())
	for _, entry := range entries {
		wantEqual(t, "extension", entry.Extension, e.ExtensionID)
	}
}

// TestJournalRealTime reports from a page whose clock is wrong either way: the
// real instant follows the clock's history, but never lies ahead.
func TestJournalRealTime(t *testing.T) {
	t.Parallel()
	host := startHost(t, &fakehost.Server{Clock: clock.New(clock.Options{Start: clock.System().Add(time.Hour)})})
	for _, tt := range []struct{ by, want time.Duration }{{-10 * time.Minute, -10 * time.Minute}, {10 * time.Minute, 0}} {
		at := host.Time().Now().Add(tt.by)
		wantEqual(t, "status", report(t, host, fmt.Sprintf(`{"kind":"call","at":%d}`, at.UnixMilli())).status, 204)
		e := host.Journal()[host.Mark()-1]
		if off := e.Real.Sub(clock.System()) - tt.want; off.Abs() > time.Minute {
			t.Errorf("an entry %s off the host's clock is put %s off the real one, want %s", tt.by, off+tt.want, tt.want)
		}
	}
}
