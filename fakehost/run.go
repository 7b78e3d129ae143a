package fakehost

import (
	"context"
	"errors"
	"fmt"
	"log"
	"net"
	"net/http"
	"strings"
	"time"
)

// Errors of Start, and of what needs a server that runs.
var (
	// ErrClosed says that the server was closed. A closed server does not
	// start again: make a new one.
	ErrClosed = errors.New("the host is closed")
	// ErrNotStarted says that Start was not called, or failed.
	ErrNotStarted = errors.New("the host is not started: call Start first")
)

const (
	readHeaderTimeout = 10 * time.Second
	readTimeout       = 30 * time.Second
	writeTimeout      = 60 * time.Second
	idleTimeout       = 2 * time.Minute
	// closeWait bounds how long Close waits for requests in progress.
	closeWait = 5 * time.Second
)

// Start checks the settings, makes this run's keys and secret, and begins to
// listen. It returns as soon as requests are answered.
func (s *Server) Start() error {
	s.prepare()
	s.stateMu.Lock()
	defer s.stateMu.Unlock()
	if s.closed {
		return fmt.Errorf("start fake host: %w: make a new Server", ErrClosed)
	}
	if s.started {
		return errors.New("start fake host: it is started already")
	}
	if err := s.checkSettings(); err != nil {
		return fmt.Errorf("start fake host: %w", err)
	}
	stubs, err := s.makeRoutes()
	if err != nil {
		return fmt.Errorf("start fake host: %w", err)
	}
	secret, keys, err := s.runSecrets()
	if err != nil {
		return fmt.Errorf("start fake host: %w", err)
	}
	listeners, port, err := listenLoopback(s.Addr, s.site)
	if err != nil {
		return fmt.Errorf("start fake host: %w", err)
	}
	s.keys, s.port, s.secret, s.rest = keys, port, secret, stubs
	s.started = true
	s.handler = s.routes()
	for _, l := range listeners {
		s.serve(l, s.handler)
	}
	return nil
}

// runSecrets makes the run's secret and install key, or takes them over from the
// host that this one stands beside.
func (s *Server) runSecrets() (string, *keyring, error) {
	if s.Beside == nil {
		keys, err := newKeyring()
		return firstText(s.ControlSecret, randomHex(16)), keys, err
	}
	s.Beside.stateMu.Lock()
	defer s.Beside.stateMu.Unlock()
	if !s.Beside.started {
		return "", nil, fmt.Errorf("the host that it stands beside: %w", ErrNotStarted)
	}
	return s.Beside.secret, s.Beside.keys, nil
}

// serve answers requests on one listener until Close.
func (s *Server) serve(l net.Listener, handler http.Handler) {
	server := &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: readHeaderTimeout,
		ReadTimeout:       readTimeout,
		WriteTimeout:      writeTimeout,
		IdleTimeout:       idleTimeout,
		BaseContext:       func(net.Listener) context.Context { return s.running },
		ConnState:         s.silent.watch,
		ErrorLog:          s.errorLog(),
	}
	s.servers = append(s.servers, server)
	s.serving.Go(func() {
		// Serve always returns an error; after Close it says only that.
		_ = server.Serve(l)
	})
}

func (s *Server) errorLog() *log.Logger { return log.New(ownFaults{s}, "", 0) }

// ownFaults writes to the journal what net/http has to complain of, a handler's
// panic above all, so that a failure of the stand-in is never taken for the app's.
type ownFaults struct{ server *Server }

// ownFaultLimit is how much of a complaint is kept: a panic brings its stack.
const ownFaultLimit = 1000

func (f ownFaults) Write(complaint []byte) (int, error) {
	text := string(complaint[:min(len(complaint), ownFaultLimit)])
	f.server.record(Entry{Kind: KindFault, Text: "the stand-in itself: " + strings.ToValidUTF8(text, "?")})
	return len(complaint), nil
}

// Close stops the server: requests that hang on purpose are released at once,
// others get five seconds. Closing twice, or what was never started, is no
// error.
func (s *Server) Close() error {
	s.prepare()
	s.closing.Do(func() {
		// The lock is not held while requests finish: they may need it.
		s.stateMu.Lock()
		s.closed = true
		servers := s.servers
		s.stateMu.Unlock()
		s.stop()
		s.silent.end()
		s.closeErr = shutDown(servers)
		s.serving.Wait()
	})
	return s.closeErr
}

func shutDown(servers []*http.Server) error {
	ctx, cancel := context.WithTimeout(context.Background(), closeWait)
	defer cancel()
	var problems []error
	for _, server := range servers {
		if err := server.Shutdown(ctx); err != nil {
			problems = append(problems, fmt.Errorf("close fake host: requests were still in progress after %s and were cut off: %w", closeWait, err))
			_ = server.Close()
		}
	}
	return errors.Join(problems...)
}
