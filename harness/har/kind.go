package har

import "strings"

// kinds are the browser's resource types, as Chrome's protocol names them. Its
// developer tools write them in small letters, and some with dashes.
var kinds = []string{
	"Document", "Stylesheet", "Image", "Media", "Font", "Script", "TextTrack", "XHR", "Fetch", "Prefetch", "EventSource",
	"WebSocket", "WebTransport", "Manifest", "SignedExchange", "Ping", "CSPViolationReport", "Preflight", "FedCM", "Other",
}

var byKind = func() map[string]string {
	out := map[string]string{"csp-violation-report": "CSPViolationReport", "signed-exchange": "SignedExchange", "beacon": "Ping"}
	for _, k := range kinds {
		out[strings.ToLower(k)] = k
	}
	return out
}()

// written is a resource type as Chrome's developer tools write it.
func written(kind string) string {
	switch kind {
	case "CSPViolationReport":
		return "csp-violation-report"
	case "SignedExchange":
		return "signed-exchange"
	}
	return strings.ToLower(kind)
}

// byDestination are the kinds of requests by what browsers say of them in the header
// Sec-Fetch-Dest (W3C Fetch Metadata).
var byDestination = map[string]string{
	"document": "Document", "iframe": "Document", "frame": "Document", "embed": "Document", "object": "Document",
	"script": "Script", "worker": "Script", "sharedworker": "Script", "serviceworker": "Script", "audioworklet": "Script",
	"style": "Stylesheet", "image": "Image", "font": "Font", "audio": "Media", "video": "Media", "track": "TextTrack",
	"manifest": "Manifest", "report": "CSPViolationReport", "websocket": "WebSocket", "empty": "Fetch",
}
