package fakehost

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/standin-dev/standin/fakehost/bridge"
	"github.com/standin-dev/standin/fakehost/clock"
	"github.com/standin-dev/standin/fakehost/descriptor"
	"github.com/standin-dev/standin/fakehost/token"
)

// Server is one fake product site. The zero value is a Jira on a free loopback
// port with a made-up user and production's token lifetimes; Start is all it
// needs. The exported fields are read by Start and must not change after it;
// what may change while it runs is in [Conditions].
type Server struct {
	// Addr is where to listen, as host:port. The host must be empty, localhost
	// or 127.0.0.1, for nothing but loopback is ever listened on. "" is a free
	// port; so is port 0.
	Addr string

	// Site is the name by which the browser reaches the host: localhost or
	// 127.0.0.1. Choose the one that the app does not use, so that host and app
	// are cross-site as in production. "" is localhost.
	Site string

	// Product is which product this is. "" is Jira.
	Product Product

	// Clock is the virtual clock that tokens are minted by. nil is a new one
	// that starts at the real time.
	Clock *clock.Clock

	// User is the person who looks at the pages. The zero User is a made-up one.
	User User

	// IframeTTL is the life of the token in an iframe's URL. 0 is 900 s
	// ([token.DefaultIframeTTL]).
	IframeTTL time.Duration

	// ContextTTL is the life of a token from AP.context.getToken. 0 is 900 s
	// ([token.DefaultContextTTL]).
	ContextTTL time.Duration

	// ContextCache is how long the host's page answers getToken from its cache
	// before it asks the content resolver again. 0 is 30 s, as seen in
	// production host scripts before 2021; a negative value is no cache.
	ContextCache time.Duration

	// AllJS is what to serve as all.js, the app's end of the bridge. nil is our
	// own ([bridge.AllJS]).
	AllJS []byte

	once       sync.Once // guards the lazy part of prepare
	clock      *clock.Clock
	translator *token.Translator
	journal    journal
	tenants    registry
	properties propertyStore

	conditionsMu sync.Mutex
	conditions   Conditions

	silent silentConns

	stateMu  sync.Mutex // guards the state below, from Start to Close
	started  bool
	closed   bool
	port     int
	servers  []*http.Server
	serving  sync.WaitGroup
	closing  sync.Once
	closeErr error           // written once, by closing
	running  context.Context // ends when Close begins
	stop     context.CancelFunc

	// Made by Start and constant afterwards.
	user   User
	site   string
	secret string
	keys   *keyring
}

// prepare makes what accessors may be asked for before Start.
func (s *Server) prepare() {
	s.once.Do(func() {
		s.clock = s.Clock
		if s.clock == nil {
			s.clock = clock.New(clock.Options{})
		}
		s.translator = token.NewTranslator(s.clock)
		s.running, s.stop = context.WithCancel(context.Background())
	})
}

// Origin is the site's origin as the browser knows it, such as
// http://localhost:1234. It is empty before Start.
func (s *Server) Origin() string {
	s.stateMu.Lock()
	defer s.stateMu.Unlock()
	if s.port == 0 {
		return ""
	}
	return fmt.Sprintf("http://%s:%d", s.site, s.port)
}

// BaseURL is the product's base URL: the origin, with /wiki behind it for
// Confluence. It is what an app is given as baseUrl when it is installed.
func (s *Server) BaseURL() string {
	origin := s.Origin()
	if origin == "" {
		return ""
	}
	return origin + s.Product.contextPath()
}

// KeysURL is the base URL of the public keys that verify install calls: a GET
// of it plus "/" plus the kid answers the key as PEM text. Apps on
// atlassian-connect-express take it as CONNECT_KEYS_CDN_URL.
func (s *Server) KeysURL() string {
	origin := s.Origin()
	if origin == "" {
		return ""
	}
	return origin + keysPath
}

// PageURL is the product's URL that shows a module, in the place where the
// product has it (connect-protocol: P2 content-resolver.js). When several apps
// are installed it is of the one that has this very module.
func (s *Server) PageURL(m descriptor.Module) string {
	return s.BaseURL() + modulePath(s.tenants.ownerOf(m), m.Key)
}

// Secret is what the control endpoints want in the header X-Standin-Secret.
// It is made anew at each start and is empty before it.
func (s *Server) Secret() string {
	s.stateMu.Lock()
	defer s.stateMu.Unlock()
	return s.secret
}

// Translator moves tokens of this host's tenants between its virtual time and
// the real time of their back ends.
func (s *Server) Translator() *token.Translator {
	s.prepare()
	return s.translator
}

// Time is the virtual clock that the host mints by.
func (s *Server) Time() *clock.Clock {
	s.prepare()
	return s.clock
}

// AllJSSource is the script that an app gets as all.js.
func (s *Server) AllJSSource() []byte {
	if s.AllJS != nil {
		return s.AllJS
	}
	return bridge.AllJS
}
