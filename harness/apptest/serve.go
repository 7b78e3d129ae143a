package apptest

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/standin-dev/standin/harness"
)

// settings is the engine's config, with the app served if that is ours to do. stop
// ends it.
func (c *Config) settings() (cfg harness.Config, stop func(), err error) {
	cfg = c.Settings
	cfg.App, cfg.Command, cfg.Dir, cfg.Started = c.URL, c.Command, c.Dir, nil
	if c.ConfigFile != "" {
		if err := cfg.LoadConfig(c.ConfigFile); err != nil {
			return cfg, nil, err
		}
	}
	switch {
	case c.Handler != nil && (c.URL != "" || len(c.Command) > 0):
		return cfg, nil, errors.New("apptest: give Handler, or URL and perhaps Command, not both")
	case c.Handler != nil:
		return c.serve(cfg)
	case cfg.App == "":
		return cfg, nil, errors.New("apptest: no app given; set URL or Handler")
	}
	return cfg, func() {}, nil
}

// serve serves the handler on a free port of this machine.
func (c *Config) serve(cfg harness.Config) (harness.Config, func(), error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return cfg, nil, fmt.Errorf("apptest: serve the app: %w", err)
	}
	cfg.App = fmt.Sprintf("http://localhost:%d", listener.Addr().(*net.TCPAddr).Port)
	base := cfg.App
	var keys atomic.Value
	keys.Store("")
	server := &http.Server{
		ReadHeaderTimeout: 10 * time.Second,
		Handler: c.Handler(Env{
			BaseURL: func() string { return base },
			KeysURL: func() string { return keys.Load().(string) },
		}),
	}
	cfg.Started = func(env map[string]string) error {
		keys.Store(env["CONNECT_KEYS_CDN_URL"])
		return nil
	}
	served := make(chan struct{})
	go func() {
		defer close(served)
		_ = server.Serve(listener) // always ErrServerClosed: the listener is ours alone
	}()
	return cfg, func() { _ = server.Close(); <-served }, nil
}
