package harness

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/standin-dev/standin/fakehost/token"
	"github.com/standin-dev/standin/harness/judge"
	"github.com/standin-dev/standin/harness/report"
	"github.com/standin-dev/standin/harness/timeline"
)

const (
	storySecret = "a secret of the story, long enough for HS256"
	storyApp    = "http://localhost:3000"
)

var storyStart = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

// storyToken is a context token of the story's start, as the tap knows it.
func storyToken(t *testing.T) token.Translation {
	t.Helper()
	raw, err := token.MintHS256(storySecret, token.Claims{
		Issuer: "tenant-1", Subject: "robin", QSH: token.ContextQSH, IssuedAt: storyStart, ExpiresAt: storyStart.Add(15 * time.Minute),
	})
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := token.Parse(raw)
	if err != nil {
		t.Fatal(err)
	}
	return token.Translation{Original: raw, Sent: raw, Kind: token.Context, Verified: true, Virtual: parsed}
}

// storyInput is a timeline on which a token is kept for too long.
func storyInput(t *testing.T) (judge.Input, token.Translation) {
	t.Helper()
	known := storyToken(t)
	at := func(d time.Duration) time.Time { return storyStart.Add(d) }
	json := http.Header{"Content-Type": {"application/json"}}
	call := func(id int, d time.Duration, status int) timeline.Exchange {
		return timeline.Exchange{ID: id, At: at(d), Frame: "app", Extension: "ext-1", Type: "Fetch", Method: "GET", URL: storyApp + "/api/items?page=1",
			Header: http.Header{"Authorization": {"JWT " + known.Original}}, Tokens: map[string]token.Translation{known.Original: known},
			Status: status, Answer: json, Initiator: "app.js:12 load"}
	}
	return judge.Input{
		App:   judge.App{Key: "items", BaseURL: storyApp, Origins: []string{storyApp}, ClientKey: "tenant-1"},
		Start: storyStart, User: "robin", ContextCache: contextCache,
		Exchanges: []timeline.Exchange{
			{ID: 1, At: at(0), Frame: "app", Type: "Document", Method: "GET", URL: storyApp + "/app?xdm_e=x&jwt=" + known.Original, Status: 200,
				Tokens: map[string]token.Translation{known.Original: known}, Answer: http.Header{"Content-Type": {"text/html"}}},
			{ID: 2, At: at(time.Second), Frame: "app", Type: "Script", Method: "GET", URL: storyApp + "/app.js", Status: 200,
				Answer: http.Header{"Content-Type": {"text/javascript"}}},
			{ID: 3, At: at(time.Second), Frame: "app", Type: "Fetch", Method: "GET", URL: "https://stats.example.com/hit", Blocked: true, Failure: "kept in"},
			call(4, 2*time.Second, 200),
			call(5, 17*time.Minute, 401),
			{ID: 6, At: at(17 * time.Minute), Frame: "app", Type: "Fetch", Method: "POST", URL: storyApp + "/api/items"},
		},
		Events: []timeline.Event{
			{At: at(time.Second), Kind: timeline.Bridge, Text: "the bridge to the app is up"},
			{At: at(time.Second), Kind: timeline.Delivered, Raw: known.Original, Text: "getToken() answers"},
			{At: at(time.Second), Kind: timeline.Navigated, Text: "history.pushState", From: storyApp + "/app?jwt=" + known.Original, To: storyApp + "/app/items#x"},
			{At: at(10 * time.Second), Kind: timeline.Jumped, By: 16 * time.Minute, Text: "the machine sleeps"},
			{At: at(17*time.Minute - time.Second), Kind: timeline.Step, Text: `click "Items"`},
			{At: at(17 * time.Minute), Kind: timeline.Console, Text: "Uncaught"},
		},
	}, known
}

func TestStoryOfATimeline(t *testing.T) {
	t.Parallel()
	in, _ := storyInput(t)
	result := judge.Judge(in)
	got := newStory(&in, &result).whole()
	want := []report.Event{
		{At: 0, Actor: "app", Text: "GET /app?…&jwt=…, a token of getToken() in query:jwt (15m left) → 200"},
		{At: 1, Actor: "host", Text: "the bridge to the app is up"},
		{At: 1, Actor: "host", Text: "getToken() answers"},
		{At: 1, Actor: "app", Text: "history.pushState: /app?jwt=… → /app/items#x"},
		{At: 1, Actor: "app", Text: "GET /hit, no token → kept in"},
		{At: 2, Actor: "app", Text: "GET /api/items?page=1, a token of getToken() in header:Authorization JWT (14m58s left) → 200"},
		{At: 10, Actor: "clock", Text: "the machine sleeps"},
		{At: 1019, Actor: "person", Text: `click "Items"`},
		{At: 1020, Actor: "browser", Text: "Uncaught"},
		{At: 1020, Actor: "app", Text: "GET /api/items?page=1, a token of getToken() in header:Authorization JWT (expired 2m ago) → 401"},
		{At: 1020, Actor: "app", Text: "POST /api/items, no token → no answer"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("story (-want +got):\n%s", diff)
	}
}

func TestStoryOfAFinding(t *testing.T) {
	t.Parallel()
	in, known := storyInput(t)
	result := judge.Judge(in)
	if len(result.Findings) != 2 {
		t.Fatalf("got %d findings, want 2", len(result.Findings))
	}
	story := newStory(&in, &result)
	got := story.finding(result.Findings[0])
	if got.Rule != judge.Expired.ID || got.Remedy != judge.Expired.Remedy || got.Severity != report.Must || got.Carrier != "header:Authorization JWT" {
		t.Errorf("finding: %+v", got)
	}
	wantRequest := &report.Request{Method: "GET", URL: storyApp + "/api/items?page=1", Type: "Fetch", Initiator: "app.js:12 load", Status: 401,
		At: "2026-03-02T09:17:00.000Z", Frame: "ext-1"}
	if diff := cmp.Diff(wantRequest, got.Request); diff != "" {
		t.Errorf("request (-want +got):\n%s", diff)
	}
	wantToken := &report.Token{Kind: "context", Iss: "tenant-1", Sub: "robin", Iat: storyStart.Unix(), Exp: storyStart.Unix() + 900, Remaining: -120,
		ID: token.ID(known.Original)}
	if diff := cmp.Diff(wantToken, got.Token); diff != "" {
		t.Errorf("token (-want +got):\n%s", diff)
	}
	marked := 0
	for _, e := range got.Story {
		if e.Mark {
			marked++
			if !strings.Contains(e.Text, "→ 401") {
				t.Errorf("marked is %q", e.Text)
			}
		}
	}
	if marked != 1 || len(got.Story) != linesBefore+1+linesAfter {
		t.Errorf("%d lines, %d of them marked; want %d and 1", len(got.Story), marked, linesBefore+1+linesAfter)
	}
	if missing := story.finding(result.Findings[1]); missing.Token != nil || missing.Carrier != "" {
		t.Errorf("a request without a token is told with one: %+v", missing)
	}
	if none := story.finding(judge.Finding{Rule: judge.PageLoads}); none.Request != nil || none.Story != nil {
		t.Errorf("a finding on no request is told with one: %+v", none)
	}
}

// TestStoryKeepsItsCause: however far back, the line of the cause is told.
func TestStoryKeepsItsCause(t *testing.T) {
	t.Parallel()
	in, _ := storyInput(t)
	for i := range 40 {
		in.Events = append(in.Events, timeline.Event{At: storyStart.Add(11*time.Second + time.Duration(i)*time.Second), Kind: timeline.Console, Text: "noise"})
	}
	result := judge.Judge(in)
	got := newStory(&in, &result).finding(result.Findings[0])
	if len(got.Story) != 1+linesBefore+1+linesAfter || got.Story[0].Text != "the machine sleeps" {
		t.Errorf("story: %+v", got.Story)
	}
}

func TestAddress(t *testing.T) {
	t.Parallel()
	raw := storyToken(t).Original
	for from, want := range map[string]string{
		"http://localhost:3000/a/b?c=d&e=f#g":                                                  "/a/b?c=d&e=f#g",
		"http://localhost:3000":                                                                "/",
		"http://localhost:3000/app?jwt=" + raw:                                                 "/app?jwt=…",
		"http://localhost:3000/app?acpt=" + raw + "&x=1":                                       "/app?acpt=…&x=1",
		"http://localhost:3000/app?xdm_e=http%3A%2F%2Fx&xdm_c=c&cp=&lic=none&cv=1001.0.0&id=7": "/app?…&id=7",
		"http://localhost:3000/app?cp=":                                                        "/app?…",
		"http://localhost:3000/a%20b/ü":                                                        "/a%20b/%C3%BC",
		"http://localhost:3000/100%?x=%":                                                       "/100%25?x=%",
		"/relative?x=1":                                                                        "/relative?x=1",
		"http://[::1":                                                                          "http://[::1",
		"http://localhost:3000/" + strings.Repeat("x", 200):                                    "/" + strings.Repeat("x", 118) + "…",
	} {
		if got := address(from); got != want {
			t.Errorf("address(%q) = %q, want %q", from, got, want)
		}
	}
}

func TestCut(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		s    string
		n    int
		want string
	}{{"abc", 3, "abc"}, {"abcd", 3, "ab…"}, {"", 3, ""}, {"äöüß", 4, "äöüß"}, {"äöüß", 3, "äö…"}} {
		if got := cut(tt.s, tt.n); got != tt.want {
			t.Errorf("cut(%q, %d) = %q, want %q", tt.s, tt.n, got, tt.want)
		}
	}
}

func TestDescribeToken(t *testing.T) {
	t.Parallel()
	raw := storyToken(t).Original
	if got, want := describeToken(raw), "token "+token.ID(raw)+", made for 15m"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := describeToken("junk"); got != "something that is no token" {
		t.Errorf("junk is %q", got)
	}
}

// TestOpaqueCredentialsAreNotShown: what may be a secret is counted, not quoted.
func TestOpaqueCredentialsAreNotShown(t *testing.T) {
	t.Parallel()
	for value, want := range map[string]string{
		"undefined":        `"undefined" in header:X-Acpt`,
		"[object Promise]": `"[object Promise]" in header:X-Acpt`,
		"s3cret":           "6 characters that are no token in header:X-Acpt",
	} {
		k := judge.Carrier{Spec: judge.CarrierSpec{Place: "header", Name: "X-Acpt"}, Value: value}
		if got := describeCarrier(k, storyStart); got != want {
			t.Errorf("%q is told as %q, want %q", value, got, want)
		}
	}
}

// TestStoryOfAPlace: a breach that no request made is told around what showed it.
func TestStoryOfAPlace(t *testing.T) {
	t.Parallel()
	in, known := storyInput(t)
	found := storyStart.Add(3 * time.Second)
	in.Events = append(in.Events,
		timeline.Event{At: found, Kind: timeline.Kept, Place: `localStorage item "t"`, Raw: known.Original, Text: "token abc lies in localStorage", Known: &known},
		timeline.Event{At: found, Kind: timeline.Facts, Place: "meta referrer", Text: "origin"},
		timeline.Event{At: found, Kind: timeline.Brought, Exchange: 4, Raw: known.Original, Place: "the body", Text: "a token came"},
	)
	slices.SortStableFunc(in.Events, func(a, b timeline.Event) int { return a.At.Compare(b.At) })
	result := judge.Judge(in)
	at := slices.IndexFunc(result.Findings, func(f judge.Finding) bool { return f.Rule == judge.KeptInStorage })
	if at < 0 {
		t.Fatalf("findings: %+v", result.Findings)
	}
	got := newStory(&in, &result).finding(result.Findings[at])
	if got.Request != nil || got.Place != `localStorage item "t"` || got.Token == nil || got.Token.Remaining != 897 {
		t.Errorf("place %q, request %v, token %+v", got.Place, got.Request, got.Token)
	}
	marked := slices.IndexFunc(got.Story, func(e report.Event) bool { return e.Mark })
	if marked < 0 || got.Story[marked].Text != "token abc lies in localStorage" || got.Story[marked].Actor != "browser" {
		t.Errorf("the story is %+v", got.Story)
	}
	for _, e := range got.Story {
		if e.Text == "origin" || e.Text == "a token came" {
			t.Errorf("the story has a line for the judge: %q", e.Text)
		}
	}
}

// TestLoginIsAnEvent: who is logged in from now on is told to the judge by account.
func TestLoginIsAnEvent(t *testing.T) {
	t.Parallel()
	r := tapped(t)
	users := r.host.Users()
	mark := r.host.Mark()
	for _, name := range []string{users[1].AccountID, "anonymous"} {
		if err := r.host.SwitchUser(name); err != nil {
			t.Fatal(err)
		}
	}
	var got []string
	for _, e := range r.host.Journal()[mark:] {
		if ev, ok := fromJournal(e); ok && ev.Kind == timeline.LoggedIn {
			got = append(got, ev.Account)
		}
	}
	if diff := cmp.Diff([]string{users[1].AccountID, ""}, got); diff != "" {
		t.Errorf("accounts (-want +got):\n%s", diff)
	}
}
