package fakehost

import (
	"context"
	"fmt"
	"io/fs"
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

	// PublicURL is the origin that apps are told the site has, such as
	// https://acme.atlassian.net, for back ends that take no other. It stands in what
	// they are sent and in the answers of REST; pages and their iframes are at
	// LocalOrigin all the same, unless PublicPages is set. Whoever sets it must lead
	// the back end here by a proxy, or it calls a site of that name. "" is Origin.
	PublicURL string

	// PublicPages says that browsers reach the host at PublicURL too, as in
	// production: by somebody who has the name led to this machine and ends TLS
	// before the host, which itself speaks plain HTTP. Pages, xdm_e and all that an
	// app sees of its host then have that origin. false: they are at LocalOrigin.
	PublicPages bool

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

	// SecretGrace is how long, in real time, the back end may go on using a shared
	// secret after it was rotated. What production grants is not published. 0 is not
	// at all.
	SecretGrace time.Duration

	// Theme is how the pages look at first: [ThemeLight], [ThemeDark], or ""
	// ([ThemeNone]). Apps that ask for theming are told.
	Theme string

	// Stubs is a folder of answers to REST calls, which win over the built-in ones:
	// files such as GET/rest/api/3/issue/{key}.json, with the body, or with status,
	// headers, body and latency, as JSON or YAML. The path is that below the base
	// URL. nil is none. See docs/stubs.md and [CheckStubs].
	Stubs fs.FS

	// Beside is another host of the same run, such as the Confluence beside a Jira,
	// or a second site of the same app. It must have been started. Both then share
	// clock, journal, translator, secret and install key, so that one back end with
	// one key server can be a tenant of both. nil is a host on its own.
	Beside *Server

	// OwnTime gives a host that stands beside another a clock, a journal and a translator of
	// its own: only secret and install key are shared then, and Clock may be set. false:
	// all are. It has no meaning without Beside.
	OwnTime bool

	// Lifecycle is what lifecycle calls have besides what they always have.
	Lifecycle LifecycleForm

	// Redelivery is how webhooks are sent again that an app did not take. The zero
	// Redelivery is not at all.
	Redelivery Redelivery

	// HiddenPages is what the page of a module answers whose display conditions do
	// not hold: [HiddenNotFound] or [HiddenShown]. No link leads to it in either
	// case. What production does is not published, and differs by module. "" is
	// HiddenNotFound.
	HiddenPages string

	// HoldJournal has pages keep what their bridge saw until standinHost.flush is
	// called, much has gathered, or the page goes: for a driver that calls it. false:
	// each thing is told at once.
	HoldJournal bool

	// Scopes is whose REST calls must have the scopes of the app's descriptor:
	// [ScopesBackEnd], [ScopesAll] or [ScopesOff]. "" is ScopesBackEnd.
	Scopes string

	// ControlSecret is what the control endpoints want in the header
	// X-Standin-Secret, for who must know it before the host starts: 16 to 200
	// letters, digits, "-" and "_". "" is made anew at each start; a host that
	// stands beside another has that one's.
	ControlSecret string

	// AllJS is what to serve as all.js, the app's end of the bridge. nil is our
	// own ([bridge.AllJS]).
	AllJS []byte

	once       sync.Once // guards the lazy part of prepare
	clock      *clock.Clock
	translator *token.Translator
	journal    *journal
	tenants    registry
	departed   registry // apps that were uninstalled by hand
	session    session
	properties propertyStore
	grants     grants

	redeliveries      deliveries
	contentProperties contentProperties
	macros            macroStore
	workflows         workflowStore
	issues            issueStore
	contents          contentStore

	themeMu sync.Mutex
	theme   *string // nil: as Theme says

	lifecycleMu sync.Mutex // held while tenants change, calls to the app included

	conditionsMu sync.Mutex
	conditions   Conditions

	silent silentConns

	stateMu  sync.Mutex // guards the state below, from Start to Close
	started  bool
	closed   bool
	port     int
	site     string   // changes when the site is renamed, unless public does
	public   string   // changes when the site is renamed or published; "" without PublicURL
	pages    bool     // browsers reach the host at public too
	former   []string // the names that a PublicURL had before
	handler  http.Handler
	servers  []*http.Server
	serving  sync.WaitGroup
	closing  sync.Once
	closeErr error           // written once, by closing
	running  context.Context // ends when Close begins
	stop     context.CancelFunc

	// Made by Start and constant afterwards. user is who is logged in at first.
	user   User
	secret string
	keys   *keyring
	rest   restRoutes
}

// prepare makes what accessors may be asked for before Start.
func (s *Server) prepare() {
	s.once.Do(func() {
		switch {
		case s.Beside != nil && s.Beside != s && !s.OwnTime:
			s.Beside.prepare()
			s.clock, s.translator, s.journal = s.Beside.clock, s.Beside.translator, s.Beside.journal
		default:
			s.clock = s.Clock
			if s.clock == nil {
				s.clock = clock.New(clock.Options{})
			}
			s.translator, s.journal = token.NewTranslator(s.clock), &journal{}
		}
		s.running, s.stop = context.WithCancel(context.Background())
	})
}

// Origin is the site's origin as the browser knows it: LocalOrigin, or that of
// PublicURL with PublicPages. It is empty before Start.
func (s *Server) Origin() string {
	if s.pagesArePublic() {
		return s.PublicOrigin()
	}
	return s.LocalOrigin()
}

// LocalOrigin is where the host listens, such as http://localhost:1234: what
// programs of this machine can call without anybody's help. It is empty before
// Start.
func (s *Server) LocalOrigin() string {
	s.stateMu.Lock()
	defer s.stateMu.Unlock()
	if s.port == 0 {
		return ""
	}
	return fmt.Sprintf("http://%s:%d", s.site, s.port)
}

// PublicOrigin is the site's origin as apps know it: that of PublicURL, or
// LocalOrigin. It is empty before Start.
func (s *Server) PublicOrigin() string {
	origin := s.LocalOrigin()
	s.stateMu.Lock()
	defer s.stateMu.Unlock()
	if origin != "" && s.public != "" {
		return s.public
	}
	return origin
}

// BaseURL is the product's base URL: the public origin, with /wiki behind it for
// Confluence. It is what an app is given as baseUrl when it is installed.
func (s *Server) BaseURL() string {
	origin := s.PublicOrigin()
	if origin == "" {
		return ""
	}
	return origin + s.Product.contextPath()
}

// KeysURL is the base URL of the public keys that verify install calls: a GET
// of it plus "/" plus the kid answers the key as PEM text. Apps on
// atlassian-connect-express take it as CONNECT_KEYS_CDN_URL.
func (s *Server) KeysURL() string {
	origin := s.LocalOrigin()
	if origin == "" {
		return ""
	}
	return origin + keysPath
}

// PageURL is the product's URL of the page on which a module appears: the page
// that it has to itself (P2 content-resolver.js), or the issue, the dashboard or
// the like that shows it, with no other module on it, and with the module open if
// it opens by a click. When several apps are installed it is of the one that has
// this very module. [Server.Places] has the pages with all their modules.
func (s *Server) PageURL(m descriptor.Module) string {
	return s.Origin() + s.pagePath(s.tenants.ownerOf(m), m)
}

// Secret is what the control endpoints want in the header X-Standin-Secret.
// It is made anew at each start, unless ControlSecret is set, and is empty before it.
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
