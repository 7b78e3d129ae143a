package fakehost

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"syscall"
)

// ErrNotLoopback says that a lifecycle URL leads off this machine.
var ErrNotLoopback = errors.New("not a loopback address: run the app on this machine and set its baseUrl to localhost or 127.0.0.1")

// refuseForeign stops a connection after the name is looked up and before the
// first packet, so that a name cannot point elsewhere in between.
func refuseForeign(_ context.Context, _, address string, _ syscall.RawConn) error {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return err
	}
	if ip := net.ParseIP(host); ip == nil || !ip.IsLoopback() {
		return fmt.Errorf("%s is %w", address, ErrNotLoopback)
	}
	return nil
}

// plainCause takes the method and URL off a client's error: who reports it
// names them already.
func plainCause(err error) error {
	var wrapped *url.Error
	if errors.As(err, &wrapped) {
		return wrapped.Err
	}
	return err
}
