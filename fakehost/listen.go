package fakehost

import (
	"errors"
	"fmt"
	"net"
	"strconv"
	"syscall"
)

// freePortTries bounds the search for a port that is free on both loopback
// addresses at once.
const freePortTries = 20

// listenLoopback listens on 127.0.0.1, and for the site localhost on [::1] with
// the same port too where the machine has it: a browser may try either address
// for that name. A port that somebody else holds on [::1] is no good, for then
// the browser could reach them instead of us.
func listenLoopback(addr, site string) ([]net.Listener, int, error) {
	want, err := loopbackPort(addr)
	if err != nil {
		return nil, 0, err
	}
	for range freePortTries {
		listeners, port, err := listenBoth(want, site)
		if err == nil {
			return listeners, port, nil
		}
		if want != 0 || !errors.Is(err, syscall.EADDRINUSE) {
			return nil, 0, fmt.Errorf("listen on port %d: %w: give another address, or none for a free port", want, err)
		}
	}
	return nil, 0, fmt.Errorf("found no port that is free on both 127.0.0.1 and [::1] in %d tries: give one", freePortTries)
}

// loopbackPort is the port of an address, 0 for any.
func loopbackPort(addr string) (int, error) {
	if addr == "" {
		return 0, nil
	}
	host, text, err := net.SplitHostPort(addr)
	if err != nil {
		return 0, fmt.Errorf("address %q: %w: write it as 127.0.0.1:8080", addr, err)
	}
	switch host {
	case "", "localhost", "127.0.0.1":
	default:
		return 0, fmt.Errorf("address %q is not loopback: write it as 127.0.0.1:%s", addr, text)
	}
	port, err := strconv.ParseUint(text, 10, 16)
	if err != nil {
		return 0, fmt.Errorf("address %q: %q is not a port: use a number from 0 to 65535", addr, text)
	}
	return int(port), nil
}

func listenBoth(port int, site string) ([]net.Listener, int, error) {
	four, err := net.Listen("tcp4", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
	if err != nil {
		return nil, 0, err
	}
	port = four.Addr().(*net.TCPAddr).Port
	if site != "localhost" {
		return []net.Listener{four}, port, nil
	}
	six, err := net.Listen("tcp6", net.JoinHostPort("::1", strconv.Itoa(port)))
	switch {
	case err == nil:
		return []net.Listener{four, six}, port, nil
	case errors.Is(err, syscall.EADDRINUSE):
		_ = four.Close()
		return nil, 0, err
	}
	// The machine has no IPv6 loopback, so localhost is 127.0.0.1 alone.
	return []net.Listener{four}, port, nil
}
