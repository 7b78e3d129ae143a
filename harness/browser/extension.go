package browser

import "encoding/json"

// The host gives each extension's iframe a name that is JSON and has its
// extension_id (atlassian-connect-js 5.3.190, src/host/ and simple-xdm). It is the
// iframe's attribute: what the app makes of its window.name later is its own affair.

// named notes whose frame a frame is within, and which extension it shows. The lock
// is held.
func (w *wire) named(frame, parent, name string) {
	if parent != "" {
		w.parents[frame] = parent
	}
	var options struct {
		ID string `json:"extension_id"`
	}
	if w.extensions[frame] == "" && json.Unmarshal([]byte(name), &options) == nil && options.ID != "" {
		w.extensions[frame] = options.ID
	}
}

// deepest bounds the way up from a frame.
const deepest = 100

// extensionOf is the extension within which a frame or a worker is; empty: none is
// known. The lock is held.
func (c *Context) extensionOf(frame string) string {
	for range deepest {
		if id := c.wire.extensions[frame]; id != "" || frame == "" {
			return id
		}
		frame = c.wire.parents[frame]
	}
	return ""
}
