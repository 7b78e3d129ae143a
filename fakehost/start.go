package fakehost

import (
	_ "embed"
	"encoding/json"
	"html/template"
	"net/http"
	"strings"
	"time"
)

//go:embed templates/start.js
var startJS []byte

//go:embed templates/start.css
var startCSS string

// placeView is a place as the start page lists it.
type placeView struct {
	link
	Modules []link
}

// jumpView is a button of the start page that moves the clock.
type jumpView struct {
	Name, Title, By, Kind string
}

// startJumps are the jumps that matter to a token of 15 minutes: short of its end,
// past it, and a laptop's sleep.
var startJumps = []jumpView{
	{"14 minutes", "A token of 15 minutes has one left, for the host", (14 * time.Minute).String(), "run"},
	{"16 minutes", "A token of 15 minutes has expired, for the host", (16 * time.Minute).String(), "run"},
	{"Sleep an hour", "As if the laptop had been closed", time.Hour.String(), "sleep"},
}

// choiceView is a condition as the start page lets a person choose it.
type choiceView struct {
	Label string
	// Field is its name at the conditions endpoint.
	Field   string
	Options []optionView
}

// optionView is a value of a condition. "" is what is usual.
type optionView struct{ Value, Name string }

// startChoices are the conditions that a person can choose by hand.
var startChoices = []choiceView{
	{"Licence", "licence", []optionView{{"", "active"}, {LicenceLapsed, "lapsed"}, {LicenceWithheld, "lapsed, no tokens at all"}}},
	{"Session", "session", []optionView{{"", "goes on"}, {SessionRefused, "ended: 401"}, {SessionRedirect, "ended: redirect"}, {SessionLoginPage, "ended: login page"}}},
	{"getToken", "getToken", []optionView{{"", "as usual"}, {GetTokenHang, "never answers"}, {GetTokenEmpty, "gives nothing"}, {GetTokenReject, "fails"}}},
	{"New tokens", "resolverStatus", []optionView{{"", "as usual"}, {"401", "answered 401"}, {"429", "answered 429"}, {"500", "answered 500"}, {"503", "answered 503"}}},
	{"New tokens come", "resolverDelay", []optionView{{"", "at once"}, {"2s", "2 s late"}, {"10s", "10 s late"}}},
	{"First token", "firstTokenAge", []optionView{{"", "fresh"}, {"5m", "5 minutes old"}, {"13m50s", "nearly expired"}, {"20m", "expired"}}},
}

// startConfig is what start.js reads from the script element standin-start.
type startConfig struct {
	Secret     string `json:"secret"`
	ClockURL   string `json:"clockURL"`
	UserURL    string `json:"userURL"`
	AppsURL    string `json:"appsURL"`
	ThemeURL   string `json:"themeURL"`
	JournalURL string `json:"journalURL"`

	ConditionsURL string `json:"conditionsURL"`
}

// startView is what start.html shows.
type startView struct {
	layout
	Apps                    []*Tenant
	Own, Shared             []placeView
	Users                   []userView
	Jumps                   []jumpView
	Choices                 []choiceView
	Themes                  []link // Note is what a POST takes
	ContextLife, IframeLife string
	Config                  template.JS
	Script                  string
}

// serveStart lists every place where a module appears, with the way to each
// module alone, and has the users, the clock, the apps and the journal at hand.
func (s *Server) serveStart(w http.ResponseWriter, r *http.Request) {
	config, err := json.Marshal(startConfig{s.secret, clockPath, userPath, appsPath, themePath, journalPath, conditionsPath})
	if err != nil {
		s.failPage(w, r, err)
		return
	}
	page := s.layout("All places", "")
	page.markCurrent("All places")
	page.Style = template.CSS(startCSS)
	view := startView{
		layout: page, Apps: s.tenants.all(), Users: s.userViews(), Jumps: startJumps, Choices: startChoices,
		Themes:      s.themeChoices(),
		ContextLife: shortLength(s.contextTTL()), IframeLife: shortLength(s.iframeTTL()),
		Config: template.JS(config), Script: startJSPath,
	}
	view.Own, view.Shared = s.placeViews()
	// A frame around this page could lead a person's clicks to its buttons.
	w.Header().Set("X-Frame-Options", "DENY")
	render(w, http.StatusOK, "start.html", view)
}

// shortLength is a length of time without the zeros at its end: 15m, not 15m0s.
func shortLength(d time.Duration) string {
	text := d.String()
	if d.Abs() >= time.Minute && d%time.Minute == 0 {
		text = strings.TrimSuffix(text, "0s")
	}
	if d.Abs() >= time.Hour && d%time.Hour == 0 {
		text = strings.TrimSuffix(text, "0m")
	}
	return text
}

// placeViews are the places of one module each, and those that modules share.
func (s *Server) placeViews() (own, shared []placeView) {
	for _, p := range s.places() {
		view := placeView{link: link{Name: p.name, URL: p.path}}
		for _, a := range p.modules {
			view.Modules = append(view.Modules, link{Name: moduleName(a.module), Note: a.module.Type, URL: s.pagePath(a.tenant.App.Key, a.module)})
		}
		if len(p.modules) == 1 && view.Modules[0].URL == p.path {
			view.Note, view.Modules = view.Modules[0].Note, nil
			own = append(own, view)
			continue
		}
		shared = append(shared, view)
	}
	return own, shared
}
