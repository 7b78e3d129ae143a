package fakehost

import (
	"context"
	"errors"
	"testing"
)

func TestRefuseForeign(t *testing.T) {
	t.Parallel()
	for address, refused := range map[string]bool{
		"127.0.0.1:80": false, "127.1.2.3:80": false, "[::1]:80": false,
		"192.0.2.1:80": true, "[2001:db8::1]:80": true, "0.0.0.0:80": true, "10.0.0.1:443": true,
	} {
		err := refuseForeign(context.Background(), "tcp", address, nil)
		if errors.Is(err, ErrNotLoopback) != refused || (err != nil) != refused {
			t.Errorf("refuseForeign(%s) = %v, want it refused: %t", address, err, refused)
		}
	}
}
