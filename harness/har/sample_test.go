package har_test

import (
	"net/http"
	"time"

	"github.com/standin-dev/standin/harness/har"
	"github.com/standin-dev/standin/harness/timeline"
)

// A token of the usual shape, whose signature must never be written, and a secret.
const (
	unsigned  = "eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJ0ZW5hbnQtMSIsImlhdCI6MTc3MjQ0MjAwMCwiZXhwIjoxNzcyNDQyOTAwLCJxc2giOiJjb250ZXh0LXFzaCJ9."
	signature = "s5cr3tS1gnatureThatMustNotAppear0123456789_"
	jwt       = unsigned + signature
	secret    = "the-tenant's-secret-which-nobody-may-see"
)

var start = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

func at(ms int) time.Time { return start.Add(time.Duration(ms) * time.Millisecond) }

// sample is an archive that has everything once, with tokens wherever those may be.
func sample() *har.Log {
	page := timeline.Exchange{
		ID: 1, At: at(100), Real: at(100), Answered: at(140), Frame: "F1", Extension: "items__page", Type: "Document", Method: "GET",
		URL:    "http://localhost:3000/app?xdm_e=http%3A%2F%2F127.0.0.1%3A4000&xdm_c=channel-items__page&jwt=" + jwt,
		Header: http.Header{"Accept": {"text/html"}}, Status: 302, Ended: true,
		Answer: http.Header{"Location": {"/home?jwt=" + jwt}, "Set-Cookie": {"session=" + jwt + "; Path=/; HttpOnly; SameSite=None", "theme=dark"}},
	}
	home := timeline.Exchange{
		ID: 2, At: at(150), Real: at(150), Answered: at(180), Frame: "F1", Extension: "items__page", Type: "Document", Method: "GET",
		URL: "http://localhost:3000/home?jwt=" + jwt, RedirectOf: 1, Status: 200, Ended: true, FromCache: true,
		Answer: http.Header{"Content-Type": {"text/html"}, "Content-Length": {"512"}},
	}
	call := timeline.Exchange{
		ID: 3, At: at(961000), Real: at(1200), Answered: at(961020), Frame: "F1", Document: "http://localhost:3000/home?jwt=" + jwt,
		Extension: "items__page", Type: "Fetch", Method: "POST", URL: "http://localhost:3000/api/items?next=%2Fa%3Fjwt%3D" + jwt,
		Header: http.Header{
			"Authorization": {"JWT " + jwt}, "Content-Type": {"application/x-www-form-urlencoded"}, "Cookie": {"session=" + jwt + "; theme=dark"},
			"Referer": {"http://localhost:3000/home?jwt=" + jwt}, "X-Secret": {secret},
		},
		Body: []byte("jwt=" + jwt + "&title=a+b"), Initiator: "app.js:12 load", Status: 401, Ended: true, Answer: http.Header{"X-Acpt": {jwt}},
	}
	binary := timeline.Exchange{
		ID: 4, At: at(962000), Real: at(2200), Frame: "F1", Type: "Ping", Method: "POST", URL: "http://localhost:3000/beacon",
		Header: http.Header{"Content-Type": {"application/octet-stream"}}, Body: []byte("\xff\x00" + jwt + "\xfe"), Failure: "net::ERR_ABORTED", Ended: true,
	}
	socket := timeline.Exchange{
		ID: 5, At: at(963000), Real: at(3200), Answered: at(963010), Frame: "F2", Type: "WebSocket", Method: "GET", URL: "ws://localhost:3000/live",
		Header: http.Header{"Sec-Websocket-Protocol": {"jwt, " + jwt}}, Initiator: "live.js:3", Status: 101, Answer: http.Header{},
		Frames: []timeline.Frame{
			{At: at(963020), Sent: true, Text: true, Data: []byte(`{"token":"` + jwt + `"}`), Size: len(jwt) + 12},
			{At: at(963030), Text: true, Data: []byte(`{"ok":`), Size: 90000},
			{At: at(963040), Data: []byte("\x00\x01" + jwt), Size: 2 + len(jwt)},
		},
	}
	blocked := timeline.Exchange{
		ID: 6, At: at(964000), Real: at(4200), Frame: "H", HostPage: true, Type: "Image", Method: "GET",
		URL: "https://elsewhere.example/pixel", Blocked: true, Ended: true, Failure: "kept in by standin",
	}
	return &har.Log{CreatorVersion: "0.1.0", Browser: "Chromium/156.0.8078.79", Pages: []har.Page{
		{Scenario: "expiry/idle-then-act", Title: "A person leaves.", Exchanges: []timeline.Exchange{page, home, call, binary, socket, blocked},
			Findings: map[int][]string{3: {"token/expired", "backend/refused-valid"}}, Secrets: []string{secret}, Windows: map[string]bool{"F2": true}},
		{Scenario: "nav/push", Title: "Nothing was sent."},
	}}
}
