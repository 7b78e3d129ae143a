package har

import (
	"fmt"
	"strings"

	"github.com/standin-dev/standin/harness/timeline"
)

// framing finds out from which frame each request came, which archives do not say: by
// the addresses of documents, and by Referers.
type framing struct {
	frames  map[string]string // by the address of a document that they had
	last    map[string]string // by origin: the frame of the latest document
	windows map[string]bool
	made    int
}

// frames names the frames of a page, where the archive names none, and gives back
// those that are windows.
func (r *reading) frames() map[string]bool {
	for i := range r.entries {
		if r.entries[i].exchange.Frame != "" {
			return nil // whoever wrote it knows better
		}
	}
	f := &framing{frames: map[string]string{}, last: map[string]string{}, windows: map[string]bool{}}
	for i := range r.entries {
		x := &r.entries[i].exchange
		switch {
		case x.RedirectOf > 0:
			before := &r.entries[x.RedirectOf-1].exchange
			x.Frame, x.Extension = before.Frame, before.Extension
			if x.Type == "Document" {
				f.shows(x)
			}
		case x.Type == "Document":
			f.document(x, r.entries[i].hint)
		default:
			x.Frame = f.sender(x)
		}
	}
	return f.windows
}

// document says to which frame a document belongs. The host gives the address of a
// module's page parameters that begin with xdm_: each of those is an iframe of its own.
// Any other document that the same site's page asked for came into that page's frame.
func (f *framing) document(x *timeline.Exchange, destination string) {
	u, err := timeline.ParseURL(x.URL)
	if err != nil {
		return
	}
	query := u.Query()
	switch before := f.sender(x); {
	case query.Get("xdm_e") != "" || query.Get("xdm_c") != "":
		x.Frame = f.new("frame")
		x.Extension = strings.TrimPrefix(query.Get("xdm_c"), "channel-")
	case destination == "document":
		x.Frame = f.new("window")
		f.windows[x.Frame] = true
	case before != "":
		x.Frame = before
	default:
		x.Frame = f.new("frame")
	}
	f.shows(x)
}

func (f *framing) new(what string) string {
	f.made++
	return fmt.Sprintf("%s-%d", what, f.made)
}

// shows notes that a frame has a document.
func (f *framing) shows(x *timeline.Exchange) {
	f.frames[withoutFragment(x.URL)] = x.Frame
	f.last[originOf(x.URL)] = x.Frame
}

// sender is the frame that sent a request: the one whose document is its Referer; else
// the latest of that origin; where there is no Referer, the latest of the origin that is
// asked. Empty: none is known.
func (f *framing) sender(x *timeline.Exchange) string {
	referer := x.Header.Get("Referer")
	if referer == "" {
		return f.last[originOf(x.URL)]
	}
	if frame := f.frames[withoutFragment(referer)]; frame != "" {
		return frame
	}
	return f.last[originOf(referer)]
}

// originOf is scheme and host, those of a WebSocket as of the page that opens it.
func originOf(raw string) string {
	u, err := timeline.ParseURL(raw)
	if err != nil {
		return ""
	}
	scheme := u.Scheme
	switch scheme {
	case "ws":
		scheme = "http"
	case "wss":
		scheme = "https"
	}
	return scheme + "://" + u.Host
}
