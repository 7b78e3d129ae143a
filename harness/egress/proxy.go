package egress

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"maps"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/elazarl/goproxy"

	"github.com/standin-dev/standin/harness/outside"
)

// headerTimeout bounds how long a client may take over a request's head.
const headerTimeout = 10 * time.Second

// Options say what the proxy needs.
type Options struct {
	// Host is to where calls are led. It must have been started.
	Host Host
	// Beside are further hosts of which the app is a tenant, such as the Confluence
	// beside a Jira. Calls to their sites are led to them; those to Atlassian's other
	// servers, which name no site, go to Host. They must have been started.
	Beside []Host
	// AppName is the host that is a name of the app itself, as jira.example.com; empty: it
	// has none, or that is said later, by Name.
	AppName string
	// Outside has local copies of what is elsewhere, and lets GETs go there that carry no
	// credential; nil: neither.
	Outside *outside.Door
	// Now is the virtual clock, for the record of calls.
	Now func() time.Time
	// Lookup reads the caller's environment, of which some is added to. nil is
	// [os.LookupEnv].
	Lookup func(name string) (string, bool)
}

// Proxy is a running proxy. Close it.
type Proxy struct {
	now       func() time.Time
	routes    routes
	appName   string
	outside   *outside.Door
	calls     calls
	env       map[string]string
	dir       string
	listener  *listener
	server    *http.Server
	transport *http.Transport
	running   context.Context // ends with Close
	stop      context.CancelFunc
	serving   sync.WaitGroup
	closing   sync.Once
	closeErr  error // written once, by closing
}

// Start makes the certificate authority and its folder, and listens on a free port
// of 127.0.0.1.
func Start(o Options) (*Proxy, error) {
	if o.Lookup == nil {
		o.Lookup = os.LookupEnv
	}
	if o.Outside == nil {
		o.Outside = &outside.Door{}
	}
	p := &Proxy{now: o.Now, routes: routes{host: o.Host, beside: o.Beside}, outside: o.Outside, transport: newTransport()}
	p.running, p.stop = context.WithCancel(context.Background())
	if err := p.start(o); err != nil {
		return nil, errors.Join(fmt.Errorf("start the egress proxy: %w", err), p.Close())
	}
	return p, nil
}

// Beside has the app find one more host of which it is a tenant, as Options.Beside.
// Its site must be below atlassian.net, or be called without TLS, for the authority is
// good for no other.
func (p *Proxy) Beside(h Host) { p.routes.add(h) }

// Replace has the app find another host in the place of the first, which has ended.
func (p *Proxy) Replace(h Host) { p.routes.replace(h) }

func (p *Proxy) start(o Options) error {
	signed := names(o.Outside.Rules.Hosts())
	if o.AppName != "" {
		p.appName = plainHost(o.AppName)
		name, _, _ := strings.Cut(p.appName, ":")
		signed = append(signed, name)
	}
	authority, err := newAuthority(append(domainsFor(append([]Host{o.Host}, o.Beside...)), signed...))
	if err != nil {
		return err
	}
	if p.dir, err = os.MkdirTemp("", "standin-egress-"); err != nil {
		return err
	}
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		return err
	}
	p.listener = &listener{Listener: l}
	if err := p.writeFiles(certificatePEM(authority), o.Lookup); err != nil {
		return err
	}
	p.server = &http.Server{
		Handler: p.handler(goproxy.TLSConfigFromCA(authority)), ReadHeaderTimeout: headerTimeout,
		ErrorLog: log.New(io.Discard, "", 0),
	}
	p.serving.Go(func() {
		// Serve always returns an error; after Close it says only that.
		_ = p.server.Serve(p.listener)
	})
	return nil
}

// Name has the app find itself by its name at the origin where it answers. TLS for it is
// spoken only where Options had the name as AppName, for the authority is good for no
// other: such calls are refused with that reason.
func (p *Proxy) Name(host, local string) { p.routes.name(plainHost(host), local) }

// URL is the proxy's address, as http://127.0.0.1:1234.
func (p *Proxy) URL() string { return "http://" + p.listener.Addr().String() }

// Dir is the folder of the certificate. Close removes it; who starts the app may
// have it removed with the app as well, in case that this process is killed.
func (p *Proxy) Dir() string { return p.dir }

// Environment is what leads a program through the proxy: all the variables that
// [Sets] knows.
func (p *Proxy) Environment() map[string]string { return maps.Clone(p.env) }

// Calls are what came through so far, the first 10 000 of them, in the order of
// their answers.
func (p *Proxy) Calls() []Call {
	kept, _ := p.calls.all()
	return kept
}

// Close cuts off what is in progress and removes the folder. Closing twice is no
// error.
func (p *Proxy) Close() error {
	p.closing.Do(func() {
		// Connections first: a request that is cut off is not to be answered.
		if p.server != nil {
			p.closeErr = p.server.Close()
		}
		if p.listener != nil {
			_ = p.listener.Close() // twice, where there is a server
			p.listener.closeAll()
		}
		p.stop()
		p.serving.Wait()
		p.transport.CloseIdleConnections()
		if p.dir != "" {
			p.closeErr = errors.Join(p.closeErr, os.RemoveAll(p.dir))
		}
	})
	return p.closeErr
}

// listener knows its connections, for those of tunnels are no business of
// http.Server any more.
type listener struct {
	net.Listener
	mu    sync.Mutex
	ended bool
	conns map[*conn]bool
}

type conn struct {
	net.Conn
	of *listener
}

func (l *listener) Accept() (net.Conn, error) {
	raw, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	c := &conn{raw, l}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.ended {
		_ = raw.Close()
		return nil, net.ErrClosed
	}
	if l.conns == nil {
		l.conns = map[*conn]bool{}
	}
	l.conns[c] = true
	return c, nil
}

func (c *conn) Close() error {
	c.of.mu.Lock()
	delete(c.of.conns, c)
	c.of.mu.Unlock()
	return c.Conn.Close()
}

func (l *listener) closeAll() {
	l.mu.Lock()
	l.ended = true
	open := l.conns
	l.conns = nil
	l.mu.Unlock()
	for c := range open {
		_ = c.Conn.Close()
	}
}
