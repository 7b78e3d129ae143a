package egress

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/standin-dev/standin/fakehost/clock"
)

// authorityLife is longer than any run. Certificates are checked by the machine's
// clock, whatever the virtual time.
const authorityLife = 7 * 24 * time.Hour

// newAuthority makes the run's certificate authority. It is good for names below
// these domains alone, so that an app which keeps its certificate by mistake has
// not opened its door to everything.
func newAuthority(domains []string) (*tls.Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("make key: %w", err)
	}
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120))
	if err != nil {
		return nil, fmt.Errorf("make serial number: %w", err)
	}
	now := clock.System()
	template := &x509.Certificate{
		SerialNumber: serial,
		// The serial number tells the authorities of two runs apart, where some
		// libraries compare names alone.
		Subject:   pkix.Name{CommonName: "standin egress of one run", SerialNumber: serial.Text(16)},
		NotBefore: now.Add(-24 * time.Hour), NotAfter: now.Add(authorityLife),
		IsCA: true, BasicConstraintsValid: true, MaxPathLenZero: true,
		KeyUsage:                    x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature,
		PermittedDNSDomainsCritical: true, PermittedDNSDomains: domains,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return nil, fmt.Errorf("make certificate: %w", err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, fmt.Errorf("read certificate: %w", err)
	}
	return &tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key, Leaf: leaf}, nil
}

// domainsFor are the names that the authority is good for.
func domainsFor(hosts []Host) []string {
	domains := append(append([]string{gateway, "atlassian.net"}, keyServers...), tokenServers...)
	for _, host := range hosts {
		if site := hostOf(host.PublicOrigin()); site != "" && !strings.Contains(site, ":") {
			domains = append(domains, site)
		}
	}
	return domains
}

// names are those of the hosts that are no addresses.
func names(hosts []string) []string {
	return slices.DeleteFunc(slices.Clone(hosts), func(host string) bool { return net.ParseIP(host) != nil })
}

func certificatePEM(c *tls.Certificate) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Certificate[0]})
}

// certStore keeps the certificates that were signed. The zero value is empty.
type certStore struct {
	mu    sync.Mutex
	certs map[string]*tls.Certificate
}

// Fetch is how goproxy asks for one.
func (s *certStore) Fetch(hostname string, sign func() (*tls.Certificate, error)) (*tls.Certificate, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if c := s.certs[hostname]; c != nil {
		return c, nil
	}
	c, err := sign()
	if err != nil {
		return nil, err
	}
	if s.certs == nil {
		s.certs = map[string]*tls.Certificate{}
	}
	s.certs[hostname] = c
	return c, nil
}
