package fakehost_test

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/golang-jwt/jwt/v5"

	"github.com/standin-dev/standin/fakehost"
	"github.com/standin-dev/standin/fakehost/descriptor"
)

// fakeApp is a Connect app that believes nothing: it fetches the host's public
// key, verifies by golang-jwt, and computes query hashes by code of its own.
type fakeApp struct {
	*httptest.Server
	keysURL func() string

	// Set before the descriptor is asked for.
	auth    string // "" is jwt
	baseURL string // "" is where the app listens
	extra   string // more modules, as JSON members, with a comma in front
	name    string // "" is Fake app
	// respond answers lifecycle calls in place of the app; nil verifies.
	respond http.HandlerFunc

	mu    sync.Mutex
	calls []lifecycleCall
}

// lifecycleCall is one call that the app got.
type lifecycleCall struct {
	Event  string
	Alg    string // "" for a call without a token
	KeyID  string
	Claims jwt.MapClaims
	Body   map[string]any
	Err    error // why the app refuses it
}

func newFakeApp(t *testing.T, host *fakehost.Server) *fakeApp {
	t.Helper()
	app := &fakeApp{keysURL: host.KeysURL}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /base/lifecycle/{event}", func(w http.ResponseWriter, r *http.Request) {
		if app.respond != nil {
			app.respond(w, r)
			return
		}
		call := app.verify(r)
		app.mu.Lock()
		app.calls = append(app.calls, call)
		app.mu.Unlock()
		if call.Err != nil {
			http.Error(w, call.Err.Error(), http.StatusUnauthorized)
			return
		}
		w.WriteHeader(http.StatusNoContent)
	})
	app.Server = httptest.NewServer(mux)
	t.Cleanup(app.Close)
	return app
}

func (a *fakeApp) lifecycleCalls() []lifecycleCall {
	a.mu.Lock()
	defer a.mu.Unlock()
	return slices.Clone(a.calls)
}

// secretOf is the newest shared secret that the app was told.
func (a *fakeApp) secretOf() string {
	secret := ""
	for _, call := range a.lifecycleCalls() {
		if text, ok := call.Body["sharedSecret"].(string); ok {
			secret = text
		}
	}
	return secret
}

// verify checks a lifecycle call as the libraries do; golang-jwt looks at exp
// and iat by the machine's clock.
func (a *fakeApp) verify(r *http.Request) lifecycleCall {
	call := lifecycleCall{Event: r.PathValue("event")}
	text, err := io.ReadAll(r.Body)
	if err == nil {
		err = json.Unmarshal(text, &call.Body)
	}
	if err != nil {
		call.Err = fmt.Errorf("body: %w", err)
		return call
	}
	raw, ok := strings.CutPrefix(r.Header.Get("Authorization"), "JWT ")
	if !ok {
		return call
	}
	options := []jwt.ParserOption{jwt.WithIssuedAt(), jwt.WithExpirationRequired()}
	if call.Event == "installed" || call.Event == "uninstalled" {
		options = append(options, jwt.WithValidMethods([]string{"RS256"}), jwt.WithAudience(a.URL+"/base"))
	} else {
		options = append(options, jwt.WithValidMethods([]string{"HS256"}))
	}
	if key, ok := call.Body["clientKey"].(string); ok {
		options = append(options, jwt.WithIssuer(key))
	}
	parsed, err := jwt.Parse(raw, a.keyFor, options...)
	if err != nil {
		call.Err = fmt.Errorf("token: %w", err)
		return call
	}
	call.Alg, _ = parsed.Header["alg"].(string)
	call.KeyID, _ = parsed.Header["kid"].(string)
	call.Claims = parsed.Claims.(jwt.MapClaims)
	want := queryHash(r.Method, strings.TrimPrefix(r.URL.Path, "/base"), r.URL.RawQuery)
	if call.Claims["qsh"] != want {
		call.Err = fmt.Errorf("qsh is %v, want %s", call.Claims["qsh"], want)
	}
	return call
}

// keyFor gets the public key by its kid, or the secret that was told before.
func (a *fakeApp) keyFor(parsed *jwt.Token) (any, error) {
	kid, ok := parsed.Header["kid"].(string)
	if !ok {
		return []byte(a.secretOf()), nil
	}
	response, err := client.Get(a.keysURL() + "/" + kid)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	pem, err := io.ReadAll(response.Body)
	if err != nil {
		return nil, err
	}
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("key server: status %d", response.StatusCode)
	}
	return jwt.ParseRSAPublicKeyFromPEM(pem)
}

// queryHash is qsh for queries that repeat no parameter, which is all that the
// host makes.
func queryHash(method, path, rawQuery string) string {
	values, err := url.ParseQuery(rawQuery)
	if err != nil {
		return "unparsable query: " + err.Error()
	}
	var pairs []string
	for name := range values {
		if name != "jwt" {
			pairs = append(pairs, url.PathEscape(name)+"="+strings.ReplaceAll(url.QueryEscape(values.Get(name)), "+", "%20"))
		}
	}
	slices.Sort(pairs)
	sum := sha256.Sum256([]byte(method + "&" + path + "&" + strings.Join(pairs, "&")))
	return hex.EncodeToString(sum[:])
}

// descriptor is the app's descriptor, parsed.
func (a *fakeApp) descriptor(t *testing.T) *descriptor.Descriptor {
	t.Helper()
	auth, base, name := a.auth, a.baseURL, a.name
	if auth == "" {
		auth = "jwt"
	}
	if base == "" {
		base = a.URL + "/base"
	}
	if name == "" {
		name = "Fake app"
	}
	quotedName, err := json.Marshal(name)
	if err != nil {
		t.Fatal(err)
	}
	text := fmt.Sprintf(`{
		"key": "com.example.fake", "name": %s, "baseUrl": %q, "authentication": {"type": %q}, "scopes": ["ADMIN"],
		"apiMigrations": {"context-qsh": true, "signed-install": true},
		"lifecycle": {"installed": "/lifecycle/installed", "enabled": "/lifecycle/enabled",
			"disabled": "/lifecycle/disabled", "uninstalled": "/lifecycle/uninstalled"},
		"modules": {
			"generalPages": [
				{"key": "items", "url": "/items", "name": {"value": "Items"}, "location": "system.top.navigation.bar"},
				{"key": "static", "url": "/static?mode=a", "name": {"value": "Static"}, "cacheable": true},
				{"key": "hash", "url": "/spa?x=1#/start", "name": {"value": "Hash"}},
				{"key": "asks", "url": "/issue/{issue.key}?project={project.key}&tab={ac.tab}&gone={no.such}", "name": {"value": "Asks"}}
			],
			"dialogs": [{"key": "ask", "url": "/ask"}]%s
		}}`, quotedName, base, auth, a.extra)
	d, err := descriptor.Parse([]byte(text), a.URL+"/base/atlassian-connect.json")
	if err != nil {
		t.Fatalf("the test's own descriptor: %v", err)
	}
	return d
}
