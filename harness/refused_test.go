package harness

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/standin-dev/standin/fakehost/clock"
	"github.com/standin-dev/standin/fakehost/token"
)

// TestRefusalsOfTheBackEndAreTold: what the host refuses of the back end's own calls stands
// among the notes with the host's reason, once for all the times, and on the timeline.
func TestRefusalsOfTheBackEndAreTold(t *testing.T) {
	t.Parallel()
	r := tapped(t)
	mint := func(issuer, path string) string {
		qsh, err := token.QSH("GET", path, "")
		if err != nil {
			t.Fatal(err)
		}
		raw, err := token.MintHS256(tapSecret, token.Claims{Issuer: issuer, QSH: qsh, IssuedAt: clock.System(), ExpiresAt: clock.System().Add(time.Minute)})
		if err != nil {
			t.Fatal(err)
		}
		return raw
	}
	get := func(path, authorization string, want int) {
		q, err := http.NewRequestWithContext(t.Context(), http.MethodGet, r.host.BaseURL()+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		if authorization != "" {
			q.Header.Set("Authorization", authorization)
		}
		a, err := http.DefaultClient.Do(q)
		if err != nil {
			t.Fatal(err)
		}
		a.Body.Close()
		if a.StatusCode != want {
			t.Errorf("GET %s: status %d, want %d", path, a.StatusCode, want)
		}
	}
	const path = "/rest/api/3/field"
	for range 2 {
		get(path, "JWT "+mint("tenant-1", path), 401)
	}
	get(path+"?jwt="+mint("com.example.items", path), "", 401)
	get(path, "", 401)
	get("/rest/api/3/serverInfo", "", 200)
	a, err := http.PostForm(r.host.TokenURL(), url.Values{"grant_type": {"password"}})
	if err != nil {
		t.Fatal(err)
	}
	a.Body.Close()

	r.noteUnmet()
	want := []string{
		"the host refused: GET /rest/api/3/field, asked by the app's back end (401): iss is the client key, as in the product's own tokens: in a token that the app makes it must be the app's key (2 times)",
		"the host refused: GET /rest/api/3/field?jwt=…, asked by the app's back end (401): the token is in the query (?jwt=), which the product has not read there since 1 February 2022: send it as Authorization: JWT <token>",
		"the host refused: GET /rest/api/3/field, asked without credentials (401): the call has no credentials: an app's back end signs it with the shared secret (Authorization: JWT ...), and its front end uses AP.request",
		`the host refused: POST /oauth2/token, asked by the app's back end as the user (400): unsupported_grant_type: grant_type is "password": it must be urn:ietf:params:oauth:grant-type:jwt-bearer, in a form in the body`,
	}
	if diff := cmp.Diff(want, r.report.Notes); diff != "" {
		t.Errorf("notes (-want +got):\n%s", diff)
	}
	told := 0
	for _, e := range r.host.Journal() {
		if ev, ok := fromJournal(e); ok && strings.HasPrefix(ev.Text, "the host refused GET /rest/api/3/field") {
			told++
		}
	}
	if told != 4 {
		t.Errorf("%d refusals are on the timeline, want 4", told)
	}
}
