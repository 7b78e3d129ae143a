package harness

import (
	"maps"
	"sync"

	"github.com/standin-dev/standin/harness/timeline"
)

// hung remembers what a run waited for in vain, so that it does so once: requests
// that are never answered, such as long polls, and a load event that never comes.
type hung struct {
	load bool

	mu       sync.Mutex
	requests map[string]bool
}

// remember notes requests that had no answer when the bound passed.
func (h *hung) remember(list []timeline.Exchange) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.requests == nil {
		h.requests = map[string]bool{}
	}
	for _, x := range list {
		h.requests[hungKey(x)] = true
	}
}

// inherit takes over what another waited for in vain.
func (h *hung) inherit(from *hung) {
	from.mu.Lock()
	defer from.mu.Unlock()
	h.load, h.requests = from.load, maps.Clone(from.requests)
}

// neglect tells whether there is no use in waiting for a request.
func (h *hung) neglect(x timeline.Exchange) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.requests[hungKey(x)]
}

// hungKey is what such a request asks for, whatever its query.
func hungKey(x timeline.Exchange) string {
	u, err := timeline.ParseURL(x.URL)
	if err != nil {
		return x.Method
	}
	return x.Method + " " + u.Host + u.Path
}
