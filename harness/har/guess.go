package har

import (
	"mime"
	"net/http"
	"strings"

	"github.com/standin-dev/standin/harness/timeline"
)

// kindOf is the resource type that an entry names; else, what its headers tell.
func kindOf(x *timeline.Exchange, named string) string {
	preflight := x.Method == http.MethodOptions && x.Header.Get("Access-Control-Request-Method") != ""
	if kind := byKind[strings.ToLower(named)]; kind != "" && !(preflight && kind != "Preflight") {
		return kind
	}
	accept := x.Header.Get("Accept")
	switch {
	case preflight:
		return "Preflight"
	case strings.HasPrefix(x.URL, "ws:"), strings.HasPrefix(x.URL, "wss:"), strings.EqualFold(x.Header.Get("Upgrade"), "websocket"):
		return "WebSocket"
	case strings.HasPrefix(accept, "text/event-stream"):
		return "EventSource"
	}
	if kind := byDestination[strings.ToLower(x.Header.Get("Sec-Fetch-Dest"))]; kind != "" {
		return kind
	}
	switch {
	case x.Header.Get("X-Requested-With") != "":
		return "XHR"
	case strings.HasPrefix(accept, "text/html"):
		return "Document"
	case strings.HasPrefix(accept, "image/"):
		return "Image"
	case strings.HasPrefix(accept, "text/css"):
		return "Stylesheet"
	}
	return byAnswer(x)
}

// byAnswer guesses by what came back: what nobody tells was most likely asked for by a
// script, unless it is a part of a page.
func byAnswer(x *timeline.Exchange) string {
	kind, _, _ := mime.ParseMediaType(x.Answer.Get("Content-Type"))
	switch {
	case x.Method != http.MethodGet:
		return "Fetch"
	case kind == "text/html":
		return "Document"
	case kind == "text/css":
		return "Stylesheet"
	case strings.HasSuffix(kind, "javascript"):
		return "Script"
	case strings.HasPrefix(kind, "image/"):
		return "Image"
	case strings.HasPrefix(kind, "font/"):
		return "Font"
	case strings.HasPrefix(kind, "audio/"), strings.HasPrefix(kind, "video/"):
		return "Media"
	}
	return "Fetch"
}
