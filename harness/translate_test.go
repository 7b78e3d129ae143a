package harness

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/standin-dev/standin/fakehost"
	"github.com/standin-dev/standin/fakehost/clock"
	"github.com/standin-dev/standin/fakehost/descriptor"
	"github.com/standin-dev/standin/fakehost/token"
	"github.com/standin-dev/standin/harness/judge"
	"github.com/standin-dev/standin/harness/timeline"
)

const tapSecret = "the secret of this tenant, long enough for HS256"

// tapped is a run with a host, but without a browser and an app.
func tapped(t testing.TB) *run {
	t.Helper()
	return tappedOn(t, clock.New(clock.Options{}))
}

// tappedOn is tapped, on a clock of the test's.
func tappedOn(t testing.TB, c *clock.Clock) *run {
	t.Helper()
	host := &fakehost.Server{Clock: c}
	if err := host.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := host.Close(); err != nil {
			t.Error(err)
		}
	})
	app := &descriptor.Descriptor{Key: "com.example.items", BaseURL: "http://localhost:3000"}
	if _, err := host.Install(t.Context(), app, fakehost.InstallOptions{Mode: fakehost.Skip, ClientKey: "tenant-1", SharedSecret: tapSecret}); err != nil {
		t.Fatal(err)
	}
	return &run{host: host, desc: &descriptor.Descriptor{BaseURL: "http://localhost:3000"}, origins: []string{"http://localhost:3000", "https://localhost:3443"}}
}

// handOut is a context token that the host makes now.
func (r *run) handOut(t testing.TB) string {
	t.Helper()
	now := r.host.Time().Now()
	raw, err := token.MintHS256(tapSecret, token.Claims{Issuer: "tenant-1", Subject: "robin", QSH: token.ContextQSH, IssuedAt: now, ExpiresAt: now.Add(15 * time.Minute)})
	if err != nil {
		t.Fatal(err)
	}
	r.host.Translator().Issued(raw, token.Context)
	return raw
}

// left is the life that a back end sees in a token, whose clock is the machine's.
func left(t *testing.T, raw string) time.Duration {
	t.Helper()
	parsed, err := token.Verify(raw, token.Expect{Secret: tapSecret})
	if err != nil {
		t.Fatal(err)
	}
	return parsed.Claims.ExpiresAt.Sub(clock.System())
}

// TestOutboundTranslatesWhereverATokenRides: an hour ahead, a token that is fresh
// on the virtual timeline is fresh for a back end on the real one.
func TestOutboundTranslatesWhereverATokenRides(t *testing.T) {
	t.Parallel()
	r := tapped(t)
	r.host.Time().Advance(time.Hour, clock.Sleep)
	one := r.handOut(t)
	r.host.Time().Advance(time.Second, clock.Run) // tokens of one second are the same
	two := r.handOut(t)
	body, err := json.Marshal(map[string]string{"jwt": one, "title": "x"})
	if err != nil {
		t.Fatal(err)
	}
	o := r.outbound(timeline.Exchange{
		Method: "POST", URL: "http://localhost:3000/api/100%?a=%20b&jwt=" + one,
		Header: http.Header{
			"Authorization": {"JWT " + two}, "Referer": {"http://localhost:3000/app?jwt=" + one + "&x=1"},
			"Content-Type": {"application/json"}, "Cookie": {"theme=dark; sid=" + one},
		},
		Body: body,
	})
	sent := o.Tokens[one].Sent
	if sent == one {
		t.Fatal("the token was sent as the page wrote it")
	}
	if o.URL != "http://localhost:3000/api/100%?a=%20b&jwt="+sent {
		t.Errorf("URL %s", token.Redact(o.URL))
	}
	if got, want := string(o.Body), strings.Replace(string(body), one, sent, 1); got != want {
		t.Errorf("body %s", token.Redact(got))
	}
	want := map[string]string{
		"Authorization": "JWT " + o.Tokens[two].Sent, "Referer": "http://localhost:3000/app?jwt=" + sent + "&x=1", "Cookie": "theme=dark; sid=" + sent,
	}
	if diff := cmp.Diff(want, o.Headers); diff != "" {
		t.Errorf("headers (-want +got):\n%s", token.Redact(diff))
	}
	for raw, known := range o.Tokens {
		if !known.Verified || known.Kind != token.Context || known.Original != raw {
			t.Errorf("the token is noted as %q, verified %v", known.Kind, known.Verified)
		}
		if life := left(t, known.Sent); life < 14*time.Minute+57*time.Second || life > 15*time.Minute {
			t.Errorf("the back end sees %s of life, want about 15 minutes", life)
		}
	}
	if life := left(t, one); life < 74*time.Minute {
		t.Errorf("untranslated, it would see %s: the test proves nothing", life)
	}
}

// TestOutboundSeesATokenDie: what has expired on the virtual timeline has expired
// for the back end, and to the second.
func TestOutboundSeesATokenDie(t *testing.T) {
	t.Parallel()
	r := tapped(t)
	raw := r.handOut(t)
	r.host.Time().Advance(16*time.Minute, clock.SleepPaused)
	o := r.outbound(timeline.Exchange{URL: "http://localhost:3000/api", Header: http.Header{"Authorization": {"JWT " + raw}}})
	if life := left(t, strings.TrimPrefix(o.Headers["Authorization"], "JWT ")); life > -58*time.Second || life < -63*time.Second {
		t.Errorf("the back end sees %s of life, want about a minute less than none", life)
	}
}

func TestOutboundLeavesAlone(t *testing.T) {
	t.Parallel()
	r := tapped(t)
	still := r.handOut(t)
	calm := r.outbound(timeline.Exchange{URL: "http://localhost:3000/api?jwt=" + still, Header: http.Header{"Authorization": {"JWT " + still}}})
	if calm.URL != "" || calm.Headers != nil || calm.Body != nil || !calm.Tokens[still].Verified {
		t.Errorf("on a clock that never jumped: %q, %v, noted %d", calm.URL, calm.Headers, len(calm.Tokens))
	}

	r.host.Time().Advance(time.Hour, clock.Sleep)
	raw := r.handOut(t)
	alien, err := token.MintHS256("a secret of the app's own, long enough too", token.Claims{Issuer: "com.example.items", ExpiresAt: clock.System().Add(time.Hour)})
	if err != nil {
		t.Fatal(err)
	}
	with := func(url, raw string) timeline.Exchange {
		return timeline.Exchange{URL: url, Header: http.Header{"Authorization": {"JWT " + raw}}}
	}
	host := with("http://localhost:3000/api", raw)
	host.HostPage = true
	for name, x := range map[string]timeline.Exchange{
		"another origin": with("http://localhost:3999/api", raw), "another name": with("http://127.0.0.1:3000/api", raw),
		"the host's page": host, "no URL": with("http://[::1", raw), "data": with("data:,x", raw),
	} {
		if o := r.outbound(x); o.URL != "" || o.Headers != nil || o.Body != nil || len(o.Tokens) != 0 {
			t.Errorf("%s: changed or noted: %v, %d tokens", name, o.Headers, len(o.Tokens))
		}
	}
	if o := r.outbound(with("http://localhost:3000/api", alien)); o.Headers != nil || o.Tokens[alien].Verified || o.Tokens[alien].Sent != alien {
		t.Errorf("a token of the app's own was changed: %v", o.Tokens[alien].Verified)
	}
	if o := r.outbound(with("http://localhost:3000/api", "undefined")); o.Headers != nil || len(o.Tokens) != 0 {
		t.Errorf("junk was changed: %v", o.Headers)
	}
	r.cfg.untranslated = true
	if o := r.outbound(with("http://localhost:3000/api?jwt="+raw, raw)); o.URL != "" || o.Headers != nil || !o.Tokens[raw].Verified {
		t.Errorf("untranslated: %q, %v", o.URL, o.Headers)
	}
}

func TestOurs(t *testing.T) {
	t.Parallel()
	r := &run{desc: &descriptor.Descriptor{BaseURL: "http://localhost:3000"}, origins: []string{"http://localhost:3000", "https://localhost:3443"}}
	for url, want := range map[string]bool{
		"http://localhost:3000/a": true, "ws://localhost:3000/live": true, "wss://localhost:3443/live": true, "https://localhost:3443/": true,
		"http://localhost:3000/100%": true, "http://localhost:3000": true,
		"https://localhost:3000/a": false, "wss://localhost:3000/live": false, "http://localhost:30000/": false, "http://127.0.0.1:3000/": false,
		"http://localhost:3000@evil.example/": false, "": false, "blob:http://localhost:3000/x": false,
	} {
		if got := r.ours(url); got != want {
			t.Errorf("%q is ours: %v, want %v", url, got, want)
		}
	}
}

// TestTokensOfCookiesAreIdentified: cookies are told of after a request has left,
// and a session in one that has died must not pass for something opaque.
func TestTokensOfCookiesAreIdentified(t *testing.T) {
	t.Parallel()
	r := tapped(t)
	raw := r.handOut(t)
	start := r.host.Time().Now()
	r.host.Time().Advance(16*time.Minute, clock.Sleep)
	x := timeline.Exchange{ID: 1, At: r.host.Time().Now(), Type: "Fetch", Method: "GET", URL: "http://localhost:3000/api", Status: 200,
		Header: http.Header{"Cookie": {"sid=" + raw}}}
	elsewhere := x
	elsewhere.ID, elsewhere.URL = 2, "http://localhost:3999/"
	list := r.identify([]timeline.Exchange{x, elsewhere})
	if len(list[1].Tokens) != 0 {
		t.Error("what goes elsewhere was looked into")
	}
	result := judge.Judge(judge.Input{
		App:   judge.App{BaseURL: "http://localhost:3000", Origins: r.origins, ClientKey: "tenant-1"},
		Start: start, User: "robin", Exchanges: list,
		Policy: judge.Policy{Carriers: []judge.CarrierSpec{{Place: "cookie", Name: "sid"}}},
	})
	if len(result.Findings) != 1 || result.Findings[0].Rule != judge.Expired {
		t.Errorf("findings: %+v, want the one that it has expired", result.Findings)
	}
}

// TestReadingForTheJudgeChangesNothing: a request, a session token, an hour's sleep and a
// look at what a cookie held, within one second. If the look counted as a request that
// left, the session would be taken for one that the back end made after the sleep.
func TestReadingForTheJudgeChangesNothing(t *testing.T) {
	t.Parallel()
	real := time.Date(2026, 1, 5, 9, 0, 0, 0, time.UTC)
	c := clock.New(clock.Options{Start: real, Real: func() time.Time { return real }})
	r := tappedOn(t, c)
	const api = "http://localhost:3000/api"
	page := r.handOut(t)
	real = real.Add(100 * time.Millisecond)
	r.outbound(timeline.Exchange{URL: api, Header: http.Header{"Authorization": {"JWT " + page}}})
	session, err := token.MintHS256(tapSecret, token.Claims{Issuer: "com.example.items", IssuedAt: real, ExpiresAt: real.Add(15 * time.Minute)})
	if err != nil {
		t.Fatal(err)
	}
	real = real.Add(100 * time.Millisecond)
	c.Advance(time.Hour, clock.Sleep)
	real = real.Add(100 * time.Millisecond)

	x := timeline.Exchange{ID: 1, At: c.Now(), URL: api, Header: http.Header{"Cookie": {"sid=" + page}}}
	if known := r.identify([]timeline.Exchange{x})[0].Tokens[page]; !known.Verified {
		t.Fatal("the token of the cookie was not found: the test proves nothing")
	}
	sent := r.outbound(timeline.Exchange{URL: api, Header: http.Header{"Authorization": {"JWT " + session}}}).Tokens[session].Sent
	parsed, err := token.Parse(sent)
	if err != nil {
		t.Fatal(err)
	}
	if life, want := parsed.Claims.ExpiresAt.Sub(real.Truncate(time.Second)), -45*time.Minute; life != want {
		t.Errorf("the back end sees a life of %s left in the session, want %s", life, want)
	}
	if len(r.report.Notes) > 0 || r.comesBack.Load() {
		t.Errorf("notes %q, relay %v: the look changed the run", r.report.Notes, r.comesBack.Load())
	}
}

func TestServe(t *testing.T) {
	t.Parallel()
	r := tapped(t)
	for url, want := range map[string]bool{
		"https://connect-cdn.atl-paas.net/all.js": true, "https://connect-cdn.atl-paas.net/all-debug.js": true,
		"https://connect-cdn.atl-paas.net/all.js?v=1": true, r.host.Origin() + "/atlassian-connect/all.js": true,
		r.host.Origin() + "/wiki/atlassian-connect/all.js": true,
		"http://connect-cdn.atl-paas.net/all.js":           false, "https://connect-cdn.atl-paas.net/other.js": false,
		"https://cdn.example.com/all.js": false, "http://localhost:3000/atlassian-connect/all.js": false, "http://[::1": false,
	} {
		served := r.serve(url)
		if (served != nil) != want {
			t.Errorf("%q is served: %v, want %v", url, served != nil, want)
		}
		if served != nil && (len(served.Body) == 0 || served.ContentType != "text/javascript; charset=utf-8") {
			t.Errorf("%q is served as %q, %d bytes", url, served.ContentType, len(served.Body))
		}
	}
}

// TestOutboundWithoutReferer: in the second play of a differential no request to the
// app has one; those to others keep theirs.
func TestOutboundWithoutReferer(t *testing.T) {
	t.Parallel()
	r := tapped(t)
	x := timeline.Exchange{Method: "GET", URL: "http://localhost:3000/api", Header: http.Header{"Referer": {"http://localhost:3000/app"}}}
	if o := r.outbound(x); o.Headers != nil {
		t.Errorf("headers %v, want them as they are", o.Headers)
	}
	r.noReferer.Store(true)
	if o := r.outbound(x); o.Headers["Referer"] != "" || len(o.Headers) != 1 {
		t.Errorf("headers %v, want an empty Referer", o.Headers)
	}
	x.URL = "http://127.0.0.1:9/other"
	if o := r.outbound(x); o.Headers != nil {
		t.Errorf("headers %v for another site", o.Headers)
	}
}

// TestInboundKeepsWhatAnswersBring: tokens and the shared secret, with the place.
func TestInboundKeepsWhatAnswersBring(t *testing.T) {
	t.Parallel()
	r := tapped(t)
	r.tenant.Store(&fakehost.Tenant{ClientKey: "tenant-1", SharedSecret: tapSecret})
	raw := r.handOut(t)
	x := timeline.Exchange{ID: 7, URL: "http://localhost:3000/api", Answer: http.Header{"X-Acpt": {raw}, "Content-Type": {"text/html"}}}
	r.inbound(x, []byte(`<meta content="`+raw+`"> `+tapSecret))
	x.URL = "http://127.0.0.1:9/other"
	r.inbound(x, []byte(raw))
	var got []string
	for _, e := range r.answers.all() {
		if e.Exchange != 7 || e.At.IsZero() || strings.Contains(e.Text, raw) || strings.Contains(e.Text, tapSecret) {
			t.Errorf("%+v", e)
		}
		got = append(got, string(e.Kind)+" "+e.Place)
	}
	want := []string{"brought the header X-Acpt", "brought the body", "revealed the body"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("events (-want +got):\n%s", diff)
	}
	if r.answers.forget(); len(r.answers.all()) > 0 {
		t.Error("it forgets nothing")
	}
}

// FuzzOutboundBodies: whatever a request holds, only the tokens of this tenant in it
// are changed; the rest leaves byte for byte.
func FuzzOutboundBodies(f *testing.F) {
	f.Add("http://localhost:3000/api?jwt=", "Authorization", "JWT ", []byte(`{"jwt":"`), []byte(`"}`))
	f.Add("http://localhost:3000/%zz?", "Referer", "http://localhost:3000/app?jwt=", []byte("--x\r\nContent-Disposition: form-data; name=jwt\r\n\r\n"), []byte("\r\n--x--"))
	f.Add("ws://localhost:3000/live#", "Cookie", "a=", []byte{0, 0xff, '.'}, []byte("..."))
	f.Add("http://localhost:3000/", "X-A", "eyJ", []byte("eyJhIjoxfQ.eyJhIjoxfQ."), []byte("."))
	r := tapped(f)
	r.host.Time().Advance(time.Hour, clock.Sleep)
	f.Fuzz(func(t *testing.T, url, name, value string, before, after []byte) {
		raw := r.handOut(t)
		plain := timeline.Exchange{Method: "POST", URL: url, Header: http.Header{}, Body: append(append([]byte{}, before...), after...)}
		plain.Header.Set(name, value)
		if o := r.outbound(plain); o.URL != "" || o.Headers != nil || o.Body != nil {
			t.Fatalf("something is changed where nothing is of this tenant: %+v", o)
		}
		x := plain
		x.URL, x.Body = "http://localhost:3000/api", append(append(append([]byte{}, before...), " "+raw+" "...), after...)
		o := r.outbound(x)
		got := string(o.Body)
		if !strings.HasPrefix(got, string(before)+" ") || !strings.HasSuffix(got, " "+string(after)) {
			t.Fatalf("the body became %q", got)
		}
		sent := got[len(before)+1 : len(got)-len(after)-1]
		if life := left(t, sent); life > 15*time.Minute || life < 14*time.Minute {
			t.Fatalf("the back end sees %s of life", life)
		}
	})
}
