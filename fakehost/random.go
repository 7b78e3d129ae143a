package fakehost

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"math/big"
)

// randomHex is n random bytes as 2n hex digits. crypto/rand never fails on the
// systems that Go 1.24 and later run on: it ends the program instead.
func randomHex(n int) string {
	b := make([]byte, n)
	rand.Read(b) //nolint:errcheck // never returns an error
	return hex.EncodeToString(b)
}

// randomUUID is a version 4 UUID, the form of today's client keys.
func randomUUID() string {
	b := make([]byte, 16)
	rand.Read(b) //nolint:errcheck // never returns an error
	return uuid(b, 4)
}

// uuidOf is a UUID made of a text: the same for the same text (version 5's form).
func uuidOf(text string) string {
	sum := sha256.Sum256([]byte(text))
	return uuid(sum[:16], 5)
}

// randomOAuthClientID is an OAuth client id in the form of captured installs: the
// base64 of a UUID.
func randomOAuthClientID() string {
	return base64.StdEncoding.EncodeToString([]byte(randomUUID()))
}

func uuid(b []byte, version byte) string {
	b[6] = b[6]&0x0f | version<<4
	b[8] = b[8]&0x3f | 0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[0:4], b[4:6], b[6:8], b[8:10], b[10:16])
}

// randomBelow is a random whole number from 0 to limit-1.
func randomBelow(limit int64) int64 {
	n, err := rand.Int(rand.Reader, big.NewInt(limit))
	if err != nil {
		panic("fakehost: no random numbers: " + err.Error())
	}
	return n.Int64()
}
