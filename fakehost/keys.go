package fakehost

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"net/http"
	"sync"
)

// keysPath is where public keys are served, a kid behind it.
const keysPath = "/_standin/keys"

// rsaBits is the size of the product's install keys.
const rsaBits = 2048

// keyring is the key pair that signs this run's install calls, under an id of its own. It
// lives as long as the process: no key is ever written down, so none can leak into an
// app's configuration and stay there.
type keyring struct {
	id      string
	private *rsa.PrivateKey
	der     []byte // the public key, PKIX
}

// ownKey is the key pair of all hosts of this process: to make one takes longer than all
// else that a host's start does, and apps tell hosts apart by its id.
var ownKey = sync.OnceValues(func() (*rsa.PrivateKey, error) { return rsa.GenerateKey(rand.Reader, rsaBits) })

func newKeyring() (*keyring, error) {
	private, err := ownKey()
	if err != nil {
		return nil, fmt.Errorf("make install key: %w", err)
	}
	der, err := x509.MarshalPKIXPublicKey(&private.PublicKey)
	if err != nil {
		return nil, fmt.Errorf("encode install key: %w", err)
	}
	return &keyring{id: randomUUID(), private: private, der: der}, nil
}

// pem is the public key as the product's key server answers it.
func (k *keyring) pem() []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: k.der})
}

// base64 is the public key as the deprecated publicKey field has it.
func (k *keyring) base64() string { return base64.StdEncoding.EncodeToString(k.der) }

// serveKey answers GET /_standin/keys/<kid>. An unknown kid must not answer 200:
// atlassian-connect-express takes any body for a key.
func (s *Server) serveKey(w http.ResponseWriter, r *http.Request) {
	if r.PathValue("kid") != s.keys.id {
		http.Error(w, "this host has no key of that id", http.StatusNotFound)
		return
	}
	w.Header().Set("Content-Type", "application/x-pem-file")
	_, _ = w.Write(s.keys.pem())
}
