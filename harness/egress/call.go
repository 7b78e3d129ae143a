package egress

import (
	"fmt"
	"sync"
	"time"
)

// Call is one request that the back end sent through the proxy.
type Call struct {
	// At is the virtual instant at which it came.
	At     time.Time
	Method string
	// Host is whom it was for, with the port where that is not the scheme's own.
	Host string
	// Path has no query, for that may hold a token. It is empty for a CONNECT.
	Path string
	// Status is what was answered.
	Status int
	// Refused says that it was led nowhere.
	Refused bool
	// Reason is what a rule of outside had against it; empty: no rule is about it.
	Reason string
	// By is who answered in the place of the fake host; empty: that one.
	By string
}

// String is the call as one line.
func (c Call) String() string {
	line := fmt.Sprintf("%s %s%s answered %d", c.Method, c.Host, c.Path, c.Status)
	if c.By != "" {
		line += " by " + c.By
	}
	return line
}

// callLimit bounds what is kept of a back end that calls without end.
const callLimit = 10_000

// calls are those of a run, in the order of their answers. The zero value is empty.
type calls struct {
	mu      sync.Mutex
	kept    []Call
	dropped int
}

func (c *calls) add(call Call) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.kept) == callLimit {
		c.dropped++
		return
	}
	c.kept = append(c.kept, call)
}

func (c *calls) all() ([]Call, int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return append([]Call(nil), c.kept...), c.dropped
}
