package fakehost_test

import (
	"fmt"
	"maps"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/standin-dev/standin/fakehost"
	"github.com/standin-dev/standin/fakehost/clock"
)

// sign makes a token as an app does, with code that the host does not use.
func sign(t *testing.T, secret string, claims jwt.MapClaims) string {
	t.Helper()
	raw, err := jwt.NewWithClaims(jwt.SigningMethodHS256, claims).SignedString([]byte(secret))
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// backendClaims are those of a right call of the app's back end. The path is that
// below the base URL.
func backendClaims(method, path, query string) jwt.MapClaims {
	now := time.Now()
	return jwt.MapClaims{"iss": "com.example.fake", "iat": now.Unix(), "exp": now.Add(3 * time.Minute).Unix(), "qsh": queryHash(method, path, query)}
}

func lastEntry(host *fakehost.Server) fakehost.Entry {
	entries := host.Journal()
	return entries[len(entries)-1]
}

// TestBackendJWT calls both products as a back end, rightly and wrongly. The
// virtual clock is a day ahead: what the back end signs is in real time.
func TestBackendJWT(t *testing.T) {
	t.Parallel()
	path := map[fakehost.Product]string{fakehost.Jira: "/rest/api/3/project/search", fakehost.Confluence: "/rest/api/content"}
	for product, path := range path {
		host, _, tenant := installed(t, &fakehost.Server{Product: product, Clock: clock.New(clock.Options{Start: clock.System().Add(24 * time.Hour)})})
		right := func() jwt.MapClaims { return backendClaims("GET", path, "a=b%20c&start=0") }
		change := func(key string, value any) jwt.MapClaims {
			claims := right()
			claims[key] = value
			if value == nil {
				delete(claims, key)
			}
			return claims
		}
		secret, target := tenant.SharedSecret, host.BaseURL()+path+"?start=0&a=b+c"
		for _, tt := range []struct {
			name   string
			header string
			status int
			reason string // in body and journal
		}{
			{"right", "JWT " + sign(t, secret, right()), 200, ""},
			{"scheme in small letters", "jwt " + sign(t, secret, right()), 200, ""},
			{"just expired", "JWT " + sign(t, secret, change("exp", time.Now().Add(-20*time.Second).Unix())), 200, ""},
			{"expired", "JWT " + sign(t, secret, change("exp", time.Now().Add(-40*time.Second).Unix())), 401, "token has expired"},
			{"without exp", "JWT " + sign(t, secret, change("exp", nil)), 401, "has no exp"},
			{"iss the client key", "JWT " + sign(t, secret, change("iss", tenant.ClientKey)), 401, "it must be the app's key"},
			{"iss another app", "JWT " + sign(t, secret, change("iss", "com.other")), 401, `no app "com.other" is installed`},
			{"without iss", "JWT " + sign(t, secret, change("iss", nil)), 401, "the token has no iss"},
			{"another secret", "JWT " + sign(t, "guessed", right()), 401, "wrong signature"},
			{"qsh of another path", "JWT " + sign(t, secret, change("qsh", queryHash("GET", "/wiki"+path, "a=b%20c&start=0"))), 401, "must be that of GET&" + path + "&a=b%20c&start=0"},
			{"qsh of another method", "JWT " + sign(t, secret, change("qsh", queryHash("POST", path, "a=b%20c&start=0"))), 401, "wrong query string hash"},
			{"context-qsh", "JWT " + sign(t, secret, change("qsh", "context-qsh")), 401, "wrong query string hash"},
			{"without qsh", "JWT " + sign(t, secret, change("qsh", nil)), 401, "wrong query string hash"},
			{"no JWT", "JWT abc", 401, "malformed"},
			{"basic", "Basic YTpi", 401, `scheme "Basic" is not known here`},
			{"unknown bearer", "Bearer abc", 401, "not one of this host's"},
			{"nothing", "", 401, "the call has no credentials"},
		} {
			headers := []string{"Authorization", tt.header}
			if tt.header == "" {
				headers = nil
			}
			a, e := ask(t, "GET", target, "", headers...), fakehost.Entry{}
			e = lastEntry(host)
			if a.status != tt.status || e.Status != tt.status || !strings.Contains(a.body, jsonText(tt.reason)) || !strings.Contains(e.Text, tt.reason) {
				t.Errorf("%s, %s: status %d: %s\n%s\nwant %d and %q", product, tt.name, a.status, a.body, e, tt.status, tt.reason)
			}
			want := fakehost.WhoBackendJWT
			switch {
			case strings.HasPrefix(tt.header, "Bearer"):
				want = fakehost.WhoBackendOAuth
			case tt.header == "", strings.HasPrefix(tt.header, "Basic"):
				want = fakehost.WhoAnonymous
			}
			wantEqual(t, tt.name+": who", e.Who, want)
			wantEqual(t, tt.name+": method and path", []string{e.Method, e.URL}, []string{"GET", strings.TrimPrefix(target, host.Origin())})
			for _, text := range []string{a.body, e.Text, e.String()} {
				if strings.Contains(text, secret) {
					t.Errorf("%s shows the secret: %s", tt.name, text)
				}
			}
		}
		// What rides in the query is read there no more, and qsh leaves it out.
		if a := ask(t, "GET", target+"&jwt="+sign(t, secret, right()), ""); a.status != 401 || !strings.Contains(a.body, "Authorization: JWT") {
			t.Errorf("%s, in the query: status %d: %s", product, a.status, a.body)
		}
		if a := ask(t, "GET", target+"&jwt=x.y.z", "", "Authorization", "JWT "+sign(t, secret, right())); a.status != 200 {
			t.Errorf("%s, in the header, beside one in the query: status %d: %s", product, a.status, a.body)
		}
		// A right token for a path that nobody knows is still told so.
		a := ask(t, "PUT", host.BaseURL()+"/rest/api/3/unknown", "", "Authorization", "JWT "+sign(t, secret, backendClaims("PUT", "/rest/api/3/unknown", "")))
		e := lastEntry(host)
		if a.status != 404 || e.Kind != fakehost.KindNotEmulated || e.Who != fakehost.WhoBackendJWT || e.Method != "PUT" || !strings.HasSuffix(e.URL, "/rest/api/3/unknown") {
			t.Errorf("unknown path: status %d: %s", a.status, e)
		}
	}
}

// jsonText is how a text stands in a JSON text.
func jsonText(text string) string {
	return strings.NewReplacer(`"`, `\"`, "&", `\u0026`).Replace(text)
}

func TestBackendActsAsApp(t *testing.T) {
	t.Parallel()
	host, _, tenant := installed(t, &fakehost.Server{})
	const path = "/rest/api/3/myself"
	a := ask(t, "GET", host.BaseURL()+path, "", "Authorization", "JWT "+sign(t, tenant.SharedSecret, backendClaims("GET", path, "")))
	if a.status != 200 || !strings.Contains(a.body, `"accountType":"app"`) || !strings.Contains(a.body, `"displayName":"Fake app"`) {
		t.Errorf("status %d: %s", a.status, a.body)
	}
	wantEqual(t, "text", lastEntry(host).Text, "REST call to the product by the back end of com.example.fake")
}

func TestAppsPropertiesAreItsOwn(t *testing.T) {
	t.Parallel()
	host, app, tenant := installed(t, &fakehost.Server{})
	other := *app.descriptor(t)
	other.Key = "com.example.other"
	if _, err := host.Install(testContext(t), &other, fakehost.InstallOptions{}); err != nil {
		t.Fatal(err)
	}
	for key, want := range map[string]int{"com.example.fake": 200, "com.example.other": 404} {
		path := "/rest/atlassian-connect/1/addons/" + key + "/properties"
		raw := sign(t, tenant.SharedSecret, backendClaims("GET", path, ""))
		wantEqual(t, "status of "+path, ask(t, "GET", host.BaseURL()+path, "", "Authorization", "JWT "+raw).status, want)
		page := askAsPage(t, host, "GET", host.BaseURL()+path, "", "AP-Client-Key", "com.example.fake")
		wantEqual(t, "status by AP.request of "+path, page.status, want)
	}
}

// TestFromOwnPage tells the host's page from everything else that may call.
func TestFromOwnPage(t *testing.T) {
	t.Parallel()
	host, _, _ := installed(t, &fakehost.Server{})
	origin := host.Origin()
	for _, tt := range []struct {
		name    string
		headers []string
		want    fakehost.Who
	}{
		{"nothing", nil, fakehost.WhoAnonymous},
		{"secret", []string{"X-Standin-Secret", host.Secret()}, fakehost.WhoBridge},
		{"wrong secret", []string{"X-Standin-Secret", "guessed", "Sec-Fetch-Site", "same-origin"}, fakehost.WhoAnonymous},
		{"same origin", []string{"Sec-Fetch-Site", "same-origin", "Sec-Fetch-Mode", "cors"}, fakehost.WhoBridge},
		{"same origin, named", []string{"Sec-Fetch-Site", "same-origin", "Referer", origin + "/page", "Origin", origin}, fakehost.WhoBridge},
		{"passed on by the app's back end", []string{"Sec-Fetch-Site", "same-origin", "Referer", "http://127.0.0.1:1/app"}, fakehost.WhoAnonymous},
		{"of the app's frame", []string{"Sec-Fetch-Site", "cross-site", "Origin", "http://127.0.0.1:1"}, fakehost.WhoAnonymous},
		{"same site, another port", []string{"Sec-Fetch-Site", "same-site", "Origin", "http://localhost:1"}, fakehost.WhoAnonymous},
		{"address bar", []string{"Sec-Fetch-Site", "none", "Sec-Fetch-Mode", "navigate"}, fakehost.WhoBridge},
		{"extension's fetch", []string{"Sec-Fetch-Site", "none", "Sec-Fetch-Mode", "cors"}, fakehost.WhoAnonymous},
		{"old browser", []string{"Referer", origin + "/page"}, fakehost.WhoBridge},
		{"old browser elsewhere", []string{"Origin", "null"}, fakehost.WhoAnonymous},
		{"client key alone", []string{"AP-Client-Key", "com.example.fake"}, fakehost.WhoAnonymous},
	} {
		a := ask(t, "GET", host.BaseURL()+"/rest/api/3/myself", "", tt.headers...)
		want := map[fakehost.Who]int{fakehost.WhoBridge: 200, fakehost.WhoAnonymous: 401}[tt.want]
		if e := lastEntry(host); e.Who != tt.want || a.status != want {
			t.Errorf("%s: status %d, %s; want %s", tt.name, a.status, e, tt.want)
		}
	}
}

// TestAnonymousCalls: what production shows to anyone, and what it does not.
func TestAnonymousCalls(t *testing.T) {
	t.Parallel()
	host, _, _ := installed(t, &fakehost.Server{})
	for path, want := range map[string]int{"/rest/api/3/serverInfo": 200, "/rest/api/3/project": 401, "/rest/api/3/unknown": 404} {
		wantEqual(t, path, ask(t, "GET", host.BaseURL()+path, "").status, want)
	}
	// A page that nobody is logged in to may ask, and is told who it is not.
	nobody := startHost(t, &fakehost.Server{User: fakehost.User{Anonymous: true}})
	for path, want := range map[string]int{"/rest/api/3/project": 200, "/rest/api/3/myself": 401} {
		wantEqual(t, path+" for nobody", askAsPage(t, nobody, "GET", nobody.BaseURL()+path, "").status, want)
	}
	a := askAsPage(t, nobody, "GET", nobody.BaseURL()+"/rest/api/3/mypermissions?permissions=ADMINISTER", "")
	if !strings.Contains(a.body, `"havePermission":false`) {
		t.Errorf("nobody has permissions: %s", a.body)
	}
}

func TestSecretGrace(t *testing.T) {
	t.Parallel()
	for grace, want := range map[time.Duration][2]int{0: {401, 401}, time.Hour: {200, 401}} {
		host, _, ahead := installedAsUser(t, &fakehost.Server{SecretGrace: grace})
		before, _ := host.Tenant(fakeKey)
		after, err := host.RotateSecret(testContext(t), fakeKey, fakehost.LifecycleOptions{})
		if err != nil {
			t.Fatal(err)
		}
		call := func(secret string) int {
			claims := backendClaims("GET", "/rest/api/3/myself", "")
			claims["exp"] = time.Now().Add(2 * time.Hour).Unix()
			return ask(t, "GET", host.BaseURL()+"/rest/api/3/myself", "", "Authorization", "JWT "+sign(t, secret, claims)).status
		}
		for i, seconds := range []int64{3590, 3601} {
			ahead.Store(seconds)
			wantEqual(t, "status with the new secret", call(after.SharedSecret), 200)
			wantEqual(t, fmt.Sprintf("status with the old secret %d s later, grace %s", seconds, grace), call(before.SharedSecret), want[i])
		}
	}
}

// oauthForm is a right request for an access token.
func oauthForm(t *testing.T, host *fakehost.Server, tenant *fakehost.Tenant, secret string, changes map[string]any) url.Values {
	t.Helper()
	now := time.Now()
	claims := jwt.MapClaims{
		"iss": "urn:atlassian:connect:clientid:" + tenant.OAuthClientID, "sub": "urn:atlassian:connect:useraccountid:me",
		"tnt": host.BaseURL(), "aud": "https://oauth-2-authorization-server.services.atlassian.com",
		"iat": now.Unix(), "exp": now.Add(time.Minute).Unix(),
	}
	maps.Copy(claims, changes)
	for key, value := range changes {
		if value == nil {
			delete(claims, key)
		}
	}
	return url.Values{"grant_type": {"urn:ietf:params:oauth:grant-type:jwt-bearer"}, "assertion": {sign(t, secret, claims)}}
}
