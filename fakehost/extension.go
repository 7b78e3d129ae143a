package fakehost

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/standin-dev/standin/fakehost/descriptor"
	"github.com/standin-dev/standin/fakehost/token"
)

// sandboxTokens is Confluence Cloud's sandbox attribute as captured in 2023 and
// later.
const sandboxTokens = "allow-downloads allow-forms allow-modals allow-popups allow-popups-to-escape-sandbox " +
	"allow-scripts allow-same-origin allow-top-navigation-by-user-activation allow-storage-access-by-user-activation"

// extension is what host.js makes an iframe of.
type extension struct {
	AddonKey    string `json:"addon_key"`
	Key         string `json:"key"`
	ExtensionID string `json:"extension_id"`
	URL         string `json:"url"`
	ModuleType  string `json:"moduleType"`
	// Title is the name of the iframe for those who do not see it.
	Title   string           `json:"title,omitempty"`
	Options extensionOptions `json:"options"`
	// Macro is what is in the macro that this is; nil for what is none. It stays
	// with the page: the app asks for it.
	Macro *macroState `json:"macro,omitempty"`
}

// extensionOptions go whole into window.name, where the app can read them. The
// names are those that atlassian-connect-js 5.3.190 and the product read.
type extensionOptions struct {
	// GlobalOptions must be an object, or the published all.js breaks down.
	GlobalOptions     map[string]any  `json:"globalOptions"`
	HostOrigin        string          `json:"hostOrigin"`
	Autoresize        bool            `json:"autoresize"`
	IsFullPage        bool            `json:"isFullPage,omitempty"`
	ProductContext    variables       `json:"productContext"`
	StructuredContext map[string]any  `json:"structuredContext,omitempty"`
	ContextJWT        string          `json:"contextJwt,omitempty"`
	User              *optionsUser    `json:"user,omitempty"`
	History           historyState    `json:"history"`
	ContextPath       string          `json:"contextPath"`
	Origin            string          `json:"origin"`
	ModuleType        string          `json:"moduleType"`
	ModuleLocation    string          `json:"moduleLocation"`
	APIMigrations     map[string]bool `json:"apiMigrations,omitempty"`
	Sandbox           string          `json:"sandbox"`
	Width             string          `json:"width,omitempty"`
	Height            string          `json:"height,omitempty"`
	// ContentClassifier is which iframe of a macro it is; "" is the macro's own.
	ContentClassifier string `json:"contentClassifier,omitempty"`
}

type historyState struct {
	State string `json:"state"`
}

// fullPages are the module kinds that fill the page (class
// full-size-general-page in the product).
var fullPages = map[string]bool{
	"generalPages": true, "adminPages": true, "configurePage": true, "postInstallPage": true,
	"profilePages": true, "jiraProjectPages": true, "jiraReports": true, "spaceToolsTabs": true,
}

// showing is one module of one tenant as it is shown somewhere: what its URL and
// its tokens are made for.
type showing struct {
	tenant *Tenant
	module descriptor.Module
	vars   variables
	// id is the extension_id; "" for one that is still to open.
	id string
	// view is which iframe of a macro it is, title what a person calls it.
	view, title string
}

// newExtensionID makes an id in the form of simple-xdm 2.3.3
// src/host/connect.js: a random number in hex behind both keys.
func newExtensionID(t *Tenant, m descriptor.Module) string {
	return t.App.Key + "__" + m.Key + "__" + strconv.FormatInt(randomBelow(1e9), 16)
}

// newExtension makes a module ready to be shown. age is how old its context
// token is to be.
func (s *Server) newExtension(v showing, age time.Duration) (*extension, error) {
	address, err := s.iframeURL(v)
	if err != nil {
		return nil, err
	}
	structured := v.vars.structured(v.tenant.Product, s.displayURL(v.tenant), s.licensed())
	contextJWT, err := s.contextToken(v, structured, age)
	if err != nil {
		return nil, err
	}
	e := s.bareExtension(v)
	e.URL, e.Options.Origin = address, originOf(address)
	e.Options.StructuredContext, e.Options.ContextJWT = structured, contextJWT
	return e, nil
}

// bareExtension is a module without a URL and a token, which the content resolver
// gives when it opens.
func (s *Server) bareExtension(v showing) *extension {
	t, m := v.tenant, v.module
	facts := readModuleFacts(m)
	if v.view != viewMacro {
		facts.width, facts.height = "", "" // they are the macro's, not its editor's
	}
	e := &extension{
		AddonKey: t.App.Key, Key: m.Key, ExtensionID: v.id, ModuleType: m.Type, Title: v.title, Macro: s.macroStateOf(v),
		Options: extensionOptions{
			GlobalOptions: map[string]any{}, HostOrigin: s.Origin(), Autoresize: true,
			IsFullPage: fullPages[m.Type], ProductContext: v.vars,
			ContextPath: t.Product.contextPath(), Origin: originOf(t.App.BaseURL),
			ModuleType: m.Type, ModuleLocation: facts.location, APIMigrations: t.App.APIMigrations,
			Sandbox: sandboxTokens, Width: facts.width, Height: facts.height, ContentClassifier: v.view,
		},
	}
	if current := s.CurrentUser(); !current.Anonymous {
		user := current.forOptions()
		e.Options.User = &user
	}
	return e
}

// contextToken mints what getToken gives. It is empty for an app that takes no
// tokens, under [GetTokenEmpty], and for a module whose licence has lapsed.
func (s *Server) contextToken(v showing, structured map[string]any, age time.Duration) (string, error) {
	if !v.tenant.usesTokens() || s.Conditions().GetToken == GetTokenEmpty {
		return "", nil
	}
	if s.withheld(v.module) {
		s.record(Entry{Kind: KindFault, Extension: v.id, Module: v.module.Key, Text: "the licence has lapsed: no context token for module " + v.module.Key})
		return "", nil
	}
	issued := s.mintTime().Add(-age)
	raw, err := s.mint(v, token.Context, token.Claims{
		Issuer: v.tenant.ClientKey, Subject: s.CurrentUser().AccountID, QSH: token.ContextQSH,
		IssuedAt: issued, ExpiresAt: issued.Add(s.contextTTL()), Context: structured,
	})
	if err != nil {
		return "", fmt.Errorf("mint context token of module %s: %w", v.module.Key, err)
	}
	return raw, nil
}

// originOf is the origin of a URL as a browser writes it.
func originOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	host := strings.ToLower(u.Host)
	if u.Scheme == "http" {
		host = strings.TrimSuffix(host, ":80")
	}
	if u.Scheme == "https" {
		host = strings.TrimSuffix(host, ":443")
	}
	return u.Scheme + "://" + host
}

// moduleFacts are what the page takes from a module beyond its URL.
type moduleFacts struct{ location, width, height string }

// readModuleFacts reads them out of the descriptor's own text. Modules differ
// in what they have; what is absent or of another type stays empty, for the
// descriptor was checked before.
func readModuleFacts(m descriptor.Module) moduleFacts {
	var raw map[string]any
	if json.Unmarshal(m.Raw, &raw) != nil {
		return moduleFacts{}
	}
	text := func(from map[string]any, key string) string {
		value, _ := from[key].(string)
		return value
	}
	facts := moduleFacts{text(raw, "location"), text(raw, "width"), text(raw, "height")}
	if layout, ok := raw["layout"].(map[string]any); ok {
		facts.width, facts.height = text(layout, "width"), text(layout, "height")
	}
	return facts
}
