package fakehost

import (
	"net"
	"net/http"
	"sync"
)

// silentConns are the connections on which nothing was asked yet. Browsers open
// such ones in advance, and http.Server.Shutdown waits five seconds for them,
// so Close ends them itself. The zero value is ready.
type silentConns struct {
	mu    sync.Mutex
	conns map[net.Conn]bool
	ended bool
}

// watch is a ConnState hook.
func (c *silentConns) watch(conn net.Conn, state http.ConnState) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case state != http.StateNew:
		delete(c.conns, conn)
	case c.ended:
		_ = conn.Close()
	default:
		if c.conns == nil {
			c.conns = map[net.Conn]bool{}
		}
		c.conns[conn] = true
	}
}

// end closes them, and those that still come.
func (c *silentConns) end() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ended = true
	for conn := range c.conns {
		_ = conn.Close()
	}
	c.conns = nil
}
