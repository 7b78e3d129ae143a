package relay

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
)

// The answers of a SOCKS server that are used here.
const (
	socksGranted    = 0
	socksNotAllowed = 2
	socksRefused    = 5
)

// readTarget does the browser's part of SOCKS 5 and tells where it wants to go.
func readTarget(from *bufio.Reader, to io.Writer) (string, error) {
	var head [2]byte
	if _, err := io.ReadFull(from, head[:]); err != nil {
		return "", err
	}
	if head[0] != 5 {
		return "", errors.New("this is no SOCKS 5")
	}
	if _, err := io.CopyN(io.Discard, from, int64(head[1])); err != nil { // its ways to say who it is
		return "", err
	}
	if _, err := to.Write([]byte{5, 0}); err != nil { // none is needed
		return "", err
	}
	var request [4]byte
	if _, err := io.ReadFull(from, request[:]); err != nil {
		return "", err
	}
	if request[0] != 5 || request[1] != 1 {
		return "", errors.New("this is no request for a connection")
	}
	host, err := readHost(from, request[3])
	if err != nil {
		return "", err
	}
	var port [2]byte
	if _, err := io.ReadFull(from, port[:]); err != nil {
		return "", err
	}
	return net.JoinHostPort(host, strconv.Itoa(int(binary.BigEndian.Uint16(port[:])))), nil
}

// readHost reads an address of the kind: 1 is IPv4, 4 is IPv6, 3 a name.
func readHost(from *bufio.Reader, kind byte) (string, error) {
	n := 0
	switch kind {
	case 1:
		n = net.IPv4len
	case 4:
		n = net.IPv6len
	case 3:
		length, err := from.ReadByte()
		if err != nil {
			return "", err
		}
		n = int(length)
	default:
		return "", fmt.Errorf("addresses of kind %d are unknown", kind)
	}
	raw := make([]byte, n)
	if _, err := io.ReadFull(from, raw); err != nil {
		return "", err
	}
	if kind == 3 {
		return string(raw), nil
	}
	return net.IP(raw).String(), nil
}

func answerTarget(to io.Writer, code byte) {
	_, _ = to.Write([]byte{5, code, 0, 1, 0, 0, 0, 0, 0, 0})
}
