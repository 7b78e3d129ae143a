package egress

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"syscall"
)

// ErrNotLoopback says that a connection would have left this machine.
var ErrNotLoopback = errors.New("not a loopback address: the egress proxy connects to nothing else")

// dial is the only way by which the proxy connects. It looks at the address after
// names are looked up and before the first packet, so that no name can lead out.
func dial(ctx context.Context, network, address string) (net.Conn, error) {
	d := net.Dialer{ControlContext: refuseForeign}
	return d.DialContext(ctx, network, address)
}

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

// newTransport asks the fake host, past any proxy of the environment. Bodies pass
// as they are.
func newTransport() *http.Transport {
	return &http.Transport{DialContext: dial, DisableCompression: true}
}
