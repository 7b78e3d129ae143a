package browser

import (
	"crypto/sha1"
	"encoding/base64"
	"fmt"
	"net/http"
)

// acceptWebSocket answers a WebSocket handshake (RFC 6455, section 4.2.2), sends
// one text frame and leaves the connection open until the page ends it.
func acceptWebSocket(w http.ResponseWriter, q *http.Request) {
	sum := sha1.Sum([]byte(q.Header.Get("Sec-WebSocket-Key") + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"))
	conn, buffered, err := w.(http.Hijacker).Hijack()
	if err != nil {
		return
	}
	defer conn.Close()
	fmt.Fprintf(buffered, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: %s\r\n\r\n",
		base64.StdEncoding.EncodeToString(sum[:]))
	const hello = "hello"
	_ = buffered.WriteByte(0x81) // the last frame of a text
	_ = buffered.WriteByte(byte(len(hello)))
	_, _ = buffered.WriteString(hello)
	if buffered.Flush() == nil {
		_, _ = buffered.ReadByte() // until the page closes
	}
}
