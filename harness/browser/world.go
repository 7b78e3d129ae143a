package browser

import (
	"encoding/json"

	"github.com/chromedp/cdproto/runtime"
)

// world is where the scripts of one document run.
type world struct {
	unique string // its id for good; the other one is used again
	frame  string // whose document it is: the target's own or a nested one's
}

func worldMade(s *session, e *runtime.EventExecutionContextCreated) {
	f := s.frame
	if f == nil || e.Context == nil {
		return
	}
	var aux struct {
		IsDefault bool
		FrameID   string
	}
	if json.Unmarshal(e.Context.AuxData, &aux) == nil && aux.IsDefault {
		f.mu.Lock()
		f.worlds[e.Context.ID] = world{unique: e.Context.UniqueID, frame: aux.FrameID}
		f.mu.Unlock()
	}
}

func worldGone(s *session, e *runtime.EventExecutionContextDestroyed) {
	f := s.frame
	if f == nil {
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	for id, w := range f.worlds {
		if w.unique == e.ExecutionContextUniqueID {
			delete(f.worlds, id)
		}
	}
}

func worldsGone(s *session, _ *runtime.EventExecutionContextsCleared) {
	if f := s.frame; f != nil {
		f.mu.Lock()
		defer f.mu.Unlock()
		clear(f.worlds)
	}
}

// documentWorlds are the ids of the frame's own worlds: one for each document
// that lives in this process, nested frames included.
func (f *frame) documentWorlds() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	out := make([]string, 0, len(f.worlds))
	for _, w := range f.worlds {
		out = append(out, w.unique)
	}
	return out
}
