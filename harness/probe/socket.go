package probe

import (
	"bufio"
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/binary"
	"io"
	"net/http"
	"time"
)

// quietLimit is how long a socket may say nothing before that is its answer: whoever
// refuses after the handshake does so at once.
const quietLimit = 3 * time.Second

// The kinds of frames that are no message (RFC 6455, section 5.2).
const (
	closeFrame = 8
	pingFrame  = 9
	pongFrame  = 10
)

// upgrade makes a request that of a WebSocket handshake (RFC 6455, section 4.1).
func upgrade(r *http.Request) {
	key := make([]byte, 16)
	rand.Read(key) //nolint:errcheck // never returns an error
	r.Header.Set("Connection", "Upgrade")
	r.Header.Set("Upgrade", "websocket")
	r.Header.Set("Sec-WebSocket-Version", "13")
	r.Header.Set("Sec-WebSocket-Key", base64.StdEncoding.EncodeToString(key))
}

// readSocket takes in what a socket that was opened says first, and closes it. One that
// its server closes before it has said anything is a refusal.
func readSocket(ctx context.Context, r *http.Response, quiet time.Duration) Answer {
	a := Answer{Status: r.StatusCode}
	socket, ok := r.Body.(io.ReadWriteCloser)
	if !ok {
		a.ended = true
		return a
	}
	waiting, cancel := context.WithTimeout(ctx, quiet)
	defer cancel()
	// Nobody waits for longer; the connection is of no use to anybody then.
	stop := context.AfterFunc(waiting, func() { socket.Close() })
	a.body, ok = firstMessage(bufio.NewReader(socket))
	if !stop() {
		return a // it is open, and quiet
	}
	a.ended = !ok
	// 1000, normal closure, masked as a client must. Who does not hear it sees the end.
	_, _ = socket.Write([]byte{0x80 | closeFrame, 0x80 | 2, 0, 0, 0, 0, 0x03, 0xe8})
	return a
}

// firstMessage reads up to the first message. false: the socket was closed before.
func firstMessage(r *bufio.Reader) ([]byte, bool) {
	for {
		kind, data, err := readFrame(r)
		switch {
		case err != nil || kind == closeFrame:
			return nil, false
		case kind != pingFrame && kind != pongFrame:
			return data, true
		}
	}
}

// readFrame reads a frame of a server's, and of its data as much as is compared.
func readFrame(r *bufio.Reader) (kind byte, data []byte, err error) {
	var head [2]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return 0, nil, err
	}
	length := uint64(head[1] & 0x7f)
	switch length {
	case 126:
		var more uint16
		err = binary.Read(r, binary.BigEndian, &more)
		length = uint64(more)
	case 127:
		err = binary.Read(r, binary.BigEndian, &length)
	}
	if err != nil {
		return 0, nil, err
	}
	data = make([]byte, min(length, bodyLimit))
	_, err = io.ReadFull(r, data)
	return head[0] & 0x0f, data, err
}

// socketAttempts ask for the same socket with what must not open it. One that opens for
// anybody is told of as that alone.
func socketAttempts(t Tenant, e Endpoint, b baseline) []Attempt {
	if b.open() {
		return noToken(t, e, b)
	}
	return append(noToken(t, e, b), wrongKey(t, e, b)[0], expired(t, e, b)[0])
}
