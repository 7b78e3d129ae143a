package browser

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"strings"
	"sync"

	"github.com/standin-dev/standin/harness/timeline"
)

// sitePattern is where sites are in production. The browser asks for nothing below
// it but this machine.
const sitePattern = "*.atlassian.net"

// Site is a host that the browser shall find under its public name;
// [github.com/standin-dev/standin/fakehost.Server] is one. All are asked for at each
// connection, for a site may be renamed.
type Site interface {
	// PublicOrigin is the name, as https://acme.atlassian.net.
	PublicOrigin() string
	// LocalOrigin is where the host listens, as http://localhost:1234.
	LocalOrigin() string
	// IsSite tells the name, and those that the site had before.
	IsSite(name string) bool
}

// ErrNoSite is what errors of [Browser.Lead] and [CheckSite] are.
var ErrNoSite = errors.New("the browser cannot be led to the site")

// sites are the hosts that are found by public names. The browser comes for every
// such name to one listener, by the rule with which it was started; that ends TLS,
// with a certificate which this browser alone trusts, and passes on what it reads.
// So hosts can come and go while the browser runs.
type sites struct {
	listener net.Listener
	// certificate is what this browser trusts, by its pin on the command line: for
	// sites, and for back ends of this machine, in whose place the relay speaks.
	certificate tls.Certificate
	pin         string
	serving     sync.WaitGroup

	mu    sync.Mutex
	led   []Site
	conns map[net.Conn]Site // the browser's, each with where it was led
	ended bool
}

// newSites listens.
func newSites() (*sites, error) {
	certificate, pin, err := newCertificate(sitePattern, "localhost", "*.localhost", "127.0.0.1", "::1")
	if err != nil {
		return nil, fmt.Errorf("a certificate for sites: %w", err)
	}
	l, err := tls.Listen("tcp4", "127.0.0.1:0", &tls.Config{
		Certificates: []tls.Certificate{certificate}, MinVersion: tls.VersionTLS12,
		NextProtos: []string{"http/1.1"}, // what the hosts speak
	})
	if err != nil {
		return nil, err
	}
	s := &sites{listener: l, certificate: certificate, pin: pin, conns: map[net.Conn]Site{}}
	s.serving.Go(s.serve)
	return s, nil
}

// rule leads the browser here. It must stand before the one that maps all other
// names to nothing.
func (s *sites) rule() string { return "MAP " + sitePattern + ":443 " + s.listener.Addr().String() }

// Lead has the browser find a host at its public name, by HTTPS, until the returned
// function is called. Several hosts can be led to at once, each by its own name: a
// name that is led to another host already is an error.
func (b *Browser) Lead(site Site) (end func(), err error) {
	name, err := siteName(site.PublicOrigin())
	if err != nil {
		return nil, err
	}
	s := b.sites
	s.mu.Lock()
	defer s.mu.Unlock()
	if other := s.find(name); other != nil && other != site {
		return nil, fmt.Errorf("%w: in this browser %s is another host already: call this one otherwise", ErrNoSite, name)
	}
	s.led = append(s.led, site)
	return sync.OnceFunc(func() { s.forget(site) }), nil
}

// here tells whether a URL stays on this machine: it is loopback, or a site that the
// browser is led to.
func (b *Browser) here(raw string) bool {
	if loopback(raw) {
		return true
	}
	name, err := siteName(raw)
	if err != nil {
		return false
	}
	b.sites.mu.Lock()
	defer b.sites.mu.Unlock()
	return b.sites.find(name) != nil
}

// here is the browser's, with the names of the context's own app.
func (c *Context) here(raw string) bool {
	if c.browser.here(raw) {
		return true
	}
	u, err := timeline.ParseURL(raw)
	if err != nil || c.opts.Named == nil {
		return false
	}
	port := u.Port()
	if port == "" {
		port = map[string]string{"https": "443", "wss": "443", "http": "80", "ws": "80"}[u.Scheme]
	}
	return port != "" && c.opts.Named(net.JoinHostPort(u.Hostname(), port)) != ""
}

// CheckSite says what is wrong with a public origin by which no browser can be led;
// nil: nothing is.
func CheckSite(origin string) error {
	_, err := siteName(origin)
	return err
}

// siteName is the name of a public origin, where it is one that the browser is led
// by.
func siteName(origin string) (string, error) {
	u, err := url.Parse(origin)
	suffix := strings.TrimPrefix(sitePattern, "*")
	if err != nil || u.Scheme != "https" || u.Port() != "" || !strings.HasSuffix(u.Hostname(), suffix) {
		return "", fmt.Errorf("%w: %q is none of %s, and the browser looks for no others on this machine: use one such as https://acme%s", ErrNoSite, origin, sitePattern, suffix)
	}
	return u.Hostname(), nil
}

// find is the host of a name; nil: none. The lock is held.
func (s *sites) find(name string) Site {
	for _, site := range s.led {
		if site.IsSite(name) {
			return site
		}
	}
	return nil
}

// forget leads nobody to a site any more, and cuts off who is there.
func (s *sites) forget(site Site) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i, other := range s.led {
		if other == site {
			s.led = append(s.led[:i:i], s.led[i+1:]...)
			break
		}
	}
	for c, led := range s.conns {
		if led == site {
			_ = c.Close()
		}
	}
}

func (s *sites) serve() {
	for {
		c, err := s.listener.Accept()
		if err != nil {
			return // closed
		}
		s.serving.Go(func() { s.connect(c.(*tls.Conn)) })
	}
}

// connect passes on one connection of the browser's. Who asks for a name that
// nobody has is cut off, as if the name did not exist.
func (s *sites) connect(c *tls.Conn) {
	defer c.Close()
	if !s.add(c) {
		return
	}
	defer s.drop(c)
	if err := c.HandshakeContext(context.Background()); err != nil {
		return // the browser thought better of it, or close cut it off
	}
	site := s.lead(c)
	if site == nil {
		return
	}
	local, err := url.Parse(site.LocalOrigin())
	if err != nil {
		return
	}
	host, err := net.Dial("tcp", local.Host)
	if err != nil {
		return // it was closed; the browser says that there is no answer
	}
	defer host.Close()
	done := make(chan struct{})
	go func() {
		defer close(done)
		_, _ = io.Copy(host, c)
		_ = host.Close() // the browser went away, and so does all that is in progress
	}()
	_, _ = io.Copy(c, host)
	_ = c.Close()
	<-done
}

// lead finds the host of a connection by the name that the browser gave.
func (s *sites) lead(c *tls.Conn) Site {
	s.mu.Lock()
	defer s.mu.Unlock()
	site := s.find(c.ConnectionState().ServerName)
	s.conns[c] = site
	return site
}

func (s *sites) add(c net.Conn) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.ended {
		s.conns[c] = nil
	}
	return !s.ended
}

func (s *sites) drop(c net.Conn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.conns, c)
}

// close ends all connections.
func (s *sites) close() {
	_ = s.listener.Close()
	s.mu.Lock()
	s.ended = true
	for c := range s.conns {
		_ = c.Close()
	}
	s.mu.Unlock()
	s.serving.Wait()
}
