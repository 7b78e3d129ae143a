package report

import (
	"strings"
	"time"
)

// sampleJWT is a token of the usual shape; its signature must never be printed.
const (
	sampleSignature = "s5cr3tS1gnatureThatMustNotAppear0123456789_-"
	sampleJWT       = "eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzI1NiJ9.eyJzdWIiOiI1NTcwNTg6YSIsInFzaCI6ImNvbnRleHQtcXNoIn0." + sampleSignature
)

// run returns an empty report over a made-up app.
func run() *Report {
	return &Report{
		Generator: "standin test",
		Browser:   "Chromium 156.0.8078.79",
		App:       App{Key: "com.example.items", Name: "Items", BaseURL: "http://localhost:3000"},
		Host:      Host{Product: "jira", BaseURL: "http://127.0.0.1:41234"},
		StartedAt: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC),
	}
}

// sampleReports are reports made by hand: between them they have each verdict and
// each optional field, present and absent.
func sampleReports() map[string]*Report {
	all := run()
	for _, s := range []Scenario{passed(), referer(), expired(), warned(), inconclusive(), notApplicable(), broken()} {
		all.Add(s)
	}
	all.Notes = []string{
		`not emulated: AP.jira.openIssueDialog("DEMO-1") (2 times)`,
		"explored journey:\njourney:\n  - click: \"Items\"\n  - click: css=#save",
	}
	sound := run()
	sound.Add(passed())
	interrupted := run()
	interrupted.Add(passed())
	interrupted.Interrupt()
	idle := run()
	idle.Add(notApplicable())
	gone, seven := run(), 7
	gone.Add(passed())
	gone.Add(Scenario{ID: "expiry/idle-then-act", Title: "The laptop sleeps.", Verdict: Inconclusive, Reason: "The app's command ended with exit status 7."})
	gone.Add(Scenario{ID: "nav/push", Title: "The app navigates.", Verdict: Inconclusive, NotPlayed: true, Reason: "not played: the app was gone."})
	gone.AppEnd = &AppEnd{
		Message: "The app's command ended with exit status 7, and nothing answers at http://localhost:3000 any more.", ExitStatus: &seven,
		During: "expiry/idle-then-act", At: "2026-03-02T09:16:00.000Z", Output: "listening at http://localhost:3000\n    at Pool.take: exhausted " + sampleJWT,
		Cause: "Its output names cdn.example.com, which standin's egress proxy had refused it.", Remedy: "Say so.", NotPlayed: 1,
	}
	odd := run()
	odd.App = App{Key: "com.example.ünïcode", Name: "課題ボード 🚀", BaseURL: "http://localhost:3000"}
	odd.Add(unusual())
	return map[string]*Report{
		"all": all, "sound": sound, "empty": {}, "interrupted": interrupted, "nothing-judged": idle, "unusual": odd, "gone": gone,
	}
}

func passed() Scenario {
	return Scenario{
		ID: "boot/first-load", Title: "A person opens the page and the app loads its data.", Module: "items-page",
		Verdict: Pass, VirtualSeconds: 0.61, RealSeconds: 0.52, Requests: 5, Judged: 1,
		Timeline: []Event{
			{At: 0, Actor: "person", Text: "opens items-page"},
			{At: 0.21, Actor: "host", Text: "gives the frame a context token that lives 900 s"},
			{At: 0.4, Actor: "app", Text: "GET /api/items, context token in header:Authorization, answered 200"},
		},
	}
}

func referer() Scenario {
	story := []Event{
		{At: 0.11, Actor: "app", Text: "GET /api/items, iframe token in the Referer only, answered 200"},
		{At: 0.402, Actor: "person", Text: `clicks "Items"`},
		{At: 0.41, Actor: "app", Text: "history.pushState to /app/items: the frame's address has no jwt any more"},
		{At: 0.45, Actor: "app", Text: "GET /api/items/1, no token, answered 401", Mark: true},
	}
	return Scenario{
		ID: "nav/push", Title: "A person moves with the app's own router, which calls history.pushState.", Module: "items-page",
		Verdict: Fail, VirtualSeconds: 0.93, RealSeconds: 0.81, Requests: 7, Judged: 3,
		Findings: []Finding{{
			Rule: "token/missing", Severity: Must,
			Sentence: "Every request for protected data carries a token that says who asks.",
			Message:  "GET /api/items/1 carried no token; the last one was seen in the Referer of GET /api/items only.",
			Expected: "a context token from AP.context.getToken in a header, as Authorization: JWT <token>",
			Actual:   "no token in header, query, body, cookie or WebSocket protocol; the Referer is http://localhost:3000/app/items",
			Cause:    "At +00:00.4 history.pushState replaced /app?jwt=… with /app/items, and the Referer lost the token with it.",
			Remedy:   "Fetch the token with AP.context.getToken and send it in Authorization: JWT <token> on every request; stop reading the Referer.",
			Source:   "CDAC 29722",
			Request: &Request{Method: "GET", URL: "http://localhost:3000/api/items/1", Type: "Fetch",
				At: "2026-03-02T09:00:00.450Z", Frame: "items-page", Initiator: "app.js:12", Status: 401},
			Story: story, Repeats: 2,
		}, {
			Rule: "token/referer-only", Severity: Must,
			Sentence: "A token rides where the app puts it, not where the browser happens to copy the address.",
			Message:  "GET /api/items carried its token in the Referer alone",
			Remedy:   "Send the token in a header.",
			Carrier:  "referer",
			Request:  &Request{Method: "GET", URL: "http://localhost:3000/api/items", Type: "Fetch", At: "2026-03-02T09:00:00.110Z", Status: 200},
			Repeats:  1,
		}},
		Timeline: story,
		Notes:    []string{"the address of the frame after the click: http://localhost:3000/app/items"},
	}
}

func expired() Scenario {
	return Scenario{
		ID: "expiry/idle-then-act", Title: "A person leaves the page alone for longer than a token lives, then goes on.", Module: "items-page",
		Verdict: Fail, VirtualSeconds: 962.14, RealSeconds: 1.24, Requests: 9, Judged: 4,
		Findings: []Finding{{
			Rule: "token/expired", Severity: Must, Message: "GET /api/items carried a token that had expired.",
			Remedy:  "Ask AP.context.getToken for each request.",
			Carrier: "header:Authorization",
			Request: &Request{Method: "GET", URL: "http://localhost:3000/api/items?jwt=" + sampleJWT + "&expand=comments,attachments,history", Type: "XHR", At: "2026-03-02T09:16:02.100Z"},
			Token: &Token{Kind: "context", Iss: "5a1c0de7-tenant", Sub: "557058:a-user", Iat: 1772442000, Exp: 1772442900,
				Remaining: -62.1, ID: "9f86d081884c"},
		}},
		Timeline: []Event{
			{At: 0.3, Actor: "host", Text: "gives the frame context token 9f86d081884c"},
			{At: 2.1, Actor: "clock", Text: "16 minutes pass, the laptop awake"},
			{At: 962.1, Actor: "app", Text: "GET /api/items, context token in header:Authorization, answered 401", Mark: true},
		},
	}
}

func warned() Scenario {
	return Scenario{
		ID: "expiry/at-margin", Title: "A person acts when the token is about to end.", Module: "items-page",
		Verdict: Warn, VirtualSeconds: 3725.06, RealSeconds: 1.1, Requests: 4, Judged: 2,
		Findings: []Finding{{
			Rule: "token/margin", Severity: Should, Sentence: "A token has some life left when it is sent.",
			Message: "GET /api/items carried a token with 0.8 s left.", Expected: "30 s or more", Actual: "0.8 s",
			Remedy: "Renew a token when less than 30 s of its life are left.",
			Token:  &Token{Kind: "session", Iss: "com.example.items", Iat: 1772442000, Exp: 1772442900, Remaining: 0.8},
		}},
	}
}

func inconclusive() Scenario {
	return Scenario{
		ID: "nav/hash", Title: "A person moves behind the hash.", Module: "items-page", Verdict: Inconclusive,
		Reason:         "No request had to prove who asks: the journey has one click, and it sent nothing.",
		VirtualSeconds: 5.2, RealSeconds: 5.1, Requests: 2,
	}
}

func notApplicable() Scenario {
	return Scenario{
		ID: "nav/replace", Title: "A person moves with history.replaceState.", Verdict: NotApplicable,
		Reason: "The app never calls history.replaceState.",
	}
}

func broken() Scenario {
	return Scenario{
		ID: "time/sleep-timers-paused", Title: "A laptop wakes up.", Module: "items-page", Verdict: HarnessError,
		Reason:         "Chromium ended while the page was loading (signal: killed).",
		VirtualSeconds: 0.2, RealSeconds: 0.2,
	}
}

func unusual() Scenario {
	return Scenario{
		ID:     "custom/a-scenario-whose-id-is-longer-than-the-column-that-is-meant-for-it",
		Title:  "課題を開いて、コメントを書いて、十六分のあいだ席を外してから送信ボタンを押す人の話を最後まで見届ける。",
		Module: "ボード", Verdict: Fail, VirtualSeconds: -1.5, RealSeconds: 0.04, Requests: 1, Judged: 1,
		Findings: []Finding{{
			Rule: "token/missing", Severity: Must,
			Message:  "A body with \x1b[31mcolours\x1b[0m, a bell\a, a null\x00, \xff\xfe bytes, ]]> and <b>tags</b> & \u202eturned",
			Expected: strings.Repeat("a-word-without-an-end", 8),
			Request: &Request{Method: "POST", Type: "Fetch", At: "2026-03-02T09:00:00.450Z",
				URL: "http://localhost:3000/api/" + strings.Repeat("long/", 30) + "?next=http%3A%2F%2Flocalhost%2F%3Fjwt%3D" + sampleJWT},
			Carrier: "header:Authorization " + sampleJWT,
			Actual:  "two tokens, " + sampleJWT + " and\n" + sampleJWT,
			Token:   &Token{Kind: "context", Exp: 1772442900, Sub: sampleJWT},
			Story: []Event{
				{At: -0.52, Actor: "clock", Text: "steps back"},
				{At: 4000.04, Actor: "person", Text: "schreibt „Grüße“ — naïve café e\u0301 👍 " + sampleJWT, Mark: true},
			},
		}},
	}
}
