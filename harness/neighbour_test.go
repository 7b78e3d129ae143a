package harness

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/standin-dev/standin/fakehost"
	"github.com/standin-dev/standin/fakehost/descriptor"
	"github.com/standin-dev/standin/harness/report"
	"github.com/standin-dev/standin/harness/timeline"
)

// What a page of the app calls on another port of its own host is its own; what it loads
// from there, what build tools say to their pages, and standin's own ports are not.
func TestAdopt(t *testing.T) {
	t.Parallel()
	host := &fakehost.Server{Site: "localhost"}
	if err := host.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = host.Close() })
	at, err := url.Parse(host.LocalOrigin())
	if err != nil {
		t.Fatal(err)
	}
	const page, api = "http://localhost:3000/app?jwt=x", "http://localhost:3001"
	for name, test := range map[string]struct {
		of    timeline.Exchange
		taken bool
	}{
		"a fetch":                   {timeline.Exchange{Type: "Fetch", Method: "GET", URL: api + "/items", Document: page}, true},
		"XHR by https":              {timeline.Exchange{Type: "XHR", Method: "POST", URL: "https://localhost:3001/items", Document: page}, true},
		"a form":                    {timeline.Exchange{Type: "Document", Method: "POST", URL: api + "/save", Document: page}, true},
		"a stream of events":        {timeline.Exchange{Type: "EventSource", Method: "GET", URL: api + "/events", Document: page}, true},
		"a worker's":                {timeline.Exchange{Type: "Fetch", Method: "GET", URL: api + "/items", Header: http.Header{"Origin": {"http://localhost:3000"}}}, true},
		"a link":                    {timeline.Exchange{Type: "Document", Method: "GET", URL: api + "/docs", Document: page}, false},
		"a script":                  {timeline.Exchange{Type: "Script", Method: "GET", URL: api + "/bundle.js", Document: page}, false},
		"a picture":                 {timeline.Exchange{Type: "Image", Method: "GET", URL: api + "/logo.png", Document: page}, false},
		"a WebSocket, as of HMR":    {timeline.Exchange{Type: "WebSocket", Method: "GET", URL: "ws://localhost:3001/ws", Document: page}, false},
		"a hot update":              {timeline.Exchange{Type: "Fetch", Method: "GET", URL: api + "/main.1a2b.hot-update.json", Document: page}, false},
		"the tool's own line":       {timeline.Exchange{Type: "EventSource", Method: "GET", URL: api + "/__webpack_hmr", Document: page}, false},
		"sockjs":                    {timeline.Exchange{Type: "XHR", Method: "GET", URL: api + "/sockjs-node/info", Document: page}, false},
		"another host":              {timeline.Exchange{Type: "Fetch", Method: "GET", URL: "http://127.0.0.1:3001/items", Document: page}, false},
		"from the host's page":      {timeline.Exchange{Type: "Fetch", Method: "GET", URL: api + "/items", Document: page, HostPage: true}, false},
		"from a page of others":     {timeline.Exchange{Type: "Fetch", Method: "GET", URL: api + "/items", Document: "http://localhost:4000/"}, false},
		"the fake host":             {timeline.Exchange{Type: "Fetch", Method: "GET", URL: "http://localhost:" + at.Port() + "/rest/api/3/myself", Document: page}, false},
		"the app itself":            {timeline.Exchange{Type: "Fetch", Method: "GET", URL: "http://localhost:3000/api", Document: page}, false},
		"a measure on another port": {timeline.Exchange{Type: "Ping", Method: "POST", URL: api + "/hit", Document: page}, false},
	} {
		r := &run{host: host, desc: &descriptor.Descriptor{BaseURL: "http://localhost:3000"}, origins: []string{"http://localhost:3000"}}
		r.adopt(&test.of)
		if got := len(r.neighbours.all()) > 0; got != test.taken {
			t.Errorf("%s: taken for the app's own: %v, want %v", name, got, test.taken)
		}
	}
}

// An API on another port gets tokens that are translated, is judged, and is noted.
func TestAPIOnAnotherPort(t *testing.T) {
	carried := make(chan string, 10)
	api := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Access-Control-Allow-Origin", "*")
		w.Header().Set("Access-Control-Allow-Headers", "authorization")
		w.Header().Set("Content-Type", "application/json")
		if r.Method == http.MethodGet {
			carried <- r.Header.Get("Authorization")
		}
		_, _ = w.Write([]byte(`{"items": [1]}`))
	}))
	t.Cleanup(api.Close)
	head := `<script>addEventListener("load", () => fetch("` + api.URL + `/bare").then((a) => a.json()).then(() => fetch("/saw")));</script>`
	r := runWith(t, head, func(*http.Request) {}, func(*Config) {})
	found := false
	for _, f := range r.Scenarios[0].Findings {
		found = found || f.Request != nil && strings.HasPrefix(f.Request.URL, api.URL+"/bare") && f.Severity == report.Must
	}
	if !found {
		t.Errorf("a request without a token to %s was not judged: %s %v", api.URL, r.Scenarios[0].Verdict, r.Scenarios[0].Findings)
	}
	if len(carried) == 0 || !slices.ContainsFunc(r.Notes, func(n string) bool { return strings.Contains(n, `origins: ["`+api.URL+`"]`) }) {
		t.Errorf("notes: %q", r.Notes)
	}
}
