package browser

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/chromedp/cdproto"
	"github.com/chromedp/cdproto/cdp"
	jsonv2 "github.com/chromedp/cdproto/cdp/jsonv2"
	"github.com/chromedp/cdproto/target"
	"github.com/chromedp/chromedp"
)

// errClosed is what calls get when the browser is gone.
var errClosed = errors.New("the browser's connection is closed")

// conn shares one DevTools pipe among all sessions: the browser's own, pages,
// out-of-process iframes, workers. chromedp's Browser drops the messages of
// sessions that it did not open itself, and those of out-of-process iframes are
// opened by auto-attach; hence this multiplexer on chromedp's transport.
//
// Events and replies are handled one at a time, in the order in which the browser
// sent them, whatever their session: that order is the only one there is between
// sessions, and whoever has a reply knows all that happened before it.
type conn struct {
	transport chromedp.Transport

	mu       sync.Mutex
	nextID   int64
	waiting  map[int64]chan *cdproto.Message
	handlers map[string]func(*session, jsonv2.Value)
	sessions map[target.SessionID]*session
	queue    []*cdproto.Message
	wake     chan struct{}
	closed   chan struct{}
	err      error
}

func newConn(t chromedp.Transport) *conn {
	c := &conn{
		transport: t,
		waiting:   map[int64]chan *cdproto.Message{},
		handlers:  map[string]func(*session, jsonv2.Value){},
		sessions:  map[target.SessionID]*session{},
		wake:      make(chan struct{}, 1),
		closed:    make(chan struct{}),
	}
	c.sessions[""] = newSession(c, "")
	return c
}

// run starts reading. Handlers must be registered before.
func (c *conn) run() {
	go c.read()
	go c.dispatch()
}

// root is the browser's own session.
func (c *conn) root() *session { return c.session("") }

// session returns the session with the id, and makes it when it is new.
func (c *conn) session(id target.SessionID) *session {
	c.mu.Lock()
	defer c.mu.Unlock()
	s := c.sessions[id]
	if s == nil {
		s = newSession(c, id)
		c.sessions[id] = s
	}
	return s
}

// forget ends a session: nothing will answer there any more.
func (c *conn) forget(id target.SessionID) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if s := c.sessions[id]; s != nil {
		s.end()
		delete(c.sessions, id)
	}
}

func (c *conn) read() {
	for {
		msg := new(cdproto.Message)
		if err := c.transport.Read(context.Background(), msg); err != nil {
			c.close(fmt.Errorf("%w: %w", errClosed, err))
			return
		}
		c.mu.Lock()
		c.queue = append(c.queue, msg)
		select {
		case c.wake <- struct{}{}:
		default:
		}
		c.mu.Unlock()
	}
}

func (c *conn) dispatch() {
	for {
		select {
		case <-c.wake:
		case <-c.closed:
			return
		}
		c.mu.Lock()
		batch := c.queue
		c.queue = nil
		c.mu.Unlock()
		for _, msg := range batch {
			if msg.ID != 0 {
				c.deliver(msg)
			} else if h := c.handlers[string(msg.Method)]; h != nil {
				h(c.session(msg.SessionID), msg.Params)
			}
		}
	}
}

// deliver hands a reply to whoever waits for it.
func (c *conn) deliver(msg *cdproto.Message) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if ch := c.waiting[msg.ID]; ch != nil {
		delete(c.waiting, msg.ID)
		ch <- msg // buffered
	}
}

func (c *conn) close(err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	select {
	case <-c.closed:
		return
	default:
	}
	c.err = err
	close(c.closed)
	for id, ch := range c.waiting {
		delete(c.waiting, id)
		close(ch)
	}
	_ = c.transport.Close()
}

func (c *conn) failure() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.err
}

// post writes a command and returns the channel on which its reply will come;
// the channel is closed without one when the connection ends.
func (c *conn) post(id target.SessionID, method string, params any) (int64, chan *cdproto.Message, error) {
	raw, err := jsonv2.Marshal(params, chromedp.DefaultMarshalOptions)
	if err != nil {
		return 0, nil, fmt.Errorf("%s: encode parameters: %w", method, err)
	}
	ch := make(chan *cdproto.Message, 1)
	c.mu.Lock()
	if c.err != nil {
		defer c.mu.Unlock()
		return 0, nil, fmt.Errorf("%s: %w", method, c.err)
	}
	c.nextID++
	n := c.nextID
	c.waiting[n] = ch
	c.mu.Unlock()
	msg := &cdproto.Message{ID: n, SessionID: id, Method: cdproto.MethodType(method), Params: raw}
	if err := c.transport.Write(context.Background(), msg); err != nil {
		// A pipe that takes nothing is closed, though its other end may not be read yet.
		c.abandon(n)
		c.close(fmt.Errorf("%w: %w", errClosed, err))
		return 0, nil, fmt.Errorf("%s: %w: %w", method, errClosed, err)
	}
	return n, ch, nil
}

// abandon drops a reply that nobody waits for any more.
func (c *conn) abandon(n int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.waiting, n)
}

// on registers the handler of an event.
func on[E any](c *conn, e cdp.Event[E], handle func(*session, *E)) {
	c.handlers[e.Method] = func(s *session, raw jsonv2.Value) {
		v := new(E)
		if err := jsonv2.Unmarshal(raw, v, chromedp.DefaultUnmarshalOptions); err == nil {
			handle(s, v)
		}
	}
}

// session is one DevTools session of the connection.
type session struct {
	conn *conn
	id   target.SessionID
	// frame is the target behind the session; nil for the root and for targets
	// that are not ours. Only the event handlers write it, before others read.
	frame *frame

	over sync.Once
	gone chan struct{} // closed when the target is detached or has crashed
}

func newSession(c *conn, id target.SessionID) *session {
	return &session{conn: c, id: id, gone: make(chan struct{})}
}

func (s *session) end() { s.over.Do(func() { close(s.gone) }) }

// errSilent means that a session ended before it answered.
var errSilent = errors.New("Target closed")

// call runs a command and waits for its result.
func call[P, R any](ctx context.Context, s *session, cmd cdp.Command[P, R], params P) (R, error) {
	return begin(s, cmd, params)(ctx)
}

// begin sends a command and returns what waits for its result, for commands that
// go one after the other without a wait between them.
func begin[P, R any](s *session, cmd cdp.Command[P, R], params P) func(context.Context) (R, error) {
	n, ch, err := s.conn.post(s.id, cmd.Method, params)
	return func(ctx context.Context) (R, error) {
		var result R
		if err != nil {
			return result, err
		}
		select {
		case msg, ok := <-ch:
			if !ok {
				return result, fmt.Errorf("%s: %w", cmd.Method, s.conn.failure())
			}
			if msg.Error != nil {
				return result, fmt.Errorf("%s: %w", cmd.Method, msg.Error)
			}
			if len(msg.Result) > 0 {
				err = jsonv2.Unmarshal(msg.Result, &result, chromedp.DefaultUnmarshalOptions)
			}
			return result, err
		case <-s.gone:
			s.conn.abandon(n)
			return result, fmt.Errorf("%s: %w", cmd.Method, errSilent)
		case <-ctx.Done():
			s.conn.abandon(n)
			return result, fmt.Errorf("%s: %w", cmd.Method, context.Cause(ctx))
		}
	}
}

// send runs a command without waiting for its result, which is dropped: for
// commands whose target may be gone by then, such as continuing a request.
func send[P, R any](s *session, cmd cdp.Command[P, R], params P) {
	_, _, _ = s.conn.post(s.id, cmd.Method, params)
}
