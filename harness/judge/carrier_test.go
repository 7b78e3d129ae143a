package judge_test

import (
	"bytes"
	"mime/multipart"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/standin-dev/standin/harness/judge"
	"github.com/standin-dev/standin/harness/timeline"
)

func TestParseCarrier(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]judge.CarrierSpec{
		"header:Authorization JWT":      {Place: "header", Name: "Authorization", Scheme: "JWT"},
		"header:authorization Bearer":   {Place: "header", Name: "Authorization", Scheme: "Bearer"},
		"header:X-Connect-Token":        {Place: "header", Name: "X-Connect-Token"},
		"header:x-acpt":                 {Place: "header", Name: "X-Acpt"},
		"header:Sec-WebSocket-Protocol": {Place: "header", Name: "Sec-Websocket-Protocol"},
		"query:jwt":                     {Place: "query", Name: "jwt"},
		"form:jwt":                      {Place: "form", Name: "jwt"},
		"cookie:token":                  {Place: "cookie", Name: "token"},
		"referer":                       {Place: "referer"},
	} {
		got, err := judge.ParseCarrier(text)
		if err != nil {
			t.Errorf("%q: %v", text, err)
			continue
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%q (-want +got):\n%s", text, diff)
		}
		if again, err := judge.ParseCarrier(got.String()); err != nil || again != got {
			t.Errorf("%q is %q in text, which reads as %v, %v", text, got, again, err)
		}
	}
	for _, bad := range []string{"", "header", "header:", "headers:X", "Query:jwt", "query:", "query:jwt JWT", "referer:x", "body:jwt",
		"header: JWT", "header:Authorization  JWT", "header:Authorization JWT Bearer"} {
		if _, err := judge.ParseCarrier(bad); err == nil || !strings.Contains(err.Error(), `"header:Authorization JWT"`) {
			t.Errorf("%q: error %v, want one that shows the forms", bad, err)
		}
	}
}

// multipartBody is a form with a field and a file.
func multipartBody(t *testing.T, field, value, file string) (contentType string, body []byte) {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	if err := w.WriteField(field, value); err != nil {
		t.Fatal(err)
	}
	part, err := w.CreateFormFile("upload", "a.txt")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := part.Write([]byte(file)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return w.FormDataContentType(), b.Bytes()
}

// TestWhereTokensRide: one token in each of the places in which apps put it.
func TestWhereTokensRide(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	raw := s.context()
	formType, formBody := multipartBody(t, "jwt", raw, "a file that names "+s.session())
	for _, tt := range []struct {
		name string
		x    timeline.Exchange
		want string // the carrier as a config writes it
	}{
		{"header", timeline.Exchange{Header: header("Authorization", "JWT "+raw)}, "header:Authorization JWT"},
		{"Bearer", timeline.Exchange{Header: header("Authorization", "Bearer "+raw)}, "header:Authorization Bearer"},
		{"lower case", timeline.Exchange{Header: header("Authorization", "jwt "+raw)}, "header:Authorization jwt"},
		{"raw", timeline.Exchange{Header: header("Authorization", raw)}, "header:Authorization"},
		{"X-acpt", timeline.Exchange{Header: header("X-acpt", raw)}, "header:X-Acpt"},
		{"header of the app's own", timeline.Exchange{Header: header("X-My-Token", raw)}, "header:X-My-Token"},
		{"header of the app's own with a scheme", timeline.Exchange{Header: header("X-My-Token", "Token "+raw)}, "header:X-My-Token Token"},
		{"query", timeline.Exchange{URL: "/api?a=b&jwt=" + raw}, "query:jwt"},
		{"acpt", timeline.Exchange{URL: "/api?acpt=" + raw}, "query:acpt"},
		{"query of the app's own", timeline.Exchange{URL: "/api?ticket=" + raw}, "query:ticket"},
		{"query beside what is badly encoded", timeline.Exchange{URL: "/api/100%?q=5%&jwt=" + raw}, "query:jwt"},
		{"form", timeline.Exchange{Method: "POST", Header: header("Content-Type", "application/x-www-form-urlencoded;charset=UTF-8"),
			Body: []byte(url.Values{"jwt": {raw}, "title": {"x"}}.Encode())}, "form:jwt"},
		{"multipart", timeline.Exchange{Method: "POST", Header: header("Content-Type", formType), Body: formBody}, "form:jwt"},
		{"JSON", timeline.Exchange{Method: "POST", Header: header("Content-Type", "application/json"),
			Body: []byte(`{"title":"x","jwt":"` + raw + `"}`)}, "form:jwt"},
		{"deep in JSON", timeline.Exchange{Method: "POST", Header: header("Content-Type", "application/vnd.x+json"),
			Body: []byte(`[{"meta":{"auth":["` + raw + `"]}}]`)}, "form:auth"},
		{"text", timeline.Exchange{Type: "Ping", Method: "POST", Header: header("Content-Type", "text/plain"),
			Body: []byte("token " + raw + " and more")}, "body"},
		{"no type", timeline.Exchange{Method: "POST", Body: []byte(raw)}, "body"},
		{"cookie", timeline.Exchange{Header: header("Cookie", "a=b; sid="+raw)}, "cookie:sid"},
		{"cookie in quotes", timeline.Exchange{Header: header("Cookie", `sid="`+raw+`"`)}, "cookie:sid"},
		{"cookie beside odd ones", timeline.Exchange{Header: header("Cookie", `prefs={"a":1, "b":"ü"}; =x; lone; sid=`+raw)}, "cookie:sid"},
		{"socket", timeline.Exchange{Type: "WebSocket", Header: header("Sec-WebSocket-Protocol", "v1, "+raw)}, "header:Sec-Websocket-Protocol"},
		{"socket's first message", timeline.Exchange{Type: "WebSocket", Frames: []timeline.Frame{
			{Text: true, Data: []byte("hello")}, {Sent: true, Text: true, Data: []byte(`{"auth":"` + raw + `"}`)}}}, "message"},
		{"socket's URL", timeline.Exchange{Type: "WebSocket", URL: "ws://localhost:3000/live?jwt=" + raw}, "query:jwt"},
	} {
		if tt.x.URL == "" {
			tt.x.URL = "/api"
		}
		own, referer := judge.FindCarriers(s.send(tt.x), nil)
		if len(own) != 1 || len(referer) != 0 {
			t.Errorf("%s: found %d tokens and %d in the Referer, want 1 and 0", tt.name, len(own), len(referer))
			continue
		}
		if got := own[0].Spec.String(); got != tt.want {
			t.Errorf("%s: found in %s, want %s", tt.name, got, tt.want)
		}
		if own[0].Value != raw || own[0].Known == nil {
			t.Errorf("%s: the token is not told as what it is: %q", tt.name, own[0].Value)
		}
	}
}

func TestNoCarriers(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	raw := s.context()
	formType, formBody := multipartBody(t, "title", "x", "a file that names "+raw)
	for name, x := range map[string]timeline.Exchange{
		"nothing":             {},
		"session cookie":      {Header: header("Cookie", "connect.sid=s%3Aabc.def; theme=dark")},
		"CSRF header":         {Header: header("X-Csrf-Token", "0123456789", "Accept", "*/*", "X-Requested-With", "XMLHttpRequest")},
		"query":               {URL: "/api?page=2&sort=a.b.c"},
		"file in a form":      {Method: "POST", Header: header("Content-Type", formType), Body: formBody},
		"form of no boundary": {Method: "POST", Header: header("Content-Type", "multipart/form-data"), Body: formBody},
		"JSON null":           {Method: "POST", Header: header("Content-Type", "application/json"), Body: []byte(`{"jwt":null}`)},
		"broken JSON":         {Method: "POST", Header: header("Content-Type", "application/json"), Body: []byte(`{"jwt":"` + raw)},
		"fragment":            {URL: "/api#jwt=" + raw},
	} {
		set(&x.URL, "/api")
		if own, referer := judge.FindCarriers(s.send(x), nil); len(own)+len(referer) != 0 {
			t.Errorf("%s: found %v and %v", name, own, referer)
		}
	}
}

func TestRefererIsApart(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	a, b := s.iframe("/app"), s.session()
	own, referer := judge.FindCarriers(s.send(timeline.Exchange{URL: "/api",
		Header: header("Referer", origin+"/app?acpt="+b+"&jwt="+a+"&page=1")}), nil)
	if len(own) != 0 || len(referer) != 2 || referer[0].Value != a || referer[1].Value != b {
		t.Errorf("found %v of its own and %v in the Referer; want none, and those of jwt and acpt", own, referer)
	}
}

// TestPrecedence: which token a back end would read, when there are several. The
// default is that of atlassian-connect-express 11.5.3 (lib/internal/utils.js).
func TestPrecedence(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	one, other := s.context(), s.session()
	form := header("Content-Type", "application/x-www-form-urlencoded")
	with := func(pairs ...string) timeline.Exchange {
		return timeline.Exchange{URL: "/api", Header: header(pairs...)}
	}
	for _, tt := range []struct {
		name  string
		specs []judge.CarrierSpec
		x     timeline.Exchange
		want  []string
	}{
		{"query before header", nil, timeline.Exchange{URL: "/api?jwt=" + one, Header: header("Authorization", "JWT "+other)},
			[]string{"query:jwt", "header:Authorization JWT"}},
		{"query before form", nil, timeline.Exchange{URL: "/api?jwt=" + one, Method: "POST", Header: form, Body: []byte("jwt=" + other)},
			[]string{"query:jwt", "form:jwt"}},
		{"form before header", nil, timeline.Exchange{URL: "/api", Method: "POST", Body: []byte("jwt=" + other),
			Header: header("Content-Type", "application/x-www-form-urlencoded", "Authorization", "JWT "+one)},
			[]string{"form:jwt", "header:Authorization JWT"}},
		{"header before acpt", nil, timeline.Exchange{URL: "/api?acpt=" + one, Header: header("Authorization", "JWT "+other)},
			[]string{"header:Authorization JWT", "query:acpt"}},
		{"acpt before X-acpt", nil, timeline.Exchange{URL: "/api?acpt=" + one, Header: header("X-acpt", other)},
			[]string{"query:acpt", "header:X-Acpt"}},
		{"X-acpt before another scheme", nil, with("Authorization", "Bearer "+one, "X-acpt", other),
			[]string{"header:X-Acpt", "header:Authorization Bearer"}},
		{"another scheme before unheard-of places", nil, timeline.Exchange{URL: "/api?ticket=" + one, Header: header("Authorization", "Bearer "+other)},
			[]string{"header:Authorization Bearer", "query:ticket"}},
		{"cookie last", nil, with("Cookie", "jwt="+one, "X-Token", other), []string{"header:X-Token", "cookie:jwt"}},
		{"as the author says", carriers(t, "cookie:jwt", "header:Authorization JWT", "query:jwt"),
			timeline.Exchange{URL: "/api?jwt=" + one, Header: header("Cookie", "jwt="+other, "Authorization", "JWT "+one)},
			[]string{"cookie:jwt", "header:Authorization JWT", "query:jwt"}},
		{"schemes as the author says", carriers(t, "header:Authorization Bearer", "query:jwt"),
			timeline.Exchange{URL: "/api?jwt=" + one, Header: header("Authorization", "JWT "+other)},
			[]string{"query:jwt", "header:Authorization JWT"}},
		{"what the author does not list comes last", carriers(t, "header:X-Token"),
			timeline.Exchange{URL: "/api?jwt=" + one, Header: header("X-Token", other)}, []string{"header:X-Token", "query:jwt"}},
		{"opaque value where the author says", carriers(t, "cookie:sid"), with("Cookie", "sid=opaque; other=opaque"), []string{"cookie:sid"}},
		{"opaque value where nobody says", carriers(t, "header:X-Token"), with("Authorization", "Basic abc"), nil},
	} {
		own, _ := judge.FindCarriers(s.send(tt.x), tt.specs)
		var got []string
		for _, c := range own {
			got = append(got, c.Spec.String())
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
	}
}

func TestConfiguredCarriersAreNamed(t *testing.T) {
	t.Parallel()
	s := opened(t)
	s.in.Policy.Carriers = carriers(t, "header:X-Connect-Token", "cookie:token")
	s.send(timeline.Exchange{URL: "/api/items"})
	if got, want := s.only().Expected, "a valid token in header:X-Connect-Token or cookie:token"; got != want {
		t.Errorf("expected %q, want %q", got, want)
	}
}
