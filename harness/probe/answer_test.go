package probe_test

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/standin-dev/standin/fakehost/token"
	"github.com/standin-dev/standin/harness/judge"
	"github.com/standin-dev/standin/harness/probe"
)

// A backEnd answers a valid token, one that is no good, and none. Each is told how many
// questions came before, and answers what it writes with 200.
type backEnd struct {
	kind               string
	valid, bad, nobody func(n int64) string

	asked atomic.Int64
}

func (b *backEnd) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	says := b.bad
	raw, carried := strings.CutPrefix(r.Header.Get("Authorization"), "JWT ")
	trial := httptest.NewRecorder()
	if sound(trial, r); trial.Code == http.StatusOK {
		says = b.valid
	}
	if !carried || raw == "" {
		says = b.nobody
	}
	w.Header().Set("Content-Type", b.kind)
	if text := says(b.asked.Add(1)); text != "" {
		fmt.Fprint(w, text)
		return
	}
	w.WriteHeader(http.StatusUnauthorized)
}

// always says the same.
func always(text string) func(int64) string { return func(int64) string { return text } }

// counting says how often it was asked, wherever the text has a %d.
func counting(text string) func(int64) string {
	return func(n int64) string { return strings.ReplaceAll(text, "%d", fmt.Sprint(n)) }
}

// refuses answers with 401.
var refuses = always("")

// prose is a page with a title and a text.
func prose(title, text string) string {
	return "<!doctype html><title>" + title + "</title><script src=/app.js></script><body><p>" + text + "</p>"
}

// TestAnswersAsGood: what is answered with 200 counts as accepted where it says as much
// as what a valid token gets, and as refused where it does not; in between nothing is
// claimed.
func TestAnswersAsGood(t *testing.T) {
	t.Parallel()
	const (
		told    = `{"ok":true,"data":{"rows":["a","b"]},"error":null}`
		denied  = `{"ok":false,"data":null,"error":"unauthorized"}`
		greets  = "Hello user, you have three items: apples, pears and plums. Ask for more."
		expired = "Your session has expired. Reload the page in Jira."
	)
	const accepted, refused, untold = "accepted", "refused", "untold"
	for name, test := range map[string]struct {
		kind               string
		valid, bad, nobody func(int64) string
		// want is what becomes of a bad token, and noToken of none.
		want, noToken string
	}{
		"an envelope":                    {"application/json", always(told), always(denied), always(denied), refused, refused},
		"an envelope that decodes":       {"application/json", always(told), always(told), always(denied), accepted, refused},
		"an envelope with a time":        {"application/json", counting(`{"ok":true,"at":"%d","data":[1]}`), counting(`{"ok":false,"at":"%d","data":null}`), refuses, refused, refused},
		"an envelope of words":           {"application/json", always(`{"status":"ok","message":"here"}`), always(`{"status":"error","message":"no"}`), refuses, refused, refused},
		"an envelope of codes":           {"application/json", always(`{"code":0,"data":[1]}`), always(`{"code":401,"data":[]}`), refuses, refused, refused},
		"data under another name":        {"application/json", always(`{"items":[1]}`), always(`{"notice":"hello"}`), refuses, refused, refused},
		"GraphQL":                        {"application/json", always(`{"data":{"viewer":{"account":"u","rows":["a"]}}}`), always(`{"data":{"viewer":null}}`), always(`{"data":{"viewer":null}}`), refused, refused},
		"GraphQL's errors":               {"application/json", always(`{"data":{"viewer":{"account":"u"}}}`), always(`{"data":{"viewer":{"account":"u"}},"errors":[{"message":"x"}]}`), refuses, refused, refused},
		"a user who is null":             {"application/json", always(`{"user":{"account":"u"}}`), always(`{"user":null}`), always(`{"user":null}`), refused, refused},
		"an empty list":                  {"application/json", always(`{"rows":["private"],"total":1}`), always(`{"rows":[],"total":0}`), always(`{"rows":[],"total":0}`), refused, refused},
		"a part of the data":             {"application/json", always(`{"site":"x","rows":["private"]}`), always(`{"site":"x","rows":[]}`), refuses, untold, refused},
		"a part of it, as for strangers": {"application/json", always(`{"site":"x","rows":["private"]}`), always(`{"site":"x","rows":[]}`), always(`{"site":"x","rows":[]}`), refused, untold},
		"nothing to show":                {"application/json", always(`{"rows":[]}`), always(`{"rows":[]}`), always(`{"rows":[]}`), untold, untold},
		"nothing to show, but to bad":    {"application/json", always(`{"rows":[]}`), always(`{"rows":[]}`), refuses, accepted, refused},
		"counters and times":             {"application/json", counting(`{"rows":["%d"],"at":%d}`), counting(`{"rows":["%d"],"at":%d}`), counting(`{"rows":["%d"],"at":%d}`), accepted, accepted},
		"a flag that comes and goes":     {"application/json", parity(`{"rows":[1],"odd":%t}`), parity(`{"rows":[1],"odd":%t}`), refuses, accepted, refused},
		"a list that fills and empties":  {"application/json", parityOf(`{"rows":["x"],"site":"s"}`, `{"rows":[],"site":"s"}`), always(`{"rows":[],"site":"s"}`), refuses, accepted, refused},
		"other values":                   {"application/json", always(`{"rows":["a"],"until":900}`), always(`{"rows":["b"],"until":-900}`), refuses, accepted, refused},
		"a page that expired":            {"text/html", always(prose("App", greets)), always(prose("Expired", expired)), refuses, refused, refused},
		"a shell that expired":           {"text/html", always("<body><div id=root></div>"), always("<body><p>" + expired), refuses, refused, refused},
		"a page with a nonce":            {"text/html", counting(prose("App", greets) + "<script nonce=%d>x</script>"), counting(prose("App", greets) + "<script nonce=%d>x</script>"), refuses, accepted, refused},
		"a page that counts":             {"text/html", counting(prose("App", greets+" Visit %d.")), counting(prose("App", greets+" Visit %d.")), counting(prose("App", greets+" Visit %d.")), accepted, accepted},
		"a page with less":               {"text/html", always(prose("App", greets)), always(prose("App", "Hello user, you have no items. Ask for more.")), refuses, untold, refused},
		"a page as for strangers":        {"text/html", always(prose("App", greets)), always(prose("App", "Hello user, you have no items. Ask for more.")), always(prose("App", "Hello user, you have no items. Ask for more.")), refused, untold},
		"a text that says no":            {"text/plain", always("name;price\napple;1\npear;2\nplum;3\n"), always("denied"), refuses, refused, refused},
		"a text with a time":             {"text/plain", counting("at %d: apple, pear"), counting("at %d: apple, pear"), refuses, accepted, refused},
		"an event that denies":           {"text/event-stream", always("event: rows\ndata: [1]\n\n"), always("event: denied\ndata: no\n\n"), always("event: denied\ndata: no\n\n"), refused, refused},
		"an event of another form":       {"text/event-stream", always(": hi\n\ndata: [1]\n\n"), always("data: {\"error\":\"jwt\"}\n\n"), refuses, refused, refused},
		"the same event":                 {"text/event-stream", counting("id: %d\ndata: [%d]\n\n"), counting("id: %d\ndata: [%d]\n\n"), refuses, accepted, refused},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := httptest.NewServer(&backEnd{kind: test.kind, valid: test.valid, bad: test.bad, nobody: test.nobody})
			t.Cleanup(s.Close)
			a, e := asker(t, s.URL), []probe.Endpoint{endpoint(t, "GET", s.URL+"/api/items")}
			for _, question := range []struct {
				probe probe.Probe
				want  string
			}{{probe.None, test.noToken}, {probe.WrongKey, test.want}, {probe.Expired, test.want}} {
				out, err := a.Probe(t.Context(), question.probe, e)
				if err != nil {
					t.Fatal(err)
				}
				got := refused
				switch {
				case len(out.Findings)+len(out.Open) > 0:
					got = accepted
				case out.Asked == 0:
					got = untold
				}
				if got != question.want {
					t.Errorf("%s: %s, want %s; %+v", question.probe.ID, got, question.want, out)
				}
			}
		})
	}
}

// parity says whether the number is odd.
func parity(text string) func(int64) string {
	return func(n int64) string { return fmt.Sprintf(text, n%2 == 1) }
}

// parityOf says one thing and another in turn.
func parityOf(odd, even string) func(int64) string {
	return func(n int64) string {
		if n%2 == 1 {
			return odd
		}
		return even
	}
}

// TestStreamsThatGoOn: a stream has no end to wait for, and one that says nothing more
// is not that which goes on.
func TestStreamsThatGoOn(t *testing.T) {
	t.Parallel()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		trial := httptest.NewRecorder()
		if sound(trial, r); trial.Code != http.StatusOK {
			fmt.Fprint(w, "event: bye\ndata: 0\n\n")
			return
		}
		fmt.Fprint(w, "event: rows\ndata: 1\n\n")
		w.(http.Flusher).Flush()
		<-r.Context().Done()
	}))
	t.Cleanup(s.Close)
	out, err := asker(t, s.URL).Probe(t.Context(), probe.WrongKey, []probe.Endpoint{endpoint(t, "GET", s.URL+"/api/stream")})
	if err != nil || out.Asked != 1 || len(out.Findings)+len(out.Unclear) != 0 {
		t.Errorf("%+v, %v", out, err)
	}
}

// TestFriendlyPage: a page that answers what is no good with 200 and another text is
// sound, at a changed address and in the name of another site, too.
func TestFriendlyPage(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		refusal string
		decodes bool
		want    []string
	}{
		"sound":   {prose("Expired", "Your session has expired."), false, nil},
		"decodes": {prose("Expired", "Your session has expired."), true, []string{"backend/checks-signature", "backend/checks-algorithm", "backend/checks-expiry", "backend/leeway", "backend/wants-expiry", "backend/refuses-future", "backend/knows-tenant", "backend/page-checks-qsh", "backend/notices-tampering"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var base string
			s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Content-Type", "text/html; charset=utf-8")
				raw := r.URL.Query().Get("jwt")
				if raw == "" {
					w.WriteHeader(http.StatusUnauthorized)
					return
				}
				bare := base + strings.Replace(r.URL.String(), "&jwt="+raw, "", 1)
				hash, _ := token.QSH("GET", bare, base)
				parsed, err := token.Verify(raw, token.Expect{Secret: secret, At: at, Issuer: clientKey, QSH: hash})
				if err == nil && (parsed.Claims.ExpiresAt.IsZero() || parsed.Claims.IssuedAt.After(at.Add(time.Minute))) {
					err = errors.New("no exp, or from the future")
				}
				if err != nil && !test.decodes {
					fmt.Fprint(w, test.refusal)
					return
				}
				fmt.Fprint(w, prose("App", "Hello user, you have three items in project "+r.URL.Query().Get("project")))
			}))
			t.Cleanup(s.Close)
			base = s.URL
			a, e := asker(t, s.URL), pageOf(t, s.URL, "/app?project=ONE")
			var got []string
			for _, p := range probe.All() {
				if !p.Pages {
					continue
				}
				out, err := a.Probe(t.Context(), p, []probe.Endpoint{e})
				if err != nil || out.Asked != 1 || len(out.Unasked)+len(out.Unclear) != 0 {
					t.Errorf("%s: %+v, %v", p.ID, out, err)
				}
				for _, f := range out.Findings {
					got = append(got, f.Rule.ID)
				}
			}
			if diff := cmp.Diff(test.want, slices.Compact(got)); diff != "" {
				t.Errorf("rules (-want +got):\n%s", diff)
			}
		})
	}
}

// pageOf is the endpoint of a module's page that was opened with its own token.
func pageOf(t *testing.T, base, path string) probe.Endpoint {
	t.Helper()
	hash, err := token.QSH("GET", base+path, base)
	if err != nil {
		t.Fatal(err)
	}
	raw := mint(t, token.Claims{Issuer: clientKey, Subject: "user", QSH: hash, IssuedAt: at, ExpiresAt: at.Add(15 * time.Minute)})
	x, _ := seen(t, "GET", base+path+"&jwt="+raw)
	x.Header.Del("Authorization")
	x.Tokens = known(t, raw, token.Iframe)
	e, ok := probe.From(&x, judge.FirstDocument, nil)
	if !ok {
		t.Fatal("the page makes no endpoint")
	}
	return e
}

// TestSilence: what has nothing to do with the token is no refusal and no acceptance.
func TestSilence(t *testing.T) {
	t.Parallel()
	limited := func(status int) func(n int64) int {
		return func(n int64) int {
			if n > 2 {
				return status
			}
			return 0
		}
	}
	always := func(status int) func(int64) int { return func(int64) int { return status } }
	for name, test := range map[string]struct {
		// status is what the n-th question is answered with, whoever asks; 0: it is
		// looked at. bad and nobody are how tokens that are no good, and none, are refused.
		status      func(n int64) int
		bad, nobody int
		asked       int
		unasked     string
	}{
		"a limit":                    {limited(429), 401, 401, 0, "it answered 429"},
		"a time-out":                 {limited(408), 401, 401, 0, "it answered 408"},
		"out of service":             {limited(503), 401, 401, 0, "it answered 503"},
		"a fault":                    {limited(500), 401, 401, 0, "gets 500 by now"},
		"a limit from the start":     {always(429), 401, 401, 0, "it answered 429"},
		"refused by 500":             {always(0), 500, 500, 1, ""},
		"refused by 500, and by 401": {always(0), 500, 401, 1, ""},
		"refused by 400":             {always(0), 400, 401, 1, ""},
		"refused by 502":             {always(0), 502, 401, 0, "it answered 502"},
	} {
		for _, p := range []probe.Probe{probe.Expired, probe.Future} {
			t.Run(name+" "+p.ID, func(t *testing.T) {
				t.Parallel()
				var n atomic.Int64
				s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					trial := httptest.NewRecorder()
					sound(trial, r)
					status := test.status(n.Add(1))
					switch {
					case status != 0:
					case trial.Code == http.StatusOK:
						sound(w, r)
						return
					case r.Header.Get("Authorization") == "":
						status = test.nobody
					default:
						status = test.bad
					}
					http.Error(w, "no", status)
				}))
				t.Cleanup(s.Close)
				out, err := asker(t, s.URL).Probe(t.Context(), p, []probe.Endpoint{endpoint(t, "GET", s.URL+"/api/items")})
				asked := test.asked
				if p.ID == probe.Future.ID && test.bad == 502 {
					asked = 1 // five seconds from now are accepted
				}
				if err != nil || out.Asked != asked || len(out.Findings)+len(out.Unclear) != 0 || (len(out.Unasked) == 0) != (test.unasked == "") {
					t.Fatalf("%+v, %v", out, err)
				}
				if test.unasked != "" && !strings.Contains(out.Unasked[0], test.unasked) {
					t.Errorf("%q, want %q in it", out.Unasked[0], test.unasked)
				}
			})
		}
	}
}
