package fakehost_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/standin-dev/standin/fakehost"
	"github.com/standin-dev/standin/fakehost/clock"
	"github.com/standin-dev/standin/fakehost/token"
)

// resolved reads a resolver's answer.
func resolved(t *testing.T, a answer) extension {
	t.Helper()
	if a.status != 200 {
		t.Fatalf("the resolver answered %d: %s", a.status, a.body)
	}
	var e extension
	if err := json.Unmarshal([]byte(a.body), &e); err != nil {
		t.Fatalf("the resolver's answer: %v: %s", err, a.body)
	}
	return e
}

func TestResolver(t *testing.T) {
	t.Parallel()
	host, app, tenant := installed(t, &fakehost.Server{})
	target := pageOf(t, host, app, "items")
	_, _, old := openPage(t, target)
	host.Time().Advance(time.Hour, clock.Sleep)
	fresh := resolved(t, askForm(t, target, url.Values{
		"plugin-key": {"com.example.fake"}, "key": {"items"}, "classifier": {"json"},
		"product-context": {`{"project.key":"OTHER","issue.id":65537123456,"issue.key":null,"unknown.name":"x"}`},
	}, "X-Standin-Extension", old.ExtensionID))

	now := host.Time().Now()
	_, iframe := split(t, fresh.URL)
	for _, raw := range []string{iframe, fresh.contextJWT()} {
		if _, err := token.Verify(raw, token.Expect{Secret: tenant.SharedSecret, At: now, Issuer: tenant.ClientKey}); err != nil {
			t.Errorf("a resolved token: %v", err)
		}
	}
	wantEqual(t, "context", fresh.Options["productContext"], any(map[string]any{"project.key": "OTHER", "issue.id": "65537123456"}))
	wantEqual(t, "extension", fresh.ExtensionID, old.ExtensionID)
	last := host.Journal()[host.Mark()-1]
	if last.Kind != fakehost.KindResolver || last.Status != 200 || last.Extension != old.ExtensionID || last.Module != "items" {
		t.Errorf("the resolver's entry is %+v", last)
	}
}

func TestResolverOfDialog(t *testing.T) {
	t.Parallel()
	host, app, _ := installed(t, &fakehost.Server{})
	e := resolved(t, askForm(t, pageOf(t, host, app, "items"), url.Values{"key": {"ask"}}))
	wantEqual(t, "module", e.Key+" "+e.ModuleType, "ask dialogs")
	if !strings.HasPrefix(e.URL, app.URL+"/base/ask?xdm_e=") {
		t.Errorf("the dialog's URL is %s", e.URL)
	}
}

func TestResolverRefuses(t *testing.T) {
	t.Parallel()
	host, app, _ := installed(t, &fakehost.Server{})
	items := pageOf(t, host, app, "items")
	for name, tt := range map[string]struct {
		target string
		form   url.Values
		status int
		want   string
	}{
		"other app":   {items, url.Values{"plugin-key": {"com.other"}}, 400, `plugin-key \"com.other\" is not the app`},
		"no module":   {items, url.Values{"key": {"nothing"}}, 404, `has no module \"nothing\"`},
		"no app":      {host.BaseURL() + "/plugins/servlet/ac/com.other/items", nil, 404, `No app with the key \"com.other\"`},
		"bad context": {items, url.Values{"product-context": {"["}}, 400, "not a JSON object"},
		"too long":    {items, url.Values{"x": {strings.Repeat("x", 2<<20)}}, 400, "too large"},
	} {
		a := askForm(t, tt.target, tt.form)
		if a.status != tt.status || !strings.Contains(a.body, tt.want) {
			t.Errorf("%s: status %d: %s; want %d and %q", name, a.status, a.body, tt.status, tt.want)
		}
	}
}

func TestResolverConditions(t *testing.T) {
	t.Parallel()
	host, app, _ := installed(t, &fakehost.Server{})
	target := pageOf(t, host, app, "items")

	host.SetConditions(fakehost.Conditions{ResolverStatus: 503})
	wantEqual(t, "status", askForm(t, target, nil).status, 503)

	host.SetConditions(fakehost.Conditions{ResolverStatus: 42})
	wantEqual(t, "status for one that there is not", askForm(t, target, nil).status, 500)

	host.SetConditions(fakehost.Conditions{GetToken: fakehost.GetTokenEmpty})
	wantEqual(t, "empty token", resolved(t, askForm(t, target, nil)).contextJWT(), "")

	const delay = 30 * time.Millisecond
	host.SetConditions(fakehost.Conditions{ResolverDelay: delay, ContextTTL: time.Minute, FirstTokenAge: time.Hour})
	asked := clock.System()
	e := resolved(t, askForm(t, target, nil))
	if took := clock.System().Sub(asked); took < delay {
		t.Errorf("the resolver took %s, want at least %s", took, delay)
	}
	parsed, err := token.Parse(e.contextJWT())
	if err != nil {
		t.Fatal(err)
	}
	wantEqual(t, "life", parsed.Claims.ExpiresAt.Sub(parsed.Claims.IssuedAt), time.Minute)
	if age := host.Time().Now().Sub(parsed.Claims.IssuedAt); age > time.Minute {
		t.Errorf("a resolver's token is %s old; only a page's first may be", age)
	}
	faults := 0
	for _, e := range host.Journal() {
		if e.Kind == fakehost.KindFault {
			faults++
		}
	}
	wantEqual(t, "faults in the journal", faults, 3)
}

// TestResolverHangs asks a resolver that never answers: once the page goes, and
// once the server.
func TestResolverHangs(t *testing.T) {
	t.Parallel()
	host, app, _ := installed(t, &fakehost.Server{})
	target := pageOf(t, host, app, "items")
	host.SetConditions(fakehost.Conditions{GetToken: fakehost.GetTokenHang})
	hang := func(ctx context.Context) <-chan error {
		mark, done := host.Mark(), make(chan error, 1)
		go func() {
			request, err := http.NewRequestWithContext(ctx, "POST", target, strings.NewReader("key=items"))
			if err == nil {
				request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
				var response *http.Response
				if response, err = client.Do(request); err == nil {
					response.Body.Close()
				}
			}
			done <- err
		}()
		_, err := host.Await(testContext(t), "the fault", func(e fakehost.Entry) bool {
			return e.Seq > mark && e.Kind == fakehost.KindFault
		})
		if err != nil {
			t.Fatal(err)
		}
		return done
	}

	gone, leave := context.WithCancel(t.Context())
	first := hang(gone)
	leave()
	if err := <-first; err == nil {
		t.Error("the resolver answered a page that had gone")
	}
	second := hang(testContext(t))
	started := clock.System()
	if err := host.Close(); err != nil {
		t.Error(err)
	}
	if took := clock.System().Sub(started); took > 3*time.Second {
		t.Errorf("Close waited %s for a call that hangs on purpose", took)
	}
	if err := <-second; err == nil {
		t.Error("the resolver answered after all")
	}
}

func TestFirstTokenAge(t *testing.T) {
	t.Parallel()
	host, app, tenant := installed(t, &fakehost.Server{})
	host.SetConditions(fakehost.Conditions{FirstTokenAge: 14 * time.Minute, IframeTTL: 3 * time.Minute})
	_, _, e := openPage(t, pageOf(t, host, app, "items"))
	now := host.Time().Now()
	first, err := token.Verify(e.contextJWT(), token.Expect{Secret: tenant.SharedSecret, At: now})
	if err != nil {
		t.Fatal(err)
	}
	if left := first.Claims.ExpiresAt.Sub(now); left > time.Minute || left < 50*time.Second {
		t.Errorf("the first token has %s to live, want about a minute", left)
	}
	_, raw := split(t, e.URL)
	iframe, err := token.Parse(raw)
	if err != nil {
		t.Fatal(err)
	}
	wantEqual(t, "life of the iframe token", iframe.Claims.ExpiresAt.Sub(iframe.Claims.IssuedAt), 3*time.Minute)
	if age := now.Sub(iframe.Claims.IssuedAt); age > time.Minute {
		t.Errorf("the iframe token is %s old, want it new", age)
	}
}
