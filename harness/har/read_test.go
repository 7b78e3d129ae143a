package har_test

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/standin-dev/standin/harness/har"
	"github.com/standin-dev/standin/harness/timeline"
)

// chrome is in the form of Chrome's developer tools, export with sensitive data: two
// pages of one tab, a frame that redirects, a call, a WebSocket, and a request that was
// cancelled. Entries are not in order.
const chrome = `{"log": {"version": "1.2", "creator": {"name": "WebInspector", "version": "537.36"},
"pages": [{"startedDateTime": "2026-03-02T09:00:00.000Z", "id": "page_1", "title": "https://acme.example/", "pageTimings": {"onContentLoad": 1, "onLoad": 2}},
  {"startedDateTime": "2026-03-02T09:00:03.000Z", "id": "page_2", "title": "https://acme.example/2", "pageTimings": {}}],
"entries": [
{"_connectionId": "12", "_initiator": {"type": "other"}, "_priority": "VeryHigh", "_resourceType": "document", "cache": {}, "connection": "443", "pageref": "page_1",
 "request": {"method": "GET", "url": "https://app.example/page?xdm_e=https%3A%2F%2Facme.example&xdm_c=channel-items__page&jwt=` + jwt + `", "httpVersion": "http/2.0",
   "headers": [{"name": ":authority", "value": "app.example"}, {"name": "sec-fetch-dest", "value": "iframe"}, {"name": "cookie", "value": "a=1"}, {"name": "cookie", "value": "b=2"}],
   "queryString": [], "cookies": [{"name": "a", "value": "1", "expires": null}], "headersSize": -1, "bodySize": 0},
 "response": {"status": 302, "statusText": "", "httpVersion": "http/2.0", "headers": [{"name": "location", "value": "/home?x=1"}, {"name": "set-cookie", "value": "s=1"}],
   "cookies": [], "content": {"size": 0, "mimeType": "x-unknown"}, "redirectURL": "/home?x=1", "headersSize": -1, "bodySize": -1, "_transferSize": 0, "_error": null},
 "serverIPAddress": "127.0.0.1", "startedDateTime": "2026-03-02T09:00:01.000Z", "time": 30.5,
 "timings": {"blocked": 1.5, "dns": -1, "ssl": -1, "connect": -1, "send": 1, "wait": 20, "receive": 8, "_blocked_queueing": 1.1}},
{"_initiator": {"type": "script", "stack": {"callFrames": [{"functionName": "load", "scriptId": "3", "url": "https://app.example/js/app.js?v=1#x", "lineNumber": 11, "columnNumber": 4}]}},
 "_resourceType": "xhr", "_fromCache": "disk", "pageref": "page_2",
 "request": {"method": "post", "url": "https://app.example/api/items", "headers": [{"name": "referer", "value": "https://app.example/home?x=1"}, {"name": "Authorization", "value": "JWT ` + jwt + `"}],
   "postData": {"mimeType": "application/json", "text": "{}"}},
 "response": {"status": 200, "headers": [{"name": "Content-Type", "value": "application/json"}], "content": {"size": 9, "mimeType": "application/json", "text": "eyJ0Ijoi` + "ZXlK" + `", "encoding": "base64"}},
 "startedDateTime": "2026-03-02T09:00:03.000Z", "time": 5, "timings": {"wait": 5}},
{"_initiator": {"type": "parser", "url": "https://app.example/home", "lineNumber": 4}, "_resourceType": "document", "pageref": "page_1",
 "request": {"method": "GET", "url": "https://app.example/home?x=1", "headers": []}, "response": {"status": 200, "headers": [{"name": "content-type", "value": "text/html"}],
   "content": {"mimeType": "text/html", "text": "<meta content='` + jwt + `'>"}}, "startedDateTime": "2026-03-02T09:00:02.000Z", "time": 5},
{"_resourceType": "websocket", "pageref": "page_2", "request": {"method": "GET", "url": "wss://app.example/live", "headers": [{"name": "Origin", "value": "https://app.example"}]},
 "response": {"status": 101}, "startedDateTime": "2026-03-02T09:00:04.000Z",
 "_webSocketMessages": [{"type": "send", "time": 1772442004.5, "opcode": 1, "data": "hello"}, {"type": "receive", "time": 1772442005, "opcode": 2, "data": "AAEC"}, {"type": "receive", "time": 1772442006, "opcode": 9, "data": ""}]},
{"_resourceType": "image", "request": {"url": "https://app.example/a.png"}, "response": {"status": 0, "_error": "net::ERR_ABORTED"}, "startedDateTime": "2026-03-02T09:00:05.000Z"}
]}}`

// firefox is in the form of Firefox's developer tools: no resource types, a form's
// parameters, an answer that never came, comments.
const firefox = `{"log": {"version": "1.2", "creator": {"name": "Firefox", "version": "140.0"}, "browser": {"name": "Firefox", "version": "140.0"}, "pages": [], "comment": "made up",
"entries": [
{"startedDateTime": "2026-03-02T10:00:00.000+01:00", "request": {"bodySize": 9, "method": "POST", "url": "https://app.example/save", "httpVersion": "HTTP/2",
  "headers": [{"name": "Sec-Fetch-Dest", "value": "empty"}], "cookies": [{"name": "s", "value": "1"}], "queryString": [], "headersSize": 10,
  "postData": {"mimeType": "application/x-www-form-urlencoded", "params": [{"name": "a b", "value": "c&d"}], "text": ""}},
 "response": {"status": "204", "headers": [], "cookies": []}, "timings": {"blocked": 0, "dns": 0, "connect": 0, "send": 0, "wait": 12, "receive": 0}, "time": 12},
{"startedDateTime": "2026-03-02T10:00:01.000+0100", "comment": "it hung", "request": {"method": "GET", "url": "https://app.example/slow", "headers": [{"name": "Accept", "value": "text/event-stream"}]}, "response": {}},
{"startedDateTime": "yesterday", "request": {"url": "https://app.example/undated"}}, {"startedDateTime": "2026-03-02T10:00:01.000Z"}, null, 5
]}}`

func TestReadChrome(t *testing.T) {
	t.Parallel()
	l := readBack(t, "\ufeff"+chrome)
	if l.Creator != "WebInspector" || l.CreatorVersion != "537.36" || len(l.Pages) != 1 || l.Skipped != 0 {
		t.Errorf("it was read as %q %q with %d pages, %d left out", l.Creator, l.CreatorVersion, len(l.Pages), l.Skipped)
	}
	second := func(s float64) time.Time { return start.Add(time.Duration(s * float64(time.Second))) }
	page := "https://app.example/page?xdm_e=https%3A%2F%2Facme.example&xdm_c=channel-items__page&jwt=" + jwt
	want := []timeline.Exchange{
		{ID: 1, At: second(1), Answered: second(1.0225), Frame: "frame-1", Extension: "items__page", Type: "Document", Method: "GET", URL: page, Ended: true,
			Header: http.Header{"Cookie": {"a=1; b=2"}, "Sec-Fetch-Dest": {"iframe"}}, Status: 302, Answer: http.Header{"Location": {"/home?x=1"}, "Set-Cookie": {"s=1"}}},
		{ID: 2, At: second(2), Answered: second(2.005), Frame: "frame-1", Extension: "items__page", Type: "Document", Method: "GET", URL: "https://app.example/home?x=1",
			Ended: true, Initiator: "home:5", RedirectOf: 1, Status: 200, Answer: http.Header{"Content-Type": {"text/html"}}},
		{ID: 3, At: second(3), Answered: second(3.005), Frame: "frame-1", Type: "XHR", Method: "POST", URL: "https://app.example/api/items", Ended: true, FromCache: true,
			Header: http.Header{"Authorization": {"JWT " + jwt}, "Referer": {"https://app.example/home?x=1"}, "Content-Type": {"application/json"}}, Body: []byte("{}"),
			Initiator: "app.js:12 load", Status: 200, Answer: http.Header{"Content-Type": {"application/json"}}},
		{ID: 4, At: second(4), Answered: second(4), Frame: "frame-1", Type: "WebSocket", Method: "GET", URL: "wss://app.example/live", Ended: true,
			Header: http.Header{"Origin": {"https://app.example"}}, Status: 101, Frames: []timeline.Frame{
				{At: second(4.5), Sent: true, Text: true, Data: []byte("hello"), Size: 5}, {At: second(5), Data: []byte{0, 1, 2}, Size: 3}}},
		{ID: 5, At: second(5), Frame: "frame-1", Type: "Image", Method: "GET", URL: "https://app.example/a.png", Ended: true, Failure: "net::ERR_ABORTED"},
	}
	if diff := cmp.Diff(want, l.Pages[0].Exchanges, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("the exchanges (-want +got):\n%s", diff)
	}
	if b := l.Pages[0].Brought; len(b) != 1 || b[0].Exchange != 2 || b[0].Raw != jwt || b[0].Place != "the body" {
		t.Errorf("the tokens that came: %+v", b)
	}
}

func TestReadFirefox(t *testing.T) {
	t.Parallel()
	l := readBack(t, firefox)
	if l.Browser != "Firefox 140.0" || l.Skipped != 4 {
		t.Errorf("the browser is %q; %d left out", l.Browser, l.Skipped)
	}
	want := []timeline.Exchange{
		{ID: 1, At: start, Answered: at(12), Type: "Fetch", Method: "POST", URL: "https://app.example/save", Ended: true, Status: 204, Body: []byte("a+b=c%26d"),
			Header: http.Header{"Sec-Fetch-Dest": {"empty"}, "Cookie": {"s=1"}, "Content-Type": {"application/x-www-form-urlencoded"}}},
		{ID: 2, At: at(1000), Type: "EventSource", Method: "GET", URL: "https://app.example/slow", Ended: true, Failure: "no answer was recorded",
			Header: http.Header{"Accept": {"text/event-stream"}}},
	}
	if diff := cmp.Diff(want, l.Pages[0].Exchanges, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("the exchanges (-want +got):\n%s", diff)
	}
}

// TestKinds: what an archive does not name is told by headers, else by the answer.
func TestKinds(t *testing.T) {
	t.Parallel()
	for want, entry := range map[string]string{
		"Ping":       `"_resourceType":"ping","request":{"method":"POST","url":"/"}`,
		"Preflight":  `"_resourceType":"xhr","request":{"method":"OPTIONS","url":"/","headers":[{"name":"access-control-request-method","value":"GET"}]}`,
		"WebSocket":  `"request":{"url":"http://h/","headers":[{"name":"Upgrade","value":"WebSocket"}]}`,
		"Document":   `"request":{"url":"/","headers":[{"name":"accept","value":"text/html,*/*"}]}`,
		"Image":      `"request":{"url":"/"},"response":{"status":200,"headers":[{"name":"Content-Type","value":"image/png"}]}`,
		"Script":     `"request":{"url":"/"},"response":{"status":200,"headers":[{"name":"Content-Type","value":"text/javascript"}]}`,
		"XHR":        `"request":{"url":"/","headers":[{"name":"X-Requested-With","value":"XMLHttpRequest"}]}`,
		"Stylesheet": `"_resourceType":"nonsense","request":{"url":"/","headers":[{"name":"Sec-Fetch-Dest","value":"style"}]}`,
		"Fetch":      `"request":{"method":"DELETE","url":"/"},"response":{"status":200,"headers":[{"name":"Content-Type","value":"text/html"}]}`,
	} {
		l := readBack(t, `{"log":{"entries":[{"startedDateTime":"2026-03-02T09:00:00Z",`+entry+`}]}}`)
		if got := l.Pages[0].Exchanges[0].Type; got != want {
			t.Errorf("%s is read as %s, want %s", entry, got, want)
		}
	}
}

// TestFrames: which frame sent a request is told by documents and Referers.
func TestFrames(t *testing.T) {
	t.Parallel()
	entry := func(url, headers string) string {
		return `{"startedDateTime":"2026-03-02T09:00:00Z","_resourceType":"` + map[bool]string{true: "document", false: "fetch"}[strings.Contains(url, "/p")] +
			`","request":{"url":"` + url + `","headers":[` + headers + `]},"response":{"status":200}}`
	}
	referer := func(of string) string { return `{"name":"Referer","value":"` + of + `"}` }
	dest := func(of string) string { return `,{"name":"Sec-Fetch-Dest","value":"` + of + `"}` }
	l := readBack(t, `{"log":{"entries":[`+strings.Join([]string{
		entry("https://site/p", `{"name":"A","value":""}`+dest("document")),
		entry("https://app/p1?xdm_e=https://site", ""),
		entry("https://app/p2?xdm_e=https://site", ""),
		entry("https://app/api", referer("https://app/p1?xdm_e=https://site")),
		entry("https://app/api", referer("https://app/moved-by-a-router")),
		entry("https://app/p3", referer("https://app/p1?xdm_e=https://site")+dest("iframe")),
		entry("https://app/api", referer("https://app/p3")),
		entry("https://app/p4", referer("https://app/p3")+dest("document")),
		entry("https://cdn/x", referer("https://app/p2?xdm_e=https://site")),
		entry("https://site/x", referer("https://site/p")),
		entry("https://elsewhere/x", ""),
	}, ",")+`]}}`)
	var got []string
	for _, x := range l.Pages[0].Exchanges {
		got = append(got, x.Frame)
	}
	want := []string{"window-1", "frame-2", "frame-3", "frame-2", "frame-3", "frame-2", "frame-2", "window-4", "frame-3", "window-1", ""}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the frames (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(map[string]bool{"window-1": true, "window-4": true}, l.Pages[0].Windows); diff != "" {
		t.Errorf("the windows (-want +got):\n%s", diff)
	}
}

func TestNoHAR(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"":                               "it is empty",
		"\ufeff":                         "it is empty",
		"[]":                             "where an object should be",
		"<html>":                         "it is no JSON",
		"{}":                             `no "log"`,
		`{"log": 5}`:                     "where an object should be",
		`{"log": {}}`:                    `no list of "entries"`,
		`{"log": {"entries": {}}}`:       "where a list should be",
		`{"log": {"entries": [{}, {"a":`: "ends in the middle, after 1 entries",
		`{"log": {"entries": [{} {}]}}`:  "it is no JSON",
		"\x1f\x8b\x08\x00":               "gzip",
		"PK\x03\x04":                     "ZIP",
		"\xff\xfe{\x00":                  "UTF-16",
		`{"log": {"entries": [` + strings.Repeat("[", 20000): "it is no JSON",
	} {
		l, err := har.Read(strings.NewReader(text))
		if !errors.Is(err, har.ErrNotHAR) || !strings.Contains(err.Error(), want) || l != nil {
			t.Errorf("%.40q: %v, want one that says %q", text, err, want)
		}
	}
	if _, err := har.Read(iotest.ErrReader(errors.New("the disk is gone"))); errors.Is(err, har.ErrNotHAR) || err == nil {
		t.Errorf("a reader that fails: %v", err)
	}
	if _, err := har.Read(io.MultiReader(strings.NewReader(`{"log": {"entries": [`), iotest.ErrReader(errors.New("the disk is gone")))); errors.Is(err, har.ErrNotHAR) || err == nil {
		t.Errorf("a reader that fails later: %v", err)
	}
}
